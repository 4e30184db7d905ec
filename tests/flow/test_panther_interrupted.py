"""Panther's side of the flow, cut off at every write: the process killed before and after it, or its answer lost.

The processes, the signal and the server are real. What AWS and Panther have in the end is compared with what a run
leaves that nobody disturbed, and undo leaves what was there before.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from panther_s3.demo import EmbeddedAws
from panther_s3.demo.panther import DemoPanther
from panther_s3.flow import Step
from panther_s3.panther_api import transport
from panther_s3.panther_api.model import source_body
from panther_s3.tokens import TOKEN_VARIABLE, URL_VARIABLE
from tests.conftest import KILLED, LOST
from tests.flow.accounts import Scene
from tests.flow.killing import Killer
from tests.flow.processes import Zygote
from tests.panther import client_of, demo_panther, graphql
from tests.recorder import Recorder, Side, recording

SOURCES = "{ sources { edges { node { integrationId ... on S3LogIntegration { awsAccountId } } } } }"
WAYS = {
    "a new source": ["CreateSource", "PutAlarm"],
    "a source that Panther has": ["PutSource", "PutAlarm"],
}
"""The scenes by name, and what an undisturbed run writes to Panther in each."""
UNDO = {
    "a new source": ["DeleteAlarm", "DeleteSource"],
    "a source that Panther has": ["PutAlarm", "PutSource"],
}


class PantherScene(Scene):
    """A scene whose run has come to the source in Panther, which is asked through a proxy."""

    def __init__(self, way: str, endpoint_url: str, panther: DemoPanther, proxy: Recorder) -> None:
        self._panther = panther
        self._url = proxy.endpoint_url
        super().__init__(endpoint_url, with_topic=True, with_role=True)
        role = f"arn:aws:iam::{self.account.number}:role/{self.answers.role_name}"
        self.answers = replace(
            self.answers.with_source(log_processing_role_arn=role, drop_off_alarm_minutes=60),
            api_url=self._url,
            by_api=True,
            alarm_number="60",
            alarm_period="minutes",
        )
        if way == "a source that Panther has":
            self._make_source()
        self.before = self.documents()

    @property
    def step(self) -> Step:
        return Step.PANTHER_SOURCE

    def environment(self) -> dict[str, str]:
        return {**super().environment(), URL_VARIABLE: self._url, TOKEN_VARIABLE: self._panther.token}

    def documents(self) -> dict[str, Any]:
        return {**super().documents(), **self._sources()}

    def _sources(self) -> dict[str, Any]:
        found = {}
        with client_of(self._panther) as client:
            nodes = [edge["node"] for edge in graphql(client, SOURCES)["sources"]["edges"]]
            for id in (node["integrationId"] for node in nodes if node["awsAccountId"] == self.account.number):
                alarm = client.get(f"/log-source-alarms/{id}/SOURCE_NO_DATA")
                found[f"source {id}"] = {
                    "form": client.get(f"/log-sources/s3/{id}").json(),
                    "alarm": alarm.json().get("minutesThreshold") if alarm.is_success else None,
                }
        return found

    def _make_source(self) -> None:
        """Give Panther the source as it was before: with other log types, and another alarm."""
        row = replace(self.answers.source.prefix_log_types[0], log_types=("AWS.VPCFlow",))
        body = source_body(replace(self.answers.source, prefix_log_types=(row,)))
        with client_of(self._panther) as client:
            id = client.post("/log-sources/s3", json=body).raise_for_status().json()["integrationId"]
            alarm = {"minutesThreshold": 1440}
            client.put(f"/log-source-alarms/{id}/SOURCE_NO_DATA", json=alarm).raise_for_status()
        self.answers = replace(self.answers, source_id=id)


@pytest.fixture(scope="module")
def panther(embedded_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    with demo_panther(embedded_aws.endpoint_url, receives=False) as server:
        yield server


@pytest.fixture(scope="module")
def proxy(panther: DemoPanther) -> Iterator[Recorder]:
    with recording(panther.url) as server:
        yield server


class Runs(NamedTuple):
    """Runs of one way, each in an account of its own."""

    way: str
    endpoint_url: str
    panther: DemoPanther
    proxy: Recorder
    zygote: Zygote
    folder: Path

    def scene(self) -> tuple[PantherScene, Path]:
        """Return a scene, and the state directory in which its run has begun."""
        self.proxy.interrupt = lambda *_: False
        scene = PantherScene(self.way, self.endpoint_url, self.panther, self.proxy)
        folder = self.folder / scene.account.number
        scene.begin(folder)
        self.proxy.named_writes.clear()
        return scene, folder

    def go_on(self, scene: PantherScene, folder: Path) -> str:
        """Go on undisturbed to the end, and return the problems that were shown."""
        self.zygote.start(scene, folder, self.endpoint_url)
        assert self.zygote.ended() == 0, self.zygote.told()
        return self.zygote.told()

    def written(self) -> list[str]:
        """Return what was written to Panther, in order."""
        return [name for _, name in self.proxy.named_writes]

    def undisturbed(self) -> list[str]:
        """Return what a run leaves that nobody disturbs, once it is seen that undo takes it back."""
        scene, folder = self.scene()
        assert self.go_on(scene, folder) == ""
        assert self.written() == WAYS[self.way]
        left = scene.found()
        assert sum(line.startswith("source ") for line in left) == 1
        self.proxy.named_writes.clear()
        assert scene.undo(folder) == (0, [])
        assert self.written() == UNDO[self.way]
        return left


@pytest.fixture(params=list(WAYS))
def runs(
    request: pytest.FixtureRequest,
    embedded_aws: EmbeddedAws,
    panther: DemoPanther,
    proxy: Recorder,
    zygote: Zygote,
    no_waiting: None,
    tmp_path: Path,
) -> Runs:
    return Runs(request.param, embedded_aws.endpoint_url, panther, proxy, zygote, tmp_path)


def test_a_run_that_is_killed_at_a_write_to_panther_leaves_what_an_undisturbed_one_does(
    runs: Runs, record_property: Callable[[str, object], None]
) -> None:
    left = runs.undisturbed()

    def kill(number: int, write: str, side: Side, *, undo: bool = False) -> None:
        killer = Killer(number, side)
        runs.proxy.interrupt = killer
        killer.aim(runs.zygote.start(scene, folder, runs.endpoint_url, undo=undo))
        assert runs.zygote.ended() == -signal.SIGKILL, runs.zygote.told()
        assert killer.struck == write
        runs.proxy.interrupt = lambda *_: False
        record_property(KILLED, f"{runs.way}: {side} {write} {'of undo' if undo else ''}")

    writes = enumerate(zip(WAYS[runs.way], UNDO[runs.way], strict=True), start=1)
    for (number, (write, undo_write)), side in product(writes, Side):
        scene, folder = runs.scene()
        kill(number, write, side)
        runs.go_on(scene, folder)
        assert scene.found() == left, write
        kill(number, undo_write, side, undo=True)
        assert scene.undo(folder) == (0, []), undo_write


def test_a_run_that_loses_answers_of_panther_leaves_what_an_undisturbed_one_does(
    runs: Runs, record_property: Callable[[str, object], None]
) -> None:
    """A creation is sent once, whatever is lost: the source is looked for by its name."""
    left = runs.undisturbed()
    for write, tries in product(WAYS[runs.way], (1, transport.ATTEMPTS)):
        scene, folder = runs.scene()

        def lose(operation: str, side: Side, write: str = write, tries: int = tries) -> bool:
            return side is Side.AFTER and operation == write and runs.written().count(write) <= tries

        runs.proxy.interrupt = lose
        shown = runs.go_on(scene, folder)
        assert scene.found() == left, write
        # sent again where the answer is lost, but not where all were: Retry looks first, and finds it done
        expected = 1 if write == "CreateSource" else min(tries + 1, transport.ATTEMPTS)
        assert runs.written().count(write) == expected, shown
        assert scene.undo(folder) == (0, []), write
        record_property(LOST, f"{runs.way}: {write}, {tries} times")
