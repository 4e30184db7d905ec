"""Gateways to the embedded AWS: as the operator, with reading rights only, and with faults on the way."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws
from panther_s3.demo.cast import CUSTOMER_ACCOUNT
from panther_s3.demo.panther import DemoPanther
from tests.faults import Faults
from tests.panther import Customer, client_of, create_source, demo_panther


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


@pytest.fixture
def panther(embedded_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    """The API of a Panther of the test's own, with nothing behind it."""
    with demo_panther(embedded_aws.endpoint_url, receives=False) as panther:
        yield panther


@pytest.fixture
def client(panther: DemoPanther) -> Iterator[httpx.Client]:
    with client_of(panther) as client:
        yield client


@pytest.fixture
def customer(embedded_aws: EmbeddedAws, panther: DemoPanther) -> Customer:
    return Customer(embedded_aws.endpoint_url, panther)


@pytest.fixture
def created(client: httpx.Client, customer: Customer) -> str:
    """The id of a source of the customer."""
    return create_source(client, customer.body())
