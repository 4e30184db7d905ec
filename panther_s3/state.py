"""Where the wizard keeps what outlives it: journals, and documents as they were before a change."""

from __future__ import annotations

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
