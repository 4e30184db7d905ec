"""Who may use a topic, and the edits by which S3 may publish to it and Panther subscribe, ready to approve."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from panther_s3.access.patterns import matches_ignoring_case
from panther_s3.answers import Answers
from panther_s3.arns import account_of, region_of
from panther_s3.aws.keys import AWS_MANAGED, KeyFacts
from panther_s3.aws.topic_records import Topic
from panther_s3.checks.judging import Judgement, Outcome, Policies, judge, of_panther
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.checks.requests import Request, publish, subscribe, topic_key_use
from panther_s3.checks.result import Status
from panther_s3.checks.statements import as_list, conditions_of, name_of, statements_of
from panther_s3.checks.topic import check_encryption
from panther_s3.checks.unknowns import OF_PANTHER
from panther_s3.mending.documents import with_statement
from panther_s3.mending.limits import obstacle_to
from panther_s3.mending.model import Document, Mend, MendKind
from panther_s3.policies import s3_publish_statement, subscribe_statement, topic_key_statement
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import bucket_arn

USES = {"sns:Publish": "publish", "sns:Subscribe": "subscribe"}
"""What is told of, in the words that it is told in."""
MANAGED_ELSEWHERE = (
    "If a stack or Terraform manages this policy, add the statement there too: its next run may take this one back."
)
NAMES_ALONE = "The messages hold names of objects, not what is in them."


@dataclass(frozen=True)
class _Want:
    """A statement of ours, and the requests that it is for."""

    requests: tuple[Request, ...]
    policies: Policies
    unknown: tuple[str, ...]
    statement: Document
    what: str

    def judged(self, document: Mapping[str, Any]) -> list[Judgement]:
        """Return what comes of the requests with `document` in place."""
        name = self.policies.resource[0] if self.policies.resource else ""
        policies = Policies(self.policies.identity, None, (name, document), self.policies.resource_type)
        return [judge(request, policies, self.unknown) for request in self.requests]

    def is_met_by(self, document: Mapping[str, Any]) -> bool:
        """Tell whether the statements of `document` that allow something allow this; a Deny is looked at apart."""
        allowing = [each for each in statements_of(document) if each.get("Effect") == "Allow"]
        return all(each.outcome is Outcome.ALLOWED for each in self.judged({**document, "Statement": allowing}))


def who_may(topic: Topic) -> tuple[str, ...]:
    """Return in sentences, one a statement of its policy, who may publish to the topic and who may subscribe."""
    told = tuple(
        _sentence(statement, name_of(statement, place), uses)
        for place, statement in enumerate(statements_of(topic.policy))
        if (uses := [word for action, word in USES.items() if _is_about(statement, action)])
    )
    return told or ("No statement says who may publish or subscribe: its own account may, as its IAM policies say.",)


def topic_mend(topic: Topic, answers: Answers) -> Mend | None:
    """Return the edit by which S3 may publish for the bucket and Panther's account may subscribe.

    It adds the statements that are missing and leaves all else as it is; None where both are allowed
    already. A Deny that refuses one of them is told as the obstacle: it was meant, and is never edited.
    """
    bucket, arn = bucket_arn(answers.source.bucket_name, answers.partition), topic.arn
    name = f"policy of {arn}"
    wants = (
        _Want(
            (publish(arn, bucket, answers.source.aws_account_id),),
            Policies(resource=(name, {}), resource_type="sns"),
            (),
            s3_publish_statement(arn, answers.source, answers.partition),
            f"Lets S3 publish to the topic for {answers.source.bucket_name} alone.",
        ),
        _Want(
            (subscribe(arn, answers.panther),),
            of_panther(name, {}, "sns"),
            OF_PANTHER,
            subscribe_statement(arn, answers.panther),
            f"Lets Panther's account {answers.panther.account_id} subscribe to the topic.",
        ),
    )
    return _mend(MendKind.TOPIC, arn, topic.policy, wants, answers)


def key_mend(topic: Topic, key: KeyReading, answers: Answers) -> Mend | None:
    """Return the edit of the topic's key by which S3 may use it for the bucket.

    None where S3 may already, and where there is no policy to edit: a key of AWS's own, one that is not
    enabled, or one that could not be read; `encryption_advice` tells of those.
    """
    facts, policy = key.facts, key.policy
    if not topic.kms_key or not isinstance(facts, KeyFacts) or not isinstance(policy, dict):
        return None
    if facts.manager == AWS_MANAGED or not facts.enabled:
        return None
    bucket, account = bucket_arn(answers.source.bucket_name, answers.partition), answers.source.aws_account_id
    actions = ("kms:GenerateDataKey", "kms:Decrypt")
    want = _Want(
        tuple(topic_key_use(action, facts.arn, topic.arn, bucket, account) for action in actions),
        Policies(resource=(f"key policy of {facts.arn}", {}), resource_type="kms"),
        (),
        topic_key_statement(answers.source, answers.partition),
        f"Lets S3 use the key to tell the topic of new objects in {answers.source.bucket_name}.",
    )
    return _mend(MendKind.KEY, facts.arn, policy, (want,), answers)


def encryption_advice(topic: Topic, key: KeyReading, answers: Answers) -> str:
    """Return in a sentence or two how the topic's encryption stands, and what is recommended."""
    if not topic.kms_key:
        return (
            "The topic is not encrypted. A customer-managed key is recommended, with a policy that lets S3 use it; "
            f"a topic of the wizard's own stack has one. {NAMES_ALONE}"
        )
    found = check_encryption(Readings(topic=topic, keys={topic.kms_key: key}), answers)
    if found.cause == "aws_managed_key":
        # SNS developer guide, "Enabling compatibility between event sources from AWS services and encrypted topics"
        return (
            "The topic is encrypted with AWS's own key alias/aws/sns. S3 cannot publish to it: S3 would have to be "
            "let in by the key's policy, and the policy of AWS's own keys cannot be changed. Encrypt the topic with "
            "a customer-managed key, or not at all, before the bucket is to notify it."
        )
    if found.cause == "key_disabled":
        return f"{found.detail} Enable the key, or encrypt the topic with another one."
    if found.status is Status.PASS:
        return "The topic is encrypted with a customer-managed key that lets S3 in: nothing is to be done."
    if found.cause == "key_policy_denies_s3":
        bucket = answers.source.bucket_name
        return f"{found.detail} The key is customer-managed, as it has to be; its policy must let S3 in for {bucket}."
    return f"Whether S3 may use the topic's key {topic.kms_key} cannot be told. {found.detail}"


def _mend(kind: MendKind, target: str, before: Document, wants: Iterable[_Want], answers: Answers) -> Mend | None:
    """The edit of one policy that meets `wants`; None where it meets them as it is."""
    after, told, wants = before, list[str](), tuple(wants)
    for want in wants:
        if not want.is_met_by(before):
            after = with_statement(after, want.statement)
            told.append(want.what)
    judged = [judgement for want in wants for judgement in want.judged(after)]
    refused = next(filter(_is_denied, judged), None)
    if not told and refused is None:
        return None
    doubts = [each for each in judged if each.outcome in (Outcome.UNKNOWN, Outcome.DEPENDS)]
    return Mend(
        kind=kind,
        target=target,
        policy_name="",
        region=region_of(target),
        owner="",
        before=before,
        after=after,
        summary=" ".join(told) or "Nothing is missing, but a Deny stands against it.",
        notes=(*((MANAGED_ELSEWHERE,) if told else ()), *map(_doubt, doubts)),
        obstacle=_anothers(target, answers) or _denial(refused) or obstacle_to(kind, before, after),
    )


def _is_denied(judgement: Judgement) -> bool:
    """Tell whether a Deny refuses the request for sure."""
    return judgement.outcome is Outcome.DENIED and judgement.decision.kind == "explicit"


def _denial(judgement: Judgement | None) -> Problem | None:
    """Why the edit would not help: a Deny, which is not touched here."""
    if judgement is None:
        return None
    document, _, name = judgement.policies.find(judgement.decision)
    return Problem(
        f"The Deny statement {name} of the {document} refuses {judgement.request.action}",
        remedy="It was meant, so it is not changed here. Take it out or narrow it in the AWS Console, or use another "
        "topic.",
        kind=ProblemKind.INVALID,
    )


def _anothers(target: str, answers: Answers) -> Problem | None:
    """Why the operator cannot change the policy, where it is another account's."""
    account = account_of(target)
    if answers.identity is None or account == answers.identity.account_id:
        return None
    return Problem(
        f"{target} is in account {account}, your profile in {answers.identity.account_id}",
        remedy=f"Let somebody of account {account} add what is shown here, or use a topic of your own.",
        kind=ProblemKind.INVALID,
    )


def _doubt(judgement: Judgement) -> str:
    action, keys = judgement.request.action, ", ".join(judgement.hinges)
    if judgement.outcome is Outcome.DEPENDS:
        return f"Whether {action} is allowed after it hangs on {keys}, whose value only Panther's side knows."
    return f"Whether {action} is allowed after it cannot be told: {judgement.decision.reason}"


def _is_about(statement: Mapping[str, Any], action: str) -> bool:
    """Tell whether a statement is about `action`; actions are compared without regard to case (IAM user guide)."""
    if "NotAction" in statement:
        return not any(matches_ignoring_case(str(each), action) for each in as_list(statement["NotAction"]))
    return any(matches_ignoring_case(str(each), action) for each in as_list(statement.get("Action")))


def _sentence(statement: Mapping[str, Any], name: str, uses: list[str]) -> str:
    who = " and ".join(_principals(statement)) or "nobody"
    verb = "may not" if statement.get("Effect") == "Deny" else "may"
    tests = [f"{key} {operator} {_words(values)}" for operator, key, values in conditions_of(statement)]
    where = f", where {' and '.join(tests)}" if tests else ""
    return f"{name}: {who} {verb} {' and '.join(uses)}{where}."


def _principals(statement: Mapping[str, Any]) -> Iterator[str]:
    """Yield in words whom a statement names."""
    but = "NotPrincipal" in statement
    principal = statement.get("NotPrincipal" if but else "Principal")
    named = principal.items() if isinstance(principal, Mapping) else [("AWS", principal)]
    words = [_who(kind, str(each)) for kind, names in named for each in as_list(names)]
    if but:
        yield f"everybody but {' and '.join(words)}"
    else:
        yield from words


def _who(kind: str, name: str) -> str:
    if name == "*":
        return "everybody"
    if kind == "Service":
        return f"the service {name}"
    account = account_of(name) if name.endswith(":root") else name
    return f"the account {account}" if account.isdigit() else name


def _words(values: list[str]) -> str:
    return " or ".join(json.dumps(value, ensure_ascii=False) for value in values)
