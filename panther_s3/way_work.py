"""The notifications' way, looked at and made link by link: what every face of the program does alike."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.arrival import actual
from panther_s3.aws.bucket_notifications import read_managers
from panther_s3.aws.proof_objects import ProofObject
from panther_s3.aws.session import Aws
from panther_s3.aws.way_reading import read_way
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.mending import Mend
from panther_s3.notification_way import Action, Way, awaited, way_of
from panther_s3.notifications import reduced_prefixes
from panther_s3.operator_policies import TEST_OBJECT
from panther_s3.problems import Problem
from panther_s3.proposed import MendChange, ProposedChange, RulesChange, SubscriptionChange
from panther_s3.subscription_plan import plan_subscription
from panther_s3.topic_access import key_mend, topic_mend


@dataclass(frozen=True, eq=False)
class Looked:
    """How every link stands, and what that rests on."""

    answers: Answers
    """What was asked about, with the bucket's region as AWS has it."""
    way: Way
    readings: Readings


def look_at_way(aws: Aws, answers: Answers) -> Looked:
    """Return how the way of the source's notifications stands; where Panther makes it, what is waited for.

    Raises:
        Problem: there are no valid credentials to read with.
    """
    readings, region = read_way(aws, actual(answers))
    asked = replace(answers, bucket_region=region)
    way = way_of(readings, actual(asked))
    by_panther = answers.notifications_by is NotificationsBy.PANTHER
    return Looked(asked, awaited(way) if by_panther else way, readings)


def propose(aws: Aws, action: Action, looked: Looked) -> ProposedChange:
    """Return the change that makes a link; what it rests on besides is read. A topic is made by a stack instead.

    Raises:
        Problem: there is nothing to change, or what the change rests on could not be read.
    """
    answers, way = looked.answers, looked.way
    if action in (Action.MEND_POLICY, Action.MEND_KEY):
        mend = _mend_of(action, way, looked.readings, answers)
        if mend is None:
            raise _nothing_to_add()
        return MendChange(aws, mend)
    if action is Action.CHANGE_RULES and way.plan is not None:
        region, source = answers.region_of_bucket, answers.source
        managers = read_managers(aws, source.bucket_name, region, source.aws_account_id)
        return RulesChange(aws, way.plan, region, managers)
    if way.topic is None:
        raise _nothing_to_add()
    again = action is Action.SUBSCRIBE_AGAIN
    return SubscriptionChange(aws, plan_subscription(way.topic.arn, way.subscriptions, answers, again=again))


def reads_first(action: Action) -> str:
    """Return what is waited for while the change of `action` is prepared, in words; "" for nothing."""
    return "Looking whether a tool manages the bucket…" if action is Action.CHANGE_RULES else ""


def proofs_of(answers: Answers) -> list[ProofObject]:
    """Return the test objects that may be put, one for each prefix."""
    source = answers.source
    name = f"{TEST_OBJECT}{secrets.token_hex(4)}{source.notification_suffix}"
    return [
        ProofObject(source.bucket_name, f"{prefix}{name}", answers.region_of_bucket, source.aws_account_id)
        for prefix in reduced_prefixes(source.prefixes)
    ]


def _mend_of(action: Action, way: Way, readings: Readings, answers: Answers) -> Mend | None:
    """The edit of the policy of the topic or of its key; None where it is not needed any more."""
    if way.topic is None:
        return None
    if action is Action.MEND_POLICY:
        return topic_mend(way.topic, answers)
    return key_mend(way.topic, readings.keys.get(way.topic.kms_key, KeyReading()), answers)


def _nothing_to_add() -> Problem:
    return Problem(
        "No statement is missing that could be added",
        remedy="The link says what is in the way. Where somebody changed the policy meanwhile, look again.",
        speaker="",
    )
