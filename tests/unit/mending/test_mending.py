"""Mends: each failure is mended by the smallest edit of one document, and nothing else of it changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from panther_s3.aws.roles import RolePolicy
from panther_s3.checks.readings import Readings, SimulatedDecision
from panther_s3.checks.result import CheckId, Status
from panther_s3.checks.runner import run_checks
from panther_s3.checks.statements import as_list
from panther_s3.mending import Mend, MendKind, mend_of
from panther_s3.mending.documents import same_document
from panther_s3.problems import ProblemKind
from tests.unit.mending.broken import (
    BROKEN,
    DECISIVE,
    EC2,
    LIST,
    NOT_MENDED,
    OURS,
    READ,
    SUBSCRIBE,
    Broken,
    bucket,
    denies,
    inline,
    topic,
    trust,
)
from tests.unit.mending.made import (
    ACCOUNT,
    ANSWERS,
    BUCKET,
    KEY,
    OTHER,
    PANTHER,
    PANTHER_ACCOUNT,
    ROLE,
    TOPIC,
    healthy,
    judged,
    key,
    policy,
    with_document,
    with_role,
)


def mend(readings: Readings, check: CheckId) -> Mend:
    found = mend_of(judged(readings, check), readings, ANSWERS)
    assert found is not None
    return found


def statements(document: Mapping[str, Any] | None) -> list[Any]:
    return as_list((document or {}).get("Statement"))


def test_where_nothing_is_wrong_nothing_is_mended() -> None:
    results = run_checks(healthy(), ANSWERS)
    assert {result.status for result in results} == {Status.PASS}
    assert [mend_of(result, healthy(), ANSWERS) for result in results] == [None] * 13


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_the_check_passes_with_the_mended_document(broken: Broken) -> None:
    readings = broken.break_it()
    result = judged(readings, broken.check, broken.answers)
    assert result.cause == broken.cause
    found = mend_of(result, readings, broken.answers)
    assert found is not None
    assert found.kind is broken.kind
    assert found.obstacle is None
    assert found.summary.endswith(".")
    mended = with_document(readings, found)
    then = judged(mended, broken.check, broken.answers)
    if broken.answers is ANSWERS:
        assert then.status is Status.PASS, then.detail
    assert mend_of(then, mended, broken.answers) is None or broken.answers is not ANSWERS
    for name in ("Version", "Id"):
        if found.before:
            assert found.after.get(name) == found.before.get(name)


@pytest.mark.parametrize("broken", NOT_MENDED, ids=lambda broken: broken.name)
def test_what_is_not_ours_to_mend_is_left_alone(broken: Broken) -> None:
    readings = broken.break_it()
    result = judged(readings, broken.check, broken.answers)
    assert result.cause == broken.cause
    assert mend_of(result, readings, broken.answers) is None


def test_others_for_whom_an_external_id_is_wanted_still_need_it() -> None:
    vendors = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    vendors |= {"Principal": {"AWS": [PANTHER.root_arn, f"arn:aws:iam::{OTHER}:root"]}}
    vendors |= {"Condition": {"StringEquals": {"sts:ExternalId": "secret"}}}
    found = mend(trust(vendors, EC2), CheckId.ROLE_TRUST)
    assert statements(found.after) == [vendors, EC2, OURS]


def test_panther_alone_loses_the_external_id_and_keeps_its_other_conditions() -> None:
    wanted = {"StringEquals": {"sts:externalid": "secret", "aws:PrincipalAccount": PANTHER_ACCOUNT}}
    found = mend(trust({**OURS, "Condition": wanted}), CheckId.ROLE_TRUST)
    (statement,) = statements(found.after)
    assert statement["Condition"] == {
        "StringEquals": {"aws:PrincipalAccount": PANTHER_ACCOUNT},
        "Bool": {"aws:SecureTransport": "true"},
    }


def test_tls_is_wanted_of_panther_and_not_of_those_who_share_its_statement() -> None:
    other = f"arn:aws:iam::{OTHER}:root"
    shared = {"Effect": "Allow", "Principal": {"AWS": [PANTHER_ACCOUNT, other]}, "Action": "sts:AssumeRole"}
    found = mend(trust(shared), CheckId.ROLE_TRUST)
    assert statements(found.after) == [{**shared, "Principal": {"AWS": [other]}}, OURS]


def test_what_was_deleted_leaves_since_aws_would_refuse_it() -> None:
    mixed = {**EC2, "Principal": {"Service": "ec2.amazonaws.com", "AWS": ["AROA1", f"arn:aws:iam::{ACCOUNT}:root"]}}
    found = mend(trust({**EC2, "Principal": {"AWS": "AIDA2"}}, mixed), CheckId.ROLE_TRUST)
    left = {"Service": "ec2.amazonaws.com", "AWS": [f"arn:aws:iam::{ACCOUNT}:root"]}
    assert statements(found.after) == [{**EC2, "Principal": left}, OURS]
    assert "AIDA2, AROA1" in found.summary


def test_a_statement_goes_to_the_policy_that_has_ours_and_never_to_an_attached_one() -> None:
    attached = RolePolicy("attached", policy({**READ, "Resource": "arn:aws:s3:::x"}), "arn:aws:iam::1:policy/attached")
    found = mend(
        inline(attached, RolePolicy("other", policy()), RolePolicy("mine", policy(LIST))), CheckId.OBJECTS_READ
    )
    assert (found.policy_name, statements(found.after)) == ("mine", [LIST, READ])


@pytest.mark.parametrize("there", [True, False])
def test_without_one_of_ours_a_policy_of_our_name_is_made_or_added_to(there: bool) -> None:
    mine = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}
    others = (RolePolicy("other", policy(mine)),)
    readings = inline(*others, *((RolePolicy("PantherS3Wizard", policy(mine, version=None)),) if there else ()))
    found = mend(readings, CheckId.OBJECTS_READ)
    assert found.policy_name == "PantherS3Wizard"
    assert found.before == (policy(mine, version=None) if there else None)
    assert statements(found.after) == ([mine, READ] if there else [READ])
    assert found.after.get("Version") == (None if there else "2012-10-17")


def test_a_sid_that_is_taken_is_numbered() -> None:
    taken = [{**READ, "Resource": "arn:aws:s3:::x/*"}, {**LIST, "Sid": "ReadObjects2"}]
    found = mend(inline(RolePolicy("mine", policy(*taken))), CheckId.OBJECTS_READ)
    assert statements(found.after) == [*taken, {**READ, "Sid": "ReadObjects3"}]


def test_the_role_is_added_to_those_that_a_deny_lets_through() -> None:
    named = denies("s3:*", [BUCKET, f"{BUCKET}/*"], Condition={"ArnNotLike": {"aws:principalarn": "arn:aws:iam::1:x"}})
    found = mend(bucket(named), CheckId.BUCKET_LIST)
    (after,) = statements(found.after)
    assert after["Condition"] == {"ArnNotLike": {"aws:principalarn": ["arn:aws:iam::1:x", ROLE]}}


def test_a_deny_of_the_role_alone_is_told_to_deny_nobody_then() -> None:
    named = {**denies("s3:ListBucket", BUCKET), "Principal": {"AWS": ROLE}}
    assert "denies nobody then" in mend(bucket(named), CheckId.BUCKET_LIST).summary
    assert "goes on to hold" in mend(bucket({**named, "Principal": "*"}), CheckId.BUCKET_LIST).summary


def test_what_another_document_still_refuses_is_told() -> None:
    readings = replace(inline(), bucket_policy=policy(denies("s3:ListBucket", BUCKET)))
    found = mend(readings, CheckId.BUCKET_LIST)
    assert found.kind is MendKind.BUCKET
    assert found.notes == (
        f"Something is left to mend after it: No policy of the role allows s3:ListBucket on {BUCKET}.",
    )


def test_without_a_panther_there_is_nobody_to_let_in() -> None:
    readings = trust(EC2)
    answers = replace(ANSWERS, panther=replace(PANTHER, account_id=""))
    assert mend_of(judged(readings, CheckId.ROLE_TRUST), readings, answers) is None


def test_a_role_of_another_account_is_given_the_bucket_by_its_policy() -> None:
    answers = replace(ANSWERS, identity=None).with_source(
        aws_account_id=OTHER, log_processing_role_arn=ROLE, kms_key_arn=""
    )
    readings = replace(healthy(), samples=())
    found = mend_of(judged(readings, CheckId.BUCKET_LIST, answers), readings, answers)
    assert found is not None
    assert (found.kind, found.before, found.owner) == (MendKind.BUCKET, None, OTHER)
    assert statements(found.after) == [
        {"Sid": "FindAndListBucket", "Effect": "Allow", "Principal": {"AWS": ROLE},
         "Action": ["s3:GetBucketLocation", "s3:ListBucket"], "Resource": BUCKET},
    ]  # fmt: skip


def test_a_topics_statement_for_several_services_loses_s3_alone_and_says_whom_that_cuts_off() -> None:
    shared = {"Effect": "Allow", "Action": "sns:Publish", "Resource": TOPIC}
    services = ["s3.amazonaws.com", "events.amazonaws.com"]
    found = mend(topic(SUBSCRIBE, {**shared, "Principal": {"Service": services}}), CheckId.NOTIFICATIONS_TOPIC_POLICY)
    left, ours = statements(found.after)[1:]
    assert left == {**shared, "Principal": {"Service": ["events.amazonaws.com"]}}
    assert ours["Sid"] == "S3PublishesEvents"
    assert "Other buckets" in found.notes[0]


def test_a_role_of_a_stack_is_told_as_such() -> None:
    readings = with_role(inline(), tags={"aws:cloudformation:stack-name": "panther-log-analysis-setup-x"})
    assert "panther-log-analysis-setup-x" in mend(readings, CheckId.BUCKET_LIST).notes[0]


def test_the_simulator_which_knows_nothing_of_the_edit_is_not_believed() -> None:
    said = SimulatedDecision("s3:ListBucket", BUCKET, "implicitDeny")
    assert mend(replace(inline(), simulation=(said,)), CheckId.BUCKET_LIST)


@pytest.mark.parametrize(
    ("readings", "check", "rule"),
    [
        (inline(RolePolicy("big", policy({**READ, "Resource": ["x" * 10_000]})), RolePolicy("o", policy(LIST, EC2))),
         CheckId.OBJECTS_READ, "10,240 characters"),
        (trust({**EC2, "Principal": {"Service": "x" * 1_900}}), CheckId.ROLE_TRUST, "2,048 characters"),
        (bucket(denies("s3:ListBucket", [BUCKET, "x" * 20_400])), CheckId.BUCKET_LIST, "20 KB"),
        (topic({**SUBSCRIBE, "Resource": [TOPIC, "ä" * 15_300]}), CheckId.NOTIFICATIONS_TOPIC_POLICY, "30 KB"),
    ],
    ids=["role", "trust", "bucket", "topic"],
)  # fmt: skip
def test_a_document_that_aws_has_no_room_for_is_shown_with_the_rule(
    readings: Readings, check: CheckId, rule: str
) -> None:
    obstacle = mend(readings, check).obstacle
    assert obstacle is not None
    assert rule in obstacle.title
    assert obstacle.kind is ProblemKind.INVALID


def test_a_trust_policy_of_a_raised_quota_is_left_to_aws() -> None:
    assert mend(trust({**EC2, "Principal": {"Service": "x" * 2_100}}), CheckId.ROLE_TRUST).obstacle is None


def test_aws_own_keys_have_a_policy_that_nobody_can_change() -> None:
    reading = key(KEY, denies("kms:Decrypt", "*"))
    readings = replace(healthy(), keys={**healthy().keys, KEY: reading})
    result = judged(readings, CheckId.KMS_DECRYPT)
    assert mend_of(result, readings, ANSWERS) is not None
    facts = replace(reading.facts, manager="AWS")  # type: ignore[type-var]
    of_aws = replace(readings, keys={**readings.keys, KEY: replace(reading, facts=facts)})
    assert mend_of(result, of_aws, ANSWERS) is None


NAMES = st.sampled_from(["Alpha", "Beta", "ReadObjects", "PantherAssumesRole", "S3PublishesEvents"])
HARMLESS = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Principal": st.sampled_from(
            [{"Service": "ec2.amazonaws.com"}, {"AWS": f"arn:aws:iam::{OTHER}:role/x"}, {"AWS": [OTHER]}]
        ),
        "Action": st.sampled_from(["sts:TagSession", ["s3:PutObject", "kms:Encrypt"], "sns:Publish"]),
        "Resource": st.sampled_from(["*", ["arn:aws:s3:::other/*"]]),
    },
    optional={
        "Sid": NAMES,
        "Condition": st.sampled_from(
            [{"Bool": {"aws:SecureTransport": False}}, {"StringLike": {"aws:Referer": ["a*"]}}]
        ),
    },
)


@given(data=st.data(), broken=st.sampled_from(DECISIVE), before=st.lists(HARMLESS, max_size=3),
       after=st.lists(HARMLESS, max_size=3), version=st.sampled_from([None, "2008-10-17", "2012-10-17"]))  # fmt: skip
def test_among_other_statements_the_check_is_mended_and_they_come_through(
    data: st.DataObject, broken: Broken, before: list[Any], after: list[Any], version: str | None
) -> None:
    """Of whatever document the broken statements stand in, Version, Id and all other statements stay."""
    plain = broken.break_it()
    first = mend_of(judged(plain, broken.check), plain, ANSWERS)
    assert first is not None
    forbidden = {MendKind.ROLE_POLICY: ("Principal",), MendKind.TRUST: ("Resource",)}.get(first.kind, ())
    before, after = (
        [{k: v for k, v in each.items() if k not in forbidden} for each in some] for some in (before, after)
    )
    document = {**({"Version": version} if version else {}), "Id": "theirs"}
    document["Statement"] = [*before, *statements(first.before), *after]  # type: ignore[assignment]
    readings = with_document(plain, replace(first, after=document))
    result = judged(readings, broken.check)
    found = mend_of(result, readings, ANSWERS)
    assert found is not None
    assert {k: v for k, v in found.after.items() if k != "Statement"} == {
        k: v for k, v in document.items() if k != "Statement"
    }
    mended = with_document(readings, found)
    then = judged(mended, broken.check)
    assert then.status is Status.PASS, (then.detail, found.after)
    assert mend_of(then, mended, ANSWERS) is None
    assert mend_of(result, mended, ANSWERS) is None, "applied twice it is applied once"
    now = statements(found.after)
    assert now[: len(before)] == before
    left = now[len(before) :]
    assert [each for each in left if each in after][: len(after)] == after or not after


ANY_PRINCIPAL = st.sampled_from(
    ["*", {"AWS": "*"}, {"AWS": PANTHER_ACCOUNT}, {"AWS": [PANTHER.root_arn, OTHER]}, {"AWS": ROLE}, {"AWS": "AROA1"},
     {"Service": "s3.amazonaws.com"}, {"Service": ["s3.amazonaws.com", "sns.amazonaws.com"], "AWS": OTHER}, {}]
)  # fmt: skip
ANY_STATEMENT = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Principal": ANY_PRINCIPAL},
    optional={
        "Sid": NAMES,
        "Action": st.sampled_from(["*", "s3:*", ["sts:AssumeRole", "sts:TagSession"], "sns:Publish", "kms:*", []]),
        "NotAction": st.sampled_from(["sts:AssumeRole", ["s3:GetObject"]]),
        "Resource": st.sampled_from(["*", BUCKET, [f"{BUCKET}/*", BUCKET], TOPIC]),
        "Condition": st.sampled_from(
            [{}, {"StringEquals": {"sts:ExternalId": "x", "aws:SourceVpc": ["v"]}},
             {"Bool": {"aws:SecureTransport": "false"}},
             {"ArnNotEquals": {"aws:PrincipalArn": [ROLE]}}, {"StringNotEquals": {"aws:SourceVpce": "v"}},
             {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:*"}}, {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}]
        ),
    },
)  # fmt: skip


@given(
    kind=st.sampled_from(list(MendKind)),
    written=st.lists(ANY_STATEMENT, max_size=4),
    single=st.booleans(),
    version=st.sampled_from([None, "2008-10-17", "2012-10-17"]),
)
@example(
    kind=MendKind.TRUST,
    written=[
        {
            "Effect": "Allow",
            "Principal": {"AWS": [PANTHER.root_arn, OTHER]},
            "Action": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
    single=False,
    version=None,
)
def test_of_any_policy_only_what_stands_in_the_way_changes(
    kind: MendKind, written: list[Any], single: bool, version: str | None
) -> None:
    """Statements that are not amended are the same afterwards and in their order; ours come last."""
    if kind is MendKind.ROLE_POLICY:
        written = [{k: v for k, v in each.items() if k != "Principal"} for each in written]
    document: dict[str, Any] = {"Version": version} if version else {}
    document["Statement"] = written[0] if single and len(written) == 1 else written
    broken = next(each for each in BROKEN if each.kind is kind)
    plain = healthy()
    place = mend_of(judged(broken.break_it(), broken.check), broken.break_it(), ANSWERS)
    assert place is not None
    readings = with_document(plain, replace(place, policy_name="ReadData", after=document))
    for result in run_checks(readings, ANSWERS):
        found = mend_of(result, readings, ANSWERS)
        if found is None or found.kind is not kind or not same_document(found.before, document):
            continue
        assert found.after.get("Version") == version
        now = statements(found.after)
        if kind in (MendKind.ROLE_POLICY, MendKind.BUCKET, MendKind.KEY):
            assert len(now) >= len(written)
            for old, new in zip(written, now, strict=False):
                assert old == new or (old["Effect"] == "Deny" and {**new, "Condition": 0} == {**old, "Condition": 0})
        else:
            word = PANTHER_ACCOUNT if kind is MendKind.TRUST else "s3.amazonaws.com"
            untouched = [each for each in written if not any(w in json.dumps(each) for w in (word, "AROA"))]
            assert [each for each in now if each in untouched] == untouched
        mended = with_document(readings, found)
        then = judged(mended, result.id)
        again = mend_of(then, mended, ANSWERS)
        if result.status is Status.FAIL and then.status is Status.WARN and again is not None:
            mended = with_document(mended, again)
            assert judged(mended, result.id).status is Status.PASS, "what a failure leaves to warn of is mended next"
            again = mend_of(then, mended, ANSWERS)
        assert again is None
