"""The ingestion of the demo's own Panther, against the embedded AWS: queue, events, notifications, and health."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from panther_s3.demo import EmbeddedAws, cast
from panther_s3.demo.panther import DemoPanther
from panther_s3.demo.panther.ingestion import objects_of, source_of
from panther_s3.demo.panther.log_writer import candidates
from panther_s3.demo.panther.sources import Source
from panther_s3.demo.panther.validation import read_draft
from panther_s3.source import PrefixLogTypes
from tests.panther import (
    ALL,
    GRAPHQL,
    SOURCES,
    Customer,
    client_of,
    create_source,
    demo_panther,
    for_a_while,
    graphql,
    refused,
    row,
    rule,
    state_of,
    until,
)

NOWHERE = "http://127.0.0.1:9"
"""Where no AWS is."""


@pytest.fixture
def panther(embedded_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    with demo_panther(embedded_aws.endpoint_url) as panther:
        yield panther


# the queue


def test_the_queue_is_open_to_an_account_as_long_as_it_has_a_source(client: httpx.Client, customer: Customer) -> None:
    sid, other = f"PantherSubscriptionSID-{customer.account}", "PantherSubscriptionSID-100000000002"
    assert customer.let_in() == []
    first = create_source(client, customer.body())
    assert customer.let_in() == [sid]
    second = create_source(client, customer.body(integrationLabel="second", s3PrefixLogTypes=[row("second/")]))
    elsewhere = create_source(client, customer.body(awsAccountId="100000000002", s3Bucket="elsewhere"))
    assert customer.let_in() == [sid, other]
    client.delete(f"{SOURCES}/{first}")
    assert sid in customer.let_in()
    client.delete(f"{SOURCES}/{second}")
    assert customer.let_in() == [other]
    client.delete(f"{SOURCES}/{elsewhere}")
    assert customer.let_in() == []


def test_a_source_is_not_saved_where_the_queue_cannot_be_opened(customer: Customer) -> None:
    with demo_panther(NOWHERE) as panther, client_of(panther) as client:
        assert "queue" in refused(client.post(SOURCES, json=customer.body()), 500)
        assert graphql(client, ALL)["sources"]["edges"] == []


# ingestion


def test_an_object_arrives_and_is_read(client: httpx.Client, customer: Customer, created: str) -> None:
    customer.make_role()
    customer.notify("logs/")
    alarm = f"/log-source-alarms/{created}/SOURCE_NO_DATA"
    client.put(alarm, json={"minutesThreshold": 60})
    assert state_of(client, created)["lastEventReceivedAtTime"] is None
    customer.put("logs/a b+c.json")
    until(lambda: state_of(client, created)["lastEventReceivedAtTime"])
    state = until(lambda: (state := state_of(client, created))["lastEventProcessedAtTime"] and state)
    assert state["lastEventReceivedAtTime"].endswith("Z")
    assert state["lastEventProcessedAtTime"].endswith("Z")
    assert client.get(alarm).json()["state"] == "OK"


def test_an_object_is_read_once_the_role_is_there(client: httpx.Client, customer: Customer, created: str) -> None:
    customer.notify("logs/")
    customer.put("logs/1.json")
    until(lambda: state_of(client, created)["lastEventReceivedAtTime"])
    for_a_while(lambda: state_of(client, created)["lastEventProcessedAtTime"])
    customer.make_role()
    until(lambda: state_of(client, created)["isHealthy"])
    customer.put("logs/2.json")
    until(lambda: state_of(client, created)["lastEventProcessedAtTime"])


def test_without_a_source_nothing_reaches_the_queue(client: httpx.Client, customer: Customer) -> None:
    """What Panther's statement in the queue's policy is for; the topic is subscribed too early."""
    customer.notify("logs/")
    customer.put("logs/1.json")
    created = create_source(client, customer.body())
    for_a_while(lambda: state_of(client, created)["lastEventReceivedAtTime"])
    customer.put("logs/2.json")
    until(lambda: state_of(client, created)["lastEventReceivedAtTime"])


def test_raw_messages_are_dropped(client: httpx.Client, customer: Customer, created: str) -> None:
    customer.notify("logs/", raw=True)
    customer.put("logs/1.json")
    for_a_while(lambda: state_of(client, created)["lastEventReceivedAtTime"])


@pytest.mark.parametrize("key", ["logs/out/1.json", "logs/2026/debug/x/1.json", "logs/folder/"])
def test_what_is_excluded_or_a_folder_does_not_count(client: httpx.Client, customer: Customer, key: str) -> None:
    rows = [row("logs/", excluded=("logs/out/", "logs/*/debug/"))]
    created = create_source(client, customer.body(s3PrefixLogTypes=rows))
    customer.notify("logs/")
    customer.put(key)
    customer.put("logs/empty.json", b"")
    for_a_while(lambda: state_of(client, created)["lastEventReceivedAtTime"])
    customer.put("logs/in/1.json")
    until(lambda: state_of(client, created)["lastEventReceivedAtTime"])


def test_the_longest_prefix_wins(client: httpx.Client, customer: Customer) -> None:
    wide = create_source(client, customer.body(integrationLabel="wide", s3PrefixLogTypes=[row("")]))
    narrow = create_source(client, customer.body(integrationLabel="narrow", s3PrefixLogTypes=[row("logs/app")]))
    customer.notify("")
    customer.put("logs/app/1.json")
    until(lambda: state_of(client, narrow)["lastEventReceivedAtTime"])
    assert state_of(client, wide)["lastEventReceivedAtTime"] is None
    customer.put("logs/other/1.json")
    until(lambda: state_of(client, wide)["lastEventReceivedAtTime"])


def _envelope(message: object, kind: str = "Notification") -> str:
    return json.dumps({"Type": kind, "Message": message if isinstance(message, str) else json.dumps(message)})


def _record(key: str, size: int = 1) -> dict[str, Any]:
    return {"s3": {"bucket": {"name": "b"}, "object": {"key": key, "size": size}}}


@pytest.mark.parametrize(
    ("body", "objects"),
    [
        (_envelope({"Records": [_record("a%20b"), _record("c+d")]}), [("b", "a b"), ("b", "c+d")]),
        (_envelope({"Records": [_record("folder/"), _record("empty", 0)]}), []),
        (_envelope({"Event": "s3:TestEvent", "Bucket": "b"}), []),
        (_envelope("CloudTrail validation message."), []),
        (_envelope({"s3Bucket": "b", "s3ObjectKey": ["x", "y"]}), [("b", "x"), ("b", "y")]),
        (_envelope({"Records": [_record("a")]}, "SubscriptionConfirmation"), []),
        (_envelope({"Records": [None, {"s3": 1}, {"s3": {"bucket": 1, "object": 2}}, {}]}), []),
        (_envelope({"Records": 1, "s3ObjectKey": 2}), []),
        (json.dumps({"Records": [_record("raw")]}), []),
        ("no json", []),
        ("[" * 100_000, []),
    ],
)
def test_what_a_message_tells_of(body: str, objects: list[tuple[str, str]]) -> None:
    assert list(objects_of(body)) == objects


def test_whose_an_object_is() -> None:
    def source(name: str, *rows: dict[str, Any]) -> Source:
        body = {
            "awsAccountId": "100000000001",
            "integrationLabel": name,
            "s3Bucket": "b",
            "logProcessingRole": "arn:aws:iam::100000000001:role/x",
            "logStreamType": "Auto",
            "managedBucketNotifications": False,
            "s3PrefixLogTypes": list(rows),
        }
        return Source(name, read_draft(body), "", "")

    sources = [source("one", row("a/"), row("a/b/c", excluded=("a/b/c*.tmp",))), source("two", row("a/b"))]
    found = {key: found.id if (found := source_of("b", key, sources)) else None for key in
             ("a/x", "a/b/x", "a/b/c/x", "a/b/c/x.tmp", "z")}  # fmt: skip
    assert found == {"a/x": "one", "a/b/x": "two", "a/b/c/x": "one", "a/b/c/x.tmp": None, "z": None}
    assert source_of("other", "a/x", sources) is None


def test_the_customers_services_go_on_writing_logs(embedded_aws: EmbeddedAws) -> None:
    with demo_panther(embedded_aws.endpoint_url, writes_logs=True) as panther, client_of(panther) as client:
        customer = Customer(embedded_aws.endpoint_url, panther)
        create_source(client, customer.body(integrationLabel="gone", s3Bucket="a-bucket-that-is-not-there"))
        rows = [row("one/"), row("two/", "AWS.VPCFlow"), row("three")]
        created = create_source(client, customer.body(s3PrefixLogTypes=rows))
        customer.notify("")
        until(lambda: state_of(client, created)["lastEventReceivedAtTime"])
        until(lambda: len(_keys(customer)) > 3)
        assert {key.split("/")[0][:3] for key in _keys(customer)} == {"one", "two", "thr"}


def _keys(customer: Customer) -> list[str]:
    found = customer.enter("s3").list_objects_v2(Bucket=customer.bucket)
    return [each["Key"] for each in found.get("Contents", ())]


@pytest.mark.parametrize(
    ("log_type", "prefix", "folder"),
    [
        ("AWS.CloudTrail", "AWSLogs/", f"AWSLogs/{cast.CUSTOMER_ACCOUNT}/CloudTrail/us-west-2/2026/03/05/"),
        ("AWS.CloudTrail", "trail/", "trail/"),
        ("AWS.VPCFlow", "", f"AWSLogs/{cast.CUSTOMER_ACCOUNT}/vpcflowlogs/us-east-1/2026/03/05/"),
        ("Custom.AcmeApp", "app/", "app/2026/03/05/"),
    ],
)
def test_logs_are_written_where_their_service_would(log_type: str, prefix: str, folder: str) -> None:
    rows = PrefixLogTypes(prefix, (log_type,))
    (key, body), (again, _) = next(candidates(rows, 5)), next(candidates(rows, 5))
    assert key != again
    assert key.startswith(folder)
    assert "/" not in key.removeprefix(folder)
    if log_type == "AWS.CloudTrail":
        assert json.loads(gzip.decompress(body))["Records"]


# managed notifications


def _topic(customer: Customer) -> str:
    return f"arn:aws:sns:us-west-2:{customer.account}:panther-notifications-topic"


def test_panther_sets_up_notifications_and_keeps_those_of_others(client: httpx.Client, customer: Customer) -> None:
    customer.make_role(managed=True)
    theirs: dict[str, Any] = {
        "TopicConfigurations": [rule("theirs", f"arn:aws:sns:us-west-2:{customer.account}:x", "other/")],
        "LambdaFunctionConfigurations": [
            {
                "Id": "f",
                "LambdaFunctionArn": f"arn:aws:lambda:us-west-2:{customer.account}:function:f",
                "Events": ["s3:ObjectRemoved:*"],
            }
        ],
        "EventBridgeConfiguration": {},
    }
    customer.put_rules(theirs)
    before = customer.rules()
    rows = [row("logs/"), row("logs/more/"), row("audit")]
    created = create_source(client, customer.body(managedBucketNotifications=True, s3PrefixLogTypes=rows))
    until(customer.managed_prefixes)
    assert customer.managed_prefixes() == ["logs/", "audit"]
    after = customer.rules()
    assert after["TopicConfigurations"][:1] == before["TopicConfigurations"]
    for ours in after["TopicConfigurations"][1:]:
        assert (ours["TopicArn"], ours["Events"]) == (_topic(customer), ["s3:ObjectCreated:*"])
    assert {name: after[name] for name in before if name != "TopicConfigurations"} == {
        name: before[name] for name in before if name != "TopicConfigurations"
    }
    sns = customer.enter("sns")
    policy = json.loads(sns.get_topic_attributes(TopicArn=_topic(customer))["Attributes"]["Policy"])
    assert [each["Sid"] for each in policy["Statement"]] == [
        "AllowS3EventNotifications",
        "AllowCloudTrailNotification",
        "AllowSubscriptionToPanther",
    ]
    (subscribed,) = sns.list_subscriptions_by_topic(TopicArn=_topic(customer))["Subscriptions"]
    assert subscribed["Endpoint"] == customer.home.queue_arn
    customer.put("logs/1.json")
    until(lambda: state_of(client, created)["lastEventProcessedAtTime"])
    until(lambda: state_of(client, created)["isHealthy"])
    client.delete(f"{SOURCES}/{created}")
    until(lambda: not customer.managed_prefixes())
    assert customer.rules() == before
    assert sns.get_topic_attributes(TopicArn=_topic(customer))


def test_the_rules_of_a_bucket_follow_all_its_sources(client: httpx.Client, customer: Customer) -> None:
    customer.make_role(managed=True)
    body = customer.body(managedBucketNotifications=True)
    first = create_source(client, body)
    until(lambda: customer.managed_prefixes() == ["logs/"])
    (kept,) = customer.rules()["TopicConfigurations"]
    second = create_source(client, body | {"integrationLabel": "second", "s3PrefixLogTypes": [row("more/")]})
    until(lambda: customer.managed_prefixes() == ["logs/", "more/"])
    assert customer.rules()["TopicConfigurations"][0] == kept
    client.put(f"{SOURCES}/{second}", json=body | {"integrationLabel": "second", "s3PrefixLogTypes": [row("")]})
    until(lambda: customer.managed_prefixes() == [""])
    client.delete(f"{SOURCES}/{second}")
    until(lambda: customer.managed_prefixes() == ["logs/"])
    client.put(f"{SOURCES}/{first}", json=body | {"managedBucketNotifications": False})
    until(lambda: not customer.managed_prefixes())


@pytest.mark.parametrize("lacking", ["ManagePantherTopic", "s3:PutBucketNotification", "the role"])
def test_panther_sets_up_nothing_that_the_role_does_not_allow(
    client: httpx.Client, customer: Customer, lacking: str
) -> None:
    if lacking != "the role":
        customer.make_role(managed=True, leave_out=lacking)
    created = create_source(client, customer.body(managedBucketNotifications=True))
    for_a_while(customer.rules)
    assert customer.enter("sns").list_topics()["Topics"] == []
    assert not state_of(client, created)["isHealthy"]


def test_panther_adds_no_rule_that_s3_would_refuse(client: httpx.Client, customer: Customer) -> None:
    customer.make_role(managed=True)
    customer.put_rules({"TopicConfigurations": [rule("theirs", f"arn:aws:sns:us-west-2:{customer.account}:x", "log")]})
    created = create_source(client, customer.body(managedBucketNotifications=True))
    until(lambda: customer.enter("sns").list_topics()["Topics"])
    for_a_while(customer.managed_prefixes)
    assert not state_of(client, created)["isHealthy"]


@pytest.mark.parametrize("change", ["no filter", "other events"])
def test_panther_counts_only_rules_of_its_own_form(client: httpx.Client, customer: Customer, change: str) -> None:
    customer.make_role(managed=True)
    created = create_source(client, customer.body(managedBucketNotifications=True))
    until(lambda: state_of(client, created)["isHealthy"])
    wider = rule("theirs", _topic(customer), "logs/")
    if change == "no filter":
        del wider["Filter"]
    else:
        wider["Events"] = ["s3:ObjectCreated:Put", "s3:ObjectCreated:Post"]
    customer.put_rules({"TopicConfigurations": [wider]})
    until(lambda: not state_of(client, created)["isHealthy"])


# health


def test_a_source_is_healthy_once_its_role_may_read(client: httpx.Client, customer: Customer, created: str) -> None:
    """Panther does not look at notifications that it does not manage: there are none here."""
    customer.put("logs/1.json")
    assert not state_of(client, created)["isHealthy"]
    customer.make_role()
    until(lambda: state_of(client, created)["isHealthy"])
    query = "{ sources { edges { node { isHealthy } } } }"
    assert graphql(client, query)["sources"]["edges"] == [{"node": {"isHealthy": True}}]


@pytest.mark.parametrize("lacking", ["s3:GetBucketLocation", "s3:ListBucket", "ReadObjects"])
def test_a_source_is_not_healthy_where_the_role_lacks_something(
    client: httpx.Client, customer: Customer, created: str, lacking: str
) -> None:
    customer.make_role(leave_out=lacking)
    customer.put("logs/1.json")
    assert not state_of(client, created)["isHealthy"]


def test_a_source_is_not_healthy_where_the_role_trusts_somebody_else(
    client: httpx.Client, customer: Customer, created: str
) -> None:
    customer.make_role(trusts="100000000003")
    assert not state_of(client, created)["isHealthy"]


def test_a_source_is_not_healthy_without_its_bucket(client: httpx.Client, customer: Customer) -> None:
    customer.make_role()
    created = create_source(client, customer.body(s3Bucket=f"{customer.bucket}-gone"))
    assert not state_of(client, created)["isHealthy"]


def _encrypted(client: httpx.Client, customer: Customer, *, leave_out: str = "") -> tuple[str, str]:
    """A source with a key, and an object encrypted with it; returns the ids of both."""
    key = customer.make_key()
    customer.make_role(kms_key=key, leave_out=leave_out)
    created = create_source(client, customer.body(kmsKey=key))
    customer.notify("logs/")
    customer.put("logs/1.json", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    return created, key


def test_panther_does_not_see_that_it_cannot_decrypt(client: httpx.Client, customer: Customer) -> None:
    created, _ = _encrypted(client, customer, leave_out="kms:Decrypt")
    until(lambda: state_of(client, created)["isHealthy"])
    until(lambda: state_of(client, created)["lastEventReceivedAtTime"])
    for_a_while(lambda: state_of(client, created)["lastEventProcessedAtTime"])


def test_an_encrypted_object_is_read_where_the_role_may_decrypt(client: httpx.Client, customer: Customer) -> None:
    created, _ = _encrypted(client, customer)
    until(lambda: state_of(client, created)["lastEventProcessedAtTime"])


@pytest.mark.parametrize("broken", ["describe", "disabled", "missing"])
def test_a_source_is_not_healthy_where_its_key_cannot_be_described(
    client: httpx.Client, customer: Customer, broken: str
) -> None:
    created, key = _encrypted(client, customer, leave_out="kms:DescribeKey" if broken == "describe" else "")
    if broken == "disabled":
        customer.enter("kms").disable_key(KeyId=key)
    if broken == "missing":
        missing = f"{key[:-4]}0000"
        client.put(f"{SOURCES}/{created}", json=customer.body(kmsKey=missing))
    until(lambda: not state_of(client, created)["isHealthy"])


# beginning and end


def _threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("demo-panther")}


def test_nothing_is_left_when_it_has_stopped(embedded_aws: EmbeddedAws) -> None:
    panther = demo_panther(embedded_aws.endpoint_url, writes_logs=True)
    client = client_of(panther)
    client.get(f"{SOURCES}/x")
    assert _threads()
    panther.stop()
    panther.stop()
    until(lambda: not _threads())
    with pytest.raises(httpx.TransportError):
        client.get(f"{SOURCES}/x")
    client.close()


def test_it_stops_when_aws_is_gone(fresh_aws: EmbeddedAws) -> None:
    with demo_panther(fresh_aws.endpoint_url, writes_logs=True) as panther, client_of(panther) as client:
        customer = Customer(fresh_aws.endpoint_url, panther)
        created = create_source(client, customer.body(managedBucketNotifications=True))
        fresh_aws.stop()
        until(lambda: not state_of(client, created)["isHealthy"])
        refused(client.delete(f"{SOURCES}/{created}"), 500)
        assert client.get(f"{SOURCES}/{created}").status_code == 200
    until(lambda: not _threads())


def test_it_goes_on_when_aws_comes_late(monkeypatch: pytest.MonkeyPatch, embedded_aws: EmbeddedAws) -> None:
    """An operator's own environment, a profile that is not there and a proxy, does not concern it."""
    monkeypatch.setenv("AWS_PROFILE", "not-there")
    monkeypatch.setenv("AWS_ENDPOINT_URL", NOWHERE)
    monkeypatch.setenv("HTTP_PROXY", NOWHERE)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with demo_panther(embedded_aws.endpoint_url) as panther, client_of(panther) as client:
        customer = Customer(embedded_aws.endpoint_url, panther)
        customer.make_role()
        created = create_source(client, customer.body())
        until(lambda: state_of(client, created)["isHealthy"])


def test_a_queue_that_is_taken_away_is_made_again(client: httpx.Client, customer: Customer, created: str) -> None:
    sqs = customer.queue()
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=customer.home.queue)["QueueUrl"])
    client.put(f"{SOURCES}/{created}", json=customer.body())

    def let_in() -> bool:
        client.put(f"{SOURCES}/{created}", json=customer.body())
        return bool(customer.let_in())

    until(let_in)


@pytest.mark.parametrize("heavy", ["boto3", "botocore", "graphql", "httpx"])
def test_importing_it_is_cheap(heavy: str) -> None:
    program = f"import sys, panther_s3.demo.panther; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_it_prints_nothing(embedded_aws: EmbeddedAws, capfd: pytest.CaptureFixture[str]) -> None:
    with demo_panther(embedded_aws.endpoint_url) as panther, client_of(panther) as client:
        panther.faults.add("half")
        calls: list[Callable[[], object]] = [
            lambda: client.get(f"{SOURCES}/x"),
            lambda: client.post(GRAPHQL, content=b"{"),
            lambda: client.request("BREW", "/"),
        ]
        for call in calls:
            try:
                call()
            except httpx.TransportError:
                continue
    assert capfd.readouterr() == ("", "")
