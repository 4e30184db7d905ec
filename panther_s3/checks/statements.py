"""Policy statements as IAM takes them: single elements for lists, Sids that may be missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]


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


def principals_of(statement: Document) -> list[str]:
    """Return the AWS principals that the statement names."""
    principal = statement.get("Principal")
    named = principal.get("AWS") if isinstance(principal, Mapping) else principal
    return [str(name) for name in as_list(named)]


def conditions_of(statement: Document) -> list[tuple[str, str, list[str]]]:
    """Return each test of the statement's Condition as operator, key and values."""
    condition = statement.get("Condition")
    return [
        (str(operator), str(key), [_text(value) for value in as_list(values)])
        for operator, tests in (condition.items() if isinstance(condition, Mapping) else ())
        for key, values in (tests.items() if isinstance(tests, Mapping) else ())
    ]


def _text(value: object) -> str:
    """A condition's value as text: JSON's booleans and numbers stand for their texts."""
    return str(value).lower() if isinstance(value, bool) else str(value)
