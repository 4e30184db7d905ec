"""Stacks that the run made or updated: deleted or put back, where they are as the run left them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from panther_s3.aws.session import Aws
from panther_s3.aws.stack_undo import delete_made_stack, put_back_stack
from panther_s3.aws.stacks import LEFTOVERS, Stack, Stacks
from panther_s3.journal.changes import Change, ChangeKind
from panther_s3.journal.records import Record
from panther_s3.mending.diffs import as_diff
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import STACK_PREFIX, role_name
from panther_s3.undo.contents import TOPIC_OUTPUT, differences_of, notifying_rules
from panther_s3.undo.model import Group, Prospect, Say, Standing

KEY, ROLE = "AWS::KMS::Key", "AWS::IAM::Role"
HIDDEN = "****"
"""What CloudFormation tells of a parameter with NoEcho."""
FIRST = "It would go with the stack. Take it away, or move it elsewhere, then take the run back again."
"""What to do about what others added to what the stack made."""


class MadeStacks:
    """Deletes a stack that the run made; gives one that it updated its former template and parameters again."""

    def look(self, aws: Aws, group: Group, record: Record) -> Prospect:
        """Return what deleting or putting back the stack means."""
        change = group.first
        stack = Stacks(aws).find(change.target, change.region)
        title, means = _words(group, record)
        if stack is None:
            return Prospect(group, title, means, Standing.GONE, "The stack is not there any more.")
        if stack.status == "REVIEW_IN_PROGRESS":
            return Prospect(group, title, means, Standing.GONE, "Its change set was never executed.")
        if stack.status.endswith("_IN_PROGRESS"):
            return Prospect(group, title, means, Standing.BUSY, f"It is {stack.status}: try again when that is over.")
        now = _as_it_is(aws, stack)
        after = _left_by(group.last, record)
        if change.facts["operation"] == "UPDATE":
            prospect = self._of_update(group, title, means, now, after)
            if prospect.ready and (differences := differences_of(aws, stack, record, deleting=False)):
                why = f"{' '.join(differences)} Putting the stack back would take that away as well."
                return Prospect(group, title, means, Standing.CHANGED, why)
            return prospect
        # of a stack that failed nothing is left to compare
        if stack.status not in LEFTOVERS:
            if after is not None and not _same(now, after):
                why = "Somebody updated the stack after this run: deleting it would take that away as well."
                return Prospect(group, title, means, Standing.CHANGED, why, _difference(after, now))
            if differences := differences_of(aws, stack, record):
                why = f"{' '.join(differences)} {FIRST}"
                return Prospect(group, title, means, Standing.CHANGED, why, found=stack)
        return Prospect(group, title, means, Standing.READY, found=stack)

    def continues(self, change: Change, former: Change, record: Record) -> bool:
        """Whether nobody updated the stack in between; one that the run made goes as a whole."""
        if change.before is None or former.facts["operation"] == "CREATE":
            return True
        known = (_left_by(former, record), former.before)
        return any(each is not None and _same(change.before, each) for each in known)

    def take_back(self, aws: Aws, prospect: Prospect, say: Say) -> None:
        """Delete the stack or put it back, and wait until that is done."""
        group = prospect.group
        if group.first.facts["operation"] == "UPDATE":
            put_back_stack(aws, group.first.target, group.first.region, group.before, say)
            return
        stack: Stack = prospect.found
        if rules := notifying_rules(aws, stack):
            raise Problem(
                f"The stack {stack.name} is not deleted: the bucket still notifies its topic",
                f"Rules: {', '.join(rules)}",
                "Take those rules out of the bucket's notifications first, then take this back again.",
                ProblemKind.CONFLICT,
            )
        delete_made_stack(aws, stack.stack_id, stack.region, say)

    @staticmethod
    def _of_update(
        group: Group, title: str, means: str, now: Mapping[str, Any], after: Mapping[str, Any] | None
    ) -> Prospect:
        before = group.before
        if not before or before["template"] is None or now["template"] is None:
            why = "Its former template could not be read, so that only you can put it back."
            return Prospect(group, title, means, Standing.BLOCKED, why)
        if hidden := [name for name, value in before["parameters"].items() if value == HIDDEN]:
            why = f"AWS does not tell the former value of {', '.join(hidden)}, so that only you can put it back."
            return Prospect(group, title, means, Standing.BLOCKED, why)
        if _same(now, before):
            return Prospect(group, title, means, Standing.GONE, "It is as it was before.")
        if after is not None and not _same(now, after):
            why = "Somebody updated the stack after this run: putting it back would take that away as well."
            return Prospect(group, title, means, Standing.CHANGED, why, _difference(after, now))
        return Prospect(group, title, means, Standing.READY)


def gives_topic(prospect: Prospect) -> bool:
    """Tell whether a stack that is to be deleted made a topic, which a bucket may notify."""
    stack = prospect.found
    return prospect.ready and isinstance(stack, Stack) and TOPIC_OUTPUT in stack.outputs


def role_given(prospect: Prospect) -> str | None:
    """Return the name of the role that a stack made which is to be deleted; None where it made none."""
    change = prospect.group.first
    if not (prospect.ready and change.facts.get("operation") == "CREATE" and _has_role(prospect.group)):
        return None
    return role_name(str(change.facts["stack_name"]).removeprefix(STACK_PREFIX))


def _has_role(group: Group) -> bool:
    return any(kind == ROLE for kind, _ in group.first.facts.get("resources", ()))


def _words(group: Group, record: Record) -> tuple[str, str]:
    """What is done and what it means."""
    change = group.first
    name = f"{change.facts['stack_name']} in {change.region}"
    if change.facts["operation"] == "UPDATE":
        return (
            f"Put the stack {name} back",
            "It gets the template and the parameters again that it had before this run.",
        )
    resources = change.facts.get("resources", ())
    takes = ", ".join(dict.fromkeys(kind.removeprefix("AWS::") for kind, _ in resources))
    means = f"What it made goes with it: {takes}." if takes else "What it made goes with it."
    if _has_role(group) and not any(each.kind is ChangeKind.SOURCE for each in record.in_force):
        means += " Remove the source in Panther first, if it is saved there."
    if any(kind == KEY for kind, _ in resources):
        means += " KMS deletes the key after its waiting period; until then that can be cancelled."
    return f"Delete the stack {name}", means


def _left_by(change: Change, record: Record) -> Mapping[str, Any] | None:
    """The stack as the change set that was executed left it; None where that was not kept."""
    name = change.facts.get("change_set")
    return next(
        (each.after for each in record.changes if each.kind is ChangeKind.CHANGE_SET and each.target == name), None
    )


def _as_it_is(aws: Aws, stack: Stack) -> dict[str, Any]:
    try:
        template: str | None = Stacks(aws).read_template(stack.stack_id, stack.region)
    except Problem as problem:
        if problem.kind is not ProblemKind.ACCESS_DENIED:
            raise
        template = None
    return {"template": template, "parameters": dict(stack.parameters)}


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both have the same parameters, and templates as far as these may be read."""
    templates = (one["template"], other["template"])
    return one["parameters"] == other["parameters"] and (None in templates or _alike(*templates))


def _alike(one: str, other: str) -> bool:
    """Whether two templates say the same: CloudFormation may give JSON back in other blanks."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return one.strip() == other.strip()


def _difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines that differ, of the parameters and of the template."""
    one, other = (
        {"parameters": each["parameters"], "template": (each["template"] or "").splitlines()} for each in (before, now)
    )
    return as_diff(one, other)
