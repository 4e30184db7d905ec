"""The journal of one run: every change is on the disk before it is sent, and what came of it after."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.journal.changes import Change, ChangeKind, State
from panther_s3.journal.files import append_whole, open_file, path_of, remove, unwritable
from panther_s3.journal.records import Record, begun_line, first_line, line_of, lines_of, now
from panther_s3.problems import Problem, ProblemKind
from panther_s3.state import KEPT

UNMADE = frozenset(
    {
        ProblemKind.ACCESS_DENIED,
        ProblemKind.CANCELLED,
        ProblemKind.CREDENTIALS,
        ProblemKind.INVALID,
        ProblemKind.UNKNOWN_PROFILE,
    }
)
"""Problems after which AWS has made nothing for sure.

After any other it may have: boto3 sends a call again whose answer was lost, and the second one is
refused then since the first did it ("exists", "not found"), or is throttled.
"""


class Recording:
    """A change that is being made."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self.refused = False
        """Whether it is known for sure that nothing was made."""

    def learn(self, **facts: Any) -> None:
        """Keep what AWS answered, such as the ARN of what was made."""
        self.facts |= facts


class Journal:
    """Keeps what the run says and does; without a folder in memory only.

    The file is made when there is something to keep, and locked as long as it is open, so that no
    other wizard works on the same run. Any thread may write. A line stands in it whole or not at all,
    and one that could not be written comes before the next one that can.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Prepare the journal of a new run in the state directory `folder`."""
        self.folder = folder
        self.run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
        self._lock = threading.RLock()
        self._descriptor: int | None = None
        self._record = Record(self.run)
        self._written: tuple[Step, Answers] | None = None
        self._unwritten = ""
        """What became of changes, where the disk did not take it."""

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

        A Problem of the block that leaves open whether AWS made the change leaves it begun. So does a
        disk that takes no more once the change is made: that is no failure of the change, its end is
        written later, and AWS is asked what became of it should it never be.

        Raises:
            Problem: the change cannot be written down, so that the block did not run.
        """
        number = self._begin(change)
        recording = Recording()
        try:
            yield recording
        except Problem as problem:
            if problem.kind in UNMADE or recording.refused:
                with suppress(Problem):
                    self.settle(number, State.NOT_MADE, recording.facts)
            raise
        with suppress(Problem):
            self.settle(number, State.MADE, recording.facts)

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
            line = line_of("settled", number=number, state=state.value, **fields)
            try:
                self._append(line)
            except Problem:
                self._unwritten += line
                raise

    def settle_all(self, kind: ChangeKind, target: str, state: State) -> None:
        """Write down what became of every change of `target` that is in force, as soon as the disk takes it."""
        for change in self.record.in_force:
            if change.kind is kind and change.target == target:
                with suppress(Problem):
                    self.settle(change.number, state)

    def end(self, how: str = "done") -> None:
        """Write down that the run is over, and let go of its file; of one that changed nothing no file is left.

        Raises:
            Problem: the file cannot be written.
        """
        with self._lock:
            try:
                if self._record.changes:
                    self._append(line_of("end", how=how))
                elif self._descriptor is not None and self.path is not None:
                    remove(self.path)
                self._record = replace(self._record, ended=how)
            finally:
                self._let_go()

    def close(self) -> None:
        """Let go of the file, so that another program may open the run."""
        with self._lock:
            if self._unwritten:
                with suppress(Problem):
                    self._append("")
            self._let_go()

    def _let_go(self) -> None:
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
        """Put `line` on the disk whole, after what is still to be written; a journal in memory has none."""
        if self.folder is None:
            return
        path = path_of(self.folder, self.run)
        with self._lock:
            try:
                descriptor, text = self._opened(path)
                text += self._unwritten + line
                if text:
                    append_whole(descriptor, text.encode("ascii"))
            except OSError as error:
                if self._descriptor is not None and not os.fstat(self._descriptor).st_size:
                    with suppress(Problem):  # nothing came of it
                        remove(path)
                    self._let_go()
                raise unwritable(path, error) from error
            self._unwritten = ""

    def _opened(self, path: Path) -> tuple[int, str]:
        """Return the file, and what it has to begin with; one that was deleted meanwhile is made anew, and whole."""
        if self._descriptor is not None and os.fstat(self._descriptor).st_nlink == 0:
            os.close(self._descriptor)
            self._descriptor = None
        if self._descriptor is None:
            self._descriptor = open_file(path)
        if os.fstat(self._descriptor).st_size:
            return self._descriptor, ""
        return self._descriptor, first_line(self.run) + lines_of(self._record)
