"""Checks of the role: that it exists, and that Panther's account may assume it."""

from __future__ import annotations

from panther_s3.answers import Answers
from panther_s3.aws.roles import Role
from panther_s3.checks.judging import Judgement, Outcome, Policies, judge, of_panther
from panther_s3.checks.readings import Readings
from panther_s3.checks.remedies import PRINCIPAL_ARN, to_replace, with_conditions
from panther_s3.checks.requests import Request, assume_role
from panther_s3.checks.result import CheckId, CheckResult, Status, skipped, unread
from panther_s3.checks.trust_faults import fault_of, panther_names, trusting, untested, without_keys
from panther_s3.checks.unknowns import OF_PANTHER
from panther_s3.panther import PantherDeployment
from panther_s3.policies import trust_policy
from panther_s3.problems import Problem


def check_exists(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `role.exists`."""
    arn, role = answers.role_arn, readings.role
    if isinstance(role, Problem):
        return unread(CheckId.ROLE_EXISTS, role)
    if role is None:
        return CheckResult(
            CheckId.ROLE_EXISTS,
            Status.FAIL,
            "missing",
            f"AWS has no role {arn}.",
            "Make the role, or correct the ARN. A role made a moment ago may take some seconds to show: Retry.",
        )
    if role.arn != arn:
        return CheckResult(
            CheckId.ROLE_EXISTS,
            Status.FAIL,
            "missing",
            f"The role of that name is {role.arn}, not {arn}: the path or the account differs.",
            f"Enter {role.arn} as the Role ARN.",
        )
    return CheckResult(CheckId.ROLE_EXISTS, Status.PASS, detail=f"Found {role.arn}.")


def check_trust(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `role.trust`."""
    role = readings.role
    if isinstance(role, Problem):
        return unread(CheckId.ROLE_TRUST, role)
    if role is None:
        return skipped(CheckId.ROLE_TRUST, CheckId.ROLE_EXISTS, "There is no role to look at.")
    return judge_trust(role, answers.panther)


def judge_trust(role: Role, panther: PantherDeployment) -> CheckResult:
    """Return whether `role`'s trust policy lets Panther's account assume it.

    Panther sends no ExternalId and calls over TLS, from its own account (Panther's documentation,
    "Security Without AWS External ID").
    """
    policies = trust_policies(role)
    anybody = judge(assume_role(role, panther), policies, OF_PANTHER)
    if anybody.outcome is Outcome.ALLOWED:
        return _passed(panther, anybody)
    if anybody.outcome is Outcome.UNKNOWN:
        return _unclear(anybody)
    if anybody.outcome is Outcome.DEPENDS:
        return _depends(anybody)
    named = [judge(assume_role(role, panther, name), policies, OF_PANTHER) for name in panther_names(role, panther)]
    if allowed := [each for each in named if each.outcome is Outcome.ALLOWED]:
        return _specific(panther, allowed[0])
    if hanging := [each for each in named if each.outcome is Outcome.DEPENDS]:
        return _depends(hanging[0])
    if unclear := [each for each in named if each.outcome is Outcome.UNKNOWN]:
        return _unclear(unclear[0])
    cause, detail, remedy = fault_of(role, panther, anybody)
    return finding(anybody, Status.FAIL, cause, detail, remedy)


def trust_policies(role: Role) -> Policies:
    """Return the policies that take part in assuming `role`; Panther's own are taken to allow it."""
    return of_panther(f"trust policy of {role.arn}", role.trust, "trust")


def finding(judgement: Judgement, status: Status, cause: str | None, detail: str, remedy: str = "") -> CheckResult:
    """Return what `judgement` of the trust comes to."""
    return CheckResult(CheckId.ROLE_TRUST, status, cause, detail, remedy, judgement.evidence)


def _passed(panther: PantherDeployment, judgement: Judgement) -> CheckResult:
    """It may; what is left to say is whether it may without TLS too."""
    plain = untested(judgement.request, "aws:SecureTransport", "false")
    without_tls = judge(plain, judgement.policies, OF_PANTHER)
    if without_tls.outcome is Outcome.ALLOWED:
        document, statement, name = without_tls.policies.find(without_tls.decision)
        over_tls = with_conditions(statement or {}, trust_policy(panther)["Statement"][0]["Condition"])
        return finding(
            without_tls, Status.WARN, "secure_transport_not_required",
            "Panther is trusted, with or without TLS.", to_replace(name, document, over_tls),
        )  # fmt: skip
    return finding(judgement, Status.PASS, None, f"Panther's account {panther.account_id} may assume the role.")


def _unclear(judgement: Judgement) -> CheckResult:
    return finding(judgement, Status.UNKNOWN, "cannot_judge", f"It cannot be told: {judgement.decision.reason}")


def _depends(judgement: Judgement) -> CheckResult:
    keys = ", ".join(judgement.hinges)
    return finding(
        judgement, Status.UNKNOWN, "depends_on_panther",
        f"Whether Panther may assume the role hangs on {keys}, whose value only Panther's side knows.",
        f"Ask Panther for its value of {keys}.",
    )  # fmt: skip


def _specific(panther: PantherDeployment, judgement: Judgement) -> CheckResult:
    request: Request = judgement.request
    document, statement, name = judgement.policies.find(judgement.decision)
    mended = trusting(
        without_keys(statement or {}, (PRINCIPAL_ARN.lower(),)),
        panther,
        lambda principal: f":{panther.account_id}:" in principal or principal == "*",
    )
    return finding(
        judgement, Status.WARN, "specific_role_trusted",
        f"Only {request.context['aws:PrincipalArn']} and the like are trusted, not Panther's account. Names of "
        "Panther's roles change with a new deployment, and the role can then not be assumed any more.",
        to_replace(name, document, mended),
    )  # fmt: skip
