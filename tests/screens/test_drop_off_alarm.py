from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Button, Checkbox, Input, Select

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.demo.panther import DemoPanther
from panther_s3.flow import Back, Forward, GoTo, Step
from panther_s3.journal import Journal
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.reading import PantherReader
from panther_s3.tokens import Token
from screens.drop_off_alarm import DropOffAlarmScreen
from screens.parts.dialogs import ConfirmDialog, UnexpectedDialog
from screens.parts.token_dialog import TokenDialog
from tests.host import HostApp, settle, text_of
from tests.screens.connected import access_to, alarm_in, made_in


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


@pytest.fixture
def made(panther: DemoPanther, connected: Answers) -> Answers:
    """What is known once Panther has the source."""
    return replace(connected, source_id=made_in(panther, connected.source))


def in_panther(answers: Answers, access: PantherAccess) -> HostApp:
    """The step where Panther has the source, and is reached."""
    return HostApp(DropOffAlarmScreen(answers, Aws(None, "us-west-2"), access))


def says(app: HostApp) -> str:
    return text_of(app, "#alarm-state")


def onwards(app: HostApp) -> str:
    return str(app.screen.query_one("#forward", Button).label)


async def test_the_alarm_is_set_read_back_and_on_record(panther: DemoPanther, made: Answers) -> None:
    journal = Journal()
    app = in_panther(made, access_to(panther, journal))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert says(app) == "· Panther has no drop-off alarm for this source."
        assert onwards(app) == "Set the alarm"
        await pilot.press("ctrl+n")
        await settle(pilot)
        (toast,) = app._notifications
        assert toast.message.startswith("Panther alerts after 24 hours without an event")
    (result,) = app.results
    assert isinstance(result, Forward)
    assert result.answers.alarm_set == 1440
    assert alarm_in(panther, made.source_id) == 1440
    (change,) = journal.record.changes
    assert (change.before, change.after, change.in_force) == (None, 1440, True)


async def test_the_way_on_names_what_it_does_in_panther(
    panther: DemoPanther, made: Answers, access: PantherAccess
) -> None:
    access.api(panther.url).put_alarm(made.source_id, "prod trail", 1440)
    app = in_panther(made, access)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Panther alerts after 24 hours" in says(app)
        assert onwards(app) == "Continue"
        app.screen.query_one("#alarm-number", Input).value = "36"
        await settle(pilot)
        assert onwards(app) == "Set the alarm"
        app.screen.query_one("#alarm-on", Checkbox).toggle()
        await settle(pilot)
        assert onwards(app) == "Take the alarm away"
        before = len(panther.requests)
        app.screen.query_one("#alarm-on", Checkbox).toggle()
        app.screen.query_one("#alarm-number", Input).value = "24"
        await settle(pilot)
        assert onwards(app) == "Continue"
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert len(panther.requests) == before  # nothing is to be done
    assert app.results[0].answers.alarm_set == 1440


async def test_an_alarm_is_taken_away(panther: DemoPanther, made: Answers) -> None:
    journal = Journal()
    access = access_to(panther, journal)
    access_to(panther).api(panther.url).put_alarm(made.source_id, "prod trail", 1440)
    app = in_panther(made, access)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("space")
        await settle(pilot)
        assert onwards(app) == "Take the alarm away"
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert alarm_in(panther, made.source_id) is None
    assert app.results[0].answers.alarm_set is None
    assert app.results[0].answers.source.drop_off_alarm_minutes is None
    assert [(change.before, change.after) for change in journal.record.changes] == [(1440, None)]


async def test_an_alarm_that_was_not_read_yet_is_taken_away_all_the_same(
    panther: DemoPanther, made: Answers, access: PantherAccess
) -> None:
    access.api(panther.url).put_alarm(made.source_id, "prod trail", 1440)
    panther.faults.add("slow", method="GET", path_contains="log-source-alarms", seconds=0.7)
    app = in_panther(replace(made, alarm_on=False), access)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Asking Panther" in says(app)
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert isinstance(app.results[0], Forward)
    assert alarm_in(panther, made.source_id) is None


async def test_a_refusal_is_shown_and_going_on_without_leaves_it_to_the_hand(
    panther: DemoPanther, made: Answers
) -> None:
    access = PantherAccess()
    access.use(panther.url, Token(panther.read_only_token))
    app = in_panther(made, access)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not app.screen.query_one("#go-on").display
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert "may not set the drop-off alarm" in text_of(app, ".problem-title")
        assert says(app) == "! Which alarm Panther has is not known."
        assert app.results == []
        access.use(panther.url, Token(panther.token))
        app.screen.query_one(".problem-retry", Button).press()
        await settle(pilot)
        assert says(app) == "· Panther has no drop-off alarm for this source."
        assert not app.screen.query_one("#problem").display
        await pilot.click("#go-on")
        await settle(pilot)
    (result,) = app.results
    assert isinstance(result, Forward)
    assert result.answers.source.drop_off_alarm_minutes == 1440
    assert result.answers.alarm_set is None
    assert alarm_in(panther, made.source_id) is None


@pytest.mark.usefixtures("quick_retries")
async def test_another_token_can_be_named_where_the_one_known_may_not_set_it(
    panther: DemoPanther, made: Answers
) -> None:
    access = PantherAccess()
    access.use(panther.url, Token(panther.read_only_token))
    app = in_panther(made, access)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert "The API token may not set the drop-off alarm" in text_of(app, ".problem-title")
        await pilot.click(".problem-token")
        await settle(pilot)
        assert isinstance(app.screen, TokenDialog)
        app.screen.query_one("#api-token", Input).value = panther.token
        await pilot.click("#token-connect")
        await settle(pilot)
    (result,) = app.results
    assert isinstance(result, GoTo)
    assert result.step is Step.DROP_OFF_ALARM
    assert (result.answers.by_api, result.answers.without_api) == (True, False)
    access.api(panther.url).put_alarm(made.source_id, made.source.name, 60)
    assert alarm_in(panther, made.source_id) == 60


async def test_an_alarm_whose_answer_is_lost_is_set_once(panther: DemoPanther, made: Answers) -> None:
    journal = Journal()
    panther.faults.add("cut_after", method="PUT", path_contains="log-source-alarms")
    app = in_panther(made, access_to(panther, journal))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.alarm_set == 1440
    assert alarm_in(panther, made.source_id) == 1440
    assert [change.in_force for change in journal.record.changes] == [True]


async def test_a_second_press_while_it_is_set_does_nothing(
    panther: DemoPanther, made: Answers, access: PantherAccess
) -> None:
    app = in_panther(made, access)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        panther.faults.add("slow", method="PUT", path_contains="log-source-alarms", seconds=1.5)
        await pilot.press("ctrl+n", "ctrl+n")
        await pilot.click("#forward")
        assert says(app) == "… Setting the alarm…"
        await settle(pilot)
    assert len(app.results) == 1
    assert len([path for method, path in panther.requests if method == "PUT"]) == 1


async def test_an_alarm_that_was_set_under_a_dialog_is_shown_afterwards(
    panther: DemoPanther, made: Answers, access: PantherAccess
) -> None:
    app = in_panther(made, access)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        panther.faults.add("slow", method="PUT", path_contains="log-source-alarms", seconds=0.5)
        await pilot.press("ctrl+n")
        await app.push_screen(ConfirmDialog("Quit?", "It goes on.", do="Quit"))
        await settle(pilot)
        assert app.results == []
        await pilot.press("escape")
        await settle(pilot)
        assert "Panther alerts after 24 hours" in says(app)
        assert onwards(app) == "Continue"
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.alarm_set == 1440


async def test_a_wrong_number_is_not_sent(panther: DemoPanther, made: Answers, access: PantherAccess) -> None:
    app = in_panther(replace(made, alarm_number="31", alarm_period="days"), access)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert "at most 30 days" in told(app)
        assert app.results == []
    assert alarm_in(panther, made.source_id) is None


async def test_an_unexpected_error_leaves_a_way_on(
    panther: DemoPanther, made: Answers, access: PantherAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(PantherReader, "read_alarm", fail)
    app = in_panther(made, access)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, UnexpectedDialog)
        await pilot.press("escape")
        await settle(pilot)
        assert says(app) == "! Which alarm Panther has is not known."
        await pilot.click("#go-on")
        await settle(pilot)
    assert isinstance(app.results[0], Forward)


async def test_without_a_source_in_panther_nothing_is_asked(panther: DemoPanther, connected: Answers) -> None:
    app = in_panther(connected, PantherAccess())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not app.screen.query("#alarm-state")
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert isinstance(app.results[0], Forward)
    assert panther.requests == []
