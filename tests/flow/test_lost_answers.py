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
    """Loses answers that have no body: all tries of one call of a write, or the first try of every call."""

    def __init__(self, proxy: Recorder, lost: Callable[[Write, int], bool]) -> None:
        """Lose by `lost`, which is given a write and how many tries of it were sent by now."""
        self._proxy, self._lost = proxy, lost

    def __call__(self, operation: str, side: Side) -> bool:
        if side is Side.BEFORE or operation not in BODILESS:
            return False
        write = next(each for each in reversed(self._proxy.named_writes) if each[1] == operation)
        return self._lost(write, self._proxy.named_writes.count(write))


class Flow:
    """One way through the wizard, again and again, each time in an account of its own."""

    def __init__(self, way: str, endpoint_url: str, proxy: Recorder, zygote: Zygote, folder: Path) -> None:
        self._way, self._endpoint_url, self._folder = way, endpoint_url, folder
        self._proxy, self._zygote = proxy, zygote
        self.shown = ""
        """The problems that the last run showed."""
        self._left = self.run()
        self.writes = proxy.named_writes

    def run(self) -> list[str]:
        """Run the wizard, see that undo leaves what was there before, and return what was there in the end."""
        scene = Scene.of(self._way, self._endpoint_url)
        folder = self._folder / scene.account.number
        scene.begin(folder)
        self._proxy.named_writes = []
        self._zygote.start(scene, folder, self._proxy.endpoint_url)
        code, self.shown = self._zygote.ended(), self._zygote.told()
        assert code == 0, self.shown
        left, sent = scene.found(), self._proxy.named_writes
        assert scene.undo(folder) == (0, []), self.shown
        self._proxy.named_writes = sent
        return left

    def run_disturbed(self) -> Counter[Write]:
        """Run it, compare what it leaves, and return how much oftener than undisturbed each write was sent."""
        assert self.run() == self._left, self.shown
        return Counter(self._proxy.named_writes) - Counter(self.writes)


@pytest.fixture
def proxy(faults: Faults) -> Iterator[Recorder]:
    """Our proxy before microburst."""
    with recording(faults.endpoint_url) as server:
        yield server


@pytest.fixture(params=list(WAYS))
def flow(
    request: pytest.FixtureRequest,
    proxy: Recorder,
    embedded_aws: EmbeddedAws,
    zygote: Zygote,
    no_waiting: None,
    tmp_path: Path,
) -> Flow:
    return Flow(request.param, embedded_aws.endpoint_url, proxy, zygote, tmp_path)


def test_a_run_that_loses_the_first_answer_to_every_write_does_not_even_show_it(
    flow: Flow, proxy: Recorder, faults: Faults, record_property: Callable[[str, object], None]
) -> None:
    """boto3's own second try gets through; what it is told then is no failure."""
    bodied = {write for write in flow.writes if write[1] not in BODILESS}
    once = {"response": {"abort_bytes": 0}, "sequence": {"fail": 1, "pass": 1}}
    faults.add(*({"service": service, "operation": operation, **once} for service, operation in bodied))
    proxy.interrupt = Loser(proxy, lambda _, tries: tries % 2 == 1)
    assert flow.run_disturbed() >= Counter(flow.writes)  # each was sent twice; the object's both versions are removed
    assert flow.shown == ""
    assert len(faults.fired()) == sum(write in bodied for write in flow.writes)
    for write in flow.writes:
        record_property(LOST, write)


def test_a_run_that_loses_every_answer_to_a_write_leaves_what_an_undisturbed_one_does(
    flow: Flow, proxy: Recorder, faults: Faults, record_property: Callable[[str, object], None]
) -> None:
    for number, write in enumerate(flow.writes):
        before = flow.writes[:number].count(write)
        if write[1] in BODILESS:
            lost = range(before + 1, before + 1 + ATTEMPTS)
            proxy.interrupt = Loser(proxy, lambda sent, tries, write=write, lost=lost: sent == write and tries in lost)
        else:
            rules = ({"latency": 0, "times": before}, {"response": {"abort_bytes": 0}, "times": ATTEMPTS})
            faults.add(*({"service": write[0], "operation": write[1], **rule} for rule in rules if rule["times"]))
        again = flow.run_disturbed()
        assert again[write] >= ATTEMPTS - 1, write
        assert write[1] in BODILESS or len(faults.fired()) == before + ATTEMPTS
        assert flow.shown, write  # the operator was told, and pressed Retry
        faults.clear()
        proxy.interrupt = lambda *_: False
        record_property(LOST, write)


async def test_a_test_object_whose_answer_was_lost_goes_when_the_dialog_is_cancelled(
    embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 has the object, and a version for each try: nobody said that it may stay."""
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    for name, value in scene.account.environment().items():
        monkeypatch.setenv(name, value)
    with recording(embedded_aws.endpoint_url) as proxy:
        proxy.interrupt = Loser(proxy, lambda write, _: write[1] == "PutObject")
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
