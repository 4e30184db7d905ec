"""The topic's stack: what stands under the names that it would take, and what is to be made."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from panther_s3.answers import Answers, Made
from panther_s3.aws.keys import Keys
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import LEFTOVERS, REVIEW, Stack, StackPlan, Stacks
from panther_s3.aws.topic_records import Topic
from panther_s3.aws.topics import Topics
from panther_s3.panther import DEFAULT_TOPIC
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import topic_stack_name
from panther_s3.templates import STACK_TAGS, notifications_parameters, notifications_template

OUTPUT = "SnsTopicArn"
"""The output of the template that names the topic."""
TOPIC_KIND = "SNS topic"
"""How the record of what was made calls a topic."""
NAMES_TRIED = 9
"""How many stack names are tried where one after the other is taken."""
_TOPIC_NAME = re.compile(r"[0-9A-Za-z_-]{1,256}", re.ASCII)
"""What SNS takes as the name of a standard topic (SNS API reference, CreateTopic)."""


class TopicCase(enum.Enum):
    """What stands where the topic is to be made."""

    NOTHING = "nothing"
    TOPIC_ONLY = "a topic that no stack for this bucket made"
    STACK = "a finished stack"
    TOPIC_GONE = "a finished stack whose topic is not there"
    BUSY = "a stack at work"
    BROKEN = "a stack that failed and must be deleted"
    LEFTOVER = "an empty stack left behind by a change set"


@dataclass(frozen=True)
class TopicSituation:
    """What AWS has under the names of the topic, of its stack and of its key's alias."""

    topic_arn: str
    """The ARN that a topic of the name asked for has."""
    stack_name: str
    """The stack's name that was asked for."""
    bucket: str
    topic: Topic | None = None
    """The stack's topic where a finished stack names one, else that of the name asked for."""
    stack: Stack | None = None
    alias_taken: bool | None = False
    """Whether a key has the alias that the stack would give to its own; None where that may not be read."""
    free_name: str = ""
    """A stack's name that can be used: `stack_name` itself, or another where that is taken; "" where none was found."""

    @property
    def is_ours(self) -> bool:
        """Whether the stack is of our template, and for this bucket."""
        return self.stack is not None and is_stack_for(self.stack, self.bucket)

    @property
    def case(self) -> TopicCase:
        """Which of the cases this is; a stack that is not ours only takes a name away."""
        status = self.stack.status if self.stack is not None and self.is_ours else ""
        if not status:
            return TopicCase.TOPIC_ONLY if self.topic else TopicCase.NOTHING
        if status == REVIEW:
            return TopicCase.LEFTOVER
        if status.endswith("_IN_PROGRESS"):
            return TopicCase.BUSY
        if status in LEFTOVERS:
            return TopicCase.BROKEN
        return TopicCase.STACK if self.topic else TopicCase.TOPIC_GONE

    def obstacles(self, *, with_key: bool = True) -> tuple[str, ...]:
        """Return in sentences why a new stack under these names would fail; empty where nothing is known against it.

        Args:
            with_key: whether the stack is to make a key, and with it an alias.
        """
        return tuple(self._obstacles(with_key))

    def _obstacles(self, with_key: bool) -> list[str]:
        told = []
        if self.case in (TopicCase.STACK, TopicCase.TOPIC_GONE):
            told.append(f"The stack {self.stack_name} is there already, for this bucket.")
        if self.case is TopicCase.BUSY:
            told.append(f"The stack {self.stack_name} is at work. Wait until it is done.")
        if self.case is TopicCase.BROKEN:
            told.append(f"The stack {self.stack_name} failed. It must be deleted before it can be made anew.")
        if self.stack is not None and not self.is_ours:
            told.append(f"A stack is called {self.stack_name} already, {_whose(self.stack)}.{self._instead}")
        if self.stack is None and self.alias_taken and with_key:
            alias = alias_of(self.stack_name)
            told.append(f"A key has the alias {alias} already, which the stack would give to its own.{self._instead}")
        made_by_it = self.case in (TopicCase.STACK, TopicCase.BUSY)
        if self.topic is not None and self.topic.arn == self.topic_arn and not made_by_it:
            told.append(f"The topic {self.topic_arn} exists already. Use it, or give the new one another name.")
        return told

    @property
    def _instead(self) -> str:
        return f" The name {self.free_name} is free." if self.free_name not in ("", self.stack_name) else ""


def topic_name_fault(name: str) -> str:
    """Return why no topic of `name` can be made for a bucket; "" where it can."""
    if name.endswith(".fifo"):
        return "S3 cannot notify a FIFO topic, whose name ends with .fifo."
    if not _TOPIC_NAME.fullmatch(name):
        return "A topic's name has 1 to 256 letters, digits, dashes and underscores."
    return ""


def plan_topic_stack(
    answers: Answers, topic_name: str = DEFAULT_TOPIC, *, with_key: bool = True, stack_name: str = ""
) -> StackPlan:
    """Return the stack that makes the topic, in the bucket's region; nothing is sent.

    Args:
        answers: the operator's answers.
        topic_name: the name of the topic.
        with_key: whether the topic is encrypted with a key of its own.
        stack_name: the stack's name, by default the one that Panther's page proposes.
    """
    return StackPlan(
        stack_name=stack_name or topic_stack_name(answers.role_suffix),
        region=answers.region_of_bucket,
        template_body=notifications_template(answers.source, answers.panther, topic_name, with_key=with_key),
        parameters=notifications_parameters(answers.source, answers.panther, topic_name, with_key=with_key),
        tags=dict(STACK_TAGS),
        kind="CREATE",
    )


def topic_plan_lead(answers: Answers) -> str:
    """Return what the stack that makes the topic holds, above its template."""
    return (
        f"S3 may publish to it for {answers.source.bucket_name} alone, Panther's account {answers.panther.account_id} "
        "may subscribe, and the stack subscribes Panther's queue. The bucket itself is not touched."
    )


def read_topic_situation(
    aws: Aws, answers: Answers, topic_name: str = DEFAULT_TOPIC, stack_name: str = ""
) -> TopicSituation:
    """Return what stands under the names that a stack for the topic would take, all read side by side.

    Where the stack's name, or the alias that goes with it, is taken by something else, another name is
    looked for: the first that is free, or that a stack for this bucket has.

    Raises:
        Problem: AWS refused or did not answer.
    """
    name = stack_name or topic_stack_name(answers.role_suffix)
    arn = _arn(answers, "sns", topic_name)
    with ThreadPoolExecutor(max_workers=3) as pool:
        topic_found = pool.submit(Topics(aws).read, arn)
        stack_found = pool.submit(_find_stack, aws, answers, name)
        alias_found = pool.submit(_has_alias, aws, answers, name)
        topic, stack, taken = topic_found.result(), stack_found.result(), alias_found.result()
    bucket = answers.source.bucket_name
    given = stack.outputs.get(OUTPUT, "") if stack is not None else ""
    if given and given != arn and (topic is None or is_stack_for(stack, bucket)):
        topic = Topics(aws).read(given)
    free = name
    if not _can_be_used(stack, taken, bucket):
        free = _free_name(name, lambda tried: _can_be_used(
            _find_stack(aws, answers, tried), _has_alias(aws, answers, tried), bucket
        ))  # fmt: skip
    return TopicSituation(arn, name, bucket, topic, stack, taken, free)


def with_topic_of(answers: Answers, stack: Stack) -> Answers:
    """Return `answers` with the topic that `stack` gives in its outputs, on record if this run made the stack."""
    arn = stack.outputs.get(OUTPUT) or answers.topic_arn
    answers = answers.with_source(topic_arn=arn)
    made = any(thing.arn == stack.stack_id and thing.before is None for thing in answers.made)
    if not made or any(thing.arn == arn for thing in answers.made):
        return answers
    topic = Made(TOPIC_KIND, answers.source.topic_name, stack.region, arn)
    return replace(answers, made=(*answers.made, topic))


def without_topic_stack(answers: Answers, stack: Stack) -> Answers:
    """Return `answers` once `stack` is deleted, and with it what it made: nothing of it is left to take back."""
    gone = (stack.stack_id, stack.outputs.get(OUTPUT) or answers.topic_arn)
    return replace(answers, made=tuple(thing for thing in answers.made if thing.arn not in gone))


def is_stack_for(stack: Stack | None, bucket: str) -> bool:
    """Tell whether `stack` is of our template and for `bucket`; one without parameters is nobody's yet."""
    if stack is None:
        return False
    if stack.status == REVIEW and not stack.parameters:
        return True
    return stack.parameters.get("S3Bucket") == bucket and {"SnsTopicName", "CreateKey"} <= stack.parameters.keys()


def alias_of(stack_name: str) -> str:
    """Return the alias that the template gives to the topic's key."""
    return f"alias/{stack_name}"


def _whose(stack: Stack) -> str:
    bucket = stack.parameters.get("S3Bucket", "")
    return f"for the bucket {bucket}" if bucket else "of another template"


def _can_be_used(stack: Stack | None, alias_taken: bool | None, bucket: str) -> bool:
    return is_stack_for(stack, bucket) if stack is not None else not alias_taken


def _free_name(name: str, can_be_used: Callable[[str], bool]) -> str:
    """Return the first of `name`-2, `name`-3 and so on that can be used; "" where none of them can."""
    tried = (f"{name}-{number}" for number in range(2, NAMES_TRIED + 1))
    return next(filter(can_be_used, tried), "")


def _find_stack(aws: Aws, answers: Answers, name: str) -> Stack | None:
    return Stacks(aws).find(name, answers.region_of_bucket)


def _has_alias(aws: Aws, answers: Answers, stack_name: str) -> bool | None:
    """Tell whether a key has the stack's alias; None where that may not be read."""
    try:
        Keys(aws).read_key(_arn(answers, "kms", alias_of(stack_name)), answers.region_of_bucket)
    except Problem as problem:
        if problem.kind is ProblemKind.NOT_FOUND:
            return False
        if problem.kind is ProblemKind.ACCESS_DENIED:
            return None
        raise
    return True


def _arn(answers: Answers, service: str, resource: str) -> str:
    """The ARN of something in the bucket's account and region."""
    account = answers.source.aws_account_id
    return f"arn:{answers.partition.name}:{service}:{answers.region_of_bucket}:{account}:{resource}"
