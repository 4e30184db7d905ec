"""The changes that are on their way to AWS at this moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class WritesInFlight:
    """The names of the writes under way, kept by any thread and read by whoever wants to quit."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._names: list[str] = []

    @contextmanager
    def named(self, name: str) -> Iterator[None]:
        """Count `name`, such as "Creating the change set", as under way while the block runs."""
        with self._lock:
            self._names.append(name)
        try:
            yield
        finally:
            with self._lock:
                self._names.remove(name)
                self._lock.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until no write is under way, for `seconds` at most, and tell whether none is."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._names, seconds)

    def names(self) -> tuple[str, ...]:
        """Return the names of the writes under way, the oldest first."""
        with self._lock:
            return tuple(self._names)
