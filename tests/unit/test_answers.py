"""What follows from the answers."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from panther_s3.answers import Answers
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import AWS, AWS_CN, AWS_US_GOV
from panther_s3.source import S3Source

SOURCE = S3Source(name="CloudTrail Prod", aws_account_id="111122223333", bucket_name="acme-logs")


def test_answers_are_replaced_and_never_changed() -> None:
    answers = Answers(source=SOURCE)
    changed = answers.with_source(bucket_name="other-logs", aws_account_id="444455556666")

    assert (changed.source.bucket_name, changed.source.name) == ("other-logs", "CloudTrail Prod")
    assert answers.source is SOURCE
    with pytest.raises(FrozenInstanceError):
        answers.region = "us-west-2"  # type: ignore[misc]


def test_the_bucket_s_region_goes_before_the_operator_s() -> None:
    assert Answers(region="us-east-1").region_of_bucket == "us-east-1"
    assert Answers(region="us-east-1", bucket_region="eu-west-1").region_of_bucket == "eu-west-1"


def test_the_partition_is_the_bucket_s_else_panther_s() -> None:
    panther = PantherDeployment("999988887777", "us-gov-west-1")

    assert Answers().partition is AWS
    assert Answers(panther=panther).partition is AWS_US_GOV
    assert Answers(panther=panther, region="us-east-1").partition is AWS
    assert Answers(panther=panther, region="us-east-1", bucket_region="cn-north-1").partition is AWS_CN


def test_role_and_stack_are_named_after_the_source() -> None:
    answers = Answers(source=SOURCE, bucket_region="us-west-2")

    assert answers.role_name == "PantherLogProcessingRole-cloudtrail-prod"
    assert answers.stack_name == "panther-log-analysis-setup-cloudtrail-prod"
    assert answers.expected_role_arn == "arn:aws:iam::111122223333:role/PantherLogProcessingRole-cloudtrail-prod"


def test_another_suffix_names_both() -> None:
    answers = Answers(source=SOURCE, suffix="second", bucket_region="cn-north-1")

    assert answers.expected_role_arn == "arn:aws-cn:iam::111122223333:role/PantherLogProcessingRole-second"
    assert answers.stack_name == "panther-log-analysis-setup-second"


def test_a_file_gets_the_role_in_full_that_the_answers_only_lead_to() -> None:
    answers = Answers(source=SOURCE, suffix="second", bucket_region="cn-north-1")

    assert answers.source.log_processing_role_arn == ""
    kept = answers.source_to_keep
    assert kept.log_processing_role_arn == "arn:aws-cn:iam::111122223333:role/PantherLogProcessingRole-second"
    assert not answers.as_saved().unsaved
    assert answers.as_saved().for_another_bucket().finished == (kept,)
    assert Answers().role_arn == ""


def test_the_topic_is_the_named_one_else_panther_s_default() -> None:
    answers = Answers(source=SOURCE, region="us-east-1", bucket_region="us-west-2")
    named = "arn:aws:sns:us-west-2:111122223333:mine"

    assert answers.topic_arn == "arn:aws:sns:us-west-2:111122223333:panther-notifications-topic"
    assert answers.with_source(topic_arn=named).topic_arn == named


def test_unsaved_is_what_was_typed_and_not_saved() -> None:
    other = replace(SOURCE, name="other")

    assert not Answers().unsaved
    assert Answers(source=SOURCE).unsaved
    assert not Answers(source=SOURCE, saved=(SOURCE,)).unsaved
    assert Answers(source=SOURCE, finished=(other,), saved=(SOURCE,)).unsaved
    assert not Answers(source=S3Source(), finished=(other,), saved=(other,)).unsaved
