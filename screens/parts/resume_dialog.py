"""Go on with a run that was cut off: which one, what became of what it began, and where it continues."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Button, Label, OptionList, Static
from textual.widgets.option_list import Option

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.journal import Journal, Record
from panther_s3.problems import Problem
from panther_s3.resuming import Gateways, Resumed, resume, run_words, set_aside
from panther_s3.state import undo_command
from screens.parts.dialog import Dialog
from screens.parts.problem_panel import ProblemPanel
from screens.parts.text import plain

Choice = tuple[Answers, Step]


class Phase(enum.Enum):
    """Where the dialog stands."""

    ASKING = enum.auto()
    LOOKING = enum.auto()
    FOUND = enum.auto()
    """It is known what became of the run, and there is something to read first."""
    REFUSED = enum.auto()
    """The run cannot be opened."""
    UNKNOWN = enum.auto()
    """The run is open, but AWS cannot be looked at."""


WAY_ON = {
    Phase.ASKING: "Resume",
    Phase.LOOKING: "Looking…",
    Phase.FOUND: "Go on",
    Phase.REFUSED: "Retry",
    Phase.UNKNOWN: "Retry",
}


class ResumeDialog(Dialog[Choice | None]):
    """Offer the unfinished runs; gives the answers and the step to go on with, or None to begin anew."""

    AUTO_FOCUS = "#resume-go"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("escape", "start", "Start anew"),
    ]

    @dataclass(eq=False)
    class Looked(Message):
        """It is known what became of what the run had begun."""

        resumed: Resumed

    @dataclass(eq=False)
    class Refused(Message):
        """The run cannot be opened."""

        problem: Problem

    runs = query_one("#resume-runs", OptionList)
    status = query_one("#resume-status", Static)
    problem = query_one(ProblemPanel)

    def __init__(self, unfinished: Sequence[Record], gateways: Gateways) -> None:
        super().__init__()
        self._unfinished, self._gateways = list(unfinished), gateways
        self._phase = Phase.ASKING
        self._resumed: Resumed | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog resume"):
            yield Label("Go on where you left off?", classes="dialog-title")
            yield OptionList(*map(_option, self._unfinished), id="resume-runs", compact=True)
            with VerticalScroll(id="resume-told", can_focus=False):
                yield Static(id="resume-status")
                yield ProblemPanel(retry=False, into_view=False)
            with Horizontal(classes="dialog-actions"):
                yield Button("Set it aside", id="resume-aside", compact=True)
                yield Button("Start anew", id="resume-new", compact=True)
                yield Button("Go on anyway", id="resume-anyway", compact=True)
                yield Button("Resume", id="resume-go", variant="primary", compact=True)

    def on_mount(self) -> None:
        self.runs.highlighted = 0
        self._ask()

    @on(Button.Pressed, "#resume-new")
    def action_start(self) -> None:
        """Begin anew, in a journal of its own; the run is offered again at the next start."""
        if self._phase is Phase.LOOKING:
            return
        if self._gateways.journal.run in {record.run for record in self._unfinished}:
            self._gateways.journal.close()
            self._gateways.journal = Journal(self._folder)
        self.dismiss(None)

    @on(Button.Pressed, "#resume-aside")
    def put_aside(self) -> None:
        """Offer the run no more; undo still knows what it did."""
        record = self._chosen()
        try:
            set_aside(self._folder, record.run)
        except Problem as problem:
            self._enter(Phase.REFUSED, problem=problem)
            return
        self._unfinished.remove(record)
        self.runs.remove_option(record.run)
        if record.to_take_back:
            words = f"{undo_command(record.run, self._folder)} takes back what it did."
            self.app.notify(words, markup=False, timeout=15)
        if self._unfinished:
            self.runs.highlighted = 0
            self._ask()
        else:
            self.dismiss(None)

    @on(Button.Pressed, "#resume-go")
    @on(OptionList.OptionSelected)
    def go_on(self) -> None:
        """Open the run and find out what became of what it had begun, or go on where that is known."""
        if self._phase is Phase.FOUND:
            self.go_anyway()
        elif self._phase is not Phase.LOOKING:
            self._enter(Phase.LOOKING, "Looking at what really happened in AWS…")
            self.look(self._chosen())

    @on(Button.Pressed, "#resume-anyway")
    def go_anyway(self) -> None:
        """Go on with what is known."""
        if self._resumed is not None:
            self.dismiss((self._resumed.answers, self._resumed.step))

    @work(thread=True, exclusive=True, exit_on_error=False, group="resume")
    def look(self, record: Record) -> None:
        """Open the run's journal, and compare what it began with AWS."""
        try:
            resumed = resume(self._folder, record, self._gateways)
        except Problem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Looked(resumed))

    @on(Looked)
    def show_found(self, event: Looked) -> None:
        """Go on at once, unless there is something to know first, or something lies over the dialog."""
        self._resumed = resumed = event.resumed
        if resumed.problem is not None:
            self._enter(Phase.UNKNOWN, problem=resumed.problem)
        elif resumed.findings or not self.is_active:
            self._enter(Phase.FOUND, "\n".join(resumed.findings))
        else:
            self.go_anyway()

    def retry(self) -> None:
        """Look again, once what was in the way is mended."""
        self.go_on()

    @on(Refused)
    def show_refusal(self, event: Refused) -> None:
        """Show why the run cannot be gone on with."""
        self._enter(Phase.REFUSED, problem=event.problem)

    def show_failure(self, problem: Problem) -> None:
        """Show an error that no gateway put into words."""
        self._enter(Phase.REFUSED, problem=problem)

    @on(OptionList.OptionHighlighted)
    def choose(self) -> None:
        """What was said of one run does not hold for another."""
        if self._phase is Phase.REFUSED:
            self._ask()

    @property
    def _folder(self) -> Path:
        folder = self._gateways.state_dir
        assert folder is not None  # the runs that are offered stand in it
        return folder

    def _chosen(self) -> Record:
        return self._unfinished[self.runs.highlighted or 0]

    def _ask(self) -> None:
        """Say what each way means."""
        self._enter(
            Phase.ASKING,
            "Resume goes on at that step. Start anew leaves it for the next start. Set it aside, and it is offered "
            "no more.",
        )

    def _enter(self, phase: Phase, text: str = "", problem: Problem | None = None) -> None:
        """Show the phase, its words, and the ways out that there are."""
        self._phase = phase
        self.problem.show(problem)
        self.status.update(plain(text))
        self.status.display = bool(text)
        opened = phase in (Phase.LOOKING, Phase.FOUND, Phase.UNKNOWN)
        self.runs.disabled = opened
        self.query_one("#resume-aside").display = not opened
        self.query_one("#resume-anyway").display = phase is Phase.UNKNOWN
        for button in self.query("#resume-aside, #resume-new, #resume-anyway, #resume-go").results(Button):
            button.disabled = phase is Phase.LOOKING
        go = self.query_one("#resume-go", Button)
        go.label = plain(WAY_ON[phase])
        go.refresh(layout=True)
        if phase is not Phase.LOOKING and self.focused is not self.runs:
            go.focus()


def _option(record: Record) -> Option:
    """The run in two lines."""
    return Option(plain("\n  ".join(run_words(record))), id=record.run)
