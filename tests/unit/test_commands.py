"""Commands to type: a real shell takes them apart again, and finds in them what was put in."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

import pytest

from panther_s3.commands import deploy_command, iam_commands, outputs_command, terraform_commands

HOSTILE = ["two words", "it's", 'say "hi"', "$(echo no)", "`no`", "a\\b", "*", "~", "a;b&c|d", "#no", "-", "é"]
TAGS = {"panther:app": "panther", "panther:created-by": "panther-s3-wizard"}
WORDS = "aws() { printf '%s\\0' \"$@\"; }; "
"""Stands in for the AWS CLI, and tells what it was given."""


def _words(command: str) -> list[str]:
    told = subprocess.run(["sh", "-c", WORDS + command], capture_output=True, text=True, check=True, encoding="utf-8")
    assert told.stderr == ""
    return told.stdout.split("\0")[:-1]


def _option(words: list[str], name: str) -> str:
    assert words.count(name) == 1
    return words[words.index(name) + 1]


def _tags(words: list[str]) -> list[str]:
    rest = words[words.index("--tags") + 1 :]
    return rest[: next((place for place, word in enumerate(rest) if word.startswith("--")), len(rest))]


@pytest.mark.parametrize("value", ["plain", *HOSTILE])
def test_the_shell_gives_deploy_what_was_meant(value: str) -> None:
    words = _words(deploy_command(value, "us-west-2", f"/tmp/{value}.yml", value))
    assert words[:2] == ["cloudformation", "deploy"]
    assert _option(words, "--stack-name") == _option(words, "--profile") == value
    assert _option(words, "--template-file") == f"/tmp/{value}.yml"
    assert _option(words, "--region") == "us-west-2"


def test_deploy_allows_a_named_role_and_tags_it() -> None:
    words = _words(deploy_command("a-stack", "us-west-2", "role.yml", None))
    assert _option(words, "--capabilities") == "CAPABILITY_NAMED_IAM"
    assert dict(tag.split("=", 1) for tag in _tags(words)) == TAGS


@pytest.mark.parametrize("value", ["plain", *HOSTILE])
def test_the_shell_asks_the_stack_for_the_roles_arn(value: str) -> None:
    words = _words(outputs_command(value, "us-west-2", value))
    assert words[:2] == ["cloudformation", "describe-stacks"]
    assert _option(words, "--stack-name") == _option(words, "--profile") == value
    assert _option(words, "--query") == "Stacks[0].Outputs[?OutputKey=='RoleARN'].OutputValue"
    assert _option(words, "--output") == "text"


def test_the_query_finds_the_arn_in_an_answer() -> None:
    import jmespath

    query = _option(_words(outputs_command("a", "us-west-2", None)), "--query")
    outputs = [{"OutputKey": "Other", "OutputValue": "no"}, {"OutputKey": "RoleARN", "OutputValue": "the arn"}]
    assert jmespath.search(query, {"Stacks": [{"Outputs": outputs}]}) == ["the arn"]


@pytest.mark.parametrize("value", ["plain", *HOSTILE])
def test_the_shell_makes_the_role_from_the_two_saved_policies(value: str) -> None:
    create, put, get = map(_words, iam_commands(value, value))
    assert [words[:2] for words in (create, put, get)] == [
        ["iam", "create-role"],
        ["iam", "put-role-policy"],
        ["iam", "get-role"],
    ]
    for words in (create, put, get):
        assert _option(words, "--role-name") == _option(words, "--profile") == value
    assert _option(create, "--assume-role-policy-document") == "file://trust-policy.json"
    assert _option(put, "--policy-document") == "file://role-policy.json"
    assert _option(put, "--policy-name") == "ReadData"
    assert _option(get, "--query") == "Role.Arn"


def test_the_role_made_by_hand_bears_the_tags() -> None:
    tags = [dict(part.split("=", 1) for part in tag.split(",")) for tag in _tags(_words(iam_commands("a", None)[0]))]
    assert {tag["Key"]: tag["Value"] for tag in tags} == TAGS


def test_without_a_profile_none_is_named() -> None:
    commands = [deploy_command("a", "us-west-2", "b", None), outputs_command("a", "us-west-2", None)]
    commands += [*iam_commands("a", None), *terraform_commands(None)]
    assert not [command for command in commands if "profile" in command.lower()]


def _environment(command: str) -> Mapping[str, str]:
    """What Terraform sees of AWS when the command runs in an otherwise empty environment."""
    script = "terraform() { env; }; " + command
    told = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}
    )
    return dict(line.split("=", 1) for line in told.stdout.splitlines() if line.startswith("AWS_"))


@pytest.mark.parametrize("value", ["plain", *HOSTILE])
def test_terraform_works_with_the_profile_in_the_region(value: str) -> None:
    init, apply, output = terraform_commands(value, "us-west-2")
    assert init == "terraform init"
    assert _environment(apply) == {"AWS_PROFILE": value, "AWS_REGION": "us-west-2"}
    assert apply.endswith("terraform apply")
    assert output == "terraform output -raw role_arn"


def test_terraform_is_left_to_its_environment_where_nothing_is_known() -> None:
    assert _environment(terraform_commands(None)[1]) == {}
