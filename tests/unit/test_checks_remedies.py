"""A Deny that lets the role past, and all else of it as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_s3.checks.remedies import exempt_role, exempted, to_add, with_conditions

ROLE = "arn:aws:iam::111122223333:role/reader"
DENY = {"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, {"ArnNotEquals": {"aws:PrincipalArn": ROLE}}),
        (
            {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
            {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}, "ArnNotEquals": {"aws:PrincipalArn": ROLE}},
        ),
        ({"ArnNotLike": {"aws:PrincipalArn": "a"}}, {"ArnNotLike": {"aws:PrincipalArn": ["a", ROLE]}}),
        (
            {"StringNotLike": {"AWS:principalARN": ["a", "b"]}},
            {"StringNotLike": {"AWS:principalARN": ["a", "b", ROLE]}},
        ),
        (
            {"StringNotEqualsIfExists": {"aws:PrincipalArn": "a"}},
            {"StringNotEqualsIfExists": {"aws:PrincipalArn": ["a", ROLE]}},
        ),
        (
            {"ArnEquals": {"aws:PrincipalArn": "a"}},
            {"ArnEquals": {"aws:PrincipalArn": "a"}, "ArnNotEquals": {"aws:PrincipalArn": ROLE}},
        ),
        (
            {"ArnNotEquals": {"aws:SourceArn": "x"}},
            {"ArnNotEquals": {"aws:SourceArn": "x", "aws:PrincipalArn": ROLE}},
        ),
    ],
)
def test_the_role_is_exempted_by_one_condition_more(condition: dict[str, Any], expected: dict[str, Any]) -> None:
    statement = {**DENY, "Condition": condition} if condition else DENY
    assert exempted(statement, ROLE) == {**DENY, "Condition": expected}


KEYS = st.sampled_from(["aws:PrincipalArn", "aws:SourceVpce", "aws:SourceIp"])
OPERATORS = st.sampled_from(["StringNotEquals", "ArnNotLike", "StringEquals", "NotIpAddress"])


@given(st.dictionaries(OPERATORS, st.dictionaries(KEYS, st.lists(st.text(max_size=5), min_size=1), min_size=1)))
def test_nothing_but_the_condition_changes_and_the_original_stays(condition: dict[str, Any]) -> None:
    statement = {**DENY, "Condition": condition}
    before = repr(statement)
    changed = exempted(statement, ROLE)
    assert repr(statement) == before
    assert {**changed, "Condition": None} == {**statement, "Condition": None}
    assert all(
        set(values) <= set(changed["Condition"][operator][key])
        for operator, tests in condition.items()
        for key, values in tests.items()
    )


def test_a_policy_of_the_organization_is_for_its_administrators() -> None:
    assert "Ask who administers" in exempt_role(DENY, "No", "service control policy 0", ROLE, "service_control_policy")
    assert "Ask who administers" in exempt_role(None, "", "something", ROLE, None)


def test_sids_that_are_taken_are_left_to_their_statements() -> None:
    there = {"Statement": [{"Sid": "A"}, {"Sid": "A2"}, {}]}
    assert '"Sid": "A3"' in to_add("policy", {"Sid": "A"}, [there])
    assert '"Sid": "B"' in to_add("policy", {"Sid": "B"}, [there, None])
    assert "Sid" not in to_add("policy", {"Effect": "Allow"}, [there])


def test_conditions_are_added_beside_those_that_are_there() -> None:
    own = {"StringEquals": {"a": "1"}, "Bool": {"aws:SecureTransport": "false"}}
    found = with_conditions({"Condition": own}, {"Bool": {"aws:SecureTransport": "true"}, "ArnLike": {"b": "2"}})
    assert found["Condition"] == {
        "StringEquals": {"a": "1"},
        "Bool": {"aws:SecureTransport": "true"},
        "ArnLike": {"b": "2"},
    }
