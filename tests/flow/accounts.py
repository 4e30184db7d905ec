"""Accounts of the emulator: what is in one, document by document, and scenes for a flow to begin in."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from panther_s3.answers import Answers, CallerIdentity, IamMethod
from panther_s3.demo import cast
from panther_s3.flow import Step
from panther_s3.journal import Journal
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import AWS
from panther_s3.policies import role_policy, trust_policy
from panther_s3.source import PrefixLogTypes, S3Source
from tests.buckets import make_bucket
from tests.flow.robot import Errand
from tui.options import AwsOptions
from tui.undoing import run_undo

PREFIX, REGION = "app/", "us-west-2"
PANTHER = PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION)
NAME = "flow source"
TOPIC = "acme-flow-events"
"""A topic that is there before, encrypted with a key that S3 may not use, and with the policy that SNS gives."""
UNIQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
GOING = ("PendingDeletion", "PendingReplicaDeletion")
NEVER_SHOWN = {"SubscriptionsConfirmed", "SubscriptionsPending", "SubscriptionsDeleted", "EffectiveDeliveryPolicy"}
"""Attributes of a topic that count or repeat what stands elsewhere."""
WAYS = {"topic by the stack": False, "topic that exists": True}
"""The scenes by name: whether there is a topic already, and with it the role."""
_numbers = itertools.count()


@cache
def _session() -> Any:
    import boto3

    return boto3.Session()


class Account:
    """An account of the emulator, by its root's keys, which are the account's number."""

    def __init__(self, endpoint_url: str, number: str) -> None:
        self.endpoint_url, self.number = endpoint_url, number
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str = REGION) -> Any:
        """Return a client of `service` with the rights of the account's root."""
        if (service, region) not in self._clients:
            self._clients[service, region] = _session().client(
                service,
                region_name=region,
                endpoint_url=self.endpoint_url,
                aws_access_key_id=self.number,
                aws_secret_access_key="root",
            )
        return self._clients[service, region]

    def environment(self) -> dict[str, str]:
        """Return what makes the default credentials those of the root."""
        return {"AWS_ACCESS_KEY_ID": self.number, "AWS_SECRET_ACCESS_KEY": "root"}

    def documents(self, *regions: str) -> dict[str, Any]:
        """Return all that the wizard can change, each document under what it belongs to."""
        found: dict[str, Any] = {**self._roles(), **self._buckets()}
        for region in regions or (REGION,):
            found |= {**self._stacks(region), **self._topics(region), **self._keys(region)}
        return found

    def _roles(self) -> dict[str, Any]:
        iam, found = self.client("iam"), {}
        for role in iam.list_roles()["Roles"]:
            name = role["RoleName"]
            policies = {
                each: iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"]
                for each in iam.list_role_policies(RoleName=name)["PolicyNames"]
            }
            found[f"role {name}"] = {
                "trust": role["AssumeRolePolicyDocument"],
                "policies": policies,
                "attached": iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"],
                "tags": iam.list_role_tags(RoleName=name)["Tags"],
            }
        return found

    def _stacks(self, region: str) -> dict[str, Any]:
        cloudformation, found = self.client("cloudformation", region), {}
        for stack in cloudformation.describe_stacks()["Stacks"]:
            if stack["StackStatus"] == "DELETE_COMPLETE":
                continue
            name = stack["StackName"]
            sets = cloudformation.list_change_sets(StackName=name)["Summaries"]
            found[f"stack {region} {name}"] = {
                **{key: stack.get(key) for key in ("StackStatus", "Parameters", "Outputs", "Tags")},
                "template": cloudformation.get_template(StackName=name, TemplateStage="Original")["TemplateBody"],
                "change sets": [each for each in sets if not each["ExecutionStatus"].startswith("EXECUTE_")],
            }
        return found

    def _topics(self, region: str) -> dict[str, Any]:
        sns, found = self.client("sns", region), {}
        for arn in (topic["TopicArn"] for topic in sns.list_topics()["Topics"]):
            attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
            found[f"topic {arn}"] = {
                name: json.loads(value) if name == "Policy" else value
                for name, value in attributes.items()
                if name not in NEVER_SHOWN
            }
            for entry in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
                told = sns.get_subscription_attributes(SubscriptionArn=entry["SubscriptionArn"])["Attributes"]
                found[f"subscription {entry['SubscriptionArn']}"] = told
        return found

    def _keys(self, region: str) -> dict[str, Any]:
        kms, found = self.client("kms", region), {}
        for key in (each["KeyId"] for each in kms.list_keys()["Keys"]):
            described = kms.describe_key(KeyId=key)["KeyMetadata"]
            if described["KeyState"] not in GOING:
                policy = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
                found[f"key {region} {key}"] = {"state": described["KeyState"], "policy": json.loads(policy)}
        for alias in kms.list_aliases()["Aliases"]:
            found[f"alias {region} {alias['AliasName']}"] = alias.get("TargetKeyId")
        return found

    def _buckets(self) -> dict[str, Any]:
        s3, found = self.client("s3"), {}
        for bucket in (each["Name"] for each in s3.list_buckets()["Buckets"]):
            rules = s3.get_bucket_notification_configuration(Bucket=bucket)
            rules.pop("ResponseMetadata")
            found[f"bucket {bucket}"] = {
                "notifications": rules,
                "policy": self._bucket_policy(s3, bucket),
                "versions": sorted(
                    (kind, each["Key"])
                    for kind, entries in s3.list_object_versions(Bucket=bucket).items()
                    if kind in ("Versions", "DeleteMarkers")
                    for each in entries
                ),
            }
        return found

    @staticmethod
    def _bucket_policy(s3: Any, bucket: str) -> Any:
        try:
            return json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
        except s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchBucketPolicy":
                raise
            return None


def alike(documents: Mapping[str, Any], account: str) -> list[str]:
    """Return `documents` as lines that are the same for what was made alike in another account.

    Numbers that AWS gives are alike, and so are the accounts themselves; how many there are of each still shows.
    """
    lines = (f"{name}: {json.dumps(value, sort_keys=True, default=str)}" for name, value in documents.items())
    return sorted(UNIQUE.sub("ID", line).replace(account, "ACCOUNT") for line in lines)


class Scene:
    """An account of its own with a bucket that others are told of, and a run that was begun there."""

    def __init__(self, endpoint_url: str, *, with_topic: bool, with_role: bool) -> None:
        """Make the scene in a new account.

        Args:
            endpoint_url: the emulator's.
            with_topic: whether there is a topic already, which lacks all that Panther needs.
            with_role: whether the role is there already, and the run stands at the notifications.
        """
        self.account = Account(endpoint_url, _new_account())
        self.with_role = with_role
        number = self.account.number
        self.bucket = f"acme-flow-logs-{number}"
        self.topic = f"arn:aws:sns:{REGION}:{number}:{TOPIC}" if with_topic else ""
        self.answers = Answers(
            region=REGION,
            identity=CallerIdentity(number, f"arn:aws:iam::{number}:root"),
            panther=PANTHER,
            bucket_region=REGION,
            iam_method=IamMethod.CREATE_STACK,
            source=S3Source(NAME, number, self.bucket, prefix_log_types=(PrefixLogTypes(PREFIX, ("AWS.CloudTrail",)),)),
        )
        self._make_bucket()
        if with_topic:
            self._make_topic()
        if with_role:
            self._make_role()
        self.before = self.account.documents()

    @classmethod
    def of(cls, way: str, endpoint_url: str) -> Scene:
        """Make the scene that is called `way`."""
        return cls(endpoint_url, with_topic=WAYS[way], with_role=WAYS[way])

    @property
    def step(self) -> Step:
        """The step that the run came to."""
        return Step.NOTIFICATIONS if self.with_role else Step.CREATE_STACK

    def environment(self) -> dict[str, str]:
        """Return the environment of the programs that work in it."""
        return self.account.environment()

    def documents(self) -> dict[str, Any]:
        """Return all that the wizard can change."""
        return self.account.documents()

    def begin(self, folder: Path) -> None:
        """Put down in the state directory `folder` a run that came as far as the scene."""
        journal = Journal(folder)
        journal.keep_answers(self.step, self.answers)
        journal.close()

    def undo(self, folder: Path) -> tuple[int, list[str]]:
        """Take the latest run back that `folder` knows, and return the exit code and what differs then."""
        with pytest.MonkeyPatch.context() as patched:
            for name, value in self.environment().items():
                patched.setenv(name, value)
            code = run_undo(folder, None, AwsOptions(endpoint_url=self.account.endpoint_url), yes=True)
        now = self.documents()
        return code, [name for name in {**now, **self.before} if now.get(name) != self.before.get(name)]

    def found(self) -> list[str]:
        """Return what is there now, so that it can be compared with another scene's."""
        return alike(self.documents(), self.account.number)

    def _make_bucket(self) -> None:
        s3 = self.account.client("s3")
        make_bucket(s3, self.bucket)
        s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket=self.bucket, Key=f"{PREFIX}log.json", Body=b"{}")
        queue = f"arn:aws:sqs:{REGION}:{self.account.number}:acme-audit-events"
        let_s3 = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**let_s3, "Resource": queue}]})
        self.account.client("sqs").create_queue(QueueName="acme-audit-events", Attributes={"Policy": policy})
        function = f"arn:aws:lambda:{REGION}:{self.account.number}:function:acme-on-delete"
        below = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "audit/"}]}}
        s3.put_bucket_notification_configuration(
            Bucket=self.bucket,
            SkipDestinationValidation=True,
            NotificationConfiguration={
                "QueueConfigurations": [
                    {"Id": "audit", "QueueArn": queue, "Events": ["s3:ObjectCreated:*"], "Filter": below}
                ],
                "LambdaFunctionConfigurations": [
                    {"Id": "on-delete", "LambdaFunctionArn": function, "Events": ["s3:ObjectRemoved:*"]}
                ],
                "EventBridgeConfiguration": {},
            },
        )

    def _make_topic(self) -> None:
        sns, kms = self.account.client("sns"), self.account.client("kms")
        key = kms.create_key(Description="events")["KeyMetadata"]["Arn"]
        made = sns.create_topic(Name=TOPIC, Attributes={"KmsMasterKeyId": key})["TopicArn"]
        assert made == self.topic
        own = {"Sid": "Own", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["SNS:Publish", "SNS:Subscribe"]}
        own |= {"Resource": made, "Condition": {"StringEquals": {"AWS:SourceOwner": self.account.number}}}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [own]})
        sns.set_topic_attributes(TopicArn=made, AttributeName="Policy", AttributeValue=policy)

    def _make_role(self) -> None:
        iam, name = self.account.client("iam"), self.answers.role_name
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust_policy(PANTHER)))
        policy = json.dumps(role_policy(self.answers.source, AWS))
        iam.put_role_policy(RoleName=name, PolicyName="ReadData", PolicyDocument=policy)


def errand_in(scene: Scene) -> Errand:
    """Return what the operator wants in `scene`."""
    return Errand(scene.bucket, prefix=PREFIX, topic=scene.topic)


def _new_account() -> str:
    return f"2000{next(_numbers):08}"
