"""Where the making of a stack stands, and what is shown and offered there."""

from __future__ import annotations

import enum
from typing import NamedTuple

from panther_s3.role_stack import Case


class Phase(enum.Enum):
    """A stand of the step that makes the stack."""

    LOOKING = enum.auto()
    PLAN = enum.auto()
    ROLE_ONLY = enum.auto()
    STACK = enum.auto()
    STACK_FALLS_SHORT = enum.auto()
    ROLE_GONE = enum.auto()
    UPDATE_PLAN = enum.auto()
    BUSY = enum.auto()
    BROKEN_BEFORE = enum.auto()
    LEFTOVER = enum.auto()
    PREPARING = enum.auto()
    DISCARDING = enum.auto()
    UNDISCARDED = enum.auto()
    REVIEW = enum.auto()
    WORKING = enum.auto()
    MADE = enum.auto()
    FAILED = enum.auto()
    BROKEN = enum.auto()


class View(NamedTuple):
    """What a phase shows: its pane, the words of the way on, and the other way with its action."""

    pane: str
    forward: str = ""
    other: str = ""
    other_action: str = ""


VIEWS = {
    Phase.LOOKING: View("waiting"),
    Phase.PLAN: View("plan", "Create the change set"),
    Phase.ROLE_ONLY: View("existing", "Use this role"),
    Phase.STACK: View("existing", "Use this role", "Update the stack", "update"),
    Phase.STACK_FALLS_SHORT: View("existing", "Update the stack", "Use this role", "use"),
    Phase.ROLE_GONE: View("existing", "", "Look again", "retry"),
    Phase.UPDATE_PLAN: View("plan", "Create the change set", "Leave it as it is", "keep"),
    Phase.BUSY: View("watch"),
    Phase.BROKEN_BEFORE: View("existing", "", "Delete the failed stack", "delete"),
    Phase.LEFTOVER: View("existing", "", "Remove the leftover", "delete"),
    Phase.PREPARING: View("waiting", "", "Discard it", "discard"),
    Phase.DISCARDING: View("waiting"),
    Phase.UNDISCARDED: View("waiting", "", "Discard it", "discard"),
    Phase.REVIEW: View("review", "Execute it", "Discard it", "discard"),
    Phase.WORKING: View("watch"),
    Phase.MADE: View("watch", "Continue"),
    Phase.FAILED: View("watch", "", "Delete the failed stack", "delete"),
    Phase.BROKEN: View("watch", "", "Look again", "retry"),
}
RENAMABLE = {
    *(Phase.PLAN, Phase.ROLE_ONLY, Phase.STACK, Phase.STACK_FALLS_SHORT),
    *(Phase.ROLE_GONE, Phase.BROKEN_BEFORE, Phase.LEFTOVER),
}
"""The phases in which another suffix may be chosen: nothing has been begun."""
AT_WORK = {Phase.WORKING, Phase.BUSY}
"""The phases in which AWS works on the stack and goes on without the wizard."""

READING_SECONDS = 0.7
"""How long a change set is shown before a key can execute it: a second press was meant for what stood there before."""

PHASE_OF_CASE = {
    Case.NOTHING: Phase.PLAN,
    Case.ROLE_ONLY: Phase.ROLE_ONLY,
    Case.STACK: Phase.STACK,
    Case.ROLE_GONE: Phase.ROLE_GONE,
    Case.BUSY: Phase.BUSY,
    Case.BROKEN: Phase.BROKEN_BEFORE,
    Case.LEFTOVER: Phase.LEFTOVER,
}
