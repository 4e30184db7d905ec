"""Making an edit: only what was shown is replaced, and AWS is seen to have it."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import uuid4

import pytest

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.confirming import LOOKS
from panther_s3.aws.mending import apply_mend, read_document
from panther_s3.aws.readings import read_for_checks
from panther_s3.aws.session import Aws
from panther_s3.checks.result import CheckId, CheckResult, Status
from panther_s3.checks.runner import run_checks
from panther_s3.demo.cast import CUSTOMER_ACCOUNT
from panther_s3.mending import MendKind, mend_of
from panther_s3.policies import role_policy
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import PrefixLogTypes, S3Source
from tests.aws.conftest import Faults
from tests.aws.mends import (
    EVERY,
    PANTHER,
    ROOT,
    TRUST,
    Make,
    allows,
    more_of,
    never,
    of_bucket,
    of_key,
    of_new_policy,
    of_role,
    of_topic,
    of_trust,
)


@pytest.mark.parametrize("make", EVERY)
def test_the_document_that_was_approved_is_put_and_found_there(operator: Aws, make: Make) -> None:
    mend = make(operator)
    apply_mend(operator, mend, sleep=never)
    assert read_document(operator, mend) == mend.after
    assert operator.writes.names() == ()


@pytest.mark.parametrize("make", EVERY)
def test_made_twice_it_is_made_once(operator: Aws, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    mend = make(operator)
    apply_mend(operator, mend, sleep=never)
    monkeypatch.setattr("panther_s3.aws.mending.put_document", never)
    apply_mend(operator, mend, sleep=never)


@pytest.mark.parametrize("make", [of_role, of_new_policy, of_trust])
def test_a_role_of_the_same_name_in_another_account_is_left_alone(operator: Aws, make: Make) -> None:
    mend = make(operator)
    elsewhere = replace(mend, target=mend.target.replace(CUSTOMER_ACCOUNT, "444455556666"))
    with pytest.raises(Problem) as raised:
        apply_mend(operator, elsewhere, sleep=never)
    assert raised.value.kind is ProblemKind.CONFLICT
    assert "444455556666" in raised.value.title
    assert read_document(operator, mend) == mend.before


@pytest.mark.parametrize("make", EVERY)
def test_what_changed_meanwhile_is_not_overwritten(operator: Aws, make: Make) -> None:
    mend = make(operator)
    theirs = replace(mend, after=more_of(mend.after))
    apply_mend(operator, theirs, sleep=never)
    with pytest.raises(Problem) as raised:
        apply_mend(operator, mend, sleep=never)
    assert raised.value.kind is ProblemKind.CONFLICT
    assert read_document(operator, mend) == theirs.after


@pytest.mark.parametrize("make", EVERY)
def test_one_who_may_only_read_is_refused_with_the_statement_to_ask_for(
    operator: Aws, readonly: Aws, make: Make
) -> None:
    mend = make(operator)
    with pytest.raises(Problem) as raised:
        apply_mend(readonly, mend, sleep=never)
    assert raised.value.kind is ProblemKind.ACCESS_DENIED
    assert read_document(operator, mend) == mend.before
    assert readonly.writes.names() == ()
    if mend.kind is MendKind.TRUST:
        assert raised.value.statement is not None
        assert raised.value.statement["Action"] == "iam:UpdateAssumeRolePolicy"


@pytest.mark.parametrize("make", EVERY)
def test_it_is_named_while_it_is_under_way(operator: Aws, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    mend, named = make(operator), []
    monkeypatch.setattr("panther_s3.aws.mending.put_document", lambda aws, mend: named.append(operator.writes.names()))
    with pytest.raises(Problem):
        apply_mend(operator, mend, sleep=lambda _: None)
    assert named == [(f"Changing the {mend.title}",)]


def test_iam_is_given_time_to_show_the_change(operator: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    mend, pauses = of_trust(operator), []
    answers = [mend.before, mend.before, mend.before, mend.after]
    monkeypatch.setattr("panther_s3.aws.mending.read_document", lambda aws, mend: answers.pop(0))
    apply_mend(operator, mend, sleep=pauses.append)
    assert len(pauses) == 2


def test_a_change_that_never_shows_is_told(operator: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    mend, pauses = of_trust(operator), []
    monkeypatch.setattr("panther_s3.aws.mending.read_document", lambda aws, mend: mend.before)
    with pytest.raises(Problem, match="does not show the new trust policy"):
        apply_mend(operator, mend, sleep=pauses.append)
    assert len(pauses) == LOOKS - 1


def test_a_key_policy_that_would_lock_the_account_out_is_not_put(operator: Aws) -> None:
    mend = replace(of_key(operator), after=allows("kms:Decrypt", "*", Principal={"AWS": ROOT}))
    with pytest.raises(Problem, match="lock you out"):
        apply_mend(operator, mend, sleep=never)
    assert read_document(operator, mend) == mend.before


def test_a_document_without_room_is_not_sent(operator: Aws) -> None:
    mend = replace(of_trust(operator), obstacle=Problem("Too long", kind=ProblemKind.INVALID))
    with pytest.raises(Problem, match="Too long"):
        apply_mend(operator, mend, sleep=never)
    assert read_document(operator, mend) == mend.before


def test_a_bucket_of_another_account_is_left_to_s3_to_refuse_by_its_owner(operator: Aws) -> None:
    """The emulator does not look at the owner of a write: the parameter is."""
    mend, sent = of_bucket(operator), []
    events = operator.client("s3", "us-west-2").meta.events
    events.register("provide-client-params.s3.PutBucketPolicy", lambda params, **_: sent.append(dict(params)))
    apply_mend(operator, mend, sleep=never)
    assert sent[0]["ExpectedBucketOwner"] == CUSTOMER_ACCOUNT


def test_a_key_policy_is_put_with_the_safety_check_of_kms_on(operator: Aws) -> None:
    mend, sent = of_key(operator), []
    events = operator.client("kms", "us-west-2").meta.events
    events.register("provide-client-params.kms.PutKeyPolicy", lambda params, **_: sent.append(dict(params)))
    apply_mend(operator, mend, sleep=never)
    assert sent[0]["BypassPolicyLockoutSafetyCheck"] is False


@pytest.mark.parametrize(
    ("make", "service", "operation", "code"),
    [
        (of_trust, "iam", "UpdateAssumeRolePolicy", "MalformedPolicyDocument"),
        (of_key, "kms", "PutKeyPolicy", "MalformedPolicyDocumentException"),
        (of_topic, "sns", "SetTopicAttributes", "AuthorizationError"),
    ],
)
def test_aws_refusal_changes_nothing(
    faulty: Aws, faults: Faults, make: Make, service: str, operation: str, code: str
) -> None:
    mend = make(faulty)
    faults.add({"service": service, "operation": operation, "error": {"code": code, "status": 400}})
    with pytest.raises(Problem):
        apply_mend(faulty, mend, sleep=never)
    assert faults.fired()
    assert read_document(faulty, mend) == mend.before


def test_what_cannot_be_read_back_is_told_as_changed(operator: Aws) -> None:
    mend = of_bucket(operator)
    deny = allows("s3:Get*", f"arn:aws:s3:::{mend.target}", Principal="*", Effect="Deny")["Statement"][0]
    with pytest.raises(Problem, match="was changed, but could not be read back") as raised:
        apply_mend(operator, replace(mend, after=more_of(mend.before or {}, deny)), sleep=never)
    assert raised.value.kind is ProblemKind.UNEXPECTED


def test_from_a_failed_check_to_one_that_passes(operator: Aws) -> None:
    """Trust, role and bucket policy, each as it is proposed, until the role can read the bucket."""
    mend = of_bucket(operator)
    name = f"PantherLogProcessingRole-{uuid4()}"
    arn = operator.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    deny = allows(
        "s3:*",
        f"arn:aws:s3:::{mend.target}",
        Principal="*",
        Effect="Deny",
        Sid="OnlyAdmins",
        Condition={"ArnNotEquals": {"aws:PrincipalArn": [f"arn:aws:iam::{CUSTOMER_ACCOUNT}:user/operator"]}},
    )
    apply_mend(operator, replace(mend, after=more_of(mend.before or {}, deny["Statement"][0])))
    source = S3Source("mend", CUSTOMER_ACCOUNT, mend.target, log_processing_role_arn=arn,
                      prefix_log_types=(PrefixLogTypes("logs/"),))  # fmt: skip
    answers = Answers(None, "us-west-2", CallerIdentity(CUSTOMER_ACCOUNT, ROOT), PANTHER, source=source)

    made: list[MendKind] = []
    for _ in range(6):
        readings = read_for_checks(operator, answers, sleep=lambda _: None)
        mends = [mend_of(result, readings, answers) for result in _of_role(run_checks(readings, answers))]
        found = next(filter(None, mends), None)
        if found is None:
            break
        apply_mend(operator, found)
        made.append(found.kind)
    results = run_checks(read_for_checks(operator, answers), answers)
    assert {result.id: result.detail for result in _of_role(results) if result.status is Status.FAIL} == {}
    assert made[0] is MendKind.TRUST
    assert set(made) == {MendKind.TRUST, MendKind.ROLE_POLICY, MendKind.BUCKET}
    wanted = role_policy(source, answers.partition)["Statement"]
    policy = operator.client("iam").get_role_policy(RoleName=name, PolicyName="PantherS3Wizard")["PolicyDocument"]
    assert policy["Statement"] == wanted


def _of_role(results: tuple[CheckResult, ...]) -> list[CheckResult]:
    ours = (CheckId.ROLE_TRUST, CheckId.BUCKET_LOCATION, CheckId.BUCKET_LIST, CheckId.OBJECTS_READ)
    return [result for result in results if result.id in ours]
