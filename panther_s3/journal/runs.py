"""The runs of a state directory: found, read, and opened again."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from panther_s3.journal.files import ENDING, open_file, path_of, unwritable
from panther_s3.journal.journal import Journal
from panther_s3.journal.records import Record, record_of
from panther_s3.problems import Problem, ProblemKind
from panther_s3.state import RUNS

END_BYTES = 512
"""More than the line takes that says how a run ended."""


def list_runs(folder: Path) -> tuple[str, ...]:
    """Return the runs of the state directory `folder`, the latest first.

    Raises:
        Problem: the directory cannot be read.
    """
    try:
        names = [name.removesuffix(ENDING) for name in os.listdir(folder / RUNS) if name.endswith(ENDING)]  # noqa: PTH208
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise Problem(
            f"The runs in {folder} cannot be read",
            error.strerror or str(error),
            "Let the directory be read, or name another with --state-dir.",
            ProblemKind.INVALID,
        ) from error
    return tuple(sorted(names, reverse=True))


def read_run(folder: Path, run: str) -> Record:
    """Return what the journal of `run` says, open elsewhere or not.

    Raises:
        Problem: there is none, or it cannot be read.
    """
    path = path_of(folder, run)
    try:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
            return record_of(run, file)
    except FileNotFoundError as error:
        raise _no_run(folder, run) from error
    except OSError as error:
        raise Problem(
            f"The journal {path} cannot be read", error.strerror or str(error), kind=ProblemKind.INVALID
        ) from error


def find_run(folder: Path, beginning: str) -> str:
    """Return the one run whose name begins with `beginning`.

    Raises:
        Problem: there is none, or there are several.
    """
    found = [run for run in list_runs(folder) if run.startswith(beginning)]
    if len(found) > 1 and beginning not in found:
        raise Problem(
            f"Several runs begin with {beginning}", remedy=f"Name one: {', '.join(found)}.", kind=ProblemKind.INVALID
        )
    if not found:
        raise _no_run(folder, beginning)
    return beginning if beginning in found else found[0]


def unfinished_runs(folder: Path) -> tuple[Record, ...]:
    """Return the runs that did not end and that no other program has open, the latest first.

    One that cannot be read is left out: `undo` tells of it when it is named.
    """
    found = []
    try:
        runs = list_runs(folder)
    except Problem:
        return ()
    for run in runs:
        if _ends(path_of(folder, run)):
            continue  # most do, and need not be read whole at each start
        try:
            record = read_run(folder, run)
        except Problem:
            continue
        if not record.ended and record.answers is not None and not _is_open(path_of(folder, run)):
            found.append(record)
    return tuple(found)


def _ends(path: Path) -> bool:
    """Tell whether the journal's last line says that the run ended; what is undone after that, it does not."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - END_BYTES))
            last = file.read().splitlines()[-1:]
    except OSError:
        return False
    return bool(last) and b'"what": "end"' in last[0]


def latest_to_undo(folder: Path) -> str | None:
    """Return the latest run that did something in AWS that is not taken back; None where there is none.

    Raises:
        Problem: a journal that may be that one cannot be read.
    """
    for run in list_runs(folder):
        try:
            record = read_run(folder, run)
        except Problem as problem:
            if problem.kind is ProblemKind.NOT_FOUND:  # it ended meanwhile
                continue
            problem.remedy += f" Or name another run: panther-s3-wizard undo RUN; the journals are in {folder / RUNS}."
            raise
        if record.to_take_back:
            return run
    return None


def open_run(folder: Path, run: str) -> Journal:
    """Return the journal of `run`, to be gone on with; a last line that was cut off is taken out first.

    Raises:
        Problem: another program has it open, or it cannot be read or written.
    """
    path = path_of(folder, run)
    try:
        descriptor = open_file(path, new=False)
    except FileNotFoundError as error:
        raise _no_run(folder, run) from error
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        record = read_run(folder, run)  # under the lock: what another program wrote last is in it
        _cut_off(path, descriptor)
    except (Problem, OSError) as error:
        os.close(descriptor)
        raise error if isinstance(error, Problem) else unwritable(path, error) from error
    return Journal.resumed(folder, record, descriptor)


def _no_run(folder: Path, run: str) -> Problem:
    known = ", ".join(list_runs(folder)[:5])
    return Problem(
        f"There is no run {run} in {folder}",
        remedy=f"The latest are {known}." if known else "No run is recorded there: name another with --state-dir.",
        kind=ProblemKind.NOT_FOUND,
    )


def _cut_off(path: Path, descriptor: int) -> None:
    """Take out a last line that was not written whole."""
    text = path.read_bytes()
    if text and not text.endswith(b"\n"):
        os.ftruncate(descriptor, text.rfind(b"\n") + 1)
        os.fsync(descriptor)


def _is_open(path: Path) -> bool:
    """Tell whether another program has the journal open."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
