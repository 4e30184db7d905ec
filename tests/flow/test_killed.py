"""The whole flow, its process killed before and after every write to AWS, and gone on with by another process.

The processes are real and so is the signal, SIGKILL: nothing gets to tidy up. A proxy of ours knows when a write is
on its way. What is there in the end is compared with what a run leaves that nobody disturbed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from panther_s3.demo import EmbeddedAws
from panther_s3.demo.server import OPERATORS_OWN
from tests.flow.accounts import Scene, errand_in
from tests.recorder import Recorder, Side, is_write, recording

ROOT = Path(__file__).resolve().parents[2]
WAYS = {"topic by the stack": False, "topic that exists": True}
"""Whether there is a topic already, and with it the role, by name."""
DEATH_SECONDS = 5


class Zygote:
    """The process that all wizards are forked from."""

    def __init__(self, log: Path) -> None:
        self.log = log
        kept = {name: value for name, value in os.environ.items() if not name.startswith((*OPERATORS_OWN, "PANTHER_"))}
        nowhere = str(log.parent / "nowhere")
        kept |= {
            "AWS_CONFIG_FILE": nowhere,
            "AWS_SHARED_CREDENTIALS_FILE": nowhere,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        with log.open("wb") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.flow.zygote"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told, cwd=ROOT, env=kept,
            )  # fmt: skip

    def start(self, scene: Scene, folder: Path, endpoint_url: str) -> int:
        """Start a wizard in `scene`, and return its process's number."""
        case = {
            "folder": str(folder),
            "endpoint_url": endpoint_url,
            "environment": scene.account.environment(),
            "errand": asdict(errand_in(scene)),
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(case).encode() + b"\n")
        self._process.stdin.flush()
        return int(self._answer()["pid"])

    def ended(self) -> int:
        """Wait for the wizard's end, and return how it ended."""
        return int(self._answer()["ended"])

    def stop(self) -> None:
        """Let the process end."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self.log.read_text()
        answer: dict[str, Any] = json.loads(line)
        return answer


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
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    process = Zygote(tmp_path_factory.mktemp("zygote") / "log")
    yield process
    process.stop()


@pytest.fixture(scope="module")
def proxy(embedded_aws: EmbeddedAws) -> Iterator[Recorder]:
    with recording(embedded_aws.endpoint_url) as server:
        yield server


Wizard = Callable[[Scene, Path, str], int]
Undisturbed = Callable[[str], tuple[list[str], list[str]]]


@pytest.fixture(scope="module")
def undisturbed(
    zygote: Zygote, proxy: Recorder, embedded_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    """Give the writes of a run that nobody disturbs, and what it leaves."""
    known: dict[str, tuple[list[str], list[str]]] = {}

    def run(way: str) -> tuple[list[str], list[str]]:
        if way not in known:
            scene, folder = scene_of(embedded_aws, way), tmp_path_factory.mktemp("undisturbed")
            scene.begin(folder)
            proxy.interrupt = lambda *_: False
            proxy.calls.clear()
            zygote.start(scene, folder, proxy.endpoint_url)
            assert zygote.ended() == 0, zygote.log.read_text()
            known[way] = proxy.writes, scene.found()
        return known[way]

    return run


def scene_of(aws: EmbeddedAws, way: str) -> Scene:
    return Scene(aws.endpoint_url, with_topic=WAYS[way], with_role=WAYS[way])


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("way", list(WAYS))
def test_a_run_that_is_killed_at_any_write_and_gone_on_with_leaves_what_an_undisturbed_one_does(
    way: str,
    side: Side,
    undisturbed: Undisturbed,
    zygote: Zygote,
    proxy: Recorder,
    embedded_aws: EmbeddedAws,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    writes, wanted = undisturbed(way)
    for number, write in enumerate(writes, start=1):
        scene, folder, killer = scene_of(embedded_aws, way), tmp_path / str(number), Killer(number, side)
        point = f"{side} write {number} of {len(writes)}, {write}"
        scene.begin(folder)
        proxy.interrupt = killer
        killer.aim(zygote.start(scene, folder, proxy.endpoint_url))
        assert zygote.ended() == -signal.SIGKILL, (point, zygote.log.read_text())
        assert killer.struck == write, point
        zygote.start(scene, folder, embedded_aws.endpoint_url)
        assert zygote.ended() == 0, (point, zygote.log.read_text())
        assert scene.found() == wanted, point
        record_property("kill point", point)
