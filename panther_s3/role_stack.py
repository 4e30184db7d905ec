"""The role's stack: what is there already, what is to be made, and how a role differs from it."""

from __future__ import annotations

import enum
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

from panther_s3.answers import Answers, Made
from panther_s3.arns import parse_arn, role_name_of
from panther_s3.aws.roles import Role, Roles
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import ChangeSet, Stack, StackPlan, Stacks
from panther_s3.checks.result import Status
from panther_s3.checks.role import judge_trust
from panther_s3.checks.role_alone import judge_role_alone
from panther_s3.made import ROLE_KIND, STACK_KIND
from panther_s3.templates import STACK_TAGS, role_parameters, role_template

STACK_ID_TAG = "aws:cloudformation:stack-id"
"""The tag that CloudFormation puts on what it makes (CloudFormation user guide, resource tags)."""


class Case(enum.Enum):
    """What stands where the role is to be made."""

    NOTHING = "nothing"
    ROLE_ONLY = "a role that no stack of this name made"
    STACK = "a finished stack"
    ROLE_GONE = "a finished stack whose role is not there"
    BUSY = "a stack at work"
    BROKEN = "a stack that failed and must be deleted"
    LEFTOVER = "an empty stack left behind by a change set"


@dataclass(frozen=True)
class Situation:
    """What AWS has under the role's and the stack's names."""

    role: Role | None
    stack: Stack | None

    @property
    def case(self) -> Case:
        """Which of the cases this is."""
        status = self.stack.status if self.stack else ""
        if not status:
            return Case.ROLE_ONLY if self.role else Case.NOTHING
        if status == "REVIEW_IN_PROGRESS":
            return Case.LEFTOVER
        if status.endswith("_IN_PROGRESS"):
            return Case.BUSY
        if status in {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}:
            return Case.BROKEN
        return Case.STACK if self.role else Case.ROLE_GONE


def stack_obstacle(answers: Answers) -> str:
    """Return why the operator's profile can make no stack for the bucket; "" where nothing is known against it."""
    identity, account = answers.identity, answers.source.aws_account_id
    if identity is None:
        return "there is no AWS identity. Go back to the start and choose a profile."
    if identity.account_id != account:
        return f"your profile belongs to account {identity.account_id}, the bucket to {account}."
    return ""


def read_situation(aws: Aws, answers: Answers) -> Situation:
    """Return what stands under the names that `answers` lead to.

    The role is looked up by name, IAM being global; the stack by name in the bucket's region, else
    where the role's own tag says that it was made. A stack whose outputs name another role is asked
    about with that one.

    Raises:
        Problem: AWS refused or did not answer.
    """
    roles, stacks = Roles(aws), Stacks(aws)
    with ThreadPoolExecutor(max_workers=2) as pool:
        role_found = pool.submit(roles.find, answers.role_name)
        stack_found = pool.submit(stacks.find, answers.stack_name, answers.region_of_bucket)
        role, stack = role_found.result(), stack_found.result()
    if role is not None and stack is None:
        made_by = parse_arn(role.tags.get(STACK_ID_TAG, ""))
        if made_by is not None and made_by.service == "cloudformation":
            stack = stacks.find(role.tags[STACK_ID_TAG], made_by.region)
    given = role_name_of(stack.outputs.get("RoleARN", "")) if stack else ""
    if given and given != answers.role_name:
        role = roles.find(given)
    return Situation(role, stack)


def plan_stack(answers: Answers, kind: Literal["CREATE", "UPDATE"], stack: Stack | None = None) -> StackPlan:
    """Return the stack to make, or the update of `stack`; nothing is sent."""
    return StackPlan(
        stack_name=stack.name if stack else answers.stack_name,
        region=stack.region if stack else answers.region_of_bucket,
        template_body=role_template(answers.source, answers.panther, answers.role_suffix),
        parameters=role_parameters(answers.source, answers.panther, answers.role_suffix),
        # an update without them would take away the tags that others gave it; AWS's own cannot be given
        tags={
            **{name: value for name, value in (stack.tags if stack else {}).items() if not name.startswith("aws:")},
            **STACK_TAGS,
        },
        kind=kind,
        account=answers.identity.account_id if answers.identity else "",
    )


def differences(role: Role, answers: Answers) -> tuple[str, ...]:
    """Return in sentences how `role` falls short of what Panther needs; empty where it does not."""
    findings = [judge_trust(role, answers.panther), *judge_role_alone(role, answers)]
    return tuple(dict.fromkeys(finding.detail for finding in findings if finding.status is not Status.PASS))


def with_begun(answers: Answers, change_set: ChangeSet, stack: Stack | None) -> Answers:
    """Return `answers` with the stack that `change_set` makes, or changes, on record from the moment it is executed.

    A stack that this run made stays on record as made, however often it is updated afterwards.

    Args:
        answers: what is on record so far.
        change_set: what is being executed.
        stack: the stack as it was before, where there was one.
    """
    before = dict(stack.parameters) if stack is not None and change_set.kind == "UPDATE" else None
    return _recorded(answers, Made(STACK_KIND, change_set.stack_name, change_set.region, change_set.stack_id, before))


def with_role_of(answers: Answers, stack: Stack) -> Answers:
    """Return `answers` with the role that `stack` gives in its outputs, on record if this run made the stack."""
    arn = stack.outputs.get("RoleARN") or answers.expected_role_arn
    answers = answers.with_source(log_processing_role_arn=arn)
    if any(thing.arn == stack.stack_id and thing.before is None for thing in answers.made):
        return _recorded(answers, Made(ROLE_KIND, role_name_of(arn) or answers.role_name, "", arn))
    return answers


def without_stack(answers: Answers, stack: Stack) -> Answers:
    """Return `answers` once `stack` is deleted, and with it what it made: nothing of it is left to take back."""
    role = stack.outputs.get("RoleARN") or answers.expected_role_arn
    return replace(answers, made=tuple(thing for thing in answers.made if thing.arn not in (stack.stack_id, role)))


def _recorded(answers: Answers, thing: Made) -> Answers:
    """Return `answers` with `thing` on record, once."""
    known = any(made.arn == thing.arn for made in answers.made)
    return answers if known else replace(answers, made=(*answers.made, thing))
