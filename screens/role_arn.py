"""Role ARN: the role that Panther will assume, looked up while it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Static

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.aws.readings import find_role
from panther_s3.aws.roles import Role, Roles
from panther_s3.aws.session import Aws
from panther_s3.checks.result import Status
from panther_s3.checks.role import judge_trust
from panther_s3.flow import Step
from panther_s3.policies import to_json
from panther_s3.problems import Problem
from panther_s3.text import clean_arn
from screens.parts.document import DocumentView
from screens.parts.fields import TextField
from screens.parts.problem_panel import ProblemPanel
from screens.step import StepScreen

PAUSE_SECONDS = 0.5
"""How long after a change the role is looked up; a paste is, without leaving the field."""
MARKS = {Status.PASS: "ok", Status.FAIL: "fail", Status.WARN: "warn"}


class RoleArnScreen(StepScreen):
    """Ask for the role's ARN, and show whom the role of that name trusts."""

    STEP = Step.ROLE_ARN
    AUTO_FOCUS = "#role-arn"

    arn = query_one("#role-arn-field", TextField)
    problem = query_one("#problem", ProblemPanel)

    @dataclass
    class LookedUp(Message):
        """AWS answered for the role of `arn`; None: there is no such role."""

        arn: str
        role: Role | None

    @dataclass
    class Refused(Message):
        """AWS did not say."""

        arn: str
        problem: Problem

    def __init__(self, answers: Answers, aws: Aws) -> None:
        super().__init__(answers)
        self._aws = aws
        self._looked_up = ""

    def compose_body(self) -> ComposeResult:
        source = self.answers.source
        yield TextField(
            form.ROLE_ARN,
            self.answers.role_arn,
            rule=lambda value: rules.role_arn_fault(value, source.aws_account_id, self.answers.partition),
            stacked=True,
            clean=clean_arn,
        )
        yield ProblemPanel()
        with Vertical(id="trust"):
            yield Static("Its trust policy", classes="section")
            yield DocumentView("", language="json", id="trust-document")

    def on_mount(self) -> None:
        self.query_one("#trust").display = False
        self._look_up()

    def gather(self) -> Answers:
        typed = self.arn.value
        if typed == self.answers.role_arn:  # one that is only proposed goes on following the source's name
            return self.answers
        return self.answers.with_source(log_processing_role_arn=typed)

    def ready(self) -> bool:
        if self.arn.judge():
            return True
        self.arn.point_at()
        return False

    def retry(self) -> None:
        """Look the role up again."""
        self._looked_up = ""
        self._look_up()

    @on(TextField.Settled, "#role-arn-field")
    def _look_up(self) -> None:
        arn = self.arn.value
        if self.answers.identity is None or arn == self._looked_up or self.arn.rule(arn):
            return
        self._looked_up = arn
        self.problem.show(None)
        self.arn.show_note("Looking the role up…", "busy")
        self.look_up(arn)

    @on(TextField.Edited, "#role-arn-field")
    def _forget_if_changed(self) -> None:
        """Take away what was found out about another ARN than the one that stands there now."""
        if self._looked_up and self.arn.value != self._looked_up:
            self._looked_up = ""
            self.arn.show_note("")
            self.problem.show(None)
            self.query_one("#trust").display = False
        if self.arn.value != self._looked_up:
            self.set_timer(PAUSE_SECONDS, self._look_up)

    @work(thread=True, exclusive=True, exit_on_error=False, group="role")
    def look_up(self, arn: str) -> None:
        """Read the role by its name."""
        try:
            answers = self.answers.with_source(log_processing_role_arn=arn)
            self.post_message(self.LookedUp(arn, find_role(Roles(self._aws), answers)))
        except Problem as problem:
            self.post_message(self.Refused(arn, problem))

    @on(LookedUp)
    def show_role(self, event: LookedUp) -> None:
        """Show the role's trust, or that it is not there yet."""
        if event.arn != self.arn.value:
            return
        role = event.role
        self.query_one("#trust").display = role is not None
        if role is None:
            self.arn.show_note("AWS has no role of this name yet. You can go on; the next step checks again.", "warn")
        elif role.arn != event.arn:
            self.arn.show_note(f"The role of that name is {role.arn}.", "fail")
        else:
            trust = judge_trust(role, self.answers.panther)
            self.arn.show_note(trust.detail, MARKS.get(trust.status, "unknown"))
        if role is not None:
            self.query_one("#trust-document", DocumentView).show(to_json(role.trust), language="json")

    @on(Refused)
    def show_refusal(self, event: Refused) -> None:
        """Show why the role could not be looked up; the ARN can be used all the same."""
        if event.arn == self.arn.value:
            self.arn.show_note("The role could not be looked up; you can go on.", "warn")
            self.problem.show(event.problem)
