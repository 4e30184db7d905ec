"""Panther's ingestion: it is told of new objects by its queue, and reads those that are a source's.

What it tells of an object that it read is a time; the object itself is not opened, since the emulator
lets nobody assume a role that wants TLS.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from panther_s3.demo.panther.health import Health
from panther_s3.demo.panther.input_queue import InputQueue
from panther_s3.demo.panther.sources import Source, Sources
from panther_s3.source import PrefixLogTypes

TRIES = 4
"""How many times an object is tried (panther-labs/panther, log_analysis.yml, maxReceiveCount)."""
LONG_POLL_SECONDS = 1


@dataclass
class _Unread:
    """A source with an object that is to be read, from when on, and how many tries are left."""

    due: float
    left: int = TRIES


class Ingestion:
    """Takes messages from the queue, and reads what they tell of."""

    def __init__(self, queue: InputQueue, sources: Sources, health: Health, seconds: float) -> None:
        self._queue, self._sources, self._health, self._seconds = queue, sources, health, seconds
        self._lock = threading.Lock()
        self._unread: dict[str, _Unread] = {}

    def receive(self) -> float:
        """Handle the messages that are there, and return how long to pause; whatever they say, they are deleted."""
        wait_seconds = LONG_POLL_SECONDS if self._seconds >= LONG_POLL_SECONDS else 0
        try:
            messages = self._queue.receive(wait_seconds)
        except Exception:
            self._queue.forget()
            raise
        for message in messages:
            self._handle(message.get("Body", ""))
            self._queue.delete(message)
        return 0.0 if messages or wait_seconds else self._seconds

    def read(self) -> float:
        """Read what is due, where Panther can; what it cannot read is tried again a few times."""
        now = time.monotonic()
        with self._lock:
            due = {source_id: unread for source_id, unread in self._unread.items() if unread.due <= now}
        sources = [source for source_id in due if (source := self._sources.get(source_id))]
        verdicts = self._health.ask(sources)
        for source_id, unread in due.items():
            verdict = verdicts.get(source_id)
            if verdict is not None and verdict.readable:
                self._sources.note_processed(source_id)
            self._settle(source_id, unread, done=verdict is None or verdict.readable)
        return self._seconds

    def _settle(self, source_id: str, unread: _Unread, *, done: bool) -> None:
        """Forget what was read or tried often enough, unless something new has come in the meantime."""
        with self._lock:
            if self._unread.get(source_id) is not unread:
                return
            unread.left -= 1
            unread.due = time.monotonic() + self._seconds * TRIES
            if done or unread.left == 0:
                del self._unread[source_id]

    def _handle(self, body: str) -> None:
        """Note for each object that a message tells of, and that is a source's, that it came."""
        for bucket, key in objects_of(body):
            source = source_of(bucket, key, self._sources.all())
            if source is not None:
                self._sources.note_received(source.id)
                with self._lock:
                    waiting = self._unread.get(source.id)
                    due = waiting.due if waiting else time.monotonic() + self._seconds
                    self._unread[source.id] = _Unread(due)


def objects_of(body: str) -> Iterator[tuple[str, str]]:
    """Yield bucket and key of each object that a message of the queue tells of.

    A message that is not SNS's envelope is dropped, so raw delivery tells of nothing; S3's test event
    tells of nothing either (panther-labs/panther, log_processor/sources/s3.go). A request to confirm a
    subscription never comes: the emulator confirms those across accounts by itself, at once.
    """
    envelope = _parsed(body)
    if envelope.get("Type") != "Notification":
        return
    notification = _parsed(envelope.get("Message"))
    records = notification.get("Records")
    for record in records if isinstance(records, list) else ():
        s3 = record.get("s3") if isinstance(record, dict) else None
        bucket, stored = (s3.get("bucket"), s3.get("object")) if isinstance(s3, dict) else (None, None)
        if isinstance(bucket, dict) and isinstance(stored, dict):
            key = _decoded(str(stored.get("key", "")))
            if stored.get("size", 0) and not key.endswith("/"):
                yield str(bucket.get("name", "")), key
    # what CloudTrail publishes by itself
    keys = notification.get("s3ObjectKey")
    for key in keys if isinstance(keys, list) else ():
        yield str(notification.get("s3Bucket", "")), str(key)


def source_of(bucket: str, key: str, sources: Iterable[Source]) -> Source | None:
    """Return whose the object is: the source with the longest prefix, if that does not exclude it."""
    from panther_s3.aws.objects import exclusion_pattern

    rows: list[tuple[PrefixLogTypes, Source]] = [
        (row, source)
        for source in sources
        if source.draft.bucket == bucket
        for row in source.draft.rows
        if key.startswith(row.prefix)
    ]
    if not rows:
        return None
    row, source = max(rows, key=lambda each: len(each[0].prefix))
    return None if exclusion_pattern(row.excluded_prefixes).match(key) else source


def _decoded(key: str) -> str:
    """A key as S3's event has it, decoded as Panther does: a plus sign stays one (sources/s3.go, PathUnescape)."""
    return unquote(key)


def _parsed(text: object) -> Mapping[str, Any]:
    """The object that JSON text holds; an empty one where it holds none."""
    try:
        value = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
