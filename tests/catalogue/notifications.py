"""Buckets that do not tell of new objects, topics that do not pass it on."""

from __future__ import annotations

import copy
from dataclasses import replace

from panther_s3.aws.topic_records import Subscription
from panther_s3.checks.result import Status
from tests.catalogue.entries import wrong
from tests.catalogue.scene import (
    ACCOUNT,
    OTHER_ACCOUNT,
    PANTHER_ACCOUNT,
    Scene,
    allow,
    deny,
    not_found,
    policy,
    refused,
    throttled,
    without,
)

TOPIC_ROWS = ("notifications.topic_policy", "notifications.topic_encryption", "notifications.subscription")


def _filter(scene: Scene, prefix: str, suffix: str = "", place: int = 0) -> None:
    rules = [{"Name": "Prefix", "Value": prefix}, {"Name": "Suffix", "Value": suffix}]
    scene.rules[place]["Filter"]["Key"]["FilterRules"] = [rule for rule in rules if rule["Value"] or suffix == ""]


@wrong("notifications.bucket", "missing", seeded=True, mended=True)
def no_notifications(scene: Scene) -> None:
    """Panther waits for messages and gets none."""
    scene.notifications = {}


@wrong("notifications.bucket", "missing", seeded=True)
def notifications_to_another_topic(scene: Scene) -> None:
    """A rule there is, but for somebody else's topic."""
    scene.rules[0]["TopicArn"] = f"arn:aws:sns:{scene.region}:{ACCOUNT}:audit"


@wrong("notifications.bucket", "missing", seeded=True, mended=True)
def notifications_to_event_bridge_only(scene: Scene) -> None:
    """EventBridge tells no topic by itself."""
    scene.notifications = {"EventBridgeConfiguration": {}}


@wrong("notifications.bucket", "missing", seeded=True, mended=True)
def notifications_of_deletions_only(scene: Scene) -> None:
    """Of new objects nothing is told."""
    scene.rules[0]["Events"] = ["s3:ObjectRemoved:*"]


@wrong("notifications.bucket", "missing", mended=True)
def managed_notifications_without_permission(scene: Scene) -> None:
    """Panther is to set the rules up, and its role may not."""
    scene.managed()
    statements = scene.policies["ReadData"]["Statement"]
    scene.policies["ReadData"]["Statement"] = without(statements, "ManageBucketNotifications")


@wrong("notifications.topic", "missing", mended=True)
def managed_topic_without_permission(scene: Scene) -> None:
    """Panther is to make the topic, and its role may not."""
    scene.managed()
    scene.policies["ReadData"]["Statement"] = without(scene.policies["ReadData"]["Statement"], "ManagePantherTopic")


@wrong("notifications.bucket", "prefix_not_covered")
def managed_notifications_beside_those_of_others(scene: Scene) -> None:
    """S3 refuses overlapping rules for the same events (S3 user guide)."""
    scene.managed()
    queue = f"arn:aws:sqs:{scene.region}:{ACCOUNT}:audit"
    scene.notifications = {
        "QueueConfigurations": [{"Id": "audit", "QueueArn": queue, "Events": ["s3:ObjectCreated:Put"]}]
    }


@wrong("notifications.bucket", "prefix_not_covered", seeded=True, mended=True)
def rule_of_another_prefix(scene: Scene) -> None:
    """The rule is about other objects."""
    _filter(scene, "app/")


@wrong("notifications.bucket", "prefix_not_covered", seeded=True, mended=True)
def rule_of_a_narrower_prefix(scene: Scene) -> None:
    """A part of the source's objects is told of."""
    _filter(scene, f"AWSLogs/{ACCOUNT}/")


@wrong("notifications.bucket", "prefix_not_covered", seeded=True, mended=True)
def rules_for_one_of_two_prefixes(scene: Scene) -> None:
    """A prefix was added to the source, and no rule to the bucket."""
    scene.prefixes("AWSLogs/", "app/")
    del scene.rules[1]


@wrong("notifications.bucket", "prefix_not_covered", seeded=True, mended=True)
def rule_with_a_filter_as_one_would_write_it(scene: Scene) -> None:
    """S3 compares filters with encoded keys: dt=1/ has to be written dt%3D1/ (S3 user guide)."""
    scene.prefixes("dt=1/")
    _filter(scene, "dt=1/")


@wrong("notifications.bucket", "prefix_not_covered", seeded=True, mended=True)
def rule_with_a_wildcard(scene: Scene) -> None:
    """A filter takes no wildcard (S3 user guide)."""
    _filter(scene, "AWSLogs/*")


@wrong("notifications.bucket", "events_not_covered", seeded=True, mended=True)
def rule_of_put_only(scene: Scene) -> None:
    """Large objects come by a multipart upload."""
    scene.rules[0]["Events"] = ["s3:ObjectCreated:Put"]


@wrong("notifications.bucket", "events_not_covered", seeded=True, mended=True)
def rules_of_which_one_has_a_suffix(scene: Scene) -> None:
    """A .gz by a multipart upload is told of by neither rule."""
    _two_rules(scene, "", ".csv")


@wrong("notifications.bucket", "events_not_covered", seeded=True, mended=True)
def rules_of_different_suffixes(scene: Scene) -> None:
    """The objects seen end like those of the rule for Put alone."""
    _two_rules(scene, ".gz", ".csv")


@wrong("notifications.bucket", "events_not_covered", seeded=True, mended=True)
def rules_of_which_one_has_a_suffix_before_there_are_objects(scene: Scene) -> None:
    """Nothing tells that the objects to come will end so."""
    _two_rules(scene, "", ".csv")
    scene.objects = ()


@wrong("notifications.bucket", "suffix_filter", seeded=True, mended=True, status=Status.WARN)
def rules_of_which_one_has_the_suffix_of_all_objects(scene: Scene) -> None:
    """Every object seen ends so, in whichever way it came."""
    _two_rules(scene, "", ".gz")


def _two_rules(scene: Scene, of_put: str, of_others: str) -> None:
    """Have one rule for Put, and one for the other ways in which objects come, each with a suffix."""
    ways = ("Post", "Copy", "CompleteMultipartUpload")
    scene.rules.append({**copy.deepcopy(scene.rules[0]), "Id": "others"})
    scene.rules[0]["Events"] = ["s3:ObjectCreated:Put"]
    scene.rules[1]["Events"] = [f"s3:ObjectCreated:{way}" for way in ways]
    _filter(scene, "AWSLogs/", of_put)
    _filter(scene, "AWSLogs/", of_others, place=1)


@wrong("notifications.bucket", "suffix_filter", seeded=True, mended=True)
def rule_of_another_suffix(scene: Scene) -> None:
    """The objects seen end otherwise."""
    _filter(scene, "AWSLogs/", ".csv")


@wrong("notifications.bucket", "not_readable")
def notifications_that_are_not_told(scene: Scene) -> None:
    """s3:GetBucketNotification is not allowed to the operator."""
    scene.notifications = refused("s3:GetBucketNotification")


@wrong("notifications.bucket", "not_answered")
def notifications_that_are_not_told_in_time(scene: Scene) -> None:
    """S3 says SlowDown."""
    scene.notifications = throttled()


@wrong("notifications.topic", "missing", seeded=True)
def no_topic(scene: Scene) -> None:
    """The topic was deleted; the bucket's rule still names it."""
    scene.topic = False


@wrong("notifications.topic", "other_region")
def topic_in_another_region(scene: Scene) -> None:
    """S3 notifies topics of the bucket's region."""
    _move_topic(scene, scene.topic_arn.replace(scene.region, "eu-west-1"))


@wrong("notifications.topic", "other_account")
def topic_of_another_account(scene: Scene) -> None:
    """Panther takes messages of topics in the source's own account."""
    _move_topic(scene, scene.topic_arn.replace(ACCOUNT, OTHER_ACCOUNT))


@wrong("notifications.topic", "fifo", seeded=True)
def fifo_topic(scene: Scene) -> None:
    """S3 cannot notify FIFO topics."""
    _move_topic(scene, f"{scene.topic_arn}.fifo")


@wrong("notifications.topic", "not_readable")
def topic_that_is_not_told(scene: Scene) -> None:
    """sns:GetTopicAttributes is not allowed to the operator."""
    scene.topic = refused("sns:GetTopicAttributes")


def _move_topic(scene: Scene, arn: str) -> None:
    scene.change(topic_arn=arn)
    for statement in scene.topic_policy["Statement"]:
        statement["Resource"] = arn
    scene.rules[0]["TopicArn"] = arn
    scene.topic_arn = arn


@wrong("notifications.topic_policy", "s3_publish_not_allowed", seeded=True, mended=True)
def topic_with_the_default_policy(scene: Scene) -> None:
    """SNS's own policy wants AWS:SourceOwner, which S3 does not send."""
    actions = ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes"]
    statement = {"Sid": "__default_statement_ID", **allow(actions, scene.topic_arn), "Principal": {"AWS": "*"}}
    statement["Condition"] = {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}
    scene.topic_policy = policy(statement)


@wrong("notifications.topic_policy", "s3_publish_not_allowed", seeded=True, mended=True)
def topic_for_another_bucket(scene: Scene) -> None:
    """The policy was copied from another bucket's topic."""
    scene.topic_policy["Statement"][0]["Condition"]["ArnLike"] = {"aws:SourceArn": "arn:aws:s3:::other-logs"}


@wrong("notifications.topic_policy", "s3_publish_not_allowed", seeded=True, mended=True)
def topic_for_another_topic(scene: Scene) -> None:
    """The statement's Resource is another topic."""
    scene.topic_policy["Statement"][0]["Resource"] = f"{scene.topic_arn}-old"


@wrong("notifications.topic_policy", "s3_publish_not_allowed", mended=True)
def topic_for_the_accounts_users(scene: Scene) -> None:
    """S3 publishes as a service: an account's principals are others."""
    scene.topic_policy["Statement"][0] = {
        **allow("sns:Publish", scene.topic_arn),
        "Principal": {"AWS": scene.account_root},
    }


@wrong(
    "notifications.topic_policy",
    "panther_subscribe_not_allowed",
    "notifications.subscription",
    seeded=True,
    mended=True,
)
def topic_that_lets_nobody_subscribe(scene: Scene) -> None:
    """Panther's account subscribes its queue itself."""
    del scene.topic_policy["Statement"][1]
    scene.subscriptions = ()


@wrong("notifications.topic_policy", "panther_subscribe_not_allowed", "notifications.subscription", mended=True)
def topic_for_subscriptions_by_mail(scene: Scene) -> None:
    """A condition on the protocol that Panther's queue does not meet."""
    scene.topic_policy["Statement"][1]["Condition"] = {"StringEquals": {"sns:Protocol": "email"}}
    scene.subscriptions = ()


@wrong("notifications.topic_policy", "explicit_deny", seeded=True, mended=True)
def topic_that_denies_all_but_a_role(scene: Scene) -> None:
    """S3 has no aws:PrincipalArn: a negated operator meets it, too."""
    condition = {"ArnNotEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/admin"}}
    scene.topic_policy["Statement"].append(
        {"Sid": "Admins", **deny("sns:Publish", scene.topic_arn), "Principal": "*", "Condition": condition}
    )


@wrong("notifications.topic_policy", "explicit_deny", mended=True)
def topic_that_denies_outsiders(scene: Scene) -> None:
    """A service is in no organization: aws:PrincipalOrgID is absent."""
    condition = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    scene.topic_policy["Statement"].append(
        {"Sid": "Ours", **deny("sns:Publish", scene.topic_arn), "Principal": "*", "Condition": condition}
    )


@wrong("notifications.topic_policy", "no_source_guard", seeded=True, mended=True)
def topic_for_every_bucket(scene: Scene) -> None:
    """Any bucket of anybody may publish (the confused deputy)."""
    del scene.topic_policy["Statement"][0]["Condition"]


@wrong("notifications.topic_policy", "depends_on_panther", "notifications.subscription")
def topic_for_an_organization(scene: Scene) -> None:
    """Whether Panther's account is in that organization is not known here."""
    scene.topic_policy["Statement"][1]["Principal"] = "*"
    scene.topic_policy["Statement"][1]["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    scene.subscriptions = ()


@wrong("notifications.topic_encryption", "aws_managed_key", seeded=True)
def topic_with_aws_own_key(scene: Scene) -> None:
    """The policy of alias/aws/sns lets no S3 in, and cannot be changed."""
    scene.topic_key = "alias/aws/sns"


@wrong("notifications.topic_encryption", "key_policy_denies_s3", seeded=True, mended=True)
def topic_key_without_s3(scene: Scene) -> None:
    """The account's root in a key policy does not let services in."""
    scene.topic_key = "topic"


@wrong("notifications.topic_encryption", "key_policy_denies_s3", mended=True)
def topic_key_that_s3_may_encrypt_with_only(scene: Scene) -> None:
    """S3 needs both, kms:GenerateDataKey* and kms:Decrypt (SNS developer guide)."""
    scene.encrypted_topic().policy["Statement"][1]["Action"] = "kms:GenerateDataKey*"


@wrong("notifications.topic_encryption", "key_policy_denies_s3", mended=True)
def topic_key_that_denies_services(scene: Scene) -> None:
    """A Deny for everyone but the account's own principals."""
    condition = {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}
    scene.encrypted_topic().policy["Statement"].append(
        {"Sid": "Own", **deny("kms:*", "*"), "Principal": "*", "Condition": condition}
    )


@wrong("notifications.topic_encryption", "key_disabled", seeded=True)
def topic_key_that_is_disabled(scene: Scene) -> None:
    """S3 cannot publish, and nothing tells."""
    scene.encrypted_topic().state = "Disabled"


@wrong("notifications.topic_encryption", "key_disabled")
def topic_key_that_is_gone(scene: Scene) -> None:
    """A key that was deleted for good."""
    scene.encrypted_topic().problem = not_found("NotFoundException")


@wrong("notifications.topic_encryption", "not_readable")
def topic_key_that_is_not_told(scene: Scene) -> None:
    """kms:GetKeyPolicy is not allowed to the operator."""
    scene.encrypted_topic().policy = refused("kms:GetKeyPolicy")


@wrong("notifications.subscription", "missing", seeded=True)
def nobody_subscribed(scene: Scene) -> None:
    """The topic's messages go nowhere."""
    scene.subscriptions = ()


@wrong("notifications.subscription", "missing", seeded=True)
def somebody_else_subscribed(scene: Scene) -> None:
    """A queue of another team is none of Panther's."""
    queue = f"arn:aws:sqs:{scene.region}:{ACCOUNT}:audit"
    scene.subscriptions = (Subscription(f"{scene.topic_arn}:1", "sqs", queue),)


@wrong("notifications.subscription", "pending")
def subscription_not_confirmed(scene: Scene) -> None:
    """Panther confirms only once it has the source."""
    scene.subscriptions = (replace(scene.subscriptions[0], arn="", pending=True, raw_delivery=None),)


@wrong("notifications.subscription", "raw_delivery", seeded=True)
def subscription_with_raw_delivery(scene: Scene) -> None:
    """Panther reads SNS's envelope."""
    scene.subscriptions = (replace(scene.subscriptions[0], raw_delivery=True),)


@wrong("notifications.subscription", "filter_policy", seeded=True)
def subscription_with_a_filter(scene: Scene) -> None:
    """S3's messages have no attributes."""
    scene.subscriptions = (replace(scene.subscriptions[0], filter_policy='{"kind":["log"]}'),)


@wrong("notifications.subscription", "wrong_queue", seeded=True)
def subscription_of_a_queue_in_another_region(scene: Scene) -> None:
    """Panther's queue is in Panther's region."""
    queue = scene.panther.queue_arn.replace(scene.panther.region, "eu-west-1")
    scene.subscriptions = (replace(scene.subscriptions[0], endpoint=queue),)


@wrong("notifications.subscription", "wrong_queue", seeded=True)
def subscription_of_another_queue_of_panther(scene: Scene) -> None:
    """Panther has several queues: this one is not for notifications."""
    queue = f"arn:aws:sqs:{scene.region}:{PANTHER_ACCOUNT}:panther-datacatalog-queue"
    scene.subscriptions = (replace(scene.subscriptions[0], endpoint=queue),)


@wrong("notifications.subscription", "not_readable")
def subscriptions_that_are_not_told(scene: Scene) -> None:
    """sns:ListSubscriptionsByTopic is not allowed to the operator."""
    scene.subscriptions = refused("sns:ListSubscriptionsByTopic")


@wrong("notifications.subscription", "not_readable")
def subscription_of_which_nothing_is_told(scene: Scene) -> None:
    """Its attributes may hold a filter."""
    attributes = refused("sns:GetSubscriptionAttributes")
    scene.subscriptions = (replace(scene.subscriptions[0], raw_delivery=None, unread=attributes),)


@wrong("notifications.bucket", "suffix_filter", seeded=True, status=Status.WARN, mended=True)
def rule_of_the_suffix_that_was_seen(scene: Scene) -> None:
    """All objects seen end so; whether all to come do remains open."""
    _filter(scene, "AWSLogs/", ".json.gz")


@wrong("notifications.bucket", "suffix_filter", status=Status.WARN, mended=True)
def rule_of_a_suffix_that_some_have(scene: Scene) -> None:
    """It narrows, which may be meant: the rest is left out."""
    scene.objects += (replace(scene.objects[0], key="AWSLogs/2026/index.csv"),)
    _filter(scene, "AWSLogs/", ".json.gz")


@wrong("notifications.subscription", "not_answered")
def subscriptions_that_are_not_told_in_time(scene: Scene) -> None:
    """SNS throttles."""
    scene.subscriptions = throttled()


@wrong("notifications.subscription", "cannot_judge", status=Status.UNKNOWN)
def subscription_that_filters_by_the_message(scene: Scene) -> None:
    """Its scope is the message's body, in which S3's events are (SNS developer guide, filter policy scope)."""
    body = '{"Records": {"eventSource": ["aws:s3"]}}'
    scene.subscriptions = (replace(scene.subscriptions[0], filter_policy=body, filter_scope="MessageBody"),)


@wrong("notifications.subscription", "cannot_judge", status=Status.UNKNOWN)
def subscription_that_wants_an_attribute_not_to_be(scene: Scene) -> None:
    """Messages of S3 have no attributes, which may be just what it asks for."""
    scene.subscriptions = (replace(scene.subscriptions[0], filter_policy='{"x": [{"exists": false}]}'),)
