"""A source file turned into answers, to continue or repair what it holds."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.rules import PERIODS
from panther_s3.source_file import SourceFile


def prefilled(answers: Answers, loaded: SourceFile, place: int) -> Answers:
    """Return `answers` with the source at `place` filled in; the others are kept, so that saving loses none."""
    sources = loaded.sources
    source = sources[place]
    number, period = _alarm(source.drop_off_alarm_minutes)
    managed = source.panther_managed_bucket_notifications_enabled
    return replace(
        answers,
        panther=loaded.panther,
        api_url=loaded.api_url,
        source=source,
        notifications_by=NotificationsBy.PANTHER if managed else NotificationsBy.WIZARD,
        suffix=source.role_suffix if source.role_suffix != source.suffix else "",
        alarm_on=source.drop_off_alarm_minutes is not None,
        alarm_number=number,
        alarm_period=period,
        finished=(*sources[:place], *sources[place + 1 :]),
        saved=sources,
    )


def _alarm(minutes: int | None) -> tuple[str, str]:
    """Return the alarm as number and period, in the longest period that it is a whole number of."""
    if minutes is None:
        return Answers().alarm_number, Answers().alarm_period
    period = next(name for name in reversed(PERIODS) if minutes % PERIODS[name] == 0)
    return str(minutes // PERIODS[period]), period
