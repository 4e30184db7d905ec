"""A bucket's event notifications as Panther needs them: pure, over the documents of S3's API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote_plus

from panther_s3.source import S3Source

RULE_NAME = "PantherEventNotifications"
"""The name that Panther's S3 source page gives to the bucket's event notification."""
CREATED = "s3:ObjectCreated:"
"""How the events of new objects begin."""
EVENTS = f"{CREATED}*"
"""What the S3 console calls "All object create events"."""

_SAFE = "/!-_.'()"
"""What needs no encoding beside letters and digits (S3 user guide, "Naming Amazon S3 objects")."""


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


def wanted_rules(source: S3Source, topic_arn: str) -> list[dict[str, Any]]:
    """Return the TopicConfigurations that tell `topic_arn` of every new object of `source`.

    There is one for each reduced prefix. Exclusions are not among them: Panther applies those.
    """
    prefixes = reduced_prefixes(row.prefix for row in source.prefix_log_types)
    return [
        {
            "Id": RULE_NAME if len(prefixes) == 1 else f"{RULE_NAME}-{number}",
            "TopicArn": topic_arn,
            "Events": [EVENTS],
            "Filter": {"Key": {"FilterRules": _filter_rules(prefix, source.notification_suffix)}},
        }
        for number, prefix in enumerate(prefixes, start=1)
    ]


def _filter_rules(prefix: str, suffix: str) -> list[dict[str, str]]:
    """The filter's rules. An empty prefix is named, too: Panther's check passes over rules without one."""
    rules = [{"Name": "prefix", "Value": filter_value(prefix)}]
    if suffix:
        rules.append({"Name": "suffix", "Value": filter_value(suffix)})
    return rules
