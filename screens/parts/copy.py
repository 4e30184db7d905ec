"""Help texts: one Markdown file a step in `assets/copy`, one `## id` section a field."""

from __future__ import annotations

from functools import cache

import assets

_INTRO = ""


@cache
def sections(step: str) -> dict[str, str]:
    """Return the help of `step` by field id; the text before the first section is under ""."""
    found: dict[str, list[str]] = {_INTRO: []}
    current = _INTRO
    for line in assets.read_text(f"copy/{step}.md").splitlines():
        if line.startswith("## "):
            current = line.removeprefix("## ").strip()
            found[current] = []
        elif not line.startswith("# "):
            found[current].append(line)
    return {name: _reflow(lines) for name, lines in found.items()}


def intro(step: str) -> str:
    """Return what `step` is about."""
    return sections(step)[_INTRO]


def _reflow(lines: list[str]) -> str:
    """Paragraphs joined to one line each, lists kept as they are; widgets wrap to their own width."""
    paragraphs: list[str] = []
    for block in "\n".join(lines).strip().split("\n\n"):
        rows = block.splitlines()
        paragraphs.append("\n".join(rows) if block.startswith("- ") else " ".join(rows))
    return "\n\n".join(paragraphs)
