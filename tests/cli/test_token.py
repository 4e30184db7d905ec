"""`token` as it is called: what it keeps and tells, how it ends, and that it never prints a token."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flow.terminal import Terminal

ROOT = Path(__file__).parents[2]
SECONDS = 60
SECRET = "s3cr3t-0f-4cm3"
URL, HOST = "https://acme.runpanther.net/log-sources", "api.acme.runpanther.net"
ENTRY = f"panther-s3-wizard {HOST}"
RINGS = '''\
"""Backends that keep what they are given in a file, and are loud."""

import json
import logging
import os
import sys
import warnings
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

FILE = Path(os.environ["RING_FILE"])


class Ring(KeyringBackend):
    priority = 0.1

    def _kept(self):
        logging.getLogger("ring").warning("heard")
        warnings.warn("heard")
        print("heard", file=sys.stderr)
        return json.loads(FILE.read_text()) if FILE.exists() else {}

    def get_password(self, service, username):
        return self._kept().get(f"{service} {username}")

    def set_password(self, service, username, password):
        FILE.write_text(json.dumps({**self._kept(), f"{service} {username}": password}))

    def delete_password(self, service, username):
        kept = self._kept()
        if kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("none")
        FILE.write_text(json.dumps(kept))


class PlaintextRing(Ring):
    pass


class LockedRing(Ring):
    def _kept(self):
        raise KeyringLocked("Failed to unlock the collection!")
'''
Run = Callable[..., "subprocess.CompletedProcess[str]"]


class Ring:
    """The keyring of the program that is run: what it holds."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def kept(self) -> dict[str, str]:
        return dict(json.loads(self.path.read_text())) if self.path.exists() else {}

    def hold(self, value: str = SECRET) -> None:
        self.path.write_text(json.dumps({**self.kept, ENTRY: value}))


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ring:
    """A keyring in a file, for every program that the test starts."""
    (tmp_path / "rings.py").write_text(RINGS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("RING_FILE", str(tmp_path / "ring.json"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "rings.Ring")
    return Ring(tmp_path / "ring.json")


@pytest.fixture
def run(ring: Ring) -> Run:
    """Run the program without a terminal; whatever it says, it does not say the token."""

    def run(*arguments: str, stdin: str | bytes = "", **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "tui", *arguments],
            cwd=ROOT,
            env=os.environ | environment,
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            timeout=SECONDS,
        )
        told = subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
        for part in (SECRET, SECRET[:6], SECRET[-6:], "heard", "Traceback"):
            assert part not in told.stdout + told.stderr
        return told

    return run


# --- set ---


def test_a_token_of_stdin_is_kept_under_the_host(run: Run, ring: Ring) -> None:
    done = run("token", "set", "--url", URL, stdin=f"{SECRET}\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Kept for {HOST} in rings Ring.\n"
    assert ring.kept == {ENTRY: SECRET}


@pytest.mark.parametrize("line", [SECRET, f"  {SECRET}\r\n", f"{SECRET}\nmore\n", f"\ufeff{SECRET}\n"], ids=ascii)
def test_only_the_first_line_of_stdin_is_the_token(run: Run, ring: Ring, line: str) -> None:
    assert run("token", "set", "--url", URL, stdin=line).returncode == 0
    assert ring.kept == {ENTRY: SECRET}


def test_the_address_may_come_from_the_environment(run: Run, ring: Ring) -> None:
    assert run("token", "set", stdin=SECRET, PANTHER_API_URL=URL).returncode == 0
    assert ring.kept == {ENTRY: SECRET}
    assert run("token", "show", PANTHER_API_URL=URL).stdout == f"{HOST}: rings Ring\n"
    other = run("token", "show", "--url", "https://other.runpanther.net", PANTHER_API_URL=URL)
    assert (other.returncode, other.stdout) == (1, "api.other.runpanther.net: none found\n")
    assert run("token", "forget", PANTHER_API_URL=URL).returncode == 0
    assert ring.kept == {}


@pytest.mark.parametrize(
    ("stdin", "word"),
    [
        ("", "first line of stdin"),
        ("\n", "first line of stdin"),
        (f"\n{SECRET}\n", "first line of stdin"),
        (f"Bearer {SECRET}\n", "blanks"),
        (f"{SECRET}\x1b[31m\n", "ASCII"),
        (f"{SECRET}é\n", "ASCII"),
        (f"{SECRET}\n".encode("utf-16"), "ASCII"),
        (SECRET.encode() + b"\xff\n", "ASCII"),
        (SECRET * 1000, "4096"),
    ],
    ids=ascii,
)
def test_what_is_no_token_is_bad_usage(run: Run, ring: Ring, stdin: str | bytes, word: str) -> None:
    done = run("token", "set", "--url", URL, stdin=stdin)
    assert (done.returncode, done.stdout) == (2, "")
    assert word in done.stderr
    assert ring.kept == {}


@pytest.mark.parametrize(
    "words",
    [("set", SECRET), ("set", "--token", SECRET), ("set", f"--token={SECRET}"), (SECRET,), (SECRET, "set")],
    ids=["word", "option", "option with =", "no command", "before the command"],
)
def test_a_token_among_the_words_is_refused_and_not_repeated(run: Run, ring: Ring, words: tuple[str, ...]) -> None:
    done = run("token", *words, "--url", URL)
    assert (done.returncode, done.stdout) == (2, "")
    assert ring.kept == {}


def test_help_says_why_no_option_takes_it(run: Run) -> None:
    assert "history" in run("token", "set", "--help").stdout
    assert {"set", "show", "forget"} <= set(run("token", "--help").stdout.split())


def test_the_variable_that_wins_is_told(run: Run, ring: Ring) -> None:
    done = run("token", "set", "--url", URL, stdin="another", PANTHER_API_TOKEN=SECRET)
    assert (done.returncode, done.stdout) == (0, f"Kept for {HOST} in rings Ring.\n")
    assert "PANTHER_API_TOKEN is set in the environment" in done.stderr
    assert ring.kept == {ENTRY: "another"}


def test_a_keyring_that_does_not_encrypt_is_told(run: Run) -> None:
    done = run("token", "set", "--url", URL, stdin=SECRET, PYTHON_KEYRING_BACKEND="rings.PlaintextRing")
    assert done.returncode == 0
    assert "unencrypted" in done.stderr


# --- on a terminal ---


def test_on_a_terminal_it_is_asked_for_and_not_drawn(ring: Ring) -> None:
    with Terminal("token", "set", "--url", URL, environment={}) as terminal:
        terminal.until(f"Token for {HOST}: ")
        terminal.press(f"{SECRET}\r")
        assert terminal.ended() == 0
    assert SECRET[:6] not in terminal.drawn + terminal.printed
    assert ring.kept == {ENTRY: SECRET}


def test_an_interrupt_at_the_question_keeps_nothing(ring: Ring) -> None:
    with Terminal("token", "set", "--url", URL, environment={}) as terminal:
        terminal.until(f"Token for {HOST}: ")
        terminal.press(SECRET)
        assert terminal.interrupted() == 130
    assert SECRET[:6] not in terminal.drawn + terminal.printed
    assert "Traceback" not in terminal.drawn
    assert ring.kept == {}


def test_what_is_typed_and_no_token_is_bad_usage(ring: Ring) -> None:
    with Terminal("token", "set", "--url", URL, environment={}) as terminal:
        terminal.until(f"Token for {HOST}: ")
        terminal.press(f"Bearer {SECRET}\r")
        assert terminal.ended() == 2
    assert "Leave out the blanks" in terminal.drawn
    assert SECRET[:6] not in terminal.drawn + terminal.printed
    assert ring.kept == {}


# --- show ---


def test_show_tells_where_the_token_is(run: Run, ring: Ring) -> None:
    none = run("token", "show", "--url", URL)
    assert (none.returncode, none.stdout, none.stderr) == (1, f"{HOST}: none found\n", "")
    ring.hold()
    kept = run("token", "show", "--url", URL)
    assert (kept.returncode, kept.stdout, kept.stderr) == (0, f"{HOST}: rings Ring\n", "")
    set_ = run("token", "show", "--url", URL, PANTHER_API_TOKEN="another")
    assert (set_.returncode, set_.stdout) == (0, f"{HOST}: environment variable PANTHER_API_TOKEN\n")


def test_show_tells_why_the_variable_is_not_used(run: Run) -> None:
    other = {"PANTHER_API_URL": "https://other.runpanther.net", "PANTHER_API_TOKEN": SECRET}
    done = run("token", "show", "--url", URL, **other)
    assert (done.returncode, done.stdout) == (1, f"{HOST}: none found\n")
    assert "belongs to api.other.runpanther.net" in done.stderr
    broken = run("token", "show", "--url", URL, PANTHER_API_TOKEN=f"Bearer {SECRET}")
    assert (broken.returncode, broken.stdout) == (1, f"{HOST}: none found\n")
    assert "PANTHER_API_TOKEN is not used" in broken.stderr


def test_show_tells_what_is_no_token(run: Run, ring: Ring) -> None:
    ring.hold(f"Bearer {SECRET}\x1b")
    done = run("token", "show", "--url", URL)
    assert (done.returncode, done.stdout) == (1, f"{HOST}: none found\n")
    assert "is no token" in done.stderr


# --- forget ---


def test_forget_takes_it_out_and_may_be_repeated(run: Run, ring: Ring) -> None:
    ring.hold()
    done = run("token", "forget", "--url", URL)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"Removed the token for {HOST}.\n", "")
    assert ring.kept == {}
    again = run("token", "forget", "--url", URL)
    assert (again.returncode, again.stdout, again.stderr) == (0, f"Nothing is kept for {HOST}.\n", "")


def test_forget_tells_of_the_variable(run: Run, ring: Ring) -> None:
    ring.hold()
    done = run("token", "forget", "--url", URL, PANTHER_API_TOKEN=SECRET)
    assert (done.returncode, ring.kept) == (0, {})
    assert "PANTHER_API_TOKEN is still set" in done.stderr


# --- the address, the options and the keyring ---

COMMANDS = pytest.mark.parametrize("command", ["set", "show", "forget"])


@COMMANDS
def test_without_an_address_it_is_bad_usage(run: Run, command: str) -> None:
    done = run("token", command, stdin=SECRET)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--url" in done.stderr
    assert "PANTHER_API_URL" in done.stderr


@COMMANDS
def test_a_bad_address_is_bad_usage_and_not_repeated(run: Run, command: str) -> None:
    bad = f"https://user:{SECRET}@acme.runpanther.net"
    for arguments, environment, name in (
        (["--url", bad], {}, "--url"),
        ([], {"PANTHER_API_URL": bad}, "PANTHER_API_URL"),
    ):
        done = run("token", command, *arguments, stdin="another", **environment)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{name}: Leave out the user name and password" in done.stderr
    assert run("token", command, "--url", "", stdin="another", PANTHER_API_URL=URL).returncode == 2


@COMMANDS
@pytest.mark.parametrize(
    ("backend", "words"),
    [
        ("keyring.backends.fail.Keyring", "There is no keyring on this machine"),
        ("keyring.backends.null.Keyring", "There is no keyring on this machine"),
        ("rings.LockedRing", "is locked"),
        ("rings.NoRing", "cannot be opened"),
        ("nowhere.Ring", "cannot be opened"),
    ],
)
def test_a_keyring_that_cannot_be_used_is_told(run: Run, command: str, backend: str, words: str) -> None:
    done = run("token", command, "--url", URL, stdin=SECRET, PYTHON_KEYRING_BACKEND=backend)
    assert (done.returncode, done.stdout) == (1, f"{HOST}: none found\n" if command == "show" else "")
    assert words in done.stderr


@pytest.mark.parametrize("backend", ["keyring.backends.fail.Keyring", "rings.LockedRing"])
def test_the_variable_needs_no_keyring(run: Run, backend: str) -> None:
    done = run("token", "show", "--url", URL, PANTHER_API_TOKEN=SECRET, PYTHON_KEYRING_BACKEND=backend)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_aws_options_stand_anywhere(run: Run, ring: Ring) -> None:
    ring.hold()
    options = ["--profile", "elsewhere", "--region", "us-east-1", "--endpoint-url", "http://127.0.0.1:9"]
    command = ["token", "show", "--url", URL]
    for words in ([*options, *command], ["token", *options, *command[1:]], [*command, *options]):
        done = run(*words)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{HOST}: rings Ring\n", "")
