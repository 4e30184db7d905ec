"""A link of the way from the bucket to Panther's queue: how it stands in a word, and, opened, what it wants."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from panther_s3.notification_way import Action, Link, Standing
from screens.parts.check_row import row_id
from screens.parts.text import plain

MARKS = {
    Standing.DONE: ("✓", "$text-success"),
    Standing.TO_DO: ("○", "$text-primary"),
    Standing.LATER: ("·", "$foreground 60%"),
    Standing.WAITING: ("…", "$text-warning"),
    Standing.STOPPED: ("✗", "$text-error"),
    Standing.UNKNOWN: ("?", "$text-accent"),
}
WIDTH = 11


def link_id(link: Link) -> str:
    """Return the id of the row of `link`."""
    return f"link-{row_id(link.check)}"


class LinkRow(Widget, can_focus=True):
    """One link; Enter or a click opens and closes its details."""

    BINDINGS = [
        Binding("enter", "details", "Details", key_display="enter"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    @dataclass(eq=False)
    class Wanted(Message):
        """The operator wants the link made anew, which is not what comes next."""

        action: Action

    def __init__(self, link: Link) -> None:
        super().__init__(id=link_id(link), classes="link-row")
        self.link = link
        self._head, self._detail = Static(classes="link-head"), Static(classes="link-detail")
        self._again = Button("", classes="link-again", compact=True)
        self._shown: Link | None = None

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._detail
        yield self._again

    @property
    def opened(self) -> bool:
        """Whether the details are shown."""
        return bool(self._detail.display)

    def show(self, link: Link, *, opened: bool) -> bool:
        """Show how the link stands, with its details where it is `opened`, and tell whether that is news.

        Where nothing changed, the operator's own opening and closing holds.
        """
        if self._shown == link:
            return False
        self.link = self._shown = link
        mark, style = MARKS[link.standing]
        word = f"{mark} {link.standing.value}"
        self._head.update(Content.assemble((f"{word:<{WIDTH}}", f"bold {style}"), link.title))
        self._detail.update(plain(link.detail))
        self._again.label = plain(link.action.value if link.action else "")
        self._open(opened)
        return True

    def action_details(self) -> None:
        """Open or close the details."""
        self._open(not self.opened)
        self.call_after_refresh(self.scroll_visible, animate=False)

    def on_click(self) -> None:
        """A click opens and closes too."""
        self.action_details()

    @on(Button.Pressed, ".link-again")
    def want(self, event: Button.Pressed) -> None:
        """Ask for what the button says."""
        event.stop()
        if self.link.action is not None:
            self.post_message(self.Wanted(self.link.action))

    def _open(self, opened: bool) -> None:
        """Show or hide the details; what waits for others has a button of its own beneath."""
        self._detail.display = opened
        self._again.display = opened and self.link.standing is Standing.WAITING and self.link.action is not None
