"""Taking back a plan that was made: its rules go, what it took out comes back, what others did since stays."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from panther_s3.notifications.conflicts import Conflict
from panther_s3.notifications.meaning import meaning_of, same_configuration
from panther_s3.notifications.planning import Replacement, RulesPlan, limits_problem, with_rules, without_metadata
from panther_s3.notifications.rules import Document, Rule, overlap, rules_of
from panther_s3.policies import to_json
from panther_s3.problems import Problem, ProblemKind


def undo_rules(
    current: Mapping[str, Any],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    bucket: str = "",
    owner: str = "",
) -> RulesPlan:
    """Return the change that takes back the one from `before` to `after`, made where `current` is now.

    Args:
        current: the bucket's configuration as it is now.
        before: the configuration before the change that is taken back.
        after: the configuration that the change made.
        bucket: the bucket's name.
        owner: the account that should own the bucket.
    """
    now = without_metadata(current)
    made, lost = _beyond(after, before), _beyond(before, after)
    standing = tuple(rules_of(now))
    gone = [rule for rule in standing if _among(rule, made)]
    kept = tuple(rule for rule in standing if rule not in gone)
    back = [rule for rule in lost if not _among(rule, kept)]
    known = [rule for rule in rules_of(before) if _among(rule, kept)]
    strangers = [rule for rule in kept if not _among(rule, lost)]
    obstacle = _changed(made, strangers) or _taken(back, kept, known) or limits_problem(kept, back)
    if obstacle is not None:
        return RulesPlan(bucket, owner, now, copy.deepcopy(now), kept=standing, obstacle=obstacle)
    if same_configuration(now, after):
        result = without_metadata(before)
    else:
        result = _put_back(with_rules(now, gone, ()), back, before)
    replaced = tuple(Replacement(old, next((new for new in back if overlap(old, new)), None)) for old in gone)
    return RulesPlan(bucket, owner, now, result, tuple(back), kept, replaced)


def _beyond(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[Rule]:
    """The rules of `one` that `other` does not have in the same meaning."""
    others = list(rules_of(other))
    return [rule for rule in rules_of(one) if not _among(rule, others)]


def _among(rule: Rule, rules: Iterable[Rule]) -> bool:
    return any(_alike(rule, other) for other in rules)


def _alike(one: Rule, other: Rule) -> bool:
    return one.kind == other.kind and meaning_of(one.entry) == meaning_of(other.entry)


def _changed(made: Iterable[Rule], others: Iterable[Rule]) -> Problem | None:
    """The problem of a rule whose name another one has now: it is not any more as it was made."""
    for rule, now in ((rule, now) for rule in made for now in others if rule.id == now.id):
        return Problem(
            f"The rule {rule.id} has been changed since it was made",
            f"It was made as {to_json(rule.entry)}and is now, among the {now.kind}, {to_json(now.entry)}",
            "Nothing is changed. Take it out by hand, if it may go: whoever changed it may need it.",
            ProblemKind.CONFLICT,
        )
    return None


def _taken(back: Iterable[Rule], kept: Iterable[Rule], known: Iterable[Rule]) -> Problem | None:
    """The problem of a rule that cannot come back, since a newer one has its name or its objects."""
    newer = [rule for rule in kept if not _among(rule, known)]
    for rule, other in ((rule, other) for rule in back for other in newer):
        if rule.id != other.id and not overlap(rule, other):
            continue
        why = "Both have one name." if rule.id == other.id else Conflict(rule, other).why
        return Problem(
            f"The rule {rule.id} cannot be put back beside the rule {other.id}, which was made since",
            f"{why} The former one is {to_json(rule.entry)}and the newer one {to_json(other.entry)}",
            f"Nothing is changed. Take the rule {other.id} out or narrow it, if it may go, then Retry.",
            ProblemKind.CONFLICT,
        )
    return None


def _put_back(configuration: Document, back: Iterable[Rule], before: Mapping[str, Any]) -> Document:
    """Put each rule where it stood: behind the nearest one before it that is still there."""
    changed = copy.deepcopy(configuration)
    for rule in back:
        former = [each for each in rules_of(before) if each.kind == rule.kind]
        ahead = {meaning_of(each.entry) for each in former[: former.index(rule)]}
        entries = changed.setdefault(rule.kind, [])
        place = max((place for place, each in enumerate(entries, start=1) if meaning_of(each) in ahead), default=0)
        entries.insert(place, copy.deepcopy(dict(rule.entry)))
    return changed
