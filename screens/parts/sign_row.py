"""A sign of whether events arrive: its name, how it stands in a word, and beneath what that means."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Label, Static

from panther_s3.first_events import Sign
from panther_s3.text import visible
from screens.parts.text import marked, plain


class SignRow(Horizontal):
    """One sign; `show` says how it stands now."""

    def __init__(self, sign: Sign) -> None:
        super().__init__(classes="sign-row")
        self._title, self._told = Label(plain(sign.title), classes="sign-title"), Static(classes="sign-told")
        self.show(sign)

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._told

    def show(self, sign: Sign) -> None:
        """Show how the sign stands."""
        detail = f"\n{visible(sign.detail)}" if sign.detail else ""
        self._told.update(Content.assemble(marked(sign.state, sign.word), (detail, "$foreground 60%")))
