"""What plain policy statements say of one action on one resource.

Conditions are not evaluated here: a statement that has one and could decide makes the verdict
CONDITIONAL, and the check that asked answers unknown and names it.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


class Says(enum.Enum):
    """A set of policies' verdict on one request."""

    ALLOWED = "allowed"
    DENIED = "denied by a Deny statement"
    NOT_ALLOWED = "not allowed by any statement"
    CONDITIONAL = "dependent on a condition"


@dataclass(frozen=True)
class Verdict:
    """The verdict and the statement that decides: its document's name and its Sid or place."""

    says: Says
    document: str = ""
    statement: str = ""


def statements_of(document: Document) -> list[Document]:
    """Return the statements of `document`, a single one too, as a list."""
    return [statement for statement in as_list(document.get("Statement")) if isinstance(statement, Mapping)]


def as_list(value: object) -> list[Any]:
    """Return `value` as a list: IAM lets a single element stand for a list of one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def name_of(statement: Document, place: int) -> str:
    """Return the statement's Sid, or its place counted from 0 where it has none."""
    return str(statement.get("Sid") or place)


def matches(pattern: object, value: str, *, ignore_case: bool = False) -> bool:
    """Tell whether `value` fits IAM's `pattern`, in which * and ? are the wildcards.

    A policy variable could stand for anything, so it is taken as *.
    """
    text = re.sub(r"\$\{[^}]*\}", "*", str(pattern))
    expression = "".join({"*": ".*", "?": "."}.get(character) or re.escape(character) for character in text)
    return re.fullmatch(expression, value, re.IGNORECASE | re.DOTALL if ignore_case else re.DOTALL) is not None


def covers_action(statement: Document, action: str) -> bool:
    """Tell whether the statement is about `action`; actions are compared without regard to case."""
    if "NotAction" in statement:
        return not any(matches(pattern, action, ignore_case=True) for pattern in as_list(statement["NotAction"]))
    return any(matches(pattern, action, ignore_case=True) for pattern in as_list(statement.get("Action")))


def covers_resource(statement: Document, resource: str) -> bool:
    """Tell whether the statement is about `resource`; one without Resource is about all."""
    if "NotResource" in statement:
        return not any(matches(pattern, resource) for pattern in as_list(statement["NotResource"]))
    if "Resource" not in statement:
        return True
    return any(matches(pattern, resource) for pattern in as_list(statement["Resource"]))


def judge(
    documents: Iterable[tuple[str, Document]],
    action: str,
    resource: str,
    *,
    only: tuple[str, ...] = ("Allow", "Deny"),
) -> Verdict:
    """Return what `documents`, as (name, document), say of `action` on `resource`.

    A Deny without a condition decides; else one with a condition leaves it open; else an Allow
    without a condition decides (AWS IAM user guide, policy evaluation logic).
    """
    found: dict[tuple[str, bool], Verdict] = {}
    for name, document in documents:
        for place, statement in enumerate(statements_of(document)):
            if covers_action(statement, action) and covers_resource(statement, resource):
                effect, conditional = str(statement.get("Effect")), bool(statement.get("Condition"))
                says = Says.CONDITIONAL if conditional else Says.DENIED if effect == "Deny" else Says.ALLOWED
                found.setdefault((effect, conditional), Verdict(says, name, name_of(statement, place)))
    for key in (("Deny", False), ("Deny", True), ("Allow", False), ("Allow", True)):
        if key in found and key[0] in only:
            return found[key]
    return Verdict(Says.NOT_ALLOWED)
