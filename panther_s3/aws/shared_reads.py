"""What was read once for all that ask for it: several sources of one file, or several parts of one reading."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from panther_s3.aws.crew import Hands

T = TypeVar("T")


class SharedReads:
    """Readings under way and done, by what they are of; safe to share between threads.

    It holds for one profile: what one may read, another may not. A reading that failed stays failed
    for all who share it.
    """

    def __init__(self) -> None:
        self.hands = Hands()
        """The threads that make the calls of all who share."""
        self._lock = threading.RLock()
        self._futures: dict[tuple[object, ...], Future[Any]] = {}

    def once(self, name: tuple[object, ...], start: Callable[[], Future[T]]) -> Future[T]:
        """Return the future under `name`: kind, then what of; the first who asks for it starts it."""
        with self._lock:
            if name not in self._futures:
                self._futures[name] = start()
            return self._futures[name]
