"""What the role may do on bucket, objects and key, whatever policy it hangs on."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.answers import Answers
from panther_s3.aws.roles import Role
from panther_s3.checks.judging import EVERYTHING, Document, Judgement, Outcome, Policies, judge
from panther_s3.checks.readings import Readings
from panther_s3.checks.remedies import allow_in_role, exempt_role
from panther_s3.checks.requests import Request
from panther_s3.checks.result import CheckId, CheckResult, Status, skipped, unread
from panther_s3.checks.simulation import objection_to_pass, objection_to_refusal
from panther_s3.checks.unknowns import OF_ROLE
from panther_s3.problems import Problem

CAUSES = frozenset({"identity_policy", "permissions_boundary", "service_control_policy", "resource_control_policy"})
"""Layers that are causes by the same name; what a resource's policy is called hangs on the resource."""


def role_of(check: CheckId, readings: Readings) -> Role | CheckResult:
    """Return the role to judge, or the finding that there is none."""
    if readings.role is None:
        return skipped(check, CheckId.ROLE_EXISTS, "There is no role to look at.")
    return unread(check, readings.role) if isinstance(readings.role, Problem) else readings.role


def policies_of(role: Role, resource: tuple[str, Document] | None, kind: str | None) -> Policies:
    """Return the policies of the role and of what it acts on."""
    boundary = role.boundary if isinstance(role.boundary, dict) else None
    return Policies(
        identity=tuple((f"policy {policy.name} of {role.arn}", policy.document) for policy in role.policies),
        boundary=(f"permissions boundary {role.permissions_boundary}", boundary) if boundary else None,
        resource=resource,
        resource_type=kind,
    )


def judge_bucket_request(check: CheckId, readings: Readings, answers: Answers, request: Request) -> CheckResult:
    """Return what comes of a request of the role on the bucket or an object in it."""
    role = role_of(check, readings)
    if isinstance(role, CheckResult):
        return role
    document = readings.bucket_policy
    unreadable = document if isinstance(document, Problem) else None
    name = f"bucket policy of {answers.source.bucket_name}"
    resource = (name, document) if isinstance(document, dict) else None
    return judge_role_request(check, readings, answers, request, policies_of(role, resource, "bucket"), unreadable)


def judge_role_request(
    check: CheckId,
    readings: Readings,
    answers: Answers,
    request: Request,
    policies: Policies,
    unreadable: Problem | None,
    resource_causes: tuple[str, str] = ("bucket_policy", "bucket_policy"),
) -> CheckResult:
    """Return what comes of `request` of the role.

    Args:
        check: the check that asks.
        readings: what was read.
        answers: the operator's answers.
        request: the request.
        policies: those that take part, without the resource's where that could not be read.
        unreadable: why the resource's policy could not be read.
        resource_causes: the causes where the resource's policy denies, and where it does not allow.
    """
    role = readings.role
    assert isinstance(role, Role)
    judgement = judge(request, policies, OF_ROLE)
    missing = unreadable or next(iter(role.unread), None) or _boundary_problem(role)
    if judgement.outcome is Outcome.DENIED and (missing is None or judgement.decision.kind == "explicit"):
        refusal = _refused(check, role, answers, judgement, resource_causes)
        return objection_to_refusal(check, readings, judgement) or refusal
    if missing is not None:
        return unread(check, missing)
    if judgement.outcome is Outcome.UNKNOWN:
        detail = f"It cannot be told whether the role may {request.action}: {judgement.decision.reason}"
        return CheckResult(check, Status.UNKNOWN, "cannot_judge", detail, "", judgement.evidence)
    if judgement.outcome is Outcome.DEPENDS:
        return depends(check, judgement)
    return objection_to_pass(check, readings, judgement) or CheckResult(
        check, Status.PASS, detail=f"The role may {request.action} on {request.resource}.", evidence=judgement.evidence
    )


def depends(check: CheckId, judgement: Judgement) -> CheckResult:
    """Return the finding where only Panther's side could tell."""
    keys = ", ".join(judgement.hinges)
    return CheckResult(
        check, Status.UNKNOWN, "depends_on_panther",
        f"Whether it may {judgement.request.action} hangs on {keys}, whose value is not known here.",
        f"Ask Panther for its value of {keys}.", judgement.evidence,
    )  # fmt: skip


def _refused(
    check: CheckId, role: Role, answers: Answers, judgement: Judgement, resource_causes: tuple[str, str]
) -> CheckResult:
    """The finding for a request that is denied, with the smallest change that mends it."""
    decision, request = judgement.decision, judgement.request
    document, statement, name = judgement.policies.find(decision)
    explicit = decision.kind == "explicit"
    cause = decision.layer if decision.layer in CAUSES else resource_causes[0 if explicit else 1]
    if not explicit and cause == "identity_policy" and _resource_is_to_blame(judgement):
        cause = resource_causes[1]
    if explicit:
        detail = f"The Deny statement {name} of the {document} refuses {request.action}."
        remedy = exempt_role(statement, name, document, role.arn, decision.layer)
    else:
        blamed = {"identity_policy": "policy of the role", "permissions_boundary": "statement of its boundary"}
        subject = blamed.get(
            cause, f"statement of the {judgement.policies.resource[0]}" if judgement.policies.resource else "policy"
        )
        detail = f"No {subject} allows {request.action} on {request.resource}."
        remedy = allow_in_role(cause, role, answers, judgement)
    return CheckResult(check, Status.FAIL, cause, detail, remedy, judgement.evidence)


def _resource_is_to_blame(judgement: Judgement) -> bool:
    """Whether even a role that may do everything would be refused."""
    may_all = replace(judgement.policies, identity=(("everything", EVERYTHING),), boundary=None)
    return judge(judgement.request, may_all, OF_ROLE).outcome is Outcome.DENIED


def _boundary_problem(role: Role) -> Problem | None:
    return role.boundary if isinstance(role.boundary, Problem) else None
