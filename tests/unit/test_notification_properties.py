"""What holds of every bucket's notifications: nothing of others is lost, nothing is sent that S3 refuses."""

from __future__ import annotations

import copy
import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panther_s3.notifications import (
    KINDS,
    RULE_NAME,
    TOPICS,
    Rule,
    first_overlap,
    overlap,
    plan_rules,
    rules_of,
    same_configuration,
    undo_rules,
)
from panther_s3.source import PrefixLogTypes, S3Source

Document = dict[str, Any]
Record = Callable[[str, object], None]
TOPIC, OTHER = "arn:aws:sns:us-west-2:1:panther", "arn:aws:sns:us-west-2:1:other"
WAYS = ("Put", "Post", "Copy", "CompleteMultipartUpload")
EVENTS = (
    *("s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectCreated:Copy", "s3:ObjectCreated:Post"),
    *("s3:ObjectCreated:CompleteMultipartUpload", "s3:ObjectRemoved:*", "s3:ObjectRemoved:Delete"),
)
TYPED = ("", "a", "a/", "a/b", "b/", "ab/", "a b/", "a=b/", "a+/", "ü/", "%/", "c/")
"""Prefixes of sources."""
WRITTEN = ("", "a", "a/", "a%2F", "a%2f", "a/b", "b/", "ab/", "a+b/", "a%20b/", "a%3Db/", "a%3db/", "a=b/", "%c3", "c/",
           "a%2B/", "%C3%BC/", "ü/", "%/", "%25/", "%61/")  # fmt: skip
"""Filters as they may stand in a bucket, some of them miswritten."""
ENDS = ("", ".gz", "%2egz", "z", ".csv", "v")
NAMES = ("acme", "acme-2", "first")
IDS = (
    *(f"{RULE_NAME}-acme", f"{RULE_NAME}-acme.1", f"{RULE_NAME}-acme.2", f"{RULE_NAME}-acme-2"),
    *(f"{RULE_NAME}-first", RULE_NAME, f"{RULE_NAME}-1", "theirs", "audit", "x", "y"),
)
MIDDLES = ("", "a", "b/x", "=ü %+", "log.gz")


def _entry(kind: str, rule_id: str, topic: str, events: Sequence[str], prefix: str, suffix: str, case: int) -> Document:
    """A rule as S3 gives it, or as the emulator does: with the names of its filters in another case, or none."""
    names = (("Prefix", prefix), ("Suffix", suffix)) if case else (("prefix", prefix), ("suffix", suffix))
    filters = [{"Name": name, "Value": value} for name, value in names if value or case == 2]
    destination = topic if kind == TOPICS else f"arn:aws:x:us-west-2:1:{kind}"
    filtered = {"Filter": {"Key": {"FilterRules": filters}}} if filters else {}
    return {"Id": rule_id, KINDS[kind]: destination, "Events": sorted(set(events)), **filtered}


def _configuration(entries: list[tuple[str, Document]], eventbridge: bool, future: bool, valid: bool) -> Document:
    """The configuration of `entries`, whose names differ; where it is `valid`, it is one that S3 has taken."""
    configuration: Document = {"EventBridgeConfiguration": {}} if eventbridge else {}
    configuration |= {"OfTheFuture": [{"Id": "f"}]} if future else {}
    seen: set[str] = set()
    for kind, entry in entries:
        more = {**configuration, kind: [*configuration.get(kind, []), entry]}
        if entry["Id"] not in seen and not (valid and first_overlap(more)):
            configuration = more
            seen.add(entry["Id"])
    return configuration


EVENT_SETS = [*itertools.combinations(EVENTS, 1), *itertools.combinations(EVENTS, 2), EVENTS[1:5]]


def _drawn(make: Callable[..., Any], *choices: Sequence[Any]) -> st.SearchStrategy[Any]:
    """What `make` gives of one of each of `choices`; a single number is drawn, which is quicker than each by itself."""

    def choose(number: int) -> Any:
        chosen = []
        for each in choices:
            number, place = divmod(number, len(each))
            chosen.append(each[place])
        return make(*chosen)

    return st.integers(0, math.prod(map(len, choices)) - 1).map(choose)


def _source(name: str, count: int, one: str, two: str, three: str, suffix: str) -> S3Source:
    rows = tuple(map(PrefixLogTypes, (one, two, three)[:count]))
    return S3Source(name, "111122223333", "acme-logs", prefix_log_types=rows, notification_suffix=suffix)


ENTRIES = _drawn(
    lambda kind, *parts: (kind, _entry(kind, *parts)),
    *([TOPICS, *KINDS], IDS, [TOPIC, TOPIC, OTHER], EVENT_SETS, WRITTEN, ENDS, range(3)),
)
CONFIGURATIONS = st.builds(
    lambda entries, sort: _configuration(entries, bool(sort & 1), bool(sort & 2), sort > 2),
    st.lists(ENTRIES, max_size=6),
    st.integers(0, 11),
)
SOURCES = _drawn(_source, NAMES, range(1, 4), TYPED, TYPED, TYPED, ["", "", ".gz", "z"])


@pytest.fixture
def merge(record_property: Record) -> Callable[..., None]:
    """Try a property on many random configurations and sources, and record how many there were."""

    def run(holds: Callable[..., None], *strategies: st.SearchStrategy[Any], examples: int = 1500) -> None:
        counted = itertools.count()

        def counting(drawn: tuple[Any, ...]) -> None:
            next(counted)
            holds(*drawn)

        checked = given(st.tuples(*(strategies or (CONFIGURATIONS, SOURCES))))(counting)
        settings(max_examples=examples, suppress_health_check=list(HealthCheck), database=None)(checked)()
        record_property("configurations merged", next(counted))

    return run


def own(rule_id: str, source: S3Source) -> bool:
    return re.fullmatch(rf"{RULE_NAME}-{source.suffix}(\.[0-9]+)?", rule_id) is not None


def of_others(configuration: Document, source: S3Source) -> Document:
    """All that the wizard may not touch, in its order: unlike the plan, this knows names and topics alone."""
    kept = {
        kind: [
            entry
            for entry in configuration.get(kind, [])
            if not (kind == TOPICS and own(entry["Id"], source))
            and not (kind == TOPICS and entry["Id"].startswith(RULE_NAME) and entry["TopicArn"] == TOPIC)
        ]
        for kind in KINDS
    }
    return {**configuration, **kept}


def decoded(written: str) -> bytes | None:
    """What a filter stands for; None where it is miswritten, and so fits no key."""
    if re.search(r"[^\x21-\x7e]|[=:@,;&$ ]|%(?![0-9A-Fa-f]{2})", written):
        return None
    plain = written.replace("+", " ").encode()
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), plain)


def tells(entry: Document, key: str, event: str) -> bool:
    """Whether S3 delivers: the event is of the rule's, the key begins and ends as its filter says."""
    rules = entry.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    values = {rule["Name"].lower(): decoded(rule["Value"]) for rule in rules}
    if None in values.values():
        return False
    fits = key.encode().startswith(values.get("prefix") or b"") and key.encode().endswith(values.get("suffix") or b"")
    return fits and any(each in (event, f"{event.rpartition(':')[0]}:*") for each in entry["Events"])


def told(configuration: Document, topic: str, key: str, event: str) -> bool:
    """Whether the bucket tells `topic` of the event."""
    return any(tells(entry, key, event) for entry in configuration.get(TOPICS, []) if entry["TopicArn"] == topic)


def keys_of(source: S3Source) -> list[str]:
    return [f"{prefix}{middle}{source.notification_suffix}" for prefix in source.prefixes for middle in MIDDLES]


def test_everything_of_others_stays_identical_and_in_order(merge: Callable[..., None]) -> None:
    def holds(configuration: Document, source: S3Source) -> None:
        former = copy.deepcopy(configuration)
        plan = plan_rules(configuration, source, TOPIC)
        assert configuration == former
        assert plan.before == former
        assert of_others(plan.after, source) == of_others(former, source)

    merge(holds, examples=3000)


def test_applied_twice_is_applied_once(merge: Callable[..., None]) -> None:
    def holds(configuration: Document, source: S3Source) -> None:
        once = plan_rules(configuration, source, TOPIC)
        twice = plan_rules(once.after, source, TOPIC)
        assert twice.is_empty
        assert twice.after == once.after
        assert (twice.obstacle is None) == (once.obstacle is None)

    merge(holds)


def test_nothing_that_s3_refuses_is_ever_planned(merge: Callable[..., None]) -> None:
    def holds(configuration: Document, source: S3Source) -> None:
        plan = plan_rules(configuration, source, TOPIC)
        if first_overlap(configuration) is None:
            assert first_overlap(plan.after) is None
        assert not any(overlap(new, old) for new in plan.added for old in rules_of(plan.after) if old != new)
        ids = [rule.id for rule in rules_of(plan.after)]
        assert len(ids) == len(set(ids))
        if plan.obstacle is not None:
            assert plan.after == plan.before

    merge(holds, examples=2000)


def test_without_an_obstacle_the_topic_is_told_of_every_new_object(merge: Callable[..., None]) -> None:
    def holds(configuration: Document, source: S3Source) -> None:
        plan = plan_rules(configuration, source, TOPIC)
        if plan.obstacle is None:
            for key, way in itertools.product(keys_of(source), WAYS):
                assert told(plan.after, TOPIC, key, f"s3:ObjectCreated:{way}"), (key, way)

    merge(holds)


def test_another_source_is_told_of_all_that_it_was_told_of(merge: Callable[..., None]) -> None:
    def holds(configuration: Document, source: S3Source, other: S3Source) -> None:
        before = plan_rules(configuration, other, TOPIC).after
        after = plan_rules(before, source, TOPIC).after
        theirs = {**before, TOPICS: [each for each in before.get(TOPICS, []) if not own(each["Id"], source)]}
        events = (*(f"s3:ObjectCreated:{way}" for way in WAYS), "s3:ObjectRemoved:Delete")
        keys = [*keys_of(other), *(f"{prefix}k{end}" for prefix in TYPED for end in ("", ".gz", ".csv"))]
        for key, event, topic in itertools.product(keys, events, (TOPIC, OTHER)):
            assert told(after, topic, key, event) or not told(theirs, topic, key, event), (key, event)

    merge(holds, CONFIGURATIONS, SOURCES, SOURCES, examples=1500)


def test_undoing_restores_what_was_there(merge: Callable[..., None]) -> None:
    def holds(configuration: Document, source: S3Source) -> None:
        plan = plan_rules(configuration, source, TOPIC)
        undone = undo_rules(plan.after, plan.before, plan.after)
        assert undone.obstacle is None
        assert undone.after == configuration
        again = undo_rules(undone.after, plan.before, plan.after)
        assert again.is_empty
        assert again.obstacle is None

    merge(holds)


def test_undoing_keeps_what_others_changed_since(merge: Callable[..., None]) -> None:
    def holds(
        configuration: Document, source: S3Source, more: list[tuple[str, Document]], fewer: int, eventbridge: bool
    ) -> None:
        plan = plan_rules(configuration, source, TOPIC)
        mine = [rule.entry for rule in plan.added]
        since = copy.deepcopy(plan.after)
        others = [(kind, entry) for kind in KINDS for entry in since.get(kind, []) if entry not in mine]
        if others and fewer:
            kind, entry = others[fewer % len(others)]
            since[kind].remove(entry)
        for number, (kind, entry) in enumerate(more):
            new = {**entry, "Id": f"since-{number}"}
            if not first_overlap({**since, kind: [*since.get(kind, []), new]}):
                since[kind] = [*since.get(kind, []), new]
        since |= {"EventBridgeConfiguration": {}} if eventbridge else {}
        undone = undo_rules(since, plan.before, plan.after)
        lost = [replaced.old.entry for replaced in plan.replaced]
        if undone.obstacle is not None:
            assert undone.after == since
            newer = [rule for rule in rules_of(since) if rule.id.startswith("since-")]
            assert any(overlap(rule, replaced.old) for rule in newer for replaced in plan.replaced)
            return
        kept = {kind: [entry for entry in since.get(kind, []) if entry not in mine] for kind in KINDS}
        kept[TOPICS] += lost
        assert same_configuration(undone.after, {**since, **kept})
        if first_overlap(configuration) is None:
            assert first_overlap(undone.after) is None

    merge(holds, CONFIGURATIONS, SOURCES, st.lists(ENTRIES, max_size=2), st.integers(0, 9), st.booleans())


SMALL = ["".join(letters) for length in range(3) for letters in itertools.product("ab", repeat=length)]
KEYS = ["".join(letters) for length in range(5) for letters in itertools.product("ab", repeat=length)]


def test_two_filters_overlap_where_a_key_fits_both() -> None:
    """The documented rule about strings, on every pair of a small alphabet; keys are as long as two filters."""
    fitting = {
        (prefix, suffix): {key for key in KEYS if key.startswith(prefix) and key.endswith(suffix)}
        for prefix, suffix in itertools.product(SMALL, SMALL)
    }
    for one, other in itertools.product(fitting, fitting):
        rules = [Rule(TOPICS, "x", "", ("s3:ObjectCreated:*",), *each) for each in (one, other)]
        assert overlap(*rules) == bool(fitting[one] & fitting[other]), (one, other)


@pytest.mark.parametrize("one", EVENTS)
@pytest.mark.parametrize("other", EVENTS)
def test_two_rules_share_an_event_where_one_event_is_of_both(one: str, other: str) -> None:
    concrete = [event for event in EVENTS if not event.endswith("*")]
    stands_for = {
        event: {each for each in concrete if re.fullmatch(event.replace("*", ".*"), each)} for event in EVENTS
    }
    rules = [Rule(TOPICS, "x", "", (event,)) for event in (one, other)]
    assert overlap(*rules) == bool(stands_for[one] & stands_for[other])


def _spellings(text: str) -> st.SearchStrategy[str]:
    """Ways to write `text` in a filter, each character encoded or not, in capitals or not."""
    return st.tuples(*(st.sampled_from(_ways_to_write(letter)) for letter in text)).map("".join)


def _ways_to_write(letter: str) -> list[str]:
    escaped = "".join(f"%{byte:02X}" for byte in letter.encode())
    plain = {" ": "+", "+": escaped, "%": escaped}.get(letter, letter)
    return [escaped, escaped.lower(), plain]


TEXTS = st.text("ab /=+%ü", max_size=4)


def _spelt(texts: tuple[str, str]) -> st.SearchStrategy[tuple[str, str, str]]:
    """The first of `texts` twice, and it with the second behind it, each in some spelling."""
    return st.tuples(_spellings(texts[0]), _spellings(texts[0]), _spellings("".join(texts)))


@settings(max_examples=400)
@given(st.tuples(TEXTS, TEXTS).flatmap(_spelt))
def test_however_filters_are_spelt_no_overlap_is_missed(drawn: tuple[str, str, str]) -> None:
    short, again, long = drawn
    created = ("s3:ObjectCreated:*",)
    assert overlap(Rule(TOPICS, "x", "", created, short), Rule(TOPICS, "y", "", created, long))
    assert overlap(Rule(TOPICS, "x", "", created, "", short), Rule(TOPICS, "y", "", created, "", again))


def test_the_random_configurations_are_of_every_sort() -> None:
    """Obstacles, additions, replacements and nothing to do all occur, so that the properties say something."""
    seen: Counter[str] = Counter()

    @settings(max_examples=300, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(CONFIGURATIONS, SOURCES)
    def look(configuration: Document, source: S3Source) -> None:
        plan = plan_rules(configuration, source, TOPIC)
        seen["obstacle" if plan.obstacle else "empty" if plan.is_empty else "change"] += 1
        seen["replaced"] += bool(plan.replaced)
        seen["told"] += bool(plan.told)
        seen["valid"] += first_overlap(configuration) is None

    look()
    assert min(seen[each] for each in ("obstacle", "empty", "change", "replaced", "told", "valid")) >= 5, seen
