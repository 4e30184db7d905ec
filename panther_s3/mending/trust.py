"""Edits of a trust policy: the candidates for letting Panther in, the smallest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from panther_s3.arns import parse_arn
from panther_s3.aws.roles import Role
from panther_s3.checks.judging import Outcome, judge, of_panther
from panther_s3.checks.remedies import with_conditions
from panther_s3.checks.requests import assume_role
from panther_s3.checks.statements import as_list, name_of
from panther_s3.checks.trust_faults import ASSUME, EXTERNAL_ID, IDS, untested, without_keys
from panther_s3.checks.unknowns import OF_PANTHER
from panther_s3.mending.documents import (
    has_plain_conditions,
    with_replaced,
    with_statement,
    without_principals,
)
from panther_s3.mending.model import Document
from panther_s3.panther import PantherDeployment
from panther_s3.policies import trust_policy

Edit = tuple[Document, str]
AMENDED = ("external_id_required", "condition_not_met", "assume_role_not_allowed", "specific_role_trusted")
MENDED = (*AMENDED, "panther_not_trusted", "wrong_account", "deleted_principal", "secure_transport_not_required")


def trust_edits(cause: str, document: Document, role: Role, panther: PantherDeployment) -> Iterator[Edit]:
    """Yield the documents that may let Panther in, each with what it does.

    A statement that speaks of Panther alone is amended; where it speaks of others too, Panther gets
    one of its own, so that nothing becomes easier for them.
    """
    if cause not in MENDED:
        return
    document, dropped = without_deleted(document)
    if cause == "secure_transport_not_required":
        yield _over_tls(document, role, panther), f"Panther's account may assume the role over TLS only.{dropped}"
        return
    ours = trust_policy(panther)["Statement"][0]
    if cause in AMENDED:
        for place, statement in enumerate(as_list(document.get("Statement"))):
            if isinstance(statement, Mapping) and _is_panthers(statement, panther):
                name = name_of(statement, place)
                for amended, what in _amended(cause, statement, ours):
                    yield with_replaced(document, place, amended), f"{what.format(name=name)}{dropped}"
    yield (
        with_statement(document, ours),
        f"Adds a statement that lets Panther's account {panther.account_id} assume the role over TLS.{dropped}",
    )


def without_deleted(document: Mapping[str, Any]) -> tuple[Document, str]:
    """Return a trust policy without the roles and users that were deleted, and what to say of that.

    AWS shows such a principal as its id, and refuses a policy that names one (IAM user guide, "AWS
    JSON policy elements: Principal").
    """
    changed = dict(document)
    gone: set[str] = set()
    for place, statement in reversed(list(enumerate(as_list(document.get("Statement"))))):
        principal = statement.get("Principal") if isinstance(statement, Mapping) else None
        named = as_list(principal.get("AWS")) if isinstance(principal, Mapping) else []
        dead = frozenset(name for name in named if isinstance(name, str) and name.startswith(IDS))
        if dead:
            gone |= dead
            changed = with_replaced(changed, place, without_principals(statement, "AWS", dead))
    said = f" Takes out {', '.join(sorted(gone))}: deleted, and AWS takes no policy that names it." if gone else ""
    return changed, said


def _amended(cause: str, statement: Mapping[str, Any], ours: Document) -> Iterator[tuple[Document, str]]:
    """Yield what a statement that speaks of Panther alone may become, the smallest change first."""
    condition = ours["Condition"]
    plain = has_plain_conditions(statement)
    if cause == "external_id_required" and plain:
        bare = without_keys(statement, (EXTERNAL_ID.lower(),))
        yield with_conditions(bare, condition), "Takes the ExternalId out of the statement {name}, and wants TLS."
    if cause == "assume_role_not_allowed":
        allowing = {name: value for name, value in statement.items() if name != "NotAction"}
        actions = as_list(statement.get("Action"))
        if not any(str(action).lower() == ASSUME.lower() for action in actions):
            allowing["Action"] = [*actions, ASSUME] if actions else ASSUME
        what = f"Adds {ASSUME} to the statement {{name}}."
        yield allowing, what
        if plain:
            yield with_conditions(allowing, condition), what
        yield {**allowing, "Condition": condition}, f"{what} Its only condition is TLS then."
    if cause == "specific_role_trusted":
        statement = {**statement, "Principal": ours["Principal"]}
        told = "Makes the statement {name} name Panther's account, over TLS, in place of its roles."
        if plain:
            yield with_conditions(statement, condition), told
        yield {**statement, "Condition": condition}, told
        return
    yield {**statement, "Condition": condition}, "Makes TLS the only condition of the statement {name}."


def _over_tls(document: Document, role: Role, panther: PantherDeployment) -> Document:
    """Every statement that lets Panther in without TLS wants it; where others are named, Panther's is set apart."""
    ours = trust_policy(panther)["Statement"][0]
    split = False
    for place, statement in reversed(list(enumerate(as_list(document.get("Statement"))))):
        if not isinstance(statement, Mapping) or not _lets_in_without_tls(statement, document, role, panther):
            continue
        if not has_plain_conditions(statement):
            continue
        if _is_panthers(statement, panther):
            document = with_replaced(document, place, with_conditions(statement, ours["Condition"]))
            continue
        theirs = frozenset(name for name in _named(statement) if _of_panther(name, panther))
        if theirs:
            document, split = with_replaced(document, place, without_principals(statement, "AWS", theirs)), True
    return with_statement(document, ours) if split else document


def _lets_in_without_tls(
    statement: Mapping[str, Any], document: Document, role: Role, panther: PantherDeployment
) -> bool:
    alone = {**document, "Statement": [statement]}
    request = untested(assume_role(role, panther), "aws:SecureTransport", "false")
    return judge(request, of_panther("trust policy", alone, "trust"), OF_PANTHER).outcome is Outcome.ALLOWED


def _is_panthers(statement: Mapping[str, Any], panther: PantherDeployment) -> bool:
    """Tell whether an Allow statement names Panther's account, its roles or users, and nobody else."""
    principal = statement.get("Principal")
    if statement.get("Effect") != "Allow" or not isinstance(principal, Mapping) or set(principal) != {"AWS"}:
        return False
    named = _named(statement)
    return bool(named) and all(_of_panther(name, panther) for name in named)


def _named(statement: Mapping[str, Any]) -> list[str]:
    principal = statement.get("Principal")
    return [str(name) for name in as_list(principal.get("AWS"))] if isinstance(principal, Mapping) else []


def _of_panther(name: str, panther: PantherDeployment) -> bool:
    arn = parse_arn(name)
    return (arn.account if arn else name) == panther.account_id
