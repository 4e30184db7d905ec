"""Decisions per second of the access evaluator, against parsing the same documents as JSON.

Both do the same cases in turns; the medians are compared. Parsing stands for the least that a program can do with a
policy, so that the ratio says what judging costs on top of reading, on whatever machine this runs.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tests.unit.access.cases import decision_of

CASES = Path(__file__).resolve().parents[1] / "tests" / "data" / "iam-cases.json"
RUNS, ROUNDS = 15, 20
LIMIT = 20.0


def per_second(work: Callable[[], None], count: int) -> float:
    """Return how many of `count` pieces of work are done in a second."""
    began = time.perf_counter()
    for _ in range(ROUNDS):
        work()
    return count * ROUNDS / (time.perf_counter() - began)


def main() -> None:
    cases = json.loads(CASES.read_text())["cases"]
    fields = ("request", "identity_policies", "permission_boundary", "resource_policy", "scps", "rcps", "grants")
    texts = [json.dumps([case[field] for field in fields]) for case in cases]

    def judge() -> None:
        for case in cases:
            decision_of(case)

    def parse() -> None:
        for text in texts:
            json.loads(text)

    judged: list[float] = []
    parsed: list[float] = []
    for _ in range(RUNS):
        judged.append(per_second(judge, len(cases)))
        parsed.append(per_second(parse, len(cases)))
    decisions, documents = statistics.median(judged), statistics.median(parsed)
    ratio = documents / decisions
    print(f"{decisions:,.0f} decisions and {documents:,.0f} parsed cases a second over {len(cases)} cases")
    print(f"a decision costs {ratio:.2f} times reading its documents (aim: at most {LIMIT:.0f})")


if __name__ == "__main__":
    main()
