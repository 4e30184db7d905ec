"""Makes the approved changes of who is subscribed to a topic: nothing is touched that was not on the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from panther_s3.arns import account_of, region_of
from panther_s3.aws.confirming import confirm
from panther_s3.aws.errors import aws_call
from panther_s3.aws.session import Aws
from panther_s3.aws.topic_records import Subscription
from panther_s3.aws.topics import Topics
from panther_s3.journal.changes import Change, ChangeKind
from panther_s3.journal.journal import Recording
from panther_s3.problems import Problem, ProblemKind
from panther_s3.subscription_plan import Act, ActKind, SubscriptionPlan, SubscriptionState, is_done, relevant

PROTOCOL = "sqs"
RAW, FILTER = "RawMessageDelivery", "FilterPolicy"
SETTINGS = {RAW: "false", FILTER: "{}"}
"""The settings that Panther needs; "{}" takes a filter away (AWS CLI reference, set-subscription-attributes)."""


def apply_subscription(
    aws: Aws, plan: SubscriptionPlan, *, sleep: Callable[[float], None] = time.sleep
) -> tuple[Subscription, ...]:
    """Make the changes of `plan`, see that SNS shows them, and return the subscriptions as they are then.

    Args:
        aws: who makes the changes.
        plan: what is to be done, as the operator approved it.
        sleep: waits between looks at what was done.

    Raises:
        Problem: of kind CONFLICT where the subscriptions are not any more what was shown: nothing was
            changed then. Of the kind of AWS's refusal: what was done before it stays, and is on record.
            Of kind UNEXPECTED where the changes were sent, but SNS does not show them.
    """
    topic = plan.topic_arn
    with aws.writes.named("Changing the topic's subscriptions"):
        found = _read(aws, plan)
        if _told(found) != _told(plan.shown):
            if all(is_done(act, found, plan.queue_arn) for act in plan.acts):
                return found
            raise Problem(
                f"The subscriptions of the topic {topic} have changed since they were shown here",
                remedy="Nothing was changed. Look again: what is to be done is planned anew, for what is there now.",
                kind=ProblemKind.CONFLICT,
            )
        settings: dict[str, dict[str, str]] = {}
        for act in plan.acts:
            if act.kind is ActKind.SUBSCRIBE:
                subscribe_queue(aws, plan)
            elif act.subscription is not None and act.kind is ActKind.UNSUBSCRIBE:
                unsubscribe_queue(aws, topic, act.subscription)
            elif act.subscription is not None:
                of_this = settings.setdefault(act.subscription.arn, _settings_of(act.subscription))
                set_for_panther(aws, topic, act.subscription, of_this, RAW if _is_raw(act) else FILTER)
        looked = [found]

        def differs() -> str:
            looked.append(_read(aws, plan))
            return "\n".join(act.text for act in plan.acts if not is_done(act, looked[-1], plan.queue_arn))

        if plan.acts:
            confirm(f"subscriptions of the topic {topic}", differs, sleep)
        return looked[-1]


def subscribe_queue(aws: Aws, plan: SubscriptionPlan) -> None:
    """Subscribe Panther's queue with raw delivery off; or once more, where its subscription is pending.

    Raises:
        Problem: AWS refused or did not answer.
    """
    topic, queue = plan.topic_arn, plan.queue_arn
    again = plan.state is SubscriptionState.PENDING
    subscription = {"protocol": PROTOCOL, "endpoint": queue}
    change = Change(
        ChangeKind.SUBSCRIPTION,
        f"subscription of {queue} to the topic {topic}",
        topic,
        region_of(topic),
        account_of(topic),
        before=subscription if again else None,
        after=subscription,
    )
    with _writing(aws, "Subscribing Panther's queue", f"subscribe {queue} to the topic {topic}", change) as recording:
        answer = aws.client("sns", region_of(topic)).subscribe(
            TopicArn=topic,
            Protocol=PROTOCOL,
            Endpoint=queue,
            # a subscription that is there already keeps its own: SNS refuses other ones ("Subscription already
            # exists with different attributes")
            Attributes={} if again else {RAW: SETTINGS[RAW]},
            ReturnSubscriptionArn=True,
        )
        recording.learn(subscription_arn=answer["SubscriptionArn"])


def set_for_panther(aws: Aws, topic: str, subscription: Subscription, settings: dict[str, str], attribute: str) -> None:
    """Give one setting of `subscription` the value that Panther needs, and put it into `settings`.

    Raises:
        Problem: AWS refused or did not answer.
    """
    before, after = dict(settings), {**settings, attribute: SETTINGS[attribute]}
    change = Change(
        ChangeKind.SUBSCRIPTION_SETTINGS,
        f"settings of the subscription of {subscription.endpoint} to the topic {topic}",
        subscription.arn,
        region_of(topic),
        account_of(topic),
        before,
        after,
        {"topic_arn": topic, "filter_scope": subscription.filter_scope},
    )
    doing = f"set {attribute} of the subscription {subscription.arn}"
    with _writing(aws, "Changing the subscription of Panther's queue", doing, change):
        aws.client("sns", region_of(topic)).set_subscription_attributes(
            SubscriptionArn=subscription.arn, AttributeName=attribute, AttributeValue=after[attribute]
        )
    settings.update(after)


def unsubscribe_queue(aws: Aws, topic: str, subscription: Subscription) -> None:
    """Take the subscription of a wrong queue away, once all that it takes to subscribe it again is on record.

    Raises:
        Problem: AWS refused or did not answer.
    """
    before = {
        "protocol": subscription.protocol,
        "endpoint": subscription.endpoint,
        "attributes": Topics(aws).read_subscription_attributes(subscription.arn),
    }
    change = Change(
        ChangeKind.UNSUBSCRIPTION,
        f"subscription of {subscription.endpoint} to the topic {topic}",
        subscription.arn,
        region_of(topic),
        account_of(topic),
        before,
        facts={"topic_arn": topic},
    )
    doing = f"take the subscription {subscription.arn} away"
    with _writing(aws, "Taking a subscription away", doing, change):
        aws.client("sns", region_of(topic)).unsubscribe(SubscriptionArn=subscription.arn)


@contextmanager
def _writing(aws: Aws, name: str, doing: str, change: Change) -> Iterator[Recording]:
    """Make a change that is written down before and after."""
    with aws.writes.named(name), aws.journal.recording(change) as recording, aws_call(doing, aws):
        yield recording


def _read(aws: Aws, plan: SubscriptionPlan) -> tuple[Subscription, ...]:
    return relevant(Topics(aws).read_subscriptions(plan.topic_arn, plan.queue_arn), plan.queue_arn)


def _told(subscriptions: Iterable[Subscription]) -> list[tuple[object, ...]]:
    """What was on the screen of each, in one order: SNS gives them in any."""
    return sorted(
        (each.arn, each.endpoint, each.pending, str(each.raw_delivery), each.filter_policy, each.filter_scope)
        for each in subscriptions
    )


def _settings_of(subscription: Subscription) -> dict[str, str]:
    """Both settings as they are, so that any change of them tells how both were."""
    return {RAW: "true" if subscription.raw_delivery else "false", FILTER: subscription.filter_policy or "{}"}


def _is_raw(act: Act) -> bool:
    return act.kind is ActKind.RAW_DELIVERY_OFF
