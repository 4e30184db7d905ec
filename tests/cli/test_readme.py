from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from panther_s3.answers import IamMethod
from panther_s3.operator_policies import mending_policy, operator_policy, trial_policy
from panther_s3.source_file import parse_source_file
from panther_s3.source_file.orders import orders_of

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tui", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, stdin=subprocess.DEVNULL)


def test_the_operators_policies_are_what_the_code_says() -> None:
    assert [json.loads(block) for block in blocks("json")] == [operator_policy(), mending_policy(), trial_policy()]


def test_the_example_source_file_is_accepted_by_every_command(tmp_path: Path) -> None:
    example = tmp_path / "source.yml"
    example.write_text(blocks("yaml")[2])
    for words in (
        ("policy", "role"),
        ("policy", "trust"),
        ("policy", "topic", "--region", "us-west-2"),
        ("template", "role"),
        ("template", "role", "--format", "terraform"),
        ("template", "notifications"),
        ("template", "notifications", "--format", "terraform"),
    ):
        ended = run(*words[:2], str(example), *words[2:])
        assert ended.returncode == 0, ended.stderr
        assert "acme-cloudtrail" in ended.stdout or words[1] == "trust"


def test_the_file_to_apply_can_be_applied(tmp_path: Path) -> None:
    found = parse_source_file(blocks("yaml")[0], "README.md", unattended=True)
    assert orders_of(found).iam_role is IamMethod.CREATE_STACK


def test_the_ci_example_calls_the_program_as_it_is_called() -> None:
    (job,) = yaml.safe_load(blocks("yaml")[1])["jobs"].values()
    calls = [line for step in job["steps"] for line in step.get("run", "").splitlines() if "--answers" in line]
    assert len(calls) == 2
    options = run("--help").stdout
    for flag in re.findall(r"--[a-z]+", " ".join(calls)):
        assert flag in options


@pytest.mark.parametrize("command", ["check", "policy", "schema", "status", "template", "token", "undo", "log-types"])
def test_every_command_of_the_readme_is_in_the_help_and_the_other_way_round(command: str) -> None:
    assert f"panther-s3-wizard {command}" in README
    assert re.search(rf"^  {command}\b", run("--help").stdout, re.MULTILINE)


def test_the_help_names_no_command_that_the_readme_does_not() -> None:
    commands = re.findall(r"^  ([a-z-]+)  ", run("--help").stdout.split("Commands:")[1], re.MULTILINE)
    assert set(commands) == {"check", "policy", "schema", "status", "template", "token", "undo", "log-types"}


def test_the_picture_exists() -> None:
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file()


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"make ([a-z]+)", " ".join(blocks("console"))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
