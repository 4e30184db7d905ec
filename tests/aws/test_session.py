"""Profiles, regions and clients: what a gateway reads of the environment and the shared config files."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import panther_s3.aws
from panther_s3.aws.identity import read_identity
from panther_s3.aws.session import Aws, default_region, list_profiles, preselected_profile
from panther_s3.aws.writes import WritesInFlight
from panther_s3.demo import EmbeddedAws
from panther_s3.problems import Problem, ProblemKind


@pytest.fixture
def shared_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose `config` and `credentials` are the shared files; the environment names nothing."""
    for name in list(os.environ):
        if name.startswith("AWS_") and name != "AWS_EC2_METADATA_DISABLED":
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    (tmp_path / "config").write_text("[default]\nregion = eu-west-1\n[profile production]\nregion = us-gov-west-1\n")
    (tmp_path / "credentials").write_text("[production]\naws_access_key_id = a\naws_secret_access_key = b\n[stale]\n")
    return tmp_path


def test_importing_the_gateways_loads_no_boto3() -> None:
    modules = [f"panther_s3.aws.{module.name}" for module in pkgutil.iter_modules(panther_s3.aws.__path__)]
    program = f"import sys, {', '.join(modules)}; print('boto3' in sys.modules, 'botocore' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["False", "False"]


def test_profiles_of_both_files_are_listed_once(shared_config: Path) -> None:
    assert list_profiles() == ("default", "production", "stale")


def test_without_any_file_there_are_no_profiles(shared_config: Path) -> None:
    for name in ("config", "credentials"):
        (shared_config / name).unlink()
    assert list_profiles() == ()
    assert default_region(None) == ""


@pytest.mark.parametrize("name", ["config", "credentials"])
@pytest.mark.parametrize("text", [b"[default\n", b"region = x\n", b"[a]\n[a]\n", b"[\xff\xfe]\n"])
def test_a_broken_file_is_named(shared_config: Path, name: str, text: bytes) -> None:
    (shared_config / name).write_bytes(text)
    with pytest.raises(Problem) as raised:
        list_profiles()
    assert str(shared_config / name) in raised.value.cause
    assert raised.value.kind is ProblemKind.CREDENTIALS


@pytest.mark.parametrize(
    ("environment", "profiles", "chosen"),
    [
        ({}, ("default", "x"), "default"),
        ({}, ("x",), None),
        ({"AWS_PROFILE": "x", "AWS_DEFAULT_PROFILE": "y"}, ("default",), "x"),
        ({"AWS_DEFAULT_PROFILE": "y"}, ("default",), "y"),
        ({"AWS_PROFILE": ""}, ("default",), "default"),
        ({"AWS_ACCESS_KEY_ID": "a"}, ("default",), None),
        ({"AWS_ACCESS_KEY_ID": "a", "AWS_PROFILE": "x"}, ("default",), "x"),
    ],
)
def test_the_profile_of_the_environment_is_proposed(
    shared_config: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    profiles: tuple[str, ...],
    chosen: str | None,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert preselected_profile(profiles) == chosen


@pytest.mark.parametrize(
    ("environment", "profile", "region"),
    [
        ({}, None, "eu-west-1"),
        ({}, "production", "us-gov-west-1"),
        ({}, "stale", ""),
        ({"AWS_PROFILE": "production"}, None, "us-gov-west-1"),
        ({"AWS_DEFAULT_REGION": "sa-east-1"}, "production", "sa-east-1"),
        ({"AWS_DEFAULT_REGION": "sa-east-1", "AWS_REGION": "us-east-2"}, "production", "us-east-2"),
    ],
)
def test_the_region_is_the_one_that_the_aws_cli_would_take(
    shared_config: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    profile: str | None,
    region: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert default_region(profile) == region


def test_an_unknown_profile_is_answered_with_the_nearest_and_the_known_ones(shared_config: Path) -> None:
    for call in (lambda: default_region("prodution"), lambda: read_identity(Aws("prodution", "us-east-1"))):
        with pytest.raises(Problem) as raised:
            call()
        assert "prodution" in raised.value.title
        assert raised.value.remedy == "Did you mean production? The profiles are default, production, stale."
        assert raised.value.kind is ProblemKind.UNKNOWN_PROFILE


def test_without_a_region_only_the_global_services_are_asked(shared_config: Path) -> None:
    aws = Aws("production", "")
    with pytest.raises(Problem, match="No AWS region is known"):
        aws.client("s3")
    assert aws.client("sts").meta.region_name == "us-east-1"
    assert aws.client("s3", "eu-west-3").meta.region_name == "eu-west-3"


def test_clients_have_short_limits_and_say_whose_they_are(shared_config: Path) -> None:
    aws = Aws("production", "eu-west-1")
    config: Any = aws.client("s3").meta.config
    identity_config: Any = aws.client("sts").meta.config
    assert (config.connect_timeout, config.read_timeout) == (3, 8)
    assert config.retries == {"mode": "standard", "total_max_attempts": 2}
    assert config.max_pool_connections >= 10
    assert "panther-s3-wizard" in config.user_agent
    assert identity_config.retries["total_max_attempts"] == 1
    assert aws.client("sts").meta.endpoint_url == "https://sts.eu-west-1.amazonaws.com"


def test_a_client_is_built_once_for_all_threads(shared_config: Path) -> None:
    aws = Aws("production", "eu-west-1")
    with ThreadPoolExecutor(max_workers=8) as pool:
        clients = set(pool.map(lambda _: id(aws.client("iam")), range(16)))
    assert len(clients) == 1
    assert aws.client("iam", "us-east-1") is not aws.client("iam")


@pytest.mark.usefixtures("aws_environment")
def test_the_endpoint_given_comes_before_that_of_the_environment(
    embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert read_identity(Aws("default", "us-west-2", endpoint_url=embedded_aws.endpoint_url)).account_id


@pytest.mark.usefixtures("aws_environment")
def test_credentials_mended_outside_count_on_the_next_try(
    embedded_aws: EmbeddedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = (embedded_aws.directory / "credentials").read_text()
    credentials = tmp_path / "credentials"
    credentials.write_text("[default]\naws_access_key_id = AKIAUNKNOWN\naws_secret_access_key = wrong\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    aws = Aws("default", "us-west-2")
    with pytest.raises(Problem) as raised:
        read_identity(aws)
    assert raised.value.kind is ProblemKind.CREDENTIALS
    credentials.write_text(sound)
    assert read_identity(aws).arn.endswith(":user/operator")


def test_a_late_failure_of_an_old_session_leaves_the_new_one_alone(shared_config: Path) -> None:
    aws = Aws("production", "eu-west-1")
    old = aws.session_number
    aws.renew(old)
    client = aws.client("iam")
    aws.renew(old)
    assert aws.client("iam") is client
    aws.renew(aws.session_number)
    assert aws.client("iam") is not client


def test_writes_under_way_are_named_until_they_end() -> None:
    writes = WritesInFlight()
    with writes.named("Creating the change set"):
        with writes.named("Deleting the stack"):
            assert writes.names() == ("Creating the change set", "Deleting the stack")
        assert writes.names() == ("Creating the change set",)
    with pytest.raises(Problem), writes.named("Executing"):
        raise Problem("refused")
    assert writes.names() == ()
