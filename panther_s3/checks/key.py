"""Checks of the KMS keys: that they can be used, and that the role may decrypt with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn
from panther_s3.aws.buckets import BucketFacts, Encryption
from panther_s3.aws.keys import AWS_MANAGED, KeyFacts
from panther_s3.aws.roles import Role
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.checks.requests import decrypt, describe_key, key_to_come
from panther_s3.checks.result import CheckId, CheckResult, Status, skipped, unanswered, unread, worst
from panther_s3.checks.role_access import judge_role_request, policies_of, role_of
from panther_s3.problems import Problem, ProblemKind
from panther_s3.rules import kms_key_fault

STATES = {"Disabled": "disabled", "PendingDeletion": "pending_deletion", "PendingReplicaDeletion": "pending_deletion"}
KEY_POLICY_CAUSES = ("key_policy_denies", "key_policy_does_not_allow")


class KeyUse(NamedTuple):
    """A key, and an object or the bucket's default that uses it."""

    arn: str
    by: str
    """What uses it, in words."""
    key: str
    """An object's key, for the encryption context."""
    bucket_key: bool


def check_key(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `kms.key`: the key that the source names, and whether others are in use."""
    named = answers.source.kms_key_arn
    findings = [_of_named(readings, named)] if named else []
    findings += [finding for use in key_uses(readings, answers) if (finding := _of_use(readings, named, use))]
    findings += _default_unknown(CheckId.KMS_KEY, readings, named)
    if findings:
        return worst(findings)
    return CheckResult(
        CheckId.KMS_KEY, Status.PASS, detail="Not needed: no object seen and no default uses a key of yours."
    )


def check_decrypt(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `kms.decrypt`, for every key that the source names or that is in use."""
    named = answers.source.kms_key_arn
    role = role_of(CheckId.KMS_DECRYPT, readings)
    uses = [use for use in key_uses(readings, answers) if not _aws_managed(readings, use.arn)]
    if _can_be_used(readings, named) and all(_arn_of(readings, named) != use.arn for use in uses):
        bucket_key = isinstance(readings.bucket, BucketFacts) and readings.bucket.bucket_key
        uses.append(KeyUse(_arn_of(readings, named), "the source", _to_come(answers), bucket_key))
    unknown = _default_unknown(CheckId.KMS_DECRYPT, readings, named)
    if named and not uses:
        return skipped(CheckId.KMS_DECRYPT, CheckId.KMS_KEY, "The key that the source names cannot be used.")
    managed = any(_aws_managed(readings, use.arn) for use in key_uses(readings, answers))
    if not uses and not unknown and not managed:
        return CheckResult(CheckId.KMS_DECRYPT, Status.PASS, detail="Not needed: there is no key to decrypt with.")
    if isinstance(role, CheckResult):
        return role
    foreign = [_foreign(role, use) for use in key_uses(readings, answers) if _aws_managed(readings, use.arn)]
    findings = [finding for use in uses for finding in _decrypts(readings, answers, role, use)]
    return worst([*findings, *filter(None, foreign), *unknown])


def _can_be_used(readings: Readings, named: str) -> bool:
    """Whether there is such a key, as far as is known."""
    facts = readings.keys.get(named, KeyReading()).facts
    gone = isinstance(facts, Problem) and facts.kind is ProblemKind.NOT_FOUND
    return bool(named) and not kms_key_fault(named) and not gone


def key_uses(readings: Readings, answers: Answers) -> Iterator[KeyUse]:
    """Yield every key that an object seen or the bucket's default encrypts with, once each."""
    seen: set[str] = set()
    bucket = readings.bucket
    for sample in readings.samples:
        for each in sample.objects:
            if each.kms_key_arn and each.kms_key_arn not in seen:
                seen.add(each.kms_key_arn)
                default = isinstance(bucket, BucketFacts) and bucket.bucket_key
                bucket_key = default if each.bucket_key is None else each.bucket_key
                yield KeyUse(each.kms_key_arn, f"the object {each.key}", each.key, bucket_key)
    if isinstance(bucket, BucketFacts) and bucket.encryption is Encryption.CUSTOMER_KEY:
        default_arn = bucket.kms_key_arn
        if default_arn and default_arn not in seen:
            yield KeyUse(default_arn, "the bucket's default", _to_come(answers), bucket.bucket_key)


def _to_come(answers: Answers) -> str:
    """A key that is yet to come, under the source's first prefix."""
    return key_to_come(next((row.prefix for row in answers.source.prefix_log_types), ""))


def _of_named(readings: Readings, named: str) -> CheckResult:
    """The key that the source names: by its ARN, there, and enabled."""
    arn = parse_arn(named)
    alias = named.startswith("alias/") or (arn is not None and arn.resource.startswith("alias/"))
    if fault := kms_key_fault(named):
        own = _arn_of(readings, named)
        remedy = f"Enter {own} as the KMS Key." if own != named else "Enter the ARN of the key itself."
        return CheckResult(CheckId.KMS_KEY, Status.FAIL, "alias_arn" if alias else "invalid_arn", fault, remedy)
    facts = readings.keys.get(named, KeyReading()).facts
    if isinstance(facts, Problem) and facts.kind is ProblemKind.NOT_FOUND:
        detail = f"There is no key {named}. {facts.cause}"
        return CheckResult(CheckId.KMS_KEY, Status.FAIL, "missing", detail, "Correct the KMS Key.")
    if isinstance(facts, Problem):
        return unread(CheckId.KMS_KEY, facts)
    if facts is None:
        return unanswered(CheckId.KMS_KEY, f"The key {named}")
    return _state(facts) or CheckResult(CheckId.KMS_KEY, Status.PASS, detail=f"{facts.arn} is enabled.")


def _of_use(readings: Readings, named: str, use: KeyUse) -> CheckResult | None:
    """A key in use that the source does not name, or that cannot be used; None where all is well."""
    facts = _facts(readings, use.arn)
    if _aws_managed(readings, use.arn):
        return None  # aws/s3 needs no entry where role and key share the account: kms.decrypt judges that
    if named and _arn_of(readings, named) == use.arn:
        return None
    if facts is not None and (broken := _state(facts)):
        return broken
    cause, what = ("mismatch", f"the source names {named}") if named else ("not_configured", "the source names none")
    return CheckResult(
        CheckId.KMS_KEY, Status.FAIL, cause, f"{use.by[0].upper()}{use.by[1:]} is encrypted with {use.arn}; {what}.",
        f"Enter {use.arn} as the KMS Key, and give the role kms:Decrypt on it.",
        {"document": use.by, "statement": "", "request": {"action": "kms:Decrypt", "resource": use.arn}},
    )  # fmt: skip


def _state(facts: KeyFacts) -> CheckResult | None:
    """What is wrong with the key's state; None for nothing."""
    if facts.enabled:
        return None
    evidence = {"document": f"key {facts.arn}", "statement": facts.state, "request": {}}
    cause = STATES.get(facts.state, "disabled")
    remedy = {
        "disabled": f"aws kms enable-key --key-id {facts.arn}",
        "pending_deletion": f"aws kms cancel-key-deletion --key-id {facts.arn}, then enable it.",
    }[cause]
    return CheckResult(CheckId.KMS_KEY, Status.FAIL, cause, f"The key {facts.arn} is {facts.state}.", remedy, evidence)


def _decrypts(readings: Readings, answers: Answers, role: Role, use: KeyUse) -> Iterator[CheckResult]:
    """Yield what comes of S3's Decrypt in the role's name, and of Panther's DescribeKey."""
    reading = _reading(readings, use.arn)
    policy, grants = reading.policy, reading.grants
    resource = (f"key policy of {use.arn}", policy) if isinstance(policy, dict) else None
    policies = policies_of(role, resource, "kms")
    if isinstance(grants, tuple):
        policies = replace(policies, grants=grants)
    unreadable = policy if isinstance(policy, Problem) else None
    if policy is None:
        yield unanswered(CheckId.KMS_DECRYPT, f"The policy of the key {use.arn}")
        return
    for request in (
        decrypt(role, answers, use.arn, use.key, bucket_key=use.bucket_key),
        describe_key(role, use.arn),
    ):
        finding = judge_role_request(
            CheckId.KMS_DECRYPT, readings, answers, request, policies, unreadable, KEY_POLICY_CAUSES
        )
        if (
            finding.status is Status.FAIL
            and finding.cause == "key_policy_does_not_allow"
            and isinstance(grants, Problem)
        ):
            finding = unread(CheckId.KMS_DECRYPT, grants)  # a grant may allow what the policy does not
        yield finding


def _foreign(role: Role, use: KeyUse) -> CheckResult:
    """Whether AWS's own aws/s3 key works: only within the account that it is in (KMS developer guide)."""
    key, own = parse_arn(use.arn), parse_arn(role.arn)
    request = {"action": "kms:Decrypt", "resource": use.arn}
    evidence = {"document": f"key policy of {use.arn}", "statement": "", "request": request}
    if key is None or own is None or key.account == own.account:
        detail = "AWS's own aws/s3 key needs no entry and no permission in its own account."
        return CheckResult(CheckId.KMS_DECRYPT, Status.PASS, detail=detail, evidence=evidence)
    return CheckResult(
        CheckId.KMS_DECRYPT, Status.FAIL, "key_policy_does_not_allow",
        f"{use.arn} is AWS's own aws/s3 key of another account, whose policy nobody can change.",
        "Have the objects encrypted with a customer-managed key.", evidence,
    )  # fmt: skip


def _aws_managed(readings: Readings, arn: str) -> bool:
    facts = _facts(readings, arn)
    return facts is not None and facts.manager == AWS_MANAGED


def _reading(readings: Readings, name: str) -> KeyReading:
    """What was read of a key: by the name, or else by another name of the same key."""
    if name in readings.keys:
        return readings.keys[name]
    known = (each for each in readings.keys.values() if isinstance(each.facts, KeyFacts) and each.facts.arn == name)
    return next(known, KeyReading())


def _facts(readings: Readings, name: str) -> KeyFacts | None:
    facts = _reading(readings, name).facts
    return facts if isinstance(facts, KeyFacts) else None


def _arn_of(readings: Readings, name: str) -> str:
    """The key's own ARN, where a name of it was resolved."""
    facts = _facts(readings, name)
    return facts.arn if facts else name


def _default_unknown(check: CheckId, readings: Readings, named: str) -> list[CheckResult]:
    """The finding where it could not be read how the bucket encrypts, and nothing else tells."""
    bucket = readings.bucket
    if isinstance(bucket, BucketFacts):
        unclear = bucket.encryption is Encryption.UNKNOWN or (
            bucket.encryption is Encryption.CUSTOMER_KEY and not bucket.kms_key_arn
        )
        if not unclear or named:
            return []
        return [unread(check, bucket.unread[0])] if bucket.unread else [unanswered(check, "The bucket's encryption")]
    if named:
        return []
    return [unread(check, bucket) if isinstance(bucket, Problem) else unanswered(check, "The bucket's encryption")]
