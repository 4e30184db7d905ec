"""Checks of the KMS key: that it can be used, and that the role may decrypt with it."""

from __future__ import annotations

from panther_s3.answers import Answers
from panther_s3.aws.buckets import BucketFacts, Encryption
from panther_s3.aws.roles import Role
from panther_s3.checks.bucket import evidence_of, found, judge_role, names_of
from panther_s3.checks.readings import Document, Readings
from panther_s3.checks.result import CheckId, CheckResult, Status, unread
from panther_s3.checks.statements import Says, judge
from panther_s3.policies import object_key_statement, to_json
from panther_s3.problems import Problem, ProblemKind
from panther_s3.rules import kms_key_fault

DECRYPT = "kms:Decrypt"
STATES = {"Disabled": "disabled", "PendingDeletion": "pending_deletion"}


def check_key(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `kms.key`."""
    arn, bucket, key = answers.source.kms_key_arn, found(readings), readings.key
    default = bucket.kms_key_arn if bucket and bucket.encryption is Encryption.CUSTOMER_KEY else ""
    if not arn and default:
        return CheckResult(
            CheckId.KMS_KEY, Status.FAIL, "not_configured",
            f"The bucket encrypts with {default}, which the source does not name.", f"Enter {default} as the KMS Key.",
        )  # fmt: skip
    if not arn and (bucket is None or bucket.encryption in (Encryption.UNKNOWN, Encryption.CUSTOMER_KEY)):
        return _default_unknown(CheckId.KMS_KEY, readings)
    if not arn:
        return CheckResult(
            CheckId.KMS_KEY,
            Status.PASS,
            detail="No KMS key is configured, and the bucket's default needs none.",
        )
    if fault := kms_key_fault(arn):
        cause = "alias_arn" if ":alias/" in arn else "invalid_arn"
        return CheckResult(CheckId.KMS_KEY, Status.FAIL, cause, fault, "Enter the ARN of the key itself.")
    if isinstance(key, Problem) and key.kind is ProblemKind.NOT_FOUND:
        return CheckResult(
            CheckId.KMS_KEY,
            Status.FAIL,
            "missing",
            f"There is no key {arn}. {key.cause}",
            "Correct the KMS Key.",
        )
    if isinstance(key, Problem):
        return unread(CheckId.KMS_KEY, key)
    if key is None:
        return CheckResult(CheckId.KMS_KEY, Status.UNKNOWN, "not_answered", "The key was not looked up.", "Retry.")
    if not key.enabled:
        return CheckResult(
            CheckId.KMS_KEY, Status.FAIL, STATES.get(key.state, "disabled"), f"The key is {key.state}.",
            "Enable the key, or cancel its deletion, in KMS.",
        )  # fmt: skip
    if default and default != key.arn:
        return CheckResult(
            CheckId.KMS_KEY, Status.FAIL, "mismatch",
            f"The bucket encrypts with {default}, the source names {key.arn}.",
            f"Enter {default} as the KMS Key.",
        )  # fmt: skip
    return CheckResult(CheckId.KMS_KEY, Status.PASS, detail=f"{key.arn} is enabled.")


def check_decrypt(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `kms.decrypt`: the role's policy must allow it, and the key's policy the account or the role."""
    arn, role, policy = answers.source.kms_key_arn, readings.role, readings.key_policy
    if not arn:
        key = check_key(readings, answers)
        if key.status is Status.PASS:
            return CheckResult(CheckId.KMS_DECRYPT, Status.PASS, detail="There is no key to decrypt with.")
        if key.status is Status.FAIL:
            detail = "The key that the bucket encrypts with is not named."
            return CheckResult(CheckId.KMS_DECRYPT, Status.SKIPPED, CheckId.KMS_KEY.value, detail)
        return _default_unknown(CheckId.KMS_DECRYPT, readings)
    if role is None:
        return CheckResult(
            CheckId.KMS_DECRYPT, Status.SKIPPED, CheckId.ROLE_EXISTS.value, "There is no role to look at."
        )
    if isinstance(role, Problem):
        return unread(CheckId.KMS_DECRYPT, role)
    identity = judge_role(CheckId.KMS_DECRYPT, role, answers, DECRYPT, arn)
    if identity.status is Status.FAIL:
        return identity
    if policy is None:
        return CheckResult(
            CheckId.KMS_DECRYPT, Status.UNKNOWN, "not_answered", "The key policy was not looked up.", "Retry."
        )
    if isinstance(policy, Problem):
        return unread(CheckId.KMS_DECRYPT, policy)
    by_key = _judge_key_policy(policy, role, arn)
    return (
        by_key if by_key is not None and (by_key.status is Status.FAIL or identity.status is Status.PASS) else identity
    )


def _judge_key_policy(policy: Document, role: Role, arn: str) -> CheckResult | None:
    """Return what stands in the way in the key's policy; None where nothing does."""
    verdict = judge([("key policy", policy)], DECRYPT, arn, names_of(role))
    evidence = evidence_of(f"key policy of {arn}", verdict, DECRYPT, arn)
    if verdict.says is Says.DENIED:
        return CheckResult(
            CheckId.KMS_DECRYPT, Status.FAIL, "key_policy_denies",
            f"The key policy's Deny statement {verdict.statement} refuses the role.",
            f"Exempt {role.arn} from the statement {verdict.statement}.", evidence,
        )  # fmt: skip
    if verdict.says is Says.CONDITIONAL:
        return CheckResult(
            CheckId.KMS_DECRYPT, Status.UNKNOWN, "cannot_judge",
            f"The key policy's statement {verdict.statement} depends on a condition.",
            f"Look whether {role.arn} is let through.", evidence,
        )  # fmt: skip
    if verdict.says is Says.NOT_ALLOWED:
        return CheckResult(
            CheckId.KMS_DECRYPT, Status.FAIL, "key_policy_does_not_allow",
            "The key policy names neither the role nor its account.",
            f"Add to the key policy:\n{to_json(object_key_statement(role.arn))}", evidence,
        )  # fmt: skip
    return None


def _default_unknown(check: CheckId, readings: Readings) -> CheckResult:
    """Return the finding where it could not be read whether the bucket encrypts with a key of its own."""
    problem = readings.bucket
    if isinstance(problem, BucketFacts):
        problem = problem.unread[0] if problem.unread else None
    if problem is None:
        detail = "Whether the bucket encrypts with a key is not known."
        return CheckResult(check, Status.UNKNOWN, "not_answered", detail, "Retry.")
    return unread(check, problem)
