"""What is left to say when the wizard itself breaks."""

from __future__ import annotations

import os
import tempfile
import traceback

from rich.text import Text

from panther_s3.text import visible


def crash_note(error: BaseException | None) -> Text:
    """Return the words for the terminal, and put the traceback, without any values, into a file of its own."""
    lines = [f"The wizard broke and had to stop: {type(error).__name__}: {error}"]
    try:
        handle, path = tempfile.mkstemp(prefix="panther-s3-wizard-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as report:
            report.writelines(traceback.format_exception(error))
        lines.append(f"Please report it, with the details in {path}")
    except OSError as unwritable:
        lines.append(f"Please report it. The details could not be saved: {unwritable}")
    lines.append("AWS goes on with what it was asked to do: start again to see where things stand.")
    return Text(visible("\n".join(lines)))
