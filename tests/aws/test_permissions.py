"""What the operator would be refused, asked of IAM's simulator beforehand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.permissions import refused_actions
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.panther import PantherDeployment
from panther_s3.source import S3Source

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
