"""Keeps what is said in the run's journal: at each step, every few seconds, and when the program ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from textual.css.query import NoMatches

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.problems import Problem
from screens.step import StepScreen
from tui.connections import Connections

DRAFT_SECONDS = 2.0
"""How much typing a crash may cost at most."""


class Keeper:
    """Keeps the answers of the step that is shown; where the journal cannot be written, says so once."""

    def __init__(
        self,
        connections: Connections,
        step_shown: Callable[[], StepScreen | None],
        tell: Callable[[Problem], None],
        *,
        lasting: bool,
    ) -> None:
        """Prepare to keep.

        Args:
            connections: they hold the run's journal.
            step_shown: gives the step on the screen.
            tell: is told, in the thread that waits for the disk, why nothing can be kept.
            lasting: whether the journal outlives the program, so that leaving loses nothing.
        """
        self._connections, self._step_shown, self._tell = connections, step_shown, tell
        self._lasting = lasting
        self._failed = False
        self._told = False
        self._tickets = 0
        """Counts what is to be kept: threads may come out of turn, and the latest counts."""
        self._lock = threading.Lock()

    def keep(self, step: Step, answers: Answers) -> None:
        """Have kept what is known on `step`, without waiting for the disk; before the bucket there is nothing."""
        if step is not Step.WELCOME:
            self._tickets += 1
            asyncio.get_running_loop().run_in_executor(None, self._write, step, answers, self._tickets)

    def keep_draft(self) -> None:
        """Have kept what is typed by now."""
        screen = self._step_shown()
        if screen is not None and screen.is_mounted:
            with suppress(NoMatches):  # the program ends, and the step's widgets are gone already
                self.keep(screen.STEP, screen.gather())

    def keep_now(self) -> None:
        """Keep what is typed before the program ends."""
        screen = self._step_shown()
        self._told = True  # too late for words
        try:
            if screen is not None and screen.is_mounted and screen.STEP is not Step.WELCOME:
                self._tickets += 1
                self._write(screen.STEP, screen.gather(), self._tickets)
        finally:
            self._connections.journal.close()

    def end(self) -> None:
        """Write down that the onboarding is over."""
        with self._lock, suppress(Problem):  # the run is offered again then, with nothing lost
            self._tickets += 1  # what is still to be kept comes too late
            self._connections.journal.end()

    def what_leaving_means(self, answers: Answers) -> str:
        """Return in sentences what leaving now means for what was typed and done; "" for nothing."""
        run, parts = self._connections.journal.record, []
        kept = self._lasting and not self._failed
        if run.to_take_back:
            parts.append(f"This run changed {run.changed_where}, and is not finished.")
        if not kept and answers.unsaved:
            parts.append("What you typed has not been saved to a file and will be lost.")
        if kept and run.to_take_back:
            parts.append(f"The next start offers to go on; {self._connections.undo_command()} takes it back.")
        return " ".join(parts)

    def _write(self, step: Step, answers: Answers, ticket: int) -> None:
        with self._lock:
            if ticket < self._tickets:
                return
            try:
                self._connections.journal.keep_answers(step, answers)
            except Problem as problem:
                self._failed = True  # leaving asks then, and a change that cannot be recorded is refused
                if not self._told:
                    self._told = True
                    self._tell(problem)
            else:
                self._failed = False
