"""How many requests to AWS a piece of work takes, whichever threads it runs in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class CallCount:
    """A number that any thread may raise."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = 0

    @property
    def number(self) -> int:
        """How many requests were sent so far; one that was tried twice counts twice."""
        with self._lock:
            return self._number

    def add(self) -> None:
        """Count one more."""
        with self._lock:
            self._number += 1


_current = threading.local()


@contextmanager
def counting(count: CallCount) -> Iterator[None]:
    """Count on `count` what this thread sends while the block runs."""
    before = getattr(_current, "count", None)
    _current.count = count
    try:
        yield
    finally:
        _current.count = before


def note_request(**_: object) -> None:
    """Count a request that is about to be sent: a handler of botocore's event `before-send`.

    It gives nothing back, since an answer would be taken for AWS's.
    """
    count: CallCount | None = getattr(_current, "count", None)
    if count is not None:
        count.add()
