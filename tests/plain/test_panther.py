"""With Panther's API: the source made, its alarm set, the first events seen, and all of it taken back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from panther_s3.demo import EmbeddedAws, cast
from panther_s3.demo.panther import DemoPanther
from panther_s3.panther_api.client import PantherApi
from panther_s3.tokens import TOKEN_VARIABLE, URL_VARIABLE, Token
from tests.flow.accounts import Account
from tests.plain.operator import CHOICE, Operator
from tests.plain.walk import (
    ALARM,
    CHECKED,
    CREATE_STACK,
    FINISH,
    NAME,
    NOTIFIED,
    ROLE,
    RULES,
    TAKE_BACK,
    TOPIC,
    WELCOME,
    Answer,
    Taken,
    Typed,
    answer,
    bucket,
)

KNOWN: tuple[Answer, ...] = (*WELCOME[:-1], Taken("Go on with it", "Panther API"))
SOURCE: tuple[Answer, ...] = (Taken("Create the source"),)
SET_ALARM: tuple[Answer, ...] = (*ALARM, Taken("Set the alarm", "In Panther?"))
WATCH = Taken("Watch the first events")


@dataclass
class Demo:
    """The demo's AWS and Panther."""

    aws: EmbeddedAws
    panther: DemoPanther
    folder: Path

    @property
    def api(self) -> PantherApi:
        return PantherApi(self.panther.url, Token(self.panther.token))

    def start(self, **environment: str) -> Operator:
        given = {"AWS_ENDPOINT_URL": self.aws.endpoint_url, **environment}
        return Operator("--plain", "--state-dir", str(self.folder / "state"), environment=given)

    def documents(self) -> dict[str, Any]:
        """Return what AWS and Panther have, but for the bucket's objects: its services go on writing logs."""
        found = Account(self.aws.endpoint_url, cast.CUSTOMER_ACCOUNT).documents()
        for name in found:
            if name.startswith("bucket "):
                found[name] = {**found[name], "versions": ()}
        return {**found, **{f"source {each.id}": each.source for each in self.api.read_sources()}}


@pytest.fixture
def demo(fresh_aws: EmbeddedAws, tmp_path: Path) -> Iterator[Demo]:
    with fresh_aws.applied(os.environ), DemoPanther(fresh_aws.endpoint_url, writes_logs=True, seconds=0.2) as panther:
        yield Demo(fresh_aws, panther, tmp_path)


def test_the_first_event_is_seen_and_the_last_step_takes_all_back(demo: Demo) -> None:
    before = demo.documents()
    known = {URL_VARIABLE: demo.panther.url, TOKEN_VARIABLE: demo.panther.token}
    with demo.start(**known) as operator:
        answer(operator, *KNOWN, *bucket(cast.CLOUDTRAIL, prefix="AWSLogs/"), *CREATE_STACK, *ROLE, *CHECKED)
        said = answer(operator, *SOURCE)
        assert f"Name: {NAME}\n" in said
        answer(operator, *TOPIC, *RULES, *NOTIFIED, *CHECKED, *SET_ALARM)
        assert "OK: Panther alerts after 24 hours without an event" in operator.asked(CHOICE)
        (source,) = demo.api.read_sources()
        assert source.source.name == NAME
        assert (alarm := demo.api.read_alarm(source.id)) is not None
        assert alarm.minutes == 1440
        said = answer(operator, WATCH, *TAKE_BACK[:1])
        assert "Events arrive, and Panther processes them." in said
        said = answer(operator, *TAKE_BACK[1:])
        assert f"Delete the source {NAME} in Panther: can be taken back" in said
        operator.asked(CHOICE)
        assert "Failed" not in operator.said
        answer(operator, *FINISH)
        assert operator.ended() == 0
    assert demo.documents() == before


def test_panther_makes_the_notifications_itself_and_is_waited_for(demo: Demo) -> None:
    """The address and the token are typed: the token is never shown."""
    with demo.start() as operator:
        answer(operator, *WELCOME[:-1], Taken("Connect", "Panther API"))
        answer(operator, Typed("Panther's address", demo.panther.url), Typed("API token", "wrong"))
        answer(operator, Typed("Keep it in this machine's keyring?", "<"), Typed("API token", "wrong"))
        answer(operator, Typed("Keep it in this machine's keyring?"), Taken("Type it anew"))
        said = operator.type("Panther's address")
        assert f"Panther's address [{demo.panther.url}]" in said
        answer(operator, Typed("API token", demo.panther.token), Typed("Keep it", "n"))
        answer(operator, *bucket(cast.CLOUDTRAIL, prefix="AWSLogs/", by="Panther does"), *CREATE_STACK, *ROLE)
        answer(operator, *CHECKED, *SOURCE)
        operator.asked(CHOICE)
        while "Wait for it" in operator.offered:
            answer(operator, Taken("Wait for it"))
            operator.asked(CHOICE)
        assert "All is there" in operator.said
        answer(operator, Taken("Continue"))
        assert "Failed" not in answer(operator, *CHECKED)
    assert demo.panther.token not in operator.text
    (source,) = demo.api.read_sources()
    assert source.source == replace(source.source, panther_managed_bucket_notifications_enabled=True)


def test_a_source_that_panther_has_is_opened_and_changed(demo: Demo) -> None:
    known = {URL_VARIABLE: demo.panther.url, TOKEN_VARIABLE: demo.panther.token}
    by_hand = (Taken("I want to set everything up", "How is the role made?"), Taken("Continue"), Typed("Role ARN"))
    with demo.start(**known) as operator:
        answer(operator, *KNOWN, *bucket(cast.CLOUDTRAIL, prefix="AWSLogs/"), *by_hand)
        answer(operator, Taken("Go on anyway"), *SOURCE)
        operator.asked(CHOICE)
        before = demo.documents()
        operator.send("\x03")
        assert operator.ended() == 130
        assert "This run changed Panther, and is not finished." in operator.text
    with demo.start(**known) as operator:
        answer(operator, Typed(CHOICE, "<"), *KNOWN)  # anew
        answer(operator, Taken("Open a source", "Panther has 1 S3 source already."), Taken(NAME, "Which source?"))
        assert f"Name [{NAME}]" in operator.type("Name", "other trail")
        answer(operator, Typed("KMS Key"), Taken("", "Stream Type"), Taken("Change prefix 1", "Prefixes"))
        assert "[AWSLogs/]" in operator.type("S3 Prefix Filter", "AWSLogs/111122223333/")
        answer(
            operator, Typed("S3 Exclusion Filter"), Typed("Log Types"), Taken("", "Prefixes"), Taken("", "Who tells")
        )
        answer(operator, Typed("Role ARN"), Taken("Go on anyway"))
        said = answer(operator, Taken("Update the source"))
        assert f'-   "integrationLabel": "{NAME}",\n+   "integrationLabel": "other trail",\n' in said
        operator.asked(CHOICE)
    (source,) = demo.api.read_sources()
    assert demo.documents() != before
    assert demo.api.read_source(source.id).source.prefixes == ["AWSLogs/111122223333/"]
