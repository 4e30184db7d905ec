from __future__ import annotations

from textual.widgets import Input

from screens.parts.suffix_dialog import SuffixDialog
from tests.host import HostApp, settle, text_of


async def test_a_suffix_is_given_by_enter() -> None:
    app = HostApp(SuffixDialog(""))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*".json.gz", "enter")
        await settle(pilot)
    assert app.results == [".json.gz"]


async def test_one_that_was_there_can_be_taken_away() -> None:
    app = HostApp(SuffixDialog(".gz"))
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(Input).value = ""
        await pilot.click("#suffix-take")
        await settle(pilot)
    assert app.results == [""]


async def test_a_wildcard_is_refused_with_the_rule_and_stays_to_be_corrected() -> None:
    app = HostApp(SuffixDialog(""))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"*.gz", "enter")
        await settle(pilot)
        assert "takes no wildcard" in text_of(app, "#suffix-fault")
        assert app.results == []
        assert app.screen.query_one(Input).has_focus


async def test_escape_leaves_it_as_it_is() -> None:
    app = HostApp(SuffixDialog(".gz"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [None]
