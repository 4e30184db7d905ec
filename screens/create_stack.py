"""Create the stack: what exists, the plan, the change set, and the stack at work until it gives the role."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import ChangeSet, Stack, Stacks
from textual import on, work
from textual.app import ComposeResult
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Button, ContentSwitcher, Static

from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.flow import Back, Forward, Step
from panther_s3.problems import Problem
from panther_s3.role_stack import Case, Situation, plan_stack, read_situation, with_role_of
from screens.parts.chrome import action_button
from screens.parts.fields import TextField
from screens.parts.problem_panel import ProblemPanel
from screens.parts.stack_views import ExistingView, PlanView, ReviewView
from screens.parts.stack_watch import StackWatch
from screens.parts.text import plain
from screens.step import StepScreen


class Phase(enum.Enum):
    """Where the screen stands."""

    LOOKING = enum.auto()
    PLAN = enum.auto()
    ROLE_ONLY = enum.auto()
    STACK = enum.auto()
    BUSY = enum.auto()
    BROKEN_BEFORE = enum.auto()
    LEFTOVER = enum.auto()
    PREPARING = enum.auto()
    REVIEW = enum.auto()
    WORKING = enum.auto()
    MADE = enum.auto()
    BROKEN = enum.auto()


class View(NamedTuple):
    """What a phase shows: its pane, the words of the way on, and the other way with its action."""

    pane: str
    forward: str = ""
    other: str = ""
    other_action: str = ""


VIEWS = {
    Phase.LOOKING: View("waiting"),
    Phase.PLAN: View("plan", "Create the change set"),
    Phase.ROLE_ONLY: View("existing", "Use this role"),
    Phase.STACK: View("existing", "Use this role", "Update the stack", "update"),
    Phase.BUSY: View("watch"),
    Phase.BROKEN_BEFORE: View("existing", "", "Delete the failed stack", "delete"),
    Phase.LEFTOVER: View("existing", "", "Remove the leftover", "delete"),
    Phase.PREPARING: View("waiting"),
    Phase.REVIEW: View("review", "Execute it", "Discard it", "discard"),
    Phase.WORKING: View("watch"),
    Phase.MADE: View("watch", "Continue"),
    Phase.BROKEN: View("watch", "", "Look again", "retry"),
}
RENAMABLE = {Phase.PLAN, Phase.ROLE_ONLY, Phase.STACK, Phase.BROKEN_BEFORE, Phase.LEFTOVER}
"""The phases in which another suffix may be chosen: nothing has been begun."""
PHASE_OF_CASE = {
    Case.NOTHING: Phase.PLAN,
    Case.ROLE_ONLY: Phase.ROLE_ONLY,
    Case.STACK: Phase.STACK,
    Case.BUSY: Phase.BUSY,
    Case.BROKEN: Phase.BROKEN_BEFORE,
    Case.LEFTOVER: Phase.LEFTOVER,
}


class CreateStackScreen(StepScreen):
    """Make the role by a stack: the plan is approved before anything is sent, the change set before it is executed."""

    STEP = Step.CREATE_STACK
    HEADING = "Create the stack with my AWS profile"
    AUTO_FOCUS = "#forward"

    suffix = query_one("#suffix-field", TextField)
    problem = query_one("#problem", ProblemPanel)
    panes = query_one("#panes", ContentSwitcher)
    stack_watch = query_one("#watch", StackWatch)

    @dataclass
    class Looked(Message):
        """What stands under the names is known."""

        suffix: str
        situation: Situation

    @dataclass
    class Prepared(Message):
        """AWS checked the change set."""

        change_set: ChangeSet

    @dataclass
    class Executing(Message):
        """AWS began to execute the change set, or to delete the stack."""

        stack_id: str
        region: str
        token: str
        operation: str

    @dataclass
    class Discarded(Message):
        """The change set is gone; `leave` tells that the screen was left by it."""

        leave: bool

    @dataclass
    class Refused(Message):
        """A call failed."""

        problem: Problem

    def __init__(self, answers: Answers, aws: Aws) -> None:
        super().__init__(answers)
        self._stacks, self._aws = Stacks(aws), aws
        self._phase = Phase.LOOKING
        self._situation: Situation | None = None
        self._change_set: ChangeSet | None = None

    def compose_body(self) -> ComposeResult:
        yield TextField("Role and stack", self.answers.role_suffix, rule=rules.role_suffix_fault, id="suffix")
        yield ProblemPanel()
        with ContentSwitcher(initial="waiting", id="panes"):
            yield Static(id="waiting")
            yield PlanView(self.answers)
            yield ExistingView()
            yield ReviewView()
            yield StackWatch(self._aws, id="watch")

    def buttons(self) -> Iterable[Button]:
        yield action_button("Back", "back", id="back")
        yield action_button("", "other", id="other")
        yield action_button("", "forward", primary=True, id="forward")

    def on_mount(self) -> None:
        self.retry()

    def gather(self) -> Answers:
        typed = self.suffix.value
        return replace(self.answers, suffix="" if typed == self.answers.source.suffix else typed)

    def under_way(self) -> str:
        names = f"{self.gather().stack_name} in {self.answers.region_of_bucket}"
        if self._phase in (Phase.WORKING, Phase.BUSY):
            return f"AWS goes on making the stack {names} without the wizard; come back to this step to find it."
        if self._phase is Phase.REVIEW:
            return f"The change set waits unexecuted and keeps the stack {names} in review: discard it first, or later."
        return ""

    def retry(self) -> None:
        """Look again at what stands under the names."""
        self.problem.show(None)
        self._enter(Phase.LOOKING)
        self.query_one("#waiting", Static).update("Looking for a role and a stack of this name…")
        self.look(self.gather())

    action_retry = retry

    def action_forward(self) -> None:
        """Take the phase's way on."""
        answers, situation = self.gather(), self._situation
        if self._phase is Phase.PLAN:
            self._prepare("CREATE", None)
        elif self._phase is Phase.ROLE_ONLY and situation and situation.role:
            self.finish(Forward(answers.with_source(log_processing_role_arn=situation.role.arn)))
        elif self._phase is Phase.STACK and situation and situation.stack:
            self.finish(Forward(with_role_of(answers, situation.stack, made=False)))
        elif self._phase is Phase.REVIEW and self._change_set:
            self.problem.show(None)
            self._enter(Phase.WORKING)
            self.stack_watch.begin("Asking AWS to execute the change set")
            self.execute(self._change_set)
        elif self._phase is Phase.MADE:
            self.finish(Forward(self.answers))

    async def action_other(self) -> None:
        """Take the phase's other way."""
        if action := VIEWS[self._phase].other_action:
            await self.run_action(action)

    def action_update(self) -> None:
        """Prepare a change set that brings the existing stack to what is needed."""
        self._prepare("UPDATE", self._situation.stack if self._situation else None)

    def action_discard(self) -> None:
        """Decline the change set; an empty stack that it left goes too."""
        self._discard(leave=False)

    def action_delete(self) -> None:
        """Delete the stack that is in the way."""
        if self._situation and self._situation.stack:
            self._enter(Phase.WORKING)
            self.stack_watch.begin("Asking AWS to delete the stack")
            self.delete(self._situation.stack)

    def action_back(self) -> None:
        """Return to the choice of ways; a change set under review is discarded on the way."""
        if self._phase is Phase.REVIEW:
            self._discard(leave=True)
        elif self._phase is not Phase.PREPARING:
            self.finish(Back(self.gather()))

    def _prepare(self, kind: str, stack: Stack | None) -> None:
        self.problem.show(None)
        self._enter(Phase.PREPARING)
        self.query_one("#waiting", Static).update("AWS is checking the change set…")
        self.prepare(lambda: self._stacks.create_change_set(plan_stack(self.gather(), kind, stack)))  # type: ignore[arg-type]

    def _discard(self, *, leave: bool) -> None:
        if self._change_set is not None:
            self._enter(Phase.PREPARING)
            self.query_one("#waiting", Static).update("Discarding the change set…")
            self.discard(self._change_set, leave)

    def _enter(self, phase: Phase) -> None:
        """Show the phase's pane and its ways on."""
        self._phase = phase
        view = VIEWS[phase]
        self.panes.current = view.pane
        self.suffix.input.disabled = phase not in RENAMABLE
        for name, label in (("#forward", view.forward), ("#other", view.other)):
            button = self.query_one(name, Button)
            button.label, button.display = plain(label), bool(label)
        target = "#forward" if view.forward else "#other" if view.other else "#back"
        if not self.suffix.input.has_focus:
            self.query_one(target).focus()

    @work(thread=True, exclusive=True, exit_on_error=False, group="look")
    def look(self, answers: Answers) -> None:
        """Read what stands under the names."""
        self._try(lambda: self.Looked(answers.suffix, read_situation(self._aws, answers)))

    @work(thread=True, exclusive=True, exit_on_error=False, group="change")
    def prepare(self, create: Callable[[], ChangeSet]) -> None:
        """Create the change set and wait until AWS has checked it."""
        self._try(lambda: self.Prepared(self._stacks.wait_for_change_set(create())))

    @work(thread=True, exclusive=True, exit_on_error=False, group="change")
    def execute(self, change_set: ChangeSet) -> None:
        """Execute the change set that was approved."""
        token = f"panther-s3-wizard-{uuid.uuid4()}"

        def run() -> Message:
            self._stacks.execute_change_set(change_set, token)
            return self.Executing(change_set.stack_id, change_set.region, token, change_set.kind)

        self._try(run)

    @work(thread=True, exclusive=True, exit_on_error=False, group="change")
    def discard(self, change_set: ChangeSet, leave: bool) -> None:
        """Delete the change set."""

        def run() -> Message:
            self._stacks.discard_change_set(change_set)
            return self.Discarded(leave)

        self._try(run)

    @work(thread=True, exclusive=True, exit_on_error=False, group="change")
    def delete(self, stack: Stack) -> None:
        """Delete the failed stack."""
        token = f"panther-s3-wizard-{uuid.uuid4()}"

        def run() -> Message:
            self._stacks.delete_stack(stack, token)
            return self.Executing(stack.stack_id, stack.region, token, "DELETE")

        self._try(run)

    def _try(self, call: Callable[[], Message]) -> None:
        try:
            self.post_message(call())
        except Problem as problem:
            self.post_message(self.Refused(problem))

    @on(TextField.Settled, "#suffix-field")
    def _suffix_settled(self, event: TextField.Settled) -> None:
        if not event.fault and event.value != self.answers.role_suffix:
            self.answers = self.gather()
            self.retry()

    @on(Looked)
    async def show_situation(self, event: Looked) -> None:
        """Show what exists, or the plan."""
        if event.suffix != self.gather().suffix:
            return
        self._situation = event.situation
        case = event.situation.case
        if case is Case.NOTHING:
            await self.query_one(PlanView).show(self.gather())
        elif case is Case.BUSY and event.situation.stack:
            stack = event.situation.stack
            self.stack_watch.begin("Found at work")
            self.stack_watch.follow(stack.stack_id, stack.region, None, stack.status.split("_")[0])
        else:
            self.query_one(ExistingView).show(event.situation, self.gather())
        self._enter(PHASE_OF_CASE[case])

    @on(Prepared)
    def show_change_set(self, event: Prepared) -> None:
        """Show what the change set will do, or that there is nothing to do."""
        self._change_set = event.change_set
        if event.change_set.empty:
            self.notify("The stack is as it should be already.", markup=False)
            self._discard(leave=False)
        else:
            self.query_one(ReviewView).show(event.change_set)
            self._enter(Phase.REVIEW)

    @on(Executing)
    def _follow(self, event: Executing) -> None:
        self.stack_watch.follow(event.stack_id, event.region, event.token, event.operation)

    @on(Discarded)
    def _discarded(self, event: Discarded) -> None:
        self._change_set = None
        if event.leave:
            self.finish(Back(self.gather()))
        else:
            self.retry()

    @on(StackWatch.Ended)
    def show_end(self, event: StackWatch.Ended) -> None:
        """Take the role's ARN from the outputs, or leave the reason in sight."""
        if event.operation == "DELETE" and event.progress.succeeded:
            self.retry()
        elif event.progress.succeeded and event.stack is not None:
            self.answers = with_role_of(self.gather(), event.stack, made=event.operation == "CREATE")
            self._enter(Phase.MADE)
        else:
            self._enter(Phase.BROKEN)

    @on(StackWatch.Refused)
    def _watch_refused(self, event: StackWatch.Refused) -> None:
        self.problem.show(event.problem)
        self._enter(Phase.BROKEN)

    @on(Refused)
    def show_refusal(self, event: Refused) -> None:
        """Show why AWS refused; Retry looks again from the beginning."""
        self.query_one("#waiting", Static).update("")
        self.problem.show(event.problem)
        self._enter(Phase.LOOKING)
