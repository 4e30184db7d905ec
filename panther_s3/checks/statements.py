"""What policy statements say of one request, as far as plain statements tell.

Two condition keys have a value that is known: Panther calls over TLS, and sends no ExternalId. A
statement whose other conditions could decide leaves the verdict OPEN, and the check that asked
answers unknown and names it.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]

SECURE_TRANSPORT, EXTERNAL_ID = "aws:securetransport", "sts:externalid"
"""The condition keys with a known value, in lower case: key names are compared without regard to case."""


class Says(enum.Enum):
    """A set of policies' verdict on one request."""

    ALLOWED = "allowed"
    DENIED = "denied by a Deny statement"
    NOT_ALLOWED = "not allowed by any statement"
    CONDITIONAL = "dependent on a condition"


@dataclass(frozen=True)
class Verdict:
    """The verdict and the statement that decides: its document's name, and its Sid or place."""

    says: Says
    document: str = ""
    statement: str = ""
    effect: str = ""


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


def covers_resource(statement: Document, resource: str) -> bool | None:
    """Tell whether the statement is about `resource`; None where a policy variable decides.

    A statement without Resource, as in a trust policy, is about all.
    """
    negated = "NotResource" in statement
    patterns = as_list(statement.get("NotResource" if negated else "Resource", "*"))
    fitting = [pattern for pattern in patterns if matches(pattern, resource)]
    if fitting and all("${" in str(pattern) for pattern in fitting):
        return None
    return bool(fitting) is not negated


def principals_of(statement: Document) -> list[str]:
    """Return the AWS principals that the statement names."""
    principal = statement.get("Principal")
    named = principal.get("AWS") if isinstance(principal, Mapping) else principal
    return [str(name) for name in as_list(named)]


def condition_holds(condition: object) -> bool | None:
    """Tell whether Panther's call meets `condition`; None where that hangs on a value that is not known here."""
    verdicts = [
        _test_holds(str(operator).lower(), str(key).lower(), [str(value).lower() for value in as_list(values)])
        for operator, keys in (condition.items() if isinstance(condition, Mapping) else ())
        for key, values in (keys.items() if isinstance(keys, Mapping) else ())
    ]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _test_holds(operator: str, key: str, values: list[str]) -> bool | None:
    """One condition key: an absent key meets what is negated and what ends in IfExists (IAM user guide)."""
    if key == SECURE_TRANSPORT and operator in ("bool", "boolifexists"):
        return "true" in values
    if key == EXTERNAL_ID and operator == "null":
        return "true" in values
    if key == EXTERNAL_ID and operator.startswith("string"):
        return operator.endswith("ifexists") or "not" in operator
    return None


def judge(
    documents: Iterable[tuple[str, Document]], action: str, resource: str, principals: Collection[str] | None = None
) -> Verdict:
    """Return what `documents`, as (name, document), say of `action` on `resource`.

    A Deny decides; else one that hangs on a condition leaves it open; else an Allow decides (AWS IAM
    user guide, policy evaluation logic).

    Args:
        documents: identity policies, or one resource policy.
        action: such as `s3:GetObject`.
        resource: the ARN of what the action is on.
        principals: for a resource policy, every name under which the caller may stand in it.
    """
    found: dict[tuple[str, bool], Verdict] = {}
    for name, document in documents:
        for place, statement in enumerate(statements_of(document)):
            applies = _applies(statement, action, resource, principals)
            effect = str(statement.get("Effect"))
            if applies is False or effect not in ("Allow", "Deny"):
                continue
            says = Says.CONDITIONAL if applies is None else Says.DENIED if effect == "Deny" else Says.ALLOWED
            found.setdefault((effect, applies is None), Verdict(says, name, name_of(statement, place), effect))
    for key in (("Deny", False), ("Deny", True), ("Allow", False), ("Allow", True)):
        if key in found:
            return found[key]
    return Verdict(Says.NOT_ALLOWED)


def _applies(statement: Document, action: str, resource: str, principals: Collection[str] | None) -> bool | None:
    """Tell whether the statement is about the request; None where that is open."""
    verdicts = [covers_action(statement, action), covers_resource(statement, resource)]
    if principals is not None:
        # whom NotPrincipal leaves out hangs on sessions and accounts too: it is not decided here
        named = any(name in principals for name in principals_of(statement))
        verdicts.append(None if "NotPrincipal" in statement else named)
    verdicts.append(condition_holds(statement.get("Condition")))
    if False in verdicts:
        return False
    return None if None in verdicts else True
