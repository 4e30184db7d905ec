"""What Panther does when its API is asked to: the same for REST and GraphQL."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from panther_s3.demo.panther.health import Health
from panther_s3.demo.panther.input_queue import InputQueue
from panther_s3.demo.panther.replies import Refusal
from panther_s3.demo.panther.sources import Source, Sources, now
from panther_s3.demo.panther.validation import check_among, read_draft, read_minutes


class Service:
    """The sources, their alarms, and what follows from a change of them on the AWS side."""

    def __init__(
        self, sources: Sources, queue: InputQueue, health: Health, changed: Callable[[Source, Source | None], None]
    ) -> None:
        """Keep to `sources`; `changed` is told of a source and what it was before, as soon as one is saved."""
        self.sources, self.health = sources, health
        self._queue, self._changed = queue, changed
        self._writing = threading.Lock()
        """Writes follow each other: each is judged beside what the one before has left."""

    def get(self, source_id: str) -> Source:
        """Return a source.

        Raises:
            Refusal: there is none of that id.
        """
        source = self.sources.get(source_id)
        if source is None:
            raise Refusal(404, f"Log source {source_id} was not found")
        return source

    def create(self, body: Mapping[str, Any]) -> Source:
        """Save a new source, and let topics of its account reach the queue (panther-labs/panther, put_integration.go).

        A source is saved whatever its health is.

        Raises:
            Refusal: what `body` says cannot be used, or the queue could not be opened.
        """
        draft = read_draft(body)
        with self._writing:
            check_among(draft, self.sources.all())
            self._queue.let_in(draft.account)
            time = now()
            source = Source(str(uuid.uuid4()), draft, time, time)
            self.sources.put(source)
        self._changed(source, None)
        return source

    def update(self, source_id: str, body: Mapping[str, Any]) -> Source:
        """Save what `body` says of a source in place of what was said.

        Raises:
            Refusal: there is no such source, or what `body` says cannot be used.
        """
        with self._writing:
            before = self.get(source_id)
            draft = read_draft(body, before)
            check_among(draft, [other for other in self.sources.all() if other.id != source_id])
            self._queue.let_in(draft.account)
            source = self.sources.change(source_id, draft)
        assert source is not None, "writes follow each other"
        self._changed(source, before)
        return source

    def delete(self, source_id: str) -> None:
        """Forget a source; with its account's last one the queue is closed to the account (delete_integration.go).

        Raises:
            Refusal: there is no such source, or the queue could not be closed.
        """
        with self._writing:
            source = self.get(source_id)
            left = [other for other in self.sources.all() if other.id != source_id]
            if all(other.draft.account != source.draft.account for other in left):
                self._queue.shut_out(source.draft.account)
            self.sources.remove(source_id)
        gone = replace(source, draft=replace(source.draft, managed=False))
        self._changed(gone, source)

    def alarm(self, source_id: str) -> dict[str, Any]:
        """Return the alarm of a source that sends no data; it counts events that were processed.

        Raises:
            Refusal: there is no such source, or it has no alarm.
        """
        source = self.get(source_id)
        minutes = self.sources.alarm(source_id)
        if minutes is None:
            raise Refusal(404, f"Log source {source_id} has no alarm of type SOURCE_NO_DATA")
        state = "OK" if source.processed_at else "INSUFFICIENT_DATA"
        return {"type": "SOURCE_NO_DATA", "minutesThreshold": minutes, "state": state}

    def set_alarm(self, source_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Give a source its alarm, and return it.

        Raises:
            Refusal: there is no such source, or the minutes cannot be used.
        """
        self.get(source_id)
        minutes = read_minutes(body)
        self.sources.set_alarm(source_id, minutes)
        return {"type": "SOURCE_NO_DATA", "minutesThreshold": minutes}

    def delete_alarm(self, source_id: str) -> None:
        """Take the alarm of a source away.

        Raises:
            Refusal: there is no such source, or it has no alarm.
        """
        self.get(source_id)
        if not self.sources.remove_alarm(source_id):
            raise Refusal(404, f"Log source {source_id} has no alarm of type SOURCE_NO_DATA")
