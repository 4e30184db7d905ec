"""The way of a notification, link by link, over recorded readings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from panther_s3.aws.topic_records import Subscription
from panther_s3.checks.result import CheckId
from panther_s3.notification_way import Action, Standing, Way, seen_way, way_of
from panther_s3.policies import topic_key_statement
from panther_s3.problems import Problem, ProblemKind
from tests.catalogue.scene import Scene, healthy_scene

TOPIC, POLICY, KEY, SUBSCRIPTION, RULES = range(5)
DENIED = Problem("You are not allowed to read it", "AWS's own words", "Ask for it.", ProblemKind.ACCESS_DENIED)
QUEUE_RULE = {
    "Id": "theirs",
    "QueueArn": "arn:aws:sqs:us-west-2:111122223333:theirs",
    "Events": ["s3:ObjectCreated:*"],
}


def way(*changes: Callable[[Scene], object]) -> Way:
    scene = healthy_scene("acme-logs", "us-west-2")
    for change in changes:
        change(scene)
    return way_of(scene.readings(), scene.answers())


def subscribed(**fields: object) -> Callable[[Scene], object]:
    def change(scene: Scene) -> None:
        (found,) = scene.subscriptions
        scene.subscriptions = (replace(found, **fields),)

    return change


def no_topic(scene: Scene) -> None:
    scene.topic, scene.subscriptions, scene.notifications = False, None, {}


def no_rules(scene: Scene) -> None:
    scene.notifications = {}


def in_the_way(scene: Scene) -> None:
    scene.notifications = {"QueueConfigurations": [QUEUE_RULE]}


def closed(scene: Scene) -> None:
    scene.topic_policy = {"Version": "2012-10-17", "Statement": []}


def key_shut(scene: Scene) -> None:
    key = scene.encrypted_topic()
    key.policy["Statement"].remove(topic_key_statement(scene.source, scene.answers().partition))


def everything_missing(scene: Scene) -> None:
    closed(scene)
    key_shut(scene)
    scene.subscriptions = ()
    no_rules(scene)


def test_where_nothing_is_missing_all_is_done_and_nothing_comes_next() -> None:
    found = way()
    assert [link.standing for link in found.links] == [Standing.DONE] * 5
    assert found.done
    assert not found.pending
    assert found.next_action is None
    assert found.summary.startswith("All is there")
    assert not any(map(found.draws_attention_to, found.links))


def test_each_link_is_judged_by_its_check() -> None:
    assert [link.check for link in way().links] == [
        CheckId.NOTIFICATIONS_TOPIC,
        CheckId.NOTIFICATIONS_TOPIC_POLICY,
        CheckId.NOTIFICATIONS_TOPIC_ENCRYPTION,
        CheckId.NOTIFICATIONS_SUBSCRIPTION,
        CheckId.NOTIFICATIONS_BUCKET,
    ]


def test_without_a_topic_all_else_comes_later() -> None:
    found = way(no_topic)
    assert [link.standing for link in found.links] == [Standing.TO_DO, *[Standing.LATER] * 4]
    assert found.next_action is Action.MAKE_TOPIC
    assert found.topic is None
    assert "Once the topic is there" in found.links[RULES].detail


def test_what_is_missing_comes_in_the_order_of_the_way() -> None:
    mended: list[tuple[Action, Callable[[Scene], object]]] = [
        (Action.MEND_POLICY, everything_missing),
        (Action.MEND_KEY, lambda scene: (key_shut(scene), setattr(scene, "subscriptions", ()), no_rules(scene))),
        (Action.SUBSCRIBE, lambda scene: (setattr(scene, "subscriptions", ()), no_rules(scene))),
        (Action.CHANGE_RULES, no_rules),
    ]
    assert [way(change).next_action for _, change in mended] == [action for action, _ in mended]


@pytest.mark.parametrize(
    ("fields", "standing", "action"),
    [
        ({"raw_delivery": True}, Standing.TO_DO, Action.MEND_SUBSCRIPTION),
        ({"filter_policy": '{"a": ["b"]}'}, Standing.TO_DO, Action.MEND_SUBSCRIPTION),
        ({"endpoint": "arn:aws:sqs:us-east-2:999988887777:panther-input-data-notifications-queue"},
         Standing.TO_DO, Action.SUBSCRIBE),
        ({"unread": DENIED}, Standing.UNKNOWN, None),
        ({"filter_policy": '{"a": ["b"]}', "filter_scope": "MessageBody"}, Standing.UNKNOWN, None),
    ],
)  # fmt: skip
def test_a_subscription_that_does_not_deliver(
    fields: dict[str, object], standing: Standing, action: Action | None
) -> None:
    link = way(subscribed(**fields)).links[SUBSCRIPTION]
    assert link.standing is standing
    assert link.action is (action if standing is Standing.TO_DO else None)
    assert link.detail


def test_a_pending_subscription_says_what_to_do_first_and_holds_nothing_up() -> None:
    found = way(subscribed(arn="", pending=True, raw_delivery=None))
    link = found.links[SUBSCRIPTION]
    assert (link.standing, link.action) == (Standing.WAITING, Action.SUBSCRIBE_AGAIN)
    assert "a source for account 111122223333" in link.detail
    assert "Save the source in Panther first" in link.detail
    assert found.done
    assert found.pending
    assert found.next_action is None
    assert "Panther's confirmation" in found.summary
    assert way(subscribed(arn="", pending=True, raw_delivery=None), no_rules).next_action is Action.CHANGE_RULES


def test_a_rule_in_the_way_stops_all_that_would_end_there() -> None:
    found = way(everything_missing, in_the_way)
    link = found.links[RULES]
    assert link.standing is Standing.STOPPED
    assert "theirs" in link.detail
    assert link.detail.count("\n- ") >= 2
    assert found.next_action is None
    assert [each for each in found.links if found.draws_attention_to(each)] == [link]
    assert "something is in the way" in found.summary


def test_a_deny_of_others_is_not_mended() -> None:
    def deny(scene: Scene) -> None:
        statement = {"Sid": "Never", "Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}
        scene.topic_policy["Statement"].append(statement)

    link = way(deny).links[POLICY]
    assert (link.standing, link.action) == (Standing.STOPPED, None)
    assert "Never" in link.detail


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda scene: setattr(scene, "topic", DENIED), TOPIC),
        (lambda scene: setattr(scene, "subscriptions", DENIED), SUBSCRIPTION),
        (lambda scene: setattr(scene, "notifications", DENIED), RULES),
    ],
    ids=["topic", "subscriptions", "notifications"],
)
def test_what_cannot_be_read_is_unknown_and_never_done(change: Callable[[Scene], object], place: int) -> None:
    found = way(change)
    assert found.links[place].standing is Standing.UNKNOWN
    assert found.links[place].action is None
    assert not found.done


def test_the_way_of_an_object_is_seen_as_far_as_the_topic() -> None:
    told = seen_way(way(), "AWSLogs/x")
    assert [state for state, _ in told] == ["ok", "ok", "unknown"]
    assert "Panther's account alone" in told[-1][1]


@pytest.mark.parametrize(
    ("change", "states"),
    [
        (no_rules, ["fail"]),
        (closed, ["ok", "fail", "ok", "unknown"]),
        (subscribed(arn="", pending=True, raw_delivery=None), ["ok", "warn", "unknown"]),
        (lambda scene: setattr(scene, "subscriptions", ()), ["ok", "fail", "unknown"]),
    ],
    ids=["no rule", "policy", "pending", "not subscribed"],
)
def test_the_way_of_an_object_ends_where_a_link_is_missing(
    change: Callable[[Scene], object], states: list[str]
) -> None:
    assert [state for state, _ in seen_way(way(change), "AWSLogs/x")] == states


def test_another_subscription_changes_nothing() -> None:
    other = Subscription("arn:aws:sns:us-west-2:111122223333:t:9", "email", "ana@acme.example")
    assert way(lambda scene: setattr(scene, "subscriptions", (*scene.subscriptions, other))).done
