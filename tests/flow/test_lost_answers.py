"""The whole flow with the answer to each of its writes lost on the way, once and for every try of boto3's.

AWS has done then what it was asked for, and the wizard does not know. microburst loses what has a body; an answer
without one, as S3 gives it, is lost by our own proxy before it: microburst's `abort_bytes` has nothing to cut there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from panther_s3.answers import Answers
from panther_s3.aws.session import ATTEMPTS
from panther_s3.demo import EmbeddedAws
from tests.faults import Faults
from tests.flow.accounts import Scene, errand_in
from tests.flow.robot import Robot
from tests.recorder import Recorder, Side, recording
from tui.app import WizardApp
from tui.start import _unfinished

BODILESS = {"PutBucketNotification", "PutObject", "DeleteObject", "PutKeyPolicy"}
ROLE_STACK = "the role by its stack"
WAYS = {"topic by the stack": False, "topic that exists": True}
Write = tuple[str, str]


class Loser:
    """Loses the answers to calls number `first` and on, `times` of them, of one operation; of S3 by its place."""

    def __init__(self, proxy: Recorder, write: Write, first: int, times: int) -> None:
        self._proxy, self._write = proxy, write
        self._lost = range(first, first + times)

    def __call__(self, operation: str, side: Side) -> bool:
        seen = self._proxy.named_writes
        return side is Side.AFTER and seen[-1:] == [self._write] and seen.count(self._write) in self._lost


@pytest.fixture
def proxy(faults: Faults) -> Iterator[Recorder]:
    """Our proxy before microburst."""
    with recording(faults.endpoint_url) as server:
        yield server


async def run(scene: Scene, endpoint_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Robot:
    """Go through the wizard in `scene`, and return the robot that did."""
    for name, value in scene.account.environment().items():
        monkeypatch.setenv(name, value)
    scene.begin(folder)
    app = WizardApp(Answers(), endpoint_url=endpoint_url, state_dir=folder, unfinished=_unfinished(folder, None))
    robot = Robot(app, errand_in(scene))
    async with app.run_test(size=(80, 24)):
        await robot.to_the_end()
    return robot


UNDISTURBED: dict[str, tuple[list[Write], list[str]]] = {}


@pytest.mark.parametrize("tries", [1, ATTEMPTS])
@pytest.mark.parametrize("way", list(WAYS))
async def test_a_run_whose_answers_are_lost_leaves_what_an_undisturbed_one_does(
    way: str,
    tries: int,
    proxy: Recorder,
    faults: Faults,
    embedded_aws: EmbeddedAws,
    no_waiting: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    def scene() -> Scene:
        return Scene(embedded_aws.endpoint_url, with_topic=WAYS[way], with_role=WAYS[way])

    if way not in UNDISTURBED:
        undisturbed = scene()
        await run(undisturbed, proxy.endpoint_url, tmp_path / "undisturbed", monkeypatch)
        UNDISTURBED[way] = proxy.named_writes, undisturbed.found()
    writes, wanted = UNDISTURBED[way]
    for number, write in enumerate(writes):
        fault = f"{write[1]}, number {number + 1} of {len(writes)}, lost {tries} times"
        proxy.named_writes, place = [], Counter(writes[:number])[write]
        disturbed = scene()
        if write[1] in BODILESS:
            proxy.interrupt = Loser(proxy, write, place + 1, tries)
        else:
            service, operation = write
            untouched = {"latency": 0, "times": place}
            lost = {"response": {"abort_bytes": 0}, "times": tries}
            faults.add(
                *({"service": service, "operation": operation, **rule} for rule in (untouched, lost) if rule["times"])
            )
        robot = await run(disturbed, proxy.endpoint_url, tmp_path / str(number), monkeypatch)
        told = "\n".join((fault, *robot.problems))
        assert (write[1] in BODILESS) or len(faults.fired()) == place + tries, told
        assert proxy.named_writes.count(write) > writes.count(write), told  # it was lost indeed, and asked for again
        assert disturbed.found() == wanted, told
        faults.clear()
        proxy.interrupt = lambda *_: False
        record_property("fault", fault)
