"""What both validations have in common: a row for each check, and the ways out of what failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from time import monotonic
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult, SystemCommand
from textual.containers import Horizontal
from textual.getters import query_one
from textual.widgets import Button, Static

from panther_s3.answers import Answers, Made
from panther_s3.aws.role_reading import WAITING
from panther_s3.aws.session import Aws
from panther_s3.checks.result import CheckId, CheckResult, Status, summary_of
from panther_s3.checks.runner import not_looked_at
from panther_s3.flow import GoTo, Step
from panther_s3.mending import Mend
from panther_s3.proposed import MendChange
from panther_s3.validating import GROUPS, NO_IDENTITY, with_results
from screens.parts.check_calls import CheckCalls
from screens.parts.check_row import CheckRow, row_id
from screens.parts.chrome import action_button
from screens.parts.problem_panel import ProblemPanel
from screens.parts.text import plain
from screens.step import StepScreen

LOOKED_AT = len(CheckId)


class ValidationStep(StepScreen):
    """Judge the connection, one row a check, and offer the ways out of what failed."""

    AUTO_FOCUS = "#forward"
    NOTIFICATIONS_DUE: ClassVar = False
    """Whether the notifications step is behind, so that its five rows are judged."""

    summary = query_one("#summary", Static)
    problem = query_one("#problem", ProblemPanel)
    calls = query_one(CheckCalls)

    def __init__(self, answers: Answers, aws: Aws) -> None:
        super().__init__(answers)
        self._aws = aws
        self._results: dict[CheckId, CheckResult] = {}
        self._mends: Mapping[CheckId, Mend] = {}
        """The edits of one policy that mend a finding, once everything is read."""
        self._began: float | None = None
        """When the reading that is under way began."""
        self._waiting = ""
        self._only: CheckId | None = None
        """The one check that is judged again, where it is one."""

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
        yield CheckCalls(self._aws)

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
        self.set_interval(0.5, self._show_progress)
        if self.answers.identity is None:
            self._settle(not_looked_at())
            self.summary.update(NO_IDENTITY)
        else:
            self.retry()

    def gather(self) -> Answers:
        return with_results(self.answers, self._results.values(), notifications_due=self.NOTIFICATIONS_DUE)

    def retry(self) -> None:
        """Judge everything again; rows keep their place."""
        self._begin(None)

    action_retry = retry

    def action_edit_details(self) -> None:
        """Return to the bucket details."""
        self.finish(GoTo(Step.BUCKET_DETAILS, self.gather()))

    def action_configure_role(self) -> None:
        """Return to the choice of how the role is made, with what was wrong in view."""
        self.finish(GoTo(Step.IAM_METHOD, self.gather()))

    def _begin(self, only: CheckId | None) -> None:
        """Read anew, and judge all checks or `only` one."""
        self._only, self._began, self._waiting = only, monotonic(), ""
        self.problem.show(None)
        for row in self.query(CheckRow):
            if only in (None, row.check):
                self._results.pop(row.check, None)
                row.wait()
        self._show_progress()
        self.calls.judge(self.answers, notifications_due=self.NOTIFICATIONS_DUE)

    def _settle(self, results: Iterable[CheckResult]) -> None:
        """Show findings in their rows."""
        for result in results:
            if self._only in (None, result.id):
                self._results[result.id] = result
                row = self.query_one(f"#{row_id(result.id)}", CheckRow)
                row.show(result, mendable=result.id in self._mends)

    def _show_progress(self) -> None:
        """Say how far the judging is, while it goes on."""
        if self._began is not None:
            seconds = monotonic() - self._began
            waiting = f", {self._waiting}" if self._waiting else ""
            self.summary.update(plain(f"{len(self._results)} of {LOOKED_AT} judged, {seconds:.0f} s{waiting}…"))

    @on(CheckCalls.Settled)
    def show_settled(self, event: CheckCalls.Settled) -> None:
        """Settle the rows that can be judged already."""
        self._waiting = WAITING if event.word == WAITING else ""
        self._settle(event.results)
        self._show_progress()

    @on(CheckCalls.Judged)
    def show_results(self, event: CheckCalls.Judged) -> None:
        """Settle every row, and say in a line where things stand."""
        judged = event.found
        self._mends = judged.mends
        self._settle(judged.results)
        began, self._began, self._only = self._began or monotonic(), None, None
        found = self._results.values()
        calls = f"{judged.calls} calls to AWS"
        self.summary.update(plain(f"{summary_of(found)}, in {monotonic() - began:.1f} s and {calls}"))
        failed = any(result.status is Status.FAIL for result in found)
        forward = self.query_one("#forward", Button)
        forward.label = plain("Go on anyway" if failed else "Continue")
        forward.refresh(layout=True)
        self.query_one("#ways").display = failed
        if failed and self.focused is forward:  # Enter is not to lead past what nobody has read
            next(row for row in self.query(CheckRow) if row.result and row.result.status is Status.FAIL).focus()
        if isinstance(self.focused, CheckRow):
            self.focused.call_after_refresh(self.focused.scroll_visible, animate=False)

    @on(CheckCalls.Refused)
    def show_refusal(self, event: CheckCalls.Refused) -> None:
        """Show why nothing could be read."""
        self._began = None
        self.summary.update("Nothing could be judged.")
        self.problem.show(event.problem)

    @on(CheckRow.MendRequested)
    def mend(self, event: CheckRow.MendRequested) -> None:
        """Show the edit that mends it."""
        if event.row.check in self._mends:
            event.row.focus()  # where the finding is looked for once it is judged again
            self.offer(self._mends[event.row.check])

    @work(exclusive=True, group="mend")
    async def offer(self, mend: Mend) -> None:
        """Have the edit approved and made, then judge everything again: AWS names one refusal at a time."""
        from screens.parts.change_dialog import ChangeDialog

        dialog = ChangeDialog(MendChange(self._aws, mend), heading="Mend it: what changes")
        if await self.app.push_screen_wait(dialog):
            if dialog.kept is not None:
                changed = Made("policy", mend.title, mend.region, mend.target, put_back=dialog.kept.command)
                self.answers = replace(self.answers, made=(*self.answers.made, changed))
            self.retry()

    @on(CheckRow.AgainRequested)
    def judge_again(self, event: CheckRow.AgainRequested) -> None:
        """Judge one check again; the others keep their findings."""
        self._begin(event.row.check)
