"""Help texts: one Markdown file a step in `assets/copy`, one `## id` section a field."""

from __future__ import annotations

import re
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
    """Paragraphs and the items of lists joined to one line each: whoever shows them wraps them."""
    blocks = "\n".join(lines).strip().split("\n\n")
    return "\n\n".join(re.sub(r"\n(?!- )\s*", " ", block) for block in blocks)
