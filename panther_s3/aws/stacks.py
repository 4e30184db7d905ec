"""CloudFormation: change sets made, executed and discarded, and leftovers deleted; reading is beside this."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from panther_s3.aws import stack_changes
from panther_s3.aws.errors import aws_call, unless_fatal
from panther_s3.aws.stack_reading import PATIENCE, POLLS, StackReading
from panther_s3.aws.stack_records import Change, ChangeSet, Stack, StackEvent, StackPlan
from panther_s3.journal.changes import Change as JournalChange
from panther_s3.journal.changes import ChangeKind, State
from panther_s3.journal.journal import Recording
from panther_s3.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

__all__ = ["PATIENCE", "POLLS", "Change", "ChangeSet", "Stack", "StackEvent", "StackPlan", "Stacks"]

CHANGE_SET_PREFIX = "panther-s3-wizard-"
REVIEW = "REVIEW_IN_PROGRESS"
LEFTOVERS = frozenset({REVIEW, "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"})
"""States out of which a stack can only be deleted (CloudFormation user guide, "Stack status codes")."""


class Stacks(StackReading):
    """Reads and changes CloudFormation stacks; each in the region that is named, not in the gateway's own."""

    def create_change_set(self, plan: StackPlan) -> ChangeSet:
        """Send `plan` to CloudFormation to be checked; nothing is made but, for a new stack, its empty record.

        Raises:
            Problem: AWS refused or did not answer.
        """
        name = f"{CHANGE_SET_PREFIX}{uuid.uuid4()}"
        change = stack_changes.asking(plan, name)
        with self._changing(
            f"Creating the change set for {plan.stack_name}", f"make a change set for {plan.stack_name}", change
        ) as recording:
            arn, stack_id = self._create_once(plan, name)
            recording.learn(stack_id=stack_id)
        return ChangeSet(
            name=name,
            arn=arn,
            stack_name=plan.stack_name,
            stack_id=stack_id,
            region=plan.region,
            kind=plan.kind,
            status="CREATE_PENDING",
            reason="",
        )

    def execute_change_set(self, change_set: ChangeSet, token: str) -> None:
        """Start what `change_set` describes; `read_events` with the same `token` tells how it goes.

        Raises:
            Problem: AWS refused or did not answer.
        """
        name = change_set.stack_name
        former = self._read_former(change_set) if change_set.kind == "UPDATE" else None
        change = stack_changes.execution(change_set, former)
        with self._changing(f"Executing the change set of {name}", f"execute the change set of {name}", change):
            cloudformation = self._client(change_set.region)
            try:
                cloudformation.execute_change_set(ChangeSetName=change_set.arn, ClientRequestToken=token)
            except cloudformation.exceptions.InvalidChangeSetStatusException as error:
                if not _was_sent_twice(error) or self._waits(change_set):
                    raise
        self._end(change_set)

    def discard_change_set(self, change_set: ChangeSet) -> None:
        """Delete `change_set`, and the stack only if it is still the empty one that waits for review.

        Raises:
            Problem: AWS refused or did not answer, or the change set is being executed.
        """
        name, region = change_set.stack_name, change_set.region
        try:
            with self._writing(f"Discarding the change set of {name}", f"discard the change set of {name}"):
                self._client(region).delete_change_set(ChangeSetName=change_set.arn)
        except Problem as problem:
            if problem.kind is not ProblemKind.NOT_FOUND:
                raise
        stack = self.find(change_set.stack_id, region)
        if stack is not None and stack.status == REVIEW:
            with self._writing(f"Removing the empty stack {name}", f"remove the empty stack {name}"):
                self._client(region).delete_stack(StackName=stack.stack_id)
        self._end(change_set)

    def delete_stack(self, stack: Stack, token: str) -> None:
        """Delete `stack`, which failed or was never made; one that is already gone is left at that.

        Args:
            stack: as it was found; its state is read again first.
            token: with it `read_events` tells how the deletion goes.

        Raises:
            Problem: the stack is at work or sound, or AWS refused or did not answer.
        """
        now = self.find(stack.stack_id, stack.region)
        if now is None:
            return
        if now.status not in LEFTOVERS:
            raise Problem(
                f"The stack {stack.name} is not deleted: it is {now.status}",
                remedy="Only a stack that failed or was never made is deleted here. Look at it again.",
                kind=ProblemKind.CONFLICT,
            )
        change = stack_changes.deletion(stack)
        with self._changing(f"Deleting the stack {stack.name}", f"delete the stack {stack.name}", change):
            self._client(stack.region).delete_stack(StackName=stack.stack_id, ClientRequestToken=token)

    def _create_once(self, plan: StackPlan, name: str) -> tuple[str, str]:
        """Have the change set made, and return its ARN and the stack's id."""
        cloudformation = self._client(plan.region)
        try:
            answer = cloudformation.create_change_set(
                StackName=plan.stack_name,
                ChangeSetName=name,
                ChangeSetType=plan.kind,
                TemplateBody=plan.template_body,
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in plan.parameters.items()],
                Tags=[{"Key": key, "Value": value} for key, value in plan.tags.items()],
                Capabilities=["CAPABILITY_NAMED_IAM"],
                ClientToken=name,
            )
        except cloudformation.exceptions.AlreadyExistsException as error:
            if not _was_sent_twice(error):
                raise
            found = cloudformation.describe_change_set(ChangeSetName=name, StackName=plan.stack_name)
            return found["ChangeSetId"], found["StackId"]
        return answer["Id"], answer["StackId"]

    def _waits(self, change_set: ChangeSet) -> bool:
        """Tell whether the change set was not executed yet."""
        return self.find_change_set(change_set.arn, change_set.stack_id, change_set.region) is not None

    def _end(self, change_set: ChangeSet) -> None:
        """Write down that nothing is left of the change set."""
        self._aws.journal.settle_all(ChangeKind.CHANGE_SET, change_set.name, State.ENDED)

    def _read_former(self, change_set: ChangeSet) -> dict[str, Any] | None:
        """Return the stack as it is before its update; what may not be read is left out, and then not put back."""
        stack = self.find(change_set.stack_id, change_set.region)
        if stack is None:
            return None
        try:
            template = self.read_template(stack.stack_id, stack.region)
        except Problem as problem:
            unless_fatal(problem)
            return stack_changes.former(stack, None)
        return stack_changes.former(stack, template)

    @contextmanager
    def _changing(self, name: str, doing: str, change: JournalChange) -> Iterator[Recording]:
        """Make a change that is written down before and after."""
        aws = self._aws
        with aws.writes.named(name), aws.journal.recording(change) as recording, aws_call(doing, aws):
            yield recording

    @contextmanager
    def _writing(self, name: str, doing: str) -> Iterator[None]:
        with self._aws.writes.named(name), aws_call(doing, self._aws):
            yield


def _was_sent_twice(error: ClientError) -> bool:
    """Tell whether boto3 sent the call again, since the first answer was lost: what is refused then may be done."""
    return bool(error.response.get("ResponseMetadata", {}).get("RetryAttempts"))
