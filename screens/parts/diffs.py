"""The lines of a diff in colour; the marks + and - say the same without it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from panther_s3.text import visible

STYLES = {"+": "$text-success", "-": "$text-error"}


def diff_lines(lines: Iterable[str], *, indent: str = "") -> Content:
    """Return the lines of a diff, one under the other."""
    return Content("\n").join(
        Content.styled(f"{indent}{visible(line)}", STYLES.get(line[:1], "$text-muted")) for line in lines
    )
