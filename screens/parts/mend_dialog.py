"""Mend a failed check: the change of one policy, to approve and make."""

from __future__ import annotations

from pathlib import Path

from panther_s3.aws.mending import apply_mend
from panther_s3.aws.session import Aws
from panther_s3.mending import Mend, as_diff
from panther_s3.mending.keeping import Kept, keep_before
from screens.parts.change_dialog import ChangeDialog, Proposal


class MendDialog(ChangeDialog):
    """Show what `mend` changes in one policy, and make it once approved."""

    def __init__(
        self, aws: Aws, mend: Mend, *, folder: Path | None = None, heading: str = "Mend it: what changes"
    ) -> None:
        """Prepare the dialog.

        Args:
            aws: who makes the change.
            mend: what to change.
            folder: where the former document is kept; by default in the run's state directory.
            heading: what stands above it.
        """
        lines = as_diff(mend.before, mend.after)
        super().__init__(Proposal(mend.title, mend.summary, lines, mend.notes, mend.obstacle), heading=heading)
        self._aws, self._mend, self._folder = aws, mend, folder or aws.journal.kept_in

    def keep(self) -> Kept | None:
        return keep_before(self._mend, self._aws.profile, self._folder)

    def make(self) -> None:
        apply_mend(self._aws, self._mend)
