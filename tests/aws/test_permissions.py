"""What the operator would be refused, asked of IAM's simulator beforehand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.permissions import refused_actions, refused_topic_actions
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.panther import PantherDeployment
from panther_s3.source import S3Source
from panther_s3.topic_stack import plan_topic_stack

IAM = f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:"
ANSWERS = Answers(
    region="us-west-2",
    panther=PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION),
    source=S3Source("rights", cast.CUSTOMER_ACCOUNT, cast.CLOUDTRAIL),
)
NEEDED = (
    "cloudformation:CreateChangeSet",
    "cloudformation:ExecuteChangeSet",
    "iam:CreateRole",
    "iam:PutRolePolicy",
)


@pytest.fixture
def aws(embedded_aws: EmbeddedAws, aws_environment: None) -> Aws:
    return Aws("default", "us-west-2", endpoint_url=embedded_aws.endpoint_url)


@pytest.fixture
def readonly(embedded_aws: EmbeddedAws, aws_environment: None) -> Aws:
    return Aws("readonly", "us-west-2", endpoint_url=embedded_aws.endpoint_url)


def being(arn: str) -> Answers:
    return replace(ANSWERS, identity=CallerIdentity(cast.CUSTOMER_ACCOUNT, arn))


def test_the_operator_is_refused_nothing(aws: Aws) -> None:
    assert refused_actions(aws, being(f"{IAM}user/operator")) == ()


def test_who_may_only_read_is_refused_the_making_of_a_stack(readonly: Aws) -> None:
    assert refused_actions(readonly, being(f"{IAM}user/readonly")) == NEEDED


def test_the_role_behind_a_session_is_asked_about(aws: Aws) -> None:
    name = "rights-of-a-session"
    iam = aws.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    try:
        session = f"arn:aws:sts::{cast.CUSTOMER_ACCOUNT}:assumed-role/{name}/ana@example.com"
        assert refused_actions(aws, being(session)) == NEEDED
    finally:
        iam.delete_role(RoleName=name)


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:root",
        f"arn:aws:sts::{cast.CUSTOMER_ACCOUNT}:federated-user/ana",
        "",
        "no arn",
    ],
)
def test_a_caller_that_the_simulator_does_not_know_is_told_nothing(aws: Aws, arn: str) -> None:
    assert refused_actions(aws, being(arn)) == ()


def test_without_an_identity_nothing_is_asked() -> None:
    assert refused_actions(Aws(None, "us-west-2", endpoint_url="http://127.0.0.1:9"), ANSWERS) == ()


def test_an_aws_that_cannot_be_reached_refuses_nothing(aws_environment: None) -> None:
    unreachable = Aws("default", "us-west-2", endpoint_url="http://127.0.0.1:9")
    assert refused_actions(unreachable, being(f"{IAM}user/operator")) == ()


OF_TOPIC = (
    "cloudformation:CreateChangeSet",
    "cloudformation:ExecuteChangeSet",
    "sns:CreateTopic",
    "sns:SetTopicAttributes",
    "sns:Subscribe",
)
OF_KEY = ("kms:CreateKey", "kms:CreateAlias")


def test_the_making_of_the_topics_stack_is_asked_about_with_its_key(aws: Aws, readonly: Aws) -> None:
    plan = plan_topic_stack(ANSWERS)
    assert refused_topic_actions(aws, being(f"{IAM}user/operator"), plan) == ()
    assert refused_topic_actions(readonly, being(f"{IAM}user/readonly"), plan) == OF_TOPIC + OF_KEY
    without = plan_topic_stack(ANSWERS, with_key=False)
    assert refused_topic_actions(readonly, being(f"{IAM}user/readonly"), without) == OF_TOPIC


def test_the_simulator_is_told_what_cloudformation_calls_by_the_parameter_since_the_emulator_looks_at_no_context(
    aws: Aws,
) -> None:
    asked: dict[str, dict[str, Any]] = {}
    events = aws.client("iam").meta.events
    events.register(
        "provide-client-params.iam.SimulatePrincipalPolicy",
        lambda params, **_: asked.update({params["ActionNames"][0]: dict(params)}),
    )
    plan = plan_topic_stack(ANSWERS, "mine", stack_name="panther-log-processing-notifications-x")
    refused_topic_actions(aws, being(f"{IAM}user/operator"), plan)
    (called_via,) = asked["kms:CreateKey"]["ContextEntries"]
    assert called_via["ContextKeyName"] == "aws:CalledVia"
    assert called_via["ContextKeyValues"] == ["cloudformation.amazonaws.com"]
    assert asked["cloudformation:CreateChangeSet"]["ContextEntries"] == []
    resources = {action: params["ResourceArns"] for action, params in asked.items()}
    here = f"us-west-2:{cast.CUSTOMER_ACCOUNT}:"
    assert resources["sns:CreateTopic"] == [f"arn:aws:sns:{here}mine"]
    assert resources["kms:CreateKey"] == ["*"]
    assert resources["kms:CreateAlias"] == [f"arn:aws:kms:{here}alias/panther-log-processing-notifications-x"]
