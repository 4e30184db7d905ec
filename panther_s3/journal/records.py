"""The lines of a journal: JSON, one for each thing that was said, begun or done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from panther_s3.flow import Step
from panther_s3.journal.changes import IN_PANTHER, MOMENTARY, Change, ChangeKind, State
from panther_s3.problems import Problem, ProblemKind

VERSION = 1
"""Of the format; a journal of a later one is left alone."""


@dataclass(frozen=True)
class Record:
    """A journal as it reads: the latest answers, and every change with what is known of it."""

    run: str
    started: str = ""
    step: Step | None = None
    """The step that was shown last."""
    answers: Mapping[str, Any] | None = None
    changes: tuple[Change, ...] = ()
    ended: str = ""
    """How the run ended, "done" or "set aside"; "" while it did not."""

    @property
    def in_force(self) -> tuple[Change, ...]:
        """The changes that were made, or may have been, and not taken back."""
        return tuple(change for change in self.changes if change.in_force)

    @property
    def to_take_back(self) -> tuple[Change, ...]:
        """The changes in force that can be taken back at all: of a failed stack that was deleted nothing is left."""
        return tuple(change for change in self.in_force if change.kind is not ChangeKind.STACK_DELETION)

    @property
    def changed_where(self) -> str:
        """Where something is to take back: AWS, Panther, or both; "" where nothing is."""
        return " and ".join(sorted({"Panther" if each.kind in IN_PANTHER else "AWS" for each in self.to_take_back}))

    @property
    def momentary(self) -> tuple[Change, ...]:
        """What was meant to last a moment only, and is there still, or may be."""
        return tuple(change for change in self.in_force if change.kind in MOMENTARY)

    @property
    def about(self) -> tuple[str, str]:
        """The names of the source and of its bucket, as far as they were said."""
        source = (self.answers or {}).get("source")
        given = source if isinstance(source, Mapping) else {}
        return str(given.get("name", "")), str(given.get("bucket_name", ""))

    @property
    def worth_resuming(self) -> bool:
        """Whether something would be lost with it: what was typed, or done."""
        return any(self.about) or bool(self.to_take_back)

    @property
    def words(self) -> str:
        """The run in a line: the source and its bucket, as far as they were said."""
        name, bucket = self.about
        return f"{name or 'a source without a name'}{f', bucket {bucket}' if bucket else ''}"


def now() -> str:
    """Return this moment in UTC, as the journal writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def line_of(what: str, **fields: Any) -> str:
    """Return a line of the journal."""
    return json.dumps({"at": now(), "what": what, **fields}) + "\n"


def begun_line(change: Change) -> str:
    """Return the line that says that `change` is about to be made."""
    given = asdict(change).items()
    # a document that is empty is not one that was not there: a bucket without notifications has an empty one
    fields = {name: value for name, value in given if name not in ("at", "state") and value not in (None, "")}
    return json.dumps({"at": change.at, "what": "change", **fields}) + "\n"


def first_line(run: str) -> str:
    """Return the line that a journal begins with."""
    return line_of("run", run=run, version=VERSION)


def lines_of(record: Record) -> str:
    """Return the lines that say what `record` says, for a journal whose file was lost; "" where it says nothing."""
    lines = []
    if record.step is not None:
        lines.append(line_of("answers", step=record.step.value, answers=record.answers))
    for change in record.changes:
        lines.append(begun_line(change))
        if change.state is not State.BEGUN:
            lines.append(line_of("settled", number=change.number, state=change.state.value))
    return "".join(lines)


def record_of(run: str, lines: Iterable[str]) -> Record:
    """Return what the `lines` of the journal of `run` say; a last line that was cut off counts as not written.

    Raises:
        Problem: a line is not a journal's, or a later version wrote it.
    """
    record, changes = Record(run), dict[int, Change]()
    for number, line in enumerate(lines, start=1):
        if not line.endswith("\n"):
            break
        try:
            entry = json.loads(line)
            if entry["what"] == "run" and entry["version"] > VERSION:
                raise _from_the_future(run)
            record = _with(record, entry, changes)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Problem(
                f"The journal of the run {run} cannot be read: line {number} is not one of a journal",
                f"{type(error).__name__}: {error}",
                "It was edited or damaged. What it says of changes was done in AWS all the same: look into the file.",
                ProblemKind.INVALID,
            ) from error
    return replace(record, changes=tuple(changes.values()))


def _with(record: Record, entry: Mapping[str, Any], changes: dict[int, Change]) -> Record:
    """Return `record` with one more line; changes are kept by their number."""
    what = entry["what"]
    if what == "run":
        return replace(record, started=entry["at"])
    if what == "answers":
        if not isinstance(entry["answers"], Mapping):
            raise TypeError("answers are not an object")
        return replace(record, step=Step(entry["step"]), answers=entry["answers"], ended="")
    if what == "change":
        fields = {name: value for name, value in entry.items() if name != "what"}
        changes[entry["number"]] = Change(**{**fields, "kind": ChangeKind(entry["kind"])})
    elif what == "settled":
        change = changes[entry["number"]]
        facts = {**change.facts, **entry.get("facts", {})}
        changes[entry["number"]] = replace(change, state=State(entry["state"]), facts=facts)
    elif what == "end":
        return replace(record, ended=entry["how"])
    return record


def _from_the_future(run: str) -> Problem:
    return Problem(
        f"The journal of the run {run} was written by a later version of this program",
        remedy="Use that version for it. Nothing was changed.",
        kind=ProblemKind.INVALID,
    )
