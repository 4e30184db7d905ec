"""The file of a journal: opened and locked, and written so that a line is there whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from panther_s3.problems import Problem, ProblemKind
from panther_s3.state import RUNS

ENDING = ".jsonl"
LOCK_TRIES, LOCK_PAUSE = 10, 0.05
"""How often, and how many seconds apart, a lock is tried: whoever looks which runs are open holds it for a moment."""


def path_of(folder: Path, run: str) -> Path:
    """Return the file of the journal of `run` in the state directory `folder`."""
    return folder / RUNS / f"{run}{ENDING}"


def open_file(path: Path, *, new: bool = True) -> int:
    """Open the journal at `path` and lock it; only its owner may read it.

    Args:
        path: the journal's file.
        new: make it where it is not there.

    Raises:
        OSError: it cannot be opened.
        BlockingIOError: another program has it open.
    """
    if new:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | (os.O_CREAT if new else 0), 0o600)
    try:
        _lock(descriptor)
        if os.fstat(descriptor).st_nlink == 0:  # its run ended between the two
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        _keep_name(path.parent)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def append_whole(descriptor: int, data: bytes) -> None:
    """Put `data` at the end of the file and on the disk, or leave the file as it was.

    Raises:
        OSError: the disk does not take it.
    """
    before = os.fstat(descriptor).st_size
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    except OSError:
        with suppress(OSError):  # what is left then is a last line that was cut off
            os.ftruncate(descriptor, before)
        raise


def unwritable(path: Path, error: OSError) -> Problem:
    """Return the Problem that `error` is for a journal."""
    if isinstance(error, BlockingIOError):
        return Problem(
            f"Another wizard is working on the run {path.stem}",
            remedy="Go on there, or end it first.",
            kind=ProblemKind.CONFLICT,
        )
    if error.errno == errno.ENOSPC:
        remedy = "Make room on that disk, or start with --state-dir and a directory on another."
    else:
        remedy = "Let the directory be written to, or start with --state-dir and another one."
    return Problem(f"The journal {path} cannot be written", error.strerror or str(error), remedy, ProblemKind.INVALID)


def _lock(descriptor: int) -> None:
    for tries_left in reversed(range(LOCK_TRIES)):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not tries_left:
                raise
            time.sleep(LOCK_PAUSE)
        else:
            return


def remove(path: Path) -> None:
    """Remove the journal of a run that changed nothing.

    Raises:
        Problem: it cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error


def _keep_name(folder: Path) -> None:
    """Put the folder itself on the disk, so that a new file's name outlives a crash of the machine."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
