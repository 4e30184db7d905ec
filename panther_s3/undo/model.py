"""What taking back one thing means, and how it stands in AWS now."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from panther_s3.aws.session import Aws
from panther_s3.journal.changes import Change, ChangeKind, State
from panther_s3.journal.records import Record

Say = Callable[[str], None]
"""Is told in words how a taking back goes on that takes a while."""


class Standing(enum.Enum):
    """How what was changed stands now; the values are the words shown."""

    READY = "can be taken back"
    GONE = "nothing left to take back"
    CHANGED = "changed since: left as it is"
    BUSY = "AWS is at work on it"
    BLOCKED = "cannot be taken back from here"


@dataclass(frozen=True)
class Group:
    """The changes of one subject, the oldest first: they are taken back as one."""

    changes: tuple[Change, ...]

    @property
    def kind(self) -> ChangeKind:
        """What is changed."""
        return self.changes[0].kind

    @property
    def first(self) -> Change:
        """The change that knows how it was before the run."""
        return self.changes[0]

    @property
    def last(self) -> Change:
        """The change that knows how the run left it."""
        return self.changes[-1]

    @property
    def before(self) -> Any:
        """The document as it was before the run."""
        return self.first.before

    @property
    def after(self) -> Any:
        """The document as the run left it."""
        return self.last.after


@dataclass(frozen=True)
class Prospect:
    """What taking back one thing means, as it is shown before it is done."""

    group: Group
    title: str
    """What is done, such as "Delete the stack X"."""
    means: str
    """What that leads to, in a sentence or two."""
    standing: Standing
    why: str = ""
    """What stands in the way."""
    difference: tuple[str, ...] = ()
    """What has changed since, as the lines of a diff."""
    found: Any = None
    """What AWS has now, for the taking back to compare with."""

    @property
    def ready(self) -> bool:
        """Whether it can be taken back now."""
        return self.standing is Standing.READY

    @property
    def clears(self) -> bool:
        """Whether nothing of it is left once the run is taken back."""
        return self.standing in (Standing.READY, Standing.GONE)


class Handler(Protocol):
    """Looks up and takes back the changes of one kind."""

    def look(self, aws: Aws, group: Group, record: Record) -> Prospect:
        """Return what taking `group` back means now; `record` is all that the run did.

        Raises:
            Problem: AWS refused or did not answer.
        """

    def continues(self, change: Change, former: Change, record: Record) -> bool:
        """Tell whether `change` found AWS as `former`, the run's change before it, left it.

        Where it did not, somebody changed it in between: what they did stays when `change` is taken back.
        """

    def take_back(self, aws: Aws, prospect: Prospect, say: Say) -> None:
        """Do it; AWS is as it was once this returns.

        Raises:
            Problem: AWS refused or did not answer, or it changed since `prospect` was shown.
        """


def settled_as(prospect: Prospect) -> State | None:
    """Return what became of a change that was left begun; None where that cannot be told."""
    if prospect.standing is Standing.CHANGED and prospect.group.last.facts.get("operation") == "CREATE":
        return State.MADE  # a stack that is there was made, whatever was done to it since
    if prospect.standing is Standing.BLOCKED and prospect.group.kind is ChangeKind.SUBSCRIPTION:
        return State.MADE  # pending
    return {
        Standing.READY: State.MADE,
        Standing.BUSY: State.MADE,
        Standing.GONE: State.NOT_MADE,
    }.get(prospect.standing)
