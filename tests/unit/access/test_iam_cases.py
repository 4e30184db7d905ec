"""The cases that the evaluator has to get right, each with AWS's page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.access.cases import decision_of

CASES = json.loads((Path(__file__).parents[2] / "data" / "iam-cases.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    decision = decision_of(case)
    assert (decision.verdict, decision.kind) == (case["expected"], case["expected_kind"]), (
        f"{case['description']}: {case['why']}; {case['reference']}; {decision.reason}"
    )
