from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Checkbox, Input, Select

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.flow import Back, Forward
from panther_s3.panther_api.access import PantherAccess
from screens.drop_off_alarm import DropOffAlarmScreen
from tests.host import HostApp, settle, text_of


def told(app: HostApp) -> str:
    return text_of(app, "#alarm-number-field .field-message")


async def test_a_day_is_proposed_and_said_in_words(filled: Answers) -> None:
    app = HostApp(DropOffAlarmScreen(filled, Aws(None, "us-west-2"), PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.screen.query_one("#alarm-on", Checkbox).value
        assert "for 24 hours" in text_of(app, "#alarm-meaning")


async def test_each_number_that_panther_cannot_wait_has_its_sentence(filled: Answers) -> None:
    app = HostApp(DropOffAlarmScreen(filled, Aws(None, "us-west-2"), PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for number, period, expected in (
            ("", "hours", "Enter a number"),
            ("14", "minutes", "at least 15 minutes"),
            ("31", "days", "at most 30 days"),
            ("1.5", "hours", "digits alone"),
            ("-1", "hours", "digits alone"),
            ("٣", "days", "digits alone"),
            ("9" * 5000, "minutes", "at most 30 days"),
        ):
            app.screen.query_one("#alarm-period", Select).value = period
            app.screen.query_one("#alarm-number", Input).value = number
            await pilot.press("ctrl+n")
            await settle(pilot)
            assert app.results == []
            assert expected in told(app)
            assert text_of(app, "#alarm-meaning") == ""
            assert app.focused is app.screen.query_one("#alarm-number")


async def test_another_period_can_mend_a_refused_number(filled: Answers) -> None:
    app = HostApp(
        DropOffAlarmScreen(
            replace(filled, alarm_number="5", alarm_period="minutes"), Aws(None, "us-west-2"), PantherAccess()
        )
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert "at least 15 minutes" in told(app)
        app.screen.query_one("#alarm-period", Select).value = "hours"
        await settle(pilot)
        assert "at least" not in told(app)
        assert "for 5 hours" in text_of(app, "#alarm-meaning")
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.source.drop_off_alarm_minutes == 300


async def test_without_an_alarm_a_wrong_number_holds_nobody_up(filled: Answers) -> None:
    app = HostApp(DropOffAlarmScreen(replace(filled, alarm_number="never"), Aws(None, "us-west-2"), PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("space")
        await settle(pilot)
        assert not app.screen.query_one("#alarm-when").display
        assert "will not say so" in text_of(app, "#alarm-meaning")
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert isinstance(app.results[0], Forward)
    assert app.results[0].answers.source.drop_off_alarm_minutes is None


async def test_what_was_typed_is_there_again_after_the_alarm_was_off(filled: Answers) -> None:
    app = HostApp(DropOffAlarmScreen(replace(filled, alarm_number="36"), Aws(None, "us-west-2"), PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("space", "space")
        await settle(pilot)
        assert app.screen.query_one("#alarm-number", Input).value == "36"
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.source.drop_off_alarm_minutes == 36 * 60


async def test_back_keeps_a_number_that_would_be_refused(filled: Answers) -> None:
    app = HostApp(DropOffAlarmScreen(filled, Aws(None, "us-west-2"), PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#alarm-number", Input).value = "soon"
        await pilot.press("escape")
        await settle(pilot)
    (back,) = app.results
    assert isinstance(back, Back)
    assert back.answers.alarm_number == "soon"
    assert back.answers.source.drop_off_alarm_minutes is None


@pytest.mark.parametrize("pasted", [" 48 ", "48\n"])
async def test_a_pasted_number_is_taken_without_its_blanks(filled: Answers, pasted: str) -> None:
    from textual import events

    app = HostApp(DropOffAlarmScreen(replace(filled, alarm_number=""), Aws(None, "us-west-2"), PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#alarm-number").focus()
        await pilot.pause()
        app.post_message(events.Paste(pasted))
        await settle(pilot)
        assert "for 48 hours" in text_of(app, "#alarm-meaning")
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.source.drop_off_alarm_minutes == 48 * 60
