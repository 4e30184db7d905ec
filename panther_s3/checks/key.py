"""Checks of the KMS keys: that they can be used, and that the role may decrypt with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn
from panther_s3.aws.buckets import BucketFacts, Encryption
from panther_s3.aws.keys import KeyFacts
from panther_s3.aws.roles import Role
from panther_s3.checks.key_uses import KeyUse, arn_of, facts_of, is_aws_managed, key_uses, named_uses, reading_of
from panther_s3.checks.objects import distinct
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.checks.requests import Request, decrypt, describe_key
from panther_s3.checks.result import CheckId, CheckResult, Status, skipped, unanswered, unread, worst
from panther_s3.checks.role_access import judge_role_request, policies_of, role_of
from panther_s3.problems import Problem, ProblemKind
from panther_s3.rules import kms_key_fault

STATES = {"Disabled": "disabled", "PendingDeletion": "pending_deletion", "PendingReplicaDeletion": "pending_deletion"}
KEY_POLICY_CAUSES = ("key_policy_denies", "key_policy_does_not_allow")


def check_key(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `kms.key`: the key that the source names, and whether others are in use."""
    named = answers.source.kms_key_arn
    findings = [_of_named(readings, named)] if named else []
    used = _first_of_each(key_uses(readings, answers))
    findings += [finding for use in used if (finding := _of_use(readings, named, use))]
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
    used = key_uses(readings, answers)
    managed = _first_of_each([use for use in used if is_aws_managed(readings, use.arn)])
    uses = [use for use in used if not is_aws_managed(readings, use.arn)]
    if _can_be_used(readings, named):
        uses += named_uses(readings, answers, uses)
    unknown = _default_unknown(CheckId.KMS_DECRYPT, readings, named)
    if named and not uses:
        return skipped(CheckId.KMS_DECRYPT, CheckId.KMS_KEY, "The key that the source names cannot be used.")
    if not uses and not unknown and not managed:
        return CheckResult(CheckId.KMS_DECRYPT, Status.PASS, detail="Not needed: there is no key to decrypt with.")
    if isinstance(role, CheckResult):
        return role
    findings = [
        finding
        for first in _first_of_each(uses)
        for finding in _of_key(readings, answers, role, [use for use in uses if use.arn == first.arn])
    ]
    return worst([*findings, *(_foreign(role, use) for use in managed), *unknown])


def _first_of_each(uses: list[KeyUse]) -> list[KeyUse]:
    """The first use of each key."""
    return list({use.arn: use for use in reversed(uses)}.values())[::-1]


def _can_be_used(readings: Readings, named: str) -> bool:
    """Whether there is such a key, as far as is known."""
    facts = readings.keys.get(named, KeyReading()).facts
    gone = isinstance(facts, Problem) and facts.kind is ProblemKind.NOT_FOUND
    return bool(named) and not kms_key_fault(named) and not gone


def _of_named(readings: Readings, named: str) -> CheckResult:
    """The key that the source names: by its ARN, there, and enabled."""
    arn = parse_arn(named)
    alias = named.startswith("alias/") or (arn is not None and arn.resource.startswith("alias/"))
    if fault := kms_key_fault(named):
        own = arn_of(readings, named)
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
    if is_aws_managed(readings, use.arn):
        return None  # aws/s3 needs no entry where role and key share the account: kms.decrypt judges that
    if named and arn_of(readings, named) == use.arn:
        return None
    what = f"{use.by[0].upper()}{use.by[1:]} is encrypted with {use.arn}"
    facts = reading_of(readings, use.arn).facts
    if not isinstance(facts, KeyFacts):
        return _of_untold(use, what, facts)
    if broken := _state(facts):
        return broken
    cause, why = ("mismatch", f"the source names {named}") if named else ("not_configured", "the source names none")
    return CheckResult(
        CheckId.KMS_KEY, Status.FAIL, cause, f"{what}; {why}.",
        f"Enter {use.arn} as the KMS Key, and give the role kms:Decrypt on it.", _evidence_of(use),
    )  # fmt: skip


def _of_untold(use: KeyUse, what: str, why: Problem | None) -> CheckResult:
    """A key in use of which DescribeKey tells nothing: it may be aws/s3, which needs no entry, unless it is gone.

    Nobody can delete a key of AWS's own (KMS developer guide, "AWS managed keys").
    """
    if why is None:
        return unanswered(CheckId.KMS_KEY, f"The key {use.arn}")
    if why.kind is not ProblemKind.NOT_FOUND:
        return unread(CheckId.KMS_KEY, why)
    return CheckResult(
        CheckId.KMS_KEY, Status.FAIL, "missing", f"{what}, and there is no such key. {why.cause}",
        "Have it encrypted with a key that is there: what a deleted key encrypted nobody can read.", _evidence_of(use),
    )  # fmt: skip


def _evidence_of(use: KeyUse) -> dict[str, object]:
    return {"document": use.by, "statement": "", "request": {"action": "kms:Decrypt", "resource": use.arn}}


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


def _of_key(readings: Readings, answers: Answers, role: Role, uses: list[KeyUse]) -> Iterator[CheckResult]:
    """Yield what comes of each Decrypt of one key that S3 makes in the role's name, and of Panther's DescribeKey."""
    arn = uses[0].arn
    if reading_of(readings, arn).policy is None:
        yield unanswered(CheckId.KMS_DECRYPT, f"The policy of the key {arn}")
        return
    decrypting = [
        _judged(readings, answers, role, decrypt(role, answers, arn, use.key, bucket_key=use.bucket_key))
        for use in uses
    ]
    yield from distinct(_told_apart(decrypting, uses))
    if facts_of(readings, arn) or arn == arn_of(readings, answers.source.kms_key_arn):
        # Panther describes the key that the source names, and aws/s3 needs no naming: this one may be that
        yield _judged(readings, answers, role, describe_key(role, arn))


def _judged(readings: Readings, answers: Answers, role: Role, request: Request) -> CheckResult:
    """What comes of a request of the role on a key."""
    reading = reading_of(readings, request.resource)
    policy, grants = reading.policy, reading.grants
    resource = (f"key policy of {request.resource}", policy) if isinstance(policy, dict) else None
    policies = policies_of(role, resource, "kms")
    if isinstance(grants, tuple):
        policies = replace(policies, grants=grants)
    unreadable = policy if isinstance(policy, Problem) else None
    finding = judge_role_request(
        CheckId.KMS_DECRYPT, readings, answers, request, policies, unreadable, KEY_POLICY_CAUSES
    )
    if finding.cause == "key_policy_does_not_allow" and isinstance(grants, Problem):
        return unread(CheckId.KMS_DECRYPT, grants)  # a grant may allow what the policy does not
    return finding


def _told_apart(findings: list[CheckResult], uses: list[KeyUse]) -> list[CheckResult]:
    """The findings of one key's uses; where they fare differently, those in trouble say which they are about."""
    if len({finding.status for finding in findings}) == 1:
        return findings
    return [
        finding
        if finding.status is Status.PASS
        else replace(finding, detail=f"{finding.detail} So it is for {use.example}.")
        for finding, use in zip(findings, uses, strict=True)
    ]


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
