"""The role's stack, made as the wizard makes it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import ChangeSet, Stack, Stacks
from panther_s3.role_stack import plan_stack

REGION = "us-west-2"


def prepared(aws: Aws, answers: Answers, kind: Any = "CREATE") -> ChangeSet:
    stacks = Stacks(aws)
    return stacks.wait_for_change_set(stacks.create_change_set(plan_stack(answers, kind)), sleep=lambda _: None)


def made(aws: Aws, answers: Answers, kind: Any = "CREATE") -> Stack:
    """Make or update the role's stack as the wizard does, and return it once that is over."""
    change_set = prepared(aws, answers, kind)
    Stacks(aws).execute_change_set(change_set, f"token-{uuid4()}")
    return at_rest(aws, change_set.stack_id)


def at_rest(aws: Aws, stack_id: str) -> Stack:
    for _ in range(400):
        stack = Stacks(aws).find(stack_id, REGION)
        assert stack is not None
        if not stack.status.endswith("_IN_PROGRESS"):
            return stack
    raise AssertionError(stack.status)
