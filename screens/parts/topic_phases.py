"""Where the making of a topic stands, and what is shown and offered there."""

from __future__ import annotations

import enum
from typing import NamedTuple


class Phase(enum.Enum):
    """A stand of the dialog that makes the topic."""

    LOOKING = enum.auto()
    PLAN = enum.auto()
    NAMING = enum.auto()
    """Another name is asked for, since a topic of the first one exists."""
    TOPIC_ONLY = enum.auto()
    STACK = enum.auto()
    IN_THE_WAY = enum.auto()
    NO_WAY = enum.auto()
    """What is in the way is not the wizard's to clear."""
    PREPARING = enum.auto()
    DISCARDING = enum.auto()
    UNDISCARDED = enum.auto()
    REVIEW = enum.auto()
    WORKING = enum.auto()
    MADE = enum.auto()
    FAILED = enum.auto()
    """AWS's work on the stack failed: its events stay in sight."""
    REFUSED = enum.auto()
    """A call was refused, or AWS does not tell."""


class View(NamedTuple):
    """What a phase shows: its pane, and the words of its buttons; "" for none."""

    pane: str
    do: str = ""
    close: str = "Cancel"
    other: str = ""


VIEWS = {
    Phase.LOOKING: View("topic-waiting"),
    Phase.PLAN: View("topic-plan", "Create the change set"),
    Phase.NAMING: View("topic-plan", "Look it up"),
    Phase.TOPIC_ONLY: View("topic-waiting", "Use this topic", other="Another name"),
    Phase.STACK: View("topic-waiting", "Use this topic"),
    Phase.IN_THE_WAY: View("topic-waiting", "Delete that stack"),
    Phase.NO_WAY: View("topic-waiting", "Look again", "Close"),
    Phase.PREPARING: View("topic-waiting", "", "Discard it"),
    Phase.DISCARDING: View("topic-waiting", "", ""),
    Phase.UNDISCARDED: View("topic-waiting", "Discard it", "Leave it there"),
    Phase.REVIEW: View("review", "Execute it", "Discard it"),
    Phase.WORKING: View("topic-watch", "", "Leave it to AWS"),
    Phase.MADE: View("topic-watch", "Go on", ""),
    Phase.FAILED: View("topic-watch", "Look again", "Close"),
    Phase.REFUSED: View("topic-waiting", "Look again", "Close"),
}
