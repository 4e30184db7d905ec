"""The standard streams, from the program's beginning to its end."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO


def make_usable() -> None:
    """Have streams that were closed lead nowhere, and characters that one cannot show written out."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - as long as the program
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def let_go(stream: TextIO) -> None:
    """Have nothing more written to what `stream` was connected with, not even what it still holds back."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def complain(text: str) -> None:
    """Print `text` on stderr; where that takes nothing, the exit code alone tells."""
    with suppress(OSError):
        print(text, file=sys.stderr)  # noqa: T201


def flush_output() -> None:
    """Write what is still to be written; what nobody reads is no failure, not even when Python flushes once more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            let_go(stream)
