"""Three-valued truth: what cannot be judged stays apart from what is false."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """Kleene's logic: and is the least, or is the greatest of its parts."""

    NO = 0
    MAYBE = 1
    YES = 2


_OPPOSITES = (Truth.YES, Truth.MAYBE, Truth.NO)


def truth_of(value: bool) -> Truth:
    """Return what is known as a truth."""
    return Truth.YES if value else Truth.NO


def negate(truth: Truth) -> Truth:
    """Return the opposite; what cannot be judged has none."""
    return _OPPOSITES[truth]


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return the conjunction, YES for no parts, and stop at the first NO."""
    result = Truth.YES
    for truth in truths:
        if truth < result:
            if truth is Truth.NO:
                return truth
            result = truth
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return the disjunction, NO for no parts, and stop at the first YES."""
    result = Truth.NO
    for truth in truths:
        if truth > result:
            if truth is Truth.YES:
                return truth
            result = truth
    return result
