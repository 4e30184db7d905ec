"""Validation results, before and after the notifications: each check in words, and the ways out of what failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from time import monotonic

from panther_s3.answers import Answers, Made
from panther_s3.aws.role_reading import WAITING
from panther_s3.checks.evidence import evidence_lines
from panther_s3.checks.result import TITLES, CheckId, CheckResult, Status, status_word, summary_of
from panther_s3.checks.runner import not_looked_at
from panther_s3.flow import Back, Forward, GoTo, Step, StepResult
from panther_s3.mending import Mend
from panther_s3.proposed import MendChange
from panther_s3.validating import NO_IDENTITY, Judged, judge, with_results
from tui.plain.changing import approve
from tui.plain.prompts import Choice, WentBack
from tui.plain.ui import Leave, Took, Ui

GO_ON, ANYWAY, RETRY = "Continue", "Go on anyway", "Retry"
AGAIN, DETAILS, CONFIGURE = "Check one again…", "Edit details", "Try configuring the IAM role again"
SHOW = "Show one in full…"


def validation(ui: Ui, answers: Answers) -> StepResult:
    """Judge role, bucket, objects and keys; the notifications come next."""
    return _Validation(ui, answers, notifications_due=False).until_left()


def validation_again(ui: Ui, answers: Answers) -> StepResult:
    """Judge the whole way from the bucket to Panther's queue."""
    return _Validation(ui, answers, notifications_due=True).until_left()


class _Validation:
    """One visit to the checks."""

    def __init__(self, ui: Ui, answers: Answers, *, notifications_due: bool) -> None:
        self._ui, self._answers, self._due = ui, answers, notifications_due
        self._results: dict[CheckId, CheckResult] = {}
        self._mends: Mapping[CheckId, Mend] = {}

    def until_left(self) -> StepResult:
        """Judge, and ask what is done about it, until the step is left.

        Raises:
            WentBack: the operator goes back.
        """
        if self._answers.identity is None:
            self._results = {result.id: result for result in not_looked_at()}
            self._ui.voice.say(NO_IDENTITY)
        else:
            self._judge()
        while True:
            self._answers = with_results(self._answers, self._results.values(), notifications_due=self._due)
            self._ui.draft(self._answers)
            try:
                self._take()
            except WentBack as back:
                raise Leave(Back(self._answers)) from back

    def _take(self) -> None:
        """Ask what comes next, and do it."""
        failed = any(result.status is Status.FAIL for result in self._results.values())
        taken = self._ui.ask.choose("What now?", self._choices(failed=failed), default=None if failed else GO_ON)
        if taken in (GO_ON, ANYWAY):
            raise Leave(Forward(self._answers))
        if taken == RETRY:
            self._judge()
        elif taken == AGAIN:
            self._judge_one()
        elif taken == SHOW:
            self._show_one()
        elif taken == DETAILS:
            raise Leave(GoTo(Step.BUCKET_DETAILS, self._answers))
        elif taken == CONFIGURE:
            raise Leave(GoTo(Step.IAM_METHOD, self._answers))
        else:
            self._mend(CheckId(taken))

    def _choices(self, *, failed: bool) -> list[Choice[str]]:
        way = ANYWAY if failed else GO_ON
        mends = [Choice(str(check), f"Mend it: {TITLES[check]}", mend.summary) for check, mend in self._mends.items()]
        looks = (RETRY, AGAIN) if self._answers.identity is not None else ()
        rest = (*looks, DETAILS, CONFIGURE, SHOW)
        forward = Choice(way, way)
        others = [Choice(each, each) for each in rest]
        return [*mends, *others, forward] if failed else [forward, *mends, *others]

    def _judge(self, only: CheckId | None = None) -> None:
        """Read anew, judge all checks or one, and print what was found."""
        ui, answers = self._ui, self._answers
        aws = ui.connections.of(answers)
        began, told, waits = monotonic(), set[CheckId](), False

        def settle(word: str, results: tuple[CheckResult, ...]) -> None:
            nonlocal waits
            if word == WAITING and not waits:
                waits = True
                ui.voice.say(f"{len(told)} of {len(CheckId)} checks judged, {WAITING}…")
            new = {result.id for result in results} - told
            told.update(new)
            if new:
                ui.voice.say(f"{len(told)} of {len(CheckId)} checks judged")

        leave: tuple[Choice[str], ...] = (Choice(ANYWAY, ANYWAY),)
        found = ui.attempt(
            "Reading what the checks need…",
            lambda: judge(aws, answers, notifications_due=self._due, settle=settle),
            leave,
        )
        if isinstance(found, Took):
            raise Leave(Forward(self._answers))
        self._take_in(found, only)
        seconds = monotonic() - began
        shown = [result for check, result in self._results.items() if only in (None, check)]
        self._print(shown)
        counted = summary_of(self._results.values())
        ui.voice.blank()
        ui.voice.say(f"{counted}, in {seconds:.1f} s and {found.calls} calls to AWS")

    def _take_in(self, judged: Judged, only: CheckId | None) -> None:
        self._mends = judged.mends
        self._results |= {result.id: result for result in judged.results if only in (None, result.id)}

    def _judge_one(self) -> None:
        try:
            self._judge(self._pick())
        except WentBack:
            return

    def _show_one(self) -> None:
        """Print what was found of one check, also where that is all right."""
        try:
            self._print_detail(self._results[self._pick()])
        except WentBack:
            return

    def _pick(self) -> CheckId:
        """Ask which check."""
        return self._ui.ask.choose("Which check?", [Choice(check, TITLES[check]) for check in self._results])

    def _print(self, results: list[CheckResult]) -> None:
        """Print a line for each check, then what is wrong, what mends it, and what was looked at."""
        voice = self._ui.voice
        voice.blank()
        voice.table(("Result", "Check"), [(status_word(result.status), result.title) for result in results])
        for why in dict.fromkeys(result.detail for result in results if result.status is Status.SKIPPED):
            voice.say(f"{status_word(Status.SKIPPED)}: {why}")
        for result in results:
            if result.status not in (Status.PASS, Status.SKIPPED):
                self._print_detail(result)

    def _print_detail(self, result: CheckResult) -> None:
        """Print what was found, what mends it, and what was looked at."""
        voice = self._ui.voice
        voice.section(f"{status_word(result.status)}: {result.title} ({result.id})")
        voice.say(result.detail)
        if result.remedy:
            voice.say(f"To mend it: {result.remedy.strip()}")
        for line in evidence_lines(result.evidence):
            voice.say(line)

    def _mend(self, check: CheckId) -> None:
        """Have the edit approved and made, then judge everything again: AWS names one refusal at a time."""
        ui, mend = self._ui, self._mends[check]
        aws = ui.connections.of(self._answers)
        try:
            changed, kept = approve(ui, MendChange(aws, mend), heading=f"Mend it: {TITLES[check]}")
        except WentBack:
            return
        if kept is not None:
            made = Made("policy", mend.title, mend.region, mend.target, put_back=kept.command)
            self._answers = replace(self._answers, made=(*self._answers.made, made))
        if changed:
            self._judge()
