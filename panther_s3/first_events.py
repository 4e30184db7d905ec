"""Whether events arrive: what Panther and the account say of it, in words that are honest about delays. Pure.

Panther takes up a new source within two minutes, since its processor keeps the list of sources that long
(panther-labs/panther, sources_cache.go), and reads an object within about five minutes of its
notification (docs.panther.com, "Data Transports").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from panther_s3.answers import Answers
from panther_s3.checks.result import CheckResult, Status
from panther_s3.panther_api.model import Alarm, SourceHealth
from panther_s3.rules import alarm_words as time_words

ALARM_WORDS = {
    "OK": "events arrive as they should",
    "ALARM": "Panther has alerted: no event for that long",
    "INSUFFICIENT_DATA": "Panther has not counted long enough to tell",
}
NO_SOURCE = "Panther has no such source. It was never created or is deleted, or the address is another Panther's."
DAY_MINUTES = 24 * 60
"""After which silence is told of where no alarm says when."""
UNREAD = "It could not be read."
STATES = {Status.PASS: "ok", Status.WARN: "warn", Status.FAIL: "fail"}


@dataclass(frozen=True)
class Sign:
    """One sign of whether events arrive."""

    title: str
    state: str
    """"ok", "warn", "fail", "busy" while it may still come, "info", "skipped" for what is not wanted, or "unknown"."""
    word: str
    """How it stands, in a word or two."""
    detail: str = ""


@dataclass(frozen=True)
class Seen:
    """What was read for the signs; None where it was not, or could not be."""

    health: SourceHealth | None = None
    exists: bool = True
    """Whether Panther has the source."""
    subscription: CheckResult | None = None
    alarm: Alarm | None = None
    complaints: tuple[str, ...] = ()
    """Why something could not be read, in sentences."""
    alarm_known: bool = True
    """Whether the alarm could be read, so that None stands for none."""

    def silent(self, now: datetime) -> bool:
        """Tell whether the last event that was processed is longer ago than the alarm allows, else than a day."""
        moment = _moment(self.health.processed_at) if self.health is not None else None
        limit = self.alarm.minutes if self.alarm is not None else DAY_MINUTES
        return moment is not None and now - moment > timedelta(minutes=limit)


def signs(seen: Seen, answers: Answers, now: datetime | None = None) -> tuple[Sign, ...]:
    """Return every sign, in the order in which they come true."""
    moment = now or datetime.now(UTC)
    return (
        _healthy(seen, answers),
        _subscribed(seen, answers),
        _received(seen, moment),
        _processed(seen, answers, moment),
        _alarm(seen, answers),
    )


def summary(seen: Seen, answers: Answers, now: datetime | None = None) -> str:
    """Return how things stand, in a line: what is wrong before what went well."""
    if not seen.exists:
        return NO_SOURCE
    if seen.health is not None and seen.health.processed_at:
        if seen.health.healthy is False:
            return "Events were processed, but Panther calls the source unhealthy now."
        if seen.silent(now or datetime.now(UTC)):
            return "Events were processed, but none for long."
        if seen.subscription is not None and seen.subscription.status in (Status.FAIL, Status.SKIPPED):
            return "Events were processed, but Panther's queue is not told of new objects as it should."
        return "Events arrive, and Panther processes them. The onboarding is done."
    if seen.health is not None and seen.health.received_at and answers.failed_checks:
        return "Events arrive, but none is processed: the checks found what is in the way. Go back and mend it."
    if seen.health is not None and seen.health.received_at:
        return "Panther receives events. The first ones are being processed."
    if seen.health is not None and seen.health.healthy is False:
        return "Panther calls the source unhealthy. Until that is mended no event is read."
    if seen.health is None and seen.complaints:
        return "Whether events arrive is not known: Panther could not be asked."
    return "Waiting for the first events. Up to two minutes for a new source, then about five for an object."


def as_document(seen: Seen, answers: Answers) -> Mapping[str, object]:
    """Return what was seen, for programs."""
    health = seen.health or SourceHealth()
    return {
        "source": answers.source.name,
        "id": answers.source_id or None,
        "is_healthy": health.healthy,
        "last_event_received_at": health.received_at or None,
        "last_event_processed_at": health.processed_at or None,
        "subscription": seen.subscription.status.value if seen.subscription else None,
        "alarm_minutes": seen.alarm.minutes if seen.alarm else None,
        "alarm_state": seen.alarm.state or None if seen.alarm else None,
    }


def alarm_sentence(alarm: Alarm | None) -> str:
    """Return in a sentence the alarm that Panther has."""
    if alarm is None:
        return "Panther has no drop-off alarm for this source."
    state = f": {told}" if (told := ALARM_WORDS.get(alarm.state, "")) else ""
    return f"Panther alerts after {time_words(alarm.minutes)} without an event{state}."


def _healthy(seen: Seen, answers: Answers) -> Sign:
    title = "Source in Panther"
    if not seen.exists:
        return Sign(title, "fail", "Gone", NO_SOURCE)
    if seen.health is None:
        return Sign(title, "unknown", "Unknown", UNREAD)
    if seen.health.healthy is None:
        return Sign(title, "unknown", "Unknown", "Panther does not say.")
    if seen.health.healthy:
        key = ", key" if answers.source.kms_key_arn else ""
        return Sign(title, "ok", "Healthy", f"By Panther's own checks: role, bucket{key}, one object.")
    why = "Panther does not say here which of its checks failed. The Check step finds the statement that is to blame."
    return Sign(title, "fail", "Unhealthy", why)


def _subscribed(seen: Seen, answers: Answers) -> Sign:
    title, result = "Subscription", seen.subscription
    if result is None:
        why = "Without an AWS identity it cannot be looked at." if answers.identity is None else UNREAD
        return Sign(title, "unknown", "Unknown", why)
    if result.cause == "pending":
        why = (
            "Panther confirms within a minute or two what was subscribed after it had the source. Made before, it stays"
        )
        return Sign(title, "warn", "Pending", f"{why} so: subscribe once more in the step Notify.")
    if result.status is Status.SKIPPED:  # there is no topic to subscribe to
        return Sign(title, "fail", "None", result.detail)
    word = {"ok": "Confirmed", "warn": "Confirmed", "fail": "Wrong"}.get(
        STATES.get(result.status, "unknown"), "Unknown"
    )
    return Sign(title, STATES.get(result.status, "unknown"), word, result.detail)


def _received(seen: Seen, now: datetime) -> Sign:
    title = "Last event received"
    if seen.health is None:
        return Sign(title, "unknown", "Unknown")
    if seen.health.received_at:
        return Sign(title, "ok", _ago(seen.health.received_at, now), seen.health.received_at)
    return Sign(title, "busy", "None yet", "S3 tells of new objects only: what was there before is not read.")


def _processed(seen: Seen, answers: Answers, now: datetime) -> Sign:
    title = "Last event processed"
    if seen.health is None:
        return Sign(title, "unknown", "Unknown")
    if seen.health.processed_at:
        state = "warn" if seen.silent(now) else "ok"
        return Sign(title, state, _ago(seen.health.processed_at, now), seen.health.processed_at)
    if seen.health.received_at:
        if answers.failed_checks:  # Panther's own checks do not find all that is in the way
            return Sign(title, "fail", "None", "\n".join(answers.failed_checks))
        return Sign(title, "busy", "None yet", "If it stays so, the stream type or the log types do not fit.")
    return Sign(title, "busy", "None yet")


def _alarm(seen: Seen, answers: Answers) -> Sign:
    title = "Drop-off alarm"
    if seen.alarm is None and not seen.alarm_known:
        return Sign(title, "unknown", "Unknown", UNREAD)
    if seen.alarm is None:
        wanted = answers.source.drop_off_alarm_minutes is not None
        return Sign(title, "warn" if wanted else "skipped", "Not set" if wanted else "None")
    state = {"OK": "ok", "ALARM": "fail"}.get(seen.alarm.state, "info")
    told = ALARM_WORDS.get(seen.alarm.state, f"its state is {seen.alarm.state}" if seen.alarm.state else "")
    return Sign(
        title, state, f"After {time_words(seen.alarm.minutes)}", told[:1].upper() + told[1:] + "." if told else ""
    )


def _ago(text: str, now: datetime) -> str:
    """How long ago a moment is, in words; the moment itself where it cannot be read, or is still to come.

    Less than a minute ahead is now: two clocks agree no better.
    """
    moment = _moment(text)
    if moment is None:
        return text
    seconds = round((now - moment).total_seconds())
    if seconds <= -60:
        return text
    seconds = max(0, seconds)
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {word}{'s' if count > 1 else ''} ago"
    return f"{seconds} second{'s' if seconds != 1 else ''} ago" if seconds else "Just now"


def _moment(text: str) -> datetime | None:
    """A moment as Panther tells it, in UTC where it names no zone; None where it cannot be read."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
