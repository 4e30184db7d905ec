"""The reading of the notifications' way, off the UI thread, and the watch over a subscription that is pending."""

from __future__ import annotations

from dataclasses import dataclass

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.problems import Problem
from panther_s3.way_work import Looked, look_at_way
from screens.parts.calls import Calls


class WayCalls(Calls):
    """Reads for the screen that it stands in; shows nothing itself."""

    @dataclass(eq=False)
    class Looked(Message):
        """It is known how every link stands."""

        found: Looked

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
            message: Message = self.Looked(look_at_way(self._aws, answers))
        except Problem as problem:
            message = self.Refused(problem)
        if not worker.is_cancelled:
            self.post_message(message)
