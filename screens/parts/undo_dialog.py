"""Take back what the run did: what that means, thing by thing, then done, and what was left."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Button, Label, Static

from panther_s3.aws.session import Aws
from panther_s3.panther_api.access import PantherAccess
from panther_s3.problems import Problem
from panther_s3.text import visible
from panther_s3.undo import Prospect, Standing, Undo
from screens.parts.dialog import ScrollingDialog
from screens.parts.diffs import diff_lines
from screens.parts.problem_panel import ProblemPanel
from screens.parts.text import marked, plain

MARKS = {
    Standing.READY: "info",
    Standing.GONE: "skipped",
    Standing.CHANGED: "fail",
    Standing.BUSY: "warn",
    Standing.BLOCKED: "fail",
}


class Phase(enum.Enum):
    """Where the taking back stands."""

    LOOKING = "looking"
    SHOWN = "shown"
    WORKING = "working"
    DONE = "done"


class UndoDialog(ScrollingDialog[bool]):
    """Show what taking the run back means and do it once approved; gives True where something was taken back."""

    AUTO_FOCUS = "#undo-close"

    @dataclass(eq=False)
    class Looked(Message):
        """It is known what taking the run back means."""

        prospects: tuple[Prospect, ...]

    @dataclass(eq=False)
    class Said(Message):
        """How it goes on."""

        words: str

    @dataclass(eq=False)
    class Ended(Message):
        """All was tried."""

        lines: tuple[tuple[str, str], ...]
        """What came of each thing, behind the state that its mark tells."""
        problem: Problem | None

    @dataclass(eq=False)
    class Refused(Message):
        """AWS does not tell how things stand."""

        problem: Problem

    body = query_one("#undo-body", Static)
    problem = query_one(ProblemPanel)

    def __init__(self, aws: Aws, panther: PantherAccess) -> None:
        super().__init__()
        self._undo = Undo(aws, aws.journal, panther.api)
        self._phase = Phase.LOOKING
        self._prospects: Sequence[Prospect] = ()
        self._changed = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog mend"):
            yield Label("Take back what this run did", classes="dialog-title")
            with VerticalScroll(id="mend-scroll"):
                yield Static(id="undo-body")
                yield ProblemPanel()
            with Horizontal(classes="dialog-actions"):
                yield Button("Close", id="undo-close", compact=True)
                yield Button("Take it back", id="undo-do", variant="error", compact=True)

    def on_mount(self) -> None:
        self.begin()

    def under_way(self) -> str:
        taking = self._phase is Phase.WORKING
        return "The run is being taken back; what is not reached by then stays as it is." if taking else ""

    def retry(self) -> None:
        """Look again."""
        self.begin()

    def show_failure(self, problem: Problem) -> None:
        """Show an error that no gateway put into words."""
        if self.is_ending:
            return
        self._enter(Phase.DONE, plain(""))
        self.problem.show(problem)

    @on(ProblemPanel.RetryRequested)
    def begin(self) -> None:
        """Look at how everything stands."""
        self.problem.show(None)
        self._enter(Phase.LOOKING, marked("busy", "Looking at what the run did, and how it stands now…"))
        self.look()

    @on(Button.Pressed, "#undo-close")
    def action_close(self) -> None:
        """Close; what is on its way is waited for."""
        if self._phase is not Phase.WORKING:
            self.dismiss(self._changed)

    @on(Button.Pressed, "#undo-do")
    def go_on(self) -> None:
        """Take back what can be."""
        if self._phase is Phase.SHOWN:
            self._changed = True
            self._enter(Phase.WORKING, marked("busy", "Taking it back…"))
            self.take_back(tuple(self._prospects))

    @work(thread=True, exclusive=True, exit_on_error=False, group="undo")
    def look(self) -> None:
        """Find out what taking the run back means."""
        try:
            self.post_message(self.Looked(self._undo.look()))
        except Problem as problem:
            self.post_message(self.Refused(problem))

    @work(thread=True, exclusive=True, exit_on_error=False, group="undo")
    def take_back(self, prospects: Sequence[Prospect]) -> None:
        """Take back what can be, the last thing first; what fails holds up no other."""
        lines: list[tuple[str, str]] = []
        failed: Problem | None = None
        for prospect, problem in self._undo.take_back_all(prospects, self._say):
            if problem is not None:
                failed = failed or problem
                lines.append(("fail", f"Failed: {prospect.title}"))
            elif not prospect.clears:
                lines.append(("warn", f"Left: {prospect.title}. {prospect.why}"))
            else:
                lines.append(("ok", f"Done: {prospect.title}"))
        self.post_message(self.Ended(tuple(lines), failed))

    def _say(self, words: str) -> None:
        self.post_message(self.Said(words))

    @on(Looked)
    def show_prospects(self, event: Looked) -> None:
        """Show what would be done, and what is left as it is."""
        if self.is_ending:
            return
        self._prospects = event.prospects
        if not event.prospects:
            self._enter(Phase.DONE, marked("ok", "Nothing is left to take back."))
            return
        self._enter(Phase.SHOWN, plain("\n").join(map(_told, event.prospects)))

    @on(Said)
    def show_progress(self, event: Said) -> None:
        """Say how it goes on."""
        if self.is_ending:
            return
        self.body.update(marked("busy", f"{event.words}…"))

    @on(Ended)
    def show_end(self, event: Ended) -> None:
        """Say what was taken back, what was left, and what failed."""
        if self.is_ending:
            return
        text = plain("\n").join(marked(state, words) for state, words in event.lines)
        self._enter(Phase.DONE, text)
        self.problem.show(event.problem)

    @on(Refused)
    def show_refusal(self, event: Refused) -> None:
        """Show why AWS does not tell how things stand."""
        self.show_failure(event.problem)

    def _enter(self, phase: Phase, text: Content) -> None:
        self._phase = phase
        self.body.update(text)
        self.query_one(VerticalScroll).scroll_home(animate=False)
        do, close = self.query_one("#undo-do", Button), self.query_one("#undo-close", Button)
        do.display = phase is Phase.SHOWN and any(prospect.clears for prospect in self._prospects)
        close.disabled = phase is Phase.WORKING
        close.label = plain("Keep it" if do.display else "Close")
        close.refresh(layout=True)
        if not close.disabled:
            close.focus()


def _told(prospect: Prospect) -> Content:
    """What is done with one thing, and what that means or what is in the way."""
    head = marked(MARKS[prospect.standing], prospect.title)
    told = prospect.means if prospect.ready else f"{prospect.standing.value}. {prospect.why}"
    lines = [head, Content.styled(f"  {visible(told)}", "$text-muted")]
    if prospect.difference:
        lines.append(diff_lines(prospect.difference, indent="  "))
    return plain("\n").join(lines)
