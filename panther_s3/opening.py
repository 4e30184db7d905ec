"""Beginning with a source that is whole: of a file, or one that Panther has, to check, repair or update it. Pure."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.panther_api.model import Alarm, PantherSource
from panther_s3.rules import alarm_parts
from panther_s3.source import S3Source


def opened(answers: Answers, found: PantherSource, alarm: Alarm | None) -> Answers:
    """Return the answers about the source that Panther has as `found`; who and where stay.

    Args:
        answers: those of the run.
        found: the source, read whole.
        alarm: its drop-off alarm; None where none is set.
    """
    by = answers.notifications_by
    if found.source.panther_managed_bucket_notifications_enabled:
        by = NotificationsBy.PANTHER
    elif by is NotificationsBy.PANTHER:
        by = NotificationsBy.WIZARD
    minutes = alarm.minutes if alarm else None
    return replace(
        about(answers, replace(found.source, drop_off_alarm_minutes=minutes)),
        source_id=found.id,
        notifications_by=by,
        bucket_region="",
        iam_method=None,
        alarm_set=minutes,
        failed_checks=(),
        validation_note="",
        notified=False,
        taken_back=False,
    )


def about(answers: Answers, source: S3Source) -> Answers:
    """Return the answers about a `source` that is whole, with what the form derives from it."""
    minutes = source.drop_off_alarm_minutes
    number, period = (answers.alarm_number, answers.alarm_period) if minutes is None else alarm_parts(minutes)
    return replace(
        answers,
        source=source,
        suffix=source.role_suffix if source.role_suffix != source.suffix else "",
        alarm_on=minutes is not None,
        alarm_number=number,
        alarm_period=period,
    )
