"""Why a trust policy refuses Panther: found by asking what change would let it in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from panther_s3.arns import parse_arn
from panther_s3.aws.roles import Role
from panther_s3.checks.judging import Judgement, Outcome, Policies, edited, judge
from panther_s3.checks.requests import SOMEBODY, Request, assume_role
from panther_s3.checks.statements import as_list, conditions_of, name_of, principals_of, statements_of
from panther_s3.checks.worlds import OF_PANTHER, asked_values
from panther_s3.panther import PantherDeployment
from panther_s3.policies import to_json, trust_policy

ASSUME = "sts:AssumeRole"
EXTERNAL_ID = "sts:ExternalId"


def fault_of(role: Role, panther: PantherDeployment, judgement: Judgement) -> tuple[str, str, str]:
    """Return the cause, the detail and the remedy of a trust that refuses Panther."""
    document, statement, name = judgement.policies.find(judgement.decision)
    if judgement.decision.layer == "resource_control_policy":
        return (
            "resource_control_policy",
            f"A resource control policy refuses it: {document}.",
            "Ask who administers it.",
        )
    if judgement.decision.kind == "explicit":
        return "explicit_deny", f"The Deny statement {name} refuses Panther.", _without_deny(statement, name, panther)
    return (
        _external_id(role, judgement)
        or _conditions(role, panther, judgement)
        or _action(role, judgement)
        or _principal(role, panther)
    )


def panther_names(role: Role, panther: PantherDeployment) -> Iterator[str]:
    """Return the names, with path, of Panther's roles and users that the trust policy speaks of."""
    named = [principal for statement in statements_of(role.trust) for principal in principals_of(statement)]
    asked = [
        value for key, values in asked_values([role.trust]).items() if key == "aws:principalarn" for value in values
    ]
    seen: set[str] = set()
    for text in (*named, *asked):
        arn = parse_arn(text)
        if arn is None or arn.account not in (panther.account_id, "*"):
            continue
        kind, _, name = arn.resource.partition("/")
        if kind == "assumed-role":
            name = name.split("/")[0]
        name = name.replace("*", "x").replace("?", "x")
        if kind in ("role", "assumed-role") and name and name not in seen:
            seen.add(name)
            yield name


def untested(request: Request, key: str, value: str) -> Request:
    """Return `request` with another value of a condition key."""
    return replace(request, context={**request.context, key: value})


def _external_id(role: Role, judgement: Judgement) -> tuple[str, str, str] | None:
    """An ExternalId would open it."""
    for value in asked_values([role.trust]).get(EXTERNAL_ID.lower(), ()):
        if _opens(untested(judgement.request, EXTERNAL_ID, value), judgement.policies):
            place, statement = _with_key(role, EXTERNAL_ID)
            return (
                "external_id_required",
                f"The statement {place} wants an ExternalId; Panther sends none.",
                f"Take {EXTERNAL_ID} out of its condition:\n{_json(_without_key(statement, EXTERNAL_ID))}",
            )
    return None


def _conditions(role: Role, panther: PantherDeployment, judgement: Judgement) -> tuple[str, str, str] | None:
    """Without its conditions it would let Panther in."""
    bare = edited(role.trust, lambda statement: statement.pop("Condition", None))
    policies = replace(judgement.policies, resource=("trust policy", bare))
    names = (SOMEBODY, *panther_names(role, panther))
    for request in (assume_role(role, panther, name) for name in names):
        opened = judge(request, policies, OF_PANTHER)
        if opened.outcome is Outcome.ALLOWED:
            index = opened.decision.statement[1] if opened.decision.statement else 0
            statement = as_list(role.trust.get("Statement"))[index]
            keys = ", ".join(dict.fromkeys(key for _, key, _ in conditions_of(statement)))
            if EXTERNAL_ID.lower() in keys.lower():
                cause, why = "external_id_required", "wants an ExternalId, among others; Panther sends none"
            else:
                cause, why = "condition_not_met", f"has a condition on {keys} that Panther's call does not meet"
            mended = {**statement, "Condition": trust_policy(panther)["Statement"][0]["Condition"]}
            return (
                cause,
                f"The statement {name_of(statement, index)} names Panther, but {why}.",
                f"Make it:\n{_json(mended)}",
            )
    return None


def _action(role: Role, judgement: Judgement) -> tuple[str, str, str] | None:
    """With the action sts:AssumeRole it would let Panther in."""

    def allow(statement: dict[str, Any]) -> None:
        statement.pop("NotAction", None)
        statement.pop("Condition", None)
        statement["Action"] = ASSUME

    opened = judge(judgement.request, replace(judgement.policies, resource=("trust policy", edited(role.trust, allow))))
    if opened.outcome is not Outcome.ALLOWED or opened.decision.statement is None:
        return None
    index = opened.decision.statement[1]
    statement = as_list(role.trust.get("Statement"))[index]
    mended = {key: value for key, value in statement.items() if key != "NotAction"} | {"Action": ASSUME}
    return (
        "assume_role_not_allowed",
        f"The statement {name_of(statement, index)} names Panther, but does not allow {ASSUME}.",
        f"Make it:\n{_json(mended)}",
    )


def _principal(role: Role, panther: PantherDeployment) -> tuple[str, str, str]:
    """Panther's account is not named."""
    remedy = f"Add to the trust policy:\n{_json(trust_policy(panther)['Statement'][0])}"
    allowing = [each for each in statements_of(role.trust) if each.get("Effect") == "Allow"]
    named = [principal for statement in allowing for principal in principals_of(statement)]
    deleted = [name for name in named if name.startswith(("AROA", "AIDA"))]
    if deleted:
        detail = f"The trust policy names {', '.join(deleted)}, a role or user that was deleted: AWS shows its id."
        return "deleted_principal", detail, remedy
    accounts = sorted({account for account in map(_account_of, named) if account})
    if accounts and panther.account_id not in accounts:
        detail = f"The role trusts {', '.join(accounts)}, not Panther's account {panther.account_id}."
        return "wrong_account", detail, remedy
    detail = f"No statement of the trust policy lets Panther's account {panther.account_id} assume the role."
    return "panther_not_trusted", detail, remedy


def _without_deny(statement: object, name: str, panther: PantherDeployment) -> str:
    if not isinstance(statement, dict):
        return f"Take the statement {name} out, or exempt {panther.root_arn} from it."
    return f"Take the statement {name} out of the trust policy:\n{_json(statement)}"


def _opens(request: Request, policies: Policies) -> bool:
    return judge(request, policies, OF_PANTHER).outcome in (Outcome.ALLOWED, Outcome.DEPENDS)


def _with_key(role: Role, key: str) -> tuple[str, dict[str, Any]]:
    """The first Allow statement that has a condition on `key`, with its Sid or place."""
    for place, statement in enumerate(statements_of(role.trust)):
        if any(name.lower() == key.lower() for _, name, _ in conditions_of(statement)):
            return name_of(statement, place), dict(statement)
    return "", {}


def _without_key(statement: dict[str, Any], key: str) -> dict[str, Any]:
    """`statement` without its tests of one condition key."""
    kept = {
        operator: {name: values for name, values in tests.items() if name.lower() != key.lower()}
        for operator, tests in statement.get("Condition", {}).items()
    }
    condition = {operator: tests for operator, tests in kept.items() if tests}
    bare = {name: value for name, value in statement.items() if name != "Condition"}
    return {**bare, "Condition": condition} if condition else bare


def _account_of(principal: str) -> str:
    arn = parse_arn(principal)
    return arn.account if arn else principal if principal.isdigit() and len(principal) == 12 else ""


def _json(statement: object) -> str:
    return to_json(statement) if isinstance(statement, dict) else json.dumps(statement, indent=2)
