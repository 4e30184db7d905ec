"""The checks of an unattended run: what sources share is read once, and a check counts where its step is done."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from panther_s3.applying.context import Context
from panther_s3.applying.outcome import Outcome
from panther_s3.aws.readings import SharedReads, read_for_checks
from panther_s3.checks.result import CheckId, summary_of
from panther_s3.checks.runner import run_checks
from panther_s3.checks.verdict import SourceReport
from panther_s3.source_file.orders import OnFailedChecks
from panther_s3.validating import NOTIFICATION_CHECKS, with_results

SIDE_BY_SIDE = 8
"""How many sources are judged at the same time."""
OF_THE_ROLE = frozenset(CheckId) - NOTIFICATION_CHECKS


def judge_roles(context: Context, outcomes: Sequence[Outcome]) -> None:
    """Judge what does not hang on the notifications, where the role is there; failures stop a source, if so ordered."""
    ready = [outcome for outcome in outcomes if outcome.goes_on and outcome.role_done]
    _judge(context, ready, notifications_due=False)
    for outcome in ready:
        outcome.judged = OF_THE_ROLE
        _stop(context, outcome)


def judge_all(context: Context, outcomes: Sequence[Outcome], notified: Sequence[Outcome]) -> None:
    """Judge everything, each source by the checks whose step is done for it.

    Args:
        context: the run.
        outcomes: the sources.
        notified: those whose notifications are made.
    """
    ready = [outcome for outcome in outcomes if outcome.goes_on]
    _judge(context, ready, notifications_due=True)
    for outcome in ready:
        done = frozenset[CheckId]()
        if outcome.role_done:
            done |= OF_THE_ROLE
        if outcome in notified:
            done |= NOTIFICATION_CHECKS - _pending(outcome)
        outcome.judged = done
        _stop(context, outcome)


def _stop(context: Context, outcome: Outcome) -> None:
    """Tell what the checks came to whose step is done; failures keep the steps behind them from being begun."""
    if outcome.judged_results:
        context.say(outcome, summary_of(outcome.judged_results))
    if outcome.failed_checks and context.orders.on_failed_checks is OnFailedChecks.STOP:
        outcome.stopped = True


def _pending(outcome: Outcome) -> frozenset[CheckId]:
    """The check of a subscription that Panther has still to confirm: that is not this run's to do, and left by name."""
    results = outcome.report.results if outcome.report else ()
    return frozenset(result.id for result in results if result.cause == "pending")


def _judge(context: Context, outcomes: Sequence[Outcome], *, notifications_due: bool) -> None:
    """Read and judge the sources side by side; a Problem ends the source that it is of."""
    if not outcomes:
        return
    shared = SharedReads()

    def judge_one(outcome: Outcome) -> None:
        began = monotonic()
        answers = outcome.answers
        try:
            readings = read_for_checks(context.aws, answers, cache=shared)
        except Exception as error:  # noqa: BLE001 - ends one source, not the others
            outcome.fail(error)
            return
        results = run_checks(readings, answers, notifications_due=notifications_due)
        outcome.report = SourceReport(answers.source.name, results, monotonic() - began, readings.calls)
        outcome.answers = with_results(answers, results, notifications_due=notifications_due)

    for outcome in outcomes:
        context.say(outcome, "judging the checks")
    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
        list(pool.map(judge_one, outcomes))
