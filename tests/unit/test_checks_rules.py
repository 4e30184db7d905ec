"""The rules of a bucket's notifications: what they cover, where S3 refuses two together, and the rule that mends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from panther_s3.checks.bucket_rules import mended
from panther_s3.notifications import EVERY_CREATION, TOPICS, Rule, every_creation, overlap, rules_of, ways_told
from panther_s3.source import PrefixLogTypes, S3Source

TOPIC, OTHER = "arn:aws:sns:us-west-2:1:panther", "arn:aws:sns:us-west-2:1:other"
CREATED = ("s3:ObjectCreated:*",)
SOURCE = S3Source("x", "111122223333", "acme-logs", prefix_log_types=(PrefixLogTypes("AWSLogs/"),))


def rule(
    prefix: str = "", suffix: str = "", events: tuple[str, ...] = CREATED, to: str = TOPIC, name: str = "a"
) -> Rule:
    return Rule(TOPICS, name, to, events, prefix, suffix)


def read(*filters: tuple[str, str]) -> Rule:
    rules = [{"Name": name, "Value": value} for name, value in filters]
    entry = {"TopicArn": TOPIC, "Events": list(CREATED), "Filter": {"Key": {"FilterRules": rules}}}
    return next(rules_of({"TopicConfigurations": [entry]}))


@pytest.mark.parametrize(
    ("value", "prefix", "covered"),
    [
        ("AWSLogs/", "AWSLogs/", True),
        ("", "AWSLogs/", True),
        ("AWSLogs/a", "AWSLogs/", False),
        ("awslogs/", "AWSLogs/", False),
        ("AWSLogs/*", "AWSLogs/", False),
        ("a+b/", "a b/", True),
        ("a%20b/", "a b/", True),
        ("a b/", "a b/", False),
        ("dt%3D1/", "dt=1/", True),
        ("dt%3d1/", "dt=1/", True),
        ("dt=1/", "dt=1/", False),
        ("a%2Fb/", "a/b/", True),
        ("100%/", "100%/", False),
        ("100%25/", "100%/", True),
        ("%C3%BC/", "ü/", True),
        ("ü/", "ü/", False),
        ("a_b-c.d!e'(f)/", "a_b-c.d!e'(f)/", True),
    ],
)
def test_a_filter_is_compared_as_s3_compares_it(value: str, prefix: str, covered: bool) -> None:
    assert read(("Prefix", value)).covers(prefix) is covered


def test_names_of_filters_have_any_case_and_may_be_missing() -> None:
    assert (read(("PREFIX", "a/"), ("suffix", ".gz")).prefix, read(("SUFFIX", ".gz")).suffix) == ("a/", ".gz")
    assert (read().prefix, read().suffix) == ("", "")


def test_rules_of_every_kind_are_read_with_single_elements_for_lists() -> None:
    configuration: dict[str, Any] = {
        "QueueConfigurations": {"QueueArn": "q", "Events": "s3:ObjectCreated:Put"},
        "LambdaFunctionConfigurations": [{"Id": "f", "LambdaFunctionArn": "l", "Events": ["s3:ObjectRemoved:*"]}],
        "EventBridgeConfiguration": {},
    }
    assert [(each.id, each.destination, each.creations) for each in rules_of(configuration)] == [
        ("0", "q", True),
        ("f", "l", False),
    ]


@pytest.mark.parametrize(
    ("prefix", "suffix", "refused"),
    [
        ("AWSLogs/", "", True),
        ("AWSLogs/a/", "", True),
        ("", "", True),
        ("AWSLogs/", ".gz", True),
        ("AWSLogs/", "n.gz", True),
        ("AWSLogs/", "x.json.gz", True),
        ("AWSLogs/", ".csv", False),
        ("app/", "", False),
    ],
)
def test_s3_refuses_rules_whose_prefixes_and_suffixes_overlap(prefix: str, suffix: str, refused: bool) -> None:
    assert overlap(rule("AWSLogs/", ".json.gz"), rule(prefix, suffix)) is refused
    assert not overlap(rule("AWSLogs/", events=("s3:ObjectRemoved:*",)), rule(prefix, suffix))


def test_all_four_ways_are_every_creation_in_one_rule_or_in_several() -> None:
    ways = tuple(f"s3:ObjectCreated:{way}" for way in ("Put", "Post", "Copy", "CompleteMultipartUpload"))
    assert every_creation([rule(events=ways)])
    assert every_creation([rule(events=ways[:2]), rule(events=ways[2:])])
    assert not every_creation([rule(events=ways[:3])])
    assert not every_creation([])


def test_the_ways_of_which_an_object_is_told_hang_on_its_ending() -> None:
    rules = [rule(events=("s3:ObjectCreated:Put",)), rule(suffix=".csv", events=("s3:ObjectCreated:Copy",))]
    assert ways_told(rules, "a.gz") == {"s3:ObjectCreated:Put"}
    assert ways_told(rules, "a.csv") == {"s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"}
    assert ways_told([rule(suffix=".csv")], "a.csv") == EVERY_CREATION


def proposed(*rules: Rule) -> tuple[str, dict[str, Any]]:
    text = mended(SOURCE, "AWSLogs/", TOPIC, rules)
    return text, json.loads(text[text.index("{") : text.rindex("}") + 1]) if "{" in text else {}


def test_where_nothing_stands_a_rule_is_added() -> None:
    text, wanted = proposed(rule("app/"))
    assert text.startswith("Add to the bucket's TopicConfigurations:\n")
    assert wanted["TopicArn"] == TOPIC


def test_an_added_rule_has_a_name_of_its_own() -> None:
    _, wanted = proposed(rule("app/", name="PantherEventNotifications"))
    assert wanted["Id"] == "PantherEventNotifications-2"


def test_a_rule_in_its_place_is_replaced_and_others_taken_out() -> None:
    text, wanted = proposed(rule("AWSLogs/a/", name="one"), rule("AWSLogs/b/", name="two"))
    assert wanted["Id"] == "one"
    assert "Take the rule two out" in text


def test_beside_a_rule_of_somebody_elses_none_is_proposed() -> None:
    text, wanted = proposed(rule("", to=OTHER, name="audit"))
    assert wanted == {}
    assert "audit" in text
    assert OTHER in text
