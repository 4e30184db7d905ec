"""The notification rules that Panther needs on a bucket."""

from __future__ import annotations

from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_s3.notifications import filter_value, reduced_prefixes, wanted_rules
from panther_s3.source import PrefixLogTypes, S3Source

TOPIC = "arn:aws:sns:us-west-2:111122223333:panther-notifications-topic"
PREFIXES = st.lists(st.text(alphabet="ab/", max_size=5), max_size=8)


def source(*prefixes: str, suffix: str = "") -> S3Source:
    return S3Source(prefix_log_types=tuple(map(PrefixLogTypes, prefixes)), notification_suffix=suffix)


@pytest.mark.parametrize(
    ("prefixes", "reduced"),
    [
        (["pref", "prefi", "prefix", "abc"], ("pref", "abc")),
        (["prefix", "abc", "pref"], ("abc", "pref")),
        (["test", "test2"], ("test",)),
        (["a/", "b/", "a/"], ("a/", "b/")),
        (["a/", "", "b/"], ("",)),
        ([""], ("",)),
        ([], ()),
    ],
)
def test_reduced_prefixes(prefixes: list[str], reduced: tuple[str, ...]) -> None:
    assert reduced_prefixes(prefixes) == reduced


@given(PREFIXES)
def test_no_reduced_prefix_overlaps_another(prefixes: list[str]) -> None:
    reduced = reduced_prefixes(prefixes)

    assert not [(one, other) for one in reduced for other in reduced if one is not other and one.startswith(other)]


@given(PREFIXES, st.text(alphabet="ab/", max_size=8))
def test_the_same_keys_are_covered_as_before(prefixes: list[str], key: str) -> None:
    assert any(map(key.startswith, reduced_prefixes(prefixes))) == any(map(key.startswith, prefixes))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("AWSLogs/", "AWSLogs/"),
        ("a-b_c.d!e'(f)", "a-b_c.d!e'(f)"),
        ("dt=2024/", "dt%3D2024/"),
        ("my logs/", "my+logs/"),
        ("a+b", "a%2Bb"),
        ("100%", "100%25"),
        ("größe", "gr%C3%B6%C3%9Fe"),
        ("a:b@c", "a%3Ab%40c"),
        ("", ""),
    ],
)
def test_filter_value(text: str, value: str) -> None:
    assert filter_value(text) == value


@given(st.text())
def test_filter_values_decode_to_what_they_stand_for(text: str) -> None:
    assert unquote_plus(filter_value(text), errors="surrogatepass") == text


def test_one_prefix_makes_the_rule_of_panther_s_page() -> None:
    assert wanted_rules(source("AWSLogs/"), TOPIC) == [
        {
            "Id": "PantherEventNotifications",
            "TopicArn": TOPIC,
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "AWSLogs/"}]}},
        }
    ]


def test_several_prefixes_make_numbered_rules_with_the_suffix_in_each() -> None:
    wanted = wanted_rules(source("a/", "b=1/", "a/x/", suffix=".gz"), TOPIC)

    assert [rule["Id"] for rule in wanted] == ["PantherEventNotifications-1", "PantherEventNotifications-2"]
    assert [rule["Filter"]["Key"]["FilterRules"] for rule in wanted] == [
        [{"Name": "prefix", "Value": "a/"}, {"Name": "suffix", "Value": ".gz"}],
        [{"Name": "prefix", "Value": "b%3D1/"}, {"Name": "suffix", "Value": ".gz"}],
    ]


def test_the_empty_prefix_is_named_as_panther_s_own_check_wants_it() -> None:
    (rule,) = wanted_rules(source("a/", ""), TOPIC)

    assert rule["Filter"]["Key"]["FilterRules"] == [{"Name": "prefix", "Value": ""}]
