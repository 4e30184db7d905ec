"""What the demo's AWS holds when it opens, seen through its own profiles."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from panther_s3.demo import EmbeddedAws

pytestmark = pytest.mark.usefixtures("aws_environment")

REGION_OF = {
    "acme-cloudtrail": "us-west-2",
    "acme-vpc-flow": "us-east-1",
    "acme-kms-logs": "us-west-2",
    "acme-app-logs": "us-west-2",
    "acme-locked": "us-west-2",
    "acme-empty": "us-west-2",
}


def _client(service: str, profile: str = "default", region: str = "us-west-2") -> Any:
    return boto3.Session(profile_name=profile, region_name=region).client(service)  # type: ignore[call-overload]


@pytest.fixture
def s3() -> Any:
    return _client("s3")


def _bodies(s3: Any, bucket: str) -> dict[str, bytes]:
    found = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in found}


def _refusal(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as raised:
        call()
    return str(raised.value.response["Error"]["Code"])


@pytest.mark.parametrize(("profile", "user"), [("default", "operator"), ("readonly", "readonly")])
def test_each_profile_is_a_user_of_the_customers_account(profile: str, user: str) -> None:
    identity = _client("sts", profile).get_caller_identity()
    assert identity["Account"] == "111122223333"
    assert identity["Arn"] == f"arn:aws:iam::111122223333:user/{user}"


def test_there_are_two_profiles_with_regions_of_their_own() -> None:
    assert set(boto3.Session().available_profiles) == {"default", "readonly"}
    assert boto3.Session(profile_name="default").region_name == "us-west-2"
    assert boto3.Session(profile_name="readonly").region_name == "us-east-1"


def test_no_profile_holds_root_keys() -> None:
    keys = [boto3.Session(profile_name=name).get_credentials() for name in ("default", "readonly")]
    assert not {key.access_key for key in keys if key} & {"111122223333", "999988887777"}


def test_the_profiles_files_are_the_owners_alone(embedded_aws: EmbeddedAws) -> None:
    assert {(embedded_aws.directory / name).stat().st_mode & 0o777 for name in ("config", "credentials")} == {0o600}


def test_keys_that_nobody_was_given_are_refused() -> None:
    stranger = boto3.Session(
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="no", region_name="us-west-2"
    )
    assert "Invalid" in _refusal(stranger.client("sts").get_caller_identity)


def test_the_account_has_its_alias() -> None:
    assert _client("iam").list_account_aliases()["AccountAliases"] == ["acme-logging"]


def test_every_bucket_is_there(s3: Any) -> None:
    assert REGION_OF.keys() <= {each["Name"] for each in s3.list_buckets()["Buckets"]}


@pytest.mark.parametrize(("bucket", "region"), [each for each in REGION_OF.items() if each[0] != "acme-locked"])
def test_every_bucket_is_in_its_region(s3: Any, bucket: str, region: str) -> None:
    assert (s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] or "us-east-1") == region


def test_cloudtrail_logs_are_gzip_json_in_a_records_envelope(s3: Any) -> None:
    bodies = _bodies(s3, "acme-cloudtrail")
    assert len(bodies) == 3
    for key, body in bodies.items():
        assert key.startswith("AWSLogs/111122223333/CloudTrail/us-west-2/")
        assert key.endswith(".json.gz")
        records = json.loads(gzip.decompress(body))["Records"]
        assert [record["eventName"] for record in records] == ["ConsoleLogin", "ListBuckets"]
        assert {record["recipientAccountId"] for record in records} == {"111122223333"}


def test_flow_logs_are_gzip_lines_under_a_header(s3: Any) -> None:
    bodies = _bodies(_client("s3", region="us-east-1"), "acme-vpc-flow")
    assert len(bodies) == 2
    for body in bodies.values():
        header, line = gzip.decompress(body).decode().splitlines()
        assert header.startswith("version account-id interface-id ")
        assert len(header.split()) == len(line.split()) == 14


def test_the_kms_bucket_encrypts_with_a_customers_key_under_two_prefixes(s3: Any) -> None:
    (rule,) = s3.get_bucket_encryption(Bucket="acme-kms-logs")["ServerSideEncryptionConfiguration"]["Rules"]
    default = rule["ApplyServerSideEncryptionByDefault"]
    assert default["SSEAlgorithm"] == "aws:kms"
    key = _client("kms").describe_key(KeyId=default["KMSMasterKeyID"])["KeyMetadata"]
    assert key["KeyManager"] == "CUSTOMER"
    assert key["KeyState"] == "Enabled"
    assert key["Arn"].startswith("arn:aws:kms:us-west-2:111122223333:key/")
    names = [each["Key"] for each in s3.list_objects_v2(Bucket="acme-kms-logs")["Contents"]]
    assert {name.split("/")[0] for name in names} == {"app", "audit"}
    for name in names:
        head = s3.head_object(Bucket="acme-kms-logs", Key=name)
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key["Arn"])


def test_app_logs_are_json_arrays(s3: Any) -> None:
    bodies = _bodies(s3, "acme-app-logs")
    assert {key.split("/")[0] for key in bodies} == {"app", "audit"}
    assert all(isinstance(json.loads(body), list) and json.loads(body) for body in bodies.values())


def test_the_app_logs_notify_three_others_already(s3: Any) -> None:
    found = s3.get_bucket_notification_configuration(Bucket="acme-app-logs")
    (queue,) = found["QueueConfigurations"]
    assert queue["QueueArn"] == "arn:aws:sqs:us-west-2:111122223333:acme-audit-events"
    assert queue["Events"] == ["s3:ObjectCreated:*"]
    (rule,) = queue["Filter"]["Key"]["FilterRules"]
    assert (rule["Name"].lower(), rule["Value"]) == ("prefix", "audit/")
    (function,) = found["LambdaFunctionConfigurations"]
    assert function["Events"] == ["s3:ObjectRemoved:*"]
    assert ":function:" in function["LambdaFunctionArn"]
    assert found["EventBridgeConfiguration"] == {}
    assert "TopicConfigurations" not in found


def test_the_queue_that_is_told_exists() -> None:
    assert _client("sqs").get_queue_url(QueueName="acme-audit-events")["QueueUrl"].endswith("/acme-audit-events")


def test_a_topic_is_there_with_the_policy_of_a_new_one_and_a_fifo_one() -> None:
    sns, account = _client("sns"), "arn:aws:sns:us-west-2:111122223333"
    policy = json.loads(sns.get_topic_attributes(TopicArn=f"{account}:acme-security-events")["Attributes"]["Policy"])
    assert (policy["Version"], policy["Id"]) == ("2008-10-17", "__default_policy_ID")
    (statement,) = policy["Statement"]
    assert statement["Condition"] == {"StringEquals": {"AWS:SourceOwner": "111122223333"}}
    fifo = sns.get_topic_attributes(TopicArn=f"{account}:acme-orders.fifo")["Attributes"]
    assert fifo["FifoTopic"] == "true"


@pytest.mark.parametrize("profile", ["default", "readonly"])
def test_the_locked_bucket_denies_whoever_is_not_named(profile: str) -> None:
    s3 = _client("s3", profile)
    assert _refusal(lambda: s3.list_objects_v2(Bucket="acme-locked")) == "AccessDenied"


def test_the_locked_bucket_names_the_roles_that_it_lets_in() -> None:
    root = boto3.Session(aws_access_key_id="111122223333", aws_secret_access_key="root", region_name="us-west-2")
    policy = json.loads(root.client("s3").get_bucket_policy(Bucket="acme-locked")["Policy"])
    (deny,) = policy["Statement"]
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", "s3:*")
    assert set(deny["Resource"]) == {"arn:aws:s3:::acme-locked", "arn:aws:s3:::acme-locked/*"}
    (named,) = deny["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    assert named.startswith("arn:aws:iam::111122223333:role/")
    assert "Panther" not in named


def test_the_empty_bucket_is_empty(s3: Any) -> None:
    assert s3.list_objects_v2(Bucket="acme-empty")["KeyCount"] == 0


def test_panthers_queue_is_in_panthers_account() -> None:
    root = {"aws_secret_access_key": "root", "region_name": "us-west-2"}
    panther = boto3.Session(aws_access_key_id="999988887777", **root).client("sqs")
    url = panther.get_queue_url(QueueName="panther-input-data-notifications-queue")["QueueUrl"]
    arn = panther.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    assert arn == "arn:aws:sqs:us-west-2:999988887777:panther-input-data-notifications-queue"
    customer = boto3.Session(aws_access_key_id="111122223333", **root).client("sqs")
    queues = customer.list_queues(QueueNamePrefix="panther-input").get("QueueUrls", [])
    assert queues == []


def test_readonly_may_look() -> None:
    assert len(_client("s3", "readonly").list_buckets()["Buckets"]) >= len(REGION_OF)
    assert _bodies(_client("s3", "readonly"), "acme-cloudtrail")
    assert _client("iam", "readonly").get_user(UserName="operator")["User"]["UserName"] == "operator"
    assert isinstance(_client("cloudformation", "readonly").describe_stacks()["Stacks"], list)


def _change_set(profile: str) -> dict[str, Any]:
    made: dict[str, Any] = _client("cloudformation", profile).create_change_set(
        StackName=f"seed-test-{profile}",
        ChangeSetName="a",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}),
    )
    return made


def test_readonly_may_make_no_change_set() -> None:
    assert _refusal(lambda: _change_set("readonly")).startswith("AccessDenied")


@pytest.mark.parametrize("change", ["bucket", "role", "object"])
def test_readonly_may_change_nothing(change: str) -> None:
    s3, iam = _client("s3", "readonly"), _client("iam", "readonly")
    calls: dict[str, Callable[[], object]] = {
        "bucket": lambda: s3.create_bucket(Bucket="seed-test-no"),
        "role": lambda: iam.create_role(RoleName="seed-test-no", AssumeRolePolicyDocument="{}"),
        "object": lambda: s3.put_object(Bucket="acme-empty", Key="seed-test-no", Body=b""),
    }
    assert _refusal(calls[change]).startswith("AccessDenied")


def test_the_operator_may_make_a_change_set() -> None:
    stacks = _client("cloudformation")
    try:
        assert _change_set("default")["Id"]
    finally:
        stacks.delete_stack(StackName="seed-test-default")
