"""What the plain wizard prints: lines, one after the other, whose sense is in their words alone."""

from __future__ import annotations

import errno
import os
import re
import shlex
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from panther_s3.handwork import HandStep, HandValue
from panther_s3.problems import Problem
from panther_s3.proposed import Proposal, counts_of
from panther_s3.text import visible
from tui.output import let_go
from tui.plain.terminal import COLUMNS, has_colours

WORDS = {"ok": "OK", "warn": "Warning", "fail": "Failed", "unknown": "Unknown", "skipped": "Not wanted", "pass": "OK"}
"""States in words; what is under way or only told needs none."""
STYLES = {"ok": "green", "warn": "yellow", "fail": "red", "unknown": "magenta", "pass": "green"}
DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}
GONE = frozenset({errno.EPIPE, errno.EIO, errno.EBADF})
"""What writing to a reader that is gone fails with: a pipe's, or a terminal that was closed."""
INDENT = re.compile(r" *(?:\d+\. )?")
"""What stands before a line's words, and how far the rest of them is set in where they want several lines."""


class _Console(Console):
    """A console that leaves it to the program what to do when nobody reads any more."""

    def on_broken_pipe(self) -> None:
        raise


class Voice:
    """Prints to one stream; colours stand beside the words on a terminal that has them, and nowhere else.

    Whatever prints raises BrokenPipeError, once, when nobody reads the stream any more.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._terminal = stream.isatty()
        self._console = _Console(
            file=stream,
            force_terminal=self._terminal,
            color_system="auto" if has_colours(stream) else None,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def write(self, text: str) -> None:
        """Print the beginning of a line that the operator goes on with."""
        with self._as_long_as_read():
            self.stream.write(visible(text, keep_lines=False))
            self.stream.flush()

    def _print(self, text: Text) -> None:
        with self._as_long_as_read():
            self._console.print(text, soft_wrap=True)

    @contextmanager
    def _as_long_as_read(self) -> Iterator[None]:
        """Let a pipe whose reader is gone and a terminal that was closed be the same, and print nothing after."""
        try:
            yield
        except OSError as error:
            self._console.quiet = True
            let_go(self.stream)
            if error.errno not in GONE:
                raise
            raise BrokenPipeError(*error.args) from error

    def say(self, text: str, style: str = "") -> None:
        """Print `text`, which may be of several lines and from outside, wrapped between words on a terminal."""
        self._prose(text, style)

    def document(self, text: str) -> None:
        """Print `text` as it is, to be copied: no line end is put into it."""
        self._print(Text(visible(text).rstrip()))

    def _prose(self, text: str, style: str = "", word: str = "") -> None:
        """Print `text`, behind a state's `word`; a word that is longer than the line, such as an ARN, stays whole."""
        shown = visible(f"{word}{text}").rstrip()
        if self._terminal:
            shown = "\n".join(self._wrapped(line) for line in shown.split("\n"))
        styled = Text(shown)
        styled.stylize(style, 0, len(word) or None)
        self._print(styled)

    def _wrapped(self, line: str) -> str:
        found = INDENT.match(line)
        indent = " " * (found.end() if found else 0)
        width = max(20, self.width)
        return textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)

    @property
    def width(self) -> int:
        """How wide the window is now: it may change at any time."""
        try:
            return os.get_terminal_size(self.stream.fileno()).columns or COLUMNS
        except OSError:
            return COLUMNS

    def blank(self) -> None:
        """Print an empty line."""
        self._print(Text())

    def heading(self, title: str, lead: str = "", stage: str = "") -> None:
        """Print where one is: the step's name, its stage, and what it is about."""
        self.blank()
        self.say(f"{title}{f'  ({stage})' if stage else ''}", "bold")
        if lead:
            self.say(lead)

    def section(self, title: str) -> None:
        """Print what comes beneath."""
        self.blank()
        self.say(title, "bold")

    def note(self, state: str, text: str) -> None:
        """Print `text` with its state in a word, if there is anything to say."""
        if text:
            word = WORDS.get(state, "")
            self._prose(text, STYLES.get(state, "") if word else "", f"{word}: " if word else "")

    def problem(self, problem: Problem) -> None:
        """Print what happened, why, what to do, and the statement to ask for."""
        self.note("fail", problem.title)
        if problem.cause:
            self.say(f"{problem.speaker} says: {problem.cause}" if problem.speaker else problem.cause)
        command = shlex.join(problem.command)
        remedy = problem.remedy if not command or command in problem.remedy else f"{problem.remedy} Run: {command}"
        if remedy:
            self.say(f"To mend it: {remedy}")
        if problem.statement:
            self.say("The statement to ask for:")
            self.document(problem.statement_text)

    def proposal(self, proposal: Proposal) -> None:
        """Print a change as it is approved: what it does, what to know, and each line that comes or goes."""
        self.say(f"In the {proposal.title}:")
        self.say(proposal.summary)
        for note in proposal.notes:
            self.note("warn", note)
        if proposal.lines:
            self.say(f"{counts_of(proposal.lines)}:")
            self.diff(proposal.lines)

    def diff(self, lines: Iterable[str]) -> None:
        """Print the lines of a diff; their marks tell what their colours do."""
        for line in lines:
            self._print(Text(visible(line), style=DIFF_STYLES.get(line[:1], "")))

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print rows of short words, each as wide as it is: nothing is cut, whatever the terminal."""
        table = Table(box=None, pad_edge=False)
        for heading in headings:
            table.add_column(heading, no_wrap=True)
        for row in rows:
            table.add_row(*(Text(visible(word, keep_lines=False)) for word in row))
        wide = self._console.options.update(width=max(self._console.width, 400))
        for line in self._console.render_lines(table, wide, pad=False):
            text = Text.assemble(*((segment.text, segment.style or "") for segment in line))
            text.rstrip()
            self._print(text)

    def values(self, values: Iterable[HandValue]) -> None:
        """Print values to paste: their label, then the value, on lines of its own where it has several."""
        for value in values:
            if "\n" in value.value:
                self.say(f"{value.label}:")
                self.document(value.value)
            else:
                self.document(f"{value.label}: {value.value or '(leave empty)'}")

    def steps(self, steps: Iterable[HandStep]) -> None:
        """Print what is done by hand, step by step."""
        for number, step in enumerate(steps, start=1):
            self.blank()
            self.say(f"{number}. {step.title}", "bold")
            for paragraph in step.text:
                self.say(paragraph)
            self.values(step.values)
