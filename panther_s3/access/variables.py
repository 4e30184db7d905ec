"""Policy variables: placeholders that a request's context fills.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

Context = Mapping[str, tuple[str, ...]]
"""A request's condition keys in lower case, each with its values."""


class Part(NamedTuple):
    """A piece of a policy's text; its wildcards count only where the policy's author wrote them."""

    text: str
    wild: bool


Parts = tuple[Part, ...]


class _Variable(NamedTuple):
    """A placeholder: the condition key, and the value for a request without it."""

    key: str
    default: str | None


_PLACEHOLDER = re.compile(r"\$\{\s*([^{},']*?)\s*(?:,\s*'([^']*)'\s*)?\}")
_SPECIAL = frozenset("*?$")


@lru_cache(maxsize=4096)
def _split(text: str) -> tuple[Part | _Variable, ...]:
    """Take `text` apart into what the author wrote and the placeholders in it."""
    pieces: list[Part | _Variable] = []
    end = 0
    for found in _PLACEHOLDER.finditer(text):
        key, default = found.group(1), found.group(2)
        if not key:
            continue
        if found.start() > end:
            pieces.append(Part(text[end : found.start()], True))
        pieces.append(Part(key, False) if key in _SPECIAL and default is None else _Variable(key.lower(), default))
        end = found.end()
    if end < len(text) or not pieces:
        pieces.append(Part(text[end:], True))
    return tuple(pieces)


@lru_cache(maxsize=4096)
def _as_written(text: str) -> Parts:
    """Return `text` as a single part, without looking for placeholders."""
    return (Part(text, True),)


def expand(text: str, context: Context, *, variables: bool) -> Parts | None:
    """Return `text` with its variables filled in, or None where one has neither value nor default.

    Wildcards in a filled-in value are literal: a caller chooses the value of a key such as s3:prefix and must not
    widen a policy by it.
    """
    if not variables or "${" not in text:
        return _as_written(text)
    parts: list[Part] = []
    for piece in _split(text):
        if isinstance(piece, Part):
            parts.append(piece)
            continue
        values = context.get(piece.key, ())
        # a key with several values cannot serve as a variable
        value = values[0] if len(values) == 1 else piece.default if not values else None
        if value is None:
            return None
        parts.append(Part(value, False))
    return tuple(parts)
