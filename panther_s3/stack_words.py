"""Stacks in words: what stands under a name already, what a change set does, and what AWS says of its work."""

from __future__ import annotations

from panther_s3.aws.stacks import ChangeSet, StackEvent
from panther_s3.role_stack import Case, Situation

CASES = {
    Case.ROLE_ONLY: "A role of this name exists already, made by something else than a stack of this name. "
    "The wizard does not overwrite it.",
    Case.STACK: "The stack exists already and is at rest ({status}).",
    Case.ROLE_GONE: "The stack is there ({status}), but its role is gone. An update would not bring it back: "
    "CloudFormation compares templates alone.",
    Case.BUSY: "The stack is at work just now.",
    Case.BROKEN: "A stack of this name failed before ({status}) and is in the way: "
    "AWS wants it deleted before a new try.",
    Case.LEFTOVER: "A change set was begun under this name and never executed; its empty stack is in the way.",
}
REMAKE = (
    "To make it again, delete the stack, and with it all else that it made, then Look again. Or choose another name."
)
ENOUGH = "It permits all that Panther needs."
NO_TOPIC_NAME = (
    "None of the names that the stack could take is free. Delete a stack that is not needed, then look again."
)
TOPIC_LEFTOVER = "A change set was begun under this name and never executed; its empty stack is in the way."


def case_words(situation: Situation) -> str:
    """Return what stands under the role's and the stack's names; "" where nothing does."""
    if situation.case is Case.NOTHING:
        return ""
    status = situation.stack.status if situation.stack else ""
    where = f" Stack {situation.stack.name} in {situation.stack.region}." if situation.stack else ""
    return CASES[situation.case].format(status=status) + where


def review_lead(change_set: ChangeSet) -> str:
    """Return what executing the change set means, above its changes."""
    verb = "make" if change_set.kind == "CREATE" else "change"
    return f"AWS checked the change set. Executing it will {verb}, in {change_set.region}:"


def change_parts(change_set: ChangeSet) -> tuple[tuple[str, str], ...]:
    """Return each change as its action and the rest of its lines."""
    parts = []
    for change in change_set.changes:
        replaced = "  (replaced)" if change.replacement == "True" else ""
        details = f"\n    changes {', '.join(change.details)}" if change.details else ""
        name = change.physical_id or change.logical_id
        parts.append((change.action, f"{change.resource_type}  {name}{replaced}{details}"))
    return tuple(parts)


def event_line(event: StackEvent) -> str:
    """Return one line of a stack's history."""
    return f"{event.time:%H:%M:%S} {event.status:<28} {event.logical_id} {event.reason}".rstrip()
