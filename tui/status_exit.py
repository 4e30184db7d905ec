"""What `status` ends with, by what was seen."""

from __future__ import annotations

from collections.abc import Sequence

from panther_s3.answers import Answers
from panther_s3.first_events import Seen, signs
from tui.exit_codes import DONE, FAILED, LEFT_TO_DO


def exit_code_of(seen: Sequence[Seen], watched: Sequence[Answers]) -> int:
    """Return the exit code of several sources: 1 before 3 before 0."""
    states = {sign.state for both in zip(seen, watched, strict=True) for sign in signs(*both)}
    if "fail" in states:
        return FAILED
    return LEFT_TO_DO if states & {"busy", "unknown"} or any(each.complaints for each in seen) else DONE
