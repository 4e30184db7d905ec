"""Who sets up the bucket's notifications: asked with the bucket, because the role depends on it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import RadioSet

from panther_s3 import form_words as form
from panther_s3.answers import NotificationsBy
from screens.parts.fields import Field
from screens.parts.text import plain
from screens.parts.toggles import Radio


class NotificationsChoice(Vertical):
    """Three ways, one chosen."""

    def __init__(self, value: NotificationsBy) -> None:
        super().__init__(id="notifications-choice")
        self._initial = value

    def compose(self) -> ComposeResult:
        with_buttons = RadioSet(
            *(Radio(plain(label), value=by is self._initial) for by, label in form.NOTIFICATIONS_BY.items()),
            id="notifications-by",
            compact=True,
        )
        yield Field(form.NOTIFICATIONS_BY_FIELD, with_buttons)

    @property
    def value(self) -> NotificationsBy:
        """The way chosen."""
        pressed = self.query_one(RadioSet).pressed_index
        return list(form.NOTIFICATIONS_BY)[pressed] if pressed >= 0 else self._initial
