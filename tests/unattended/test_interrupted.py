"""A run that is interrupted: what was sent is waited for, the journal is true, and the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from panther_s3.demo import EmbeddedAws
from panther_s3.journal import ChangeKind, State
from panther_s3.journal.runs import unfinished_runs
from tests.flow.accounts import Scene
from tests.flow.processes import Zygote
from tests.recorder import Recorder, Side, recording
from tests.unattended.conftest import Apply
from tests.unattended.files import file_for

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 60


class Child:
    """The program in a process of its own, forked from one that is warm."""

    def __init__(self, zygote: Zygote, scene: Scene, folder: Path, endpoint_url: str) -> None:
        path = folder / "sources.yml"
        path.write_text(file_for(scene))
        words = ("--answers", str(path), "--state-dir", str(folder / "state"), "--endpoint-url", endpoint_url)
        self._zygote = zygote
        self._number = zygote.call({**scene.environment(), "AWS_REGION": "us-west-2"}, *words, "--format", "json")

    def send(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        os.kill(self._number, number)

    def ended(self) -> tuple[int, str]:
        """Wait for the end, and return the exit code and all that was printed."""
        return self._zygote.ended(), self._zygote.told()


def at(recorder: Recorder, operation: str, side: Side, act: Callable[[], object]) -> None:
    """Have `act` done once, when `operation` comes by."""
    done: list[bool] = []

    def interrupt(called: str, now: Side) -> bool:
        if called == operation and now is side and not done:
            done.append(True)
            act()
        return False

    recorder.interrupt = interrupt


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
@pytest.mark.parametrize("operation", ["ExecuteChangeSet", "PutBucketNotification"])
def test_what_was_sent_is_waited_for_and_the_next_run_goes_on(
    number: signal.Signals, operation: str, zygote: Zygote, embedded_aws: EmbeddedAws, apply: Apply, tmp_path: Path
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    with recording(embedded_aws.endpoint_url) as recorder:
        child = Child(zygote, scene, tmp_path, recorder.endpoint_url)
        at(recorder, operation, Side.BEFORE, lambda: child.send(number))
        code, told = child.ended()
    assert code == 130, told
    assert "Traceback" not in told
    assert "Interrupted. Apply the file again to go on." in told
    assert '"sources"' not in told, "there is no result"
    (record,) = unfinished_runs(tmp_path / "state")
    kind = ChangeKind.STACK if operation == "ExecuteChangeSet" else ChangeKind.NOTIFICATIONS
    (change,) = [each for each in record.changes if each.kind is kind][-1:]
    assert change.state is State.MADE
    again = apply(scene, file_for(scene))
    assert again.code == 0, again.stderr


def test_an_interrupt_before_anything_is_sent_leaves_nothing(
    zygote: Zygote, embedded_aws: EmbeddedAws, tmp_path: Path
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    with recording(embedded_aws.endpoint_url) as recorder:
        child = Child(zygote, scene, tmp_path, recorder.endpoint_url)
        at(recorder, "GetCallerIdentity", Side.BEFORE, lambda: child.send(signal.SIGTERM))
        code, told = child.ended()
    assert code == 130, told
    assert "Traceback" not in told
    assert scene.documents() == scene.before


@pytest.mark.parametrize(("streams", "code"), [("2>/dev/full", 0), (">&- 2>&-", 0), (">/dev/full", 1), ("| :", 130)])
def test_streams_that_are_closed_or_full_stop_nothing_half_way(
    streams: str, code: int, embedded_aws: EmbeddedAws, tmp_path: Path
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    path = tmp_path / "sources.yml"
    path.write_text(file_for(scene))
    words = f"--answers {path} --state-dir {tmp_path / 'state'} --endpoint-url {embedded_aws.endpoint_url}"
    ended = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", f"{sys.executable} -m tui {words} {streams}"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **scene.environment(), "AWS_REGION": "us-west-2"},
    )
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    assert any(name.startswith("topic ") for name in scene.documents()), "all was done"


def test_an_interrupt_while_aws_checks_a_change_set_discards_it(
    zygote: Zygote, embedded_aws: EmbeddedAws, tmp_path: Path
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    with recording(embedded_aws.endpoint_url) as recorder:
        child = Child(zygote, scene, tmp_path, recorder.endpoint_url)
        at(recorder, "CreateChangeSet", Side.BEFORE, lambda: child.send(signal.SIGTERM))
        code, told = child.ended()
    assert code == 130, told
    assert scene.documents() == scene.before


WRITES = [
    "CreateChangeSet 1",
    "ExecuteChangeSet 1",
    "CreateChangeSet 2",
    "ExecuteChangeSet 2",
    "PutBucketNotification 1",
]
"""What an undisturbed run writes: the role's stack, the topic's, and the bucket's rules."""


@pytest.fixture(scope="module")
def undisturbed(zygote: Zygote, embedded_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a run leaves that nobody disturbs."""
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    with recording(embedded_aws.endpoint_url) as recorder:
        folder = tmp_path_factory.mktemp("undisturbed")
        code, told = Child(zygote, scene, folder, recorder.endpoint_url).ended()
        assert code == 0, told
        assert [f"{name} 1" for _, name in recorder.named_writes if name.startswith("Put")] == WRITES[4:]
        assert len(recorder.named_writes) == len(WRITES)
    return scene.found()


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("write", WRITES)
def test_a_run_that_was_killed_at_a_write_is_completed_by_the_next(
    write: str,
    side: Side,
    undisturbed: list[str],
    zygote: Zygote,
    embedded_aws: EmbeddedAws,
    apply: Apply,
    tmp_path: Path,
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    operation, which = write.split()
    seen: list[str] = []
    with recording(embedded_aws.endpoint_url) as recorder:
        child = Child(zygote, scene, tmp_path, recorder.endpoint_url)

        def kill(called: str, now: Side) -> bool:
            if called == operation and now is side:
                seen.append(called)
                if len(seen) == int(which):
                    child.send(signal.SIGKILL)
                    return True
            return False

        recorder.interrupt = kill
        code, _ = child.ended()
    assert code == -signal.SIGKILL
    again = apply(scene, file_for(scene))
    assert again.code == 0, again.stderr
    assert scene.found() == undisturbed
