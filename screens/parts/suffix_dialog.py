"""Ask for the ending of the keys that the bucket shall tell of; most sources want none."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.getters import query_one
from textual.widgets import Button, Input, Label, Static

from panther_s3.form_words import NOTIFICATION_SUFFIX_MEANING
from panther_s3.rules import notification_suffix_fault
from screens.parts.dialog import Dialog
from screens.parts.fields import PasteInput
from screens.parts.text import marked


class SuffixDialog(Dialog[str | None]):
    """Ask for the suffix; gives it, or None to leave it as it is."""

    AUTO_FOCUS = "#suffix-text"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    text = query_one("#suffix-text", PasteInput)
    fault = query_one("#suffix-fault", Static)

    def __init__(self, suffix: str) -> None:
        super().__init__()
        self._suffix = suffix

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Only keys that end with…", classes="dialog-title")
            yield Static(NOTIFICATION_SUFFIX_MEANING, classes="dialog-text")
            yield PasteInput(self._suffix, placeholder="No suffix: every new object", id="suffix-text", compact=True)
            yield Static(id="suffix-fault")
            with Horizontal(classes="dialog-actions"):
                yield Button("Cancel", id="suffix-keep", compact=True)
                yield Button("Plan with it", id="suffix-take", variant="primary", compact=True)

    @on(Input.Submitted)
    @on(Button.Pressed, "#suffix-take")
    def take(self) -> None:
        """Give the suffix, if it can be one."""
        suffix = self.text.clean(self.text.value)
        fault = notification_suffix_fault(suffix)
        if fault:
            self.fault.update(marked("fail", fault))
            self.text.focus()
        else:
            self.dismiss(suffix)

    @on(Button.Pressed, "#suffix-keep")
    def keep(self) -> None:
        """Leave it as it is."""
        self.dismiss(None)
