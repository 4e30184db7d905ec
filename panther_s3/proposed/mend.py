"""The edit of one policy."""

from __future__ import annotations

from pathlib import Path

from panther_s3.aws.mending import apply_mend
from panther_s3.aws.session import Aws
from panther_s3.mending import Mend, as_diff
from panther_s3.mending.keeping import Kept, keep_before
from panther_s3.proposed.change import Proposal, ProposedChange


class MendChange(ProposedChange):
    """What `mend` changes in one policy."""

    def __init__(self, aws: Aws, mend: Mend, *, folder: Path | None = None) -> None:
        """Prepare the change.

        Args:
            aws: who makes it.
            mend: what to change.
            folder: where the former document is kept; by default in the run's state directory.
        """
        lines = as_diff(mend.before, mend.after)
        super().__init__(Proposal(mend.title, mend.summary, lines, mend.notes, mend.obstacle))
        self._aws, self._mend, self._folder = aws, mend, folder or aws.journal.kept_in

    def keep(self) -> Kept | None:
        """Keep the former document in a file."""
        return keep_before(self._mend, self._aws.profile, self._folder)

    def make(self) -> None:
        """Put the edited document in its place."""
        apply_mend(self._aws, self._mend)
