"""The base of every dialog over a step: its style sheet is loaded with the first one."""

from __future__ import annotations

from typing import ClassVar

from textual.screen import ModalScreen, ScreenResultType

from assets import STYLES


class Dialog(ModalScreen[ScreenResultType]):
    """A question or notice over a step."""

    CSS_PATH: ClassVar = [STYLES / "dialogs.tcss"]
