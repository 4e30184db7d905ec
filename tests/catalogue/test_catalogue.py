"""Every misconfiguration is found with its id and cause, and no healthy variant fails.

What the emulator can hold is seeded into it and read back over the wire, with IAM's simulator left
out, which ministack does not imitate; the rest are recorded documents. Root keys are used, since
the emulator applies a bucket's Deny to the operator, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from panther_s3.checks.result import CheckResult, Status
from panther_s3.checks.runner import run_checks
from tests.catalogue import access, healthy, keys, notifications, trust  # noqa: F401 - this fills the catalogue
from tests.catalogue.entries import HEALTHY, MISCONFIGURATIONS, Healthy, Misconfiguration
from tests.catalogue.scene import Scene, healthy_scene

Found = Callable[[str], None]


def judged(scene: Scene) -> dict[str, CheckResult]:
    return {result.id.value: result for result in run_checks(scene.readings(), scene.answers())}


def assert_found(entry: Misconfiguration, results: dict[str, CheckResult]) -> None:
    """Assert that `entry` is found as what it is, and that nothing else fails but in consequence."""
    result = results[entry.check]
    assert (result.status, result.cause) == (entry.status, entry.cause), result
    assert result.detail
    failed = {each for each, other in results.items() if other.status is Status.FAIL} - {entry.check}
    assert failed == entry.also


def assert_healthy(entry: Healthy, results: dict[str, CheckResult]) -> None:
    assert told(results.values(), Status.FAIL) == told(results.values(), Status.UNKNOWN) == {}
    assert told(results.values(), Status.WARN).keys() == entry.warned


def told(results: Sequence[CheckResult] | object, status: Status) -> dict[str, str]:
    return {each.id.value: f"{each.cause}: {each.detail}" for each in results if each.status is status}  # type: ignore[attr-defined]


@pytest.mark.parametrize("entry", MISCONFIGURATIONS, ids=lambda entry: entry.name)
def test_recorded_misconfiguration_is_found(entry: Misconfiguration, found: Found) -> None:
    scene = healthy_scene()
    entry.change(scene)
    assert_found(entry, judged(scene))
    found("misconfigurations")


@pytest.mark.parametrize("entry", HEALTHY, ids=lambda entry: entry.name)
def test_recorded_healthy_variant_passes(entry: Healthy, found: Found) -> None:
    scene = healthy_scene(region=entry.region)
    entry.change(scene)
    assert_healthy(entry, judged(scene))
    found("healthy variants")
