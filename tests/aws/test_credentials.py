"""Where credentials come from: asked for in our own way, never on the terminal, never for ever."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from panther_s3.aws import credentials
from panther_s3.aws.identity import read_identity
from panther_s3.aws.roles import Roles
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws
from panther_s3.problems import Problem, ProblemKind

ROLE = "mfa-operator"
ROLE_ARN = f"arn:aws:iam::111122223333:role/{ROLE}"
SERIAL = "arn:aws:iam::111122223333:mfa/operator"

pytestmark = pytest.mark.usefixtures("aws_environment")


@pytest.fixture
def write_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes a config file of the test's own; the embedded AWS's credentials file stays in force."""

    def write(text: str) -> None:
        (tmp_path / "config").write_text(text)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    return write


@pytest.fixture
def mfa_profile(embedded_aws: EmbeddedAws, write_config: Callable[[str], None]) -> str:
    """A profile that assumes a role with an MFA code; the emulator takes any code."""
    iam = Aws("default", "us-west-2").client("iam")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111122223333"}}
    rights = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    try:
        iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=_policy(trust))
        iam.put_role_policy(RoleName=ROLE, PolicyName="all", PolicyDocument=_policy(rights))
    except iam.exceptions.EntityAlreadyExistsException:
        pass
    write_config(f"[profile mfa]\nrole_arn = {ROLE_ARN}\nsource_profile = default\nmfa_serial = {SERIAL}\n")
    return "mfa"


@pytest.fixture
def open_stdin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stdin on which nothing ever comes and which never ends, as a terminal's."""
    monkeypatch.setattr(credentials, "PROCESS_SECONDS", 10)
    ours = os.dup(0)
    reading, writing = os.pipe()
    os.dup2(reading, 0)
    yield
    os.dup2(ours, 0)
    for end in (ours, reading, writing):
        os.close(end)


class Device:
    """An MFA device's owner, who counts how often the code is asked for."""

    def __init__(self, *answers: str) -> None:
        self.asked: list[str] = []
        self._answers = list(answers)

    def __call__(self, serial: str) -> str:
        self.asked.append(serial)
        return self._answers.pop(0)


def test_the_mfa_code_is_asked_for_once_in_our_own_way(mfa_profile: str) -> None:
    device = Device("123456")
    aws = Aws(mfa_profile, "us-west-2", mfa_code=device)
    with ThreadPoolExecutor(max_workers=5) as pool:
        identities = list(pool.map(lambda _: read_identity(aws), range(5)))
    Roles(aws).find(ROLE)
    assert {f":assumed-role/{ROLE}/" in identity.arn for identity in identities} == {True}
    assert device.asked == [SERIAL]


def test_a_code_not_given_is_no_failure_of_the_wizard_and_is_asked_for_again_on_retry(mfa_profile: str) -> None:
    device = Device("", "123456")
    aws = Aws(mfa_profile, "us-west-2", mfa_code=device)
    with pytest.raises(Problem) as raised:
        read_identity(aws)
    assert raised.value.kind is ProblemKind.CANCELLED
    assert len(device.asked) == 1
    assert read_identity(aws).account_id == "111122223333"
    assert len(device.asked) == 2


def test_a_dialog_that_fails_counts_as_cancelled(mfa_profile: str) -> None:
    def closed(serial: str) -> str:
        raise RuntimeError("the wizard is quitting")

    with pytest.raises(Problem) as raised:
        read_identity(Aws(mfa_profile, "us-west-2", mfa_code=closed))
    assert raised.value.kind is ProblemKind.CANCELLED
    assert raised.value.cause == "the wizard is quitting"


def test_where_nobody_can_be_asked_the_profile_is_refused_without_a_prompt(
    mfa_profile: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Problem) as raised:
        read_identity(Aws(mfa_profile, "us-west-2"))
    assert raised.value.kind is ProblemKind.CREDENTIALS
    assert "needs an MFA code" in raised.value.title
    assert SERIAL in raised.value.cause
    assert capfd.readouterr() == ("", "")


def test_the_role_is_assumed_at_the_endpoint_given(
    mfa_profile: str, embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    aws = Aws(mfa_profile, "us-west-2", endpoint_url=embedded_aws.endpoint_url, mfa_code=Device("123456"))
    assert f":assumed-role/{ROLE}/" in read_identity(aws).arn


def _script(folder: Path, body: str) -> str:
    """Return a credential_process command that runs `body` as Python."""
    path = folder / "process.py"
    path.write_text(body)
    return f"{sys.executable} {path}"


def _printing_keys(embedded_aws: EmbeddedAws) -> str:
    """Return a program that reads all of stdin, makes a noise, wants no terminal, and prints the operator's keys."""
    return f"""
import configparser, json, os, sys
sys.stdin.read()
assert os.getsid(0) == os.getpid(), "it could open the terminal"
print("a warning for the terminal", file=sys.stderr)
keys = configparser.ConfigParser()
keys.read({str(embedded_aws.directory / "credentials")!r})
keys = keys["default"]
print(json.dumps({{"Version": 1, "AccessKeyId": keys["aws_access_key_id"],
                  "SecretAccessKey": keys["aws_secret_access_key"]}}))
"""


@pytest.mark.usefixtures("open_stdin")
@pytest.mark.parametrize("nested", [False, True], ids=["of the profile", "of its source_profile"])
def test_a_credential_process_that_reads_stdin_neither_waits_nor_shows(
    nested: bool,
    mfa_profile: str,
    embedded_aws: EmbeddedAws,
    tmp_path: Path,
    write_config: Callable[[str], None],
    capfd: pytest.CaptureFixture[str],
) -> None:
    command = _script(tmp_path, _printing_keys(embedded_aws))
    write_config(
        f"[profile process]\ncredential_process = {command}\n"
        f"[profile nested]\nrole_arn = {ROLE_ARN}\nsource_profile = process\n"
    )
    identity = read_identity(Aws("nested" if nested else "process", "us-west-2"))
    assert identity.arn.startswith(ROLE_ARN.replace(":iam:", ":sts:").replace("role/", "assumed-role/")) is nested
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import sys; sys.exit('no ticket: run kinit')", "no ticket: run kinit"),
        ("print('<html>')", "not JSON"),
        ("print('{}')", "Version"),
        ("import time; time.sleep(60)", "nothing within"),
    ],
    ids=["fails", "prints no JSON", "prints something else", "takes too long"],
)
def test_a_credential_process_that_gives_no_keys_is_told_with_its_own_words(
    body: str, words: str, tmp_path: Path, write_config: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "PROCESS_SECONDS", 1.0 if "sleep" in body else 30.0)
    write_config(f"[profile process]\ncredential_process = {_script(tmp_path, body)}\n")
    with pytest.raises(Problem) as raised:
        read_identity(Aws("process", "us-west-2"))
    assert raised.value.kind is ProblemKind.CREDENTIALS
    assert "source of credentials failed" in raised.value.title
    assert words in raised.value.cause


def test_a_credential_process_that_is_not_there_is_named(write_config: Callable[[str], None]) -> None:
    write_config("[profile process]\ncredential_process = /no/such/program --now\n")
    with pytest.raises(Problem) as raised:
        read_identity(Aws("process", "us-west-2"))
    assert "/no/such/program" in raised.value.cause
    assert raised.value.command == ("sh", "-c", "/no/such/program --now >/dev/null")
    assert raised.value.kind is ProblemKind.CREDENTIALS


@pytest.mark.parametrize(
    ("profile", "command"),
    [
        (
            "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n[sso-session corp]\n"
            "sso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n",
            ("aws", "sso", "login", "--profile", "person"),
        ),
        ("login_session = arn:aws:iam::111122223333:user/ana\n", ("aws", "login", "--profile", "person")),
        (
            f"role_arn = {ROLE_ARN}\nsource_profile = base\n[profile base]\n"
            "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n[sso-session corp]\n"
            "sso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n",
            ("aws", "sso", "login", "--profile", "base"),
        ),
        (
            f"role_arn = {ROLE_ARN}\nsource_profile = base\n[profile base]\n"
            "login_session = arn:aws:iam::111122223333:user/ana\n",
            ("aws", "login", "--profile", "base"),
        ),
        ("region = us-west-2\n", ("aws", "login", "--profile", "person")),
    ],
    ids=["IAM Identity Center", "aws login", "a role over Identity Center", "a role over aws login", "nothing yet"],
)
def test_a_sign_in_that_is_due_gives_its_command_and_opens_nothing(
    profile: str,
    command: tuple[str, ...],
    tmp_path: Path,
    write_config: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(tmp_path / "login"))
    write_config(f"[profile person]\n{profile}")
    with pytest.raises(Problem) as raised:
        read_identity(Aws("person", "us-west-2"))
    assert raised.value.command == command
    assert capfd.readouterr() == ("", "")


def _policy(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
