"""One check's row: its mark and word, and, opened, what was looked at, what is wrong, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from panther_s3.checks.result import TITLES, CheckId, CheckResult, Status
from screens.parts.check_detail import CheckDetail, to_copy

WORDS = {
    Status.PASS: ("✓ OK", "$text-success"),
    Status.WARN: ("! Warning", "$text-warning"),
    Status.FAIL: ("✗ Failed", "$text-error"),
    Status.UNKNOWN: ("? Unknown", "$text-accent"),
    Status.SKIPPED: ("- Not yet", "$foreground 60%"),
}
LOOKING = ("… Looking", "$foreground 60%")
WIDTH = 11


def row_id(check: CheckId) -> str:
    """Return the id of the row of `check`: its own, in the characters that an id may have."""
    return check.value.replace(".", "-").replace("_", "-")


class CheckRow(Widget, can_focus=True):
    """A row that settles when its check is judged; Enter or a click opens and closes its details."""

    BINDINGS = [
        Binding("enter", "details", "Details", key_display="enter"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    @dataclass(eq=False)
    class MendRequested(Message):
        """The operator wants to see the change that mends it."""

        row: CheckRow

    @dataclass(eq=False)
    class AgainRequested(Message):
        """The operator wants this check alone judged again."""

        row: CheckRow

    def __init__(self, check: CheckId) -> None:
        super().__init__(id=row_id(check), classes="check-row")
        self.check = check
        self.result: CheckResult | None = None
        self._mendable = False

    def compose(self) -> ComposeResult:
        yield Static(self._head(*LOOKING), classes="check-head")

    @property
    def opened(self) -> bool:
        """Whether the details are shown."""
        return bool(self.query(CheckDetail))

    def wait(self) -> None:
        """Show that the check is being judged anew."""
        self.result = None
        self.query_one(".check-head", Static).update(self._head(*LOOKING))
        self._close()

    def show(self, result: CheckResult, *, mendable: bool = False) -> None:
        """Show the finding; one that needs the operator is open at once."""
        if result == self.result and mendable == self._mendable:
            return
        self.result, self._mendable = result, mendable
        self.query_one(".check-head", Static).update(self._head(*WORDS[result.status]))
        self._close()
        if result.status in {Status.FAIL, Status.UNKNOWN, Status.WARN}:
            self._open()

    def action_details(self) -> None:
        """Open or close the details, and bring what was opened into view."""
        if self.opened:
            self._close()
        else:
            self._open()
            self.call_after_refresh(self.scroll_visible, animate=False)

    def on_click(self) -> None:
        """A click opens and closes too."""
        self.action_details()

    @on(Button.Pressed, ".check-copy")
    def _copy(self, event: Button.Pressed) -> None:
        event.stop()
        if self.result is not None:
            self.app.copy_to_clipboard(to_copy(self.result.remedy))
            self.notify("Sent to the clipboard.", markup=False)

    @on(Button.Pressed, ".check-mend")
    def _mend(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.MendRequested(self))

    @on(Button.Pressed, ".check-again")
    def _again(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.AgainRequested(self))

    def _open(self) -> None:
        if self.result is not None and (self.result.detail or self.result.remedy):
            self.mount(CheckDetail(self.result, mendable=self._mendable))

    def _close(self) -> None:
        self.query(CheckDetail).remove()

    def _head(self, word: str, style: str) -> Content:
        return Content.assemble((f"{word:<{WIDTH}}", f"bold {style}"), TITLES[self.check])
