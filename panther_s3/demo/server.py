"""The embedded AWS: ministack as a child process that never outlives its owner."""

from __future__ import annotations

import importlib.util
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from types import TracebackType

from panther_s3.problems import Problem, ProblemKind

START_SECONDS = 20
ASK_SECONDS = 1
PAUSE_SECONDS = 0.05
STOP_SECONDS = 6
TRIES = 3
LOG_LINES = 15

OPERATORS_OWN = ("AWS_", "BOTO_")
"""How the names begin that would lead boto3 to the operator's own credentials, profiles and endpoints."""
INHERITED = ("DYLD_", "HOME", "LANG", "LC_", "LD_", "PATH", "PYTHON", "VIRTUAL_ENV")
"""How the names begin that the server gets from us: what runs Python, and none of its many settings."""

# A proxy of the operator's must not be asked for the loopback.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


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
        log = ""
        until = time.monotonic() + START_SECONDS
        # Between the choice of a free port and its use, somebody else may take it.
        for _ in range(TRIES):
            self._start()
            try:
                if self._answers(until):
                    return
                log = self._log()
            except BaseException:
                self.stop()
                raise
            self.stop()
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
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    def apply(self, environ: MutableMapping[str, str]) -> None:
        """Make `environ` lead to the demo and to nothing else."""
        for name in [name for name in environ if name.startswith(OPERATORS_OWN)]:
            del environ[name]
        environ.update(self.environment())

    @contextmanager
    def applied(self, environ: MutableMapping[str, str]) -> Iterator[None]:
        """Make `environ` lead to the demo for a while, and then where it led before."""
        before = dict(environ)
        self.apply(environ)
        try:
            yield
        finally:
            for name in self.environment().keys() - before.keys():
                environ.pop(name, None)
            environ.update(before)

    def stop(self) -> None:
        """End the server and remove its directory."""
        for pipe in (self._guard.stdin, self._guard.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._guard.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._guard.kill()
            self._guard.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _start(self) -> None:
        """Start the guard, which starts the server; both in sessions of their own, out of Ctrl-C's reach."""
        self.directory = Path(tempfile.mkdtemp(prefix="panther-s3-demo-"))
        self._port = _free_port()
        guard = str(Path(__file__).with_name("guard.py"))
        self._guard = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-P", guard, str(self.directory), sys.executable, "-m", "ministack"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._settings(),
            cwd=self.directory,
            start_new_session=True,
        )

    def _settings(self) -> dict[str, str]:
        """Return the server's environment: one port of the loopback, nothing kept, no Docker."""
        return {name: value for name, value in os.environ.items() if name.startswith(INHERITED)} | {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self._port),
            # Told back by the health check: whether it is ours that answers.
            "MINISTACK_EDITION": self.directory.name,
            # MQTT and SFTP would listen on every interface.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            # On its start ministack removes containers that others of its kind left in the Docker it finds.
            "DOCKER_HOST": f"unix://{self.directory}/no-docker",
            "S3_DATA_DIR": f"{self.directory}/s3",
            "STATE_DIR": f"{self.directory}/state",
            "TMPDIR": str(self.directory),
        }

    def _answers(self, until: float) -> bool:
        """Wait for the server's answer; False when it ended before, or the time was up."""
        ended_by_itself = self._guard.stdout
        assert ended_by_itself is not None
        while time.monotonic() < until:
            try:
                with _DIRECT.open(f"{self.endpoint_url}/_ministack/health", timeout=ASK_SECONDS) as answer:
                    return bool(json.load(answer).get("edition") == self.directory.name)
            except (OSError, HTTPException, ValueError):
                ended, _, _ = select.select([ended_by_itself], [], [], PAUSE_SECONDS)
                if ended:
                    return False
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
