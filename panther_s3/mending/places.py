"""Which document a finding blames, and what was read with another document in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn
from panther_s3.aws.keys import AWS_MANAGED, KeyFacts
from panther_s3.aws.roles import Role, RolePolicy
from panther_s3.aws.topic_records import Topic
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.checks.result import CheckId, CheckResult, Status
from panther_s3.checks.statements import statements_of
from panther_s3.mending.model import NEW_POLICY, Document, MendKind
from panther_s3.mending.trust import MENDED

OF_ROLE = ("FindAndListBucket", "ReadObjects", "DecryptObjects", "ManagePantherTopic", "ManageBucketNotifications")
"""The Sids of our statements in a role's policy."""
OF_TOPIC = ("s3_publish_not_allowed", "panther_subscribe_not_allowed", "no_source_guard")


@dataclass(frozen=True)
class Place:
    """A document that may be edited."""

    kind: MendKind
    target: str
    before: Document | None
    put: Callable[[Readings, Document], Readings]
    """Returns what was read with another document in this one's place."""
    policy_name: str = ""
    region: str = ""
    owner: str = ""
    others: tuple[Document, ...] = ()
    """The role's other inline policies."""


def place_of(result: CheckResult, readings: Readings, answers: Answers) -> Place | None:
    """Return the document whose edit may mend `result`; None where that is not one of the five kinds."""
    cause, role = result.cause or "", readings.role
    if result.status not in (Status.FAIL, Status.WARN):
        return None
    if result.id is CheckId.ROLE_TRUST:
        return _of_trust(role) if isinstance(role, Role) and cause in MENDED else None
    if result.id is CheckId.NOTIFICATIONS_TOPIC_POLICY and cause in OF_TOPIC:
        return _of_topic(readings.topic) if isinstance(readings.topic, Topic) else None
    if cause == "key_policy_denies_s3" and isinstance(readings.topic, Topic):
        return None if is_explicit(result) else _of_key(readings, readings.topic.kms_key)
    if not isinstance(role, Role):
        return None
    if cause in ("key_policy_denies", "key_policy_does_not_allow"):
        named = str(request_of(result).get("resource", ""))
        return _of_key(readings, named if named in readings.keys else answers.source.kms_key_arn)
    blamed = str(result.evidence.get("document", ""))
    if cause == "bucket_policy" or (_is_managed(result, answers) and blamed.startswith("bucket policy of ")):
        return _of_bucket(readings, answers)
    if is_explicit(result):
        return None  # a Deny in the role's own policies was meant: whoever wrote it takes it out
    if cause == "identity_policy" or (_is_managed(result, answers) and not blamed.startswith("permissions boundary")):
        return _of_role(role)
    return None


def is_explicit(result: CheckResult) -> bool:
    """Tell whether a Deny statement is what refuses."""
    excerpt = result.evidence.get("excerpt")
    return isinstance(excerpt, Mapping) and excerpt.get("Effect") == "Deny"


def request_of(result: CheckResult) -> Mapping[str, Any]:
    """Return the request that the finding is about: its action and resource, or nothing."""
    request = result.evidence.get("request")
    return request if isinstance(request, Mapping) else {}


def _is_managed(result: CheckResult, answers: Answers) -> bool:
    """Whether the role lacks what Panther needs to set the notifications up itself."""
    managed = answers.source.panther_managed_bucket_notifications_enabled
    about = result.id in (CheckId.NOTIFICATIONS_BUCKET, CheckId.NOTIFICATIONS_TOPIC)
    return managed and about and result.cause == "missing" and bool(request_of(result))


def _of_trust(role: Role) -> Place:
    return Place(MendKind.TRUST, role.arn, role.trust, lambda read, after: _with_role(read, trust=after))


def _of_role(role: Role) -> Place:
    """The inline policy that has our statements, else the one that is ours by name, made where there is none."""
    inline = [policy for policy in role.policies if not policy.attached_arn]
    ours = [policy for policy in inline if _has_ours(policy.document)]
    ours += [policy for policy in inline if policy.name == NEW_POLICY]
    found = ours[0] if ours else None
    name = found.name if found else NEW_POLICY
    others = tuple(policy.document for policy in inline if policy is not found)

    def put(read: Readings, after: Document) -> Readings:
        edited = RolePolicy(name, after)
        if found is None:
            return _with_role(read, policies=(*role.policies, edited))
        return _with_role(read, policies=tuple(edited if each is found else each for each in role.policies))

    return Place(MendKind.ROLE_POLICY, role.arn, found.document if found else None, put, name, others=others)


def _of_bucket(readings: Readings, answers: Answers) -> Place | None:
    document = readings.bucket_policy
    if document is not None and not isinstance(document, dict):
        return None
    return Place(
        MendKind.BUCKET,
        answers.source.bucket_name,
        document,
        lambda read, after: replace(read, bucket_policy=after),
        region=answers.region_of_bucket,
        owner=answers.source.aws_account_id,
    )


def _of_key(readings: Readings, name: str) -> Place | None:
    """The policy of a key; AWS's own keys have one that nobody can change (KMS developer guide, "AWS managed keys")."""
    reading = readings.keys.get(name, KeyReading())
    facts, policy = reading.facts, reading.policy
    if not isinstance(facts, KeyFacts) or facts.manager == AWS_MANAGED or not isinstance(policy, dict):
        return None
    arn = parse_arn(facts.arn)

    def put(read: Readings, after: Document) -> Readings:
        keys = {
            known: replace(each, policy=after)
            if isinstance(each.facts, KeyFacts) and each.facts.arn == facts.arn
            else each
            for known, each in read.keys.items()
        }
        return replace(read, keys=keys)

    return Place(MendKind.KEY, facts.arn, policy, put, region=arn.region if arn else "")


def _of_topic(topic: Topic) -> Place:
    arn = parse_arn(topic.arn)
    return Place(
        MendKind.TOPIC,
        topic.arn,
        topic.policy,
        lambda read, after: replace(read, topic=replace(topic, policy=after)),
        region=arn.region if arn else "",
    )


def _with_role(readings: Readings, **changes: Any) -> Readings:
    assert isinstance(readings.role, Role)
    return replace(readings, role=replace(readings.role, **changes))


def _has_ours(document: Document) -> bool:
    return any(statement.get("Sid") in OF_ROLE for statement in statements_of(document))
