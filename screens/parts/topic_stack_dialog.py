"""Make the topic by a stack: what exists, the plan, the change set, and the stack at work until it gives the topic."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.message import Message
from textual.widgets import Button, Static
from textual.worker import get_current_worker

from panther_s3.aws.permissions import refused_topic_actions
from panther_s3.aws.stacks import StackPlan
from panther_s3.handwork import delete_stack_values
from panther_s3.panther import DEFAULT_TOPIC
from panther_s3.problems import Problem, ProblemKind
from panther_s3.stack_words import NO_TOPIC_NAME, TOPIC_LEFTOVER
from panther_s3.stack_work import Begun
from panther_s3.topic_stack import OUTPUT, TopicCase, TopicSituation, read_topic_situation
from screens.parts.fields import TextField
from screens.parts.stack_calls import StackCalls
from screens.parts.stack_views import ReviewView
from screens.parts.stack_watch import StackWatch
from screens.parts.text import plain
from screens.parts.topic_frame import TopicFrame
from screens.parts.topic_phases import Phase


class TopicStackDialog(TopicFrame):
    """Make the topic; gives its ARN, or None where none was made."""

    @dataclass(eq=False)
    class Looked(Message):
        """What stands under the names is known."""

        situation: TopicSituation

    @dataclass(eq=False)
    class RightsKnown(Message):
        """AWS said which of the needed actions the operator is refused."""

        refused: tuple[str, ...]

    @dataclass(eq=False)
    class Refused(Message):
        """AWS does not tell."""

        problem: Problem

    def on_mount(self) -> None:
        self.retry()

    def retry(self) -> None:
        """Look at what stands under the names."""
        self._wait("Looking for a topic and a stack of this name…", Phase.LOOKING)
        self.look_up(self.plan_view.topic_name or DEFAULT_TOPIC)

    @on(Button.Pressed, "#topic-close")
    def action_close(self) -> None:
        """Leave; a change set that is not executed is discarded on the way."""
        if self._phase in (Phase.PREPARING, Phase.REVIEW):
            self._discard()
        elif self._phase is not Phase.DISCARDING:
            self.dismiss(self._arn)

    @on(Button.Pressed, "#topic-other")
    def ask_name(self) -> None:
        """Ask for another name of the topic."""
        if self._phase is Phase.TOPIC_ONLY:
            self.plan_view.ask_name()
            self._enter(Phase.NAMING)

    @on(Button.Pressed, "#topic-do")
    def go_on(self) -> None:
        """Take the phase's way on; what changes AWS, only once it was shown for long enough to be read."""
        situation, phase = self._situation, self._phase
        if phase in (Phase.NO_WAY, Phase.FAILED, Phase.REFUSED):
            self.retry()
        elif phase is Phase.MADE:
            self.dismiss(self._arn)
        elif phase is Phase.NAMING and self._is_valid():
            self.retry()
        elif phase in (Phase.TOPIC_ONLY, Phase.STACK) and situation is not None and situation.topic is not None:
            self.dismiss(situation.topic.arn)
        elif not self._is_read():
            return  # a second press was meant for what stood there before
        elif phase is Phase.PLAN and situation is not None and self._is_valid():
            self._prepare(situation)
        elif phase is Phase.IN_THE_WAY and situation is not None and situation.stack is not None:
            self._begin("Asking AWS to delete the stack", situation.stack.name)
            self.calls.delete(situation.stack)
        elif phase is Phase.REVIEW and self._change_set is not None:
            self._executing, self._change_set = self._change_set, None
            self._begin("Asking AWS to execute the change set", self._executing.stack_name)
            self.calls.execute(self._executing)
        elif phase is Phase.UNDISCARDED:
            self._discard()

    @work(thread=True, exclusive=True, exit_on_error=False, group="topic")
    def look_up(self, name: str) -> None:
        """Read what stands under the names of the topic and of its stack."""
        worker = get_current_worker()
        try:
            message: Message = self.Looked(read_topic_situation(self._aws, self._answers, name))
        except Problem as problem:
            message = self.Refused(problem)
        if not worker.is_cancelled:
            self.post_message(message)

    @work(thread=True, exclusive=True, exit_on_error=False, group="rights")
    def read_rights(self, plan: StackPlan) -> None:
        """Ask AWS whether the operator may make the stack."""
        worker = get_current_worker()
        refused = refused_topic_actions(self._aws, self._answers, plan)
        if not worker.is_cancelled:
            self.post_message(self.RightsKnown(refused))

    @on(RightsKnown)
    def show_rights(self, event: RightsKnown) -> None:
        """Say beforehand what AWS would refuse."""
        self.plan_view.show_refused(event.refused)

    @on(TextField.Settled, "#topic-name-field")
    def look_up_name(self, event: TextField.Settled) -> None:
        """Look up a name that was typed, once it is left."""
        situation = self._situation
        shown = situation is not None and situation.topic_arn.endswith(f":{event.value}")
        if self._phase in (Phase.PLAN, Phase.NAMING) and not event.fault and not shown:
            self.retry()

    @on(Looked)
    def show_situation(self, event: Looked) -> None:
        """Show the plan, or what stands in its place."""
        self._situation = situation = event.situation
        case, stack, told = situation.case, situation.stack, " ".join(situation.obstacles())
        if case is TopicCase.TOPIC_ONLY:
            self._wait(told, Phase.TOPIC_ONLY)
        elif case is TopicCase.STACK:
            self._wait(f"{told} Its topic can be used for this bucket.", Phase.STACK)
        elif case is TopicCase.BUSY and stack is not None:
            self._begin("Found at work", stack.name, found=True)
            self.stack_watch.follow(Begun.found(stack))
        elif case in (TopicCase.BROKEN, TopicCase.LEFTOVER):
            self._wait(told or TOPIC_LEFTOVER, Phase.IN_THE_WAY)
        elif case is TopicCase.TOPIC_GONE and stack is not None:
            commands = "\n".join(value.value for value in delete_stack_values(self._answers, stack.region, stack.name))
            self._wait(f"{told} Its topic is gone. To make it again, delete the stack first:\n{commands}", Phase.NO_WAY)
        elif not situation.free_name:
            self._wait(f"{told} {NO_TOPIC_NAME}", Phase.NO_WAY)
        else:
            self.plan_view.show(situation)
            plan = self.plan_view.plan
            self.query_one("#mend-target", Static).update(plain(f"Stack {plan.stack_name} in {plan.region}"))
            self._enter(Phase.PLAN)
            self.read_rights(plan)

    def _is_valid(self) -> bool:
        """Tell whether the name as typed can be used; points at it where not."""
        valid = self.plan_view.name_field.judge()
        if not valid:
            self.plan_view.name_field.point_at()
        return valid

    def _prepare(self, situation: TopicSituation) -> None:
        """Have the change set made, once what is shown is about the name as typed."""
        if not situation.topic_arn.endswith(f":{self.plan_view.topic_name}"):
            self.retry()
            return
        self._wait("AWS is checking the change set…", Phase.PREPARING)
        self.calls.prepare(self.plan_view.plan)

    def _discard(self) -> None:
        """Discard the change set, or as soon as AWS has answered with it."""
        self._wait("Discarding the change set…", Phase.DISCARDING)
        if self._change_set is not None:
            self.calls.discard(self._change_set)

    @on(StackCalls.Created)
    def keep_change_set(self, event: StackCalls.Created) -> None:
        """Remember what is to be discarded if it is not executed; it may have been declined meanwhile."""
        self._change_set = event.change_set
        if self._phase is Phase.DISCARDING:
            self.calls.discard(event.change_set)

    @on(StackCalls.Prepared)
    def show_change_set(self, event: StackCalls.Prepared) -> None:
        """Show what the change set will do."""
        if self._phase is Phase.PREPARING:
            self._change_set = event.change_set
            self.query_one(ReviewView).show(event.change_set)
            self._enter(Phase.REVIEW)

    @on(StackCalls.Begun)
    def follow(self, event: StackCalls.Begun) -> None:
        """Watch the stack that AWS is working on now."""
        self.stack_watch.follow(event.work)

    @on(StackCalls.Discarded)
    def left(self) -> None:
        """Nothing is left of the change set."""
        self._change_set = None
        self.dismiss(None)

    @on(StackWatch.Ended)
    def show_end(self, event: StackWatch.Ended) -> None:
        """Take the topic from the outputs, or leave the reason in sight."""
        if event.operation == "DELETE" and event.stack is None:
            self.retry()
        elif event.progress.succeeded and event.stack is not None:
            self._arn = event.stack.outputs.get(OUTPUT)
            self._enter(Phase.MADE)
        else:
            self._enter(Phase.FAILED)

    @on(StackCalls.Refused)
    def show_refusal(self, event: StackCalls.Refused) -> None:
        """Show why AWS refused; a change set that is left is still there to discard."""
        problem = event.problem
        if self._phase is Phase.DISCARDING and self._change_set is None:
            self.dismiss(None)  # it was declined before AWS made it, and AWS has not made it
            return
        if self._phase is Phase.WORKING and problem.kind is not ProblemKind.NETWORK:  # else AWS may have begun
            self._change_set = self._executing
        if event.removed or problem.kind is ProblemKind.NOT_FOUND:
            self._change_set = None
        self.show_failure(problem)

    @on(Refused)
    @on(StackWatch.Refused)
    def show_silence(self, event: Refused | StackWatch.Refused) -> None:
        """Show why AWS tells no more; a stack goes on all the same."""
        self.show_failure(event.problem)
