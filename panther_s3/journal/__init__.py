"""What a run said and did, in a file that outlives it: the ground of resuming and of undoing."""

from __future__ import annotations

from panther_s3.journal.changes import Change, ChangeKind, State, Subject
from panther_s3.journal.journal import Journal
from panther_s3.journal.records import Record
from panther_s3.journal.runs import find_run, latest_to_undo, open_run, read_run, unfinished_runs

__all__ = [
    "Change",
    "ChangeKind",
    "Journal",
    "Record",
    "State",
    "Subject",
    "find_run",
    "latest_to_undo",
    "open_run",
    "read_run",
    "unfinished_runs",
]
