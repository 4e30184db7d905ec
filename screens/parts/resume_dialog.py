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
from textual.containers import Horizontal, Vertical
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Button, Label, OptionList, Static
from textual.widgets.option_list import Option

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.journal import Record
from panther_s3.problems import Problem
from panther_s3.resuming import Gateways, Resumed, resume, set_aside
from screens.parts.dialog import Dialog
from screens.parts.problem_panel import ProblemPanel
from screens.parts.text import plain

Choice = tuple[Answers, Step]


class Phase(enum.Enum):
    """Where the dialog stands."""

    ASKING = "asking"
    LOOKING = "looking"
    FOUND = "found"
    REFUSED = "refused"


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
        """The run cannot be opened, or AWS does not tell."""

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
        one = len(self._unfinished) == 1
        with Vertical(classes="dialog resume"):
            yield Label("Go on where you left off?", classes="dialog-title")
            yield Static(
                "This run did not come to its end:" if one else "These runs did not come to their end:",
                id="resume-lead",
                classes="dialog-text",
            )
            yield OptionList(*map(_option, self._unfinished), id="resume-runs", compact=True)
            yield Static(id="resume-status", classes="dialog-text")
            yield ProblemPanel(retry=False, into_view=False)
            with Horizontal(classes="dialog-actions"):
                yield Button("Set it aside", id="resume-aside", compact=True)
                yield Button("Start anew", id="resume-new", compact=True)
                yield Button("Resume", id="resume-go", variant="primary", compact=True)

    def on_mount(self) -> None:
        self.runs.highlighted = 0
        self.query_one("#resume-status").display = False

    @on(Button.Pressed, "#resume-new")
    def action_start(self) -> None:
        """Begin anew; the run is offered again at the next start."""
        if self._phase is not Phase.LOOKING:
            self._gateways.journal.close()
            self.dismiss(None)

    @on(Button.Pressed, "#resume-aside")
    def put_aside(self) -> None:
        """Offer the run no more; undo still knows it."""
        record = self._chosen()
        try:
            set_aside(self._folder, record.run)
        except Problem as problem:
            self._refuse(problem)
            return
        self._unfinished.remove(record)
        self.runs.remove_option(record.run)
        if record.in_force:
            words = f"panther-s3-wizard undo {record.run} takes back what it did."
            self.notify(words, markup=False, timeout=10)
        if not self._unfinished:
            self.dismiss(None)

    @on(Button.Pressed, "#resume-go")
    @on(OptionList.OptionSelected)
    def go_on(self) -> None:
        """Open the run and find out what became of what it had begun, or go on where that is known."""
        if self._phase in (Phase.FOUND, Phase.REFUSED) and self._resumed is not None:
            self.dismiss((self._resumed.answers, self._resumed.step))
        elif self._phase in (Phase.ASKING, Phase.REFUSED):
            self._enter(Phase.LOOKING, "Looking at what really happened in AWS…")
            self.look(self._chosen())

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
        """Go on at once, unless there is something to know first."""
        self._resumed = event.resumed
        if event.resumed.problem is not None:
            self._refuse(event.resumed.problem)
        elif event.resumed.findings:
            self._enter(Phase.FOUND, "\n".join(event.resumed.findings))
        else:
            self.dismiss((event.resumed.answers, event.resumed.step))

    @on(Refused)
    def show_refusal(self, event: Refused) -> None:
        """Show why the run cannot be gone on with."""
        self._refuse(event.problem)

    @property
    def _folder(self) -> Path:
        folder = self._gateways.state_dir
        assert folder is not None  # the runs that are offered stand in it
        return folder

    def _chosen(self) -> Record:
        return self._unfinished[self.runs.highlighted or 0]

    def _refuse(self, problem: Problem) -> None:
        self._enter(Phase.REFUSED, "")
        self.problem.show(problem)

    def _enter(self, phase: Phase, text: str) -> None:
        self._phase = phase
        self.problem.show(None)
        self.status.update(plain(text))
        self.status.display = bool(text)
        busy = phase is Phase.LOOKING
        for button in self.query(Button):
            button.disabled = busy
        self.runs.disabled = phase in (Phase.LOOKING, Phase.FOUND)
        go = self.query_one("#resume-go", Button)
        go.label = plain("Go on" if self._resumed is not None else "Resume")
        self.query_one("#resume-aside").display = phase is Phase.ASKING


def _option(record: Record) -> Option:
    """The run in two lines: what it is about, and how far it came."""
    when = record.started[:16].replace("T", " ")
    did = f", changed in AWS: {len(record.in_force)}" if record.in_force else ", nothing changed in AWS"
    step = record.step.value.replace("_", " ") if record.step else "the start"
    return Option(plain(f"{record.words}\n  begun {when} UTC, at {step}{did}"), id=record.run)
