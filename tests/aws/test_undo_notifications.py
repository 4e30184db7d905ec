"""Taking back what the notifications step did: rules, subscriptions and test objects, in the embedded AWS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from panther_s3.aws.bucket_notifications import apply_rules, read_configuration
from panther_s3.aws.proof_objects import ProofObject, put_proof_object
from panther_s3.aws.session import Aws
from panther_s3.aws.subscriptions import apply_subscription
from panther_s3.aws.topics import Topics
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.journal import ChangeKind, Journal, State, read_run
from panther_s3.notifications import plan_rules
from panther_s3.problems import Problem, ProblemKind
from panther_s3.subscription_plan import plan_subscription
from panther_s3.undo import Prospect, Standing, Undo
from tests.faults import Faults
from tests.recorder import recording
from tests.way import QUEUE, REGION, Place, pending, rule

AUDIT = f"arn:aws:sqs:{REGION}:{cast.CUSTOMER_ACCOUNT}:acme-audit-events"
WRONG = QUEUE.replace(cast.PANTHER_REGION, "us-east-2")
DELETED = {
    "Id": "on-delete",
    "LambdaFunctionArn": f"arn:aws:lambda:{REGION}:{cast.CUSTOMER_ACCOUNT}:function:acme-on-delete",
    "Events": ["s3:ObjectRemoved:*"],
}


@pytest.fixture
def aws(aws_environment: None, tmp_path: Path) -> Aws:
    """The profile that may do everything, with a journal on the disk."""
    return Aws("default", REGION, journal=Journal(tmp_path))


@pytest.fixture
def place(aws: Aws) -> Iterator[Place]:
    yield Place.made(aws, "app/").with_topic()
    aws.journal.close()


def change_rules(place: Place) -> None:
    found = read_configuration(place.aws, place.bucket, REGION, cast.CUSTOMER_ACCOUNT)
    apply_rules(place.aws, plan_rules(found, place.answers.source, place.topic), REGION)


def change_subscriptions(place: Place, *, aws: Aws | None = None) -> None:
    aws = aws or place.aws
    found = Topics(aws).read_subscriptions(place.topic, QUEUE)
    apply_subscription(aws, plan_subscription(place.topic, found, place.answers), sleep=lambda _: None)


def put(place: Place, key: str = "app/test") -> None:
    put_proof_object(place.aws, ProofObject(place.bucket, key, REGION, cast.CUSTOMER_ACCOUNT))


def look(aws: Aws) -> tuple[Prospect, ...]:
    return Undo(aws, aws.journal).look()


def take_back(aws: Aws) -> None:
    undo = Undo(aws, aws.journal)
    for prospect in undo.look():
        undo.take_back(prospect)


def states(aws: Aws) -> list[State]:
    """What the file says, not the memory."""
    assert aws.journal.folder is not None
    return [change.state for change in read_run(aws.journal.folder, aws.journal.run).changes]


# --- the bucket's rules ---


def test_rules_are_taken_out_and_what_others_had_stays(place: Place) -> None:
    theirs = {
        "QueueConfigurations": [rule("audit", "QueueArn", AUDIT, "audit/")],
        "LambdaFunctionConfigurations": [DELETED],
        "EventBridgeConfiguration": {},
    }
    place.put(theirs)
    before = place.rules()
    change_rules(place)
    assert place.rules() != before
    (prospect,) = look(place.aws)
    assert (prospect.group.kind, prospect.standing) == (ChangeKind.NOTIFICATIONS, Standing.READY)
    take_back(place.aws)
    assert place.rules() == before
    assert states(place.aws) == [State.UNDONE]


def test_rules_that_others_added_meanwhile_stay(place: Place) -> None:
    change_rules(place)
    place.put({**place.rules(), "QueueConfigurations": [rule("later", "QueueArn", AUDIT, "later/")]})
    take_back(place.aws)
    assert set(place.rules()) == {"QueueConfigurations"}
    assert place.rules()["QueueConfigurations"][0]["Id"] == "later"


def test_a_rule_that_somebody_changed_since_is_refused_with_the_difference(place: Place) -> None:
    change_rules(place)
    (ours,) = place.rules()["TopicConfigurations"]
    place.put({"TopicConfigurations": [{**ours, "Events": ["s3:ObjectCreated:Put"]}]})
    (prospect,) = look(place.aws)
    assert prospect.standing is Standing.CHANGED
    assert any(line.startswith("-") and "s3:ObjectCreated:*" in line for line in prospect.difference)
    assert any(line.startswith("+") and "s3:ObjectCreated:Put" in line for line in prospect.difference)
    with pytest.raises(Problem) as raised:
        Undo(place.aws, place.aws.journal).take_back(prospect)
    assert raised.value.kind is ProblemKind.CONFLICT
    assert place.rules()["TopicConfigurations"][0]["Events"] == ["s3:ObjectCreated:Put"]
    assert states(place.aws) == [State.MADE]


def test_rules_changed_between_the_look_and_the_doing_are_refused_too(place: Place) -> None:
    change_rules(place)
    (prospect,) = look(place.aws)
    (ours,) = place.rules()["TopicConfigurations"]
    place.put({"TopicConfigurations": [{**ours, "Events": ["s3:ObjectCreated:Copy"]}]})
    with pytest.raises(Problem) as raised:
        Undo(place.aws, place.aws.journal).take_back(prospect)
    assert raised.value.kind is ProblemKind.CONFLICT
    assert place.rules()["TopicConfigurations"][0]["Events"] == ["s3:ObjectCreated:Copy"]


@pytest.mark.parametrize("gone", ["rule", "bucket"])
def test_what_is_gone_already_is_only_written_down(place: Place, gone: str) -> None:
    change_rules(place)
    place.put({})
    if gone == "bucket":
        place.aws.client("s3", REGION).delete_bucket(Bucket=place.bucket)
    (prospect,) = look(place.aws)
    assert prospect.standing is Standing.GONE
    take_back(place.aws)
    assert states(place.aws) == [State.UNDONE]


# --- subscriptions ---


def test_a_subscription_that_was_made_is_taken_away_and_others_stay(aws: Aws) -> None:
    place = Place.made(aws).with_topic(queue=AUDIT)
    change_subscriptions(place)
    assert sorted(place.subscriptions()) == sorted([AUDIT, QUEUE])
    take_back(aws)
    assert place.subscriptions() == [AUDIT]
    assert states(aws) == [State.UNDONE]


def test_a_subscription_pending_by_an_answer_of_ours_is_told_and_stays_on_record(
    aws: Aws, embedded_aws: EmbeddedAws
) -> None:
    place = Place.made(aws).with_topic(queue="")
    with recording(embedded_aws.endpoint_url, pending) as proxy:
        behind = Aws("default", REGION, endpoint_url=proxy.endpoint_url, journal=aws.journal)
        change_subscriptions(place, aws=behind)
        (prospect,) = look(behind)
        assert prospect.standing is Standing.BLOCKED
        assert "pending" in prospect.why
        with pytest.raises(Problem):
            Undo(behind, behind.journal).take_back(prospect)
    assert states(aws) == [State.MADE]


def test_a_subscription_that_somebody_made_anew_is_left(aws: Aws) -> None:
    place = Place.made(aws).with_topic(queue="")
    change_subscriptions(place)
    sns = aws.client("sns", REGION)
    (made,) = sns.list_subscriptions_by_topic(TopicArn=place.topic)["Subscriptions"]
    sns.unsubscribe(SubscriptionArn=made["SubscriptionArn"])
    sns.subscribe(TopicArn=place.topic, Protocol="sqs", Endpoint=QUEUE)
    (prospect,) = look(aws)
    assert prospect.standing is Standing.CHANGED
    assert place.subscriptions() == [QUEUE]


def test_settings_are_set_back(aws: Aws) -> None:
    wanted = '{"kind": ["created"]}'
    place = Place.made(aws).with_topic(RawMessageDelivery="true", FilterPolicy=wanted)
    change_subscriptions(place)
    (prospect,) = look(aws)  # both settings are of one subscription, and go back as one
    assert prospect.ready
    take_back(aws)
    (found,) = Topics(aws).read_subscriptions(place.topic, QUEUE)
    assert (found.raw_delivery, found.filter_policy) == (True, wanted)
    assert states(aws) == [State.UNDONE, State.UNDONE]


def test_settings_that_somebody_changed_since_are_left_with_the_difference(aws: Aws) -> None:
    place = Place.made(aws).with_topic(RawMessageDelivery="true")
    change_subscriptions(place)
    (found,) = Topics(aws).read_subscriptions(place.topic, QUEUE)
    theirs = '{"kind": ["theirs"]}'
    aws.client("sns", REGION).set_subscription_attributes(
        SubscriptionArn=found.arn, AttributeName="FilterPolicy", AttributeValue=theirs
    )
    (prospect,) = look(aws)
    assert prospect.standing is Standing.CHANGED
    assert any("theirs" in line for line in prospect.difference)


def test_a_wrong_queue_that_was_taken_away_is_subscribed_again_with_its_settings(aws: Aws) -> None:
    place = Place.made(aws).with_topic(queue=WRONG, RawMessageDelivery="true")
    change_subscriptions(place)
    assert place.subscriptions() == [QUEUE]
    take_back(aws)
    assert place.subscriptions() == [WRONG]
    (again,) = Topics(aws).read_subscriptions(place.topic, WRONG)
    assert again.raw_delivery is True


def test_subscriptions_of_a_topic_that_is_gone_are_gone(aws: Aws) -> None:
    place = Place.made(aws).with_topic(queue=WRONG)
    change_subscriptions(place)
    aws.client("sns", REGION).delete_topic(TopicArn=place.topic)
    assert {prospect.standing for prospect in look(aws)} == {Standing.GONE}


# --- test objects ---


def versions(place: Place) -> dict[str, Any]:
    found: Any = place.aws.client("s3", REGION).list_object_versions(Bucket=place.bucket)
    return {kind: found[kind] for kind in ("Versions", "DeleteMarkers") if found.get(kind)}


def test_a_test_object_is_removed(place: Place) -> None:
    put(place)
    assert place.keys() == ["app/test"]
    Undo(place.aws, place.aws.journal).remove(ChangeKind.TEST_OBJECT)
    assert place.keys() == []
    assert states(place.aws) == [State.UNDONE]


def test_in_a_bucket_with_versions_neither_a_version_nor_a_marker_is_left(place: Place) -> None:
    place.aws.client("s3", REGION).put_bucket_versioning(
        Bucket=place.bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    put(place)
    assert len(versions(place)["Versions"]) == 1
    Undo(place.aws, place.aws.journal).remove(ChangeKind.TEST_OBJECT)
    assert versions(place) == {}


def test_objects_of_others_are_never_touched(place: Place) -> None:
    place.aws.client("s3", REGION).put_object(Bucket=place.bucket, Key="app/theirs", Body=b"x")
    put(place)
    take_back(place.aws)
    assert place.keys() == ["app/theirs"]


def test_one_kind_is_removed_and_another_left(place: Place) -> None:
    change_rules(place)
    put(place)
    Undo(place.aws, place.aws.journal).remove(ChangeKind.TEST_OBJECT)
    assert place.keys() == []
    assert place.rules()["TopicConfigurations"]
    assert states(place.aws) == [State.MADE, State.UNDONE]


def test_a_removal_that_is_refused_leaves_the_object_on_record(aws: Aws, faulty: Aws, faults: Faults) -> None:
    place = Place.made(aws)
    behind = Aws(None, REGION, endpoint_url=faulty.endpoint_url, journal=aws.journal)
    put(replace(place, aws=behind))
    denied = {"code": "AccessDenied", "status": 403}
    faults.add({"service": "s3", "operation": "DeleteObject", "error": denied})
    with pytest.raises(Problem) as raised:
        Undo(behind, behind.journal).remove(ChangeKind.TEST_OBJECT)
    assert raised.value.kind is ProblemKind.ACCESS_DENIED
    assert faults.fired()
    assert len(aws.journal.record.momentary) == 1
    faults.clear()
    faults.add({"service": "s3", "operation": "HeadObject", "error": denied})  # who may not look may yet remove it
    Undo(behind, behind.journal).remove(ChangeKind.TEST_OBJECT)
    assert place.keys() == []
    assert aws.journal.record.momentary == ()
