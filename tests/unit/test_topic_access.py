"""Who may use a topic, and the edits by which S3 may publish to it and Panther subscribe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.keys import KeyFacts
from panther_s3.aws.topic_records import Topic
from panther_s3.checks.readings import KeyReading
from panther_s3.mending import MendKind
from panther_s3.panther import PantherDeployment
from panther_s3.policies import s3_publish_statement, subscribe_statement, topic_key_statement, topic_policy
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import S3Source
from panther_s3.topic_access import MANAGED_ELSEWHERE, encryption_advice, key_mend, topic_mend, who_may

ACCOUNT = "111122223333"
PANTHER = PantherDeployment("999988887777", "us-west-2")
ANSWERS = Answers(
    region="us-west-2",
    identity=CallerIdentity(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/operator"),
    panther=PANTHER,
    source=S3Source("a", ACCOUNT, "acme-logs"),
    bucket_region="us-west-2",
)
ARN = f"arn:aws:sns:us-west-2:{ACCOUNT}:acme-security-events"
S3_MAY = s3_publish_statement(ARN, ANSWERS.source, ANSWERS.partition)
PANTHER_MAY = subscribe_statement(ARN, PANTHER)
DEFAULT_STATEMENT = {
    "Sid": "__default_statement_ID",
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": ["SNS:GetTopicAttributes", "SNS:Subscribe", "SNS:Publish"],
    "Resource": ARN,
    "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
}
DEFAULT = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [DEFAULT_STATEMENT]}
KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FACTS = KeyFacts(KEY, "Enabled", True, "CUSTOMER", "ENCRYPT_DECRYPT", ACCOUNT)
OF_ACCOUNT = {
    "Sid": "Account",
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}
KEY_POLICY = {"Version": "2012-10-17", "Id": "key-default-1", "Statement": [OF_ACCOUNT]}
S3_USES = topic_key_statement(ANSWERS.source, ANSWERS.partition)


def with_policy(*statements: dict[str, Any]) -> Topic:
    return Topic(ARN, {**DEFAULT, "Statement": list(statements)})


def deny(action: str, **more: Any) -> dict[str, Any]:
    return {"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": action, "Resource": ARN, **more}


# --- the topic's policy ---


def test_both_statements_are_added_to_the_default_policy_and_all_else_stays() -> None:
    mend = topic_mend(Topic(ARN, DEFAULT), ANSWERS)
    assert mend is not None
    assert (mend.kind, mend.target, mend.region, mend.obstacle) == (MendKind.TOPIC, ARN, "us-west-2", None)
    assert mend.before == DEFAULT
    assert mend.after == {**DEFAULT, "Statement": [DEFAULT_STATEMENT, S3_MAY, PANTHER_MAY]}
    assert "Lets S3 publish to the topic for acme-logs alone." in mend.summary
    assert "Lets Panther's account 999988887777 subscribe" in mend.summary
    assert mend.notes == (MANAGED_ELSEWHERE,)


def test_after_the_edit_nothing_is_left_to_add() -> None:
    mend = topic_mend(Topic(ARN, DEFAULT), ANSWERS)
    assert mend is not None
    assert topic_mend(Topic(ARN, mend.after), ANSWERS) is None


def test_a_topic_without_a_policy_gets_one() -> None:
    mend = topic_mend(Topic(ARN, {}), ANSWERS)
    assert mend is not None
    assert mend.after == topic_policy(ARN, ANSWERS.source, PANTHER, ANSWERS.partition)


def test_only_what_is_missing_is_added() -> None:
    mend = topic_mend(with_policy(S3_MAY), ANSWERS)
    assert mend is not None
    assert mend.after["Statement"] == [S3_MAY, PANTHER_MAY]
    assert "S3" not in mend.summary
    mend = topic_mend(with_policy(PANTHER_MAY), ANSWERS)
    assert mend is not None
    assert mend.after["Statement"] == [PANTHER_MAY, S3_MAY]


@pytest.mark.parametrize(
    "statements",
    [
        # as AWS may give it back, and in other people's hands
        [{**S3_MAY, "Sid": "theirs", "Action": ["SNS:Publish"]}, {**PANTHER_MAY, "Principal": {"AWS": "999988887777"}}],
        [
            {**S3_MAY, "Condition": {"StringEquals": {"AWS:SourceAccount": [ACCOUNT]}}},
            {**PANTHER_MAY, "Action": "SNS:*"},
        ],
        [{**S3_MAY, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:acme-*"}}}, PANTHER_MAY],
        [
            {**S3_MAY, "Principal": "*", "Action": "*"},
            {**PANTHER_MAY, "Condition": {"StringEquals": {"sns:Protocol": "sqs"}}},
        ],
        [{**S3_MAY, "Action": ["sns:Publish", "sns:Subscribe"], "Principal": "*", "Condition": {}}],
    ],
)
def test_what_allows_both_in_other_words_is_left_alone(statements: list[dict[str, Any]]) -> None:
    assert topic_mend(with_policy(*statements), ANSWERS) is None


@pytest.mark.parametrize(
    "statement",
    [
        {**S3_MAY, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-other"}}},
        {**S3_MAY, "Resource": f"{ARN}-other"},
        {**S3_MAY, "Principal": {"Service": "events.amazonaws.com"}},
        {**S3_MAY, "Effect": "Deny", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-other"}}},
    ],
)
def test_what_is_for_another_bucket_topic_or_service_does_not_count(statement: dict[str, Any]) -> None:
    mend = topic_mend(with_policy(statement, PANTHER_MAY), ANSWERS)
    assert mend is not None
    assert mend.obstacle is None
    added = mend.after["Statement"][-1]
    assert {**added, "Sid": ""} == {**S3_MAY, "Sid": ""}
    assert mend.after["Statement"][:-1] == [statement, PANTHER_MAY]
    assert len({each["Sid"] for each in mend.after["Statement"]}) == 3


def test_a_second_bucket_of_the_same_topic_gets_a_statement_of_its_own() -> None:
    other = ANSWERS.with_source(bucket_name="acme-other")
    mend = topic_mend(with_policy(S3_MAY, PANTHER_MAY), other)
    assert mend is not None
    assert mend.after["Statement"][:2] == [S3_MAY, PANTHER_MAY]
    (added,) = mend.after["Statement"][2:]
    assert added["Sid"] == "S3PublishesEvents2"
    assert added["Condition"]["ArnLike"] == {"aws:SourceArn": "arn:aws:s3:::acme-other"}


@pytest.mark.parametrize("action", ["sns:Publish", "sns:Subscribe", "sns:*"])
def test_a_deny_is_told_as_the_obstacle_and_stays(action: str) -> None:
    mend = topic_mend(with_policy(deny(action)), ANSWERS)
    assert mend is not None
    assert mend.after["Statement"] == [deny(action), S3_MAY, PANTHER_MAY]
    assert mend.obstacle is not None
    assert "The Deny statement No of the policy of" in mend.obstacle.title
    assert "not changed here" in mend.obstacle.remedy


def test_a_deny_where_nothing_else_is_missing_is_told_too() -> None:
    mend = topic_mend(with_policy(S3_MAY, PANTHER_MAY, deny("sns:Publish")), ANSWERS)
    assert mend is not None
    assert mend.after == mend.before
    assert mend.obstacle is not None


def test_a_deny_of_plain_http_hinders_nothing() -> None:
    over_http = deny("sns:Publish", Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert topic_mend(with_policy(S3_MAY, PANTHER_MAY, over_http), ANSWERS) is None


def test_what_hangs_on_panthers_side_is_noted() -> None:
    others = deny("sns:Subscribe", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-acme"}})
    mend = topic_mend(with_policy(others), ANSWERS)
    assert mend is not None
    assert mend.obstacle is None
    assert any("sns:Subscribe is allowed after it" in note for note in mend.notes)


def test_a_policy_without_room_is_told() -> None:
    long = {**DEFAULT_STATEMENT, "Condition": {"StringEquals": {"aws:SourceArn": ["x" * 100 for _ in range(300)]}}}
    mend = topic_mend(with_policy(long), ANSWERS)
    assert mend is not None
    assert mend.obstacle is not None
    assert "30 KB" in mend.obstacle.title


def test_a_topic_of_another_account_is_not_the_operators_to_change() -> None:
    theirs = ARN.replace(ACCOUNT, "444455556666")
    mend = topic_mend(Topic(theirs, {}), ANSWERS)
    assert mend is not None
    assert mend.obstacle is not None
    assert "is in account 444455556666" in mend.obstacle.title


def test_the_documents_that_were_read_are_not_changed() -> None:
    before = {**DEFAULT, "Statement": [dict(DEFAULT_STATEMENT)]}
    topic_mend(Topic(ARN, before), ANSWERS)
    assert before == DEFAULT


# --- who may ---


def test_who_may_publish_and_subscribe_is_told_one_sentence_a_statement() -> None:
    told = who_may(with_policy(DEFAULT_STATEMENT, S3_MAY, PANTHER_MAY, deny("sns:Publish", Sid="")))
    assert told == (
        f'__default_statement_ID: everybody may publish and subscribe, where AWS:SourceOwner StringEquals "{ACCOUNT}".',
        "S3PublishesEvents: the service s3.amazonaws.com may publish, where "
        f'aws:SourceAccount StringEquals "{ACCOUNT}" and aws:SourceArn ArnLike "arn:aws:s3:::acme-logs".',
        "CrossAccountSubscription: the account 999988887777 may subscribe.",
        "3: everybody may not publish.",
    )


def test_statements_about_something_else_are_left_out() -> None:
    assert who_may(with_policy({**DEFAULT_STATEMENT, "Action": "SNS:GetTopicAttributes"})) == (
        "No statement says who may publish or subscribe: its own account may, as its IAM policies say.",
    )
    assert who_may(with_policy({"Effect": "Allow", "NotAction": "sns:Pub*", "Principal": {"AWS": "*"}})) == (
        "0: everybody may subscribe.",
    )


def test_principals_are_told_in_words() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/a"
    statement = {"Sid": "S", "Effect": "Allow", "Action": "sns:Publish"}
    assert who_may(with_policy({**statement, "Principal": {"AWS": [role, "444455556666"]}})) == (
        f"S: {role} and the account 444455556666 may publish.",
    )
    assert who_may(with_policy({**statement, "Effect": "Deny", "NotPrincipal": {"AWS": role}})) == (
        f"S: everybody but {role} may not publish.",
    )
    assert who_may(with_policy({**statement, "Principal": {}})) == ("S: nobody may publish.",)


# --- the topic's key ---


def encrypted(**changes: Any) -> tuple[Topic, KeyReading]:
    return Topic(ARN, DEFAULT, KEY), replace(KeyReading(FACTS, KEY_POLICY), **changes)


def test_the_keys_policy_gets_the_statement_that_s3_needs_and_keeps_the_others() -> None:
    topic, key = encrypted()
    mend = key_mend(topic, key, ANSWERS)
    assert mend is not None
    assert (mend.kind, mend.target, mend.region) == (MendKind.KEY, KEY, "us-west-2")
    assert mend.after == {**KEY_POLICY, "Statement": [OF_ACCOUNT, S3_USES]}
    assert key_mend(topic, replace(key, policy=mend.after), ANSWERS) is None
    assert "must let S3 in for acme-logs" in encryption_advice(topic, key, ANSWERS)
    assert "nothing is to be done" in encryption_advice(topic, replace(key, policy=mend.after), ANSWERS)


def test_a_key_that_s3_may_only_decrypt_with_gets_the_statement() -> None:
    half = {**S3_USES, "Sid": "Half", "Action": "kms:Decrypt"}
    topic, key = encrypted(policy={**KEY_POLICY, "Statement": [half]})
    mend = key_mend(topic, key, ANSWERS)
    assert mend is not None
    assert mend.after["Statement"] == [half, S3_USES]


def test_a_deny_in_the_keys_policy_is_told_as_the_obstacle() -> None:
    never = {**S3_USES, "Sid": "Never", "Effect": "Deny", "Condition": {}}
    topic, key = encrypted(policy={**KEY_POLICY, "Statement": [OF_ACCOUNT, never]})
    mend = key_mend(topic, key, ANSWERS)
    assert mend is not None
    assert mend.obstacle is not None
    assert "The Deny statement Never of the key policy" in mend.obstacle.title
    assert "Never" in encryption_advice(topic, key, ANSWERS)


def test_a_key_of_another_account_is_not_the_operators_to_change() -> None:
    theirs = KEY.replace(ACCOUNT, "444455556666")
    topic, key = encrypted(facts=replace(FACTS, arn=theirs, account="444455556666"))
    mend = key_mend(topic, key, ANSWERS)
    assert mend is not None
    assert mend.obstacle is not None


REFUSED = Problem("You are not allowed to read the key", kind=ProblemKind.ACCESS_DENIED)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"facts": replace(FACTS, manager="AWS")}, "AWS's own key alias/aws/sns. S3 cannot publish to it"),
        ({"facts": replace(FACTS, enabled=False, state="PendingDeletion")}, "is PendingDeletion: S3 cannot publish."),
        ({"facts": Problem("no", "gone", kind=ProblemKind.NOT_FOUND)}, "is not there"),
        ({"facts": REFUSED, "policy": REFUSED}, "cannot be told"),
        ({"policy": REFUSED}, "cannot be told"),
        ({"facts": None}, "cannot be told"),
    ],
)
def test_a_key_whose_policy_is_not_to_be_edited_is_told_of_instead(changes: dict[str, Any], told: str) -> None:
    topic, key = encrypted(**changes)
    assert key_mend(topic, key, ANSWERS) is None
    assert told in encryption_advice(topic, key, ANSWERS)


def test_a_topic_without_encryption_is_told_what_is_recommended() -> None:
    assert key_mend(Topic(ARN, DEFAULT), KeyReading(), ANSWERS) is None
    told = encryption_advice(Topic(ARN, DEFAULT), KeyReading(), ANSWERS)
    assert told.startswith("The topic is not encrypted. A customer-managed key is recommended")


def test_awss_own_key_is_known_by_its_alias_though_it_was_not_read() -> None:
    told = encryption_advice(Topic(ARN, DEFAULT, "alias/aws/sns"), KeyReading(), ANSWERS)
    assert "cannot be changed" in told
