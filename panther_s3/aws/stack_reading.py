"""CloudFormation: stacks, change sets and events, read and waited for."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import TYPE_CHECKING

from panther_s3.arns import parse_arn
from panther_s3.aws.denials import parse_denial, remedy_of, statement_for
from panther_s3.aws.errors import aws_call
from panther_s3.aws.session import Aws
from panther_s3.aws.stack_records import (
    STARTS,
    ChangeSet,
    Stack,
    StackEvent,
    change_set_found,
    change_set_from,
    event_from,
    stack_from,
)
from panther_s3.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.client import CloudFormationClient

POLLS = (0.2, 0.3, 0.5, 1.0, 1.0, 2.0, *repeat(3.0, 100))
"""Seconds between two looks at a change set: most are ready within two, some take minutes."""
PATIENCE = 10
"""How many looks in a row AWS may throttle or leave unanswered."""


class StackReading:
    """Reads CloudFormation stacks; each in the region that is named, not in the gateway's own."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def find(self, name: str, region: str) -> Stack | None:
        """Return the stack of that name or id, or None where there is none or it is deleted.

        Raises:
            Problem: AWS refused or did not answer.
        """
        try:
            with aws_call(f"look up the stack {name}", self._aws):
                stack = stack_from(self._client(region).describe_stacks(StackName=name)["Stacks"][0])
        except Problem as problem:
            if problem.kind is ProblemKind.NOT_FOUND:
                return None
            raise
        return None if stack.status == "DELETE_COMPLETE" else stack

    def read_change_set(self, change_set: ChangeSet) -> ChangeSet:
        """Return `change_set` as it stands now, with all of its changes.

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call(f"read the change set of the stack {change_set.stack_name}", self._aws):
            paginator = self._client(change_set.region).get_paginator("describe_change_set")
            return change_set_from(paginator.paginate(ChangeSetName=change_set.arn), change_set)

    def find_change_set(self, name: str, stack_name: str, region: str) -> ChangeSet | None:
        """Return the change set that waits to be executed, or None where there is none, or it was executed.

        Raises:
            Problem: AWS refused or did not answer.
        """
        try:
            with aws_call(f"look up the change set of {stack_name}", self._aws):
                found = self._client(region).describe_change_set(ChangeSetName=name, StackName=stack_name)
        except Problem as problem:
            if problem.kind is ProblemKind.NOT_FOUND:
                return None
            raise
        if found["ExecutionStatus"].startswith("EXECUTE_"):
            return None
        return change_set_found(found, region)

    def wait_for_change_set(
        self,
        change_set: ChangeSet,
        *,
        sleep: Callable[[float], object] = time.sleep,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> ChangeSet:
        """Return `change_set` once CloudFormation has checked it: ready to execute, or `empty`.

        Args:
            change_set: as `create_change_set` gave it.
            sleep: waits for so many seconds.
            cancelled: asked before each look whether to give up.

        Raises:
            Problem: CloudFormation refuses the change set, the wait was cancelled or takes too long,
                or AWS kept not answering.
        """
        unanswered = 0
        for seconds in POLLS:
            if cancelled():
                raise Problem(f"Stopped waiting for {change_set.name}", kind=ProblemKind.CANCELLED)
            try:
                change_set = self.read_change_set(change_set)
                unanswered = 0
            except Problem as problem:
                unanswered += 1
                if problem.kind not in (ProblemKind.THROTTLED, ProblemKind.NETWORK) or unanswered == PATIENCE:
                    raise
            if change_set.status == "CREATE_COMPLETE" or change_set.empty:
                return change_set
            if not change_set.status.startswith("CREATE_"):
                raise _refused(change_set)
            sleep(seconds)
        raise Problem(
            f"AWS is still checking the change set {change_set.name}",
            f"Its status is {change_set.status}.",
            "Look at it in the CloudFormation console, or Retry.",
            ProblemKind.CONFLICT,
        )

    def read_events(self, stack_id: str, region: str, token: str | None) -> tuple[StackEvent, ...]:
        """Return what happened to the stack, the oldest first.

        Args:
            stack_id: the stack's id, which still works once it is deleted.
            region: the stack's region.
            token: only what the request with this ClientRequestToken led to; None for all. Events
                without a token count when they are newer than the request's first one.

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call(f"read the events of the stack {stack_name_of(stack_id)}", self._aws):
            pages = self._client(region).get_paginator("describe_stack_events").paginate(StackName=stack_id)
            events = (event_from(event) for page in pages for event in page["StackEvents"])
            newest_first = list(events if token is None else _of_request(events, stack_id, token))
        return tuple(reversed(newest_first))

    def read_template(self, stack_id: str, region: str) -> str:
        """Return the stack's template as it was given.

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call(f"read the template of the stack {stack_name_of(stack_id)}", self._aws):
            answer = self._client(region).get_template(StackName=stack_id, TemplateStage="Original")
        body: object = answer["TemplateBody"]
        return body if isinstance(body, str) else json.dumps(body)  # boto3 parses one that is JSON

    def _client(self, region: str) -> CloudFormationClient:
        return self._aws.client("cloudformation", region)


def _of_request(events: Iterable[StackEvent], stack_id: str, token: str) -> tuple[StackEvent, ...]:
    """Return of `events`, the newest first, those of one request; older ones are not even fetched.

    CloudFormation leaves the token out of some events: those after the request's first one count.
    """
    taken: list[StackEvent] = []
    count = 0
    for event in events:
        if event.token == token:
            taken.append(event)
            count = len(taken)
            if event.physical_id == stack_id and event.status in STARTS:
                break
        elif not event.token:
            taken.append(event)
        elif count:
            break
    return tuple(taken[:count])


def stack_name_of(stack_id: str) -> str:
    """Return the stack's name in its id, arn:…:stack/NAME/UUID; anything else is a name already."""
    arn = parse_arn(stack_id)
    return arn.resource.split("/")[1] if arn else stack_id


def request_token() -> str:
    """Return a new ClientRequestToken: CloudFormation puts it on every event of the operation."""
    return f"panther-s3-wizard-{uuid.uuid4()}"


def _refused(change_set: ChangeSet) -> Problem:
    """The Problem of a change set that CloudFormation does not accept."""
    problem = Problem(
        f"Could not make a change set for {change_set.stack_name}: CloudFormation refuses it",
        change_set.reason or f"Its status is {change_set.status}.",
        "Correct what CloudFormation names, then Retry.",
        ProblemKind.INVALID,
    )
    denial = parse_denial(change_set.reason)
    if denial is not None:
        problem.kind = ProblemKind.ACCESS_DENIED
        problem.denial, problem.remedy, problem.statement = denial, remedy_of(denial), statement_for(denial)
    return problem
