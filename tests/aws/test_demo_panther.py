"""The demo's own Panther, by real HTTP and against the embedded AWS: its API, and its ingestion behind it."""

from __future__ import annotations

import gzip
import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
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
    Customer,
    client_of,
    demo_panther,
    for_a_while,
    graphql,
    row,
    rule,
    state_of,
    until,
)

SOURCES = "/log-sources/s3"
GRAPHQL = "/public/graphql"
NOWHERE = "http://127.0.0.1:9"
"""Where no AWS is."""
ALL = "{ sources { edges { node { integrationId integrationLabel } } pageInfo { hasNextPage endCursor } } }"
CREATE = """
mutation Create($input: CreateS3SourceInput!) {
  createS3Source(input: $input) {
    logSource { integrationId integrationLabel kmsKey logStreamTypeOptions { jsonArrayEnvelopeField } }
  }
}
"""
UPDATE = """
mutation Update($input: UpdateS3SourceInput!) {
  updateS3Source(input: $input) { logSource { integrationLabel kmsKey awsAccountId logStreamType } }
}
"""
DELETE = "mutation Delete($input: DeleteSourceInput!) { deleteSource(input: $input) { id } }"
WHOLE = """
query Whole($id: ID!) {
  source(id: $id) {
    createdAtTime integrationId integrationLabel integrationType isEditable lastModified logTypes
    lastEventReceivedAtTime lastEventProcessedAtTime createdBy { ... on User { email } }
    ... on S3LogIntegration {
      awsAccountId kmsKey logProcessingRole logStreamType logStreamTypeOptions { jsonArrayEnvelopeField }
      managedBucketNotifications s3Bucket s3Prefix s3PrefixLogTypes { prefix logTypes excludedPrefixes } stackName
    }
  }
}
"""


@pytest.fixture
def panther(embedded_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    with demo_panther(embedded_aws.endpoint_url) as panther:
        yield panther


@pytest.fixture
def client(panther: DemoPanther) -> Iterator[httpx.Client]:
    with client_of(panther) as client:
        yield client


@pytest.fixture
def customer(embedded_aws: EmbeddedAws, panther: DemoPanther) -> Customer:
    return Customer(embedded_aws.endpoint_url, panther)


@pytest.fixture
def created(client: httpx.Client, customer: Customer) -> str:
    """The id of a source of the customer."""
    return create(client, customer.body())


def create(client: httpx.Client, body: dict[str, Any]) -> str:
    answer = client.post(SOURCES, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["integrationId"])


def refused(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    return str(answer.json()["message"])


def faulty(answer: httpx.Response, status: int = 200) -> tuple[str, str]:
    """The message and the code of the one error of a GraphQL answer."""
    assert answer.status_code == status, answer.text
    (error,) = answer.json()["errors"]
    return error["message"], error["extensions"]["code"]


# tokens


@pytest.mark.parametrize("token", ["", "wrong", "ä"])
def test_without_its_token_nothing_is_answered(panther: DemoPanther, token: str) -> None:
    with client_of(panther) as client:
        client.headers = httpx.Headers({b"X-API-Key": token.encode("latin-1")})
        refused(client.get(f"{SOURCES}/x"), 401)
        refused(client.post(GRAPHQL, json={"query": ALL}), 401)
        del client.headers["X-API-Key"]
        refused(client.get(f"{SOURCES}/x"), 401)


def test_the_read_only_token_reads_and_changes_nothing(panther: DemoPanther, customer: Customer, created: str) -> None:
    alarm = f"/log-source-alarms/{created}/SOURCE_NO_DATA"
    with client_of(panther, panther.read_only_token) as client:
        assert client.get(f"{SOURCES}/{created}").status_code == 200
        assert len(graphql(client, ALL)["sources"]["edges"]) == 1
        for write in (
            client.post(SOURCES, json=customer.body()),
            client.put(f"{SOURCES}/{created}", json=customer.body()),
            client.delete(f"{SOURCES}/{created}"),
            client.put(alarm, json={"minutesThreshold": 60}),
            client.delete(alarm),
            client.post(GRAPHQL, json={"query": DELETE, "variables": {"input": {"id": created}}}),
        ):
            assert "LogSourceModify" in refused(write, 403)
        assert client.get(f"{SOURCES}/{created}").status_code == 200


def test_tokens_are_new_each_time_and_nowhere_to_be_read(panther: DemoPanther, client: httpx.Client) -> None:
    with demo_panther(NOWHERE) as other:
        tokens = {panther.token, panther.read_only_token, other.token, other.read_only_token}
        assert len(tokens) == 4
        assert min(map(len, tokens)) >= 40
    shown = repr(panther) + client.get("/nowhere").text + str(panther.requests) + str(panther.faults.fired)
    assert not any(token in shown for token in tokens)


# REST


def test_a_source_is_created_read_updated_and_deleted(client: httpx.Client, customer: Customer) -> None:
    body = customer.body()
    made = client.post(SOURCES, json=body)
    assert made.status_code == 201
    source = made.json()
    assert source == body | {"integrationId": source["integrationId"], "logStreamTypeOptions": {}}
    where = f"{SOURCES}/{source['integrationId']}"
    assert client.get(where).json() == source

    changed = {name: value for name, value in body.items() if name not in ("awsAccountId", "s3Bucket")}
    key = f"arn:aws:kms:us-west-2:{customer.account}:key/1"
    changed |= {"integrationLabel": "another", "kmsKey": key, "logStreamType": "JsonArray"}
    changed |= {"logStreamTypeOptions": {"jsonArrayEnvelopeField": "Records"}}
    updated = client.put(where, json=changed)
    assert updated.status_code == 200
    assert updated.json() == source | changed == client.get(where).json()
    del changed["kmsKey"]
    assert "kmsKey" not in client.put(where, json=changed).json()

    gone = client.delete(where)
    assert (gone.status_code, gone.content) == (204, b"")
    assert refused(client.get(where), 404)
    assert refused(client.delete(where), 404)
    assert refused(client.put(where, json=changed), 404)


@pytest.mark.parametrize(
    "name",
    [
        "awsAccountId",
        "integrationLabel",
        "s3Bucket",
        "logProcessingRole",
        "logStreamType",
        "managedBucketNotifications",
        "s3PrefixLogTypes",
    ],
)
def test_a_field_that_is_missing_is_named(client: httpx.Client, customer: Customer, name: str) -> None:
    assert name in refused(client.post(SOURCES, json=customer.body(**{name: None})), 400)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("awsAccountId", "11112222333"),
        ("awsAccountId", 111122223333),
        ("integrationLabel", "a" * 33),
        ("integrationLabel", "under_score"),
        ("integrationLabel", "   "),
        ("integrationLabel", "line\n"),
        ("s3Bucket", ""),
        ("kmsKey", "arn:aws:kms:us-west-2:111122223333:alias/mine"),
        ("kmsKey", "arn:aws:s3:::key"),
        ("kmsKey", 7),
        ("logProcessingRole", "PantherLogProcessingRole-x"),
        ("logProcessingRole", "arn:aws:iam::111122223333:user/x"),
        ("logStreamType", "lines"),
        ("logStreamTypeOptions", []),
        ("logStreamTypeOptions", {"retainEnvelopeFields": "yes"}),
        ("managedBucketNotifications", "yes"),
        ("s3PrefixLogTypes", []),
        ("s3PrefixLogTypes", ["logs/"]),
        ("s3PrefixLogTypes", [row("/logs")]),
        ("s3PrefixLogTypes", [row("logs/*/a")]),
        ("s3PrefixLogTypes", [{"prefix": "a", "logTypes": []}]),
        ("s3PrefixLogTypes", [{"prefix": "a", "excludedPrefixes": []}]),
        ("s3PrefixLogTypes", [{"logTypes": [], "excludedPrefixes": []}]),
        ("s3PrefixLogTypes", [{"prefix": "a", "logTypes": [1], "excludedPrefixes": []}]),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_its_name(
    client: httpx.Client, customer: Customer, name: str, value: object
) -> None:
    assert name in refused(client.post(SOURCES, json=customer.body(**{name: value})), 400)


@pytest.mark.parametrize("name", ["awsAccountId", "s3Bucket"])
def test_account_and_bucket_stay(client: httpx.Client, customer: Customer, created: str, name: str) -> None:
    body = customer.body()
    assert client.put(f"{SOURCES}/{created}", json=body).status_code == 200
    message = refused(client.put(f"{SOURCES}/{created}", json=body | {name: "999900001111"}), 400)
    assert message == f"{name} cannot be updated"


def test_a_label_is_taken_once_in_an_account(client: httpx.Client, customer: Customer, created: str) -> None:
    body = customer.body(s3Bucket="another-bucket")
    message = refused(client.post(SOURCES, json=body), 409)
    assert (
        message == f"Log source for account {customer.account} with label {body['integrationLabel']} already onboarded"
    )
    other = create(client, body | {"integrationLabel": "other"})
    refused(client.put(f"{SOURCES}/{other}", json=body), 409)
    create(client, body | {"awsAccountId": "100000000001", "s3Bucket": "a-third-one"})


def test_a_prefix_of_a_bucket_is_taken_once(client: httpx.Client, customer: Customer, created: str) -> None:
    body = customer.body(integrationLabel="other", s3PrefixLogTypes=[row("more/"), row("logs/ ")])
    message = refused(client.post(SOURCES, json=body), 400)
    assert message == "An S3 source with the same S3 bucket and prefix already exists."
    create(client, body | {"s3PrefixLogTypes": [row("logs/more/")]})


def test_a_source_names_a_prefix_once(client: httpx.Client, customer: Customer) -> None:
    message = refused(client.post(SOURCES, json=customer.body(s3PrefixLogTypes=[row("a"), row("a")])), 400)
    assert message == "Cannot have duplicate prefixes in an s3 source."


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(client: httpx.Client, content: bytes) -> None:
    assert "JSON" in refused(client.post(SOURCES, content=content), 400)


@pytest.mark.parametrize("path", ["/", "/log-sources", f"{SOURCES}/", f"{SOURCES}/a/b", "/log-source-alarms/a/OTHER"])
def test_a_path_that_is_not_known_is_not_found(client: httpx.Client, path: str) -> None:
    refused(client.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", SOURCES, "POST"),
        ("PATCH", f"{SOURCES}/a", "DELETE, GET, PUT"),
        ("BREW", f"{SOURCES}/a", "DELETE, GET, PUT"),
        ("GET", GRAPHQL, "POST"),
    ],
)
def test_a_method_that_is_not_known_is_not_allowed(client: httpx.Client, method: str, path: str, allowed: str) -> None:
    answer = client.request(method, path)
    refused(answer, 405)
    assert answer.headers["Allow"] == allowed


def test_an_alarm_comes_and_goes(client: httpx.Client, created: str) -> None:
    alarm = f"/log-source-alarms/{created}/SOURCE_NO_DATA"
    refused(client.get(alarm), 404)
    refused(client.delete(alarm), 404)
    made = client.put(alarm, json={"minutesThreshold": 1440})
    assert (made.status_code, made.json()) == (200, {"type": "SOURCE_NO_DATA", "minutesThreshold": 1440})
    state = {"type": "SOURCE_NO_DATA", "minutesThreshold": 1440, "state": "INSUFFICIENT_DATA"}
    assert client.get(alarm).json() == state
    assert client.delete(alarm).status_code == 204
    refused(client.get(alarm), 404)
    refused(client.put("/log-source-alarms/none/SOURCE_NO_DATA", json={"minutesThreshold": 60}), 404)


@pytest.mark.parametrize("minutes", [14, 43201, "60", True, 15.5, None])
def test_an_alarm_has_its_bounds(client: httpx.Client, created: str, minutes: object) -> None:
    alarm = f"/log-source-alarms/{created}/SOURCE_NO_DATA"
    assert "minutesThreshold" in refused(client.put(alarm, json={"minutesThreshold": minutes}), 400)
    for bound in (15, 43200):
        assert client.put(alarm, json={"minutesThreshold": bound}).status_code == 200


def test_the_alarm_goes_with_its_source(client: httpx.Client, created: str) -> None:
    alarm = f"/log-source-alarms/{created}/SOURCE_NO_DATA"
    client.put(alarm, json={"minutesThreshold": 60})
    client.delete(f"{SOURCES}/{created}")
    refused(client.get(alarm), 404)


# GraphQL


def test_graphql_tells_all_of_a_source(client: httpx.Client, customer: Customer) -> None:
    rows = [row("a/", "AWS.CloudTrail", excluded=("a/b*",)), row("c/", "AWS.CloudTrail", "AWS.ALB")]
    created = create(client, customer.body(integrationLabel="My Logs", s3PrefixLogTypes=rows, logStreamType="XML"))
    source = graphql(client, WHOLE, id=created)["source"]
    assert source.pop("createdAtTime").endswith("Z")
    assert source.pop("lastModified").endswith("Z")
    assert source == {
        "integrationId": created,
        "integrationLabel": "My Logs",
        "integrationType": "aws-s3",
        "isEditable": True,
        "logTypes": ["AWS.CloudTrail", "AWS.ALB"],
        "lastEventReceivedAtTime": None,
        "lastEventProcessedAtTime": None,
        "createdBy": None,
        "awsAccountId": customer.account,
        "kmsKey": None,
        "logProcessingRole": customer.body()["logProcessingRole"],
        "logStreamType": "XML",
        "logStreamTypeOptions": None,
        "managedBucketNotifications": False,
        "s3Bucket": customer.bucket,
        "s3Prefix": None,
        "s3PrefixLogTypes": rows,
        "stackName": "panther-log-analysis-setup-my-logs",
    }


def test_graphql_creates_updates_and_deletes_what_rest_reads(client: httpx.Client, customer: Customer) -> None:
    key = f"arn:aws:kms:us-west-2:{customer.account}:key/1"
    given = customer.body(kmsKey=key, logStreamType="JsonArray", logStreamTypeOptions={"jsonArrayEnvelopeField": "R"})
    given["label"] = given.pop("integrationLabel")
    made = graphql(client, CREATE, input=given)["createS3Source"]["logSource"]
    options = {"jsonArrayEnvelopeField": "R"}
    where = f"{SOURCES}/{made['integrationId']}"
    assert made | {"kmsKey": key, "logStreamTypeOptions": options} == made
    assert client.get(where).json()["logStreamTypeOptions"] == options

    changed = {name: value for name, value in given.items() if name not in ("awsAccountId", "s3Bucket")}
    changed |= {"id": made["integrationId"], "label": "new", "kmsKey": "", "logStreamType": "Lines"}
    after = graphql(client, UPDATE, input=changed)["updateS3Source"]["logSource"]
    assert after == {
        "integrationLabel": "new",
        "kmsKey": None,
        "awsAccountId": customer.account,
        "logStreamType": "Lines",
    }
    assert "kmsKey" not in client.get(where).json()

    edges = graphql(client, ALL)["sources"]
    assert edges["pageInfo"] == {"hasNextPage": False, "endCursor": None}
    assert [each["node"]["integrationLabel"] for each in edges["edges"]] == ["new"]
    assert graphql(client, DELETE, input={"id": made["integrationId"]})["deleteSource"] == {"id": made["integrationId"]}
    refused(client.get(where), 404)


def test_graphql_names_fields_that_there_are_not(client: httpx.Client) -> None:
    message, code = faulty(client.post(GRAPHQL, json={"query": "{ sources { nodes { id } } }"}), 400)
    assert code == "GRAPHQL_VALIDATION_FAILED"
    assert "nodes" in message


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "BAD_REQUEST"),
        (b"[]", "BAD_REQUEST"),
        (b'{"query": 1}', "BAD_REQUEST"),
        (b'{"query": "{ sources {"}', "GRAPHQL_PARSE_FAILED"),
        (json.dumps({"query": "{ a " * 3000}).encode(), "GRAPHQL_PARSE_FAILED"),
        (json.dumps({"query": f"query A {ALL} query B {ALL}"}).encode(), "OPERATION_RESOLUTION_FAILURE"),
        (json.dumps({"query": CREATE, "variables": {"input": {"label": "x"}}}).encode(), None),
    ],
)  # fmt: skip
def test_graphql_refuses_what_is_no_request(client: httpx.Client, body: bytes, code: str | None) -> None:
    answer = client.post(GRAPHQL, content=body)
    assert answer.status_code == 400
    assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {code or "BAD_USER_INPUT"}


def test_graphql_answers_errors_beside_data(client: httpx.Client, customer: Customer, created: str) -> None:
    unknown = client.post(GRAPHQL, json={"query": WHOLE, "variables": {"id": "none"}})
    assert faulty(unknown) == ("Log source none was not found", "NOT_FOUND")
    assert unknown.json()["data"] == {"source": None}
    given = customer.body()
    given["label"] = given.pop("integrationLabel")
    again = client.post(GRAPHQL, json={"query": CREATE, "variables": {"input": given}})
    assert faulty(again)[1] == "CONFLICT"
    bad = client.post(GRAPHQL, json={"query": CREATE, "variables": {"input": given | {"label": "a_b"}}})
    assert faulty(bad) == ("label must only include alphanumeric characters, dashes and spaces", "BAD_USER_INPUT")
    gone = client.post(GRAPHQL, json={"query": DELETE, "variables": {"input": {"id": "none"}}})
    assert faulty(gone)[1] == "NOT_FOUND"


def test_graphql_lists_schemas(client: httpx.Client, customer: Customer) -> None:
    def names(**wanted: Any) -> list[str]:
        query = "query S($i: SchemasInput!) { schemas(input: $i) { edges { node { name } } pageInfo { hasNextPage } } }"
        return [each["node"]["name"] for each in graphql(client, query, i=wanted)["schemas"]["edges"]]

    managed = names(isManaged=True)
    assert len(managed) > 300
    assert "AWS.CloudTrail" in managed
    assert names(isManaged=False) == ["Custom.AcmeApp", "Custom.AcmeAudit", "Custom.AcmeOld"]
    assert names(isManaged=False, isArchived=False) == ["Custom.AcmeApp", "Custom.AcmeAudit"]
    assert names(isArchived=True) == ["Custom.AcmeOld"]
    assert names() == [*managed, *names(isManaged=False)]
    assert names(contains="acmea") == ["Custom.AcmeApp", "Custom.AcmeAudit"]
    create(client, customer.body(s3PrefixLogTypes=[row("", "Custom.AcmeApp", "AWS.ALB")]))
    assert names(isInUse=True) == ["AWS.ALB", "Custom.AcmeApp"]


def test_graphql_tells_of_itself(client: httpx.Client) -> None:
    query = '{ __type(name: "S3LogIntegration") { interfaces { name } fields { name } } }'
    told = graphql(client, query)["__type"]
    assert told["interfaces"] == [{"name": "LogIntegration"}]
    assert {"isHealthy", "stackName", "lastEventReceivedAtTime"} <= {each["name"] for each in told["fields"]}


# HTTP


def _connect(panther: DemoPanther) -> socket.socket:
    return socket.create_connection(("127.0.0.1", httpx.URL(panther.url).port or 0), timeout=10)


def test_one_connection_serves_many_requests(panther: DemoPanther) -> None:
    request = f"GET {SOURCES}/a HTTP/1.1\r\nHost: x\r\nX-API-Key: {panther.token}\r\n\r\n".encode()
    with _connect(panther) as connection, connection.makefile("rb") as answer:
        for _ in range(3):
            connection.sendall(request)
            assert answer.readline().startswith(b"HTTP/1.1 404 ")
            length = 0
            while line := answer.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split()[1])
            assert json.loads(answer.read(length))["message"]


def test_a_long_body_is_refused(client: httpx.Client) -> None:
    refused(client.post(SOURCES, content=b" " * 1_000_001), 413)
    refused(client.post(SOURCES, content=iter([b"{}"])), 411)
    refused(client.get(f"{SOURCES}/x"), 404)


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 413),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + b"X: " + b"x" * 70_000 + b"\r\n\r\n", 431),
    ],
)
def test_what_is_no_http_is_refused_in_json(panther: DemoPanther, request_head: bytes, status: int) -> None:
    with _connect(panther) as connection, connection.makefile("rb") as answer:
        connection.sendall(request_head)
        head, _, body = answer.read().partition(b"\r\n\r\n")
        assert head.startswith(f"HTTP/1.1 {status} ".encode())
        assert json.loads(body)["message"]


def test_it_listens_by_tls(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not there to make a certificate")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=panther"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.create_default_context(cafile=str(certificate))
    with demo_panther(NOWHERE, certificate=(certificate, key)) as panther:
        assert panther.url.startswith("https://127.0.0.1:")
        headers = {"X-API-Key": panther.token}
        with httpx.Client(base_url=panther.url, headers=headers, verify=context, trust_env=False) as client:
            refused(client.get(f"{SOURCES}/x"), 404)
        with _connect(panther) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")  # whoever speaks no TLS breaks nothing
        with httpx.Client(base_url=panther.url, headers=headers, verify=context, trust_env=False) as client:
            refused(client.get(f"{SOURCES}/x"), 404)


def test_what_came_is_told(panther: DemoPanther, client: httpx.Client) -> None:
    client.get(f"{SOURCES}/x?a=b")
    client.post(GRAPHQL, json={"query": ALL})
    client.post(GRAPHQL, json={"query": "{"})
    assert panther.requests == [("GET", f"{SOURCES}/x"), ("POST", "sources"), ("POST", GRAPHQL)]


# faults


def test_a_status_in_place_of_an_answer(panther: DemoPanther, client: httpx.Client, customer: Customer) -> None:
    panther.faults.add("status", method="POST", status=429, body={"message": "slow down"}, headers={"Retry-After": "1"})
    answer = client.post(SOURCES, json=customer.body())
    assert refused(answer, 429) == "slow down"
    assert answer.headers["Retry-After"] == "1"
    assert graphql(client, ALL)["sources"]["edges"] == []
    assert [(each.kind, each.method, each.where) for each in panther.faults.fired] == [("status", "POST", SOURCES)]
    assert client.post(SOURCES, json=customer.body()).status_code == 201


def test_pages_and_empty_answers_in_place_of_json(panther: DemoPanther, client: httpx.Client) -> None:
    panther.faults.add("html500")
    page = client.get(f"{SOURCES}/x")
    assert (page.status_code, page.headers["Content-Type"]) == (500, "text/html")
    panther.faults.add("empty", status=502)
    empty = client.get(f"{SOURCES}/x")
    assert (empty.status_code, empty.content) == (502, b"")
    panther.faults.add("status", status=200, body="not json", content_type="text/plain")
    assert client.get(f"{SOURCES}/x").text == "not json"


def test_a_connection_that_is_cut_before_anything_is_done(
    panther: DemoPanther, client: httpx.Client, customer: Customer
) -> None:
    panther.faults.add("cut_before", path_contains=SOURCES)
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(SOURCES, json=customer.body())
    assert graphql(client, ALL)["sources"]["edges"] == []


@pytest.mark.parametrize("kind", ["cut_after", "half"])
def test_a_connection_that_is_cut_after_it_is_done(
    panther: DemoPanther, client: httpx.Client, customer: Customer, kind: Any
) -> None:
    panther.faults.add(kind, method="POST", path_contains=SOURCES)
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(SOURCES, json=customer.body())
    assert len(graphql(client, ALL)["sources"]["edges"]) == 1


def test_a_slow_answer_comes_late(panther: DemoPanther, client: httpx.Client) -> None:
    panther.faults.add("slow", path_contains="sources", seconds=600)
    with pytest.raises(httpx.ReadTimeout):
        client.post(GRAPHQL, json={"query": ALL}, timeout=0.3)
    assert graphql(client, ALL)["sources"]["edges"] == []


def test_faults_are_counted_and_forgotten(panther: DemoPanther, client: httpx.Client) -> None:
    panther.faults.add("html500", times=2)
    panther.faults.add("html500", path_contains="deleteSource")
    assert [client.get(f"{SOURCES}/x").status_code for _ in range(3)] == [500, 500, 404]
    panther.faults.clear()
    assert panther.faults.fired == []
    answer = client.post(GRAPHQL, json={"query": DELETE, "variables": {"input": {"id": "x"}}})
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="no such fault"):
        panther.faults.add("other")  # type: ignore[arg-type]


# the queue


def test_the_queue_is_open_to_an_account_as_long_as_it_has_a_source(client: httpx.Client, customer: Customer) -> None:
    sid, other = f"PantherSubscriptionSID-{customer.account}", "PantherSubscriptionSID-100000000002"
    assert customer.let_in() == []
    first = create(client, customer.body())
    assert customer.let_in() == [sid]
    second = create(client, customer.body(integrationLabel="second", s3PrefixLogTypes=[row("second/")]))
    elsewhere = create(client, customer.body(awsAccountId="100000000002", s3Bucket="elsewhere"))
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
    created = create(client, customer.body())
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
    created = create(client, customer.body(s3PrefixLogTypes=rows))
    customer.notify("logs/")
    customer.put(key)
    customer.put("logs/empty.json", b"")
    for_a_while(lambda: state_of(client, created)["lastEventReceivedAtTime"])
    customer.put("logs/in/1.json")
    until(lambda: state_of(client, created)["lastEventReceivedAtTime"])


def test_the_longest_prefix_wins(client: httpx.Client, customer: Customer) -> None:
    wide = create(client, customer.body(integrationLabel="wide", s3PrefixLogTypes=[row("")]))
    narrow = create(client, customer.body(integrationLabel="narrow", s3PrefixLogTypes=[row("logs/app")]))
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
        create(client, customer.body(integrationLabel="gone", s3Bucket="a-bucket-that-is-not-there"))
        rows = [row("one/"), row("two/", "AWS.VPCFlow"), row("three")]
        created = create(client, customer.body(s3PrefixLogTypes=rows))
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
    created = create(client, customer.body(managedBucketNotifications=True, s3PrefixLogTypes=rows))
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
    first = create(client, body)
    until(lambda: customer.managed_prefixes() == ["logs/"])
    (kept,) = customer.rules()["TopicConfigurations"]
    second = create(client, body | {"integrationLabel": "second", "s3PrefixLogTypes": [row("more/")]})
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
    created = create(client, customer.body(managedBucketNotifications=True))
    for_a_while(customer.rules)
    assert customer.enter("sns").list_topics()["Topics"] == []
    assert not state_of(client, created)["isHealthy"]


def test_panther_adds_no_rule_that_s3_would_refuse(client: httpx.Client, customer: Customer) -> None:
    customer.make_role(managed=True)
    customer.put_rules({"TopicConfigurations": [rule("theirs", f"arn:aws:sns:us-west-2:{customer.account}:x", "log")]})
    created = create(client, customer.body(managedBucketNotifications=True))
    until(lambda: customer.enter("sns").list_topics()["Topics"])
    for_a_while(customer.managed_prefixes)
    assert not state_of(client, created)["isHealthy"]


@pytest.mark.parametrize("change", ["no filter", "other events"])
def test_panther_counts_only_rules_of_its_own_form(client: httpx.Client, customer: Customer, change: str) -> None:
    customer.make_role(managed=True)
    created = create(client, customer.body(managedBucketNotifications=True))
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
    created = create(client, customer.body(s3Bucket=f"{customer.bucket}-gone"))
    assert not state_of(client, created)["isHealthy"]


def _encrypted(client: httpx.Client, customer: Customer, *, leave_out: str = "") -> tuple[str, str]:
    """A source with a key, and an object encrypted with it; returns the ids of both."""
    key = customer.make_key()
    customer.make_role(kms_key=key, leave_out=leave_out)
    created = create(client, customer.body(kmsKey=key))
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
        created = create(client, customer.body(managedBucketNotifications=True))
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
        created = create(client, customer.body())
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
