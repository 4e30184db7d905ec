"""The real program on a pseudo-terminal: what it draws, the keys it gets, and how it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 30


class Terminal:
    """Runs `python -m tui` with `words`; a context manager that leaves no process behind."""

    def __init__(self, *words: str, environment: dict[str, str]) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui", *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**os.environ, **environment, "TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"},
            start_new_session=True,
        )
        os.close(slave)
        self.drawn = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)

    def until(self, text: str) -> None:
        """Wait until `text` was drawn."""
        until = time.monotonic() + DEADLINE
        while text not in self.drawn:
            assert time.monotonic() < until, self.drawn[-2000:]
            self._read()

    def press(self, keys: str) -> None:
        """Send `keys` as typed."""
        os.write(self._master, keys.encode())

    def ended(self) -> int:
        """Wait until the program has ended, and return its exit code."""
        until = time.monotonic() + DEADLINE
        while self.process.poll() is None:
            assert time.monotonic() < until, self.drawn[-2000:]
            self._read()
        self._read()
        return int(self.process.returncode)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def _read(self) -> None:
        readable, _, _ = select.select([self._master], [], [], 0.1)
        if readable:
            try:
                self.drawn += os.read(self._master, 65536).decode(errors="replace")
            except OSError:  # the other end is closed
                return
