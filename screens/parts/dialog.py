"""The base of every dialog over a step: its style sheet is loaded with the first one."""

from __future__ import annotations

from typing import ClassVar

from textual.screen import ModalScreen, ScreenResultType

from assets import STYLES
from screens.parts.chrome import KeyFooter


class Dialog(ModalScreen[ScreenResultType]):
    """A question or notice over a step."""

    CSS_PATH: ClassVar = [STYLES / "dialogs.tcss"]

    def on_mount(self) -> None:
        self.mount(KeyFooter())  # the step's own keys, beneath, do not hold while the dialog is open
