"""Subscriptions that the run made, set otherwise or took away."""

from __future__ import annotations

from panther_s3.arns import account_of
from panther_s3.aws.session import Aws
from panther_s3.aws.subscription_undo import set_former_attributes, subscribe_former, unsubscribe_made
from panther_s3.aws.subscriptions import FILTER, RAW
from panther_s3.aws.topic_records import Subscription
from panther_s3.aws.topics import Topics
from panther_s3.journal.changes import Change
from panther_s3.journal.records import Record
from panther_s3.mending.diffs import as_diff
from panther_s3.undo.model import Group, Prospect, Say, Standing


class MadeSubscriptions:
    """Takes away the subscription that the run made."""

    def look(self, aws: Aws, group: Group, record: Record) -> Prospect:  # noqa: ARG002 - others need it
        """Return how the subscription stands."""
        change = group.last
        title = f"Take away the {change.title}"
        means = "Panther is not told of new objects any more."
        if group.before is not None:
            return Prospect(group, title, means, Standing.GONE, "It was there before; only the request was sent anew.")
        endpoint = str(group.after["endpoint"])
        found = [each for each in _subscriptions(aws, change.target, endpoint) or () if each.endpoint == endpoint]
        if not found:
            return Prospect(group, title, means, Standing.GONE, "It is not there any more.")
        if found[0].pending:
            why = "It is pending: SNS lets nobody take it away, and does so itself some days later."
            return Prospect(group, title, means, Standing.BLOCKED, why)
        made = str(change.facts.get("subscription_arn", ""))
        if account_of(made) and made != found[0].arn:
            return Prospect(group, title, means, Standing.CHANGED, f"Somebody subscribed it anew: {found[0].arn}.")
        return Prospect(group, title, means, Standing.READY, found=found[0].arn)

    def continues(self, change: Change, former: Change, record: Record) -> bool:  # noqa: ARG002 - others need it
        """Sent anew, it is the same subscription."""
        return True

    def take_back(self, aws: Aws, prospect: Prospect, say: Say) -> None:
        """Take it away."""
        say(prospect.title)
        unsubscribe_made(aws, prospect.found)


class SubscriptionSettings:
    """Sets a subscription back."""

    def look(self, aws: Aws, group: Group, record: Record) -> Prospect:  # noqa: ARG002 - others need it
        """Return how the settings stand."""
        change = group.last
        title, means = f"Set back the {change.title}", "As they were before this run changed them."
        known = _subscriptions(aws, str(change.facts["topic_arn"]), "") or ()
        found = next((each for each in known if each.arn == change.target), None)
        if found is None:
            return Prospect(group, title, means, Standing.GONE, "The subscription is not there any more.")
        attributes = Topics(aws).read_subscription_attributes(found.arn)
        now = {RAW: attributes.get(RAW, "false"), FILTER: attributes.get(FILTER) or "{}"}
        if now == group.before:
            return Prospect(group, title, means, Standing.GONE, "They are as they were before.")
        if not any(now == each.after for each in group.changes):
            why = "Somebody changed them after this run."
            return Prospect(group, title, means, Standing.CHANGED, why, as_diff(group.after, now))
        return Prospect(group, title, means, Standing.READY)

    def continues(self, change: Change, former: Change, record: Record) -> bool:  # noqa: ARG002 - others need it
        """Whether nobody changed them in between."""
        return change.before in (former.after, former.before)

    def take_back(self, aws: Aws, prospect: Prospect, say: Say) -> None:
        """Set them back."""
        say(prospect.title)
        set_former_attributes(aws, prospect.group.last.target, prospect.group.before)


class Unsubscriptions:
    """Subscribes again what the run took away."""

    def look(self, aws: Aws, group: Group, record: Record) -> Prospect:  # noqa: ARG002 - others need it
        """Return whether it is still away."""
        change, former = group.last, group.before
        topic = str(change.facts["topic_arn"])
        title = f"Subscribe {former['endpoint']} to the topic {topic} again"
        means = "Its owner may have to confirm it once more."
        subscriptions = _subscriptions(aws, topic, "")
        if subscriptions is None:
            return Prospect(group, title, means, Standing.GONE, "The topic is not there any more.")
        if any(each.endpoint == former["endpoint"] for each in subscriptions):
            return Prospect(group, title, means, Standing.GONE, "It is subscribed.")
        return Prospect(group, title, means, Standing.READY)

    def continues(self, change: Change, former: Change, record: Record) -> bool:  # noqa: ARG002 - others need it
        """Each subscription has an ARN of its own."""
        return True

    def take_back(self, aws: Aws, prospect: Prospect, say: Say) -> None:
        """Subscribe it again."""
        say(prospect.title)
        change = prospect.group.last
        subscribe_former(aws, str(change.facts["topic_arn"]), prospect.group.before)


def _subscriptions(aws: Aws, topic: str, endpoint: str) -> tuple[Subscription, ...] | None:
    """The subscriptions of a topic; None where the topic is gone."""
    if Topics(aws).read(topic) is None:
        return None
    return Topics(aws).read_subscriptions(topic, endpoint)
