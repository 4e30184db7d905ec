"""Ways out: what is asked, what is waited for, and what is left behind."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.widgets import Input, Static
from textual.widgets.input import Selection

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.source import S3Source
from screens.parts.dialogs import QuitDialog, UnexpectedDialog, WritingDialog
from screens.parts.help_dialog import HelpDialog
from tests.flow.conftest import Wizard
from tests.flow.terminal import DEADLINE, Terminal
from tests.flow.walk import go_on, type_into, until
from tests.host import settle

TAKEN, RESTORED = "\x1b[?1049h", "\x1b[?1049l"
"""What a terminal gets when a full-screen program takes it, and when it gives it back."""


@pytest.fixture
def silent_aws() -> Iterator[tuple[str, threading.Event]]:
    """An endpoint that takes every connection and never answers; the event tells when the test closed it."""
    closed = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}", closed
        closed.set()


KEYS_OF_A_USER = "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n"
SIGN_IN = "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n" + (
    "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n"
)


def profile(folder: Path, settings: str = KEYS_OF_A_USER) -> dict[str, str]:
    (folder / "config").write_text(f"[default]\nregion = us-west-2\n{settings}")
    return {
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        "AWS_CONFIG_FILE": str(folder / "config"),
    }


def test_a_call_that_hangs_does_not_hold_up_the_way_out(
    tmp_path: Path, silent_aws: tuple[str, threading.Event]
) -> None:
    endpoint, closed = silent_aws
    with Terminal("--endpoint-url", endpoint, environment=profile(tmp_path)) as terminal:
        terminal.until("Asking AWS who you are")
        terminal.press("\x11")
        assert terminal.ended() == 0
        assert not closed.is_set()  # it ended although nobody ever answered
    assert RESTORED in terminal.drawn


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_gives_the_terminal_back(
    tmp_path: Path, silent_aws: tuple[str, threading.Event], number: signal.Signals
) -> None:
    with Terminal("--endpoint-url", silent_aws[0], environment=profile(tmp_path)) as terminal:
        terminal.until("Asking AWS who you are")
        terminal.send(number)
        assert terminal.ended() == 130
    assert RESTORED in terminal.drawn
    assert "Traceback" not in terminal.drawn


def test_an_interrupt_before_the_first_frame_ends_the_same(tmp_path: Path) -> None:
    with Terminal("--demo", environment={"TMPDIR": str(tmp_path)}) as terminal:
        terminal.until("Starting the embedded AWS")
        terminal.send(signal.SIGINT, to_all=True)
        assert terminal.ended() == 130
    assert "Traceback" not in terminal.drawn
    until_none(lambda: [line for folder in tmp_path.iterdir() for line in servers(folder)])


INTERRUPTS_ITSELF = """
import os, signal
import tui.app
from tui.cli import main

async def interrupt(app):
    os.kill(os.getpid(), signal.SIGINT)

tui.app.WizardApp.on_load = interrupt
main()
"""


def test_an_interrupt_while_the_first_frame_is_made_ends_the_same(tmp_path: Path) -> None:
    with Terminal(environment=profile(tmp_path), program=INTERRUPTS_ITSELF) as terminal:
        assert terminal.ended() == 130
    assert "Traceback" not in terminal.drawn
    assert terminal.drawn.count(TAKEN) == terminal.drawn.count(RESTORED)


ENDS = {"Ctrl+Q": 0, "Ctrl+C": 130, "SIGINT": 130, "SIGTERM": 130, "SIGKILL": -signal.SIGKILL}
KEYS = {"Ctrl+Q": "\x11", "Ctrl+C": "\x03"}


@pytest.mark.parametrize("way", ENDS)
def test_the_demo_leaves_no_server_behind(tmp_path: Path, way: str) -> None:
    with Terminal("--demo", environment={"TMPDIR": str(tmp_path)}) as terminal:
        terminal.until("user/operator")
        (directory,) = tmp_path.glob("panther-s3-demo-*")
        assert servers(directory)
        if way in KEYS:
            terminal.press(KEYS[way])
        else:
            terminal.send(signal.Signals[way], to_all=way == "SIGINT")
        assert terminal.ended() == ENDS[way]
        until_none(lambda: servers(directory) or directory.exists())


BREAKS = """
import tui.app
from tui.cli import main

async def break_it(app):
    secret = "a local's value"
    raise ValueError("[/] unforeseen")

tui.app.WizardApp.action_quit = break_it
main()
"""


def test_a_crash_ends_in_words_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with Terminal("--demo", environment={"TMPDIR": str(tmp_path)}, program=BREAKS) as terminal:
        terminal.until("user/operator")
        (directory,) = tmp_path.glob("panther-s3-demo-*")
        terminal.press("\x11")
        assert terminal.ended() == 1
        until_none(lambda: servers(directory) or directory.exists())
    said = terminal.drawn.split(RESTORED)[-1]
    assert "The wizard broke and had to stop: ValueError: [/] unforeseen" in said
    assert "Traceback" not in said
    assert "a local's value" not in said
    assert terminal.printed == ""
    (report,) = tmp_path.glob("panther-s3-wizard-*.txt")
    assert "ValueError: [/] unforeseen" in report.read_text()
    assert "a local's value" not in report.read_text()


def until_none(left: Callable[[], object]) -> None:
    """Wait until nothing is left."""
    until = time.monotonic() + DEADLINE
    while found := left():
        assert time.monotonic() < until, found
        time.sleep(0.05)


def servers(directory: Path) -> list[str]:
    """Return the processes whose command names the demo's directory."""
    listed = subprocess.run(["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if directory.name in line and not line.startswith("ps ")]


@pytest.mark.parametrize(("script", "complaint"), [("exec sleep 60", "exit code"), (None, "aws is not installed")])
def test_lending_the_terminal_to_a_sign_in_ends_nothing_but_the_sign_in(
    tmp_path: Path, script: str | None, complaint: str
) -> None:
    environment = profile(tmp_path, SIGN_IN) | {"HOME": str(tmp_path), "PATH": str(tmp_path)}
    if script:
        (tmp_path / "aws").write_text(f"#!/bin/sh\nPATH=/bin:/usr/bin\necho signing in: $*\n{script}\n")
        (tmp_path / "aws").chmod(0o755)
    with Terminal("--endpoint-url", "http://127.0.0.1:9", environment=environment) as terminal:
        terminal.until("Run it here")
        terminal.press("\t\t\t\r")
        if script:
            terminal.until("signing in: sso login --profile default")
            terminal.send(signal.SIGINT, to_all=True)  # as the terminal does for Ctrl+C
        terminal.until(complaint)
        assert terminal.process.poll() is None
        assert terminal.drawn.rindex(TAKEN) > terminal.drawn.rindex(RESTORED)
        terminal.send(signal.SIGINT)
        assert terminal.ended() == 130
    assert terminal.drawn.count(TAKEN) == terminal.drawn.count(RESTORED) == 2


@pytest.mark.parametrize("selects", [True, False])
async def test_ctrl_c_copies_what_is_selected_and_else_quits(wizard: Wizard, selects: bool) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        field = app.screen.query_one("#panther-account", Input)
        field.focus()
        await settle(pilot)
        field.selection = Selection(0, 4 if selects else 0)
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.clipboard == ("9999" if selects else "")
        assert app.return_value == (None if selects else 130)


async def test_ctrl_c_copies_what_the_mouse_selected(wizard: Wizard) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        app.screen.query_one("#promises", Static).text_select_all()
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert "It shows every change first" in app.clipboard
        assert app.return_value is None


async def test_ctrl_c_asks_before_what_was_typed_is_lost(wizard: Wizard) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        await go_on(pilot, Step.BUCKET_DETAILS)
        await type_into(pilot, "source-name", "leaving")
        await pilot.press("ctrl+c", "ctrl+c")
        await pilot.pause()
        assert isinstance(app.screen, QuitDialog)
        assert app.return_value is None
        await pilot.click("#dialog-do")
        await pilot.pause()
    assert app.return_value == 130


async def test_ctrl_c_leaves_from_a_dialog(wizard: Wizard) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, HelpDialog)
        await pilot.press("ctrl+c")
        await pilot.pause()
    assert app.return_value == 130


async def test_quitting_asks_nothing_while_nothing_would_be_lost(wizard: Wizard) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert app.return_code == 0


async def test_quitting_asks_before_what_was_typed_is_lost(wizard: Wizard) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        await go_on(pilot, Step.BUCKET_DETAILS)
        await type_into(pilot, "source-name", "leaving")
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert isinstance(app.screen, QuitDialog)
        await pilot.press("ctrl+q")  # a second one changes nothing
        await pilot.pause()
        assert isinstance(app.screen, QuitDialog)
        await pilot.press("escape")
        await settle(pilot)
        assert app.return_code is None
        await pilot.press("ctrl+q")
        await pilot.pause()
        await pilot.click("#dialog-do")
        await pilot.pause()
    assert app.return_code == 0


async def test_a_source_that_came_from_a_file_is_not_asked_about(wizard: Wizard) -> None:
    source = S3Source("kept", "111122223333", "acme-empty")
    app = wizard(Answers(source=source, saved=(source,)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert app.return_code == 0


async def test_a_write_under_way_is_named_and_waited_for(wizard: Wizard) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        aws = app._connections.connect("default", "us-west-2")
        with aws.writes.named("Creating the change set"):
            await pilot.press("ctrl+q")
            await pilot.pause()
            assert isinstance(app.screen, WritingDialog)
            assert "Creating the change set" in str(app.screen.query(".dialog-text").first().render())
            assert app.return_code is None
        for _ in range(100):
            await pilot.pause(0.02)
            if app.return_code is not None:
                break
    assert app.return_code == 0


async def test_an_unexpected_error_in_a_worker_opens_a_dialog_and_the_wizard_goes_on(wizard: Wizard) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)

        def breaks() -> None:
            raise ValueError("[/] unforeseen")

        app.screen.run_worker(breaks, thread=True, exit_on_error=False)
        await settle(pilot)
        assert isinstance(app.screen, UnexpectedDialog)
        await pilot.press("escape")
        await until(pilot, Step.WELCOME)
