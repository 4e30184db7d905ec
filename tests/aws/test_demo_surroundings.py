"""The embedded AWS on machines as operators have them: with settings, proxies and servers of their own."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_s3.demo import EmbeddedAws, guard, server, start_demo

END_SECONDS = 20
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws() as started:
        yield started


def _health(endpoint_url: str) -> dict[str, str]:
    with urllib.request.urlopen(f"{endpoint_url}/_ministack/health", timeout=10) as answer:
        found: dict[str, str] = json.load(answer)
        return found


def _server_of(aws: EmbeddedAws) -> int:
    """Return the process id of the server, which the guard started."""
    told = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    (pid,) = [int(pid) for pid, parent in map(str.split, told.splitlines()) if int(parent) == aws._guard.pid]
    return pid


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_PROFILE", "of-my-own"),
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_ENDPOINT_URL_S3", NOBODY),
        ("SERVICES", "dynamodb"),
        ("USE_SSL", "1"),
        ("http_proxy", NOBODY),
    ],
)
def test_it_starts_and_fills_whatever_the_operator_has_set(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for spelled in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(spelled)
    monkeypatch.setenv(name, value)
    before = dict(os.environ)
    with start_demo() as aws:
        assert (aws.directory / "credentials").exists()
    assert dict(os.environ) == before


def test_the_demos_boto3_asks_no_proxy(aws: EmbeddedAws) -> None:
    environ = {"HTTP_PROXY": NOBODY, "PATH": os.environ["PATH"]}
    aws.apply(environ)
    program = (
        "import boto3; key = dict(aws_access_key_id='111122223333', aws_secret_access_key='root');"
        "print(boto3.client('sts', 'us-west-2', **key).get_caller_identity()['Account'])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environ)
    assert told.stdout == "111122223333\n"


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads the listeners from /proc")
def test_nothing_of_it_listens_but_one_port_of_the_loopback(aws: EmbeddedAws) -> None:
    urllib.request.urlopen(f"{aws.endpoint_url}/_ministack/ready", timeout=10).close()  # all listeners are up
    process = Path(f"/proc/{_server_of(aws)}")
    held = {str(each.readlink()) for each in (process / "fd").iterdir() if each.is_symlink()}
    sockets = {name[8:-1] for name in held if name.startswith("socket:[")}
    listening = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in (process / "net" / table).read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if inode in sockets and state in {"0A", "07"}:
                listening.add((table, local))
    port = int(aws.endpoint_url.rsplit(":", 1)[1])
    assert listening == {("tcp", f"0100007F:{port:04X}")}


def test_the_settings_keep_every_docker_out_of_reach(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.1:2375")
    where = aws._settings()["DOCKER_HOST"]
    assert where.startswith("unix:///")
    assert not Path(where.removeprefix("unix://")).exists()


def test_another_embedded_aws_on_the_port_is_not_taken_for_ours(
    aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = server._free_port
    ports = iter([aws._port, free()])
    monkeypatch.setattr(server, "_free_port", lambda: next(ports))
    with EmbeddedAws() as second:
        assert second.endpoint_url != aws.endpoint_url
        assert _health(second.endpoint_url)["edition"] == second.directory.name
    assert _health(aws.endpoint_url)["edition"] == aws.directory.name


def test_a_server_that_ends_by_itself_leaves_no_directory_either() -> None:
    with EmbeddedAws() as aws:
        os.kill(_server_of(aws), signal.SIGKILL)
        assert aws._guard.stdin is not None
        assert select.select([aws._guard.stdout], [], [], END_SECONDS)[0], "the guard did not tell of the end"
        aws._guard.stdin.close()
        aws._guard.wait(END_SECONDS)
        assert not aws.directory.exists()


def test_a_server_that_will_not_end_is_killed(tmp_path: Path) -> None:
    directory = tmp_path / "demo"
    directory.mkdir()
    stubborn = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(os.getpid(), flush=True)"
    command = [
        sys.executable,
        "-P",
        guard.__file__,
        str(directory),
        sys.executable,
        "-c",
        f"{stubborn}; time.sleep(99)",
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        log = directory / "server.log"
        until = time.monotonic() + END_SECONDS
        while not (log.exists() and re.fullmatch(r"\d+\n", log.read_text())):
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.02)
        pid = int(log.read_text())
        process.terminate()
        process.wait(END_SECONDS)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not directory.exists()
