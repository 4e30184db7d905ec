"""Whether a key's policy would lock out those who can change it now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from panther_s3.access import evaluate
from panther_s3.arns import Arn, parse_arn
from panther_s3.checks.judging import EVERYTHING
from panther_s3.problems import Problem, ProblemKind

PUT = "kms:PutKeyPolicy"


def lockout_by(before: Mapping[str, Any], after: Mapping[str, Any], key_arn: str, caller_arn: str) -> Problem | None:
    """Return why `after` is not to be put: somebody who may change the key's policy now could no more.

    A key whose policy nobody may change can be mended by AWS Support alone (KMS API reference,
    PutKeyPolicy). Judged are the account's root, which stands for its IAM policies, and the caller.
    """
    key = parse_arn(key_arn)
    if key is None:
        return None
    root = f"arn:{key.partition}:iam::{key.account}:root"
    for principal in (root, caller_arn):
        if _may(before, key, principal) and not _may(after, key, principal):
            return Problem(
                f"The key's policy would lock you out: with it, {principal} could not change it any more ({PUT})",
                remedy="Change the policy in the AWS Console, where you see all of it.",
                kind=ProblemKind.INVALID,
            )
    return None


def _may(policy: Mapping[str, Any], key: Arn, principal: str) -> bool:
    arn = parse_arn(principal)
    account = arn.account if arn else ""
    request = {
        "principal": principal,
        "principal_account": account,
        "action": PUT,
        "resource": str(key),
        "resource_account": key.account,
        "context": {
            "aws:PrincipalArn": _as_role(arn) if arn else principal,
            "aws:PrincipalAccount": account,
            "aws:SecureTransport": "true",
            "kms:CallerAccount": account,
            "kms:BypassPolicyLockoutSafetyCheck": "false",
        },
    }
    decision = evaluate(request, identity_policies=[EVERYTHING], resource_policy=policy, resource_policy_type="kms")
    return decision.verdict == "allow"


def _as_role(arn: Arn) -> str:
    """The role behind a session, as policies name it; its path is not known here."""
    kind, _, name = arn.resource.partition("/")
    return (
        str(arn._replace(service="iam", resource=f"role/{name.split('/')[0]}")) if kind == "assumed-role" else str(arn)
    )
