"""Reads whether events arrive: from Panther, and from the account that the bucket is in."""

from __future__ import annotations

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.aws.way_reading import read_way
from panther_s3.checks.result import CheckResult
from panther_s3.checks.subscription import check_subscription
from panther_s3.first_events import Seen
from panther_s3.panther_api.client import PantherApi
from panther_s3.panther_api.model import Alarm, SourceHealth
from panther_s3.problems import Problem


def look_for_events(api: PantherApi, aws: Aws | None, answers: Answers) -> Seen:
    """Return what can be seen of the source's events; what cannot be read is told in `complaints`.

    Args:
        api: Panther's API.
        aws: the gateway of the operator's profile; None where there is no identity.
        answers: the source, with its id in Panther.
    """
    complaints: list[str] = []
    health: SourceHealth | None = None
    alarm: Alarm | None = None
    subscription: CheckResult | None = None
    exists, alarm_known = True, False
    try:
        health = api.read_health(answers.source_id)
        exists = health is not None
        alarm = api.read_alarm(answers.source_id) if exists else None
        alarm_known = True
    except Problem as problem:
        complaints.append(str(problem))
    if aws is not None:
        try:
            subscription = check_subscription(read_way(aws, actual(answers))[0], actual(answers))
        except Problem as problem:
            complaints.append(str(problem))
    return Seen(health, exists, subscription, alarm, tuple(complaints), alarm_known)


def actual(answers: Answers) -> Answers:
    """Return `answers` such that what is there is judged, and not what Panther will do where it manages it."""
    return answers.with_source(panther_managed_bucket_notifications_enabled=False)
