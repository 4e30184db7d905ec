"""What IAM's own simulator says of a role: its policies, its boundary, and the service control policies.

The simulator takes no resource policies for roles (IAM API reference, "SimulatePrincipalPolicy"):
bucket, key and trust policies are judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from panther_s3.aws.crew import Crew
from panther_s3.aws.errors import aws_call
from panther_s3.aws.session import Aws
from panther_s3.checks.readings import SimulatedDecision

if TYPE_CHECKING:
    from mypy_boto3_iam.literals import ContextKeyTypeEnumType as ContextKeyTypeEnum
    from mypy_boto3_iam.type_defs import ContextEntryTypeDef

OVER_TLS = ("aws:SecureTransport", "true")
Context = tuple[tuple[str, str], ...]
"""Condition keys with their values; one with several values stands there several times."""
TYPES: Mapping[str, ContextKeyTypeEnum] = {
    "aws:SecureTransport": "boolean",
    "aws:PrincipalIsAWSService": "boolean",
    "aws:ViaAWSService": "boolean",
    "aws:MultiFactorAuthPresent": "boolean",
    "aws:CurrentTime": "date",
    "aws:TokenIssueTime": "date",
    "aws:EpochTime": "numeric",
    "s3:max-keys": "numeric",
    "kms:EncryptionContextKeys": "stringList",
}
"""Context keys that the simulator wants typed (IAM API reference, "ContextEntry"); all others are strings."""
NOW = "the moment of the question"
"""Stands for the time, so that the same is not asked again a second later."""
RESOURCES = 20
"""How many resources are asked about in one call, so that its answer comes within the time limit."""


@dataclass(frozen=True)
class Ask:
    """Actions that the role would take on one resource, and under which conditions."""

    resource: str
    actions: tuple[str, ...]
    context: Context = (OVER_TLS,)


def simulate(aws: Aws, role_arn: str, asks: Iterable[Ask], crew: Crew | None = None) -> tuple[SimulatedDecision, ...]:
    """Return the simulator's decision on each action of each of `asks`.

    What has actions and context in common goes into one call; the calls go side by side.

    Raises:
        Problem: the simulator refused or did not answer.
    """
    crew = crew or Crew()
    alike: dict[tuple[tuple[str, ...], Context], list[str]] = {}
    for ask in dict.fromkeys(asks):
        alike.setdefault((ask.actions, ask.context), []).append(ask.resource)
    calls = [
        crew.call(partial(_simulate_alike, aws, role_arn, actions, batch, context))
        for (actions, context), resources in alike.items()
        for batch in _batches(resources)
    ]
    with aws_call(f"simulate what the role {role_arn} may do", None):
        return tuple(decision for call in calls for decision in crew.result(call))


def _simulate_alike(
    aws: Aws, role_arn: str, actions: tuple[str, ...], resources: list[str], context: Context
) -> tuple[SimulatedDecision, ...]:
    entries = _entries(context)
    with aws_call(f"simulate what the role {role_arn} may do", aws):
        pages = (
            aws.client("iam")
            .get_paginator("simulate_principal_policy")
            .paginate(
                PolicySourceArn=role_arn, ActionNames=list(actions), ResourceArns=resources, ContextEntries=entries
            )
        )
        return tuple(
            decision
            for page in pages
            for result in page["EvaluationResults"]
            for decision in _decisions(result, context)
        )


def _entries(context: Context) -> list[ContextEntryTypeDef]:
    now = datetime.now(UTC).replace(microsecond=0)
    moments = {"date": now.isoformat().replace("+00:00", "Z"), "numeric": str(int(now.timestamp()))}
    values: dict[str, list[str]] = {}
    for key, value in context:
        values.setdefault(key, []).append(moments[TYPES[key]] if value == NOW else value)
    return [
        {"ContextKeyName": key, "ContextKeyType": TYPES.get(key, "string"), "ContextKeyValues": each}
        for key, each in values.items()
    ]


def _decisions(result: Mapping[str, Any], context: Context) -> Iterator[SimulatedDecision]:
    """Read the answer for each resource; the one above them may name a template of an ARN only."""
    for answer in result.get("ResourceSpecificResults") or (result,):
        boundary = answer.get("PermissionsBoundaryDecisionDetail", result.get("PermissionsBoundaryDecisionDetail", {}))
        yield SimulatedDecision(
            action=result["EvalActionName"],
            resource=answer["EvalResourceName"],
            decision=answer.get("EvalResourceDecision") or result["EvalDecision"],
            allowed_by_boundary=boundary.get("AllowedByPermissionsBoundary"),
            allowed_by_organizations=result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations"),
            matched=tuple(
                dict.fromkeys(statement.get("SourcePolicyId", "") for statement in answer.get("MatchedStatements", ()))
            ),
            missing_context=tuple(answer.get("MissingContextValues", ())),
            context=context,
        )


def _batches(resources: list[str]) -> Iterator[list[str]]:
    for begin in range(0, len(resources), RESOURCES):
        yield resources[begin : begin + RESOURCES]
