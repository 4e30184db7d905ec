"""Pictures of every screen that talks to Panther's API, with a Panther of the test's own behind them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.pilot import Pilot

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.aws.session import Aws
from panther_s3.checks.result import CheckId, CheckResult, Status
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.demo.panther import DemoPanther
from panther_s3.first_events import Seen, signs, summary
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.model import Alarm, SourceHealth
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import PrefixLogTypes, S3Source
from panther_s3.tokens import Token
from screens.bucket_details import BucketDetailsScreen
from screens.drop_off_alarm import DropOffAlarmScreen
from screens.finish import FinishScreen
from screens.notifications import NotificationsScreen
from screens.panther_source import PantherSourceScreen
from screens.parts.events_dialog import EventsDialog
from screens.parts.token_calls import TokenCalls
from screens.parts.token_dialog import TokenDialog
from screens.welcome import WelcomeScreen
from tests.host import settle
from tests.panther import demo_panther
from tests.screens.connected import access_to, made_in
from tests.snapshots.pictures import FILLED, PANTHER, START, WIDE, Before, Picture, press

ADDRESS = "https://acme.runpanther.net"
ROLE = f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:role/PantherLogProcessingRole-snap-trail"
WHOLE = FILLED.with_source(log_processing_role_arn=ROLE, drop_off_alarm_minutes=1440)


@pytest.fixture
def panther(embedded_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    with demo_panther(embedded_aws.endpoint_url, seconds=1.0) as panther:
        yield panther


@pytest.fixture
def access(panther: DemoPanther) -> PantherAccess:
    return access_to(panther)


@pytest.fixture
def connected(panther: DemoPanther) -> Answers:
    """The answers of a run that uses this Panther's API."""
    return replace(WHOLE, api_url=panther.url, by_api=True)


def test_welcome_connected(
    picture: Picture, aws: Aws, panther: DemoPanther, connected: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the API is reached stands in the field, and the stages lead through the source."""
    made_in(panther, connected.source)
    monkeypatch.setenv("PANTHER_API_URL", panther.url)
    monkeypatch.setenv("PANTHER_API_TOKEN", panther.token)
    screen = WelcomeScreen(Answers(panther=PANTHER), lambda profile, region: aws, PantherAccess)
    assert picture.shows(screen, "✓ this machine: 1 S3 source", "5 Source")


def test_welcome_with_a_token_that_is_not_taken(
    picture: Picture, aws: Aws, panther: DemoPanther, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is the matter stands beneath, and that the onboarding goes on."""
    monkeypatch.setenv("PANTHER_API_URL", panther.url)
    monkeypatch.setenv("PANTHER_API_TOKEN", "another")
    screen = WelcomeScreen(Answers(panther=PANTHER), lambda profile, region: aws, PantherAccess)
    assert picture.shows(screen, "Panther does not accept the API token", "goes on without it")


def test_token(picture: Picture) -> None:
    """What the token is for, where it is made, and that it is kept only where that is wanted."""
    words = ("View Log Sources", "Shown once", "Keep it in this machine's keyring", "Go on without", "Connect")
    assert picture.shows(TokenDialog(PantherAccess(), ""), *words)


def _typed(message: Any) -> Before:
    async def show(pilot: Pilot[Any]) -> None:
        await pilot.press("tab", *"a-token")
        await settle(pilot)
        pilot.app.screen.post_message(message)

    return show


def test_token_refused(picture: Picture) -> None:
    """Panther's own text and the way out; the token is asked for again, and every button is in sight."""
    problem = Problem(
        "Panther does not accept the API token",
        "HTTP 401: The API token is missing or not valid",
        "The token is not known there, has ended, or may not be used from this address. Make one in Panther's "
        "Console: gear icon > API Tokens. A new one works after a minute.",
        ProblemKind.CREDENTIALS,
        speaker="Panther",
    )
    words = ("Panther does not accept the API token", "HTTP 401", "works after a minute", "Go on without", "Connect")
    assert picture.shows(TokenDialog(PantherAccess(), ADDRESS), *words, before=_typed(TokenCalls.Refused(problem)))


def test_token_not_kept(picture: Picture) -> None:
    """The token is taken, the keyring did not keep it; Go on is the way on."""
    trouble = "The keyring is locked\nUnlock it and try again.\nThe token holds for this run."
    tried = TokenCalls.Tried(ADDRESS, trouble)
    assert picture.shows(
        TokenDialog(PantherAccess(), ADDRESS), "The token holds for this run", "Go on", before=_typed(tried)
    )


def test_bucket_details_taken(
    picture: Picture, aws: Aws, panther: DemoPanther, access: PantherAccess, connected: Answers
) -> None:
    """The name is another source's: said under it, with a way to open that one."""
    made_in(panther, connected.source, s3Bucket="acme-vpc-flow")
    words = ("Panther has 1 S3 source already", "Open one…", "Panther has a source of this name")
    assert picture.shows(BucketDetailsScreen(connected, aws, access), *words)


def test_bucket_details_prefix_taken(
    picture: Picture, aws: Aws, panther: DemoPanther, access: PantherAccess, connected: Answers
) -> None:
    """The prefix is another source's: said where it is typed."""
    made_in(panther, connected.source, integrationLabel="theirs")
    words = ("reads the prefix AWSLogs/ already", "S3 Prefix Filter")
    assert picture.shows(BucketDetailsScreen(connected, aws, access), *words, keys=("pagedown",))


def test_bucket_details_of_a_source_in_panther(
    picture: Picture, aws: Aws, panther: DemoPanther, access: PantherAccess, connected: Answers
) -> None:
    """Account and bucket of a source that was opened stay."""
    opened = replace(connected, source_id=made_in(panther, connected.source))
    assert picture.shows(BucketDetailsScreen(opened, aws, access), "Its bucket and its account stay")


@pytest.mark.parametrize("size", [(80, 24), WIDE], ids=["narrow", "wide"])
def test_source_to_create(
    picture: Picture, aws: Aws, access: PantherAccess, connected: Answers, size: tuple[int, int]
) -> None:
    """What Panther is sent, field by field; creating it is the way on."""
    words = (
        "Panther does not have this source yet",
        "acme-cloudtrail",
        "Go on without" if False else "Create the source",
    )
    assert picture.shows(PantherSourceScreen(connected, aws, access), *words, size=size)


def test_source_to_update(
    picture: Picture, aws: Aws, panther: DemoPanther, access: PantherAccess, connected: Answers
) -> None:
    """What changes in the source, line by line."""
    opened = replace(connected, source_id=made_in(panther, connected.source))
    rows = (PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail", "AWS.CloudTrailInsight"), ("AWSLogs/*/Digest/",)),)
    screen = PantherSourceScreen(opened.with_source(prefix_log_types=rows), aws, access)
    assert picture.shows(screen, "This is what changes in it", "AWS.CloudTrailInsight", "Update the source")


def test_source_as_it_is(
    picture: Picture, aws: Aws, panther: DemoPanther, access: PantherAccess, connected: Answers
) -> None:
    """Panther has it exactly so, and Continue is the way on."""
    opened = replace(connected, source_id=made_in(panther, connected.source))
    assert picture.shows(PantherSourceScreen(opened, aws, access), "exactly as it is here", "Continue")


def test_source_in_the_way(
    picture: Picture, aws: Aws, panther: DemoPanther, access: PantherAccess, connected: Answers
) -> None:
    """Whose prefix it is, and the ways out; nothing is sent."""
    made_in(panther, replace(connected.source, name="audit trail"))
    words = ("Nothing was changed", "reads the prefix AWSLogs/", "Open that source", "Go on without", "Look again")
    assert picture.shows(PantherSourceScreen(connected, aws, access), *words)


def test_source_refused(picture: Picture, aws: Aws, panther: DemoPanther, connected: Answers) -> None:
    """A token that may only read: which permission it lacks, and the way to another one."""
    access = PantherAccess()
    access.use(panther.url, Token(panther.read_only_token))
    words = ("may not create the source", "Manage Log Sources", "Address and token…", "Go on without", "Look again")
    assert picture.shows(PantherSourceScreen(connected, aws, access), *words, before=press("#forward"))


def test_alarm_in_panther(
    picture: Picture, aws: Aws, panther: DemoPanther, access: PantherAccess, connected: Answers
) -> None:
    """The alarm that Panther has, and a way on that names what it does."""
    id = made_in(panther, connected.source)
    access.api(panther.url).put_alarm(id, "snap trail", 1440)
    screen = DropOffAlarmScreen(replace(connected, source_id=id, alarm_number="12"), aws, access)
    assert picture.shows(screen, "Panther alerts after 24 hours without an event", "Set the alarm")


def test_finish_in_panther(
    picture: Picture, aws: Aws, panther: DemoPanther, access: PantherAccess, connected: Answers
) -> None:
    """Panther has the source; watching the first events is what comes next."""
    answers = replace(connected, source_id="a1b2", alarm_set=1440, validation_note="13 passed")
    words = ("Panther has the source. This is what it was given.", "Watch them arrive…", "Finish Setup")
    assert picture.shows(FinishScreen(answers, aws, access), *words)


NOW = datetime(2026, 3, 1, 10, 15, tzinfo=UTC)
CONFIRMED = CheckResult(
    CheckId.NOTIFICATIONS_SUBSCRIPTION, Status.PASS, "ok", detail="Panther's queue is subscribed, and confirmed."
)
PENDING = CheckResult(CheckId.NOTIFICATIONS_SUBSCRIPTION, Status.WARN, "pending", detail="Pending.")
WAITING = Seen(SourceHealth(True), True, PENDING, Alarm(1440, "INSUFFICIENT_DATA"))
ARRIVED = Seen(SourceHealth(True, "2026-03-01T10:13:00Z", "2026-03-01T10:14:20Z"), True, CONFIRMED, Alarm(1440, "OK"))
UNHEALTHY = Seen(SourceHealth(False), True, CONFIRMED, None)


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long ago something was is told as of one moment."""
    monkeypatch.setattr("screens.parts.events_dialog.signs", lambda seen, answers: signs(seen, answers, NOW))
    monkeypatch.setattr("screens.parts.events_dialog.summary", lambda seen, answers: summary(seen, answers, NOW))


def _seen(seen: Seen) -> Before:
    async def show(pilot: Pilot[Any]) -> None:
        pilot.app.screen.post_message(EventsDialog.Looked(seen))

    return show


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("size", [(80, 24), WIDE], ids=["narrow", "wide"])
def test_events_waited_for(picture: Picture, access: PantherAccess, connected: Answers, size: tuple[int, int]) -> None:
    """Every sign with its mark and word; nothing is there yet, and how long that may take."""
    answers = replace(connected, source_id="a1b2")
    words = ("Waiting for the first events", "Pending", "None yet", "Any key leaves")
    assert picture.shows(EventsDialog(answers, None, access), *words, size=size, before=_seen(WAITING))


@pytest.mark.usefixtures("frozen")
def test_events_arrived(picture: Picture, access: PantherAccess, connected: Answers) -> None:
    """They arrive: when the last one was received and processed."""
    answers = replace(connected, source_id="a1b2")
    words = ("The onboarding is done", "2 minutes ago", "40 seconds ago", "Events arrive as they should")
    assert picture.shows(EventsDialog(answers, None, access), *words, before=_seen(ARRIVED))


@pytest.mark.usefixtures("frozen")
def test_events_of_an_unhealthy_source(picture: Picture, access: PantherAccess, connected: Answers) -> None:
    """What Panther does not say, and where it is to be found; what could not be read stands beneath."""
    answers = replace(connected, source_id="a1b2")
    seen = replace(UNHEALTHY, complaints=("AWS could not be reached\nCheck your connection, then look again.",))
    words = ("✗ Unhealthy", "The Check step finds", "! Not set", "AWS could not be reached")
    assert picture.shows(EventsDialog(answers, None, access), *words, before=_seen(seen))


@pytest.fixture
def managed(aws: Aws) -> Answers:
    """A source whose notifications Panther manages, in a region without a topic."""
    s3, region = aws.client("s3", "eu-north-1"), "eu-north-1"
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket="acme-managed", CreateBucketConfiguration={"LocationConstraint": region})
    source = S3Source(
        "managed logs",
        cast.CUSTOMER_ACCOUNT,
        "acme-managed",
        prefix_log_types=(PrefixLogTypes("app/", ("AWS.ALB",)),),
        panther_managed_bucket_notifications_enabled=True,
    )
    by = NotificationsBy.PANTHER
    return replace(
        START, source=source, bucket_region=region, notifications_by=by, by_api=True, api_url=ADDRESS, source_id="a1b2"
    )


def test_notifications_that_panther_makes(picture: Picture, aws: Aws, managed: Answers) -> None:
    """Every link that Panther has yet to make is waited for; nothing is to be done here."""
    words = ("Not there yet", "Panther makes the rest", "Look again")
    assert picture.shows(NotificationsScreen(managed, aws), *words)
