from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.demo.panther import DemoPanther
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api import client, transport
from panther_s3.panther_api.access import PantherAccess
from panther_s3.source import PrefixLogTypes, S3Source
from tests.panther import demo_panther
from tests.screens.connected import access_to

Connect = Callable[[str | None, str], Aws]


@pytest.fixture
def connect(embedded_aws: EmbeddedAws, aws_environment: None) -> Connect:
    """Gateways to the embedded AWS, as the app makes them."""
    return lambda profile, region: Aws(profile, region, endpoint_url=embedded_aws.endpoint_url)


@pytest.fixture
def aws(connect: Connect) -> Aws:
    return connect("default", "us-west-2")


@pytest.fixture
def signed_out(connect: Connect, expired_sign_in: None) -> Connect:
    """Gateways for profiles that have to sign in."""
    return connect


@pytest.fixture
def readonly_aws(connect: Connect) -> Aws:
    return connect("readonly", "us-west-2")


@pytest.fixture
def unreachable_aws(connect: Connect) -> Aws:
    """A gateway to a port where nobody listens."""
    return Aws("default", "us-west-2", endpoint_url="http://127.0.0.1:9")


@pytest.fixture
def start() -> Answers:
    """What is known after the first screen."""
    return Answers(
        profile="default",
        region="us-west-2",
        identity=CallerIdentity(
            cast.CUSTOMER_ACCOUNT, f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:user/operator", "acme-logging"
        ),
        panther=PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION),
    )


@pytest.fixture
def filled(start: Answers) -> Answers:
    """What is known after the bucket's form."""
    return replace(
        start,
        bucket_region="us-west-2",
        source=S3Source(
            name="prod trail",
            aws_account_id=cast.CUSTOMER_ACCOUNT,
            bucket_name="acme-cloudtrail",
            prefix_log_types=(PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail",)),),
        ),
    )


@pytest.fixture
def panther(embedded_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    """A Panther of the test's own, with an API by real HTTP."""
    with demo_panther(embedded_aws.endpoint_url, receives=False) as panther:
        yield panther


@pytest.fixture
def access(panther: DemoPanther) -> PantherAccess:
    """The access of a run in which the token was typed."""
    return access_to(panther)


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask Panther again without the pause that a real one is given."""
    monkeypatch.setattr(transport, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(client, "PAUSE_SECONDS", 0.01)


@pytest.fixture
def connected(filled: Answers, panther: DemoPanther) -> Answers:
    """What is known of the source where the run uses Panther's API: its role, and no id yet."""
    role = f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:role/PantherLogProcessingRole-prod-trail"
    return replace(filled.with_source(log_processing_role_arn=role), api_url=panther.url, by_api=True)
