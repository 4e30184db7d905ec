"""What is printed: whole words, whole names and ARNs, states in words, and nothing but text where nobody looks."""

from __future__ import annotations

import errno
import io
import os
import pty
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from panther_s3.handwork import HandStep, HandValue
from panther_s3.problems import Problem
from panther_s3.proposed import Proposal
from tui.plain.terminal import COLUMNS, can_redraw
from tui.plain.voice import Voice

ARN = "arn:aws:sns:us-west-2:111122223333:a-topic-with-a-name-of-its-own-that-is-longer-than-a-line-of-the-terminal-is"
PROSE = f"S3 publishes to the topic {ARN} and to no other, as far as its policy and the key's allow it to do so at all."
TABLE = (("OK", "The role exists"), ("Unknown", "The topic's encryption lets S3 publish"))


class Terminal(io.StringIO):
    """A stream that calls itself a terminal, of unknown size."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(params=["dumb", "xterm-256color", ""])
def term(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the terminal calls itself."""
    name: str = request.param
    monkeypatch.setenv("TERM", name)
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "ACCESSIBLE"):
        monkeypatch.delenv(variable, raising=False)
    return name


def all_of(voice: Voice) -> None:
    voice.heading("A step", "What it is about.", "stage 1 of 7")
    for state in ("ok", "warn", "fail", "unknown", "skipped", "pass", "busy"):
        voice.note(state, PROSE)
    voice.table(("Result", "Check"), TABLE)
    voice.diff(("@@", "- one", "+ two", "  three"))
    voice.proposal(Proposal("policy of the topic", "Lets S3 in.", ("Mind the stack.",), ("+ two",)))
    voice.problem(Problem("It failed", "AccessDenied", "Ask for it.", command=("aws", "login")))
    voice.steps([HandStep("First", ("Do it.",), (HandValue("Command", "aws s3 ls", "shell"),))])
    voice.document('{\n  "a": 1\n}\n')


def test_colours_stand_beside_the_words_and_nowhere_where_there_are_none(term: str) -> None:
    out = Terminal()
    all_of(Voice(out))
    assert ("\x1b[" in out.getvalue()) == (term == "xterm-256color")


@pytest.mark.parametrize("forced", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_a_stream_that_is_no_terminal_gets_text_alone(forced: str, term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(forced, "1")
    out = io.StringIO()
    all_of(Voice(out))
    assert "\x1b" not in out.getvalue()
    assert PROSE in out.getvalue()  # in a line, however long


def test_states_are_words(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    voice = Voice(out)
    for state in ("ok", "warn", "fail", "unknown", "skipped", "busy"):
        voice.note(state, "so it is")
    voice.note("ok", "")
    assert out.getvalue().splitlines() == [
        "OK: so it is",
        "Warning: so it is",
        "Failed: so it is",
        "Unknown: so it is",
        "Not wanted: so it is",
        "so it is",
    ]


def wrapped(text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("TERM", "dumb")
    out = Terminal()
    Voice(out).say(text)
    return out.getvalue().splitlines()


def test_lines_break_between_words_and_an_arn_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = wrapped(PROSE, monkeypatch)
    assert ARN in lines
    assert " ".join(lines) == PROSE
    assert all(len(line) <= COLUMNS for line in lines if line != ARN)


def test_names_with_dashes_are_not_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "a-" * 30 + "z"
    assert name in wrapped(f"The bucket {name} and the bucket {name} are there", monkeypatch)[1]


def test_the_rest_of_a_list_item_is_set_in(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = wrapped(f"  2. {PROSE}", monkeypatch)
    assert first.startswith("  2. S3")
    assert all(line.startswith("     ") and line[5] != " " for line in rest)


def test_line_ends_within_a_text_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wrapped("one\n\n  two\n", monkeypatch) == ["one", "", "  two"]


@pytest.mark.parametrize("columns", [30, 132])
def test_lines_are_as_long_as_the_window_is_wide(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, columns))
    with os.fdopen(slave, "w", encoding="utf-8") as stream, os.fdopen(master, "rb", buffering=0) as shown:
        Voice(stream).say("word " * 60)
        lines = shown.read(4096).decode().splitlines()
    assert max(map(len, lines)) in range(columns - 5, columns + 1)


def test_a_table_is_cut_nowhere() -> None:
    out = io.StringIO()
    Voice(out).table(("Result", "Check"), (*TABLE, ("OK", ARN)))
    lines = out.getvalue().splitlines()
    assert lines[:2] == ["Result   Check", "OK       The role exists"]
    assert lines[-1].endswith(ARN)
    assert all(line == line.rstrip() for line in lines)


def test_a_problem_is_said_whole() -> None:
    out = io.StringIO()
    Voice(out).problem(Problem("It failed", "AccessDenied: no", "Ask for it.", command=("aws", "sso", "login")))
    assert out.getvalue() == (
        "Failed: It failed\nAWS says: AccessDenied: no\nTo mend it: Ask for it. Run: aws sso login\n"
    )


class Gone(Terminal):
    """A terminal that was closed, or a pipe that nobody reads."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number, self.tries = number, 0

    def write(self, text: str) -> int:
        self.tries += 1
        raise OSError(self.number, os.strerror(self.number))


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EIO])
def test_a_reader_who_is_gone_is_told_once(number: int) -> None:
    stream = Gone(number)
    voice = Voice(stream)
    with pytest.raises(BrokenPipeError):
        voice.say("anybody?")
    tries = stream.tries
    voice.say("nobody")
    voice.blank()
    assert stream.tries == tries


@pytest.fixture
def null() -> Iterator[TextIO]:
    with Path(os.devnull).open("w") as stream:
        yield stream


def test_who_asks_for_plain_questions_gets_them_on_any_terminal(null: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    assert not can_redraw(null)
    for value, redraws in (("1", False), ("yes", False), ("0", True), ("", True)):
        monkeypatch.setenv("ACCESSIBLE", value)
        assert can_redraw(Terminal()) is redraws
