"""The order of statements, objects, prefixes and rules means nothing to AWS, and so must not change a verdict."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from panther_s3.checks.result import CheckId, Status
from panther_s3.checks.runner import run_checks
from tests.catalogue import access, healthy, keys, notifications, trust, values  # noqa: F401 - this fills the catalogue
from tests.catalogue.entries import HEALTHY, MISCONFIGURATIONS, Change
from tests.catalogue.scene import Scene, healthy_scene

ORDERS = 4
CHANGES = [entry.change for entry in (*MISCONFIGURATIONS, *HEALTHY)]
TOGETHER = 3
"""How many entries are put into one scene: more statements, more orders."""


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_order_changes_no_verdict_of_an_entry(change: Change) -> None:
    assert_order_means_nothing([change], seed=0)


@pytest.mark.parametrize("seed", range(100))
def test_order_changes_no_verdict_of_several_entries_together(seed: int) -> None:
    assert_order_means_nothing(random.Random(seed).sample(CHANGES, TOGETHER), seed)


def assert_order_means_nothing(changes: list[Change], seed: int) -> None:
    scene = changed(changes)
    expected = verdicts(scene)
    chance = random.Random(seed)
    for _ in range(ORDERS):
        shuffle(scene, chance)
        assert verdicts(scene) == expected, [change.__name__ for change in changes]


def changed(changes: list[Change]) -> Scene:
    """The scene with all changes that can be made together; statements on the bucket are kept."""
    scene = healthy_scene()
    for change in changes:
        before = scene.bucket_policy
        try:
            change(scene)
        except (AttributeError, IndexError, KeyError, StopIteration, TypeError):
            continue  # an earlier change took away what it changes
        if isinstance(before, dict) and isinstance(scene.bucket_policy, dict) and before is not scene.bucket_policy:
            scene.bucket_policy["Statement"] += before["Statement"]
    return scene


def verdicts(scene: Scene) -> dict[CheckId, Status]:
    return {each.id: each.status for each in run_checks(scene.readings(), scene.answers())}


def shuffle(scene: Scene, chance: random.Random) -> None:
    """Put all that AWS holds in no order into another one."""
    documents = [scene.trust, scene.topic_policy, scene.bucket_policy, scene.boundary]
    documents += [*scene.policies.values(), *scene.attached.values(), *(key.policy for key in scene.keys.values())]
    for document in documents:
        if isinstance(document, dict) and isinstance(document.get("Statement"), list):
            chance.shuffle(document["Statement"])
    if isinstance(scene.notifications, dict):
        for rules in scene.notifications.values():
            if isinstance(rules, list):
                chance.shuffle(rules)
    scene.objects = shuffled(scene.objects, chance)
    rows = shuffled(scene.source.prefix_log_types, chance)
    scene.source = replace(scene.source, prefix_log_types=rows)
    for field in ("simulation", "subscriptions"):
        if isinstance(found := getattr(scene, field), tuple):
            setattr(scene, field, shuffled(found, chance))


def shuffled(items: tuple[Any, ...], chance: random.Random) -> tuple[Any, ...]:
    return tuple(chance.sample(items, len(items)))
