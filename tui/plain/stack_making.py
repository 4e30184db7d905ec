"""A stack made, changed or deleted: its change set checked and shown, then every event as it comes."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from panther_s3.aws.stacks import ChangeSet, StackEvent, StackPlan, Stacks
from panther_s3.problems import Problem, ProblemKind
from panther_s3.stack_progress import StackProgress
from panther_s3.stack_words import change_parts, event_line, review_lead
from panther_s3.stack_work import Begun, Ended, NotPrepared, execute, follow, prepare
from tui.plain.prompts import Choice, WentBack
from tui.plain.ui import Took, Ui

EXECUTE, DISCARD, LEAVE_THERE = "Execute it", "Discard it", "Leave it there"
WATCH, TO_AWS = "Go on watching", "Leave it to AWS"
FOUND_AGAIN = "It goes on without the wizard; this step finds it again."
WATCH_SECONDS = 180.0
"""How long a stack is watched before it is asked whether to go on."""


def review(ui: Ui, stacks: Stacks, plan: StackPlan) -> ChangeSet | None:
    """Have AWS check the change set of an approved plan, show it, and return it where it is to be executed.

    One that is declined, empty, or refused by AWS is discarded; None then.

    Raises:
        WentBack: the operator goes back instead; the change set is discarded.
        Problem: AWS did not make the change set.
    """
    try:
        change_set = ui.wait("AWS is checking the change set…", lambda: prepare(stacks, plan))
    except NotPrepared as refused:
        ui.voice.problem(refused.problem)
        if refused.left is not None:
            discard(ui, stacks, refused.left)
        return None
    if change_set.empty:
        ui.voice.say("The stack is as it should be already.")
        discard(ui, stacks, change_set)
        return None
    ui.voice.section(review_lead(change_set))
    for action, rest in change_parts(change_set):
        ui.voice.say(f"{action} {rest}")
    try:
        taken = ui.ask.choose(
            "Execute the change set?",
            [Choice(EXECUTE, EXECUTE), Choice(DISCARD, DISCARD)],
            back="Back; the change set is discarded",
            approves=True,
        )
    except WentBack:
        discard(ui, stacks, change_set)
        raise
    if taken == DISCARD:
        discard(ui, stacks, change_set)
        return None
    return change_set


def discard(ui: Ui, stacks: Stacks, change_set: ChangeSet) -> None:
    """Discard a change set; one that AWS does not let go is named, and stays on the run's record."""

    def attempt() -> None:
        stacks.discard_change_set(change_set)

    left = (Choice(LEAVE_THERE, LEAVE_THERE, f"The change set of {change_set.stack_name} waits then, not executed."),)
    try:
        done = ui.attempt("Discarding the change set…", attempt, left)
    except WentBack:
        return
    if not isinstance(done, Took):
        ui.voice.say("The change set is discarded: nothing was changed.")


def watch(ui: Ui, stacks: Stacks, begun: Begun) -> Ended | None:
    """Print the stack's events until it is at rest; None where it is left to AWS, which goes on all the same."""
    printed: set[str] = set()
    counted = -1

    def tell(progress: StackProgress, events: tuple[StackEvent, ...]) -> None:
        nonlocal counted
        for event in events:
            if event.event_id not in printed:
                printed.add(event.event_id)
                ui.voice.document(" ".join(event_line(event).split()))  # no columns
        if progress.total and progress.done != counted:
            counted = progress.done
            ui.voice.say(f"{progress.done} of {progress.total} resources are through.")

    def delayed(problem: Problem) -> None:
        ui.voice.say(f"{problem.title}: asking again")

    def look() -> Ended | None:
        until = monotonic() + WATCH_SECONDS
        return follow(stacks, begun, tell=tell, delayed=delayed, cancelled=lambda: monotonic() >= until)

    to_aws = Choice(TO_AWS, TO_AWS, FOUND_AGAIN)
    try:
        while True:
            ended = ui.attempt("Every event of the stack, as AWS tells of it:", look, (to_aws,))
            if isinstance(ended, Took):
                return None
            if ended is not None:
                tell_end(ui, ended)
                return ended
            if ui.ask.choose("AWS is still at work.", [Choice(WATCH, WATCH), to_aws], default=WATCH) == TO_AWS:
                return None
    except WentBack:
        return None


def tell_end(ui: Ui, ended: Ended) -> None:
    """Say how the operation ended: what failed first, and what to do next."""
    progress = ended.progress
    if ended.operation == "DELETE" and ended.stack is None:
        ui.voice.note("ok", "The stack is deleted.")
        return
    ui.voice.note("ok" if progress.succeeded else "fail", f"{progress.explanation.title}.")
    if progress.refusal is not None:
        ui.voice.problem(progress.refusal)
    pinned = progress.failures[1:] if progress.refusal else progress.failures
    for event in pinned:
        ui.voice.note("fail", f"{event.logical_id}: {event.reason}")
    if not progress.succeeded and progress.refusal is None:
        ui.voice.say(progress.explanation.remedy)


def carry_out(ui: Ui, stacks: Stacks, change_set: ChangeSet) -> Begun:
    """Execute an approved change set.

    Raises:
        Problem: AWS refused, and the change set is discarded, or its answer was lost; that is said already.
    """
    try:
        return ui.wait("Asking AWS to execute the change set…", lambda: execute(stacks, change_set))
    except Problem as problem:
        ui.voice.problem(problem)
        if problem.kind not in (ProblemKind.NETWORK, ProblemKind.NOT_FOUND):  # else AWS may have begun, or it is gone
            discard(ui, stacks, change_set)
        raise


def make_known(ui: Ui, words: str, begin: Callable[[], Begun]) -> Begun | None:
    """Begin an operation on a stack; None where AWS refused, which is said, or the answer was lost."""
    try:
        return ui.wait(words, begin)
    except Problem as problem:
        ui.voice.problem(problem)
        return None
