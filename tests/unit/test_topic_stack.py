"""The topic's stack: cases that the embedded AWS does not have, and the names of topics."""

from __future__ import annotations

import pytest

from panther_s3.aws.stacks import Stack
from panther_s3.aws.topic_records import Topic
from panther_s3.topic_stack import TopicCase, TopicSituation, topic_name_fault

ARN = "arn:aws:sns:us-west-2:111122223333:panther-notifications-topic"
PARAMETERS = {"S3Bucket": "acme-logs", "SnsTopicName": "x", "CreateKey": "true"}


def situation(status: str, topic: Topic | None = None, bucket: str = "acme-logs") -> TopicSituation:
    stack = Stack("s", "id", "us-west-2", status, "", {}, PARAMETERS, {})
    return TopicSituation(ARN, "s", bucket, topic, stack, False, "s")


@pytest.mark.parametrize(
    ("status", "case", "told"),
    [
        ("CREATE_IN_PROGRESS", TopicCase.BUSY, "is at work"),
        ("ROLLBACK_IN_PROGRESS", TopicCase.BUSY, "is at work"),
        ("ROLLBACK_COMPLETE", TopicCase.BROKEN, "must be deleted"),
        ("CREATE_FAILED", TopicCase.BROKEN, "must be deleted"),
        ("DELETE_FAILED", TopicCase.BROKEN, "must be deleted"),
        ("UPDATE_ROLLBACK_COMPLETE", TopicCase.TOPIC_GONE, "is there already"),
    ],
)
def test_the_stacks_state_decides(status: str, case: TopicCase, told: str) -> None:
    assert situation(status).case is case
    assert told in situation(status).obstacles()[0]


def test_a_topic_that_is_just_being_made_is_no_obstacle_of_its_own() -> None:
    assert len(situation("CREATE_IN_PROGRESS", Topic(ARN, {})).obstacles()) == 1


def test_a_broken_stack_for_another_bucket_is_not_to_be_deleted() -> None:
    found = situation("ROLLBACK_COMPLETE", bucket="acme-other")
    assert found.case is TopicCase.NOTHING
    assert found.obstacles() == ("A stack is called s already, for the bucket acme-logs.",)


def test_a_topic_of_another_name_is_no_obstacle() -> None:
    found = TopicSituation(ARN, "s", "acme-logs", Topic(f"{ARN}-other", {}))
    assert (found.case, found.obstacles()) == (TopicCase.TOPIC_ONLY, ())


@pytest.mark.parametrize("name", ["panther-notifications-topic", "A_b-9", "x" * 256])
def test_names_of_topics_that_sns_takes(name: str) -> None:
    assert topic_name_fault(name) == ""


@pytest.mark.parametrize(
    ("name", "told"), [("a.fifo", "FIFO"), ("", "1 to 256"), ("x" * 257, "1 to 256"), ("a b", "1 to"), ("é", "1 to")]
)
def test_names_of_topics_that_cannot_be(name: str, told: str) -> None:
    assert told in topic_name_fault(name)
