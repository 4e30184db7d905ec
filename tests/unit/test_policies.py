"""The policy documents: what each allows, to whom, on what, and that AWS would take them."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from typing import Any

import pytest

from panther_s3 import operator_policies, policies
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import AWS, AWS_CN, AWS_US_GOV, PARTITIONS, Partition
from panther_s3.source import S3Source

PANTHER = PantherDeployment("999988887777", "us-west-2")
KEY = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TOPIC = "arn:aws:sns:us-west-2:111122223333:panther-notifications-topic"
PLAIN = S3Source(name="cloudtrail prod", aws_account_id="111122223333", bucket_name="acme-logs")
WITH_KEY = replace(PLAIN, kms_key_arn=KEY)
MANAGED = replace(PLAIN, panther_managed_bucket_notifications_enabled=True)
WHOLE = replace(WITH_KEY, panther_managed_bucket_notifications_enabled=True)
LOCATE_AND_LIST = {
    "Sid": "FindAndListBucket",
    "Effect": "Allow",
    "Action": ["s3:GetBucketLocation", "s3:ListBucket"],
    "Resource": "arn:aws:s3:::acme-logs",
}
READ = {"Sid": "ReadObjects", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-logs/*"}
DECRYPT = {
    "Sid": "DecryptObjects",
    "Effect": "Allow",
    "Action": ["kms:Decrypt", "kms:DescribeKey"],
    "Resource": KEY,
}
MANAGE = [
    {
        "Sid": "ManagePantherTopic",
        "Effect": "Allow",
        "Action": "sns:*",
        "Resource": "arn:aws:sns:*:111122223333:panther-notifications-topic",
    },
    {
        "Sid": "ManageBucketNotifications",
        "Effect": "Allow",
        "Action": ["s3:GetBucketNotification", "s3:PutBucketNotification"],
        "Resource": "arn:aws:s3:::acme-logs",
    },
]
FROM_BUCKET = {
    "StringEquals": {"aws:SourceAccount": "111122223333"},
    "ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-logs"},
}


@pytest.mark.parametrize(
    ("source", "statements"),
    [
        (PLAIN, [LOCATE_AND_LIST, READ]),
        (WITH_KEY, [LOCATE_AND_LIST, READ, DECRYPT]),
        (MANAGED, [LOCATE_AND_LIST, READ, *MANAGE]),
        (WHOLE, [LOCATE_AND_LIST, READ, DECRYPT, *MANAGE]),
    ],
    ids=["plain", "key", "managed", "key-and-managed"],
)
def test_the_role_may_do_what_its_source_needs_and_no_more(source: S3Source, statements: list[Any]) -> None:
    assert policies.role_policy(source, AWS) == {"Version": "2012-10-17", "Statement": statements}


def test_panthers_account_alone_assumes_the_role_and_only_over_tls() -> None:
    assert policies.trust_policy(PANTHER) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PantherAssumesRole",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::999988887777:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            }
        ],
    }


def test_the_topic_lets_the_bucket_publish_and_panther_subscribe() -> None:
    publish, subscribe = policies.topic_policy(TOPIC, PLAIN, PANTHER, AWS)["Statement"]
    assert publish == {
        "Sid": "S3PublishesEvents",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Condition": FROM_BUCKET,
    }
    assert subscribe == {
        "Sid": "CrossAccountSubscription",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::999988887777:root"},
        "Action": "sns:Subscribe",
        "Resource": TOPIC,
    }


def test_the_topics_parts_are_those_of_the_whole() -> None:
    parts = [policies.s3_publish_statement(TOPIC, PLAIN, AWS), policies.subscribe_statement(TOPIC, PANTHER)]
    assert policies.topic_policy(TOPIC, PLAIN, PANTHER, AWS)["Statement"] == parts


def test_s3_uses_the_topics_key_for_this_bucket_only() -> None:
    assert policies.topic_key_statement(PLAIN, AWS) == {
        "Sid": "S3UsesKey",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": FROM_BUCKET,
    }


def test_a_keys_own_policy_lets_the_role_in_by_its_arn() -> None:
    role = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-cloudtrail-prod"
    assert policies.object_key_statement(role) == {
        "Sid": "PantherRoleDecrypts",
        "Effect": "Allow",
        "Principal": {"AWS": role},
        "Action": ["kms:Decrypt", "kms:DescribeKey"],
        "Resource": "*",
    }


@pytest.mark.parametrize(
    ("partition", "region"), [(AWS, "eu-west-1"), (AWS_US_GOV, "us-gov-west-1"), (AWS_CN, "cn-north-1")]
)
def test_every_arn_is_of_the_partition(partition: Partition, region: str) -> None:
    panther = PantherDeployment("999988887777", region)
    topic = f"arn:{partition.name}:sns:{region}:111122223333:panther-notifications-topic"
    documents = [
        policies.role_policy(MANAGED, partition),
        policies.trust_policy(panther),
        policies.topic_policy(topic, PLAIN, panther, partition),
        operator_policies.operator_policy("111122223333", partition),
        operator_policies.mending_policy("111122223333", partition),
        operator_policies.trial_policy("111122223333", partition),
    ]
    arns = [word for word in json.dumps(documents).split('"') if word.startswith("arn:")]
    assert len(arns) >= 10
    assert {arn.split(":")[1] for arn in arns} == {partition.name}


def test_every_statement_says_what_it_is_for() -> None:
    documents = [
        policies.role_policy(WHOLE, AWS),
        policies.trust_policy(PANTHER),
        policies.topic_policy(TOPIC, PLAIN, PANTHER, AWS),
        operator_policies.operator_policy(),
        operator_policies.mending_policy(),
        operator_policies.trial_policy(),
        {"Statement": [policies.topic_key_statement(PLAIN, AWS), policies.object_key_statement("arn")]},
    ]
    told = [purpose for document in documents for purpose in policies.purposes(document)]
    assert {sid for sid, _ in told} == set(policies.PURPOSES)
    assert all(text.endswith(".") for _, text in told)


def test_json_reads_back_the_same_and_ends_its_last_line() -> None:
    document = policies.role_policy(replace(PLAIN, bucket_name='a"b\\c-é'), AWS)
    text = policies.to_json(document)
    assert json.loads(text) == document
    assert text.endswith("}\n")
    assert "é" in text


def test_the_operator_may_look_and_make_only_what_bears_panthers_names() -> None:
    statements = {each["Sid"]: each for each in operator_policies.operator_policy("111122223333", AWS)["Statement"]}
    stack, role = statements["MakeStacks"], statements["MakeRole"]
    looks = list(statements.values())[: list(statements).index("MakeStacks")]
    seen = {action for look in looks for action in look["Action"]}
    assert all(action.split(":")[1].startswith(("Get", "List", "Describe", "Simulate")) for action in seen)
    assert {"s3:ListBucket", "s3:GetBucketPolicy", "s3:GetEncryptionConfiguration", "kms:GetKeyPolicy"} <= seen
    assert {"iam:GetRole", "iam:GetRolePolicy", "iam:GetPolicyVersion", "sts:GetCallerIdentity"} <= seen
    assert stack["Resource"] == [
        "arn:aws:cloudformation:*:111122223333:stack/panther-log-analysis-setup-*",
        "arn:aws:cloudformation:*:111122223333:stack/panther-log-processing-notifications-*",
    ]
    assert role["Resource"] == "arn:aws:iam::111122223333:role/PantherLogProcessingRole-*"
    assert {"cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"} <= set(stack["Action"])
    assert {"iam:CreateRole", "iam:PutRolePolicy", "iam:TagRole"} <= set(role["Action"])


def test_the_operators_policy_fits_any_account_by_default() -> None:
    resources = [each["Resource"] for each in operator_policies.operator_policy()["Statement"]]
    arns = [arn for resource in resources for arn in ([resource] if isinstance(resource, str) else resource)]
    assert {arn.split(":")[4] for arn in arns if ":s3:" not in arn and arn != "*"} == {"*"}


@pytest.fixture(scope="module")
def parliament() -> Any:
    """The linter of IAM policies, which leaves files of its own open while it is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import parliament

    return parliament


def _findings(parliament: Any, document: policies.Document) -> list[str]:
    found = parliament.analyze_policy_string(policies.to_json(document)).findings
    return [f"{finding.issue} {finding.detail}" for finding in found]


@pytest.mark.parametrize("partition", PARTITIONS.values(), ids=PARTITIONS)
@pytest.mark.parametrize("source", [PLAIN, WITH_KEY, MANAGED, WHOLE], ids=["plain", "key", "managed", "whole"])
def test_a_linter_of_policies_finds_nothing_in_the_roles(
    parliament: Any, source: S3Source, partition: Partition
) -> None:
    source = replace(source, kms_key_arn=source.kms_key_arn.replace("arn:aws:", f"arn:{partition.name}:"))
    document = policies.role_policy(source, partition)
    # Panther's own template gives sns:* on the topic, so actions that take no topic are among them
    topic = [each for each in document["Statement"] if each["Sid"] == "ManagePantherTopic"]
    rest = [each for each in document["Statement"] if each not in topic]
    assert _findings(parliament, document | {"Statement": rest}) == []
    found = _findings(parliament, document | {"Statement": topic}) if topic else []
    assert [finding.split()[0] for finding in found] == ["RESOURCE_MISMATCH"] * len(topic)


@pytest.mark.parametrize("partition", PARTITIONS.values(), ids=PARTITIONS)
@pytest.mark.parametrize("account_id", ["111122223333", "*"])
def test_a_linter_of_policies_finds_nothing_in_the_operators(
    parliament: Any, account_id: str, partition: Partition
) -> None:
    assert _findings(parliament, operator_policies.operator_policy(account_id, partition)) == []
    assert _findings(parliament, operator_policies.trial_policy(account_id, partition)) == []


def test_the_linter_would_notice_an_action_that_is_none(parliament: Any) -> None:
    document = policies.role_policy(PLAIN, AWS)
    document["Statement"][0]["Action"] = "s3:ListBuckets"
    assert _findings(parliament, document)
