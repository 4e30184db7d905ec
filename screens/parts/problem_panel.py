"""A Problem shown in its place: what happened, why, what to do, and the ways out as buttons."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from panther_s3.problems import Problem
from screens.parts.text import marked, plain, said


class ProblemPanel(Widget):
    """Shows one Problem at a time and takes no room while there is none."""

    @dataclass
    class RetryRequested(Message):
        """The operator wants the refused call made again."""

        panel: ProblemPanel

        @property
        def control(self) -> ProblemPanel:
            return self.panel

    @dataclass
    class CommandRequested(Message):
        """The operator wants the wizard to step aside and run the command that mends it."""

        panel: ProblemPanel
        command: tuple[str, ...]

        @property
        def control(self) -> ProblemPanel:
            return self.panel

    def __init__(self, *, retry: bool = True, id: str = "problem") -> None:
        super().__init__(id=id, classes="problem")
        self._retry = retry
        self.problem: Problem | None = None
        self.display = False

    def compose(self) -> ComposeResult:
        yield Static(classes="problem-title")
        yield Static(classes="problem-cause")
        yield Static(classes="problem-remedy")
        yield Static(classes="problem-statement")
        with Horizontal(classes="problem-actions"):
            yield Button("Retry", classes="problem-retry", compact=True)
            yield Button("Run it here", classes="problem-run", compact=True)
            yield Button("Copy the statement", classes="problem-copy", compact=True)

    def show(self, problem: Problem | None) -> None:
        """Show `problem`, or nothing."""
        self.problem = problem
        self.display = problem is not None
        if problem is None:
            return
        statement = json.dumps(problem.statement, indent=2) if problem.statement else ""
        command = shlex.join(problem.command)
        self._fill("title", marked("fail", problem.title))
        self._fill("cause", said("[$text-muted]AWS says:[/] $cause", cause=problem.cause), bool(problem.cause))
        remedy = problem.remedy if not command or command in problem.remedy else f"{problem.remedy} Run: {command}"
        self._fill("remedy", said("[b]To mend it:[/b] $remedy", remedy=remedy), bool(remedy))
        self._fill("statement", plain(statement), bool(statement))
        self.query_one(".problem-retry").display = self._retry
        self.query_one(".problem-run").display = bool(command)
        self.query_one(".problem-copy").display = bool(statement)
        self.call_after_refresh(self.scroll_visible, animate=False)

    def _fill(self, part: str, content: object, shown: bool = True) -> None:
        widget = self.query_one(f".problem-{part}", Static)
        widget.update(content)  # type: ignore[arg-type]
        widget.display = shown

    @on(Button.Pressed, ".problem-retry")
    def _retry_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.RetryRequested(self))

    @on(Button.Pressed, ".problem-run")
    def _run_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if self.problem is not None:
            self.post_message(self.CommandRequested(self, self.problem.command))

    @on(Button.Pressed, ".problem-copy")
    def _copy_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if self.problem is not None and self.problem.statement is not None:
            self.app.copy_to_clipboard(json.dumps(self.problem.statement, indent=2))
            self.notify("Statement sent to the clipboard.", markup=False)
