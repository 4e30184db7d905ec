"""Going on with a run that was cut off: which one, what became of what it began, and where it continues."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.journal import Journal, Record
from panther_s3.problems import Problem
from panther_s3.resuming import Resumed, resume, run_words, set_aside
from panther_s3.state import undo_command
from tui.plain.prompts import Choice, WentBack
from tui.plain.ui import RUN, Took, Ui, run_choice

RESUME, ASIDE, ANEW, ANYWAY, LOOK = "Resume", "Set it aside", "Start anew", "Go on anyway", "Look again"


def offer_to_resume(ui: Ui, unfinished: Sequence[Record], folder: Path) -> tuple[Answers, Step] | None:
    """Offer the unfinished runs, the latest first; None to begin anew."""
    left = list(unfinished)
    ui.voice.section("Go on where you left off?")
    while left:
        try:
            record = _pick(ui, left)
        except WentBack:
            return None
        if record is None:
            return None
        with suppress(WentBack):
            choices = [Choice(RESUME, RESUME), Choice(ASIDE, ASIDE, "It is offered no more.")]
            if ui.ask.choose(f"{record.words}:", choices, default=RESUME) == RESUME:
                return _resume(ui, record, folder)
            try:
                _set_aside(ui, record, folder)
            except Problem as problem:
                ui.voice.problem(problem)
            else:
                left.remove(record)
    return None


def _pick(ui: Ui, records: Sequence[Record]) -> Record | None:
    """Ask which run; None for a new one."""
    choices = [Choice(record.run, ". ".join(run_words(record))) for record in records]
    picked = ui.ask.choose(
        "Runs that are not finished:",
        [*choices, Choice("", ANEW, "These are offered again at the next start.")],
        default=records[0].run,
        back=f"Back, as {ANEW}",
    )
    return next((record for record in records if record.run == picked), None)


def _resume(ui: Ui, record: Record, folder: Path) -> tuple[Answers, Step] | None:
    """Open the run, say what became of what it had begun, and give where it goes on; None to begin anew."""
    try:
        resumed = _look(ui, record, folder)
    except WentBack:
        _let_go(ui, record, folder)
        raise
    if resumed is None:
        _let_go(ui, record, folder)
        return None
    for finding in resumed.findings:
        ui.voice.say(finding)
    return resumed.answers, resumed.step


def _look(ui: Ui, record: Record, folder: Path) -> Resumed | None:
    """What became of the run, as far as AWS tells or the operator wants to know; None to begin anew."""
    again: tuple[Choice[str], ...] = (Choice(ANYWAY, ANYWAY), Choice(LOOK, LOOK))
    while True:
        resumed = ui.attempt(
            "Looking at what really happened in AWS…",
            lambda: resume(folder, record, ui.connections),
            (Choice(ANEW, ANEW),),
        )
        if isinstance(resumed, Took):
            return None
        problem = resumed.problem
        if problem is None:
            return resumed
        ui.voice.problem(problem)
        taken = ui.ask.choose("What now?", [*again, *run_choice(problem), Choice(ANEW, ANEW)])
        if taken == ANYWAY:
            return resumed
        if taken == ANEW:
            return None
        if taken == RUN:
            ui.run_here(problem.command)


def _let_go(ui: Ui, record: Record, folder: Path) -> None:
    """Leave the run for the next start: what is done now goes into a journal of its own."""
    connections = ui.connections
    if connections.journal.run == record.run:
        connections.journal.close()
        connections.journal = Journal(folder)


def _set_aside(ui: Ui, record: Record, folder: Path) -> None:
    """Offer the run no more; undo still knows what it did.

    Raises:
        Problem: it is open elsewhere, or cannot be written.
    """
    set_aside(folder, record.run)
    if record.to_take_back:
        ui.voice.say(f"{undo_command(record.run, folder)} takes back what it did.")
