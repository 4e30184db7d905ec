"""The embedded AWS as a process: it answers, it hides the operator's own AWS, and it leaves nothing behind."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from panther_s3.demo import EmbeddedAws, seed, server, start_demo
from panther_s3.problems import Problem, ProblemKind

END_SECONDS = 20
OWNER = """\
import signal, sys
from panther_s3.demo import EmbeddedAws
signal.signal(signal.SIGINT, signal.default_int_handler)
aws = EmbeddedAws()
print(aws.endpoint_url, aws.directory, aws._guard.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _own_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the servers a folder of the test's own, so that what they leave can be seen."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@pytest.fixture
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws() as started:
        yield started


def _until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + END_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.05)


def _listens(endpoint_url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(endpoint_url.rsplit(":", 1)[1]))) == 0


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _children(pid: int) -> list[int]:
    told = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(child) for child, parent in map(str.split, told.splitlines()) if int(parent) == pid]


def _status(endpoint_url: str) -> int:
    with urllib.request.urlopen(f"{endpoint_url}/_ministack/health", timeout=10) as answer:
        return int(answer.status)


def test_it_answers_on_the_loopback(aws: EmbeddedAws) -> None:
    assert aws.endpoint_url.startswith("http://127.0.0.1:")
    assert _status(aws.endpoint_url) == 200


def test_stopping_it_leaves_neither_process_nor_directory(tmp_path: Path) -> None:
    aws = EmbeddedAws()
    guard = aws._guard.pid
    (child,) = _children(guard)
    assert list(tmp_path.iterdir()) == [aws.directory]
    aws.stop()
    assert not _lives(guard)
    assert not _lives(child)
    assert not _listens(aws.endpoint_url)
    assert list(tmp_path.iterdir()) == []
    aws.stop()


def test_its_owner_may_leave_by_an_error(tmp_path: Path) -> None:
    def fail() -> None:
        with EmbeddedAws() as aws:
            urls.append(aws.endpoint_url)
            raise LookupError

    urls: list[str] = []
    with pytest.raises(LookupError):
        fail()
    assert not _listens(urls[0])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_it_ends_with_its_owner_however_that_goes(tmp_path: Path, number: signal.Signals) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", OWNER]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=root,
        start_new_session=True,
    ) as owner:
        assert owner.stdout
        endpoint_url, directory, guard = owner.stdout.readline().split()
        (child,) = _children(int(guard))
        assert _status(endpoint_url) == 200
        assert Path(directory).parent == tmp_path
        os.killpg(owner.pid, number)
        owner.wait(END_SECONDS)
    _until(lambda: not _listens(endpoint_url), "the port is closed")
    _until(lambda: not Path(directory).exists(), "the directory is gone")
    _until(lambda: not _lives(child), "the server is gone")
    _until(lambda: not _lives(int(guard)), "the guard is gone")
    assert list(tmp_path.iterdir()) == []


def test_ministack_not_found_is_told_with_the_extra_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ministack" else find(name))
    with pytest.raises(Problem) as raised:
        EmbeddedAws()
    assert "ministack" in raised.value.title
    assert "panther-s3-wizard[demo]" in raised.value.remedy
    assert raised.value.kind is ProblemKind.NOT_FOUND
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_start_is_told_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    broken = tmp_path_factory.mktemp("broken")
    (broken / "ministack.py").write_text("raise SystemExit('broken on purpose')\n")
    monkeypatch.setenv("PYTHONPATH", str(broken))
    with pytest.raises(Problem) as raised:
        EmbeddedAws()
    assert raised.value.title == "The embedded AWS did not start"
    assert raised.value.cause == "broken on purpose"
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_somebody_took_meanwhile_is_left_to_them(
    aws: EmbeddedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = iter([aws._port, server._free_port()])
    monkeypatch.setattr(server, "_free_port", lambda: next(ports))
    with EmbeddedAws() as another:
        assert another.endpoint_url != aws.endpoint_url
        assert _status(another.endpoint_url) == _status(aws.endpoint_url) == 200
        assert set(tmp_path.iterdir()) == {aws.directory, another.directory}
    assert _status(aws.endpoint_url) == 200


def test_a_seed_stubbed_to_fail_takes_the_server_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def fail(endpoint_url: str, directory: Path) -> None:
        seen.append(endpoint_url)
        raise LookupError

    monkeypatch.setattr(seed, "seed", fail)
    with pytest.raises(LookupError):
        start_demo()
    assert not _listens(seen[0])
    assert list(tmp_path.iterdir()) == []


OPERATORS_OWN = (
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL_S3",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_ROLE_ARN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "BOTO_CONFIG",
)


def _of_the_operator() -> dict[str, str]:
    files = {"AWS_CONFIG_FILE": "/home/me/.aws/config", "AWS_ENDPOINT_URL": "https://elsewhere", "HOME": "/home/me"}
    return dict.fromkeys(OPERATORS_OWN, "the operator's own") | files


def test_nothing_of_the_operators_own_aws_stays_in_force(aws: EmbeddedAws) -> None:
    environ = _of_the_operator()
    aws.apply(environ)
    assert {name: value for name, value in environ.items() if name.startswith(("AWS_", "BOTO_"))} == {
        "AWS_CONFIG_FILE": str(aws.directory / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(aws.directory / "credentials"),
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    assert environ["HOME"] == "/home/me"


def test_applied_for_a_while_it_gives_everything_back(aws: EmbeddedAws) -> None:
    environ = _of_the_operator()
    with aws.applied(environ):
        assert environ["AWS_ENDPOINT_URL"] == aws.endpoint_url
        assert "AWS_PROFILE" not in environ
    assert environ == _of_the_operator()


def test_boto3_finds_none_of_the_operators_credentials(
    aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / ".aws").mkdir()
    (home / ".aws" / "credentials").write_text("[default]\naws_access_key_id = mine\naws_secret_access_key = s\n")
    environ = {"HOME": str(home), "AWS_ACCESS_KEY_ID": "mine too", "AWS_SECRET_ACCESS_KEY": "s"}
    program = "import boto3; found = boto3.Session().get_credentials(); print(found and found.access_key)"
    command = [sys.executable, "-c", program]
    before = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    assert before.stdout == "mine too\n"
    aws.apply(environ)
    after = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    assert after.stdout == "None\n"
