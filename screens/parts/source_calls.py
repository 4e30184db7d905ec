"""What is asked of Panther's API for the source at hand, off the UI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from panther_s3.answers import Answers
from panther_s3.opening import opened
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.model import Alarm, PantherSource
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source_plan import SourceAct, SourcePlan, is_made, plan_source, wanted_source
from screens.parts.calls import Calls


class SourceCalls(Calls):
    """Asks for the screen that it stands in; shows nothing itself."""

    @dataclass(eq=False)
    class Planned(Message):
        """It is known what is to be done in Panther."""

        answers: Answers
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

        def read() -> Message:
            api = self._access.api(answers.api_url)
            known = self._access.sources(answers.api_url, anew=True)
            existing = None
            if answers.source_id:
                existing = _found(self._access, answers)
            if existing is None:
                wanted = wanted_source(answers)
                same = api.find_source(wanted.aws_account_id, wanted.name)
                existing = same if same is not None and is_made(answers, same) else None
            return self.Planned(answers, plan_source(answers, known, existing))

        self._post(read)

    @work(thread=True, exclusive=True, exit_on_error=False, group="panther")
    def make(self, answers: Answers, plan: SourcePlan) -> None:
        """Do what `plan` says, which was on the screen."""

        def write() -> Message:
            api = self._access.api(answers.api_url)
            if plan.act is SourceAct.CREATE:
                return self.Made(api.create_source(plan.wanted))
            assert plan.shown is not None
            return self.Made(api.update_source(plan.shown, plan.wanted))

        self._post(write)

    @work(thread=True, exclusive=True, exit_on_error=False, group="panther-known")
    def know(self, base: str) -> None:
        """Read the sources as they are now, and the log types."""
        self._post(lambda: self.Known(self._access.sources(base, anew=True), self._access.log_types(base)))

    @work(thread=True, exclusive=True, exit_on_error=False, group="panther")
    def open(self, answers: Answers, id: str) -> None:
        """Read a source and its alarm, to go on with."""

        def read() -> Message:
            api = self._access.api(answers.api_url)
            return self.Opened(opened(answers, api.read_source(id), api.read_alarm(id)))

        self._post(read)

    @work(thread=True, exclusive=True, exit_on_error=False, group="panther-alarm")
    def read_alarm(self, answers: Answers) -> None:
        """Read the drop-off alarm."""
        self._post(lambda: self.AlarmRead(self._access.api(answers.api_url).read_alarm(answers.source_id)))

    @work(thread=True, exclusive=True, exit_on_error=False, group="panther-alarm")
    def set_alarm(self, answers: Answers) -> None:
        """Set the alarm that the answers ask for, or take it away."""

        def write() -> Message:
            api, source = self._access.api(answers.api_url), answers.source
            if source.drop_off_alarm_minutes is None:
                api.remove_alarm(answers.source_id, source.name)
                return self.AlarmSet(None)
            return self.AlarmSet(api.put_alarm(answers.source_id, source.name, source.drop_off_alarm_minutes))

        self._post(write)

    def _post(self, question: Callable[[], Message]) -> None:
        """Post what `question` gives, or why it gave nothing; a late answer to one that is asked anew is dropped."""
        worker = get_current_worker()
        try:
            message = question()
        except Problem as problem:
            message = self.Refused(problem)
        if not worker.is_cancelled:
            self.post_message(message)


def _found(access: PantherAccess, answers: Answers) -> PantherSource | None:
    """The source that the answers are about; None where somebody deleted it."""
    try:
        return access.api(answers.api_url).read_source(answers.source_id)
    except Problem as problem:
        if problem.kind is ProblemKind.NOT_FOUND:
            return None
        raise
