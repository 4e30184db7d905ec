"""The topics to choose from: their order, and why one cannot be used."""

from __future__ import annotations

from panther_s3.answers import Answers
from panther_s3.source import S3Source
from panther_s3.topic_choices import TopicChoice, obstacle_to, topic_choices

ANSWERS = Answers(region="us-west-2", source=S3Source("a", "111122223333", "acme-logs"), bucket_region="us-west-2")
HERE = "arn:aws:sns:us-west-2:111122223333:"


def notifying(*arns: str, event: str = "s3:ObjectCreated:Put") -> dict[str, object]:
    return {"TopicConfigurations": [{"TopicArn": arn, "Events": [event]} for arn in arns]}


def test_a_topic_of_the_buckets_account_and_region_can_be_used() -> None:
    (choice,) = topic_choices([f"{HERE}events"], ANSWERS)
    assert choice == TopicChoice(f"{HERE}events")
    assert choice.name == "events"


def test_a_fifo_topic_is_refused_with_the_reason() -> None:
    assert obstacle_to(f"{HERE}orders.fifo", ANSWERS) == "S3 cannot notify a FIFO topic."


def test_a_topic_of_another_account_or_region_is_refused_with_the_reason() -> None:
    assert "account 999988887777: Panther takes" in obstacle_to("arn:aws:sns:us-west-2:999988887777:events", ANSWERS)
    assert "in eu-west-1, the bucket in us-west-2" in obstacle_to("arn:aws:sns:eu-west-1:111122223333:events", ANSWERS)
    assert obstacle_to("events", ANSWERS) == "This is no ARN of a topic."


def test_what_the_bucket_notifies_comes_first_and_what_cannot_be_used_last() -> None:
    arns = [f"{HERE}orders.fifo", f"{HERE}a", f"{HERE}told", f"{HERE}b"]
    choices = topic_choices(arns, ANSWERS, notifying(f"{HERE}told"))
    assert [choice.name for choice in choices] == ["told", "a", "b", "orders.fifo"]
    assert [choice.notified for choice in choices] == [True, False, False, False]


def test_a_topic_that_the_bucket_notifies_is_offered_though_it_was_not_listed() -> None:
    theirs = "arn:aws:sns:us-west-2:999988887777:events"
    choices = topic_choices([f"{HERE}a"], ANSWERS, notifying(theirs))
    assert [(choice.arn, bool(choice.obstacle)) for choice in choices] == [(theirs, True), (f"{HERE}a", False)]


def test_a_topic_that_is_told_of_deletions_alone_is_like_any_other() -> None:
    (choice,) = topic_choices([f"{HERE}a"], ANSWERS, notifying(f"{HERE}a", event="s3:ObjectRemoved:*"))
    assert choice.notified is False
