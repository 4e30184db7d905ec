"""A customer of the demo's Panther: an account of a test's own, with a bucket, a role and a topic; and waiting."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from panther_s3.demo.panther import DemoPanther
from panther_s3.demo.panther.accounts import Accounts
from panther_s3.demo.panther.input_queue import Home
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import AWS
from panther_s3.policies import role_policy, trust_policy
from panther_s3.source import PrefixLogTypes, S3Source
from tests.buckets import make_bucket

T = TypeVar("T")
SOURCES, GRAPHQL = "/log-sources/s3", "/public/graphql"
ALL = "{ sources { edges { node { integrationId integrationLabel } } pageInfo { hasNextPage endCursor } } }"
REGION = "us-west-2"
PATIENCE_SECONDS = 30
SEVERAL_ROUNDS_SECONDS = 1.5
"""How long is waited for something that should not come; the tests' Panther goes round ten times a second."""
HEALTH = """
query Health($id: ID!) {
  source(id: $id) { isHealthy lastEventReceivedAtTime lastEventProcessedAtTime }
}
"""


def account_id() -> str:
    """Return the number of an account that no other test has."""
    return f"{secrets.randbelow(8 * 10**11) + 10**11}"


def until(look: Callable[[], T]) -> T:
    """Return what `look` gives as soon as that is something; fails where it never is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, f"{look} never gave anything"
        time.sleep(0.05)
    return found


def for_a_while(look: Callable[[], object]) -> None:
    """Fail as soon as `look` gives something; it should not."""
    deadline = time.monotonic() + SEVERAL_ROUNDS_SECONDS
    while time.monotonic() < deadline:
        assert not look()
        time.sleep(0.1)


def demo_panther(endpoint_url: str, **options: Any) -> DemoPanther:
    """Return a running Panther with an account and a queue of its own, that goes round quickly."""
    options = {"account_id": account_id(), "queue": f"panther-{uuid4().hex[:12]}", "seconds": 0.1, **options}
    return DemoPanther(endpoint_url, **options)


def client_of(panther: DemoPanther, token: str | None = None) -> httpx.Client:
    """Return an HTTP client of Panther's API with `token`, by default the one that may do everything."""
    headers = {"X-API-Key": panther.token if token is None else token}
    return httpx.Client(base_url=panther.url, headers=headers, timeout=PATIENCE_SECONDS, trust_env=False)


def graphql(client: httpx.Client, query: str, **variables: Any) -> dict[str, Any]:
    """Return the data of a GraphQL answer without errors."""
    answer = client.post(GRAPHQL, json={"query": query, "variables": variables}).json()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def state_of(client: httpx.Client, source_id: str) -> dict[str, Any]:
    """Return health and times of a source."""
    state: dict[str, Any] = graphql(client, HEALTH, id=source_id)["source"]
    return state


@dataclass
class Customer:
    """An account of the embedded AWS, with a bucket; `panther` is the account of its Panther."""

    endpoint_url: str
    panther: DemoPanther
    account: str = field(default_factory=account_id)
    bucket: str = field(default_factory=lambda: f"customer-{uuid4().hex[:12]}")
    role: str = field(default_factory=lambda: f"PantherLogProcessingRole-{uuid4().hex[:12]}")

    def __post_init__(self) -> None:
        self._accounts = Accounts(self.endpoint_url)
        make_bucket(self.enter("s3"), self.bucket)

    def enter(self, service: str) -> Any:
        """Return a client of the account's root."""
        return self._accounts.enter(service, self.account, REGION)

    def queue(self) -> Any:
        """Return SQS of Panther's account, which the name of its queue leads to."""
        return self._accounts.enter("sqs", self.home.account, REGION)

    @property
    def home(self) -> Home:
        """Where Panther lives."""
        return self.panther.home

    @property
    def deployment(self) -> PantherDeployment:
        """Where its Panther runs, as an operator knows it."""
        return PantherDeployment(self.home.account, REGION)

    @property
    def source(self) -> S3Source:
        """The source of the bucket, as `body` asks for it."""
        role = f"arn:aws:iam::{self.account}:role/{self.role}"
        return S3Source(
            f"s {self.bucket[-12:]}",
            self.account,
            self.bucket,
            prefix_log_types=(PrefixLogTypes("logs/"),),
            log_processing_role_arn=role,
        )

    def body(self, **changes: Any) -> dict[str, Any]:
        """Return the body of a request to create a source of the bucket."""
        body = {
            "awsAccountId": self.account,
            "integrationLabel": f"s {self.bucket[-12:]}",
            "s3Bucket": self.bucket,
            "logProcessingRole": f"arn:aws:iam::{self.account}:role/{self.role}",
            "logStreamType": "Auto",
            "managedBucketNotifications": False,
            "s3PrefixLogTypes": [row("logs/")],
        }
        return {name: value for name, value in (body | changes).items() if value is not None}

    def make_role(self, *, managed: bool = False, kms_key: str = "", leave_out: str = "", trusts: str = "") -> None:
        """Make the role that Panther needs, without the statement that has the Sid or the action `leave_out`."""
        iam = self.enter("iam")
        panther = PantherDeployment(trusts or self.home.account, REGION)
        iam.create_role(RoleName=self.role, AssumeRolePolicyDocument=json.dumps(trust_policy(panther)))
        source = S3Source("s", self.account, self.bucket, kms_key, panther_managed_bucket_notifications_enabled=managed)
        policy = role_policy(source, AWS)
        for statement in policy["Statement"]:
            actions = statement["Action"]
            if isinstance(actions, list):
                statement["Action"] = [action for action in actions if action != leave_out]
        policy["Statement"] = [each for each in policy["Statement"] if each["Sid"] != leave_out]
        iam.put_role_policy(RoleName=self.role, PolicyName="all", PolicyDocument=json.dumps(policy))

    def make_key(self) -> str:
        """Make a KMS key that leaves the decision to the account's policies, and return its ARN."""
        return str(self.enter("kms").create_key()["KeyMetadata"]["Arn"])

    def notify(self, *prefixes: str, raw: bool = False) -> str:
        """Make a topic that the bucket tells of new objects, with Panther's queue subscribed; return its ARN."""
        sns = self.enter("sns")
        topic = str(sns.create_topic(Name=f"topic-{uuid4().hex[:12]}")["TopicArn"])
        attributes = {"RawMessageDelivery": "true"} if raw else {}
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self.home.queue_arn, Attributes=attributes)
        self.put_rules({"TopicConfigurations": [rule(f"r{place}", topic, each) for place, each in enumerate(prefixes)]})
        return topic

    def put_rules(self, configuration: Mapping[str, Any]) -> None:
        """Give the bucket these notifications."""
        self.enter("s3").put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration=configuration, SkipDestinationValidation=True
        )

    def rules(self) -> dict[str, Any]:
        """Return the bucket's notifications."""
        found = self.enter("s3").get_bucket_notification_configuration(Bucket=self.bucket)
        return {kind: rules for kind, rules in found.items() if kind != "ResponseMetadata"}

    def managed_prefixes(self) -> list[str]:
        """Return the prefixes of Panther's own rules."""
        return [
            rule["Filter"]["Key"]["FilterRules"][0]["Value"]
            for rule in self.rules().get("TopicConfigurations", ())
            if rule["Id"].startswith("panther-managed-")
        ]

    def put(self, key: str, body: bytes = b"{}\n", **options: Any) -> None:
        """Put an object into the bucket."""
        self.enter("s3").put_object(Bucket=self.bucket, Key=key, Body=body, **options)

    def let_in(self) -> list[str]:
        """Return the Sids of the statements in the policy of Panther's queue."""
        sqs = self.queue()
        url = sqs.create_queue(QueueName=self.home.queue)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})
        return [each["Sid"] for each in json.loads(attributes.get("Policy") or '{"Statement": []}')["Statement"]]


def row(prefix: str, *log_types: str, excluded: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a row of a source."""
    return {"prefix": prefix, "logTypes": list(log_types), "excludedPrefixes": list(excluded)}


def rule(name: str, topic: str, prefix: str) -> dict[str, Any]:
    """Return a rule that tells `topic` of every new object under `prefix`."""
    filters = [{"Name": "prefix", "Value": prefix}]
    return {
        "Id": name,
        "TopicArn": topic,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": filters}},
    }


def create_source(client: httpx.Client, body: Mapping[str, Any]) -> str:
    """Have Panther create a source, and return its id."""
    answer = client.post(SOURCES, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["integrationId"])


def refused(answer: httpx.Response, status: int) -> str:
    """Return the message of a refusal with this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    return str(answer.json()["message"])
