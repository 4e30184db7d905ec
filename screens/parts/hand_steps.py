"""Steps to do by hand: each with its text, and each value to paste with a button that copies it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Label, Static

from panther_s3.handwork import HandStep, HandValue
from screens.parts.document import coloured
from screens.parts.text import plain


class CopyValue(Horizontal):
    """A labelled value, and the button that copies it."""

    def __init__(self, value: HandValue, *, copy: bool = True) -> None:
        super().__init__(classes="copy-value")
        self._value, self._copies = value, copy
        self._empty = "(leave empty)" if copy else "(none)"

    def compose(self) -> ComposeResult:
        yield Label(plain(self._value.label), classes="copy-label")
        shown = coloured(self._value.value, self._value.language) if self._value.value else plain(self._empty)
        yield Static(shown, classes="copy-text")
        if self._value.value and self._copies:
            yield Button("Copy", classes="copy-button", compact=True)

    @on(Button.Pressed)
    def _copy(self, event: Button.Pressed) -> None:
        event.stop()
        self.app.copy_to_clipboard(self._value.value)
        self.notify(f"{self._value.label} sent to the clipboard.", markup=False)


class HandSteps(Vertical):
    """Numbered steps, one under the other."""

    def __init__(self, steps: tuple[HandStep, ...], *, id: str | None = None) -> None:
        super().__init__(id=id, classes="hand-steps")
        self._steps = steps

    def compose(self) -> ComposeResult:
        for number, step in enumerate(self._steps, 1):
            yield Label(plain(f"{number}. {step.title}"), classes="hand-title")
            for paragraph in step.text:
                yield Static(plain(paragraph), classes="hand-text")
            for value in step.values:
                yield CopyValue(value)
