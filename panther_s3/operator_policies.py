"""What the operator of the wizard may do: to look, to make the stacks, and what is optional."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from panther_s3.partitions import AWS, Partition
from panther_s3.policies import VERSION, Document
from panther_s3.source import ROLE_PREFIX, STACK_PREFIX, TOPIC_STACK_PREFIX

THROUGH_CLOUDFORMATION: Mapping[str, Mapping[str, str]] = {
    "ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}
}
"""Holds where CloudFormation makes the call for the operator (IAM user guide, "AWS global condition context
keys"): for what cannot be limited by its name, since a key has none and the topic's is free."""


class Grant(NamedTuple):
    """Actions that the operator needs, all on the same resources."""

    sid: str
    actions: tuple[str, ...]
    resource: str | tuple[str, ...]
    """ARNs in which `{partition}` and `{account}` stand for the operator's own, or "*"."""
    condition: Mapping[str, Mapping[str, str]] | None = None


STACKS = (
    f"arn:{{partition}}:cloudformation:*:{{account}}:stack/{STACK_PREFIX}*",
    f"arn:{{partition}}:cloudformation:*:{{account}}:stack/{TOPIC_STACK_PREFIX}*",
)
"""The stacks of the role and of the topic."""

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
            "s3:GetBucketTagging",
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
    # neither can be limited to a resource (SNS, "Service authorization reference")
    Grant("ListTopicsAndLookAtSubscriptions", ("sns:GetSubscriptionAttributes", "sns:ListTopics"), "*"),
    Grant("LookAtStacks", ("cloudformation:GetTemplate",), STACKS),
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
        "MakeStacks",
        (
            "cloudformation:CreateChangeSet",
            "cloudformation:DeleteChangeSet",
            "cloudformation:DeleteStack",
            "cloudformation:DescribeChangeSet",
            "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStacks",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:TagResource",
            # by it a stack that was updated is put back as it was
            "cloudformation:UpdateStack",
        ),
        STACKS,
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
    Grant(
        "MakeTopic",
        (
            "sns:CreateTopic",
            "sns:DeleteTopic",
            "sns:GetDataProtectionPolicy",
            "sns:ListTagsForResource",
            "sns:SetTopicAttributes",
            "sns:TagResource",
            "sns:UntagResource",
        ),
        "arn:{partition}:sns:*:{account}:*",
        THROUGH_CLOUDFORMATION,
    ),
    # neither can be limited to a resource
    Grant("MakeKey", ("kms:CreateKey", "kms:ListAliases"), "*", THROUGH_CLOUDFORMATION),
    Grant(
        "SetUpKey",
        (
            "kms:CreateAlias",
            "kms:DeleteAlias",
            "kms:EnableKeyRotation",
            "kms:GetKeyRotationStatus",
            "kms:ListResourceTags",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:UpdateKeyDescription",
        ),
        # an alias is made and deleted by who may do so with it and with its key (KMS developer guide, "Aliases")
        (
            f"arn:{{partition}}:kms:*:{{account}}:alias/{TOPIC_STACK_PREFIX}*",
            "arn:{partition}:kms:*:{account}:key/*",
        ),
        THROUGH_CLOUDFORMATION,
    ),
    Grant("SubscribePanther", ("sns:Subscribe",), "arn:{partition}:sns:*:{account}:*"),
    # neither can be limited to a resource
    Grant("ChangeSubscriptions", ("sns:SetSubscriptionAttributes", "sns:Unsubscribe"), "*"),
    Grant("SetNotifications", ("s3:PutBucketNotification",), "arn:{partition}:s3:::*"),
)
"""What it takes to make, update and delete the stacks, to subscribe Panther's queue and to set the notifications.

CloudFormation works with the caller's own rights (CloudFormation user guide, "Control CloudFormation access
with IAM"), and reads with those of OPERATOR_LOOKS as well. What it does with each type of resource stands in
that type's schema, under "handlers" (CloudFormation registry: AWS::SNS::Topic, TopicPolicy and Subscription,
AWS::KMS::Key and Alias).
"""

OPERATOR_MENDS = (
    Grant("MendRoles", ("iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"), "arn:{partition}:iam::{account}:role/*"),
    # a policy that was made where there was none is taken back by its deletion
    Grant("MendBuckets", ("s3:DeleteBucketPolicy", "s3:PutBucketPolicy"), "arn:{partition}:s3:::*"),
    Grant("MendKeys", ("kms:PutKeyPolicy",), "arn:{partition}:kms:*:{account}:key/*"),
    Grant("MendTopics", ("sns:SetTopicAttributes",), "arn:{partition}:sns:*:{account}:*"),
)
"""Optional: to let the wizard mend policies that keep Panther out."""

TEST_OBJECT = "panther-s3-wizard-test-"
"""How the name of a test object begins, behind its prefix."""
OPERATOR_TRIES = (
    # the version too, since a bucket with versioning keeps a deleted object (S3 user guide, "Deleting object versions")
    Grant(
        "PutTestObject",
        ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"),
        f"arn:{{partition}}:s3:::*/*{TEST_OBJECT}*",
    ),
)
"""Optional: to let the wizard put an object into the bucket, see that it is told of, and take it back."""


def operator_policy(account_id: str = "*", partition: Partition = AWS) -> Document:
    """Return what the operator of the wizard needs: to look, and to make stacks, subscription and notifications.

    Args:
        account_id: the bucket's account; "*" fits any.
        partition: the partition that the account is in.
    """
    return _document(OPERATOR_LOOKS + OPERATOR_MAKES, account_id, partition)


def mending_policy(account_id: str = "*", partition: Partition = AWS) -> Document:
    """Return what the operator needs beside that to let the wizard mend policies.

    Args:
        account_id: the account that all of them are in; "*" fits any.
        partition: the partition that the account is in.
    """
    return _document(OPERATOR_MENDS, account_id, partition)


def trial_policy(account_id: str = "*", partition: Partition = AWS) -> Document:
    """Return what the operator needs beside that to let the wizard put a test object.

    Args:
        account_id: the bucket's account; "*" fits any.
        partition: the partition that the account is in.
    """
    return _document(OPERATOR_TRIES, account_id, partition)


def _document(grants: Iterable[Grant], account_id: str, partition: Partition) -> Document:
    return {"Version": VERSION, "Statement": [_statement(grant, account_id, partition) for grant in grants]}


def _statement(grant: Grant, account_id: str, partition: Partition) -> Document:
    resource = _filled_in(grant.resource, account_id, partition)
    statement = {"Sid": grant.sid, "Effect": "Allow", "Action": list(grant.actions), "Resource": resource}
    return statement | (
        {"Condition": {name: dict(tests) for name, tests in grant.condition.items()}} if grant.condition else {}
    )


def _filled_in(resource: str | tuple[str, ...], account_id: str, partition: Partition) -> str | list[str]:
    """Put the account and the partition into the ARNs of a Grant."""
    if isinstance(resource, tuple):
        return [arn.format(partition=partition.name, account=account_id) for arn in resource]
    return resource.format(partition=partition.name, account=account_id)
