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
AGAIN = 5
"""Seconds until somebody presses a key again that did nothing."""


class Terminal:
    """Runs `python -m tui` with `words`; a context manager that leaves no process behind.

    Textual draws on stderr: `drawn` has that, and what the terminal echoes. What went to stdout
    stands in `printed`, which is a terminal of its own.
    """

    def __init__(self, *words: str, environment: dict[str, str], program: str = "") -> None:
        """Start the program.

        Args:
            words: its arguments.
            environment: variables beside those of this process.
            program: Python to run in place of `python -m tui`.
        """
        self._master, slave = _open_terminal()
        self._stdout, stdout = _open_terminal()
        # a shell lets what runs behind it ignore Ctrl-C, and a child inherits that
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.process = subprocess.Popen(
            [sys.executable, *(("-c", program) if program else ("-m", "tui")), *words],
            stdin=slave,
            stdout=stdout,
            stderr=slave,
            cwd=ROOT,
            env={**os.environ, **environment, "TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"},
            start_new_session=True,
        )
        signal.signal(signal.SIGINT, before)
        os.close(slave)
        os.close(stdout)
        self.drawn = self.printed = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)
        os.close(self._stdout)

    def until(self, text: str) -> None:
        """Wait until `text` was drawn or printed."""
        until = time.monotonic() + DEADLINE
        while text not in self.drawn and text not in self.printed:
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
        while select.select([self._master], [], [], 0)[0] and (rest := _text_of(self._master)):
            self.drawn += rest
        return int(self.process.returncode)

    def interrupted(self) -> int:
        """Press Ctrl-C until the program has ended, and return its exit code.

        More than once: Python notices no signal that comes right before it waits for a line to be typed.
        """
        until = time.monotonic() + DEADLINE
        while True:
            self.send(signal.SIGINT, to_all=True)
            again = time.monotonic() + AGAIN
            while time.monotonic() < again:
                if self.process.poll() is not None:
                    return self.ended()
                self._read()
            assert time.monotonic() < until, self.drawn[-2000:]

    def send(self, number: signal.Signals, *, to_all: bool = False) -> None:
        """Send a signal to the program; as the terminal itself does, to all that run in it, with `to_all`."""
        if to_all:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)

    def _read(self) -> None:
        readable, _, _ = select.select([self._master, self._stdout], [], [], 0.1)
        if self._master in readable:
            self.drawn += _text_of(self._master)
        if self._stdout in readable:
            self.printed += _text_of(self._stdout)


def _open_terminal() -> tuple[int, int]:
    """Return both ends of a terminal of 80x24."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    return master, slave


def _text_of(terminal: int) -> str:
    try:
        return os.read(terminal, 65536).decode(errors="replace")
    except OSError:  # the other end is closed
        return ""
