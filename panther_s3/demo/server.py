"""The embedded AWS: ministack as a child process that never outlives its owner."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType

from panther_s3.problems import Problem, ProblemKind

START_SECONDS = 20
STOP_SECONDS = 6
TRIES = 3
LOG_LINES = 15

FORGOTTEN = (
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_ROLE_ARN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
"""What would lead boto3 to the operator's own credentials, or away from the embedded AWS."""


class EmbeddedAws:
    """A running ministack on a free port of the loopback, and the directory of its profiles.

    A context manager; `stop` may be called more than once. IAM is enforced, so that a refusal looks
    as it does on AWS.
    """

    def __init__(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            Problem: ministack is not installed, or does not start.
        """
        if importlib.util.find_spec("ministack") is None:
            raise Problem(
                "The demo needs the package ministack, which is not installed",
                remedy="Install the extra: uv tool install 'panther-s3-wizard[demo]', "
                "or pipx install 'panther-s3-wizard[demo]'.",
                kind=ProblemKind.NOT_FOUND,
            )
        for last in (*[False] * (TRIES - 1), True):
            self.directory = Path(tempfile.mkdtemp(prefix="panther-s3-demo-"))
            self._port = _free_port()
            self._guard = self._start()
            if self._wait_until_it_answers():
                return
            log = self._log()
            self.stop()
            if last:
                raise Problem("The embedded AWS did not start", cause=log, remedy="Try again, or report it.")

    def __enter__(self) -> EmbeddedAws:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def endpoint_url(self) -> str:
        """Where the embedded AWS listens."""
        return f"http://127.0.0.1:{self._port}"

    def environment(self) -> dict[str, str]:
        """Return what boto3 needs to see only the demo's profiles and endpoint."""
        return {
            "AWS_CONFIG_FILE": str(self.directory / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.directory / "credentials"),
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def apply(self, environ: MutableMapping[str, str]) -> None:
        """Make `environ` lead to the demo and to nothing else."""
        for name in list(environ):
            if name in FORGOTTEN or name.startswith("AWS_ENDPOINT_URL"):
                del environ[name]
        environ.update(self.environment())

    def reset(self) -> None:
        """Forget everything that was made in the embedded AWS."""
        request = urllib.request.Request(f"{self.endpoint_url}/_ministack/reset", method="POST")  # noqa: S310
        with urllib.request.urlopen(request, timeout=START_SECONDS):  # noqa: S310 - our own loopback URL
            pass

    def stop(self) -> None:
        """End the server and remove its directory."""
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        try:
            self._guard.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._guard.kill()
            self._guard.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _start(self) -> subprocess.Popen[bytes]:
        """Start the guard, which starts the server; both in sessions of their own, out of Ctrl-C's reach."""
        state = str(self.directory)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MINISTACK_"))}
        environment |= {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self._port),
            "PERSIST_STATE": "0",
            "S3_DATA_DIR": f"{state}/s3",
            "STATE_DIR": f"{state}/state",
            "TMPDIR": state,
        }
        return subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", "panther_s3.demo.guard", state, "--", sys.executable, "-m", "ministack"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )

    def _wait_until_it_answers(self) -> bool:
        """Tell whether the server became healthy before it ended or the time was up."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._guard.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.endpoint_url}/_ministack/health", timeout=1):  # noqa: S310
                    return True
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        return False

    def _log(self) -> str:
        """Return the last lines that the server wrote."""
        try:
            lines = (self.directory / "server.log").read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-LOG_LINES:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
