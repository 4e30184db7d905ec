"""One change that a run makes: what it takes to find out whether it was made, and to take it back."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class ChangeKind(enum.StrEnum):
    """What is changed; each kind is looked up and taken back in its own way (`panther_s3/undo`)."""

    CHANGE_SET = "change set"
    """A change set that AWS is asked for: until it is executed or discarded it is left over."""
    STACK = "stack"
    """The execution of a change set, which makes a stack or updates it."""
    STACK_DELETION = "stack deletion"
    """The deletion of a stack that failed or was never made."""
    POLICY = "policy"
    NOTIFICATIONS = "bucket notifications"
    SUBSCRIPTION = "subscription"
    SUBSCRIPTION_SETTINGS = "subscription settings"
    UNSUBSCRIPTION = "unsubscription"
    TEST_OBJECT = "test object"
    SOURCE = "source in Panther"
    """A log source that Panther is told to create or to update."""
    ALARM = "drop-off alarm"


MOMENTARY = frozenset({ChangeKind.CHANGE_SET, ChangeKind.TEST_OBJECT})
"""What is meant to last a moment only: where a run was cut off it is left over."""


IN_PANTHER = frozenset({ChangeKind.SOURCE, ChangeKind.ALARM})
"""What is not changed in AWS."""


class State(enum.StrEnum):
    """What is known of a change."""

    BEGUN = "begun"
    """Sent, or about to be: AWS may have made it."""
    MADE = "made"
    NOT_MADE = "not made"
    """AWS refused it, or it was found that it was never made."""
    ENDED = "ended"
    """A change set that was executed or discarded: there is nothing left of it."""
    UNDOING = "undoing"
    """Its taking back was sent, or was about to be."""
    UNDONE = "undone"


class Subject(NamedTuple):
    """What a change is about; changes of the same subject are taken back as one."""

    kind: ChangeKind
    target: str
    part: str


@dataclass(frozen=True)
class Change:
    """A change in AWS or in Panther, as JSON can hold it."""

    kind: ChangeKind
    title: str
    """What is changed, in words, such as "notifications of the bucket acme-logs"."""
    target: str
    """The ARN or name of what is changed."""
    region: str = ""
    account: str = ""
    """The account that what is changed belongs to."""
    before: Any = None
    """The document as it was; None where there was none."""
    after: Any = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What else it takes to look it up and to take it back; AWS's answer adds to it."""
    number: int = 0
    """Its place in the run, counted from 1."""
    state: State = State.BEGUN
    at: str = ""
    """When it was begun: UTC, ISO 8601."""

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject(self.kind, self.target, str(self.facts.get("policy_name", "")))

    @property
    def in_force(self) -> bool:
        """Whether it was made, or may have been, and is not taken back."""
        return self.state in (State.BEGUN, State.MADE, State.UNDOING)
