"""The taking back of a run: in which order, what of it may be done, and each step of it on record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from panther_s3.arns import account_of, role_name_of
from panther_s3.aws.errors import NO_CREDENTIALS
from panther_s3.aws.identity import read_identity
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import Stacks
from panther_s3.journal.changes import IN_PANTHER, MOMENTARY, Change, ChangeKind, State, Subject
from panther_s3.journal.journal import Journal
from panther_s3.journal.records import Record
from panther_s3.problems import Problem, ProblemKind
from panther_s3.undo.change_sets import ChangeSets
from panther_s3.undo.model import Group, Handler, Prospect, Say, Standing, settled_as
from panther_s3.undo.notifications import BucketNotifications
from panther_s3.undo.panther import Alarms, ApiOf, Sources, no_api
from panther_s3.undo.policies import Policies
from panther_s3.undo.proof_objects import ProofObjects
from panther_s3.undo.stacks import MadeStacks, gives_topic, role_given
from panther_s3.undo.subscriptions import MadeSubscriptions, SubscriptionSettings, Unsubscriptions

HANDLERS: Mapping[ChangeKind, Handler] = {
    ChangeKind.CHANGE_SET: ChangeSets(),
    ChangeKind.STACK: MadeStacks(),
    ChangeKind.POLICY: Policies(),
    ChangeKind.NOTIFICATIONS: BucketNotifications(),
    ChangeKind.SUBSCRIPTION: MadeSubscriptions(),
    ChangeKind.SUBSCRIPTION_SETTINGS: SubscriptionSettings(),
    ChangeKind.UNSUBSCRIPTION: Unsubscriptions(),
    ChangeKind.TEST_OBJECT: ProofObjects(),
}
"""What is taken back in AWS; Panther's own need its API."""
ITS_OWN = frozenset({ProblemKind.ACCESS_DENIED, ProblemKind.CONFLICT})
"""Problems of one thing that tell nothing of the others."""
ROLE_NEEDED = "Panther goes on reading by this role: see the source in Panther above."


class Outcome(NamedTuple):
    """What came of one thing that was to be taken back."""

    prospect: Prospect
    problem: Problem | None = None
    """Why it failed; None where it was taken back, or left because it does not clear."""


class Undo:
    """Takes back what `journal` says that a run did, by means of `aws`."""

    def __init__(self, aws: Aws, journal: Journal, api_of: ApiOf = no_api) -> None:
        """Prepare.

        Args:
            aws: the gateway of the operator's profile.
            journal: the run's.
            api_of: gives Panther's API at an address, for what the run did there.
        """
        self._aws, self._journal = aws, journal
        self._handlers: dict[ChangeKind, Handler] = {
            **HANDLERS,
            ChangeKind.SOURCE: Sources(api_of),
            ChangeKind.ALARM: Alarms(api_of),
        }
        self._account = ""

    def look(self) -> tuple[Prospect, ...]:
        """Return what would be done, in order: the last change first. What cannot be looked at is told as that.

        Raises:
            Problem: AWS does not answer at all, or the credentials do not hold.
        """
        prospects = self._prospects()
        if any(each.group.kind is ChangeKind.NOTIFICATIONS and not each.clears for each in prospects):
            why = "The bucket goes on notifying its topic: see the bucket's notifications above."
            prospects = [without(each, why) if gives_topic(each) else each for each in prospects]
        needed = {_role_named(each) for each in prospects if not each.clears} - {""}
        prospects = [without(each, ROLE_NEEDED) if role_given(each) in needed else each for each in prospects]
        return tuple(prospects)

    def take_back_all(self, prospects: Iterable[Prospect], say: Say = lambda _: None) -> Iterator[Outcome]:
        """Take back what can be, one after the other, and give what came of each.

        A failure holds up no other, but for missing credentials, which end it, and for a source that Panther
        keeps, which needs its role.
        """
        needed: set[str] = set()
        for prospect in prospects:
            try:
                if role_given(prospect) in needed:
                    raise _refusal(without(prospect, ROLE_NEEDED))
                if prospect.clears:
                    self.take_back(prospect, say)
            except Problem as problem:
                yield Outcome(prospect, problem)
                if problem.kind in NO_CREDENTIALS:
                    return
                needed |= {_role_named(prospect)} - {""}
            else:
                yield Outcome(prospect)

    def take_back(self, prospect: Prospect, say: Say = lambda _: None) -> None:
        """Take one thing back, and write that down; what is gone already is only written down.

        It is looked at once more first: nothing is taken back that is not how it was shown.

        Raises:
            Problem: AWS refused or did not answer, or what is shown is not how it is any more.
        """
        if not prospect.clears:
            raise _refusal(prospect)
        now = self._prospect(prospect.group) if prospect.ready else prospect
        if not now.clears:
            raise _refusal(now)
        if now.ready:
            self._settle(now.group, State.UNDOING)
            self._handlers[now.group.kind].take_back(self._aws, now, say)
        self._settle(now.group, State.UNDONE)

    def settle(self) -> tuple[Change, ...]:
        """Find out what became of changes that were begun when the run was cut off, and write it down.

        Returns:
            Those that were meant to last a moment and are left over.

        Raises:
            Problem: AWS does not answer at all, or the credentials do not hold.
        """
        for change in self._journal.record.in_force:
            if change.state is State.BEGUN:
                state = self._became(change)
                if state is not None:
                    self._journal.settle(change.number, state)
        left = []
        for prospect in self._prospects(MOMENTARY):
            if prospect.standing is Standing.GONE:
                self._settle(prospect.group, State.ENDED)
            elif prospect.ready:
                left.append(prospect.group.last)
        return tuple(left)

    def remove_leftovers(self) -> None:
        """Take back what was meant to last a moment only.

        Raises:
            Problem: AWS refused or did not answer.
        """
        for prospect in self._prospects(MOMENTARY):
            if prospect.clears:
                self.take_back(prospect)

    def remove(self, kind: ChangeKind) -> None:
        """Take back every change of one kind; the first that cannot be is the Problem.

        Raises:
            Problem: AWS refused or did not answer, or what is there is not what the run made.
        """
        for prospect in self._prospects((kind,)):
            self.take_back(prospect)

    def _became(self, change: Change) -> State | None:
        """What became of a change that was left begun; None where that cannot be told."""
        if change.kind is ChangeKind.STACK_DELETION:
            if change.account not in ("", self._known_account()):
                return None
            return State.MADE if Stacks(self._aws).find(change.target, change.region) is None else State.NOT_MADE
        return settled_as(self._prospect(Group((change,)))) if change.kind in self._handlers else None

    def _prospects(self, kinds: Iterable[ChangeKind] = tuple(ChangeKind)) -> list[Prospect]:
        """Return how what is in force stands, of `kinds` only, the last change first."""
        record = self._journal.record
        return [self._prospect(group) for group in groups_of(record, self._handlers) if group.kind in kinds]

    def _prospect(self, group: Group) -> Prospect:
        """Return how `group` stands; a refusal that is about it alone holds up no other."""
        account, title = account_with(group.last), group.last.title
        if account not in ("", self._known_account()):
            why = f"It is in account {account}, your profile is of {self._account}: name another with --profile."
            return Prospect(group, title, "", Standing.BLOCKED, why)
        try:
            return self._handlers[group.kind].look(self._aws, group, self._journal.record)
        except Problem as problem:
            if problem.kind not in ITS_OWN and group.kind not in IN_PANTHER:
                raise
            return Prospect(group, title, "", Standing.BLOCKED, str(problem))

    def _known_account(self) -> str:
        if not self._account:
            self._account = read_identity(self._aws).account_id
        return self._account

    def _settle(self, group: Group, state: State) -> None:
        for change in group.changes:
            self._journal.settle(change.number, state)


def groups_of(record: Record, handlers: Mapping[ChangeKind, Handler]) -> tuple[Group, ...]:
    """Return the changes that can be taken back, the latest first, those that follow on each other as one.

    Where somebody else changed a thing between two changes of ours, each is taken back by itself.
    """
    found: dict[Subject, list[list[Change]]] = {}
    for change in record.in_force:
        if change.kind in handlers:
            chains = found.setdefault(change.subject, [])
            if chains and handlers[change.kind].continues(change, chains[-1][-1], record):
                chains[-1].append(change)
            else:
                chains.append([change])
    groups = [Group(tuple(chain)) for chains in found.values() for chain in chains]
    return tuple(sorted(groups, key=lambda group: group.last.number, reverse=True))


def account_with(change: Change) -> str:
    """Return the account that `change` was made in; "" where that is not known."""
    return change.account or account_of(str(change.facts.get("stack_id", "")))


def without(prospect: Prospect, why: str) -> Prospect:
    """Return `prospect` as one that cannot be taken back, and `why`."""
    return replace(prospect, standing=Standing.BLOCKED, why=why)


def _role_named(prospect: Prospect) -> str:
    """The name of the role that a source which the run created or updated has; "" for what is none."""
    if prospect.group.kind is not ChangeKind.SOURCE:
        return ""
    return role_name_of(str(prospect.group.after.get("logProcessingRole", "")))


def _refusal(prospect: Prospect) -> Problem:
    """The Problem of what is not taken back, with what has changed of it."""
    cause = "\n".join(filter(None, (prospect.why, *prospect.difference)))
    return Problem(f"{prospect.title}: {prospect.standing.value}", cause, kind=ProblemKind.CONFLICT)
