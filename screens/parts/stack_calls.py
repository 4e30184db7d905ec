"""The AWS calls that make a role's stack, each off the UI thread, each posting what AWS answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.aws.stack_reading import request_token
from panther_s3.aws.stacks import ChangeSet, Stack, StackPlan, Stacks
from panther_s3.problems import Problem, ProblemKind
from panther_s3.role_stack import Situation, read_situation
from screens.parts.calls import Calls

WRITE_SECONDS = 20
"""The longest wait for a write that is still under way: longer than its time limits."""
UNUSABLE = (ProblemKind.INVALID, ProblemKind.ACCESS_DENIED)
"""Why a change set will never be executed: CloudFormation refuses it, or the operator may not read it."""


class StackCalls(Calls):
    """Calls AWS for the screen that it stands in; shows nothing itself."""

    @dataclass
    class Looked(Message):
        """What stands under the names of `suffix` is known."""

        suffix: str
        situation: Situation

    @dataclass
    class Created(Message):
        """The change set exists; AWS is checking it."""

        change_set: ChangeSet

    @dataclass
    class Prepared(Message):
        """AWS checked the change set."""

        change_set: ChangeSet

    @dataclass
    class Begun(Message):
        """AWS began to make, change or delete the stack."""

        stack_id: str
        region: str
        token: str
        operation: str
        resources: int | None = None
        """How many resources the change set names."""

    @dataclass
    class Discarded(Message):
        """The change set is gone, and with it the empty stack that it made."""

    @dataclass
    class Refused(Message):
        """A call failed."""

        problem: Problem
        removed: bool = False
        """Whether the change set that was being prepared is gone again."""

    def __init__(self, aws: Aws) -> None:
        super().__init__()
        self._aws, self._stacks = aws, Stacks(aws)

    @work(thread=True, exclusive=True, exit_on_error=False, group="look")
    def look(self, answers: Answers) -> None:
        """Read what stands under the names, once a write of an earlier visit to the step is answered."""
        self._aws.writes.wait(WRITE_SECONDS)
        self._post(lambda: self.Looked(answers.role_suffix, read_situation(self._aws, answers)))

    @work(thread=True, exclusive=True, exit_on_error=False, group="change")
    def prepare(self, plan: StackPlan) -> None:
        """Create the change set of an approved plan, and wait until AWS has checked it or the operator declines."""
        worker = get_current_worker()

        def call() -> Message:
            change_set = self._stacks.create_change_set(plan)
            self.post_message(self.Created(change_set))
            try:
                return self.Prepared(
                    self._stacks.wait_for_change_set(change_set, cancelled=lambda: worker.is_cancelled)
                )
            except Problem as problem:
                if problem.kind not in UNUSABLE:
                    raise
                return self.Refused(problem, removed=self._discarded(change_set))

        self._post(call)

    @work(thread=True, exclusive=True, exit_on_error=False, group="change")
    def execute(self, change_set: ChangeSet) -> None:
        """Execute the change set that was approved."""
        token = request_token()

        def call() -> Message:
            self._stacks.execute_change_set(change_set, token)
            resources = len(change_set.changes)
            return self.Begun(change_set.stack_id, change_set.region, token, change_set.kind, resources)

        self._post(call)

    @work(thread=True, exclusive=True, exit_on_error=False, group="change")
    def discard(self, change_set: ChangeSet) -> None:
        """Delete the change set, and the empty stack that it left."""

        def call() -> Message:
            self._stacks.discard_change_set(change_set)
            return self.Discarded()

        self._post(call)

    @work(thread=True, exclusive=True, exit_on_error=False, group="change")
    def delete(self, stack: Stack) -> None:
        """Delete a stack that failed or was never begun."""
        token = request_token()

        def call() -> Message:
            self._stacks.delete_stack(stack, token)
            return self.Begun(stack.stack_id, stack.region, token, "DELETE")

        self._post(call)

    def _discarded(self, change_set: ChangeSet) -> bool:
        """Remove a change set that can only be discarded, and tell whether that went well."""
        try:
            self._stacks.discard_change_set(change_set)
        except Problem:
            return False
        return True

    def _post(self, call: Callable[[], Message]) -> None:
        """Post what `call` answers, or why it failed; nothing where the next call has taken its place."""
        try:
            message = call()
        except Problem as problem:
            message = self.Refused(problem)
        if not get_current_worker().is_cancelled:
            self.post_message(message)
