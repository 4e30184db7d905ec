"""The connection judged, with the edits that mend what was found, and what that means for the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from panther_s3.answers import Answers
from panther_s3.aws.readings import SoFar, read_for_checks
from panther_s3.aws.session import Aws
from panther_s3.aws.shared_reads import SharedReads
from panther_s3.checks.readings import Readings
from panther_s3.checks.result import CheckId, CheckResult, Status, summary_of
from panther_s3.checks.runner import judged_so_far, run_checks
from panther_s3.mending import Mend, mend_of

GROUPS = {
    "role": "Role",
    "bucket": "Bucket",
    "objects": "Objects",
    "kms": "Encryption",
    "notifications": "Notifications",
}
"""The subjects of the checks, by the beginning of their ids."""
NOTIFICATION_CHECKS = frozenset(check for check in CheckId if check.value.startswith("notifications."))
NO_IDENTITY = "Without an AWS identity nothing can be looked at. You can go on; Panther checks for itself."
SOUND = frozenset({Status.PASS, Status.WARN})

Settle = Callable[[str, tuple[CheckResult, ...]], object]
"""Is told what was read last, or is waited for, and the findings that can be judged by now."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What all checks found."""

    results: tuple[CheckResult, ...]
    mends: Mapping[CheckId, Mend]
    """The edit of one policy that mends a finding, where there is one."""
    calls: int
    """How many calls to AWS the reading took."""


def judge(
    aws: Aws,
    answers: Answers,
    *,
    notifications_due: bool,
    settle: Settle | None = None,
    shared: SharedReads | None = None,
) -> Judged:
    """Read what the checks need, judge it, and find what mends it.

    Args:
        aws: the gateway.
        answers: the operator's answers.
        notifications_due: whether the notifications step is done, so that its five checks are judged.
        settle: is told of findings as soon as they can be judged, from another thread.
        shared: what other sources have read already.

    Raises:
        Problem: there are no valid credentials to read with.
    """

    def report(word: str, so_far: SoFar) -> None:
        if settle is not None:
            settle(word, judged_so_far(so_far.readings, answers, so_far.settled, notifications_due=notifications_due))

    readings = read_for_checks(aws, answers, report=report, cache=shared)
    results = run_checks(readings, answers, notifications_due=notifications_due)
    return Judged(results, _mends(results, readings, answers), readings.calls)


def with_results(answers: Answers, results: Iterable[CheckResult], *, notifications_due: bool) -> Answers:
    """Return `answers` with what was found: what failed stays in view when the role is configured again."""
    found = tuple(results)
    failed = tuple(f"{result.title}: no. {result.detail}" for result in found if result.status is Status.FAIL)
    of_notifications = [result for result in found if result.id in NOTIFICATION_CHECKS]
    notified = notifications_due and all(each.status in SOUND for each in of_notifications)
    return replace(
        answers,
        failed_checks=failed,
        validation_note=summary_of(found),
        taken_back=False,
        notified=notified and len(of_notifications) == len(NOTIFICATION_CHECKS),
    )


def _mends(results: tuple[CheckResult, ...], readings: Readings, answers: Answers) -> dict[CheckId, Mend]:
    """Return the edit that mends each finding that has one; each is tried out first, which takes its time."""
    wanting = [result for result in results if result.status in (Status.FAIL, Status.WARN)]
    found = {result.id: mend_of(result, readings, answers) for result in wanting}
    return {check: mend for check, mend in found.items() if mend is not None}
