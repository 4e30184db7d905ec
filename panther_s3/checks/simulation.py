"""What AWS's own simulator says of the role, beside what its policies as read come to.

The simulator knows the service control policies, and no policy of a resource (IAM API reference,
SimulatePrincipalPolicy): only the role's own side is compared.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from panther_s3.arns import parse_arn
from panther_s3.aws.roles import Role
from panther_s3.checks.judging import Document, Judgement, Outcome, judge
from panther_s3.checks.readings import Readings, SimulatedDecision
from panther_s3.checks.requests import ENCRYPTION_CONTEXT, PREFIX, Request
from panther_s3.checks.result import CheckId, CheckResult, Status
from panther_s3.checks.unknowns import OF_ROLE, VARYING, stands_in

ALLOWED = "allowed"
FRESH = timedelta(minutes=1)
APART = (PREFIX, ENCRYPTION_CONTEXT)
"""What an answer was asked with, where it is the same action on the same resource."""
SCP = " A service control policy of the organization refuses it without."


def objection_to_pass(check: CheckId, readings: Readings, judgement: Judgement) -> CheckResult | None:
    """Return what the simulator has against a request that passed; None where it has nothing, or was not asked."""
    answer, request = _answer(readings, judgement.request), judgement.request
    if answer is None or answer.decision == ALLOWED:
        return None
    if answer.missing_context and (answer.allowed_by_organizations is False or not _explained(readings, judgement)):
        return _lacking(check, answer, request)
    if answer.allowed_by_organizations is False:
        return CheckResult(
            check, Status.FAIL, "service_control_policy",
            f"A service control policy of the organization refuses the role {request.action}.",
            "Ask who administers your AWS Organization to allow it to the role.", _evidence(answer, request),
        )  # fmt: skip
    if _explained(readings, judgement):
        return None
    told = f"By its policies as read, the role may {request.action}; AWS's simulator says {answer.decision}."
    return _disagreement(check, answer, request, told)


def objection_to_refusal(check: CheckId, readings: Readings, judgement: Judgement) -> CheckResult | None:
    """Return that the simulator allows what the role's own policies as read refuse; None where it does not."""
    answer, decision = _answer(readings, judgement.request), judgement.decision
    if answer is None or answer.decision != ALLOWED or answer.missing_context or _is_fresh(readings.role):
        return None
    _, statement, _ = judgement.policies.find(decision)
    surely = {
        "identity_policy": not (statement or {}).get("Condition"),  # it was not told of every condition key
        "permissions_boundary": answer.allowed_by_boundary is True,
    }
    if not surely.get(str(decision.layer), False):
        return None
    action = judgement.request.action
    told = f"By its policies as read, the role may not {action}; AWS's simulator says {answer.decision}."
    return _disagreement(check, answer, judgement.request, told)


def _explained(readings: Readings, judgement: Judgement) -> bool:
    """Whether it does not know the role yet, or agrees: the resource's policy, or a grant, lets the role in."""
    return _is_fresh(readings.role) or _own_side(judgement) is Outcome.DENIED


def _lacking(check: CheckId, answer: SimulatedDecision, request: Request) -> CheckResult:
    """The finding where the simulator refuses, and lacked values that could change its mind."""
    missing = ", ".join(answer.missing_context)
    of_panther = any(stands_in(key.lower(), (*OF_ROLE, *VARYING)) for key in answer.missing_context)
    return CheckResult(
        check, Status.UNKNOWN, "depends_on_panther" if of_panther else "cannot_judge",
        f"AWS's simulator says {answer.decision} to {request.action}, which may hang on {missing}: the value is not "
        f"known here.{SCP if answer.allowed_by_organizations is False else ''}",
        "", _evidence(answer, request),
    )  # fmt: skip


def _is_fresh(role: object) -> bool:
    """Whether the role is so young that the simulator may not know its policies yet (IAM's eventual consistency)."""
    created = role.created if isinstance(role, Role) else None
    return created is not None and datetime.now(UTC) - created < FRESH


def _answer(readings: Readings, request: Request) -> SimulatedDecision | None:
    """The simulator's answer to this very request."""
    if not isinstance(readings.simulation, tuple):
        return None
    for each in readings.simulation:
        told = dict(each.context)
        alike = all(told.get(key, request.context.get(key)) == request.context.get(key) for key in APART)
        if alike and (each.action, each.resource) == (request.action, request.resource):
            return each
    return None


def _own_side(judgement: Judgement) -> Outcome:
    """What comes of the request by the role's own policies, where the resource leaves it to its account."""
    request = replace(judgement.request, resource_account=judgement.request.account)
    arn = parse_arn(request.principal)
    root = f"arn:{arn.partition if arn else 'aws'}:iam::{request.account}:root"
    statement = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "*", "Resource": "*"}
    delegating: Document = {"Version": "2012-10-17", "Statement": [statement]}
    policies = replace(judgement.policies, resource=("the account", delegating), grants=())
    return judge(request, policies, OF_ROLE).outcome


def _disagreement(check: CheckId, answer: SimulatedDecision, request: Request, told: str) -> CheckResult:
    remedy = "Look at both: a policy may have changed meanwhile. Retry."
    return CheckResult(
        check, Status.UNKNOWN, "simulation_disagrees", told, remedy, _evidence(answer, request)
    )  # fmt: skip


def _evidence(answer: SimulatedDecision, request: Request) -> dict[str, object]:
    return {
        "document": "iam:SimulatePrincipalPolicy",
        "statement": ", ".join(answer.matched),
        "request": request.shown,
        "simulation": answer.decision,
    }
