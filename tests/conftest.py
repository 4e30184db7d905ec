"""What every test may use: the embedded AWS, a fault proxy before it, and shelter from the developer's own AWS."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when Textual is first imported

from panther_s3.demo import EmbeddedAws, start_demo
from panther_s3.demo.server import FORGOTTEN


@pytest.fixture(autouse=True)
def no_aws_of_the_developer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep every test away from real profiles, credentials and endpoints."""
    for name in list(os.environ):
        if name in FORGOTTEN or name.startswith(("AWS_ENDPOINT_URL", "PANTHER_")):
            monkeypatch.delenv(name)
    nowhere = tmp_path_factory.getbasetemp() / "no-aws"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(nowhere / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(nowhere / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("BROWSER", "true")


@pytest.fixture(autouse=True)
def steady_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep cursors from blinking, so that a screen looks the same at any moment."""
    from textual.widgets import Input, TextArea

    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda self: None)


@pytest.fixture(scope="session")
def embedded_aws() -> Iterator[EmbeddedAws]:
    """The demo's AWS, one for the whole run: a test that changes it uses names of its own."""
    with start_demo() as aws:
        yield aws


@pytest.fixture
def fresh_aws() -> Iterator[EmbeddedAws]:
    """A demo's AWS of the test's own, to change at will."""
    with start_demo() as aws:
        yield aws


@pytest.fixture
def aws_environment(embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment in which boto3 sees the embedded AWS and its profiles."""
    for name, value in embedded_aws.environment().items():
        monkeypatch.setenv(name, value)


@dataclass
class FaultProxy:
    """microburst in front of the embedded AWS. Keys of IAM users fail behind it; root keys pass."""

    endpoint_url: str

    def add(self, *rules: dict[str, Any]) -> None:
        """Put `rules` in force."""
        for rule in rules:
            self._ask("POST", "/_microburst/rules", rule)

    def fired(self) -> Any:
        """Return what fired so far: a rule that names no operation of the wire never does."""
        return self._ask("GET", "/_microburst/fired")

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.endpoint_url + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")


@pytest.fixture
def fault_proxy(embedded_aws: EmbeddedAws) -> Iterator[FaultProxy]:
    """A fault proxy without rules."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [Path(sys.executable).parent / "microburst", "--upstream", embedded_aws.endpoint_url]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-resign"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            proxy = FaultProxy(f"http://127.0.0.1:{port}")
            _wait_for(port)
            yield proxy
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on {port}")
