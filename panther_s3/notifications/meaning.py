"""What two notification configurations have in common, whatever S3 and its clients make of their order and case."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from panther_s3.notifications.rules import KINDS, listed

METADATA = "ResponseMetadata"
EVENT_BRIDGE = "EventBridgeConfiguration"
"""The member that turns EventBridge on by its presence: it is empty (S3 API reference, EventBridgeConfiguration)."""


def same_configuration(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether both mean the same to S3.

    The order of rules, events and filters, the case of filters' names, and an empty filter in place
    of a missing one do not matter. Filters are compared as they are written.
    """
    return not any(differences(one, other))


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """Yield in short what `other` lacks of `one`, and what it has beyond it."""
    ones, others = _parts(one), _parts(other)
    yield from (f"no more there: {part}" for part in (ones - others).elements())
    yield from (f"new there: {part}" for part in (others - ones).elements())


def meaning_of(entry: Mapping[str, Any]) -> str:
    """Return a rule as the text that every rule of the same meaning has."""
    normal = {name: value for name, value in entry.items() if value not in (None, "", [], {})}
    normal["Events"] = sorted(map(str, listed(entry.get("Events"))))
    filters = dict(entry.get("Filter") or {})
    key = dict(filters.pop("Key", None) or {})
    rules = listed(key.pop("FilterRules", None))
    named = sorted((str(rule.get("Name", "")).lower(), str(rule.get("Value", ""))) for rule in rules)
    # a filter with an empty value fits every key, like none
    normal["Filter"] = [filters, key, [filter_ for filter_ in named if filter_[1]]]
    return json.dumps(normal, sort_keys=True, default=str, ensure_ascii=False)


def _parts(configuration: Mapping[str, Any]) -> Counter[str]:
    """Every rule of the configuration, and every other member."""
    parts: Counter[str] = Counter()
    for member, value in configuration.items():
        if member in KINDS:
            parts.update(f"{member} {meaning_of(entry)}" for entry in listed(value))
        elif member == EVENT_BRIDGE:
            parts.update([member] if value is not None else [])
        elif member != METADATA:
            parts.update([f"{member} {json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)}"])
    return parts
