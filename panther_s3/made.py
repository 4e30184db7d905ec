"""What a run made or changed in AWS, as its last screen lists it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from panther_s3.answers import Answers, Made
from panther_s3.journal.changes import Change, ChangeKind, State
from panther_s3.journal.journal import Journal
from panther_s3.source import role_name, stack_name
from panther_s3.state import undo_command

STACK_KIND, ROLE_KIND = "CloudFormation stack", "IAM role"
WORDS = {
    ChangeKind.STACK: STACK_KIND,
    ChangeKind.POLICY: "policy",
    ChangeKind.NOTIFICATIONS: "bucket notifications",
    ChangeKind.SUBSCRIPTION: "SNS subscription",
    ChangeKind.SUBSCRIPTION_SETTINGS: "SNS subscription's settings",
    ChangeKind.UNSUBSCRIPTION: "SNS subscription taken away",
    ChangeKind.TEST_OBJECT: "test object",
    ChangeKind.SOURCE: "source in Panther",
    ChangeKind.ALARM: "drop-off alarm",
}
"""The kinds of change that are listed: change sets come and go, and a failed stack's deletion takes nothing back."""


def with_made(answers: Answers, journal: Journal) -> Answers:
    """Return `answers` with everything that is in force by the journal: what the run did, and nothing taken back."""
    record = journal.record
    changed = [change for change in record.changes if change.kind in WORDS]
    in_force = {_name_of(change) for change in changed if change.in_force}
    undone = {_name_of(change) for change in changed} - in_force
    stacks = [change for change in changed if change.kind is ChangeKind.STACK and _name_of(change) in undone]
    roles = {role_name(str(change.facts["stack_name"]).removeprefix(stack_name(""))) for change in stacks}
    left = tuple(
        thing
        for thing in answers.made
        if (thing.kind, thing.arn) not in undone and not (thing.kind == ROLE_KIND and thing.name in roles)
    )
    known = {(thing.kind, thing.arn) for thing in left}
    command = undo_command(record.run, journal.folder) if journal.folder else ""
    missing = {
        change.subject: _made(change, command)
        for change in changed
        if change.in_force and _name_of(change) not in known
    }
    return replace(_in_panther(answers, changed), made=(*left, *missing.values()))


def _in_panther(answers: Answers, changes: Iterable[Change]) -> Answers:
    """Return `answers` with the source and alarm as the run left them in Panther: the last change of each counts."""
    name = answers.source.name.strip()
    for change in changes:
        id, undone = str(change.facts.get("id", "")), change.state is State.UNDONE
        if change.kind is ChangeKind.SOURCE and change.before is None:
            # one that was never answered has no id: its name has to do
            if undone and (id == answers.source_id if id else change.target == name):
                answers = replace(answers, source_id="", alarm_set=None)
            elif change.state is State.MADE and id and change.target == name:
                answers = replace(answers, source_id=answers.source_id or id)
        elif change.kind is ChangeKind.ALARM and id == answers.source_id and change.state in (State.MADE, State.UNDONE):
            answers = replace(answers, alarm_set=change.before if undone else change.after)
    return answers


def _name_of(change: Change) -> tuple[str, str]:
    """What a thing that was made goes by."""
    return WORDS[change.kind], change.target


def _made(change: Change, command: str) -> Made:
    if change.kind is ChangeKind.STACK:
        before = change.before["parameters"] if change.before else None
        return Made(STACK_KIND, str(change.facts["stack_name"]), change.region, change.target, before)
    return Made(WORDS[change.kind], change.title, change.region, change.target, put_back=command)
