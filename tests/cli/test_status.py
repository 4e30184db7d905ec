"""`status` and what `check` says of Panther: its own word beside ours, the exit codes, and no token anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from panther_s3.demo import EmbeddedAws
from panther_s3.demo.panther import DemoPanther
from panther_s3.source_file import dump_source_file, load_source_file
from panther_s3.tokens import TOKEN_VARIABLE, URL_VARIABLE
from tests.flow.terminal import Terminal
from tests.panther import Customer, client_of, demo_panther, state_of, until
from tui.exit_codes import BAD_USAGE, FAILED, INTERRUPTED, LEFT_TO_DO

ROOT = Path(__file__).parents[2]
ESCAPE = "\x1b"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def panther(embedded_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    with demo_panther(embedded_aws.endpoint_url) as server:
        yield server


@pytest.fixture(scope="module")
def api(panther: DemoPanther) -> Iterator[httpx.Client]:
    with client_of(panther) as client:
        yield client


@pytest.fixture
def customer(embedded_aws: EmbeddedAws, panther: DemoPanther) -> Customer:
    """One whose bucket Panther may read, and is told of."""
    customer = Customer(embedded_aws.endpoint_url, panther)
    customer.make_role()
    return customer


@pytest.fixture
def run(embedded_aws: EmbeddedAws, panther: DemoPanther, customer: Customer, tmp_path: Path) -> Run:
    """Run a command of the program on a source file of the customer's, which is `file` there."""

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            [sys.executable, "-m", "tui", words[0], str(file_of(customer, panther, tmp_path)), *words[1:]],
            capture_output=True,
            text=True,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **of(embedded_aws, customer, panther), **environment},
            timeout=60,
        )
        assert panther.token not in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr
        return ended

    return run


def of(aws: EmbeddedAws, customer: Customer, panther: DemoPanther) -> dict[str, str]:
    """The environment of the customer's operator."""
    return {
        **aws.environment(),
        "AWS_ACCESS_KEY_ID": customer.account,
        "AWS_SECRET_ACCESS_KEY": "root",
        "AWS_REGION": "us-west-2",
        TOKEN_VARIABLE: panther.token,
    }


def file_of(customer: Customer, panther: DemoPanther, folder: Path, *, url: str | None = None) -> Path:
    """Write the customer's source file."""
    path = folder / "source.yml"
    address = panther.url if url is None else url
    path.write_text(dump_source_file(customer.deployment, [customer.source], api_url=address))
    assert load_source_file(path).sources == (customer.source,)
    return path


def made(api: httpx.Client, customer: Customer) -> str:
    """Give Panther the customer's source, and return its id."""
    answer = api.post("/log-sources/s3", json=customer.body()).raise_for_status()
    return str(answer.json()["integrationId"])


def processed(api: httpx.Client, customer: Customer) -> str:
    """Give Panther the source, let an event arrive, and return the source's id."""
    id = made(api, customer)
    customer.notify("logs/")
    customer.put("logs/first.json")
    until(lambda: state_of(api, id)["lastEventProcessedAtTime"])
    return id


def documents(ended: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ended.stdout)["sources"]
    return found


def test_a_source_that_panther_does_not_have_is_told(run: Run) -> None:
    ended = run("status")
    assert ended.returncode == FAILED
    assert "Panther has no such source" in ended.stdout
    assert ESCAPE not in ended.stdout
    assert documents(run("status", "--format", "json"))[0]["id"] is None


def test_without_an_event_yet_it_is_open(run: Run, api: httpx.Client, customer: Customer) -> None:
    id = made(api, customer)
    ended = run("status", "--format", "json")
    assert ended.returncode == FAILED  # nobody has subscribed Panther's queue
    (found,) = documents(ended)
    assert (found["id"], found["is_healthy"], found["last_event_processed_at"]) == (id, True, None)
    assert "None yet" in run("status").stdout


def test_without_aws_the_subscription_is_unknown_and_nothing_else(
    run: Run, api: httpx.Client, customer: Customer
) -> None:
    processed(api, customer)
    nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    ended = run("status", "--format", "json", **nobody)
    assert ended.returncode == LEFT_TO_DO
    (found,) = documents(ended)
    assert found["last_event_processed_at"]
    assert found["subscription"] is None
    assert "the subscription is not looked at" in ended.stderr


def test_on_a_terminal_it_is_watched_until_a_key_is_pressed(
    embedded_aws: EmbeddedAws, panther: DemoPanther, api: httpx.Client, customer: Customer, tmp_path: Path
) -> None:
    processed(api, customer)
    path = file_of(customer, panther, tmp_path)
    environment = of(embedded_aws, customer, panther)
    with Terminal("status", str(path), environment=environment) as terminal:
        terminal.until("Last event processed")
        terminal.until("Healthy")
        terminal.press("x")
        assert terminal.ended() == FAILED  # events arrive, but by another topic than the source's
        assert panther.token not in terminal.drawn
    with Terminal("status", str(path), environment=environment) as terminal:
        terminal.until("Healthy")
        assert terminal.interrupted() == INTERRUPTED


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({TOKEN_VARIABLE: ""}, FAILED, "No API token is known"),
        ({TOKEN_VARIABLE: "wrong"}, FAILED, "Panther does not accept the API token"),
        ({URL_VARIABLE: "http://127.0.0.1:9"}, FAILED, "cannot be reached"),
        ({URL_VARIABLE: "http://acme.runpanther.net"}, BAD_USAGE, "https://"),
    ],
)
def test_what_keeps_panther_from_being_asked_is_said(run: Run, changes: dict[str, str], code: int, words: str) -> None:
    ended = run("status", **changes)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert words in ended.stderr


def test_an_address_is_needed(
    embedded_aws: EmbeddedAws, panther: DemoPanther, customer: Customer, tmp_path: Path
) -> None:
    path = file_of(customer, panther, tmp_path, url="")
    words = [sys.executable, "-m", "tui", "status", str(path)]
    ended = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, stdin=subprocess.DEVNULL)
    assert ended.returncode == BAD_USAGE
    assert URL_VARIABLE in ended.stderr
    assert "api_url" in ended.stderr


def test_check_reports_panthers_own_word_beside_ours(run: Run, api: httpx.Client, customer: Customer) -> None:
    """The role may do what Panther's own checks try, but S3 tells nobody of new objects: Panther calls it healthy."""
    id = made(api, customer)
    ended = run("check", "--format", "json")
    (found,) = documents(ended)
    assert found["panther"] == {
        "id": id,
        "is_healthy": True,
        "last_event_received_at": None,
        "last_event_processed_at": None,
    }
    assert found["verdict"] == "fail"
    assert ended.returncode == FAILED
    assert "Panther calls it healthy: no event processed yet." in run("check").stdout


def test_check_says_where_panther_has_none_or_does_not_say(run: Run) -> None:
    assert documents(run("check", "--format", "json"))[0]["panther"] == {"id": None}
    assert "Panther has no source of this name" in run("check").stdout
    refused = documents(run("check", "--format", "json", **{TOKEN_VARIABLE: "wrong"}))[0]["panther"]
    assert refused["problem"].startswith("Panther does not accept the API token")


def test_check_asks_nobody_without_a_token(run: Run, panther: DemoPanther) -> None:
    before = len(panther.requests)
    assert "panther" not in documents(run("check", "--format", "json", **{TOKEN_VARIABLE: ""}))[0]
    assert len(panther.requests) == before
