"""Each way of the file: what AWS has in the end is what the full-screen wizard makes, and twice is once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from panther_s3.answers import IamMethod
from panther_s3.demo import EmbeddedAws
from panther_s3.policies import to_json, trust_policy
from tests.flow.accounts import PANTHER, WAYS, Scene, errand_in
from tests.flow.robot import Robot
from tests.unattended.conftest import Apply
from tests.unattended.files import file_for, source_of
from tui.app import WizardApp

BY_HAND = [method for method in IamMethod if method is not IamMethod.CREATE_STACK]


async def by_full_screen(endpoint_url: str, way: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what AWS has once the full-screen wizard was led through the same errand in another account."""
    scene = Scene.of(way, endpoint_url)
    for name, value in scene.environment().items():
        monkeypatch.setenv(name, value)
    app = WizardApp(scene.answers, endpoint_url=endpoint_url, state_dir=folder)
    errand = errand_in(scene)
    robot = Robot(app, type(errand)(errand.bucket, scene.answers.source.name, errand.prefix, errand.topic, proof=False))
    async with app.run_test(size=(80, 24)):
        await robot.to_the_end()
    return scene.found()


@pytest.mark.parametrize("way", list(WAYS))
async def test_what_aws_has_is_what_the_full_screen_makes(
    way: str, embedded_aws: EmbeddedAws, apply: Apply, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = await by_full_screen(embedded_aws.endpoint_url, way, tmp_path / "screen", monkeypatch)
    scene = Scene.of(way, embedded_aws.endpoint_url)
    notifications = "existing_topic" if scene.topic else "create_topic"
    result = apply(scene, file_for(sources=[source_of(scene, topic_arn=scene.topic)], notifications=notifications))
    assert result.code == 0, result.stderr
    assert scene.found() == wanted
    assert result.source["result"] == "done"
    assert result.source["verdict"] == "pass"
    assert result.source["next_steps"] == []
    assert result.document["changed"] is True
    again = apply(scene, file_for(sources=[source_of(scene, topic_arn=scene.topic)], notifications=notifications))
    assert again.code == 0, again.stderr
    assert (again.document["changed"], again.document["undo"], again.changed) == (False, None, [])
    assert scene.found() == wanted
    for_people = apply(
        scene, file_for(sources=[source_of(scene, topic_arn=scene.topic)], notifications=notifications), form="text"
    )
    assert "Nothing was changed: all is as the file says." in for_people.stdout
    assert "\x1b" not in for_people.stdout + for_people.stderr


def test_undo_takes_back_all_that_a_run_made(embedded_aws: EmbeddedAws, apply: Apply, tmp_path: Path) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    result = apply(scene, file_for(scene))
    assert result.code == 0, result.stderr
    assert result.document["run"] in result.document["undo"]
    assert scene.undo(tmp_path / "state") == (0, [])


@pytest.mark.parametrize("method", BY_HAND)
def test_a_way_by_hand_saves_what_it_takes_and_is_done_once_the_role_is_there(
    method: IamMethod, embedded_aws: EmbeddedAws, apply: Apply, tmp_path: Path
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    text = file_for(scene, iam_role=method.value, save_to="out")
    result = apply(scene, text)
    assert result.code == 3, result.stderr
    assert result.source["result"] == "left_to_do"
    (step,) = result.source["next_steps"]
    assert step in result.document["next_steps"]
    values = {value["label"]: value["value"] for value in step["values"]}
    if method is IamMethod.CONSOLE_UI:
        assert "quick" in values["Link"] or "create/review" in values["Link"]
    elif method is IamMethod.TEMPLATE_FILE:
        assert "PantherLogProcessingRole" in Path(values["Template"]).read_text()
        assert values["Template"] in values["Commands"]
    else:
        assert json.loads(Path(values["trust-policy.json"]).read_text()) == trust_policy(PANTHER)
    assert not any("role" in name for name in scene.documents() if name.startswith("role"))
    # the notifications do not wait for the role, and checks of what is not there yet fail nothing
    assert "bucket notifications" in result.changed
    assert all(not check["step_done"] for check in result.source["checks"] if check["id"].startswith("role."))
    make_role(scene)
    done = apply(scene, text)
    assert done.code == 0, done.stderr
    assert done.document["changed"] is False
    assert done.source["verdict"] == "pass"


def make_role(scene: Scene) -> None:
    """Make the role as somebody does by hand."""
    scene._make_role()


def test_skipped_notifications_are_left_by_hand_and_judged_once_they_are_there(
    embedded_aws: EmbeddedAws, apply: Apply
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    text = file_for(scene, notifications="skip")
    result = apply(scene, text)
    assert result.code == 3, result.stderr
    assert result.changed == ["stack"]
    assert "Create the SNS topic" in [step["title"] for step in result.source["next_steps"]]
    judged = {check["id"] for check in result.source["checks"] if check["step_done"]}
    assert judged == {each for each in judged if not each.startswith("notifications.")}
    assert apply(scene, file_for(scene)).code == 0
    done = apply(scene, text)
    assert (done.code, done.document["changed"]) == (0, False), done.stderr


def test_a_stack_that_falls_short_is_updated_and_its_difference_planned_before(
    embedded_aws: EmbeddedAws, apply: Apply
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    assert apply(scene, file_for(scene)).code == 0
    key = scene.account.client("kms").create_key(Description="logs")["KeyMetadata"]["Arn"]
    sources = [source_of(scene, kms_key_arn=key)]
    planned = apply(scene, file_for(sources=sources, changes="plan"))
    assert planned.code == 3
    (plan,) = planned.source["planned"]
    assert plan["title"].endswith("updated")
    assert any(line.startswith("+") and "kms:Decrypt" in line for line in plan["lines"])
    assert planned.document["changed"] is False
    updated = apply(scene, file_for(sources=sources))
    assert updated.changed == ["stack"]
    assert updated.code == 0, updated.stderr


def test_a_failed_check_stops_the_steps_behind_it_unless_the_file_goes_on(
    embedded_aws: EmbeddedAws, apply: Apply
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    deny(scene)
    stopped = apply(scene, file_for(scene))
    assert stopped.code == 1
    assert (stopped.changed, stopped.source["stopped"], stopped.source["verdict"]) == (["stack"], True, "fail")
    assert "Stopped there" in apply(scene, file_for(scene), form="text").stdout
    gone_on = apply(scene, file_for(scene, on_failed_checks="continue"))
    assert gone_on.code == 1
    assert "bucket notifications" in gone_on.changed


def deny(scene: Scene) -> None:
    """Keep everybody but the root from reading the bucket's objects."""
    refused: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject"}
    refused |= {"Resource": f"arn:aws:s3:::{scene.bucket}/*"}
    refused |= {"Condition": {"ArnNotEquals": {"aws:PrincipalArn": f"arn:aws:iam::{scene.account.number}:root"}}}
    scene.account.client("s3").put_bucket_policy(
        Bucket=scene.bucket, Policy=to_json({"Version": "2012-10-17", "Statement": [refused]})
    )
