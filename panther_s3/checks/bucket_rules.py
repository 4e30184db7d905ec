"""The rules of a bucket's notifications: what they are about, which S3 lets stand together, how to mend them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from panther_s3.checks.remedies import AGAIN
from panther_s3.checks.statements import as_list
from panther_s3.notifications import CREATED, EVENTS, wanted_rules
from panther_s3.policies import to_json
from panther_s3.source import S3Source

EVERY_CREATION = frozenset(f"{CREATED}{way}" for way in ("Put", "Post", "Copy", "CompleteMultipartUpload"))
"""What `s3:ObjectCreated:*` stands for (S3 user guide, "Supported event types for S3 Event Notifications")."""
UNENCODED = re.compile(r"[^A-Za-z0-9/!_.'()*~+%-]|%(?![0-9A-Fa-f]{2})")
"""What an encoded filter does not hold (S3 user guide, "Configuring event notifications using object key name")."""
TOPICS = "TopicConfigurations"
KINDS = {
    TOPICS: "TopicArn",
    "QueueConfigurations": "QueueArn",
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
}


class Rule(NamedTuple):
    """One rule of the bucket's notifications."""

    name: str
    destination: str
    events: tuple[str, ...]
    prefix: str
    suffix: str
    miswritten: str = ""
    """A filter that should be encoded and is not, so that no key fits it."""

    @property
    def creations(self) -> bool:
        """Whether it is about new objects at all."""
        return any(event.startswith(CREATED) for event in self.events)

    def covers(self, prefix: str) -> bool:
        """Whether it is about every key under `prefix`, its suffix apart."""
        return not self.miswritten and prefix.startswith(self.prefix)


def rules_of(configuration: Mapping[str, Any]) -> Iterator[Rule]:
    """Yield every rule of the configuration; filters are given back decoded, their names in any case."""
    for kind, destination in KINDS.items():
        for place, entry in enumerate(as_list(configuration.get(kind))):
            written = {
                str(rule.get("Name", "")).lower(): str(rule.get("Value", ""))
                for rule in as_list(entry.get("Filter", {}).get("Key", {}).get("FilterRules"))
            }
            yield Rule(
                str(entry.get("Id") or place),
                str(entry.get(destination, "")),
                tuple(map(str, as_list(entry.get("Events")))),
                unquote_plus(written.get("prefix", "")),
                unquote_plus(written.get("suffix", "")),
                next(filter(UNENCODED.search, written.values()), ""),
            )


def every_creation(rules: Iterable[Rule]) -> bool:
    """Tell whether together they are about every way in which an object comes to be, suffixes apart."""
    return _ways(rules) == EVERY_CREATION


def ways_told(rules: Iterable[Rule], key: str) -> frozenset[str]:
    """Return the ways in which an object comes to be of which `rules` tell, if its key ends like `key`."""
    return _ways(rule for rule in rules if key.endswith(rule.suffix))


def _ways(rules: Iterable[Rule]) -> frozenset[str]:
    events = {event for rule in rules for event in rule.events}
    return EVERY_CREATION if EVENTS in events else EVERY_CREATION & events


def overlap(rule: Rule, prefix: str, suffix: str) -> bool:
    """Tell whether S3 refuses a rule of new objects with that prefix and suffix beside `rule`.

    It does where both prefixes and both suffixes overlap, one of them beginning or ending with the
    other (S3 user guide, "Examples of invalid prefix/suffix overlapping").
    """
    prefixes = rule.prefix.startswith(prefix) or prefix.startswith(rule.prefix)
    suffixes = rule.suffix.endswith(suffix) or suffix.endswith(rule.suffix)
    return rule.creations and prefixes and suffixes


def mended(source: S3Source, prefix: str, topic: str, rules: Iterable[Rule]) -> str:
    """Return how `topic` comes to be told of every new object under `prefix`, among all `rules` of the bucket."""
    rules = list(rules)
    wanted = _wanted(source, prefix, topic)
    inside = [rule for rule in rules if overlap(rule, prefix, source.notification_suffix)]
    if others := [rule for rule in inside if rule.destination != topic]:
        return (
            f"The rule {others[0].name} sends such events to {others[0].destination}, and S3 refuses a second one for "
            f"the same objects: subscribe Panther's queue to a topic in that rule's place, or narrow the rule. {AGAIN}"
        )
    if inside:
        rest = "".join(f" Take the rule {rule.name} out: S3 refuses both together." for rule in inside[1:])
        shown = to_json({**wanted, "Id": inside[0].name})
        return f"Make the rule {inside[0].name} of the bucket's {TOPICS}:\n{shown}{AGAIN}{rest}"
    taken = {rule.name for rule in rules}
    names = (f"{wanted['Id']}-{number}" for number in range(2, len(taken) + 3))
    name = wanted["Id"] if wanted["Id"] not in taken else next(name for name in names if name not in taken)
    return f"Add to the bucket's {TOPICS}:\n{to_json({**wanted, 'Id': name})}{AGAIN}"


def _wanted(source: S3Source, prefix: str, topic: str) -> dict[str, Any]:
    """The rule of `source` for `prefix`, which is one of its reduced prefixes."""
    rules = wanted_rules(source, topic)
    for rule in rules:
        values = [entry["Value"] for entry in rule["Filter"]["Key"]["FilterRules"] if entry["Name"] == "prefix"]
        if [unquote_plus(value) for value in values] == [prefix]:
            return rule
    return rules[0]
