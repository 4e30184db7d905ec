"""Ways out: what is asked, what is waited for, and what is left behind."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.source import S3Source
from screens.parts.dialogs import QuitDialog, UnexpectedDialog, WritingDialog
from tests.flow.conftest import Wizard
from tests.flow.terminal import DEADLINE, Terminal
from tests.flow.walk import go_on, type_into, until
from tests.host import settle

RESTORED = "\x1b[?1049l"
"""What a terminal gets when a full-screen program gives it back."""


@pytest.fixture
def silent_aws() -> Iterator[tuple[str, threading.Event]]:
    """An endpoint that takes every connection and never answers; the event tells when the test closed it."""
    closed = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}", closed
        closed.set()


def profile(folder: Path) -> dict[str, str]:
    (folder / "credentials").write_text("[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n")
    (folder / "config").write_text("[default]\nregion = us-west-2\n")
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_gives_the_terminal_back(
    tmp_path: Path, silent_aws: tuple[str, threading.Event], number: signal.Signals
) -> None:
    with Terminal("--endpoint-url", silent_aws[0], environment=profile(tmp_path)) as terminal:
        terminal.until("Asking AWS who you are")
        terminal.send(number)
        assert terminal.ended() == 130
    assert RESTORED in terminal.drawn
    assert "Traceback" not in terminal.drawn


@pytest.mark.parametrize("way", ["quit", "SIGTERM", "SIGKILL"])
def test_the_demo_leaves_no_server_behind(tmp_path: Path, way: str) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    with Terminal("--demo", environment={"TMPDIR": str(folder)}) as terminal:
        terminal.until("user/operator")
        (directory,) = folder.glob("panther-s3-demo-*")
        assert servers(directory)
        if way == "quit":
            terminal.press("\x11")
        else:
            terminal.send(signal.Signals[way])
        terminal.ended()
        until_gone = time.monotonic() + DEADLINE
        while servers(directory) or directory.exists():
            assert time.monotonic() < until_gone
            time.sleep(0.05)


def servers(directory: Path) -> list[str]:
    """Return the processes whose command names the demo's directory."""
    listed = subprocess.run(["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if directory.name in line and not line.startswith("ps ")]


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
