"""Going on with a run that was cut off: what it began is compared with AWS first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from panther_s3.answers import Answers
from panther_s3.aws.identity import read_identity
from panther_s3.aws.session import Aws
from panther_s3.flow import Step, stage_of
from panther_s3.journal import Change, ChangeKind, Journal, Record, State, open_run
from panther_s3.journal.answers import from_json
from panther_s3.made import with_made
from panther_s3.panther_api.access import PantherAccess
from panther_s3.problems import Problem
from panther_s3.undo import Undo


class Gateways(Protocol):
    """What a run works with: its journal, a gateway for each profile, and Panther's API."""

    state_dir: Path | None
    journal: Journal

    @property
    def panther(self) -> PantherAccess:
        """Access to Panther's API."""

    def of(self, answers: Answers) -> Aws:
        """Return the gateway for the profile and region that `answers` name."""


@dataclass(frozen=True)
class Resumed:
    """A run that can be gone on with."""

    answers: Answers
    step: Step
    findings: tuple[str, ...] = ()
    """What to know before, in sentences."""
    problem: Problem | None = None
    """Why AWS could not be looked at; the run goes on at its first step then."""


def resume(folder: Path, record: Record, gateways: Gateways) -> Resumed:
    """Open the run of `record`, make its journal the one that is written, and find out what became of it.

    What was meant to last a moment only, a change set or a test object, is taken away. May be called
    again where AWS could not be looked at.

    Raises:
        Problem: another program has the run open, or its journal or answers cannot be read.
    """
    if gateways.journal.run != record.run:
        gateways.journal = _opened(folder, record.run)
    journal = gateways.journal
    answers = from_json(journal.record.answers or {})
    step, findings = journal.record.step or Step.WELCOME, list[str]()
    if answers.identity is None and not journal.record.in_force:
        return Resumed(with_made(answers, journal), step)
    begun = {change.number for change in journal.record.in_force if change.state is State.BEGUN}
    aws = gateways.of(answers)
    undo = Undo(aws, journal, gateways.panther.api)
    try:
        account = read_identity(aws).account_id
        if answers.identity is not None and answers.identity.account_id != account:
            was = answers.identity.account_id
            findings.append(f"Your profile is of account {account} now, this run is of {was}: it goes on at the start.")
            answers, step = replace(answers, identity=None), Step.WELCOME
        left = undo.settle()
        undo.remove_leftovers()
    except Problem as problem:
        return Resumed(with_made(answers, journal), Step.WELCOME, problem=problem)
    findings += [_settled(change) for change in journal.record.changes if change.number in begun]
    findings += [f"Removed, since it was left over: the {change.title}." for change in left]
    return Resumed(with_made(answers, journal), step, tuple(filter(None, findings)))


def run_words(record: Record) -> tuple[str, str]:
    """Return an unfinished run in two lines: what it is about, and how far it came."""
    when = record.started[:16].replace("T", " ")
    count = len(record.to_take_back)
    did = f"{count} change{'s' if count > 1 else ''} in AWS" if count else "nothing changed in AWS"
    return record.words, f"{when} UTC, at the step {stage_of(record.step or Step.WELCOME)}, {did}"


def _opened(folder: Path, run: str) -> Journal:
    """Open the run's journal, if what it says can be gone on with."""
    journal = open_run(folder, run)
    try:
        from_json(journal.record.answers or {})
    except Problem:
        journal.close()
        raise
    return journal


def set_aside(folder: Path, run: str) -> None:
    """Offer the run no more.

    Raises:
        Problem: another program has it open, or its journal cannot be written.
    """
    open_run(folder, run).end("set aside")


def _settled(change: Change) -> str:
    """What became of a change that was begun when the run was cut off."""
    if change.kind is ChangeKind.CHANGE_SET:
        return ""
    if change.state is State.MADE:
        return f"The change that was under way was made: the {change.title}."
    if change.state is State.NOT_MADE:
        return f"The change that was under way was not made: the {change.title}."
    return f"It cannot be told whether the change that was under way was made: the {change.title}. Look at it."
