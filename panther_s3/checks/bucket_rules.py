"""How the rules of a bucket's notifications are mended, so that they tell a topic of every new object of a source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_plus

from panther_s3.checks.remedies import AGAIN
from panther_s3.notifications import TOPICS, Rule, overlap, wanted_rule, wanted_rules
from panther_s3.policies import to_json
from panther_s3.source import S3Source


def mended(source: S3Source, prefix: str, topic: str, rules: Iterable[Rule]) -> str:
    """Return how `topic` comes to be told of every new object under `prefix`, among all `rules` of the bucket."""
    rules = list(rules)
    wanted = _wanted(source, prefix, topic)
    new = wanted_rule(prefix, source.notification_suffix, topic)
    inside = [rule for rule in rules if overlap(rule, new)]
    if others := [rule for rule in inside if rule.destination != topic]:
        return (
            f"The rule {others[0].id} sends such events to {others[0].destination}, and S3 refuses a second one for "
            f"the same objects: subscribe Panther's queue to a topic in that rule's place, or narrow the rule. {AGAIN}"
        )
    if inside:
        rest = "".join(f" Take the rule {rule.id} out: S3 refuses both together." for rule in inside[1:])
        shown = to_json({**wanted, "Id": inside[0].id})
        return f"Make the rule {inside[0].id} of the bucket's {TOPICS}:\n{shown}{AGAIN}{rest}"
    taken = {rule.id for rule in rules}
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
