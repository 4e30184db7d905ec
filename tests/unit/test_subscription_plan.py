"""What is to be done so that Panther's queue gets whole messages: nothing more than is needed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panther_s3.answers import Answers
from panther_s3.aws.topic_records import Subscription
from panther_s3.panther import PantherDeployment
from panther_s3.problems import Problem
from panther_s3.source import S3Source
from panther_s3.subscription_plan import Act, ActKind, SubscriptionState, is_done, plan_subscription

ACCOUNT = "111122223333"
PANTHER = PantherDeployment("999988887777", "us-west-2")
QUEUE = PANTHER.queue_arn
ANSWERS = Answers(panther=PANTHER, source=S3Source("a", ACCOUNT, "acme-logs"), bucket_region="eu-west-1")
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:events"
GOOD = Subscription(f"{TOPIC}:1", "sqs", QUEUE, raw_delivery=False)
PENDING = Subscription("", "sqs", QUEUE, pending=True)
ELSEWHERE = replace(GOOD, arn=f"{TOPIC}:2", endpoint=QUEUE.replace("us-west-2", "us-east-1"))
STRANGER = Subscription(f"{TOPIC}:3", "sqs", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:acme")
BY_ATTRIBUTE, BY_BODY = '{"kind": ["created"]}', '{"Records": {"eventName": ["ObjectCreated:Put"]}}'


def kinds(*subscriptions: Subscription, again: bool = False) -> list[tuple[ActKind, bool]]:
    plan = plan_subscription(TOPIC, subscriptions, ANSWERS, again=again)
    return [(act.kind, act.optional) for act in plan.acts]


def test_nothing_where_the_queue_is_subscribed_as_it_has_to_be() -> None:
    plan = plan_subscription(TOPIC, [STRANGER, GOOD], ANSWERS, again=True)
    assert (plan.state, plan.acts) == (SubscriptionState.FOUND, ())
    assert plan.explanation == f"{QUEUE} is subscribed."
    assert plan.shown == (GOOD,)
    assert kinds(replace(GOOD, filter_policy="{}")) == []


def test_a_missing_subscription_is_made_to_panthers_queue_in_panthers_region() -> None:
    plan = plan_subscription(TOPIC, [STRANGER], ANSWERS)
    assert (plan.state, plan.shown, plan.queue_arn) == (SubscriptionState.MISSING, (), QUEUE)
    (act,) = plan.acts
    assert (act.kind, act.subscription, act.optional) == (ActKind.SUBSCRIBE, None, False)
    assert f"{QUEUE}, with raw message delivery off" in act.text
    assert "pending until Panther confirms it" in plan.explanation
    assert kinds(replace(GOOD, protocol="lambda")) == [(ActKind.SUBSCRIBE, False)]


def test_a_pending_one_is_explained_with_its_cause_and_what_to_do_first() -> None:
    plan = plan_subscription(TOPIC, [PENDING], ANSWERS)
    assert (plan.state, plan.acts) == (SubscriptionState.PENDING, ())
    assert f"only once it has a source for account {ACCOUNT}" in plan.explanation
    assert "Save the source in Panther first, then subscribe once more" in plan.explanation
    assert "48 hours" in plan.explanation


def test_a_pending_one_is_subscribed_again_when_asked() -> None:
    (act,) = plan_subscription(TOPIC, [PENDING], ANSWERS, again=True).acts
    assert (act.kind, act.subscription) == (ActKind.SUBSCRIBE, PENDING)
    assert "once more" in act.text


def test_a_confirmed_one_beside_a_pending_one_counts() -> None:
    assert kinds(PENDING, GOOD, again=True) == []
    assert kinds(PENDING, replace(GOOD, raw_delivery=True)) == [(ActKind.RAW_DELIVERY_OFF, False)]


def test_raw_delivery_and_a_filter_by_attributes_are_mended() -> None:
    faulty = replace(GOOD, raw_delivery=True, filter_policy=BY_ATTRIBUTE)
    plan = plan_subscription(TOPIC, [faulty], ANSWERS)
    assert plan.state is SubscriptionState.FAULTY
    assert [(act.kind, act.subscription, act.optional) for act in plan.acts] == [
        (ActKind.RAW_DELIVERY_OFF, faulty, False),
        (ActKind.FILTER_OFF, faulty, False),
    ]
    assert BY_ATTRIBUTE in plan.acts[1].text


def test_a_filter_that_messages_may_pass_is_taken_away_only_if_wanted() -> None:
    by_body = replace(GOOD, filter_policy=BY_BODY, filter_scope="MessageBody")
    assert kinds(by_body) == [(ActKind.FILTER_OFF, True)]
    assert plan_subscription(TOPIC, [by_body], ANSWERS).needed.acts == ()


@pytest.mark.parametrize(
    "endpoint",
    [
        QUEUE.replace("us-west-2", "us-east-1"),
        QUEUE.replace("999988887777", "444455556666"),
        "arn:aws:sqs:us-west-2:999988887777:another-queue",
    ],
)
def test_a_wrong_queue_is_told_and_taken_away_only_if_wanted(endpoint: str) -> None:
    wrong = replace(GOOD, endpoint=endpoint)
    plan = plan_subscription(TOPIC, [wrong], ANSWERS)
    assert [(act.kind, act.optional) for act in plan.acts] == [
        (ActKind.SUBSCRIBE, False),
        (ActKind.UNSUBSCRIBE, True),
    ]
    assert endpoint in plan.acts[1].text
    assert "another Panther deployment" in plan.acts[1].text
    assert [act.kind for act in plan.needed.acts] == [ActKind.SUBSCRIBE]
    assert kinds(GOOD, wrong) == [(ActKind.UNSUBSCRIBE, True)]


def test_a_pending_one_of_a_wrong_queue_cannot_be_taken_away_and_goes_by_itself() -> None:
    plan = plan_subscription(TOPIC, [GOOD, replace(ELSEWHERE, arn="", pending=True)], ANSWERS)
    assert plan.acts == ()
    assert "is pending: SNS takes it away after 48 hours" in plan.explanation


def test_one_that_was_deleted_a_while_ago_does_not_count() -> None:
    assert kinds(replace(GOOD, arn="Deleted"), replace(ELSEWHERE, arn="Deleted")) == [(ActKind.SUBSCRIBE, False)]


def test_what_could_not_be_read_is_left_alone_and_told() -> None:
    refused = replace(GOOD, raw_delivery=None, unread=Problem("You are not allowed to read the subscription"))
    plan = plan_subscription(TOPIC, [refused], ANSWERS)
    assert (plan.state, plan.acts) == (SubscriptionState.UNREAD, ())
    assert "You are not allowed to read the subscription." in plan.explanation
    assert kinds(replace(GOOD, raw_delivery=None)) == []


def test_acts_can_be_left_out() -> None:
    plan = plan_subscription(TOPIC, [ELSEWHERE], ANSWERS)
    subscribing, unsubscribing = plan.acts
    assert plan.leaving_out(unsubscribing).acts == (subscribing,)
    assert plan.leaving_out(subscribing, unsubscribing).acts == ()


FAULTY = replace(GOOD, raw_delivery=True, filter_policy=BY_ATTRIBUTE)


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        (Act(ActKind.SUBSCRIBE, ""), [STRANGER], [PENDING]),
        (Act(ActKind.SUBSCRIBE, ""), [ELSEWHERE], [GOOD]),
        (Act(ActKind.RAW_DELIVERY_OFF, "", FAULTY), [FAULTY], [replace(FAULTY, raw_delivery=False)]),
        (Act(ActKind.FILTER_OFF, "", FAULTY), [FAULTY], [replace(FAULTY, filter_policy="{}")]),
        (Act(ActKind.UNSUBSCRIBE, "", ELSEWHERE), [GOOD, ELSEWHERE], [GOOD]),
    ],
    ids=["subscribe", "subscribe-beside", "raw", "filter", "unsubscribe"],
)
def test_what_an_act_leads_to_is_known(act: Act, before: list[Subscription], after: list[Subscription]) -> None:
    assert is_done(act, before, QUEUE) is False
    assert is_done(act, after, QUEUE) is True
