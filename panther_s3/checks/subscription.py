"""The check of the subscription: that Panther's queue gets what the topic is told, whole and in SNS's envelope."""

from __future__ import annotations

import json

from panther_s3.answers import Answers
from panther_s3.arns import account_of, parse_arn
from panther_s3.aws.topic_records import Subscription
from panther_s3.checks.readings import Readings
from panther_s3.checks.result import CheckId, CheckResult, Status, skipped, unanswered, unread, worst
from panther_s3.checks.statements import as_list
from panther_s3.checks.topic import TOPIC
from panther_s3.handwork.steps import aws_command, bucket_region
from panther_s3.panther import INPUT_QUEUE
from panther_s3.problems import Problem

SUBSCRIPTION = CheckId.NOTIFICATIONS_SUBSCRIPTION
NO_FILTER = ("", "{}")
"""A filter policy that is none: "{}" takes one away (AWS CLI reference, set-subscription-attributes)."""


def check_subscription(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `notifications.subscription`."""
    if answers.source.panther_managed_bucket_notifications_enabled:
        return CheckResult(SUBSCRIPTION, Status.PASS, detail="Panther subscribes its queue to its topic itself.")
    if isinstance(readings.topic, Problem):
        return unread(SUBSCRIPTION, readings.topic)
    if readings.topic is None:
        return skipped(SUBSCRIPTION, TOPIC, "There is no topic to look at.")
    subscriptions = readings.subscriptions
    if isinstance(subscriptions, Problem):
        return unread(SUBSCRIPTION, subscriptions)
    if subscriptions is None:
        return unanswered(SUBSCRIPTION, "The topic's subscriptions")
    ours = [each for each in subscriptions if is_panthers(each, answers.panther.queue_arn)]
    if not ours:
        return _not_there(readings.topic.arn, answers, subscriptions)
    judged = [_judge(each, readings.topic.arn, answers) for each in ours]
    good = next((each for each in judged if each.status is Status.PASS), None)
    return good or worst(judged)


def is_panthers(subscription: Subscription, queue_arn: str) -> bool:
    """Tell whether it is one of Panther's queue, `queue_arn`."""
    return subscription.protocol == "sqs" and subscription.endpoint == queue_arn


def is_of_wrong_queue(subscription: Subscription, queue_arn: str) -> bool:
    """Tell whether its queue was perhaps meant to be Panther's `queue_arn`: it is of the same account or name."""
    arn = parse_arn(subscription.endpoint)
    if subscription.protocol != "sqs" or arn is None or subscription.endpoint == queue_arn:
        return False
    return arn.resource == INPUT_QUEUE or arn.account == account_of(queue_arn)


def holds_up_for_sure(subscription: Subscription) -> bool:
    """Tell whether its filter holds S3's messages up for sure: they have no attributes, and it wants one.

    Only {"exists": false} is met by an attribute that is not there (SNS developer guide, "Key matching").
    """
    if subscription.filter_scope == "MessageBody":
        return False
    try:
        wanted = json.loads(subscription.filter_policy)
    except ValueError:
        return False
    if not isinstance(wanted, dict) or "$or" in wanted:
        return False
    return any({"exists": False} not in as_list(values) for values in wanted.values())


def _judge(subscription: Subscription, topic: str, answers: Answers) -> CheckResult:
    """What one subscription of Panther's queue comes to."""
    evidence = {"document": f"subscriptions of {topic}", "statement": subscription.arn or "pending", "request": {}}
    if subscription.pending:
        return CheckResult(
            SUBSCRIPTION, Status.FAIL, "pending",
            f"The subscription is not confirmed. Panther confirms it only once it has a source for account "
            f"{answers.source.aws_account_id}: before, the request does not even reach its queue.",
            f"{answers.confirming.removesuffix('.')}:\n{_subscribe(topic, answers)}", evidence,
        )  # fmt: skip
    if subscription.unread is not None:
        return unread(SUBSCRIPTION, subscription.unread)
    if subscription.raw_delivery:
        return CheckResult(
            SUBSCRIPTION, Status.FAIL, "raw_delivery",
            "Raw message delivery is on: Panther cannot read messages without SNS's envelope.",
            _set(subscription, answers, "RawMessageDelivery", "false"), evidence,
        )  # fmt: skip
    if subscription.filter_policy not in NO_FILTER:
        remedy = _set(subscription, answers, "FilterPolicy", "{}")
        told = f"The subscription has a filter policy, {subscription.filter_policy}"
        if holds_up_for_sure(subscription):
            detail = f"{told}: messages of S3 have no attributes to pass it by."
            return CheckResult(SUBSCRIPTION, Status.FAIL, "filter_policy", detail, remedy, evidence)
        detail = f"{told}: whether S3's messages pass it cannot be told from here."
        return CheckResult(
            SUBSCRIPTION, Status.UNKNOWN, "cannot_judge", detail, f"See that they do, or:\n{remedy}", evidence
        )
    detail = f"{answers.panther.queue_arn} is subscribed."
    return CheckResult(SUBSCRIPTION, Status.PASS, detail=detail, evidence=evidence)


def _not_there(topic: str, answers: Answers, subscriptions: tuple[Subscription, ...]) -> CheckResult:
    """Panther's queue is not subscribed; perhaps another one is in its place."""
    queue, evidence = (
        answers.panther.queue_arn,
        {"document": f"subscriptions of {topic}", "statement": "", "request": {}},
    )
    command = _subscribe(topic, answers)
    for each in subscriptions:
        if is_of_wrong_queue(each, queue):
            return CheckResult(
                SUBSCRIPTION, Status.FAIL, "wrong_queue",
                f"{each.endpoint} is subscribed; Panther's queue is {queue}.",
                f"Subscribe Panther's queue, and take the other subscription away:\n{command}",
                {**evidence, "statement": each.arn or "pending"},
            )  # fmt: skip
    detail = f"Panther's queue {queue} is not subscribed to the topic."
    return CheckResult(SUBSCRIPTION, Status.FAIL, "missing", detail, command, evidence)


def _subscribe(topic: str, answers: Answers) -> str:
    words = ("sns", "subscribe", "--topic-arn", topic, "--protocol", "sqs")
    return aws_command(answers, bucket_region(answers), *words, "--notification-endpoint", answers.panther.queue_arn)


def _set(subscription: Subscription, answers: Answers, attribute: str, value: str) -> str:
    words = ("sns", "set-subscription-attributes", "--subscription-arn", subscription.arn)
    return aws_command(
        answers, bucket_region(answers), *words, "--attribute-name", attribute, "--attribute-value", value
    )
