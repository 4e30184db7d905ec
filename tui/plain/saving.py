"""Saving a text to a file that the operator names."""

from __future__ import annotations

from pathlib import Path

from panther_s3.files import write_new_file
from panther_s3.problems import Problem, ProblemKind
from tui.plain.prompts import WentBack
from tui.plain.ui import Ui


def save(ui: Ui, file_name: str, text: str) -> Path | None:
    """Ask where to, write the file, and return where it is; None where it was not saved."""
    default = file_name
    while True:
        try:
            default = ui.ask.path("Save as", default)
            path = Path(default)
            try:
                written = write_new_file(path, text)
            except Problem as problem:
                if problem.kind is not ProblemKind.CONFLICT:
                    raise
                if not ui.ask.confirm(f"{path} exists. Overwrite it?"):
                    continue
                written = write_new_file(path, text, overwrite=True)
        except Problem as problem:
            ui.voice.problem(problem)
        except WentBack:
            return None
        else:
            ui.voice.say(f"Saved to {written}")
            return written
