"""Partitions, regions and ARNs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_s3.arns import Arn, parse_arn, role_name_of
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import AWS, AWS_CN, AWS_US_GOV, REGIONS, Partition, is_region, partition_of
from panther_s3.source import S3Source, StreamType, bucket_arn, role_arn, role_name, stack_name, topic_stack_name


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-west-2", AWS),
        ("eu-central-1", AWS),
        ("cn-north-1", AWS_CN),
        ("cn-northwest-1", AWS_CN),
        ("us-gov-west-1", AWS_US_GOV),
        ("us-gov-east-1", AWS_US_GOV),
        ("", AWS),
        ("xx-new-1", AWS),
    ],
)
def test_partition_of(region: str, partition: Partition) -> None:
    assert partition_of(region) is partition


def test_every_proposed_region_has_a_region_s_shape() -> None:
    assert all(map(is_region, REGIONS))
    assert len(set(REGIONS)) == len(REGIONS)


@pytest.mark.parametrize(
    "value", ["", "us-west", "us-west-2a", "US-WEST-2", "us west 2", "-2", "us-west-2\n", "oregon", "us-west-٢"]
)
def test_not_a_region(value: str) -> None:
    assert not is_region(value)


@pytest.mark.parametrize(
    ("value", "arn"),
    [
        ("arn:aws:s3:::acme-logs", Arn("aws", "s3", "", "", "acme-logs")),
        (
            "arn:aws-cn:kms:cn-north-1:111122223333:key/1",
            Arn("aws-cn", "kms", "cn-north-1", "111122223333", "key/1"),
        ),
        (
            "arn:aws:sns:us-west-2:111122223333:topic:subscription",
            Arn("aws", "sns", "us-west-2", "111122223333", "topic:subscription"),
        ),
    ],
)
def test_parse_arn(value: str, arn: Arn) -> None:
    assert parse_arn(value) == arn
    assert str(arn) == value


@pytest.mark.parametrize(
    "value", ["", "acme-logs", "arn:aws:s3", "arn:aws:s3:::", "ARN:aws:s3:::x", "arn::s3:::x", "arn:aws::::x"]
)
def test_not_an_arn(value: str) -> None:
    assert parse_arn(value) is None


@given(st.text())
def test_what_parses_as_an_arn_is_written_the_same(value: str) -> None:
    parsed = parse_arn(value)
    assert parsed is None or str(parsed) == value


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:iam::111122223333:role/PantherLogProcessingRole-x", "PantherLogProcessingRole-x"),
        ("arn:aws:iam::111122223333:role/some/path/reader", "reader"),
        ("arn:aws:iam::111122223333:user/reader", ""),
        ("arn:aws:sts::111122223333:assumed-role/reader/session", ""),
        ("reader", ""),
    ],
)
def test_role_name_of(arn: str, name: str) -> None:
    assert role_name_of(arn) == name


@pytest.mark.parametrize(
    ("region", "queue", "root"),
    [
        (
            "us-west-2",
            "arn:aws:sqs:us-west-2:999988887777:panther-input-data-notifications-queue",
            "arn:aws:iam::999988887777:root",
        ),
        (
            "us-gov-west-1",
            "arn:aws-us-gov:sqs:us-gov-west-1:999988887777:panther-input-data-notifications-queue",
            "arn:aws-us-gov:iam::999988887777:root",
        ),
    ],
)
def test_arns_of_a_deployment(region: str, queue: str, root: str) -> None:
    panther = PantherDeployment("999988887777", region)

    assert panther.queue_arn == queue
    assert panther.root_arn == root


def test_names_that_follow_from_a_source_s_name() -> None:
    suffix = S3Source(name=" CloudTrail Prod ").suffix

    assert suffix == "cloudtrail-prod"
    assert role_name(suffix) == "PantherLogProcessingRole-cloudtrail-prod"
    assert stack_name(suffix) == "panther-log-analysis-setup-cloudtrail-prod"
    assert topic_stack_name(suffix) == "panther-log-processing-notifications-cloudtrail-prod"
    assert (
        role_arn("111122223333", suffix, AWS_CN)
        == "arn:aws-cn:iam::111122223333:role/PantherLogProcessingRole-cloudtrail-prod"
    )
    assert bucket_arn("acme-logs", AWS_US_GOV) == "arn:aws-us-gov:s3:::acme-logs"


def test_labels_of_stream_types_are_the_console_s() -> None:
    assert [kind.label for kind in StreamType] == ["Auto", "Lines", "JSON", "JSON Array", "CloudWatch Logs", "XML"]
