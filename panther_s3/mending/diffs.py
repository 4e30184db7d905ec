"""A document before and after, as the lines that come and go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

CONTEXT = 3
GAP = "  …"


def as_diff(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what changes, with a few lines around: what goes behind "- ", what comes behind "+ ".

    A comma that comes only because something follows now is no change.
    """
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(None, [line.rstrip(",") for line in old], [line.rstrip(",") for line in new], False)
    lines: list[str] = []
    for group in matcher.get_grouped_opcodes(CONTEXT):
        if group[0][3] > 0:
            lines.append(GAP)
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                lines += [f"  {line}" for line in new[new_from:new_to]]
                continue
            lines += [f"- {line}" for line in old[old_from:old_to]]
            lines += [f"+ {line}" for line in new[new_from:new_to]]
    if lines and group[-1][4] < len(new):
        lines.append(GAP)
    return tuple(lines)


def _lines(document: Mapping[str, Any] | None) -> list[str]:
    return [] if document is None else json.dumps(document, indent=2, ensure_ascii=False).splitlines()
