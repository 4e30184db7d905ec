"""How a stack's operation goes, read from its events: where it stands, what failed first, what to do next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from panther_s3.aws.denials import parse_denial, remedy_of, statement_for
from panther_s3.aws.stack_records import STARTS, StackEvent
from panther_s3.problems import PolicyStatement, Problem, ProblemKind

FINISHED = ("_COMPLETE", "_FAILED")
CANCELLATION = re.compile(r"^Resource (creation|update|deletion) cancell?ed", re.IGNORECASE)
"""The reason of a resource that was stopped because another one failed."""


@dataclass(frozen=True)
class Explanation:
    """A state in words: what it is, and what to do next."""

    title: str
    remedy: str
    statement: PolicyStatement | None = None
    """The policy statement to ask an administrator for, where one would help."""


STATES = {
    "CREATE_IN_PROGRESS": Explanation("The stack is being made", "Nothing: AWS goes on by itself."),
    "CREATE_COMPLETE": Explanation("The stack is made", "Go on with what it made."),
    "CREATE_FAILED": Explanation(
        "The stack could not be made", "Delete the stack, then try again: it cannot be used or updated."
    ),
    "ROLLBACK_IN_PROGRESS": Explanation(
        "The stack could not be made, and AWS takes back what was made of it", "Wait until it has ended."
    ),
    "ROLLBACK_COMPLETE": Explanation(
        "The stack could not be made; nothing of it is left but its record",
        "Delete the stack before you try again: AWS accepts no other change to it.",
    ),
    "ROLLBACK_FAILED": Explanation(
        "The stack could not be made, and AWS could not take back all of it",
        "Delete the stack before you try again; the events name what is left.",
    ),
    "UPDATE_IN_PROGRESS": Explanation("The stack is being updated", "Nothing: AWS goes on by itself."),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": Explanation(
        "The stack is updated, and AWS removes what it replaced", "Wait until it has ended."
    ),
    "UPDATE_COMPLETE": Explanation("The stack is updated", "Go on with its role."),
    "UPDATE_FAILED": Explanation(
        "The stack could not be updated", "Roll the update back in the CloudFormation console, then try again."
    ),
    "UPDATE_ROLLBACK_IN_PROGRESS": Explanation(
        "The stack could not be updated, and AWS takes the update back", "Wait until it has ended."
    ),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": Explanation(
        "The stack could not be updated, and AWS takes the update back", "Wait until it has ended."
    ),
    "UPDATE_ROLLBACK_COMPLETE": Explanation(
        "The stack could not be updated; it is as it was before", "Mend the cause, then update it again."
    ),
    "UPDATE_ROLLBACK_FAILED": Explanation(
        "The stack could not be updated, and AWS could not take the update back",
        "Mend what the events name, then choose Continue update rollback in the CloudFormation console.",
    ),
    "DELETE_IN_PROGRESS": Explanation("The stack is being deleted", "Nothing: AWS goes on by itself."),
    "DELETE_COMPLETE": Explanation("The stack is deleted", "Its name is free again."),
    "DELETE_FAILED": Explanation(
        "The stack could not be deleted wholly", "Remove what the events name by hand, then delete it again."
    ),
    "REVIEW_IN_PROGRESS": Explanation(
        "The stack is only an empty record that waits for its change set", "Execute the change set, or discard it."
    ),
}
"""Stack status codes (CloudFormation user guide) in words."""
WAITING = Explanation("AWS has the request; no event has come yet", "Nothing: the first one takes some seconds.")


@dataclass(frozen=True)
class StackProgress:
    """Where the latest operation on a stack stands."""

    status: str
    """The stack's own status; "" while AWS has told none."""
    finished: bool
    succeeded: bool
    failures: tuple[StackEvent, ...]
    """What failed: the root cause first, what was cancelled because of it last."""
    current: tuple[StackEvent, ...]
    """The latest events of the resources that are being worked on."""
    done: int
    """How many resources are through."""
    total: int | None
    """How many there are; None where that is not known."""
    explanation: Explanation
    started: datetime | None
    """When AWS began with the operation; None while it has told of nothing."""

    @property
    def refusal(self) -> Problem | None:
        """The root cause as a Problem, where it is a permission that whoever started the operation lacks."""
        denial = parse_denial(self.failures[0].reason) if self.failures else None
        if denial is None:
            return None
        return Problem(
            f"You are not allowed {denial.action}, which CloudFormation needs from you",
            self.failures[0].reason,
            self.explanation.remedy,
            ProblemKind.ACCESS_DENIED,
            statement=self.explanation.statement,
            denial=denial,
        )

    @classmethod
    def of(cls, events: Sequence[StackEvent], resources: int | None, operation: str) -> StackProgress:
        """Return the progress that `events` show.

        A stack at rest may have no event in progress, and an operation may begin without one: only
        the latest event of the stack itself, and of each resource, counts.

        Args:
            events: the stack's events, the oldest first; those of earlier operations are passed over.
            resources: how many resources the stack has, where known.
            operation: what was asked for: "CREATE", "UPDATE" or "DELETE".
        """
        events = _latest_operation(events)
        status = next((event.status for event in reversed(events) if event.of_stack), "")
        latest = {event.logical_id: event for event in events if not event.of_stack}
        finished = status.endswith(FINISHED)
        done = sum(event.status.endswith("_COMPLETE") for event in latest.values())
        failures = _failures(events)
        return cls(
            status=status,
            finished=finished,
            succeeded=status == f"{operation}_COMPLETE" and operation in ("CREATE", "UPDATE", "DELETE"),
            failures=failures,
            current=tuple(event for event in latest.values() if event.status.endswith("_IN_PROGRESS") and not finished),
            done=done,
            total=max(resources, done) if resources is not None else done if finished else None,
            explanation=_explain(status, failures),
            started=events[0].time if events else None,
        )


def explain_failure(event: StackEvent) -> Explanation | None:
    """Return what the reason of a failed event means, where it is one of the known ones.

    The reasons are CloudFormation's: the service's own message, wrapped.
    """
    reason = event.reason
    denial = parse_denial(reason)
    if denial is not None:
        return Explanation(f"you are not allowed {denial.action}", remedy_of(denial), statement_for(denial))
    for words, explanation in KNOWN_REASONS:
        if words.search(reason):
            return Explanation(explanation.title.format(name=event.physical_id or event.logical_id), explanation.remedy)
    return None


KNOWN_REASONS = (
    (
        re.compile(r"already exists|AlreadyExists"),
        Explanation(
            "{name} exists already, made by something else",
            "Use the role that is there, remove it, or choose another name for this one.",
        ),
    ),
    (
        re.compile(r"invalid principal", re.IGNORECASE),
        Explanation(
            "the trust policy names an account that AWS does not know",
            "Correct Panther's account id; its partition must be that of your own account.",
        ),
    ),
    (
        re.compile(r"MalformedPolicyDocument|Syntax errors in policy"),
        Explanation("AWS does not accept a policy of {name}", "Correct the value that AWS's text points to."),
    ),
    (
        re.compile(r"LimitExceeded|ServiceLimitExceeded|[Qq]uota"),
        Explanation(
            "a quota of the account is used up",
            "Remove roles that are no longer needed, or ask for a higher quota under Service Quotas.",
        ),
    ),
    (
        re.compile(r"ExpiredToken|security token included in the request is (expired|invalid)"),
        Explanation(
            "the credentials ran out while AWS worked with them",
            "Sign in again, then try again: CloudFormation works with the credentials that started it.",
        ),
    ),
    (
        re.compile(r"AccessDenied|UnauthorizedTaggingOperation|not authorized", re.IGNORECASE),
        Explanation(
            "AWS refused what is needed to make {name}",
            "Ask whoever administers your access, or use a role that may, or make the role another way.",
        ),
    ),
)
"""Reasons of failures that come up with a role's stack, the more exact first."""


def _latest_operation(events: Sequence[StackEvent]) -> Sequence[StackEvent]:
    """Return the events since the last request began; what CloudFormation does by itself belongs to it."""
    begun = [place for place, event in enumerate(events) if event.of_stack and event.status in STARTS]
    return events[begun[-1] :] if begun else events


def _failures(events: Sequence[StackEvent]) -> tuple[StackEvent, ...]:
    """Return the failed events: resources by time, then the stack's own, then what was merely cancelled.

    Where a rollback began without any failed resource, as a hook may cause it, its reason counts.
    """
    failed = [event for event in events if event.status.endswith("_FAILED")]
    if not failed:
        failed = [
            event for event in events if event.of_stack and "ROLLBACK_IN_PROGRESS" in event.status and event.reason
        ]
    return tuple(sorted(failed, key=lambda event: (bool(CANCELLATION.match(event.reason)), event.of_stack)))


def _explain(status: str, failures: Sequence[StackEvent]) -> Explanation:
    """Return the state in words, with the root cause where there is one."""
    if not status:
        return WAITING
    state = STATES.get(status, Explanation(f"The stack is {status}", "Look at it in the CloudFormation console."))
    cause = explain_failure(failures[0]) if failures else None
    if cause is None:
        return state
    return Explanation(f"{state.title}: {cause.title}", f"{cause.remedy} {state.remedy}", cause.statement)
