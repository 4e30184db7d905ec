"""Change sets that the run asked for and that are neither executed nor discarded."""

from __future__ import annotations

from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import Stacks
from panther_s3.journal.changes import Change
from panther_s3.journal.records import Record
from panther_s3.undo.model import Group, Prospect, Say, Standing


class ChangeSets:
    """Discards a change set, and with it the empty stack that CloudFormation made for it."""

    def look(self, aws: Aws, group: Group, record: Record) -> Prospect:  # noqa: ARG002 - others need it
        """Return whether the change set waits to be executed."""
        change = group.last
        title, means = f"Discard the {change.title}", "It was never executed; a stack that is empty goes with it."
        found = Stacks(aws).find_change_set(change.target, str(change.facts["stack_name"]), change.region)
        if found is None:
            return Prospect(group, title, means, Standing.GONE, "It is not there any more.")
        return Prospect(group, title, means, Standing.READY, found=found)

    def continues(self, change: Change, former: Change, record: Record) -> bool:  # noqa: ARG002 - others need it
        """Each change set has a name of its own."""
        return True

    def take_back(self, aws: Aws, prospect: Prospect, say: Say) -> None:
        """Discard it."""
        say(prospect.title)
        Stacks(aws).discard_change_set(prospect.found)
