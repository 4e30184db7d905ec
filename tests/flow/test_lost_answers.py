"""The whole flow with the answer to each of its writes lost on the way, once and for every try of boto3's.

AWS has done then what it was asked for, and the wizard does not know. microburst loses what has a body; an answer
without one, as S3 gives it, is lost by our own proxy before it: microburst's `abort_bytes` has nothing to cut there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from panther_s3.aws.proof_objects import ProofObject
from panther_s3.aws.session import ATTEMPTS, Aws
from panther_s3.demo import EmbeddedAws
from panther_s3.notification_way import Way
from screens.parts.proof_dialog import ProofDialog
from tests.conftest import LOST
from tests.faults import Faults
from tests.flow.accounts import PREFIX, REGION, WAYS, Scene
from tests.flow.processes import Zygote
from tests.host import HostApp, settle
from tests.recorder import Recorder, Side, recording

BODILESS = {"PutBucketNotification", "PutObject", "DeleteObject", "PutKeyPolicy"}
Write = tuple[str, str]


class Loser:
    """Loses the answers to the calls of one write from number `first` on, `times` of them."""

    def __init__(self, proxy: Recorder, write: Write, first: int, times: int) -> None:
        self._proxy, self._write = proxy, write
        self._lost = range(first, first + times)

    def __call__(self, operation: str, side: Side) -> bool:
        this = side is Side.AFTER and operation == self._write[1]
        return this and self._proxy.named_writes.count(self._write) in self._lost


@pytest.fixture
def proxy(faults: Faults) -> Iterator[Recorder]:
    """Our proxy before microburst."""
    with recording(faults.endpoint_url) as server:
        yield server


UNDISTURBED: dict[str, tuple[list[Write], list[str]]] = {}


@pytest.mark.parametrize("tries", [1, ATTEMPTS])
@pytest.mark.parametrize("way", list(WAYS))
def test_a_run_whose_answers_are_lost_leaves_what_an_undisturbed_one_does(
    way: str,
    tries: int,
    proxy: Recorder,
    faults: Faults,
    embedded_aws: EmbeddedAws,
    zygote: Zygote,
    no_waiting: None,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    def run(name: str) -> tuple[Scene, list[str]]:
        """Return the scene of a run that is begun anew, and what it leaves."""
        scene, folder = Scene.of(way, embedded_aws.endpoint_url), tmp_path / name
        scene.begin(folder)
        zygote.start(scene, folder, proxy.endpoint_url)
        assert zygote.ended() == 0, (name, zygote.told())
        return scene, scene.found()

    if way not in UNDISTURBED:
        _, left = run("undisturbed")
        UNDISTURBED[way] = proxy.named_writes, left
    writes, wanted = UNDISTURBED[way]
    for number, write in enumerate(writes):
        fault = f"{write[1]}, number {number + 1} of {len(writes)}, lost {tries} times"
        proxy.named_writes, place = [], Counter(writes[:number])[write]
        if write[1] in BODILESS:
            proxy.interrupt = Loser(proxy, write, place + 1, tries)
        else:
            rules = ({"latency": 0, "times": place}, {"response": {"abort_bytes": 0}, "times": tries})
            faults.add(*({"service": write[0], "operation": write[1], **rule} for rule in rules if rule["times"]))
        scene, found = run(fault)
        told = f"{fault}\n{zygote.told()}"
        assert write[1] in BODILESS or len(faults.fired()) == place + tries, told
        assert proxy.named_writes.count(write) > writes.count(write), told  # it was lost indeed, and sent again
        assert found == wanted, told
        assert tries > 1 or not zygote.told(), told  # boto3's own second try gets through, and nobody has to know
        faults.clear()
        proxy.interrupt = lambda *_: False
        assert scene.undo(tmp_path / fault) == (0, []), told
        record_property(LOST, fault)


async def test_a_test_object_whose_answer_was_lost_goes_when_the_dialog_is_cancelled(
    embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 has the object, and a version for each try: nobody said that it may stay."""
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    for name, value in scene.account.environment().items():
        monkeypatch.setenv(name, value)
    with recording(embedded_aws.endpoint_url) as proxy:
        proxy.interrupt = Loser(proxy, ("s3", "PutObject"), 1, ATTEMPTS)
        aws = Aws(None, REGION, endpoint_url=proxy.endpoint_url)
        proof = ProofObject(scene.bucket, f"{PREFIX}test", REGION, scene.account.number)
        dialog = ProofDialog(aws, Way((), None, None, ()), [proof])
        app = HostApp(dialog)
        async with app.run_test() as pilot:
            await pilot.click("#proof-do")
            await settle(pilot)
            assert dialog.problem.problem is not None
            assert scene.account.documents() != scene.before
            await pilot.press("escape")
            await settle(pilot)
            assert app.results == [None]
    assert scene.account.documents() == scene.before
