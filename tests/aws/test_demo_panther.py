"""The demo's own Panther, by real HTTP and against the embedded AWS: its API, and its ingestion behind it."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from panther_s3.demo.panther import DemoPanther
from tests.panther import (
    ALL,
    GRAPHQL,
    SOURCES,
    Customer,
    client_of,
    create_source,
    demo_panther,
    graphql,
    refused,
    row,
)

NOWHERE = "http://127.0.0.1:9"
"""Where no AWS is."""
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
    other = create_source(client, body | {"integrationLabel": "other"})
    refused(client.put(f"{SOURCES}/{other}", json=body), 409)
    create_source(client, body | {"awsAccountId": "100000000001", "s3Bucket": "a-third-one"})


def test_a_prefix_of_a_bucket_is_taken_once(client: httpx.Client, customer: Customer, created: str) -> None:
    body = customer.body(integrationLabel="other", s3PrefixLogTypes=[row("more/"), row("logs/ ")])
    message = refused(client.post(SOURCES, json=body), 400)
    assert message == "An S3 source with the same S3 bucket and prefix already exists."
    create_source(client, body | {"s3PrefixLogTypes": [row("logs/more/")]})


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
    created = create_source(
        client, customer.body(integrationLabel="My Logs", s3PrefixLogTypes=rows, logStreamType="XML")
    )
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
    create_source(client, customer.body(s3PrefixLogTypes=[row("", "Custom.AcmeApp", "AWS.ALB")]))
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
