"""What is to be done in Panther so that it has the source: created, updated, or nothing. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from panther_s3.answers import Answers
from panther_s3.existing_sources import of_this_name, of_this_prefix, overlaps
from panther_s3.mending.diffs import as_diff
from panther_s3.panther_api.model import PantherSource, comparable, source_body
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import S3Source


class SourceAct(enum.Enum):
    """What is done; the values are the words of the button."""

    CREATE = "Create the source"
    UPDATE = "Update the source"
    NOTHING = "Continue"


@dataclass(frozen=True)
class SourcePlan:
    """What is to be done, as it is shown before it is."""

    act: SourceAct
    wanted: S3Source
    shown: PantherSource | None = None
    """The source as Panther has it; None where it has none."""
    difference: tuple[str, ...] = ()
    """What an update changes, as the lines of a diff."""
    obstacle: Problem | None = None
    """Why Panther would refuse it."""
    rival: PantherSource | None = None
    """The source that is in the way, to be opened instead."""
    notes: tuple[str, ...] = ()
    """What else to know, in sentences."""

    @property
    def summary(self) -> str:
        """How things stand, in a line."""
        if self.obstacle is not None:
            return "This source cannot be sent as it is. Nothing was changed."
        if self.act is SourceAct.CREATE:
            return "Panther does not have this source yet. This is what it is sent:"
        if self.act is SourceAct.UPDATE:
            return "Panther has this source. This is what changes in it:"
        return "Panther has this source, exactly as it is here."


def plan_source(answers: Answers, known: tuple[PantherSource, ...], existing: PantherSource | None) -> SourcePlan:
    """Return what is to be done in Panther for these answers.

    Args:
        answers: the source; its role goes with it.
        known: the sources that Panther has.
        existing: the one of them, read whole, that the answers are about; None where it has none.
    """
    wanted = wanted_source(answers)
    id = existing.id if existing else ""
    notes = (*_notes(answers), *(each.words for each in overlaps(wanted, known, id)))
    if rival := of_this_name(wanted, known, id):
        return SourcePlan(SourceAct.NOTHING, wanted, existing, (), _name_taken(rival), rival, notes)
    if same := of_this_prefix(wanted, known, id):
        return SourcePlan(SourceAct.NOTHING, wanted, existing, (), _prefix_taken(*same), same[0], notes)
    if existing is None:
        return SourcePlan(SourceAct.CREATE, wanted, notes=notes)
    if obstacle := _not_updatable(existing, wanted):
        return SourcePlan(SourceAct.NOTHING, wanted, existing, (), obstacle, None, notes)
    if comparable(existing.source) == comparable(wanted):
        return SourcePlan(SourceAct.NOTHING, wanted, existing, notes=notes)
    difference = as_diff(source_body(comparable(existing.source)), source_body(wanted))
    return SourcePlan(SourceAct.UPDATE, wanted, existing, difference, notes=notes)


def _notes(answers: Answers) -> tuple[str, ...]:
    """What to know before the source is in Panther."""
    failed = len(answers.failed_checks)
    several = "s" if failed > 1 else ""
    notes = []
    if answers.taken_back:
        notes.append("What this run did in AWS was taken back: make the role again first, or Panther reads nothing.")
    if failed:
        notes.append(
            f"{failed} check{several} failed: Panther saves the source all the same, and reads nothing, or not all."
        )
    if not any(row.log_types for row in answers.source.prefix_log_types):
        notes.append("No log type is chosen: Panther keeps the raw data, and parses nothing until one is attached.")
    return tuple(notes)


def wanted_source(answers: Answers) -> S3Source:
    """Return the source as Panther is to have it."""
    wanted = answers.source_to_keep
    return replace(wanted, name=wanted.name.strip())


def _name_taken(rival: PantherSource) -> Problem:
    other = rival.source
    return Problem(
        f"Panther has a source {other.name} in the account {other.aws_account_id} already",
        f"It reads the bucket {other.bucket_name}. Names are held apart within an account.",
        "Open that source, or go back and take another name.",
        ProblemKind.CONFLICT,
        speaker="",
    )


def _prefix_taken(rival: PantherSource, prefix: str) -> Problem:
    what = f"the prefix {prefix} of this bucket" if prefix else "this whole bucket"
    return Problem(
        f"Panther's source {rival.source.name} reads {what} already",
        "An S3 source with the same S3 bucket and prefix is refused.",
        "Open that source and change it, or go back and narrow this one by another prefix.",
        ProblemKind.CONFLICT,
        speaker="",
    )


def _not_updatable(existing: PantherSource, wanted: S3Source) -> Problem | None:
    """Why the source cannot be updated to what is wanted."""
    if existing.foreign:
        return Problem(
            f"The source {existing.source.name} has what this program does not know",
            f"It has {', '.join(existing.foreign)}, which an update would lose.",
            "Change it in Panther's Console, or go on with it as it is.",
            ProblemKind.INVALID,
            speaker="",
        )
    was = existing.source
    if (was.aws_account_id, was.bucket_name) != (wanted.aws_account_id, wanted.bucket_name):
        return Problem(
            "A source keeps its bucket and its account for its life",
            f"Panther's reads {was.bucket_name} of {was.aws_account_id}, this one {wanted.bucket_name} of "
            f"{wanted.aws_account_id}.",
            "Go back and begin another source for the other bucket.",
            ProblemKind.INVALID,
            speaker="",
        )
    return None
