"""Where the wizard keeps what outlives it: journals, and documents as they were before a change."""

from __future__ import annotations

import shlex
from pathlib import Path

APP = "panther-s3-wizard"
RUNS = "runs"
"""The folder of the journals in the state directory."""
KEPT = "before"
"""The folder of former documents in the state directory."""


def default_state_dir() -> Path:
    """Return the operator's state directory for this program, as the system has it."""
    from platformdirs import user_state_path

    return user_state_path(APP, appauthor=False)


def undo_command(run: str, folder: Path | None) -> str:
    """Return the command that takes `run` back, which is recorded in the state directory `folder`."""
    where = () if folder is None or folder == default_state_dir() else ("--state-dir", str(folder))
    return shlex.join((APP, "undo", run, *where))
