"""A change in AWS: what it does and what changes, to approve; then made, with the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from panther_s3.mending.keeping import Kept
from panther_s3.problems import Problem, ProblemKind

UNCHANGED = frozenset({ProblemKind.ACCESS_DENIED, ProblemKind.CREDENTIALS, ProblemKind.INVALID, ProblemKind.CANCELLED})
"""Problems after which AWS has what it had; after any other it is worth a look."""


@dataclass(frozen=True)
class Proposal:
    """A change as it is shown."""

    title: str
    """What is changed, in words, such as "policy of the bucket acme-logs"."""
    summary: str
    """What the change does, in sentences."""
    lines: tuple[str, ...] = ()
    """The change as the lines of a diff."""
    notes: tuple[str, ...] = ()
    """What to know before saying yes."""
    obstacle: Problem | None = None
    """Why it cannot be made; it is shown then, and not made."""


class ProposedChange:
    """What may be changed once it is approved.

    A subclass gives the Proposal, keeps what is replaced, makes the change, and says what came of it.
    """

    heading = "What changes"

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal

    def keep(self) -> Kept | None:
        """Keep what the change replaces; called once, before the change.

        Raises:
            Problem: it cannot be kept; nothing is changed then.
        """
        return None

    def make(self) -> None:
        """Make the change; it may be called again after a Problem.

        Raises:
            Problem: it was not made, or AWS does not confirm it.
        """
        raise NotImplementedError

    def outcome(self) -> str:
        """Return what to say once the change is made."""
        return f"Changed the {self.proposal.title}."

    def way_back(self, kept: Kept | None) -> str:
        """Return how the change is taken back, in paragraphs; "" where there is nothing to say of it."""
        if kept is None:
            return ""
        if kept.path is None:
            return f"There was none before. To take it away:\n{kept.command}"
        return f"What was there before is kept in\n{kept.path}\n\nTo put it back:\n{kept.command}"


def counts_of(lines: Sequence[str]) -> str:
    """Return how many lines of a diff come and go, in words."""
    comes, goes = (sum(line.startswith(mark) for line in lines) for mark in "+-")
    return f"+ {_counted(comes, 'come')}, - {_counted(goes, 'go')}"


def _counted(number: int, verb: str) -> str:
    ending = "es" if verb.endswith("o") else "s"
    return f"{number} line {verb}{ending}" if number == 1 else f"{number} lines {verb}"
