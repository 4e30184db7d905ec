"""What the demo's AWS holds when it opens: two users, six buckets, two topics, and Panther's queue."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from configparser import ConfigParser
from pathlib import Path
from typing import Any

from panther_s3.demo import cast
from panther_s3.demo.objects import app_log, cloudtrail_log, flow_log
from panther_s3.panther import INPUT_QUEUE

READS = (
    "cloudformation:Describe*",
    "cloudformation:Get*",
    "cloudformation:List*",
    "iam:Get*",
    "iam:List*",
    "iam:SimulatePrincipalPolicy",
    "kms:Describe*",
    "kms:GetKeyPolicy",
    "kms:List*",
    "s3:Get*",
    "s3:List*",
    "sns:Get*",
    "sns:List*",
    "sts:GetCallerIdentity",
)
AUDIT_QUEUE = "acme-audit-events"
ROLES_LET_IN = (f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:role/log-archive-admin",)


def seed(endpoint_url: str, directory: Path) -> None:
    """Fill the embedded AWS at `endpoint_url`, and write the profiles' files into `directory`.

    What does not need each other is made side by side. An account's root keys, which the emulator
    takes from the account's number, are used here and nowhere else.
    """
    import boto3
    from botocore.config import Config

    def client(service: str, region: str = "us-west-2", account: str = cast.CUSTOMER_ACCOUNT) -> Any:
        return session.client(  # type: ignore[call-overload]
            service,
            region_name=region,
            endpoint_url=endpoint_url,
            aws_access_key_id=account,
            aws_secret_access_key="root",  # noqa: S106 - the emulator looks at the key id alone
            config=Config(retries={"total_max_attempts": 3}, max_pool_connections=20),
        )

    session = boto3.Session()
    s3, s3_east, iam = client("s3"), client("s3", "us-east-1"), client("iam")
    kms, sqs, sns = client("kms"), client("sqs"), client("sns")
    panther_sqs = client("sqs", cast.PANTHER_REGION, cast.PANTHER_ACCOUNT)
    tasks: list[Callable[[], object]] = [
        lambda: _users(iam, directory),
        lambda: _cloudtrail(s3),
        lambda: _vpc_flow(s3_east),
        lambda: _kms_logs(s3, kms),
        lambda: _app_logs(s3, sqs),
        lambda: _locked(s3),
        lambda: _bucket(s3, cast.EMPTY),
        lambda: _topics(sns),
        lambda: panther_sqs.create_queue(QueueName=INPUT_QUEUE),
    ]
    with ThreadPoolExecutor(max_workers=len(tasks)) as pool:
        for made in [pool.submit(task) for task in tasks]:
            made.result()


def _users(iam: Any, directory: Path) -> None:
    """Make the two users, and profiles that hold their keys."""
    iam.create_account_alias(AccountAlias=cast.ACCOUNT_ALIAS)
    credentials, config = ConfigParser(), ConfigParser()
    for profile, user, actions, region in (
        (cast.OPERATOR_PROFILE, cast.OPERATOR, ("*",), "us-west-2"),
        (cast.READONLY_PROFILE, cast.READONLY, READS, "us-east-1"),
    ):
        iam.create_user(UserName=user)
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=user, PolicyName=f"{user}-rights", PolicyDocument=policy)
        key = iam.create_access_key(UserName=user)["AccessKey"]
        credentials[profile] = {
            "aws_access_key_id": key["AccessKeyId"],
            "aws_secret_access_key": key["SecretAccessKey"],
        }
        config["default" if profile == "default" else f"profile {profile}"] = {"region": region}
    for name, parser in (("credentials", credentials), ("config", config)):
        path = directory / name
        path.touch(mode=0o600)
        with path.open("w") as file:
            parser.write(file)


def _bucket(s3: Any, name: str) -> None:
    region = cast.REGION_OF[name]
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=name, **place)


def _cloudtrail(s3: Any) -> None:
    _bucket(s3, cast.CLOUDTRAIL)
    for day in (1, 2, 3):
        key, body = cloudtrail_log(day)
        s3.put_object(Bucket=cast.CLOUDTRAIL, Key=key, Body=body, ContentEncoding="gzip")


def _vpc_flow(s3: Any) -> None:
    _bucket(s3, cast.VPC_FLOW)
    for day in (1, 2):
        key, body = flow_log(day)
        s3.put_object(Bucket=cast.VPC_FLOW, Key=key, Body=body)


def _kms_logs(s3: Any, kms: Any) -> None:
    """A bucket that encrypts with a key of its own, with objects under two prefixes."""
    key = kms.create_key(Description="acme log encryption")["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/acme-logs", TargetKeyId=key)
    _bucket(s3, cast.KMS_LOGS)
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket=cast.KMS_LOGS,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": True}]
        },
    )
    for prefix in ("app/", "audit/"):
        key_name, body = app_log(1, prefix)
        s3.put_object(Bucket=cast.KMS_LOGS, Key=key_name, Body=body, ServerSideEncryption="aws:kms", SSEKMSKeyId=key)


def _app_logs(s3: Any, sqs: Any) -> None:
    """A bucket that others are told of already: a queue, a function and EventBridge."""
    _bucket(s3, cast.APP_LOGS)
    for prefix in ("app/", "audit/"):
        key, body = app_log(1, prefix)
        s3.put_object(Bucket=cast.APP_LOGS, Key=key, Body=body)
    queue_arn = f"arn:aws:sqs:us-west-2:{cast.CUSTOMER_ACCOUNT}:{AUDIT_QUEUE}"
    let_s3_send = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": cast.CUSTOMER_ACCOUNT}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [let_s3_send]})
    sqs.create_queue(QueueName=AUDIT_QUEUE, Attributes={"Policy": policy})
    function_arn = f"arn:aws:lambda:us-west-2:{cast.CUSTOMER_ACCOUNT}:function:acme-on-delete"
    s3.put_bucket_notification_configuration(
        Bucket=cast.APP_LOGS,
        NotificationConfiguration={
            "QueueConfigurations": [
                {
                    "Id": "audit-to-queue",
                    "QueueArn": queue_arn,
                    "Events": ["s3:ObjectCreated:*"],
                    "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "audit/"}]}},
                }
            ],
            "LambdaFunctionConfigurations": [
                {"Id": "on-delete", "LambdaFunctionArn": function_arn, "Events": ["s3:ObjectRemoved:*"]}
            ],
            "EventBridgeConfiguration": {},
        },
        SkipDestinationValidation=True,
    )


def _locked(s3: Any) -> None:
    """A bucket whose policy denies everyone but named roles, Panther's among those denied."""
    _bucket(s3, cast.LOCKED)
    bucket = f"arn:aws:s3:::{cast.LOCKED}"
    deny = {
        "Sid": "OnlyNamedRoles",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": list(ROLES_LET_IN)}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    s3.put_bucket_policy(Bucket=cast.LOCKED, Policy=policy)


def _topics(sns: Any) -> None:
    """A topic whose policy lets its own account alone use it, as SNS makes it, and one that S3 cannot notify."""
    arn = sns.create_topic(Name=cast.EVENTS_TOPIC)["TopicArn"]
    # what SNS gives to a new topic (SNS developer guide, "Amazon SNS access control use cases", default policy)
    by_default = {
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [
            {
                "Sid": "__default_statement_ID",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [
                    "SNS:GetTopicAttributes",
                    "SNS:SetTopicAttributes",
                    "SNS:AddPermission",
                    "SNS:RemovePermission",
                    "SNS:DeleteTopic",
                    "SNS:Subscribe",
                    "SNS:ListSubscriptionsByTopic",
                    "SNS:Publish",
                ],
                "Resource": arn,
                "Condition": {"StringEquals": {"AWS:SourceOwner": cast.CUSTOMER_ACCOUNT}},
            }
        ],
    }
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(by_default))
    sns.create_topic(Name=cast.ORDERS_TOPIC, Attributes={"FifoTopic": "true"})
