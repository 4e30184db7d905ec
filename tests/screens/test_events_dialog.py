from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from panther_s3.answers import Answers
from panther_s3.demo import EmbeddedAws
from panther_s3.demo.panther import DemoPanther
from panther_s3.first_events import Seen
from panther_s3.panther import INPUT_QUEUE
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.model import Alarm, SourceHealth
from panther_s3.tokens import Token
from screens.parts import events_dialog
from screens.parts.chrome import KeyFooter
from screens.parts.dialogs import QuitDialog
from screens.parts.events_dialog import EventsDialog
from screens.parts.sign_row import SignRow
from tests.host import HOSTILE, HostApp, settle, text_of
from tests.panther import Customer, client_of, demo_panther
from tests.screens.connected import answers_of, come, gateway_of, made_in
from tui.app import WizardApp

CLOUDTRAIL = json.dumps({"Records": [{"eventVersion": "1.08", "eventName": "GetObject"}]}).encode()
HEALTHY = SourceHealth(True)


@pytest.fixture
def panther(embedded_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    """A Panther whose queue has the name that every Panther's has."""
    with demo_panther(embedded_aws.endpoint_url, queue=INPUT_QUEUE) as panther:
        yield panther


@pytest.fixture
def customer(embedded_aws: EmbeddedAws, panther: DemoPanther) -> Customer:
    return Customer(embedded_aws.endpoint_url, panther)


@pytest.fixture(autouse=True)
def quick_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again after a moment, as a patient operator would see it after a few seconds."""
    monkeypatch.setattr(events_dialog, "LOOK_SECONDS", 0.1)


@pytest.fixture
def made(customer: Customer, panther: DemoPanther) -> Answers:
    """What is known once Panther has the customer's source."""
    answers = answers_of(customer, panther)
    return replace(answers, source_id=made_in(panther, answers.source))


def signs(app: HostApp) -> dict[str, str]:
    """How every sign stands, by its name: the mark and the word."""
    shown = {}
    for row in app.screen.query(SignRow):
        if len(parts := row.query(Static)) == 2:  # else it is not mounted yet
            title, told = (str(each.render()) for each in parts)
            shown[title] = told.splitlines()[0]
    return shown


def summary(app: HostApp) -> str:
    return text_of(app, "#events-summary")


async def test_events_are_followed_from_none_to_processed(
    customer: Customer, panther: DemoPanther, access: PantherAccess, made: Answers
) -> None:
    customer.make_role()
    topic = customer.notify("logs/")
    access.api(panther.url).put_alarm(made.source_id, made.source.name, 60)
    app = HostApp(EventsDialog(made.with_source(topic_arn=topic), gateway_of(customer), access))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: signs(app).get("Subscription", "").startswith("✓"))
        await come(pilot, lambda: signs(app)["Source in Panther"] == "✓ Healthy")
        assert "Waiting for the first events" in summary(app)
        assert signs(app) == {
            "Source in Panther": "✓ Healthy",
            "Subscription": "✓ Confirmed",
            "Last event received": "… None yet",
            "Last event processed": "… None yet",
            "Drop-off alarm": "· After 1 hour",
        }
        customer.put("logs/first.json", CLOUDTRAIL)
        await come(pilot, lambda: signs(app)["Last event processed"].startswith("✓"))
        await come(pilot, lambda: signs(app)["Drop-off alarm"].startswith("✓"))
        assert signs(app)["Last event received"].startswith("✓")
        assert "The onboarding is done" in summary(app)
        await pilot.press("x")
        await pilot.pause()
    (seen,) = app.results
    assert isinstance(seen, Seen)
    assert seen.health.processed_at


async def test_what_keeps_panther_out_is_told_as_unhealthy_and_events_that_come_are_not_processed(
    customer: Customer, panther: DemoPanther, access: PantherAccess, made: Answers
) -> None:
    customer.make_role(leave_out="ReadObjects")
    topic = customer.notify("logs/")
    customer.put("logs/unreadable.json", CLOUDTRAIL)
    app = HostApp(EventsDialog(made.with_source(topic_arn=topic), gateway_of(customer), access))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: signs(app))
        customer.put("logs/second.json", CLOUDTRAIL)
        await come(pilot, lambda: signs(app)["Last event received"].startswith("✓"))
        await come(pilot, lambda: signs(app)["Source in Panther"] == "✗ Unhealthy")
        assert signs(app)["Last event processed"] == "… None yet"
        assert "being processed" in summary(app)
        assert signs(app)["Drop-off alarm"] == "- None"


async def test_a_source_that_somebody_deletes_is_told_as_gone(
    panther: DemoPanther, access: PantherAccess, made: Answers
) -> None:
    app = HostApp(EventsDialog(made, None, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: signs(app))
        assert signs(app)["Subscription"] == "? Unknown"  # without an identity AWS is not asked
        with client_of(panther) as client:
            client.delete(f"/log-sources/s3/{made.source_id}")
        await come(pilot, lambda: signs(app)["Source in Panther"] == "✗ Gone")
        assert "no such source" in summary(app)


@pytest.mark.usefixtures("quick_retries")
async def test_where_panther_is_not_reached_that_is_told_and_it_is_asked_on(
    panther: DemoPanther, access: PantherAccess, made: Answers
) -> None:
    panther.faults.add("html500", times=3)
    app = HostApp(EventsDialog(made, None, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: "Internal Server Error" in text_of(app, "#events-complaints"))
        await come(pilot, lambda: signs(app)["Source in Panther"] != "? Unknown")
        assert not app.screen.query_one("#events-complaints").display


async def test_without_a_token_that_is_said(made: Answers) -> None:
    app = HostApp(EventsDialog(made, None, PantherAccess()))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: signs(app))
        assert "No API token is known" in text_of(app, "#events-complaints")


@pytest.mark.parametrize(
    ("alarm", "word"),
    [
        (Alarm(60, "OK"), "✓ After 1 hour"),
        (Alarm(60, "ALARM"), "✗ After 1 hour"),
        (Alarm(60, "INSUFFICIENT_DATA"), "· After 1 hour"),
        (Alarm(60, "A_LATER_STATE"), "· After 1 hour"),
        (None, "! Not set"),
    ],
)
async def test_each_state_of_the_alarm_has_its_mark(
    access: PantherAccess, made: Answers, monkeypatch: pytest.MonkeyPatch, alarm: Alarm | None, word: str
) -> None:
    monkeypatch.setattr(events_dialog, "LOOK_SECONDS", 60)
    app = HostApp(EventsDialog(made.with_source(drop_off_alarm_minutes=60), None, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.post_message(EventsDialog.Looked(Seen(HEALTHY, alarm=alarm)))
        await settle(pilot)
        assert signs(app)["Drop-off alarm"] == word


@pytest.mark.parametrize(
    "key", ["a", "Z", "5", "space", "enter", "escape", "up", "left", "pagedown", "tab", "shift+tab", "f1", "ctrl+n"]
)
async def test_any_key_leaves(access: PantherAccess, made: Answers, key: str) -> None:
    app = HostApp(EventsDialog(made, None, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: signs(app))
        await pilot.press(key)
        await pilot.pause()
        assert len(app.results) == 1


async def test_a_click_leaves_and_so_does_a_key_before_anything_was_seen(
    panther: DemoPanther, access: PantherAccess, made: Answers
) -> None:
    app = HostApp(EventsDialog(made, None, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: signs(app))
        await pilot.click("#events-summary")
        await pilot.pause()
    assert len(app.results) == 1
    panther.faults.add("slow", seconds=1)
    app = HostApp(EventsDialog(made, None, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("q", "q")  # and the second one finds nothing that it could end
        await pilot.pause()
    assert app.results == [None]


async def test_no_question_is_asked_before_the_last_one_is_answered(
    panther: DemoPanther, access: PantherAccess, made: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_dialog, "LOOK_SECONDS", 0.02)
    panther.faults.add("slow", times=1, seconds=0.6)
    before = len(panther.requests)
    app = HostApp(EventsDialog(made, None, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: len(panther.requests) > before)
        for _ in range(8):
            await pilot.pause(0.03)
            assert len(panther.requests) == before + 1
        await come(pilot, lambda: len(panther.requests) > before + 4)  # and then it goes on
        await pilot.press("x")
        await pilot.pause()
    assert len(app.results) == 1


async def test_an_unexpected_error_is_shown_and_it_is_looked_at_again(
    access: PantherAccess, made: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("[/] nobody thought of this")

    monkeypatch.setattr(events_dialog, "look_for_events", fail)
    app = HostApp(EventsDialog(made, None, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: "nobody thought of this" in summary(app))
        assert "✗ Something unexpected went wrong" in summary(app)
        assert "[/]" in summary(app)
        monkeypatch.undo()
        monkeypatch.setattr(events_dialog, "LOOK_SECONDS", 0.1)
        await come(pilot, lambda: signs(app))
        assert "Panther calls the source unhealthy" in summary(app)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_texts_are_shown_as_they_are(access: PantherAccess, made: Answers, text: str) -> None:
    app = HostApp(EventsDialog(made.with_source(name=text), None, access))
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await come(pilot, lambda: signs(app))
        seen = Seen(SourceHealth(True, text, text), alarm=Alarm(60, text), complaints=(text,))
        app.screen.post_message(EventsDialog.Looked(seen))
        await pilot.pause()
        title = text_of(app, ".dialog-title")
        assert text in title or not text.isprintable()
        everything = "".join(str(each.render()) for each in app.screen.query(Static))
        assert not {"\x1b", "\x07"} & set(everything)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_every_sign_is_in_sight(access: PantherAccess, made: Answers, size: tuple[int, int]) -> None:
    app = HostApp(EventsDialog(made, None, access))
    async with app.run_test(size=size) as pilot:
        await come(pilot, lambda: signs(app))
        await pilot.pause()
        box = app.screen.query_one(".dialog")
        for row in app.screen.query(SignRow):
            title = row.query(Static).first()
            assert box.content_region.contains_region(title.region), title.render()
        assert len(app.screen.query(KeyFooter)) == 1


async def test_ctrl_q_asks_to_quit_and_leaves_the_dialog_open(
    panther: DemoPanther, made: Answers, embedded_aws: EmbeddedAws, aws_environment: None
) -> None:
    wizard = WizardApp(made, endpoint_url=embedded_aws.endpoint_url)
    access = wizard._connections.panther
    access.use(panther.url, Token(panther.token))
    async with wizard.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await wizard.push_screen(EventsDialog(made, None, access))
        await come(pilot, lambda: wizard.screen.query(SignRow))
        await _press_and_come(pilot, "ctrl+q")
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(wizard.screen, EventsDialog)
        await pilot.press("a")
        await pilot.pause()
        assert not isinstance(wizard.screen, EventsDialog)


async def _press_and_come(pilot: Pilot[Any], key: str) -> None:
    await pilot.press(key)
    await come(pilot, lambda: isinstance(pilot.app.screen, QuitDialog))
