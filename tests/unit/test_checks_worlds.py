"""What is not known of a request is tried both ways, as far as the policies make a difference of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from panther_s3.aws.roles import Role
from panther_s3.checks.judging import Judgement, Outcome, Policies, judge
from panther_s3.checks.requests import Request, assume_role, publish, subscribe, topic_key_use
from panther_s3.checks.unknowns import NOBODY, OF_PANTHER, OF_ROLE, asked_values
from panther_s3.checks.worlds import MOST_WORLDS, worlds
from tests.catalogue.scene import ACCOUNT, healthy_scene

BUCKET = "arn:aws:s3:::acme-logs"
ROLE = "arn:aws:sts::111122223333:assumed-role/reader/s"
REQUEST = Request(ROLE, "111122223333", "s3:ListBucket", BUCKET, "111122223333", {"aws:SecureTransport": "true"})
SERVICE = Request("s3.amazonaws.com", "", "sns:Publish", "arn:aws:sns:us-west-2:1:t", "1", {})
ALLOW = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def deny(condition: dict[str, Any]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*", "Condition": condition}],
    }


def judged(condition: dict[str, Any], unknown: tuple[str, ...] = OF_ROLE) -> Judgement:
    policies = Policies((("mine", {"Statement": [ALLOW]}),), None, ("bucket policy", deny(condition)), "bucket")
    return judge(REQUEST, policies, unknown)


def chosen(request: Request, condition: dict[str, Any], unknown: tuple[str, ...]) -> list[dict[str, str | None]]:
    return [world.chosen for world in worlds(request, [deny(condition)], unknown)]


@pytest.mark.parametrize(
    ("ranges", "outcome"),
    [
        (["10.0.0.0/8"], Outcome.DENIED),
        (["192.168.1.7"], Outcome.DENIED),
        (["100.64.0.0/10"], Outcome.DENIED),
        (["fd00::/8", "172.16.0.0/12"], Outcome.DENIED),
        (["203.0.113.0/24"], Outcome.DEPENDS),
        (["52.1.2.3/32"], Outcome.DEPENDS),
        (["10.0.0.0/8", "52.1.2.0/24"], Outcome.DEPENDS),
        (["2600:1f00::/24"], Outcome.DEPENDS),
        (["0.0.0.0/0"], Outcome.ALLOWED),
        (["0.0.0.0/1", "128.0.0.0/1"], Outcome.ALLOWED),
    ],
)
def test_an_address_may_be_any_public_one_and_no_private_one(ranges: list[str], outcome: Outcome) -> None:
    assert judged({"NotIpAddress": {"aws:SourceIp": ranges}}).outcome is outcome


@pytest.mark.parametrize("key", ["aws:SourceVpce", "aws:SourceVpc", "aws:VpcSourceIp"])
def test_there_is_no_endpoint_of_the_customers(key: str) -> None:
    assert judged({"StringNotEquals": {key: "x"}}).outcome is Outcome.DENIED
    assert judged({"StringEquals": {key: "x"}}).outcome is Outcome.ALLOWED


def test_the_organization_is_the_customers_for_its_role_and_unknown_for_panther() -> None:
    condition = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}
    assert judged(condition).outcome is Outcome.ALLOWED
    depends = judged(condition, OF_PANTHER)
    assert (depends.outcome, depends.hinges) == (Outcome.DEPENDS, ("aws:PrincipalOrgID",))


def test_a_service_is_in_no_organization_but_acts_for_a_bucket_that_is_in_one() -> None:
    assert chosen(SERVICE, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, ()) == [{}]
    assert chosen(SERVICE, {"StringEquals": {"aws:SourceOrgID": "o-1"}}, ()) == [{"aws:sourceorgid": "o-1"}]
    assert chosen(REQUEST, {"StringEquals": {"aws:SourceOrgID": "o-1"}}, ()) == [{}]


def test_the_principals_and_the_resources_organization_are_one() -> None:
    condition = {"StringNotEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}
    assert judged(condition).outcome is Outcome.ALLOWED
    depends = judged(condition, OF_PANTHER)
    assert (depends.outcome, depends.hinges) == (Outcome.DEPENDS, ("aws:PrincipalOrgID",))


def test_every_organization_that_is_named_may_be_the_own_one() -> None:
    condition = {"StringEquals": {"aws:PrincipalOrgID": ["o-1", "o-2"], "aws:ResourceOrgID": "o-2"}}
    assert {world["aws:principalorgid"] for world in chosen(REQUEST, condition, OF_ROLE)} == {"o-1", "o-2"}
    unclear = judged(condition)
    assert (unclear.outcome, unclear.hinges) == (Outcome.UNKNOWN, ("aws:PrincipalOrgID", "aws:ResourceOrgID"))
    assert "aws:PrincipalOrgID, aws:ResourceOrgID" in unclear.decision.reason


def test_paths_lie_in_the_organization_that_is_chosen() -> None:
    paths = {"aws:PrincipalOrgPaths": ["o-1/r-1/*", "o-2/r-1/ou-?/", "*/r-2/*"]}
    found = chosen(REQUEST, {"ForAnyValue:StringLike": paths}, OF_ROLE)
    assert [world["aws:principalorgpaths"] for world in found] == [
        "o-1/r-1/x",
        "o-1/r-2/x",
        "o-2/r-1/ou-x/",
        "o-2/r-2/x",
    ]


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:ResourceTag/class": "secret"}},
        {"StringNotEquals": {"aws:ResourceTag/class": "public"}},
        {"NumericLessThan": {"aws:ResourceTag/days": "30"}},
        {"Null": {"s3:BucketTag/class": "false"}},
        {"StringEquals": {"aws:ResourceTag/owner": "${aws:PrincipalAccount, 'nobody'}"}},
    ],
)
def test_what_nobody_read_of_the_resource_cannot_be_judged(condition: dict[str, Any]) -> None:
    unclear = judged(condition)
    (key,) = (name for test in condition.values() for name in test)
    assert (unclear.outcome, unclear.hinges) == (Outcome.UNKNOWN, (key,))


def test_what_another_service_says_of_its_resources_is_not_there() -> None:
    assert judged({"StringEquals": {"kms:KeyOrigin": "AWS_KMS"}}).outcome is Outcome.ALLOWED


@pytest.mark.parametrize(
    ("version", "outcome"), [("1.2", Outcome.ALLOWED), ("1.3", Outcome.DEPENDS), ("1.4", Outcome.DENIED)]
)
def test_tls_may_be_of_two_versions(version: str, outcome: Outcome) -> None:
    policies = Policies(
        (("mine", {"Statement": [ALLOW]}),),
        None,
        ("b", deny({"NumericLessThan": {"s3:TlsVersion": version}})),
        "bucket",
    )
    request = replace(REQUEST, context={"s3:TlsVersion": "1.2"})
    assert judge(request, policies, OF_ROLE).outcome is outcome


def test_aws_says_whose_the_resource_is_of_every_request() -> None:
    scene = healthy_scene()
    role, answers = scene.readings().role, scene.answers()
    assert isinstance(role, Role)
    key, topic = scene.keys["topic"].arn, scene.topic_arn
    requests = (
        assume_role(role, answers.panther),
        subscribe(topic, answers.panther),
        publish(topic, scene.bucket_arn, ACCOUNT),
        topic_key_use("kms:Decrypt", key, topic, scene.bucket_arn, ACCOUNT),
    )
    assert [request.context["aws:ResourceAccount"] for request in requests] == [ACCOUNT] * 4


def test_what_the_request_says_is_not_guessed() -> None:
    condition = {"StringEquals": {"aws:securetransport": "x"}}
    assert chosen(REQUEST, condition, ("aws:securetransport",)) == [{}]


def test_a_pattern_is_tried_with_a_value_that_fits_and_one_that_does_not() -> None:
    found = chosen(REQUEST, {"StringLike": {"aws:UserAgent": ["lambda-*"]}}, OF_ROLE)
    assert found == [{"aws:useragent": "lambda-x"}, {"aws:useragent": NOBODY}]


def test_tags_of_objects_are_unknown_each() -> None:
    judgement = judged({"StringEquals": {"s3:ExistingObjectTag/secret": "yes"}})
    assert (judgement.outcome, judgement.hinges) == (Outcome.UNKNOWN, ("s3:ExistingObjectTag/secret",))


def test_keys_that_only_together_turn_it_are_all_named() -> None:
    both = {"StringEquals": {"aws:UserAgent": "a", "aws:Referer": "b"}}
    assert judged(both).hinges == ("aws:Referer", "aws:UserAgent")


def test_null_alone_asks_for_no_value() -> None:
    assert asked_values([deny({"Null": {"aws:SourceIp": "true"}})]) == {}


def test_of_too_many_worlds_none_that_stands_alone_is_left_out() -> None:
    many = [f"agent-{number}" for number in range(MOST_WORLDS)]
    condition = {"StringEquals": {"aws:Referer": [*many, "last"], "aws:UserAgent": many}}
    found = chosen(REQUEST, condition, OF_ROLE)
    assert len(found) < 5 * MOST_WORLDS
    assert {each["aws:referer"] for each in found} == {*many, "last", NOBODY}
    assert judged(condition).outcome is Outcome.DEPENDS


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, Outcome.DENIED),
        ({"StringResembles": {"aws:PrincipalArn": "x"}}, Outcome.UNKNOWN),
        ({"Bool": {"aws:SecureTransport": False}}, Outcome.ALLOWED),
    ],
)
def test_the_worst_world_speaks_for_all(condition: dict[str, Any], outcome: Outcome) -> None:
    judgement = judged(condition)
    assert judgement.outcome is outcome
    assert judgement.evidence["request"] == {"action": "s3:ListBucket", "resource": BUCKET}
    if outcome is Outcome.DENIED:
        assert (judgement.evidence["document"], judgement.evidence["statement"]) == ("bucket policy", "0")
        assert judgement.evidence["excerpt"]["Condition"] == condition
