"""Checks of the KMS key: its state, whether it is the bucket's, and whether the role may decrypt with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from panther_s3.answers import Answers
from panther_s3.aws.buckets import BucketFacts, Encryption
from panther_s3.aws.keys import KeyFacts
from panther_s3.aws.roles import Role, RolePolicy
from panther_s3.checks.key import check_decrypt, check_key
from panther_s3.checks.readings import Readings
from panther_s3.checks.result import CheckResult, Status
from panther_s3.panther import PantherDeployment
from panther_s3.policies import object_key_statement, role_policy, trust_policy
from panther_s3.problems import Denial, Problem, ProblemKind
from panther_s3.source import S3Source

ARN = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-prod"
KEY_ARN = "arn:aws:kms:us-west-2:111122223333:key/11111111-2222-3333-4444-555555555555"
OTHER_KEY = "arn:aws:kms:us-west-2:111122223333:key/99999999-2222-3333-4444-555555555555"
PANTHER = PantherDeployment("999988887777", "us-west-2")
ANSWERS = Answers(
    region="us-west-2",
    panther=PANTHER,
    source=S3Source("prod", "111122223333", "acme-logs", KEY_ARN, log_processing_role_arn=ARN),
    bucket_region="us-west-2",
)
NO_KEY = ANSWERS.with_source(kms_key_arn="")
FACTS = BucketFacts("acme-logs", "us-west-2", True, Encryption.CUSTOMER_KEY, KEY_ARN)
KEY = KeyFacts(KEY_ARN, "Enabled", True, "CUSTOMER", "ENCRYPT_DECRYPT", "111122223333")
GOOD = RolePolicy("panther", role_policy(ANSWERS.source, ANSWERS.partition))
ROLE = Role("PantherLogProcessingRole-prod", ARN, "/", trust_policy(PANTHER), "", {}, (GOOD,))
CONDITION = {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"}}
REFUSED = Problem(
    "Could not read it", "denied", kind=ProblemKind.ACCESS_DENIED, denial=Denial(action="kms:DescribeKey")
)
SILENT = Problem("Could not reach AWS", kind=ProblemKind.NETWORK)


def statement(principal: object, effect: str = "Allow", action: object = "kms:*", **more: object) -> dict[str, Any]:
    named = {"AWS": principal} if not isinstance(principal, dict) else principal
    return {"Effect": effect, "Principal": named, "Action": action, "Resource": "*", **more}


TO_ACCOUNT = statement("arn:aws:iam::111122223333:root")


def decrypt(*statements: dict[str, Any], role: Role = ROLE) -> tuple[Status, str | None]:
    """Judge kms.decrypt under a key policy of these statements."""
    return outcome(check_decrypt(Readings(role, FACTS, None, KEY, {"Statement": list(statements)}), ANSWERS))


def outcome(result: CheckResult) -> tuple[Status, str | None]:
    return result.status, result.cause


@pytest.mark.parametrize("bucket", [FACTS, replace(FACTS, encryption=Encryption.SSE_S3, kms_key_arn=""), SILENT])
def test_an_enabled_key_passes(bucket: Any) -> None:
    assert outcome(check_key(Readings(bucket=bucket, key=KEY), ANSWERS)) == (Status.PASS, None)


@pytest.mark.parametrize(
    ("state", "cause"),
    [("Disabled", "disabled"), ("PendingDeletion", "pending_deletion"), ("PendingImport", "disabled")],
)
def test_a_key_that_cannot_be_used_fails_with_its_state(state: str, cause: str) -> None:
    result = check_key(Readings(bucket=FACTS, key=replace(KEY, state=state, enabled=False)), ANSWERS)
    assert outcome(result) == (Status.FAIL, cause)
    assert state in result.detail


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Problem("No key", kind=ProblemKind.NOT_FOUND), (Status.FAIL, "missing")),
        (REFUSED, (Status.UNKNOWN, "not_readable")),
        (SILENT, (Status.UNKNOWN, "not_answered")),
        (None, (Status.UNKNOWN, "not_answered")),
    ],
)
def test_a_key_that_was_not_read_is_told(key: Any, expected: tuple[Status, str]) -> None:
    assert outcome(check_key(Readings(bucket=FACTS, key=key), ANSWERS)) == expected


def test_another_key_than_the_buckets_fails() -> None:
    result = check_key(Readings(bucket=replace(FACTS, kms_key_arn=OTHER_KEY), key=KEY), ANSWERS)
    assert outcome(result) == (Status.FAIL, "mismatch")
    assert OTHER_KEY in result.remedy


def test_a_key_of_the_bucket_that_the_source_does_not_name_fails() -> None:
    result = check_key(Readings(bucket=FACTS), NO_KEY)
    assert outcome(result) == (Status.FAIL, "not_configured")
    assert KEY_ARN in result.remedy


@pytest.mark.parametrize("encryption", [Encryption.NONE, Encryption.SSE_S3, Encryption.AWS_MANAGED_KEY])
def test_a_bucket_whose_default_needs_no_key_passes_without_one(encryption: Encryption) -> None:
    bucket = replace(FACTS, encryption=encryption, kms_key_arn="")
    assert outcome(check_key(Readings(bucket=bucket), NO_KEY)) == (Status.PASS, None)


@pytest.mark.parametrize(
    "bucket",
    [
        replace(FACTS, encryption=Encryption.UNKNOWN, kms_key_arn="", unread=(REFUSED,)),
        replace(FACTS, kms_key_arn="", unread=(REFUSED,)),
        SILENT,
        REFUSED,
        None,
    ],
    ids=["encryption unread", "alias unresolved", "no answer", "refused", "not looked up"],
)
def test_without_the_buckets_default_it_is_unknown_whether_a_key_is_needed(bucket: Any) -> None:
    assert check_key(Readings(bucket=bucket), NO_KEY).status in (Status.UNKNOWN, Status.FAIL)


def test_without_any_key_there_is_nothing_to_decrypt_with() -> None:
    bucket = replace(FACTS, encryption=Encryption.SSE_S3, kms_key_arn="")
    assert outcome(check_decrypt(Readings(ROLE, bucket), NO_KEY)) == (Status.PASS, None)


def test_decrypting_is_no_pass_while_the_buckets_key_is_not_named() -> None:
    role = replace(ROLE, policies=())
    assert check_decrypt(Readings(role, FACTS), NO_KEY).status is not Status.PASS


def test_decrypting_waits_for_the_role() -> None:
    assert outcome(check_decrypt(Readings(None, FACTS, None, KEY), ANSWERS)) == (Status.SKIPPED, "role.exists")


def test_a_role_that_could_not_be_read_is_unknown() -> None:
    assert outcome(check_decrypt(Readings(REFUSED, FACTS), ANSWERS)) == (Status.UNKNOWN, "not_readable")


@pytest.mark.parametrize(
    "principal", ["arn:aws:iam::111122223333:root", "111122223333", ARN, "*", ["arn:aws:iam::444455556666:root", ARN]]
)
def test_a_key_policy_that_lets_the_role_or_its_account_in_passes(principal: object) -> None:
    assert decrypt(statement(principal)) == (Status.PASS, None)


def test_the_statement_that_the_wizard_proposes_passes() -> None:
    assert decrypt(object_key_statement(ARN)) == (Status.PASS, None)


@pytest.mark.parametrize(
    "statements",
    [
        (),
        (statement("arn:aws:iam::444455556666:root"),),
        (statement({"Service": "s3.amazonaws.com"}),),
        (statement("arn:aws:iam::111122223333:role/other"),),
        (statement("arn:aws:iam::111122223333:root", action="kms:Describe*"),),
    ],
)
def test_a_key_policy_that_names_neither_role_nor_account_fails(statements: tuple[dict[str, Any], ...]) -> None:
    assert decrypt(*statements) == (Status.FAIL, "key_policy_does_not_allow")


def test_the_remedy_is_the_statement_for_the_key_policy() -> None:
    result = check_decrypt(Readings(ROLE, FACTS, None, KEY, {"Statement": []}), ANSWERS)
    assert "kms:Decrypt" in result.remedy
    assert ARN in result.remedy


def test_a_role_without_the_right_fails() -> None:
    role = replace(ROLE, policies=())
    assert decrypt(TO_ACCOUNT, role=role) == (Status.FAIL, "identity_policy")


def test_a_right_to_another_key_is_none() -> None:
    policy = RolePolicy("own", {"Statement": {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": OTHER_KEY}})
    assert decrypt(TO_ACCOUNT, role=replace(ROLE, policies=(policy,))) == (Status.FAIL, "identity_policy")


@pytest.mark.parametrize("problem", [REFUSED, SILENT])
def test_a_key_policy_that_could_not_be_read_is_unknown(problem: Problem) -> None:
    assert check_decrypt(Readings(ROLE, FACTS, None, KEY, problem), ANSWERS).status is Status.UNKNOWN


def test_a_key_policy_that_was_not_looked_up_is_unknown() -> None:
    assert check_decrypt(Readings(ROLE, FACTS, None, KEY, None), ANSWERS).status is Status.UNKNOWN


@pytest.mark.parametrize(
    "statements",
    [
        (statement(ARN, Condition=CONDITION),),
        (TO_ACCOUNT, statement("*", "Deny", Condition=CONDITION)),
        (TO_ACCOUNT, statement(ARN, "Deny", Condition=CONDITION)),
    ],
)
def test_a_key_policys_condition_leaves_it_open(statements: tuple[dict[str, Any], ...]) -> None:
    assert decrypt(*statements) == (Status.UNKNOWN, "cannot_judge")


def test_a_boundary_leaves_it_open() -> None:
    role = replace(ROLE, permissions_boundary="arn:aws:iam::111122223333:policy/b")
    assert decrypt(TO_ACCOUNT, role=role) == (Status.UNKNOWN, "cannot_judge")


@pytest.mark.parametrize("principal", [ARN, "*", "arn:aws:iam::111122223333:root"])
def test_a_key_policy_that_denies_the_role_fails(principal: str) -> None:
    assert decrypt(TO_ACCOUNT, statement(principal, "Deny")) == (Status.FAIL, "key_policy_denies")


def test_a_key_policy_that_denies_all_but_some_is_no_pass() -> None:
    but = {"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:role/admin"}, "Action": "kms:*"}
    assert decrypt(TO_ACCOUNT, {**but, "Resource": "*"})[0] is not Status.PASS


def test_an_allow_with_a_condition_takes_nothing_from_one_without() -> None:
    assert decrypt(TO_ACCOUNT, statement("*", Condition=CONDITION)) == (Status.PASS, None)
