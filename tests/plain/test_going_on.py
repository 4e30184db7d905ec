"""Runs that were cut off and are gone on with, and what a run did taken back: from Finish, and by undo."""

from __future__ import annotations

import re
import shlex
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from panther_s3.answers import Answers
from panther_s3.demo import EmbeddedAws
from panther_s3.flow import Step
from panther_s3.journal import State, read_run
from panther_s3.journal.runs import list_runs
from tests.flow.accounts import NAME, Scene, errand_in
from tests.plain.conftest import Start
from tests.plain.operator import CHOICE, Operator
from tests.plain.outcome import as_one, by_full_screen
from tests.plain.walk import (
    ALARM,
    CHECKED,
    CREATE_STACK,
    EXISTING_TOPIC,
    FINISH,
    NOTIFIED,
    PREFIX,
    RESUME,
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
from tests.recorder import Side, recording
from tui.start import _unfinished

TO_FINISH: tuple[Answer, ...] = (*CHECKED, *ALARM)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the runs are recorded."""
    return tmp_path / "state"


def on_full_screen(endpoint_url: str, folder: Path) -> dict[str, Any]:
    """What the full-screen wizard leaves that goes on with the same run in another account."""
    scene = Scene.of("topic that exists", endpoint_url)
    scene.begin(folder)
    return by_full_screen(scene, errand_in(scene), folder, Answers(), _unfinished(folder, None))


def test_a_topic_that_exists_is_made_to_do_as_on_the_full_screen_and_all_is_taken_back(
    embedded_aws: EmbeddedAws, start: Start, folder: Path, tmp_path: Path
) -> None:
    scene = Scene.of("topic that exists", embedded_aws.endpoint_url)
    scene.begin(folder)
    with start(scene) as operator:
        answer(operator, *RESUME, *EXISTING_TOPIC, *TO_FINISH)
        operator.asked(CHOICE)
        assert as_one(scene) == on_full_screen(embedded_aws.endpoint_url, tmp_path / "full screen")
        answer(operator, *TAKE_BACK)
        said = operator.asked(CHOICE)
        assert "Nothing of the run is left in AWS." in said
        assert "Take it back" not in said.split("What now?")[-1]
        answer(operator, *FINISH)
        assert operator.ended() == 0
    assert scene.documents() == scene.before


def test_what_the_last_step_names_takes_the_run_back(scene: Scene, start: Start, folder: Path) -> None:
    scene.begin(folder)
    with start(scene) as operator:
        answer(operator, *RESUME, *CREATE_STACK[1:], *ROLE, *CHECKED, *TOPIC, *RULES, *NOTIFIED, *TO_FINISH)
        said = operator.asked(CHOICE)
        answer(operator, *FINISH)
        assert operator.ended() == 0
    assert scene.documents() != scene.before
    (command,) = re.findall(r"Command: panther-s3-wizard (undo .*)", said)
    environment = {**scene.environment(), "AWS_ENDPOINT_URL": scene.account.endpoint_url}
    undo = ["-m", "tests.plain.hastened", *shlex.split(command)]
    with Operator(environment=environment, command=(sys.executable, *undo)) as operator:
        operator.type("Take this back?", "y")
        assert operator.ended() == 0
    assert scene.documents() == scene.before


def test_a_run_that_was_ended_is_offered_with_what_was_said(
    embedded_aws: EmbeddedAws, start: Start, folder: Path
) -> None:
    scene = Scene(embedded_aws.endpoint_url, with_topic=False, with_role=False)
    with start(scene) as operator:
        answer(operator, *WELCOME, *bucket(scene.bucket, source=NAME)[:6])
        operator.asked("S3 Exclusion Filter")
        assert operator.interrupted(signal.SIGTERM) == 130
    with start(scene) as operator:
        said = answer(operator, *RESUME[:1])
        assert f"1. {NAME}, bucket {scene.bucket}." in said.replace("\n     ", " ")
        assert "at the step Bucket, nothing changed in AWS" in said.replace("\n     ", " ")
        answer(operator, *RESUME[1:])
        for label, kept in (("Name", NAME), ("Account ID", scene.account.number), ("Bucket Name", scene.bucket)):
            assert f"{label} [{kept}]" in operator.type(label)
        answer(operator, Typed("KMS Key"), Taken("", "Stream Type"))
        said = answer(operator, Taken("Change prefix 1", "Prefixes"))
        assert f"Prefix 1: {PREFIX}, no log type chosen" in said
        assert f"[{PREFIX}]" in operator.asked("S3 Prefix Filter")
        assert operator.interrupted(signal.SIGTERM) == 130
    with start(scene) as operator:
        answer(operator, *RESUME[:1], Taken("Set it aside", f"{NAME}, bucket"))
        operator.asked("AWS profile")
    assert list_runs(folder) == ()  # nothing was changed, so that nothing is left to undo


def test_a_run_whose_write_was_cut_off_finds_out_what_became_of_it(
    embedded_aws: EmbeddedAws, scene: Scene, start: Start, folder: Path
) -> None:
    scene.begin(folder)
    with recording(embedded_aws.endpoint_url) as proxy, start(scene, endpoint_url=proxy.endpoint_url) as operator:

        def kill(operation: str, side: Side) -> bool:
            killed = operation == "ExecuteChangeSet" and side is Side.AFTER
            if killed:
                operator.child.kill(signal.SIGKILL)
            return killed

        proxy.interrupt = kill
        answer(operator, *RESUME, *CREATE_STACK[1:])
        assert operator.ended() == -signal.SIGKILL
    (run,) = list_runs(folder)
    assert State.BEGUN in {change.state for change in read_run(folder, run).changes}
    with start(scene) as operator:
        said = answer(operator, *RESUME, Taken("Use this role"))
        assert "Looking at what really happened in AWS" in said
        assert "panther-log-analysis-setup-flow-source" in said
        operator.asked("Role ARN")
    assert State.BEGUN not in {change.state for change in read_run(folder, run).changes}
    assert read_run(folder, run).step is Step.ROLE_ARN
