"""The menus of a terminal that can redraw: the same run by keys, and AWS in the end as by every other face."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from panther_s3.journal import read_run
from panther_s3.journal.answers import from_json
from panther_s3.journal.runs import list_runs
from panther_s3.source import PrefixLogTypes
from panther_s3.source_file import load_source_file
from tests.flow.accounts import Scene
from tests.plain.chooser import BACKSPACE, ENTER, ESCAPE, TAB, Chooser
from tests.plain.conftest import Start
from tests.plain.operator import HASTENED
from tests.plain.outcome import as_one
from tests.plain.walk import NAME, PREFIX, UNSAVED
from tui.plain.work import Interrupted, signals_end_the_run

LOG_TYPES = ("AWS.CloudTrail", "AWS.VPCFlow")


def to_the_ways(operator: Chooser, scene: Scene) -> None:
    """Answer all up to the choice of ways, going back and asking for help in every way there is."""
    operator.fill("AWS profile")
    operator.fill("Region", "<")  # typed
    operator.fill("AWS profile")
    operator.fill("Region", "us-w")
    assert "Failed: Use a region's code" in operator.fill("Region", "us-west-2")
    operator.fill("Panther account", "999988887777")
    operator.shown("Panther region")
    operator.send(ESCAPE)
    assert "999988887777" in operator.fill("Panther account")
    operator.fill("Panther region", "us-west-2")
    operator.menu("Panther API")
    operator.send("<")  # a key
    operator.fill("Panther region")
    operator.menu("Panther API")
    operator.send("?")
    assert "Type < to go back a question" in operator.pick("Panther API", "Go on without it")
    operator.fill("Name", NAME)
    operator.fill("Account ID")
    operator.shown("Bucket Name")
    operator.send("acme-flow")
    operator.until(scene.bucket.removeprefix("acme-flow"))  # what is offered
    operator.send(TAB + ENTER)
    operator.fill("KMS Key")
    operator.menu("Stream Type")
    operator.send(ESCAPE)
    operator.fill("KMS Key")
    operator.pick("Stream Type", "Auto")
    operator.fill("S3 Prefix Filter", PREFIX)
    operator.fill("S3 Exclusion Filter")
    mark_log_types(operator)
    operator.pick("Prefixes", "Go on with these")
    operator.pick("Who tells Panther", "I do")


def mark_log_types(operator: Chooser) -> None:
    """Search in the list, mark two, go back and forth, and see that they stay marked."""
    operator.shown("Log Types", ".*One that is not in the list")
    backspaces = BACKSPACE * len(LOG_TYPES[0])
    operator.send(f"{LOG_TYPES[0]} {TAB}{backspaces}vpcflow <")  # a blank marks; a tab marks nothing; < goes back
    operator.fill("S3 Exclusion Filter")
    assert f"Log Types: {', '.join(LOG_TYPES)}" in operator.shown("Log Types", ".*One that is not in the list")
    operator.send(ENTER)


def test_a_run_by_menus_ends_as_every_other(
    left_by_full_screen: dict[str, Any], scene: Scene, start: Start, tmp_path: Path
) -> None:
    saved, out = tmp_path / "source.yml", tmp_path / "out"
    piped = ("/bin/sh", "-c", f'exec "$@" > {out}', "sh", *HASTENED)  # so that the menus are on stderr
    with start(scene, kind=Chooser, command=piped) as operator:
        to_the_ways(operator, scene)
        operator.pick("How is the role made?", "Create the stack")
        operator.pick("Have AWS check this?", "Create the change set")
        operator.pick("Execute the change set?", "Execute it")
        operator.fill("Role ARN")
        operator.pick("What now?", "Continue")
        operator.pick("What now?", "Continue")
        operator.pick("What now?", "Make the topic")
        operator.shown("Encrypt it")
        operator.send("n")
        operator.menu("Have AWS check this?")
        operator.send("<")
        operator.shown("Encrypt it")
        operator.send("y")
        operator.pick("Have AWS check this?", "Create the change set")
        operator.pick("Execute the change set?", "Execute it")
        operator.pick("What now?", "Change the bucket's rules")
        operator.pick("Make this change?", "Make this change")
        operator.pick("What now?", "Test object")
        operator.pick("Put an object of no bytes?", "Put it")
        operator.pick("When Panther has read it:", "Remove it")
        operator.pick("What now?", "Continue")
        operator.pick("What now?", "Continue")
        operator.shown("Raise one when no events arrive?")
        operator.send(ENTER)
        operator.pick("Period", "days")
        operator.fill("Number", "1")
        operator.pick("What now?", "Save the source file")
        operator.shown("Save as")
        operator.send(f"\x15{saved}{ENTER}")
        operator.pick("What now?", "Finish Setup")
        assert operator.ended() == 0
    assert out.read_text().startswith("# S3 log sources for Panther")
    assert "\x1b" not in out.read_text()
    assert UNSAVED not in operator.text
    assert "Traceback" not in operator.text
    assert as_one(scene) == left_by_full_screen
    (source,) = load_source_file(saved).sources
    assert source.prefix_log_types == (PrefixLogTypes(PREFIX, LOG_TYPES),)
    assert source.drop_off_alarm_minutes == 1440


LEAVE: dict[str, Callable[[Chooser], int]] = {
    "Ctrl-C": lambda operator: pressed(operator, "\x03"),
    "Ctrl-D": lambda operator: pressed(operator, "\x15\x04"),  # where nothing stands, as in a shell
    "SIGTERM": lambda operator: operator.interrupted(signal.SIGTERM),
    "SIGHUP": lambda operator: operator.interrupted(signal.SIGHUP),
    "closed terminal": Chooser.hung_up,
}


def pressed(operator: Chooser, key: str) -> int:
    operator.send(key)
    return operator.ended()


@pytest.mark.parametrize("way", LEAVE)
def test_leaving_a_menu_gives_the_terminal_back_and_keeps_what_was_said(
    way: str, scene: Scene, start: Start, tmp_path: Path
) -> None:
    with start(scene, kind=Chooser) as operator:
        operator.fill("AWS profile")
        operator.fill("Region")
        operator.fill("Panther account", "999988887777")
        operator.fill("Panther region", "us-west-2")
        operator.pick("Panther API", "Go on without it")
        operator.fill("Name", "left behind")
        operator.shown("Account ID")
        assert LEAVE[way](operator) == 130
    assert "Traceback" not in operator.text
    if way != "closed terminal":
        assert operator.sane
        assert "What you said is kept: the next start offers to go on." in operator.text
    (run,) = list_runs(tmp_path / "state")
    assert from_json(read_run(tmp_path / "state", run).answers or {}).source.name == "left behind"


def test_a_signal_that_comes_while_a_menu_draws_ends_the_run() -> None:
    """An event loop swallows what its callbacks raise, but for the interrupts that it knows."""

    async def waits() -> None:
        asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGTERM)
        await asyncio.Event().wait()

    with signals_end_the_run(), pytest.raises(Interrupted):
        asyncio.run(waits())
