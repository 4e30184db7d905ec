"""What every test may use: the embedded AWS, a fault proxy before it, and shelter from the developer's own AWS."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import botocore.loaders
import pytest

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when Textual is first imported
os.environ.pop("PYTHONUNBUFFERED", None)  # what a program holds back at its end would not be seen
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"

from hypothesis import settings

from panther_s3.demo import EmbeddedAws, start_demo
from panther_s3.demo.server import OPERATORS_OWN
from panther_s3.state import default_state_dir
from tests.faults import START_SECONDS, Faults

if TYPE_CHECKING:
    from tests.flow.processes import Zygote

gc.set_threshold(50_000, 50, 100)  # each app makes so much that lives on that looking for garbage takes a third
settings.register_profile("any-machine", deadline=None)  # how long an example takes says nothing of it
settings.load_profile("any-machine")


@pytest.fixture(scope="session", autouse=True)
def read_the_models_of_aws_once() -> Iterator[None]:
    """Let every session of boto3 know what one has read of AWS's models: that takes longer than most tests do."""
    loader = botocore.loaders.create_loader()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(botocore.loaders, "create_loader", lambda *_: loader)
        yield


@pytest.fixture(autouse=True)
def no_aws_of_the_developer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep every test away from real profiles, credentials and endpoints."""
    for name in list(os.environ):
        if name.startswith((*OPERATORS_OWN, "PANTHER_")):
            monkeypatch.delenv(name)
    nowhere = tmp_path_factory.getbasetemp() / "no-aws"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(nowhere / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(nowhere / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("BROWSER", "true")


@pytest.fixture(autouse=True)
def no_state_of_the_developer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep every test, and what it starts, away from the real state directory; returns the one in its place."""
    home = tmp_path_factory.getbasetemp() / "homes" / uuid4().hex
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    if sys.platform == "darwin":  # there the directory hangs on the home folder alone
        home.mkdir(parents=True)
        monkeypatch.setenv("HOME", str(home))
    return default_state_dir()


def _parse_each_style_sheet_once() -> None:
    """Let all apps of the run share what Textual parsed of a style sheet: most of a test's time would go there."""
    from textual.css.stylesheet import Stylesheet

    parse: Callable[..., list[Any]] = Stylesheet._parse_rules
    known: dict[tuple[Any, ...], list[Any]] = {}

    def parse_once(self: Stylesheet, *args: Any, **options: Any) -> list[Any]:
        key = (args, tuple(sorted(options.items())), tuple(sorted(self._variables.items())))
        if key not in known:
            known[key] = parse(self, *args, **options)
        return known[key]

    Stylesheet._parse_rules = parse_once  # type: ignore[method-assign]


_parse_each_style_sheet_once()


@pytest.fixture(autouse=True)
def steady_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep cursors from blinking, so that a screen looks the same at any moment."""
    from textual.widgets import Input, TextArea

    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda self: None)


@pytest.fixture(autouse=True)
def quick_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a change set be executed as soon as it is shown; the test of that pause sets its own."""
    from screens.parts import stack_phases

    monkeypatch.setattr(stack_phases, "READING_SECONDS", 0)


@pytest.fixture(autouse=True)
def no_keyring_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test, and what it starts, away from the real keyring and from a real Panther's token."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in ("PANTHER_API_URL", "PANTHER_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def embedded_aws() -> Iterator[EmbeddedAws]:
    """The demo's AWS, one for the whole run: a test that changes it uses names of its own."""
    with start_demo() as aws:
        yield aws


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """What forks a process of the program."""
    from tests.flow.processes import Zygote

    process = Zygote(tmp_path_factory.mktemp("zygote") / "log")
    yield process
    process.stop()


@pytest.fixture
def fresh_aws() -> Iterator[EmbeddedAws]:
    """A demo's AWS of the test's own, to change at will."""
    with start_demo() as aws:
        yield aws


@pytest.fixture
def aws_environment(embedded_aws: EmbeddedAws) -> Iterator[None]:
    """The environment in which boto3 sees the embedded AWS and its profiles."""
    with embedded_aws.applied(os.environ):
        yield


EXPIRED_SIGN_IN = """
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start

[profile expired]
region = us-west-2
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Admin

[profile over-expired]
region = us-west-2
role_arn = arn:aws:iam::111122223333:role/x
source_profile = expired

[profile bare]
region = us-west-2
"""


@pytest.fixture
def expired_sign_in(aws_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A config file with a profile of IAM Identity Center whose token has expired, and one over it."""
    from botocore.tokens import SSOTokenProvider

    (tmp_path / "config").write_text(EXPIRED_SIGN_IN)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setattr(SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", str(tmp_path))
    token = {"accessToken": "old", "expiresAt": "2020-01-01T00:00:00Z", "region": "us-east-1"}
    name = hashlib.sha1(b"corp", usedforsecurity=False).hexdigest()  # as botocore names the file
    (tmp_path / f"{name}.json").write_text(json.dumps(token))


@pytest.fixture(scope="session")
def microburst(embedded_aws: EmbeddedAws) -> Iterator[Faults]:
    """One proxy for the whole run: its first request takes it seconds, in which it learns AWS's operations."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "microburst"), "--upstream", embedded_aws.endpoint_url]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-resign"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        proxy = Faults(port)
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                proxy.clear()
                break
            except OSError:
                assert time.monotonic() < until, "microburst does not answer"
                time.sleep(0.05)
        yield proxy
        process.terminate()


@pytest.fixture
def faults(microburst: Faults) -> Iterator[Faults]:
    """The proxy, at first without any fault."""
    yield microburst
    microburst.clear()


@pytest.fixture
def fault_proxy(faults: Faults) -> Faults:
    """The same, under the name of what it is."""
    return faults


LONG = frozenset({"test_killed.py", "test_lost_answers.py", "test_end_to_end.py"})
"""Modules whose tests take many seconds each."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take long, so that no process is left alone with them in the end."""
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a function among a test's parameters by its name, so that ids are the same in every process."""
    return getattr(val, "__name__", None) if callable(val) else None


CATALOGUE = (
    ("misconfigurations found", "misconfigurations in the emulator"),
    ("healthy variants passed", "healthy variants in the emulator"),
)


MERGED = "configurations merged"
KILLED, LOST = "kill point", "fault"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how much was proved: of the catalogue (`tests/catalogue`), of merging, and of the flow (`tests/flow`)."""
    recorded = [each for report in terminalreporter.getreports("passed") for each in report.user_properties]
    counts = Counter(value for name, value in recorded if name == "catalogue")
    if counts:
        told = [f"{counts[kind]} {kind} ({counts[seeded]} in the emulator)" for kind, seeded in CATALOGUE]
        terminalreporter.write_line(f"catalogue: {', '.join(told)}")
    if merged := sum(value for name, value in recorded if name == MERGED):
        terminalreporter.write_line(f"notifications: {merged} random configurations merged")
    survived = Counter(name for name, _ in recorded if name in (KILLED, LOST))
    if survived:
        told = f"{survived[KILLED]} kill points survived, {survived[LOST]} faults survived"
        terminalreporter.write_line(f"flow: {told}")
