"""A stack made or changed without a question: its change set checked, executed, and followed to its end."""

from __future__ import annotations

from panther_s3.applying.context import Context, Stopped
from panther_s3.applying.outcome import Outcome
from panther_s3.aws.stacks import REVIEW, ChangeSet, Stack, StackEvent, StackPlan, Stacks
from panther_s3.journal.changes import ChangeKind
from panther_s3.journal.runs import unfinished_runs
from panther_s3.problems import Problem, ProblemKind
from panther_s3.stack_progress import StackProgress
from panther_s3.stack_work import Begun, Ended, NotPrepared, delete, execute, follow, prepare

NOTHING_LEFT = "ROLLBACK_COMPLETE"
"""The state of a stack that could not be made, of which nothing is left but its record."""
KEPT = ("False", "")
"""What CloudFormation says of a resource that is changed and not replaced."""


def apply_plan(context: Context, outcome: Outcome, plan: StackPlan) -> Stack | None:
    """Make what `plan` says, and return the stack at rest; None where there was nothing to change.

    Raises:
        Problem: AWS refused, did not answer, or would take something away; or the stack failed. Whatever was not
            executed is discarded.
        Stopped: the run was interrupted; a change set that was not executed is discarded.
    """
    stacks = Stacks(context.aws)
    verb = "making" if plan.kind == "CREATE" else "updating"
    context.say(outcome, f"{verb} the stack {plan.stack_name} in {plan.region}")
    try:
        change_set = prepare(stacks, plan, cancelled=context.interrupted.is_set)
    except NotPrepared as refused:
        if refused.left is not None:
            _discard(outcome, stacks, refused.left)
        if context.interrupted.is_set():
            raise Stopped from refused
        raise refused.problem from refused
    if change_set.empty:
        stacks.discard_change_set(change_set)
        return None
    if (obstacle := _taking_away(change_set)) is not None:
        _discard(outcome, stacks, change_set)
        raise obstacle
    if context.interrupted.is_set():
        _discard(outcome, stacks, change_set)
        raise Stopped
    try:
        begun = execute(stacks, change_set)
    except Problem as problem:
        if problem.kind is not ProblemKind.NETWORK:  # else AWS may have begun
            _discard(outcome, stacks, change_set)
        raise
    return finish(context, outcome, begun).stack


def refuse_what_is_left(context: Context, stack: Stack) -> None:
    """Refuse a stack in the way that holds something that somebody may need.

    Raises:
        Problem: it does: something of it is left, or a change set waits that no run here asked for.
    """
    if stack.status == NOTHING_LEFT or (stack.status == REVIEW and _is_of_a_run_here(context, stack)):
        return
    what = (
        "A change set waits there for somebody to execute or discard it."
        if stack.status == REVIEW
        else "What is left of it may be needed."
    )
    raise Problem(
        f"The stack {stack.name} is {stack.status}, and in the way",
        stack.reason,
        f"{what} Look at it in CloudFormation, and delete it there; then apply the file again.",
        ProblemKind.CONFLICT,
    )


def clear_away(context: Context, outcome: Outcome, stack: Stack) -> None:
    """Delete a stack that is in the way, of which nothing is left but its record.

    Raises:
        Problem: there is something in it that somebody may need, or AWS refused or did not answer.
    """
    refuse_what_is_left(context, stack)
    context.say(outcome, f"deleting what is left of the stack {stack.name}, which was never made")
    finish(context, outcome, delete(Stacks(context.aws), stack))


def wait_for(context: Context, outcome: Outcome, stack: Stack) -> None:
    """Wait until AWS is done with a stack that it works on already.

    Raises:
        Problem: the operation failed, or AWS no longer tells.
        Stopped: the run was interrupted.
    """
    context.say(outcome, f"waiting for the stack {stack.name}, which AWS works on")
    finish(context, outcome, Begun.found(stack))


def finish(context: Context, outcome: Outcome, begun: Begun) -> Ended:
    """Follow an operation on a stack to its end, telling every resource that is through.

    Raises:
        Problem: the operation failed, or AWS no longer tells.
        Stopped: the run was interrupted; AWS goes on all the same.
    """
    told: set[str] = set()

    def tell(progress: StackProgress, events: tuple[StackEvent, ...]) -> None:  # noqa: ARG001 - the events tell it
        for event in events:
            if event.event_id not in told and not event.of_stack and event.status.endswith(("COMPLETE", "FAILED")):
                told.add(event.event_id)
                words = f"{event.logical_id} {event.status} {event.reason}".rstrip()
                context.tell(f"{outcome.answers.source.name}: {words}")

    ended = follow(Stacks(context.aws), begun, tell=tell, cancelled=context.interrupted.is_set)
    if ended is None:
        raise Stopped
    gone = ended.operation == "DELETE" and ended.stack is None
    if not gone and not ended.progress.succeeded:
        raise _failure(ended)
    return ended


def _taking_away(change_set: ChangeSet) -> Problem | None:
    """Why a change set is not executed unasked: it takes a resource away, or makes one anew in another's place."""
    taken = [
        f"{change.action} {change.resource_type} {change.physical_id or change.logical_id}"
        for change in change_set.changes
        if change.action == "Remove" or (change.action == "Modify" and change.replacement not in KEPT)
    ]
    if not taken:
        return None
    return Problem(
        f"The change set of {change_set.stack_name} would take away what the stack has, and was discarded",
        "; ".join(taken),
        "Take that out of the stack by hand, or give the source another name; then apply the file again.",
        ProblemKind.CONFLICT,
        speaker="",
    )


def _is_of_a_run_here(context: Context, stack: Stack) -> bool:
    """Tell whether a run that was cut off, by the journals here, asked for the change set that the stack waits with."""
    folder = context.journal.folder
    if folder is None:
        return False
    asked = (change for record in unfinished_runs(folder) for change in record.in_force)
    return any(
        change.kind is ChangeKind.CHANGE_SET
        and change.region == stack.region
        and change.facts.get("stack_name") == stack.name
        for change in asked
    )


def _discard(outcome: Outcome, stacks: Stacks, change_set: ChangeSet) -> None:
    """Discard a change set; one that AWS does not let go is named, and stays on the run's record."""
    try:
        stacks.discard_change_set(change_set)
    except Problem as problem:
        outcome.notes.append(f"The change set of {change_set.stack_name} is still there: {problem.title}.")


def _failure(ended: Ended) -> Problem:
    """Why the operation failed: the permission that lacks, or the first failure as AWS tells it."""
    progress = ended.progress
    if progress.refusal is not None:
        return progress.refusal
    first = progress.failures[0] if progress.failures else None
    cause = f"{first.logical_id}: {first.reason}" if first else ""
    return Problem(progress.explanation.title, cause, progress.explanation.remedy)
