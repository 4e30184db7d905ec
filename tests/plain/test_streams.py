"""What goes where, and why it is plain: terminals that cannot redraw, pipes, pipes that close, and nobody to ask."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from panther_s3.journal import read_run
from panther_s3.journal.runs import list_runs
from tests.plain.operator import CHOICE, ROOT, Operator
from tests.plain.walk import NAME, WITHOUT_AWS, Taken, Typed, answer
from tui.wizard_command import NOBODY

PROGRAM = (sys.executable, "-m", "tui")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
FRAMES = re.compile("[\u2500-\u259f]")
"""What boxes and bars are drawn with."""
SECONDS = 30
INTERRUPTED, NOBODY_TO_ASK = 130, 2


def start(
    folder: Path,
    *words: str,
    script: str = 'exec "$@"',
    environment: Mapping[str, str] | None = None,
    **options: Any,
) -> Operator:
    """Start the program on a terminal by a shell's `script`, which has it as "$@" and writes files into $FOLDER."""
    given = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "FOLDER": str(folder), **(environment or {})}
    command = ("/bin/sh", "-c", script, "sh", *PROGRAM)
    return Operator("--state-dir", str(folder / "state"), *words, environment=given, command=command, **options)


@pytest.mark.parametrize("words", [(), ("--plain",), ("--demo", "--plain")])
@pytest.mark.parametrize("typed", ["\n" * 200, ""])
def test_with_nobody_to_ask_nothing_is_chosen(words: tuple[str, ...], typed: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [*PROGRAM, *words, "--state-dir", str(tmp_path / "state")],
        input=typed,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "TERM": "dumb"},
        text=True,
        timeout=SECONDS,
    )
    assert (ended.returncode, ended.stdout) == (NOBODY_TO_ASK, "")
    assert NOBODY in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "state").exists()


PIPED = 'exec "$@" > "$FOLDER/out"'


@pytest.mark.parametrize(
    ("term", "size", "script", "why"),
    [
        ("dumb", (24, 80), 'exec "$@"', "Plain prompts, since TERM is dumb."),
        ("", (24, 80), 'exec "$@"', "Plain prompts, since TERM is not set."),
        (
            "xterm-256color",
            (10, 40),
            'exec "$@"',
            "Plain prompts, since the window is 40x10: the full screen wants 50x15",
        ),
        ("xterm-256color", (24, 80), PIPED, "Plain prompts, since stdout is no terminal: they are on stderr."),
    ],
)
def test_it_says_in_a_line_why_it_is_plain(
    term: str, size: tuple[int, int], script: str, why: str, tmp_path: Path
) -> None:
    with start(tmp_path, term=term, size=size, script=script) as operator:
        operator.until("AWS profile")
        operator.send("\x03")
        assert operator.ended() == INTERRUPTED
    assert operator.text.replace("\n", " ").startswith(why)


def test_nothing_is_said_of_why_where_it_was_asked_for(tmp_path: Path) -> None:
    with start(tmp_path, "--plain") as operator:
        operator.asked("AWS profile")
    assert operator.text.startswith("Panther S3 wizard.\n")


def test_a_terminal_of_few_characters_gets_question_marks_for_the_others(tmp_path: Path) -> None:
    with start(tmp_path, "--plain", environment={"PYTHONIOENCODING": "ascii:strict"}) as operator:
        answer(operator, *WITHOUT_AWS[:5])
        assert "Asking AWS who you are?\n" in operator.text
        operator.type(CHOICE, "Zoë")
        assert "Failed: Type a number" in operator.asked(CHOICE)


def test_stdout_carries_the_report_alone(tmp_path: Path) -> None:
    with start(tmp_path, script=PIPED, environment={"FORCE_COLOR": "1"}) as operator:
        answer(operator, *WITHOUT_AWS)
        assert operator.ended() == 0
    report = (tmp_path / "out").read_text()
    assert report.startswith("# S3 log sources for Panther\n")
    assert f": {NAME}\n" in report
    for shown in (report, operator.text):
        assert not CONTROLS.search(shown)
        assert not FRAMES.search(shown)
    assert "# S3 log sources" not in operator.text
    assert list_runs(tmp_path / "state") == ()


def test_a_reader_of_the_report_who_is_gone_ends_the_run_as_an_interrupt_does(tmp_path: Path) -> None:
    script = '( "$@"; echo $? > "$FOLDER/code" ) | true'
    with start(tmp_path, script=script) as operator:
        answer(operator, *WITHOUT_AWS)
        operator.ended()
    assert (tmp_path / "code").read_text() == f"{INTERRUPTED}\n"
    assert operator.text.endswith("Finish without a source file? (y/N, < back): y\n")


def test_a_reader_of_the_questions_who_is_gone_leaves_what_was_said(tmp_path: Path) -> None:
    script = '( "$@" 2>&1 >/dev/null; echo $? > "$FOLDER/code" ) | sed "/account that the bucket is in/q"'
    with start(tmp_path, script=script, environment={"FORCE_COLOR": "1"}) as operator:
        for typed in ("", "us-west-2", "3", "999988887777", "us-west-2", "", "left behind"):
            operator.send(f"{typed}\r")
        until = monotonic() + SECONDS
        while not (tmp_path / "code").exists():
            assert monotonic() < until, operator.text
            operator.send("1\r")  # refused, which it has to say
            sleep(0.1)
        operator.ended()
    assert (tmp_path / "code").read_text() == f"{INTERRUPTED}\n"
    assert "Name (< back): \n" in operator.text
    assert "\x1b" not in operator.text
    assert "Traceback" not in operator.text
    (run,) = list_runs(tmp_path / "state")
    assert read_run(tmp_path / "state", run).about[0] == "left behind"


TWO_SOURCES = """\
panther: {account_id: "999988887777", region: us-west-2}
sources:
  - {name: first trail, aws_account_id: "111122223333", bucket_name: acme-first}
  - {name: other trail, aws_account_id: "111122223333", bucket_name: acme-other}
"""


def test_of_several_sources_in_a_file_one_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "sources.yml"
    file.write_text(TWO_SOURCES)
    with start(tmp_path, "--plain", str(file)) as operator:
        operator.asked(CHOICE)
        operator.send("<\r")
        answer(operator, Taken("other trail", "Which source?"), *WITHOUT_AWS[:3])
        assert "Panther account [999988887777]" in operator.type("Panther account")
        answer(operator, Typed("Panther region"), Taken("", "Panther API"))
        assert "Name [other trail]" in operator.asked("Name")
