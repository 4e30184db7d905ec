"""What the checks want of the topic that counts, and of who is subscribed to it."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn
from panther_s3.aws.bucket_reading import BucketReading
from panther_s3.aws.crew import Crew
from panther_s3.aws.errors import aws_call, unless_fatal
from panther_s3.aws.key_readings import KeyReader
from panther_s3.aws.session import Aws
from panther_s3.aws.shared_reads import SharedReads
from panther_s3.aws.topic_records import Subscription, Topic
from panther_s3.aws.topics import Topics
from panther_s3.notifications import CREATED
from panther_s3.problems import Problem


class TopicReading:
    """Reads the source's topic; each method waits for what it needs."""

    def __init__(
        self, aws: Aws, answers: Answers, crew: Crew, shared: SharedReads, bucket: BucketReading, keys: KeyReader
    ) -> None:
        self._answers, self._crew, self._shared = answers, crew, shared
        self._bucket, self._keys = bucket, keys
        self._topics = Topics(aws, crew)

    def read(self) -> Topic | None:
        """Return the topic that counts, or None where there is none; its key is begun to be read."""
        topic = self._find()
        if topic is not None and topic.kms_key:
            key, region = _beside(topic.kms_key, topic.arn)
            self._keys.begin(topic.kms_key, key, lambda: region)
        return topic

    def read_subscriptions(self) -> tuple[Subscription, ...] | None:
        """Return who is subscribed to the topic that counts, or None where there is none.

        It is asked at once of the topic that is expected, beside the question whether that exists.
        """
        expected = self._expected_arn()
        self._begin_subscriptions(expected)
        try:
            topic = self._find()
        except Problem as problem:
            unless_fatal(problem)
            arn = expected
        else:
            if topic is None:
                return None
            arn = topic.arn
        with aws_call(f"list the subscriptions of the topic {arn}", None):
            return self._crew.result(self._begin_subscriptions(arn))

    def _begin_subscriptions(self, arn: str) -> Future[tuple[Subscription, ...]]:
        queue = self._answers.panther.queue_arn
        return self._shared.once(
            ("subscriptions", arn, queue),
            lambda: self._crew.chain(lambda: self._topics.read_subscriptions(arn, queue)),
        )

    def _find(self) -> Topic | None:
        """Read the expected topic; where only convention expected it and it is missing, the bucket's own."""
        topic = self._read_topic(self._expected_arn())
        if topic is not None or self._answers.source.topic_arn:
            return topic
        try:
            told = topics_told(self._bucket.read_notifications())
        except Problem as problem:
            unless_fatal(problem)
            return None  # the part of the notifications tells of it
        return self._read_topic(told[0]) if told else None

    def _read_topic(self, arn: str) -> Topic | None:
        read = self._shared.once(("topic", arn), lambda: self._crew.call(lambda: self._topics.read(arn)))
        with aws_call(f"read the topic {arn}", None):
            return self._crew.result(read)

    def _expected_arn(self) -> str:
        """The topic that the source names, else Panther's default one in the region where the bucket really is."""
        if self._answers.source.topic_arn:
            return self._answers.source.topic_arn
        return replace(self._answers, bucket_region=self._bucket.region()).topic_arn


def topics_told(notifications: dict[str, Any]) -> tuple[str, ...]:
    """Return the topics that a bucket's notification configuration tells of new objects, each once."""
    return tuple(
        dict.fromkeys(
            rule["TopicArn"]
            for rule in notifications.get("TopicConfigurations", ())
            if any(event.startswith(CREATED) for event in rule["Events"])
        )
    )


def _beside(key: str, topic_arn: str) -> tuple[str, str]:
    """Return a topic's key and its region: an id or an alias is of the topic's own account and region.

    SNS takes any name that KMS does (SNS API reference, SetTopicAttributes, "KmsMasterKeyId").
    """
    arn = parse_arn(topic_arn)
    if arn is None or parse_arn(key) is not None:
        return key, arn.region if arn else ""
    resource = key if key.startswith("alias/") else f"key/{key}"
    return str(arn._replace(service="kms", resource=resource)), arn.region
