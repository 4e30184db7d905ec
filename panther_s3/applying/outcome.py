"""What applying a source came to: what was changed, what was found, what is left, and the exit code that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from panther_s3.answers import Answers
from panther_s3.checks.result import CheckId, CheckResult, Status
from panther_s3.checks.verdict import SourceReport
from panther_s3.handwork import HandStep, console_form
from panther_s3.journal.changes import Change, ChangeKind, State
from panther_s3.problems import Problem, unexpected

REPORT_IT = "Apply the file again; if it comes back, report it with the text above."
DONE, FAILED, LEFT = 0, 1, 3
"""The exit codes of the contract: 1 before 3 before 0."""


@dataclass(frozen=True)
class Planned:
    """A change that was compared and not made."""

    title: str
    """What would be changed, in words."""
    summary: str
    lines: tuple[str, ...] = ()
    """The change as the lines of a diff, or as the document that would be made."""


@dataclass
class Outcome:
    """One source while it is applied, and what that came to."""

    answers: Answers
    named: frozenset[str] = frozenset()
    """The keys of the source that the file has."""
    changes: list[Change] = field(default_factory=list)
    """What was changed for it, or may have been, as the run's journal has it."""
    planned: list[Planned] = field(default_factory=list)
    left: list[HandStep] = field(default_factory=list)
    """What is left to be done by hand."""
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """What went wrong, the first first."""
    ended: bool = False
    """Whether one of them kept it from being gone on with."""
    report: SourceReport | None = None
    """What the checks found last."""
    judged: frozenset[CheckId] = frozenset()
    """The checks whose step is done: the others say nothing of this run."""
    role_done: bool = False
    stopped: bool = False
    """Whether failed checks kept the steps behind them from being begun."""

    def fail(self, error: Exception, *, ends: bool = True) -> None:
        """Note what went wrong, in words, and whether the source is not gone on with."""
        self.problems.append(error if isinstance(error, Problem) else unexpected(error, REPORT_IT))
        self.ended = self.ended or ends

    def wants_panther(self, url: str, note: str) -> None:
        """Note that Panther's side was wanted, by an address of its API, and cannot be done without a token."""
        known = f"The address {url} is named, and no token is known for it."
        told = (known, note, "Keep one, or set PANTHER_API_TOKEN, then apply the file again.")
        self.left.append(HandStep("Have the source made in Panther", tuple(filter(None, told))))

    @property
    def goes_on(self) -> bool:
        """Whether nothing keeps the source from the next stage."""
        return not self.ended and not self.stopped

    @property
    def is_elsewhere(self) -> bool:
        """Whether the source is in another account than the operator, who then cannot look or change anything there."""
        identity = self.answers.identity
        return identity is not None and identity.account_id != self.answers.source.aws_account_id

    @property
    def role_is_given(self) -> bool:
        """Whether the file names a role that cannot be looked at: it is taken to be there."""
        return self.is_elsewhere and bool(self.answers.source.log_processing_role_arn)

    @property
    def elsewhere(self) -> str:
        """What it means that the source is in another account, in a sentence; "" where it is not."""
        identity, account = self.answers.identity, self.answers.source.aws_account_id
        if identity is None or not self.is_elsewhere:
            return ""
        return (
            f"What is in account {account} can be neither looked at nor changed from account {identity.account_id}: "
            "apply the file with a profile of that account."
        )

    @property
    def arns(self) -> dict[str, str]:
        """The role, and the topic where the source has one that is its own or the file's."""
        answers = self.answers
        found = {"Role ARN": answers.role_arn}
        if not answers.source.panther_managed_bucket_notifications_enabled and not self.stopped:
            found["Topic ARN"] = answers.topic_arn
        return found

    @property
    def failed_checks(self) -> tuple[CheckResult, ...]:
        """The checks that failed, of those whose step is done."""
        return tuple(each for each in self.judged_results if each.status is Status.FAIL)

    @property
    def verdict(self) -> str | None:
        """What the checks come to whose step is done; None where none is."""
        statuses = {each.status for each in self.judged_results}
        if not statuses:
            return None
        return "fail" if Status.FAIL in statuses else "unknown" if Status.UNKNOWN in statuses else "pass"

    @property
    def unknown_checks(self) -> tuple[CheckResult, ...]:
        """The checks that could not be settled, of those whose step is done."""
        return tuple(each for each in self.judged_results if each.status is Status.UNKNOWN)

    @property
    def exit_code(self) -> int:
        """What the source came to."""
        if self.problems or self.failed_checks:
            return FAILED
        return LEFT if self.left or self.planned or self.unknown_checks else DONE

    @property
    def result(self) -> str:
        """The exit code in a word."""
        return {DONE: "done", FAILED: "failed", LEFT: "left_to_do"}[self.exit_code]

    @property
    def made(self) -> tuple[Change, ...]:
        """The changes that were made, or may have been; a change set is none of its own."""
        return tuple(each for each in self.changes if each.in_force and each.kind is not ChangeKind.CHANGE_SET)

    @property
    def judged_results(self) -> Sequence[CheckResult]:
        """What the checks found whose step is done."""
        return [each for each in self.report.results if each.id in self.judged] if self.report else []

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as `--answers --format json` prints it."""
        answers, source = self.answers, self.answers.source
        report = self.report
        return {
            "name": source.name,
            "result": self.result,
            "exit_code": self.exit_code,
            "bucket_name": source.bucket_name,
            "bucket_region": answers.bucket_region,
            "role_arn": answers.role_arn,
            "topic_arn": self.arns.get("Topic ARN", ""),
            "source_id": answers.source_id or None,
            "changed": bool(self.made),
            "changes": [change_document(each) for each in self.made],
            "planned": [{**asdict(each), "lines": list(each.lines)} for each in self.planned],
            "stopped": self.stopped,
            "problem": problem_document(self.problems[0]) if self.problems else None,
            "problems": [problem_document(each) for each in self.problems],
            "verdict": self.verdict,
            "checks": [
                {**each.as_dict(), "step_done": each.id in self.judged} for each in (report.results if report else ())
            ],
            "notes": list(self.notes),
            "next_steps": [{"source": source.name, **asdict(step)} for step in self.left],
            "panther_form": {} if answers.by_api else {value.label: value.value for value in console_form(answers)},
        }


def change_document(change: Change) -> dict[str, Any]:
    """Return a change as programs read it."""
    return {
        "kind": change.kind.value,
        "title": change.title,
        "target": change.target,
        "region": change.region,
        "state": "made" if change.state is State.MADE else "unknown",
    }


def problem_document(problem: Problem) -> Mapping[str, Any]:
    """Return a Problem as programs read it."""
    return {
        "title": problem.title,
        "cause": problem.cause,
        "remedy": problem.remedy,
        "kind": problem.kind.value,
        "statement": problem.statement,
    }


def exit_code_of(outcomes: Sequence[Outcome]) -> int:
    """Return the exit code of several sources: 1 before 3 before 0."""
    codes = {outcome.exit_code for outcome in outcomes}
    return FAILED if FAILED in codes else LEFT if LEFT in codes else DONE
