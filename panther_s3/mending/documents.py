"""Editing policy documents: what is not meant stays as it is, and what is there already is not added again."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

from panther_s3.checks.remedies import NEGATED, PRINCIPAL_ARN, exempted, free_sid
from panther_s3.checks.statements import as_list, conditions_of, statements_of
from panther_s3.mending.model import Document
from panther_s3.policies import VERSION

Statement = Mapping[str, Any]
_ROOT = re.compile(r"arn:[^:]+:iam::(\d{12}):root")


def same_document(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Tell whether two documents say the same, as AWS stores them.

    AWS gives a list of one as its element, an account as its root's ARN, and lists in an order of its
    own (IAM user guide, "Grammar of the IAM JSON policy language" and "AWS JSON policy elements: Principal").
    """
    if one is None or other is None:
        return one is other
    return _normal_document(one) == _normal_document(other)


def same_statement(one: object, other: object) -> bool:
    """Tell whether two statements say the same, whatever their Sid."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return False
    return _normal({**one, "Sid": ""}) == _normal({**other, "Sid": ""})


def with_statement(document: Mapping[str, Any] | None, statement: Statement) -> Document:
    """Return `document` with `statement` at its end, unless one says the same already; None is an empty one.

    The Version stays as it is, and a missing one missing: with another, `${...}` in the statements
    that are there would become variables (IAM user guide, "IAM JSON policy elements: Version").
    """
    if not document:
        return {"Version": VERSION, "Statement": [copy.deepcopy(dict(statement))]}
    changed = copy.deepcopy(dict(document))
    if any(same_statement(each, statement) for each in statements_of(document)):
        return changed
    added = copy.deepcopy(dict(statement))
    if "Sid" in added:
        added["Sid"] = free_sid(str(added["Sid"]), [document])
    changed["Statement"] = [*as_list(changed.get("Statement")), added]
    return changed


def with_replaced(document: Mapping[str, Any], place: int, statement: Statement | None) -> Document:
    """Return `document` with `statement` in the place of another, or without that where it is None."""
    changed = copy.deepcopy(dict(document))
    if not isinstance(changed.get("Statement"), list) and statement is not None:
        changed["Statement"] = copy.deepcopy(dict(statement))
        return changed
    statements = as_list(changed.get("Statement"))
    statements[place : place + 1] = [] if statement is None else [copy.deepcopy(dict(statement))]
    changed["Statement"] = statements
    return changed


def with_exemption(document: Mapping[str, Any], statement: Statement, role_arn: str) -> Document | None:
    """Return `document` with the role exempted from the Deny `statement`; None where that cannot be done."""
    for place, each in enumerate(as_list(document.get("Statement"))):
        if each == statement and each.get("Effect") == "Deny" and has_plain_conditions(each):
            known = any(
                operator in NEGATED and key.lower() == PRINCIPAL_ARN.lower() and role_arn in values
                for operator, key, values in conditions_of(each)
            )
            return copy.deepcopy(dict(document)) if known else with_replaced(document, place, exempted(each, role_arn))
    return None


def has_plain_conditions(statement: Statement) -> bool:
    """Tell whether the statement's Condition has the shape that can be edited."""
    condition = statement.get("Condition", {})
    return isinstance(condition, Mapping) and all(isinstance(tests, Mapping) for tests in condition.values())


def without_principals(statement: Statement, kind: str, gone: frozenset[str]) -> dict[str, Any] | None:
    """Return `statement` without some of the principals that it names; None where nobody is left."""
    principal = statement.get("Principal")
    if not isinstance(principal, Mapping) or kind not in principal:
        return dict(statement)
    left = [name for name in as_list(principal[kind]) if not (isinstance(name, str) and name in gone)]
    others = {name: values for name, values in principal.items() if name != kind}
    if left:
        others[kind] = left if isinstance(principal[kind], list) else left[0]
    return {**statement, "Principal": others} if others else None


def _normal_document(document: Mapping[str, Any]) -> dict[str, Any]:
    statements = [_normal(each) if isinstance(each, Mapping) else each for each in as_list(document.get("Statement"))]
    return {**{name: value for name, value in document.items() if name != "Statement"}, "Statement": statements}


def _normal(statement: Statement) -> dict[str, Any]:
    """The statement in one form for all ways to write it."""
    normal: dict[str, Any] = {}
    for name, value in statement.items():
        if name in ("Action", "NotAction"):
            normal[name] = sorted({_text(each).lower() for each in as_list(value)})
        elif name in ("Resource", "NotResource"):
            normal[name] = sorted({_text(each) for each in as_list(value)})
        elif name in ("Principal", "NotPrincipal") and isinstance(value, Mapping):
            normal[name] = sorted(
                (kind, sorted({_ROOT.sub(r"\1", _text(each)) for each in as_list(names)}))
                for kind, names in value.items()
            )
        elif name == "Condition" and has_plain_conditions(statement):
            normal[name] = sorted(
                (operator, key.lower(), sorted({_text(each) for each in as_list(values)}))
                for operator, tests in value.items()
                for key, values in tests.items()
            )
        elif not (name == "Sid" and not value):
            normal[name] = value
    return {name: value for name, value in normal.items() if not (name == "Condition" and not value)}


def _text(value: object) -> str:
    """A value as text: JSON's booleans and numbers stand for their texts."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
