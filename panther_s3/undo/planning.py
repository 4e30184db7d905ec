"""The taking back of a run: in which order, what of it may be done, and each step of it on record."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.aws.identity import read_identity
from panther_s3.aws.session import Aws
from panther_s3.journal.changes import Change, ChangeKind, State, Subject
from panther_s3.journal.journal import Journal
from panther_s3.problems import Problem, ProblemKind
from panther_s3.undo.change_sets import ChangeSets
from panther_s3.undo.model import Group, Handler, Prospect, Say, Standing, settled_as
from panther_s3.undo.notifications import BucketNotifications
from panther_s3.undo.policies import Policies
from panther_s3.undo.proof_objects import ProofObjects
from panther_s3.undo.stacks import MadeStacks, gives_topic

HANDLERS: dict[ChangeKind, Handler] = {
    ChangeKind.CHANGE_SET: ChangeSets(),
    ChangeKind.STACK: MadeStacks(),
    ChangeKind.POLICY: Policies(),
    ChangeKind.NOTIFICATIONS: BucketNotifications(),
    ChangeKind.TEST_OBJECT: ProofObjects(),
}
MOMENTARY = frozenset({ChangeKind.CHANGE_SET, ChangeKind.TEST_OBJECT})
"""What is meant to last a moment only: where a run was cut off it is left over."""


class Undo:
    """Takes back what `journal` says that a run did, by means of `aws`."""

    def __init__(self, aws: Aws, journal: Journal) -> None:
        self._aws, self._journal = aws, journal

    def look(self) -> tuple[Prospect, ...]:
        """Return what would be done, in order: the last change first.

        Raises:
            Problem: AWS refused or did not answer, or the credentials do not hold.
        """
        groups = groups_of(self._journal.record.in_force)
        if not groups:
            return ()
        account = read_identity(self._aws).account_id
        prospects = [self._prospect(group, account) for group in groups]
        if any(each.group.kind is ChangeKind.NOTIFICATIONS and not each.clears for each in prospects):
            why = "The bucket goes on notifying its topic: see the bucket's notifications above."
            prospects = [without(each, why) if gives_topic(each) else each for each in prospects]
        return tuple(prospects)

    def take_back(self, prospect: Prospect, say: Say = lambda _: None) -> None:
        """Take one thing back, and write that down; what is gone already is only written down.

        Raises:
            Problem: AWS refused or did not answer, or what is shown is not how it is any more.
        """
        if prospect.standing in (Standing.CHANGED, Standing.BUSY, Standing.BLOCKED):
            raise Problem(f"{prospect.title}: {prospect.standing.value}", prospect.why, kind=ProblemKind.CONFLICT)
        if prospect.ready:
            self._settle(prospect, State.UNDOING)
            HANDLERS[prospect.group.kind].take_back(self._aws, prospect, say)
        self._settle(prospect, State.UNDONE)

    def settle(self) -> tuple[Change, ...]:
        """Find out what became of changes that were begun when the run was cut off, and write it down.

        Returns:
            Those that were meant to last a moment and are left over.

        Raises:
            Problem: AWS refused or did not answer, or the credentials do not hold.
        """
        begun = [change for change in self._journal.record.in_force if change.state is State.BEGUN]
        account = read_identity(self._aws).account_id if self._journal.record.in_force else ""
        for change in begun:
            if change.kind in HANDLERS:
                state = settled_as(self._prospect(Group((change,)), account).standing)
                if state is not None:
                    self._journal.settle(change.number, state)
        left = [group for group in groups_of(self._journal.record.in_force) if group.kind in MOMENTARY]
        return tuple(group.last for group in left if self._prospect(group, account).ready)

    def remove_leftovers(self) -> None:
        """Take back what was meant to last a moment only.

        Raises:
            Problem: AWS refused or did not answer.
        """
        for prospect in self.look():
            if prospect.group.kind in MOMENTARY and prospect.clears:
                self.take_back(prospect)

    def _prospect(self, group: Group, account: str) -> Prospect:
        if group.last.account not in ("", account):
            why = f"It is in account {group.last.account}, your profile is of {account}: name another with --profile."
            return Prospect(group, group.last.title, "", Standing.BLOCKED, why)
        return HANDLERS[group.kind].look(self._aws, group, self._journal.record)

    def _settle(self, prospect: Prospect, state: State) -> None:
        for change in prospect.group.changes:
            self._journal.settle(change.number, state)


def groups_of(changes: tuple[Change, ...]) -> tuple[Group, ...]:
    """Return the changes that can be taken back, those of one subject together, the latest subject first."""
    found: dict[Subject, list[Change]] = {}
    for change in changes:
        if change.kind in HANDLERS:
            found.setdefault(change.subject, []).append(change)
    groups = [Group(tuple(each)) for each in found.values()]
    return tuple(sorted(groups, key=lambda group: group.last.number, reverse=True))


def without(prospect: Prospect, why: str) -> Prospect:
    """Return `prospect` as one that cannot be taken back, and `why`."""
    return replace(prospect, standing=Standing.BLOCKED, why=why)
