"""What the topic's stack will be: the topic's name, whether it has a key of its own, and the template."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.widgets import Checkbox, Static

from panther_s3 import form_words as form
from panther_s3.answers import Answers
from panther_s3.aws.stacks import StackPlan
from panther_s3.panther import DEFAULT_TOPIC
from panther_s3.topic_stack import TopicSituation, plan_topic_stack, topic_name_fault, topic_plan_lead
from screens.parts.document import coloured
from screens.parts.fields import TextField
from screens.parts.text import marked, plain
from screens.parts.toggles import Check


class TopicPlanView(Vertical):
    """Asks for the name and the key, and shows the template that follows from them."""

    name_field = query_one("#topic-name-field", TextField)
    template = query_one("#topic-template", Static)

    def __init__(self, answers: Answers) -> None:
        super().__init__(id="topic-plan")
        self._answers = answers
        self._stack_name = ""
        self._situation: TopicSituation | None = None
        self._refused: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield TextField(form.TOPIC_NAME, DEFAULT_TOPIC, rule=topic_name_fault)
        yield Check(form.TOPIC_KEY_QUESTION, value=True, id="topic-key", compact=True)
        yield Static(form.TOPIC_KEY_HINT, id="topic-key-hint")
        yield Static(id="topic-lead")
        yield Static(id="topic-template")

    @property
    def topic_name(self) -> str:
        """The name as typed."""
        return self.name_field.value

    @property
    def plan(self) -> StackPlan:
        """The stack as it is shown."""
        with_key = self.query_one("#topic-key", Checkbox).value
        return plan_topic_stack(self._answers, self.topic_name, with_key=with_key, stack_name=self._stack_name)

    def ask_name(self) -> None:
        """Ask for another name alone: what follows from it is not known yet."""
        self._show_parts(whole=False)
        self.name_field.show_note("Another name, for a new topic of its own.")

    def show(self, situation: TopicSituation) -> None:
        """Show the plan for what stands there."""
        self._situation, self._stack_name, self._refused = situation, situation.free_name, ()
        self._show_parts(whole=True)
        self.name_field.show_note("")
        self._show_lead(situation)
        self.show_template()

    def show_refused(self, actions: tuple[str, ...]) -> None:
        """Say which actions AWS would refuse the operator, so that the change set is not even tried."""
        self._refused = actions
        if self._situation is not None:
            self._show_lead(self._situation)

    def _show_lead(self, situation: TopicSituation) -> None:
        """Say what the stack holds, and what is known against it."""
        lines = [marked("warn", told) for told in situation.obstacles()]
        if self._refused:
            told = f"AWS would refuse it: your identity is not allowed {', '.join(self._refused)}."
            lines.append(marked("warn", f"{told} Ask for that, use another topic, or save the template."))
        lines.append(plain(f"{topic_plan_lead(self._answers)} The template:"))
        self.query_one("#topic-lead", Static).update(plain("\n").join(lines))

    @on(Checkbox.Changed)
    def show_template(self) -> None:
        """Show the template as it would be sent."""
        self.template.update(coloured(self.plan.template_body, "yaml"))

    def _show_parts(self, *, whole: bool) -> None:
        for part in ("#topic-key", "#topic-key-hint", "#topic-lead", "#topic-template"):
            self.query_one(part).display = whole
