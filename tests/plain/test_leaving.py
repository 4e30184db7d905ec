"""Ways out of the plain wizard: what is waited for, what is kept, and what terminal and journal are left as."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from panther_s3.demo import EmbeddedAws
from panther_s3.journal import ChangeKind, Record, State, read_run
from panther_s3.journal.runs import list_runs
from tests.flow.accounts import Account, Scene
from tests.panther import account_id
from tests.plain.conftest import Start
from tests.plain.operator import CHOICE, HASTENED, Operator
from tests.plain.walk import (
    ALARM,
    CHECKED,
    CREATE_STACK,
    EXISTING_TOPIC,
    RESUME,
    TAKE_BACK,
    WELCOME,
    Taken,
    Typed,
    answer,
    bucket,
)
from tests.recorder import Side, recording

INTERRUPTED = 130
PATIENCE_SECONDS = 30
NO_WAITING = "Another Ctrl-C does not wait."
LEAVE: dict[str, Callable[[Operator], int]] = {
    "Ctrl-C": lambda operator: pressed(operator, "\x03"),
    "Ctrl-D": lambda operator: pressed(operator, "\x04"),
    "SIGINT": lambda operator: operator.interrupted(signal.SIGINT),
    "SIGTERM": lambda operator: operator.interrupted(signal.SIGTERM),
    "SIGHUP": lambda operator: operator.interrupted(signal.SIGHUP),
    "closed terminal": Operator.hung_up,
}


@pytest.fixture
def account(embedded_aws: EmbeddedAws) -> Account:
    """An empty account."""
    return Account(embedded_aws.endpoint_url, account_id())


def pressed(operator: Operator, key: str) -> int:
    operator.send(key)
    return operator.ended()


def the_run(tmp_path: Path) -> Record:
    """Return what the journal of the one run says."""
    (run,) = list_runs(tmp_path / "state")
    return read_run(tmp_path / "state", run)


@pytest.mark.parametrize("way", LEAVE)
def test_leaving_at_a_question_keeps_what_was_said(way: str, account: Account, start: Start, tmp_path: Path) -> None:
    with start(account) as operator:
        answer(operator, *WELCOME, Typed("Name", "left behind"))
        operator.asked("Account ID")
        assert LEAVE[way](operator) == INTERRUPTED
    if way != "closed terminal":
        assert operator.text.endswith("\nInterrupted.\nWhat you said is kept: the next start offers to go on.\n")
        assert operator.sane
    assert "Traceback" not in operator.text
    run = the_run(tmp_path)
    assert run.about[0] == "left behind"
    assert not run.ended
    assert run.changes == ()


@pytest.mark.parametrize("way", ["Ctrl-C", "SIGTERM"])
def test_a_token_that_is_being_typed_leaves_the_terminal_as_it_was(way: str, account: Account, start: Start) -> None:
    with start(account) as operator:
        answer(operator, *WELCOME[:-1], Taken("Connect", "Panther API"))
        answer(operator, Typed("Panther's address", "https://acme.runpanther.net"))
        operator.asked("API token")
        operator.send("half a tok")
        assert LEAVE[way](operator) == INTERRUPTED
    assert operator.sane
    assert "half a tok" not in operator.text


class Held:
    """AWS behind a proxy that holds one operation up until it is let go."""

    def __init__(self) -> None:
        self.operation, self.endpoint_url = "ExecuteChangeSet", ""
        self.came, self.go = threading.Event(), threading.Event()

    def __call__(self, operation: str, side: Side) -> bool:
        if operation == self.operation and side is Side.BEFORE:
            self.came.set()
            assert self.go.wait(PATIENCE_SECONDS)
        return False


@pytest.fixture
def held(embedded_aws: EmbeddedAws) -> Iterator[Held]:
    """Have the execution of a change set held up."""
    held = Held()
    with recording(embedded_aws.endpoint_url, interrupt=held) as proxy:
        held.endpoint_url = proxy.endpoint_url
        yield held
        held.go.set()


def test_a_write_under_way_is_named_and_waited_for(held: Held, scene: Scene, start: Start, tmp_path: Path) -> None:
    with start(scene, endpoint_url=held.endpoint_url) as operator:
        answer(operator, *WELCOME, *bucket(scene.bucket), *CREATE_STACK)
        assert held.came.wait(PATIENCE_SECONDS)
        operator.send("\x03")
        assert "Executing the change set" in operator.until(NO_WAITING)
        held.go.set()
        assert operator.ended() == INTERRUPTED
    assert "This run changed AWS, and is not finished." in operator.text
    run = the_run(tmp_path)
    assert operator.text.endswith(f"\npanther-s3-wizard undo {run.run} --state-dir {tmp_path / 'state'}\n")
    made = {change.kind: change.state for change in run.changes}
    assert made[ChangeKind.STACK] is State.MADE


def test_a_second_interrupt_does_not_wait_and_leaves_open_what_became_of_the_write(
    held: Held, scene: Scene, start: Start, tmp_path: Path
) -> None:
    with start(scene, endpoint_url=held.endpoint_url) as operator:
        answer(operator, *WELCOME, *bucket(scene.bucket), *CREATE_STACK)
        assert held.came.wait(PATIENCE_SECONDS)
        operator.send("\x03")
        operator.until(NO_WAITING)
        operator.send("\x03")
        assert operator.ended() == INTERRUPTED
    assert State.BEGUN in {change.state for change in the_run(tmp_path).changes}


def test_taking_back_that_is_interrupted_ends_with_what_is_under_way(
    held: Held, embedded_aws: EmbeddedAws, start: Start, tmp_path: Path
) -> None:
    scene = Scene.of("topic that exists", embedded_aws.endpoint_url)
    scene.begin(tmp_path / "state")
    with start(scene, endpoint_url=held.endpoint_url) as operator:
        answer(operator, *RESUME, *EXISTING_TOPIC, *CHECKED, *ALARM)
        operator.asked(CHOICE)
        held.operation = "PutBucketNotification"
        answer(operator, *TAKE_BACK)
        assert held.came.wait(PATIENCE_SECONDS)
        operator.send("\x03")
        operator.until(NO_WAITING)
        held.go.set()
        assert operator.ended() == INTERRUPTED
    now = scene.documents()
    kept = {name.split()[0] for name in now if now[name] != scene.before.get(name)}
    assert kept == {"topic", "key", "subscription"}  # the bucket's rules came first
    assert scene.undo(tmp_path / "state") == (0, [])


def test_the_demo_says_that_it_is_one_and_ends_with_nothing_to_keep(tmp_path: Path) -> None:
    with Operator("--demo", "--plain", environment={"TMPDIR": str(tmp_path)}, command=HASTENED) as operator:
        operator.asked("AWS profile")
        assert "Panther S3 wizard, on an embedded AWS: nothing of yours is touched." in operator.said
        answer(operator, *WELCOME[:-1], Taken("Go on with it", "Panther API"), Typed("Name", "left behind"))
        operator.asked("Account ID")
        operator.send("\x03")
        assert operator.ended() == INTERRUPTED
    assert operator.text.endswith("\nInterrupted.\n")
    assert list(tmp_path.iterdir()) == []
