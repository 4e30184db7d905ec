"""Why a trust refuses Panther, and the fewest conditions that have to go."""

from __future__ import annotations

import json
from typing import Any

import pytest

from panther_s3.aws.roles import Role
from panther_s3.checks.result import CheckResult, Status
from panther_s3.checks.role import judge_trust
from panther_s3.checks.trust_faults import panther_names
from panther_s3.panther import PantherDeployment
from panther_s3.policies import trust_policy

PANTHER = PantherDeployment("999988887777", "us-west-2")
ROOT = PANTHER.root_arn
ARN = "arn:aws:iam::111122223333:role/reader"
TLS = {"Bool": {"aws:SecureTransport": "true"}}


def allow(principal: Any = ROOT, condition: Any = None, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole", **more}
    return statement if condition is None else {**statement, "Condition": condition}


def judged(*statements: dict[str, Any]) -> CheckResult:
    return judge_trust(role(*statements), PANTHER)


def role(*statements: dict[str, Any]) -> Role:
    return Role("reader", ARN, "/", {"Version": "2012-10-17", "Statement": list(statements)}, "", {}, ())


def statement_in(result: CheckResult) -> dict[str, Any]:
    text = result.remedy[result.remedy.index("{") : result.remedy.rindex("}") + 1]
    found: dict[str, Any] = json.loads(text)
    return found


def test_only_the_condition_that_is_in_the_way_goes() -> None:
    condition = {
        **TLS,
        "StringEquals": {"aws:PrincipalAccount": PANTHER.account_id, "sts:ExternalId": "x"},
    }
    result = judged(allow(condition=condition))
    assert result.cause == "external_id_required"
    assert statement_in(result)["Condition"] == {**TLS, "StringEquals": {"aws:PrincipalAccount": PANTHER.account_id}}


def test_several_conditions_in_the_way_are_named_together() -> None:
    condition = {"StringEquals": {"sts:ExternalId": "x", "aws:SourceVpce": "vpce-1"}}
    result = judged(allow(condition=condition))
    assert result.cause == "external_id_required"
    assert "aws:SourceVpce" in result.detail
    assert statement_in(result)["Condition"] == TLS


def test_what_is_left_may_still_depend_on_panther() -> None:
    condition = {"StringEquals": {"sts:ExternalId": "x", "aws:PrincipalOrgID": "o-1"}}
    result = judged(allow(condition=condition))
    assert result.cause == "external_id_required"
    assert statement_in(result)["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}


def test_statements_of_others_are_not_to_blame() -> None:
    others = allow("arn:aws:iam::444455556666:root", {"StringEquals": {"sts:ExternalId": "x"}})
    result = judged(others)
    assert result.cause == "wrong_account"
    assert judged(others, allow(condition=TLS)).status is Status.PASS


def test_one_open_statement_is_enough_beside_a_closed_one() -> None:
    closed = allow(condition={"StringEquals": {"sts:ExternalId": "x"}})
    assert judged(closed, allow(condition=TLS)).status is Status.PASS


def test_the_remedy_keeps_other_principals() -> None:
    mixed = allow(["arn:aws:iam::444455556666:root", "AROADELETED000000000"], TLS)
    result = judged(mixed)
    assert result.cause == "deleted_principal"
    assert statement_in(result)["Principal"]["AWS"] == ["arn:aws:iam::444455556666:root", ROOT]


def test_the_remedy_keeps_other_actions_and_conditions() -> None:
    result = judged(allow(condition=TLS, Action=["sts:TagSession"]))
    assert result.cause == "assume_role_not_allowed"
    assert statement_in(result) == allow(condition=TLS, Action=["sts:TagSession", "sts:AssumeRole"])


def test_a_sid_that_is_taken_is_not_proposed_again() -> None:
    result = judged(allow("444455556666", Sid="PantherAssumesRole"))
    assert statement_in(result)["Sid"] == "PantherAssumesRole2"


@pytest.mark.parametrize(
    "principal",
    [
        "arn:aws:iam::999988887777:role/panther-api",
        "arn:aws:iam::999988887777:role/path/panther-api",
        "arn:aws:sts::999988887777:assumed-role/panther-api/panther-session",
    ],
)
def test_a_role_of_panther_by_name_is_a_warning(principal: str) -> None:
    result = judged(allow(principal, TLS))
    assert (result.status, result.cause) == (Status.WARN, "specific_role_trusted")
    assert statement_in(result) == allow(ROOT, TLS)


@pytest.mark.parametrize(
    "pattern",
    [
        "arn:aws:iam::999988887777:role/panther-*",
        "arn:aws:iam::*:role/panther-?pi",
        "arn:aws:iam::999988887777:role/p*",
    ],
)
def test_a_pattern_of_names_is_a_warning(pattern: str) -> None:
    result = judged(allow("*", {**TLS, "ArnLike": {"aws:PrincipalArn": pattern}}))
    assert (result.status, result.cause) == (Status.WARN, "specific_role_trusted")
    assert statement_in(result) == allow(ROOT, TLS)


def test_a_pattern_of_all_roles_is_none() -> None:
    everybody = {**TLS, "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::999988887777:role/*"}}
    assert judged(allow("*", everybody)).status is Status.PASS


def test_names_of_other_accounts_are_none_of_panthers() -> None:
    trust = role(allow(["arn:aws:iam::444455556666:role/x", "arn:aws:iam::999988887777:role/y"]))
    assert list(panther_names(trust, PANTHER)) == ["y"]


def test_a_deny_wins_and_is_the_one_to_take_out() -> None:
    deny = {"Sid": "No", "Effect": "Deny", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}
    result = judged(deny, *trust_policy(PANTHER)["Statement"])
    assert result.cause == "explicit_deny"
    assert result.evidence["statement"] == "No"
    assert statement_in(result) == deny


def test_another_partition_is_another_account() -> None:
    result = judged(allow("arn:aws-us-gov:iam::999988887777:root", TLS))
    assert (result.status, result.cause) == (Status.FAIL, "panther_not_trusted")


def test_of_very_many_conditions_it_still_ends() -> None:
    keys = {f"aws:RequestTag/{number}": "x" for number in range(40)}
    assert judged(allow(condition={"StringEquals": keys})).cause == "condition_not_met"
