"""With a token: the source in Panther, its alarm, and what is left where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from panther_s3.applying import notify
from panther_s3.demo import EmbeddedAws
from panther_s3.demo.panther import DemoPanther
from panther_s3.panther import INPUT_QUEUE
from panther_s3.tokens import TOKEN_VARIABLE, URL_VARIABLE
from tests.flow.accounts import PANTHER, Scene
from tests.panther import client_of, demo_panther
from tests.unattended.conftest import Applied, Apply
from tests.unattended.files import file_for, source_of


@pytest.fixture(scope="module")
def panther(embedded_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    with demo_panther(embedded_aws.endpoint_url, receives=False) as server:
        yield server


@pytest.fixture
def connected(panther: DemoPanther, monkeypatch: pytest.MonkeyPatch) -> DemoPanther:
    """A Panther whose address and token are in the environment."""
    monkeypatch.setenv(URL_VARIABLE, panther.url)
    monkeypatch.setenv(TOKEN_VARIABLE, panther.token)
    return panther


def alarm_of(panther: DemoPanther, result: Applied) -> Any:
    with client_of(panther) as client:
        answer = client.get(f"/log-source-alarms/{result.source['source_id']}/SOURCE_NO_DATA")
        return answer.json().get("minutesThreshold") if answer.is_success else None


def test_the_source_and_its_alarm_are_made_once_updated_and_never_twice(
    embedded_aws: EmbeddedAws, apply: Apply, connected: DemoPanther
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    text = file_for(sources=[source_of(scene, drop_off_alarm_minutes=60)])
    planned = apply(scene, text.replace("changes: allow", "changes: plan"))
    assert planned.code == 3
    assert "the source in Panther" in [plan["title"] for plan in planned.source["planned"]]
    assert planned.source["source_id"] is None
    made = apply(scene, text)
    assert made.code == 0, made.stderr
    assert [kind for kind in made.changed if kind in ("source in Panther", "drop-off alarm")] == [
        "source in Panther", "drop-off alarm",
    ]  # fmt: skip
    assert alarm_of(connected, made) == 60
    assert made.source["panther_form"] == {}
    again = apply(scene, text)
    assert (again.code, again.document["changed"], again.source["source_id"]) == (0, False, made.source["source_id"])
    silent = apply(scene, file_for(scene))
    assert silent.document["changed"] is False, "what the file does not speak of stays"
    assert alarm_of(connected, silent) == 60
    none = text.replace("drop_off_alarm_minutes: 60", "drop_off_alarm_minutes: null")
    other = apply(scene, none)
    assert other.code == 0, other.stderr
    assert other.changed == ["drop-off alarm"]
    assert alarm_of(connected, other) is None
    for each in (planned, made, again, other):
        assert connected.token not in each.stdout + each.stderr


def test_a_source_of_that_prefix_is_in_the_way(embedded_aws: EmbeddedAws, apply: Apply, connected: DemoPanther) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    assert apply(scene, file_for(scene)).code == 0
    rival = apply(scene, file_for(sources=[source_of(scene, name="another name")]))
    assert rival.code == 1
    assert "reads the prefix" in rival.source["problem"]["title"]


def test_an_address_without_a_token_is_left_to_do(
    embedded_aws: EmbeddedAws, apply: Apply, panther: DemoPanther, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    monkeypatch.setenv(URL_VARIABLE, panther.url)
    result = apply(scene, file_for(scene))
    assert result.code == 3, result.stderr
    assert "Have the source made in Panther" in [step["title"] for step in result.source["next_steps"]]
    assert result.source["panther_form"]["Name"] == scene.answers.source.name


def test_a_token_that_is_refused_fails_the_source_and_not_what_was_made_in_aws(
    embedded_aws: EmbeddedAws, apply: Apply, connected: DemoPanther, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    monkeypatch.setenv(TOKEN_VARIABLE, "planted-wrong-token")
    result = apply(scene, file_for(scene))
    assert result.code == 1
    assert result.source["problem"]["kind"] == "credentials"
    assert result.changed == ["stack", "stack", "bucket notifications"], "nothing in AWS waits for Panther"
    assert "planted-wrong-token" not in result.stdout + result.stderr


def test_managed_notifications_are_waited_for_and_then_judged(
    embedded_aws: EmbeddedAws, apply: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    managed = source_of(scene, panther_managed_bucket_notifications_enabled=True)
    without = apply(scene, file_for(sources=[managed], notifications=None))
    assert without.code == 3, without.stderr
    assert "What Panther does once the source is saved" in [step["title"] for step in without.source["next_steps"]]


def test_what_panther_manages_is_waited_for_once_it_has_the_source(
    embedded_aws: EmbeddedAws, apply: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "PAUSE_SECONDS", 0.2)
    with demo_panther(embedded_aws.endpoint_url, account_id=PANTHER.account_id, queue=INPUT_QUEUE) as server:
        monkeypatch.setenv(URL_VARIABLE, server.url)
        monkeypatch.setenv(TOKEN_VARIABLE, server.token)
        scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
        managed = source_of(scene, panther_managed_bucket_notifications_enabled=True)
        result = apply(scene, file_for(sources=[managed], notifications=None))
        assert result.code in (0, 3), result.stderr
        rules = scene.documents()[f"bucket {scene.bucket}"]["notifications"]
    assert any(each["Id"].startswith("panther-managed-") for each in rules["TopicConfigurations"])
    assert any(each["Id"] == "audit" for each in rules["QueueConfigurations"])
    assert result.source["topic_arn"] == ""


def test_what_the_file_leaves_out_does_not_empty_what_panther_has(
    embedded_aws: EmbeddedAws, apply: Apply, connected: DemoPanther
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    made = apply(scene, file_for(scene))
    short = source_of(scene)
    del short["prefix_log_types"]
    result = apply(scene, file_for(sources=[short], notifications="skip"))
    assert result.code == 1
    assert "has what the file leaves out" in result.source["problem"]["title"]
    assert "AWS.CloudTrail" in result.source["problem"]["cause"]
    with client_of(connected) as client:
        kept = client.get(f"/log-sources/s3/{made.source['source_id']}").json()["s3PrefixLogTypes"]
    assert kept[0]["logTypes"] == ["AWS.CloudTrail"]


@pytest.mark.parametrize("url", ["nonsense://x", "https://user:planted-secret@h.example/"])
def test_an_address_that_cannot_be_used_is_bad_usage(
    url: str, embedded_aws: EmbeddedAws, apply: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    monkeypatch.setenv(URL_VARIABLE, url)
    result = apply(scene, file_for(scene))
    assert result.code == 2
    assert URL_VARIABLE in result.stderr
    assert "planted-secret" not in result.stdout + result.stderr
    assert scene.documents() == scene.before
