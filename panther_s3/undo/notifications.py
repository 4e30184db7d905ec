"""A bucket's notifications: the run's rules taken out, and those that it replaced put back; others' stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from panther_s3.aws.bucket_notifications import apply_rules, read_configuration
from panther_s3.aws.session import Aws
from panther_s3.journal.changes import Change
from panther_s3.journal.records import Record
from panther_s3.mending.diffs import as_diff
from panther_s3.notifications import same_configuration, undo_rules
from panther_s3.problems import Problem, ProblemKind
from panther_s3.undo.model import Group, Prospect, Say, Standing


class BucketNotifications:
    """Takes the run's rules out of what the bucket has by now."""

    def look(self, aws: Aws, group: Group, record: Record) -> Prospect:  # noqa: ARG002 - others need it
        """Return what taking the run's rules out means."""
        change = group.last
        title = f"Take the run's rules out of the {change.title}"
        means = "What others added or changed since stays; rules that the run replaced come back."
        try:
            found = read_configuration(aws, change.target, change.region, change.account)
        except Problem as problem:
            if problem.kind is not ProblemKind.NOT_FOUND:
                raise
            return Prospect(group, title, means, Standing.GONE, "The bucket is not there any more.")
        plan = undo_rules(found, group.before, group.after, bucket=change.target, owner=change.account)
        if plan.obstacle is not None:
            why = f"{plan.obstacle.title}."  # its cause is what the difference shows
            return Prospect(
                group, title, means, Standing.CHANGED, why, as_diff(group.after, _in_order_of(group.after, found))
            )
        if plan.is_empty:
            return Prospect(group, title, means, Standing.GONE, "None of its rules is there any more.")
        return Prospect(group, title, means, Standing.READY, found=plan)

    def continues(self, change: Change, former: Change, record: Record) -> bool:  # noqa: ARG002 - others need it
        """Whether nobody changed the notifications in between; `former` may not have been made at all."""
        return any(same_configuration(change.before, each) for each in (former.after, former.before))

    def take_back(self, aws: Aws, prospect: Prospect, say: Say) -> None:
        """Send the configuration without the run's rules."""
        say(prospect.title)
        apply_rules(aws, prospect.found, prospect.group.last.region, recorded=False)


def _in_order_of(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return `other` with the members that `one` has as well in its order, so that only what differs is shown."""
    return {name: other[name] for name in (*one, *other) if name in other}
