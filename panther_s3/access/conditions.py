"""The Condition element: operators, keys and values against a request's context.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from panther_s3.access.comparisons import COMPARISONS, TAKES_VARIABLES, Comparison
from panther_s3.access.truth import Truth, all_of, any_of, negate, truth_of
from panther_s3.access.variables import Context, Parts, expand


class _Operator(NamedTuple):
    """An operator's name, taken apart."""

    quantifier: str
    """ForAnyValue, ForAllValues, or empty."""
    compare: Comparison
    negated: bool
    if_exists: bool
    takes_variables: bool


@lru_cache(maxsize=512)
def _operator(name: str) -> _Operator | None:
    """Return what `name` means, or None for an operator that AWS does not document."""
    quantifier, colon, rest = name.rpartition(":")
    if colon and quantifier not in ("ForAnyValue", "ForAllValues"):
        return None
    base = rest.removesuffix("IfExists")
    if base not in COMPARISONS:
        return None
    compare, negated = COMPARISONS[base]
    return _Operator(quantifier, compare, negated, base != rest, base in TAKES_VARIABLES)


def scalar_text(value: object) -> str | None:
    """Return a JSON string, boolean or number as AWS compares it, None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format(value, ".0f") if isinstance(value, float) and value.is_integer() else _digits(value)
    return None


def _digits(value: float) -> str | None:
    """Return a number's text; None for an integer too long for Python to write."""
    try:
        return str(value)
    except ValueError:
        return None


def _policy_values(value: object) -> list[str] | None:
    """Return a condition's values, a single one as a list of one; None where one cannot be read."""
    values = [scalar_text(item) for item in (value if isinstance(value, list) else [value])]
    readable = [item for item in values if item is not None]
    return readable if len(readable) == len(values) else None


def _null(wanted: list[str], present: bool) -> Truth:
    """Judge the Null operator: "true" wants the key absent, "false" wants it there."""
    goal = "false" if present else "true"
    return any_of(
        Truth.MAYBE if text.lower() not in ("true", "false") else truth_of(text.lower() == goal) for text in wanted
    )


def _judge(operator: _Operator, values: tuple[str, ...], wanted: list[Parts]) -> Truth:
    """Judge a key that the request has, by its values and the policy's."""

    def one(value: str) -> Truth:
        """Compare a single value of the request with all of the policy's, which are alternatives."""
        return any_of(operator.compare(value, want) for want in wanted)

    if not operator.quantifier:
        found = any_of(one(value) for value in values)
        return negate(found) if operator.negated else found
    combine = any_of if operator.quantifier == "ForAnyValue" else all_of
    return combine(negate(one(value)) if operator.negated else one(value) for value in values)


def _condition(name: str, key: str, value: object, context: Context, *, variables: bool) -> Truth:
    """Judge one operator on one key."""
    wanted = _policy_values(value)
    if wanted is None:
        return Truth.MAYBE
    values = context.get(key.lower(), ())
    if name == "Null":
        return _null(wanted, bool(values))
    operator = _operator(name)
    if operator is None:
        return Truth.MAYBE
    if operator.quantifier:
        # for a set operator an empty string is an empty set
        values = tuple(item for item in values if item)
    if not values:
        if operator.quantifier:
            # the quantifier is judged before IfExists: ForAnyValue needs a value whatever the suffix says
            return truth_of(operator.quantifier == "ForAllValues")
        return truth_of(operator.if_exists or operator.negated)
    expanded = [expand(text, context, variables=variables and operator.takes_variables) for text in wanted]
    # a variable without a value is null: nothing equals it, so that an inverted operator is true of it
    return _judge(operator, values, [parts for parts in expanded if parts is not None])


def _all_conditions(condition: dict[str, object], context: Context, *, variables: bool) -> Iterator[Truth]:
    """Judge every operator and key; all of them must hold."""
    for name, keys in condition.items():
        if not isinstance(keys, dict):
            yield Truth.MAYBE
            continue
        for key, value in keys.items():
            yield _condition(str(name), str(key), value, context, variables=variables)


def conditions_hold(condition: object, context: Context, *, variables: bool) -> Truth:
    """Judge a Condition element; MAYBE where what cannot be read could change the answer."""
    if not isinstance(condition, dict):
        return Truth.MAYBE
    return all_of(_all_conditions(condition, context, variables=variables))
