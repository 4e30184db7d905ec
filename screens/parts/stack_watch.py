"""A stack at work: current activity, progress, what failed and why, and every event in a log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message
from textual.widgets import ProgressBar, RichLog, Static
from textual.worker import Worker, WorkerState, get_current_worker

from panther_s3 import stack_work
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import Stack, StackEvent, Stacks
from panther_s3.problems import Problem
from panther_s3.stack_progress import StackProgress
from panther_s3.stack_words import event_line
from panther_s3.stack_work import Begun
from panther_s3.text import visible
from screens.parts.problem_panel import ProblemPanel
from screens.parts.text import marked, plain


class StackWatch(Vertical):
    """Follows a stack until it is at rest; what failed stays pinned above the log."""

    @dataclass
    class Ended(Message):
        """The stack is at rest; `stack` is None once it is deleted."""

        operation: str
        progress: StackProgress
        stack: Stack | None

    @dataclass
    class Refused(Message):
        """AWS no longer tells about the stack, which goes on all the same."""

        problem: Problem

    @dataclass
    class Progressed(Message):
        """AWS told where the stack stands."""

        progress: StackProgress
        events: tuple[StackEvent, ...]

    @dataclass
    class Delayed(Message):
        """AWS did not answer this time; it is asked again."""

        problem: Problem

    refusal = query_one("#stack-refusal", ProblemPanel)

    def __init__(self, aws: Aws, *, id: str) -> None:
        super().__init__(id=id, classes="stack-watch")
        self._stacks = Stacks(aws)
        self._started = monotonic()
        self._found = False
        self._shown: set[str] = set()
        self._status = ""
        self._running = False

    def compose(self) -> ComposeResult:
        yield Static(id="stack-status")
        yield ProgressBar(id="stack-progress", show_eta=False, show_percentage=False)
        yield Static(id="stack-failures")
        yield ProblemPanel(retry=False, id="stack-refusal")
        yield Static(id="stack-next")
        log = RichLog(id="stack-log", markup=False, highlight=False, wrap=True, min_width=0, max_lines=2000)
        log.border_title = "Events"
        yield log

    def on_mount(self) -> None:
        self.query_one("#stack-failures").display = False
        self.set_interval(1, self._tick)

    def begin(self, status: str, *, found: bool = False) -> None:
        """Start the clock and forget an earlier stack's events.

        Args:
            status: what to say until AWS tells more.
            found: AWS was at work before: the clock then counts from its first event.
        """
        self._started, self._status, self._found = monotonic(), status, found
        self._running = True
        self._shown.clear()
        self.query_one(RichLog).clear()
        self.query_one("#stack-failures").display = False
        self.refusal.show(None)
        self.query_one("#stack-next", Static).update("")
        self.query_one(ProgressBar).update(total=None, progress=0)
        self._show_status()

    def show(self, progress: StackProgress, events: tuple[StackEvent, ...]) -> None:
        """Show where the stack stands, and log the events that are new."""
        if self._found and progress.started is not None:
            behind = (datetime.now(UTC) - progress.started).total_seconds()
            self._started, self._found = monotonic() - max(0.0, behind), False
        log = self.query_one(RichLog)
        for event in events:
            if event.event_id not in self._shown:
                self._shown.add(event.event_id)
                log.write(_line(event))
        self.query_one(ProgressBar).update(total=progress.total, progress=progress.done)
        working = ", ".join(f"{event.logical_id} ({event.resource_type})" for event in progress.current)
        self._status = f"Working on {working}" if working and not progress.finished else progress.explanation.title
        self._show_failures(progress)
        told = progress.finished and progress.refusal is None
        self.query_one("#stack-next", Static).update(plain(progress.explanation.remedy if told else ""))
        self._show_status()
        self._running = not progress.finished

    @work(thread=True, exclusive=True, exit_on_error=False, group="watch")
    def follow(self, begun: Begun) -> None:
        """Poll the stack's events until it is at rest."""
        worker = get_current_worker()
        try:
            ended = stack_work.follow(
                self._stacks,
                begun,
                tell=lambda progress, events: self.post_message(self.Progressed(progress, events)),
                delayed=lambda problem: self.post_message(self.Delayed(problem)),
                cancelled=lambda: worker.is_cancelled,
            )
        except Problem as problem:
            self.post_message(self.Refused(problem))
        else:
            if ended is not None:
                self.post_message(self.Ended(ended.operation, ended.progress, ended.stack))

    @on(Worker.StateChanged)
    def _stop_watching(self, event: Worker.StateChanged) -> None:
        """Say that an error ended the watch which no gateway put into words; the stack goes on all the same."""
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            self.post_message(
                self.Refused(Problem("The watch over the stack ended", f"{type(error).__name__}: {error}"))
            )

    @on(Progressed)
    def _show_progress(self, event: Progressed) -> None:
        event.stop()
        self.show(event.progress, event.events)

    @on(Delayed)
    def _show_delay(self, event: Delayed) -> None:
        event.stop()
        self._status = f"{event.problem.title}: asking again"
        self._show_status()

    def _show_failures(self, progress: StackProgress) -> None:
        """Pin what failed; a permission that is lacking gets the panel with the statement to ask for."""
        if progress.refusal != self.refusal.problem:
            self.refusal.show(progress.refusal)
        pinned = progress.failures[1:] if progress.refusal else progress.failures
        failures = self.query_one("#stack-failures", Static)
        failures.display = bool(pinned)
        failures.update(plain("\n").join(marked("fail", f"{event.logical_id}: {event.reason}") for event in pinned))

    def _tick(self) -> None:
        if self._running:
            self._show_status()

    def _show_status(self) -> None:
        seconds = int(monotonic() - self._started)
        self.query_one("#stack-status", Static).update(plain(f"{self._status}   {seconds // 60}:{seconds % 60:02}"))


def _line(event: StackEvent) -> Text:
    return Text(visible(event_line(event)), style="bold" if event.status.endswith("FAILED") else "")
