"""Every misconfiguration is found with its id and cause, and no healthy variant fails.

What the emulator can hold is seeded into it and read back over the wire, with IAM's simulator left
out, which ministack does not imitate; the rest are recorded documents. Root keys are used, since
the emulator applies a bucket's Deny to the operator, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from panther_s3.aws.readings import read_for_checks
from panther_s3.aws.session import Aws
from panther_s3.checks.result import CheckResult, Status
from panther_s3.checks.runner import run_checks
from panther_s3.demo import EmbeddedAws
from tests.catalogue import access, healthy, keys, notifications, trust, values  # noqa: F401 - this fills the catalogue
from tests.catalogue.entries import HEALTHY, MISCONFIGURATIONS, Healthy, Misconfiguration
from tests.catalogue.scene import ACCOUNT, Scene, healthy_scene
from tests.catalogue.seeding import Seeder

Found = Callable[[str], None]
Root = Callable[[str], Aws]


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


def told(results: Iterable[CheckResult], status: Status) -> dict[str, str]:
    return {each.id.value: f"{each.cause}: {each.detail}" for each in results if each.status is status}


@pytest.mark.parametrize("entry", MISCONFIGURATIONS, ids=lambda entry: entry.name)
def test_recorded_misconfiguration_is_found(entry: Misconfiguration, found: Found) -> None:
    scene = healthy_scene()
    entry.change(scene)
    assert_found(entry, judged(scene))
    found("misconfigurations found")


@pytest.mark.parametrize("entry", HEALTHY, ids=lambda entry: entry.name)
def test_recorded_healthy_variant_passes(entry: Healthy, found: Found) -> None:
    scene = healthy_scene(region=entry.region)
    entry.change(scene)
    assert_healthy(entry, judged(scene))
    found("healthy variants passed")


@pytest.fixture(scope="module")
def seeder(embedded_aws: EmbeddedAws) -> Seeder:
    return Seeder(embedded_aws.endpoint_url)


@pytest.fixture(scope="module")
def gateways() -> dict[str, Aws]:
    """What reads in each region: its clients are costly to make."""
    return {}


@pytest.fixture
def root(
    embedded_aws: EmbeddedAws, gateways: dict[str, Aws], aws_environment: None, monkeypatch: pytest.MonkeyPatch
) -> Root:
    """What gives the gateway of a region, with the keys of the account's root."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root")
    return lambda region: gateways.setdefault(region, Aws(None, region, endpoint_url=embedded_aws.endpoint_url))


def read_back(scene: Scene, root: Root) -> dict[str, CheckResult]:
    answers = scene.answers()
    readings = read_for_checks(root(answers.region), answers, sleep=lambda _: None)
    results = run_checks(replace(readings, simulation=None), answers)
    return {result.id.value: result for result in results}


@pytest.mark.parametrize("entry", [each for each in MISCONFIGURATIONS if each.seeded], ids=lambda entry: entry.name)
def test_seeded_misconfiguration_is_found(entry: Misconfiguration, seeder: Seeder, root: Root, found: Found) -> None:
    scene = seeder.scene("us-west-2")
    entry.change(scene)
    seeder.put(scene)
    assert_found(entry, read_back(scene, root))
    found("misconfigurations in the emulator")


@pytest.mark.parametrize("entry", [each for each in HEALTHY if each.seeded], ids=lambda entry: entry.name)
def test_seeded_healthy_variant_passes(entry: Healthy, seeder: Seeder, root: Root, found: Found) -> None:
    scene = seeder.scene(entry.region)
    entry.change(scene)
    seeder.put(scene)
    assert_healthy(entry, read_back(scene, root))
    found("healthy variants in the emulator")
