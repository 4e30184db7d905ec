"""Checks of the KMS key: that it can be used, and that the role may decrypt with it."""

from __future__ import annotations

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn
from panther_s3.aws.buckets import Encryption
from panther_s3.checks.bucket import found, judge_role
from panther_s3.checks.readings import Readings
from panther_s3.checks.result import CheckId, CheckResult, Status, unread
from panther_s3.checks.statements import as_list, covers_action, statements_of
from panther_s3.policies import object_key_statement, to_json
from panther_s3.problems import Problem, ProblemKind

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
    if not arn:
        return CheckResult(
            CheckId.KMS_KEY,
            Status.PASS,
            detail="No KMS key is configured, and the bucket's default needs none.",
        )
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
    arn = answers.source.kms_key_arn
    if not arn:
        return CheckResult(CheckId.KMS_DECRYPT, Status.PASS, detail="There is no key to decrypt with.")
    role, policy = readings.role, readings.key_policy
    if role is None:
        return CheckResult(
            CheckId.KMS_DECRYPT, Status.SKIPPED, CheckId.ROLE_EXISTS.value, "There is no role to look at."
        )
    if isinstance(role, Problem):
        return unread(CheckId.KMS_DECRYPT, role)
    identity = judge_role(CheckId.KMS_DECRYPT, role, answers, DECRYPT, arn)
    if identity.status is Status.FAIL or isinstance(policy, Problem) or policy is None:
        return (
            identity
            if identity.status is Status.FAIL or not isinstance(policy, Problem)
            else unread(CheckId.KMS_DECRYPT, policy)
        )
    account = parse_arn(role.arn)
    root = f"arn:{account.partition}:iam::{account.account}:root" if account else ""
    evidence = {"document": f"key policy of {arn}", "request": {"action": DECRYPT, "resource": arn}}
    conditional = False
    allowed = False
    for statement in statements_of(policy):
        if not covers_action(statement, DECRYPT):
            continue
        principal = statement.get("Principal")
        named = as_list(principal.get("AWS")) if isinstance(principal, dict) else as_list(principal)
        if not {"*", root, account.account if account else "", role.arn} & set(map(str, named)):
            continue
        if statement.get("Condition") or statement.get("Effect") == "Deny":
            conditional = True
        else:
            allowed = True
    if conditional:
        return CheckResult(
            CheckId.KMS_DECRYPT, Status.UNKNOWN, "cannot_judge",
            "The key policy has a Deny or a condition that may concern the role.",
            f"Look whether {role.arn} is let through.", evidence,
        )  # fmt: skip
    if not allowed:
        return CheckResult(
            CheckId.KMS_DECRYPT, Status.FAIL, "key_policy_does_not_allow",
            "The key policy names neither the role nor its account.",
            f"Add to the key policy:\n{to_json(object_key_statement(role.arn))}", evidence,
        )  # fmt: skip
    return identity
