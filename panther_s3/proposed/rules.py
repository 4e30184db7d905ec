"""The change of a bucket's event notifications: what is added, kept and replaced."""

from __future__ import annotations

from panther_s3.aws.bucket_notifications import Managers, apply_rules
from panther_s3.aws.session import Aws
from panther_s3.mending import as_diff
from panther_s3.mending.keeping import Kept, keep_rules
from panther_s3.notifications import RulesPlan, changes_of
from panther_s3.proposed.change import Proposal, ProposedChange

DELAY = "S3 takes about five minutes until a change of notifications acts everywhere."


class RulesChange(ProposedChange):
    """What `plan` changes in the bucket's notifications."""

    def __init__(self, aws: Aws, plan: RulesPlan, region: str, managers: Managers) -> None:
        """Prepare the change.

        Args:
            aws: who makes it.
            plan: the change.
            region: the bucket's.
            managers: which tools manage the bucket, whose next run may undo the change.
        """
        notes = [
            f"{name} manages this bucket: its next run may take the rule out again. Add the rule there as well."
            for name in managers.names
        ]
        title = f"notifications of the bucket {plan.bucket}"
        lines = as_diff(plan.before or None, plan.after)
        super().__init__(Proposal(title, "\n".join(changes_of(plan)), lines, (*notes,), plan.obstacle))
        self._aws, self._plan, self._region = aws, plan, region

    def keep(self) -> Kept | None:
        """Keep the former notifications in a file."""
        return keep_rules(self._plan, self._region, self._aws.profile, self._aws.journal.kept_in)

    def make(self) -> None:
        """Put the notifications, all in one, and read them back."""
        apply_rules(self._aws, self._plan, self._region)

    def outcome(self) -> str:
        """Return what to say once it is made."""
        others = " Everything of others is as it was." if self._plan.kept else ""
        return f"Changed the {self.proposal.title}, and read them back.{others} {DELAY}"
