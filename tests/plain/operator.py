"""An operator of the plain wizard: reads what was printed, and answers each question by its words."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pexpect

HASTENED = (sys.executable, "-m", "tests.plain.hastened")
ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30
AGAIN_SECONDS = 2
"""After which a signal is sent again: Python notices none that comes right before it waits for a line."""
CHOICE, NOW = "Your choice", "What now?"
SIZE = frozenset({"COLUMNS", "LINES"})
"""Variables that readline sets, and that stand above what the terminal says."""
LISTED = re.compile(r"^ +(\d+)\. (.*)$", re.MULTILINE)


class Operator:
    """Runs the program with `words` on a pseudo-terminal; a context manager that leaves no process behind.

    `text` has all that was shown and echoed, `said` what was since the last answer.
    """

    def __init__(
        self,
        *words: str,
        environment: Mapping[str, str],
        term: str = "dumb",
        size: tuple[int, int] = (24, 80),
        command: Sequence[str] = HASTENED,
    ) -> None:
        """Start the program.

        Args:
            words: its arguments.
            environment: variables beside those of this process.
            term: what the terminal calls itself.
            size: its lines and columns.
            command: what is run, before the words.
        """
        self._seen = io.StringIO()
        kept = {name: value for name, value in os.environ.items() if name not in SIZE}
        # a shell lets what runs behind it ignore Ctrl-C, and a child inherits that
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.child = pexpect.spawn(
            command[0],
            [*command[1:], *words],
            timeout=SECONDS,
            cwd=ROOT,
            env={**kept, **environment, "TERM": term},
            dimensions=size,
            encoding="utf-8",
        )
        signal.signal(signal.SIGINT, before)
        self.child.delaybeforesend = None
        self.child.logfile_read = self._seen
        self.said = ""
        self.sane = False
        """Whether the terminal was left as a shell wants it: it shows what is typed, line by line."""
        self._asked = ""
        """The last line, while it waits for an answer."""
        self.offered: dict[str, str] = {}

    def __enter__(self) -> Operator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.child.close(force=True)

    @property
    def text(self) -> str:
        """All that was shown by now, with the line ends of a file."""
        return self._seen.getvalue().replace("\r\n", "\n")

    def until(self, words: str) -> str:
        """Wait until `words` are shown, and return what was since the last answer."""
        return self._expect(re.escape(words))

    def asked(self, label: str) -> str:
        """Wait for the question whose last line has `label`, and return what was said since the last answer."""
        if self._asked and label in self._asked:
            return self.said
        said = self._expect(rf"(?:^|\n)(?=[^\n]*{re.escape(label)})[^\n]*: \Z")
        if listed := LISTED.findall(said):
            self.offered = {words: number for number, words in listed}
        self._asked = said.rsplit("\n", 1)[-1]
        return said

    def type(self, label: str, text: str = "") -> str:
        """Type `text` where `label` is asked for; Enter alone takes what is proposed. Returns what was said before."""
        said = self.asked(label)
        self.send(f"{text}\r")
        return said

    def choose(self, way: str = "", question: str = NOW) -> str:
        """Take the way that begins with `way`, or what Enter alone takes, and return what was said before."""
        said = self.asked(CHOICE)
        assert question in said, self._stuck(f"The question is not {question!r}")
        self.send(f"{self.number_of(way) if way else ''}\r")
        return said

    def back(self, label: str = CHOICE) -> str:
        """Go back from the question with `label`."""
        return self.type(label, "<")

    def number_of(self, way: str) -> str:
        """Return the number of the one way in the last list that is `way`, or begins with it."""
        exact = [number for words, number in self.offered.items() if words.split(":")[0] == way]
        found = exact or [number for words, number in self.offered.items() if words.startswith(way)]
        assert len(found) == 1, self._stuck(f"{way!r} is not one of {list(self.offered)}")
        return found[0]

    def send(self, keys: str) -> None:
        """Press `keys`."""
        self._asked = ""
        self.child.send(keys)

    def ended(self) -> int:
        """Wait until the program has ended, and return its exit code."""
        self._expect(None)
        return self._end()

    def interrupted(self, number: signal.Signals) -> int:
        """Send a signal until the program has ended, and return its exit code."""
        until = time.monotonic() + SECONDS
        while True:
            self.child.kill(number)
            try:
                self.child.expect(pexpect.EOF, timeout=AGAIN_SECONDS)
            except pexpect.TIMEOUT:
                assert time.monotonic() < until, self._stuck("It does not end")
            else:
                return self._end()

    def hung_up(self) -> int:
        """Close the terminal, and return the exit code of the program."""
        self.child.ptyproc.fileobj.close()
        self.child.ptyproc.wait()
        self.child.closed = True
        return self._code(self.child.ptyproc)

    def _end(self) -> int:
        modes = termios.tcgetattr(self.child.child_fd)[3]
        self.sane = bool(modes & termios.ECHO and modes & termios.ICANON and modes & termios.ISIG)
        self.child.close()
        return self._code(self.child)

    @staticmethod
    def _code(ended: Any) -> int:
        return -int(ended.signalstatus) if ended.exitstatus is None else int(ended.exitstatus)

    def _expect(self, pattern: str | None) -> str:
        """Wait for `pattern`, or for the end with None, and return what was said with it."""
        try:
            self.child.expect(pexpect.EOF if pattern is None else pattern)
        except (pexpect.TIMEOUT, pexpect.EOF) as missing:
            raise AssertionError(self._stuck(f"It never said {pattern!r}")) from missing
        after = self.child.after if isinstance(self.child.after, str) else ""
        self.said = (self.child.before + after).replace("\r\n", "\n")
        return self.said

    def _stuck(self, why: str) -> str:
        return f"{why}. Shown at last:\n{self.text[-4000:]}"
