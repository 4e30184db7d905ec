"""The rules of a bucket's notifications: what they are about, which S3 lets stand together, which Panther wants."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, unquote_plus, unquote_to_bytes

from panther_s3.source import S3Source

Document = dict[str, Any]
RULE_NAME = "PantherEventNotifications"
"""The name that Panther's S3 source page gives to the bucket's event notification."""
CREATED = "s3:ObjectCreated:"
"""How the events of new objects begin."""
EVENTS = f"{CREATED}*"
"""What the S3 console calls "All object create events"."""
EVERY_CREATION = frozenset(f"{CREATED}{way}" for way in ("Put", "Post", "Copy", "CompleteMultipartUpload"))
"""What `s3:ObjectCreated:*` stands for (S3 user guide, "Supported event types for S3 Event Notifications")."""
TOPICS = "TopicConfigurations"
KINDS = {
    TOPICS: "TopicArn",
    "QueueConfigurations": "QueueArn",
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
}
"""The members of a configuration that hold rules, and what names the destination in each."""
UNENCODED = re.compile(r"[^A-Za-z0-9/!_.'()*~+%-]|%(?![0-9A-Fa-f]{2})")
"""What an encoded filter does not hold (S3 user guide, "Configuring event notifications using object key name")."""

_SAFE = "/!-_.'()"
"""What needs no encoding beside letters and digits (S3 user guide, "Naming Amazon S3 objects")."""


@dataclass(frozen=True)
class Rule:
    """One rule of a bucket's notifications."""

    kind: str
    """The member of the configuration that holds it, such as "TopicConfigurations"."""
    id: str
    """Its name, or its place among those of its kind where it has none."""
    destination: str
    events: tuple[str, ...]
    prefix_filter: str = ""
    """As it is written, which is encoded; "" where there is none."""
    suffix_filter: str = ""
    entry: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """The rule as the configuration has it."""

    @property
    def prefix(self) -> str:
        """What its keys begin with."""
        return unquote_plus(self.prefix_filter)

    @property
    def suffix(self) -> str:
        """What its keys end with."""
        return unquote_plus(self.suffix_filter)

    @property
    def miswritten(self) -> str:
        """A filter that should be encoded and is not, so that no key fits it; "" where there is none."""
        return next(filter(UNENCODED.search, (self.prefix_filter, self.suffix_filter)), "")

    @property
    def creations(self) -> bool:
        """Whether it is about new objects at all."""
        return any(event.startswith(CREATED) for event in self.events)

    def covers(self, prefix: str) -> bool:
        """Whether it is about every key under `prefix`, its suffix apart."""
        return not self.miswritten and _as_bytes(prefix).startswith(_decoded(self.prefix_filter))

    def ends_like(self, key: str) -> bool:
        """Whether its suffix is one of `key`'s."""
        return _as_bytes(key).endswith(_decoded(self.suffix_filter))


def rules_of(configuration: Mapping[str, Any]) -> Iterator[Rule]:
    """Yield every rule of the configuration, kind by kind; the names of filters have any case."""
    for kind, destination in KINDS.items():
        for place, entry in enumerate(listed(configuration.get(kind))):
            filters = {
                str(rule.get("Name", "")).lower(): str(rule.get("Value", ""))
                for rule in listed(entry.get("Filter", {}).get("Key", {}).get("FilterRules"))
            }
            yield Rule(
                kind,
                str(entry.get("Id") or place),
                str(entry.get(destination, "")),
                tuple(map(str, listed(entry.get("Events")))),
                filters.get("prefix", ""),
                filters.get("suffix", ""),
                entry,
            )


def listed(value: object) -> list[Any]:
    """Return `value` as a list: in files made by hand, a single element stands for a list of one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def overlap(one: Rule, other: Rule) -> bool:
    """Tell whether S3 refuses the rules together, whatever their destinations.

    It does where they share an event, and both prefixes and both suffixes overlap, one of them
    beginning or ending with the other (S3 user guide, "Examples of invalid prefix/suffix
    overlapping"). S3 says neither whether it compares filters as they are written or decoded, nor
    that it normalizes them: they overlap here where they do either way, so that one key prefix in
    two spellings is never missed.
    """
    return (
        bool(shared_events(one, other))
        and _prefixes_overlap(one.prefix_filter, other.prefix_filter)
        and _suffixes_overlap(one.suffix_filter, other.suffix_filter)
    )


def shared_events(one: Rule, other: Rule) -> tuple[str, ...]:
    """Return the events that both rules are about, the narrower name of each."""
    pairs = itertools.product(one.events, other.events)
    met = (
        max(pair, key=len) for pair in pairs if pair[0] == pair[1] or _stands_for(*pair) or _stands_for(*reversed(pair))
    )
    return tuple(dict.fromkeys(met))


def overlaps(configuration: Mapping[str, Any]) -> Iterator[tuple[Rule, Rule]]:
    """Yield every two rules of the configuration that S3 refuses together."""
    return (pair for pair in itertools.combinations(rules_of(configuration), 2) if overlap(*pair))


def first_overlap(configuration: Mapping[str, Any]) -> tuple[Rule, Rule] | None:
    """Return two rules of the configuration that S3 refuses together, or None where there are none."""
    return next(overlaps(configuration), None)


def every_creation(rules: Iterable[Rule]) -> bool:
    """Tell whether together they are about every way in which an object comes to be, suffixes apart."""
    return _ways(rules) == EVERY_CREATION


def ways_told(rules: Iterable[Rule], key: str) -> frozenset[str]:
    """Return the ways in which an object comes to be of which `rules` tell, if its key ends like `key`."""
    return _ways(rule for rule in rules if rule.ends_like(key))


def tellers(rules: Iterable[Rule], topic_arn: str, prefix: str, suffix: str) -> list[Rule]:
    """Return the rules that tell `topic_arn` of every key with that prefix and suffix, in some ways at least."""
    ours = (rule for rule in rules if rule.kind == TOPICS and rule.destination == topic_arn)
    return [rule for rule in ours if rule.covers(prefix) and ways_told([rule], suffix)]


def told_fully(rules: Iterable[Rule], topic_arn: str, prefix: str, suffix: str) -> bool:
    """Tell whether together they tell `topic_arn` of every new object with that prefix and suffix."""
    return every_creation(tellers(rules, topic_arn, prefix, suffix))


def reduced_prefixes(prefixes: Iterable[str]) -> tuple[str, ...]:
    """Return `prefixes` without those that another one covers, in their order.

    S3 refuses two notifications of the same events whose prefixes overlap, and one for the shorter
    prefix tells of the objects under the longer one as well.
    """
    distinct = tuple(dict.fromkeys(prefixes))
    return tuple(
        prefix for prefix in distinct if not any(other != prefix and prefix.startswith(other) for other in distinct)
    )


def filter_value(text: str) -> str:
    """Return a prefix or suffix as a notification's filter wants it: a blank as +, others percent-encoded.

    S3 compares filters with encoded keys: unencoded, `dt=1/` tells of nothing (S3 user guide,
    "Configuring event notifications using object key name filtering").
    """
    return quote_plus(text, safe=_SAFE, errors="surrogatepass")


def wanted_rule(prefix: str, suffix: str, topic_arn: str, rule_id: str = RULE_NAME) -> Rule:
    """Return the rule that tells `topic_arn` of every new object with that prefix and suffix.

    An empty prefix is named, too: Panther's check passes over rules without one.
    """
    filters = [{"Name": "prefix", "Value": filter_value(prefix)}]
    if suffix:
        filters.append({"Name": "suffix", "Value": filter_value(suffix)})
    entry = {"Id": rule_id, "TopicArn": topic_arn, "Events": [EVENTS], "Filter": {"Key": {"FilterRules": filters}}}
    return Rule(TOPICS, rule_id, topic_arn, (EVENTS,), filter_value(prefix), filter_value(suffix), entry)


def wanted_rules(source: S3Source, topic_arn: str) -> list[Document]:
    """Return the TopicConfigurations that tell `topic_arn` of every new object of `source`, to be made by hand.

    There is one for each reduced prefix. Exclusions are not among them: Panther applies those.
    """
    prefixes = reduced_prefixes(row.prefix for row in source.prefix_log_types)
    names = [RULE_NAME] if len(prefixes) == 1 else [f"{RULE_NAME}-{place}" for place in range(1, len(prefixes) + 1)]
    return [
        dict(wanted_rule(prefix, source.notification_suffix, topic_arn, name).entry)
        for prefix, name in zip(prefixes, names, strict=True)
    ]


def _ways(rules: Iterable[Rule]) -> frozenset[str]:
    events = {event for rule in rules for event in rule.events}
    return EVERY_CREATION if EVENTS in events else EVERY_CREATION & events


def _stands_for(wide: str, event: str) -> bool:
    """Whether `wide` is a name such as `s3:ObjectCreated:*`, and `event` one that it stands for."""
    return wide.endswith(":*") and event.startswith(wide[:-1])


def _prefixes_overlap(one: str, other: str) -> bool:
    ones, others = _decoded(one), _decoded(other)
    return one.startswith(other) or other.startswith(one) or ones.startswith(others) or others.startswith(ones)


def _suffixes_overlap(one: str, other: str) -> bool:
    ones, others = _decoded(one), _decoded(other)
    return one.endswith(other) or other.endswith(one) or ones.endswith(others) or others.endswith(ones)


@lru_cache(maxsize=4096)
def _decoded(written: str) -> bytes:
    """The bytes that a filter stands for: its escapes may end within a character."""
    return unquote_to_bytes(_as_bytes(written.replace("+", " ")))


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
