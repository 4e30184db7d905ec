"""What is to be done so that Panther has the source: created, updated or nothing, and what is in the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panther_s3.answers import Answers
from panther_s3.panther_api.model import PantherSource, comparable
from panther_s3.problems import ProblemKind
from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType
from panther_s3.source_plan import SourceAct, plan_source, wanted_source

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/PantherLogProcessingRole-prod-trail"
SOURCE = S3Source("prod trail", ACCOUNT, "acme-logs", prefix_log_types=(PrefixLogTypes("a/", ("AWS.ALB",)),))
ANSWERS = Answers(source=SOURCE, bucket_region="us-west-2")
WANTED = replace(SOURCE, log_processing_role_arn=ROLE)
OWN = PantherSource("a1b2", WANTED)


def other(name: str, *prefixes: str, bucket: str = "acme-logs") -> PantherSource:
    rows = tuple(PrefixLogTypes(each) for each in prefixes)
    return PantherSource(f"id of {name}", S3Source(name, ACCOUNT, bucket, prefix_log_types=rows))


# --- what is wanted ---


def test_the_role_goes_with_the_source_and_blanks_around_its_name_do_not() -> None:
    assert wanted_source(ANSWERS.with_source(name="  prod trail ")) == WANTED
    own_role = ANSWERS.with_source(log_processing_role_arn=f"arn:aws:iam::{ACCOUNT}:role/mine")
    assert wanted_source(own_role).log_processing_role_arn.endswith("role/mine")
    suffix = replace(ANSWERS, suffix="chosen")
    assert wanted_source(suffix).log_processing_role_arn.endswith("PantherLogProcessingRole-chosen")


# --- what is done ---


def test_a_source_that_panther_does_not_have_is_created() -> None:
    plan = plan_source(ANSWERS, (other("else", "b/"),), None)
    assert (plan.act, plan.wanted, plan.shown, plan.obstacle, plan.rival) == (
        SourceAct.CREATE,
        WANTED,
        None,
        None,
        None,
    )
    assert plan.summary == "Panther does not have this source yet. This is what it is sent:"
    assert plan.notes == ()


def test_a_source_that_is_as_it_shall_be_is_left() -> None:
    plan = plan_source(ANSWERS, (OWN,), OWN)
    assert (plan.act, plan.shown, plan.difference, plan.obstacle) == (SourceAct.NOTHING, OWN, (), None)
    assert plan.summary == "Panther has this source, exactly as it is here."


def test_an_update_shows_what_comes_and_what_goes() -> None:
    answers = ANSWERS.with_source(log_stream_type=StreamType.XML, log_stream_type_options=StreamOptions("", True, "e"))
    plan = plan_source(answers, (OWN,), OWN)
    assert (plan.act, plan.shown) == (SourceAct.UPDATE, OWN)
    changed = [line for line in plan.difference if line.startswith(("+", "-"))]
    assert changed == [
        '-   "logStreamType": "Auto",',
        '+   "logStreamType": "XML",',
        '+   "logStreamTypeOptions": {',
        '+     "xmlRootElement": "e"',
        "+   },",
    ]
    assert plan.summary == "Panther has this source. This is what changes in it:"


def test_a_new_name_for_a_source_is_an_update_of_it() -> None:
    plan = plan_source(ANSWERS.with_source(name="new name"), (OWN,), OWN)
    assert plan.act is SourceAct.UPDATE
    assert any("new name" in line for line in plan.difference if line.startswith("+"))


def test_a_difference_is_never_empty_where_something_is_updated() -> None:
    for changes in (
        {"kms_key_arn": "arn:aws:kms:us-west-2:111122223333:key/1"},
        {"log_processing_role_arn": f"arn:aws:iam::{ACCOUNT}:role/x"},
        {"panther_managed_bucket_notifications_enabled": True},
        {"prefix_log_types": (PrefixLogTypes("a/", ("AWS.ALB",), ("a/b/",)),)},
    ):
        plan = plan_source(ANSWERS.with_source(**changes), (OWN,), OWN)
        assert plan.act is SourceAct.UPDATE
        assert any(line.startswith(("+", "-")) for line in plan.difference), changes


# --- what is in the way ---


def test_a_name_that_another_source_has_is_an_obstacle_and_that_source_the_way_out() -> None:
    rival = other("prod trail", "z/", bucket="acme-vpc-flow")
    plan = plan_source(ANSWERS, (rival,), None)
    assert (plan.act, plan.rival) == (SourceAct.NOTHING, rival)
    assert plan.obstacle is not None
    assert (plan.obstacle.kind, plan.obstacle.speaker) == (ProblemKind.CONFLICT, "")
    assert "acme-vpc-flow" in plan.obstacle.cause
    assert "Open that source" in plan.obstacle.remedy
    assert plan.summary == "This source cannot be sent as it is. Nothing was changed."


@pytest.mark.parametrize(("prefix", "told"), [("a/", "the prefix a/ of this bucket"), (" ", "this whole bucket")])
def test_a_prefix_that_another_source_has_is_an_obstacle(prefix: str, told: str) -> None:
    rival = other("else", "x/", prefix)
    answers = ANSWERS.with_source(prefix_log_types=(PrefixLogTypes(prefix.strip()),))
    plan = plan_source(answers, (rival,), None)
    assert (plan.act, plan.rival) == (SourceAct.NOTHING, rival)
    assert plan.obstacle is not None
    assert plan.obstacle.title == f"Panther's source else reads {told} already"
    assert plan.obstacle.kind is ProblemKind.CONFLICT


def test_an_update_meets_the_same_obstacles_as_a_creation() -> None:
    for rival in (other("prod trail", "z/"), other("else", "a/")):
        plan = plan_source(ANSWERS, (OWN, rival), OWN)
        assert (plan.act, plan.rival, plan.shown) == (SourceAct.NOTHING, rival, OWN)


def test_what_an_update_would_lose_is_an_obstacle() -> None:
    foreign = replace(OWN, foreign=("the stream type Parquet", "the option csvDelimiter"))
    plan = plan_source(ANSWERS.with_source(kms_key_arn="arn:aws:kms:us-west-2:111122223333:key/1"), (foreign,), foreign)
    assert plan.act is SourceAct.NOTHING
    assert plan.obstacle is not None
    assert "the stream type Parquet, the option csvDelimiter" in plan.obstacle.cause
    assert "Console" in plan.obstacle.remedy


@pytest.mark.parametrize("change", [{"bucket_name": "acme-vpc-flow"}, {"aws_account_id": "444455556666"}])
def test_a_source_keeps_its_bucket_and_its_account(change: dict[str, str]) -> None:
    plan = plan_source(ANSWERS.with_source(**change), (OWN,), OWN)
    assert plan.act is SourceAct.NOTHING
    assert plan.obstacle is not None
    assert plan.obstacle.title == "A source keeps its bucket and its account for its life"
    assert next(iter(change.values())) in plan.obstacle.cause
    assert plan.rival is None


def test_what_shares_objects_is_noted_beside_any_plan() -> None:
    near = other("near", "a/b/")
    for existing, known in ((None, (near,)), (OWN, (OWN, near))):
        plan = plan_source(ANSWERS, known, existing)
        assert plan.obstacle is None
        assert plan.notes == ("Objects under a/b/ go to the source near: its prefix is longer than a/.",)


def test_failed_checks_and_missing_log_types_are_said_before_anything_is_sent() -> None:
    bare = ANSWERS.with_source(prefix_log_types=(PrefixLogTypes("a/"), PrefixLogTypes("b/")))
    assert (
        plan_source(replace(ANSWERS, failed_checks=("x",)), (), None)
        .notes[0]
        .startswith("1 check failed: Panther saves")
    )
    told = plan_source(replace(bare, failed_checks=("x", "y")), (), None).notes
    assert told[0].startswith("2 checks failed")
    assert told[1].startswith("No log type is chosen")
    assert plan_source(ANSWERS, (), None).notes == ()


def test_the_form_that_is_compared_is_that_of_panther() -> None:
    """What the wizard alone knows of a source, its topic say, is no reason to update it."""
    answers = ANSWERS.with_source(topic_arn="arn:aws:sns:us-west-2:111122223333:x", drop_off_alarm_minutes=60)
    assert plan_source(answers, (OWN,), OWN).act is SourceAct.NOTHING
    assert comparable(wanted_source(answers)) == comparable(OWN.source)
