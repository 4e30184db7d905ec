"""What policy statements say: single elements and lists, wildcards, Not-elements, Deny, conditions."""

from __future__ import annotations

from typing import Any

import pytest

from panther_s3.checks.statements import (
    Says,
    as_list,
    covers_action,
    covers_resource,
    judge,
    matches,
    name_of,
    statements_of,
)

READ = "s3:GetObject"
OBJECT = "arn:aws:s3:::acme-logs/AWSLogs/a.gz"
CONDITION = {"StringEquals": {"aws:PrincipalOrgID": "o-acme"}}


def allow(action: object = READ, resource: object = "*", **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: object = READ, resource: object = "*", **more: object) -> dict[str, Any]:
    return {**allow(action, resource), "Effect": "Deny", **more}


def said(*statements: dict[str, Any]) -> Says:
    return judge([("p", {"Statement": list(statements)})], READ, OBJECT).says


@pytest.mark.parametrize(
    ("value", "expected"), [(None, []), ("one", ["one"]), (["a", "b"], ["a", "b"]), (("a",), ["a"]), ([], [])]
)
def test_a_single_element_stands_for_a_list_of_one(value: object, expected: list[str]) -> None:
    assert as_list(value) == expected


def test_a_single_statement_stands_for_a_list_of_one() -> None:
    assert statements_of({"Statement": allow()}) == [allow()]


@pytest.mark.parametrize("document", [{}, {"Statement": []}, {"Statement": None}, {"Statement": ["text", 1]}])
def test_a_document_without_statements_has_none(document: dict[str, Any]) -> None:
    assert statements_of(document) == []
    assert judge([("p", document)], READ, OBJECT).says is Says.NOT_ALLOWED


@pytest.mark.parametrize(
    ("statement", "name"), [({"Sid": "Read"}, "Read"), ({}, "2"), ({"Sid": ""}, "2"), ({"Sid": 7}, "7")]
)
def test_a_statement_is_named_by_its_sid_or_its_place(statement: dict[str, Any], name: str) -> None:
    assert name_of(statement, 2) == name


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("*", "", True),
        ("a*c", "abbbc", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a.c", "abc", False),
        ("[ab]*", "abc", False),
        ("arn:aws:s3:::acme/*", "arn:aws:s3:::acme", False),
        ("arn:aws:s3:::acme/*", "arn:aws:s3:::acme/line\nbreak", True),
        ("ABC", "abc", False),
    ],
)
def test_only_star_and_question_mark_are_wildcards(pattern: str, value: str, fits: bool) -> None:
    assert matches(pattern, value) is fits


def test_actions_are_compared_without_regard_to_case_and_resources_with_it() -> None:
    assert covers_action({"Action": "S3:getOBJECT"}, READ)
    assert not covers_resource({"Resource": OBJECT.upper()}, OBJECT)


@pytest.mark.parametrize(
    ("statement", "covered"),
    [
        ({"Action": "s3:Get*"}, True),
        ({"Action": "*"}, True),
        ({"Action": ["s3:ListBucket", READ]}, True),
        ({"Action": "s3:GetObjectVersion"}, False),
        ({"Action": []}, False),
        ({}, False),
        ({"NotAction": "iam:*"}, True),
        ({"NotAction": ["iam:*", "s3:Get*"]}, False),
    ],
)
def test_an_action_is_covered(statement: dict[str, Any], covered: bool) -> None:
    assert covers_action(statement, READ) is covered


@pytest.mark.parametrize(
    ("statement", "covered"),
    [
        ({"Resource": OBJECT}, True),
        ({"Resource": ["arn:aws:s3:::other/*", "arn:aws:s3:::acme-logs/*"]}, True),
        ({"Resource": "arn:aws:s3:::acme-logs"}, False),
        ({"NotResource": "arn:aws:s3:::other/*"}, True),
        ({"NotResource": "arn:aws:s3:::acme-logs/*"}, False),
        ({}, True),
    ],
)
def test_a_resource_is_covered(statement: dict[str, Any], covered: bool) -> None:
    assert covers_resource(statement, OBJECT) is covered


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        ((), Says.NOT_ALLOWED),
        ((allow(),), Says.ALLOWED),
        ((allow("s3:PutObject"),), Says.NOT_ALLOWED),
        ((allow(), deny()), Says.DENIED),
        ((deny(), allow()), Says.DENIED),
        ((allow(), deny("s3:PutObject")), Says.ALLOWED),
        ((allow(Condition=CONDITION),), Says.CONDITIONAL),
        ((allow(Condition=CONDITION), allow()), Says.ALLOWED),
        ((allow(), deny(Condition=CONDITION)), Says.CONDITIONAL),
        ((deny(Condition=CONDITION), deny()), Says.DENIED),
        ((allow(Condition={}),), Says.ALLOWED),
    ],
)
def test_the_statement_that_decides_is_found(statements: tuple[dict[str, Any], ...], says: Says) -> None:
    assert said(*statements) is says


def test_the_verdict_names_the_document_and_the_statement() -> None:
    documents = [("first", {"Statement": [allow()]}), ("second", {"Statement": [allow("s3:Put*"), deny(Sid="Stop")]})]
    verdict = judge(documents, READ, OBJECT)
    assert (verdict.document, verdict.statement) == ("second", "Stop")


def test_a_policy_variable_leaves_it_open_whether_the_resource_is_meant() -> None:
    assert said(allow(resource="arn:aws:s3:::${aws:PrincipalTag/bucket}/*")) is Says.CONDITIONAL
