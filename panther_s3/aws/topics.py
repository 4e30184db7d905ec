"""SNS topics: their policy, their key, and who is subscribed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from panther_s3.arns import parse_arn, region_of
from panther_s3.aws.crew import Crew
from panther_s3.aws.errors import aws_call, unless_fatal
from panther_s3.aws.session import Aws
from panther_s3.aws.topic_records import Subscription, Topic, TopicList
from panther_s3.problems import Problem

PAGES = 10
"""How many pages of 100 topics or subscriptions are looked through; a topic may have millions."""
PENDING = ("PendingConfirmation", "pending confirmation")
"""What SNS gives for the ARN of a subscription that nobody confirmed yet (SNS API reference, "Subscribe")."""


class Topics:
    """Reads topics."""

    def __init__(self, aws: Aws, crew: Crew | None = None) -> None:
        """Read with the hands and within the time of `crew`, by default one of its own without a limit."""
        self._aws, self._crew = aws, crew or Crew()

    def read(self, arn: str) -> Topic | None:
        """Return the topic, or None where there is none.

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call(f"read the topic {arn}", self._aws):
            sns = self._aws.client("sns", region_of(arn) or None)
            try:
                attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
            except sns.exceptions.NotFoundException:
                return None
            return Topic(
                arn=attributes.get("TopicArn", arn),
                policy=json.loads(attributes.get("Policy") or "{}"),
                kms_key=attributes.get("KmsMasterKeyId", ""),
                fifo=attributes.get("FifoTopic", "") == "true",
            )

    def list_topics(self, region: str) -> TopicList:
        """Return the first thousand of the account's topics in `region`.

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call(f"list your topics in {region}", self._aws):
            pages = list(islice(self._aws.client("sns", region).get_paginator("list_topics").paginate(), PAGES))
        arns = tuple(topic["TopicArn"] for page in pages for topic in page.get("Topics", ()))
        return TopicList(arns, complete=not (pages and pages[-1].get("NextToken")))

    def read_several(self, arns: Iterable[str]) -> dict[str, Topic | Problem | None]:
        """Return each topic, read side by side, or the Problem that kept it from being read; None where it is gone.

        Raises:
            Problem: the credentials do not hold.
        """
        begun = {arn: self._crew.call(partial(self.read, arn)) for arn in arns}
        found: dict[str, Topic | Problem | None] = {}
        for arn, future in begun.items():
            try:
                with aws_call(f"read the topic {arn}", None):
                    found[arn] = self._crew.result(future)
            except Problem as problem:
                found[arn] = unless_fatal(problem)
        return found

    def _list_subscribed(self, arn: str) -> tuple[Subscription, ...]:
        """Return the subscriptions among the topic's first thousand, in SNS's order, without their attributes.

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call(f"list the subscriptions of the topic {arn}", self._aws):
            pages = self._aws.client("sns", region_of(arn) or None).get_paginator("list_subscriptions_by_topic")
            found = [entry for page in islice(pages.paginate(TopicArn=arn), PAGES) for entry in page["Subscriptions"]]
            return tuple(_subscription(entry) for entry in found)

    def read_subscriptions(self, arn: str, queue_arn: str) -> tuple[Subscription, ...]:
        """Return the topic's subscriptions; those of SQS queues that may be Panther's with their attributes.

        The attributes of the subscriptions of `queue_arn`, and of queues of the same account or name,
        are read side by side; what AWS refuses of them is told in the subscription.

        Raises:
            Problem: the list cannot be read, or the credentials do not hold.
        """
        with aws_call(f"list the subscriptions of the topic {arn}", None):
            listed = self._crew.result(self._crew.call(lambda: self._list_subscribed(arn)))
        readings = {
            entry: self._crew.call(partial(self._read_attributes, entry))
            for entry in listed
            if _may_be_for(entry, queue_arn)
        }
        found = []
        for entry in listed:
            if entry not in readings:
                found.append(entry)
                continue
            try:
                with aws_call(f"read the subscription {entry.arn}", None):
                    found.append(self._crew.result(readings[entry]))
            except Problem as problem:
                found.append(replace(entry, unread=unless_fatal(problem)))
        return tuple(found)

    def read_subscription_attributes(self, arn: str) -> dict[str, str]:
        """Return what GetSubscriptionAttributes says of the subscription `arn`.

        Raises:
            Problem: AWS has no such subscription, or refuses to tell.
        """
        with aws_call(f"read the subscription {arn}", self._aws):
            sns = self._aws.client("sns", region_of(arn) or None)
            return dict(sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"])

    def _read_attributes(self, entry: Subscription) -> Subscription:
        attributes = self.read_subscription_attributes(entry.arn)
        return replace(
            entry,
            pending=attributes.get("PendingConfirmation", "") == "true",
            raw_delivery=attributes.get("RawMessageDelivery", "false") == "true",
            filter_policy=attributes.get("FilterPolicy", ""),
            filter_scope=attributes.get("FilterPolicyScope") or "MessageAttributes",
        )


def _subscription(entry: Mapping[str, Any]) -> Subscription:
    arn = entry.get("SubscriptionArn", "")
    pending = arn in PENDING
    return Subscription("" if pending else arn, entry.get("Protocol", ""), entry.get("Endpoint", ""), pending)


def _may_be_for(entry: Subscription, queue_arn: str) -> bool:
    """Tell whether the attributes of `entry` matter: that of a deleted subscription is no ARN ("Deleted")."""
    endpoint, queue = parse_arn(entry.endpoint), parse_arn(queue_arn)
    if entry.protocol != "sqs" or endpoint is None or queue is None or parse_arn(entry.arn) is None:
        return False
    return endpoint.account == queue.account or endpoint.resource == queue.resource
