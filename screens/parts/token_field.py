"""The field for the token of Panther's API: what is typed shows as dots, and is given to nobody but the dialog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.actions import SkipAction
from textual.message import Message
from textual.widgets import Input

from panther_s3.form_words import FieldWords
from screens.parts.fields import PasteInput, TextField


class TokenInput(PasteInput):
    """Shows dots, and keeps the clipboard free of what is behind them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, password=True, **kwargs)

    @property
    def selected_text(self) -> str:
        """Nothing: whoever asks for it copies it."""
        return ""

    def action_copy(self) -> None:
        """Say that a token is not copied; where nothing is selected the key is the program's."""
        if self.selection.is_empty:
            raise SkipAction
        self.notify("The token is not copied: the clipboard is everybody's.", severity="warning", markup=False)

    def action_cut(self) -> None:
        """Take away what is selected, without copying it."""
        self.delete_selection()


class TokenField(TextField):
    """A question for a token; Enter answers the dialog, and leads no further."""

    @dataclass
    class Entered(Message):
        """Enter was pressed in the field."""

    def __init__(self, words: FieldWords, *, rule: Callable[[str], str]) -> None:
        super().__init__(words, rule=rule)
        self.input = self._control = TokenInput(id=words.id, compact=True, select_on_focus=False)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        event.prevent_default()  # it would lead to the next field, where Enter ticks a box
        self.post_message(self.Entered())
