"""Whether events arrive: every sign in every state, in words that claim no more than was seen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.checks.result import CheckId, CheckResult, Status
from panther_s3.first_events import NO_SOURCE, Seen, Sign, alarm_sentence, as_document, signs, summary
from panther_s3.panther_api.model import Alarm, SourceHealth
from panther_s3.source import S3Source

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ANSWERS = Answers(
    identity=CallerIdentity("111122223333", "arn:aws:iam::111122223333:user/operator"),
    source=S3Source("prod trail", "111122223333", "acme-logs", drop_off_alarm_minutes=60),
    source_id="a1b2",
)
RECEIVED, PROCESSED = "2026-03-01T11:58:00Z", "2026-03-01T11:59:00Z"
TITLES = ["Source in Panther", "Subscription", "Last event received", "Last event processed", "Drop-off alarm"]


def sign(seen: Seen, title: str, answers: Answers = ANSWERS) -> Sign:
    (found,) = [each for each in signs(seen, answers, NOW) if each.title == title]
    return found


def subscription(status: Status, cause: str | None = None) -> CheckResult:
    return CheckResult(CheckId.NOTIFICATIONS_SUBSCRIPTION, status, cause, "What was looked at.")


def test_signs_stand_in_the_order_in_which_they_come_true() -> None:
    assert [each.title for each in signs(Seen(), ANSWERS)] == TITLES


def test_before_anything_was_read_nothing_is_claimed() -> None:
    assert {each.state for each in signs(Seen(alarm_known=False), ANSWERS, NOW)} == {"unknown"}


# --- the source's health ---


@pytest.mark.parametrize(
    ("seen", "state", "word", "told"),
    [
        (Seen(SourceHealth(True)), "ok", "Healthy", "By Panther's own checks"),
        (Seen(SourceHealth(False)), "fail", "Unhealthy", "The Check step finds"),
        (Seen(SourceHealth(None)), "unknown", "Unknown", "Panther does not say."),
        (Seen(None), "unknown", "Unknown", "It could not be read."),
        (Seen(None, exists=False), "fail", "Gone", "never created or is deleted"),
    ],
)
def test_the_source_is_as_panther_says(seen: Seen, state: str, word: str, told: str) -> None:
    found = sign(seen, "Source in Panther")
    assert (found.state, found.word) == (state, word)
    assert told in found.detail


# --- the subscription ---


@pytest.mark.parametrize(
    ("status", "state", "word"),
    [
        (Status.PASS, "ok", "Confirmed"),
        (Status.WARN, "warn", "Confirmed"),
        (Status.FAIL, "fail", "Wrong"),
        (Status.UNKNOWN, "unknown", "Unknown"),
        (Status.SKIPPED, "fail", "None"),
    ],
)
def test_the_subscription_is_as_the_check_found_it(status: Status, state: str, word: str) -> None:
    found = sign(Seen(subscription=subscription(status)), "Subscription")
    assert (found.state, found.word, found.detail) == (state, word, "What was looked at.")


@pytest.mark.parametrize("status", [Status.WARN, Status.FAIL, Status.UNKNOWN])
def test_a_pending_subscription_may_come_or_has_to_be_made_once_more(status: Status) -> None:
    found = sign(Seen(subscription=subscription(status, "pending")), "Subscription")
    assert (found.state, found.word) == ("warn", "Pending")
    assert "subscribe once more" in found.detail


def test_a_subscription_that_was_not_looked_at_says_why() -> None:
    assert sign(Seen(), "Subscription").detail == "It could not be read."
    nobody = replace(ANSWERS, identity=None)
    assert sign(Seen(), "Subscription", nobody).detail == "Without an AWS identity it cannot be looked at."


# --- events ---


def test_events_that_come_are_told_by_when_they_came() -> None:
    seen = Seen(SourceHealth(True, RECEIVED, PROCESSED))
    assert sign(seen, "Last event received") == Sign("Last event received", "ok", "2 minutes ago", RECEIVED)
    assert sign(seen, "Last event processed") == Sign("Last event processed", "ok", "1 minute ago", PROCESSED)


def test_without_events_they_may_still_come() -> None:
    seen = Seen(SourceHealth(True))
    received = sign(seen, "Last event received")
    assert (received.state, received.word) == ("busy", "None yet")
    assert "what was there before is not read" in received.detail
    assert sign(seen, "Last event processed") == Sign("Last event processed", "busy", "None yet")


def test_events_that_are_received_and_not_processed_hint_at_what_to_look_at() -> None:
    seen = Seen(SourceHealth(True, RECEIVED))
    assert sign(seen, "Last event processed") == Sign(
        "Last event processed", "busy", "None yet", "If it stays so, the stream type or the log types do not fit."
    )
    failed = replace(ANSWERS, failed_checks=("The role may not decrypt.", "And more."))
    found = sign(seen, "Last event processed", failed)
    assert (found.state, found.word) == ("fail", "None")
    assert found.detail == "The role may not decrypt.\nAnd more."
    assert summary(seen, failed).startswith("Events arrive, but none is processed")


@pytest.mark.parametrize("title", TITLES[2:4])
def test_where_panther_could_not_be_asked_nothing_is_said_of_events(title: str) -> None:
    assert sign(Seen(None, complaints=("x",)), title) == Sign(title, "unknown", "Unknown")


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(), "Just now"),
        (timedelta(milliseconds=400), "Just now"),
        (timedelta(seconds=1), "1 second ago"),
        (timedelta(seconds=59), "59 seconds ago"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(seconds=119), "1 minute ago"),
        (timedelta(minutes=2), "2 minutes ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=400), "400 days ago"),
        (timedelta(seconds=-59), "Just now"),
    ],
)
def test_a_moment_is_told_by_how_long_ago_it_was(ago: timedelta, words: str) -> None:
    text = (NOW - ago).isoformat()
    assert sign(Seen(SourceHealth(True, text)), "Last event received").word == words


@pytest.mark.parametrize(
    "text", ["2026-03-01T10:00:00Z", "2026-03-01T10:00:00.000000Z", "2026-03-01T10:00:00", "2026-03-01T12:00:00+02:00"]
)
def test_a_moment_is_read_in_every_form_that_panther_may_give(text: str) -> None:
    """Without a zone it is UTC, as all of Panther's times are."""
    assert sign(Seen(SourceHealth(True, text)), "Last event received").word == "2 hours ago"


def test_the_operators_zone_changes_nothing() -> None:
    local = NOW.astimezone(timezone(timedelta(hours=9)))
    found = signs(Seen(SourceHealth(True, RECEIVED)), ANSWERS, local)
    assert found == signs(Seen(SourceHealth(True, RECEIVED)), ANSWERS, NOW)


@pytest.mark.parametrize("text", ["yesterday", "1700000000000000000", "2026-03-01T12:01:00Z", "2027-01-01T00:00:00Z"])
def test_a_moment_that_cannot_be_read_or_is_still_to_come_is_shown_as_it_is(text: str) -> None:
    found = sign(Seen(SourceHealth(True, text)), "Last event received")
    assert (found.state, found.word) == ("ok", text)


# --- the alarm ---


@pytest.mark.parametrize(
    ("alarm", "state", "word", "detail"),
    [
        (Alarm(60, "OK"), "ok", "After 1 hour", "Events arrive as they should."),
        (Alarm(1440, "ALARM"), "fail", "After 24 hours", "Panther has alerted: no event for that long."),
        (Alarm(90, "INSUFFICIENT_DATA"), "info", "After 90 minutes", "Panther has not counted long enough to tell."),
        (Alarm(2880, "SLEEPING"), "info", "After 2 days", "Its state is SLEEPING."),
        (Alarm(120), "info", "After 2 hours", ""),
    ],
)
def test_the_alarm_is_as_panther_has_it(alarm: Alarm, state: str, word: str, detail: str) -> None:
    assert sign(Seen(alarm=alarm), "Drop-off alarm") == Sign("Drop-off alarm", state, word, detail)


def test_no_alarm_is_a_warning_only_where_one_is_wanted() -> None:
    seen = Seen(SourceHealth(True))
    assert sign(seen, "Drop-off alarm") == Sign("Drop-off alarm", "warn", "Not set")
    unwanted = ANSWERS.with_source(drop_off_alarm_minutes=None)
    assert sign(seen, "Drop-off alarm", unwanted) == Sign("Drop-off alarm", "skipped", "None")


def test_an_alarm_that_could_not_be_read_is_not_called_missing() -> None:
    found = sign(Seen(SourceHealth(True), alarm_known=False), "Drop-off alarm")
    assert found == Sign("Drop-off alarm", "unknown", "Unknown", "It could not be read.")


@pytest.mark.parametrize(
    ("alarm", "sentence"),
    [
        (None, "Panther has no drop-off alarm for this source."),
        (Alarm(60, "OK"), "Panther alerts after 1 hour without an event: events arrive as they should."),
        (Alarm(2880, "SLEEPING"), "Panther alerts after 2 days without an event."),
        (Alarm(15), "Panther alerts after 15 minutes without an event."),
    ],
)
def test_the_alarm_in_a_sentence(alarm: Alarm | None, sentence: str) -> None:
    assert alarm_sentence(alarm) == sentence


# --- all of it in a line, and for programs ---


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (Seen(exists=False), NO_SOURCE),
        (Seen(SourceHealth(True, RECEIVED, PROCESSED)), "The onboarding is done."),
        (Seen(SourceHealth(True, "", PROCESSED)), "The onboarding is done."),
        (Seen(SourceHealth(True, RECEIVED)), "The first ones are being processed."),
        (Seen(SourceHealth(True)), "Waiting for the first events."),
        (Seen(), "Waiting for the first events."),
        (Seen(SourceHealth(False, RECEIVED, PROCESSED)), "Panther calls the source unhealthy now."),
        (Seen(SourceHealth(True, "", "2026-02-27T11:59:00Z")), "none for long."),
        (Seen(SourceHealth(True, "", "2026-02-27T11:59:00Z"), alarm=Alarm(10_000)), "The onboarding is done."),
        (Seen(SourceHealth(True, "", PROCESSED), subscription=subscription(Status.FAIL)), "is not told of new objects"),
        (Seen(complaints=("Panther did not answer",)), "not known: Panther could not be asked."),
        (Seen(SourceHealth(True), complaints=("AWS did not answer",)), "Waiting for the first events."),
    ],
)
def test_how_things_stand_in_a_line(seen: Seen, told: str) -> None:
    assert told in summary(seen, ANSWERS, NOW)


def test_an_event_that_is_longer_ago_than_the_alarm_allows_is_warned_of() -> None:
    old = SourceHealth(True, "", "2026-02-27T11:59:00Z")
    assert sign(Seen(old), "Last event processed").state == "warn"
    assert sign(Seen(old, alarm=Alarm(10_000)), "Last event processed").state == "ok"
    assert sign(Seen(SourceHealth(True, "", "unreadable")), "Last event processed").state == "ok"


def test_what_was_seen_is_there_for_programs() -> None:
    seen = Seen(SourceHealth(True, RECEIVED, PROCESSED), True, subscription(Status.PASS), Alarm(60, "OK"))
    assert as_document(seen, ANSWERS) == {
        "source": "prod trail",
        "id": "a1b2",
        "is_healthy": True,
        "last_event_received_at": RECEIVED,
        "last_event_processed_at": PROCESSED,
        "subscription": "pass",
        "alarm_minutes": 60,
        "alarm_state": "OK",
    }


def test_what_was_not_seen_is_null_for_programs() -> None:
    document = as_document(Seen(alarm=Alarm(60)), replace(ANSWERS, source_id=""))
    assert json.loads(json.dumps(document)) == {
        "source": "prod trail",
        "id": None,
        "is_healthy": None,
        "last_event_received_at": None,
        "last_event_processed_at": None,
        "subscription": None,
        "alarm_minutes": 60,
        "alarm_state": None,
    }
