"""check FILE: the contract's JSON and exit codes, text for people, no change to AWS, and what faults come to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from panther_s3.checks.result import CheckId, Status
from panther_s3.demo import EmbeddedAws
from tests.catalogue.scene import ACCOUNT, Scene
from tests.catalogue.seeding import Seeder
from tests.faults import Faults
from tests.recorder import recording
from tui import cli as program

ROOT = Path(__file__).parents[2]
KEYS = ["id", "status", "cause", "title", "detail", "remedy", "evidence"]
ITEM = {"status", "cause", "detail"}
ESCAPE = "\x1b"


class Ran(NamedTuple):
    """How a run ended."""

    exit_code: int
    stdout: str
    stderr: str


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def seeder(embedded_aws: EmbeddedAws) -> Seeder:
    return Seeder(embedded_aws.endpoint_url)


@pytest.fixture(scope="module")
def healthy(seeder: Seeder) -> Scene:
    """A source in whose way nothing stands, in the embedded AWS."""
    scene = seeder.scene("us-west-2")
    scene.encrypted_topic()
    seeder.put(scene)
    return scene


@pytest.fixture(scope="module")
def broken(seeder: Seeder) -> Scene:
    """One whose role does not trust Panther, and may not list the bucket."""
    scene = seeder.scene("us-west-2")
    scene.trusted["Condition"]["StringEquals"] = {"sts:ExternalId": "acme"}
    scene.statement("FindAndListBucket")["Action"] = "s3:GetBucketLocation"
    seeder.put(scene)
    return scene


@pytest.fixture(scope="module")
def unclear(seeder: Seeder) -> Scene:
    """One whose trust hangs on an address of Panther's."""
    scene = seeder.scene("us-west-2")
    scene.trusted["Condition"]["IpAddress"] = {"aws:SourceIp": "203.0.113.0/24"}
    seeder.put(scene)
    return scene


@pytest.fixture
def run(
    aws_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run `check` as the program does, on a file of the scenes given, with further arguments."""

    def run(*scenes: Scene, arguments: tuple[str, ...] = ("--format", "json"), text: str = "") -> Ran:
        path = tmp_path / "source.yml"
        path.write_text(text or file_of(*scenes), encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["panther-s3-wizard", "check", str(path), *arguments])
        code = program._run()
        return Ran(code, *capsys.readouterr())

    return run


def file_of(*scenes: Scene) -> str:
    """The source file of `scenes`."""
    return yaml.safe_dump(
        {
            "panther": {"account_id": scenes[0].panther.account_id, "region": scenes[0].panther.region},
            "sources": [
                {
                    "name": scene.name,
                    "aws_account_id": ACCOUNT,
                    "bucket_name": scene.name,
                    "kms_key_arn": scene.source.kms_key_arn,
                    "topic_arn": scene.topic_arn,
                    "prefix_log_types": [
                        {"prefix": row.prefix, "log_types": list(row.log_types)}
                        for row in scene.source.prefix_log_types
                    ],
                }
                for scene in scenes
            ],
        }
    )


def sources(result: Ran) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.stdout)["sources"]
    return found


def checks(result: Ran, place: int = 0) -> dict[str, dict[str, Any]]:
    return {check["id"]: check for check in sources(result)[place]["checks"]}


def test_json_has_exactly_the_shape_of_the_contract(run: Run, healthy: Scene, broken: Scene, unclear: Scene) -> None:
    result = run(healthy, broken, unclear)
    document = json.loads(result.stdout)
    assert list(document) == ["sources"]
    for source in document["sources"]:
        assert list(source) == ["name", "verdict", "seconds", "aws_calls", "checks"]
        assert isinstance(source["seconds"], float)
        assert isinstance(source["aws_calls"], int)
        assert [check["id"] for check in source["checks"]] == [each.value for each in CheckId]
        for check in source["checks"]:
            assert list(check) == KEYS
            assert check["status"] in {status.value for status in Status}
            assert all(isinstance(check[key], str) for key in ("title", "detail", "remedy"))
            assert (check["cause"] is None) == (check["status"] == "pass")
            assert {"document", "statement", "request"} <= check["evidence"].keys()
            assert all(item.keys() >= ITEM for item in check["evidence"].get("items", []))


def test_a_failure_names_document_statement_and_request(run: Run, broken: Scene) -> None:
    found = checks(run(broken))
    trust, listing = found["role.trust"], found["bucket.list"]
    assert (trust["status"], trust["cause"]) == ("fail", "external_id_required")
    assert trust["evidence"]["document"] == f"trust policy of {broken.role_arn}"
    assert trust["evidence"]["request"] == {"action": "sts:AssumeRole", "resource": broken.role_arn}
    assert listing["evidence"]["document"] == f"policy ReadData of {broken.role_arn}"
    assert listing["evidence"]["request"] == {"action": "s3:ListBucket", "resource": broken.bucket_arn}


@pytest.mark.parametrize(
    ("names", "code", "verdicts"),
    [
        (["healthy"], 0, ["pass"]),
        (["unclear"], 3, ["unknown"]),
        (["broken"], 1, ["fail"]),
        (["healthy", "unclear"], 3, ["pass", "unknown"]),
        (["unclear", "broken", "healthy"], 1, ["unknown", "fail", "pass"]),
    ],
)
def test_exit_code_is_that_of_the_worst_source(
    run: Run, request: pytest.FixtureRequest, names: list[str], code: int, verdicts: list[str]
) -> None:
    scenes = [request.getfixturevalue(name) for name in names]
    result = run(*scenes)
    assert [source["verdict"] for source in sources(result)] == verdicts
    assert [source["name"] for source in sources(result)] == [scene.name for scene in scenes]
    assert (result.exit_code, result.stderr) == (code, "")


def test_warnings_are_healthy(run: Run, healthy: Scene) -> None:
    result = run(healthy, arguments=("--format", "json", "--region", "eu-west-1"))
    assert checks(result)["bucket.exists"]["cause"] == "other_region"
    assert result.exit_code == 0


def test_one_source_of_several_is_picked_by_its_name(run: Run, healthy: Scene, broken: Scene) -> None:
    result = run(broken, healthy, arguments=("--format", "json", "--source", healthy.name))
    assert [source["name"] for source in sources(result)] == [healthy.name]
    assert result.exit_code == 0


def test_an_unknown_source_is_bad_usage(run: Run, healthy: Scene) -> None:
    result = run(healthy, arguments=("--source", "nowhere"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'nowhere'" in result.stderr
    assert healthy.name in result.stderr


def test_an_unknown_profile_is_bad_usage(run: Run, healthy: Scene) -> None:
    result = run(healthy, arguments=("--profile", "nobody"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nobody" in result.stderr


def test_a_bad_file_is_bad_usage(run: Run, healthy: Scene) -> None:
    result = run(text=file_of(healthy).replace("bucket_name", "bucket_nam"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "bucket_nam" in result.stderr
    assert "line " in result.stderr


def test_without_credentials_it_fails_and_says_how_to_sign_in(run: Run, healthy: Scene, expired_sign_in: None) -> None:
    result = run(healthy, arguments=("--format", "json", "--profile", "expired"))
    assert result.exit_code == 1
    assert "aws sso login" in result.stderr
    assert ESCAPE not in result.stdout + result.stderr


def test_text_can_be_read_without_colour(run: Run, healthy: Scene, broken: Scene) -> None:
    result = run(healthy, broken, arguments=())
    assert result.exit_code == 1
    assert ESCAPE not in result.stdout
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["✗", "Failed", "role.trust", "external_id_required"] in lines
    assert "Add to the policy of" in result.stdout
    assert '"s3:ListBucket"' in result.stdout
    assert all(result.stdout.count(f" {each.value}") >= 2 for each in CheckId)
    assert healthy.name in result.stdout


def test_piped_text_has_no_escape_codes_even_where_colour_is_forced_elsewhere(
    aws_environment: None, tmp_path: Path, broken: Scene
) -> None:
    (tmp_path / "source.yml").write_text(file_of(broken))
    done = subprocess.run(
        [sys.executable, "-m", "tui", "check", "source.yml"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert ESCAPE not in done.stdout
    assert "✗ Failed" in done.stdout


def test_every_call_that_it_makes_is_a_read(
    run: Run, embedded_aws: EmbeddedAws, healthy: Scene, broken: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recording(embedded_aws.endpoint_url) as recorder:
        monkeypatch.setenv("AWS_ENDPOINT_URL", recorder.endpoint_url)
        result = run(healthy, broken)
    assert checks(result)["bucket.list"]["status"] == "pass"
    assert checks(result, 1)["bucket.list"]["status"] == "fail"
    assert recorder.writes == []
    expected = {"GetRole", "GetRolePolicy", "GetKeyPolicy", "GetTopicAttributes", "HEAD", "GET", "GetCallerIdentity"}
    assert expected <= set(recorder.calls)


@pytest.fixture
def faulty(run: Run, faults: Faults, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run it behind the proxy of faults, with the account's root keys: no others pass there."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", faults.endpoint_url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root")
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    return run


REFUSED = {"error": {"code": "AccessDenied", "status": 403, "message": "not authorized to perform: what it asked"}}
THROTTLED = {"error": {"code": "ThrottlingException", "status": 400}}


@pytest.mark.parametrize(
    ("service", "operation", "fault", "check", "cause"),
    [
        ("iam", "GetRole", THROTTLED, "role.exists", "not_answered"),
        ("iam", "GetRolePolicy", REFUSED, "objects.read", "not_readable"),
        ("s3", "HeadBucket", REFUSED, "bucket.exists", "not_readable"),
        ("s3", "GetBucketPolicy", REFUSED, "bucket.list", "not_readable"),
        ("s3", "ListObjectsV2", {"reset": True}, "objects.read", "not_answered"),
        ("s3", "HeadObject", REFUSED, "objects.read", "not_readable"),
        ("s3", "GetBucketNotification", {"response": {"truncate_frac": 0.5}}, "notifications.bucket", "not_answered"),
        ("kms", "DescribeKey", {"error": {"code": "InternalError", "status": 500}}, "kms.key", "not_answered"),
        ("kms", "GetKeyPolicy", REFUSED, "kms.decrypt", "not_readable"),
        ("sns", "GetTopicAttributes", {"reset": True}, "notifications.topic", "not_answered"),
        ("sns", "ListSubscriptionsByTopic", REFUSED, "notifications.subscription", "not_readable"),
    ],
)
def test_a_read_that_fails_is_unknown_with_the_reason(
    faulty: Run,
    faults: Faults,
    healthy: Scene,
    service: str,
    operation: str,
    fault: dict[str, Any],
    check: str,
    cause: str,
) -> None:
    faults.add({"name": operation, "service": service, "operation": operation, **fault})
    result = faulty(healthy)
    assert faults.fired()
    found = checks(result)
    assert (found[check]["status"], found[check]["cause"]) == ("unknown", cause)
    assert found[check]["detail"]
    assert found[check]["remedy"]
    assert not [each for each in found.values() if each["status"] == "fail"]
    assert (result.exit_code, result.stderr) == (3, "")


@pytest.mark.parametrize(
    ("service", "operation"), [("sts", "GetCallerIdentity"), ("iam", "GetRole"), ("s3", "GetBucketPolicy")]
)
def test_an_expired_session_fails_in_words(
    faulty: Run, faults: Faults, healthy: Scene, service: str, operation: str
) -> None:
    expired = {"code": "ExpiredToken", "status": 400, "message": "The security token included is expired"}
    faults.add({"service": service, "operation": operation, "error": expired})
    result = faulty(healthy)
    assert faults.fired()
    assert (result.exit_code, result.stdout) == (1, "")
    assert "expired" in result.stderr
    assert "Traceback" not in result.stderr
