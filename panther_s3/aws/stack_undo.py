"""A stack that a run made or updated, deleted or put back, and waited for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from panther_s3.aws.errors import aws_call
from panther_s3.aws.session import Aws
from panther_s3.aws.stack_reading import request_token, stack_name_of
from panther_s3.aws.stacks import Stack, Stacks
from panther_s3.problems import Problem, ProblemKind
from panther_s3.stack_progress import StackProgress

POLL_SECONDS = 1.5
PATIENCE_SECONDS = 900
"""How long a stack may take; a topic and its key take CloudFormation a minute or two."""
GRACE_SECONDS = 30
"""How long a request may take to show."""
BRIEFLY = (ProblemKind.THROTTLED, ProblemKind.NETWORK)
"""What passes by itself."""


def delete_made_stack(
    aws: Aws, stack_id: str, region: str, say: Callable[[str], None], *, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Delete the stack and return once it is gone.

    Raises:
        Problem: AWS refused or did not answer, the deletion failed, or it takes too long.
    """
    name, token = stack_name_of(stack_id), request_token()
    with aws.writes.named(f"Deleting the stack {name}"), aws_call(f"delete the stack {name}", aws):
        aws.client("cloudformation", region).delete_stack(StackName=stack_id, ClientRequestToken=token)
    stack = _at_rest(aws, stack_id, region, token, "DELETE", say, sleep)
    if stack is not None:
        raise _failed(f"The stack {name} could not be deleted", aws, stack, token, "DELETE")


def put_back_stack(
    aws: Aws,
    stack_id: str,
    region: str,
    before: Mapping[str, Any],
    say: Callable[[str], None],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Give the stack the template, parameters and tags of `before` again, and return once that is done.

    Raises:
        Problem: AWS refused or did not answer, the update failed, or it takes too long.
    """
    name, token = stack_name_of(stack_id), request_token()
    with aws.writes.named(f"Putting the stack {name} back"), aws_call(f"update the stack {name}", aws):
        aws.client("cloudformation", region).update_stack(
            StackName=stack_id,
            TemplateBody=before["template"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in before["parameters"].items()],
            Tags=[{"Key": key, "Value": value} for key, value in before.get("tags", {}).items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
            ClientRequestToken=token,
        )
    stack = _at_rest(aws, stack_id, region, token, "UPDATE", say, sleep)
    if stack is None or stack.status != "UPDATE_COMPLETE":
        raise _failed(f"The stack {name} could not be put back", aws, stack, token, "UPDATE")


def _at_rest(
    aws: Aws,
    stack_id: str,
    region: str,
    token: str,
    operation: str,
    say: Callable[[str], None],
    sleep: Callable[[float], None],
) -> Stack | None:
    """Wait until AWS works on the stack no more, and return it; None once it is deleted.

    Right after a request AWS may still give the stack as it was before: it is at rest once it was seen
    at work, or its events say that the request has come to its end.
    """
    stacks, waited, at_work = Stacks(aws), 0.0, False
    while waited < PATIENCE_SECONDS:
        try:
            stack = stacks.find(stack_id, region)
            if stack is None:
                return None
            progress = StackProgress.of(stacks.read_events(stack_id, region, token), None, operation)
            if stack.status.endswith("_IN_PROGRESS"):
                at_work = True
                working = ", ".join(event.logical_id for event in progress.current)
                say(f"{stack.name}: {stack.status}{f', working on {working}' if working else ''}")
            elif at_work or progress.finished or waited >= GRACE_SECONDS:
                return stack
        except Problem as problem:
            if problem.kind not in BRIEFLY:
                raise
        sleep(POLL_SECONDS)
        waited += POLL_SECONDS
    raise Problem(
        f"AWS is still at work on the stack {stack_name_of(stack_id)}",
        remedy="It goes on without this program. Take the run back again later: what is done by then is passed over.",
        kind=ProblemKind.CONFLICT,
    )


def _failed(title: str, aws: Aws, stack: Stack | None, token: str, operation: str) -> Problem:
    """The Problem of a stack that did not end as it should, with CloudFormation's own reasons."""
    if stack is None:
        return Problem(title, "It is not there any more.", kind=ProblemKind.CONFLICT)
    events = Stacks(aws).read_events(stack.stack_id, stack.region, token)
    progress = StackProgress.of(events, None, operation)
    reasons = "\n".join(f"{event.logical_id}: {event.reason}" for event in progress.failures)
    return Problem(
        f"{title}: it is {stack.status}",
        reasons or stack.reason,
        "Mend what CloudFormation names, then take the run back again: what is done by then is passed over.",
        ProblemKind.CONFLICT,
    )
