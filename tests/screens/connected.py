"""A run that talks to the API of a Panther of the test's own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

from panther_s3.answers import Answers, CallerIdentity, NotificationsBy
from panther_s3.aws.session import Aws
from panther_s3.demo.panther import DemoPanther
from panther_s3.demo.panther.accounts import Accounts
from panther_s3.journal import Journal
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.model import source_body
from panther_s3.source import PrefixLogTypes, S3Source
from panther_s3.tokens import Token
from tests.panther import PATIENCE_SECONDS, REGION, Customer, client_of


def access_to(panther: DemoPanther, journal: Journal | None = None) -> PantherAccess:
    """Return the access of a run in which the token that may do everything was typed."""
    record = journal or Journal()
    access = PantherAccess(lambda: record)
    access.use(panther.url, Token(panther.token))
    return access


def made_in(panther: DemoPanther, source: S3Source, **changes: Any) -> str:
    """Make `source` in Panther, as somebody else would, and return its id."""
    with client_of(panther) as client:
        answer = client.post("/log-sources/s3", json={**source_body(source), **changes})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["integrationId"])


def sources_in(panther: DemoPanther) -> list[dict[str, Any]]:
    """Return every source that Panther has, whole."""
    with client_of(panther) as client:
        query = "{ sources { edges { node { integrationId } } } }"
        answer = client.post("/public/graphql", json={"query": query}).json()
        ids = [edge["node"]["integrationId"] for edge in answer["data"]["sources"]["edges"]]
        return [client.get(f"/log-sources/s3/{id}").json() for id in ids]


def alarm_in(panther: DemoPanther, id: str) -> int | None:
    """Return the minutes of a source's alarm; None where it has none."""
    with client_of(panther) as client:
        answer = client.get(f"/log-source-alarms/{id}/SOURCE_NO_DATA")
    return answer.json()["minutesThreshold"] if answer.status_code == 200 else None


async def come(pilot: Pilot[Any], look: Callable[[], object]) -> None:
    """Wait until `look` gives something; fails where it never does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not look():
        assert time.monotonic() < deadline, "it never came"
        await pilot.pause(0.02)
    await pilot.pause()


def answers_of(customer: Customer, panther: DemoPanther, *, managed: bool = False, id: str = "") -> Answers:
    """Return the answers of a run that has made the customer's source, or is about to."""
    source = S3Source(
        f"s {customer.bucket[-12:]}",
        customer.account,
        customer.bucket,
        prefix_log_types=(PrefixLogTypes("logs/", ("AWS.CloudTrail",)),),
        log_processing_role_arn=f"arn:aws:iam::{customer.account}:role/{customer.role}",
        panther_managed_bucket_notifications_enabled=managed,
    )
    return Answers(
        region=REGION,
        identity=CallerIdentity(customer.account, f"arn:aws:iam::{customer.account}:root"),
        panther=PantherDeployment(panther.home.account, panther.home.region),
        source=source,
        bucket_region=REGION,
        notifications_by=NotificationsBy.PANTHER if managed else NotificationsBy.WIZARD,
        api_url=panther.url,
        by_api=True,
        source_id=id,
    )


def gateway_of(customer: Customer) -> Aws:
    """Return the gateway of the root of the customer's account."""
    return Accounts(customer.endpoint_url).gateway(customer.account, REGION)
