"""The reading and judging of the checks, off the UI thread; each check is posted as soon as it can be judged."""

from __future__ import annotations

from dataclasses import dataclass

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.checks.result import CheckResult
from panther_s3.problems import Problem
from panther_s3.validating import Judged, judge
from screens.parts.calls import Calls


class CheckCalls(Calls):
    """Reads and judges for the screen that it stands in; shows nothing itself."""

    @dataclass(eq=False)
    class Settled(Message):
        """Some checks are judged; others wait for what is not read yet."""

        word: str
        """What was read last, or is waited for."""
        results: tuple[CheckResult, ...]

    @dataclass(eq=False)
    class Judged(Message):
        """All checks were judged."""

        found: Judged

    @dataclass(eq=False)
    class Refused(Message):
        """Nothing could be read at all."""

        problem: Problem

    def __init__(self, aws: Aws) -> None:
        super().__init__()
        self._aws = aws

    @work(thread=True, exclusive=True, exit_on_error=False, group="checks")
    def judge(self, answers: Answers, *, notifications_due: bool) -> None:
        """Read what the checks need, and judge it."""
        worker = get_current_worker()

        def settle(word: str, found: tuple[CheckResult, ...]) -> None:
            if not worker.is_cancelled:
                self.post_message(self.Settled(word, found))

        try:
            found = judge(self._aws, answers, notifications_due=notifications_due, settle=settle)
            message: Message = self.Judged(found)
        except Problem as problem:
            message = self.Refused(problem)
        if not worker.is_cancelled:
            self.post_message(message)
