"""What the checks want of a bucket: where it is comes first, all else beside each other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from panther_s3.answers import Answers
from panther_s3.aws.buckets import BucketFacts, Buckets, Encryption, Place, judge_encryption
from panther_s3.aws.crew import Crew
from panther_s3.aws.errors import aws_call, unless_fatal
from panther_s3.aws.key_readings import KeyReader
from panther_s3.aws.object_records import ObjectFacts, PrefixSample
from panther_s3.aws.objects import Objects
from panther_s3.aws.session import Aws
from panther_s3.aws.shared_reads import SharedReads
from panther_s3.problems import Problem

T = TypeVar("T")
U = TypeVar("U")
Row = tuple[str, tuple[str, ...]]
"""A prefix and what is excluded under it."""


class BucketReading:
    """Reads the source's bucket; each method waits for what it needs, and may be called by any thread of a crew."""

    def __init__(self, aws: Aws, answers: Answers, crew: Crew, shared: SharedReads, keys: KeyReader) -> None:
        self._crew, self._shared, self._keys = crew, shared, keys
        self._buckets, self._objects = Buckets(aws), Objects(aws, crew)
        self._source, self._default_region = answers.source, answers.region_of_bucket
        self._name, self._account = answers.source.bucket_name, answers.source.aws_account_id

    def place(self) -> Place:
        """Return where the bucket is and whose.

        Raises:
            Problem: there is no such bucket, or AWS does not tell.
        """
        return self._wait(self._once("place", lambda: self._buckets.find(self._name, self._account)), "look it up")

    def region(self) -> str:
        """Return the bucket's region, or the one that it is thought to be in while AWS does not tell."""
        try:
            return self.place().region
        except Problem as problem:
            unless_fatal(problem)
            return self._default_region

    def read(self) -> BucketFacts:
        """Return the bucket's facts, and read its default key; what AWS refuses is told in `unread`."""
        name = ("bucket facts", self._name, self._account)
        facts = self._wait(self._shared.once(name, lambda: self._crew.chain(self._read_facts)), "read its settings")
        if facts.kms_key_arn:
            self._keys.begin(facts.kms_key_arn, facts.kms_key_arn, lambda: facts.region)
        return facts

    def read_policy(self) -> dict[str, Any] | None:
        """Return the bucket's policy, or None where it has none."""
        region = self.place().region
        return self._wait(
            self._once("policy", lambda: self._buckets.read_policy(self._name, region)), "read its policy"
        )

    def read_notifications(self) -> dict[str, Any]:
        """Return the bucket's notification configuration."""
        region = self.place().region
        read = self._once("notifications", lambda: self._buckets.read_notifications(self._name, region, self._account))
        return self._wait(read, "read its notifications")

    def rows(self) -> tuple[Row, ...]:
        """Return the source's prefixes with their exclusions, each once."""
        return tuple(dict.fromkeys((row.prefix, row.excluded_prefixes) for row in self._source.prefix_log_types))

    def samples(self) -> list[Callable[[], PrefixSample]]:
        """Return what reads a sample of each of `rows`."""
        return [partial(self.sample, row) for row in self.rows()]

    def sample(self, row: Row) -> PrefixSample:
        """Return some objects of a prefix; their keys are read as soon as they are seen."""
        region = self.place().region

        def begin_key(found: ObjectFacts) -> None:
            if found.kms_key_arn:
                self._keys.start(found.kms_key_arn, region)

        sampled = self._shared.once(
            ("sample", self._name, self._account, row),
            lambda: self._crew.chain(
                lambda: self._objects.sample(self._name, region, row[0], row[1], self._account, begin_key)
            ),
        )
        sample = self._wait(sampled, "look at its objects")
        for found in sample.objects:
            if found.kms_key_arn:
                self._keys.begin(found.kms_key_arn, found.kms_key_arn, lambda: region)
        return sample

    @staticmethod
    def as_sample(row: Row, sample: PrefixSample | Problem) -> PrefixSample:
        """Return `sample`, or the empty one that says why there is none."""
        return PrefixSample(row[0], unread=sample) if isinstance(sample, Problem) else sample

    def _read_facts(self) -> BucketFacts:
        place = self.place()
        region, unread = place.region, [place.refusal] if place.refusal else []
        rule = self._once("encryption", lambda: self._buckets.read_default_encryption(self._name, region))
        ownership = self._once("ownership", lambda: self._buckets.read_object_ownership(self._name, region))
        payer = self._once("payer", lambda: self._buckets.read_requester_pays(self._name, region))
        owner = self._once("owner", lambda: self._buckets.read_owner_id(self._name, region))
        facts = BucketFacts(self._name, region, place.owned_by_account, Encryption.UNKNOWN)
        default = self._or(rule, None, unread, "read its default encryption")
        if default is not None:
            kind, key, refusal = judge_encryption(default, lambda key: self._keys.read_facts(key, region))
            facts = replace(
                facts, encryption=kind, kms_key_arn=key, bucket_key=bool(default.get("BucketKeyEnabled", False))
            )
            unread += [refusal] if refusal else []
        return replace(
            facts,
            object_ownership=self._or(ownership, "", unread, "read its object ownership"),
            requester_pays=self._or(payer, None, unread, "read who pays for requests"),
            owner_id=self._or(owner, "", unread, "read its owner"),
            unread=tuple(unread),
        )

    def _once(self, what: str, read: Callable[[], T]) -> Future[T]:
        return self._shared.once((f"bucket {what}", self._name, self._account), lambda: self._crew.call(read))

    def _or(self, future: Future[T], otherwise: U, unread: list[Problem], doing: str) -> T | U:
        try:
            return self._wait(future, doing)
        except Problem as problem:
            unread.append(unless_fatal(problem))
            return otherwise

    def _wait(self, future: Future[T], doing: str) -> T:
        with aws_call(f"find the bucket {self._name} and {doing}", None):
            return self._crew.result(future)
