"""The API token is planted, used for a whole run, and looked for everywhere: at most the keyring has it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from textual.widgets import Checkbox, Input

from panther_s3.answers import Answers
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.demo.panther import DemoPanther
from panther_s3.flow import Step
from panther_s3.problems import Problem
from screens.parts.save_dialog import SaveDialog
from screens.parts.token_dialog import TokenDialog
from tests.flow.accounts import PANTHER
from tests.flow.robot import Errand, Robot
from tests.flow.terminal import Terminal
from tests.flow.walk import until
from tests.host import settle
from tui.app import WizardApp
from tui.crash import crash_note
from tui.options import AwsOptions
from tui.undoing import run_undo

SAVES = ("#save-source", "#save-markdown", "#save-json")
BREAKS = """
import os
from pathlib import Path
import tui.app, tui.connections
from tui.cli import main

async def break_it(app):
    api = app._connections.panther.api(app.step_shown().gather().api_url)
    token = api._token.reveal()
    Path(os.environ["PLANTED"]).write_text(token)
    client = api._transport._open()
    try:
        client.get("http://127.0.0.1:1")
    except Exception as error:
        raise ValueError("unforeseen") from error

tui.app.WizardApp.action_quit = break_it
main()
"""
"""The wizard, broken with the token at hand in locals and in what led to the error."""


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, kept = keyring.get_keyring(), Ring()
    keyring.set_keyring(kept)
    yield kept
    keyring.set_keyring(before)


@pytest.fixture
def panther(fresh_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    with fresh_aws.applied(os.environ), DemoPanther(fresh_aws.endpoint_url, seconds=0.5) as server:
        yield server


class Photographer(Robot):
    """A robot that keeps a picture of every sight."""

    def __init__(self, app: WizardApp, errand: Errand) -> None:
        super().__init__(app, errand)
        self.pictures: list[str] = []

    def _move(self) -> bool:
        self.pictures.append(self._app.export_screenshot())
        return super()._move()


@pytest.mark.parametrize("keep", [False, True])
async def test_a_token_that_is_typed_is_nowhere_but_in_the_keyring_where_that_is_wanted(
    keep: bool,
    fresh_aws: EmbeddedAws,
    panther: DemoPanther,
    ring: Ring,
    no_waiting: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    app = WizardApp(Answers(panther=PANTHER), endpoint_url=fresh_aws.endpoint_url, state_dir=tmp_path / "state")
    robot = Photographer(app, Errand(cast.CLOUDTRAIL, prefix="AWSLogs/"))
    copied: list[str] = []
    monkeypatch.setattr(WizardApp, "copy_to_clipboard", lambda _, text: copied.append(text))
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await until(pilot, Step.WELCOME)
        await pilot.click("#panther-api")
        await settle(pilot)
        assert isinstance(app.screen, TokenDialog)
        app.screen.query_one("#api-url", Input).value = panther.url
        await pilot.click("#api-token")
        await pilot.press(*panther.token)
        await pilot.press("shift+home", "ctrl+c")  # nothing hidden is given to the clipboard
        robot.pictures.append(app.export_screenshot())
        app.screen.query_one("#token-keep", Checkbox).value = keep
        await pilot.press("enter")
        await until(pilot, Step.WELCOME)
        await robot.until(Step.FINISH)
        for place, save in enumerate(SAVES):
            await pilot.click(save)
            await settle(pilot)
            assert isinstance(app.screen, SaveDialog)
            app.screen.query_one(Input).value = str(tmp_path / f"saved-{place}")
            await pilot.press("enter")
            await until(pilot, Step.FINISH)
        await robot.to_the_end()
    assert len(panther.requests) > 5
    if not keep:
        monkeypatch.setenv("PANTHER_API_TOKEN", panther.token)
    assert run_undo(tmp_path / "state", None, AwsOptions(endpoint_url=fresh_aws.endpoint_url), yes=True) == 0

    assert list(ring.kept.values()) == ([panther.token] if keep else [])
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"saved-0", "saved-1", "saved-2"} <= {path.name for path in written}
    assert any("runs" in path.parts for path in written)
    said = "".join((*capsys.readouterr(), caplog.text, *copied, *robot.problems))
    assert len(robot.pictures) > 15
    for text in (*(path.read_bytes().decode(errors="replace") for path in written), *robot.pictures, said):
        assert panther.token not in text


def test_a_refusal_says_all_but_the_token(
    panther: DemoPanther, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error, all that led to it, and the report of a crash by it."""
    from panther_s3.panther_api.access import PantherAccess
    from panther_s3.tokens import Token

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    secret = "pl4nted-t0ken"
    access = PantherAccess()
    with pytest.raises(Problem) as raised:
        access.use(panther.url, Token(secret)).read_sources()
    assert raised.value.title == "Panther does not accept the API token"
    note = crash_note(raised.value).plain
    reports = [path.read_text() for path in Path(tmp_path).glob("panther-s3-wizard-*.txt")]
    told = (note, *reports, str(raised.value), repr(raised.value), repr(access), repr(vars(raised.value)))
    assert all(secret not in text for text in told)


def test_a_crash_with_the_token_at_hand_does_not_tell_it(tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    environment = {"TMPDIR": str(tmp_path), "PLANTED": str(planted)}
    with Terminal("--demo", environment=environment, program=BREAKS) as terminal:
        terminal.until("S3 sources")
        terminal.press("\x11")
        assert terminal.ended() == 1
    token = planted.read_text()
    assert len(token) > 20
    (report,) = tmp_path.glob("panther-s3-wizard-*.txt")
    assert "unforeseen" in report.read_text()
    for text in (terminal.drawn, terminal.printed, report.read_text()):
        assert token not in text
