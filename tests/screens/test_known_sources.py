from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Button, Input, OptionList, Static

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.demo import cast
from panther_s3.demo.panther import DemoPanther
from panther_s3.flow import Forward, GoTo, Step
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.model import source_body
from panther_s3.source import PrefixLogTypes, S3Source
from panther_s3.tokens import Token
from screens.bucket_details import BucketDetailsScreen
from screens.parts.dialogs import ConfirmDialog, PickDialog
from screens.parts.known_sources import KnownSources
from screens.parts.log_types_dialog import LogTypesDialog
from screens.parts.problem_panel import ProblemPanel
from tests.host import HOSTILE, HostApp, settle, text_of
from tests.panther import client_of
from tests.screens.connected import come, made_in

ROLE = {"logProcessingRole": "arn:aws:iam::111122223333:role/PantherLogProcessingRole-other"}


@pytest.fixture
def app(connected: Answers, aws: Aws, access: PantherAccess) -> HostApp:
    """The bucket's form of a run that uses Panther's API."""
    return HostApp(BucketDetailsScreen(connected, aws, access))


def line(app: HostApp) -> str:
    return text_of(app, "#known-line")


def warning(app: HostApp) -> str:
    shown = app.screen.query_one("#known-warning", Static)
    return str(shown.render()) if shown.display else ""


def of_name(app: HostApp) -> str:
    return text_of(app, "#source-name-field .field-message")


def panel(app: HostApp) -> ProblemPanel:
    return app.screen.query_one("#known-sources ProblemPanel", ProblemPanel)


async def test_without_the_api_the_form_asks_nobody(filled: Answers, aws: Aws, access: PantherAccess) -> None:
    app = HostApp(BucketDetailsScreen(filled, aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not app.screen.query(KnownSources)


async def test_where_panther_has_none_there_is_nothing_to_open(app: HostApp, panther: DemoPanther) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert line(app) == "Panther has no S3 source yet."
        assert not app.screen.query_one("#open-source").display
        assert warning(app) == ""


async def test_where_panther_tells_no_log_types_its_sources_are_known_all_the_same(
    app: HostApp, panther: DemoPanther, connected: Answers
) -> None:
    made_in(panther, connected.source)
    panther.faults.add("status", path_contains="schemas", status=403, body={"message": "no"}, times=9)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert line(app) == "Panther has 1 S3 source already."
        assert "what differs is shown before it is changed" in of_name(app)
        assert panel(app).problem is None


async def test_what_was_made_since_is_known_to_the_next_form(
    app: HostApp, panther: DemoPanther, connected: Answers, aws: Aws, access: PantherAccess
) -> None:
    """Another bucket in the same run: the list is not the one that was read before."""
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert line(app) == "Panther has no S3 source yet."
    made_in(panther, connected.source, integrationLabel="theirs")
    again = HostApp(BucketDetailsScreen(connected, aws, access))
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert line(again) == "Panther has 1 S3 source already."
        await pilot.press("tab", "tab", "tab")
        again.screen.query_one("#prefix-1", Input).value = "AWSLogs/more/"
        await pilot.pause()
        assert "the longer prefix wins" in warning(again)


async def test_a_name_that_is_taken_is_warned_of_and_holds_nobody_up(
    app: HostApp, panther: DemoPanther, connected: Answers
) -> None:
    made_in(panther, connected.source, s3Bucket="acme-elsewhere")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert line(app) == "Panther has 1 S3 source already."
        assert "! Panther has a source of this name, for acme-elsewhere" in of_name(app)
        assert warning(app) == ""
        app.screen.query_one("#source-name", Input).value = "another"
        await pilot.press("tab")
        await settle(pilot)
        assert "Up to 32 letters" in of_name(app)
        app.screen.query_one("#source-name", Input).value = "prod trail"
        app.screen.query_one("#source-name", Input).focus()
        await pilot.press("tab")
        await settle(pilot)
        assert "Panther has a source of this name" in of_name(app)
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert isinstance(app.results[0], Forward)


async def test_the_same_prefix_of_the_bucket_is_warned_of(
    app: HostApp, panther: DemoPanther, connected: Answers
) -> None:
    made_in(panther, connected.source, integrationLabel="other")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Panther's source other reads the prefix AWSLogs/ already, and refuses a second." in warning(app)
        assert "Up to 32 letters" in of_name(app)
        app.screen.query_one("#prefix-1", Input).value = "elsewhere/"
        app.screen.query_one("#prefix-1", Input).focus()
        await pilot.press("tab")
        await settle(pilot)
        assert warning(app) == ""


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        ("AWSLogs/o-1/", "! Objects under AWSLogs/o-1/ go to the source other: its prefix is longer than AWSLogs/."),
        ("", "! Objects under AWSLogs/ go to this source from now on, no longer to other: the longer prefix wins."),
    ],
)
async def test_of_overlapping_prefixes_it_is_said_which_source_gets_what(
    app: HostApp, panther: DemoPanther, connected: Answers, theirs: str, words: str
) -> None:
    rows = [{"prefix": theirs, "logTypes": [], "excludedPrefixes": []}]
    made_in(panther, connected.source, integrationLabel="other", s3PrefixLogTypes=rows)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert warning(app) == words


async def test_a_source_is_opened_with_its_alarm_and_keeps_bucket_and_account(
    app: HostApp, panther: DemoPanther, aws: Aws, access: PantherAccess
) -> None:
    far = S3Source("a far one", "444455556666", "acme-far", prefix_log_types=(PrefixLogTypes("", ("AWS.ALB",)),))
    near = S3Source("z near one", cast.CUSTOMER_ACCOUNT, "acme-cloudtrail", prefix_log_types=(PrefixLogTypes("x/"),))
    made_in(panther, far, logProcessingRole="arn:aws:iam::444455556666:role/x")
    id = made_in(panther, near, **ROLE)
    with client_of(panther) as client:
        client.put(f"/log-source-alarms/{id}/SOURCE_NO_DATA", json={"minutesThreshold": 2880})
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert line(app) == "Panther has 2 S3 sources already."
        await pilot.click("#open-source")
        await settle(pilot)
        assert isinstance(app.screen, PickDialog)
        options = app.screen.query_one(OptionList)
        names = [str(options.get_option_at_index(place).prompt) for place in range(options.option_count)]
        assert names == [  # the own account's first: they can be looked at
            f"z near one: acme-cloudtrail, {cast.CUSTOMER_ACCOUNT}",
            "a far one: acme-far, 444455556666",
        ]
        await pilot.press("escape")
        await settle(pilot)
        assert app.results == []
        await pilot.click("#open-source")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
    (there,) = app.results
    assert isinstance(there, GoTo)
    assert there.step is Step.BUCKET_DETAILS
    answers = there.answers
    assert (answers.source_id, answers.source.name) == (id, "z near one")
    assert (answers.alarm_on, answers.alarm_number, answers.alarm_period, answers.alarm_set) == (
        True, "2", "days", 2880,
    )  # fmt: skip
    again = HostApp(BucketDetailsScreen(answers, aws, access))
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert line(again) == "Panther has this source. Its bucket and its account stay."
        assert warning(again) == ""  # it is in nobody's way but its own
        assert "Up to 32 letters" in of_name(again)
        assert again.screen.query_one("#account-id", Input).disabled
        assert again.screen.query_one("#bucket-name", Input).disabled
        assert not again.screen.query_one("#source-name", Input).disabled
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert again.results[0].answers.source_id == id


async def test_a_source_that_is_gone_when_it_is_opened_is_told_and_the_form_stays(
    app: HostApp, panther: DemoPanther, connected: Answers
) -> None:
    id = made_in(panther, connected.source, integrationLabel="other")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        with client_of(panther) as client:
            client.delete(f"/log-sources/s3/{id}")
        await pilot.click("#open-source")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "read the source" in text_of(app, "#known-sources .problem-title")
        assert line(app) == "Panther has 1 S3 source already."
        assert app.results == []


async def test_retry_opens_the_source_that_could_not_be_read(
    app: HostApp, panther: DemoPanther, connected: Answers
) -> None:
    id = made_in(panther, connected.source, integrationLabel="other")
    panther.faults.add("status", method="GET", path_contains=id, status=403, body={"message": "not now"})
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click("#open-source")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "may not read the source" in text_of(app, "#known-sources .problem-title")
        app.screen.query_one("#known-sources .problem-retry", Button).press()
        await settle(pilot)
    assert app.results[0].answers.source_id == id


async def test_a_source_that_was_read_under_a_dialog_is_not_opened(
    app: HostApp, panther: DemoPanther, connected: Answers
) -> None:
    id = made_in(panther, connected.source, integrationLabel="other")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        panther.faults.add("slow", method="GET", path_contains=id, seconds=0.5)
        await pilot.click("#open-source")
        await settle(pilot)
        await pilot.press("enter")
        await come(pilot, lambda: isinstance(app.screen, BucketDetailsScreen))
        assert line(app) == "Reading that source…"
        await app.push_screen(ConfirmDialog("Quit?", "Nothing is lost.", do="Quit"))
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert app.results == []
        assert line(app) == "Panther has 1 S3 source already."


async def test_what_panther_refuses_is_told_and_the_form_can_be_filled_in(
    panther: DemoPanther, connected: Answers, aws: Aws
) -> None:
    access = PantherAccess()
    access.use(panther.url, Token("another"))
    app = HostApp(BucketDetailsScreen(connected, aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert line(app) == "Which sources Panther has is not known."
        assert "does not accept the API token" in text_of(app, "#known-sources .problem-title")
        assert app.focused is app.screen.query_one("#source-name")
        access.use(panther.url, Token(panther.token))
        app.screen.query_one("#known-sources .problem-retry", Button).press()
        await settle(pilot)
        assert line(app) == "Panther has no S3 source yet."
        assert not panel(app).display
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert isinstance(app.results[0], Forward)


@pytest.mark.usefixtures("quick_retries")
async def test_where_panther_is_not_reached_the_form_leads_on(connected: Answers, aws: Aws) -> None:
    nobody = "http://127.0.0.1:9"
    access = PantherAccess()
    access.use(nobody, Token("any"))
    app = HostApp(BucketDetailsScreen(replace(connected, api_url=nobody), aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "127.0.0.1:9 cannot be reached" in text_of(app, "#known-sources .problem-title")
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert isinstance(app.results[0], Forward)


def _custom(panther: DemoPanther) -> str:
    """The name of a log type that this Panther has and no other."""
    with client_of(panther) as client:
        query = "query Q($input: SchemasInput!) { schemas(input: $input) { edges { node { name } } } }"
        variables = {"input": {"isManaged": False, "isArchived": False}}
        answer = client.post("/public/graphql", json={"query": query, "variables": variables}).json()
    return str(answer["data"]["schemas"]["edges"][0]["node"]["name"])


async def test_panthers_own_log_types_are_offered_and_none_of_them_is_unknown(
    panther: DemoPanther, connected: Answers, aws: Aws, access: PantherAccess
) -> None:
    custom = _custom(panther)
    rows = (PrefixLogTypes("AWSLogs/", (custom,)), PrefixLogTypes("x/", ("Nobodys.Own",)))
    app = HostApp(BucketDetailsScreen(connected.with_source(prefix_log_types=rows), aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Enter opens the list" in text_of(app, "#log-types-1-field .field-message")
        assert "Nobodys.Own" in text_of(app, "#log-types-2-field .field-message")
        app.screen.query_one("#add-prefix", Button).press()
        await settle(pilot)
        app.screen.query_one("#log-types-3", Button).press()
        await settle(pilot)
        assert isinstance(app.screen, LogTypesDialog)
        await pilot.press(*custom.lower())
        await settle(pilot)
        options = app.screen.query_one(OptionList)
        assert [str(options.get_option_at_index(i).prompt) for i in range(options.option_count)] == [f"[ ] {custom}"]
        await pilot.press("enter", "ctrl+n")
        await settle(pilot)
        assert "Enter opens the list" in text_of(app, "#log-types-3-field .field-message")
        assert str(app.screen.query_one("#log-types-3", Button).label) == custom


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_names_are_shown_as_they_are(
    app: HostApp, panther: DemoPanther, connected: Answers, text: str
) -> None:
    body = source_body(connected.source)
    nodes = [
        {"node": {**body, "integrationId": name, "integrationLabel": label, "integrationType": "aws-s3"}}
        for name, label in (("x", text), ("y", text))
    ]
    page = {"edges": nodes, "pageInfo": {"hasNextPage": False}}
    panther.faults.add("status", path_contains="graphql sources", status=200, body={"data": {"sources": page}})
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        told = warning(app)
        assert text in told or not text.isprintable()
        assert not {"\x1b", "\x07"} & set(told)
        await pilot.click("#open-source")
        await settle(pilot)
        prompt = str(app.screen.query_one(OptionList).get_option_at_index(0).prompt)
        assert text in prompt or not text.isprintable()
        assert not {"\x1b", "\x07"} & set(prompt)
