"""Gateways to the embedded AWS: as the operator, with reading rights only, and with faults on the way."""

from __future__ import annotations

import pytest

from panther_s3.aws.session import Aws
from panther_s3.demo.cast import CUSTOMER_ACCOUNT
from tests.faults import Faults


@pytest.fixture
def faulty(faults: Faults, aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The account's root behind the proxy: its keys are the only ones that pass there."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", CUSTOMER_ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root")
    return Aws(None, "us-west-2", endpoint_url=faults.endpoint_url)


@pytest.fixture
def operator(aws_environment: None) -> Aws:
    """The profile that may do everything."""
    return Aws("default", "us-west-2")


@pytest.fixture
def readonly(aws_environment: None) -> Aws:
    """The profile that may only read."""
    return Aws("readonly", "us-west-2")
