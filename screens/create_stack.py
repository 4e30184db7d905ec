"""Create the stack: what exists, the plan, the change set, and the stack at work until it gives the role."""

from __future__ import annotations

from typing import Literal

from textual import on

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import Stack
from panther_s3.flow import Back, Forward
from panther_s3.problems import ProblemKind
from panther_s3.role_stack import Case, Situation, plan_stack, with_begun, with_role_of, without_stack
from panther_s3.stack_work import Begun
from screens.parts.fields import TextField
from screens.parts.stack_calls import StackCalls
from screens.parts.stack_phases import PHASE_OF_CASE, RENAMABLE, VIEWS, Phase
from screens.parts.stack_step import StackStep
from screens.parts.stack_views import ExistingView, PlanView, ReviewView
from screens.parts.stack_watch import StackWatch


class CreateStackScreen(StackStep):
    """Make the role by a stack: the plan is approved before anything is sent, the change set before it is executed."""

    def __init__(self, answers: Answers, aws: Aws) -> None:
        super().__init__(answers, aws)
        self._situation = Situation(None, None)
        self._looked_up = ""
        self._found = Phase.LOOKING
        """The phase of what stands under the names."""
        self._leaving = False
        """Whether the step is left once the change set is discarded."""
        self._before = answers, self._change_set
        """Where things stood before the latest write, in case AWS refuses it."""

    def on_mount(self) -> None:
        self.retry()

    def retry(self) -> None:
        """Look again at what stands under the names; a change set that is left is discarded first."""
        self.problem.show(None)
        if self._change_set is not None:
            self._discard(leaving=False)
            return
        self._wait("Looking for a role and a stack of this name…", Phase.LOOKING)
        self.calls.look(self.gather())

    action_retry = retry

    def action_forward(self) -> None:
        """Take the phase's way on."""
        role, stack = self._situation.role, self._situation.stack
        if not self._names_are_looked_up():
            return
        if self._phase is Phase.PLAN:
            self._prepare("CREATE", None)
        elif self._phase is Phase.UPDATE_PLAN:
            self._prepare("UPDATE", stack)
        elif self._phase is Phase.ROLE_ONLY and role:
            self.finish(Forward(self.gather().with_source(log_processing_role_arn=role.arn)))
        elif self._phase is Phase.STACK:
            self.action_use()
        elif self._phase is Phase.STACK_FALLS_SHORT:
            self.call_later(self.action_update)
        elif self._phase is Phase.REVIEW and self._is_read():
            self._execute()
        elif self._phase is Phase.MADE:
            self.finish(Forward(self.answers))

    async def action_other(self) -> None:
        """Take the phase's other way."""
        if (action := VIEWS[self._phase].other_action) and self._names_are_looked_up():
            await self.run_action(action)

    async def action_update(self) -> None:
        """Show what bringing the existing stack to what is needed would change; nothing is sent yet."""
        await self.query_one(PlanView).show(self.gather(), self._situation)
        self._enter(Phase.UPDATE_PLAN)

    def action_use(self) -> None:
        """Go on with the role of the existing stack."""
        if self._situation.stack is not None:
            self.finish(Forward(with_role_of(self.gather(), self._situation.stack)))

    def action_keep(self) -> None:
        """Leave the existing stack as it is."""
        self._enter(self._found)

    def action_discard(self) -> None:
        """Decline the change set; the empty stack that it made goes too."""
        self._discard(leaving=False)

    def action_delete(self) -> None:
        """Delete the stack that is in the way."""
        if self._situation.stack:
            self._begin("Asking AWS to delete the stack")
            self.calls.delete(self._situation.stack)

    def action_back(self) -> None:
        """Return to the choice of ways; a change set that is not executed is discarded on the way, if AWS lets us."""
        waits = self._change_set is not None or self._phase in (Phase.PREPARING, Phase.DISCARDING)
        if waits and self._phase is not Phase.UNDISCARDED:
            self._discard(leaving=True)
        else:
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

    def _execute(self) -> None:
        """Execute the change set; it is on record from now on, since the step may be left before AWS answers."""
        change_set = self._change_set
        if change_set is not None:
            self._begin("Asking AWS to execute the change set")
            self.answers = with_begun(self.gather(), change_set, self._situation.stack)
            self.calls.execute(change_set)

    def _begin(self, status: str) -> None:
        """Turn to the stack that AWS is to work on; the change set is no longer ours to discard."""
        self._before = self.gather(), self._change_set
        self._change_set = None
        self._watch(status, Phase.WORKING)

    def _discard(self, *, leaving: bool) -> None:
        """Discard the change set, or as soon as AWS has answered with it."""
        self._leaving = leaving
        if self._phase is Phase.DISCARDING:
            return
        self._wait("Discarding the change set…", Phase.DISCARDING)
        if self._change_set is not None:
            self.calls.discard(self._change_set)

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
        self._found = PHASE_OF_CASE[case]
        if case is Case.NOTHING:
            await self.query_one(PlanView).show(self.gather())
        elif case is Case.BUSY and stack:
            self.stack_watch.begin("Found at work", found=True)
            self.stack_watch.follow(Begun.found(stack))
        elif await self.query_one(ExistingView).show(event.situation, self.gather()) and case is Case.STACK:
            self._found = Phase.STACK_FALLS_SHORT
        self._enter(self._found)

    @on(StackCalls.Created)
    def keep_change_set(self, event: StackCalls.Created) -> None:
        """Remember what is to be discarded if it is not executed; it may have been declined meanwhile."""
        self._change_set = event.change_set
        if self._phase is Phase.DISCARDING:
            self.calls.discard(event.change_set)

    @on(StackCalls.Prepared)
    def show_change_set(self, event: StackCalls.Prepared) -> None:
        """Show what the change set will do, or that there is nothing to do."""
        if self._phase is Phase.DISCARDING:
            return
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
        self.stack_watch.follow(event.work)

    @on(StackCalls.Discarded)
    def look_again(self) -> None:
        """Leave the step, or show where things stand without the change set."""
        self._change_set = None
        if self._leaving:
            self.finish(Back(self.gather()))
        else:
            self.retry()

    @on(StackWatch.Ended)
    def show_end(self, event: StackWatch.Ended) -> None:
        """Take the role's ARN from the outputs, or leave the reason in sight."""
        if event.operation == "DELETE" and event.stack is None:
            if self._situation.stack is not None:
                self.answers = without_stack(self.gather(), self._situation.stack)
            self.retry()
        elif event.progress.succeeded and event.stack is not None:
            self.answers = with_role_of(self.gather(), event.stack)
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
        failed = self._phase
        if failed is Phase.DISCARDING and self._change_set is None:
            self.look_again()  # it was declined before AWS made it, and AWS has not made it
            return
        if failed is Phase.WORKING and event.problem.kind is not ProblemKind.NETWORK:  # else AWS may have begun
            self.answers, self._change_set = self._before
        if event.removed:
            self._change_set = None
        self.problem.show(event.problem)
        phase = Phase.UNDISCARDED if failed is Phase.DISCARDING else Phase.LOOKING
        self._wait("Back leads to the other ways: the AWS Console, a template file, or by hand.", phase)
