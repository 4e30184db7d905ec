"""Everything that ships beside the code, and the one way to read it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

STYLES = Path(__file__).resolve().parent / "styles"
"""The folder of the style sheets: Textual wants their paths, so as to watch them while one edits."""


@cache
def read_text(name: str) -> str:
    """Return the text of the asset `name`, such as `copy/welcome.md`.

    Raises:
        FileNotFoundError: there is no such asset.
    """
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def log_types() -> tuple[str, ...]:
    """Return the names of Panther's managed log types, sorted."""
    return tuple(sorted(line for line in read_text("log_types.txt").splitlines() if line))
