"""One check's row: its mark and word, what was looked at, what is wrong, and how to mend it."""

from __future__ import annotations

import json

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from panther_s3.checks.result import TITLES, CheckId, CheckResult, Status
from panther_s3.text import visible
from screens.parts.text import plain

WORDS = {
    Status.PASS: ("✓ OK", "$text-success"),
    Status.WARN: ("! Warning", "$text-warning"),
    Status.FAIL: ("✗ Failed", "$text-error"),
    Status.UNKNOWN: ("? Unknown", "$text-accent"),
    Status.SKIPPED: ("- Not yet", "$text-muted"),
}
WIDTH = 11


def row_id(check: CheckId) -> str:
    """Return the id of the row of `check`: its own, in the characters that an id may have."""
    return check.value.replace(".", "-").replace("_", "-")


class CheckRow(Widget, can_focus=True):
    """A row that settles when its check is judged; Enter or a click opens and closes its details."""

    BINDINGS = [("enter", "details", "Details"), ("down", "app.focus_next"), ("up", "app.focus_previous")]

    def __init__(self, check: CheckId) -> None:
        super().__init__(id=row_id(check), classes="check-row")
        self.check = check
        self.result: CheckResult | None = None

    def compose(self) -> ComposeResult:
        yield Static(self._head("… Looking", "$text-muted"), classes="check-head")
        yield Static(classes="check-detail")
        yield Button("Copy the remedy", classes="check-copy", compact=True)

    def on_mount(self) -> None:
        self._open(False)

    def wait(self) -> None:
        """Show that the check is being judged anew."""
        self.result = None
        self.query_one(".check-head", Static).update(self._head("… Looking", "$text-muted"))
        self._open(False)

    def show(self, result: CheckResult) -> None:
        """Show the finding; one that needs the operator is open at once."""
        self.result = result
        word, style = WORDS[result.status]
        self.query_one(".check-head", Static).update(self._head(word, style))
        self.query_one(".check-detail", Static).update(_details(result))
        self._open(result.status in {Status.FAIL, Status.UNKNOWN, Status.WARN})

    def action_details(self) -> None:
        """Open or close the details."""
        self._open(not self.query_one(".check-detail").display)

    def on_click(self) -> None:
        """A click opens and closes too."""
        self.action_details()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Copy what mends it."""
        event.stop()
        if self.result is not None:
            self.app.copy_to_clipboard(self.result.remedy)
            self.notify("Remedy sent to the clipboard.", markup=False)

    def _open(self, opened: bool) -> None:
        shown = opened and self.result is not None and bool(self.result.detail)
        self.query_one(".check-detail").display = shown
        self.query_one(".check-copy").display = bool(shown and self.result and "{" in self.result.remedy)

    def _head(self, word: str, style: str) -> Content:
        return Content.assemble((f"{word:<{WIDTH}}", f"bold {style}"), TITLES[self.check])


def _details(result: CheckResult) -> Content:
    parts: list[Content | tuple[str, str]] = [(visible(result.detail), "$text-muted")]
    if result.remedy:
        parts += [("\nTo mend it: ", "bold"), plain(result.remedy.strip())]
    if result.evidence.get("statement"):
        parts.append((f"\nLooked at: {visible(json.dumps(result.evidence['statement']))} in the ", "$text-muted"))
        parts.append((visible(str(result.evidence.get("document", ""))), "$text-muted"))
    return Content.assemble(*parts)
