"""The Bucket Name field: offers the account's own buckets as one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from panther_s3 import form_words as form
from panther_s3 import rules
from screens.parts.fields import TextField
from screens.parts.text import plain

SHOWN = 50
"""How many buckets are offered at once; typing another letter narrows them."""
LISTED = "Type a part of the name; Down chooses from your account's buckets."
UNLISTED = "Your buckets could not be listed: type the whole name."


class BucketList(OptionList):
    """The buckets that fit what was typed; Esc closes it without leaving the step."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close the list", show=False)]

    def action_close(self) -> None:
        """Give the focus back to the field."""
        self.display = False
        self.screen.query_one("#bucket-name", Input).focus()


class BucketField(TextField):
    """A TextField with a list of buckets beneath: Down goes into it, Enter or a click chooses."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "enter_list", "Choose from the list", show=False)]

    def __init__(self, value: str, *, rule: Callable[[str], str] = rules.bucket_name_fault) -> None:
        super().__init__(
            form.BUCKET_NAME._replace(hint=LISTED),
            value,
            rule=rule,
            clean=rules.clean_bucket_name,
        )
        self._names: Sequence[str] = ()
        self._list = BucketList(id="buckets", compact=True)
        self._list.display = False

    def compose(self) -> ComposeResult:
        yield self.input
        yield self._list
        yield self._message

    def offer(self, names: Sequence[str], *, listed: bool = True) -> None:
        """Take the names of the account's buckets; not `listed`: AWS did not tell them."""
        self._names = names
        self.show_hint(LISTED if listed else UNLISTED)
        self._refresh_list()

    @property
    def may_be_whole(self) -> bool:
        """Whether the text looks finished: a bucket of the account, or like none of them."""
        return self.value in self._names or not self.matching(self.value)

    def action_enter_list(self) -> None:
        """Move from the text into the list."""
        if not self._list.display:
            self._refresh_list(force=True)
        if self._list.display:
            self._list.focus()
            self._list.highlighted = 0

    def matching(self, text: str) -> list[str]:
        """Return the buckets to offer for `text`: those that begin with it, then those that hold it."""
        typed = text.lower()
        begins = [name for name in self._names if name.startswith(typed)]
        holds = [name for name in self._names if typed in name and not name.startswith(typed)] if typed else []
        return (begins + holds)[:SHOWN]

    def _refresh_list(self, *, force: bool = False) -> None:
        found = self.matching("" if force and self.value in self._names else self.value)
        settled = not force and (not self.input.has_focus or found == [self.value])
        self._list.display = bool(found) and not settled
        if self._list.display:
            self._list.clear_options()
            self._list.add_options([Option(plain(name), id=name) for name in found])

    @on(Input.Changed)
    def _narrow(self) -> None:
        self._refresh_list()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.value = event.option.id or ""
        self.input.focus()
        self.input.cursor_position = len(self.input.value)
        self._list.display = False

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Offer the buckets as soon as the empty field is entered."""
        if event.widget is self.input and not self.value:
            self._refresh_list()

    def on_descendant_blur(self) -> None:
        """Close the list once neither the text nor the list has the focus."""
        self.call_after_refresh(self._close_if_left)

    def _close_if_left(self) -> None:
        if not self.has_focus_within:
            self._list.display = False
