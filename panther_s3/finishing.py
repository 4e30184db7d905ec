"""What the last step says, in the words that every face of the program shows."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.answers import Answers
from panther_s3.journal import Journal
from panther_s3.journal.changes import ChangeKind
from panther_s3.made import WORDS, with_made

BY_HAND = "To paste into Panther: Configure > Log Sources > Create New > S3 Bucket."
TAKEN_BACK = (
    "What this run did was taken back: do not save the source in Panther as it is. See what comes next, beneath."
)
IN_PANTHER = "Panther has the source. This is what it was given."
UNSAVED = "What you typed has not been saved to a file, and a run that is finished is not offered again."
UNSAVED_QUESTION = "Finish without a source file?"


def after_taking_back(answers: Answers, journal: Journal) -> Answers:
    """Return the answers once the run, or a part of it, was taken back: what was found of it holds no more."""
    return replace(
        with_made(answers, journal),
        validation_note="what this run did was taken back since, or a part of it",
        failed_checks=(),
        notified=False,
        taken_back=True,
    )


def changed_where(answers: Answers) -> str:
    """Return what the run changed something in: AWS, Panther, or both."""
    kinds = {WORDS[ChangeKind.SOURCE], WORDS[ChangeKind.ALARM]}
    in_panther = [thing for thing in answers.made if thing.kind in kinds]
    return "AWS" if not in_panther else "Panther" if len(in_panther) == len(answers.made) else "AWS and Panther"
