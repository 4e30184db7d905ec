"""A topic's and its key's policy, mended in the embedded AWS: what was there stays, and a second run adds nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.keys import Keys
from panther_s3.aws.mending import apply_mend
from panther_s3.aws.session import Aws
from panther_s3.aws.topics import Topics
from panther_s3.checks.readings import KeyReading
from panther_s3.demo import cast
from panther_s3.journal.changes import ChangeKind, State
from panther_s3.panther import PantherDeployment
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import S3Source
from panther_s3.topic_access import key_mend, topic_mend

ANSWERS = Answers(
    region="us-west-2",
    identity=CallerIdentity(cast.CUSTOMER_ACCOUNT, f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:user/operator"),
    panther=PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION),
    source=S3Source("topic access", cast.CUSTOMER_ACCOUNT, cast.CLOUDTRAIL),
    bucket_region="us-west-2",
)
ROOT = f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:root"


def never(seconds: float) -> None:
    raise AssertionError("nothing to wait for")


@pytest.fixture
def topic(operator: Aws) -> Iterator[str]:
    sns = operator.client("sns", "us-west-2")
    arn = sns.create_topic(Name=f"acme-access-{uuid4()}")["TopicArn"]
    yield arn
    sns.delete_topic(TopicArn=arn)


def test_the_policy_of_a_new_topic_gets_both_statements_and_keeps_its_own(operator: Aws, topic: str) -> None:
    before = Topics(operator).read(topic)
    assert before is not None
    assert (before.policy["Version"], before.policy["Id"]) == ("2008-10-17", "__default_policy_ID")
    mend = topic_mend(before, ANSWERS)
    assert mend is not None
    apply_mend(operator, mend, sleep=never)
    after = Topics(operator).read(topic)
    assert after is not None
    assert {**after.policy, "Statement": after.policy["Statement"][:-2]} == before.policy
    assert [each["Sid"] for each in after.policy["Statement"][-2:]] == ["S3PublishesEvents", "CrossAccountSubscription"]
    assert topic_mend(after, ANSWERS) is None
    (change,) = operator.journal.record.changes
    assert (change.kind, change.state, change.target) == (ChangeKind.POLICY, State.MADE, topic)
    assert (change.before, change.after) == (before.policy, after.policy)


def test_a_policy_that_changed_since_it_was_shown_is_left_alone(operator: Aws, topic: str) -> None:
    shown = Topics(operator).read(topic)
    assert shown is not None
    mend = topic_mend(shown, ANSWERS)
    assert mend is not None
    theirs = {**shown.policy, "Id": "changed-meanwhile"}
    sns = operator.client("sns", "us-west-2")
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(theirs))
    with pytest.raises(Problem) as raised:
        apply_mend(operator, mend, sleep=never)
    assert raised.value.kind is ProblemKind.CONFLICT
    assert operator.journal.record.changes == ()
    now = Topics(operator).read(topic)
    assert now is not None
    assert now.policy == theirs


def test_the_topics_key_lets_s3_in_after_the_edit(operator: Aws, topic: str) -> None:
    kms = operator.client("kms", "us-west-2")
    statement = {"Sid": "Account", "Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Id": "theirs", "Statement": [statement]})
    key = kms.create_key(Policy=policy)["KeyMetadata"]["Arn"]
    operator.client("sns", "us-west-2").set_topic_attributes(
        TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=key
    )
    found, keys = Topics(operator).read(topic), Keys(operator)
    assert found is not None
    reading = KeyReading(keys.read_key(key, "us-west-2"), keys.read_policy(key))
    mend = key_mend(found, reading, ANSWERS)
    assert mend is not None
    apply_mend(operator, mend, sleep=never)
    after = keys.read_policy(key)
    assert after["Id"] == "theirs"
    assert [each["Sid"] for each in after["Statement"]] == ["Account", "S3UsesKey"]
    assert key_mend(found, KeyReading(reading.facts, after), ANSWERS) is None
