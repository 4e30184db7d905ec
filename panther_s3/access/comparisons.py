"""What the condition operators compare: strings, numbers, dates, booleans, addresses, ARNs.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from panther_s3.access.patterns import arn_matches, literal, matches
from panther_s3.access.truth import Truth, truth_of
from panther_s3.access.variables import Parts

Comparison = Callable[[str, Parts], Truth]
"""Compares a request's value with a policy's; MAYBE where the policy's cannot be read."""

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
_Ordering = Callable[[Decimal, Decimal], bool]


def string_equals(value: str, wanted: Parts) -> Truth:
    """Compare exactly: a wildcard in the policy is a character like others."""
    return truth_of(value == literal(wanted))


def string_equals_ignoring_case(value: str, wanted: Parts) -> Truth:
    """Compare letters without their case."""
    return truth_of(value.lower() == literal(wanted).lower())


def string_like(value: str, wanted: Parts) -> Truth:
    """Compare with wildcards anywhere, over colons and slashes too."""
    return truth_of(matches(wanted, value))


def arn_like(value: str, wanted: Parts) -> Truth:
    """Compare ARNs component by component."""
    return truth_of(arn_matches(wanted, value))


def bool_equals(value: str, wanted: Parts) -> Truth:
    """Compare true with true and false with false, however they are written."""
    want = literal(wanted).lower()
    return truth_of(value.lower() == want) if want in ("true", "false") else Truth.MAYBE


@lru_cache(maxsize=2048)
def _number(text: str) -> Decimal | None:
    """Read a number, or None."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=2048)
def _moment(text: str) -> Decimal | None:
    """Read an ISO 8601 date or seconds since 1970 as seconds since 1970, or None."""
    if _YEAR.fullmatch(text):
        text += "-01-01"
    elif _NUMBER.fullmatch(text):
        return Decimal(text)
    elif _MONTH.fullmatch(text):
        text += "-01"
    try:
        moment = datetime.fromisoformat(text.upper())
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(since.days) * 86400 + since.seconds + Decimal(since.microseconds) / 1_000_000


def _ordered(read: Callable[[str], Decimal | None], order: _Ordering) -> Comparison:
    """Return a comparison of what `read` makes of both sides."""

    def compare(value: str, wanted: Parts) -> Truth:
        """Compare by order, a value of another kind matching nothing."""
        limit = read(literal(wanted))
        if limit is None:
            return Truth.MAYBE
        actual = read(value)
        return truth_of(actual is not None and order(actual, limit))

    return compare


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=2048)
def _network(text: str) -> _Network | None:
    """Read an address or a CIDR range, or None."""
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def ip_address(value: str, wanted: Parts) -> Truth:
    """Tell whether an address lies in a range of its own kind; a range of one is an address."""
    network = _network(literal(wanted))
    if network is None:
        return Truth.MAYBE
    actual = _network(value)
    if isinstance(network, ipaddress.IPv4Network):
        return truth_of(isinstance(actual, ipaddress.IPv4Network) and actual.subnet_of(network))
    return truth_of(isinstance(actual, ipaddress.IPv6Network) and actual.subnet_of(network))


COMPARISONS: dict[str, tuple[Comparison, bool]] = {
    "StringEquals": (string_equals, False),
    "StringNotEquals": (string_equals, True),
    "StringEqualsIgnoreCase": (string_equals_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (string_equals_ignoring_case, True),
    "StringLike": (string_like, False),
    "StringNotLike": (string_like, True),
    "Bool": (bool_equals, False),
    "BinaryEquals": (string_equals, False),
    "IpAddress": (ip_address, False),
    "NotIpAddress": (ip_address, True),
    "ArnEquals": (arn_like, False),
    "ArnLike": (arn_like, False),
    "ArnNotEquals": (arn_like, True),
    "ArnNotLike": (arn_like, True),
}
"""Every operator's comparison, and whether the operator is true where the comparison is false."""

_ORDERS: dict[str, _Ordering] = {
    "Equals": lambda value, limit: value == limit,
    "LessThan": lambda value, limit: value < limit,
    "LessThanEquals": lambda value, limit: value <= limit,
    "GreaterThan": lambda value, limit: value > limit,
    "GreaterThanEquals": lambda value, limit: value >= limit,
}

for _kind, _read in (("Numeric", _number), ("Date", _moment)):
    COMPARISONS.update({_kind + name: (_ordered(_read, order), False) for name, order in _ORDERS.items()})
    COMPARISONS[f"{_kind}NotEquals"] = (COMPARISONS[f"{_kind}Equals"][0], True)

TAKES_VARIABLES = frozenset(name for name in COMPARISONS if name.startswith(("String", "Arn", "Bool")))
"""Operators in whose values a policy variable is filled in; elsewhere it stands as it is written."""
