"""Make the topic by a stack: what exists, the plan, the change set, and the stack at work until it gives the topic."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Button, Checkbox, ContentSwitcher, Label, Static

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import ChangeSet
from panther_s3.panther import DEFAULT_TOPIC
from panther_s3.problems import Problem, ProblemKind
from panther_s3.topic_stack import (
    OUTPUT,
    TopicCase,
    TopicSituation,
    plan_topic_stack,
    read_topic_situation,
    topic_name_fault,
)
from screens.parts import stack_phases
from screens.parts.dialog import Dialog
from screens.parts.document import coloured
from screens.parts.fields import TextField
from screens.parts.problem_panel import ProblemPanel
from screens.parts.stack_calls import StackCalls
from screens.parts.stack_views import ReviewView
from screens.parts.stack_watch import StackWatch
from screens.parts.text import plain
from screens.parts.toggles import Check

KEY_HINT = (
    "S3 cannot publish to a topic that is encrypted with AWS's own alias/aws/sns: the key has to be yours. "
    "KMS charges for each key by the month."
)


class Phase(enum.Enum):
    """Where the making of the topic stands."""

    LOOKING = enum.auto()
    PLAN = enum.auto()
    EXISTS = enum.auto()
    IN_THE_WAY = enum.auto()
    PREPARING = enum.auto()
    DISCARDING = enum.auto()
    REVIEW = enum.auto()
    WORKING = enum.auto()
    MADE = enum.auto()
    FAILED = enum.auto()


class View(NamedTuple):
    """What a phase shows: its pane, and the words of its buttons; "" for none."""

    pane: str
    do: str = ""
    close: str = "Cancel"


VIEWS = {
    Phase.LOOKING: View("topic-waiting"),
    Phase.PLAN: View("topic-plan", "Create the change set"),
    Phase.EXISTS: View("topic-waiting", "Use this topic"),
    Phase.IN_THE_WAY: View("topic-waiting", "Delete that stack"),
    Phase.PREPARING: View("topic-waiting", "", "Discard it"),
    Phase.DISCARDING: View("topic-waiting", "", ""),
    Phase.REVIEW: View("review", "Execute it", "Discard it"),
    Phase.WORKING: View("topic-watch", "", "Leave it to AWS"),
    Phase.MADE: View("topic-watch", "Go on", ""),
    Phase.FAILED: View("topic-watch", "Look again", "Close"),
}


class TopicStackDialog(Dialog[str | None]):
    """Make the topic; gives its ARN, or None where none was made."""

    AUTO_FOCUS = "#topic-do"
    VERTICAL_BREAKPOINTS = [(34, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("up", "scroll(-1)", "Scroll", key_display="↑↓"),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-8)", show=False),
        Binding("pagedown", "scroll(8)", show=False),
    ]

    @dataclass(eq=False)
    class Looked(Message):
        """What stands under the names is known."""

        situation: TopicSituation

    @dataclass(eq=False)
    class Refused(Message):
        """AWS does not tell."""

        problem: Problem

    panes = query_one("#topic-panes", ContentSwitcher)
    waiting = query_one("#topic-waiting", Static)
    problem = query_one("#topic-problem", ProblemPanel)
    stack_watch = query_one("#topic-watch", StackWatch)
    calls = query_one(StackCalls)
    name_field = query_one("#topic-name-field", TextField)

    def __init__(self, aws: Aws, answers: Answers) -> None:
        super().__init__()
        self._aws, self._answers = aws, answers
        self._phase, self._entered = Phase.LOOKING, monotonic()
        self._situation: TopicSituation | None = None
        self._change_set: ChangeSet | None = None
        self._arn: str | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog mend topic"):
            yield Label("Make the topic, by a CloudFormation stack", classes="dialog-title")
            yield Static(id="mend-target")
            with ContentSwitcher(initial="topic-waiting", id="topic-panes"):
                yield Static(id="topic-waiting")
                with VerticalScroll(id="topic-plan", can_focus=False):
                    yield TextField("Topic name", DEFAULT_TOPIC, rule=topic_name_fault, id="topic-name")
                    yield Check("Encrypt it with a KMS key of its own", value=True, id="topic-key", compact=True)
                    yield Static(KEY_HINT, classes="note", id="topic-key-hint")
                    yield Static(id="topic-lead")
                    yield Static(id="topic-template")
                yield ReviewView()
                yield StackWatch(self._aws, id="topic-watch")
            yield ProblemPanel(id="topic-problem", into_view=False)
            yield StackCalls(self._aws)
            with Horizontal(classes="dialog-actions"):
                yield Button("Cancel", id="topic-close", compact=True)
                yield Button("", id="topic-do", variant="primary", compact=True)

    def on_mount(self) -> None:
        self.look_again()

    @on(ProblemPanel.RetryRequested)
    def look_again(self) -> None:
        """Look at what stands under the names."""
        self.problem.show(None)
        self._wait("Looking for a topic and a stack of this name…", Phase.LOOKING)
        self.look_up(self.name_field.value or DEFAULT_TOPIC)

    @on(Button.Pressed, "#topic-close")
    def action_close(self) -> None:
        """Leave; a change set that is not executed is discarded on the way."""
        if self._phase in (Phase.PREPARING, Phase.REVIEW):
            self._wait("Discarding the change set…", Phase.DISCARDING)
            if self._change_set is not None:
                self.calls.discard(self._change_set)
        elif self._phase is not Phase.DISCARDING:
            self.dismiss(self._arn)

    def action_scroll(self, lines: int) -> None:
        """Scroll the plan, while the focus stays where it is."""
        self.query_one("#topic-plan").scroll_relative(y=lines, animate=False)

    @on(Button.Pressed, "#topic-do")
    def go_on(self) -> None:
        """Take the phase's way on."""
        situation = self._situation
        if self._phase is Phase.PLAN and situation is not None:
            self._plan(situation)
        elif self._phase is Phase.EXISTS and situation is not None and situation.topic is not None:
            self.dismiss(situation.topic.arn)
        elif self._phase is Phase.IN_THE_WAY and situation is not None and situation.stack is not None:
            self._begin("Asking AWS to delete the stack")
            self.calls.delete(situation.stack)
        elif self._phase is Phase.REVIEW and self._change_set is not None and self._is_read():
            change_set, self._change_set = self._change_set, None
            self._begin("Asking AWS to execute the change set")
            self.calls.execute(change_set)
        elif self._phase is Phase.MADE:
            self.dismiss(self._arn)
        elif self._phase is Phase.FAILED:
            self.look_again()

    @work(thread=True, exclusive=True, exit_on_error=False, group="topic")
    def look_up(self, name: str) -> None:
        """Read what stands under the names of the topic and of its stack."""
        try:
            self.post_message(self.Looked(read_topic_situation(self._aws, self._answers, name)))
        except Problem as problem:
            self.post_message(self.Refused(problem))

    @on(Looked)
    def show_situation(self, event: Looked) -> None:
        """Show the plan, or what stands in its place."""
        self._situation = situation = event.situation
        if situation.case in (TopicCase.TOPIC_ONLY, TopicCase.STACK):
            self._wait(f"{' '.join(situation.obstacles())} It can be used for this bucket.", Phase.EXISTS)
        elif situation.case is TopicCase.BUSY and situation.stack is not None:
            self.stack_watch.begin("Found at work", found=True)
            self._enter(Phase.WORKING)
            stack = situation.stack
            self.stack_watch.follow(stack.stack_id, stack.region, None, stack.status.split("_")[0])
        elif situation.case in (TopicCase.BROKEN, TopicCase.LEFTOVER):
            self._wait(" ".join(situation.obstacles()) or "An empty stack is left of this name.", Phase.IN_THE_WAY)
        elif situation.case is TopicCase.TOPIC_GONE:
            self._wait(f"{' '.join(situation.obstacles())} Its topic is gone: delete the stack.", Phase.FAILED)
        else:
            self._show_plan(situation)

    def _show_plan(self, situation: TopicSituation) -> None:
        plan = plan_topic_stack(self._answers, self.name_field.value, stack_name=situation.free_name)
        self.query_one("#mend-target", Static).update(plain(f"Stack {plan.stack_name} in {plan.region}"))
        self.query_one("#topic-lead", Static).update(
            plain(
                f"S3 may publish to it for {self._answers.source.bucket_name} alone, Panther's account "
                f"{self._answers.panther.account_id} may subscribe, and the stack subscribes Panther's queue. "
                "The bucket itself is not touched. The template:"
            )
        )
        self.query_one("#topic-template", Static).update(coloured(plan.template_body, "yaml"))
        self._enter(Phase.PLAN)

    def _plan(self, situation: TopicSituation) -> None:
        """Have the change set made, once what is shown is about the name as typed."""
        if not self.name_field.judge():
            self.name_field.point_at()
            return
        name = self.name_field.value
        if not situation.topic_arn.endswith(f":{name}"):
            self.look_again()
            return
        self._wait("AWS is checking the change set…", Phase.PREPARING)
        with_key = self.query_one("#topic-key", Checkbox).value
        self.calls.prepare(plan_topic_stack(self._answers, name, with_key=with_key, stack_name=situation.free_name))

    @on(StackCalls.Created)
    def keep_change_set(self, event: StackCalls.Created) -> None:
        """Remember what is to be discarded if it is not executed; it may have been declined meanwhile."""
        self._change_set = event.change_set
        if self._phase is Phase.DISCARDING:
            self.calls.discard(event.change_set)

    @on(StackCalls.Prepared)
    def show_change_set(self, event: StackCalls.Prepared) -> None:
        """Show what the change set will do."""
        if self._phase is not Phase.DISCARDING:
            self._change_set = event.change_set
            self.query_one(ReviewView).show(event.change_set)
            self._enter(Phase.REVIEW)

    @on(StackCalls.Begun)
    def follow(self, event: StackCalls.Begun) -> None:
        """Watch the stack that AWS is working on now."""
        self.stack_watch.follow(event.stack_id, event.region, event.token, event.operation, event.resources)

    @on(StackCalls.Discarded)
    def left(self) -> None:
        """Nothing is left of the change set."""
        self._change_set = None
        self.dismiss(None)

    @on(StackWatch.Ended)
    def show_end(self, event: StackWatch.Ended) -> None:
        """Take the topic from the outputs, or leave the reason in sight."""
        if event.operation == "DELETE" and event.stack is None:
            self.look_again()
        elif event.progress.succeeded and event.stack is not None:
            self._arn = event.stack.outputs.get(OUTPUT)
            self._enter(Phase.MADE)
        else:
            self._enter(Phase.FAILED)

    @on(StackCalls.Refused)
    def show_refusal(self, event: StackCalls.Refused) -> None:
        """Show why AWS refused; Retry looks again from the beginning."""
        if self._phase is Phase.DISCARDING and self._change_set is None:
            self.dismiss(None)  # it was declined before AWS made it
            return
        if event.removed or event.problem.kind is ProblemKind.NOT_FOUND:
            self._change_set = None
        self._show_problem(event.problem)

    @on(Refused)
    def show_silence(self, event: Refused) -> None:
        """Show why AWS does not tell what stands there."""
        self._show_problem(event.problem)

    @on(StackWatch.Refused)
    def show_lost_sight(self, event: StackWatch.Refused) -> None:
        """Show why AWS tells no more of the stack, which goes on all the same."""
        self._show_problem(event.problem)

    def _show_problem(self, problem: Problem) -> None:
        left = self._change_set
        text = f"The change set of {left.stack_name} waits, neither executed nor discarded." if left else ""
        self._wait(text, Phase.FAILED)
        self.problem.show(problem)

    def _is_read(self) -> bool:
        """Tell whether the change set is shown for long enough that a key can be meant for it."""
        return monotonic() - self._entered >= stack_phases.READING_SECONDS

    def _begin(self, status: str) -> None:
        self.problem.show(None)
        self.stack_watch.begin(status)
        self._enter(Phase.WORKING)

    def _wait(self, text: str, phase: Phase) -> None:
        self.waiting.update(plain(text))
        self._enter(phase)
        if phase is Phase.FAILED:
            self.panes.current = "topic-waiting"

    def _enter(self, phase: Phase) -> None:
        """Show the phase's pane and buttons, the likeliest one focused."""
        self._phase, self._entered, view = phase, monotonic(), VIEWS[phase]
        self.panes.current = view.pane
        for name, label in (("#topic-do", view.do), ("#topic-close", view.close)):
            button = self.query_one(name, Button)
            button.label, button.display = plain(label), bool(label)
            button.refresh(layout=True)
        self.query_one("#topic-do" if view.do else "#topic-close").focus()
