"""The reading of the notifications' way, off the UI thread, and the watch over a subscription that is pending."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.arrival import actual
from panther_s3.aws.session import Aws
from panther_s3.aws.way_reading import read_way
from panther_s3.checks.readings import Readings
from panther_s3.notification_way import Way, awaited, way_of
from panther_s3.problems import Problem
from screens.parts.calls import Calls


class WayCalls(Calls):
    """Reads for the screen that it stands in; shows nothing itself."""

    @dataclass(eq=False)
    class Looked(Message):
        """It is known how every link stands."""

        answers: Answers
        """What was asked about, with the bucket's region as AWS has it."""
        way: Way
        readings: Readings

    @dataclass(eq=False)
    class Refused(Message):
        """Nothing could be read."""

        problem: Problem

    def __init__(self, aws: Aws) -> None:
        super().__init__()
        self._aws = aws

    @work(thread=True, exclusive=True, exit_on_error=False, group="way")
    def look(self, answers: Answers) -> None:
        """Read the way of the source's notifications."""
        worker = get_current_worker()
        try:
            readings, region = read_way(self._aws, actual(answers))
            asked = replace(answers, bucket_region=region)
            way = way_of(readings, actual(asked))
            by_panther = answers.notifications_by is NotificationsBy.PANTHER
            message: Message = self.Looked(asked, awaited(way) if by_panther else way, readings)
        except Problem as problem:
            message = self.Refused(problem)
        if not worker.is_cancelled:
            self.post_message(message)
