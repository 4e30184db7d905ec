"""CloudFormation's stacks, change sets and events as plain records; the words are CloudFormation's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from panther_s3.arns import parse_arn

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import (
        ChangeTypeDef,
        DescribeChangeSetOutputTypeDef,
        ResourceChangeTypeDef,
        StackEventTypeDef,
        StackTypeDef,
    )

StackOperation = Literal["CREATE", "UPDATE"]

STARTS = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"})
"""States with which a request to make, change or delete a stack begins."""
NOTHING_TO_CHANGE = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class StackPlan:
    """A stack to make or to update, as the operator has seen it."""

    stack_name: str
    region: str
    template_body: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    kind: StackOperation
    account: str = ""
    """Whose stack it is; "" where that is not known."""


@dataclass(frozen=True)
class Stack:
    """A stack as it stands."""

    name: str
    stack_id: str
    region: str
    status: str
    reason: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """One resource that a change set touches."""

    action: str
    logical_id: str
    physical_id: str
    resource_type: str
    replacement: str
    """"True", "False" or "Conditional"; "" where nothing exists yet."""
    details: tuple[str, ...]
    """The properties that change."""


@dataclass(frozen=True)
class ChangeSet:
    """A change set: what executing it would do."""

    name: str
    arn: str
    stack_name: str
    stack_id: str
    region: str
    kind: StackOperation
    status: str
    reason: str
    changes: tuple[Change, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether CloudFormation found nothing to change, which it reports as a failure."""
        return self.status == "FAILED" and any(words in self.reason for words in NOTHING_TO_CHANGE)


@dataclass(frozen=True)
class StackEvent:
    """One line of a stack's history."""

    event_id: str
    time: datetime
    logical_id: str
    physical_id: str
    resource_type: str
    status: str
    reason: str
    token: str
    """The ClientRequestToken of the request that led to it; "" where there was none."""

    @property
    def of_stack(self) -> bool:
        """Whether this is about the stack itself and not about one of its resources."""
        return self.resource_type == "AWS::CloudFormation::Stack"


def stack_from(stack: StackTypeDef) -> Stack:
    """Return the record of a stack that DescribeStacks gave."""
    arn = parse_arn(stack["StackId"])
    return Stack(
        name=stack["StackName"],
        stack_id=stack["StackId"],
        region=arn.region if arn else "",
        status=stack["StackStatus"],
        reason=stack.get("StackStatusReason", ""),
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())},
        parameters={value["ParameterKey"]: value.get("ParameterValue", "") for value in stack.get("Parameters", ())},
        tags={tag["Key"]: tag["Value"] for tag in stack.get("Tags", ())},
    )


def change_set_found(found: DescribeChangeSetOutputTypeDef, region: str) -> ChangeSet:
    """Return the record of a change set that DescribeChangeSet gave; what it is of, it does not say: UPDATE."""
    return ChangeSet(
        name=found["ChangeSetName"],
        arn=found["ChangeSetId"],
        stack_name=found["StackName"],
        stack_id=found["StackId"],
        region=region,
        kind="UPDATE",
        status=found["Status"],
        reason=found.get("StatusReason", ""),
    )


def change_set_from(pages: Iterable[DescribeChangeSetOutputTypeDef], asked: ChangeSet) -> ChangeSet:
    """Return `asked` as the pages of DescribeChangeSet show it now."""
    status, reason = asked.status, asked.reason
    changes: list[Change] = []
    for page in pages:
        status, reason = page["Status"], page.get("StatusReason", "")
        changes += [_change_from(change) for change in page.get("Changes", ())]
    return replace(asked, status=status, reason=reason, changes=tuple(changes))


def event_from(event: StackEventTypeDef) -> StackEvent:
    """Return the record of an event that DescribeStackEvents gave."""
    return StackEvent(
        event_id=event["EventId"],
        time=event["Timestamp"],
        logical_id=event.get("LogicalResourceId", ""),
        physical_id=event.get("PhysicalResourceId", ""),
        resource_type=event.get("ResourceType", ""),
        status=event.get("ResourceStatus", ""),
        reason=event.get("ResourceStatusReason", ""),
        token=event.get("ClientRequestToken", ""),
    )


def _change_from(change: ChangeTypeDef) -> Change:
    resource = change.get("ResourceChange", {})
    return Change(
        action=resource.get("Action", ""),
        logical_id=resource.get("LogicalResourceId", ""),
        physical_id=resource.get("PhysicalResourceId", ""),
        resource_type=resource.get("ResourceType", ""),
        replacement=resource.get("Replacement", ""),
        details=_changed_properties(resource),
    )


def _changed_properties(resource: ResourceChangeTypeDef) -> tuple[str, ...]:
    targets = [detail.get("Target", {}) for detail in resource.get("Details", ())]
    names = [target.get("Name") or target.get("Attribute", "") for target in targets]
    return tuple(dict.fromkeys(name for name in names if name))
