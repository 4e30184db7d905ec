"""Wildcards: `*` for any run of characters, `?` for a single one."""

from __future__ import annotations

import re
from functools import lru_cache

from panther_s3.access.variables import Part, Parts

ARN_COMPONENTS = 6


@lru_cache(maxsize=8192)
def _compiled(parts: Parts) -> re.Pattern[str]:
    """Return the pattern as a regular expression that never backtracks past a `*` that was matched.

    Each run between two stars is taken at its first occurrence in an atomic group, so that a policy full of stars
    costs no more than its length times the value's.
    """
    runs = [""]
    for text, wild in parts:
        if not wild:
            runs[-1] += re.escape(text)
            continue
        for index, run in enumerate(text.split("*")):
            if index:
                runs.append("")
            runs[-1] += ".".join(re.escape(piece) for piece in run.split("?"))
    first, *others = runs
    if not others:
        return re.compile(first, re.DOTALL)
    *middle, last = others
    return re.compile(first + "".join(f"(?>.*?{run})" for run in middle if run) + ".*" + last, re.DOTALL)


def literal(parts: Parts) -> str:
    """Return the text of `parts`, wildcards as they stand."""
    return parts[0].text if len(parts) == 1 else "".join(part.text for part in parts)


def matches(parts: Parts, value: str) -> bool:
    """Tell whether `value` as a whole has the pattern's form; case counts."""
    if len(parts) == 1 and parts[0].wild and parts[0].text == "*":
        return True
    return _compiled(parts).fullmatch(value) is not None


@lru_cache(maxsize=8192)
def matches_ignoring_case(pattern: str, value: str) -> bool:
    """Tell whether `value` has the form of `pattern`, letters' case aside."""
    return pattern == "*" or matches((Part(pattern.lower(), True),), value.lower())


@lru_cache(maxsize=4096)
def _components(parts: Parts) -> tuple[Parts, ...]:
    """Cut a pattern at its first five colons, as an ARN is cut."""
    components: list[list[Part]] = [[]]
    for text, wild in parts:
        for index, piece in enumerate(text.split(":")):
            if index and len(components) < ARN_COMPONENTS:
                components.append([])
            elif index:
                components[-1].append(Part(":", False))
            if piece:
                components[-1].append(Part(piece, wild))
    return tuple(tuple(component) for component in components)


def arn_matches(parts: Parts, value: str) -> bool:
    """Tell whether the ARN `value` matches, each of the six components by itself.

    No wildcard reaches over one of the five colons:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    actual = value.split(":", ARN_COMPONENTS - 1)
    if len(actual) != ARN_COMPONENTS or actual[0] != "arn":
        return False
    if literal(parts) == "*":
        return all(part.wild for part in parts)
    wanted = _components(parts)
    return len(wanted) == ARN_COMPONENTS and all(matches(want, have) for want, have in zip(wanted, actual, strict=True))
