from __future__ import annotations

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from textual.pilot import Pilot
from textual.widgets import Static

from panther_s3.answers import Answers
from panther_s3.demo import cast
from panther_s3.demo.panther import DemoPanther
from panther_s3.flow import Forward
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api.access import PantherAccess
from panther_s3.source import S3Source
from panther_s3.tokens import Token
from screens.parts.api_field import ApiField
from screens.parts.chrome import StageBar
from screens.parts.token_dialog import TokenDialog
from screens.welcome import WelcomeScreen
from tests.host import HOSTILE, HostApp, settle, text_of
from tests.screens.conftest import Connect
from tests.screens.connected import access_to, come, made_in

NOBODY = "http://127.0.0.1:9"
OPTIONAL = "Connect… (optional: does Panther's side too)"


def welcome(connect: Connect, access: PantherAccess, url: str = "", *, by_api: bool = False) -> HostApp:
    """The first step, Panther's place known beforehand."""
    panther = PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION)
    answers = Answers(panther=panther, api_url=url, by_api=by_api)
    return HostApp(WelcomeScreen(answers, connect, lambda: access))


def says(app: HostApp) -> str:
    return str(app.screen.query_one(ApiField).render())


def warns(app: HostApp) -> str:
    return text_of(app, "#panther-api Static")


def stages(app: HostApp) -> str:
    return str(app.screen.query_one(StageBar).render())


@pytest.fixture
def known(panther: DemoPanther, monkeypatch: pytest.MonkeyPatch) -> DemoPanther:
    """A Panther whose address and token are in the environment."""
    monkeypatch.setenv("PANTHER_API_URL", panther.url)
    monkeypatch.setenv("PANTHER_API_TOKEN", panther.token)
    return panther


async def test_where_nothing_is_known_it_is_offered_and_nobody_is_asked(
    connect: Connect, panther: DemoPanther, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Asked(NoKeyring):
        def get_password(self, service: str, username: str) -> None:
            raise AssertionError("the keyring was asked")

    before = keyring.get_keyring()
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    keyring.set_keyring(Asked())
    try:
        app = welcome(connect, PantherAccess())
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert OPTIONAL in says(app)
            assert warns(app) == ""
            assert "Source" not in stages(app)
            await pilot.press("ctrl+n")
            await settle(pilot)
    finally:
        keyring.set_keyring(before)
    assert isinstance(app.results[0], Forward)
    assert (app.results[0].answers.api_url, app.results[0].answers.by_api) == ("", False)
    assert panther.requests == []


async def test_a_token_that_is_known_connects_by_itself(
    connect: Connect, known: DemoPanther, connected: Answers
) -> None:
    made_in(known, connected.source)
    app = welcome(connect, PantherAccess())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "✓ this machine: 1 S3 source" in says(app)
        assert warns(app) == ""
        assert "5 Source" in stages(app)
        await pilot.press("ctrl+n")
        await settle(pilot)
    answers = app.results[0].answers
    assert (answers.api_url, answers.by_api) == (known.url, True)
    assert known.token not in repr(answers)


@pytest.mark.parametrize("count", [0, 2])
async def test_how_many_sources_there_are_is_said_rightly(
    connect: Connect, known: DemoPanther, connected: Answers, count: int
) -> None:
    for number in range(count):
        made_in(known, S3Source(f"trail {number}", cast.CUSTOMER_ACCOUNT, f"acme-{number}"), **_role(connected))
    app = welcome(connect, PantherAccess())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert f"{count} S3 sources" in says(app)


def _role(connected: Answers) -> dict[str, str]:
    return {"logProcessingRole": connected.source.log_processing_role_arn}


async def _goes_on_without(app: HostApp, pilot: Pilot[None], *words: str) -> None:
    """Assert that one warning says `words`, and that the flow goes on without the API."""
    await settle(pilot)
    assert OPTIONAL in says(app)
    for word in words:
        assert word in warns(app)
    assert warns(app).startswith("! ")
    assert warns(app).endswith("The onboarding goes on without it.")
    assert len(app.screen.query("#panther-api Static")) == 1
    assert "Source" not in stages(app)
    await pilot.press("ctrl+n")
    await settle(pilot)
    assert isinstance(app.results[0], Forward)
    assert not app.results[0].answers.by_api


async def test_a_token_that_is_refused_is_said_in_a_line(
    connect: Connect, known: DemoPanther, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PANTHER_API_TOKEN", "another")
    app = welcome(connect, PantherAccess())
    async with app.run_test(size=(80, 24)) as pilot:
        await _goes_on_without(app, pilot, "Panther does not accept the API token.")


@pytest.mark.usefixtures("quick_retries")
async def test_an_api_that_is_not_there_is_said_in_a_line(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANTHER_API_URL", NOBODY)
    monkeypatch.setenv("PANTHER_API_TOKEN", "any")
    app = welcome(connect, PantherAccess())
    async with app.run_test(size=(80, 24)) as pilot:
        await _goes_on_without(app, pilot, "127.0.0.1:9 cannot be reached.")


async def test_trouble_with_the_keyring_is_said_in_a_line(connect: Connect) -> None:
    app = welcome(connect, PantherAccess(), NOBODY)
    async with app.run_test(size=(80, 24)) as pilot:
        await _goes_on_without(app, pilot, "There is no keyring on this machine")


async def test_an_address_with_a_fault_asks_nobody(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANTHER_API_URL", "not an address")
    monkeypatch.setenv("PANTHER_API_TOKEN", "any")
    app = welcome(connect, PantherAccess())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert OPTIONAL in says(app)
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert not app.results[0].answers.by_api


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_hostile_token_in_the_environment_is_never_shown(
    connect: Connect, panther: DemoPanther, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("PANTHER_API_URL", panther.url)
    monkeypatch.setenv("PANTHER_API_TOKEN", text)
    app = welcome(connect, PantherAccess())
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        seen = "".join(str(widget.render()) for widget in app.screen.query(Static))
        assert "goes on without it" in warns(app)
        assert text not in seen
        assert "\x1b" not in seen


@pytest.mark.parametrize("way", ["enter", "space", "click"])
async def test_it_opens_the_dialog_and_takes_what_comes_of_it(connect: Connect, panther: DemoPanther, way: str) -> None:
    app = welcome(connect, PantherAccess())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        field = app.screen.query_one(ApiField)
        if way == "click":
            await pilot.click(field)
        else:
            field.focus()
            await pilot.press(way)
        await settle(pilot)
        dialog = app.screen
        assert isinstance(dialog, TokenDialog)
        dialog.address.value, dialog.token.value = panther.url, panther.token
        await pilot.pause()
        await pilot.click("#token-connect")
        await settle(pilot)
        assert "✓ this machine: 0 S3 sources" in says(app)
        assert "5 Source" in stages(app)
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert (app.results[0].answers.api_url, app.results[0].answers.by_api) == (panther.url, True)


async def test_leaving_the_dialog_leaves_it_as_it_was(connect: Connect, known: DemoPanther) -> None:
    app = welcome(connect, PantherAccess())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one(ApiField).focus()
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, TokenDialog)
        await pilot.press("escape")
        await settle(pilot)
        assert "✓ this machine" in says(app)
        assert isinstance(app.focused, ApiField)


async def test_going_on_without_is_shown_and_kept(connect: Connect, known: DemoPanther) -> None:
    app = welcome(connect, PantherAccess())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click(ApiField)
        await settle(pilot)
        await pilot.click("#token-without")
        await settle(pilot)
        assert OPTIONAL in says(app)
        assert "Source" not in stages(app)
        await pilot.press("ctrl+n")
        await settle(pilot)
    answers = app.results[0].answers
    assert (answers.api_url, answers.by_api, answers.without_api) == (known.url, False, True)
    asked = len(known.requests)
    again = HostApp(WelcomeScreen(answers, connect, PantherAccess))
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert OPTIONAL in says(again)
    assert len(known.requests) == asked


async def test_an_answer_that_comes_after_it_was_declined_connects_nothing(
    connect: Connect, known: DemoPanther
) -> None:
    known.faults.add("slow", seconds=0.6)
    app = welcome(connect, PantherAccess())
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: known.requests)
        await pilot.click(ApiField)
        await come(pilot, lambda: isinstance(app.screen, TokenDialog))
        await pilot.click("#token-without")
        await settle(pilot)
        await pilot.pause(0.8)
        await settle(pilot)
        assert OPTIONAL in says(app)
        assert "Source" not in stages(app)


async def test_going_on_does_not_wait_for_panther(connect: Connect, known: DemoPanther) -> None:
    known.faults.add("slow", seconds=5)
    app = welcome(connect, PantherAccess())
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: known.requests and "Account 111122223333" in text_of(app))
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert len(app.results) == 1  # while Panther has not answered yet
        known.stop()
    assert isinstance(app.results[0], Forward)
    answers = app.results[0].answers
    assert (answers.by_api, answers.api_url) == (True, known.url)  # the steps that ask it say what is in the way


async def test_a_token_that_was_typed_before_holds_when_one_comes_back(connect: Connect, panther: DemoPanther) -> None:
    app = welcome(connect, access_to(panther), panther.url, by_api=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "✓ this machine: 0 S3 sources" in says(app)


async def test_the_stages_follow_what_is_chosen(connect: Connect, panther: DemoPanther) -> None:
    access = PantherAccess()
    access.use(panther.url, Token("ended-since"))
    app = welcome(connect, access, panther.url, by_api=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Source" not in stages(app)  # it was there before, and is not reached any more
        assert "does not accept" in warns(app)
