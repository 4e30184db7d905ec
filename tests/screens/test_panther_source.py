from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Static

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws
from panther_s3.demo.panther import DemoPanther
from panther_s3.flow import Back, Forward, GoTo, Step
from panther_s3.journal import Journal
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.model import source_body
from panther_s3.source import PrefixLogTypes
from panther_s3.tokens import Token
from screens.panther_source import PantherSourceScreen
from screens.parts.dialogs import ConfirmDialog, UnexpectedDialog, WritingDialog
from screens.parts.hand_steps import CopyValue
from screens.parts.token_dialog import TokenDialog
from tests.host import HOSTILE, HostApp, settle, text_of
from tests.panther import client_of
from tests.screens.connected import access_to, come, made_in, sources_in
from tui.app import WizardApp

SOURCES = "/log-sources/s3"


@pytest.fixture
def journal() -> Journal:
    """The run's journal, in memory."""
    return Journal()


@pytest.fixture
def aws(embedded_aws: EmbeddedAws, aws_environment: None, journal: Journal) -> Aws:
    return Aws("default", "us-west-2", endpoint_url=embedded_aws.endpoint_url, journal=journal)


@pytest.fixture
def access(panther: DemoPanther, journal: Journal) -> PantherAccess:
    return access_to(panther, journal)


@pytest.fixture
def app(connected: Answers, aws: Aws, access: PantherAccess) -> HostApp:
    """The step for a source that Panther does not have."""
    return HostApp(PantherSourceScreen(connected, aws, access))


def opened(connected: Answers, id: str, **changes: Any) -> Answers:
    """The answers of a run that has the source `id`, changed since."""
    return replace(connected, source_id=id).with_source(**changes)


def form(app: HostApp) -> dict[str, str]:
    """What is shown of the source, by label."""
    return {
        str(row.query_one(".copy-label", Static).render()): str(row.query_one(".copy-text", Static).render())
        for row in app.screen.query(CopyValue)
    }


def onwards(app: HostApp) -> str:
    return str(app.screen.query_one("#forward", Button).label)


def offered(app: HostApp) -> list[str]:
    """The buttons that are there to be pressed."""
    return [str(button.label) for button in app.screen.query(Button) if button.is_on_screen and button.display]


def told(app: HostApp) -> str:
    return text_of(app, "#source-summary")


def writes(panther: DemoPanther) -> list[tuple[str, str]]:
    """The requests that change something."""
    return [(method, path) for method, path in panther.requests if path.startswith("/log-source") and method != "GET"]


async def test_what_is_shown_is_what_panther_is_sent_once_it_is_agreed_to(
    app: HostApp, panther: DemoPanther, connected: Answers, journal: Journal
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert told(app) == "Panther does not have this source yet. This is what it is sent:"
        shown = form(app)
        assert (shown["Name"], shown["Account ID"], shown["Bucket Name"]) == (
            "prod trail", "111122223333", "acme-cloudtrail",
        )  # fmt: skip
        assert (shown["S3 Prefix Filter"], shown["Log Types"]) == ("AWSLogs/", "AWS.CloudTrail")
        assert shown["Role ARN"] == connected.source.log_processing_role_arn
        assert onwards(app) == "Create the source"
        assert app.focused is app.screen.query_one("#forward")
        assert writes(panther) == []
        await pilot.press("enter")
        await settle(pilot)
        assert "Panther has the source prod trail." in [toast.message for toast in app._notifications]
    (made,) = sources_in(panther)
    sent = source_body(connected.source)
    assert {name: made[name] for name in sent} == sent
    (result,) = app.results
    assert isinstance(result, Forward)
    assert result.answers.source_id == made["integrationId"]
    (change,) = journal.record.changes
    assert change.in_force
    assert change.facts["id"] == made["integrationId"]
    assert [thing.kind for thing in result.answers.made] == ["source in Panther"]
    assert writes(panther) == [("POST", SOURCES)]


async def test_an_update_shows_its_difference_and_changes_nothing_else(
    panther: DemoPanther, connected: Answers, aws: Aws, access: PantherAccess, journal: Journal
) -> None:
    id = made_in(panther, connected.source)
    rows = (PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail", "AWS.ALB")),)
    app = HostApp(PantherSourceScreen(opened(connected, id, name="renamed", prefix_log_types=rows), aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert told(app) == "Panther has this source. This is what changes in it:"
        lines = text_of(app, "#source-diff").splitlines()
        assert [line for line in lines if line.startswith("-")] == ['-   "integrationLabel": "prod trail",']
        assert any(line.startswith("+") and "AWS.ALB" in line for line in lines)
        assert any(line.startswith("+") and '"renamed"' in line for line in lines)
        assert onwards(app) == "Update the source"
        await pilot.press("ctrl+n")
        await settle(pilot)
    (now,) = sources_in(panther)
    assert now["integrationLabel"] == "renamed"
    assert now["s3PrefixLogTypes"][0]["logTypes"] == ["AWS.CloudTrail", "AWS.ALB"]
    assert app.results[0].answers.source_id == id
    (change,) = journal.record.changes
    assert (change.before["integrationLabel"], change.after["integrationLabel"]) == ("prod trail", "renamed")


async def test_a_source_that_is_as_it_shall_be_is_gone_on_with(
    panther: DemoPanther, connected: Answers, aws: Aws, access: PantherAccess
) -> None:
    id = made_in(panther, connected.source)
    for answers in (opened(connected, id), connected):  # by its id, and by name where only Panther knows of it
        app = HostApp(PantherSourceScreen(answers, aws, access))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert told(app) == "Panther has this source, exactly as it is here."
            assert onwards(app) == "Continue"
            await pilot.press("enter")
            await settle(pilot)
        assert app.results[0].answers.source_id == id
    assert writes(panther) == [("POST", SOURCES)]  # the one that was there before


async def test_a_source_that_somebody_deleted_is_made_anew(
    app: HostApp, panther: DemoPanther, connected: Answers, aws: Aws, access: PantherAccess
) -> None:
    app = HostApp(PantherSourceScreen(opened(connected, "00000000-0000-4000-8000-000000000000"), aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert onwards(app) == "Create the source"
        await pilot.press("enter")
        await settle(pilot)
    (made,) = sources_in(panther)
    assert app.results[0].answers.source_id == made["integrationId"]


@pytest.mark.parametrize(
    ("rival", "title"),
    [
        ({"s3Bucket": "acme-elsewhere"}, "Panther has a source prod trail in the account 111122223333 already"),
        ({"integrationLabel": "other"}, "Panther's source other reads the prefix AWSLogs/ of this bucket already"),
    ],
)
async def test_what_panther_would_refuse_is_not_sent_and_the_other_source_can_be_opened(
    app: HostApp, panther: DemoPanther, connected: Answers, rival: dict[str, str], title: str
) -> None:
    id = made_in(panther, connected.source, **rival)
    with client_of(panther) as client:
        client.put(f"/log-source-alarms/{id}/SOURCE_NO_DATA", json={"minutesThreshold": 90})
    before = len(writes(panther))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert told(app) == "This source cannot be sent as it is. Nothing was changed."
        assert title in " ".join(text_of(app, ".problem-title").split())
        assert offered(app) == ["Open that source", "Address and token…", "Back", "Go on without", "Look again"]
        await pilot.press("ctrl+n")  # only looks again
        await settle(pilot)
        assert app.results == []
        await pilot.click("#open-rival")
        await settle(pilot)
    assert len(writes(panther)) == before
    (there,) = app.results
    assert isinstance(there, GoTo)
    assert there.step is Step.BUCKET_DETAILS
    assert there.answers.source_id == id
    assert there.answers.source.bucket_name == rival.get("s3Bucket", "acme-cloudtrail")
    assert (there.answers.alarm_set, there.answers.alarm_number, there.answers.alarm_period) == (90, "90", "minutes")


async def test_look_again_sees_that_the_way_is_clear(app: HostApp, panther: DemoPanther, connected: Answers) -> None:
    id = made_in(panther, connected.source, integrationLabel="other")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert onwards(app) == "Look again"
        with client_of(panther) as client:
            client.delete(f"{SOURCES}/{id}")
        await pilot.press("enter")
        await settle(pilot)
        assert onwards(app) == "Create the source"
        assert not app.screen.query_one("#open-rival").display
        assert not app.screen.query_one("#problem").display


async def test_a_source_of_a_later_version_is_left_as_it_is(
    panther: DemoPanther, connected: Answers, aws: Aws, access: PantherAccess
) -> None:
    id = made_in(panther, connected.source)
    foreign = {**source_body(connected.source), "integrationId": id, "logStreamType": "Parquet"}
    panther.faults.add("status", method="GET", path_contains=id, times=9, status=200, body=foreign)
    app = HostApp(PantherSourceScreen(opened(connected, id, name="renamed"), aws, access))
    before = len(writes(panther))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "has what this program does not know" in text_of(app, ".problem-title")
        assert "the stream type Parquet" in text_of(app, ".problem-cause")
        assert not app.screen.query_one("#open-rival").display
        await pilot.click("#go-on")
        await settle(pilot)
    assert len(writes(panther)) == before
    assert app.results[0].answers.source_id == id


async def test_a_token_that_may_only_read_is_told_which_permission_it_lacks(
    panther: DemoPanther, connected: Answers, aws: Aws, journal: Journal
) -> None:
    access = PantherAccess(lambda: journal)
    access.use(panther.url, Token(panther.read_only_token))
    app = HostApp(PantherSourceScreen(connected, aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "The API token may not create the source" in text_of(app, ".problem-title")
        assert "Manage Log Sources" in text_of(app, ".problem-remedy")
        assert onwards(app) == "Look again"
        await pilot.click("#connect")  # a token that may is typed, and does it
        await settle(pilot)
        dialog = app.screen
        assert isinstance(dialog, TokenDialog)
        dialog.token.value = panther.token
        await pilot.pause()
        await pilot.click("#token-connect")
        await settle(pilot)
        assert onwards(app) == "Create the source"
        await pilot.press("ctrl+n")
        await settle(pilot)
    (made,) = sources_in(panther)
    assert app.results[0].answers.source_id == made["integrationId"]
    assert [change.in_force for change in journal.record.changes] == [False, True]


@pytest.mark.usefixtures("quick_retries")
async def test_an_error_of_panther_leaves_every_way_open(app: HostApp, panther: DemoPanther) -> None:
    panther.faults.add("html500", times=3)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Panther could not list the log sources" in text_of(app, ".problem-title")
        assert "Internal Server Error" in text_of(app, ".problem-cause")
        assert offered(app) == ["Address and token…", "Back", "Go on without", "Look again"]
        await pilot.press("enter")
        await settle(pilot)
        assert onwards(app) == "Create the source"


@pytest.mark.usefixtures("quick_retries")
async def test_a_creation_whose_answer_is_lost_is_found_and_not_made_twice(
    app: HostApp, panther: DemoPanther, journal: Journal
) -> None:
    panther.faults.add("cut_after", method="POST", path_contains=SOURCES)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
    (made,) = sources_in(panther)
    assert app.results[0].answers.source_id == made["integrationId"]
    assert writes(panther) == [("POST", SOURCES)]
    assert [change.in_force for change in journal.record.changes] == [True]


@pytest.mark.usefixtures("quick_retries")
async def test_where_it_cannot_be_told_whether_it_was_made_looking_again_finds_it(
    app: HostApp, panther: DemoPanther
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        panther.faults.add("cut_after", method="POST", path_contains=SOURCES)
        panther.faults.add("cut_before", path_contains="graphql sources", times=12)
        await pilot.press("enter")
        await settle(pilot)
        assert "did not answer the request to create the source" in text_of(app, ".problem-title")
        assert "Retry looks first" in text_of(app, ".problem-remedy")
        assert onwards(app) == "Look again"
        assert app.results == []
        await pilot.press("enter")
        await settle(pilot)
        assert told(app) == "Panther has this source, exactly as it is here."
        await pilot.press("enter")
        await settle(pilot)
    (made,) = sources_in(panther)
    assert app.results[0].answers.source_id == made["integrationId"]
    assert writes(panther) == [("POST", SOURCES)]


async def test_a_source_that_changed_since_it_was_shown_is_not_overwritten(
    panther: DemoPanther, connected: Answers, aws: Aws, access: PantherAccess
) -> None:
    id = made_in(panther, connected.source)
    app = HostApp(PantherSourceScreen(opened(connected, id, name="renamed"), aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        with client_of(panther) as client:
            client.put(f"{SOURCES}/{id}", json={**source_body(connected.source), "logStreamType": "JSON"})
        await pilot.press("enter")
        await settle(pilot)
        assert "was changed in Panther since it was shown here" in text_of(app, ".problem-title")
        assert '-   "logStreamType": "JSON",' in text_of(app, "#source-diff")
    assert sources_in(panther)[0]["integrationLabel"] == "prod trail"


async def test_a_source_that_panther_has_of_this_name_and_bucket_is_this_one_and_updated(
    panther: DemoPanther, connected: Answers, aws: Aws, access: PantherAccess
) -> None:
    """A file of sources that was onboarded before, say: its source is not in the way of itself."""
    id = made_in(panther, connected.source, logStreamType="JSON")
    app = HostApp(PantherSourceScreen(connected, aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "This is what changes in it" in told(app)
        await pilot.press("enter")
        await settle(pilot)
    (found,) = sources_in(panther)
    assert (found["integrationId"], found["logStreamType"]) == (id, connected.source.log_stream_type.value)
    assert app.results[0].answers.source_id == id


async def test_a_source_that_somebody_deleted_meanwhile_is_no_longer_taken_for_there(
    panther: DemoPanther, connected: Answers, aws: Aws, access: PantherAccess
) -> None:
    app = HostApp(PantherSourceScreen(replace(connected, source_id="gone", alarm_set=60), aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Panther does not have this source yet" in told(app)
        await pilot.click("#go-on")
        await settle(pilot)
    answers = app.results[0].answers
    assert (answers.source_id, answers.alarm_set) == ("", None)


async def test_a_refusal_that_the_sources_do_not_explain_is_told_in_panthers_words(
    panther: DemoPanther, connected: Answers, aws: Aws, access: PantherAccess
) -> None:
    panther.faults.add("status", method="POST", path_contains=SOURCES, status=409, body={"message": "label in use"})
    app = HostApp(PantherSourceScreen(connected, aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "Panther has a source of this name already" in text_of(app, ".problem-title")
        assert "label in use" in text_of(app, ".problem-cause")
        assert app.screen.query_one("#go-on").display
    assert sources_in(panther) == []


async def test_while_it_is_made_no_other_press_does_anything(app: HostApp, panther: DemoPanther) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        panther.faults.add("slow", method="POST", path_contains=SOURCES, seconds=2)
        await pilot.press("enter")
        await pilot.pause()
        assert told(app) == "… Creating the source…"
        assert offered(app) == ["Back"]
        screen = app.screen
        assert isinstance(screen, PantherSourceScreen)
        await pilot.press("ctrl+n", "ctrl+n", "enter")
        for command in screen.system_commands():
            if command.title in ("Look again", "Address and token"):
                command.callback()
        await pilot.pause()
        assert app.screen is screen
        assert app.results == []
        await settle(pilot)
    assert len(sources_in(panther)) == 1
    assert writes(panther) == [("POST", SOURCES)]
    assert len(app.results) == 1


async def test_an_answer_under_a_dialog_does_not_end_the_step_and_is_shown_afterwards(
    app: HostApp, panther: DemoPanther, journal: Journal
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        panther.faults.add("slow", method="POST", path_contains=SOURCES, seconds=0.5)
        await pilot.press("enter")
        await app.push_screen(ConfirmDialog("Quit?", "It goes on.", do="Quit"))
        await come(pilot, lambda: [change for change in journal.record.changes if change.in_force])
        await settle(pilot)
        assert app.results == []
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press("escape")
        await settle(pilot)
        assert told(app) == "Panther has this source, exactly as it is here."
        assert onwards(app) == "Continue"
        await pilot.press("ctrl+n")
        await settle(pilot)
    (made,) = sources_in(panther)
    assert app.results[0].answers.source_id == made["integrationId"]


async def test_back_keeps_the_source_that_was_made_under_a_dialog(app: HostApp, panther: DemoPanther) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await app.push_screen(ConfirmDialog("Quit?", "It goes on.", do="Quit"))
        screen = app.shown
        assert isinstance(screen, PantherSourceScreen)
        screen.action_forward()
        await settle(pilot)
        await pilot.press("escape", "escape")
        await settle(pilot)
    (made,) = sources_in(panther)
    (back,) = app.results
    assert isinstance(back, Back)
    assert back.answers.source_id == made["integrationId"]


async def test_a_source_that_is_opened_under_a_dialog_is_offered_again(
    app: HostApp, panther: DemoPanther, connected: Answers
) -> None:
    id = made_in(panther, connected.source, integrationLabel="other")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        panther.faults.add("slow", method="GET", path_contains=id, seconds=0.4)
        await pilot.click("#open-rival")
        await app.push_screen(ConfirmDialog("Quit?", "Nothing is lost.", do="Quit"))
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert app.results == []
        assert app.screen.query_one("#open-rival").display
        await pilot.click("#open-rival")
        await settle(pilot)
    assert app.results[0].answers.source_id == id


async def test_going_on_without_leaves_panther_as_it_is(app: HostApp, panther: DemoPanther, connected: Answers) -> None:
    made_in(panther, connected.source, integrationLabel="other")
    before = len(writes(panther))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click("#go-on")
        await settle(pilot)
    (result,) = app.results
    assert isinstance(result, Forward)
    assert (result.answers.source_id, result.answers.by_api) == ("", True)
    assert len(writes(panther)) == before


async def test_the_token_dialog_leads_on_without_the_api(app: HostApp, panther: DemoPanther) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click("#connect")
        await settle(pilot)
        await pilot.press("escape")  # cancelled: all is as it was
        await settle(pilot)
        assert onwards(app) == "Create the source"
        await pilot.click("#connect")
        await settle(pilot)
        await pilot.click("#token-without")
        await settle(pilot)
    (result,) = app.results
    assert isinstance(result, Forward)
    assert not result.answers.by_api
    assert sources_in(panther) == []


@pytest.mark.parametrize("by", NotificationsBy)
async def test_why_it_comes_here_is_said_for_each_way_of_notifications(
    connected: Answers, aws: Aws, access: PantherAccess, by: NotificationsBy
) -> None:
    app = HostApp(PantherSourceScreen(replace(connected, notifications_by=by), aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        words = {"wizard": "It comes first", "panther": "sets up the bucket's notifications", "operator": "the topic's"}
        assert words[by.value] in text_of(app, "#heading")


async def test_overlapping_prefixes_are_noted_before_anything_is_sent(
    app: HostApp, panther: DemoPanther, connected: Answers
) -> None:
    rows = [{"prefix": "AWSLogs/o-1/", "logTypes": [], "excludedPrefixes": []}]
    made_in(panther, connected.source, integrationLabel="longer", s3PrefixLogTypes=rows)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "! Objects under AWSLogs/o-1/ go to the source longer" in text_of(app, ".note")
        assert onwards(app) == "Create the source"


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_of_panther_are_shown_as_they_are(app: HostApp, panther: DemoPanther, text: str) -> None:
    panther.faults.add("status", status=400, body={"message": f"no: {text}"})
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        cause = text_of(app, ".problem-cause")
        assert "no: " in cause
        assert text in cause or not text.isprintable()
        assert not {"\x1b", "\x07"} & set(cause)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_names_of_other_sources_are_shown_as_they_are(
    app: HostApp, panther: DemoPanther, connected: Answers, text: str
) -> None:
    node = {**source_body(connected.source), "integrationId": "x", "integrationLabel": text}
    page = {"edges": [{"node": {**node, "integrationType": "aws-s3"}}], "pageInfo": {"hasNextPage": False}}
    panther.faults.add("status", path_contains="graphql sources", times=9, status=200, body={"data": {"sources": page}})
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        title = text_of(app, ".problem-title")
        assert "Panther's source" in title
        assert text in title or not text.isprintable()
        assert not {"\x1b", "\x07"} & set(title)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_values_of_the_source_are_shown_as_they_are(
    panther: DemoPanther, connected: Answers, aws: Aws, access: PantherAccess, text: str
) -> None:
    id = made_in(panther, connected.source)
    hostile = (PrefixLogTypes(text, (text,), (text,)),)
    for answers in (
        connected.with_source(name="new", prefix_log_types=hostile),
        opened(connected, id, prefix_log_types=hostile),
    ):
        app = HostApp(PantherSourceScreen(answers, aws, access))
        async with app.run_test(size=(120, 40), notifications=True, tooltips=True) as pilot:
            await settle(pilot)
            shown = "\n".join(form(app).values()) or text_of(app, "#source-diff")
            assert text in shown or not text.isprintable()
            assert onwards(app) in ("Create the source", "Update the source")
            assert not {"\x1b", "\x07"} & set(text_of(app))


async def test_an_unexpected_error_opens_a_dialog_and_leaves_a_way_on(
    app: HostApp, access: PantherAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(PantherAccess, "sources", fail)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, UnexpectedDialog)
        monkeypatch.undo()
        await pilot.press("escape")
        await settle(pilot)
        assert onwards(app) == "Look again"
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert onwards(app) == "Create the source"


async def test_quitting_while_it_is_made_waits_and_names_it(
    connected: Answers, panther: DemoPanther, embedded_aws: EmbeddedAws, aws_environment: None
) -> None:
    wizard = WizardApp(connected, endpoint_url=embedded_aws.endpoint_url)
    connections = wizard._connections
    connections.panther.use(panther.url, Token(panther.token))
    async with wizard.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await wizard.push_screen(PantherSourceScreen(connected, connections.of(connected), connections.panther))
        await settle(pilot)
        panther.faults.add("slow", method="POST", path_contains=SOURCES, seconds=1)
        await pilot.press("ctrl+n")
        await pilot.pause()
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert isinstance(wizard.screen, ConfirmDialog)  # what was typed is kept nowhere here
        await _agree(pilot)
        await come(pilot, lambda: isinstance(wizard.screen, WritingDialog))
        assert "Creating the source in Panther" in "".join(
            str(each.render()) for each in wizard.screen.query(".dialog-text").results(Static)
        )
        await come(pilot, lambda: wizard.return_code is not None)
    assert wizard.return_code == 0
    assert len(sources_in(panther)) == 1


async def _agree(pilot: Pilot[Any]) -> None:
    await pilot.click("#dialog-do")
    await pilot.pause()
