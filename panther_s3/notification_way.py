"""The way of a notification, from the bucket to Panther's queue: its links, and what each still wants. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace

from panther_s3.answers import Answers
from panther_s3.aws.topic_records import Subscription, Topic
from panther_s3.checks import notifications, subscription, topic
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.checks.result import CheckId, CheckResult, Status
from panther_s3.notifications import RulesPlan, changes_of, plan_rules, rules_of, ways_out, ways_told
from panther_s3.panther import DEFAULT_TOPIC
from panther_s3.topic_access import encryption_advice, who_may


class Standing(enum.Enum):
    """How a link stands; the values are the words shown."""

    DONE = "Done"
    TO_DO = "To do"
    LATER = "Later"
    """It comes with, or after, a link before it."""
    WAITING = "Pending"
    STOPPED = "Stopped"
    """Something of others is in the way, and has to be decided first."""
    UNKNOWN = "Unknown"


class Action(enum.Enum):
    """What makes a link; the values are the words of the button."""

    MAKE_TOPIC = "Make the topic"
    MEND_POLICY = "Change the topic's policy"
    MEND_KEY = "Let S3 use the key"
    SUBSCRIBE = "Subscribe Panther's queue"
    MEND_SUBSCRIPTION = "Mend the subscription"
    SUBSCRIBE_AGAIN = "Subscribe again"
    CHANGE_RULES = "Change the bucket's rules"


@dataclass(frozen=True)
class Link:
    """One link of the way."""

    check: CheckId
    """The check that judges it."""
    title: str
    standing: Standing
    detail: str
    action: Action | None = None
    """What the wizard can do about it now."""


@dataclass(frozen=True)
class Way:
    """Every link, and the plan of the bucket's rules."""

    links: tuple[Link, ...]
    plan: RulesPlan | None
    """What is to be changed in the bucket's notifications; None where these could not be read."""
    topic: Topic | None
    subscriptions: tuple[Subscription, ...]
    by_panther: bool = False
    """Whether Panther makes it by itself."""

    @property
    def done(self) -> bool:
        """Whether nothing is left to do on this side; a subscription may be pending."""
        return all(link.standing in (Standing.DONE, Standing.WAITING) for link in self.links)

    @property
    def is_whole(self) -> bool:
        """Whether every link is there."""
        return all(link.standing is Standing.DONE for link in self.links)

    @property
    def pending(self) -> bool:
        """Whether Panther has still to confirm the subscription."""
        return any(link.standing is Standing.WAITING for link in self.links)

    def draws_attention_to(self, link: Link) -> bool:
        """Whether `link` is what to look at: what is in the way, before what is to be done."""
        if any(each.standing is Standing.STOPPED for each in self.links):
            return link.standing is Standing.STOPPED
        if link.check is CheckId.NOTIFICATIONS_BUCKET and self.plan is not None and self.plan.has_idle_suffix:
            return True
        return link.standing in (Standing.TO_DO, Standing.WAITING, Standing.UNKNOWN)

    @property
    def summary(self) -> str:
        """How things stand, in a line."""
        done = sum(link.standing is Standing.DONE for link in self.links)
        stopped = next((link for link in self.links if link.standing is Standing.STOPPED), None)
        if stopped is not None:
            return f"{stopped.title}: something is in the way. Nothing is changed until that is decided."
        if done == len(self.links):
            return "All is there: new objects are told of, from the bucket to Panther's queue."
        if self.by_panther:
            return f"{done} of {len(self.links)} links are there. Panther makes the rest; looked at every few seconds."
        if self.done:
            return "All is there but Panther's confirmation of the subscription, which is looked at every few seconds."
        return f"{done} of {len(self.links)} links are there. Each change is shown before it is made."

    @property
    def next_action(self) -> Action | None:
        """What to do next; nothing while a rule of others would stop it in the end."""
        if any(link.standing is Standing.STOPPED for link in self.links):
            return None
        open_links = (link for link in self.links if link.standing is not Standing.WAITING)
        return next((link.action for link in open_links if link.action is not None), None)


def way_of(readings: Readings, answers: Answers) -> Way:
    """Return how each link stands by what was read, and what comes next.

    Args:
        readings: the bucket's notifications, the topic, its key and its subscriptions.
        answers: the source; its topic is the one that is chosen, else Panther's default one.
    """
    found = readings.topic if isinstance(readings.topic, Topic) else None
    plan = None
    if isinstance(readings.notifications, Mapping):
        plan = plan_rules(readings.notifications, answers.source, notifications.target_topic(readings, answers))
    subscriptions = readings.subscriptions if isinstance(readings.subscriptions, tuple) else ()
    links = (
        _topic_link(readings, answers),
        _policy_link(readings, answers, found),
        _key_link(readings, answers, found),
        _subscription_link(readings, answers, found),
        _rules_link(readings, answers, found, plan),
    )
    return Way(links, plan, found, subscriptions)


PANTHERS_PART = {
    CheckId.NOTIFICATIONS_TOPIC: f"Panther makes the topic {DEFAULT_TOPIC} in the bucket's region.",
    CheckId.NOTIFICATIONS_TOPIC_POLICY: "Panther lets S3 publish to its topic and itself subscribe.",
    CheckId.NOTIFICATIONS_TOPIC_ENCRYPTION: "Panther makes its topic without a KMS key.",
    CheckId.NOTIFICATIONS_SUBSCRIPTION: "Panther subscribes its queue to its topic.",
    CheckId.NOTIFICATIONS_BUCKET: "Panther adds a rule for each prefix, and puts all others back as they are.",
}
"""What Panther does where it manages the notifications (panther-labs/panther, managed_bucket_notifications.go)."""


def awaited(way: Way) -> Way:
    """Return `way` as Panther makes it by itself: what is still to be done is waited for, and nothing is done here."""
    return replace(
        way,
        links=tuple(
            replace(link, standing=Standing.WAITING, detail=f"Not there yet. {PANTHERS_PART[link.check]}", action=None)
            if link.standing in (Standing.TO_DO, Standing.LATER)
            else replace(link, action=None)
            for link in way.links
        ),
        by_panther=True,
    )


def _topic_link(readings: Readings, answers: Answers) -> Link:
    check, title = CheckId.NOTIFICATIONS_TOPIC, "SNS topic"
    result = topic.check_topic(readings, answers)
    if result.cause == "missing":
        detail = f"There is no topic {answers.source.topic_name} in {answers.region_of_bucket} yet."
        return Link(check, title, Standing.TO_DO, detail, Action.MAKE_TOPIC)
    if result.status is Status.FAIL:
        return Link(check, title, Standing.STOPPED, f"{result.detail} {result.remedy}")
    return _judged(check, title, result, None)


def _policy_link(readings: Readings, answers: Answers, found: Topic | None) -> Link:
    check, title = CheckId.NOTIFICATIONS_TOPIC_POLICY, "Topic's policy"
    if found is None:
        return Link(check, title, Standing.LATER, "S3 may publish, Panther may subscribe: comes with the topic.")
    result = topic.check_policy(readings, answers)
    explicit = result.cause == "explicit_deny"
    link = _judged(check, title, result, None if explicit else Action.MEND_POLICY)
    return replace(link, detail="\n".join((link.detail, *who_may(found))))


def _key_link(readings: Readings, answers: Answers, found: Topic | None) -> Link:
    check, title = CheckId.NOTIFICATIONS_TOPIC_ENCRYPTION, "Topic's encryption"
    if found is None:
        return Link(check, title, Standing.LATER, "A customer-managed KMS key of its own: comes with the topic.")
    result = topic.check_encryption(readings, answers)
    explicit = bool(result.evidence.get("excerpt")) and result.evidence["excerpt"].get("Effect") == "Deny"
    mendable = result.cause == "key_policy_denies_s3" and not explicit
    link = _judged(check, title, result, Action.MEND_KEY if mendable else None)
    advice = encryption_advice(found, readings.keys.get(found.kms_key, KeyReading()), answers)
    return replace(link, detail=advice if link.standing is Standing.DONE else f"{advice}\n{result.remedy}".strip())


def _subscription_link(readings: Readings, answers: Answers, found: Topic | None) -> Link:
    check, title = CheckId.NOTIFICATIONS_SUBSCRIPTION, "Subscription of Panther's queue"
    if found is None:
        return Link(check, title, Standing.LATER, "Comes with the topic.")
    result = subscription.check_subscription(readings, answers)
    if result.cause == "pending":
        detail = f"{result.detail}\n{answers.confirming}"
        return Link(check, title, Standing.WAITING, detail, Action.SUBSCRIBE_AGAIN)
    faulty = result.cause in ("raw_delivery", "filter_policy")
    return _judged(check, title, result, Action.MEND_SUBSCRIPTION if faulty else Action.SUBSCRIBE)


def _rules_link(readings: Readings, answers: Answers, found: Topic | None, plan: RulesPlan | None) -> Link:
    check, title = CheckId.NOTIFICATIONS_BUCKET, "Bucket's event notifications"
    if plan is None:
        result = notifications.check_bucket(readings, answers)
        return _judged(check, title, result, None)
    if plan.obstacle is not None:
        ways = [f"- {way}" for each in plan.conflicts[:1] for way in ways_out(each)]
        detail = "\n".join((plan.obstacle.title, plan.obstacle.cause, *ways))
        return Link(check, title, Standing.STOPPED, detail)
    detail = "\n".join(changes_of(plan))
    if plan.is_empty:
        return Link(check, title, Standing.DONE, detail)
    if found is None:
        return Link(check, title, Standing.LATER, f"Once the topic is there:\n{detail}")
    return Link(check, title, Standing.TO_DO, detail, Action.CHANGE_RULES)


def _judged(check: CheckId, title: str, result: CheckResult, action: Action | None) -> Link:
    """The link as its check judges it; `action` mends what failed."""
    if result.status in (Status.PASS, Status.WARN):
        return Link(check, title, Standing.DONE, result.detail)
    if result.status is Status.FAIL and action is not None:
        return Link(check, title, Standing.TO_DO, result.detail, action)
    if result.status is Status.FAIL:
        return Link(check, title, Standing.STOPPED, f"{result.detail} {result.remedy}")
    return Link(check, title, Standing.UNKNOWN, f"{result.detail} {result.remedy}".strip())


def seen_way(way: Way, key: str) -> tuple[tuple[str, str], ...]:
    """Return the way of the notification of a new object `key`, link by link, as far as this account sees it.

    Each comes with the state that its mark tells: "ok", "warn", "fail" or "unknown".
    """
    rules = [] if way.plan is None else [rule for rule in rules_of(way.plan.before) if rule.creations]
    topic_arn = way.topic.arn if way.topic else ""
    telling = [rule for rule in rules if rule.destination == topic_arn and rule.covers(key) and ways_told([rule], key)]
    if not telling:
        return (("fail", "No rule of the bucket tells the topic of it."),)
    lines = [("ok", f"The rule {telling[0].id} tells {topic_arn} of it.")]
    wanting = (link for link in way.links[1:3] if link.standing is not Standing.DONE)
    lines += [("fail", f"{link.title}: {link.detail}") for link in wanting]
    subscribed = way.links[3]
    if subscribed.standing is Standing.DONE:
        lines.append(("ok", "The topic passes it on: the subscription of Panther's queue is confirmed."))
    elif subscribed.standing is Standing.WAITING:
        lines.append(("warn", "It ends at the topic: the subscription of Panther's queue is pending."))
    else:
        lines.append(("fail", subscribed.detail))
    lines.append(
        (
            "unknown",
            "Whether it arrived is seen in Panther's account alone. SNS counts deliveries in CloudWatch: "
            "NumberOfNotificationsDelivered of the topic, some minutes later.",
        )
    )
    return tuple(lines)
