"""Why a trust policy refuses Panther: found by asking what change would let it in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from panther_s3.arns import parse_arn
from panther_s3.aws.roles import Role
from panther_s3.checks.judging import Document, Judgement, Outcome, Policies, edited, judge
from panther_s3.checks.remedies import to_add, to_remove, to_replace
from panther_s3.checks.requests import SOMEBODY, Request, assume_role
from panther_s3.checks.statements import as_list, conditions_of, name_of, principals_of, statements_of
from panther_s3.checks.unknowns import OF_PANTHER, asked_values
from panther_s3.panther import PantherDeployment
from panther_s3.policies import trust_policy

ASSUME = "sts:AssumeRole"
EXTERNAL_ID = "sts:ExternalId"
IDS = ("AROA", "AIDA")
"""How the ids of roles and users begin; IAM shows them where these were deleted (IAM user guide, "Principal")."""
MOST_KEYS = 6


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
        return (
            "explicit_deny",
            f"The Deny statement {name} refuses Panther.",
            to_remove(name, document, statement or {}),
        )
    return (
        _conditions(role, panther, judgement) or _action(role, judgement) or _principal(role, panther, judgement.blamed)
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


def _conditions(role: Role, panther: PantherDeployment, judgement: Judgement) -> tuple[str, str, str] | None:
    """Without some of its conditions a statement would let Panther in: the fewest that do."""
    requests = [assume_role(role, panther, name) for name in (SOMEBODY, *panther_names(role, panther))]
    for place, statement in enumerate(statements_of(role.trust)):
        keys = list(dict.fromkeys(key.lower() for _, key, _ in conditions_of(statement)))
        if statement.get("Effect") != "Allow" or not keys:
            continue
        for dropped in _subsets(keys):
            mended = without_keys(statement, dropped)
            policies = replace(judgement.policies, resource=(judgement.blamed, _with(role.trust, place, mended)))
            if any(_opens(request, policies) for request in requests):
                return _unmet(statement, name_of(statement, place), judgement.blamed, dropped, mended, panther)
    return None


def _unmet(
    statement: Document,
    name: str,
    document: str,
    dropped: tuple[str, ...],
    mended: dict[str, Any],
    panther: PantherDeployment,
) -> tuple[str, str, str]:
    """What is said of conditions that Panther does not meet; where none is left, TLS is asked for."""
    spelled = dict.fromkeys(key for _, key, _ in conditions_of(statement) if key.lower() in dropped)
    mended = (
        mended if "Condition" in mended else {**mended, "Condition": trust_policy(panther)["Statement"][0]["Condition"]}
    )
    if EXTERNAL_ID.lower() in dropped:
        cause, why = "external_id_required", "wants an ExternalId; Panther sends none"
        why += "" if len(dropped) == 1 else f", nor does it meet the rest of {', '.join(spelled)}"
    else:
        cause, why = "condition_not_met", f"has a condition on {', '.join(spelled)} that Panther's call does not meet"
    return cause, f"The statement {name} names Panther, but {why}.", to_replace(name, document, mended)


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
    statement = statements_of(role.trust)[index]
    named, rest = name_of(statement, index), {key: value for key, value in statement.items() if key != "NotAction"}
    actions = as_list(statement.get("Action"))
    return (
        "assume_role_not_allowed",
        f"The statement {named} names Panther, but does not allow {ASSUME}.",
        to_replace(named, judgement.blamed, rest | {"Action": [*actions, ASSUME] if actions else ASSUME}),
    )


def _principal(role: Role, panther: PantherDeployment, document: str) -> tuple[str, str, str]:
    """Panther's account is not named."""
    remedy = to_add(document, trust_policy(panther)["Statement"][0], [role.trust])
    allowing = [each for each in statements_of(role.trust) if each.get("Effect") == "Allow"]
    named = [principal for statement in allowing for principal in principals_of(statement)]
    deleted = [name for name in named if name.startswith(IDS)]
    if deleted:
        detail = f"The trust policy names {', '.join(deleted)}, a role or user that was deleted: AWS shows its id."
        return "deleted_principal", detail, _instead_of_ids(role, panther, document) or remedy
    accounts = sorted({account for account in map(_account_of, named) if account})
    if accounts and panther.account_id not in accounts:
        detail = f"The role trusts {', '.join(accounts)}, not Panther's account {panther.account_id}."
        return "wrong_account", detail, remedy
    detail = f"No statement of the trust policy lets Panther's account {panther.account_id} assume the role."
    return "panther_not_trusted", detail, remedy


def _instead_of_ids(role: Role, panther: PantherDeployment, document: str) -> str:
    """The remedy for ids of deleted principals: IAM refuses a trust policy that holds one, so they have to go."""
    for place, statement in enumerate(statements_of(role.trust)):
        if any(name.startswith(IDS) for name in principals_of(statement)):
            mended = trusting(statement, panther, lambda name: name.startswith(IDS))
            return to_replace(name_of(statement, place), document, mended)
    return ""


def trusting(statement: Document, panther: PantherDeployment, replaced: Callable[[str], bool]) -> dict[str, Any]:
    """Return `statement` with Panther's account among its principals, in the place of those that are `replaced`."""
    named = statement.get("Principal")
    kept = [name for name in principals_of(statement) if not replaced(name)]
    others = {kind: names for kind, names in named.items() if kind != "AWS"} if isinstance(named, Mapping) else {}
    return {**statement, "Principal": {**others, "AWS": [*kept, panther.root_arn] if kept else panther.root_arn}}


def _opens(request: Request, policies: Policies) -> bool:
    return judge(request, policies, OF_PANTHER).outcome in (Outcome.ALLOWED, Outcome.DEPENDS)


def _subsets(keys: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield the ways to leave some of `keys` out, the fewest first; of very many, one alone or all."""
    sizes = range(1, len(keys) + 1) if len(keys) <= MOST_KEYS else (1, len(keys))
    for size in sizes:
        yield from itertools.combinations(keys, size)


def _with(document: Document, place: int, statement: Document) -> Document:
    """`document` with another statement in that place."""
    statements: list[Document] = [*statements_of(document)]
    statements[place] = statement
    return {**document, "Statement": statements}


def without_keys(statement: Document, keys: tuple[str, ...]) -> dict[str, Any]:
    """Return `statement` without its tests of the condition keys `keys`, which are in lower case."""
    kept = {
        operator: {name: values for name, values in tests.items() if name.lower() not in keys}
        for operator, tests in statement.get("Condition", {}).items()
    }
    condition = {operator: tests for operator, tests in kept.items() if tests}
    bare = {name: value for name, value in statement.items() if name != "Condition"}
    return {**bare, "Condition": condition} if condition else bare


def _account_of(principal: str) -> str:
    arn = parse_arn(principal)
    return arn.account if arn else principal if principal.isdigit() and len(principal) == 12 else ""
