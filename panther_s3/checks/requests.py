"""The requests that Panther, its role and S3 make, as the evaluator takes them.

They follow what Panther's code does (facts of the open source version, `check_integration.go` and
`s3_client_cache.go`): AssumeRole without ExternalId, GetBucketLocation, ListObjects with one key,
HeadObject and GetObject, DescribeKey; Decrypt is S3's, in the role's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from panther_s3.answers import Answers
from panther_s3.arns import account_of, parse_arn, region_of
from panther_s3.aws.roles import Role
from panther_s3.panther import PantherDeployment
from panther_s3.source import bucket_arn

SOMEBODY = "somebody-of-panther"
"""Stands for the roles of Panther's account, whose names change with a deployment."""
SESSION = "panther-session"
PREFIX, ENCRYPTION_CONTEXT = "s3:prefix", "kms:EncryptionContext:aws:s3:arn"
"""What tells requests apart that have action and resource in common."""
OBJECT = "any-object"
"""Stands for an object under a prefix that was not seen."""


@dataclass(frozen=True)
class Request:
    """One request to judge."""

    principal: str
    account: str
    """The principal's account; "" for a service."""
    action: str
    resource: str
    resource_account: str
    context: Mapping[str, Any]

    def as_mapping(self) -> dict[str, Any]:
        """Return the request as `panther_s3.access.evaluate` takes it."""
        return {
            "principal": self.principal,
            "principal_account": self.account,
            "action": self.action,
            "resource": self.resource,
            "resource_account": self.resource_account,
            "context": dict(self.context),
        }

    @property
    def shown(self) -> dict[str, str]:
        """The request in the evidence of a check."""
        return {"action": self.action, "resource": self.resource}


def key_to_come(prefix: str, seen: str = "") -> str:
    """Return a key under `prefix` that nobody saw, ending like `seen`, one that was: all under it is to be read.

    A prefix that does not end with a slash is taken for a folder: nothing tells how its keys go on.
    """
    name = seen.rsplit("/", 1)[-1]
    ending = name[name.index(".") :] if "." in name else ""
    return f"{prefix}{'/' if prefix and not prefix.endswith('/') else ''}{OBJECT}{ending}"


def assume_role(role: Role, panther: PantherDeployment, name: str = SOMEBODY) -> Request:
    """Return Panther's AssumeRole of `role`, by a role of its account that is called `name`."""
    owner = account_of(role.arn)
    tags = {f"{service}:ResourceTag/{key}": value for service in ("aws", "iam") for key, value in role.tags.items()}
    return _of_panther(
        panther, name, "sts:AssumeRole", role.arn, _call(panther.region) | {"aws:ResourceAccount": owner} | tags
    )


def bucket_location(role: Role, answers: Answers) -> Request:
    """Return the role's GetBucketLocation."""
    return _on_bucket(role, answers, "s3:GetBucketLocation", {})


def list_bucket(role: Role, answers: Answers, prefix: str) -> Request:
    """Return the role's ListObjects of one key under `prefix`."""
    return _on_bucket(role, answers, "s3:ListBucket", {PREFIX: prefix, "s3:max-keys": "1"})


def bucket_action(role: Role, answers: Answers, action: str) -> Request:
    """Return another request of the role on the bucket itself."""
    return _on_bucket(role, answers, action, {})


def get_object(role: Role, answers: Answers, key: str) -> Request:
    """Return the role's GetObject, by which HeadObject is judged too (S3 user guide, "HeadObject")."""
    resource = f"{bucket_arn(answers.source.bucket_name, answers.partition)}/{key}"
    return _of_role(role, "s3:GetObject", resource, answers.source.aws_account_id, _s3_call(answers))


def describe_key(role: Role, key_arn: str) -> Request:
    """Return the role's DescribeKey, which is Panther's health check of the key."""
    region, account = region_of(key_arn), account_of(key_arn)
    context = _call(region) | {"kms:CallerAccount": account_of(role.arn), "aws:ResourceAccount": account}
    return _of_role(role, "kms:DescribeKey", key_arn, account, context)


def decrypt(role: Role, answers: Answers, key_arn: str, key: str, *, bucket_key: bool) -> Request:
    """Return the Decrypt that S3 makes in the role's name to read the object `key`.

    With an S3 Bucket Key the encryption context is the bucket's ARN, else the object's (S3 user
    guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys").
    """
    region, account = region_of(key_arn), account_of(key_arn)
    bucket = bucket_arn(answers.source.bucket_name, answers.partition)
    context = _call(region) | {
        "aws:ViaAWSService": "true",
        "aws:ResourceAccount": account,
        "kms:CallerAccount": account_of(role.arn),
        "kms:ViaService": f"s3.{answers.bucket_region or region}.{answers.partition.service_domain}",
        "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        ENCRYPTION_CONTEXT: bucket if bucket_key else f"{bucket}/{key}",
        "kms:EncryptionContextKeys": ["aws:s3:arn"],
    }
    return _of_role(role, "kms:Decrypt", key_arn, account, context)


def topic_action(role: Role, action: str, topic_arn: str) -> Request:
    """Return a request of the role on a topic, which Panther makes where it manages the notifications."""
    context = _call(region_of(topic_arn)) | {"aws:ResourceAccount": account_of(topic_arn)}
    return _of_role(role, action, topic_arn, account_of(topic_arn), context)


def publish(topic_arn: str, bucket: str, account: str) -> Request:
    """Return S3's Publish of an event of the bucket with the ARN `bucket`, which `account` owns."""
    return _of_s3("sns:Publish", topic_arn, bucket, account, {})


def topic_key_use(action: str, key_arn: str, topic_arn: str, bucket: str, account: str) -> Request:
    """Return S3's use of the topic's key, which publishing to an encrypted topic takes (SNS developer guide)."""
    context = {"kms:EncryptionContext:aws:sns:topicArn": topic_arn, "kms:EncryptionContextKeys": ["aws:sns:topicArn"]}
    return _of_s3(action, key_arn, bucket, account, context)


def subscribe(topic_arn: str, panther: PantherDeployment) -> Request:
    """Return Panther's Subscribe of its queue to the topic."""
    context = _call(region_of(topic_arn)) | {
        "aws:ResourceAccount": account_of(topic_arn),
        "sns:Protocol": "sqs",
        "sns:Endpoint": panther.queue_arn,
    }
    return _of_panther(panther, SOMEBODY, "sns:Subscribe", topic_arn, context)


def _call(region: str) -> dict[str, Any]:
    """What is known of every call of Panther: over TLS, now, signed; no VPC endpoint, no ExternalId.

    Its credentials are temporary, so that aws:MultiFactorAuthPresent is there, and false (IAM user
    guide, "AWS global condition context keys").
    """
    now = datetime.now(UTC).replace(microsecond=0)
    return {
        "aws:SecureTransport": "true",
        "aws:CurrentTime": now.isoformat().replace("+00:00", "Z"),
        "aws:EpochTime": str(int(now.timestamp())),
        "aws:TokenIssueTime": now.isoformat().replace("+00:00", "Z"),
        "aws:PrincipalIsAWSService": "false",
        "aws:ViaAWSService": "false",
        "aws:MultiFactorAuthPresent": "false",
        **({"aws:RequestedRegion": region} if region else {}),
    }


def _s3_call(answers: Answers) -> dict[str, Any]:
    """What S3 adds to the context of a signed call (service authorization reference, Amazon S3)."""
    return _call(answers.bucket_region) | {
        "aws:ResourceAccount": answers.source.aws_account_id,
        "s3:ResourceAccount": answers.source.aws_account_id,
        "s3:authType": "REST-HEADER",
        "s3:signatureversion": "AWS4-HMAC-SHA256",
        "s3:TlsVersion": "1.2",
    }


def _on_bucket(role: Role, answers: Answers, action: str, context: Mapping[str, Any]) -> Request:
    resource = bucket_arn(answers.source.bucket_name, answers.partition)
    return _of_role(role, action, resource, answers.source.aws_account_id, {**_s3_call(answers), **context})


def _of_role(role: Role, action: str, resource: str, resource_account: str, context: Mapping[str, Any]) -> Request:
    """A request of a session of the role; the role's tags are those of the principal."""
    arn = parse_arn(role.arn)
    partition, account = (arn.partition, arn.account) if arn else ("aws", "")
    of_principal = {
        "aws:PrincipalArn": role.arn,
        "aws:PrincipalAccount": account,
        "aws:PrincipalType": "AssumedRole",
        **({"aws:userid": f"{role.id}:{SESSION}"} if role.id else {}),
        **{f"aws:PrincipalTag/{key}": value for key, value in role.tags.items()},
    }
    principal = f"arn:{partition}:sts::{account}:assumed-role/{role.name}/{SESSION}"
    return Request(principal, account, action, resource, resource_account, {**context, **of_principal})


def _of_panther(
    panther: PantherDeployment, name: str, action: str, resource: str, context: Mapping[str, Any]
) -> Request:
    """A request of a session of the role of Panther's account that is called `name`, with its path."""
    partition, account = panther.partition.name, panther.account_id
    of_principal = {
        "aws:PrincipalArn": f"arn:{partition}:iam::{account}:role/{name}",
        "aws:PrincipalAccount": account,
        "aws:PrincipalType": "AssumedRole",
    }
    principal = f"arn:{partition}:sts::{account}:assumed-role/{name.rsplit('/', 1)[-1]}/{SESSION}"
    return Request(principal, account, action, resource, account_of(resource), {**context, **of_principal})


def _of_s3(action: str, resource: str, bucket: str, account: str, context: Mapping[str, Any]) -> Request:
    """A request of S3 itself for a bucket (S3 user guide, "Granting permissions to publish event notification")."""
    call, resource_account = _call(region_of(resource)), account_of(resource)
    del call["aws:MultiFactorAuthPresent"]  # a service has no session
    known = call | {
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": "s3.amazonaws.com",
        "aws:PrincipalServiceNamesList": ["s3.amazonaws.com"],
        "aws:ResourceAccount": resource_account,
        "aws:SourceArn": bucket,
        "aws:SourceAccount": account,
        **context,
    }
    return Request("s3.amazonaws.com", "", action, resource, resource_account, known)
