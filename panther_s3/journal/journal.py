"""The journal of one run: every change is on the disk before it is sent, and what came of it after."""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.journal.changes import Change, ChangeKind, State
from panther_s3.journal.records import VERSION, Record, begun_line, line_of, now
from panther_s3.problems import Problem, ProblemKind
from panther_s3.state import KEPT, RUNS

ENDING = ".jsonl"
UNMADE = frozenset(
    {
        ProblemKind.ACCESS_DENIED,
        ProblemKind.CANCELLED,
        ProblemKind.CREDENTIALS,
        ProblemKind.INVALID,
        ProblemKind.THROTTLED,
        ProblemKind.UNKNOWN_PROFILE,
    }
)
"""Problems after which AWS has made nothing for sure.

After any other it may have: boto3 sends a call again whose answer was lost, and the second one is
refused then since the first did it ("exists", "not found").
"""


class Recording:
    """A change that is being made."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}

    def learn(self, **facts: Any) -> None:
        """Keep what AWS answered, such as the ARN of what was made."""
        self.facts |= facts


class Journal:
    """Keeps what the run says and does; without a folder in memory only.

    The file is made when there is something to keep, and locked as long as it is open, so that no
    other wizard works on the same run. Any thread may write.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Prepare the journal of a new run in the state directory `folder`."""
        self.folder = folder
        self.run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
        self._lock = threading.RLock()
        self._descriptor: int | None = None
        self._record = Record(self.run)
        self._written: tuple[Step, Answers] | None = None

    @classmethod
    def resumed(cls, folder: Path, record: Record, descriptor: int) -> Journal:
        """Return the journal of a run that was begun before, over its open and locked file."""
        journal = cls(folder)
        journal.run, journal._record, journal._descriptor = record.run, record, descriptor
        return journal

    @property
    def path(self) -> Path | None:
        """The journal's file, made or not; None for a journal in memory."""
        return path_of(self.folder, self.run) if self.folder else None

    @property
    def kept_in(self) -> Path | None:
        """The folder for documents as they were before a change; None for a journal in memory."""
        return self.folder / KEPT if self.folder else None

    @property
    def record(self) -> Record:
        """What the journal says by now."""
        with self._lock:
            return self._record

    def keep_answers(self, step: Step, answers: Answers) -> None:
        """Keep `answers` as they are on `step`; what is on the disk already is not written again.

        Raises:
            Problem: the file cannot be written.
        """
        from panther_s3.journal.answers import to_json

        with self._lock:
            if self._written == (step, answers):
                return
            document = to_json(answers)
            self._append(line_of("answers", step=step.value, answers=document))
            self._written = (step, answers)
            self._record = replace(self._record, step=step, answers=document)

    @contextmanager
    def recording(self, change: Change) -> Iterator[Recording]:
        """Write `change` down, let the block make it, and write down what came of it.

        A Problem of the block that leaves open whether AWS made the change leaves it begun.

        Raises:
            Problem: the change cannot be written down, so that the block did not run, or the end of it
                cannot, so that the change was made.
        """
        number = self._begin(change)
        recording = Recording()
        try:
            yield recording
        except Problem as problem:
            if problem.kind in UNMADE:
                self.settle(number, State.NOT_MADE, recording.facts)
            raise
        try:
            self.settle(number, State.MADE, recording.facts)
        except Problem as problem:
            problem.title = f"The {change.title} was changed, but the journal does not know: {problem.title}"
            raise

    def settle(self, number: int, state: State, facts: Mapping[str, Any] | None = None) -> None:
        """Write down what became of the change `number`.

        Raises:
            Problem: the file cannot be written.
        """
        with self._lock:
            self._record = replace(
                self._record,
                changes=tuple(
                    replace(each, state=state, facts={**each.facts, **(facts or {})}) if each.number == number else each
                    for each in self._record.changes
                ),
            )
            fields = {"facts": dict(facts)} if facts else {}
            self._append(line_of("settled", number=number, state=state.value, **fields))

    def settle_all(self, kind: ChangeKind, target: str, state: State) -> None:
        """Write down what became of every change of `target` that is in force.

        Raises:
            Problem: the file cannot be written.
        """
        for change in self.record.in_force:
            if change.kind is kind and change.target == target:
                self.settle(change.number, state)

    def end(self, how: str = "done") -> None:
        """Write down that the run is over, and let go of its file; of one that changed nothing no file is left.

        Raises:
            Problem: the file cannot be written.
        """
        with self._lock:
            self._record = replace(self._record, ended=how)
            if self._descriptor is not None and self.path is not None:
                if self._record.changes:
                    self._append(line_of("end", how=how))
                else:
                    self.path.unlink(missing_ok=True)
            self.close()

    def close(self) -> None:
        """Let go of the file, so that another program may open the run."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _begin(self, change: Change) -> int:
        with self._lock:
            number = len(self._record.changes) + 1
            begun = replace(change, number=number, state=State.BEGUN, at=now())
            try:
                self._append(begun_line(begun))
            except Problem as problem:
                problem.title = f"Nothing was changed, since it cannot be recorded: {problem.title}"
                raise
            self._record = replace(self._record, changes=(*self._record.changes, begun))
            return number

    def _append(self, line: str) -> None:
        """Put `line` on the disk whole; a journal in memory has none."""
        if self.folder is None:
            return
        with self._lock:
            try:
                if self._descriptor is None:
                    self._descriptor = open_file(path_of(self.folder, self.run))
                    line = line_of("run", run=self.run, version=VERSION) + line
                data = line.encode("ascii")
                if os.write(self._descriptor, data) != len(data):
                    raise OSError("The disk is full")
                os.fsync(self._descriptor)
            except OSError as error:
                raise unwritable(path_of(self.folder, self.run), error) from error


def path_of(folder: Path, run: str) -> Path:
    """Return the file of the journal of `run` in the state directory `folder`."""
    return folder / RUNS / f"{run}{ENDING}"


def open_file(path: Path) -> int:
    """Open the journal at `path`, made where it is not there, and lock it; only its owner may read it.

    Raises:
        OSError: it cannot be opened.
        BlockingIOError: another program has it open.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _keep_name(path.parent)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def unwritable(path: Path, error: OSError) -> Problem:
    """Return the Problem that `error` is for a journal."""
    if isinstance(error, BlockingIOError):
        return Problem(
            f"Another wizard is working on the run {path.stem}",
            remedy="Go on there, or end it first.",
            kind=ProblemKind.CONFLICT,
        )
    return Problem(
        f"The journal {path} cannot be written",
        error.strerror or str(error),
        "Make room, or name another directory with --state-dir.",
        ProblemKind.INVALID,
    )


def _keep_name(folder: Path) -> None:
    """Put the folder itself on the disk, so that a new file's name outlives a crash of the machine."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
