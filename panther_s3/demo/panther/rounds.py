"""A thread that does the same thing again and again, whatever goes wrong in between."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Rounds:
    """Calls `work` until it is stopped, with a pause after each time; a round that fails ends no other."""

    def __init__(self, name: str, work: Callable[[], float]) -> None:
        """Begin at once; `work` gives how many seconds to pause after it."""
        self._work = work
        self._stopping = threading.Event()
        self._wanted = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"demo-panther-{name}", daemon=True)
        self._thread.start()

    def soon(self) -> None:
        """Let the next round begin without a pause."""
        self._wanted.set()

    def end(self) -> None:
        """Ask it to end; a round that is under way is its last."""
        self._stopping.set()
        self._wanted.set()

    def join(self, seconds: float) -> None:
        """Wait until it has ended, `seconds` at most."""
        self._thread.join(max(0.0, seconds))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wanted.clear()
            try:
                pause = self._work()
            except Exception:  # noqa: BLE001 - whatever it was, the next round may fare better
                pause = PAUSE_SECONDS
            if not self._stopping.is_set():
                self._wanted.wait(pause)


PAUSE_SECONDS = 1.0
"""How long a round that failed is followed by none."""
