"""The cases that the evaluator has to get right, each with AWS's page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from panther_s3.access import evaluate

CASES = json.loads((Path(__file__).parents[2] / "data" / "iam-cases.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    decision = evaluate(
        case["request"],
        identity_policies=case["identity_policies"],
        permissions_boundary=case["permission_boundary"],
        resource_policy=case["resource_policy"],
        resource_policy_type=case["resource_policy_type"],
        service_control_policies=case["scps"],
        resource_control_policies=case["rcps"],
        grants=case["grants"],
    )
    assert (decision.verdict, decision.kind) == (case["expected"], case["expected_kind"]), (
        f"{case['description']}: {case['why']}; {case['reference']}; {decision.reason}"
    )
