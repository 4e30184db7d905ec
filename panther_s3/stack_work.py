"""A stack's change set prepared and its work followed: what every face of the program does alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import sleep

from panther_s3.aws.stack_reading import request_token
from panther_s3.aws.stacks import ChangeSet, Stack, StackEvent, StackPlan, Stacks
from panther_s3.problems import Problem, ProblemKind
from panther_s3.stack_progress import StackProgress

POLL_SECONDS = 1.5
"""Time between two looks at a stack; a role takes CloudFormation some twenty seconds."""
UNUSABLE = (ProblemKind.INVALID, ProblemKind.ACCESS_DENIED)
"""Why a change set will never be executed: CloudFormation refuses it, or the operator may not read it."""


class NotPrepared(Exception):
    """A change set that cannot be used, or of which AWS does not tell."""

    def __init__(self, problem: Problem, left: ChangeSet | None) -> None:
        """Say why.

        Args:
            problem: what AWS refused.
            left: the change set that is still there; None where there is none.
        """
        super().__init__(problem.title)
        self.problem, self.left = problem, left


@dataclass(frozen=True)
class Begun:
    """An operation on a stack that AWS works on."""

    stack_id: str
    region: str
    token: str | None
    """The events of the operation carry it; None for one that was found at work."""
    operation: str
    """CREATE, UPDATE or DELETE."""
    resources: int | None = None
    """How many resources the change set names."""

    @classmethod
    def found(cls, stack: Stack) -> Begun:
        """Return the operation that `stack` was found at."""
        return cls(stack.stack_id, stack.region, None, stack.status.split("_")[0])


@dataclass(frozen=True)
class Ended:
    """An operation that is over."""

    operation: str
    progress: StackProgress
    stack: Stack | None
    """The stack at rest; None once it is deleted."""


def prepare(
    stacks: Stacks,
    plan: StackPlan,
    *,
    created: Callable[[ChangeSet], object] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ChangeSet:
    """Create the change set of an approved plan, and return it once AWS has checked it.

    Args:
        stacks: the gateway.
        plan: what was shown and approved.
        created: is told as soon as there is something to discard.
        cancelled: ends the waiting.

    Raises:
        NotPrepared: AWS checked it and refuses it, in which case it is removed again, or does not tell.
        Problem: AWS did not make it.
    """
    change_set = stacks.create_change_set(plan)
    created(change_set)
    try:
        return stacks.wait_for_change_set(change_set, cancelled=cancelled)
    except Problem as problem:
        removed = problem.kind in UNUSABLE and _discarded(stacks, change_set)
        raise NotPrepared(problem, None if removed else change_set) from problem


def execute(stacks: Stacks, change_set: ChangeSet) -> Begun:
    """Execute the change set that was approved.

    Raises:
        Problem: AWS refused or did not answer.
    """
    token = request_token()
    stacks.execute_change_set(change_set, token)
    return Begun(change_set.stack_id, change_set.region, token, change_set.kind, len(change_set.changes))


def delete(stacks: Stacks, stack: Stack) -> Begun:
    """Delete a stack that failed or was never begun.

    Raises:
        Problem: the stack is at work or sound, or AWS refused or did not answer.
    """
    token = request_token()
    stacks.delete_stack(stack, token)
    return Begun(stack.stack_id, stack.region, token, "DELETE")


def follow(
    stacks: Stacks,
    begun: Begun,
    *,
    tell: Callable[[StackProgress, tuple[StackEvent, ...]], object] = lambda *_: None,
    delayed: Callable[[Problem], object] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Ended | None:
    """Look at a stack again and again until it is at rest; None where the watch was cancelled.

    Args:
        stacks: the gateway.
        begun: the operation to follow.
        tell: is told where the stack stands, at each look.
        delayed: is told why AWS did not answer this time; it is asked again.
        cancelled: ends the watch; AWS goes on all the same.

    Raises:
        Problem: AWS no longer tells about the stack, which goes on all the same.
    """
    while not cancelled():
        try:
            events = stacks.read_events(begun.stack_id, begun.region, begun.token)
            progress = StackProgress.of(events, begun.resources, begun.operation)
            tell(progress, events)
            stack = stacks.find(begun.stack_id, begun.region)
            if progress.finished or (begun.operation == "DELETE" and stack is None):
                return Ended(begun.operation, progress, stack)
        except Problem as problem:
            if problem.kind not in (ProblemKind.THROTTLED, ProblemKind.NETWORK):
                raise
            delayed(problem)
        sleep(POLL_SECONDS)
    return None


def _discarded(stacks: Stacks, change_set: ChangeSet) -> bool:
    """Remove a change set that can only be discarded, and tell whether that went well."""
    try:
        stacks.discard_change_set(change_set)
    except Problem:
        return False
    return True
