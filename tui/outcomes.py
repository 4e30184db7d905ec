"""The result of an unattended run for people: what was changed, found and left, source by source."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from panther_s3.applying import Outcome
from panther_s3.checks.result import Status, status_word, summary_of
from panther_s3.handwork import HandValue
from panther_s3.journal.changes import ChangeKind, State
from tui.exit_codes import DONE, FAILED, LEFT_TO_DO
from tui.plain.voice import Voice

RESULTS = {DONE: "done", FAILED: "failed", LEFT_TO_DO: "something is left to do"}


def print_outcomes(outcomes: Sequence[Outcome], document: Mapping[str, Any]) -> None:
    """Print what every source came to, then what that means for the whole."""
    voice = Voice(sys.stdout)
    for outcome in outcomes:
        _print(voice, outcome)
    for path in document["saved"]:
        voice.document(f"Saved {path}")
    if document["undo"]:
        voice.document(f"To take back what this run changed: {document['undo']}")
    elif not document["changed"]:
        whole = document["exit_code"] == DONE
        voice.say("Nothing was changed: all is as the file says." if whole else "Nothing was changed.")


def _print(voice: Voice, outcome: Outcome) -> None:
    voice.say(f"{outcome.answers.source.name}: {RESULTS[outcome.exit_code]}", "bold")
    for change in outcome.made:
        known = change.state is State.MADE
        deleted = change.kind is ChangeKind.STACK_DELETION
        done = "Deleted" if deleted else "Changed"
        voice.say(f"{done if known else f'May be {done.lower()}'}: the {change.title}")
    for planned in outcome.planned:
        voice.say(f"Would change: {planned.title}")
        voice.say(planned.summary)
        voice.diff(planned.lines)
    for note in outcome.notes:
        voice.say(note)
    for problem in outcome.problems:
        voice.problem(problem)
    _print_checks(voice, outcome)
    if outcome.left:
        voice.say("Left to do by hand:")
        voice.steps(outcome.left)
    voice.values(HandValue(name, arn) for name, arn in outcome.arns.items())
    if not outcome.answers.by_api:
        voice.say("Panther was not asked: without a token of its API the source is entered in its Console.")
    voice.blank()


def _print_checks(voice: Voice, outcome: Outcome) -> None:
    """Print the checks whose step is done, and what is wrong with those that are not all right."""
    judged = outcome.judged_results
    if not judged:
        return
    voice.say(f"Checks: {summary_of(judged)}")
    for result in judged:
        if result.status in (Status.PASS, Status.SKIPPED):
            continue
        voice.say(f"{status_word(result.status)}: {result.title} ({result.id}). {result.detail}")
        if result.remedy:
            voice.document(f"To mend it: {result.remedy.strip()}")
    if outcome.stopped:
        voice.say("Stopped there: on_failed_checks says stop.")
