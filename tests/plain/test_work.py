"""Calls on threads of their own: what they ask of the operator, what they raise, and what interrupts the waiting."""

from __future__ import annotations

import io
import signal
import threading

import pytest

from panther_s3.problems import Problem, ProblemKind
from panther_s3.rules import mfa_code_fault
from tui.connections import Connections
from tui.plain.typed import TypedPrompts
from tui.plain.ui import Ui
from tui.plain.voice import Voice
from tui.plain.work import Interrupted, Work, signals_end_the_run, wait_for_writes

DEVICE = "arn:aws:iam::111122223333:mfa/me"
PATIENCE_SECONDS = 10


def an_ui(monkeypatch: pytest.MonkeyPatch, *lines: str) -> tuple[Ui, io.StringIO]:
    """Return what a step works with, its operator typing `lines`, and what is printed."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    out = io.StringIO()
    voice = Voice(out)
    return Ui(voice, TypedPrompts(voice), Connections(None, lambda serial: ""), Work(), lasting=False), out


def test_an_mfa_code_that_a_call_wants_is_asked_for_where_the_operator_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ui, out = an_ui(monkeypatch, "12345", "123 456")
    assert ui.wait("Asking AWS…", lambda: ui.ask_mfa_code(DEVICE)) == "123456"
    said = " ".join(out.getvalue().split())
    assert f"This profile needs the code that {DEVICE} shows now." in said
    assert f"Failed: {mfa_code_fault('12345')}" in said


def test_going_back_from_an_mfa_code_is_the_calls_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    ui, _ = an_ui(monkeypatch, "<")
    with pytest.raises(Problem, match="No MFA code was given") as raised:
        ui.wait("", lambda: ui.ask_mfa_code(DEVICE))
    assert raised.value.kind is ProblemKind.CANCELLED


def test_what_a_call_raises_is_raised_where_it_is_waited_for() -> None:
    def fails() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        Work().run(fails)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_waiting_for_a_call_that_hangs(number: signal.Signals) -> None:
    let_go = threading.Event()
    before = signal.getsignal(number)

    def hangs() -> None:
        signal.raise_signal(number)
        let_go.wait(PATIENCE_SECONDS)

    with signals_end_the_run(), pytest.raises(Interrupted, match=number.name):
        Work().run(hangs)
    let_go.set()
    assert signal.getsignal(number) is before


def test_each_write_that_is_waited_for_is_named_once() -> None:
    looks = iter([("A",), ("A",), ("A", "B"), ("B",), ()])
    said: list[str] = []
    wait_for_writes(lambda: next(looks), said.append)
    assert [line.removesuffix(" Another Ctrl-C does not wait.") for line in said] == [
        "Waiting for the answer to: A.",
        "Waiting for the answer to: A; B.",
        "Waiting for the answer to: B.",
    ]
