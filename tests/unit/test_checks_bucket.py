"""Checks of the bucket: that it is there, and what the role's and the bucket's policies let the role do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from panther_s3.answers import Answers
from panther_s3.aws.buckets import BucketFacts, Encryption
from panther_s3.aws.roles import Role, RolePolicy
from panther_s3.checks.bucket import check_exists, check_list, check_location, check_read
from panther_s3.checks.readings import Readings
from panther_s3.checks.result import CheckResult, Status
from panther_s3.panther import PantherDeployment
from panther_s3.policies import role_policy, trust_policy
from panther_s3.problems import Denial, Problem, ProblemKind
from panther_s3.source import PrefixLogTypes, S3Source

ARN = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-prod"
PANTHER = PantherDeployment("999988887777", "us-west-2")
BUCKET = "arn:aws:s3:::acme-logs"
CONDITION = {"StringEquals": {"aws:PrincipalOrgID": "o-acme"}}
ANSWERS = Answers(
    region="us-west-2",
    panther=PANTHER,
    source=S3Source("prod", "111122223333", "acme-logs", log_processing_role_arn=ARN),
    bucket_region="us-west-2",
)
FACTS = BucketFacts("acme-logs", "us-west-2", True, Encryption.SSE_S3)
ROLE = Role("PantherLogProcessingRole-prod", ARN, "/", trust_policy(PANTHER), "", {}, ())
GOOD = RolePolicy("panther", role_policy(ANSWERS.source, ANSWERS.partition))
CHECKS = [check_location, check_list, check_read]
REFUSED = Problem(
    "Could not read it", "denied", kind=ProblemKind.ACCESS_DENIED, denial=Denial(action="s3:GetBucketPolicy")
)


def policy(*statements: dict[str, Any]) -> RolePolicy:
    return RolePolicy("own", {"Statement": list(statements)})


def statement(effect: str, action: object = "s3:*", resource: object = "*", **more: object) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def denial(principal: object = "*", **more: object) -> dict[str, Any]:
    """A Deny statement of a bucket policy on everything in the bucket."""
    return statement("Deny", resource=[BUCKET, f"{BUCKET}/*"], Principal=principal, **more)


def reading(*policies: RolePolicy, bucket_policy: Any = None, **role: Any) -> Readings:
    return Readings(replace(ROLE, policies=policies, **role), FACTS, bucket_policy)


def guarded(*statements: dict[str, Any]) -> Readings:
    """A role that is allowed everything needed, and a bucket policy of these statements."""
    return reading(GOOD, bucket_policy={"Statement": list(statements)})


def outcome(result: CheckResult) -> tuple[Status, str | None]:
    return result.status, result.cause


def test_a_bucket_in_the_operators_region_passes() -> None:
    assert outcome(check_exists(Readings(bucket=FACTS), ANSWERS)) == (Status.PASS, None)


@pytest.mark.parametrize(
    ("bucket", "expected"),
    [
        (Problem("No bucket", kind=ProblemKind.NOT_FOUND), (Status.FAIL, "missing")),
        (replace(FACTS, owned_by_account=False), (Status.FAIL, "other_account")),
        (replace(FACTS, region="eu-west-1"), (Status.WARN, "other_region")),
        (REFUSED, (Status.UNKNOWN, "not_readable")),
        (Problem("Could not reach AWS", kind=ProblemKind.NETWORK), (Status.UNKNOWN, "not_answered")),
        (None, (Status.UNKNOWN, "not_answered")),
    ],
)
def test_a_bucket_that_is_not_as_it_should_be_is_told(bucket: Any, expected: tuple[Status, str]) -> None:
    assert outcome(check_exists(Readings(bucket=bucket), ANSWERS)) == expected


def test_a_bucket_whose_owner_aws_does_not_tell_is_no_pass() -> None:
    bucket = replace(FACTS, owned_by_account=None, unread=(REFUSED,))
    assert check_exists(Readings(bucket=bucket), ANSWERS).status is Status.UNKNOWN


@pytest.mark.parametrize("check", CHECKS)
def test_the_policy_that_the_wizard_makes_passes(check: Any) -> None:
    assert outcome(check(reading(GOOD), ANSWERS)) == (Status.PASS, None)


@pytest.mark.parametrize("check", CHECKS)
def test_without_a_role_there_is_nothing_to_judge(check: Any) -> None:
    assert outcome(check(Readings(bucket=FACTS), ANSWERS)) == (Status.SKIPPED, "role.exists")


@pytest.mark.parametrize("check", CHECKS)
def test_a_role_that_could_not_be_read_is_unknown(check: Any) -> None:
    assert outcome(check(Readings(role=REFUSED, bucket=FACTS), ANSWERS)) == (Status.UNKNOWN, "not_readable")


@pytest.mark.parametrize("check", CHECKS)
def test_a_role_without_policies_fails_and_is_told_the_statement_to_add(check: Any) -> None:
    result = check(reading(), ANSWERS)
    assert outcome(result) == (Status.FAIL, "identity_policy")
    assert result.evidence["request"]["action"] in result.remedy


@pytest.mark.parametrize(
    "own",
    [
        policy(statement("Allow")),
        policy(statement("Allow", "*")),
        policy(statement("Allow", ["s3:Get*", "s3:List*"], [BUCKET, f"{BUCKET}/*"])),
        policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
        policy({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::other/*"}),
        RolePolicy("own", {"Statement": statement("Allow")}),
        RolePolicy("own", {"Statement": statement("Allow")}, "arn:aws:iam::aws:policy/AmazonS3FullAccess"),
    ],
)
@pytest.mark.parametrize("check", CHECKS)
def test_a_policy_may_allow_it_in_any_way(check: Any, own: RolePolicy) -> None:
    assert outcome(check(reading(own), ANSWERS)) == (Status.PASS, None)


def test_panthers_own_manual_steps_leave_out_listing() -> None:
    own = policy(statement("Allow", "s3:GetBucketLocation", BUCKET), statement("Allow", "s3:GetObject", f"{BUCKET}/*"))
    assert check_location(reading(own), ANSWERS).status is Status.PASS
    assert check_read(reading(own), ANSWERS).status is Status.PASS
    result = check_list(reading(own), ANSWERS)
    assert outcome(result) == (Status.FAIL, "identity_policy")
    assert "s3:ListBucket" in result.detail


def test_the_objects_right_on_the_bucket_itself_reads_nothing() -> None:
    own = policy(statement("Allow", "s3:GetObject", BUCKET))
    assert outcome(check_read(reading(own), ANSWERS)) == (Status.FAIL, "identity_policy")


@pytest.mark.parametrize("check", CHECKS)
def test_a_deny_of_the_role_decides(check: Any) -> None:
    result = check(reading(GOOD, policy(statement("Deny", Sid="Stop"))), ANSWERS)
    assert outcome(result) == (Status.FAIL, "identity_policy")
    assert result.evidence["statement"] == "Stop"
    assert "own" in result.evidence["document"]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    "readings",
    [
        reading(policy(statement("Allow", Condition=CONDITION))),
        reading(GOOD, policy(statement("Deny", Condition=CONDITION))),
        reading(GOOD, permissions_boundary="arn:aws:iam::111122223333:policy/boundary"),
        guarded(denial(Condition={"ArnNotLike": {"aws:PrincipalArn": [ARN]}})),
        guarded({**statement("Deny", resource=[BUCKET, f"{BUCKET}/*"]), "NotPrincipal": {"AWS": ARN}}),
    ],
    ids=[
        "conditional allow",
        "conditional deny",
        "boundary",
        "bucket policy's condition",
        "bucket policy's NotPrincipal",
    ],
)
def test_what_cannot_be_judged_is_unknown(check: Any, readings: Readings) -> None:
    assert outcome(check(readings, ANSWERS)) == (Status.UNKNOWN, "cannot_judge")


@pytest.mark.parametrize("check", CHECKS)
def test_a_missing_right_may_stand_in_a_policy_that_could_not_be_read(check: Any) -> None:
    hidden = Problem("Could not read", kind=ProblemKind.ACCESS_DENIED, denial=Denial(action="iam:GetRolePolicy"))
    result = check(reading(unread=(hidden,)), ANSWERS)
    assert outcome(result) == (Status.UNKNOWN, "not_readable")
    assert "iam:GetRolePolicy" in result.remedy


@pytest.mark.parametrize("check", CHECKS)
def test_a_policy_that_could_not_be_read_may_hold_a_deny(check: Any) -> None:
    hidden = Problem("Could not read", kind=ProblemKind.ACCESS_DENIED, denial=Denial(action="iam:GetRolePolicy"))
    assert outcome(check(reading(GOOD, unread=(hidden,)), ANSWERS)) == (Status.UNKNOWN, "not_readable")


@pytest.mark.parametrize("check", CHECKS)
def test_a_bucket_policy_that_could_not_be_read_is_unknown(check: Any) -> None:
    result = check(reading(GOOD, bucket_policy=REFUSED), ANSWERS)
    assert outcome(result) == (Status.UNKNOWN, "not_readable")
    assert "s3:GetBucketPolicy" in result.remedy


@pytest.mark.parametrize("check", CHECKS)
def test_a_role_without_the_right_fails_whatever_the_bucket_policy_is(check: Any) -> None:
    assert outcome(check(reading(bucket_policy=REFUSED), ANSWERS)) == (Status.FAIL, "identity_policy")


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    "principal", ["*", {"AWS": "*"}, {"AWS": ARN}, {"AWS": ["arn:aws:iam::444455556666:root", ARN]}]
)
def test_a_deny_of_the_bucket_policy_that_names_the_role_fails(check: Any, principal: object) -> None:
    result = check(guarded(denial(principal, Sid="Lock")), ANSWERS)
    assert outcome(result) == (Status.FAIL, "bucket_policy")
    assert result.evidence["document"] == "bucket policy"
    assert result.evidence["statement"] == "Lock"
    assert ARN in result.remedy


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("principal", [{"AWS": "111122223333"}, {"AWS": "arn:aws:iam::111122223333:root"}])
def test_a_deny_of_the_bucket_policy_that_names_the_roles_whole_account_fails(check: Any, principal: object) -> None:
    assert outcome(check(guarded(denial(principal)), ANSWERS)) == (Status.FAIL, "bucket_policy")


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    "other",
    [
        denial({"AWS": "arn:aws:iam::444455556666:root"}),
        {**denial(), "Action": "s3:PutObject"},
        {**denial(), "Resource": "arn:aws:s3:::other/*"},
        {**denial(), "Effect": "Allow"},
    ],
)
def test_a_bucket_policy_about_something_else_changes_nothing(check: Any, other: dict[str, Any]) -> None:
    assert outcome(check(guarded(other), ANSWERS)) == (Status.PASS, None)


@pytest.mark.parametrize("check", CHECKS)
def test_a_deny_without_a_condition_decides_though_one_with_a_condition_stands_before_it(check: Any) -> None:
    assert outcome(check(guarded(denial(Condition=CONDITION), denial()), ANSWERS)) == (Status.FAIL, "bucket_policy")


@pytest.mark.parametrize("check", CHECKS)
def test_the_usual_deny_of_calls_without_tls_does_not_meet_panther(check: Any) -> None:
    usual = denial(Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert outcome(check(guarded(usual), ANSWERS)) == (Status.PASS, None)


def test_a_deny_under_a_boundary_still_fails() -> None:
    readings = reading(GOOD, bucket_policy={"Statement": [denial()]}, permissions_boundary="arn:aws:iam::1:policy/b")
    assert outcome(check_list(readings, ANSWERS)) == (Status.FAIL, "bucket_policy")


def prefixes(*names: str) -> Answers:
    return ANSWERS.with_source(prefix_log_types=tuple(PrefixLogTypes(name) for name in names))


def test_the_worst_prefix_speaks_for_all() -> None:
    own = policy(statement("Allow", "s3:GetObject", f"{BUCKET}/app/*"))
    assert check_read(reading(own), prefixes("app/")).status is Status.PASS
    result = check_read(reading(own), prefixes("app/", "audit/"))
    assert outcome(result) == (Status.FAIL, "identity_policy")
    assert result.evidence["request"]["resource"].startswith(f"{BUCKET}/audit/")


def test_an_unknown_prefix_outdoes_one_that_passes() -> None:
    own = policy(
        statement("Allow", "s3:GetObject", f"{BUCKET}/app/*"),
        statement("Allow", "s3:GetObject", f"{BUCKET}/audit/*", Condition=CONDITION),
    )
    assert check_read(reading(own), prefixes("app/", "audit/")).status is Status.UNKNOWN


def test_a_right_to_one_prefix_does_not_reach_the_whole_bucket() -> None:
    own = policy(statement("Allow", "s3:GetObject", f"{BUCKET}/app/*"))
    assert outcome(check_read(reading(own), prefixes(""))) == (Status.FAIL, "identity_policy")


def test_the_bucket_is_looked_for_in_its_own_partition() -> None:
    answers = replace(ANSWERS, bucket_region="us-gov-west-1")
    own = policy(statement("Allow", "s3:ListBucket", "arn:aws-us-gov:s3:::acme-logs"))
    assert check_list(reading(own), answers).status is Status.PASS
