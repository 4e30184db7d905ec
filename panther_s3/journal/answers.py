"""Answers as JSON and back; they hold no secret, so that all of them may be kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from cattrs import BaseValidationError, Converter

from panther_s3.answers import Answers
from panther_s3.problems import Problem, ProblemKind


def to_json(answers: Answers) -> dict[str, Any]:
    """Return `answers` as a JSON object."""
    document: dict[str, Any] = _converter().unstructure(answers)
    return document


def from_json(document: Mapping[str, Any]) -> Answers:
    """Return the answers that `document` holds.

    Raises:
        Problem: it does not hold answers of this version.
    """
    try:
        return _converter().structure(document, Answers)
    except (BaseValidationError, ValueError, TypeError) as error:
        raise Problem(
            "The answers of that run cannot be read",
            f"{type(error).__name__}: {error}",
            "Another version of this program may have written them. What the run did can still be undone.",
            ProblemKind.INVALID,
        ) from error


@cache
def _converter() -> Converter:
    return Converter(omit_if_default=True)
