"""Validation results: whether Panther will be able to read the bucket, as far as it can be told from here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from time import monotonic

from textual import on, work
from textual.app import ComposeResult, SystemCommand
from textual.containers import Horizontal
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Button, Static

from panther_s3.answers import Answers
from panther_s3.aws.readings import read_for_checks
from panther_s3.aws.session import Aws
from panther_s3.checks.result import CheckId, CheckResult, Status, summary_of
from panther_s3.checks.runner import not_looked_at, run_checks
from panther_s3.flow import GoTo, Step
from panther_s3.problems import Problem
from screens.parts.check_row import CheckRow, row_id
from screens.parts.chrome import action_button
from screens.parts.problem_panel import ProblemPanel
from screens.parts.text import plain
from screens.step import StepScreen

GROUPS = {
    "role": "Role",
    "bucket": "Bucket",
    "objects": "Objects",
    "kms": "Encryption",
    "notifications": "Notifications",
}


class ValidationScreen(StepScreen):
    """Judge the role's side of the connection, one row a check, and offer the ways out of what failed."""

    STEP = Step.VALIDATION
    HEADING = "Validation results"
    AUTO_FOCUS = "#forward"

    summary = query_one("#summary", Static)
    problem = query_one("#problem", ProblemPanel)

    @dataclass
    class Judged(Message):
        """All checks were judged."""

        results: tuple[CheckResult, ...]

    @dataclass
    class Refused(Message):
        """Nothing could be read at all."""

        problem: Problem

    def __init__(self, answers: Answers, aws: Aws) -> None:
        super().__init__(answers)
        self._aws = aws
        self._results: tuple[CheckResult, ...] = ()
        self._started = 0.0

    def compose_body(self) -> ComposeResult:
        yield Static(id="summary")
        with Horizontal(id="ways"):
            yield action_button("Edit details", "edit_details", id="edit-details")
            yield action_button("Try configuring the IAM role again", "configure_role", id="configure-role")
        yield ProblemPanel()
        group = ""
        for check in CheckId:
            subject = check.value.split(".")[0]
            if subject != group:
                group = subject
                yield Static(GROUPS[subject], classes="check-group")
            yield CheckRow(check)

    def buttons(self) -> Iterable[Button]:
        yield action_button("Back", "back", id="back")
        yield action_button("Retry", "retry", id="retry")
        yield action_button("Continue", "forward", primary=True, id="forward")

    def system_commands(self) -> Iterable[SystemCommand]:
        yield SystemCommand("Retry", "Judge everything again", self.action_retry)
        yield SystemCommand("Edit details", "Return to the bucket details", self.action_edit_details)
        yield SystemCommand(
            "Try configuring the IAM role again", "Return to the ways of making it", self.action_configure_role
        )
        yield from super().system_commands()

    def on_mount(self) -> None:
        self.query_one("#ways").display = False
        if self.answers.identity is None:
            self.summary.update(
                "Without an AWS identity nothing can be looked at. You can go on; Panther checks for itself."
            )
            self.show_results(self.Judged(not_looked_at()))
        else:
            self.retry()

    def gather(self) -> Answers:
        failed = tuple(f"{result.title}: {result.detail}" for result in self._results if result.status is Status.FAIL)
        return replace(self.answers, failed_checks=failed, validation_note=summary_of(self._results))

    def retry(self) -> None:
        """Judge everything again; rows keep their place."""
        self.problem.show(None)
        self.summary.update("Looking at the role, the bucket and the key…")
        for row in self.query(CheckRow):
            row.wait()
        self._started = monotonic()
        self.judge(self.answers)

    action_retry = retry

    def action_edit_details(self) -> None:
        """Return to the bucket details."""
        self.finish(GoTo(Step.BUCKET_DETAILS, self.gather()))

    def action_configure_role(self) -> None:
        """Return to the choice of how the role is made, with what was wrong in view."""
        self.finish(GoTo(Step.IAM_METHOD, self.gather()))

    @work(thread=True, exclusive=True, exit_on_error=False, group="checks")
    def judge(self, answers: Answers) -> None:
        """Read what the checks need, and judge it."""
        try:
            self.post_message(self.Judged(run_checks(read_for_checks(self._aws, answers), answers)))
        except Problem as problem:
            self.post_message(self.Refused(problem))

    @on(Judged)
    def show_results(self, event: Judged) -> None:
        """Settle every row, and say in a line where things stand."""
        self._results = event.results
        for result in event.results:
            self.query_one(f"#{row_id(result.id)}", CheckRow).show(result)
        if self._started:
            self.summary.update(plain(f"{summary_of(event.results)}, in {monotonic() - self._started:.1f} s"))
        failed = any(result.status is Status.FAIL for result in event.results)
        forward = self.query_one("#forward", Button)
        forward.label = plain("Go on anyway" if failed else "Continue")
        forward.refresh(layout=True)
        self.query_one("#ways").display = failed

    @on(Refused)
    def show_refusal(self, event: Refused) -> None:
        """Show why nothing could be read."""
        self.summary.update("Nothing could be judged.")
        self.problem.show(event.problem)
