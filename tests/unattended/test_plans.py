"""changes: plan compares and prints, and makes nothing, not even a change set."""

from __future__ import annotations

import pytest

from panther_s3.demo import EmbeddedAws
from tests.flow.accounts import WAYS, Scene
from tests.recorder import recording
from tests.unattended.conftest import Apply
from tests.unattended.files import file_for, source_of


@pytest.mark.parametrize("method", ["create_stack", "console_ui", "template_file", "manual"])
@pytest.mark.parametrize("way", list(WAYS))
def test_a_plan_writes_nothing_to_aws_and_says_what_would_be_made(
    way: str, method: str, embedded_aws: EmbeddedAws, apply: Apply
) -> None:
    scene = Scene.of(way, embedded_aws.endpoint_url)
    notifications = "existing_topic" if scene.topic else "create_topic"
    text = file_for(
        sources=[source_of(scene, topic_arn=scene.topic)], iam_role=method, notifications=notifications, changes="plan"
    )
    before = scene.found()
    with recording(embedded_aws.endpoint_url) as recorder:
        result = apply(scene, text, endpoint_url=recorder.endpoint_url)
        assert recorder.writes == []
    assert result.code == 3, result.stderr
    assert scene.found() == before
    assert (result.document["changed"], result.document["run"]) == (False, None)
    titles = " ".join(plan["title"] for plan in result.source["planned"])
    assert "otifications" in titles
    assert ("the stack panther-log-analysis-setup-flow-source" in titles) == (
        method == "create_stack" and not way.endswith("exists")
    )
    assert all(plan["summary"] for plan in result.source["planned"])
    assert "changes: allow" in str(result.source["next_steps"][-1])


def test_a_plan_of_what_is_there_already_is_done(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    assert apply(scene, file_for(scene)).code == 0
    planned = apply(scene, file_for(scene, changes="plan"))
    assert planned.code == 0, planned.stderr
    assert planned.source["planned"] == []
    assert planned.source["verdict"] == "pass"


def test_a_plan_for_people_has_the_difference(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic that exists", embedded_aws.endpoint_url)
    text = file_for(sources=[source_of(scene, topic_arn=scene.topic)], notifications="existing_topic", changes="plan")
    printed = apply(scene, text, form="text").stdout
    assert "Would change: the policy of the topic" in printed
    assert "+" in {line[:1] for line in printed.splitlines()}
    assert "Nothing was changed." in printed
