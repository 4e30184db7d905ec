"""From the first screen to Panther's queue, for every bucket of the demo, and back again by undo."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from panther_s3.answers import Answers
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.journal import latest_to_undo
from panther_s3.notifications import RULE_NAME, TOPICS, same_configuration
from panther_s3.panther import INPUT_QUEUE
from tests.flow.accounts import PANTHER, Account
from tests.flow.robot import Errand, Robot
from tui.app import WizardApp
from tui.options import AwsOptions
from tui.undoing import run_undo

REGIONS = ("us-west-2", "us-east-1")
ARRIVAL_SECONDS = 10


@dataclass(frozen=True)
class Case:
    """A source on one of the demo's buckets."""

    bucket: str
    prefix: str = ""
    explained: tuple[str, ...] = ()
    """What the notifications step says, where it can send nothing."""


IN_THE_WAY = (
    "something is in the way. Nothing is changed until that is decided.",
    "The rule audit-to-queue is in the way",
    "Narrow one of the two by prefix or suffix",
)
LOCKED_OUT = (
    "You are not allowed to read the notifications of the bucket acme-locked.",
    "with an explicit deny in a resource-based policy",
    "Ask the owner of arn:aws:s3:::acme-locked to exempt s3:GetBucketNotification",
)
JOURNEYS = {
    "logs of the account": (Case(cast.CLOUDTRAIL, "AWSLogs/"), Case(cast.KMS_LOGS), Case(cast.LOCKED, "", LOCKED_OUT)),
    "another region": (Case(cast.VPC_FLOW), Case(cast.EMPTY)),
    "others are told": (Case(cast.APP_LOGS, "", IN_THE_WAY), Case(cast.APP_LOGS, "app/")),
}
"""What one operator does one after the other: sources of a region share its topic."""


@pytest.fixture
def demo(fresh_aws: EmbeddedAws) -> Iterator[EmbeddedAws]:
    with fresh_aws.applied(os.environ):
        yield fresh_aws


@pytest.mark.parametrize("journey", list(JOURNEYS))
async def test_every_bucket_of_the_demo_tells_panther_or_why_not_and_undo_leaves_what_was_there(
    journey: str, demo: EmbeddedAws, no_waiting: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account = Account(demo.endpoint_url, cast.CUSTOMER_ACCOUNT)
    before = [account.documents(*REGIONS)]
    for number, case in enumerate(JOURNEYS[journey]):
        app = WizardApp(Answers(panther=PANTHER), endpoint_url=demo.endpoint_url, state_dir=tmp_path)
        robot = Robot(app, Errand(case.bucket, f"journey {number}", case.prefix, proof=not case.explained))
        async with app.run_test(size=(80, 24)):
            await robot.to_the_end()
        before.append(account.documents(*REGIONS))
        former, found = (each[f"bucket {case.bucket}"] for each in before[-2:])
        ours, others = rules_of(found)
        assert same_configuration(others, former["notifications"])
        assert {**found, "notifications": {}} == {**former, "notifications": {}}
        if case.explained:
            (explanation,) = robot.explanations
            assert all(words in explanation for words in case.explained), explanation
            assert not ours
        else:
            assert robot.summaries[-1].startswith("All is there")
            assert len(ours) == 1
            assert_told_of_objects(demo, case)
    for left, run in enumerate(reversed(before[:-1])):
        assert latest_to_undo(tmp_path) is not None, left
        assert run_undo(tmp_path, None, AwsOptions(endpoint_url=demo.endpoint_url), yes=True) == 0
        assert account.documents(*REGIONS) == run, capsys.readouterr().out
    assert latest_to_undo(tmp_path) is None


def rules_of(bucket: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return the rules that are ours, and the notifications without them."""
    topics = bucket["notifications"].get(TOPICS, [])
    ours = [rule for rule in topics if rule["Id"].startswith(RULE_NAME)]
    others = [rule for rule in topics if rule not in ours]
    return ours, {**bucket["notifications"], TOPICS: others}


def panthers_queue(demo: EmbeddedAws) -> tuple[Any, str]:
    """Return a client and the URL of Panther's queue, which takes messages of the account's topics.

    So it does as soon as Panther has a source of that account.
    """
    sqs = Account(demo.endpoint_url, cast.PANTHER_ACCOUNT).client("sqs", cast.PANTHER_REGION)
    url = sqs.get_queue_url(QueueName=INPUT_QUEUE)["QueueUrl"]
    let_topics_send = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": PANTHER.queue_arn,
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{cast.CUSTOMER_ACCOUNT}:*"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [let_topics_send]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return sqs, url


def assert_told_of_objects(demo: EmbeddedAws, case: Case) -> None:
    """Put an object as the operator does, and see Panther's queue get its notification in SNS's envelope."""
    import boto3

    sqs, queue = panthers_queue(demo)
    key = f"{case.prefix}told-of-{case.bucket}.json"
    s3 = boto3.Session(profile_name=cast.OPERATOR_PROFILE).client("s3", region_name=cast.REGION_OF[case.bucket])
    s3.put_object(Bucket=case.bucket, Key=key, Body=b"{}")
    until, heard = time.monotonic() + ARRIVAL_SECONDS, []
    while key not in [record["s3"]["object"]["key"] for _, records in heard for record in records]:
        assert time.monotonic() < until, heard
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        envelopes = [json.loads(message["Body"]) for message in answer.get("Messages", ())]
        heard += [(envelope, json.loads(envelope["Message"]).get("Records", ())) for envelope in envelopes]
    envelope, (record,) = heard[-1]
    assert envelope["Type"] == "Notification"
    assert envelope["TopicArn"].startswith(f"arn:aws:sns:{cast.REGION_OF[case.bucket]}:{cast.CUSTOMER_ACCOUNT}:")
    assert (record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]) == (case.bucket, key)
    s3.delete_object(Bucket=case.bucket, Key=key)
