"""The role of a source: found, made or updated by its stack, or left to be made by hand."""

from __future__ import annotations

import difflib

from panther_s3.answers import IamMethod
from panther_s3.applying.context import Context
from panther_s3.applying.documents import leave_role, save_documents
from panther_s3.applying.outcome import Outcome
from panther_s3.applying.stacks import apply_plan, clear_away, refuse_what_is_left, wait_for
from panther_s3.aws.readings import find_role
from panther_s3.aws.roles import Role, Roles
from panther_s3.aws.stacks import Stack, StackPlan, Stacks
from panther_s3.problems import Problem, ProblemKind
from panther_s3.role_changes import as_diff, role_changes
from panther_s3.role_stack import (
    Case,
    Situation,
    differences,
    plan_stack,
    read_situation,
    stack_obstacle,
    with_role_of,
)
from panther_s3.stack_words import case_words
from panther_s3.templates import role_parameters

MOST_LOOKS = 4
"""How often what stands in the way is cleared, or waited for, before that is given up."""


def apply_role(context: Context, outcome: Outcome) -> None:
    """See that the source has its role, as far as that is this run's to do.

    Raises:
        Problem: it cannot be found out, or be made.
    """
    saved = save_documents(context, outcome)
    context.say(outcome, "looking at the role")
    by_stack = context.orders.iam_role is IamMethod.CREATE_STACK
    if by_stack and (obstacle := stack_obstacle(outcome.answers)):
        raise Problem("The role's stack cannot be made", obstacle, kind=ProblemKind.INVALID, speaker="")
    if outcome.is_elsewhere:
        leave_role(context, outcome, saved)
    elif not by_stack or _is_anothers(outcome):
        outcome.role_done = _is_there(context, outcome)
        if not outcome.role_done and by_stack:
            raise _other_name(outcome)
        if not outcome.role_done:
            leave_role(context, outcome, saved)
    else:
        _by_stack(context, outcome)


def _by_stack(context: Context, outcome: Outcome) -> None:
    """Have the role by its stack, looking again once what was in the way is cleared or over."""
    for _ in range(MOST_LOOKS):
        if _settle(context, outcome, read_situation(context.aws, outcome.answers)):
            return
    raise Problem(
        f"What stands under the name {outcome.answers.stack_name} does not come to rest",
        remedy="Look at the stack in CloudFormation, then apply the file again.",
        kind=ProblemKind.CONFLICT,
    )


def _settle(context: Context, outcome: Outcome, situation: Situation) -> bool:
    """Do what the situation asks for, and tell whether that settles it."""
    case, stack, role, answers = situation.case, situation.stack, situation.role, outcome.answers
    if case is Case.BUSY and stack is not None:
        wait_for(context, outcome, stack)
        return False
    if case in (Case.BROKEN, Case.LEFTOVER) and stack is not None:
        if context.may_change:
            clear_away(context, outcome, stack)
            return False
        refuse_what_is_left(context, stack)
        context.plan(outcome, f"the stack {stack.name}", f"{case_words(situation)} It would be deleted first.")
        return _make(context, outcome, None, None)
    if case is Case.ROLE_GONE:
        raise Problem(
            f"The stack {answers.stack_name} is there, but its role is gone",
            case_words(situation),
            "Delete the stack, then apply the file again.",
            ProblemKind.CONFLICT,
            speaker="",
        )
    if case is Case.ROLE_ONLY and role is not None:
        outcome.notes.append(f"{case_words(situation)} It is used as it is: {role.arn}")
        outcome.answers = answers.with_source(log_processing_role_arn=role.arn)
        outcome.role_done = True
        return True
    if case is Case.STACK and stack is not None and role is not None and not differences(role, answers):
        outcome.answers = with_role_of(answers, stack)
        outcome.role_done = True
        return True
    if case is Case.STACK and stack is not None and (problem := _of_another(stack, outcome)) is not None:
        raise problem
    return _make(context, outcome, stack, role)


def _make(context: Context, outcome: Outcome, stack: Stack | None, role: Role | None) -> bool:
    """Make the stack, or update the one that is there, or note that it would be."""
    answers = outcome.answers
    plan = plan_stack(answers, "UPDATE" if stack else "CREATE", stack)
    if not context.may_change:
        where = f"the stack {plan.stack_name} in {plan.region}"
        if stack is not None and role is not None:
            context.plan(outcome, f"{where}, updated", *_compared(context, outcome, stack, role, plan))
        else:
            context.plan(outcome, where, f"Makes {answers.role_arn}.", tuple(plan.template_body.splitlines()))
        return True
    made = apply_plan(context, outcome, plan)
    if made is None and stack is not None:
        outcome.notes.append(
            f"CloudFormation finds nothing to change in {stack.name}: what its role lacks was changed beside the stack."
        )
    at_rest = made or stack
    if at_rest is not None:
        outcome.answers = with_role_of(answers, at_rest)
    outcome.role_done = True
    return True


def _compared(
    context: Context, outcome: Outcome, stack: Stack, role: Role, plan: StackPlan
) -> tuple[str, tuple[str, ...]]:
    """What an update would change: in sentences, statement by statement, and in the template."""
    answers = outcome.answers
    lines = as_diff(role_changes(role, answers)).splitlines()
    try:
        former = Stacks(context.aws).read_template(stack.stack_id, stack.region)
    except Problem as problem:
        lines += ["", f"# the template that is there could not be read: {problem.title}"]
    else:
        lines += ["", "# the template"]
        lines += list(difflib.unified_diff(former.splitlines(), plan.template_body.splitlines(), lineterm=""))[2:]
    return "\n".join(differences(role, answers)), tuple(lines)


def _of_another(stack: Stack, outcome: Outcome) -> Problem | None:
    """Why a stack is not updated: it is another source's, which would lose its role."""
    wanted = role_parameters(outcome.answers.source, outcome.answers.panther, outcome.answers.role_suffix)
    same = ("S3Bucket", "MasterAccountId")
    told = [
        f"{name} is {stack.parameters.get(name) or 'not known'} there, and {wanted[name]} in the file"
        for name in same
        if stack.parameters.get(name) != wanted[name]
    ]
    if not told:
        return None
    return Problem(
        f"The stack {stack.name} is another source's",
        "; ".join(told),
        "Give this source another name, or see to that stack yourself; then apply the file again.",
        ProblemKind.CONFLICT,
        speaker="",
    )


def _is_there(context: Context, outcome: Outcome) -> bool:
    """Tell whether AWS has the role of the source."""
    answers = outcome.answers
    return find_role(Roles(context.aws), answers.with_source(log_processing_role_arn=answers.role_arn)) is not None


def _is_anothers(outcome: Outcome) -> bool:
    """Tell whether the file names a role that our stack does not make."""
    answers = outcome.answers
    named = answers.source.log_processing_role_arn
    return bool(named) and named != answers.expected_role_arn


def _other_name(outcome: Outcome) -> Problem:
    return Problem(
        f"There is no role {outcome.answers.role_arn}",
        f"The stack would make {outcome.answers.expected_role_arn}, and the file names another role.",
        "Leave log_processing_role_arn out, or make that role, then apply the file again.",
        ProblemKind.INVALID,
        speaker="",
    )
