"""A source that is well set up, as read, to break in one place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.buckets import BucketFacts, Encryption
from panther_s3.aws.keys import KeyFacts
from panther_s3.aws.object_records import ObjectFacts, PrefixSample
from panther_s3.aws.roles import Role, RolePolicy
from panther_s3.aws.topic_records import Subscription, Topic
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.checks.result import CheckId, CheckResult
from panther_s3.checks.runner import run_checks
from panther_s3.mending import Mend, MendKind
from panther_s3.panther import PantherDeployment
from panther_s3.policies import role_policy, topic_key_statement, topic_policy, trust_policy
from panther_s3.source import PrefixLogTypes, S3Source

ACCOUNT, PANTHER_ACCOUNT, OTHER = "111122223333", "999988887777", "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/PantherLogProcessingRole-prod-trail"
KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1234"
TOPIC_KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/5678"
TOPIC = f"arn:aws:sns:us-west-2:{ACCOUNT}:panther-notifications-topic"
BUCKET = "arn:aws:s3:::acme-logs"
PANTHER = PantherDeployment(PANTHER_ACCOUNT, "us-west-2")
SOURCE = S3Source(
    name="prod trail",
    aws_account_id=ACCOUNT,
    bucket_name="acme-logs",
    kms_key_arn=KEY,
    prefix_log_types=(PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail",)), PrefixLogTypes("app/")),
    log_processing_role_arn=ROLE,
)
ANSWERS = Answers(
    region="us-west-2",
    bucket_region="us-west-2",
    identity=CallerIdentity(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/operator"),
    panther=PANTHER,
    source=SOURCE,
)
PARTITION = ANSWERS.partition
LET_ACCOUNT = {
    "Sid": "EnableIAM",
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}


def policy(*statements: Any, version: str | None = "2012-10-17", **more: Any) -> dict[str, Any]:
    """Return a policy document."""
    return {**({"Version": version} if version else {}), **more, "Statement": list(statements)}


def key(arn: str, *statements: Any) -> KeyReading:
    """Return a key of the customer's with a policy."""
    facts = KeyFacts(arn, "Enabled", True, "CUSTOMER", "ENCRYPT_DECRYPT", ACCOUNT)
    return KeyReading(facts, policy(*statements, Id="key-policy"), ())


def healthy() -> Readings:
    """Return what is read where nothing is wrong."""
    encrypted = ObjectFacts("AWSLogs/x.json.gz", 10, encryption="aws:kms", kms_key_arn=KEY, bucket_key=False)
    return Readings(
        role=Role(
            name="PantherLogProcessingRole-prod-trail",
            arn=ROLE,
            path="/",
            trust=trust_policy(PANTHER),
            permissions_boundary="",
            tags={},
            policies=(RolePolicy("ReadData", role_policy(SOURCE, PARTITION)),),
        ),
        bucket=BucketFacts(
            "acme-logs", "us-west-2", True, Encryption.CUSTOMER_KEY, KEY, False, (), "BucketOwnerEnforced", False, "me"
        ),
        samples=(PrefixSample("AWSLogs/", (encrypted,)), PrefixSample("app/", (replace(encrypted, key="app/y"),))),
        keys={
            KEY: key(KEY, LET_ACCOUNT),
            TOPIC_KEY: key(TOPIC_KEY, LET_ACCOUNT, topic_key_statement(SOURCE, PARTITION)),
        },
        notifications={
            "TopicConfigurations": [{"Id": "panther", "TopicArn": TOPIC, "Events": ["s3:ObjectCreated:*"]}],
        },
        topic=Topic(TOPIC, topic_policy(TOPIC, SOURCE, PANTHER, PARTITION), TOPIC_KEY),
        subscriptions=(Subscription(f"{TOPIC}:1", "sqs", PANTHER.queue_arn, raw_delivery=False),),
    )


def with_role(readings: Readings, **changes: Any) -> Readings:
    """Return `readings` with a role that differs."""
    assert isinstance(readings.role, Role)
    return replace(readings, role=replace(readings.role, **changes))


def with_topic(readings: Readings, **changes: Any) -> Readings:
    """Return `readings` with a topic that differs, and nobody subscribed to it."""
    assert isinstance(readings.topic, Topic)
    return replace(readings, topic=replace(readings.topic, **changes), subscriptions=())


def judged(readings: Readings, check: CheckId, answers: Answers = ANSWERS) -> CheckResult:
    """Return the finding of one check."""
    return next(result for result in run_checks(readings, answers) if result.id is check)


def with_document(readings: Readings, mend: Mend) -> Readings:
    """Return `readings` as they are once `mend` was made."""
    role, topic = readings.role, readings.topic
    if mend.kind is MendKind.TRUST:
        return with_role(readings, trust=mend.after)
    if mend.kind is MendKind.BUCKET:
        return replace(readings, bucket_policy=mend.after)
    if mend.kind is MendKind.KEY:
        return replace(
            readings, keys={**readings.keys, mend.target: replace(readings.keys[mend.target], policy=mend.after)}
        )
    if mend.kind is MendKind.TOPIC:
        assert isinstance(topic, Topic)
        return replace(readings, topic=replace(topic, policy=mend.after))
    assert isinstance(role, Role)
    others = tuple(policy for policy in role.policies if policy.name != mend.policy_name)
    return with_role(readings, policies=(*others, RolePolicy(mend.policy_name, mend.after)))
