"""Reads everything that the checks judge, side by side."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from panther_s3.answers import Answers
from panther_s3.aws.bucket_reading import BucketReading
from panther_s3.aws.crew import GRACE_SECONDS, Crew
from panther_s3.aws.errors import NO_CREDENTIALS, aws_call, problem_from, unless_fatal
from panther_s3.aws.key_readings import KeyReader
from panther_s3.aws.role_reading import RoleReading, find_role
from panther_s3.aws.session import Aws
from panther_s3.aws.shared_reads import SharedReads
from panther_s3.aws.topic_reading import TopicReading
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.problems import Problem

__all__ = ["SharedReads", "find_role", "read_for_checks"]

T = TypeVar("T")


class SoFar(NamedTuple):
    """What is read by now."""

    settled: frozenset[str]
    """The words of the parts that are in."""
    readings: Readings


Report = Callable[[str, SoFar], None]
"""Is told the word of a part that has settled, and all that is read by now."""

LIMIT_SECONDS = 24
"""How long a reading goes on, whatever AWS does; a single call with its second try may take most of it."""


def read_for_checks(
    aws: Aws,
    answers: Answers,
    *,
    report: Report | None = None,
    cache: SharedReads | None = None,
    sleep: Callable[[float], None] = time.sleep,
    seconds: float = LIMIT_SECONDS,
) -> Readings:
    """Return what AWS says of the source: role, bucket, objects, keys, topic, subscriptions.

    A part that is refused, or does not come within `seconds`, becomes its Problem; what was asked
    is abandoned then. The topic is the one that the source names, else Panther's default topic; where
    that is missing and the bucket tells another topic of new objects, it is that one.

    Args:
        aws: whom to ask.
        answers: the source, and what this run made.
        report: is told in a word or two what has settled or is waited for, with what is read so far; by any
            thread, one at a time.
        cache: what other sources of the same file have read, and take from this reading.
        sleep: waits between looks at a role that was made a moment ago.
        seconds: how long all of it may take.

    Raises:
        Problem: there are no valid credentials to read with.
    """
    shared = cache or SharedReads()
    crew = Crew(shared.hands, seconds=seconds)
    reading = _Reading(aws, answers, crew, shared, _Reporter(report), sleep)
    try:
        return reading.read()
    finally:
        reading.reporter.end()
        if cache is None:
            crew.end()


class _Reporter:
    """Tells of what has settled, one word at a time, until the reading ends."""

    def __init__(self, report: Report | None) -> None:
        self._report = report
        self._lock = threading.Lock()
        self.so_far: Callable[[], SoFar] = lambda: SoFar(frozenset(), Readings())

    def __call__(self, word: str) -> None:
        with self._lock:
            if self._report is not None:
                self._report(word, self.so_far())

    def end(self) -> None:
        """Say no more: what settles now is late."""
        with self._lock:
            self._report = None


class _Reading:
    """One reading: its parts run as chains, each of which ends with its value or its Problem."""

    def __init__(
        self,
        aws: Aws,
        answers: Answers,
        crew: Crew,
        shared: SharedReads,
        reporter: _Reporter,
        sleep: Callable[[float], None],
    ) -> None:
        self.reporter = reporter
        reporter.so_far = self._so_far
        self._parts: dict[str, Future[Any]] = {}
        self._samples: list[Future[Any]] = []
        self._answers, self._crew = answers, crew
        self._keys = KeyReader(aws, crew, shared)
        self._bucket = BucketReading(aws, answers, crew, shared, self._keys)
        self._role = RoleReading(aws, answers, crew, shared, self._bucket, self._keys, reporter, sleep)
        self._topic = TopicReading(aws, answers, crew, shared, self._bucket, self._keys)

    def read(self) -> Readings:
        """Start every part, and wait for all."""
        began = time.perf_counter()
        chains: dict[str, Callable[[], Any]] = {
            "role": self._role.read,
            "bucket": self._bucket.read,
            "bucket policy": self._bucket.read_policy,
            "notifications": self._bucket.read_notifications,
            "topic": self._topic.read,
            "subscriptions": self._topic.read_subscriptions,
            "key": self._read_named_key,
            "simulation": self._role.simulate,
        }
        self._samples = [self._part("objects", part) for part in self._bucket.samples()]
        for word, read in chains.items():
            self._parts[word] = self._part(word, read)
        self._await((*self._parts.values(), *self._samples))
        rows = self._bucket.rows()
        samples = [self._taken(sample, "objects") for sample in self._samples]
        return replace(
            self._gathered({word: self._taken(part, word) for word, part in self._parts.items()}),
            samples=tuple(self._bucket.as_sample(row, sample) for row, sample in zip(rows, samples, strict=True)),
            keys=self._read_keys(),
            seconds=time.perf_counter() - began,
            calls=self._crew.count.number,
        )

    def _so_far(self) -> SoFar:
        """What is read by now; objects and keys come with the whole."""
        done = {word: part for word, part in list(self._parts.items()) if part.done() and not part.exception()}
        return SoFar(frozenset(done), self._gathered({word: part.result() for word, part in done.items()}))

    def _gathered(self, parts: Mapping[str, Any]) -> Readings:
        """The readings of `parts`, by their words."""
        return Readings(
            role=parts.get("role"),
            simulation=parts.get("simulation"),
            bucket=parts.get("bucket"),
            bucket_policy=parts.get("bucket policy"),
            notifications=parts.get("notifications"),
            topic=parts.get("topic"),
            subscriptions=parts.get("subscriptions"),
        )

    def _read_named_key(self) -> None:
        """Start reading the key that the source names; where it is no ARN it is looked for beside the bucket."""
        key = self._answers.source.kms_key_arn
        if key:
            self._keys.begin(key, key, self._bucket.region)

    def _read_keys(self) -> dict[str, KeyReading]:
        """Wait for every key that any part has come upon."""
        begun = self._keys.begun()
        self._await(begun.values())
        found = {}
        for name, future in begun.items():
            reading = self._taken(future, f"key {name}")
            found[name] = KeyReading(reading, reading, reading) if isinstance(reading, Problem) else reading
        if begun:
            self.reporter("keys")
        return found

    def _part(self, word: str, read: Callable[[], T]) -> Future[T | Problem]:
        part = self._crew.chain(lambda: self._settle(word, read))
        part.add_done_callback(lambda _: self.reporter(word))
        return part

    def _settle(self, word: str, read: Callable[[], T]) -> T | Problem:
        """Return what `read` gives, or its Problem; one that every part would meet is raised."""
        try:
            with aws_call(f"read the {word}", None):
                return read()
        except Problem as problem:
            return unless_fatal(problem)

    def _await(self, futures: Iterable[Future[Any]]) -> None:
        """Wait until all `futures` are done, one of them has met what all would meet, or time is over."""
        done, _ = wait(futures, self._crew.left(GRACE_SECONDS), return_when=FIRST_EXCEPTION)
        for future in done:
            problem = future.exception()
            if isinstance(problem, Problem) and problem.kind in NO_CREDENTIALS:
                raise problem

    def _taken(self, future: Future[T], word: str) -> T | Problem:
        """Return what a part came to; one that is still out has not been answered in time."""
        if not future.done():
            return problem_from(self._crew.too_late(), f"read the {word}")
        problem = future.exception()
        return problem_from(problem, f"read the {word}") if problem else future.result()
