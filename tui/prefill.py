"""A source file turned into answers, to continue or repair what it holds."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.rules import alarm_parts
from panther_s3.source_file import SourceFile


def prefilled(answers: Answers, loaded: SourceFile, place: int) -> Answers:
    """Return `answers` with the source at `place` filled in; the others are kept, so that saving loses none."""
    sources = loaded.sources
    source = sources[place]
    minutes = source.drop_off_alarm_minutes
    number, period = (answers.alarm_number, answers.alarm_period) if minutes is None else alarm_parts(minutes)
    managed = source.panther_managed_bucket_notifications_enabled
    return replace(
        answers,
        panther=loaded.panther,
        api_url=loaded.api_url,
        onboarding=loaded.onboarding,
        source=source,
        notifications_by=NotificationsBy.PANTHER if managed else NotificationsBy.WIZARD,
        suffix=source.role_suffix if source.role_suffix != source.suffix else "",
        alarm_on=minutes is not None,
        alarm_number=number,
        alarm_period=period,
        finished=(*sources[:place], *sources[place + 1 :]),
        saved=sources,
    )
