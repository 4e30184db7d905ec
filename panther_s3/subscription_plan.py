"""What is to be done so that Panther's queue gets whole messages of a topic, planned before anything is sent."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace

from panther_s3.answers import Answers
from panther_s3.aws.topic_records import Subscription
from panther_s3.checks.subscription import NO_FILTER, holds_up_for_sure, is_of_wrong_queue, is_panthers

DELETED = "Deleted"
"""What SNS gives for the ARN of a subscription that was taken away a short while ago."""
EXPIRY = "48 hours"
"""After which SNS takes an unconfirmed subscription away (AWS, "What's New", 10 May 2023; three days before that)."""


class SubscriptionState(enum.Enum):
    """How Panther's queue stands to the topic."""

    FOUND = "found"
    FAULTY = "subscribed, but messages do not get there as Panther reads them"
    PENDING = "waits to be confirmed"
    UNREAD = "subscribed, but how may not be read"
    MISSING = "not subscribed"


class ActKind(enum.Enum):
    """One sort of change."""

    SUBSCRIBE = "subscribe"
    RAW_DELIVERY_OFF = "turn raw delivery off"
    FILTER_OFF = "take the filter policy away"
    UNSUBSCRIBE = "take a subscription away"


@dataclass(frozen=True)
class Act:
    """One change, as it is shown before it is made."""

    kind: ActKind
    text: str
    subscription: Subscription | None = None
    """What is changed; None where Panther's queue is not subscribed."""
    optional: bool = False
    """Whether the change may not be wanted: it is asked for apart."""


@dataclass(frozen=True)
class SubscriptionPlan:
    """What will be done, and on what it rests."""

    topic_arn: str
    queue_arn: str
    state: SubscriptionState
    shown: tuple[Subscription, ...]
    """The subscriptions of Panther's queue, and of queues that were perhaps meant to be it, as they were read."""
    acts: tuple[Act, ...] = ()
    explanation: str = ""
    """How it stands, in words."""
    confirming: str = ""
    """What gets a subscription confirmed that is pending."""

    def leaving_out(self, *acts: Act) -> SubscriptionPlan:
        """Return the plan without `acts`."""
        return replace(self, acts=tuple(act for act in self.acts if act not in acts))

    @property
    def needed(self) -> SubscriptionPlan:
        """The plan without what is optional."""
        return self.leaving_out(*(act for act in self.acts if act.optional))


def plan_subscription(
    topic_arn: str, subscriptions: Iterable[Subscription], answers: Answers, *, again: bool = False
) -> SubscriptionPlan:
    """Return what is to be done; nothing where Panther's queue is subscribed, confirmed, not raw and without a filter.

    Args:
        topic_arn: the topic.
        subscriptions: those of the topic, as `Topics.read_subscriptions` gives them.
        answers: the operator's answers.
        again: whether to subscribe once more where the subscription is pending, which asks Panther anew.
    """
    queue = answers.panther.queue_arn
    shown = relevant(subscriptions, queue)
    ours = tuple(each for each in shown if is_panthers(each, queue))
    state = _state(ours)
    acts: list[Act] = []
    if state is SubscriptionState.MISSING or (state is SubscriptionState.PENDING and again):
        acts.append(Act(ActKind.SUBSCRIBE, _subscribing(state, queue), ours[0] if ours else None))
    if state is SubscriptionState.FAULTY:
        acts += [act for each in ours for act in _mending(each)]
    acts += [_unsubscribing(each) for each in shown if each not in ours and not each.pending]
    explanation = " ".join(_explained(state, ours, answers) + _pending_elsewhere(shown, ours))
    return SubscriptionPlan(topic_arn, queue, state, shown, tuple(acts), explanation, answers.confirming)


def relevant(subscriptions: Iterable[Subscription], queue_arn: str) -> tuple[Subscription, ...]:
    """Return the subscriptions of Panther's queue, and of queues that were perhaps meant to be it."""
    return tuple(
        each
        for each in subscriptions
        if each.arn != DELETED and (is_panthers(each, queue_arn) or is_of_wrong_queue(each, queue_arn))
    )


def is_done(act: Act, subscriptions: Iterable[Subscription], queue_arn: str) -> bool:
    """Tell whether `subscriptions` show what `act` leads to."""
    if act.kind is ActKind.SUBSCRIBE:
        return any(is_panthers(each, queue_arn) for each in subscriptions)
    arn = act.subscription.arn if act.subscription else ""
    same = [each for each in subscriptions if each.arn == arn]
    if act.kind is ActKind.UNSUBSCRIBE:
        return not same
    if act.kind is ActKind.RAW_DELIVERY_OFF:
        return any(each.raw_delivery is False for each in same)
    return any(_is_read(each) and each.filter_policy in NO_FILTER for each in same)


def _state(ours: tuple[Subscription, ...]) -> SubscriptionState:
    confirmed = [each for each in ours if not each.pending]
    if any(_is_good(each) for each in confirmed):
        return SubscriptionState.FOUND
    if any(_is_read(each) for each in confirmed):
        return SubscriptionState.FAULTY
    if confirmed:
        return SubscriptionState.UNREAD
    return SubscriptionState.PENDING if ours else SubscriptionState.MISSING


def _is_read(subscription: Subscription) -> bool:
    return subscription.unread is None and subscription.raw_delivery is not None


def _is_good(subscription: Subscription) -> bool:
    return subscription.raw_delivery is False and subscription.filter_policy in NO_FILTER


def _subscribing(state: SubscriptionState, queue: str) -> str:
    if state is SubscriptionState.PENDING:
        return f"Subscribes {queue} once more, which sends Panther the request to confirm anew."
    return f"Subscribes {queue}, with raw message delivery off."


def _mending(subscription: Subscription) -> list[Act]:
    """What mends a confirmed subscription of Panther's queue."""
    acts = []
    if subscription.raw_delivery:
        text = "Turns raw message delivery off: Panther cannot read messages without SNS's envelope."
        acts.append(Act(ActKind.RAW_DELIVERY_OFF, text, subscription))
    if not subscription.pending and subscription.filter_policy not in NO_FILTER:
        sure = holds_up_for_sure(subscription)
        why = (
            "messages of S3 have no attributes to pass it by"
            if sure
            else "whether messages of S3 pass it cannot be told from here"
        )
        text = f"Takes the filter policy {subscription.filter_policy} away: {why}. It may take 15 minutes to act."
        acts.append(Act(ActKind.FILTER_OFF, text, subscription, optional=not sure))
    return acts


def _unsubscribing(subscription: Subscription) -> Act:
    text = (
        f"Takes the subscription of {subscription.endpoint} away. Leave it if another Panther deployment uses it: "
        "subscribed again, it would have to be confirmed there once more."
    )
    return Act(ActKind.UNSUBSCRIBE, text, subscription, optional=True)


def _explained(state: SubscriptionState, ours: tuple[Subscription, ...], answers: Answers) -> list[str]:
    queue, account = answers.panther.queue_arn, answers.source.aws_account_id
    if state is SubscriptionState.FOUND:
        return [f"{queue} is subscribed."]
    if state is SubscriptionState.PENDING:
        return [
            f"The subscription waits to be confirmed by Panther, which hears of it only once it has a source for "
            f"account {account}: before, its queue takes no messages of that account's topics.",
            answers.confirming,
            f"SNS takes an unconfirmed subscription away after {EXPIRY}; until then it cannot be taken away.",
        ]
    if state is SubscriptionState.MISSING:
        return [
            f"{queue} is not subscribed to the topic.",
            f"The subscription is pending until Panther confirms it, which it does once it has a source for "
            f"account {account}.",
        ]
    if state is SubscriptionState.UNREAD:
        refused = [f"{each.unread.title}." for each in ours if each.unread is not None]
        return [f"{queue} is subscribed, but whether messages get there whole is not known.", *refused[:1]]
    return [f"{queue} is subscribed, but messages do not get there as Panther reads them."]


def _pending_elsewhere(shown: tuple[Subscription, ...], ours: tuple[Subscription, ...]) -> list[str]:
    return [
        f"The subscription of {each.endpoint}, which is no queue of this deployment, is pending: "
        f"SNS takes it away after {EXPIRY}."
        for each in shown
        if each not in ours and each.pending
    ]
