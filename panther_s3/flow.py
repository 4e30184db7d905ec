"""The steps of the onboarding, and which comes next: pure, shared by every face of the program."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from panther_s3.answers import Answers, IamMethod


class Step(enum.Enum):
    """One step of the onboarding; one screen each."""

    WELCOME = "welcome"
    BUCKET_DETAILS = "bucket_details"
    IAM_METHOD = "iam_method"
    CREATE_STACK = "create_stack"
    CONSOLE_UI = "console_ui"
    TEMPLATE_FILE = "template_file"
    MANUAL_ROLE = "manual_role"
    ROLE_ARN = "role_arn"
    VALIDATION = "validation"
    PANTHER_SOURCE = "panther_source"
    NOTIFICATIONS = "notifications"
    VALIDATION_AGAIN = "validation_again"
    DROP_OFF_ALARM = "drop_off_alarm"
    FINISH = "finish"


@dataclass(frozen=True)
class Forward:
    """The step is done: go to the next one with these answers."""

    answers: Answers


@dataclass(frozen=True)
class Back:
    """Return to the step before; what was typed goes along, valid or not."""

    answers: Answers


@dataclass(frozen=True)
class GoTo:
    """Jump to a step named by the screen, such as "Try configuring the IAM role again"."""

    step: Step
    answers: Answers


@dataclass(frozen=True)
class Done:
    """The onboarding is over."""

    answers: Answers


StepResult = Forward | Back | GoTo | Done

STEP_OF_METHOD = {
    IamMethod.CREATE_STACK: Step.CREATE_STACK,
    IamMethod.CONSOLE_UI: Step.CONSOLE_UI,
    IamMethod.TEMPLATE_FILE: Step.TEMPLATE_FILE,
    IamMethod.MANUAL: Step.MANUAL_ROLE,
}

STAGES: tuple[tuple[str, frozenset[Step]], ...] = (
    ("Start", frozenset({Step.WELCOME})),
    ("Bucket", frozenset({Step.BUCKET_DETAILS})),
    ("Role", frozenset({Step.IAM_METHOD, *STEP_OF_METHOD.values(), Step.ROLE_ARN})),
    ("Check", frozenset({Step.VALIDATION})),
    ("Source", frozenset({Step.PANTHER_SOURCE})),
    ("Notify", frozenset({Step.NOTIFICATIONS, Step.VALIDATION_AGAIN})),
    ("Alarm", frozenset({Step.DROP_OFF_ALARM})),
    ("Finish", frozenset({Step.FINISH})),
)
"""The stages that the step header names, each with the steps that belong to it."""


def stages(answers: Answers) -> tuple[str, ...]:
    """Return the names of the stages that these answers lead through."""
    steps = set(route(answers))
    return tuple(name for name, belonging in STAGES if belonging & steps)


def route(answers: Answers) -> tuple[Step, ...]:
    """Return every step that these answers lead through, in order."""
    chosen = (STEP_OF_METHOD[answers.iam_method],) if answers.iam_method else ()
    # a source that Panther has comes with its role: another way of making it is chosen where the checks want it
    role = () if answers.source_id and not chosen else (Step.IAM_METHOD, *chosen)
    # before the subscription: Panther confirms it only where a source of the topic's account exists
    in_panther = (Step.PANTHER_SOURCE,) if answers.by_api else ()
    return (
        Step.WELCOME,
        Step.BUCKET_DETAILS,
        *role,
        Step.ROLE_ARN,
        Step.VALIDATION,
        *in_panther,
        Step.NOTIFICATIONS,
        Step.VALIDATION_AGAIN,
        Step.DROP_OFF_ALARM,
        Step.FINISH,
    )


def next_step(step: Step, result: StepResult) -> Step | None:
    """Return the step that follows `step` after `result`; None when the onboarding is over.

    Back from the first step stays there; Forward from the last one ends.
    """
    match result:
        case Done():
            return None
        case GoTo(step=target):
            return target
        case Back(answers=answers):
            steps = route(answers)
            return steps[max(0, _place(step, steps) - 1)]
        case Forward(answers=answers):
            steps = route(answers)
            following = _place(step, steps) + 1
            return steps[following] if following < len(steps) else None


def stage_of(step: Step) -> str:
    """Return the name of the stage that `step` belongs to."""
    return next(name for name, steps in STAGES if step in steps)


def _place(step: Step, steps: tuple[Step, ...]) -> int:
    """The place of `step`; one that is no longer on the way counts as the one that it is left for."""
    if step in steps:
        return steps.index(step)
    if step is Step.PANTHER_SOURCE:
        return steps.index(Step.VALIDATION)
    return steps.index(Step.IAM_METHOD if Step.IAM_METHOD in steps else Step.ROLE_ARN)
