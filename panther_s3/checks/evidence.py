"""What a finding rests on, in lines: the document and its deciding statement, the request, and the other findings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MOST_ITEMS = 8
"""How many of the other findings behind a check are listed."""


def evidence_lines(evidence: Mapping[str, Any]) -> list[str]:
    """Return what was looked at; empty where there is nothing to show."""
    document, statement = evidence.get("document"), evidence.get("statement")
    lines: list[str] = []
    if document:
        lines.append(
            f"Looked at the {f'statement {statement} of the ' if statement else ''}{document.removeprefix('the ')}"
        )
    if request := evidence.get("request"):
        lines.append(f"for {request.get('action', '')} on {request.get('resource', '')}")
    if excerpt := evidence.get("excerpt"):
        lines += [f"  ▶ {line}" for line in json.dumps(excerpt, indent=2).splitlines()]
    others = [item for item in evidence.get("items", ()) if item.get("status") != "pass"]
    if len(others) > 1:
        lines.append("Found in all:")
        lines += [f"  {item['status']}: {item['detail']}" for item in others[:MOST_ITEMS]]
        if len(others) > MOST_ITEMS:
            lines.append(f"  and {len(others) - MOST_ITEMS} more")
    return lines
