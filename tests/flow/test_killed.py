"""The whole flow, its process killed before and after every write to AWS, and gone on with by another process.

The processes are real and so is the signal, SIGKILL: nothing gets to tidy up. A proxy of ours knows when a write is
on its way. What is there in the end is compared with what a run leaves that nobody disturbed.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from panther_s3.demo import EmbeddedAws
from tests.conftest import KILLED
from tests.flow.accounts import WAYS, Scene
from tests.flow.processes import Zygote
from tests.recorder import Recorder, Side, is_write, recording

DEATH_SECONDS = 5


class Killer:
    """Kills a process at its write number `at`, on one `side` of it; what it still says then is not passed on."""

    def __init__(self, at: int, side: Side) -> None:
        self._at, self._side = at, side
        self._count = 0
        self._pid = 0
        self._known = threading.Event()
        self.struck = ""
        """The write at which it was killed."""

    def aim(self, pid: int) -> None:
        """Say which process it is."""
        self._pid = pid
        self._known.set()

    def __call__(self, operation: str, side: Side) -> bool:
        if self.struck:
            return True
        if not is_write(operation):
            return False
        self._count += side is Side.BEFORE
        if (self._count, side) != (self._at, self._side):
            return False
        self.struck = operation
        assert self._known.wait(DEATH_SECONDS)
        os.kill(self._pid, signal.SIGKILL)
        return True


@pytest.fixture(scope="module")
def proxy(embedded_aws: EmbeddedAws) -> Iterator[Recorder]:
    with recording(embedded_aws.endpoint_url) as server:
        yield server


Undisturbed = Callable[[str], tuple[list[str], list[str]]]


@pytest.fixture(scope="module")
def undisturbed(
    zygote: Zygote, proxy: Recorder, embedded_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    """Give the writes of a run that nobody disturbs, and what it leaves."""
    known: dict[str, tuple[list[str], list[str]]] = {}

    def run(way: str) -> tuple[list[str], list[str]]:
        if way not in known:
            scene, folder = Scene.of(way, embedded_aws.endpoint_url), tmp_path_factory.mktemp("undisturbed")
            scene.begin(folder)
            proxy.interrupt = lambda *_: False
            proxy.calls.clear()
            zygote.start(scene, folder, proxy.endpoint_url)
            assert zygote.ended() == 0, zygote.told()
            known[way] = proxy.writes, scene.found()
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
    writes, wanted = undisturbed(way)
    for number, write in enumerate(writes, start=1):
        scene, folder, killer = Scene.of(way, embedded_aws.endpoint_url), tmp_path / str(number), Killer(number, side)
        point = f"{side} write {number} of {len(writes)}, {write}"
        scene.begin(folder)
        proxy.interrupt = killer
        killer.aim(zygote.start(scene, folder, proxy.endpoint_url))
        assert zygote.ended() == -signal.SIGKILL, (point, zygote.told())
        assert killer.struck == write, point
        zygote.start(scene, folder, embedded_aws.endpoint_url)
        assert zygote.ended() == 0, (point, zygote.told())
        assert scene.found() == wanted, point
        assert scene.undo(folder) == (0, []), point
        record_property(KILLED, point)
