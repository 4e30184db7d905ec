"""Who takes the pictures, and the gateways of the screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws
from tests.snapshots.pictures import Picture


@pytest.fixture
def picture(snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch) -> Picture:
    monkeypatch.setattr("screens.parts.validation_step.monotonic", lambda: 1.0)
    monkeypatch.setattr("screens.parts.stack_watch.monotonic", lambda: 1.0)
    return Picture(snap_compare)


@pytest.fixture
def aws(embedded_aws: EmbeddedAws, aws_environment: None) -> Aws:
    return Aws("default", "us-west-2", endpoint_url=embedded_aws.endpoint_url)


@pytest.fixture
def readonly(embedded_aws: EmbeddedAws, aws_environment: None) -> Aws:
    return Aws("readonly", "us-west-2", endpoint_url=embedded_aws.endpoint_url)
