"""Beginning with a source that Panther has: what is taken from it, and what of the run stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panther_s3.answers import Answers, CallerIdentity, IamMethod, Made, NotificationsBy
from panther_s3.opening import opened
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api.model import Alarm, PantherSource
from panther_s3.source import PrefixLogTypes, S3Source

ACCOUNT = "111122223333"
SOURCE = S3Source(
    "Prod Trail",
    ACCOUNT,
    "acme-logs",
    prefix_log_types=(PrefixLogTypes("a/", ("AWS.ALB",)),),
    log_processing_role_arn=f"arn:aws:iam::{ACCOUNT}:role/PantherLogProcessingRole-prod-trail",
)
FOUND = PantherSource("a1b2", SOURCE)
RUN = Answers(
    "default",
    "us-west-2",
    CallerIdentity(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/operator"),
    PantherDeployment("999988887777", "us-west-2"),
    api_url="https://api.acme.runpanther.net",
    by_api=True,
    source=S3Source("begun", ACCOUNT, "another-bucket", topic_arn="arn:aws:sns:us-west-2:111122223333:x"),
    bucket_region="eu-west-1",
    iam_method=IamMethod.MANUAL,
    suffix="chosen",
    validation_note="left with failures",
    failed_checks=("role.trust",),
    taken_back=True,
    notified=True,
    made=(Made("IAM role", "x", "us-west-2"),),
)


def test_who_and_where_stay_and_the_source_is_panthers() -> None:
    answers = opened(RUN, FOUND, None)
    assert answers.source == SOURCE
    assert answers.source_id == "a1b2"
    for name in ("profile", "region", "identity", "panther", "api_url", "by_api", "made"):
        assert getattr(answers, name) == getattr(RUN, name)


def test_what_was_found_out_of_another_bucket_is_forgotten() -> None:
    answers = opened(RUN, FOUND, None)
    assert (answers.bucket_region, answers.iam_method, answers.validation_note) == ("", None, "")
    assert (answers.failed_checks, answers.notified, answers.taken_back) == ((), False, False)


@pytest.mark.parametrize(
    ("role", "suffix"),
    [
        ("PantherLogProcessingRole-prod-trail", ""),
        ("PantherLogProcessingRole-older-name", "older-name"),
        ("PantherLogProcessingRole-Prod-Trail", "Prod-Trail"),
        ("a-role-of-their-own", ""),
        ("path/PantherLogProcessingRole-older-name", "older-name"),
    ],
)
def test_the_suffix_is_that_of_the_role_where_the_name_gives_another(role: str, suffix: str) -> None:
    found = replace(FOUND, source=replace(SOURCE, log_processing_role_arn=f"arn:aws:iam::{ACCOUNT}:role/{role}"))
    answers = opened(RUN, found, None)
    assert answers.suffix == suffix
    assert answers.role_arn == found.source.log_processing_role_arn


@pytest.mark.parametrize(
    ("minutes", "number", "period"),
    [(15, "15", "minutes"), (90, "90", "minutes"), (120, "2", "hours"), (43200, "30", "days")],
)
def test_the_alarm_is_shown_as_panther_has_it(minutes: int, number: str, period: str) -> None:
    answers = opened(RUN, FOUND, Alarm(minutes, "OK"))
    assert (answers.alarm_on, answers.alarm_number, answers.alarm_period) == (True, number, period)
    assert answers.alarm_set == answers.source.drop_off_alarm_minutes == minutes


def test_without_an_alarm_what_was_typed_of_one_stays_and_is_off() -> None:
    typed = replace(RUN, alarm_number="3", alarm_period="days", alarm_set=60)
    answers = opened(typed, FOUND, None)
    assert (answers.alarm_on, answers.alarm_number, answers.alarm_period) == (False, "3", "days")
    assert (answers.alarm_set, answers.source.drop_off_alarm_minutes) == (None, None)


@pytest.mark.parametrize("before", list(NotificationsBy))
def test_panther_makes_the_notifications_where_the_source_says_so(before: NotificationsBy) -> None:
    managed = replace(FOUND, source=replace(SOURCE, panther_managed_bucket_notifications_enabled=True))
    assert opened(replace(RUN, notifications_by=before), managed, None).notifications_by is NotificationsBy.PANTHER


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NotificationsBy.WIZARD, NotificationsBy.WIZARD),
        (NotificationsBy.OPERATOR, NotificationsBy.OPERATOR),
        (NotificationsBy.PANTHER, NotificationsBy.WIZARD),
    ],
)
def test_panther_does_not_make_them_where_the_source_says_not(before: NotificationsBy, after: NotificationsBy) -> None:
    assert opened(replace(RUN, notifications_by=before), FOUND, None).notifications_by is after
