from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from textual import events
from textual.pilot import Pilot
from textual.widgets import Button, Checkbox, Input

from panther_s3.demo.panther import DemoPanther
from panther_s3.panther_api.access import PantherAccess
from panther_s3.tokens import Origin, Token, find_token
from screens.parts.chrome import KeyFooter
from screens.parts.problem_panel import ProblemPanel
from screens.parts.token_dialog import ApiChoice, TokenDialog
from tests.host import HOSTILE, HostApp, settle, text_of
from tests.panther import for_a_while, until

NOBODY = "http://127.0.0.1:9"
"""A port where nobody listens."""
SECRET = "s3cr3t-0f-4cm3"


class Memory(KeyringBackend):
    """A keyring that keeps what it is given as long as it lives."""

    priority = 0.1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Locked(Memory):
    """One whose owner does not unlock it."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("The collection is locked")


@pytest.fixture
def ring() -> Iterator[Memory]:
    """A keyring of the test's own; the former one comes back."""
    before = keyring.get_keyring()
    mine = Memory()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture
def locked() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Locked())
    yield
    keyring.set_keyring(before)


async def fill(pilot: Pilot[Any], url: str, token: str) -> None:
    """Type address and token, and connect by Enter."""
    dialog = dialog_of(pilot)
    dialog.address.value, dialog.token.value = url, token
    dialog.token.input.focus()
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot)


def dialog_of(pilot: Pilot[Any]) -> TokenDialog:
    dialog = pilot.app.screen
    assert isinstance(dialog, TokenDialog)
    return dialog


def all_that_is_seen(app: HostApp) -> str:
    """Everything on the screen: as text, and as the picture that Textual saves."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips) + app.export_screenshot()


async def test_a_token_that_panther_takes_closes_the_dialog_and_is_known_from_then_on(panther: DemoPanther) -> None:
    access = PantherAccess()
    app = HostApp(TokenDialog(access, ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await fill(pilot, panther.url, panther.token)
    assert app.results == [ApiChoice(panther.url, by_api=True)]
    assert access.find(panther.url).origin == "typed in this run"
    assert access.sources(panther.url) == ()


async def test_each_fault_stands_under_its_field_and_nothing_is_sent(panther: DemoPanther) -> None:
    app = HostApp(TokenDialog(PantherAccess(), ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click("#token-connect")
        await settle(pilot)
        dialog = dialog_of(pilot)
        assert "address" in dialog.address.fault.lower()
        assert "Enter the token" in text_of(app, "#api-token-field .field-message")
        assert app.focused is dialog.address.input
        await fill(pilot, "http://acme.runpanther.net", "two words")
        assert "Use https://" in text_of(app, "#api-url-field .field-message")
        assert "Leave out the blanks" in text_of(app, "#api-token-field .field-message")
        assert app.results == []
    assert panther.requests == []


async def test_a_refused_token_is_said_with_the_way_out_and_another_one_goes_through(panther: DemoPanther) -> None:
    access = PantherAccess()
    app = HostApp(TokenDialog(access, panther.url))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await fill(pilot, panther.url, SECRET)
        assert "does not accept the API token" in text_of(app, ".problem-title")
        assert "gear icon > API Tokens" in text_of(app, ".problem-remedy")
        assert app.focused is dialog_of(pilot).token.input
        assert access.find(panther.url).api is None
        await fill(pilot, panther.url, panther.token)
    assert app.results == [ApiChoice(panther.url, by_api=True)]


async def test_a_refused_token_takes_the_place_of_none_that_is_known(panther: DemoPanther) -> None:
    access = PantherAccess()
    access.use(panther.url, Token(panther.token))
    app = HostApp(TokenDialog(access, panther.url, known=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await fill(pilot, panther.url, SECRET)
        assert "does not accept" in text_of(app, ".problem-title")
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [None]
    assert access.sources(panther.url, anew=True) == ()  # the token that was known still holds


async def test_the_known_token_is_used_where_the_field_is_left_empty(panther: DemoPanther) -> None:
    access = PantherAccess()
    access.use(panther.url, Token(panther.token))
    app = HostApp(TokenDialog(access, panther.url, known=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Leave it empty" in text_of(app, "#api-token-field .field-message")
        await pilot.click("#token-connect")
        await settle(pilot)
    assert app.results == [ApiChoice(panther.url, by_api=True)]


async def test_a_token_that_is_known_elsewhere_is_found_and_used(
    panther: DemoPanther, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PANTHER_API_TOKEN", panther.token)
    app = HostApp(TokenDialog(PantherAccess(), panther.url))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Leave it empty" in text_of(app, "#api-token-field .field-message")
        await pilot.click("#token-connect")
        await settle(pilot)
    assert app.results == [ApiChoice(panther.url, by_api=True)]


async def test_the_known_token_is_not_offered_to_another_address(panther: DemoPanther) -> None:
    app = HostApp(TokenDialog(PantherAccess(), panther.url, known=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        dialog_of(pilot).address.value = NOBODY
        await settle(pilot)
        await pilot.click("#token-connect")
        await settle(pilot)
        assert "Enter the token" in text_of(app, "#api-token-field .field-message")
    assert app.results == []


async def test_an_address_where_nobody_listens_is_said(quick_retries: None) -> None:
    app = HostApp(TokenDialog(PantherAccess(), ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await fill(pilot, NOBODY, SECRET)
        assert "127.0.0.1:9 cannot be reached" in text_of(app, ".problem-title")
        assert "Nothing was sent" in text_of(app, ".problem-remedy")
        assert not dialog_of(pilot).connect.disabled


async def test_the_token_is_kept_in_the_keyring_only_where_that_is_wanted(panther: DemoPanther, ring: Memory) -> None:
    for wanted in (False, True):
        app = HostApp(TokenDialog(PantherAccess(), panther.url))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            if wanted:
                await pilot.click("#token-keep")
                await settle(pilot)
            await fill(pilot, panther.url, panther.token)
        assert app.results == [ApiChoice(panther.url, by_api=True)]
        assert list(ring.kept.values()) == ([panther.token] if wanted else [])
    found = find_token(panther.url)
    assert found.origin is Origin.KEYRING
    assert found.token == Token(panther.token)


async def test_a_refused_token_is_not_kept(panther: DemoPanther, ring: Memory) -> None:
    app = HostApp(TokenDialog(PantherAccess(), panther.url))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click("#token-keep")
        await fill(pilot, panther.url, SECRET)
        assert "does not accept" in text_of(app, ".problem-title")
    assert ring.kept == {}


async def _is_told_and_goes_on(panther: DemoPanther, words: str) -> None:
    access = PantherAccess()
    app = HostApp(TokenDialog(access, panther.url))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click("#token-keep")
        await fill(pilot, panther.url, panther.token)
        assert app.results == []
        told = text_of(app, "#token-status")
        assert words in told
        assert "The token holds for this run" in told
        go_on = dialog_of(pilot).connect
        assert str(go_on.label) == "Go on"
        assert app.focused is go_on
        asked = len(panther.requests)
        await pilot.press("enter")
        await settle(pilot)
        assert len(panther.requests) == asked  # it was tried, and is not tried again
    assert app.results == [ApiChoice(panther.url, by_api=True)]
    assert access.find(panther.url).api is not None


async def test_without_a_keyring_the_token_holds_for_the_run(panther: DemoPanther) -> None:
    await _is_told_and_goes_on(panther, "There is no keyring on this machine")


@pytest.mark.usefixtures("locked")
async def test_a_locked_keyring_is_told_and_the_token_holds_for_the_run(panther: DemoPanther) -> None:
    await _is_told_and_goes_on(panther, "is locked")


async def test_another_token_after_that_is_tried_anew(panther: DemoPanther) -> None:
    app = HostApp(TokenDialog(PantherAccess(), panther.url))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click("#token-keep")
        await fill(pilot, panther.url, panther.token)
        assert str(dialog_of(pilot).connect.label) == "Go on"
        await fill(pilot, panther.url, SECRET)
        assert "does not accept" in text_of(app, ".problem-title")
        assert str(dialog_of(pilot).connect.label) == "Connect"
    assert app.results == []


async def test_going_on_without_keeps_the_address_where_it_is_one(panther: DemoPanther) -> None:
    for typed, base in (("https://acme.runpanther.net", "https://api.acme.runpanther.net"), ("acme", ""), ("", "")):
        app = HostApp(TokenDialog(PantherAccess(), ""))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            dialog_of(pilot).address.value = typed
            await settle(pilot)
            await pilot.click("#token-without")
            await settle(pilot)
        assert app.results == [ApiChoice(base, by_api=False)]


@pytest.mark.parametrize("way", ["escape", "click"])
async def test_cancel_changes_nothing(panther: DemoPanther, way: str) -> None:
    access = PantherAccess()
    app = HostApp(TokenDialog(access, panther.url))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        dialog_of(pilot).token.value = panther.token
        await settle(pilot)
        await (pilot.press("escape") if way == "escape" else pilot.click("#token-cancel"))
        await settle(pilot)
    assert app.results == [None]
    assert access.find(panther.url).api is None


async def test_cancel_while_panther_is_asked_uses_and_keeps_nothing(panther: DemoPanther, ring: Memory) -> None:
    panther.faults.add("slow", seconds=0.5)
    access = PantherAccess()
    app = HostApp(TokenDialog(access, panther.url))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click("#token-keep")
        dialog = dialog_of(pilot)
        dialog.token.value = panther.token
        dialog.token.input.focus()
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert "Asking Panther" in text_of(app, "#token-status")
        (thread,) = [worker for worker in app.workers if worker.group == "token"]
        await pilot.press("enter")  # a second press asks no second time
        await pilot.press("escape")
        await settle(pilot)
        assert app.results == [None]
        assert thread.is_cancelled
    until(lambda: panther.requests)
    for_a_while(lambda: ring.kept or access.find(panther.url).api is not None)
    assert len(panther.requests) == 1


async def test_the_token_is_seen_copied_and_given_back_nowhere(panther: DemoPanther) -> None:
    app = HostApp(TokenDialog(PantherAccess(), panther.url))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        dialog = dialog_of(pilot)
        dialog.token.input.focus()
        await pilot.press(*SECRET)
        assert SECRET not in all_that_is_seen(app)
        assert "•" * len(SECRET) in all_that_is_seen(app)
        await pilot.press("home", "shift+end", "ctrl+c")
        await pilot.pause()
        assert dialog.token.input.selection.start != dialog.token.input.selection.end
        assert "not copied" in "".join(toast.message for toast in app._notifications)
        await pilot.press("ctrl+x")
        await pilot.pause()
        assert dialog.token.value == ""
        assert (app.copied, app.clipboard) == ([], "")
        await fill(pilot, panther.url, SECRET)
        assert "does not accept" in text_of(app, ".problem-title")
        assert SECRET not in all_that_is_seen(app)
        await fill(pilot, panther.url, panther.token)
        assert SECRET not in all_that_is_seen(app)
        assert panther.token not in all_that_is_seen(app)
    assert app.results
    assert panther.token not in repr(app.results)


async def test_a_pasted_token_loses_its_line_end(panther: DemoPanther) -> None:
    app = HostApp(TokenDialog(PantherAccess(), panther.url))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        dialog_of(pilot).token.input.focus()
        await pilot.pause()
        app.post_message(events.Paste(f"\n {panther.token} \n"))
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
    assert app.results == [ApiChoice(panther.url, by_api=True)]


async def test_enter_in_the_token_connects_and_ticks_no_box(panther: DemoPanther) -> None:
    panther.faults.add("slow", seconds=0.6)
    app = HostApp(TokenDialog(PantherAccess(), panther.url))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        dialog_of(pilot).token.input.focus()
        await pilot.press(*SECRET, "enter", "enter", "enter")
        assert not app.screen.query_one("#token-keep", Checkbox).value
        assert app.focused is dialog_of(pilot).token.input
        await settle(pilot)
        assert "does not accept" in text_of(app, ".problem-title")
    assert len(panther.requests) == 1


async def test_an_unexpected_error_is_shown_and_the_dialog_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("[/] nobody thought of this")

    monkeypatch.setattr(PantherAccess, "sources", fail)
    app = HostApp(TokenDialog(PantherAccess(), NOBODY))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await fill(pilot, NOBODY, SECRET)
        assert "Something unexpected" in text_of(app, ".problem-title")
        assert "[/] nobody thought of this" in text_of(app, ".problem-cause")
        assert not dialog_of(pilot).connect.disabled
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [None]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_of_panther_are_shown_as_they_are(panther: DemoPanther, text: str) -> None:
    panther.faults.add("status", status=403, body={"message": f"no: {text}"})
    app = HostApp(TokenDialog(PantherAccess(), text))
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        await fill(pilot, panther.url, SECRET)
        cause = text_of(app, ".problem-cause")
        assert "no: " in cause
        assert text in cause or not text.isprintable()
        assert "\x1b" not in all_that_is_seen(app)
        assert "\x07" not in all_that_is_seen(app)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_with_the_problem_shown_every_field_and_button_can_be_reached(
    panther: DemoPanther, size: tuple[int, int]
) -> None:
    words = "A proxy on the way answered in place of Panther, with a page of its own that says very much. " * 4
    panther.faults.add("status", status=403, body={"message": words})
    app = HostApp(TokenDialog(PantherAccess(), panther.url))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await fill(pilot, panther.url, SECRET)
        box, form = app.screen.query_one(".dialog"), app.screen.query_one("#token-form")
        for button in app.screen.query(".dialog-actions Button").results(Button):
            assert box.content_region.contains_region(button.region), button
        assert form.region.overlaps(app.screen.query_one(ProblemPanel).region)
        for field in app.screen.query("Input").results(Input):
            field.focus()
            await pilot.pause()
            assert form.region.contains_region(field.region), field
        assert len(app.screen.query(KeyFooter)) == 1


async def test_no_key_is_a_trap(panther: DemoPanther) -> None:
    app = HostApp(TokenDialog(PantherAccess(), panther.url))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        seen = []
        for _ in range(6):
            seen.append(app.focused.id if app.focused else "")
            await pilot.press("tab")
        for key in ("up", "down", "left", "right", "pageup", "pagedown", "f1", "ctrl+n", "home"):
            await pilot.press(key)
        await pilot.press("escape")
        await settle(pilot)
    assert seen == ["api-url", "api-token", "token-keep", "token-cancel", "token-without", "token-connect"]
    assert app.results == [None]
