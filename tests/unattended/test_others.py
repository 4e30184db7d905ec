"""What belongs to others: nothing of it is taken away, replaced or deleted unasked."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from panther_s3.applying import notify
from panther_s3.demo import EmbeddedAws
from panther_s3.templates import role_parameters, role_template
from tests.buckets import make_bucket
from tests.flow.accounts import Scene
from tests.recorder import recording
from tests.unattended.conftest import Apply
from tests.unattended.files import file_for, source_of

TOPIC_OF_OTHERS = """
  TheirTopic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: precious-topic
"""


def parameters_of(scene: Scene) -> list[dict[str, str]]:
    answers = scene.answers
    found = role_parameters(answers.source, answers.panther, answers.role_suffix)
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in found.items()]


def make_stack(scene: Scene, body: str = "") -> Any:
    """Make the role's stack as somebody does, with a tag of theirs, and return CloudFormation."""
    answers, cloudformation = scene.answers, scene.account.client("cloudformation")
    cloudformation.create_stack(
        StackName=answers.stack_name,
        TemplateBody=body or role_template(answers.source, answers.panther, answers.role_suffix),
        Parameters=parameters_of(scene),
        Tags=[{"Key": "cost-center", "Value": "4711"}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    until = time.monotonic() + 20
    while "PROGRESS" in cloudformation.describe_stacks(StackName=answers.stack_name)["Stacks"][0]["StackStatus"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    return cloudformation


@pytest.mark.parametrize("changes", ["plan", "allow"])
def test_a_stack_of_another_bucket_keeps_its_role(changes: str, embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    assert apply(scene, file_for(scene)).code == 0
    other = f"acme-other-{scene.account.number}"
    make_bucket(scene.account.client("s3"), other)
    before = scene.documents()
    result = apply(scene, file_for(sources=[source_of(scene, bucket_name=other)], changes=changes))
    assert result.code == 1
    assert "is another source's" in result.source["problem"]["title"]
    assert scene.bucket in result.source["problem"]["cause"]
    assert scene.documents() == before


def test_what_others_added_to_a_stack_is_not_taken_away_nor_its_tags(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    answers = scene.answers
    body = role_template(answers.source, answers.panther, answers.role_suffix)
    cloudformation = make_stack(scene, body.replace("\nResources:", f"\nResources:{TOPIC_OF_OTHERS}", 1))
    key = scene.account.client("kms").create_key(Description="logs")["KeyMetadata"]["Arn"]
    sources = [source_of(scene, kms_key_arn=key)]
    before = scene.documents()
    planned = apply(scene, file_for(sources=sources, changes="plan"))
    assert any(line.startswith("-") and "precious-topic" in line for line in planned.source["planned"][0]["lines"])
    result = apply(scene, file_for(sources=sources))
    assert result.code == 1
    assert "would take away" in result.source["problem"]["title"]
    assert "TheirTopic" in result.source["problem"]["cause"] or "precious-topic" in result.source["problem"]["cause"]
    assert result.changed == []
    assert scene.documents() == before
    assert cloudformation.describe_stacks(StackName=answers.stack_name)["Stacks"][0]["Tags"]


def test_an_update_keeps_the_tags_that_others_gave_the_stack(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    cloudformation = make_stack(scene)
    key = scene.account.client("kms").create_key(Description="logs")["KeyMetadata"]["Arn"]
    updated = apply(scene, file_for(sources=[source_of(scene, kms_key_arn=key)], notifications="skip"))
    assert updated.changed == ["stack"]
    tags = cloudformation.describe_stacks(StackName=scene.answers.stack_name)["Stacks"][0]["Tags"]
    assert {"Key": "cost-center", "Value": "4711"} in tags
    assert {"Key": "panther:app", "Value": "panther"} in tags


@pytest.mark.parametrize("changes", ["plan", "allow"])
def test_a_change_set_that_somebody_looks_at_is_left_there(
    changes: str, embedded_aws: EmbeddedAws, apply: Apply
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    answers = scene.answers
    scene.account.client("cloudformation").create_change_set(
        StackName=answers.stack_name,
        ChangeSetName="a-colleagues",
        ChangeSetType="CREATE",
        TemplateBody=role_template(answers.source, answers.panther, answers.role_suffix),
        Parameters=parameters_of(scene),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    before = scene.documents()
    result = apply(scene, file_for(scene, changes=changes))
    assert result.code == 1
    assert "in the way" in result.source["problem"]["title"]
    assert scene.documents() == before


def test_a_role_that_no_stack_made_is_used_as_it_is(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic that exists", embedded_aws.endpoint_url)
    role = {name: value for name, value in scene.documents().items() if name.startswith("role ")}
    sources = [source_of(scene, topic_arn=scene.topic)]
    result = apply(scene, file_for(sources=sources, notifications="existing_topic"))
    assert result.code == 0, result.stderr
    assert "stack" not in result.changed
    assert any("used as it is" in note for note in result.source["notes"])
    assert {name: value for name, value in scene.documents().items() if name.startswith("role ")} == role


def test_a_role_changed_beside_its_stack_is_told_and_left_to_mend(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    assert apply(scene, file_for(scene)).code == 0
    scene.account.client("iam").delete_role_policy(RoleName=scene.answers.role_name, PolicyName="ReadData")
    result = apply(scene, file_for(scene))
    assert result.code == 1
    assert any("changed beside the stack" in note for note in result.source["notes"])
    assert result.source["stopped"] is True


@pytest.mark.parametrize("changes", ["plan", "allow"])
def test_a_taken_name_of_the_topics_stack_is_the_same_in_plan_and_run(
    changes: str, embedded_aws: EmbeddedAws, apply: Apply
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    name = f"panther-log-processing-notifications-{scene.answers.role_suffix}"
    body = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    scene.account.client("cloudformation").create_stack(StackName=name, TemplateBody=body)
    result = apply(scene, file_for(scene, changes=changes))
    key = "planned" if changes == "plan" else "changes"
    assert any(f"{name}-2" in each["title"] for each in result.source[key])


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        ("arn:aws:sns:eu-west-1:{account}:abc", "eu-west-1"),
        ("arn:aws:sns:us-west-2:999900001111:abc", "account"),
        ("arn:aws:sns:us-west-2:{account}:abc.fifo", "FIFO"),
        ("arn:aws:sns:us-west-2:{account}:not-there", "There is no topic"),
    ],
)
def test_a_topic_that_cannot_be_used_is_told_before_a_role_is_made(
    arn: str, words: str, embedded_aws: EmbeddedAws, apply: Apply
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    sources = [source_of(scene, topic_arn=arn.format(account=scene.account.number))]
    result = apply(scene, file_for(sources=sources, notifications="existing_topic"))
    assert result.code in (1, 2)
    told = result.stderr if result.code == 2 else json.dumps(result.source["problem"])
    assert words in told
    assert scene.documents() == scene.before


def test_a_pending_subscription_is_asked_for_anew_only_where_panther_has_the_source(
    embedded_aws: EmbeddedAws, apply: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The emulator confirms every subscription: the answer that lists them is rewritten."""
    monkeypatch.setattr(notify, "PATIENCE_SECONDS", 0.2)
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)

    def pending(operation: str, answer: bytes) -> bytes:
        if operation != "ListSubscriptionsByTopic":
            return answer
        arn = b"<SubscriptionArn>PendingConfirmation</SubscriptionArn>"
        return re.sub(rb"<SubscriptionArn>arn:[^<]*</SubscriptionArn>", arn, answer)

    with recording(embedded_aws.endpoint_url, pending) as recorder:
        for _ in range(2):
            result = apply(scene, file_for(scene), endpoint_url=recorder.endpoint_url)
            assert result.code == 3, result.stderr
            assert "Have the subscription confirmed" in [step["title"] for step in result.source["next_steps"]]
        assert "Subscribe" not in recorder.calls
