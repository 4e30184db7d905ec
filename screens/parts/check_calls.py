"""The reading and judging of the checks, off the UI thread; each check is posted as soon as it can be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from panther_s3.answers import Answers
from panther_s3.aws.readings import SoFar, read_for_checks
from panther_s3.aws.session import Aws
from panther_s3.checks.readings import Readings
from panther_s3.checks.result import CheckId, CheckResult, Status
from panther_s3.checks.runner import judged_so_far, run_checks
from panther_s3.mending import Mend, mend_of
from panther_s3.problems import Problem
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

        results: tuple[CheckResult, ...]
        mends: Mapping[CheckId, Mend]
        """The edit of one policy that mends a finding, where there is one."""
        calls: int = 0
        """How many calls to AWS the reading took."""

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

        def report(word: str, so_far: SoFar) -> None:
            if not worker.is_cancelled:
                found = judged_so_far(so_far.readings, answers, so_far.settled, notifications_due=notifications_due)
                self.post_message(self.Settled(word, found))

        try:
            readings = read_for_checks(self._aws, answers, report=report)
            results = run_checks(readings, answers, notifications_due=notifications_due)
            message: Message = self.Judged(results, _mends(results, readings, answers), readings.calls)
        except Problem as problem:
            message = self.Refused(problem)
        if not worker.is_cancelled:
            self.post_message(message)


def _mends(results: tuple[CheckResult, ...], readings: Readings, answers: Answers) -> dict[CheckId, Mend]:
    """Return the edit that mends each finding that has one; each is tried out first, which takes its time."""
    wanting = [result for result in results if result.status in (Status.FAIL, Status.WARN)]
    found = {result.id: mend_of(result, readings, answers) for result in wanting}
    return {check: mend for check, mend in found.items() if mend is not None}
