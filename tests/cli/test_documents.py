"""policy, template, log-types and schema: the result alone on stdout, and what stands in the way on stderr."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hcl2
import pytest
from click.testing import CliRunner, Result

import assets
from panther_s3 import policies, templates
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import AWS
from panther_s3.source import S3Source
from panther_s3.source_file.schema import source_file_schema
from tests.cloudformation import resolve
from tui.cli import cli

PANTHER = PantherDeployment("999988887777", "us-west-2")
KEY = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:acme-topic"
PROD = S3Source(name="cloudtrail prod", aws_account_id="111122223333", bucket_name="acme-logs")
FLOW = S3Source(
    name="flow",
    aws_account_id="111122223333",
    bucket_name="acme-flow",
    kms_key_arn=KEY,
    panther_managed_bucket_notifications_enabled=True,
)
ONE = """\
panther: {account_id: "999988887777", region: us-west-2}
sources:
  - name: cloudtrail prod
    aws_account_id: "111122223333"
    bucket_name: acme-logs
"""
FLOW_LINES = f"""\
  - name: flow
    aws_account_id: "111122223333"
    bucket_name: acme-flow
    kms_key_arn: {KEY}
    panther_managed_bucket_notifications_enabled: true
"""
ONBOARDING = "onboarding: {iam_role: create_stack, notifications: skip, changes: plan}\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on a file `source.yml` that holds `text`."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, text: str = ONE) -> Result:
        (tmp_path / "source.yml").write_text(text, encoding="utf-8")
        return CliRunner().invoke(cli, list(arguments), prog_name="panther-s3-wizard")

    return run


def _result(result: Result) -> str:
    """Return what is on stdout of a command that went well and said nothing beside it."""
    assert result.exception is None
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("\n")
    assert not result.stdout.endswith("\n\n")
    return result.stdout


def _complaint(result: Result) -> str:
    """Return what is on stderr of a command that was used badly."""
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


@pytest.mark.parametrize(("text", "source"), [(ONE, PROD), (ONE.split("  - name")[0] + FLOW_LINES, FLOW)])
def test_policy_role_prints_what_the_role_may_do(run: Callable[..., Result], text: str, source: S3Source) -> None:
    assert json.loads(_result(run("policy", "role", "source.yml", text=text))) == policies.role_policy(source, AWS)


def test_policy_trust_prints_who_may_assume_the_role(run: Callable[..., Result]) -> None:
    assert json.loads(_result(run("policy", "trust", "source.yml"))) == policies.trust_policy(PANTHER)


def test_policy_topic_prints_the_policy_of_the_topic_named(run: Callable[..., Result]) -> None:
    printed = json.loads(_result(run("policy", "topic", "source.yml", text=f"{ONE}    topic_arn: {TOPIC}\n")))
    assert printed == policies.topic_policy(TOPIC, PROD, PANTHER, AWS)


def test_a_topic_named_needs_no_region_and_follows_none(run: Callable[..., Result]) -> None:
    text = f"{ONE}    topic_arn: {TOPIC}\n"
    result = run("policy", "topic", "source.yml", "--region", "ap-south-1", text=text)
    assert {each["Resource"] for each in json.loads(_result(result))["Statement"]} == {TOPIC}


def test_a_region_gives_panthers_own_topic_there(run: Callable[..., Result]) -> None:
    printed = json.loads(_result(run("policy", "topic", "source.yml", "--region", "ap-south-1")))
    topic = "arn:aws:sns:ap-south-1:111122223333:panther-notifications-topic"
    assert printed == policies.topic_policy(topic, PROD, PANTHER, AWS)


@pytest.mark.parametrize(("region", "partition"), [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")])
@pytest.mark.parametrize("kind", ["role", "trust", "topic"])
def test_policies_are_of_panthers_partition(run: Callable[..., Result], kind: str, region: str, partition: str) -> None:
    text = ONE.replace("region: us-west-2", f"region: {region}")
    printed = _result(run("policy", kind, "source.yml", "--region", region, text=text))
    assert set(re.findall(r'"arn:([a-z-]+):', printed)) == {partition}


CN_TOPIC = "arn:aws-cn:sns:cn-north-1:111122223333:acme-topic"
DOCUMENTS = ["policy role", "policy trust", "policy topic", "template role", "template notifications"]


@pytest.mark.parametrize("words", DOCUMENTS)
def test_a_region_of_another_partition_than_panthers_is_refused(run: Callable[..., Result], words: str) -> None:
    told = _complaint(run(*words.split(), "source.yml", "--region", "cn-north-1"))
    assert "cn-north-1, of the partition aws-cn, Panther in us-west-2, of aws" in told
    assert told == _complaint(run("--region", "cn-north-1", *words.split(), "source.yml"))


@pytest.mark.parametrize("words", DOCUMENTS)
@pytest.mark.parametrize(
    ("key", "arn"),
    [
        ("topic_arn", CN_TOPIC),
        ("kms_key_arn", KEY.replace(":aws:", ":aws-us-gov:").replace("us-west-2", "us-gov-west-1")),
        ("log_processing_role_arn", "arn:aws-cn:iam::111122223333:role/PantherLogProcessingRole-prod"),
    ],
)
def test_an_arn_of_another_partition_than_panthers_is_refused(
    run: Callable[..., Result], words: str, key: str, arn: str
) -> None:
    told = _complaint(run(*words.split(), "source.yml", "--region", "us-west-2", text=f"{ONE}    {key}: {arn}\n"))
    assert f"source.yml: {key}: " in told
    assert "partition" in told


def test_a_region_of_the_environment_counts_for_the_topic_alone(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "cn-north-1")
    assert "AWS region cn-north-1" in _complaint(run("policy", "topic", "source.yml"))
    assert _result(run("template", "notifications", "source.yml"))


def test_template_role_is_the_wizards_own(run: Callable[..., Result]) -> None:
    printed = _result(run("template", "role", "source.yml"))
    assert printed == templates.role_template(PROD, PANTHER, "cloudtrail-prod")


def test_cloudformation_is_what_template_prints_unasked(run: Callable[..., Result]) -> None:
    for kind in ("role", "notifications"):
        asked = run("template", kind, "source.yml", "--format", "cloudformation")
        assert _result(asked) == _result(run("template", kind, "source.yml"))


def test_template_role_as_terraform(run: Callable[..., Result]) -> None:
    printed = _result(run("template", "role", "source.yml", "--format", "terraform"))
    assert printed == templates.role_terraform(PROD, PANTHER, "cloudtrail-prod", AWS)
    assert hcl2.loads(printed)["resource"]


def test_template_notifications_in_both_forms(run: Callable[..., Result]) -> None:
    assert _result(run("template", "notifications", "source.yml")) == templates.notifications_template(PROD, PANTHER)
    terraform = run("template", "notifications", "source.yml", "--format", "terraform")
    assert _result(terraform) == templates.notifications_terraform(PROD, PANTHER, AWS)


def _role_name(text: str) -> Any:
    return resolve(text)["Resources"]["LogProcessingRole"]["Properties"]["RoleName"]


def test_template_role_makes_the_role_that_the_file_names(run: Callable[..., Result]) -> None:
    arn = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-another"
    printed = _result(run("template", "role", "source.yml", text=f"{ONE}    log_processing_role_arn: {arn}\n"))
    assert _role_name(printed) == "PantherLogProcessingRole-another"


def test_template_notifications_makes_the_topic_that_the_file_names(run: Callable[..., Result]) -> None:
    printed = _result(run("template", "notifications", "source.yml", text=f"{ONE}    topic_arn: {TOPIC}\n"))
    assert resolve(printed)["Resources"]["Topic"]["Properties"]["TopicName"] == "acme-topic"


@pytest.mark.parametrize("command", ["policy role", "policy trust", "template role", "template notifications"])
def test_the_files_section_for_the_onboarding_changes_no_document(run: Callable[..., Result], command: str) -> None:
    words = [*command.split(), "source.yml"]
    assert _result(run(*words, text=ONE + ONBOARDING)) == _result(run(*words))


@pytest.mark.parametrize("command", ["policy role", "template role"])
def test_of_several_sources_one_is_chosen_by_its_name(run: Callable[..., Result], command: str) -> None:
    printed = _result(run(*command.split(), "source.yml", "--source", "flow", text=ONE + FLOW_LINES))
    assert "acme-flow" in printed
    assert "acme-logs" not in printed


@pytest.mark.parametrize("command", ["policy role", "policy trust", "template role", "template notifications"])
def test_of_several_sources_one_must_be_named(run: Callable[..., Result], command: str) -> None:
    told = _complaint(run(*command.split(), "source.yml", text=ONE + FLOW_LINES))
    assert "--source" in told
    assert "'cloudtrail prod', 'flow'" in told


def test_a_source_that_the_file_does_not_hold_is_told_with_those_that_it_holds(run: Callable[..., Result]) -> None:
    told = _complaint(run("policy", "role", "source.yml", "--source", "nope"))
    assert "no source 'nope'" in told
    assert "'cloudtrail prod'" in told


@pytest.mark.parametrize("arguments", ["policy", "policy other source.yml", "policy role", "policy role a b"])
def test_policy_tells_how_it_is_used(run: Callable[..., Result], arguments: str) -> None:
    assert "Usage: panther-s3-wizard policy" in _complaint(run(*arguments.split()))


@pytest.mark.parametrize("arguments", ["template", "template trust a", "template role a --format json"])
def test_template_tells_how_it_is_used(run: Callable[..., Result], arguments: str) -> None:
    assert "Usage: panther-s3-wizard template" in _complaint(run(*arguments.split()))


def test_schema_is_json_alone(run: Callable[..., Result]) -> None:
    printed = _result(run("schema"))
    assert json.loads(printed) == source_file_schema()
    assert printed.isascii()


def test_schema_takes_no_file(run: Callable[..., Result]) -> None:
    assert "Usage: panther-s3-wizard schema" in _complaint(run("schema", "source.yml"))


def test_log_types_alone_lists_all_of_them_sorted(run: Callable[..., Result]) -> None:
    names = _result(run("log-types")).splitlines()
    assert names == sorted(names) == list(assets.log_types())
    assert len(names) > 300
    assert {"AWS.CloudTrail", "AWS.VPCFlow"} <= set(names)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("vpcflow", ["AWS.VPCFlow"]),
        ("AWS.CloudTrail", ["AWS.CloudTrail", "AWS.CloudTrailDigest", "AWS.CloudTrailInsight"]),
        ("aws.cloudtrail*t", ["AWS.CloudTrailDigest", "AWS.CloudTrailInsight"]),
        ("*.vpcflo?", ["AWS.VPCFlow"]),
    ],
)
def test_log_types_finds_a_part_or_a_pattern_in_any_case(
    run: Callable[..., Result], pattern: str, found: list[str]
) -> None:
    assert _result(run("log-types", pattern)).splitlines() == found


def test_a_log_type_that_is_none_fails(run: Callable[..., Result]) -> None:
    result = run("log-types", "NoSuch")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "'NoSuch'" in result.stderr
