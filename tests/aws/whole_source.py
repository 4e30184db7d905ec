"""One source with everything that the checks read: a bucket with its key, a role, a topic with a key and a queue."""

from __future__ import annotations

import json
from typing import Any

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.demo import cast
from panther_s3.panther import PantherDeployment
from panther_s3.source import PrefixLogTypes, S3Source, role_arn, role_suffix
from tests.buckets import make_bucket

ACCOUNT, REGION = cast.CUSTOMER_ACCOUNT, "us-west-2"
PANTHER = PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION)
BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"


def policy(action: str, resource: str = "*", **more: Any) -> str:
    """Return a policy of one statement as JSON."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_whole_source(aws: Aws, name: str) -> Answers:
    """Make the bucket, role, keys and topic of the source `name`, and return the answers that lead to them."""
    iam, kms, s3, sns = (
        aws.client("iam"),
        aws.client("kms", REGION),
        aws.client("s3", REGION),
        aws.client("sns", REGION),
    )
    role, bucket = f"PantherLogProcessingRole-{role_suffix(name)}", f"acme-{role_suffix(name)}"
    trust = json.dumps({"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}]})
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust, PermissionsBoundary=BOUNDARY)
    iam.put_role_policy(RoleName=role, PolicyName="inline", PolicyDocument=policy("s3:*"))
    attached = iam.create_policy(PolicyName=role, PolicyDocument=policy("kms:*"))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=role, PolicyArn=attached)
    key, topic_key = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    kms.create_grant(
        KeyId=key, GranteePrincipal=role_arn(ACCOUNT, role_suffix(name), PANTHER.partition), Operations=["Decrypt"]
    )
    make_bucket(s3, bucket)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule: Any = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_bucket_policy(
        Bucket=bucket, Policy=policy("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal={"AWS": ACCOUNT})
    )
    s3.put_object(Bucket=bucket, Key="logs/1.json", Body=b"{}", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    topic = sns.create_topic(Name=f"{role_suffix(name)}-topic")["TopicArn"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=topic_key)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=PANTHER.queue_arn)
    created: Any = {"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"TopicConfigurations": [created]}, SkipDestinationValidation=True
    )
    rows = (PrefixLogTypes("logs/"),)
    source = S3Source(name, ACCOUNT, bucket, kms_key_arn=key, prefix_log_types=rows, topic_arn=topic)
    return Answers(region=REGION, panther=PANTHER, source=source)
