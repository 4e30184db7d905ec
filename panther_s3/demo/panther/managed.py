"""Managed bucket notifications: what Panther sets up itself (panther-labs/panther, managed_bucket_notifications.go)."""

from __future__ import annotations

import json
import queue
import uuid
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from panther_s3.access import evaluate
from panther_s3.answers import Answers
from panther_s3.aws.roles import Role, Roles
from panther_s3.checks.requests import Request, bucket_action, topic_action
from panther_s3.demo.panther.accounts import Accounts
from panther_s3.demo.panther.input_queue import Home
from panther_s3.demo.panther.sources import Source, Sources
from panther_s3.notifications import EVENTS, first_overlap, reduced_prefixes
from panther_s3.panther import DEFAULT_TOPIC, PantherDeployment

MANAGED_ID = "panther-managed-"
"""How the names of Panther's own rules begin."""
ON_BUCKET = ("s3:GetBucketLocation", "s3:GetBucketNotification", "s3:PutBucketNotification")
ON_TOPIC = ("sns:CreateTopic", "sns:SetTopicAttributes", "sns:Subscribe")
WAIT_SECONDS = 0.2


class _Place(NamedTuple):
    """Where a source's bucket and topic are."""

    source: Source
    region: str
    topic_arn: str


class ManagedNotifications:
    """Sets up topic, subscription and rules of sources that want it; failures are silent, as Panther's saving is.

    It acts only where the source's role would let Panther act. A subscription needs no confirming:
    the emulator confirms one across accounts by itself, at once.
    """

    def __init__(self, accounts: Accounts, home: Home, sources: Sources) -> None:
        self._accounts, self._home, self._sources = accounts, home, sources
        self._due: queue.SimpleQueue[Source] = queue.SimpleQueue()

    def note(self, source: Source, before: Source | None) -> None:
        """Let what `source`, as it is now, wants be done by the next round."""
        if source.draft.managed or (before is not None and before.draft.managed):
            self._due.put(source)

    def round(self) -> float:
        """Do what is due."""
        with suppress(queue.Empty):
            self._set_up(self._due.get(timeout=WAIT_SECONDS))
        return 0.0

    def _set_up(self, source: Source) -> None:
        """Bring the bucket's notifications in line with the sources that are left."""
        region = self._accounts.region_of(source.draft.bucket, source.draft.account)
        answers = Answers(
            region=region,
            bucket_region=region,
            panther=PantherDeployment(self._home.account, self._home.region),
            source=replace(source.as_onboarded(), topic_arn=""),
        )
        place = _Place(source, region, answers.topic_arn)
        prefixes = self._prefixes(source.draft.bucket)
        if not self._may(place, answers, topic=bool(prefixes)):
            return
        if prefixes:
            self._make_topic(place, answers)
        self._put_rules(place, prefixes)

    def _prefixes(self, bucket: str) -> tuple[str, ...]:
        """Those of all sources of the bucket, if one of them is managed, reduced so that none covers another."""
        of_bucket = [each for each in self._sources.all() if each.draft.bucket == bucket]
        if not any(each.draft.managed for each in of_bucket):
            return ()
        return reduced_prefixes(prefix for each in of_bucket for prefix in each.draft.prefixes)

    def _may(self, place: _Place, answers: Answers, *, topic: bool) -> bool:
        """Whether the source's role exists, and lets Panther do all that it is about to do."""
        draft = place.source.draft
        name = draft.role.rsplit("/", 1)[-1]
        role = Roles(self._accounts.gateway(draft.account, place.region)).find(name)
        if role is None or role.arn != draft.role:
            return False
        requests = [bucket_action(role, answers, action) for action in ON_BUCKET]
        if topic:
            requests += [topic_action(role, action, place.topic_arn) for action in ON_TOPIC]
        policy = self._bucket_policy(place)
        return all(_allowed(role, request, policy) for request in requests)

    def _bucket_policy(self, place: _Place) -> Any:
        s3 = self._accounts.enter("s3", place.source.draft.account, place.region)
        try:
            return json.loads(s3.get_bucket_policy(Bucket=place.source.draft.bucket)["Policy"])
        except s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchBucketPolicy":
                raise
            return None

    def _make_topic(self, place: _Place, answers: Answers) -> None:
        """Make the topic, give it the policy of Panther's template in place of any other, and subscribe the queue."""
        sns = self._accounts.enter("sns", place.source.draft.account, place.region)
        arn = sns.create_topic(Name=DEFAULT_TOPIC)["TopicArn"]
        statements = [
            _publish("AllowS3EventNotifications", "s3.amazonaws.com", arn),
            _publish("AllowCloudTrailNotification", "cloudtrail.amazonaws.com", arn),
            {
                "Sid": "AllowSubscriptionToPanther",
                "Effect": "Allow",
                "Principal": {"AWS": answers.panther.root_arn},
                "Action": "sns:Subscribe",
                "Resource": arn,
            },
        ]
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=self._home.queue_arn)

    def _put_rules(self, place: _Place, prefixes: tuple[str, ...]) -> None:
        """Add and take away Panther's own rules, and put all else back as it was; what S3 would refuse is left."""
        bucket, owner = place.source.draft.bucket, place.source.draft.account
        s3 = self._accounts.enter("s3", owner, place.region)
        before = s3.get_bucket_notification_configuration(Bucket=bucket, ExpectedBucketOwner=owner)
        before.pop("ResponseMetadata", None)
        rules = before.get("TopicConfigurations", [])
        ours = [rule for rule in rules if rule["Id"].startswith(MANAGED_ID)]
        kept = [rule for rule in ours if _prefix_of(rule) in prefixes]
        told = {_prefix_of(rule) for rule in kept}
        added = [_rule(prefix, place.topic_arn) for prefix in prefixes if prefix not in told]
        if not added and len(kept) == len(ours):
            return
        after = dict(before)
        after["TopicConfigurations"] = [rule for rule in rules if rule not in ours] + kept + added
        if added and first_overlap(after) is not None:
            return  # the emulator would take it; S3 refuses: "Configurations overlap"
        s3.put_bucket_notification_configuration(
            Bucket=bucket,
            NotificationConfiguration=after,
            ExpectedBucketOwner=owner,
            SkipDestinationValidation=True,  # the emulator knows no function or queue that others are told by
        )


def _allowed(role: Role, request: Request, bucket_policy: Any) -> bool:
    """Whether the role's policies, within its boundary, allow the request."""
    on_bucket = request.action.startswith("s3:")
    return (
        evaluate(
            request.as_mapping(),
            identity_policies=[policy.document for policy in role.policies],
            permissions_boundary=role.boundary if isinstance(role.boundary, dict) else None,
            resource_policy=bucket_policy if on_bucket else None,
            resource_policy_type="bucket" if on_bucket else None,
        ).verdict
        == "allow"
    )


def _publish(sid: str, service: str, topic_arn: str) -> dict[str, Any]:
    """The statement that lets a service publish; Panther's template asks it for no source."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sns:Publish",
        "Resource": topic_arn,
    }


def _rule(prefix: str, topic_arn: str) -> dict[str, Any]:
    """A rule of Panther's; the prefix stands in it as it is."""
    return {
        "Id": f"{MANAGED_ID}{uuid.uuid4()}",
        "TopicArn": topic_arn,
        "Events": [EVENTS],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}},
    }


def _prefix_of(rule: dict[str, Any]) -> str | None:
    """The prefix that a rule filters by; None where it has none."""
    filters = rule.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return next((each["Value"] for each in filters if each["Name"].lower() == "prefix"), None)
