"""A stack made or changed without a question: its change set checked by AWS, executed, and followed to its end."""

from __future__ import annotations

from panther_s3.applying.context import Context
from panther_s3.applying.outcome import Outcome
from panther_s3.aws.stacks import Stack, StackEvent, StackPlan, Stacks
from panther_s3.problems import Problem, ProblemKind
from panther_s3.stack_progress import StackProgress
from panther_s3.stack_work import Begun, Ended, NotPrepared, delete, execute, follow, prepare

DELETABLE = frozenset({"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"})
"""States of a stack of which nothing is left but its record: it is deleted where it is in the way."""


def apply_plan(context: Context, outcome: Outcome, plan: StackPlan) -> Stack | None:
    """Make what `plan` says, and return the stack at rest; None where there was nothing to change.

    Raises:
        Problem: AWS refused, did not answer, or the stack failed; the cause has the first failure.
        Stopped: the run was interrupted; a change set that was not executed is discarded.
    """
    stacks = Stacks(context.aws)
    verb = "making" if plan.kind == "CREATE" else "updating"
    context.say(outcome, f"{verb} the stack {plan.stack_name} in {plan.region}")
    try:
        change_set = prepare(stacks, plan)
    except NotPrepared as refused:
        if refused.left is not None:
            stacks.discard_change_set(refused.left)
        raise refused.problem from refused
    if change_set.empty:
        stacks.discard_change_set(change_set)
        return None
    if context.interrupted.is_set():
        stacks.discard_change_set(change_set)
        context.say(outcome, "")  # which ends the run
    return finish(context, outcome, execute(stacks, change_set)).stack


def clear_away(context: Context, outcome: Outcome, stack: Stack) -> None:
    """Delete a stack that is in the way, of which nothing is left but its record.

    Raises:
        Problem: something of it is left, or AWS refused or did not answer.
    """
    if stack.status not in DELETABLE:
        raise Problem(
            f"The stack {stack.name} is {stack.status}, and in the way",
            stack.reason,
            "What is left of it may be needed: look at it, delete it in CloudFormation, then apply the file again.",
            ProblemKind.CONFLICT,
        )
    context.say(outcome, f"deleting what is left of the stack {stack.name}, which was never made")
    finish(context, outcome, delete(Stacks(context.aws), stack))


def finish(context: Context, outcome: Outcome, begun: Begun) -> Ended:
    """Follow an operation on a stack to its end, telling every event that is not routine.

    Raises:
        Problem: the operation failed, or AWS no longer tells.
    """
    told: set[str] = set()

    def tell(progress: StackProgress, events: tuple[StackEvent, ...]) -> None:  # noqa: ARG001 - the events tell it
        for event in events:
            if event.event_id not in told and not event.of_stack and event.status.endswith(("COMPLETE", "FAILED")):
                told.add(event.event_id)
                context.tell(
                    f"{outcome.answers.source.name}:   {event.logical_id} {event.status} {event.reason}".rstrip()
                )

    ended = follow(Stacks(context.aws), begun, tell=tell)
    assert ended is not None, "nobody cancels the watch"
    gone = ended.operation == "DELETE" and ended.stack is None
    if not gone and not ended.progress.succeeded:
        raise _failure(ended)
    return ended


def _failure(ended: Ended) -> Problem:
    """Why the operation failed: the permission that lacks, or the first failure as AWS tells it."""
    progress = ended.progress
    if progress.refusal is not None:
        return progress.refusal
    first = progress.failures[0] if progress.failures else None
    cause = f"{first.logical_id}: {first.reason}" if first else ""
    return Problem(progress.explanation.title, cause, progress.explanation.remedy)
