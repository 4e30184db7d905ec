"""A link of the way from the bucket to Panther's queue: how it stands in a word, and, opened, what it wants."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from panther_s3.notification_way import Link, Standing
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

    def __init__(self, link: Link) -> None:
        super().__init__(id=link_id(link), classes="link-row")
        self.link = link
        self._head, self._detail = Static(classes="link-head"), Static(classes="link-detail")

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._detail

    def show(self, link: Link, *, opened: bool) -> None:
        """Show how the link stands, with its details where it is `opened`."""
        self.link = link
        mark, style = MARKS[link.standing]
        word = f"{mark} {link.standing.value}"
        self._head.update(Content.assemble((f"{word:<{WIDTH}}", f"bold {style}"), link.title))
        self._detail.update(plain(link.detail))
        self._detail.display = opened

    def action_details(self) -> None:
        """Open or close the details."""
        self._detail.display = not self._detail.display
        self.call_after_refresh(self.scroll_visible, animate=False)

    def on_click(self) -> None:
        """A click opens and closes too."""
        self.action_details()
