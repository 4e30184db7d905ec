"""A source file turned into answers, to continue or repair what it holds."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.opening import about
from panther_s3.source_file import SourceFile


def prefilled(answers: Answers, loaded: SourceFile, place: int) -> Answers:
    """Return `answers` with the source at `place` filled in; the others are kept, so that saving loses none."""
    sources = loaded.sources
    source = sources[place]
    managed = source.panther_managed_bucket_notifications_enabled
    return replace(
        about(answers, source),
        panther=loaded.panther,
        api_url=loaded.api_url,
        onboarding=loaded.onboarding,
        notifications_by=NotificationsBy.PANTHER if managed else NotificationsBy.WIZARD,
        finished=(*sources[:place], *sources[place + 1 :]),
        saved=sources,
    )
