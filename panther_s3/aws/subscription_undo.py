"""Subscriptions taken away, set back or made again, as they were before a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from panther_s3.arns import region_of
from panther_s3.aws.errors import aws_call
from panther_s3.aws.session import Aws

TAKEN_OVER = ("RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "DeliveryPolicy", "RedrivePolicy")
"""What Subscribe takes of the attributes that a subscription had (SNS API reference, Subscribe)."""


def unsubscribe_made(aws: Aws, arn: str) -> None:
    """Take the subscription away.

    Raises:
        Problem: AWS refused or did not answer.
    """
    with aws.writes.named("Taking the subscription away"), aws_call(f"take the subscription {arn} away", aws):
        aws.client("sns", region_of(arn)).unsubscribe(SubscriptionArn=arn)


def set_former_attributes(aws: Aws, arn: str, attributes: Mapping[str, str]) -> None:
    """Give the subscription its former attributes.

    Raises:
        Problem: AWS refused or did not answer.
    """
    with aws.writes.named("Setting the subscription back"):
        for name, value in attributes.items():
            with aws_call(f"set {name} of the subscription {arn} back", aws):
                aws.client("sns", region_of(arn)).set_subscription_attributes(
                    SubscriptionArn=arn, AttributeName=name, AttributeValue=value
                )


def subscribe_former(aws: Aws, topic: str, former: Mapping[str, Any]) -> None:
    """Subscribe again what was subscribed before; its owner may have to confirm it once more.

    Raises:
        Problem: AWS refused or did not answer.
    """
    attributes = {name: value for name, value in former["attributes"].items() if name in TAKEN_OVER and value}
    endpoint = former["endpoint"]
    with aws.writes.named(f"Subscribing {endpoint} again"), aws_call(f"subscribe {endpoint} to {topic} again", aws):
        aws.client("sns", region_of(topic)).subscribe(
            TopicArn=topic, Protocol=former["protocol"], Endpoint=endpoint, Attributes=attributes
        )
