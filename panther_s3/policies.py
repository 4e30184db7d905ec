"""Every policy document of the onboarding, as plain JSON-ready dictionaries.

The statements follow Panther's own templates (panther-auxiliary, `panther-log-analysis-iam` and
`panther-log-processing-notifications`). Each carries a Sid, by which `purposes` explains it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from panther_s3.panther import DEFAULT_TOPIC, PantherDeployment
from panther_s3.partitions import AWS, Partition
from panther_s3.source import ROLE_PREFIX, STACK_PREFIX, S3Source, bucket_arn

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
    "LookAtSubscriptions": "The wizard checks that Panther's queue gets whole notifications.",
    "LookAtRoles": "The wizard finds a role that exists and compares it with what Panther needs.",
    "LookAtPolicies": "The wizard reads the managed policies that are attached to the role.",
    "ForeseeRefusals": "The wizard tells beforehand what IAM would refuse: you the stack, Panther's role its objects.",
    "MakeStack": "The wizard makes, updates and takes back the role's stack.",
    "MakeRole": "CloudFormation makes the role with the operator's own rights.",
    "MendRoles": "The wizard mends a role's trust policy or inline policy, after showing what changes.",
    "MendBuckets": "The wizard mends a bucket's policy, after showing what changes.",
    "MendKeys": "The wizard mends a key's policy, after showing what changes.",
    "MendTopics": "The wizard mends a topic's policy, after showing what changes.",
    "NotifyFromBuckets": "The wizard adds its rules to a bucket's notifications, after showing what changes and which "
    "tools the bucket's tags name.",
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


class Grant(NamedTuple):
    """Actions that the operator needs, all on the same resources."""

    sid: str
    actions: tuple[str, ...]
    resource: str | tuple[str, ...]
    """ARNs in which `{partition}` and `{account}` stand for the operator's own, or "*"."""


OPERATOR_LOOKS = (
    # none of these can be limited to a resource
    Grant("TellAccountAndBuckets", ("iam:ListAccountAliases", "s3:ListAllMyBuckets", "sts:GetCallerIdentity"), "*"),
    Grant(
        "LookAtBuckets",
        (
            "s3:GetBucketAcl",
            "s3:GetBucketLocation",
            "s3:GetBucketNotification",
            "s3:GetBucketOwnershipControls",
            "s3:GetBucketPolicy",
            "s3:GetBucketRequestPayment",
            "s3:GetEncryptionConfiguration",
            "s3:ListBucket",
        ),
        "arn:{partition}:s3:::*",
    ),
    # S3 has no action of its own for HeadObject (S3 API reference, HeadObject, "Permissions")
    Grant("LookAtObjects", ("s3:GetObject",), "arn:{partition}:s3:::*/*"),
    Grant("LookAtKeys", ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListGrants"), "arn:{partition}:kms:*:*:key/*"),
    # S3 tells topics of the bucket's own account and of others
    Grant("LookAtTopics", ("sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic"), "arn:{partition}:sns:*:*:*"),
    # of a subscription, which cannot be limited to a resource (SNS, "Service authorization reference")
    Grant("LookAtSubscriptions", ("sns:GetSubscriptionAttributes",), "*"),
    Grant(
        "LookAtRoles",
        ("iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"),
        "arn:{partition}:iam::{account}:role/*",
    ),
    # AWS's own policies are in the account "aws"
    Grant("LookAtPolicies", ("iam:GetPolicy", "iam:GetPolicyVersion"), "arn:{partition}:iam::*:policy/*"),
    # of the operator's own user, or of the role behind the operator's session
    Grant(
        "ForeseeRefusals",
        ("iam:SimulatePrincipalPolicy",),
        ("arn:{partition}:iam::{account}:role/*", "arn:{partition}:iam::{account}:user/*"),
    ),
)
"""What the wizard reads; none of it changes anything."""

OPERATOR_MAKES = (
    Grant(
        "MakeStack",
        (
            "cloudformation:CreateChangeSet",
            "cloudformation:DeleteChangeSet",
            "cloudformation:DeleteStack",
            "cloudformation:DescribeChangeSet",
            "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStacks",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:TagResource",
        ),
        f"arn:{{partition}}:cloudformation:*:{{account}}:stack/{STACK_PREFIX}*",
    ),
    Grant(
        "MakeRole",
        (
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePolicy",
            "iam:PutRolePolicy",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
            "iam:UpdateRoleDescription",
        ),
        f"arn:{{partition}}:iam::{{account}}:role/{ROLE_PREFIX}*",
    ),
)
"""What it takes to make, update and delete the role's stack.

CloudFormation makes the role with the caller's own rights (CloudFormation user guide, "Control
CloudFormation access with IAM"), and reads it with those of OPERATOR_LOOKS.
"""

OPERATOR_MENDS = (
    Grant("MendRoles", ("iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"), "arn:{partition}:iam::{account}:role/*"),
    Grant("MendBuckets", ("s3:PutBucketPolicy",), "arn:{partition}:s3:::*"),
    Grant("MendKeys", ("kms:PutKeyPolicy",), "arn:{partition}:kms:*:{account}:key/*"),
    Grant("MendTopics", ("sns:SetTopicAttributes",), "arn:{partition}:sns:*:{account}:*"),
)
"""Optional: to let the wizard mend policies that keep Panther out."""

OPERATOR_NOTIFIES = (
    Grant("NotifyFromBuckets", ("s3:GetBucketTagging", "s3:PutBucketNotification"), "arn:{partition}:s3:::*"),
)
"""Optional: to let the wizard add its rules to a bucket's notifications."""


def operator_policy(account_id: str = "*", partition: Partition = AWS) -> Document:
    """Return what the operator of the wizard needs: to look, and to make the role's stack.

    Args:
        account_id: the bucket's account; "*" fits any.
        partition: the partition that the account is in.
    """
    return _operators(OPERATOR_LOOKS + OPERATOR_MAKES, account_id, partition)


def mending_policy(account_id: str = "*", partition: Partition = AWS) -> Document:
    """Return what the operator needs beside that to let the wizard mend policies.

    Args:
        account_id: the account that all of them are in; "*" fits any.
        partition: the partition that the account is in.
    """
    return _operators(OPERATOR_MENDS, account_id, partition)


def notifying_policy(partition: Partition = AWS) -> Document:
    """Return what the operator needs beside that to let the wizard add rules to a bucket's notifications.

    Args:
        partition: the partition that the account is in; a bucket's ARN names no account.
    """
    return _operators(OPERATOR_NOTIFIES, "*", partition)


def _operators(grants: Iterable[Grant], account_id: str, partition: Partition) -> Document:
    return _document(
        *(_allow(sid, list(actions), _filled_in(resource, account_id, partition)) for sid, actions, resource in grants)
    )


def _filled_in(resource: str | tuple[str, ...], account_id: str, partition: Partition) -> str | list[str]:
    """Put the account and the partition into the ARNs of a Grant."""
    if isinstance(resource, tuple):
        return [arn.format(partition=partition.name, account=account_id) for arn in resource]
    return resource.format(partition=partition.name, account=account_id)


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
