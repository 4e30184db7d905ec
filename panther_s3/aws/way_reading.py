"""Reads what the notifications step shows: the bucket's rules, the topic, its key, its subscriptions, side by side."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from panther_s3.answers import Answers
from panther_s3.aws.bucket_reading import BucketReading
from panther_s3.aws.crew import Crew
from panther_s3.aws.errors import aws_call, unless_fatal
from panther_s3.aws.key_readings import KeyReader
from panther_s3.aws.readings import LIMIT_SECONDS
from panther_s3.aws.session import Aws
from panther_s3.aws.shared_reads import SharedReads
from panther_s3.aws.topic_reading import TopicReading
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.problems import Problem


def read_way(aws: Aws, answers: Answers) -> tuple[Readings, str]:
    """Return what AWS says of the way of the source's notifications, and the bucket's region.

    A part that is refused is its Problem.

    Raises:
        Problem: there are no valid credentials to read with.
    """
    crew, shared = Crew(seconds=LIMIT_SECONDS), SharedReads()
    keys = KeyReader(aws, crew, shared)
    bucket = BucketReading(aws, answers, crew, shared, keys)
    topic = TopicReading(aws, answers, crew, shared, bucket, keys)
    parts: dict[str, Future[Any]] = {
        "notifications": crew.chain(bucket.read_notifications),
        "topic": crew.chain(topic.read),
        "subscriptions": crew.chain(topic.read_subscriptions),
        "region": crew.chain(bucket.region),
    }
    notifications, topic_found, subscribed, region = (_taken(crew, part, name) for name, part in parts.items())
    read = {name: _taken(crew, future, f"key {name}") for name, future in keys.begun().items()}
    readings = Readings(
        notifications=notifications,
        topic=topic_found,
        subscriptions=subscribed,
        keys={name: reading for name, reading in read.items() if isinstance(reading, KeyReading)},
    )
    return readings, region if isinstance(region, str) else answers.region_of_bucket


def _taken(crew: Crew, future: Future[Any], what: str) -> Any:
    """The part, or the Problem that kept it from being read."""
    try:
        with aws_call(f"read the {what}", None):
            return crew.result(future)
    except Problem as problem:
        return unless_fatal(problem)
