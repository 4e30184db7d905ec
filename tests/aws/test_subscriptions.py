"""Changes of a topic's subscriptions, made in the embedded AWS: what was approved and no more, each on record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.aws.subscriptions import apply_subscription, unsubscribe_queue
from panther_s3.aws.topic_records import Subscription
from panther_s3.aws.topics import Topics
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.journal.changes import Change, ChangeKind, State
from panther_s3.panther import PantherDeployment
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import S3Source
from panther_s3.subscription_plan import ActKind, SubscriptionPlan, SubscriptionState, plan_subscription
from tests.aws.conftest import Faults
from tests.recorder import recording

PANTHER = PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION)
QUEUE = PANTHER.queue_arn
WRONG = QUEUE.replace(cast.PANTHER_REGION, "us-east-2")
REGION = "eu-west-1"
ANSWERS = Answers(panther=PANTHER, source=S3Source("a", cast.CUSTOMER_ACCOUNT, "acme-eu"), bucket_region=REGION)
FILTER = '{"kind": ["created"]}'


def never(seconds: float) -> None:
    raise AssertionError("nothing to wait for")


@pytest.fixture
def topic(operator: Aws) -> Iterator[str]:
    """A topic in another region than the gateway's own."""
    sns = operator.client("sns", REGION)
    arn = sns.create_topic(Name=f"acme-subscriptions-{uuid4()}")["TopicArn"]
    yield arn
    sns.delete_topic(TopicArn=arn)


def subscribed(aws: Aws, topic: str, endpoint: str = QUEUE, **attributes: str) -> str:
    sns = aws.client("sns", REGION)
    return sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint, Attributes=attributes)["SubscriptionArn"]


def planned(aws: Aws, topic: str, *, again: bool = False) -> SubscriptionPlan:
    return plan_subscription(topic, Topics(aws).read_subscriptions(topic, QUEUE), ANSWERS, again=again)


def recorded(aws: Aws) -> tuple[Change, ...]:
    return aws.journal.record.changes


def test_panthers_queue_is_subscribed_without_raw_delivery_and_a_second_plan_is_empty(
    operator: Aws, topic: str
) -> None:
    plan = planned(operator, topic)
    (found,) = apply_subscription(operator, plan, sleep=never)
    assert (found.endpoint, found.protocol, found.raw_delivery, found.pending) == (QUEUE, "sqs", False, False)
    assert planned(operator, topic).acts == ()
    (change,) = recorded(operator)
    assert (change.kind, change.state, change.target) == (ChangeKind.SUBSCRIPTION, State.MADE, topic)
    assert (change.region, change.account) == (REGION, cast.CUSTOMER_ACCOUNT)
    assert (change.before, change.after) == (None, {"protocol": "sqs", "endpoint": QUEUE})
    assert change.facts == {"subscription_arn": found.arn}
    assert operator.writes.names() == ()


def test_an_empty_plan_changes_nothing(operator: Aws, topic: str) -> None:
    arn = subscribed(operator, topic)
    (found,) = apply_subscription(operator, planned(operator, topic), sleep=never)
    assert found.arn == arn
    assert recorded(operator) == ()


def test_raw_delivery_and_a_filter_are_taken_off_each_on_record_with_how_both_were(operator: Aws, topic: str) -> None:
    arn = subscribed(operator, topic, RawMessageDelivery="true", FilterPolicy=FILTER)
    plan = planned(operator, topic)
    assert [act.kind for act in plan.acts] == [ActKind.RAW_DELIVERY_OFF, ActKind.FILTER_OFF]
    (found,) = apply_subscription(operator, plan, sleep=never)
    assert (found.arn, found.raw_delivery, found.filter_policy) == (arn, False, "{}")
    assert planned(operator, topic).state is SubscriptionState.FOUND
    raw, filtering = recorded(operator)
    for change in (raw, filtering):
        assert (change.kind, change.state, change.target) == (ChangeKind.SUBSCRIPTION_SETTINGS, State.MADE, arn)
        assert change.facts == {"topic_arn": topic, "filter_scope": "MessageAttributes"}
    before = {"RawMessageDelivery": "true", "FilterPolicy": FILTER}
    assert (raw.before, raw.after) == (before, before | {"RawMessageDelivery": "false"})
    assert (filtering.before, filtering.after) == (raw.after, {"RawMessageDelivery": "false", "FilterPolicy": "{}"})


def test_a_wrong_queue_gives_way_to_panthers_with_all_that_it_takes_to_subscribe_it_again(
    operator: Aws, topic: str
) -> None:
    arn = subscribed(operator, topic, WRONG, RawMessageDelivery="true")
    (found,) = apply_subscription(operator, planned(operator, topic), sleep=never)
    assert found.endpoint == QUEUE
    made, gone = recorded(operator)
    assert made.kind is ChangeKind.SUBSCRIPTION
    assert (gone.kind, gone.state, gone.target) == (ChangeKind.UNSUBSCRIPTION, State.MADE, arn)
    assert gone.facts == {"topic_arn": topic}
    assert (gone.before["protocol"], gone.before["endpoint"]) == ("sqs", WRONG)
    assert gone.before["attributes"]["RawMessageDelivery"] == "true"


def test_a_wrong_queue_stays_where_that_was_left_out(operator: Aws, topic: str) -> None:
    subscribed(operator, topic, WRONG)
    found = apply_subscription(operator, planned(operator, topic).needed, sleep=never)
    assert {each.endpoint for each in found} == {QUEUE, WRONG}


def test_subscriptions_of_others_are_never_touched(operator: Aws, topic: str) -> None:
    other = subscribed(operator, topic, f"arn:aws:sqs:{REGION}:{cast.CUSTOMER_ACCOUNT}:acme", RawMessageDelivery="true")
    apply_subscription(operator, planned(operator, topic), sleep=never)
    found = {each.arn: each for each in Topics(operator).read_subscriptions(topic, QUEUE)}
    assert len(found) == 2
    assert Topics(operator).read_subscription_attributes(other)["RawMessageDelivery"] == "true"


def test_what_changed_since_it_was_shown_is_not_touched(operator: Aws, topic: str) -> None:
    arn = subscribed(operator, topic, RawMessageDelivery="true")
    plan = planned(operator, topic)
    operator.client("sns", REGION).set_subscription_attributes(
        SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue=FILTER
    )
    with pytest.raises(Problem) as raised:
        apply_subscription(operator, plan, sleep=never)
    assert raised.value.kind is ProblemKind.CONFLICT
    assert recorded(operator) == ()
    assert Topics(operator).read_subscription_attributes(arn)["RawMessageDelivery"] == "true"


def test_what_was_done_meanwhile_is_not_done_again(operator: Aws, topic: str) -> None:
    plan = planned(operator, topic)
    subscribed(operator, topic)
    (found,) = apply_subscription(operator, plan, sleep=never)
    assert found.endpoint == QUEUE
    assert recorded(operator) == ()


def test_one_who_may_only_read_is_refused_with_nothing_made(operator: Aws, readonly: Aws, topic: str) -> None:
    plan = planned(readonly, topic)
    with pytest.raises(Problem) as raised:
        apply_subscription(readonly, plan, sleep=never)
    assert raised.value.kind is ProblemKind.ACCESS_DENIED
    assert [change.state for change in recorded(readonly)] == [State.NOT_MADE]
    assert planned(operator, topic).state is SubscriptionState.MISSING


def test_a_refusal_half_way_leaves_what_was_done_on_record(faulty: Aws, faults: Faults, topic: str) -> None:
    arn = subscribed(faulty, topic, WRONG)
    refusal = {"code": "AuthorizationError", "status": 403}
    faults.add({"service": "sns", "operation": "Unsubscribe", "error": refusal})
    with pytest.raises(Problem) as raised:
        apply_subscription(faulty, planned(faulty, topic), sleep=never)
    assert faults.fired()
    assert raised.value.kind is ProblemKind.ACCESS_DENIED
    assert [(change.kind, change.state) for change in recorded(faulty)] == [
        (ChangeKind.SUBSCRIPTION, State.MADE),
        (ChangeKind.UNSUBSCRIPTION, State.NOT_MADE),
    ]
    assert arn in {each.arn for each in planned(faulty, topic).shown}


def test_nothing_is_taken_away_that_could_not_be_put_on_record(faulty: Aws, faults: Faults, topic: str) -> None:
    subscribed(faulty, topic, WRONG)
    (wrong,) = planned(faulty, topic).shown
    refusal = {"code": "AuthorizationError", "status": 403}
    faults.add({"service": "sns", "operation": "GetSubscriptionAttributes", "error": refusal})
    with pytest.raises(Problem) as raised:
        unsubscribe_queue(faulty, topic, wrong)
    assert raised.value.kind is ProblemKind.ACCESS_DENIED
    faults.clear()
    assert planned(faulty, topic).shown == (wrong,)
    assert recorded(faulty) == ()


def test_an_answer_that_is_lost_leads_to_one_subscription(faulty: Aws, faults: Faults, topic: str) -> None:
    plan = planned(faulty, topic)
    faults.add({"service": "sns", "operation": "Subscribe", "times": 1, "reset": True})
    (found,) = apply_subscription(faulty, plan, sleep=never)
    assert faults.fired()
    assert found.endpoint == QUEUE
    (change,) = recorded(faulty)
    assert (change.state, change.facts["subscription_arn"]) == (State.MADE, found.arn)


def test_where_no_answer_comes_at_all_the_change_stays_begun(faulty: Aws, faults: Faults, topic: str) -> None:
    plan = planned(faulty, topic)
    faults.add({"service": "sns", "operation": "Subscribe", "reset": True})
    with pytest.raises(Problem) as raised:
        apply_subscription(faulty, plan, sleep=never)
    assert raised.value.kind is ProblemKind.NETWORK
    assert [change.state for change in recorded(faulty)] == [State.BEGUN]


def test_what_does_not_show_is_told(operator: Aws, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, pauses = planned(operator, topic), list[float]()
    monkeypatch.setattr("panther_s3.aws.subscriptions.subscribe_queue", lambda *_: None)
    with pytest.raises(Problem, match="does not show the new subscriptions of the topic") as raised:
        apply_subscription(operator, plan, sleep=pauses.append)
    assert QUEUE in raised.value.cause
    assert pauses


def as_pending(operation: str, content: bytes) -> bytes:
    """Give the subscriptions of Panther's account as SNS does before they are confirmed."""
    if operation != "ListSubscriptionsByTopic":
        return content
    return re.sub(
        rb"<SubscriptionArn>[^<]*</SubscriptionArn>", b"<SubscriptionArn>PendingConfirmation</SubscriptionArn>", content
    )


def test_a_new_one_is_pending_at_first_by_an_answer_that_the_emulator_does_not_give(
    embedded_aws: EmbeddedAws, operator: Aws, topic: str
) -> None:
    with recording(embedded_aws.endpoint_url, as_pending) as proxy:
        aws = Aws("default", "us-west-2", endpoint_url=proxy.endpoint_url)
        (found,) = apply_subscription(aws, planned(aws, topic), sleep=never)
        assert found == Subscription("", "sqs", QUEUE, pending=True)
        assert planned(aws, topic).state is SubscriptionState.PENDING
        assert proxy.writes == ["Subscribe"]
    (change,) = recorded(aws)
    assert change.facts["subscription_arn"].startswith(topic)


def test_a_pending_one_is_subscribed_again_by_an_answer_that_the_emulator_does_not_give(
    embedded_aws: EmbeddedAws, operator: Aws, topic: str
) -> None:
    arn = subscribed(operator, topic)
    with recording(embedded_aws.endpoint_url, as_pending) as proxy:
        aws = Aws("default", "us-west-2", endpoint_url=proxy.endpoint_url)
        assert planned(aws, topic).acts == ()
        sent = []
        events = aws.client("sns", REGION).meta.events
        events.register("provide-client-params.sns.Subscribe", lambda params, **_: sent.append(dict(params)))
        (found,) = apply_subscription(aws, planned(aws, topic, again=True), sleep=never)
        assert found.pending is True
        assert proxy.writes == ["Subscribe"]
    assert sent[0]["Attributes"] == {}
    (change,) = recorded(aws)
    assert change.before == change.after == {"protocol": "sqs", "endpoint": QUEUE}
    assert change.facts["subscription_arn"] == arn


def test_one_that_was_confirmed_since_it_was_shown_as_pending_is_left_alone(operator: Aws, topic: str) -> None:
    subscribed(operator, topic)
    pending = Subscription("", "sqs", QUEUE, pending=True)
    plan = plan_subscription(topic, [pending], ANSWERS, again=True)
    (found,) = apply_subscription(operator, plan, sleep=never)
    assert found.pending is False
    assert recorded(operator) == ()
