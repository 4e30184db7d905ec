"""The last proof: a test object is put, the way of its notification shown, and the object removed again."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from time import monotonic

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Button, Label, OptionList, Static
from textual.widgets.option_list import Option

from panther_s3.aws.proof_objects import ProofObject, put_proof_object
from panther_s3.aws.session import Aws
from panther_s3.form_words import PROOF_LEAD, PROOF_STAYS
from panther_s3.journal.changes import Change, ChangeKind
from panther_s3.notification_way import Way, seen_way
from panther_s3.problems import Problem
from panther_s3.undo import Undo
from screens.parts import stack_phases
from screens.parts.dialog import ScrollingDialog
from screens.parts.problem_panel import ProblemPanel
from screens.parts.text import marked, plain


class Phase(enum.Enum):
    """Where the proof stands."""

    ASKING = "asking"
    PUTTING = "putting"
    PUT = "put"
    REMOVING = "removing"


class ProofDialog(ScrollingDialog[None]):
    """Put a test object, show its notification's way, and remove it."""

    AUTO_FOCUS = "#proof-do"

    @dataclass
    class Put(Message):
        """The object is there."""

    @dataclass
    class Removed(Message):
        """The object is gone."""

    @dataclass
    class Refused(Message):
        """AWS refused."""

        problem: Problem

    choices = query_one("#proof-choices", OptionList)
    status = query_one("#proof-status", Static)
    problem = query_one(ProblemPanel)

    def __init__(self, aws: Aws, way: Way, proofs: list[ProofObject]) -> None:
        """Prepare the dialog.

        Args:
            aws: who puts and removes.
            way: how the links stand.
            proofs: the objects that may be put, one for each prefix.
        """
        super().__init__()
        self._aws, self._way, self._proofs = aws, way, proofs
        self._phase, self._entered = Phase.ASKING, monotonic()
        self._stays = False
        """Whether the object cannot be removed just now."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog mend"):
            yield Label("Send a test object", classes="dialog-title")
            with VerticalScroll(id="mend-scroll", can_focus=False):
                yield Static(PROOF_LEAD, id="proof-lead")
                yield Static(id="proof-status")
                yield ProblemPanel(retry=False)
            yield OptionList(*(Option(plain(proof.url)) for proof in self._proofs), id="proof-choices", compact=True)
            with Horizontal(classes="dialog-actions"):
                yield Button("Cancel", id="proof-close", compact=True)
                yield Button("Put it", id="proof-do", variant="primary", compact=True)

    def on_mount(self) -> None:
        self.choices.highlighted = 0
        self._enter(Phase.ASKING)

    @on(Button.Pressed, "#proof-close")
    def action_close(self) -> None:
        """Close; the object that was put, or may have been, is removed first."""
        if self._phase is Phase.PUT and not self._stays:
            self.retry()
        elif self._phase is Phase.ASKING and self._left:
            self._enter(Phase.REMOVING)
            self.remove_object()
        elif self._phase in (Phase.ASKING, Phase.PUT):
            self.dismiss(None)

    @on(OptionList.OptionSelected)
    def choose(self) -> None:
        """Lead from the prefix to the button: choosing one puts nothing yet."""
        self.query_one("#proof-do").focus()

    @on(Button.Pressed, "#proof-do")
    def go_on(self) -> None:
        """Take the phase's way on; a second press was meant for what stood there before."""
        if monotonic() - self._entered >= stack_phases.READING_SECONDS:
            self.retry()

    def retry(self) -> None:
        """Put the object, or remove it."""
        if self._phase is Phase.ASKING:
            self._enter(Phase.PUTTING)
            self.put(self._proof)
        elif self._phase is Phase.PUT:
            self._enter(Phase.REMOVING)
            self.remove_object()

    @property
    def _left(self) -> list[Change]:
        """The test objects that are on record and not removed; one may have been put without an answer that says so."""
        return [each for each in self._aws.journal.record.momentary if each.kind is ChangeKind.TEST_OBJECT]

    @property
    def _proof(self) -> ProofObject:
        return self._proofs[self.choices.highlighted or 0]

    @work(thread=True, exclusive=True, exit_on_error=False, group="proof")
    def put(self, proof: ProofObject) -> None:
        """Put the object."""
        try:
            put_proof_object(self._aws, proof)
        except Problem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Put())

    @work(thread=True, exclusive=True, exit_on_error=False, group="proof")
    def remove_object(self) -> None:
        """Remove what was put, as taking it back does."""
        try:
            Undo(self._aws, self._aws.journal).remove(ChangeKind.TEST_OBJECT)
        except Problem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Removed())

    @on(Put)
    def show_way(self) -> None:
        """Show the way of the object's notification, as far as it can be seen from this account."""
        if self.is_ending:
            return
        lines = [marked("ok", f"S3 has {self._proof.url}.")]
        lines += [marked(state, words) for state, words in seen_way(self._way, self._proof.key)]
        self.status.update(plain("\n").join(lines))
        self._enter(Phase.PUT)

    @on(Removed)
    def end(self) -> None:
        """Say so, and close."""
        if self.is_ending:
            return
        self.notify("The test object is removed.", markup=False)
        self.dismiss(None)

    @on(Refused)
    def show_refusal(self, event: Refused) -> None:
        """Show why, with what can be tried again."""
        self.show_failure(event.problem)

    def show_failure(self, problem: Problem) -> None:
        """Show what went wrong; an object that stays is named."""
        if self.is_ending:
            return
        self._stays = self._phase is Phase.REMOVING
        self._enter(Phase.PUT if self._stays else Phase.ASKING)
        self.query_one("#proof-lead").display = False
        left = [f"The {change.title} {PROOF_STAYS}" for change in self._left] if self._stays else []
        self.status.update(plain("\n").join(marked("warn", words) for words in left))
        self.problem.show(problem)

    def _enter(self, phase: Phase) -> None:
        self._phase, self._entered = phase, monotonic()
        self.problem.show(None)
        self.query_one(VerticalScroll).scroll_home(animate=False)
        busy = phase in (Phase.PUTTING, Phase.REMOVING)
        self.choices.display = phase is Phase.ASKING
        self.query_one("#proof-lead").display = phase is Phase.ASKING
        if busy:
            self.status.update(marked("busy", "Putting it…" if phase is Phase.PUTTING else "Removing it…"))
        do, close = self.query_one("#proof-do", Button), self.query_one("#proof-close", Button)
        do.disabled = close.disabled = busy
        do.label = plain("Put it" if phase in (Phase.ASKING, Phase.PUTTING) else "Remove it")
        close.label = plain("Cancel" if phase in (Phase.ASKING, Phase.PUTTING) else "Close")
        close.display = phase is not Phase.PUT or self._stays
        for button in (do, close):
            button.refresh(layout=True)
        if not busy:
            do.focus()
