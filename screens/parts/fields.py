"""Questions of a form: a label, a control, and a line beneath that hints, warns or refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from panther_s3.form_words import FieldWords
from panther_s3.text import clean_paste, visible
from screens.parts.text import marked, plain


class PasteInput(Input):
    """An Input that takes a pasted value whole: a leading line end or blanks do not lose it."""

    def __init__(self, *args: Any, clean: Callable[[str], str] = clean_paste, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clean = clean

    def _on_paste(self, event: events.Paste) -> None:
        """Insert the pasted text as one clean line; Input's own handler would keep the first line only."""
        self.replace(self.clean(event.text), *self.selection)
        event.prevent_default()
        event.stop()


class Field(Widget):
    """One question of a form. Its line beneath shows the fault, else the note, else the hint.

    The label is drawn by the field itself, beside its children: a widget less for each question.
    """

    def __init__(self, words: FieldWords, control: Widget) -> None:
        """Prepare the question.

        Args:
            words: its label and hint; the field's own id is theirs with "-field" behind it.
            control: what is answered with.
        """
        super().__init__(id=f"{words.id}-field", classes="field")
        self._label, self._control, self._hint = words.label, control, words.hint
        self._current = False
        self._fault = ""
        self._note: tuple[str, str] | None = None
        self._message = Static(plain(words.hint), classes="field-message")
        self._message.display = bool(words.hint)

    def compose(self) -> ComposeResult:
        yield self._control
        yield self._message

    def render(self) -> Content:
        return Content.styled(visible(self._label), "bold $primary" if self._current else "$foreground 60%")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:  # noqa: ARG002
        """Mark the label of the field that is being filled in."""
        self._current = True
        self.refresh()

    def on_descendant_blur(self) -> None:
        """Take the mark away."""
        self._current = False
        self.refresh()

    @property
    def fault(self) -> str:
        """The rule that the value breaks, as shown; "" where none is."""
        return self._fault

    def show_fault(self, fault: str) -> None:
        """Show why the value cannot be used; "" takes the fault away."""
        self._fault = fault
        self.set_class(bool(fault), "-invalid")
        self._refresh_message()

    def show_note(self, text: str, state: str = "info") -> None:
        """Show what was found out about the value; "" takes the note away."""
        self._note = (state, text) if text else None
        self._refresh_message()

    def show_hint(self, hint: str) -> None:
        """Show another hint, for a control whose choices each want their own."""
        self._hint = hint
        self._refresh_message()

    def _refresh_message(self) -> None:
        if self._fault:
            self._message.update(marked("fail", self._fault))
        elif self._note is not None:
            self._message.update(marked(*self._note))
        else:
            self._message.update(plain(self._hint))
        self._message.display = bool(self._fault or self._note or self._hint)


class TextField(Field):
    """A question answered by text, judged by a rule on leaving it and, once refused, as one types."""

    @dataclass
    class Edited(Message):
        """The text changed."""

        field: TextField
        value: str

        @property
        def control(self) -> TextField:
            return self.field

    @dataclass
    class Settled(Message):
        """The operator left the field; `fault` tells whether it can be used."""

        field: TextField
        value: str
        fault: str

        @property
        def control(self) -> TextField:
            return self.field

    def __init__(
        self,
        words: FieldWords,
        value: str = "",
        *,
        rule: Callable[[str], str] = lambda _: "",
        suggester: Suggester | None = None,
        stacked: bool = False,
        clean: Callable[[str], str] = clean_paste,
    ) -> None:
        self.input = PasteInput(
            value, suggester=suggester, clean=clean, id=words.id, compact=True, select_on_focus=False
        )
        super().__init__(words, self.input)
        self.set_class(stacked, "-stacked")
        self.rule = rule

    @property
    def value(self) -> str:
        """The text, cleaned of what a paste brings along."""
        return self.input.clean(self.input.value)

    @value.setter
    def value(self, value: str) -> None:
        self.input.value = value

    def judge(self) -> bool:
        """Show the rule's verdict on the value and tell whether it passed."""
        self.show_fault(self.rule(self.value))
        return not self.fault

    def point_at(self) -> None:
        """Lead the operator here: focus the text, and bring it into view even if it has the focus already."""
        self.input.focus()
        self.scroll_visible(animate=False)

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        if self.fault:
            self.judge()
        self.post_message(self.Edited(self, self.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Enter leads to the next field, as Tab does; the fault shows on leaving."""
        event.stop()
        self.screen.focus_next()

    def on_descendant_blur(self) -> None:
        """Judge the value when the field is left, but do not complain of one that was never filled in."""
        if self.value or self.fault:
            self.judge()
        self.post_message(self.Settled(self, self.value, self.fault))


def first_refused(*fields: TextField) -> TextField | None:
    """Judge every field and return the first that is refused, so that it can be focused."""
    refused = [field for field in fields if not field.judge()]
    return refused[0] if refused else None
