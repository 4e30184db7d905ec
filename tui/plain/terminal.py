"""What the terminal can do: whether it can show the full screen, redraw a prompt, or neither."""

from __future__ import annotations

import os
import shutil
import sys
import termios
from contextlib import suppress
from io import TextIOWrapper
from typing import TextIO

DUMB = frozenset({"", "dumb", "unknown"})
"""Values of TERM that promise no cursor movement (terminfo's names)."""
COLUMNS = 80
"""How wide a terminal is that does not say."""
LEAST_COLUMNS, LEAST_LINES = 50, 15
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
    return has_colours(stream)


def has_colours(stream: TextIO) -> bool:
    """Tell whether `stream` is a terminal that knows more than plain text."""
    return stream.isatty() and os.environ.get("TERM", "") not in DUMB


def take_any_character(*streams: TextIO) -> None:
    """Let a question mark stand for what a terminal of a small character set cannot show, or sends amiss."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def forget_what_was_typed_ahead() -> None:
    """Drop what was typed and not read yet: it was meant for what stood there before."""
    with suppress(OSError, ValueError, termios.error):
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
