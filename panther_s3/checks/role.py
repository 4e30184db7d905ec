"""Checks of the role: that it exists, and that Panther's account may assume it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn
from panther_s3.aws.roles import Role
from panther_s3.checks.readings import Readings
from panther_s3.checks.result import CheckId, CheckResult, Status, unread, worst
from panther_s3.checks.statements import (
    EXTERNAL_ID,
    SECURE_TRANSPORT,
    condition_holds,
    covers_action,
    name_of,
    principals_of,
    statements_of,
)
from panther_s3.panther import PantherDeployment
from panther_s3.policies import to_json, trust_policy
from panther_s3.problems import Problem

ASSUME = "sts:AssumeRole"


def check_exists(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `role.exists`."""
    arn = answers.role_arn
    role = readings.role
    if isinstance(role, Problem):
        return unread(CheckId.ROLE_EXISTS, role)
    if role is None:
        return CheckResult(
            CheckId.ROLE_EXISTS,
            Status.FAIL,
            "missing",
            f"AWS has no role {arn}.",
            "Make the role, or correct the ARN. A role made a moment ago may take some seconds to show: Retry.",
        )
    if role.arn != arn:
        return CheckResult(
            CheckId.ROLE_EXISTS,
            Status.FAIL,
            "missing",
            f"The role of that name is {role.arn}, not {arn}: the path or the account differs.",
            f"Enter {role.arn} as the Role ARN.",
        )
    return CheckResult(CheckId.ROLE_EXISTS, Status.PASS, detail=f"Found {role.arn}.")


def check_trust(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `role.trust`."""
    role = readings.role
    if isinstance(role, Problem):
        return unread(CheckId.ROLE_TRUST, role)
    if role is None:
        return CheckResult(
            CheckId.ROLE_TRUST, Status.SKIPPED, CheckId.ROLE_EXISTS.value, "There is no role to look at."
        )
    return judge_trust(role, answers.panther)


def judge_trust(role: Role, panther: PantherDeployment) -> CheckResult:
    """Return whether `role`'s trust policy lets Panther's account assume it.

    Panther sends no ExternalId and calls over TLS, from its own account (Panther's documentation,
    "Security Without AWS External ID").
    """
    allows: list[tuple[str, Mapping[str, Any]]] = []
    others: list[str] = []
    denials: list[CheckResult] = []
    for place, statement in enumerate(statements_of(role.trust)):
        name, principals = name_of(statement, place), principals_of(statement)
        ours = [principal for principal in principals if principal == "*" or _is_of(principal, panther.account_id)]
        if statement.get("Effect") == "Allow":
            others += [principal for principal in principals if principal not in ours]
            if ours:
                allows.append((name, statement))
        elif (ours or "NotPrincipal" in statement) and covers_action(statement, ASSUME):
            denials += _judge_deny(role, name, statement)
    if denials and (allows or worst(denials).status is Status.FAIL):
        return worst(denials)
    if not allows:
        return _untrusted(role, panther, others)
    return _best_allow(role, panther, allows)


def _judge_deny(role: Role, name: str, statement: Mapping[str, Any]) -> list[CheckResult]:
    """Return what a Deny that may be about Panther means; nothing where its condition does not meet Panther."""
    holds = condition_holds(statement.get("Condition"))
    if holds is False:
        return []
    if holds is None or "NotPrincipal" in statement:
        detail = "A Deny statement with a condition may refuse Panther."
        return [_finding(role, Status.UNKNOWN, "cannot_judge", name, detail)]
    detail = "A Deny statement refuses Panther."
    return [_finding(role, Status.FAIL, "explicit_deny", name, detail, "Take the statement out.")]


def _best_allow(role: Role, panther: PantherDeployment, allows: list[tuple[str, Mapping[str, Any]]]) -> CheckResult:
    """Judge the statements that name Panther: the most favourable of them counts."""
    findings = [_judge_allow(role, panther, name, statement) for name, statement in allows]
    order = (Status.PASS, Status.WARN, Status.UNKNOWN, Status.FAIL)
    return min(findings, key=lambda finding: order.index(finding.status))


def _judge_allow(role: Role, panther: PantherDeployment, name: str, statement: Mapping[str, Any]) -> CheckResult:
    if not covers_action(statement, ASSUME):
        return _finding(
            role, Status.FAIL, "assume_role_not_allowed", name,
            "Panther is named, but not with the action sts:AssumeRole.", f"Set Action to {ASSUME}.",
        )  # fmt: skip
    condition = statement.get("Condition") or {}
    keys = {str(key).lower() for tests in condition.values() for key in tests}
    holds = condition_holds(condition)
    if holds is False and EXTERNAL_ID in keys:
        return _finding(
            role, Status.FAIL, "external_id_required", name,
            "The statement wants an ExternalId; Panther sends none.", "Take sts:ExternalId out of the condition.",
        )  # fmt: skip
    if holds is False:
        return _finding(
            role, Status.FAIL, "condition_not_met", name,
            "The statement wants a call without TLS; Panther always uses TLS.", "Set aws:SecureTransport to true.",
        )  # fmt: skip
    if holds is None:
        unknown = ", ".join(sorted(keys - {SECURE_TRANSPORT, EXTERNAL_ID}) or sorted(keys))
        return _finding(
            role, Status.UNKNOWN, "cannot_judge", name,
            f"Whether Panther meets the condition on {unknown} cannot be told from here.",
        )  # fmt: skip
    principals = principals_of(statement)
    if panther.account_id not in principals and panther.root_arn not in principals and "*" not in principals:
        return _finding(
            role, Status.WARN, "specific_role_trusted", name,
            f"The statement trusts {', '.join(principals)} alone; Panther's role names change with a new deployment.",
            f"Trust {panther.root_arn}.",
        )  # fmt: skip
    if SECURE_TRANSPORT not in keys:
        return _finding(
            role, Status.WARN, "secure_transport_not_required", name,
            "Panther is trusted, with or without TLS.", "Add the condition aws:SecureTransport: true.",
        )  # fmt: skip
    return _finding(role, Status.PASS, None, name, f"Panther's account {panther.account_id} may assume the role.")


def _untrusted(role: Role, panther: PantherDeployment, others: list[str]) -> CheckResult:
    remedy = f"Make this its trust policy:\n{to_json(trust_policy(panther))}"
    deleted = [principal for principal in others if principal.startswith(("AROA", "AIDA"))]
    if deleted:
        return _finding(
            role, Status.FAIL, "deleted_principal", "",
            f"The trust policy names {', '.join(deleted)}, a role or user that was deleted.", remedy,
        )  # fmt: skip
    accounts = sorted({account for account in map(_account_of, others) if account})
    if accounts:
        return _finding(
            role, Status.FAIL, "wrong_account", "",
            f"The role trusts {', '.join(accounts)}, not Panther's account {panther.account_id}.", remedy,
        )  # fmt: skip
    return _finding(
        role, Status.FAIL, "panther_not_trusted", "",
        f"No statement of the trust policy names Panther's account {panther.account_id}.", remedy,
    )  # fmt: skip


def _is_of(principal: str, account_id: str) -> bool:
    return _account_of(principal) == account_id


def _account_of(principal: str) -> str:
    arn = parse_arn(principal)
    return arn.account if arn else principal if principal.isdigit() else ""


def _finding(
    role: Role, status: Status, cause: str | None, statement: str, detail: str, remedy: str = ""
) -> CheckResult:
    evidence = {
        "document": f"trust policy of {role.arn}",
        "statement": statement,
        "request": {"action": ASSUME, "resource": role.arn},
    }
    return CheckResult(CheckId.ROLE_TRUST, status, cause, detail, remedy, evidence)
