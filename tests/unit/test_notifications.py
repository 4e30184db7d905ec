"""The notification rules of a bucket: those that Panther needs, the plan that adds them, and its way back."""

from __future__ import annotations

import copy
import json
from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_s3.notifications import (
    LONGEST_FILTER,
    LONGEST_ID,
    MOST_RULES,
    Conflict,
    Rule,
    RulesPlan,
    changes_of,
    filter_value,
    first_overlap,
    overlap,
    plan_rules,
    reduced_prefixes,
    rules_of,
    same_configuration,
    undo_rules,
    wanted_rules,
    ways_out,
)
from panther_s3.problems import ProblemKind
from panther_s3.source import PrefixLogTypes, S3Source

TOPIC = "arn:aws:sns:us-west-2:111122223333:panther-notifications-topic"
PREFIXES = st.lists(st.text(alphabet="ab/", max_size=5), max_size=8)


QUEUE = "arn:aws:sqs:us-west-2:111122223333:jobs"
FUNCTION = "arn:aws:lambda:us-west-2:111122223333:function:thumbnails"
OTHER = "arn:aws:sns:us-west-2:111122223333:audit"
CREATED, REMOVED, PUT, COPY = (
    "s3:ObjectCreated:*",
    "s3:ObjectRemoved:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Copy",
)
OTHER_WAYS = ("s3:ObjectCreated:Post", COPY, "s3:ObjectCreated:CompleteMultipartUpload")
DESTINATIONS = {
    "TopicConfigurations": ("TopicArn", OTHER),
    "QueueConfigurations": ("QueueArn", QUEUE),
    "LambdaFunctionConfigurations": ("LambdaFunctionArn", FUNCTION),
}
Entry = dict[str, Any]


def source(*prefixes: str, suffix: str = "", name: str = "Acme Logs") -> S3Source:
    return S3Source(
        name=name,
        aws_account_id="111122223333",
        bucket_name="acme-logs",
        prefix_log_types=tuple(map(PrefixLogTypes, prefixes)),
        notification_suffix=suffix,
    )


def entry(
    kind: str, prefix: str | None = None, suffix: str | None = None, *events: str, to: str = "", name: str = "theirs"
) -> Entry:
    """A rule as S3 gives it; filters are written as they are."""
    key, destination = DESTINATIONS[kind]
    filters = [
        {"Name": each, "Value": value} for each, value in (("Prefix", prefix), ("Suffix", suffix)) if value is not None
    ]
    filtered = {"Filter": {"Key": {"FilterRules": filters}}} if filters else {}
    return {"Id": name, key: to or destination, "Events": list(events or (CREATED,)), **filtered}


def topic(prefix: str | None = None, suffix: str | None = None, *events: str, name: str, to: str = TOPIC) -> Entry:
    return entry("TopicConfigurations", prefix, suffix, *events, to=to, name=name)


def topics(*entries: Entry) -> dict[str, Any]:
    return {"TopicConfigurations": list(entries)}


def filters(plan: RulesPlan) -> list[tuple[str, str, str]]:
    """The plan's topic rules after it: name, prefix and suffix as written."""
    return [(rule.id, rule.prefix_filter, rule.suffix_filter) for rule in rules_of(plan.after)]


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


def rule(prefix: str = "", suffix: str = "", *events: str, kind: str = "TopicConfigurations") -> Rule:
    return Rule(kind, "a", DESTINATIONS[kind][1], events or (CREATED,), prefix, suffix)


@pytest.mark.parametrize(
    ("one", "other", "refused"),
    [
        # S3 user guide, "Configuring event notifications using object key name filtering"
        (rule("images/", ".jpg"), rule("images/", ".png"), False),
        (rule("images/", "jpg"), rule("images/", "pg"), True),
        (rule("images/"), rule("images"), True),
        (rule("images/", ".jpg"), rule("logs/", ".jpg"), False),
        (rule("", ".jpg"), rule("images/", ".jpg"), True),
        (rule("images/", "jpg"), rule("images/2024/"), True),
        (rule("images/", "", CREATED), rule("images/", "", REMOVED), False),
        (rule("images/", "", PUT), rule("images/", "", CREATED), True),
        (rule("images/", "", PUT), rule("images/", "", COPY), False),
        (rule("images/", "", REMOVED, PUT), rule("images/", "", COPY, PUT), True),
        (rule("a/"), rule("a/", kind="QueueConfigurations"), True),
        (rule("a/", kind="LambdaFunctionConfigurations"), rule("", kind="QueueConfigurations"), True),
        (rule("A/"), rule("a/"), False),
        # one key prefix in two spellings
        (rule("a+b/"), rule("a%20b/"), True),
        (rule("dt%3d1/"), rule("dt%3D1/"), True),
        (rule("dt%3D1/"), rule("dt=1/"), True),
        (rule("a%2Fb"), rule("a/"), True),
        (rule("%c3"), rule("%C3%BC/"), True),
        (rule("", "%2Egz"), rule("", ".gz"), True),
        # alike only as they are written, which S3 may look at
        (rule("a%2"), rule("a%20b/"), True),
        (rule("", "0.gz"), rule("", "%20.gz"), True),
    ],
)
def test_overlap_is_that_of_s3(one: Rule, other: Rule, refused: bool) -> None:
    assert overlap(one, other) is refused
    assert overlap(other, one) is refused


def test_a_plan_for_an_empty_bucket_adds_a_rule_named_after_the_source() -> None:
    plan = plan_rules({"ResponseMetadata": {"HTTPStatusCode": 200}}, source("AWSLogs/"), TOPIC)

    assert plan.before == {}
    assert plan.after == topics(
        {**wanted_rules(source("AWSLogs/"), TOPIC)[0], "Id": "PantherEventNotifications-acme-logs"}
    )
    assert (plan.bucket, plan.owner, plan.obstacle) == ("acme-logs", "111122223333", None)
    assert [rule.id for rule in plan.added] == ["PantherEventNotifications-acme-logs"]


def test_several_prefixes_have_numbers_which_no_other_source_s_name_can_end_with() -> None:
    plan = plan_rules({}, source("a b/", "dt=1/", "a b/c/", suffix=".gz"), TOPIC)

    assert filters(plan) == [
        ("PantherEventNotifications-acme-logs.1", "a+b/", ".gz"),
        ("PantherEventNotifications-acme-logs.2", "dt%3D1/", ".gz"),
    ]


def test_everything_of_others_comes_through_in_its_order() -> None:
    before = {
        **topics(topic("z/", name="z", to=OTHER), topic("b/", name="b")),
        "QueueConfigurations": [entry("QueueConfigurations", "q/"), entry("QueueConfigurations", "p/", name="p")],
        "LambdaFunctionConfigurations": [entry("LambdaFunctionConfigurations", None, None, REMOVED)],
        "EventBridgeConfiguration": {},
        "OfTheFuture": [{"x": 1}],
    }
    former = copy.deepcopy(before)
    plan = plan_rules(before, source("a/"), TOPIC)

    assert before == former
    assert plan.before == before
    assert plan.after == {**before, "TopicConfigurations": [*before["TopicConfigurations"], plan.added[0].entry]}
    assert [rule.id for rule in plan.kept] == ["z", "b", "theirs", "p", "theirs"]
    assert changes_of(plan) == (
        f"Adds the rule PantherEventNotifications-acme-logs: {TOPIC} is told of objects under a/.",
        "Keeps as they are: z, b, theirs, p, theirs.",
        "Keeps EventBridge on.",
    )


@pytest.mark.parametrize(
    "standing",
    [
        [topic("logs/", name="PantherEventNotifications")],
        [topic(name="theirs")],
        [topic("logs/", ".gz", name="theirs")],
        [topic("lo", "gz", name="theirs")],
        [topic("logs/", None, PUT, name="one"), topic("logs/", None, *OTHER_WAYS, name="two")],
    ],
)
def test_what_is_told_already_stays_whoever_s_rule_it_is(standing: list[Entry]) -> None:
    plan = plan_rules(topics(*standing), source("logs/a/", suffix=".gz"), TOPIC)

    assert plan.is_empty
    assert plan.after == plan.before
    assert [told.prefix for told in plan.told] == ["logs/a/"]
    assert f"Leaves objects under logs/a/ to the rule {standing[0]['Id']}" in changes_of(plan)[0]


def test_only_what_is_not_told_yet_is_added() -> None:
    plan = plan_rules(topics(topic("a/", name="theirs")), source("a/", "b/"), TOPIC)

    assert filters(plan) == [("theirs", "a/", ""), ("PantherEventNotifications-acme-logs.1", "b/", "")]


@pytest.mark.parametrize(
    "standing",
    [
        topic("logs/", name="theirs", to=OTHER),
        topic("logs/", None, PUT, name="theirs"),
        topic("logs/a/", name="theirs"),
        topic("logs/", ".gz", name="theirs"),
    ],
)
def test_a_rule_of_somebody_else_s_is_never_replaced(standing: Entry) -> None:
    plan = plan_rules(topics(standing), source("logs/"), TOPIC)

    assert plan.after == plan.before
    assert plan.is_empty
    assert [conflict.standing.id for conflict in plan.conflicts] == ["theirs"]
    assert plan.obstacle is not None
    assert plan.obstacle.kind is ProblemKind.CONFLICT


@pytest.mark.parametrize(
    ("kind", "word"),
    [("TopicConfigurations", "topic"), ("QueueConfigurations", "queue"), ("LambdaFunctionConfigurations", "function")],
)
def test_the_obstacle_names_the_rule_in_the_way_its_destination_and_why(kind: str, word: str) -> None:
    plan = plan_rules({kind: [entry(kind, "logs/a/", ".gz", PUT, REMOVED)]}, source("logs/"), TOPIC)

    assert plan.obstacle is not None
    assert plan.obstacle.title == (
        f"The rule theirs is in the way: it tells the {word} {DESTINATIONS[kind][1]} "
        "of objects under logs/a/ ending with .gz"
    )
    assert plan.obstacle.cause == (
        "Both rules are about s3:ObjectCreated:Put. The prefix logs/a/ begins with logs/. "
        "The one that is wanted has no suffix, which fits every key. S3 takes one rule for an event of an object."
    )
    assert plan.obstacle.remedy.startswith("Nothing is changed. ")


def test_beside_a_topic_s_rule_the_first_way_out_is_that_topic() -> None:
    (whole,) = plan_rules(topics(topic(name="theirs", to=OTHER)), source("logs/"), TOPIC).conflicts
    (partly,) = plan_rules(topics(topic("logs/", None, PUT, name="theirs", to=OTHER)), source("logs/"), TOPIC).conflicts

    assert ways_out(whole)[0] == (
        f"Use that topic: make {OTHER} the source's topic and subscribe Panther's queue to it. "
        "The bucket needs no change."
    )
    assert ways_out(partly)[0].endswith("Let the rule theirs tell of objects under logs/, whichever way they come.")
    assert ways_out(whole)[1].startswith("Narrow one of the two by prefix or suffix")
    assert len(ways_out(whole)) == 2


@pytest.mark.parametrize("kind", ["QueueConfigurations", "LambdaFunctionConfigurations"])
def test_beside_a_queue_or_a_function_the_ways_out_are_to_narrow_to_fan_out_or_eventbridge(kind: str) -> None:
    (wider,) = plan_rules({kind: [entry(kind)]}, source("logs/"), TOPIC).conflicts
    (same,) = plan_rules({kind: [entry(kind, "logs/")]}, source("logs/"), TOPIC).conflicts

    assert [way.split()[0] for way in ways_out(wider)] == ["Narrow", "Fan", "Let"]
    assert [way.split()[0] for way in ways_out(same)] == ["Fan", "Let", "Narrow"]


def test_all_rules_in_the_way_are_named() -> None:
    both = [entry("QueueConfigurations", "a/"), entry("QueueConfigurations", "b/", name="second")]
    plan = plan_rules({"QueueConfigurations": both}, source("a/", "b/"), TOPIC)

    assert plan.obstacle is not None
    assert plan.obstacle.cause.endswith("In the way as well: second.")


def test_a_wider_source_takes_the_place_of_another_source_s_narrower_rule() -> None:
    earlier = plan_rules({}, source("logs/", name="first"), TOPIC).after
    plan = plan_rules(earlier, source(""), TOPIC)

    assert filters(plan) == [("PantherEventNotifications-acme-logs", "", "")]
    assert [(old.id, new and new.id) for old, new in plan.replaced] == [
        ("PantherEventNotifications-first", "PantherEventNotifications-acme-logs")
    ]
    assert "Takes out the rule PantherEventNotifications-first" in changes_of(plan)[1]
    assert "PantherEventNotifications-acme-logs takes its place" in changes_of(plan)[1]


@pytest.mark.parametrize(
    "standing",
    [
        topic("", ".gz", name="PantherEventNotifications-first"),
        topic("logs/a/", None, CREATED, REMOVED, name="PantherEventNotifications-first"),
        topic("logs/a/", name="PantherEventNotifications-first", to=OTHER),
        topic("logs/a/", name="First-PantherEventNotifications"),
    ],
)
def test_coverage_that_another_source_has_is_not_taken_out(standing: Entry) -> None:
    plan = plan_rules(topics(standing), source("logs/"), TOPIC)

    assert len(plan.conflicts) == 1
    assert plan.after == plan.before


def test_a_suffix_narrower_than_another_source_s_takes_nothing_out() -> None:
    plan = plan_rules(topics(topic("logs/a/", ".csv.gz", name="PantherEventNotifications-first")),
                      source("logs/", suffix=".gz"), TOPIC)  # fmt: skip
    other = plan_rules(topics(topic("logs/a/", "gz", name="PantherEventNotifications-first")),
                       source("logs/", suffix=".gz"), TOPIC)  # fmt: skip

    assert len(plan.replaced) == 1
    assert len(other.conflicts) == 1


def test_the_source_s_own_rules_that_are_not_wanted_any_more_go() -> None:
    earlier = plan_rules({}, source("a/", "b/", "c/"), TOPIC).after
    plan = plan_rules(earlier, source("b/", "d/"), TOPIC)

    assert filters(plan) == [
        ("PantherEventNotifications-acme-logs.2", "b/", ""),
        ("PantherEventNotifications-acme-logs.1", "d/", ""),
    ]
    assert [(old.prefix, new) for old, new in plan.replaced] == [("a/", None), ("c/", None)]


def test_the_source_s_own_rules_go_along_with_a_former_topic() -> None:
    earlier = plan_rules({}, source("a/"), OTHER).after
    plan = plan_rules(earlier, source("a/"), TOPIC)

    assert [rule.destination for rule in rules_of(plan.after)] == [TOPIC]


def test_rules_of_a_source_whose_name_goes_on_are_not_its_own() -> None:
    earlier = plan_rules({}, source("b/", name="acme-2"), TOPIC).after
    plan = plan_rules(earlier, source("a/", name="acme"), TOPIC)

    assert [rule.prefix for rule in plan.kept] == ["b/"]


def test_what_is_replaced_for_one_prefix_is_told_of_anew_for_another() -> None:
    """Two own rules tell of one prefix together; one of them makes room for a wider one."""
    standing = topics(
        topic("", ".gz", PUT, name="PantherEventNotifications-acme-logs.1"),
        topic("a/", ".gz", *OTHER_WAYS, name="PantherEventNotifications-acme-logs.2"),
    )
    plan = plan_rules(standing, source("a/", "b/", suffix=".gz"), TOPIC)

    assert plan.obstacle is None
    assert [(each[1], each[2]) for each in filters(plan)] == [("a/", ".gz"), ("b/", ".gz")]
    assert plan_rules(plan.after, source("a/", "b/", suffix=".gz"), TOPIC).is_empty


def test_a_name_that_somebody_else_s_rule_has_is_left_to_it() -> None:
    taken = "PantherEventNotifications-acme-logs"
    before = {"QueueConfigurations": [entry("QueueConfigurations", "q/", name=taken)]}
    plan = plan_rules(before, source("a/"), TOPIC)

    assert [rule.id for rule in plan.added] == [f"{taken}.2"]
    assert plan_rules(plan.after, source("a/"), TOPIC).is_empty


def test_names_of_rules_are_no_longer_than_s3_takes_and_still_of_their_source() -> None:
    long, longer = source("a/", "b/", name="x" * 400), source("c/", name="x" * 401)
    first = plan_rules({}, long, TOPIC)
    both = plan_rules(first.after, longer, TOPIC)

    assert all(len(rule.id) <= LONGEST_ID for rule in rules_of(both.after))
    assert len(both.kept) == 2
    assert plan_rules(both.after, long, TOPIC).is_empty


def test_more_rules_than_s3_takes_are_an_obstacle() -> None:
    full = topics(*(topic(f"{number}/", name=str(number), to=OTHER) for number in range(MOST_RULES)))
    plan = plan_rules(full, source("a/"), TOPIC)

    assert plan.obstacle is not None
    assert plan.obstacle.kind is ProblemKind.INVALID
    assert plan.after == plan.before
    assert plan_rules(topics(*full["TopicConfigurations"][1:]), source("a/"), TOPIC).obstacle is None
    assert plan_rules(topics(*full["TopicConfigurations"][1:]), source("a/", "b/"), TOPIC).obstacle is not None


@pytest.mark.parametrize(("prefix", "fits"), [("a" * LONGEST_FILTER, True), ("=" * 342, False), ("=" * 341, True)])
def test_a_filter_longer_than_s3_takes_is_an_obstacle(prefix: str, fits: bool) -> None:
    assert (plan_rules({}, source(prefix), TOPIC).obstacle is None) is fits


def test_applied_twice_is_applied_once() -> None:
    once = plan_rules({}, source("a/", "b c/"), TOPIC)

    assert plan_rules(once.after, source("a/", "b c/"), TOPIC).is_empty
    # as S3 gives it back
    assert plan_rules(
        json.loads(json.dumps(once.after).replace("prefix", "Prefix")), source("b c/", "a/"), TOPIC
    ).is_empty


def test_order_case_and_missing_filters_do_not_matter() -> None:
    one = {
        **topics(topic("a/", ".gz", PUT, COPY, name="a"), topic(name="b")),
        "ResponseMetadata": {"HTTPStatusCode": 200},
        "QueueConfigurations": [],
    }
    turned = [{"Name": "suffix", "Value": ".gz"}, {"Name": "PREFIX", "Value": "a/"}]
    a = {**topic("a/", ".gz", COPY, PUT, name="a"), "Filter": {"Key": {"FilterRules": turned}}}
    b = {**topic(name="b"), "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": ""}]}}}

    assert same_configuration(one, topics(b, a))
    assert same_configuration(topics({**b, "Filter": {}}, a), one)


@pytest.mark.parametrize(
    "other",
    [
        {},
        topics(topic("a/", name="b")),
        topics(topic("b/", name="a")),
        topics(topic("a/", None, PUT, name="a")),
        topics(topic("a/", name="a", to=OTHER)),
        topics(topic("a/", name="a"), topic("a/", name="a")),
        topics({**topic("a/", name="a"), "OfTheFuture": 1}),
        {**topics(topic("a/", name="a")), "EventBridgeConfiguration": {}},
        {**topics(topic("a/", name="a")), "OfTheFuture": 1},
    ],
)
def test_what_means_something_else_is_not_the_same(other: dict[str, Any]) -> None:
    assert not same_configuration(topics(topic("a/", name="a")), other)
    assert not same_configuration(other, topics(topic("a/", name="a")))


REPLACED = topics(
    topic("x/", name="x", to=OTHER),
    topic("logs/", name="PantherEventNotifications-first"),
    topic("y/", name="y", to=OTHER),
)


def replacing() -> RulesPlan:
    plan = plan_rules(REPLACED, source("l"), TOPIC)
    assert len(plan.replaced) == 1
    return plan


def test_undoing_gives_back_what_was_there_in_its_order() -> None:
    plan = replacing()
    undone = undo_rules(plan.after, plan.before, plan.after, bucket="acme-logs", owner="111122223333")

    assert undone.after == REPLACED
    assert (undone.bucket, undone.owner, undone.obstacle) == ("acme-logs", "111122223333", None)
    assert undo_rules(undone.after, plan.before, plan.after).obstacle is None


def test_undoing_keeps_what_others_did_since() -> None:
    plan = replacing()
    since = {**plan.after, "QueueConfigurations": [entry("QueueConfigurations", "q/")], "EventBridgeConfiguration": {}}
    since["TopicConfigurations"] = [*since["TopicConfigurations"][1:], topic("z/", name="z", to=OTHER)]
    undone = undo_rules(since, plan.before, plan.after)

    assert [each["Id"] for each in undone.after["TopicConfigurations"]] == [
        "PantherEventNotifications-first", "y", "z",
    ]  # fmt: skip
    assert undone.after["QueueConfigurations"] == since["QueueConfigurations"]
    assert "EventBridgeConfiguration" in undone.after


def test_undoing_takes_the_member_out_that_it_was_alone_in() -> None:
    plan = plan_rules({"EventBridgeConfiguration": {}}, source("a/"), TOPIC)

    assert undo_rules(plan.after, plan.before, plan.after).after == {"EventBridgeConfiguration": {}}
    since = {**plan.after, "QueueConfigurations": [entry("QueueConfigurations", "q/")]}
    assert "TopicConfigurations" not in undo_rules(since, plan.before, plan.after).after


def test_a_rule_of_ours_that_was_changed_since_is_shown_and_left() -> None:
    plan = plan_rules({}, source("a/"), TOPIC)
    since = topics({**plan.after["TopicConfigurations"][0], "Events": [PUT]})
    undone = undo_rules(since, plan.before, plan.after)

    assert undone.after == since
    assert undone.obstacle is not None
    assert undone.obstacle.kind is ProblemKind.CONFLICT
    assert "has been changed since" in undone.obstacle.title
    assert CREATED in undone.obstacle.cause
    assert PUT in undone.obstacle.cause


def test_a_rule_of_ours_that_is_gone_already_is_no_obstacle() -> None:
    plan = plan_rules({}, source("a/", "b/"), TOPIC)
    since = topics(plan.after["TopicConfigurations"][1])

    assert undo_rules(since, plan.before, plan.after).after == {}


@pytest.mark.parametrize(
    "newer",
    [topic("logs/", ".csv", name="z", to=OTHER), topic("zzz/", name="PantherEventNotifications-first", to=OTHER)],
)
def test_nothing_is_put_back_over_a_newer_rule(newer: Entry) -> None:
    plan = replacing()
    since = topics(*(each for each in plan.after["TopicConfigurations"] if each["TopicArn"] == OTHER), newer)
    undone = undo_rules(since, plan.before, plan.after)

    assert undone.after == since
    assert undone.obstacle is not None
    assert newer["Id"] in undone.obstacle.title


def test_a_name_that_was_used_again_is_no_obstacle_to_undoing_twice() -> None:
    before = plan_rules({}, source("a/x/"), TOPIC).after
    plan = plan_rules(before, source("a/"), TOPIC)
    assert [rule.id for rule in plan.added] == [rule.id for rule in rules_of(before)]
    once = undo_rules(plan.after, plan.before, plan.after)

    assert once.after == before
    twice = undo_rules(once.after, plan.before, plan.after)
    assert twice.is_empty
    assert twice.obstacle is None


def test_more_rules_than_s3_takes_are_an_obstacle_to_putting_one_back() -> None:
    plan = replacing()
    fewer = topics(*(each for each in plan.after["TopicConfigurations"] if each["TopicArn"] == OTHER))
    others = [topic(f"zz{number}/", name=str(number), to=OTHER) for number in range(MOST_RULES - 2)]
    undone = undo_rules(topics(*fewer["TopicConfigurations"], *others), plan.before, plan.after)

    assert undone.obstacle is not None
    assert str(MOST_RULES) in undone.obstacle.title


def test_the_first_overlap_of_a_configuration_is_found_across_kinds() -> None:
    found = first_overlap({**topics(topic("a/", name="a")), "QueueConfigurations": [entry("QueueConfigurations")]})

    assert found is not None
    assert [each.id for each in found] == ["a", "theirs"]
    assert "has no prefix, which fits every key." in Conflict(*found).why
    assert first_overlap(topics(topic("a/", name="a"), topic("b/", name="b"))) is None


def test_a_suffix_that_a_wider_rule_makes_idle_is_told() -> None:
    made = plan_rules({}, source("a/"), TOPIC).after
    narrowed = plan_rules(made, source("a/", suffix=".gz"), TOPIC)
    assert narrowed.is_empty
    assert narrowed.has_idle_suffix
    assert any("whatever their ending: the suffix narrows nothing" in line for line in changes_of(narrowed))
    assert not any("narrows nothing" in line for line in changes_of(plan_rules(made, source("a/"), TOPIC)))
