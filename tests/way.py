"""A bucket, its topics and its rules of a test's own, for the way of a notification."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from textual.pilot import Pilot
from textual.widgets import Button

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.session import Aws
from panther_s3.demo import cast
from panther_s3.panther import PantherDeployment
from panther_s3.policies import s3_publish_statement, subscribe_statement
from panther_s3.source import PrefixLogTypes, S3Source
from screens.parts.link_row import LinkRow
from tests.buckets import make_bucket
from tests.host import HostApp, settle

REGION = "us-west-2"
PANTHER = PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION)
QUEUE = PANTHER.queue_arn
IDENTITY = CallerIdentity(cast.CUSTOMER_ACCOUNT, f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:user/operator", "acme-logging")
SIZE = (80, 24)


@dataclass
class Place:
    """A bucket of its own, in the embedded AWS that `aws` talks to."""

    aws: Aws
    answers: Answers

    @classmethod
    def made(cls, aws: Aws, *prefixes: str, name: str = "") -> Place:
        """Make a bucket; its source has `prefixes`, by default the whole bucket."""
        bucket = name or f"way-{uuid4().hex[:12]}"
        make_bucket(aws.client("s3", REGION), bucket)
        rows = tuple(PrefixLogTypes(prefix, ("AWS.CloudTrail",)) for prefix in prefixes or ("",))
        source = S3Source(bucket, cast.CUSTOMER_ACCOUNT, bucket, prefix_log_types=rows)
        return cls(aws, Answers(None, REGION, IDENTITY, PANTHER, source=source, bucket_region=REGION))

    @property
    def bucket(self) -> str:
        return self.answers.source.bucket_name

    @property
    def topic(self) -> str:
        """The topic that the source names."""
        return self.answers.topic_arn

    def with_topic(self, *, policy: bool = True, queue: str = QUEUE, name: str = "", **settings: str) -> Place:
        """Make a topic that the source names; `policy` lets S3 and Panther in, "" for `queue` subscribes none."""
        sns = self.aws.client("sns", REGION)
        arn = sns.create_topic(Name=name or f"way-{uuid4().hex[:12]}")["TopicArn"]
        if policy:
            statements = [s3_publish_statement(arn, self.answers.source, self.answers.partition),
                          subscribe_statement(arn, PANTHER)]  # fmt: skip
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        else:
            document = json.dumps({"Version": "2012-10-17", "Statement": []})
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=document)
        if queue:
            sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue, Attributes=settings)
        return replace(self, answers=self.answers.with_source(topic_arn=arn))

    def told(self, prefix: str = "") -> Place:
        """Let the bucket tell the topic of what is new under `prefix`."""
        self.put({"TopicConfigurations": [rule("ours", "TopicArn", self.topic, prefix)]})
        return self

    def put(self, configuration: dict[str, Any]) -> None:
        """Give the bucket these notifications, as somebody else would."""
        self.aws.client("s3", REGION).put_bucket_notification_configuration(
            Bucket=self.bucket,
            NotificationConfiguration=configuration,  # type: ignore[arg-type]
            SkipDestinationValidation=True,
        )

    def rules(self) -> dict[str, Any]:
        """What the bucket has."""
        found: Any = self.aws.client("s3", REGION).get_bucket_notification_configuration(Bucket=self.bucket)
        return {kind: rules for kind, rules in found.items() if kind != "ResponseMetadata"}

    def keys(self) -> list[str]:
        """The objects that are in the bucket."""
        found = self.aws.client("s3", REGION).list_objects_v2(Bucket=self.bucket)
        return [each["Key"] for each in found.get("Contents", ())]

    def subscriptions(self) -> list[str]:
        """Who is subscribed to the topic."""
        found = self.aws.client("sns", REGION).list_subscriptions_by_topic(TopicArn=self.topic)
        return [each["Endpoint"] for each in found["Subscriptions"]]


def rule(name: str, kind: str, destination: str, prefix: str = "") -> dict[str, Any]:
    """Return a rule on every creation under `prefix`."""
    filters = {"Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}}} if prefix else {}
    return {"Id": name, kind: destination, "Events": ["s3:ObjectCreated:*"], **filters}


def pending(operation: str, answer: bytes) -> bytes:
    """Let Panther's subscription be pending, which the emulator never leaves it."""
    if operation in ("ListSubscriptionsByTopic", "Subscribe"):
        start = answer.find(b"<SubscriptionArn>")
        end = answer.find(b"</SubscriptionArn>")
        word = b"PendingConfirmation" if operation.startswith("List") else b"pending confirmation"
        if start >= 0:
            return answer[: start + 17] + word + answer[end:]
    return answer


def labels(app: HostApp) -> list[str]:
    """What the buttons say that can be pressed, from left to right."""
    return [str(button.label) for button in app.screen.query(Button) if button.display and not button.disabled]


def standings(app: HostApp) -> list[str]:
    """How the links stand, in their order."""
    return [row.link.standing.value for row in app.screen.query(LinkRow)]


def in_sight(app: HostApp) -> None:
    """Assert that every button of the top screen's bars is wholly in the window."""
    for bar in app.screen.query(".dialog-actions, #actions"):
        for button in bar.query(Button):
            if button.display:
                assert app.screen.region.contains_region(button.region), (button, button.region)
                assert button.region.width >= len(str(button.label)), button
                assert button.region.height == 1, button


async def press(pilot: Pilot[Any], selector: str) -> None:
    """Press a button that is in sight."""
    assert await pilot.click(selector), selector
    await settle(pilot)
    await settle(pilot)
