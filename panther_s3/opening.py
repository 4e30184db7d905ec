"""Beginning with a source that Panther has, to check, repair or update it: pure."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.panther_api.model import Alarm, PantherSource
from panther_s3.rules import alarm_parts


def opened(answers: Answers, found: PantherSource, alarm: Alarm | None) -> Answers:
    """Return the answers about the source that Panther has as `found`; who and where stay.

    Args:
        answers: those of the run.
        found: the source, read whole.
        alarm: its drop-off alarm; None where none is set.
    """
    managed = found.source.panther_managed_bucket_notifications_enabled
    by = NotificationsBy.PANTHER if managed else answers.notifications_by
    if by is NotificationsBy.PANTHER and not managed:
        by = NotificationsBy.WIZARD
    number, period = alarm_parts(alarm.minutes) if alarm else (answers.alarm_number, answers.alarm_period)
    source = replace(found.source, drop_off_alarm_minutes=alarm.minutes if alarm else None)
    return replace(
        answers,
        source=source,
        source_id=found.id,
        notifications_by=by,
        bucket_region="",
        iam_method=None,
        suffix=source.role_suffix if source.role_suffix != source.suffix else "",
        alarm_on=alarm is not None,
        alarm_number=number,
        alarm_period=period,
        alarm_set=alarm.minutes if alarm else None,
        failed_checks=(),
        validation_note="",
        notified=False,
        taken_back=False,
    )
