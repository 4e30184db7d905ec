"""Create the stack: what exists, the plan, the change set, and the stack at work until it gives the role."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.aws.stacks import ChangeSet, Stack, Stacks
from panther_s3.flow import Forward, StepResult
from panther_s3.handwork import delete_stack_values
from panther_s3.policies import role_policy, to_json, trust_policy
from panther_s3.problems import Problem, ProblemKind
from panther_s3.role_changes import as_diff, role_changes
from panther_s3.role_stack import (
    Case,
    Situation,
    differences,
    plan_stack,
    read_situation,
    with_begun,
    with_role_of,
    without_stack,
)
from panther_s3.role_ways import template_of
from panther_s3.stack_words import ENOUGH, REMAKE, case_words
from panther_s3.stack_work import Begun, Ended, delete
from tui.plain import stack_making
from tui.plain.prompts import Choice, WentBack
from tui.plain.saving import save
from tui.plain.ui import Leave, Ui

CREATE, UPDATE, USE = "Create the change set", "Update the stack", "Use this role"
TEMPLATE, SAVE, LEAVE = "Show the template", "Save the template…", "Leave it as it is"
RENAME, LOOK, DELETE, LEFTOVER = "Another name", "Look again", "Delete the failed stack", "Remove the leftover"


def create_stack(ui: Ui, answers: Answers) -> StepResult:
    """Make the role by a stack: the plan is approved before anything is sent, the change set before it is executed."""
    return _Making(ui, answers).until_there_is_a_role()


class _Making:
    """The making of one role's stack."""

    def __init__(self, ui: Ui, answers: Answers) -> None:
        self._ui, self._answers = ui, answers
        self._aws = ui.connections.of(answers)
        self._stacks = Stacks(self._aws)

    def until_there_is_a_role(self) -> StepResult:
        """Look what stands there and do what the operator chooses, until that leads on.

        Raises:
            WentBack: the operator goes back to the choice of ways.
        """
        while True:
            situation = self._look()
            if situation is None:
                continue
            if situation.case is Case.NOTHING:
                self._plan(None, None)
            elif situation.case is Case.BUSY and situation.stack is not None:
                self._follow(Begun.found(situation.stack), situation.stack)
            else:
                self._show(situation)
                self._take(situation)

    def _look(self) -> Situation | None:
        """What stands under the names; None where another name is to be looked at."""
        answers = self._answers
        self._ui.voice.say(f"{answers.role_name}, by the stack {answers.stack_name} in {answers.region_of_bucket}")
        found = self._ui.attempt(
            "Looking for a role and a stack of this name…",
            partial(read_situation, self._aws, answers),
            (Choice(RENAME, RENAME),),
            back="Back, to the other ways",
        )
        if isinstance(found, Situation):
            return found
        self._rename()
        return None

    def _show(self, situation: Situation) -> None:
        """Say what stands there, how its role falls short, and whom it trusts."""
        voice, role = self._ui.voice, situation.role
        voice.note("warn", case_words(situation))
        if situation.case is Case.ROLE_GONE and situation.stack is not None:
            voice.say(REMAKE)
            voice.values(delete_stack_values(self._answers, situation.stack.region, situation.stack.name))
        if role is not None:
            voice.document(role.arn)
            found = differences(role, self._answers)
            for line in found:
                voice.note("fail", line)
            if not found:
                voice.note("ok", ENOUGH)
            voice.section("Its trust policy")
            voice.document(json.dumps(role.trust, indent=2))

    def _take(self, situation: Situation) -> None:
        """Ask what is done with what stands there, and do it."""
        role, stack, case = situation.role, situation.stack, situation.case
        ways: list[str] = []
        if case is Case.STACK and role is not None and differences(role, self._answers):
            ways = [UPDATE, USE]
        elif case is Case.STACK:
            ways = [USE, UPDATE]
        elif case is Case.ROLE_ONLY:
            ways = [USE]
        elif case in (Case.BROKEN, Case.LEFTOVER):
            ways = [DELETE if case is Case.BROKEN else LEFTOVER]
        choices = [Choice(way, way) for way in (*ways, RENAME, LOOK)]
        taken = self._ui.ask.choose("What now?", choices, back="Back, to the other ways", approves=True)
        if taken == RENAME:
            self._rename()
        elif taken == USE and stack is not None and case is Case.STACK:
            raise Leave(Forward(with_role_of(self._answers, stack)))
        elif taken == USE and role is not None:
            raise Leave(Forward(self._answers.with_source(log_processing_role_arn=role.arn)))
        elif taken == UPDATE:
            self._plan(situation, stack)
        elif taken != LOOK and stack is not None:
            self._delete(stack)

    def _rename(self) -> None:
        """Ask for another suffix."""
        try:
            typed = self._ui.ask.text(form.SUFFIX, self._answers.role_suffix, rule=rules.role_suffix_fault)
        except WentBack:
            return
        self._answers = replace(self._answers, suffix="" if typed == self._answers.source.suffix else typed)
        self._ui.draft(self._answers)

    def _plan(self, existing: Situation | None, stack: Stack | None) -> None:
        """Show every statement that the role will have, ask, and have the change set made."""
        ui, answers = self._ui, self._answers
        if existing is not None and existing.role is not None:
            for problem in existing.role.unread:
                ui.voice.note("unknown", f"Not compared: {problem.title}")
            ui.voice.section("What changes")
            ui.voice.diff(as_diff(role_changes(existing.role, answers)).splitlines())
        ui.voice.section("What the role may do")
        ui.voice.document(to_json(role_policy(answers.source, answers.partition)))
        ui.voice.section("Who may assume it")
        ui.voice.document(to_json(trust_policy(answers.panther)))
        other = LEAVE if existing is not None else RENAME
        choices = [Choice(way, way) for way in (CREATE, TEMPLATE, SAVE, other)]
        while True:
            taken = ui.ask.choose(
                "Have AWS check this? Nothing is made by that yet.",
                choices,
                back="Back, to the other ways",
                approves=True,
            )
            if taken == CREATE:
                if self._review(stack):
                    return
                continue
            template = template_of(answers)
            if taken == TEMPLATE:
                ui.voice.document(template.text)
            elif taken == SAVE:
                save(ui, template.file_name, template.text)
            else:
                if taken == RENAME:
                    self._rename()
                return

    def _review(self, stack: Stack | None) -> bool:
        """Have the change set of the plan made, shown, and executed where the operator agrees.

        Returns:
            Whether that is all of the plan; else the operator goes back to it.
        """
        ui = self._ui
        plan = plan_stack(self._answers, "CREATE" if stack is None else "UPDATE", stack)
        try:
            change_set = stack_making.review(ui, self._stacks, plan)
        except Problem as problem:
            ui.voice.problem(problem)
            return True
        except WentBack:
            return False
        if change_set is not None:
            self._execute(change_set, stack)
        return True

    def _execute(self, change_set: ChangeSet, stack: Stack | None) -> None:
        """Execute the change set; it is on record from now on, since AWS may do it though its answer is lost."""
        before = self._answers
        self._answers = with_begun(before, change_set, stack)
        try:
            begun = stack_making.carry_out(self._ui, self._stacks, change_set)
        except Problem as problem:
            if problem.kind is not ProblemKind.NETWORK:  # else AWS may have begun
                self._answers = before
            return
        self._follow(begun, stack)

    def _delete(self, stack: Stack) -> None:
        """Delete the stack that is in the way."""
        begun = stack_making.make_known(
            self._ui, "Asking AWS to delete the stack…", partial(delete, self._stacks, stack)
        )
        if begun is not None:
            self._follow(begun, stack)

    def _follow(self, begun: Begun, stack: Stack | None) -> None:
        """Print the stack's events until it is at rest; one that is made gives its role and ends the step."""
        ended = stack_making.watch(self._ui, self._stacks, begun)
        if ended is None:
            raise WentBack
        if ended.operation == "DELETE" and ended.stack is None:
            if stack is not None:
                self._answers = without_stack(self._answers, stack)
        elif ended.progress.succeeded and ended.stack is not None:
            self._made(ended)

    def _made(self, ended: Ended) -> None:
        assert ended.stack is not None, "a stack that is made is there"
        answers = with_role_of(self._answers, ended.stack)
        self._ui.voice.note("ok", f"Role ARN: {answers.source.log_processing_role_arn}")
        raise Leave(Forward(answers))
