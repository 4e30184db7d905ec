"""The operator's policy: it allows every call that the wizard makes, and all that CloudFormation does in its name."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.session import get_session

from panther_s3.operator_policies import (
    OPERATOR_LOOKS,
    OPERATOR_MAKES,
    OPERATOR_MENDS,
    OPERATOR_TRIES,
    THROUGH_CLOUDFORMATION,
    mending_policy,
    operator_policy,
    trial_policy,
)
from panther_s3.partitions import AWS_US_GOV

GATEWAYS = Path(__file__).resolve().parents[2] / "panther_s3" / "aws"
SERVICES = ("cloudformation", "iam", "kms", "s3", "sns", "sts")
OTHER_NAMES = {
    # S3 authorizes some calls under another name (S3 user guide, "Required permissions for S3 API operations")
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:PutBucketNotificationConfiguration": "s3:PutBucketNotification",
}


def _actions_of_calls() -> set[str]:
    """The IAM action of every operation that a gateway names, be it as a method or to a paginator."""
    session = get_session()
    known = {
        xform_name(operation): f"{service}:{operation}"
        for service in SERVICES
        for operation in session.get_service_model(service).operation_names
    }
    named: set[str] = set()
    for path in GATEWAYS.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            named.add(call.func.attr)
            if call.func.attr == "get_paginator" and isinstance(call.args[0], ast.Constant):
                named.add(str(call.args[0].value))
    actions = {known[name] for name in named & known.keys()}
    return {OTHER_NAMES.get(action, action) for action in actions}


def test_every_call_of_the_gateways_is_allowed() -> None:
    calls = _actions_of_calls()
    assert {
        "cloudformation:ExecuteChangeSet",
        "iam:SimulatePrincipalPolicy",
        "kms:ListGrants",
        "s3:GetBucketOwnershipControls",
        "s3:GetObject",
        "s3:ListBucket",
        "sns:GetSubscriptionAttributes",
        "sns:ListSubscriptionsByTopic",
        "sns:ListTopics",
        "sns:SetSubscriptionAttributes",
        "sns:Subscribe",
        "sns:Unsubscribe",
        "sts:GetCallerIdentity",
    } <= calls
    granted = {
        action
        for policy in (operator_policy(), mending_policy(), trial_policy())
        for statement in policy["Statement"]
        for action in statement["Action"]
    }
    assert calls <= granted


@pytest.mark.parametrize(
    "action",
    [
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
        "cloudformation:TagResource",
    ],
)
def test_what_cloudformation_does_to_make_update_and_delete_the_role_is_allowed(action: str) -> None:
    assert action in {allowed for grant in OPERATOR_MAKES for allowed in grant.actions}


@pytest.mark.parametrize(
    "action",
    [
        # AWS::SNS::Topic, TopicPolicy and Subscription
        "sns:CreateTopic",
        "sns:DeleteTopic",
        "sns:GetDataProtectionPolicy",
        "sns:GetSubscriptionAttributes",
        "sns:GetTopicAttributes",
        "sns:ListSubscriptionsByTopic",
        "sns:ListTagsForResource",
        "sns:SetSubscriptionAttributes",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
        "sns:TagResource",
        "sns:Unsubscribe",
        "sns:UntagResource",
        # AWS::KMS::Key and Alias
        "kms:CreateAlias",
        "kms:CreateKey",
        "kms:DeleteAlias",
        "kms:DescribeKey",
        "kms:EnableKeyRotation",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListAliases",
        "kms:ListResourceTags",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateKeyDescription",
    ],
)
def test_what_cloudformation_does_to_make_update_and_delete_the_topic_is_allowed(action: str) -> None:
    """As the schemas of the resource types have it, under "handlers"."""
    assert action in {allowed for grant in OPERATOR_LOOKS + OPERATOR_MAKES for allowed in grant.actions}


def test_keys_and_topics_are_made_and_deleted_by_cloudformation_alone() -> None:
    condition = {"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}}
    for statement in operator_policy()["Statement"]:
        if any(action.split(":")[1].startswith(("CreateTopic", "DeleteTopic", "CreateKey", "ScheduleKey", "PutKey"))
               for action in statement["Action"]):  # fmt: skip
            assert statement["Condition"] == condition


def test_a_managed_policy_has_room_for_what_the_operator_needs() -> None:
    """A customer managed policy may have 6,144 characters, blanks aside (IAM user guide, "Quotas")."""
    whole = [operator_policy("111122223333", AWS_US_GOV), mending_policy("111122223333", AWS_US_GOV)]
    statements = [each for policy in [*whole, trial_policy()] for each in policy["Statement"]]
    assert len(json.dumps(statements, separators=(",", ":"))) < 6_000


def test_refusals_are_foreseen_for_users_and_for_roles_of_the_account_alone() -> None:
    (statement,) = (
        statement
        for statement in operator_policy("111122223333", AWS_US_GOV)["Statement"]
        if "iam:SimulatePrincipalPolicy" in statement["Action"]
    )
    assert statement["Resource"] == [
        "arn:aws-us-gov:iam::111122223333:role/*",
        "arn:aws-us-gov:iam::111122223333:user/*",
    ]


def test_making_is_limited_by_name_or_to_cloudformation_and_looking_changes_nothing() -> None:
    neither = {"SubscribePanther", "ChangeSubscriptions", "SetNotifications"}
    for grant in OPERATOR_MAKES:
        arns = [grant.resource] if isinstance(grant.resource, str) else grant.resource
        named = all("panther" in arn.lower() for arn in arns)
        assert named or grant.condition == THROUGH_CLOUDFORMATION or grant.sid in neither
    looks = [action.split(":")[1] for grant in OPERATOR_LOOKS for action in grant.actions]
    assert all(action.startswith(("Describe", "Get", "List", "Simulate")) for action in looks)


def test_no_object_is_opened_though_looking_at_one_needs_the_right_to() -> None:
    """S3 has no action for HeadObject alone."""
    opening = {"get_object", "get_object_attributes", "select_object_content", "download_file", "download_fileobj"}
    named = {
        node.attr
        for path in GATEWAYS.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
    }
    assert "head_object" in named
    assert not named & opening


def test_mending_is_apart_and_nothing_but_putting_policies() -> None:
    """Making, deleting and reading are no part of it, and no policy of a user."""
    mends = {action for grant in OPERATOR_MENDS for action in grant.actions}
    assert mends == {
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "kms:PutKeyPolicy",
        "s3:DeleteBucketPolicy",
        "s3:PutBucketPolicy",
        "sns:SetTopicAttributes",
    }
    assert all(grant.resource != "*" for grant in OPERATOR_MENDS)
    statements = mending_policy("111122223333", AWS_US_GOV)["Statement"]
    assert statements[0]["Resource"] == "arn:aws-us-gov:iam::111122223333:role/*"


def test_trying_touches_nothing_but_objects_of_the_wizards_own_name() -> None:
    (grant,) = OPERATOR_TRIES
    assert set(grant.actions) == {"s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"}
    assert grant.resource == "arn:{partition}:s3:::*/*panther-s3-wizard-test-*"
