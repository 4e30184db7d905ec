"""Calls to AWS side by side: a bounded number at once, counted, and none waited for longer than agreed.

A *call* asks AWS and waits for nothing else; calls share a bounded number of threads. A *chain* waits
for calls and other chains, and has a thread of its own: so whatever waits never keeps from running
what it waits for. All threads are daemons: one that is still out when the program ends holds nothing up.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from panther_s3.aws.session import POOL_CONNECTIONS
from panther_s3.aws.traffic import CallCount, counting

T = TypeVar("T")
GRACE_SECONDS, GRACE_STEP = 0.5, 0.1
"""How long who waits outermost waits beyond the limit, and by how much less each chain within."""
_place = threading.local()
_Job = Callable[[], None]


class Hands:
    """The threads that make calls: as many as a client has connections; each ends when nothing is left to do."""

    def __init__(self, number: int = POOL_CONNECTIONS) -> None:
        self._number = number
        self._lock = threading.Lock()
        self._waiting: deque[_Job] = deque()
        self._busy = 0

    def take(self, job: _Job) -> None:
        """Do `job` as soon as a thread is free."""
        with self._lock:
            self._waiting.append(job)
            if self._busy == self._number:
                return
            self._busy += 1
        _start(self._work)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._busy -= 1
                    return
                job = self._waiting.popleft()
            job()


class Crew:
    """Who makes the calls of one reading: its share of the hands, its count of calls, its time limit."""

    def __init__(self, hands: Hands | None = None, *, seconds: float | None = None) -> None:
        """Begin a reading; after `seconds` its calls are no longer waited for, and no new one begins."""
        self._hands = hands or Hands()
        self._seconds = seconds
        self._until = None if seconds is None else time.monotonic() + seconds
        self.count = CallCount()

    def call(self, work: Callable[[], T]) -> Future[T]:
        """Begin `work`, which asks AWS and waits for no other future."""
        future: Future[T] = Future()
        self._hands.take(lambda: self._settle(future, work))
        return future

    def chain(self, work: Callable[[], T]) -> Future[T]:
        """Begin `work`, which may wait for other futures by `result`."""
        future: Future[T] = Future()
        depth = _depth() + 1

        def follow() -> None:
            _place.depth = depth
            self._settle(future, work)

        _start(follow)
        return future

    def result(self, future: Future[T]) -> T:
        """Return what `future` gives, waiting no longer than the reading may take.

        Whoever is waited for gives up a little before those who wait: so a chain that lacks one of its
        calls has the time to tell what it has.

        Raises:
            TimeoutError: it has not given anything by then.
            Problem: whatever `future` ended with.
        """
        try:
            return future.result(self.left(GRACE_SECONDS - GRACE_STEP * (_depth() + 1)))
        except TimeoutError:
            raise self.too_late() from None

    def _settle(self, future: Future[T], work: Callable[[], Any]) -> None:
        try:
            if self.left() == 0:
                raise self.too_late()
            with counting(self.count):
                future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever asks the future
            future.set_exception(error)

    def end(self) -> None:
        """Begin no call any more: nobody waits for it."""
        self._until = time.monotonic()

    def left(self, grace: float = 0.0) -> float | None:
        """Return how many seconds are left, and `grace`; None where there is no limit."""
        return None if self._until is None else max(0.0, self._until + grace - time.monotonic())

    def too_late(self) -> TimeoutError:
        """Return the error for what has not come in time."""
        return TimeoutError(f"no answer within {self._seconds:g} seconds" if self._seconds else "nobody waits any more")


def _depth() -> int:
    """Return how many chains this thread's chain was begun within; -1 outside of any."""
    return getattr(_place, "depth", -1)


def _start(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="aws-read", daemon=True).start()
