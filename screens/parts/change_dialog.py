"""A change in AWS: what it does and what changes, to approve; then made, with the way back."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Label, Static

from assets import STYLES
from panther_s3.mending.keeping import Kept
from panther_s3.problems import Problem, ProblemKind
from panther_s3.proposed import UNCHANGED, Proposal, ProposedChange, counts_of
from screens.parts.dialog import ScrollingDialog
from screens.parts.diffs import diff_lines
from screens.parts.problem_panel import ProblemPanel
from screens.parts.text import marked, plain


class Phase(enum.Enum):
    """Where the change stands."""

    REVIEW = "review"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"


class ChangeDialog(ScrollingDialog[bool]):
    """Show a change and make it once approved; gives True where AWS may differ from what was judged."""

    CSS_PATH: ClassVar = [STYLES / "parts.tcss", STYLES / "dialogs.tcss"]
    AUTO_FOCUS = "#mend-close"

    @dataclass
    class Done(Message):
        """The change was made."""

        kept: Kept | None

    @dataclass
    class Refused(Message):
        """It was not made, or AWS does not confirm it."""

        problem: Problem
        kept: Kept | None = None

    @property
    def kept(self) -> Kept | None:
        """Where the former policy is, and how to put it back, once the change is made."""
        return self._kept if self._phase is Phase.DONE else None

    def __init__(self, change: ProposedChange, *, heading: str = "") -> None:
        """Prepare the dialog.

        Args:
            change: what is shown, and made once approved.
            heading: what stands above it; by default the change's own.
        """
        super().__init__()
        self.change, self._heading = change, heading or change.heading
        self._phase = Phase.REVIEW
        self._kept: Kept | None = None
        self._changed = False

    @property
    def proposal(self) -> Proposal:
        """The change as it is shown."""
        return self.change.proposal

    def extras(self) -> ComposeResult:
        """Yield what is to be chosen before the change is made."""
        return iter(())

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog mend"):
            yield Label(self._heading, classes="dialog-title", id="mend-title")
            yield Static(plain(f"In the {self.proposal.title}"), id="mend-target")
            with VerticalScroll(id="mend-scroll"):
                yield Static(plain(self.proposal.summary), classes="mend-said")
                for note in self.proposal.notes:
                    yield Static(marked("warn", note), classes="mend-said")
                yield from self.extras()
                yield Static(self._diff(), id="mend-diff")
            with VerticalScroll(id="mend-outcome"):
                yield Static(id="mend-status")
                yield ProblemPanel(retry=False, into_view=False)
            with Horizontal(classes="dialog-actions"):
                yield Button("Cancel", id="mend-close", compact=True)
                yield Button("Copy the command", id="mend-copy", compact=True)
                yield Button("Make this change", id="mend-do", variant="primary", compact=True)

    def on_mount(self) -> None:
        self._enter(Phase.REVIEW)
        if self.proposal.obstacle is not None:
            self._refuse(self.proposal.obstacle)
            self.query_one("#mend-scroll").display = True
            self.query_one(".mend").add_class("-both")

    @on(Button.Pressed, "#mend-close")
    def action_close(self) -> None:
        """Close; a change that is on its way is waited for."""
        if self._phase is not Phase.WORKING:
            self.dismiss(self._changed)

    @on(Button.Pressed, "#mend-do")
    def begin(self) -> None:
        """Make the change, or try again."""
        if self._phase in (Phase.REVIEW, Phase.REFUSED):
            self._enter(Phase.WORKING)
            self.query_one("#mend-status", Static).update(marked("busy", f"Changing the {self.proposal.title}…"))
            self.query_one(ProblemPanel).show(None)
            self.make_change(self._kept)

    @on(Button.Pressed, "#mend-copy")
    def copy_command(self) -> None:
        """Copy the command that undoes the change."""
        if self._kept is not None:
            self.app.copy_to_clipboard(self._kept.command)
            self.notify("Command sent to the clipboard.", markup=False)

    @work(thread=True, exclusive=True, exit_on_error=False, group="mend")
    def make_change(self, kept: Kept | None) -> None:
        """Keep the former document, then make the change."""
        try:
            kept = kept or self.change.keep()
            self.change.make()
        except Problem as problem:
            self.post_message(self.Refused(problem, kept))
        else:
            self.post_message(self.Done(kept))

    @on(Done)
    def show_done(self, event: Done) -> None:
        """Say that it was made, and how to take it back."""
        if self.is_ending:
            return
        self._kept, self._changed = event.kept, True
        self._enter(Phase.DONE)
        back = self.change.way_back(event.kept)
        text = marked("ok", self.change.outcome()) + plain(f"\n\n{back}" if back else "")
        self.query_one("#mend-status", Static).update(text)

    @on(Refused)
    def show_refusal(self, event: Refused) -> None:
        """Show why it was not made; another try keeps no second copy."""
        self._kept, problem = event.kept, event.problem
        if problem.kind not in UNCHANGED and self._kept is not None and self._kept.path is not None:
            problem = replace(
                problem, remedy=f"{problem.remedy} What was there before is kept in {self._kept.path}.".strip()
            )
        self._refuse(problem)

    def retry(self) -> None:
        """Make the change, once what was in the way is mended."""
        self.begin()

    def show_failure(self, problem: Problem) -> None:
        """Show an error that no gateway put into words; AWS may have been changed."""
        self._refuse(replace(problem, remedy="Close this: what AWS has now is judged."))

    def _refuse(self, problem: Problem) -> None:
        """Show `problem` and the way out that helps: another try, or another look."""
        if self.is_ending:
            return
        self._changed = self._changed or problem.kind not in UNCHANGED
        self._enter(Phase.REFUSED)
        self.query_one("#mend-status").display = False
        self.query_one(ProblemPanel).show(problem)
        again = self.query_one("#mend-do", Button)
        # what changed meanwhile, or has no room, would be refused again
        again.display = problem.kind is not ProblemKind.CONFLICT and problem is not self.proposal.obstacle
        close = self.query_one("#mend-close", Button)
        close.label = plain("Check again" if problem.kind is ProblemKind.CONFLICT else "Close")
        close.refresh(layout=True)

    def _enter(self, phase: Phase) -> None:
        """Show what belongs to `phase`, the safe button in focus."""
        self._phase = phase
        self.query_one("#mend-scroll").display = phase is Phase.REVIEW
        self.query_one("#mend-outcome").display = phase is not Phase.REVIEW
        self.query_one("#mend-status").display = True
        do, close = self.query_one("#mend-do", Button), self.query_one("#mend-close", Button)
        do.display = phase in (Phase.REVIEW, Phase.REFUSED)
        do.label = plain("Retry" if phase is Phase.REFUSED else "Make this change")
        close.label = plain("Cancel" if phase is Phase.REVIEW else "Close")
        close.disabled = phase is Phase.WORKING
        self.query_one("#mend-copy").display = phase is Phase.DONE and self._kept is not None
        self.call_after_refresh(self._focus_close)

    def _focus_close(self) -> None:
        if not self.query_one("#mend-close").disabled:
            self.query_one("#mend-close").focus()

    def _diff(self) -> Content:
        """The lines of the change: their marks and a count in words, beside their colours."""
        lines = self.proposal.lines
        if not lines:
            return Content()
        return Content.assemble((f"\n{counts_of(lines)}\n", "bold"), diff_lines(lines))
