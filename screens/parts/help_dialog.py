"""F1: what the focused field wants, what the step is about, and the keys."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Label, Static

from panther_s3.flow import Step
from panther_s3.help_texts import intro, sections
from screens.parts.dialog import Dialog
from screens.parts.text import plain, said

KEYS = (
    ("Tab / Shift+Tab", "next or previous field"),
    ("Enter", "press the focused button, open a list, or go to the next field"),
    ("Ctrl+N", "go on to the next step"),
    ("Esc", "back to the step before; nothing typed is lost"),
    ("Ctrl+P", "all commands, themes among them"),
    ("Ctrl+Q", "quit; asks first where something would be lost"),
)


class HelpDialog(Dialog[None]):
    """Help for one field of one step, and for the step."""

    AUTO_FOCUS = "#help-text"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,enter", "dismiss(None)", "Close", key_display="esc")]

    def __init__(self, step: Step, heading: str, field: str) -> None:
        super().__init__()
        self._step, self._heading, self._field = step, heading, field

    def compose(self) -> ComposeResult:
        field_help = sections(self._step.value)[self._field] if self._field else ""
        with Vertical(classes="dialog help"):
            yield Label(plain(self._heading), classes="dialog-title")
            with VerticalScroll(id="help-text"):
                if field_help:
                    yield Static(plain(field_help), classes="help-field")
                yield Static(plain(intro(self._step.value)), classes="help-intro")
                for key, meaning in KEYS:
                    yield Static(said("[b]$key[/b]  $meaning", key=f"{key:<15}", meaning=meaning))
            yield Static("Esc closes", classes="dialog-hint")
