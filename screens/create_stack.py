"""Create the stack: what exists, the plan, the change set, and the stack at work until it gives the role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from textual import on
from textual.app import ComposeResult
from textual.getters import query_one
from textual.widgets import Button, ContentSwitcher, Static

from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import ChangeSet, Stack
from panther_s3.flow import Back, Forward, Step
from panther_s3.role_stack import Case, Situation, plan_stack, with_role_of
from screens.parts.chrome import action_button
from screens.parts.fields import TextField
from screens.parts.problem_panel import ProblemPanel
from screens.parts.stack_calls import StackCalls
from screens.parts.stack_phases import PHASE_OF_CASE, RENAMABLE, VIEWS, Phase
from screens.parts.stack_views import ExistingView, PlanView, ReviewView
from screens.parts.stack_watch import StackWatch
from screens.parts.text import plain
from screens.step import StepScreen


class CreateStackScreen(StepScreen):
    """Make the role by a stack: the plan is approved before anything is sent, the change set before it is executed."""

    STEP = Step.CREATE_STACK
    HEADING = "Create the stack with my AWS profile"
    AUTO_FOCUS = "#forward"

    suffix = query_one("#suffix-field", TextField)
    problem = query_one("#problem", ProblemPanel)
    panes = query_one("#panes", ContentSwitcher)
    waiting = query_one("#waiting", Static)
    stack_watch = query_one("#watch", StackWatch)
    calls = query_one(StackCalls)

    def __init__(self, answers: Answers, aws: Aws) -> None:
        super().__init__(answers)
        self._aws = aws
        self._phase = Phase.LOOKING
        self._situation = Situation(None, None)
        self._looked_up = ""
        self._change_set: ChangeSet | None = None

    def compose_body(self) -> ComposeResult:
        yield TextField("Names end with", self.answers.role_suffix, rule=rules.role_suffix_fault, id="suffix")
        yield ProblemPanel()
        with ContentSwitcher(initial="waiting", id="panes"):
            yield Static(id="waiting")
            yield PlanView(self.answers)
            yield ExistingView()
            yield ReviewView()
            yield StackWatch(self._aws, id="watch")
        yield StackCalls(self._aws)

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
        stack = f"{self.gather().stack_name} in {self.answers.region_of_bucket}"
        if self._phase in (Phase.WORKING, Phase.BUSY):
            return f"AWS goes on with the stack {stack} without the wizard; this step finds it again."
        if self._phase is Phase.REVIEW:
            return f"The change set of {stack} waits, neither executed nor discarded."
        return ""

    def retry(self) -> None:
        """Look again at what stands under the names."""
        self.problem.show(None)
        self._wait("Looking for a role and a stack of this name…", Phase.LOOKING)
        self.calls.look(self.gather())

    action_retry = retry

    def action_forward(self) -> None:
        """Take the phase's way on."""
        answers, role, stack = self.gather(), self._situation.role, self._situation.stack
        if not self._names_are_looked_up():
            return
        if self._phase is Phase.PLAN:
            self._prepare("CREATE", None)
        elif self._phase is Phase.ROLE_ONLY and role:
            self.finish(Forward(answers.with_source(log_processing_role_arn=role.arn)))
        elif self._phase is Phase.STACK and stack:
            self.finish(Forward(with_role_of(answers, stack, made=False)))
        elif self._phase is Phase.REVIEW and self._change_set:
            self._watch("Asking AWS to execute the change set", Phase.WORKING)
            self.calls.execute(self._change_set)
        elif self._phase is Phase.MADE:
            self.finish(Forward(self.answers))

    async def action_other(self) -> None:
        """Take the phase's other way."""
        if (action := VIEWS[self._phase].other_action) and self._names_are_looked_up():
            await self.run_action(action)

    def action_update(self) -> None:
        """Prepare a change set that brings the existing stack to what is needed."""
        self._prepare("UPDATE", self._situation.stack)

    def action_discard(self) -> None:
        """Decline the change set; the empty stack that it made goes too."""
        self._discard(leaving=False)

    def action_delete(self) -> None:
        """Delete the stack that is in the way."""
        if self._situation.stack:
            self._watch("Asking AWS to delete the stack", Phase.WORKING)
            self.calls.delete(self._situation.stack)

    def action_back(self) -> None:
        """Return to the choice of ways; a change set under review is discarded on the way."""
        if self._phase is Phase.REVIEW:
            self._discard(leaving=True)
        elif self._phase is not Phase.PREPARING:
            self.finish(Back(self.gather()))

    def _names_are_looked_up(self) -> bool:
        """Tell whether what is shown is about the names as typed now; if not, look or point at the fault."""
        if self._phase not in RENAMABLE:
            return True
        if not self.suffix.judge():
            self.suffix.point_at()
            return False
        if self.gather().role_suffix != self._looked_up:
            self.retry()
            return False
        return True

    def _prepare(self, kind: Literal["CREATE", "UPDATE"], stack: Stack | None) -> None:
        self.problem.show(None)
        self._wait("AWS is checking the change set…", Phase.PREPARING)
        self.calls.prepare(plan_stack(self.gather(), kind, stack))

    def _discard(self, *, leaving: bool) -> None:
        if self._change_set is not None:
            self._wait("Discarding the change set…", Phase.PREPARING)
            self.calls.discard(self._change_set, leaving=leaving)

    def _wait(self, text: str, phase: Phase) -> None:
        self.waiting.update(plain(text))
        self.suffix.show_note("")
        self.suffix.show_hint(self._names())
        self._enter(phase)

    def _names(self) -> str:
        """What is made, and where, in a line."""
        answers = self.gather()
        return f"{answers.role_name}, by the stack {answers.stack_name} in {answers.region_of_bucket}"

    def _watch(self, status: str, phase: Phase) -> None:
        self.problem.show(None)
        self.stack_watch.begin(status)
        self._enter(phase)

    def _enter(self, phase: Phase) -> None:
        """Show the phase's pane and its ways on, the likeliest one focused."""
        self._phase = phase
        view = VIEWS[phase]
        self.panes.current = view.pane
        self.suffix.input.disabled = phase not in RENAMABLE
        for name, label in (("#forward", view.forward), ("#other", view.other)):
            button = self.query_one(name, Button)
            button.label, button.display = plain(label), bool(label)
        if not self.suffix.input.has_focus:
            self.query_one("#forward" if view.forward else "#other" if view.other else "#back").focus()

    @on(TextField.Settled, "#suffix-field")
    def _suffix_settled(self, event: TextField.Settled) -> None:
        if not event.fault and event.value != self.answers.role_suffix:
            self.answers = self.gather()
            self.retry()

    @on(StackCalls.Looked)
    async def show_situation(self, event: StackCalls.Looked) -> None:
        """Show what exists, or the plan."""
        if event.suffix != self.gather().role_suffix:
            return
        self._situation, self._looked_up = event.situation, event.suffix
        case, stack = event.situation.case, event.situation.stack
        if case is Case.NOTHING:
            await self.query_one(PlanView).show(self.gather())
        elif case is Case.BUSY and stack:
            self.stack_watch.begin("Found at work")
            self.stack_watch.follow(stack.stack_id, stack.region, None, stack.status.split("_")[0])
        else:
            self.query_one(ExistingView).show(event.situation, self.gather())
        self._enter(PHASE_OF_CASE[case])

    @on(StackCalls.Prepared)
    def show_change_set(self, event: StackCalls.Prepared) -> None:
        """Show what the change set will do, or that there is nothing to do."""
        self._change_set = event.change_set
        if event.change_set.empty:
            self.notify("The stack is as it should be already.", markup=False)
            self._discard(leaving=False)
        else:
            self.query_one(ReviewView).show(event.change_set)
            self._enter(Phase.REVIEW)

    @on(StackCalls.Begun)
    def follow(self, event: StackCalls.Begun) -> None:
        """Watch the stack that AWS is working on now."""
        self.stack_watch.follow(event.stack_id, event.region, event.token, event.operation, event.resources)

    @on(StackCalls.Discarded)
    def look_again(self, event: StackCalls.Discarded) -> None:
        """Leave the step, or show where things stand without the change set."""
        self._change_set = None
        if event.leaving:
            self.finish(Back(self.gather()))
        else:
            self.retry()

    @on(StackWatch.Ended)
    def show_end(self, event: StackWatch.Ended) -> None:
        """Take the role's ARN from the outputs, or leave the reason in sight."""
        if event.operation == "DELETE" and event.stack is None:
            self.retry()
        elif event.progress.succeeded and event.stack is not None:
            self.answers = with_role_of(self.gather(), event.stack, made=event.operation == "CREATE")
            self.suffix.show_note(f"Role ARN: {self.answers.source.log_processing_role_arn}", "ok")
            self._enter(Phase.MADE)
        else:
            self._situation = Situation(None, event.stack)
            self._enter(Phase.FAILED if self._situation.case is Case.BROKEN else Phase.BROKEN)

    @on(StackWatch.Refused)
    def show_silence(self, event: StackWatch.Refused) -> None:
        """Show why AWS tells no more of the stack, which goes on all the same; Retry finds it again."""
        self.problem.show(event.problem)

    @on(StackCalls.Refused)
    def show_refusal(self, event: StackCalls.Refused) -> None:
        """Show why AWS refused; Retry looks again from the beginning."""
        self.problem.show(event.problem)
        self._wait("Back leads to the other ways: the AWS Console, a template file, or by hand.", Phase.LOOKING)
