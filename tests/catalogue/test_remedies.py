"""The remedy mends it: applied to the document as it says, check after check, until the check passes.

Whatever else was in order stays in order, no two statements of a document share a Sid, and S3 takes
the rules together.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from panther_s3.checks.result import Status
from panther_s3.checks.runner import run_checks
from panther_s3.checks.statements import name_of, statements_of
from panther_s3.notifications import first_overlap, rules_of
from tests.catalogue import access, keys, notifications, trust, values  # noqa: F401 - this fills the catalogue
from tests.catalogue.entries import MISCONFIGURATIONS, Misconfiguration
from tests.catalogue.scene import Document, Scene, healthy_scene, policy

REMEDY = re.compile(
    r"(?:(?P<add>Add) to the (?P<to>[^\n]+)"
    r"|(?P<make>Make) the (?:statement|rule) (?P<name>.+?) of the (?P<of>[^\n]+)"
    r"|(?P<take>Take) the statement (?P<gone>.+?) out of the (?P<out_of>[^\n]+), or narrow it)"
    r":\n(?P<json>\{.*\n\})\n",
    re.DOTALL,
)
TAKEN_OUT = re.compile(r"Take the rule (.+?) out:")
ROUNDS = 4
"""AWS names one refusal at a time."""
MENDED = [entry for entry in MISCONFIGURATIONS if entry.mended]


@pytest.mark.parametrize("entry", MENDED, ids=lambda entry: entry.name)
def test_remedy_mends_it(entry: Misconfiguration) -> None:
    scene = healthy_scene()
    entry.change(scene)
    before = statuses(scene)
    seen = set()
    for _ in range(ROUNDS):
        remedy = remedy_of(scene, entry.check)
        assert remedy not in seen, remedy
        seen.add(remedy)
        apply(scene, remedy)
        if statuses(scene)[entry.check] is Status.PASS:
            break
    after = statuses(scene)
    assert after[entry.check] is Status.PASS, remedy_of(scene, entry.check)
    assert {each for each, status in after.items() if status is Status.FAIL} <= entry.also
    assert all(after[each] is Status.PASS for each, status in before.items() if status is Status.PASS)


@pytest.mark.parametrize("entry", MISCONFIGURATIONS, ids=lambda entry: entry.name)
def test_what_a_statement_mends_is_marked_so(entry: Misconfiguration) -> None:
    scene = healthy_scene()
    entry.change(scene)
    remedy = remedy_of(scene, entry.check)
    assert bool(REMEDY.search(remedy)) == entry.mended, remedy
    assert remedy or entry.cause in ("cannot_judge", "depends_on_panther")


def test_most_failures_have_a_statement_to_copy() -> None:
    assert len(MENDED) >= 75


def statuses(scene: Scene) -> dict[str, Status]:
    return {each.id.value: each.status for each in run_checks(scene.readings(), scene.answers())}


def remedy_of(scene: Scene, check: str) -> str:
    return next(each.remedy for each in run_checks(scene.readings(), scene.answers()) if each.id == check)


def apply(scene: Scene, remedy: str) -> None:
    """Do as the remedy says."""
    told = REMEDY.search(remedy)
    assert told, remedy
    what, where = json.loads(told["json"]), told["to"] or told["of"] or told["out_of"]
    if where == "bucket's TopicConfigurations":
        apply_rule(scene, what, {str(told["name"]), *TAKEN_OUT.findall(remedy)})
        return
    document = document_of(scene, where)
    statements: list[Any] = list(statements_of(document))
    if told["add"]:
        statements.append(what)
    else:
        named = told["name"] or told["gone"]
        places = [place for place, each in enumerate(statements) if name_of(each, place) == named]
        assert len(places) == 1
        statements[places[0] : places[0] + 1] = [what] if told["make"] else []
        assert told["make"] or what
    document["Statement"] = statements
    sids = [each["Sid"] for each in statements if "Sid" in each]
    assert len(sids) == len(set(sids))


def apply_rule(scene: Scene, rule: Document, gone: set[str]) -> None:
    kept = [each for each in scene.notifications.get("TopicConfigurations", []) if each.get("Id") not in gone]
    scene.notifications["TopicConfigurations"] = [*kept, rule]
    rules = list(rules_of(scene.notifications))
    assert len({each.id for each in rules}) == len(rules)
    assert first_overlap(scene.notifications) is None


def document_of(scene: Scene, name: str) -> Document:
    """The document that a remedy names."""
    kind, _, of = name.rpartition(" of ")
    if kind == "trust policy" and of == scene.role_arn:
        return scene.trust
    if kind == "bucket policy" and of == scene.name:
        scene.bucket_policy = scene.bucket_policy or policy()
        return scene.bucket_policy  # type: ignore[no-any-return]
    if kind == "key policy":
        found: Document = next(key.policy for key in scene.keys.values() if key.arn == of)
        return found
    if kind == "policy" and of == scene.topic_arn:
        return scene.topic_policy
    if kind == "policy" and of == scene.role_arn:
        return next(iter(scene.policies.values()))
    if kind.startswith("policy ") and of == scene.role_arn:
        return scene.policies[kind.removeprefix("policy ")]
    assert name.startswith("permissions boundary arn:"), name
    return scene.boundary  # type: ignore[no-any-return]
