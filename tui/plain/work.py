"""Calls to AWS and Panther on threads of their own, so that a key or a signal is heard while they last."""

from __future__ import annotations

import queue
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

R = TypeVar("R")

LOOK_SECONDS = 0.05
"""How long the main thread sleeps between two looks whether it was interrupted, or is asked something."""


class Interrupted(KeyboardInterrupt):
    """A signal, or the operator, ends the run; of this kind, since an event loop swallows any other."""


@contextmanager
def signals_end_the_run() -> Iterator[None]:
    """Have SIGINT, SIGTERM and SIGHUP raise Interrupted in the main thread while the block runs."""

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal.signal has it
        raise Interrupted(signal.Signals(number).name)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, interrupt) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


class Work:
    """Runs calls on threads while the main thread waits, and answers what these ask of the operator."""

    def __init__(self) -> None:
        self._questions: queue.SimpleQueue[tuple[Callable[[], str], Future[str]]] = queue.SimpleQueue()

    def run(self, function: Callable[[], R]) -> R:
        """Return what `function` gives, computed on a thread that holds up no interrupt; its errors are raised here."""
        result: Future[R] = Future()

        def compute() -> None:
            try:
                result.set_result(function())
            except BaseException as error:  # noqa: BLE001 - raised again on the thread that waits
                result.set_exception(error)

        threading.Thread(target=compute, daemon=True, name="aws").start()
        while True:
            try:
                return result.result(timeout=LOOK_SECONDS)
            except TimeoutError:
                if result.done():  # it is the call's own
                    raise
                self._answer()

    def ask_on_main(self, question: Callable[[], str]) -> str:
        """Return what `question` gives when the main thread asks it; called from a call's thread.

        Raises:
            Problem: as `question` does.
        """
        if threading.current_thread() is threading.main_thread():
            return question()
        answer: Future[str] = Future()
        self._questions.put((question, answer))
        return answer.result()

    def _answer(self) -> None:
        """Ask what a call wants to know."""
        try:
            question, answer = self._questions.get_nowait()
        except queue.Empty:
            return
        try:
            answer.set_result(question())
        except Exception as error:  # noqa: BLE001 - the call's to make something of
            answer.set_exception(error)


def wait_for_writes(names: Callable[[], tuple[str, ...]], say: Callable[[str], object]) -> None:
    """Wait until nothing is on its way to AWS or Panther, saying what is; another interrupt ends the waiting."""
    told: tuple[str, ...] = ()
    pause = threading.Event()
    while writes := names():
        if writes != told:
            say(f"Waiting for the answer to: {'; '.join(writes)}. Another Ctrl-C does not wait.")
            told = writes
        pause.wait(LOOK_SECONDS)
