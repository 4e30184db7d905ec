"""Calls side by side: bounded, without deadlock, and given up from the inside out."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest

from panther_s3.aws.crew import Crew, Hands
from panther_s3.aws.shared_reads import SharedReads
from panther_s3.problems import Problem


def test_no_more_calls_run_at_once_than_there_are_hands() -> None:
    hands, lock = 3, threading.Lock()
    running = most = 0
    together = threading.Barrier(hands, timeout=10)

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()
        with lock:
            running -= 1

    crew = Crew(Hands(hands))
    for call in [crew.call(work) for _ in range(4 * hands)]:
        crew.result(call)
    assert most == hands


def test_chains_that_wait_do_not_keep_calls_from_running() -> None:
    crew = Crew(Hands(1), seconds=10)

    def nested(depth: int) -> int:
        return 1 + crew.result(crew.chain(lambda: nested(depth - 1))) if depth else crew.result(crew.call(lambda: 0))

    chains = [crew.chain(lambda: nested(5)) for _ in range(10)]
    assert [crew.result(chain) for chain in chains] == [5] * 10


def test_a_chain_that_lacks_a_call_has_the_time_to_say_what_it_has() -> None:
    crew, never = Crew(seconds=0.2), Future[str]()

    def rather() -> list[str]:
        try:
            return ["read", crew.result(never)]
        except TimeoutError:
            return ["read"]

    assert crew.result(crew.chain(lambda: crew.result(crew.chain(rather)))) == ["read"]


def test_once_time_is_over_no_call_begins() -> None:
    crew, made = Crew(), []
    crew.end()
    with pytest.raises(TimeoutError):
        crew.result(crew.call(lambda: made.append(1)))
    assert made == []


def test_whatever_a_call_raises_belongs_to_who_asks_for_it() -> None:
    def fail() -> None:
        raise Problem("no")

    crew = Crew()
    with pytest.raises(Problem, match="no"):
        crew.result(crew.chain(lambda: crew.result(crew.call(fail))))


def test_what_is_shared_is_started_once_by_whoever_comes_first() -> None:
    shared, started = SharedReads(), []

    def start() -> Future[int]:
        future: Future[int] = Future()
        started.append(future)
        return future

    found: list[Future[int]] = []
    threads = [threading.Thread(target=lambda: found.append(shared.once(("role", "a"), start))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 1
    assert set(found) == set(started)
    assert shared.once(("role", "b"), start) is not started[0]
