"""Condition operators and how keys and values combine.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.access.cases import Case, Json, check, of_condition, of_identity, parametrize
from tests.unit.access.cases import allow as allow_statement

HELD, NOT_HELD = "allow", "implicit"
SOURCE = "arn:aws:s3:::acme-logs"


def one(operator: str, wanted: Any, *actual: Any) -> Json:
    """Return a request whose key has the given value, if any, and a condition on that key."""
    return of_condition({operator: {"aws:k": wanted}}, {"aws:k": actual[0]} if actual else {})


STRINGS = [
    Case("StringEquals compares case", NOT_HELD, one("StringEquals", "Abc", "abc")),
    Case("StringEquals takes * by letter", HELD, one("StringEquals", "a*", "a*")),
    Case("StringNotEquals compares the whole", HELD, one("StringNotEquals", "ab", "abc")),
    Case("StringNotEquals is false for an equal value", NOT_HELD, one("StringNotEquals", "abc", "abc")),
    Case("StringEqualsIgnoreCase ignores case", HELD, one("StringEqualsIgnoreCase", "Abc", "aBC")),
    Case("StringEqualsIgnoreCase takes * by letter", NOT_HELD, one("StringEqualsIgnoreCase", "a*", "abc")),
    Case("StringNotEqualsIgnoreCase ignores case", NOT_HELD, one("StringNotEqualsIgnoreCase", "Abc", "aBC")),
    Case("StringLike is case-sensitive", NOT_HELD, one("StringLike", "A*", "abc")),
    Case("StringLike without a wildcard compares the whole", NOT_HELD, one("StringLike", "ab", "abc")),
    Case("StringLike takes ? for one character", HELD, one("StringLike", "a?c", "abc")),
    Case("StringNotLike is false where the pattern fits", NOT_HELD, one("StringNotLike", "a*", "abc")),
    Case("StringLike * needs the key", NOT_HELD, one("StringLike", "*")),
    Case("StringLike * takes an empty value", HELD, one("StringLike", "*", "")),
    Case(
        "a variable is filled into a string's value",
        HELD,
        of_condition({"StringLike": {"s3:prefix": "${aws:username}/*"}}, {"s3:prefix": "ana/x", "aws:username": "ana"}),
    ),
    Case(
        "a wildcard that the caller supplies does not widen the pattern",
        NOT_HELD,
        of_condition({"StringLike": {"s3:prefix": "${aws:username}/*"}}, {"s3:prefix": "ana/x", "aws:username": "*"}),
    ),
    Case(
        "a positive operator with a variable without a value does not match",
        NOT_HELD,
        one("StringEquals", "${aws:username}", "ana"),
    ),
    Case(
        "a variable without a value is null, which an inverted operator differs from",
        HELD,
        one("StringNotEquals", "${aws:username}", "ana"),
    ),
    Case(
        "AWS's own example: no team tag on the principal, and the object is denied",
        "explicit",
        of_condition(
            {"StringNotEquals": {"s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}"}},
            {"s3:ExistingObjectTag/Team": "a"},
            "Deny",
        ),
    ),
    Case(
        "IfExists keeps a missing variable from spoiling the statement",
        HELD,
        one("StringEqualsIfExists", "${aws:username}"),
    ),
    Case(
        "a tag on both sides is compared",
        HELD,
        of_condition(
            {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
            {"aws:ResourceTag/team": "a", "aws:PrincipalTag/team": "a"},
        ),
    ),
    Case(
        "${*} in StringLike is a star",
        NOT_HELD,
        one("StringLike", "a${*}", "abc"),
    ),
]

NUMBERS = [
    Case("NumericEquals compares numbers, not text", HELD, one("NumericEquals", "10", "10.0")),
    Case("NumericNotEquals is false for the same number", NOT_HELD, one("NumericNotEquals", "10", "10.0")),
    Case("NumericLessThan is strict", NOT_HELD, one("NumericLessThan", "10", "10")),
    Case("NumericLessThanEquals takes the limit", HELD, one("NumericLessThanEquals", "10", "10")),
    Case("NumericGreaterThan is strict", NOT_HELD, one("NumericGreaterThan", "10", "10")),
    Case("NumericGreaterThanEquals takes the limit", HELD, one("NumericGreaterThanEquals", "10", "10")),
    Case("numbers are not ordered as text", HELD, one("NumericLessThan", "10", "9")),
    Case("a JSON number is a value", HELD, one("NumericLessThan", 1000, "999")),
    Case("a text is no number", NOT_HELD, one("NumericLessThan", "10", "few")),
    Case("negative numbers count", HELD, one("NumericLessThan", "-1", "-2")),
    Case("a missing number is not less", NOT_HELD, one("NumericLessThan", "10")),
    Case("a variable is not filled into a number", "unknown", one("NumericLessThan", "${aws:k}", "1")),
]

DATES = [
    Case("DateLessThan compares moments", HELD, one("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z")),
    Case("DateGreaterThan compares moments", NOT_HELD, one("DateGreaterThan", "2026-01-01T00:00:00Z", "2025-12-31")),
    Case("dates may be seconds since 1970", HELD, one("DateEquals", "1767225600", "2026-01-01T00:00:00Z")),
    Case("dates compare across offsets", HELD, one("DateEquals", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00Z")),
    Case("a date alone is its midnight in UTC", HELD, one("DateEquals", "2026-01-01", "2026-01-01T00:00:00Z")),
    Case("DateNotEquals is false for the same moment", NOT_HELD, one("DateNotEquals", "2026-01-01", "1767225600")),
    Case("DateLessThanEquals takes the limit", HELD, one("DateLessThanEquals", "2026-01-01", "2026-01-01")),
    Case("DateGreaterThanEquals takes the limit", HELD, one("DateGreaterThanEquals", "2026-01-01", "2026-01-01")),
    Case("a year alone is its beginning", HELD, one("DateLessThan", "2026", "2025-12-31T23:59:59Z")),
    Case("a date that cannot be read cannot be judged", "unknown", one("DateLessThan", "next week", "2025-12-31")),
]

OTHERS = [
    Case("Bool ignores the case of its words", HELD, one("Bool", "True", "true")),
    Case("a JSON boolean is a value", HELD, one("Bool", True, "true")),
    Case(
        "a variable is filled into a boolean",
        HELD,
        of_condition({"Bool": {"aws:k": "${aws:j}"}}, {"aws:k": "true", "aws:j": "TRUE"}),
    ),
    Case("Bool false is not true", NOT_HELD, one("Bool", "false", "true")),
    Case("a boolean in the context is one too", HELD, one("Bool", "false", False)),
    Case("BinaryEquals compares base-64 text by letter", NOT_HELD, one("BinaryEquals", "QmluYXJ5", "qmluYXJ5")),
    Case("BinaryEquals takes the same text", HELD, one("BinaryEquals", "QmluYXJ5", "QmluYXJ5")),
    Case("IpAddress takes an address in the range", HELD, one("IpAddress", "203.0.113.0/24", "203.0.113.9")),
    Case("IpAddress leaves out others", NOT_HELD, one("IpAddress", "203.0.113.0/24", "203.0.114.9")),
    Case("an address without a prefix is one address", NOT_HELD, one("IpAddress", "203.0.113.9", "203.0.113.10")),
    Case("a range may be written by an address in it", HELD, one("IpAddress", "203.0.113.7/24", "203.0.113.9")),
    Case(
        "IPv6 addresses compare in any spelling", HELD, one("IpAddress", "2001:DB8:1234::/48", "2001:db8:1234:0:1::2")
    ),
    Case("an IPv6 address lies in no IPv4 range", NOT_HELD, one("IpAddress", "0.0.0.0/0", "2001:db8::1")),
    Case("NotIpAddress takes an IPv6 address for outside", HELD, one("NotIpAddress", "0.0.0.0/0", "2001:db8::1")),
    Case(
        "NotIpAddress with several ranges is a NOR",
        NOT_HELD,
        one("NotIpAddress", ["10.0.0.0/8", "8.0.0.0/8"], "8.1.1.1"),
    ),
    Case("a range that cannot be read cannot be judged", "unknown", one("IpAddress", "10.0.0.0/33", "10.0.0.1")),
    Case(
        "a range that cannot be read does not matter beside one that fits", HELD, one("IpAddress", ["x", "::/0"], "::1")
    ),
    Case("ArnEquals takes wildcards as ArnLike does", HELD, one("ArnEquals", "arn:aws:s3:::acme-*", SOURCE)),
    Case("ArnLike compares component by component", NOT_HELD, one("ArnLike", "arn:aws:*:acme-logs", SOURCE)),
    Case("ArnLike: a star in a component takes an empty one", HELD, one("ArnLike", "arn:aws:s3:*:*:acme-logs", SOURCE)),
    Case(
        "ArnLike: a star does not reach over a colon",
        NOT_HELD,
        one("ArnLike", "arn:aws:*:acme-logs", "arn:aws:s3:x:y:acme-logs"),
    ),
    Case(
        "ArnLike: the last component keeps its colons", HELD, one("ArnLike", "arn:aws:a:b:c:d:*", "arn:aws:a:b:c:d:e:f")
    ),
    Case("ArnLike is case-sensitive", NOT_HELD, one("ArnLike", "arn:aws:s3:::ACME*", SOURCE)),
    Case("ArnLike: a star alone takes any ARN", HELD, one("ArnLike", "*", SOURCE)),
    Case("ArnLike: a star that comes in through a value takes none", NOT_HELD, one("ArnLike", "${*}", SOURCE)),
    Case("ArnLike takes no text that is not an ARN", NOT_HELD, one("ArnLike", "*", "acme-logs")),
    Case("ArnNotEquals takes wildcards too", NOT_HELD, one("ArnNotEquals", "arn:aws:s3:::acme-*", SOURCE)),
    Case("ArnNotLike is true for another ARN", HELD, one("ArnNotLike", "arn:aws:s3:::other*", SOURCE)),
    Case("Null true wants the key absent", HELD, one("Null", "true")),
    Case("Null true fails for a key that is there", NOT_HELD, one("Null", "true", "x")),
    Case("Null false wants the key there", NOT_HELD, one("Null", "false")),
    Case("Null takes a JSON boolean", HELD, one("Null", False, "x")),
    Case("an empty list is no value", HELD, one("Null", True, [])),
]

LOGIC = [
    Case("values are an OR", HELD, one("StringEquals", ["a", "b"], "b")),
    Case("values of a negated operator are a NOR", NOT_HELD, one("StringNotEquals", ["a", "b"], "b")),
    Case(
        "keys are an AND",
        NOT_HELD,
        of_condition({"StringEquals": {"aws:a": "1", "aws:b": "2"}}, {"aws:a": "1", "aws:b": "1"}),
    ),
    Case(
        "operators are an AND",
        NOT_HELD,
        of_condition({"StringEquals": {"aws:a": "1"}, "StringLike": {"aws:b": "2*"}}, {"aws:a": "1", "aws:b": "1"}),
    ),
    Case(
        "key names are case-insensitive",
        HELD,
        of_condition({"StringEquals": {"AWS:sourceVPCE": "v"}}, {"aws:SourceVpce": "v"}),
    ),
    Case(
        "tag keys in key names are, too",
        HELD,
        of_condition({"StringEquals": {"aws:PrincipalTag/TEAM": "a"}}, {"aws:PrincipalTag/team": "a"}),
    ),
    Case("a missing key makes a positive operator false", NOT_HELD, one("StringEquals", "a")),
    Case("a missing key makes ArnNotEquals true", HELD, one("ArnNotEquals", SOURCE)),
    Case("a missing key makes NotIpAddress true", HELD, one("NotIpAddress", "10.0.0.0/8")),
    Case("a missing key makes NumericNotEquals true", HELD, one("NumericNotEquals", "1")),
    Case("IfExists is true where the key is missing", HELD, one("StringLikeIfExists", "a")),
    Case("IfExists judges a key that is there", NOT_HELD, one("StringLikeIfExists", "a", "b")),
    Case(
        "Deny with a negated IfExists denies where the key is missing",
        "explicit",
        of_condition({"StringNotEqualsIfExists": {"aws:SourceVpce": "v"}}, {}, "Deny"),
    ),
    Case(
        "Deny with BoolIfExists MFA false denies a role, which has no such key",
        "explicit",
        of_condition({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, {}, "Deny"),
    ),
    Case(
        "ForAllValues: every value of the request is in the list",
        HELD,
        one("ForAllValues:StringEquals", ["a", "b", "c"], ["a", "b"]),
    ),
    Case("ForAllValues: one value outside spoils it", NOT_HELD, one("ForAllValues:StringLike", ["a*"], ["ab", "b"])),
    Case("ForAllValues is true for an empty list", HELD, one("ForAllValues:StringEquals", "a", [])),
    Case("ForAllValues takes an empty string for an empty set", HELD, one("ForAllValues:StringEquals", "a", "")),
    Case("ForAnyValue: one value in the list is enough", HELD, one("ForAnyValue:StringEquals", ["a"], ["b", "a"])),
    Case("ForAnyValue: none in the list is too few", NOT_HELD, one("ForAnyValue:StringEquals", ["a"], ["b", "c"])),
    Case(
        "ForAnyValue with a negated operator: one value outside",
        HELD,
        one("ForAnyValue:StringNotEquals", "a", ["a", "b"]),
    ),
    Case(
        "ForAllValues with a negated operator: all outside",
        NOT_HELD,
        one("ForAllValues:StringNotEquals", "a", ["a", "b"]),
    ),
    Case("ForAnyValue with a negated operator is false for no key", NOT_HELD, one("ForAnyValue:StringNotEquals", "a")),
    Case("ForAnyValue is judged before IfExists", NOT_HELD, one("ForAnyValue:StringEqualsIfExists", "a")),
    Case("an empty condition block always holds", HELD, of_identity(allow_statement(Condition={}))),
    Case("an operator without keys holds", HELD, of_condition({"StringEquals": {}}, {})),
    Case("an empty list of values matches nothing", NOT_HELD, one("StringEquals", [], "a")),
    # what cannot be judged
    Case("an unknown operator cannot be judged", "unknown", one("StringEqual", "a", "a")),
    Case("operators are written in their own case", "unknown", one("stringequals", "a", "a")),
    Case("an unknown set operator cannot be judged", "unknown", one("ForEachValue:StringEquals", "a", "a")),
    Case("Null has no IfExists form", "unknown", one("NullIfExists", "true")),
    Case("a condition that is a list cannot be judged", "unknown", of_identity(allow_statement(Condition=["x"]))),
    Case("an operator without an object cannot be judged", "unknown", of_condition({"StringEquals": "a"}, {})),
    Case("a value that is an object cannot be judged", "unknown", one("StringEquals", {"a": 1}, "a")),
    Case(
        "a false key settles the matter before an unknown operator",
        NOT_HELD,
        of_condition({"StringEqual": {"aws:a": "1"}, "StringEquals": {"aws:a": "2"}}, {"aws:a": "1"}),
    ),
    Case(
        "an unknown operator in a Deny leaves an allow open",
        "unknown",
        of_condition({"StringEqual": {"aws:a": "1"}}, {}, "Deny"),
    ),
]


@parametrize(STRINGS + NUMBERS + DATES + OTHERS + LOGIC)
def test_conditions(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("base", ["String", "Numeric", "Date", "Arn"])
def test_every_negated_operator_is_the_opposite_of_its_own(base: str) -> None:
    wanted, same, other = {
        "String": ("a", "a", "b"),
        "Numeric": ("1", "1", "2"),
        "Date": ("2026-01-01", "2026-01-01", "2026-01-02"),
        "Arn": (SOURCE, SOURCE, SOURCE + "2"),
    }[base]
    for actual in (same, other):
        check(Case("held", HELD if actual == same else NOT_HELD, one(f"{base}Equals", wanted, actual)))
        check(Case("not held", NOT_HELD if actual == same else HELD, one(f"{base}NotEquals", wanted, actual)))
