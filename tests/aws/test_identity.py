"""Who the operator is, and what is said when AWS does not tell."""

from __future__ import annotations

import pytest

from panther_s3.aws.identity import read_identity
from panther_s3.aws.session import Aws
from panther_s3.problems import Problem, ProblemKind

pytestmark = pytest.mark.usefixtures("aws_environment")


@pytest.mark.parametrize(("profile", "user"), [("default", "operator"), ("readonly", "readonly")])
def test_the_identity_is_told_with_the_accounts_alias(profile: str, user: str) -> None:
    identity = read_identity(Aws(profile, "us-west-2"))
    assert identity.account_id == "111122223333"
    assert identity.arn == f"arn:aws:iam::111122223333:user/{user}"
    assert identity.alias == "acme-logging"


def test_no_region_is_needed_for_it() -> None:
    assert read_identity(Aws("default", "")).account_id == "111122223333"


def test_an_address_where_nobody_listens_is_no_network() -> None:
    with pytest.raises(Problem) as raised:
        read_identity(Aws("default", "us-west-2", endpoint_url="http://127.0.0.1:9"))
    assert raised.value.kind is ProblemKind.NETWORK
    assert "127.0.0.1:9" in raised.value.cause


def test_a_profile_without_keys_has_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    with pytest.raises(Problem) as raised:
        read_identity(Aws("readonly", "us-west-2"))
    assert raised.value.kind is ProblemKind.CREDENTIALS
    assert "no AWS credentials" in raised.value.title
