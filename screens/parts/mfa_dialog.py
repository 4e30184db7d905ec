"""The MFA code of a profile, asked in a dialog of ours and never on the terminal behind it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Label, Static

from panther_s3.form_words import MFA_CODE
from panther_s3.rules import mfa_code_fault
from screens.parts.dialog import Dialog
from screens.parts.fields import PasteInput
from screens.parts.text import marked, said


class MfaDialog(Dialog[str | None]):
    """Ask for the six digits that the device `serial` shows; None means: cancelled."""

    AUTO_FOCUS = "#mfa-code"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, serial: str) -> None:
        super().__init__()
        self._serial = serial

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label(MFA_CODE.label, classes="dialog-title")
            yield Static(
                said("This profile needs the code that $serial shows now.", serial=self._serial),
                classes="dialog-text",
            )
            yield PasteInput(placeholder="6 digits", id="mfa-code", compact=True)
            yield Static(id="mfa-fault")
            with Horizontal(classes="dialog-actions"):
                yield Button("Cancel", id="mfa-cancel", compact=True)
                yield Button("Use this code", id="mfa-use", variant="primary", compact=True)

    @on(Input.Submitted, "#mfa-code")
    @on(Button.Pressed, "#mfa-use")
    def use(self) -> None:
        """Give the code back if it has six digits."""
        code = "".join(self.query_one("#mfa-code", Input).value.split())
        if fault := mfa_code_fault(code):
            self.query_one("#mfa-fault", Static).update(marked("fail", fault))
            self.query_one("#mfa-code").focus()
        else:
            self.dismiss(code)

    @on(Button.Pressed, "#mfa-cancel")
    def cancel(self) -> None:
        """Give up: the profile stays without credentials."""
        self.dismiss(None)
