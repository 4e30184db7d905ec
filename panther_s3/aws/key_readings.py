"""KMS keys with all that decides who may use them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from panther_s3.arns import parse_arn, region_of
from panther_s3.aws.crew import Crew
from panther_s3.aws.errors import aws_call, unless_fatal
from panther_s3.aws.keys import KeyFacts, Keys
from panther_s3.aws.session import Aws
from panther_s3.aws.shared_reads import SharedReads
from panther_s3.checks.readings import KeyReading
from panther_s3.problems import Problem

T = TypeVar("T")


class KeyReader:
    """Reads keys, each once, whoever comes upon it; safe to share between threads."""

    def __init__(self, aws: Aws, crew: Crew, shared: SharedReads) -> None:
        self._keys, self._crew, self._shared = Keys(aws), crew, shared
        self._lock = threading.Lock()
        self._begun: dict[str, Future[KeyReading]] = {}

    def begin(self, name: str, key: str, region: Callable[[], str]) -> None:
        """Begin to read `key`, and keep it under `name`; `region` is asked for only where the key names none."""
        future = self.start(key, region_of(key) or region())
        with self._lock:
            self._begun[name] = future

    def begun(self) -> dict[str, Future[KeyReading]]:
        """Return the keys that were begun, by name."""
        with self._lock:
            return dict(self._begun)

    def start(self, key: str, region: str) -> Future[KeyReading]:
        """Begin to read `key`, unless that was begun already; an id or an alias is looked for in `region`."""
        place = region_of(key) or region
        return self._shared.once(("key", key, place), lambda: self._crew.chain(lambda: self._read(key, place)))

    def read_facts(self, key: str, region: str) -> KeyFacts:
        """Return what DescribeKey says of `key`, together with all who ask the same; beside it all else is read.

        Raises:
            Problem: AWS has no such key, or refuses to tell.
        """
        reading = self.start(key, region)
        with aws_call(f"read the key {key}", None):
            facts = self._crew.result(self._describe(key, region_of(key) or region))
        self._shared.once(("key", facts.arn, region_of(facts.arn)), lambda: reading)
        return facts

    def _read(self, key: str, region: str) -> KeyReading:
        """Read side by side what can be; only DescribeKey takes an alias (KMS API reference, "GetKeyPolicy")."""
        described = self._describe(key, region)
        arn = parse_arn(key)
        if arn is None or not arn.resource.startswith("key/"):
            facts = self._or_problem(lambda: self._crew.result(described), f"read the key {key}")
            if isinstance(facts, Problem):
                return KeyReading(facts, facts, facts)
            key = facts.arn
        policy = self._shared.once(("key policy", key), lambda: self._crew.call(lambda: self._keys.read_policy(key)))
        grants = self._shared.once(("key grants", key), lambda: self._crew.call(lambda: self._keys.list_grants(key)))
        return KeyReading(
            self._or_problem(lambda: self._crew.result(described), f"read the key {key}"),
            self._or_problem(lambda: self._crew.result(policy), f"read the policy of the key {key}"),
            self._or_problem(lambda: self._crew.result(grants), f"list the grants of the key {key}"),
        )

    def _describe(self, key: str, region: str) -> Future[KeyFacts]:
        return self._shared.once(
            ("key facts", key, region), lambda: self._crew.call(lambda: self._keys.read_key(key, region))
        )

    @staticmethod
    def _or_problem(read: Callable[[], T], doing: str) -> T | Problem:
        try:
            with aws_call(doing, None):
                return read()
        except Problem as problem:
            return unless_fatal(problem)
