"""What is asked of Panther's API for the source at hand, off the UI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from panther_s3.answers import Answers
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.model import Alarm, PantherSource
from panther_s3.problems import Problem
from panther_s3.source_in_panther import make_source, open_source, read_plan, set_alarm
from panther_s3.source_plan import SourcePlan
from screens.parts.calls import Calls


class SourceCalls(Calls):
    """Asks for the screen that it stands in; shows nothing itself."""

    @dataclass(eq=False)
    class Planned(Message):
        """It is known what is to be done in Panther."""

        plan: SourcePlan

    @dataclass(eq=False)
    class Known(Message):
        """The sources that Panther has, and the log types."""

        sources: tuple[PantherSource, ...]
        log_types: tuple[str, ...]

    @dataclass(eq=False)
    class Opened(Message):
        """A source was read whole, to go on with."""

        answers: Answers

    @dataclass(eq=False)
    class Made(Message):
        """The source was created or updated, or is as it shall be."""

        source: PantherSource

    @dataclass(eq=False)
    class AlarmRead(Message):
        """The drop-off alarm that Panther has; None where there is none."""

        alarm: Alarm | None

    @dataclass(eq=False)
    class AlarmSet(Message):
        """The drop-off alarm is as it shall be."""

        alarm: Alarm | None

    @dataclass(eq=False)
    class Refused(Message):
        """Panther refused or did not answer."""

        problem: Problem

    def __init__(self, access: PantherAccess) -> None:
        super().__init__()
        self._access = access

    @work(thread=True, exclusive=True, exit_on_error=False, group="panther")
    def plan(self, answers: Answers) -> None:
        """Find out what is to be done in Panther for these answers."""
        self._post(lambda: self.Planned(read_plan(self._access, answers)))

    @work(thread=True, exclusive=True, exit_on_error=False, group="panther")
    def make(self, answers: Answers, plan: SourcePlan) -> None:
        """Do what `plan` says, which was on the screen."""
        self._post(lambda: self.Made(make_source(self._access, answers, plan)))

    @work(thread=True, exclusive=True, exit_on_error=False, group="panther-known")
    def know(self, base: str) -> None:
        """Read the sources as they are now, and the log types."""
        self._post(lambda: self.Known(self._access.sources(base, anew=True), self._log_types(base)))

    @work(thread=True, exclusive=True, exit_on_error=False, group="panther")
    def open(self, answers: Answers, id: str) -> None:
        """Read a source and its alarm, to go on with."""
        self._post(lambda: self.Opened(open_source(self._access, answers, id)))

    @work(thread=True, exclusive=True, exit_on_error=False, group="panther-alarm")
    def read_alarm(self, answers: Answers) -> None:
        """Read the drop-off alarm."""
        self._post(lambda: self.AlarmRead(self._access.api(answers.api_url).read_alarm(answers.source_id)))

    @work(thread=True, exclusive=True, exit_on_error=False, group="panther-alarm")
    def set_alarm(self, answers: Answers) -> None:
        """Set the alarm that the answers ask for, or take it away."""
        self._post(lambda: self.AlarmSet(set_alarm(self._access, answers)))

    def _log_types(self, base: str) -> tuple[str, ...]:
        """The log types that Panther has; none where it does not tell: those that come with the program are offered."""
        try:
            return self._access.log_types(base)
        except Problem:
            return ()

    def _post(self, question: Callable[[], Message]) -> None:
        """Post what `question` gives, or why it gave nothing; a late answer to one that is asked anew is dropped."""
        worker = get_current_worker()
        try:
            message = question()
        except Problem as problem:
            message = self.Refused(problem)
        if not worker.is_cancelled:
            self.post_message(message)
