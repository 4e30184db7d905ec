"""What the journal keeps of a stack's changes: enough to find them, and to take them back."""

from __future__ import annotations

from typing import Any

from panther_s3.arns import account_of
from panther_s3.aws.stack_records import ChangeSet, Stack, StackPlan
from panther_s3.journal.changes import Change, ChangeKind


def asking(plan: StackPlan, name: str) -> Change:
    """Return the change that asks for the change set `name`; `after` is what executing it would lead to."""
    after = {
        "template": plan.template_body,
        "parameters": dict(plan.parameters),
        "tags": dict(plan.tags),
    }
    return Change(
        ChangeKind.CHANGE_SET,
        f"change set of the stack {plan.stack_name} in {plan.region}",
        name,
        plan.region,
        plan.account,
        after=after,
        facts={"stack_name": plan.stack_name, "operation": plan.kind},
    )


def execution(change_set: ChangeSet, former: dict[str, Any] | None) -> Change:
    """Return the change that `change_set` makes; `former` is the stack as it was, where there was one."""
    return Change(
        ChangeKind.STACK,
        f"stack {change_set.stack_name} in {change_set.region}",
        change_set.stack_id,
        change_set.region,
        account_of(change_set.stack_id),
        before=former,
        facts={
            "stack_name": change_set.stack_name,
            "operation": change_set.kind,
            "change_set": change_set.name,
            "resources": [[change.resource_type, change.logical_id] for change in change_set.changes],
        },
    )


def deletion(stack: Stack) -> Change:
    """Return the change that deletes `stack`, which failed or was never made."""
    return Change(
        ChangeKind.STACK_DELETION,
        f"stack {stack.name} in {stack.region}, deleted since it was {stack.status}",
        stack.stack_id,
        stack.region,
        account_of(stack.stack_id),
        facts={"stack_name": stack.name, "status": stack.status},
    )


def former(stack: Stack, template: str | None) -> dict[str, Any]:
    """Return `stack` as it is before an update, with its `template` where that may be read."""
    return {"template": template, "parameters": dict(stack.parameters), "tags": dict(stack.tags)}
