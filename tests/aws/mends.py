"""Mends of every kind, each of a document that is made for it in the embedded AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from panther_s3.aws.session import Aws
from panther_s3.demo.cast import CUSTOMER_ACCOUNT, PANTHER_ACCOUNT, PANTHER_REGION
from panther_s3.mending import Mend, MendKind
from panther_s3.panther import PantherDeployment
from panther_s3.policies import trust_policy
from tests.buckets import make_bucket

PANTHER = PantherDeployment(PANTHER_ACCOUNT, PANTHER_REGION)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ROOT = f"arn:aws:iam::{CUSTOMER_ACCOUNT}:root"


def allows(action: str, resource: str, **more: Any) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Id": "theirs",
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **more}],
    }


def more_of(document: dict[str, Any], statement: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return `document` with one statement more, its first by default."""
    added = statement or {**document["Statement"][0], "Sid": "More"}
    return {**document, "Statement": [*document["Statement"], added]}


def of_role(aws: Aws) -> Mend:
    name = f"PantherLogProcessingRole-{uuid4()}"
    iam = aws.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    before = allows("s3:GetObject", "arn:aws:s3:::x/*")
    iam.put_role_policy(RoleName=name, PolicyName="ReadData", PolicyDocument=json.dumps(before))
    return Mend(MendKind.ROLE_POLICY, arn, "ReadData", "", "", before, more_of(before), "x.")


def of_new_policy(aws: Aws) -> Mend:
    mend = of_role(aws)
    return replace(mend, policy_name="PantherS3Wizard", before=None)


def of_trust(aws: Aws) -> Mend:
    after = more_of(TRUST, trust_policy(PANTHER)["Statement"][0])
    return replace(of_role(aws), kind=MendKind.TRUST, policy_name="", before=TRUST, after=after)


def of_bucket(aws: Aws) -> Mend:
    name = f"mend-{uuid4()}"
    s3 = aws.client("s3")
    make_bucket(s3, name)
    before = allows("s3:ListBucket", f"arn:aws:s3:::{name}", Principal={"AWS": ROOT})
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(before))
    return Mend(MendKind.BUCKET, name, "", "us-west-2", CUSTOMER_ACCOUNT, before, more_of(before), "x.")


def of_bare_bucket(aws: Aws) -> Mend:
    mend = of_bucket(aws)
    aws.client("s3").delete_bucket_policy(Bucket=mend.target)
    return replace(mend, before=None)


def of_key(aws: Aws) -> Mend:
    before = allows("kms:*", "*", Principal={"AWS": ROOT})
    arn = aws.client("kms").create_key(Policy=json.dumps(before))["KeyMetadata"]["Arn"]
    after = more_of(before, allows("kms:Decrypt", "*", Principal={"AWS": f"{ROOT[:-4]}role/x"})["Statement"][0])
    return Mend(MendKind.KEY, arn, "", "us-west-2", "", before, after, "x.")


def of_topic(aws: Aws) -> Mend:
    arn = aws.client("sns").create_topic(Name=f"mend-{uuid4()}")["TopicArn"]
    before = allows("sns:Publish", arn, Principal={"AWS": ROOT})
    aws.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(before))
    return Mend(MendKind.TOPIC, arn, "", "us-west-2", "", before, more_of(before), "x.")


EVERY = [of_role, of_new_policy, of_trust, of_bucket, of_bare_bucket, of_key, of_topic]
Make = Callable[[Aws], Mend]


def never(seconds: float) -> None:
    raise AssertionError("nothing to wait for")
