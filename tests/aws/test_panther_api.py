"""Panther's API over real HTTP: what is read and changed, what is sent again, and what comes of faults on the way."""

from __future__ import annotations

import ipaddress
import json
import logging
import os
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import keyring
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from keyring.backend import KeyringBackend

from panther_s3.answers import Answers
from panther_s3.arrival import look_for_events
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws
from panther_s3.demo.panther import DemoPanther
from panther_s3.demo.panther.graphql_api import CUSTOM
from panther_s3.first_events import Seen, signs
from panther_s3.journal import Change, ChangeKind, Journal, State, read_run
from panther_s3.panther_api import client as client_module
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.client import LOOKS, PantherApi
from panther_s3.panther_api.errors import Throttled, Unclear
from panther_s3.panther_api.model import Alarm, PantherSource, SourceHealth, comparable, source_body, update_body
from panther_s3.panther_api.transport import ATTEMPTS, LONGEST_PAUSE_SECONDS
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType
from panther_s3.tokens import TOKEN_VARIABLE, Token, keep_token
from tests.panther import account_id, client_of, demo_panther, until

SOURCES = "/log-sources/s3"
NOWHERE = "http://127.0.0.1:9"
"""Where no AWS is: what is only read needs none."""


@pytest.fixture
def panther(embedded_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    with demo_panther(embedded_aws.endpoint_url, receives=False) as panther:
        yield panther


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path)
    yield journal
    journal.close()


@pytest.fixture
def slept() -> list[float]:
    """How long was waited, each time."""
    return []


Make = Callable[..., PantherApi]


@pytest.fixture
def make_api(journal: Journal, slept: list[float]) -> Iterator[Make]:
    """Makes clients that do not wait, and lets their connections go in the end."""
    made: list[PantherApi] = []

    def make(base: str, token: str, sleep: Callable[[float], None] = slept.append) -> PantherApi:
        made.append(PantherApi(base, Token(token), journal=journal, sleep=sleep))
        return made[-1]

    yield make
    for api in made:
        api._transport.close()


@pytest.fixture
def api(panther: DemoPanther, make_api: Make) -> PantherApi:
    return make_api(panther.url, panther.token)


@pytest.fixture
def source() -> S3Source:
    """A source of an account that no other test has."""
    account = account_id()
    return S3Source(
        "prod trail",
        account,
        "acme-cloudtrail",
        f"arn:aws:kms:us-west-2:{account}:key/1f0c",
        StreamType.JSON_ARRAY,
        StreamOptions("Records"),
        (
            PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail",), ("AWSLogs/*/Digest/",)),
            PrefixLogTypes("app/", ("AWS.ALB", "Custom.AcmeApp")),
        ),
        f"arn:aws:iam::{account}:role/PantherLogProcessingRole-prod-trail",
    )


def written(panther: DemoPanther) -> list[tuple[str, str]]:
    """The requests that are to change something, without GraphQL's questions."""
    return [each for each in panther.requests if each[0] in ("PUT", "DELETE") or each == ("POST", SOURCES)]


def posts(panther: DemoPanther) -> int:
    return panther.requests.count(("POST", SOURCES))


def by_hand(panther: DemoPanther, method: str, path: str, body: Any = None) -> Any:
    """Do something in Panther beside the wizard."""
    with client_of(panther) as client:
        answer = client.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


def made_by_hand(panther: DemoPanther, source: S3Source) -> str:
    return str(by_hand(panther, "POST", SOURCES, source_body(source))["integrationId"])


def the_change(journal: Journal) -> Change:
    """The one change of the run, as the file says."""
    assert journal.folder is not None
    (change,) = read_run(journal.folder, journal.run).changes
    assert change == journal.record.changes[0]
    return change


def problem_of(does: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as raised:
        does()
    return raised.value


class Asked(NamedTuple):
    """A request that a little server got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@contextmanager
def little_server(
    status: int, body: bytes = b"", headers: dict[str, str] | None = None, during: Callable[[], None] = lambda: None
) -> Iterator[tuple[str, list[Asked]]]:
    """A server that answers everything alike; gives its address and what it was asked."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.reply
            raise AttributeError(name)

        def reply(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked.append(Asked(self.command, self.path, dict(self.headers), self.rfile.read(length)))
            during()
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing of a client that went away."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()


# --- reading ---


def test_sources_are_listed_and_each_is_read_whole(panther: DemoPanther, api: PantherApi, source: S3Source) -> None:
    other = replace(source, name="other", prefix_log_types=(PrefixLogTypes("z/"),), kms_key_arn="")
    ids = made_by_hand(panther, source), made_by_hand(panther, other)
    assert [(each.id, each.source.name, each.source.prefixes) for each in api.read_sources()] == [
        (ids[0], "prod trail", ["AWSLogs/", "app/"]),
        (ids[1], "other", ["z/"]),
    ]
    assert [api.read_source(id).source for id in ids] == [comparable(source), comparable(other)]


def test_a_list_does_not_know_options_but_the_source_found_does(
    panther: DemoPanther, api: PantherApi, source: S3Source
) -> None:
    made_by_hand(panther, source)
    (listed,) = api.read_sources()
    assert listed.source.log_stream_type_options == StreamOptions()
    found = api.find_source(source.aws_account_id, source.name)
    assert found is not None
    assert found.source == comparable(source)


def test_a_source_is_found_by_its_account_and_its_name(panther: DemoPanther, api: PantherApi, source: S3Source) -> None:
    elsewhere = replace(source, aws_account_id=account_id(), prefix_log_types=(PrefixLogTypes("z/"),))
    made_by_hand(panther, elsewhere)
    id = made_by_hand(panther, source)
    found = api.find_source(source.aws_account_id, " prod trail ")
    assert found is not None
    assert found.id == id
    assert api.find_source(source.aws_account_id, "Prod Trail") is None
    assert api.find_source(account_id(), "prod trail") is None


def test_a_source_that_is_not_there(panther: DemoPanther, api: PantherApi) -> None:
    problem = problem_of(lambda: api.read_source("nobody"))
    assert (problem.kind, problem.speaker) == (ProblemKind.NOT_FOUND, "Panther")
    assert problem.title == "Panther could not read the source: it found nothing there"
    assert "Log source nobody was not found" in problem.cause
    assert api.read_health("nobody") is None
    assert api.read_alarm("nobody") is None


def test_an_id_is_one_part_of_a_path(make_api: Make) -> None:
    with little_server(404, b"{}") as (url, asked):
        api = make_api(url, "token")
        problem_of(lambda: api.read_source("a/b?c#d"))
        api.read_alarm("a/b")
    assert [each.path for each in asked] == [f"{SOURCES}/a%2Fb%3Fc%23d", "/log-source-alarms/a%2Fb/SOURCE_NO_DATA"]


def test_health_is_panthers_own_word(panther: DemoPanther, api: PantherApi, source: S3Source) -> None:
    health = api.read_health(made_by_hand(panther, source))
    assert health is not None
    assert (health.healthy, health.received_at, health.processed_at) == (False, "", "")


def test_log_types_have_custom_ones_and_no_archived_ones(api: PantherApi) -> None:
    found = api.read_log_types()
    assert "AWS.CloudTrail" in found
    assert {name: name in found for name in CUSTOM} == {name: not archived for name, archived in CUSTOM.items()}
    assert list(found) == sorted(found, key=str.lower)


def graphql_body(**fields: Any) -> bytes:
    return json.dumps({"data": fields}).encode()


def test_sources_of_other_kinds_are_passed_over(make_api: Make) -> None:
    nodes = [{"integrationId": "a", "integrationType": "aws-sqs"}, {"integrationId": "b", "integrationType": "aws-s3"}]
    answer = graphql_body(sources={"edges": [{"node": each} for each in nodes], "pageInfo": {"hasNextPage": False}})
    with little_server(200, answer) as (url, _):
        assert [each.id for each in make_api(url, "token").read_sources()] == ["b"]


@pytest.mark.parametrize(
    "sources",
    [
        None,
        {},
        {"edges": None},
        {"edges": [{}]},
        {"edges": [{"node": None}]},
        {"edges": [{"node": {"integrationType": "aws-s3"}}]},
        {"edges": [{"node": {"integrationType": "aws-s3", "integrationId": "a", "s3Bucket": 1}}]},
    ],
)
def test_a_list_of_another_form_is_not_understood(make_api: Make, sources: Any) -> None:
    with little_server(200, graphql_body(sources=sources)) as (url, _):
        problem = problem_of(make_api(url, "token").read_sources)
    assert problem.title == "Panther answered the request to list the log sources in a way that is not understood"
    assert (problem.kind, problem.speaker) == (ProblemKind.UNEXPECTED, "")


def test_log_types_of_another_form_are_not_understood(make_api: Make) -> None:
    with little_server(200, graphql_body(schemas={"edges": [{"node": None}]})) as (url, _):
        assert problem_of(make_api(url, "token").read_log_types).kind is ProblemKind.UNEXPECTED


def test_all_pages_of_a_list_are_read_and_one_without_end_is_given_up(make_api: Make) -> None:
    node = {"integrationId": "a", "integrationType": "aws-s3"}
    page = {"edges": [{"node": node}], "pageInfo": {"hasNextPage": True, "endCursor": "next"}}
    with little_server(200, graphql_body(sources=page)) as (url, asked):
        problem = problem_of(make_api(url, "token").read_sources)
    assert "more than 50 pages" in problem.cause
    assert [json.loads(each.body)["variables"]["input"] for each in asked[:3]] == [
        {},
        {"cursor": "next"},
        {"cursor": "next"},
    ]


# --- what is sent again ---

PASSING: list[tuple[str, dict[str, Any]]] = [
    ("html500", {}),
    ("status", {"status": 502, "body": "<html>Bad Gateway</html>", "content_type": "text/html"}),
    ("status", {"status": 429}),
    ("empty", {"status": 503}),
    ("cut_before", {}),
    ("cut_after", {}),
    ("half", {}),
]
IDS = [f"{kind} {details.get('status', '')}".strip() for kind, details in PASSING]


@pytest.mark.parametrize(("kind", "details"), PASSING, ids=IDS)
def test_a_question_is_asked_again_where_trouble_passes(
    panther: DemoPanther, api: PantherApi, source: S3Source, slept: list[float], kind: Any, details: dict[str, Any]
) -> None:
    id = made_by_hand(panther, source)
    for method, where, ask in (
        ("GET", f"{SOURCES}/{id}", lambda: api.read_source(id).source == comparable(source)),
        ("POST", "/public/graphql sources", lambda: len(api.read_sources()) == 1),
    ):
        panther.faults.clear()
        slept.clear()
        panther.faults.add(kind, method=method, path_contains=where, times=ATTEMPTS - 1, **details)
        assert ask()
        assert len(panther.faults.fired) == ATTEMPTS - 1
        assert slept == [0.5, 1.0]


@pytest.mark.parametrize(("kind", "details"), PASSING, ids=IDS)
def test_a_question_is_given_up_after_three_times(
    panther: DemoPanther, api: PantherApi, kind: Any, details: dict[str, Any]
) -> None:
    panther.faults.add(kind, times=99, **details)
    problem = problem_of(lambda: api.read_source("x"))
    assert len(panther.faults.fired) == ATTEMPTS
    assert problem.kind is (ProblemKind.THROTTLED if details.get("status") == 429 else ProblemKind.NETWORK)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 405, 301])
def test_a_refusal_is_not_asked_for_again(panther: DemoPanther, api: PantherApi, status: int) -> None:
    panther.faults.add("status", status=status, times=99)
    problem_of(lambda: api.read_source("x"))
    assert len(panther.faults.fired) == 1


@pytest.mark.parametrize(
    ("asked", "waited"),
    [("0", 0.0), ("7", 7.0), ("10", LONGEST_PAUSE_SECONDS), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.5), ("²", 0.5)],
)
def test_panther_is_given_the_time_that_it_asks_for(
    panther: DemoPanther, api: PantherApi, slept: list[float], asked: str, waited: float
) -> None:
    panther.faults.add("status", status=429, headers={"Retry-After": asked})
    assert api.read_sources() == ()
    assert slept == [waited]


@pytest.mark.parametrize(("asked", "told"), [("11", "Wait a minute"), ("3600", "wait 3600 seconds")])
def test_where_panther_asks_for_longer_the_operator_is_told(
    panther: DemoPanther, api: PantherApi, slept: list[float], asked: str, told: str
) -> None:
    """Asked sooner it would only refuse again."""
    panther.faults.add("status", status=429, headers={"Retry-After": asked}, times=99)
    problem = problem_of(api.read_sources)
    assert isinstance(problem, Throttled)
    assert problem.wait == float(asked)
    assert told in problem.remedy
    assert (len(panther.faults.fired), slept) == (1, [])


def test_an_answer_that_takes_too_long_is_given_up(
    panther: DemoPanther, api: PantherApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    panther.faults.add("slow", seconds=30, times=99)
    transport = api._transport
    problem = problem_of(lambda: transport.rest("GET", f"{SOURCES}/x", "read the source", limit=0.05))
    assert len(panther.faults.fired) == ATTEMPTS
    assert (problem.title, problem.kind) == (
        "Panther did not answer the request to read the source",
        ProblemKind.NETWORK,
    )
    assert "time" in problem.cause


# --- creating ---


def test_a_source_is_created_as_documented_and_on_record_around_it(
    make_api: Make, journal: Journal, source: S3Source
) -> None:
    states: list[tuple[State, dict[str, Any]]] = []

    def look() -> None:
        change = the_change(journal)
        states.append((change.state, dict(change.facts)))

    answer = json.dumps({**source_body(source), "integrationId": "a1b2"}).encode()
    with little_server(201, answer, during=look) as (url, asked):
        made = make_api(url, "token").create_source(source)
    (request,) = asked
    assert (request.method, request.path) == ("POST", SOURCES)
    assert request.headers["X-API-Key"] == "token"
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.body) == source_body(source)
    assert states == [(State.BEGUN, {"api_url": url})]
    assert (made.id, made.source) == ("a1b2", comparable(source))
    change = the_change(journal)
    assert (change.kind, change.state, change.before) == (ChangeKind.SOURCE, State.MADE, None)
    assert change.facts == {"api_url": url, "id": "a1b2"}
    assert change.after == source_body(source)


def test_panther_has_the_source_that_was_created(panther: DemoPanther, api: PantherApi, source: S3Source) -> None:
    made = api.create_source(source)
    assert api.read_source(made.id).source == made.source == comparable(source)
    assert posts(panther) == 1


def test_an_answer_of_fewer_fields_is_taken_with_what_was_sent(make_api: Make, source: S3Source) -> None:
    """Which fields an answer has is published nowhere; the id is what is needed of it."""
    with little_server(200, b'{"integrationId": "a1b2"}') as (url, _):
        made = make_api(url, "token").create_source(source)
    assert (made.id, made.source) == ("a1b2", comparable(source))


LOST: list[tuple[str, dict[str, Any], bool]] = [
    ("cut_before", {}, False),
    ("cut_after", {}, True),
    ("half", {}, True),
    ("empty", {"status": 200}, False),
    ("empty", {"status": 500}, False),
    ("html500", {}, False),
    ("status", {"status": 504, "body": "<h1>504</h1>", "content_type": "text/html"}, False),
    ("status", {"status": 200, "body": "no JSON"}, False),
    ("status", {"status": 201, "body": [1]}, False),
    ("status", {"status": 201, "body": {"integrationId": 7}}, False),
]
LOST_IDS = [f"{kind} {list(details.values())}" for kind, details, _ in LOST]


@pytest.mark.parametrize(("kind", "details", "done"), LOST, ids=LOST_IDS)
def test_a_creation_is_sent_once_and_looked_for_where_its_answer_is_lost(
    panther: DemoPanther,
    api: PantherApi,
    journal: Journal,
    source: S3Source,
    slept: list[float],
    kind: Any,
    details: dict[str, Any],
    done: bool,
) -> None:
    panther.faults.add(kind, method="POST", path_contains=SOURCES, times=99, **details)
    if done:
        made = api.create_source(source)
        assert made == api.read_source(made.id)
        assert the_change(journal).state is State.MADE
        assert the_change(journal).facts["id"] == made.id
        assert slept == []
    else:
        problem = problem_of(lambda: api.create_source(source))
        assert isinstance(problem, Unclear)
        assert "it was looked for, and is not there so far" in problem.cause.lower()
        assert problem.remedy == (
            "Whether the source was created is not known. Retry looks first, and creates it only if not."
        )
        assert the_change(journal).state is State.BEGUN
        assert "id" not in the_change(journal).facts
        assert slept == [1.0, 2.0, 4.0]
    assert posts(panther) == 1


def test_a_creation_that_takes_too_long_is_found_once_panther_shows_it(
    panther: DemoPanther, make_api: Make, journal: Journal, source: S3Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "WRITE_SECONDS", 0.05)
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        with client_of(panther) as client:
            query = {"query": "{ sources { edges { node { integrationId } } } }"}
            until(lambda: client.post("/public/graphql", json=query).json()["data"]["sources"]["edges"])

    panther.faults.add("slow", method="POST", path_contains=SOURCES, seconds=1)
    made = make_api(panther.url, panther.token, sleep).create_source(source)
    assert made.source == comparable(source)
    assert waited == [1.0]
    assert posts(panther) == 1
    assert (the_change(journal).state, the_change(journal).facts["id"]) == (State.MADE, made.id)


def test_while_panther_does_not_answer_at_all_a_lost_creation_is_looked_for_again(
    panther: DemoPanther, api: PantherApi, journal: Journal, source: S3Source
) -> None:
    panther.faults.add("cut_after", method="POST", path_contains=SOURCES)
    panther.faults.add("html500", path_contains="sources", times=ATTEMPTS * (LOOKS - 1))
    assert api.create_source(source).source == comparable(source)
    assert posts(panther) == 1
    assert the_change(journal).state is State.MADE


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429, 400, 500])
def test_that_a_lost_creation_cannot_be_looked_for_does_not_tell_that_it_was_not_made(
    panther: DemoPanther, api: PantherApi, journal: Journal, source: S3Source, status: int
) -> None:
    """A token may be allowed to change log sources, and not to view them."""
    panther.faults.add("cut_after", method="POST", path_contains=SOURCES)
    panther.faults.add("status", path_contains="graphql", status=status, times=99)
    problem = problem_of(lambda: api.create_source(source))
    assert isinstance(problem, Unclear)
    assert "It could not be looked for: " in problem.cause
    assert "is not known" in problem.remedy
    assert the_change(journal).state is State.BEGUN
    panther.faults.clear()
    assert api.find_source(source.aws_account_id, source.name) is not None


def test_a_source_of_that_name_that_is_another_is_a_conflict(
    panther: DemoPanther, api: PantherApi, journal: Journal, source: S3Source
) -> None:
    made_by_hand(panther, replace(source, bucket_name="theirs"))
    panther.faults.add("cut_before", method="POST", path_contains=SOURCES)
    problem = problem_of(lambda: api.create_source(source))
    assert (problem.kind, problem.speaker) == (ProblemKind.CONFLICT, "")
    assert "theirs" in problem.cause
    assert "Open that source" in problem.remedy
    assert posts(panther) == 2  # by hand, and by the wizard
    assert the_change(journal).state is State.BEGUN


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ProblemKind.INVALID),
        (401, ProblemKind.CREDENTIALS),
        (403, ProblemKind.ACCESS_DENIED),
        (404, ProblemKind.NOT_FOUND),
        (409, ProblemKind.CONFLICT),
        (422, ProblemKind.INVALID),
        (301, ProblemKind.INVALID),
    ],
)
def test_a_creation_that_is_refused_is_on_record_as_not_made(
    panther: DemoPanther, api: PantherApi, journal: Journal, source: S3Source, status: int, kind: ProblemKind
) -> None:
    panther.faults.add("status", method="POST", path_contains=SOURCES, status=status, body={"message": "no"})
    problem = problem_of(lambda: api.create_source(source))
    assert problem.kind is kind
    assert not isinstance(problem, Unclear)
    assert the_change(journal).state is State.NOT_MADE
    assert panther.requests == [("POST", SOURCES)]


def test_the_name_of_another_source_is_refused_by_panther(
    panther: DemoPanther, api: PantherApi, journal: Journal, source: S3Source
) -> None:
    made_by_hand(panther, source)
    problem = problem_of(lambda: api.create_source(source))
    assert (problem.title, problem.kind) == ("Panther has a source of this name already", ProblemKind.CONFLICT)
    assert problem.cause.endswith("with label prod trail already onboarded")
    assert the_change(journal).state is State.NOT_MADE


def test_a_token_that_may_only_view_creates_nothing(panther: DemoPanther, make_api: Make, source: S3Source) -> None:
    api = make_api(panther.url, panther.read_only_token)
    problem = problem_of(lambda: api.create_source(source))
    assert (problem.title, problem.kind) == ("The API token may not create the source", ProblemKind.ACCESS_DENIED)
    assert "Manage Log Sources" in problem.remedy
    assert api.read_sources() == ()


def test_a_creation_that_was_not_let_in_is_sent_again_since_nothing_was_done(
    panther: DemoPanther, api: PantherApi, journal: Journal, source: S3Source, slept: list[float]
) -> None:
    panther.faults.add("status", method="POST", path_contains=SOURCES, status=429, headers={"Retry-After": "3"})
    made = api.create_source(source)
    assert api.read_source(made.id).source == comparable(source)
    assert (slept, posts(panther)) == ([3.0], 2)
    assert the_change(journal).state is State.MADE


def test_a_creation_that_is_never_let_in_is_not_made(
    panther: DemoPanther, api: PantherApi, journal: Journal, source: S3Source
) -> None:
    panther.faults.add("status", method="POST", path_contains=SOURCES, status=429, times=99)
    assert problem_of(lambda: api.create_source(source)).kind is ProblemKind.THROTTLED
    assert posts(panther) == ATTEMPTS
    assert the_change(journal).state is State.NOT_MADE
    assert api.read_sources() == ()


def test_a_creation_whose_answer_is_lost_after_it_was_not_let_in_is_not_sent_a_third_time(
    panther: DemoPanther, api: PantherApi, source: S3Source
) -> None:
    panther.faults.add("status", method="POST", path_contains=SOURCES, status=429)
    panther.faults.add("cut_after", method="POST", path_contains=SOURCES)
    assert api.create_source(source).source == comparable(source)
    assert posts(panther) == 2


def test_where_nobody_listens_nothing_is_sent(make_api: Make, journal: Journal, source: S3Source) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"  # bound, and nobody listens
        problem = problem_of(lambda: make_api(url, "token").create_source(source))
    assert problem.title == f"Panther's API at {url.removeprefix('http://')} cannot be reached"
    assert (problem.kind, problem.speaker) == (ProblemKind.NETWORK, "")
    assert problem.remedy.startswith("Nothing was sent. Check the address")
    assert not isinstance(problem, Unclear)
    assert the_change(journal).state is State.NOT_MADE


def test_what_cannot_be_recorded_is_not_sent(
    panther: DemoPanther, make_api: Make, source: S3Source, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with_no_room = PantherApi(panther.url, Token(panther.token), journal=Journal(tmp_path / "file" / "state"))
    problem = problem_of(lambda: with_no_room.create_source(source))
    assert problem.title.startswith("Nothing was changed, since it cannot be recorded")
    assert panther.requests == []


def test_a_write_is_named_while_it_is_under_way(make_api: Make, source: S3Source) -> None:
    named: list[tuple[str, ...]] = []
    with little_server(201, b'{"integrationId": "x"}', during=lambda: named.append(api.writes.names())) as (url, _):
        api = make_api(url, "token")
        api.create_source(source)
    assert named == [("Creating the source in Panther",)]
    assert api.writes.names() == ()


# --- updating ---


@pytest.fixture
def shown(panther: DemoPanther, api: PantherApi, source: S3Source) -> PantherSource:
    """A source of Panther's, as it was read to be shown."""
    return api.read_source(made_by_hand(panther, source))


def changed(source: S3Source) -> S3Source:
    rows = (PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail", "AWS.ALB")),)
    return replace(source, name="new name", kms_key_arn="", log_stream_type=StreamType.LINES, prefix_log_types=rows)


def test_an_update_sends_what_may_change_and_reads_it_back(
    panther: DemoPanther, api: PantherApi, journal: Journal, shown: PantherSource
) -> None:
    wanted = changed(shown.source)
    now = api.update_source(shown, wanted)
    assert now.source == comparable(wanted)
    assert api.read_source(shown.id).source == now.source
    assert written(panther)[1:] == [("PUT", f"{SOURCES}/{shown.id}")]
    change = the_change(journal)
    assert (change.state, change.target) == (State.MADE, shown.id)
    assert (change.before, change.after) == (source_body(shown.source), source_body(wanted))
    assert change.facts == {"api_url": panther.url, "id": shown.id}


def test_an_update_does_not_name_bucket_and_account(make_api: Make, source: S3Source) -> None:
    document = {**source_body(source), "integrationId": "a1b2"}
    with little_server(200, json.dumps(document).encode()) as (url, asked):
        api = make_api(url, "token")
        problem = problem_of(lambda: api.update_source(api.read_source("a1b2"), replace(source, kms_key_arn="")))
    (put,) = [each for each in asked if each.method == "PUT"]
    assert json.loads(put.body) == update_body(source_body(replace(source, kms_key_arn="")))
    assert not {"awsAccountId", "s3Bucket", "kmsKey"} & set(json.loads(put.body))
    # that server shows the former source for ever, which is told
    assert problem.title == "Panther does not show the source as it was sent"


def test_what_is_as_it_shall_be_is_not_sent(panther: DemoPanther, api: PantherApi, shown: PantherSource) -> None:
    assert api.update_source(shown, replace(shown.source, topic_arn="arn:aws:sns:us-west-2:1:x")) == shown
    assert written(panther)[1:] == []
    assert api.journal.record.changes == ()


@pytest.mark.parametrize("change", ["changed", "of a later version", "gone"])
def test_a_source_that_is_not_as_it_was_shown_is_not_updated(
    panther: DemoPanther, api: PantherApi, shown: PantherSource, change: str
) -> None:
    path = f"{SOURCES}/{shown.id}"
    if change == "changed":
        body = source_body(replace(shown.source, kms_key_arn=""))
        by_hand(panther, "PUT", path, update_body(body))
    elif change == "gone":
        by_hand(panther, "DELETE", path)
    else:
        options = {"jsonArrayEnvelopeField": "Records", "csvDelimiter": ";"}
        document = {**shown.document, "logStreamTypeOptions": options}
        panther.faults.add("status", method="GET", path_contains=path, status=200, body=document)
    before = len(written(panther))
    problem = problem_of(lambda: api.update_source(shown, changed(shown.source)))
    if change == "gone":
        assert problem.kind is ProblemKind.NOT_FOUND
    else:
        assert (problem.kind, problem.speaker) == (ProblemKind.CONFLICT, "")
        assert problem.title == "The source prod trail was changed in Panther since it was shown here"
        assert problem.remedy.startswith("Nothing was changed.")
    assert len(written(panther)) == before
    assert api.journal.record.changes == ()


@pytest.mark.parametrize(("kind", "details"), PASSING, ids=IDS)
def test_an_update_is_sent_again_since_it_comes_to_the_same(
    panther: DemoPanther, api: PantherApi, journal: Journal, shown: PantherSource, kind: Any, details: dict[str, Any]
) -> None:
    panther.faults.add(kind, method="PUT", times=ATTEMPTS - 1, **details)
    assert api.update_source(shown, changed(shown.source)).source == comparable(changed(shown.source))
    assert written(panther).count(("PUT", f"{SOURCES}/{shown.id}")) == ATTEMPTS
    assert the_change(journal).state is State.MADE


@pytest.mark.parametrize("kind", ["cut_after", "html500", "half"])
def test_an_update_that_is_never_answered_is_left_open(
    panther: DemoPanther, api: PantherApi, journal: Journal, shown: PantherSource, kind: Any
) -> None:
    panther.faults.add(kind, method="PUT", times=99)
    assert isinstance(problem_of(lambda: api.update_source(shown, changed(shown.source))), Unclear)
    assert len(panther.faults.fired) == ATTEMPTS
    assert the_change(journal).state is State.BEGUN


@pytest.mark.parametrize("status", [400, 401, 403, 409, 429])
def test_an_update_that_is_refused_the_second_time_may_have_been_made_the_first(
    panther: DemoPanther, api: PantherApi, journal: Journal, shown: PantherSource, status: int
) -> None:
    """A token that is withdrawn in between, say."""
    panther.faults.add("cut_after", method="PUT")
    panther.faults.add("status", method="PUT", status=status, times=99)
    problem = problem_of(lambda: api.update_source(shown, changed(shown.source)))
    assert isinstance(problem, Unclear)
    assert "Whether it was done is not known" in problem.remedy
    assert the_change(journal).state is State.BEGUN
    assert api.read_source(shown.id).source == comparable(changed(shown.source))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429])
def test_an_update_that_is_refused_is_on_record_as_not_made(
    panther: DemoPanther, api: PantherApi, journal: Journal, shown: PantherSource, status: int
) -> None:
    panther.faults.add("status", method="PUT", status=status, times=99)
    problem_of(lambda: api.update_source(shown, changed(shown.source)))
    assert the_change(journal).state is State.NOT_MADE
    assert api.read_source(shown.id).source == shown.source


def test_the_former_source_is_put_back_whole(panther: DemoPanther, api: PantherApi, shown: PantherSource) -> None:
    api.update_source(shown, changed(shown.source))
    api.put_former_source(shown.id, source_body(shown.source))
    assert api.read_source(shown.id).source == shown.source


# --- deleting ---


@pytest.mark.parametrize(
    ("kind", "details"),
    [(kind, details) for kind, details in PASSING if kind != "half"],
    ids=[i for i in IDS if i != "half"],
)
def test_a_deletion_is_sent_again_and_one_that_was_done_is_done(
    panther: DemoPanther, api: PantherApi, shown: PantherSource, kind: Any, details: dict[str, Any]
) -> None:
    """After a lost answer Panther finds nothing more to delete: 404."""
    panther.faults.add(kind, method="DELETE", times=ATTEMPTS - 1, **details)
    api.delete_source(shown.id)
    assert written(panther).count(("DELETE", f"{SOURCES}/{shown.id}")) == ATTEMPTS
    assert api.find_source(shown.source.aws_account_id, shown.source.name) is None


def test_what_is_gone_is_deleted(panther: DemoPanther, api: PantherApi, shown: PantherSource) -> None:
    api.delete_source(shown.id)
    api.delete_source(shown.id)
    assert written(panther).count(("DELETE", f"{SOURCES}/{shown.id}")) == 2


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_deletion_that_is_refused_is_no_deletion(
    panther: DemoPanther, api: PantherApi, shown: PantherSource, status: int
) -> None:
    panther.faults.add("status", method="DELETE", status=status, times=99)
    problem = problem_of(lambda: api.delete_source(shown.id))
    assert f"HTTP {status}" in problem.cause
    assert api.read_source(shown.id) == shown


# --- the alarm ---


def test_an_alarm_is_set_and_read_back(
    panther: DemoPanther, api: PantherApi, journal: Journal, shown: PantherSource
) -> None:
    assert api.put_alarm(shown.id, "prod trail", 60) == Alarm(60, "INSUFFICIENT_DATA") == api.read_alarm(shown.id)
    assert written(panther)[1:] == [("PUT", f"/log-source-alarms/{shown.id}/SOURCE_NO_DATA")]
    change = the_change(journal)
    assert (change.kind, change.state, change.before, change.after) == (ChangeKind.ALARM, State.MADE, None, 60)
    assert (change.target, change.title) == (shown.id, "drop-off alarm of the source prod trail")


def test_an_alarm_that_is_as_wanted_is_not_sent(panther: DemoPanther, api: PantherApi, shown: PantherSource) -> None:
    by_hand(panther, "PUT", f"/log-source-alarms/{shown.id}/SOURCE_NO_DATA", {"minutesThreshold": 60})
    before = len(written(panther))
    assert api.put_alarm(shown.id, "prod trail", 60).minutes == 60
    assert len(written(panther)) == before
    assert api.journal.record.changes == ()


def test_an_alarm_is_taken_away_and_where_none_is_nothing_is_sent(
    panther: DemoPanther, api: PantherApi, journal: Journal, shown: PantherSource
) -> None:
    api.remove_alarm(shown.id, "prod trail")
    assert written(panther)[1:] == []
    by_hand(panther, "PUT", f"/log-source-alarms/{shown.id}/SOURCE_NO_DATA", {"minutesThreshold": 60})
    api.remove_alarm(shown.id, "prod trail")
    assert api.read_alarm(shown.id) is None
    change = the_change(journal)
    assert (change.state, change.before, change.after) == (State.MADE, 60, None)


@pytest.mark.parametrize("minutes", [14, 43201, 0, -1])
def test_bounds_are_panthers_and_told_in_its_words(
    api: PantherApi, journal: Journal, shown: PantherSource, minutes: int
) -> None:
    problem = problem_of(lambda: api.put_alarm(shown.id, "prod trail", minutes))
    assert problem.cause == "HTTP 400: minutesThreshold must be between 15 and 43200"
    assert (problem.title, problem.speaker) == ("Panther refused to set the drop-off alarm", "Panther")
    assert the_change(journal).state is State.NOT_MADE


@pytest.mark.parametrize("minutes", [15, 43200])
def test_the_bounds_themselves_are_within(api: PantherApi, shown: PantherSource, minutes: int) -> None:
    assert api.put_alarm(shown.id, "prod trail", minutes).minutes == minutes


def test_an_alarm_whose_answer_is_lost_is_set_again(
    panther: DemoPanther, api: PantherApi, journal: Journal, shown: PantherSource
) -> None:
    panther.faults.add("cut_after", method="PUT", times=2)
    assert api.put_alarm(shown.id, "prod trail", 60).minutes == 60
    panther.faults.add("cut_after", method="DELETE", times=2)
    api.remove_alarm(shown.id, "prod trail")
    assert api.read_alarm(shown.id) is None
    assert {change.state for change in journal.record.changes} == {State.MADE}


def test_an_alarm_that_panther_does_not_show_is_told(make_api: Make, journal: Journal) -> None:
    with little_server(200, b'{"type": "SOURCE_NO_DATA", "minutesThreshold": 1440}') as (url, _):
        problem = problem_of(lambda: make_api(url, "token").put_alarm("a1b2", "x", 60))
    assert problem.cause == "Set to 60 minutes; Panther shows 1440 minutes."
    assert problem.speaker == ""
    assert the_change(journal).state is State.MADE


def test_an_alarm_of_a_source_that_is_gone_is_not_made(api: PantherApi, journal: Journal) -> None:
    assert problem_of(lambda: api.put_alarm("nobody", "x", 60)).kind is ProblemKind.NOT_FOUND
    assert the_change(journal).state is State.NOT_MADE


@pytest.mark.parametrize("body", [{"minutesThreshold": "60"}, [60], "sixty"])
def test_an_alarm_of_another_form_is_not_understood(panther: DemoPanther, api: PantherApi, body: Any) -> None:
    panther.faults.add("status", status=200, body=body, times=99)
    assert problem_of(lambda: api.read_alarm("x")).kind is ProblemKind.UNEXPECTED


# --- answers in words ---

NEEDS = "The token needs View Log Sources, and Manage Log Sources to change something."
STATUSES: list[tuple[int, ProblemKind, str, str]] = [
    (400, ProblemKind.INVALID, "Panther refused to read the source", "Change what Panther names"),
    (401, ProblemKind.CREDENTIALS, "Panther does not accept the API token", "The token is not known there"),
    (403, ProblemKind.ACCESS_DENIED, "The API token may not read the source", NEEDS),
    (404, ProblemKind.NOT_FOUND, "Panther could not read the source: it found nothing there", "Is the address that"),
    (409, ProblemKind.CONFLICT, "Panther has a source of this name already", "Open the source"),
    (418, ProblemKind.INVALID, "Panther refused to read the source", "Is the address that of the API?"),
    (429, ProblemKind.THROTTLED, "Panther asks to slow down", "Wait a minute, then try again."),
    (500, ProblemKind.NETWORK, "Panther could not read the source", "Try again in a moment"),
    (502, ProblemKind.NETWORK, "Panther could not read the source", "Try again in a moment"),
    (503, ProblemKind.NETWORK, "Panther could not read the source", "Try again in a moment"),
]


@pytest.mark.parametrize(("status", "kind", "title", "remedy"), STATUSES, ids=[str(each[0]) for each in STATUSES])
def test_every_status_is_told_by_title_cause_and_remedy(
    panther: DemoPanther, api: PantherApi, status: int, kind: ProblemKind, title: str, remedy: str
) -> None:
    panther.faults.add("status", status=status, body={"message": "Panther's own words"}, times=99)
    problem = problem_of(lambda: api.read_source("x"))
    assert (problem.kind, problem.title, problem.speaker) == (kind, title, "Panther")
    assert problem.cause == f"HTTP {status}: Panther's own words"
    assert remedy in problem.remedy
    assert isinstance(problem, Unclear) == (status >= 500)


def test_an_answer_that_repeats_the_token_tells_it_to_nobody(panther: DemoPanther, make_api: Make) -> None:
    """As the page of a proxy may that shows what it was sent."""
    secret = "pl4nted-t0ken"
    api = make_api(panther.url, secret)
    echo = f"bad header X-API-Key: {secret}"
    panther.faults.add("status", method="GET", status=403, body={"message": echo})
    panther.faults.add("status", path_contains="sources", status=200, body={"errors": [{"message": echo}]})
    for ask in (lambda: api.read_source("x"), api.read_sources):
        with pytest.raises(Problem) as raised:
            ask()
        assert "bad header X-API-Key: …" in raised.value.cause
        assert secret not in "".join(traceback.format_exception(raised.value)) + repr(raised.value)


def test_a_wrong_token_is_told_with_where_a_new_one_is_made(panther: DemoPanther, make_api: Make) -> None:
    problem = problem_of(make_api(panther.url, "wrong").read_sources)
    assert problem.kind is ProblemKind.CREDENTIALS
    assert problem.cause == "HTTP 401: The API token is missing or not valid"
    assert "gear icon > API Tokens" in problem.remedy


PAGE = """<!DOCTYPE html><html><head><title>502</title><style>p {color: red}</style></head>
<body><!-- a secret > remark --><script>alert("<b>no</b>")</script><h1>Bad&nbsp;Gateway</h1>
<p title="x">the upstream &lt;did&gt; not answer</p></body></html>"""


@pytest.mark.parametrize(
    ("body", "content_type", "told"),
    [
        ({"message": " the name is taken "}, "application/json", "the name is taken"),
        ({"error": "no"}, "application/json", "no"),
        ({"message": "", "detail": "why"}, "application/json", "why"),
        ({"message": 7}, "application/json", '{"message": 7}'),
        ({"errors": [{"message": "first"}, "second"]}, "application/json", "first\nsecond"),
        ("plain words", "text/plain", "plain words"),
        ("x < 5 and y > 3", "text/plain", "x < 5 and y > 3"),
        (PAGE, "text/html", "Bad Gateway the upstream <did> not answer"),
        ("<html><script>x", "text/html", "a page without text"),
        ('{"message": "cut', "application/json", '{"message": "cut'),
        ("", "text/plain", "Bad Gateway"),
        (" \n ", "text/plain", "Bad Gateway"),
        (b"\xff\xfe caf\xe9", "text/plain; charset=no-such", "\ufffd\ufffd caf\ufffd"),
        ("a\x1b[31mred\x07\u202etxt", "text/plain", "a\\x1b[31mred\\x07\\u202etxt"),
        ({"message": "a\x1b[31m\nb"}, "application/json", "a\\x1b[31m\nb"),
        ("[" * 100_000, "application/json", "[" * 512),
    ],
)
def test_whatever_a_refusal_says_is_shown_as_words(
    panther: DemoPanther, api: PantherApi, body: Any, content_type: str, told: str
) -> None:
    panther.faults.add("status", status=502, body=body, content_type=content_type, times=99)
    assert problem_of(lambda: api.read_source("x")).cause == f"HTTP 502: {told}"


@pytest.mark.parametrize(
    "body",
    [
        "x" * 1_000_000,
        {"message": "x" * 1_000_000},
        {"errors": [{"message": "x" * 1_000_000}]},
        "<script " * 100_000,
        "<" * 1_000_000,
        "<!--" * 200_000,
        {"nothing": "x" * 1_000_000},
    ],
    ids=["text", "message", "errors", "scripts", "brackets", "comments", "other JSON"],
)
def test_a_huge_answer_is_cut(panther: DemoPanther, api: PantherApi, body: Any) -> None:
    panther.faults.add("status", status=400, body=body)
    assert 0 < len(problem_of(lambda: api.read_source("x")).cause) < 2100


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("no JSON", "no JSON"),
        ([1, 2], "[1, 2]"),
        ('"text"', '"text"'),
        ("null", "null"),
        ("[" * 100_000, "[[["),
        ("<html><head><title>x</title></head><body>Sign in</body></html>", "Sign in"),
        (b'{"a": "\xff"}', '{"a": "\ufffd"}'),
    ],
)
def test_a_success_that_is_no_object_is_not_understood(
    panther: DemoPanther, api: PantherApi, body: Any, told: str
) -> None:
    panther.faults.add("status", status=200, body=body)
    problem = problem_of(lambda: api.read_source("x"))
    assert problem.title == "Panther answered the request to read the source in a way that is not understood"
    assert problem.cause.startswith(told)
    assert len(problem.cause) <= 512
    assert "a page of a proxy" in problem.remedy
    assert panther.requests == [("GET", f"{SOURCES}/x")]


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "Cannot query field x"}, ProblemKind.INVALID),
        ({"message": "no", "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}, ProblemKind.INVALID),
        ({"message": "You are not authorized to do this"}, ProblemKind.ACCESS_DENIED),
        ({"message": "no", "extensions": {"code": "FORBIDDEN"}}, ProblemKind.ACCESS_DENIED),
        ({"message": "no", "extensions": {"code": "UNAUTHENTICATED"}}, ProblemKind.CREDENTIALS),
        ({"message": "It does not exist"}, ProblemKind.NOT_FOUND),
        ("words alone", ProblemKind.INVALID),
    ],
)
def test_what_graphql_refuses_is_told_with_status_200_and_400(
    panther: DemoPanther, api: PantherApi, status: int, error: Any, kind: ProblemKind
) -> None:
    panther.faults.add("status", status=status, body={"data": None, "errors": [error]}, times=99)
    problem = problem_of(api.read_sources)
    words = error if isinstance(error, str) else error["message"]
    assert words in problem.cause
    assert problem.speaker == "Panther"
    assert problem.remedy
    assert problem.kind is (kind if status == 200 else ProblemKind.INVALID)


def test_errors_of_graphql_that_are_no_list_are_told_too(panther: DemoPanther, api: PantherApi) -> None:
    panther.faults.add("status", status=200, body={"errors": {"message": "all of it\x1b"}})
    assert problem_of(api.read_sources).cause == "all of it\\x1b"


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": []}, ""])
def test_graphql_without_data_is_not_understood(panther: DemoPanther, api: PantherApi, body: Any) -> None:
    panther.faults.add("status", status=200, body=body)
    assert problem_of(api.read_sources).kind is ProblemKind.UNEXPECTED


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("change", [False, True], ids=["read", "create"])
def test_the_token_is_not_sent_on_to_another_address(
    make_api: Make, source: S3Source, status: int, change: bool
) -> None:
    with (
        little_server(200, b"{}") as (elsewhere, there),
        little_server(status, headers={"Location": f"{elsewhere}/\x85"}) as (url, here),
    ):
        api = make_api(url, "token")
        problem = problem_of(lambda: api.create_source(source) if change else api.read_source("x"))
    assert len(here) == 1
    assert there == []
    assert (problem.title, problem.kind) == ("The address is not that of Panther's API", ProblemKind.INVALID)
    assert problem.cause == f"HTTP {status}: it leads on to {elsewhere}/\\x85."
    assert problem.speaker == ""


# --- TLS ---


class Authority:
    """An authority of the test's own, and the certificates that it makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.trusted = self._pem("authority.pem", self._certificate("authority", self._key, self._key))

    def make(self, *, host: str = "127.0.0.1", days: int = 2, own: bool = False) -> tuple[Path, Path]:
        """Make a certificate for a host, ended where `days` is negative, signed by itself where `own`."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certificate(host, key, key if own else self._key, days)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self.folder / f"{host} {days} {own} key.pem"
        path.write_bytes(private)
        return self._pem(f"{host} {days} {own}.pem", certificate), path

    def _pem(self, name: str, certificate: x509.Certificate) -> Path:
        path = self.folder / name
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path

    @staticmethod
    def _certificate(name: str, key: Any, signer: Any, days: int = 2) -> x509.Certificate:
        issuer = name if key is signer else "authority"
        is_authority = name == "authority"
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=9))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True, key_cert_sign=is_authority, crl_sign=is_authority, content_commitment=False,
                    key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
        )  # fmt: skip
        if not is_authority:
            try:
                host: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
            except ValueError:
                host = x509.DNSName(name)
            builder = builder.add_extension(x509.SubjectAlternativeName([host]), critical=False)
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        return builder.sign(signer, hashes.SHA256())


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that SSL_CERT_FILE names."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.trusted))
    return authority


def test_a_certificate_of_a_trusted_authority_is_fine(authority: Authority, make_api: Make) -> None:
    with demo_panther(NOWHERE, certificate=authority.make()) as panther:
        assert panther.url.startswith("https://")
        assert make_api(panther.url, panther.token).read_sources() == ()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"days": -1}, "certificate has expired"),
        ({"own": True}, "self-signed certificate"),
        ({"host": "api.other.example"}, "IP address mismatch, certificate is not valid for '127.0.0.1'"),
    ],
    ids=["expired", "self-signed", "another host's"],
)
def test_a_certificate_that_is_not_trusted_is_told_with_its_fault(
    authority: Authority, make_api: Make, journal: Journal, source: S3Source, options: dict[str, Any], why: str
) -> None:
    with demo_panther(NOWHERE, certificate=authority.make(**options)) as panther:
        api = make_api(panther.url, panther.token)
        for does in (api.read_sources, lambda: api.create_source(source)):
            problem = problem_of(does)
            assert problem.title == f"The certificate of {panther.url.removeprefix('https://')} is not trusted"
            assert why in problem.cause
            assert "SSL_CERT_FILE" in problem.remedy
            assert (problem.kind, problem.speaker) == (ProblemKind.INVALID, "")
            assert not isinstance(problem, Unclear)
        assert panther.requests == []
    assert the_change(journal).state is State.NOT_MADE


def test_an_authority_that_nobody_trusts_is_told(tmp_path: Path, make_api: Make) -> None:
    with demo_panther(NOWHERE, certificate=Authority(tmp_path).make()) as panther:
        problem = problem_of(make_api(panther.url, panther.token).read_sources)
    assert "unable to get local issuer certificate" in problem.cause
    assert "is not trusted" in problem.title


def test_what_does_not_speak_tls_is_not_called_a_certificate(make_api: Make, panther: DemoPanther) -> None:
    problem = problem_of(make_api(panther.url.replace("http:", "https:"), panther.token).read_sources)
    assert problem.title.startswith("No secure connection to 127.0.0.1:")
    assert problem.remedy.startswith("Nothing was sent.")
    assert problem.kind is ProblemKind.INVALID


def test_a_creation_over_tls_whose_answer_is_cut_is_found(
    authority: Authority, embedded_aws: EmbeddedAws, make_api: Make, source: S3Source
) -> None:
    with demo_panther(embedded_aws.endpoint_url, certificate=authority.make()) as panther:
        panther.faults.add("cut_after", method="POST", path_contains=SOURCES)
        assert make_api(panther.url, panther.token).create_source(source).source == comparable(source)
        assert posts(panther) == 1


def test_tls_that_breaks_once_the_creation_was_sent_leaves_it_open(
    authority: Authority, make_api: Make, journal: Journal, source: S3Source
) -> None:
    """It is no fault of the certificate then, and something was sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.make())
    got: list[bytes] = []

    def answer(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                plain, _ = listener.accept()
                raw = plain.dup()
                with context.wrap_socket(plain, server_side=True) as connection, raw:
                    got.append(connection.recv(65536))
                    raw.sendall(b"HTTP/1.1 201 Created\r\n\r\n")  # in the clear, where TLS is spoken

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,), daemon=True)
        thread.start()
        api = make_api(f"https://127.0.0.1:{listener.getsockname()[1]}", "token")
        problem = problem_of(lambda: api.create_source(source))
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
    assert isinstance(problem, Unclear)
    assert problem.title == "Panther did not answer the request to create the source"
    assert [each.startswith(f"POST {SOURCES} ".encode()) for each in got].count(True) == 1
    assert the_change(journal).state is State.BEGUN


# --- the environment ---


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_is_not_asked_for_the_loopback(
    panther: DemoPanther, make_api: Make, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for bypass in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(bypass, raising=False)
    with little_server(200, b"{}") as (proxy, asked):
        monkeypatch.setenv(name, proxy)
        assert httpx.get(f"{panther.url}/").json() == {}  # others do ask it
        assert len(asked) == 1
        assert make_api(panther.url, panther.token).read_sources() == ()
        assert len(asked) == 1


def test_a_proxy_that_refuses_is_told_and_does_not_see_the_token(
    make_api: Make, monkeypatch: pytest.MonkeyPatch, journal: Journal, source: S3Source
) -> None:
    with little_server(407) as (proxy, asked):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        api = make_api("https://api.acme.invalid", "t0ken-t0ken")
        problem = problem_of(lambda: api.create_source(source))
    assert (problem.title, problem.kind) == (
        "Panther's API at api.acme.invalid cannot be reached",
        ProblemKind.NETWORK,
    )
    assert "407" in problem.cause
    assert "your proxy" in problem.remedy
    assert {each.method for each in asked} == {"CONNECT"}
    assert "t0ken-t0ken" not in str(asked)
    assert the_change(journal).state is State.NOT_MADE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SSL_CERT_FILE", "not-there.pem"),
        ("SSL_CERT_FILE", __file__),
        ("HTTPS_PROXY", "gopher://127.0.0.1:1"),
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("HTTPS_PROXY", "http://127.0.0.1:port"),
    ],
)
def test_an_environment_in_which_nothing_can_be_sent_is_told(
    make_api: Make, monkeypatch: pytest.MonkeyPatch, journal: Journal, source: S3Source, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    problem = problem_of(lambda: make_api("https://api.acme.invalid", "token").create_source(source))
    assert problem.title == "No connection can be made with the settings of this environment"
    assert problem.cause
    assert name in problem.remedy
    assert problem.kind is ProblemKind.INVALID
    assert the_change(journal).state is State.NOT_MADE


# --- the token ---

SECRET = "s3cr3t-0f-4cm3-" + "9" * 20


@contextmanager
def failing_panthers(authority: Authority) -> Iterator[list[tuple[str, Callable[[], None]]]]:
    """Addresses at which every sort of trouble waits."""
    with socket.socket() as nobody, demo_panther(NOWHERE) as panther:
        nobody.bind(("127.0.0.1", 0))
        with demo_panther(NOWHERE, certificate=authority.make(days=-1)) as expired:

            def fault(kind: Any, **details: Any) -> Callable[[], None]:
                def prepare() -> None:
                    panther.faults.clear()
                    panther.faults.add(kind, times=999, **details)

                return prepare

            yield [
                (f"http://127.0.0.1:{nobody.getsockname()[1]}", lambda: None),
                (expired.url, lambda: None),
                (panther.url.replace("http:", "https:"), lambda: None),
                (panther.url, panther.faults.clear),
                (panther.url, fault("cut_before")),
                (panther.url, fault("half")),
                (panther.url, fault("html500")),
                (panther.url, fault("status", status=429)),
                (panther.url, fault("status", status=301, headers={"Location": "https://elsewhere.example"})),
                (panther.url, fault("status", status=200, body="no JSON")),
                (panther.url, fault("status", status=200, body={"errors": [{"message": "no"}]})),
                (panther.url, fault("status", status=200, body={"integrationId": 7, "data": {"sources": 7}})),
            ]  # fmt: skip


def told_by(error: BaseException) -> Iterator[str]:
    """Everything that could be shown of an error, and of all that it came of, shown or not.

    A dialog for errors that nobody expected shows the variables of every frame: those of this module hold the
    token rightly.
    """
    yield "".join(traceback.format_exception(error))
    yield f"{error} {error!r} {vars(error)!r}"
    if isinstance(error, httpx.RequestError):  # whoever has the error has the request that it is about
        yield repr(error.request.headers.raw)
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename != __file__:
            yield repr(frame.f_locals)
    for each in (error.__cause__, error.__context__):
        if each is not None:
            yield from told_by(each)


def test_the_token_is_in_nothing_that_could_be_shown_kept_or_logged(
    authority: Authority, journal: Journal, make_api: Make, source: S3Source, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        caplog.set_level(logging.DEBUG, name)
    troubles, frames = 0, 0
    with failing_panthers(authority) as panthers:
        for url, prepare in panthers:
            api = make_api(url, SECRET)
            calls: list[Callable[[], object]] = [
                api.read_sources,
                lambda api=api: api.read_source("x"),
                lambda api=api: api.create_source(source),
                lambda api=api: api.put_former_source("x", source_body(source)),
                lambda api=api: api.delete_source("x"),
                lambda api=api: api.put_alarm("x", "x", 60),
                lambda api=api: api.read_health("x"),
            ]
            for call in calls:
                prepare()
                try:
                    call()
                except Problem as problem:
                    told = list(told_by(problem))
                    troubles, frames = troubles + 1, frames + len(told)
                    assert not [words for words in told if SECRET in words]
    assert troubles > 60
    assert frames > 5 * troubles
    logged = "\n".join([record.getMessage() + repr(vars(record)) for record in caplog.records] + [caplog.text])
    assert "send_request_headers" in logged  # httpcore told what it does
    assert SECRET not in logged
    assert journal.path is not None
    assert journal.folder is not None
    files = [path for path in journal.folder.rglob("*") if path.is_file()]
    assert journal.path in files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


def test_the_token_is_in_no_word_for_what_holds_it(panther: DemoPanther, make_api: Make) -> None:
    api = make_api(panther.url, SECRET)
    problem_of(api.read_sources)
    access = PantherAccess()
    assert access.use(panther.url, Token(SECRET)).has(Token(SECRET))
    holders = [api, api._transport, access, access.find(panther.url), Token(SECRET), api.journal, api.writes]
    for holder in holders:
        assert SECRET not in repr(holder) + str(holder) + f"{holder:}"
    for holder in (api, api._transport, access):
        assert SECRET not in repr(vars(holder))


def test_the_token_goes_to_panther_and_in_its_header_alone(make_api: Make, source: S3Source) -> None:
    with little_server(201, b'{"integrationId": "x"}') as (url, asked):
        make_api(url, SECRET).create_source(source)
    (request,) = asked
    assert [name for name, value in request.headers.items() if SECRET in value] == ["X-API-Key"]
    assert SECRET not in request.path
    assert SECRET.encode() not in request.body


# --- the run's access ---


@pytest.fixture
def other_panther() -> Iterator[DemoPanther]:
    with demo_panther(NOWHERE) as panther:
        yield panther


@pytest.fixture
def access(journal: Journal) -> Iterator[PantherAccess]:
    access = PantherAccess(lambda: journal)
    yield access
    for api in access._apis.values():
        api._transport.close()


class Memory(KeyringBackend):
    """A keyring that keeps what it is given as long as it lives."""

    priority = 9.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password


@pytest.fixture
def ring() -> Iterator[Memory]:
    """The machine's keyring."""
    before, ring = keyring.get_keyring(), Memory()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_a_token_is_looked_for_where_the_operator_said_it_last(
    panther: DemoPanther, access: PantherAccess, ring: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typed before the environment before the keyring; once the typed one is dropped, the others count again."""
    nothing = access.find(panther.url)
    assert (nothing.api, nothing.origin) == (None, "")
    keep_token(panther.url, Token("kept"))
    kept = access.find(panther.url)
    assert kept.api is not None
    assert kept.api.has(Token("kept"))
    assert "Memory" in kept.origin
    monkeypatch.setenv(TOKEN_VARIABLE, "of-the-environment")
    set_outside = access.find(panther.url)
    assert set_outside.api is not None
    assert set_outside.api.has(Token("of-the-environment"))
    assert set_outside.origin == TOKEN_VARIABLE
    access.use(panther.url, Token(panther.token))
    typed = access.find(panther.url)
    assert typed.api is not None
    assert typed.api.has(Token(panther.token))
    assert typed.origin == "typed in this run"
    access.drop(panther.url)
    assert access.api(panther.url).has(Token("of-the-environment"))


def test_a_token_that_was_typed_is_kept_nowhere_else(panther: DemoPanther, access: PantherAccess, ring: Memory) -> None:
    access.use(panther.url, Token(panther.token))
    assert access.sources(panther.url) == ()
    assert ring.held == {}
    assert TOKEN_VARIABLE not in os.environ


def test_a_token_is_for_its_own_address(
    panther: DemoPanther, other_panther: DemoPanther, access: PantherAccess, ring: Memory
) -> None:
    access.use(panther.url, Token(panther.token))
    assert access.find(other_panther.url).api is None
    problem = problem_of(lambda: access.api(other_panther.url))
    assert problem.kind is ProblemKind.CREDENTIALS
    assert problem.title == f"No API token is known for {other_panther.url}"
    assert "token set" in problem.remedy
    assert "PANTHER_API_TOKEN" in problem.remedy


def test_every_address_of_a_panther_leads_to_the_same_client(panther: DemoPanther, access: PantherAccess) -> None:
    api = access.use(f"{panther.url}/public/graphql", Token(panther.token))
    assert access.api(panther.url) is api
    assert access.api(f"{panther.url}/") is api


def test_why_the_keyring_could_not_be_asked_is_told(panther: DemoPanther, access: PantherAccess) -> None:
    """The tests' own keyring refuses everything."""
    found = access.find(panther.url)
    assert found.api is None
    assert "keyring" in found.note
    assert "keyring" in problem_of(lambda: access.sources(panther.url)).cause


@pytest.mark.parametrize("base", ["", "http://api.acme.example", "https://a b"])
def test_an_address_with_a_fault_is_told_as_that(access: PantherAccess, base: str) -> None:
    for ask in (access.api, access.sources, access.log_types):
        problem = problem_of(lambda ask=ask: ask(base))
        assert (problem.title, problem.kind) == ("The address of Panther's API cannot be used", ProblemKind.INVALID)
        assert problem.cause


def asked_for(panther: DemoPanther, name: str) -> int:
    return panther.requests.count(("POST", name))


def test_what_was_read_is_read_once_or_anew(panther: DemoPanther, access: PantherAccess, source: S3Source) -> None:
    access.use(panther.url, Token(panther.token))
    for _ in range(3):
        assert access.sources(panther.url) == ()
        assert "AWS.CloudTrail" in access.log_types(panther.url)
    assert (asked_for(panther, "sources"), asked_for(panther, "schemas")) == (1, 1)
    id = made_by_hand(panther, source)
    assert access.sources(panther.url) == ()
    assert [each.id for each in access.sources(panther.url, anew=True)] == [id]
    assert [each.id for each in access.sources(f"{panther.url}/")] == [id]
    assert asked_for(panther, "sources") == 2


def test_what_could_not_be_read_is_asked_for_the_next_time(panther: DemoPanther, access: PantherAccess) -> None:
    access.use(panther.url, Token("wrong"))
    assert problem_of(lambda: access.sources(panther.url)).kind is ProblemKind.CREDENTIALS
    access.use(panther.url, Token(panther.token))
    assert access.sources(panther.url) == ()


@pytest.mark.parametrize("change", ["drop", "use"])
def test_what_was_read_with_one_token_is_not_shown_to_another(
    panther: DemoPanther, access: PantherAccess, change: str
) -> None:
    access.use(panther.url, Token(panther.token))
    access.sources(panther.url)
    access.log_types(panther.url)
    if change == "drop":
        access.drop(panther.url)
    else:
        access.use(panther.url, Token("another"))
    assert problem_of(lambda: access.sources(panther.url)).kind is ProblemKind.CREDENTIALS
    assert problem_of(lambda: access.log_types(panther.url)).kind is ProblemKind.CREDENTIALS


def test_once_clients_are_forgotten_changes_go_into_the_journal_at_hand(
    panther: DemoPanther, source: S3Source, tmp_path: Path
) -> None:
    journals = [Journal(tmp_path / "one"), Journal(tmp_path / "two")]
    access = PantherAccess(lambda: journals[0])
    first = access.use(panther.url, Token(panther.token))
    first.create_source(source)
    journals.reverse()
    assert access.api(panther.url) is first
    access.forget_clients()
    second = access.api(panther.url)  # the token is known as before
    second.put_alarm(first.read_sources()[0].id, source.name, 60)
    assert [change.kind for change in journals[0].record.changes] == [ChangeKind.ALARM]
    assert [change.kind for change in journals[1].record.changes] == [ChangeKind.SOURCE]
    for each in (first, second):
        each._transport.close()
    for journal in journals:
        journal.close()


def test_writes_under_way_are_named(access: PantherAccess, source: S3Source) -> None:
    named: list[tuple[str, ...]] = []
    with little_server(201, b'{"integrationId": "x"}', during=lambda: named.append(access.writes())) as (url, _):
        access.use(url, Token("token")).create_source(source)
    assert named == [("Creating the source in Panther",)]
    assert access.writes() == ()


def test_threads_share_one_client_and_one_journal(
    panther: DemoPanther, access: PantherAccess, journal: Journal, source: S3Source
) -> None:
    access.use(panther.url, Token(panther.token))

    def work(number: int) -> PantherApi:
        api = access.api(panther.url)
        mine = replace(source, name=f"source {number}", prefix_log_types=(PrefixLogTypes(f"{number}/"),))
        made = api.create_source(mine)
        assert api.put_alarm(made.id, mine.name, 60 + number).minutes == 60 + number
        assert access.sources(panther.url, anew=True)
        assert "AWS.ALB" in access.log_types(panther.url)
        return api

    with ThreadPoolExecutor(8) as pool:
        apis = list(pool.map(work, range(8)))
    assert len({id(api) for api in apis}) == 1
    assert len(access.sources(panther.url, anew=True)) == 8
    assert journal.folder is not None
    record = read_run(journal.folder, journal.run)
    assert len(record.changes) == 16
    assert {change.state for change in record.changes} == {State.MADE}
    assert len({change.number for change in record.changes}) == 16


# --- whether events arrive ---


def seen_of(api: PantherApi, id: str) -> tuple[Seen, Answers]:
    answers = Answers(source_id=id, source=S3Source("x", drop_off_alarm_minutes=60))
    return look_for_events(api, None, answers), answers


def test_what_panther_says_of_events_is_seen(panther: DemoPanther, api: PantherApi, shown: PantherSource) -> None:
    api.put_alarm(shown.id, "x", 60)
    seen, _ = seen_of(api, shown.id)
    assert seen == Seen(SourceHealth(False), True, None, Alarm(60, "INSUFFICIENT_DATA"))


def test_a_source_that_is_gone_is_seen_as_gone(panther: DemoPanther, api: PantherApi) -> None:
    seen, _ = seen_of(api, "nobody")
    assert seen == Seen(exists=False)


@pytest.mark.parametrize(
    ("where", "unknown"),
    [
        ("graphql", {"Source in Panther", "Last event received", "Last event processed", "Drop-off alarm"}),
        ("alarms", {"Drop-off alarm"}),
    ],
)
def test_what_could_not_be_read_of_panther_is_unknown_and_told(
    panther: DemoPanther, api: PantherApi, shown: PantherSource, where: str, unknown: set[str]
) -> None:
    panther.faults.add("status", status=403, path_contains=where)
    seen, answers = seen_of(api, shown.id)
    assert {each.title for each in signs(seen, answers) if each.state == "unknown"} == {*unknown, "Subscription"}
    (complaint,) = seen.complaints
    assert "The API token may not" in complaint
    assert seen.exists


def test_trouble_with_aws_and_with_panther_are_told_beside_each_other(
    panther: DemoPanther, api: PantherApi, shown: PantherSource, expired_sign_in: None
) -> None:
    answers = Answers("expired", "us-west-2", source=shown.source, source_id=shown.id, bucket_region="us-west-2")
    expired = Aws("expired", "us-west-2")
    seen = look_for_events(api, expired, answers)
    assert seen.health == SourceHealth(False)
    panther.faults.add("html500", times=99)
    assert len(look_for_events(api, expired, answers).complaints) == len(seen.complaints) + 1
