"""The AWS calls that make a role's stack, each off the UI thread, each posting what AWS answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import ChangeSet, Stack, StackPlan, Stacks
from panther_s3.problems import Problem
from panther_s3.role_stack import Situation, read_situation
from panther_s3.stack_work import Begun, NotPrepared, delete, execute, prepare
from screens.parts.calls import Calls

WRITE_SECONDS = 20
"""The longest wait for a write that is still under way: longer than its time limits."""


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

        work: Begun

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
            try:
                return self.Prepared(
                    prepare(
                        self._stacks,
                        plan,
                        created=lambda change_set: self.post_message(self.Created(change_set)),
                        cancelled=lambda: worker.is_cancelled,
                    )
                )
            except NotPrepared as refused:
                return self.Refused(refused.problem, removed=refused.left is None)

        self._post(call)

    @work(thread=True, exclusive=True, exit_on_error=False, group="change")
    def execute(self, change_set: ChangeSet) -> None:
        """Execute the change set that was approved."""
        self._post(lambda: self.Begun(execute(self._stacks, change_set)))

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
        self._post(lambda: self.Begun(delete(self._stacks, stack)))

    def _post(self, call: Callable[[], Message]) -> None:
        """Post what `call` answers, or why it failed; nothing where the next call has taken its place."""
        try:
            message = call()
        except Problem as problem:
            message = self.Refused(problem)
        if not get_current_worker().is_cancelled:
            self.post_message(message)
