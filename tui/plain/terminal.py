"""What the terminal can do: whether it can show the full screen, redraw a prompt, or neither."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO

DUMB = frozenset({"", "dumb", "unknown"})
"""Values of TERM that promise no cursor movement (terminfo's names)."""
LEAST_COLUMNS, LEAST_LINES = 60, 18
"""The smallest window that the full screen can be used in."""
ACCESSIBLE = "ACCESSIBLE"
"""The variable that asks programs for plain questions, whatever the terminal can do; any value but 0 does."""


def why_plain() -> str:
    """Return in a line why the full-screen wizard cannot be shown on this terminal; "" where it can."""
    if not sys.stdout.isatty():
        return "Plain prompts, since stdout is no terminal: they are on stderr."
    if os.environ.get("TERM", "") in DUMB:
        return f"Plain prompts, since TERM is {os.environ.get('TERM') or 'not set'}."
    columns, lines = shutil.get_terminal_size()
    if columns < LEAST_COLUMNS or lines < LEAST_LINES:
        return (
            f"Plain prompts, since the window is {columns}x{lines}: the full screen wants "
            f"{LEAST_COLUMNS}x{LEAST_LINES} at least."
        )
    return ""


def can_redraw(stream: TextIO) -> bool:
    """Tell whether a prompt on `stream` may move the cursor, and nobody asked it not to."""
    if os.environ.get(ACCESSIBLE, "0") not in ("", "0"):
        return False
    return stream.isatty() and os.environ.get("TERM", "") not in DUMB
