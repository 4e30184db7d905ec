"""Checks of the role: that it exists, and every way in which its trust policy lets Panther in or not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from panther_s3.answers import Answers
from panther_s3.aws.roles import Role
from panther_s3.checks.readings import Readings
from panther_s3.checks.result import CheckId, CheckResult, Status, unread, worst
from panther_s3.checks.role import check_exists, check_trust
from panther_s3.checks.runner import run_checks
from panther_s3.panther import PantherDeployment
from panther_s3.policies import trust_policy
from panther_s3.problems import Denial, Problem, ProblemKind
from panther_s3.source import S3Source

ARN = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-prod"
PANTHER = PantherDeployment("999988887777", "us-west-2")
ROOT = "arn:aws:iam::999988887777:root"
TLS = {"Bool": {"aws:SecureTransport": "true"}}
ANSWERS = Answers(
    region="us-west-2",
    panther=PANTHER,
    source=S3Source("prod", "111122223333", "acme-logs", log_processing_role_arn=ARN),
)
ROLE = Role("PantherLogProcessingRole-prod", ARN, "/", trust_policy(PANTHER), "", {}, ())
REFUSED = Problem(
    "Could not read the role", "denied", kind=ProblemKind.ACCESS_DENIED, denial=Denial(action="iam:GetRole")
)


def trusting(principal: object = ROOT, **more: object) -> dict[str, Any]:
    """An Allow statement for Panther over TLS, unless told otherwise."""
    named = {"AWS": principal} if not isinstance(principal, dict) else principal
    return {"Effect": "Allow", "Principal": named, "Action": "sts:AssumeRole", "Condition": TLS, **more}


def denying(principal: object = ROOT, **more: object) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole", **more}


def judged(*statements: dict[str, Any]) -> CheckResult:
    return check_trust(Readings(role=replace(ROLE, trust={"Statement": list(statements)})), ANSWERS)


def outcome(*statements: dict[str, Any]) -> tuple[Status, str | None]:
    result = judged(*statements)
    return result.status, result.cause


def test_the_role_of_the_source_is_found() -> None:
    assert check_exists(Readings(role=ROLE), ANSWERS).status is Status.PASS


def test_a_role_that_is_missing_fails() -> None:
    result = check_exists(Readings(), ANSWERS)
    assert (result.status, result.cause) == (Status.FAIL, "missing")
    assert ARN in result.detail


def test_a_role_of_that_name_under_another_path_is_not_the_one() -> None:
    elsewhere = ARN.replace(":role/", ":role/logs/")
    result = check_exists(Readings(role=replace(ROLE, arn=elsewhere)), ANSWERS)
    assert (result.status, result.cause) == (Status.FAIL, "missing")
    assert elsewhere in result.remedy


@pytest.mark.parametrize("check", [check_exists, check_trust])
def test_a_role_that_may_not_be_read_is_unknown_and_names_the_permission(check: Any) -> None:
    result = check(Readings(role=REFUSED), ANSWERS)
    assert (result.status, result.cause) == (Status.UNKNOWN, "not_readable")
    assert "iam:GetRole" in result.remedy


@pytest.mark.parametrize("check", [check_exists, check_trust])
def test_a_role_that_aws_did_not_answer_for_is_unknown(check: Any) -> None:
    result = check(Readings(role=Problem("Could not reach AWS", kind=ProblemKind.NETWORK)), ANSWERS)
    assert (result.status, result.cause) == (Status.UNKNOWN, "not_answered")


def test_trust_waits_for_the_role() -> None:
    result = check_trust(Readings(), ANSWERS)
    assert (result.status, result.cause) == (Status.SKIPPED, "role.exists")


def test_the_trust_policy_that_the_wizard_makes_passes() -> None:
    result = check_trust(Readings(role=ROLE), ANSWERS)
    assert (result.status, result.cause) == (Status.PASS, None)
    assert result.evidence["statement"] == "PantherAssumesRole"


def test_a_trust_policy_of_a_single_statement_object_is_read() -> None:
    role = replace(ROLE, trust={"Statement": trusting()})
    assert check_trust(Readings(role=role), ANSWERS).status is Status.PASS


@pytest.mark.parametrize("principal", [ROOT, "999988887777", ["arn:aws:iam::444455556666:root", ROOT], "*"])
def test_panthers_account_may_be_named_in_any_way(principal: object) -> None:
    assert outcome(trusting(principal)) == (Status.PASS, None)


@pytest.mark.parametrize(
    "action", ["sts:*", "*", "STS:assumerole", ["sts:TagSession", "sts:AssumeRole"], "sts:Assume*"]
)
def test_the_action_may_be_written_in_any_way(action: object) -> None:
    assert outcome(trusting(Action=action)) == (Status.PASS, None)


@pytest.mark.parametrize("value", ["true", True, ["true"], "True"])
def test_tls_may_be_wanted_in_any_way(value: object) -> None:
    assert outcome(trusting(Condition={"Bool": {"AWS:securetransport": value}})) == (Status.PASS, None)


@pytest.mark.parametrize(
    ("statement", "cause"),
    [
        (trusting({"Service": "ec2.amazonaws.com"}), "panther_not_trusted"),
        (trusting({"Federated": "arn:aws:iam::111122223333:saml-provider/x"}), "panther_not_trusted"),
        (trusting("arn:aws:iam::444455556666:root"), "wrong_account"),
        (trusting("444455556666"), "wrong_account"),
        (trusting(Condition={"StringEquals": {"sts:ExternalId": "abc"}}), "external_id_required"),
        (trusting(Condition={**TLS, "StringEquals": {"STS:ExternalID": "abc"}}), "external_id_required"),
        (trusting(Condition={"Bool": {"aws:SecureTransport": "false"}}), "condition_not_met"),
        (trusting(Action="sts:AssumeRoleWithSAML"), "assume_role_not_allowed"),
        (trusting("AROAEXAMPLEEXAMPLE123"), "deleted_principal"),
        (trusting(["AIDAEXAMPLEEXAMPLE123", "arn:aws:iam::444455556666:root"]), "deleted_principal"),
        (denying(), "explicit_deny"),
        (denying("999988887777"), "explicit_deny"),
        (denying("*"), "explicit_deny"),
    ],
)
def test_a_trust_policy_that_shuts_panther_out_fails_with_its_cause(statement: dict[str, Any], cause: str) -> None:
    result = judged(statement)
    assert (result.status, result.cause) == (Status.FAIL, cause)
    assert result.remedy


def test_no_statement_at_all_trusts_nobody() -> None:
    assert outcome() == (Status.FAIL, "panther_not_trusted")


def test_the_remedy_of_a_wrong_account_is_the_whole_trust_policy() -> None:
    result = judged(trusting("arn:aws:iam::444455556666:root"))
    assert "444455556666" in result.detail
    assert ROOT in result.remedy
    assert "aws:SecureTransport" in result.remedy


def test_an_explicit_deny_outdoes_an_allow() -> None:
    assert outcome(trusting(), denying(Sid="Stop")) == (Status.FAIL, "explicit_deny")
    assert judged(trusting(), denying(Sid="Stop")).evidence["statement"] == "Stop"


def test_a_deny_of_something_else_changes_nothing() -> None:
    assert outcome(trusting(), denying(Action="sts:TagSession")) == (Status.PASS, None)
    assert outcome(trusting(), denying("arn:aws:iam::444455556666:root")) == (Status.PASS, None)


def test_who_is_merely_denied_is_not_said_to_be_trusted() -> None:
    assert outcome(denying("arn:aws:iam::444455556666:root")) == (Status.FAIL, "panther_not_trusted")


@pytest.mark.parametrize(
    ("statement", "cause"),
    [
        (trusting("arn:aws:iam::999988887777:role/PantherReader"), "specific_role_trusted"),
        (trusting(Condition={}), "secure_transport_not_required"),
    ],
)
def test_a_trust_policy_that_works_but_should_be_mended_is_warned_of(statement: dict[str, Any], cause: str) -> None:
    result = judged(statement)
    assert (result.status, result.cause) == (Status.WARN, cause)
    assert result.remedy


@pytest.mark.parametrize(
    "statements",
    [
        (trusting(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-panther"}}),),
        (trusting(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),),
        (trusting(Condition={"StringLike": {"aws:PrincipalArn": "*Reader"}}),),
        (trusting(), denying("*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-acme"}})),
        (trusting(), {"Effect": "Deny", "NotPrincipal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}),
    ],
)
def test_what_depends_on_a_condition_is_unknown(statements: tuple[dict[str, Any], ...]) -> None:
    status, cause = outcome(*statements)
    assert status is Status.UNKNOWN
    assert cause in ("cannot_judge", "depends_on_panther")


def test_the_most_favourable_statement_counts() -> None:
    with_id = trusting(Condition={"StringEquals": {"sts:ExternalId": "abc"}})
    assert outcome(with_id, trusting()) == (Status.PASS, None)
    assert outcome(with_id, trusting(Condition={})) == (Status.WARN, "secure_transport_not_required")


def test_an_external_id_fails_whatever_else_is_wanted_beside_it() -> None:
    both = {"StringEquals": {"aws:PrincipalOrgID": "o-panther", "sts:ExternalId": "abc"}}
    assert outcome(trusting(Condition=both)) == (Status.FAIL, "external_id_required")


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEqualsIfExists": {"sts:ExternalId": "abc"}},
        {"StringNotEquals": {"sts:ExternalId": "abc"}},
        {"Null": {"sts:ExternalId": "true"}},
    ],
)
def test_a_condition_that_a_call_without_an_external_id_meets_is_no_failure(condition: dict[str, Any]) -> None:
    assert outcome(trusting(Condition={**TLS, **condition}))[0] is not Status.FAIL


def test_a_deny_without_a_condition_decides_though_one_with_a_condition_stands_before_it() -> None:
    first = denying("*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-acme"}})
    assert outcome(trusting(), first, denying()) == (Status.FAIL, "explicit_deny")


def test_a_deny_of_calls_without_tls_does_not_meet_panther() -> None:
    statement = denying("*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert outcome(trusting(), statement) == (Status.PASS, None)


def test_every_run_gives_the_thirteen_checks_in_order() -> None:
    results = run_checks(Readings(), ANSWERS)
    assert [result.id for result in results] == list(CheckId)
    assert len(results) == 13
    assert all(result.title and result.detail for result in results)


def test_the_notification_checks_come_next() -> None:
    for result in run_checks(Readings(role=ROLE), ANSWERS)[8:]:
        assert result.status is Status.SKIPPED
        assert "Comes next" in result.detail


def test_nothing_passes_that_was_not_read() -> None:
    nobody = Problem("Could not reach AWS", kind=ProblemKind.NETWORK)
    readings = Readings(nobody, nobody, nobody, nobody, nobody)
    answers = ANSWERS.with_source(kms_key_arn="arn:aws:kms:us-west-2:111122223333:key/k")
    assert {result.status for result in run_checks(readings, answers)[:8]} == {Status.UNKNOWN}
    assert Status.PASS not in {result.status for result in run_checks(readings, ANSWERS)[:7]}


def test_a_finding_prints_as_the_contract_has_it() -> None:
    printed = judged(trusting("444455556666")).as_dict()
    assert list(printed) == ["id", "status", "cause", "title", "detail", "remedy", "evidence"]
    assert printed["id"] == "role.trust"
    assert printed["status"] == "fail"
    assert printed["evidence"]["request"] == {"action": "sts:AssumeRole", "resource": ARN}


def test_the_worst_of_several_findings_speaks_for_all() -> None:
    findings = [CheckResult(CheckId.OBJECTS_READ, status) for status in (Status.PASS, Status.UNKNOWN, Status.WARN)]
    assert worst(findings).status is Status.UNKNOWN
    assert worst([*findings, CheckResult(CheckId.OBJECTS_READ, Status.FAIL)]).status is Status.FAIL


def test_an_unread_part_keeps_the_problems_own_remedy() -> None:
    result = unread(
        CheckId.ROLE_EXISTS, Problem("No credentials", remedy="Run aws login.", kind=ProblemKind.CREDENTIALS)
    )
    assert result.remedy == "Run aws login."
