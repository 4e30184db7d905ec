"""The frame of the dialog that makes a topic: its panes and buttons, and what each phase shows of them."""

from __future__ import annotations

from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.getters import query_one
from textual.widgets import Button, ContentSwitcher, Label, Static

from assets import STYLES
from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import ChangeSet
from panther_s3.problems import Problem
from panther_s3.topic_stack import TopicSituation
from screens.parts import stack_phases
from screens.parts.dialog import ScrollingDialog
from screens.parts.problem_panel import ProblemPanel
from screens.parts.stack_calls import StackCalls
from screens.parts.stack_views import ReviewView
from screens.parts.stack_watch import StackWatch
from screens.parts.text import plain
from screens.parts.topic_phases import VIEWS, Phase
from screens.parts.topic_plan_view import TopicPlanView


class TopicFrame(ScrollingDialog[str | None]):
    """Shows where the making of the topic stands; what leads from phase to phase is its subclass's."""

    CSS_PATH: ClassVar = [STYLES / "parts.tcss", STYLES / "dialogs.tcss"]
    AUTO_FOCUS = "#topic-do"

    panes = query_one("#topic-panes", ContentSwitcher)
    waiting = query_one("#topic-waiting", Static)
    problem = query_one("#topic-problem", ProblemPanel)
    stack_watch = query_one("#topic-watch", StackWatch)
    calls = query_one(StackCalls)
    plan_view = query_one(TopicPlanView)

    def __init__(self, aws: Aws, answers: Answers) -> None:
        super().__init__()
        self._aws, self._answers = aws, answers
        self._phase, self._entered = Phase.LOOKING, monotonic()
        self._situation: TopicSituation | None = None
        self._change_set: ChangeSet | None = None
        self._executing: ChangeSet | None = None
        self._stack_name = ""
        self._arn: str | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog mend topic"):
            yield Label("Make the topic, by a CloudFormation stack", classes="dialog-title")
            yield Static(id="mend-target")
            with VerticalScroll(id="topic-scroll", can_focus=False):
                with ContentSwitcher(initial="topic-waiting", id="topic-panes"):
                    yield Static(id="topic-waiting")
                    yield TopicPlanView(self._answers)
                    yield ReviewView()
                    yield StackWatch(self._aws, id="topic-watch")
                yield ProblemPanel(retry=False, into_view=False, id="topic-problem")
            yield StackCalls(self._aws)
            with Horizontal(classes="dialog-actions"):
                yield Button("Cancel", id="topic-close", compact=True)
                yield Button("", id="topic-other", compact=True)
                yield Button("", id="topic-do", variant="primary", compact=True)

    def under_way(self) -> str:
        if self._phase is Phase.WORKING:
            return f"AWS goes on with the stack {self._stack_name} without the wizard; this step finds it again."
        return ""

    def show_failure(self, problem: Problem) -> None:
        """Show what went wrong, and what is left behind."""
        left = self._change_set
        text = f"The change set of {left.stack_name} waits, neither executed nor discarded." if left else ""
        self._wait(text, Phase.UNDISCARDED if left else Phase.REFUSED)
        self.problem.show(problem)

    def _begin(self, status: str, stack_name: str, *, found: bool = False) -> None:
        self._stack_name = stack_name
        self.stack_watch.begin(status, found=found)
        self._enter(Phase.WORKING)

    def _wait(self, text: str, phase: Phase) -> None:
        if self.is_ending:
            return
        self.waiting.update(plain(text))
        self._enter(phase)

    def _enter(self, phase: Phase) -> None:
        """Show the phase's pane and buttons, the likeliest one focused."""
        if self.is_ending:
            return
        self._phase, self._entered, view = phase, monotonic(), VIEWS[phase]
        self.problem.show(None)
        self.panes.current = view.pane
        self.query_one("#topic-scroll").scroll_home(animate=False)
        buttons = (("#topic-do", view.do), ("#topic-other", view.other), ("#topic-close", view.close))
        for name, label in buttons:
            button = self.query_one(name, Button)
            button.label, button.display = plain(label), bool(label)
            button.refresh(layout=True)
        if phase is Phase.NAMING:
            self.plan_view.name_field.input.focus()
        elif view.do or view.close:
            self.query_one("#topic-do" if view.do else "#topic-close").focus()

    def _is_read(self) -> bool:
        """Tell whether the phase is shown for long enough that a key can be meant for it."""
        return monotonic() - self._entered >= stack_phases.READING_SECONDS
