"""What becomes of the standard streams at the program's end."""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def drop_output() -> None:
    """Keep Python from trying at exit to write what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def flush_output() -> None:
    """Write what is still to be written; what nobody reads is no failure."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
