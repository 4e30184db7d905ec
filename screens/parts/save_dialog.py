"""Save a text to a path; an existing file is overwritten only after a second question."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Label, Static

from panther_s3.files import write_new_file
from panther_s3.problems import Problem, ProblemKind
from screens.parts.dialog import Dialog
from screens.parts.dialogs import ConfirmDialog
from screens.parts.fields import PasteInput
from screens.parts.text import marked


class SaveDialog(Dialog[Path | None]):
    """Ask where to save `text`; gives the path written to, or None."""

    AUTO_FOCUS = "#save-path"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, file_name: str, text: str) -> None:
        super().__init__()
        self._file_name, self._text = file_name, text

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Save as", classes="dialog-title")
            yield PasteInput(self._file_name, id="save-path", compact=True, select_on_focus=False)
            yield Static(id="save-fault")
            with Horizontal(classes="dialog-actions"):
                yield Button("Cancel", id="save-cancel", compact=True)
                yield Button("Save", id="save-do", variant="primary", compact=True)

    @on(Input.Submitted, "#save-path")
    @on(Button.Pressed, "#save-do")
    def _save(self) -> None:
        self.save()

    @work(exclusive=True)
    async def save(self) -> None:
        """Write the file, ask before overwriting, and show in words what stands in the way."""
        typed = self.query_one("#save-path", Input).value.strip()
        if not typed:
            self.query_one("#save-fault", Static).update(marked("fail", "Give the file a name."))
            return
        path = Path(typed)
        try:
            try:
                written = write_new_file(path, self._text)
            except Problem as problem:
                if problem.kind is not ProblemKind.CONFLICT:
                    raise
                overwrite = ConfirmDialog("Overwrite the file?", f"{path} exists.", do="Overwrite", danger=True)
                if not await self.app.push_screen_wait(overwrite):
                    return
                written = write_new_file(path, self._text, overwrite=True)
        except Problem as problem:
            self.query_one("#save-fault", Static).update(marked("fail", f"{problem.title}. {problem.remedy}"))
            self.query_one("#save-path").focus()
        else:
            self.dismiss(written.resolve())

    @on(Button.Pressed, "#save-cancel")
    def cancel(self) -> None:
        """Close without saving."""
        self.dismiss(None)
