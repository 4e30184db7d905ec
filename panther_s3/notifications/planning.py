"""The plan of a bucket's notifications: what is added for a source, what makes room for it, what is in the way."""

from __future__ import annotations

import copy
import hashlib
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from panther_s3.notifications.conflicts import Conflict, obstacle_of, subject_of
from panther_s3.notifications.meaning import EVENT_BRIDGE, METADATA
from panther_s3.notifications.rules import (
    CREATED,
    RULE_NAME,
    TOPICS,
    Document,
    Rule,
    overlap,
    reduced_prefixes,
    rules_of,
    tellers,
    told_fully,
    wanted_rule,
)
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import S3Source

MOST_RULES = 100
"""How many rules a bucket may have (Amazon S3 quotas, "Event notifications")."""
LONGEST_FILTER = 1024
"""How long a filter may be, as it is written (S3 API reference, FilterRule)."""
LONGEST_ID = 255
"""How long a rule's name may be (S3 user guide, "Enabling and configuring event notifications")."""


class Replacement(NamedTuple):
    """A rule that is taken out, and the one that takes its place, if any does."""

    old: Rule
    new: Rule | None


class Told(NamedTuple):
    """A prefix of whose objects the topic is told already, and a rule that does so."""

    prefix: str
    rule: Rule


@dataclass(frozen=True)
class RulesPlan:
    """One change of a bucket's notifications, as it is shown and then made."""

    bucket: str
    owner: str
    """The account that should own the bucket."""
    before: Document
    """The configuration as it was read."""
    after: Document
    """The one that takes its place; the same where nothing is to be changed, or an obstacle is in the way."""
    added: tuple[Rule, ...] = ()
    kept: tuple[Rule, ...] = ()
    """The rules that stay as they are, whoever's they are."""
    replaced: tuple[Replacement, ...] = ()
    told: tuple[Told, ...] = ()
    suffix: str = ""
    """The ending of the keys that are wanted."""
    conflicts: tuple[Conflict, ...] = ()
    obstacle: Problem | None = None
    """Why S3 would not take it; it is shown then, and not made."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to change."""
        return not (self.added or self.replaced)

    @property
    def has_idle_suffix(self) -> bool:
        """Whether a wider rule makes the suffix that is wanted narrow nothing."""
        return any(told.rule.suffix != self.suffix for told in self.told)


def plan_rules(configuration: Mapping[str, Any], source: S3Source, topic_arn: str) -> RulesPlan:
    """Return the change by which the bucket tells `topic_arn` of every new object of `source`.

    What is told already stays, whoever's rule it is, and so does everything of others. Rules that
    the wizard made make room for a wanted one: this source's own, and those to the same topic that
    the wanted one covers.

    Args:
        configuration: the bucket's, as S3 gives it.
        source: whose prefixes and suffix are wanted.
        topic_arn: the topic to tell.
    """
    before = without_metadata(configuration)
    prefixes, suffix = reduced_prefixes(source.prefixes), source.notification_suffix
    standing = tuple(rules_of(before))
    room = _make_room(standing, [wanted_rule(prefix, suffix, topic_arn) for prefix in prefixes], source)
    if room.conflicts:
        return _stopped(source, before, standing, room.conflicts, obstacle_of(room.conflicts))
    needed = [rule for prefix in prefixes for rule in tellers(room.kept, topic_arn, prefix, suffix)]
    idle = [rule for rule in room.kept if _is_own(rule, source) and rule not in needed]
    kept = tuple(rule for rule in room.kept if rule not in idle)
    taken = {rule.id for rule in kept}
    names = (name for name in _names(source, several=len(prefixes) > 1) if name not in taken)
    added = tuple(wanted_rule(rule.prefix, suffix, topic_arn, next(names)) for rule in room.lacking)
    obstacle = limits_problem(kept, added)
    if obstacle is not None:
        return _stopped(source, before, standing, (), obstacle)
    gone = [rule for rule in standing if rule not in kept]
    return RulesPlan(
        source.bucket_name,
        source.aws_account_id,
        before,
        with_rules(before, gone, added),
        added,
        kept,
        tuple(Replacement(old, next((new for new in added if overlap(old, new)), None)) for old in gone),
        tuple(
            Told(prefix, rules[0])
            for prefix in prefixes
            if (rules := tellers(kept, topic_arn, prefix, suffix)) and told_fully(kept, topic_arn, prefix, suffix)
        ),
        suffix,
    )


def changes_of(plan: RulesPlan) -> tuple[str, ...]:
    """Return what the plan does to the bucket's rules, in sentences."""
    lines = [f"Adds the rule {rule.id}: {rule.destination} is told of {subject_of(rule)}." for rule in plan.added]
    for old, new in plan.replaced:
        place = f"{new.id} takes its place" if new else "nothing takes its place"
        lines.append(f"Takes out the rule {old.id}, which tells {old.destination} of {subject_of(old)}: {place}.")
    for prefix, rule in plan.told:
        what = f"objects under {prefix}" if prefix else "all objects"
        wider = ", whatever their ending: the suffix narrows nothing" if rule.suffix != plan.suffix else ""
        lines.append(f"Leaves {what} to the rule {rule.id}, which tells {rule.destination} already{wider}.")
    if plan.kept:
        lines.append(f"Keeps as they are: {', '.join(rule.id for rule in plan.kept)}.")
    if EVENT_BRIDGE in plan.before:
        lines.append("Keeps EventBridge on.")
    return tuple(lines)


def without_metadata(configuration: Mapping[str, Any]) -> Document:
    """Return a copy of the configuration without what botocore adds to S3's answer."""
    return {name: copy.deepcopy(value) for name, value in configuration.items() if name != METADATA}


def with_rules(configuration: Document, gone: Sequence[Rule], added: Iterable[Rule]) -> Document:
    """Return a copy of the configuration without the rules `gone` and with `added` behind the rest of their kind."""
    changed = copy.deepcopy(configuration)
    new = list(added)
    for kind in dict.fromkeys(rule.kind for rule in (*gone, *new)):
        left = [copy.deepcopy(rule.entry) for rule in rules_of(configuration) if rule.kind == kind and rule not in gone]
        entries = left + [copy.deepcopy(dict(rule.entry)) for rule in new if rule.kind == kind]
        changed[kind] = entries
        if not entries:
            del changed[kind]
    return changed


def limits_problem(kept: Sequence[Rule], added: Sequence[Rule]) -> Problem | None:
    """Return the problem that S3's limits would make of `added` beside `kept`, or None where there is room."""
    if added and len(kept) + len(added) > MOST_RULES:
        return Problem(
            f"The bucket would have {len(kept) + len(added)} notification rules, and S3 takes {MOST_RULES}",
            f"{len(kept)} rules stay, and {len(added)} are to be added.",
            "Nothing is changed. Take rules out that nobody needs any more, or give the source fewer prefixes.",
            ProblemKind.INVALID,
        )
    filters = (value for rule in added for value in (rule.prefix_filter, rule.suffix_filter))
    longest = max(filters, key=len, default="")
    if len(longest) > LONGEST_FILTER:
        return Problem(
            f"A filter of {len(longest)} characters is longer than the {LONGEST_FILTER} that S3 takes",
            longest,
            "Nothing is changed. Use a shorter prefix or suffix: what is no letter, digit or one of /!-_.'() counts "
            "three times for each of its bytes.",
            ProblemKind.INVALID,
        )
    return None


class _Room(NamedTuple):
    """What there is once rules of the wizard's have made room."""

    kept: tuple[Rule, ...]
    lacking: tuple[Rule, ...]
    """The wanted rules that have to be added."""
    conflicts: tuple[Conflict, ...]


def _make_room(standing: Sequence[Rule], wanted: Sequence[Rule], source: S3Source) -> _Room:
    """Take out what may be and is in the way, until what is told no more by that is added as well."""
    kept = tuple(standing)
    while True:
        lacking = tuple(new for new in wanted if not told_fully(kept, new.destination, new.prefix, new.suffix))
        met = [Conflict(new, old) for new in lacking for old in kept if overlap(new, old)]
        conflicts = tuple(each for each in met if not _may_go(each, source))
        if conflicts or not met:
            return _Room(kept, lacking, conflicts)
        gone = [each.standing for each in met]
        kept = tuple(rule for rule in kept if rule not in gone)


def _may_go(conflict: Conflict, source: S3Source) -> bool:
    """Whether the rule in the way is the wizard's, and nobody misses what it tells of."""
    old, new = conflict.standing, conflict.wanted
    if _is_own(old, source):
        return True
    made = old.kind == TOPICS and old.id.startswith(RULE_NAME) and old.destination == new.destination
    created = all(event.startswith(CREATED) for event in old.events)
    return made and created and old.prefix.startswith(new.prefix) and old.suffix.endswith(new.suffix)


def _is_own(rule: Rule, source: S3Source) -> bool:
    """Whether the rule is one that the wizard makes for `source`, whatever its topic is."""
    name = re.escape(_own_name(source))
    return rule.kind == TOPICS and re.fullmatch(rf"{name}(\.\d+)?", rule.id) is not None


def _names(source: S3Source, *, several: bool) -> Iterable[str]:
    """Yield names for the rules of `source`: with numbers where there are several, or where one is taken."""
    name = _own_name(source)
    if not several:
        yield name
    yield from (f"{name}.{number}" for number in itertools.count(1 if several else 2))


def _own_name(source: S3Source) -> str:
    """How the names of the source's rules begin; a dot follows before a number, which no source's name holds."""
    name = f"{RULE_NAME}-{source.suffix}"
    room = LONGEST_ID - len(".10000")
    if len(name) <= room:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{name[: room - len(digest) - 1]}-{digest}"


def _stopped(
    source: S3Source,
    before: Document,
    standing: tuple[Rule, ...],
    conflicts: tuple[Conflict, ...],
    obstacle: Problem,
) -> RulesPlan:
    """The plan that changes nothing, since something is in the way."""
    after = copy.deepcopy(before)
    return RulesPlan(
        source.bucket_name,
        source.aws_account_id,
        before,
        after,
        kept=standing,
        conflicts=conflicts,
        obstacle=obstacle,
    )
