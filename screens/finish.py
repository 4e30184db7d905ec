"""Finish: everything in one view, to paste into Panther's Console, to save, and to undo."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

from textual import work
from textual.app import ComposeResult, SystemCommand
from textual.containers import Horizontal
from textual.widgets import Button, Static

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.finishing import (
    BY_HAND,
    IN_PANTHER,
    TAKEN_BACK,
    UNSAVED,
    UNSAVED_QUESTION,
    after_taking_back,
    changed_where,
)
from panther_s3.flow import Done, GoTo, Step
from panther_s3.handwork import console_form, next_steps, undo_steps
from panther_s3.panther_api.access import PantherAccess
from panther_s3.report import as_json, as_markdown, as_source_file
from screens.parts.chrome import action_button
from screens.parts.hand_steps import CopyValue, HandSteps
from screens.parts.save_dialog import SaveDialog
from screens.parts.text import marked, plain
from screens.step import StepScreen


class FinishScreen(StepScreen):
    """Show what to paste into Panther, offer to save it, and say what comes next."""

    STEP = Step.FINISH
    FORWARD = "Finish Setup"
    AUTO_FOCUS = "#watch, #save-source"  # the first of them, where Panther has the source
    BINDINGS = [("ctrl+s", "save_source", "Save")]
    access: PantherAccess

    def __init__(self, answers: Answers, aws: Aws, access: PantherAccess, program: str = "panther-s3-wizard") -> None:
        """Prepare the step.

        Args:
            answers: what the run came to.
            aws: takes things back, and reads the subscription.
            access: to Panther's API.
            program: the words that start this program again as it was started.
        """
        super().__init__(answers)
        self._aws, self.access, self._program = aws, access, program

    def compose_body(self) -> ComposeResult:
        if self.answers.taken_back:
            yield Static(marked("warn", TAKEN_BACK), id="finish-lead")
        else:
            yield Static(plain(IN_PANTHER if self._in_panther else BY_HAND), id="finish-lead")
        with Horizontal(id="in-panther") as row:
            row.display = not self.answers.taken_back or self._in_panther
            yield Static("First events" if self._in_panther else "By Panther's API", classes="saves-label")
            if self._in_panther:
                yield action_button("Watch them arrive…", "watch", id="watch")
            else:
                yield action_button("Have it do this…", "connect", id="connect")
        with Horizontal(id="saves"):
            yield Static("Save this as", classes="saves-label")
            yield action_button("Source file", "save_source", id="save-source")
            yield action_button("Markdown", "save_markdown", id="save-markdown")
            yield action_button("JSON", "save_json", id="save-json")
        for value in console_form(self.answers):
            yield CopyValue(value, copy=not self._in_panther)
        if self.answers.validation_note:
            yield Static(plain(f"Validation: {self.answers.validation_note}"), classes="note")
        yield Static("What comes next", classes="section")
        yield HandSteps(next_steps(self.answers), id="next-steps")
        if self.answers.made:
            yield Static(
                plain(f"What this run did in {changed_where(self.answers)}, and how to take it back"), classes="section"
            )
            if self._aws.journal.record.in_force:
                with Horizontal(id="undo-way"):
                    yield action_button("Take it back…", "undo", id="undo")
            yield HandSteps(undo_steps(self.answers), id="undo-steps")

    @property
    def _in_panther(self) -> bool:
        """Whether Panther has the source, and can be asked how it is."""
        return bool(self.answers.source_id) and self.answers.by_api

    def buttons(self) -> Iterable[Button]:
        yield action_button("Back", "back", id="back")
        yield action_button("Add another", "add_another", id="add-another")
        yield action_button(self.FORWARD, "forward", primary=True, id="forward")

    def system_commands(self) -> Iterable[SystemCommand]:
        yield SystemCommand(
            "Save the source file", "The wizard and its commands open it again", self.action_save_source
        )
        yield SystemCommand("Save as Markdown", "All of this page, for people", self.action_save_markdown)
        yield SystemCommand("Save as JSON", "All of this page, for programs", self.action_save_json)
        if self._in_panther:
            yield SystemCommand("Watch the first events", "Look whether they arrive", self.action_watch)
        else:
            yield SystemCommand("Connect Panther's API", "Have the source made in Panther", self.action_connect)
        if self._aws.journal.record.in_force:
            yield SystemCommand("Take it back", "Take back what this run did", self.action_undo)
        yield SystemCommand("Add another", "Begin with another bucket", self.action_add_another)
        yield from super().system_commands()

    @work(exclusive=True)
    async def action_save_source(self) -> None:
        """Save the sources as a file that the wizard and the other commands can open."""
        if (path := await self._ask_and_save("yml", as_source_file(self.answers))) is not None:
            self.answers = self.answers.as_saved()
            self.notify(f"Saved. Open it again with: {self._program} {shlex.quote(str(path))}", markup=False)

    @work(exclusive=True)
    async def action_save_markdown(self) -> None:
        """Save this view for people."""
        if (path := await self._ask_and_save("md", as_markdown(self.answers))) is not None:
            self.notify(f"Saved to {path}", markup=False)

    @work(exclusive=True)
    async def action_save_json(self) -> None:
        """Save this view for programs."""
        if (path := await self._ask_and_save("json", as_json(self.answers))) is not None:
            self.notify(f"Saved to {path}", markup=False)

    async def _ask_and_save(self, ending: str, text: str) -> Path | None:
        dialog = SaveDialog(f"{self.answers.source.suffix or 'source'}.{ending}", text)
        return await self.app.push_screen_wait(dialog)

    @work(exclusive=True)
    async def action_watch(self) -> None:
        """Show whether the first events arrive, until a key is pressed."""
        from screens.parts.events_dialog import EventsDialog

        aws = self._aws if self.answers.identity is not None else None
        await self.app.push_screen_wait(EventsDialog(self.answers, aws, self.access))

    def action_connect(self) -> None:
        """Ask for Panther's API."""
        self.ask_for_token()

    def take_api(self, answers: Answers) -> None:
        """Lead to the step that makes the source in Panther; where that was declined it stays as it is."""
        if answers.by_api:
            self.finish(GoTo(Step.PANTHER_SOURCE, answers))

    @work(exclusive=True)
    async def action_undo(self) -> None:
        """Show what taking the run back means, and do it once approved."""
        from screens.parts.undo_dialog import UndoDialog

        if await self.app.push_screen_wait(UndoDialog(self._aws, self.access)):
            self.finish(GoTo(Step.FINISH, after_taking_back(self.answers, self._aws.journal)))

    def action_forward(self) -> None:
        """End the onboarding, after asking where the source is saved nowhere."""
        if self.gather().unsaved:
            self.ask_to_end()
        else:
            self.finish(Done(self.answers))

    @work(exclusive=True, group="end")
    async def ask_to_end(self) -> None:
        """Ask, since a run that is finished is not offered again, and end."""
        from screens.parts.dialogs import ConfirmDialog

        question = ConfirmDialog(UNSAVED_QUESTION, UNSAVED, do="Finish", keep="Stay", danger=True)
        if await self.app.push_screen_wait(question):
            self.finish(Done(self.answers))

    def action_add_another(self) -> None:
        """Begin with another bucket, the same account and ways proposed."""
        self.finish(GoTo(Step.BUCKET_DETAILS, self.answers.for_another_bucket()))
