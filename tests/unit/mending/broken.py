"""Misconfigurations that an edit of one policy document mends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from panther_s3.answers import Answers
from panther_s3.aws.roles import RolePolicy
from panther_s3.checks.readings import Readings
from panther_s3.checks.result import CheckId
from panther_s3.mending import MendKind
from panther_s3.policies import (
    object_key_statement,
    role_policy,
    s3_publish_statement,
    subscribe_statement,
    trust_policy,
)
from tests.unit.mending.made import (
    ACCOUNT,
    ANSWERS,
    BUCKET,
    KEY,
    LET_ACCOUNT,
    OTHER,
    PANTHER,
    PANTHER_ACCOUNT,
    PARTITION,
    SOURCE,
    TOPIC,
    TOPIC_KEY,
    healthy,
    key,
    policy,
    with_role,
    with_topic,
)

OURS = trust_policy(PANTHER)["Statement"][0]
ROOT = PANTHER.root_arn
READ, LIST = role_policy(SOURCE, PARTITION)["Statement"][1], role_policy(SOURCE, PARTITION)["Statement"][0]
PUBLISH, SUBSCRIBE = s3_publish_statement(TOPIC, SOURCE, PARTITION), subscribe_statement(TOPIC, PANTHER)
OPEN_PUBLISH = {name: value for name, value in PUBLISH.items() if name != "Condition"}
NO_TLS = {name: value for name, value in OURS.items() if name != "Condition"}


class Broken(NamedTuple):
    """A misconfiguration, and what it is to be found as and mended in."""

    name: str
    break_it: Callable[[], Readings]
    check: CheckId
    cause: str
    kind: MendKind
    answers: Answers = ANSWERS


def trust(*statements: Any, version: str | None = "2012-10-17", **more: Any) -> Readings:
    """Return a role that trusts by these statements."""
    return with_role(healthy(), trust=policy(*statements, version=version, **more))


def inline(*policies: RolePolicy) -> Readings:
    """Return a role with these policies."""
    return with_role(healthy(), policies=policies)


def bucket(*statements: Any, version: str | None = "2012-10-17", **more: Any) -> Readings:
    """Return a bucket with a policy of these statements."""
    return replace(healthy(), bucket_policy=policy(*statements, version=version, **more))


def keys(**changed: Any) -> Readings:
    """Return keys of which one has these statements."""
    arns = {"objects": KEY, "topic": TOPIC_KEY}
    readings = healthy()
    return replace(
        readings,
        keys={**readings.keys, **{arns[name]: key(arns[name], *statements) for name, statements in changed.items()}},
    )


def topic(*statements: Any, version: str | None = "2012-10-17", **more: Any) -> Readings:
    """Return a topic with a policy of these statements."""
    return with_topic(healthy(), policy=policy(*statements, version=version, **more))


def lets_in(principal: Any, **more: Any) -> dict[str, Any]:
    """Return a trust statement."""
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}


def denies(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    """Return a Deny for everybody."""
    return {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resource, **more}


EXTERNAL = {"StringEquals": {"sts:ExternalId": "secret"}}
T, B, L, R = CheckId.ROLE_TRUST, CheckId.BUCKET_LOCATION, CheckId.BUCKET_LIST, CheckId.OBJECTS_READ
K, P, E = CheckId.KMS_DECRYPT, CheckId.NOTIFICATIONS_TOPIC_POLICY, CheckId.NOTIFICATIONS_TOPIC_ENCRYPTION
ROLE, TRUST, BUCKETS, KEYS, TOPICS = (
    MendKind.ROLE_POLICY,
    MendKind.TRUST,
    MendKind.BUCKET,
    MendKind.KEY,
    MendKind.TOPIC,
)
EC2 = lets_in({"Service": "ec2.amazonaws.com"})
VENDOR = f"arn:aws:iam::{OTHER}:root"
MANAGED = ANSWERS.with_source(panther_managed_bucket_notifications_enabled=True)
FIREHOSE = {
    "Sid": "Firehose",
    "Effect": "Allow",
    "Principal": {"Service": "firehose.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": f"{BUCKET}/*",
}

BROKEN = [
    Broken("nobody of Panther is trusted", lambda: trust(EC2), T, "panther_not_trusted", TRUST),
    Broken("a trust policy of one statement", lambda: with_role(healthy(), trust={"Statement": EC2}), T,
           "panther_not_trusted", TRUST),
    Broken("another account is trusted", lambda: trust(lets_in({"AWS": VENDOR})), T, "wrong_account", TRUST),
    Broken("an ExternalId is wanted", lambda: trust(lets_in({"AWS": ROOT}, Condition=EXTERNAL)), T,
           "external_id_required", TRUST),
    Broken("an ExternalId is wanted of others too",
           lambda: trust(lets_in({"AWS": [ROOT, VENDOR]}, Condition=EXTERNAL)), T, "external_id_required", TRUST),
    Broken("an ExternalId and MFA are wanted",
           lambda: trust(lets_in({"AWS": PANTHER_ACCOUNT},
                                 Condition={**EXTERNAL, "Bool": {"aws:MultiFactorAuthPresent": True}})),
           T, "external_id_required", TRUST),
    Broken("a VPC is wanted", lambda: trust(lets_in({"AWS": ROOT},
           Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}), version="2008-10-17"), T, "condition_not_met",
           TRUST),
    Broken("the action is another", lambda: trust({**OURS, "Action": "sts:TagSession"}), T,
           "assume_role_not_allowed", TRUST),
    Broken("all but the action is allowed",
           lambda: trust({"Effect": "Allow", "Principal": {"AWS": ROOT}, "NotAction": "sts:AssumeRole"}), T,
           "assume_role_not_allowed", TRUST),
    Broken("a deleted role is trusted", lambda: trust(lets_in({"AWS": "AROAEXAMPLE1"})), T, "deleted_principal", TRUST),
    Broken("a deleted role is trusted beside a service",
           lambda: trust(EC2, lets_in({"AWS": ["AIDAEXAMPLE2", f"arn:aws:iam::{ACCOUNT}:user/ann"]})), T,
           "deleted_principal", TRUST),
    Broken("one role of Panther is trusted",
           lambda: trust(lets_in({"AWS": f"arn:aws:iam::{PANTHER_ACCOUNT}:role/panther-s3"})), T,
           "specific_role_trusted", TRUST),
    Broken("one role of Panther is trusted by condition",
           lambda: trust(lets_in({"AWS": ROOT}, Condition={
               "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{PANTHER_ACCOUNT}:role/panther-*"}})), T,
           "specific_role_trusted", TRUST),
    Broken("TLS is not wanted", lambda: trust(NO_TLS, EC2), T, "secure_transport_not_required", TRUST),
    Broken("TLS is not wanted, nor of others", lambda: trust(lets_in({"AWS": [VENDOR, ROOT]})), T,
           "secure_transport_not_required", TRUST),
    Broken("TLS is not wanted, twice", lambda: trust(NO_TLS, {**NO_TLS, "Sid": "Again"}, OURS), T,
           "secure_transport_not_required", TRUST),
    Broken("the role has no policy", lambda: inline(), L, "identity_policy", ROLE),
    Broken("the role may not list", lambda: inline(RolePolicy("ReadData", policy(READ))), B, "identity_policy", ROLE),
    Broken("the role may not read", lambda: inline(RolePolicy("ReadData", policy(LIST, version=None))), R,
           "identity_policy", ROLE),
    Broken("the role reads one prefix of two",
           lambda: inline(RolePolicy("mine", policy(LIST, {**READ, "Resource": f"{BUCKET}/app/*"}))), R,
           "identity_policy", ROLE),
    Broken("the role may not decrypt", lambda: inline(RolePolicy("ReadData", policy(LIST, READ))), K,
           "identity_policy", ROLE),
    Broken("the role may read by an attached policy only",
           lambda: inline(RolePolicy("attached", policy(LIST), "arn:aws:iam::1:policy/attached")), R,
           "identity_policy", ROLE),
    Broken("the role may not set up the bucket's notifications", healthy, CheckId.NOTIFICATIONS_BUCKET, "missing", ROLE,
           MANAGED),
    Broken("the role may not make the topic", healthy, CheckId.NOTIFICATIONS_TOPIC, "missing", ROLE, MANAGED),
    Broken("only named roles are let in", lambda: bucket(FIREHOSE, denies("s3:*", [BUCKET, f"{BUCKET}/*"], Condition={
        "ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::111122223333:role/admin"]}})), L, "bucket_policy", BUCKETS),
    Broken("only a VPC endpoint is let in", lambda: bucket(denies("s3:Get*", f"{BUCKET}/*", Sid="OnlyVpce", Condition={
        "StringNotEquals": {"aws:SourceVpce": "vpce-1"}}), version="2008-10-17", Id="x"), R, "bucket_policy", BUCKETS),
    Broken("two Denies are in the way", lambda: bucket(
        denies("s3:ListBucket", BUCKET, Sid="One"), denies("s3:List*", BUCKET, Sid="Two"), FIREHOSE), L,
        "bucket_policy", BUCKETS),
    Broken("two Denies say the same", lambda: bucket(
        denies("s3:ListBucket", BUCKET), FIREHOSE, denies("s3:ListBucket", BUCKET)), L, "bucket_policy", BUCKETS),
    Broken("a Deny for one prefix of two", lambda: bucket(denies("s3:GetObject", f"{BUCKET}/app/*"), FIREHOSE), R,
           "bucket_policy", BUCKETS),
    Broken("the key's policy denies", lambda: keys(objects=(LET_ACCOUNT, denies("kms:Decrypt", "*"))), K,
           "key_policy_denies", KEYS),
    Broken("the key's policy leaves the account out",
           lambda: keys(objects=({**LET_ACCOUNT, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}},)), K,
           "key_policy_does_not_allow", KEYS),
    Broken("the key's policy lets decrypt, not describe", lambda: keys(objects=(
        {**object_key_statement(healthy().role.arn), "Action": "kms:Decrypt"},)), K,  # type: ignore[union-attr]
        "key_policy_does_not_allow", KEYS),
    Broken("the topic's key keeps S3 out", lambda: keys(topic=(LET_ACCOUNT,)), E, "key_policy_denies_s3", KEYS),
    Broken("S3 may not publish", lambda: topic(SUBSCRIBE), P, "s3_publish_not_allowed", TOPICS),
    Broken("S3 may publish for another bucket", lambda: topic(
        {**PUBLISH, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::other"}}}, SUBSCRIBE), P,
        "s3_publish_not_allowed", TOPICS),
    Broken("Panther may not subscribe", lambda: topic(PUBLISH, version="2008-10-17", Id="__default_policy_ID"), P,
           "panther_subscribe_not_allowed", TOPICS),
    Broken("neither S3 nor Panther is let in", lambda: with_topic(healthy(), policy={}), P, "s3_publish_not_allowed",
           TOPICS),
    Broken("S3 may publish for anybody", lambda: topic(OPEN_PUBLISH, SUBSCRIBE), P, "no_source_guard", TOPICS),
    Broken("S3 may publish for anybody, twice", lambda: topic(
        OPEN_PUBLISH, SUBSCRIBE, {**OPEN_PUBLISH, "Sid": "Again", "Action": ["SNS:Publish"]}), P, "no_source_guard",
        TOPICS),
    Broken("S3 and others may publish for anybody", lambda: topic(SUBSCRIBE, {
        **OPEN_PUBLISH, "Principal": {"Service": ["s3.amazonaws.com", "events.amazonaws.com"]}}), P, "no_source_guard",
        TOPICS),
]  # fmt: skip

NOT_MENDED = [
    Broken("a Deny in the trust policy", lambda: trust(OURS, {**NO_TLS, "Effect": "Deny", "Sid": "No"}), T,
           "explicit_deny", TRUST),
    Broken("a Deny in the role's policy", lambda: inline(
        RolePolicy("ReadData", policy(LIST, READ, {**LIST, "Sid": "No", "Effect": "Deny"}))), L, "identity_policy",
           ROLE),
    Broken("a Deny in the topic's policy", lambda: topic(PUBLISH, SUBSCRIBE, denies("sns:Publish", TOPIC)), P,
           "explicit_deny", TOPICS),
    Broken("a Deny in the topic's key", lambda: keys(topic=(LET_ACCOUNT, denies("kms:*", "*"))), E,
           "key_policy_denies_s3", KEYS),
    Broken("everybody may publish", lambda: topic({**OPEN_PUBLISH, "Principal": "*"}, SUBSCRIBE), P, "no_source_guard",
           TOPICS),
    Broken("everybody may assume the role", lambda: trust(lets_in("*")), T, "secure_transport_not_required", TRUST),
    Broken("a boundary leaves it out", lambda: with_role(
        healthy(), permissions_boundary="arn:aws:iam::1:policy/b", boundary=policy(READ)), L, "permissions_boundary",
        ROLE),
    Broken("there is no role", lambda: replace(healthy(), role=None), CheckId.ROLE_EXISTS, "missing", ROLE),
    Broken("no rule tells of new objects", lambda: replace(healthy(), notifications={}), CheckId.NOTIFICATIONS_BUCKET,
           "missing", BUCKETS),
    Broken("it is another account's bucket", lambda: bucket(denies("s3:*", [BUCKET, f"{BUCKET}/*"])), L,
           "bucket_policy", BUCKETS, replace(ANSWERS, identity=replace(ANSWERS.identity, account_id=OTHER))),  # type: ignore[type-var]
]  # fmt: skip
"""What no edit of one document of the operator's mends, or none that is ours to propose."""

DECISIVE = [broken for broken in BROKEN if broken.answers is ANSWERS]
"""Those that nothing else stands in the way of: once mended, their check passes."""
