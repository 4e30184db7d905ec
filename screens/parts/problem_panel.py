"""A Problem shown in its place: what happened, why, what to do, and the ways out as buttons."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from textual import on
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Static

from panther_s3.problems import Problem
from screens.parts.text import marked, plain, said


class ProblemPanel(Widget):
    """Shows one Problem at a time and takes no room while there is none."""

    DEFAULT_CSS = """
    ProblemPanel Static { height: auto; }
    ProblemPanel .problem-title { text-style: bold; }
    ProblemPanel .problem-statement { color: $text-accent; padding-left: 2; }
    ProblemPanel .problem-actions { height: 1; margin-top: 1; }
    ProblemPanel .problem-actions Button { margin-left: 0; margin-right: 1; }
    """

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

    @dataclass
    class TokenRequested(Message):
        """The operator wants to name another token of Panther's API."""

        panel: ProblemPanel

        @property
        def control(self) -> ProblemPanel:
            return self.panel

    def __init__(self, *, retry: bool = True, token: bool = False, into_view: bool = True, id: str = "problem") -> None:
        """Prepare the panel.

        Args:
            retry: whether the refused call can be made again from here.
            token: whether another token of Panther's API can be named from here.
            into_view: whether what is shown is scrolled to.
            id: the widget's id.
        """
        super().__init__(id=id, classes="problem")
        self._retry, self._token, self._into_view = retry, token, into_view
        self.problem: Problem | None = None
        self.display = False

    def show(self, problem: Problem | None) -> None:
        """Show `problem`, or nothing; its parts exist only while there is one."""
        self.problem = problem
        self.display = problem is not None
        if not self.is_attached:  # a late answer, while the program ends
            return
        self.remove_children()
        if problem is not None:
            self.mount(*self._parts(problem))
            if self._into_view:
                self.call_after_refresh(self.scroll_visible, animate=False)

    def _parts(self, problem: Problem) -> Iterable[Widget]:
        """What happened, why and what to do, then the ways out."""
        yield Static(marked("fail", problem.title), classes="problem-title")
        if problem.cause:
            words = said("[$text-muted]$who:[/] $cause", who=f"{problem.speaker} says", cause=problem.cause)
            yield Static(words if problem.speaker else plain(problem.cause), classes="problem-cause")
        command = shlex.join(problem.command)
        remedy = problem.remedy if not command or command in problem.remedy else f"{problem.remedy} Run: {command}"
        if remedy:
            yield Static(said("[b]To mend it:[/b] $remedy", remedy=remedy), classes="problem-remedy")
        if problem.statement:
            yield Static(plain(problem.statement_text), classes="problem-statement")
        token = self._token and problem.by_token
        ways = [
            Button("Retry", classes="problem-retry", compact=True) if self._retry else None,
            Button("Another token…", classes="problem-token", compact=True) if token else None,
            Button("Run it here", classes="problem-run", compact=True) if command else None,
            Button("Copy the statement", classes="problem-copy", compact=True) if problem.statement else None,
        ]
        if any(ways):
            yield Horizontal(*filter(None, ways), classes="problem-actions")

    @on(Button.Pressed, ".problem-retry")
    def _retry_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.RetryRequested(self))

    @on(Button.Pressed, ".problem-token")
    def _token_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.TokenRequested(self))

    @on(Button.Pressed, ".problem-run")
    def _run_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if self.problem is not None:
            self.post_message(self.CommandRequested(self, self.problem.command))

    @on(Button.Pressed, ".problem-copy")
    def _copy_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if self.problem is not None and self.problem.statement is not None:
            self.app.copy_to_clipboard(self.problem.statement_text)
            self.notify("Statement sent to the clipboard.", markup=False)
