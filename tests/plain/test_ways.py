"""By each of the four ways to Finish Setup, and AWS in the end as the full-screen wizard leaves it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from panther_s3.source_file import load_source_file
from tests.flow.accounts import REGION, Scene
from tests.plain.by_hand import follow_link, run_changes
from tests.plain.conftest import Start
from tests.plain.operator import Operator
from tests.plain.outcome import as_one
from tests.plain.walk import (
    ALARM,
    CHECKED,
    CREATE_STACK,
    FINISH,
    NAME,
    NOTIFIED,
    PROOF,
    ROLE,
    RULES,
    TOPIC,
    WELCOME,
    Taken,
    Typed,
    answer,
    bucket,
)

ROLE_NAME = "role PantherLogProcessingRole-prod-trail"
FRAMES = re.compile("[\u2500-\u259f]")
"""What boxes and bars are drawn with."""
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
OF_THE_WAY = ("role ", f"stack {REGION} panther-log-analysis-setup-")
"""How the names of those documents begin that the way of making the role leaves its mark on."""


def apart_from_the_role(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if not name.startswith(OF_THE_WAY)}


def essence(role: Mapping[str, Any]) -> dict[str, Any]:
    """What counts of a role, whoever made it."""
    ours = [tag for tag in role["tags"] if not tag["Key"].startswith("aws:")]
    return {**role, "tags": sorted(ours, key=str)}


def create_stack(operator: Operator, scene: Scene, folder: Path) -> None:
    answer(operator, *CREATE_STACK)


def console_ui(operator: Operator, scene: Scene, folder: Path) -> None:
    answer(operator, Taken("Using the AWS Console", "How is the role made?"))
    link = follow_link(scene.account, operator.asked("Your choice"))
    assert link.startswith(f"https://{REGION}.console.aws.amazon.com/cloudformation/home?region={REGION}#")
    operator.send("\r")


def template_file(operator: Operator, scene: Scene, folder: Path) -> None:
    answer(operator, Taken("CloudFormation Template", "How is the role made?"))
    answer(operator, Taken("Terraform", "Which template?"))
    file = "panther-log-analysis-setup-prod-trail"
    said = answer(operator, Taken("Show it", f"{file}.tf"))
    assert "terraform init\n" in said
    assert "terraform apply" in said
    said = operator.asked("Your choice")
    assert 'resource "aws_iam_role"' in said
    operator.send("<\r")
    answer(operator, Taken("CloudFormation", "Which template?"), Taken("Save it", f"{file}.yml"))
    answer(operator, Typed("Save as", str(folder / "my role.yml")))
    said = answer(operator, Taken("", f"{file}.yml"))
    assert run_changes(scene.account, said, folder) == ["cloudformation deploy", "cloudformation describe-stacks"]


def manual(operator: Operator, scene: Scene, folder: Path) -> None:
    answer(operator, Taken("I want to set everything up", "How is the role made?"))
    printed = operator.asked("Your choice")
    for heading, file in (("Role policy", "role-policy.json"), ("Trust policy", "trust-policy.json")):
        answer(operator, Taken(f"Save: {heading}"), Typed("Save as", str(folder / file)))
    operator.asked("Your choice")  # the last file is there
    made = ["iam create-role", "iam put-role-policy", "iam get-role"]
    assert run_changes(scene.account, printed, folder) == made
    answer(operator, Taken("Continue"))


@pytest.mark.parametrize("way", [create_stack, console_ui, template_file, manual])
def test_each_way_leads_to_what_the_full_screen_makes(
    way: Any, left_by_full_screen: dict[str, Any], scene: Scene, start: Start, tmp_path: Path
) -> None:
    saved = tmp_path / "source.yml"
    with start(scene) as operator:
        answer(operator, *WELCOME, *bucket(scene.bucket))
        way(operator, scene, tmp_path)
        answer(operator, *ROLE)
        checks = operator.asked("Your choice")
        assert "OK       The role may read objects" in checks
        assert "Skipped: Comes next: the notification step says what to set up.\n" in checks
        assert "Failed" not in checks
        answer(operator, *CHECKED, *TOPIC, *RULES, *PROOF, *NOTIFIED, *CHECKED, *ALARM)
        answer(operator, Taken("Save the source file"), Typed("Save as", str(saved)), *FINISH[:1])
        assert operator.ended() == 0
    assert not CONTROLS.search(operator.text)
    assert not FRAMES.search(operator.text)
    found = as_one(scene)
    assert apart_from_the_role(found) == apart_from_the_role(left_by_full_screen)
    assert essence(found[ROLE_NAME]) == essence(left_by_full_screen[ROLE_NAME])
    if way is create_stack:
        assert found == left_by_full_screen
    (source,) = load_source_file(saved).sources
    assert (source.name, source.bucket_name, source.drop_off_alarm_minutes) == (NAME, scene.bucket, 1440)
