"""What stands behind a check's finding: the fault, the remedy, the statement that decided, and the request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from panther_s3.checks.evidence import evidence_lines
from panther_s3.checks.result import CheckResult, Status
from panther_s3.text import visible
from screens.parts.text import plain

REMOVED = "Take the statement"
"""How a remedy begins that takes a statement out (`checks.remedies.to_remove`)."""


class CheckDetail(Vertical):
    """The opened part of a check's row."""

    def __init__(self, result: CheckResult, *, mendable: bool) -> None:
        super().__init__(classes="check-detail")
        self._result, self._mendable = result, mendable

    def compose(self) -> ComposeResult:
        result = self._result
        yield Static(plain(result.detail), classes="check-what")
        statement = statement_to_paste(result.remedy)
        if result.remedy:
            yield Static(_remedy(result.remedy, statement_in(result.remedy)), classes="check-remedy")
        yield from self._buttons()
        if statement:
            yield Static(Content.styled(visible(statement), "$text-accent"), classes="check-statement")
        if evidence := _evidence(result.evidence):
            yield Static(evidence, classes="check-evidence")

    def _buttons(self) -> Iterable[Horizontal]:
        """The ways on: none for what is all right."""
        if self._result.status in (Status.PASS, Status.SKIPPED):
            return
        copied = "Copy the statement" if statement_to_paste(self._result.remedy) else "Copy the remedy"
        buttons = [
            Button("Mend it…", classes="check-mend", variant="primary", compact=True) if self._mendable else None,
            Button(copied, classes="check-copy", compact=True) if self._result.remedy else None,
            Button("Check again", classes="check-again", compact=True),
        ]
        yield Horizontal(*filter(None, buttons), classes="check-actions")


def statement_in(remedy: str) -> str:
    """Return the JSON that the remedy holds, to copy it alone; "" where it holds none."""
    begin, end = remedy.find("{"), remedy.rfind("}")
    text = remedy[begin : end + 1] if 0 <= begin < end else ""
    try:
        json.loads(text)
    except ValueError:
        return ""
    return text


def statement_to_paste(remedy: str) -> str:
    """Return the statement of the remedy; "" for one that is to go, which stands in the evidence."""
    return "" if remedy.startswith(REMOVED) else statement_in(remedy)


def to_copy(remedy: str) -> str:
    """Return what of the remedy is worth copying: its statement where there is one to paste."""
    return statement_to_paste(remedy) or remedy


def _remedy(remedy: str, statement: str) -> Content:
    """The remedy in words; its statement stands beneath the buttons, so that these are in sight."""
    before, _, after = remedy.partition(statement) if statement else (remedy, "", "")
    begin = before.strip()
    shown = f"{begin[:-1]}, as shown beneath." if statement and begin.endswith(":") else begin
    words = "\n".join(filter(None, (shown, after.strip())))
    return Content.assemble(("To mend it: ", "bold"), visible(words))


def _evidence(evidence: Mapping[str, Any]) -> Content | None:
    """What was looked at; None where there is nothing to show."""
    lines = evidence_lines(evidence)
    return Content.styled(visible("\n".join(lines)), "$foreground 60%") if lines else None
