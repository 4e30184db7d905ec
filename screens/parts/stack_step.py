"""The frame of the step that makes a stack: its names, its panes, and what each phase shows and offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from time import monotonic

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.getters import query_one
from textual.widgets import Button, ContentSwitcher, Static

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import ChangeSet
from panther_s3.flow import Step
from screens.parts import stack_phases
from screens.parts.chrome import action_button
from screens.parts.fields import TextField
from screens.parts.problem_panel import ProblemPanel
from screens.parts.stack_calls import StackCalls
from screens.parts.stack_phases import AT_WORK, RENAMABLE, VIEWS, Phase
from screens.parts.stack_views import ExistingView, PlanView, ReviewView
from screens.parts.stack_watch import StackWatch
from screens.parts.text import plain
from screens.step import StepScreen


class StackStep(StepScreen):
    """Shows one phase at a time; what leads from phase to phase is its subclass's."""

    STEP = Step.CREATE_STACK
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
        self._phase, self._entered = Phase.LOOKING, monotonic()
        self._change_set: ChangeSet | None = None
        """The change set that AWS has and that is neither executed nor discarded."""

    def compose_body(self) -> ComposeResult:
        yield TextField(form.SUFFIX, self.answers.role_suffix, rule=rules.role_suffix_fault)
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

    def system_commands(self) -> Iterable[SystemCommand]:
        if VIEWS[self._phase].other:
            yield SystemCommand(VIEWS[self._phase].other, "Take the other way from here", self.action_other)
        if self._phase in RENAMABLE or self.problem.problem is not None:
            yield SystemCommand("Retry", "Look again at what stands under these names", self.retry)
        yield from super().system_commands()

    async def action_other(self) -> None:
        """Take the phase's other way."""
        raise NotImplementedError

    def gather(self) -> Answers:
        typed = self.suffix.value
        return replace(self.answers, suffix="" if typed == self.answers.source.suffix else typed)

    def under_way(self) -> str:
        answers, left = self.gather(), self._change_set
        if self._phase in AT_WORK:
            stack = f"{answers.stack_name} in {answers.region_of_bucket}"
            return f"AWS goes on with the stack {stack} without the wizard; this step finds it again."
        if left is not None:
            return f"The change set of {left.stack_name} in {left.region} waits, neither executed nor discarded."
        if self._phase is Phase.PREPARING:
            return "AWS is being asked for a change set, which would be left behind."
        return ""

    def _is_read(self) -> bool:
        """Tell whether the phase is shown for long enough that a key can be meant for it."""
        return monotonic() - self._entered >= stack_phases.READING_SECONDS

    def _wait(self, text: str, phase: Phase) -> None:
        """Say what is waited for."""
        self.waiting.update(plain(text))
        self.suffix.show_note("")
        self.suffix.show_hint(self._names())
        self._enter(phase)

    @on(TextField.Edited, "#suffix-field")
    def _show_names(self) -> None:
        """Keep the line beneath true to what is typed."""
        self.suffix.show_hint(self._names())

    def _names(self) -> str:
        """What is made, and where, in a line."""
        answers = self.gather()
        return f"{answers.role_name}, by the stack {answers.stack_name} in {answers.region_of_bucket}"

    def _watch(self, status: str, phase: Phase) -> None:
        """Turn to the stack at work."""
        self.problem.show(None)
        self.stack_watch.begin(status)
        self._enter(phase)

    def _enter(self, phase: Phase) -> None:
        """Show the phase's pane and its ways on, the likeliest one focused."""
        self._phase, self._entered = phase, monotonic()
        view = VIEWS[phase]
        self.panes.current = view.pane
        self.suffix.input.disabled = phase not in RENAMABLE
        for name, label in (("#forward", view.forward), ("#other", view.other)):
            button = self.query_one(name, Button)
            button.label, button.display = plain(label), bool(label)
            button.refresh(layout=True)
        if not self.suffix.input.has_focus:
            self.query_one("#forward" if view.forward else "#other" if view.other else "#back").focus()
