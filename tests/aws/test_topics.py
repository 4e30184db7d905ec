"""Topics and who is subscribed to them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from panther_s3.aws.session import Aws
from panther_s3.aws.topic_records import Subscription
from panther_s3.aws.topics import PAGES, Topics
from panther_s3.demo import cast
from panther_s3.panther import PantherDeployment
from panther_s3.problems import Problem, ProblemKind
from tests.aws.conftest import Faults

QUEUE = PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION).queue_arn
NAMES = itertools.count()


@pytest.fixture
def topic(operator: Aws) -> Iterator[str]:
    sns = operator.client("sns", "us-west-2")
    arn = sns.create_topic(Name=f"acme-topics-test-{next(NAMES)}")["TopicArn"]
    yield arn
    sns.delete_topic(TopicArn=arn)


def test_a_topic_is_read_in_its_own_region(operator: Aws, topic: str) -> None:
    operator.client("sns", "us-west-2").set_topic_attributes(
        TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns"
    )
    found = Topics(Aws("default", "eu-west-1")).read(topic)
    assert found is not None
    assert (found.arn, found.kms_key, found.fifo) == (topic, "alias/aws/sns", False)
    assert found.policy["Statement"][0]["Resource"] == topic


def test_a_fifo_topic_is_told(operator: Aws) -> None:
    name = "acme-topics-test.fifo"
    arn = operator.client("sns").create_topic(Name=name, Attributes={"FifoTopic": "true"})["TopicArn"]
    found = Topics(operator).read(arn)
    assert found is not None
    assert found.fifo is True


def test_a_topic_that_is_not_there_is_none(operator: Aws, topic: str) -> None:
    assert Topics(operator).read(f"{topic}-not") is None


def test_a_topic_that_may_not_be_read_is_a_problem(faulty: Aws, faults: Faults, topic: str) -> None:
    refusal = {"code": "AuthorizationError", "status": 403}
    faults.add({"service": "sns", "operation": "GetTopicAttributes", "error": refusal})
    with pytest.raises(Problem) as raised:
        Topics(faulty).read(topic)
    assert raised.value.kind is ProblemKind.ACCESS_DENIED


def test_panthers_subscription_is_read_with_its_attributes_and_others_without(operator: Aws, topic: str) -> None:
    sns = operator.client("sns", "us-west-2")
    raw = {"RawMessageDelivery": "true", "FilterPolicy": '{"a": ["b"]}'}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE, Attributes=raw)
    elsewhere = QUEUE.replace("us-west-2", "eu-west-1")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=elsewhere)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-west-2:111122223333:acme")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ana@example.com")
    found = Topics(operator).read_subscriptions(topic, QUEUE)
    assert [(entry.endpoint, entry.protocol, entry.raw_delivery, entry.filter_policy) for entry in found] == [
        (QUEUE, "sqs", True, '{"a": ["b"]}'),
        (elsewhere, "sqs", False, ""),
        ("arn:aws:sqs:us-west-2:111122223333:acme", "sqs", None, ""),
        ("ana@example.com", "email", None, ""),
    ]
    assert all(entry.arn.startswith(topic) for entry in found)


def test_attributes_that_may_not_be_read_are_told_in_the_subscription(
    faulty: Aws, faults: Faults, operator: Aws, topic: str
) -> None:
    operator.client("sns", "us-west-2").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE)
    refusal = {"code": "AuthorizationError", "status": 403}
    faults.add({"service": "sns", "operation": "GetSubscriptionAttributes", "error": refusal})
    (found,) = Topics(faulty).read_subscriptions(topic, QUEUE)
    assert isinstance(found.unread, Problem)
    assert (found.unread.kind, found.raw_delivery, found.endpoint) == (ProblemKind.ACCESS_DENIED, None, QUEUE)


def _page(*arns: str, more: str = "") -> dict[str, Any]:
    entries = [{"SubscriptionArn": arn, "Protocol": "sqs", "Endpoint": QUEUE} for arn in arns]
    return {"Subscriptions": entries} | ({"NextToken": more} if more else {})


@pytest.mark.parametrize("arn", ["PendingConfirmation", "pending confirmation"])
def test_a_pending_subscription_which_the_emulator_never_has_is_read_from_awss_documented_answer(
    operator: Aws, topic: str, arn: str
) -> None:
    with Stubber(operator.client("sns", "us-west-2")) as stub:
        stub.add_response("list_subscriptions_by_topic", _page(arn))
        assert Topics(operator).read_subscriptions(topic, QUEUE) == (Subscription("", "sqs", QUEUE, pending=True),)


def test_a_deleted_subscription_which_the_emulator_never_has_is_not_asked_for_its_attributes(
    operator: Aws, topic: str
) -> None:
    with Stubber(operator.client("sns", "us-west-2")) as stub:
        stub.add_response("list_subscriptions_by_topic", _page("Deleted"))
        assert Topics(operator).read_subscriptions(topic, QUEUE) == (Subscription("Deleted", "sqs", QUEUE),)


def test_a_topic_with_millions_of_subscriptions_which_the_emulator_cannot_hold_is_looked_through_in_part(
    operator: Aws, topic: str
) -> None:
    with Stubber(operator.client("sns", "us-west-2")) as stub:
        for number in range(PAGES):
            stub.add_response("list_subscriptions_by_topic", _page("Deleted", more=f"page {number}"))
        assert len(Topics(operator).read_subscriptions(topic, QUEUE)) == PAGES
        stub.assert_no_pending_responses()


def test_the_regions_topics_are_listed(operator: Aws, topic: str) -> None:
    here, elsewhere = Topics(operator).list_topics("us-west-2"), Topics(operator).list_topics("eu-west-3")
    named = {f"arn:aws:sns:us-west-2:{cast.CUSTOMER_ACCOUNT}:{name}" for name in (cast.EVENTS_TOPIC, cast.ORDERS_TOPIC)}
    assert {topic, *named} <= set(here.arns)
    assert here.complete is True
    assert (elsewhere.arns, elsewhere.complete) == ((), True)


def test_a_region_with_thousands_of_topics_which_the_emulator_does_not_have_is_listed_in_part(operator: Aws) -> None:
    with Stubber(operator.client("sns", "us-west-2")) as stub:
        for number in range(PAGES):
            stub.add_response("list_topics", {"Topics": [{"TopicArn": f"arn {number}"}], "NextToken": f"page {number}"})
        found = Topics(operator).list_topics("us-west-2")
        stub.assert_no_pending_responses()
    assert (len(found.arns), found.complete) == (PAGES, False)


def test_topics_that_may_not_be_listed_are_a_problem(faulty: Aws, faults: Faults) -> None:
    faults.add({"service": "sns", "operation": "ListTopics", "error": {"code": "AuthorizationError", "status": 403}})
    with pytest.raises(Problem) as raised:
        Topics(faulty).list_topics("us-west-2")
    assert raised.value.kind is ProblemKind.ACCESS_DENIED


def test_several_topics_are_read_side_by_side(operator: Aws, topic: str) -> None:
    found = Topics(operator).read_several([topic, f"{topic}-not"])
    assert list(found) == [topic, f"{topic}-not"]
    assert found[topic] == Topics(operator).read(topic)
    assert found[f"{topic}-not"] is None


def test_what_hinders_the_reading_of_one_of_several_topics_stands_in_its_place(
    faulty: Aws, faults: Faults, topic: str
) -> None:
    refusal = {"code": "AuthorizationError", "status": 403}
    faults.add({"service": "sns", "operation": "GetTopicAttributes", "times": 1, "error": refusal})
    found = list(Topics(faulty).read_several([topic, topic.replace("acme-topics-test", "acme-gone")]).values())
    assert [each.kind for each in found if isinstance(each, Problem)] == [ProblemKind.ACCESS_DENIED]
    assert len([each for each in found if not isinstance(each, Problem)]) == 1
