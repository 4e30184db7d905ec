"""The whole flow, its process killed before and after every write to AWS, and gone on with by another process.

The processes are real and so is the signal, SIGKILL: nothing gets to tidy up. A proxy of ours knows when a write is
on its way. What is there in the end is compared with what a run leaves that nobody disturbed.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from panther_s3.demo import EmbeddedAws
from tests.conftest import KILLED
from tests.flow.accounts import WAYS, Scene
from tests.flow.killing import Killer
from tests.flow.processes import Zygote
from tests.recorder import Recorder, Side, recording

ONE_OF_EVERYTHING = {
    "topic by the stack": {"bucket": 1, "role": 1, "stack": 2, "topic": 1, "subscription": 1, "key": 1, "alias": 1},
    "topic that exists": {"bucket": 1, "role": 1, "topic": 1, "subscription": 1, "key": 1},
}
"""What there is in the end; the rule and the statements stand in the documents themselves."""


@pytest.fixture(scope="module")
def proxy(embedded_aws: EmbeddedAws) -> Iterator[Recorder]:
    with recording(embedded_aws.endpoint_url) as server:
        yield server


class Course(NamedTuple):
    """How a flow goes that nobody disturbs."""

    writes: list[str]
    left: list[str]
    """What is there in the end."""
    undo_writes: list[str]
    """What taking it back writes."""


Undisturbed = Callable[[str], Course]


@pytest.fixture(scope="module")
def undisturbed(
    zygote: Zygote, proxy: Recorder, embedded_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    """Give the course of a flow that nobody disturbs, by its name."""
    known: dict[str, Course] = {}

    def run(way: str) -> Course:
        if way not in known:
            scene, folder = Scene.of(way, embedded_aws.endpoint_url), tmp_path_factory.mktemp("undisturbed")
            scene.begin(folder)
            proxy.interrupt = lambda *_: False
            proxy.named_writes.clear()
            zygote.start(scene, folder, proxy.endpoint_url)
            assert zygote.ended() == 0, zygote.told()
            writes, left = [name for _, name in proxy.named_writes], scene.found()
            assert Counter(line.split()[0] for line in left) == ONE_OF_EVERYTHING[way]
            proxy.named_writes.clear()
            zygote.start(scene, folder, proxy.endpoint_url, undo=True)
            assert zygote.ended() == 0, zygote.told()
            known[way] = Course(writes, left, [name for _, name in proxy.named_writes])
        return known[way]

    return run


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("way", list(WAYS))
def test_a_run_that_is_killed_at_any_write_and_gone_on_with_leaves_what_an_undisturbed_one_does(
    way: str,
    side: Side,
    undisturbed: Undisturbed,
    zygote: Zygote,
    proxy: Recorder,
    embedded_aws: EmbeddedAws,
    no_waiting: None,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    course = undisturbed(way)

    def kill(number: int, write: str, *, undo: bool = False) -> None:
        """Begin, and be killed at the write of that number."""
        killer = Killer(number, side)
        proxy.interrupt = killer
        killer.aim(zygote.start(scene, folder, proxy.endpoint_url, undo=undo))
        assert zygote.ended() == -signal.SIGKILL, zygote.told()
        assert killer.struck == write
        record_property(KILLED, f"{way}: {side} {write} {'of undo ' if undo else ''}({number})")

    for number, write in enumerate(course.writes, start=1):
        scene, folder = Scene.of(way, embedded_aws.endpoint_url), tmp_path / str(number)
        scene.begin(folder)
        kill(number, write)
        zygote.start(scene, folder, embedded_aws.endpoint_url)
        assert zygote.ended() == 0, (write, zygote.told())
        assert scene.found() == course.left, write
        if number <= len(course.undo_writes):
            kill(number, course.undo_writes[number - 1], undo=True)
        assert scene.undo(folder) == (0, []), write
    assert len(course.undo_writes) <= len(course.writes)  # so that all of them had their turn


TIDYING = {
    "CreateChangeSet": {
        Side.BEFORE: ((1, "DeleteChangeSet"), (2, "DeleteStack")),
        Side.AFTER: ((1, "DeleteChangeSet"), (1, "DeleteStack")),
    },
    "PutObject": {Side.BEFORE: ((1, "DeleteObject"),), Side.AFTER: ((1, "DeleteObject"),)},
}
"""What going on takes away of what a run left that was killed, and which of the next process's writes it is."""


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("write", list(TIDYING))
def test_going_on_that_is_killed_while_it_tidies_up_can_be_gone_on_with(
    write: str,
    side: Side,
    undisturbed: Undisturbed,
    zygote: Zygote,
    proxy: Recorder,
    embedded_aws: EmbeddedAws,
    no_waiting: None,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    way = "topic that exists" if write == "PutObject" else "topic by the stack"
    course, scene = undisturbed(way), Scene.of(way, embedded_aws.endpoint_url)
    scene.begin(tmp_path)
    killers = [Killer(course.writes.index(write) + 1, Side.AFTER)]
    killers += [Killer(number, side) for number, _ in TIDYING[write][side]]
    for killer, expected in zip(killers, (write, *(name for _, name in TIDYING[write][side])), strict=True):
        proxy.interrupt = killer
        killer.aim(zygote.start(scene, tmp_path, proxy.endpoint_url))
        assert zygote.ended() == -signal.SIGKILL, zygote.told()
        assert killer.struck == expected
        record_property(KILLED, f"{side} {expected} of going on")
    zygote.start(scene, tmp_path, embedded_aws.endpoint_url)
    assert zygote.ended() == 0, zygote.told()
    assert scene.found() == course.left
    assert scene.undo(tmp_path) == (0, [])
