"""Every policy document of the onboarding, as plain JSON-ready dictionaries; the operator's are apart.

The statements follow Panther's own templates (panther-auxiliary, `panther-log-analysis-iam` and
`panther-log-processing-notifications`). Each carries a Sid, by which `purposes` explains it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from panther_s3.panther import DEFAULT_TOPIC, PantherDeployment
from panther_s3.partitions import Partition
from panther_s3.source import S3Source, bucket_arn

Document = dict[str, Any]
VERSION = "2012-10-17"
S3_SERVICE = {"Service": "s3.amazonaws.com"}

PURPOSES: Mapping[str, str] = {
    "FindAndListBucket": "Panther finds the bucket's region and lists it. Panther's page of manual steps leaves "
    "ListBucket out, though its health check lists the bucket and fails without it.",
    "ReadObjects": "Panther reads the log objects.",
    "DecryptObjects": "Panther looks the key up and decrypts what S3 encrypted with it.",
    "ManagePantherTopic": "Panther makes and subscribes its notification topic itself.",
    "ManageBucketNotifications": "Panther adds its own rules to the bucket's notifications.",
    "PantherAssumesRole": "Panther's account, and no other, may take this role, over TLS. Panther sends no ExternalId.",
    "S3PublishesEvents": "This bucket, in this account, may publish to the topic.",
    "CrossAccountSubscription": "Panther's account may subscribe its queue to the topic.",
    "S3UsesKey": "S3 may encrypt what this bucket publishes to the topic.",
    "PantherRoleDecrypts": "The role may decrypt with this key.",
    "TellAccountAndBuckets": "The wizard tells whose credentials these are and proposes the account's buckets.",
    "LookAtBuckets": "The wizard looks up where a bucket is, how it is encrypted, and what may hinder Panther.",
    "LookAtObjects": "The wizard asks how some objects are stored, encrypted and owned; it opens none.",
    "LookAtKeys": "The wizard checks that the keys in use are enabled and let the role decrypt.",
    "LookAtTopics": "The wizard checks that the topic lets S3 publish and Panther subscribe.",
    "ListTopicsAndLookAtSubscriptions": "The wizard proposes the account's topics, and checks that Panther's queue "
    "gets whole notifications.",
    "LookAtStacks": "The wizard keeps a stack's template before it updates the stack, to put it back.",
    "LookAtRoles": "The wizard finds a role that exists and compares it with what Panther needs.",
    "LookAtPolicies": "The wizard reads the managed policies that are attached to the role.",
    "ForeseeRefusals": "The wizard tells beforehand what IAM would refuse: you the stack, Panther's role its objects.",
    "MakeStacks": "The wizard makes, updates and takes back the stacks of the role and of the topic.",
    "MakeRole": "CloudFormation makes the role with the operator's own rights.",
    "MakeTopic": "CloudFormation, and nobody but it, makes the topic with the operator's own rights.",
    "MakeKey": "CloudFormation makes the topic's key.",
    "SetUpKey": "CloudFormation gives the topic's key its policy, rotation, tags and alias, and takes it back.",
    "SubscribePanther": "Panther's queue is subscribed to the topic.",
    "ChangeSubscriptions": "The wizard turns raw delivery and filters off that keep messages from Panther.",
    "SetNotifications": "The wizard makes the bucket tell the topic of new objects.",
    "MendRoles": "The wizard mends a role's trust policy or inline policy, after showing what changes.",
    "MendBuckets": "The wizard mends a bucket's policy, after showing what changes, and takes it back.",
    "MendKeys": "The wizard mends a key's policy, after showing what changes.",
    "MendTopics": "The wizard mends a topic's policy, after showing what changes.",
    "PutTestObject": "The wizard puts an object, sees that Panther's queue is told of it, and deletes it.",
}
"""What each statement is for, by its Sid."""


def role_policy(source: S3Source, partition: Partition) -> Document:
    """Return what Panther's role may do: read the bucket, use its key, and what managed notifications need."""
    bucket = bucket_arn(source.bucket_name, partition)
    statements = [
        _allow("FindAndListBucket", ["s3:GetBucketLocation", "s3:ListBucket"], bucket),
        _allow("ReadObjects", "s3:GetObject", f"{bucket}/*"),
    ]
    if source.kms_key_arn:
        statements.append(_allow("DecryptObjects", ["kms:Decrypt", "kms:DescribeKey"], source.kms_key_arn))
    if source.panther_managed_bucket_notifications_enabled:
        topic = f"arn:{partition.name}:sns:*:{source.aws_account_id}:{DEFAULT_TOPIC}"
        notifications = ["s3:GetBucketNotification", "s3:PutBucketNotification"]
        statements += [
            _allow("ManagePantherTopic", "sns:*", topic),
            _allow("ManageBucketNotifications", notifications, bucket),
        ]
    return _document(*statements)


def trust_policy(panther: PantherDeployment) -> Document:
    """Return who may assume the role: Panther's account, over TLS.

    The condition's value is the string "true": that is how IAM gives it back.
    """
    return _document(
        {
            "Sid": "PantherAssumesRole",
            "Effect": "Allow",
            "Principal": {"AWS": panther.root_arn},
            "Action": "sts:AssumeRole",
            "Condition": {"Bool": {"aws:SecureTransport": "true"}},
        }
    )


def topic_policy(topic_arn: str, source: S3Source, panther: PantherDeployment, partition: Partition) -> Document:
    """Return who may publish to the topic and subscribe to it."""
    return _document(s3_publish_statement(topic_arn, source, partition), subscribe_statement(topic_arn, panther))


def subscribe_statement(topic_arn: str, panther: PantherDeployment) -> Document:
    """Return the statement that lets Panther's account subscribe to the topic."""
    return _allow("CrossAccountSubscription", "sns:Subscribe", topic_arn, {"AWS": panther.root_arn})


def s3_publish_statement(topic_arn: str, source: S3Source, partition: Partition) -> Document:
    """Return the statement that lets the source's bucket, and no other, publish to the topic."""
    statement = _allow("S3PublishesEvents", "sns:Publish", topic_arn, S3_SERVICE)
    return statement | {"Condition": _from_bucket(source, partition)}


def topic_key_statement(source: S3Source, partition: Partition) -> Document:
    """Return what the policy of the topic's own KMS key needs, so that S3 can publish encrypted.

    A key policy's Resource "*" is the key itself (AWS KMS developer guide, "Key policies").
    """
    statement = _allow("S3UsesKey", ["kms:Decrypt", "kms:GenerateDataKey*"], "*", S3_SERVICE)
    return statement | {"Condition": _from_bucket(source, partition)}


def object_key_statement(role_arn: str) -> Document:
    """Return what a key's policy needs where it does not leave the decision to its account's IAM policies."""
    return _allow("PantherRoleDecrypts", ["kms:Decrypt", "kms:DescribeKey"], "*", {"AWS": role_arn})


def purposes(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the Sid and the purpose of each statement of `document`."""
    return [(statement["Sid"], PURPOSES[statement["Sid"]]) for statement in document["Statement"]]


def to_json(document: Mapping[str, Any]) -> str:
    """Return `document` as indented JSON with a final line end."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _document(*statements: Document) -> Document:
    return {"Version": VERSION, "Statement": list(statements)}


def _allow(
    sid: str, action: str | list[str], resource: str | list[str], principal: Mapping[str, str] | None = None
) -> Document:
    who = {"Principal": dict(principal)} if principal else {}
    return {"Sid": sid, "Effect": "Allow", **who, "Action": action, "Resource": resource}


def _from_bucket(source: S3Source, partition: Partition) -> Document:
    """This bucket of this account: the ARN alone names no account, and a bucket's name can be taken over."""
    return {
        "StringEquals": {"aws:SourceAccount": source.aws_account_id},
        "ArnLike": {"aws:SourceArn": bucket_arn(source.bucket_name, partition)},
    }
