"""Going on with a run that was cut off: what it began is compared with AWS first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from panther_s3.answers import Answers, Made
from panther_s3.aws.session import Aws
from panther_s3.flow import Step
from panther_s3.journal import Change, ChangeKind, Journal, Record, State, open_run
from panther_s3.journal.answers import from_json
from panther_s3.problems import Problem
from panther_s3.role_stack import ROLE_KIND, STACK_KIND
from panther_s3.source import role_name, stack_name
from panther_s3.state import undo_command
from panther_s3.undo import Undo

KIND_WORDS = {ChangeKind.STACK: STACK_KIND, ChangeKind.POLICY: "policy"}


class Gateways(Protocol):
    """What a run works with: its journal, and a gateway for each profile."""

    state_dir: Path | None
    journal: Journal

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
    step = journal.record.step or Step.WELCOME
    if not journal.record.in_force:
        return Resumed(with_made(answers, journal.record, folder), step)
    begun = {change.number for change in journal.record.in_force if change.state is State.BEGUN}
    undo = Undo(gateways.of(answers), journal)
    try:
        left = undo.settle()
        undo.remove_leftovers()
    except Problem as problem:
        return Resumed(with_made(answers, journal.record, folder), Step.WELCOME, problem=problem)
    findings = [_settled(change) for change in journal.record.changes if change.number in begun]
    findings += [f"Taken away, since it was meant to last a moment only: the {change.title}." for change in left]
    return Resumed(with_made(answers, journal.record, folder), step, tuple(filter(None, findings)))


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


def with_made(answers: Answers, record: Record, folder: Path) -> Answers:
    """Return `answers` with all that is in force by the record: what the run was cut off at, and nothing undone."""
    changed = [change for change in record.changes if change.kind in KIND_WORDS]
    in_force = {_name_of(change) for change in changed if change.in_force}
    undone = {_name_of(change) for change in changed} - in_force
    stacks = [change for change in changed if change.kind is ChangeKind.STACK and _name_of(change) in undone]
    roles = {role_name(str(change.facts["stack_name"]).removeprefix(stack_name(""))) for change in stacks}
    made = tuple(
        thing
        for thing in answers.made
        if (thing.kind, thing.arn) not in undone and not (thing.kind == ROLE_KIND and thing.name in roles)
    )
    known = {(thing.kind, thing.arn) for thing in made}
    command = undo_command(record.run, folder)
    missing = {
        change.subject: _made(change, command)
        for change in changed
        if change.in_force and _name_of(change) not in known
    }
    return replace(answers, made=(*made, *missing.values()))


def _name_of(change: Change) -> tuple[str, str]:
    """What a thing that was made goes by."""
    return KIND_WORDS[change.kind], change.target


def _made(change: Change, command: str) -> Made:
    if change.kind is ChangeKind.STACK:
        before = change.before["parameters"] if change.before else None
        return Made(STACK_KIND, str(change.facts["stack_name"]), change.region, change.target, before)
    return Made(KIND_WORDS[change.kind], change.title, change.region, change.target, put_back=command)


def _settled(change: Change) -> str:
    """What became of a change that was begun when the run was cut off."""
    if change.kind is ChangeKind.CHANGE_SET:
        return ""
    if change.state is State.MADE:
        return f"AWS made the change that was under way: the {change.title}."
    if change.state is State.NOT_MADE:
        return f"The change that was under way was not made: the {change.title}."
    return f"It cannot be told whether the change that was under way was made: the {change.title}. Look at it."
