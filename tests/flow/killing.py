"""What kills a wizard's process at one of its writes."""

from __future__ import annotations

import os
import signal
import threading

from tests.recorder import Side, is_write

DEATH_SECONDS = 5


class Killer:
    """Kills a process at its write number `at`, on one `side` of it; what it still says then is not passed on."""

    def __init__(self, at: int, side: Side) -> None:
        self._at, self._side = at, side
        self._count = 0
        self._pid = 0
        self._known = threading.Event()
        self.struck = ""
        """The write at which it was killed."""

    def aim(self, pid: int) -> None:
        """Say which process it is."""
        self._pid = pid
        self._known.set()

    def __call__(self, operation: str, side: Side) -> bool:
        if self.struck:
            return True
        if not is_write(operation):
            return False
        self._count += side is Side.BEFORE
        if (self._count, side) != (self._at, self._side):
            return False
        self.struck = operation
        assert self._known.wait(DEATH_SECONDS)
        os.kill(self._pid, signal.SIGKILL)
        return True
