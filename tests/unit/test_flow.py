"""Which step follows which."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panther_s3.answers import Answers, IamMethod
from panther_s3.flow import STAGES, Back, Done, Forward, GoTo, Step, next_step, route, stage_of, stages

BEFORE = [Step.WELCOME, Step.BUCKET_DETAILS, Step.IAM_METHOD]
AFTER = [Step.ROLE_ARN, Step.VALIDATION, Step.NOTIFICATIONS, Step.VALIDATION_AGAIN, Step.DROP_OFF_ALARM, Step.FINISH]
ROUTES = {
    IamMethod.CREATE_STACK: [*BEFORE, Step.CREATE_STACK, *AFTER],
    IamMethod.CONSOLE_UI: [*BEFORE, Step.CONSOLE_UI, *AFTER],
    IamMethod.TEMPLATE_FILE: [*BEFORE, Step.TEMPLATE_FILE, *AFTER],
    IamMethod.MANUAL: [*BEFORE, Step.MANUAL_ROLE, *AFTER],
    None: [*BEFORE, *AFTER],
}


@pytest.mark.parametrize("method", ROUTES)
def test_forward_leads_through_every_step_and_ends(method: IamMethod | None) -> None:
    answers = Answers(iam_method=method)
    walked: list[Step] = []
    step: Step | None = Step.WELCOME
    while step is not None:
        walked.append(step)
        step = next_step(step, Forward(answers))

    assert walked == ROUTES[method] == list(route(answers))


@pytest.mark.parametrize("method", ROUTES)
def test_back_leads_through_the_same_steps_to_the_start_and_stays_there(method: IamMethod | None) -> None:
    answers = Answers(iam_method=method)
    walked = [Step.FINISH]
    while walked[-1] is not Step.WELCOME:
        step = next_step(walked[-1], Back(answers))
        assert step is not None
        walked.append(step)

    assert walked == list(reversed(ROUTES[method]))
    assert next_step(Step.WELCOME, Back(answers)) is Step.WELCOME


def test_the_method_chosen_on_the_step_itself_decides_the_next() -> None:
    chosen = replace(Answers(), iam_method=IamMethod.TEMPLATE_FILE)

    assert next_step(Step.IAM_METHOD, Forward(chosen)) is Step.TEMPLATE_FILE


@pytest.mark.parametrize("old", [Step.CREATE_STACK, Step.CONSOLE_UI, Step.TEMPLATE_FILE])
def test_a_way_that_is_no_longer_chosen_counts_as_the_choice(old: Step) -> None:
    answers = Answers(iam_method=IamMethod.MANUAL)

    assert next_step(old, Forward(answers)) is Step.MANUAL_ROLE
    assert next_step(old, Back(answers)) is Step.BUCKET_DETAILS


@pytest.mark.parametrize("target", Step)
@pytest.mark.parametrize("step", [Step.WELCOME, Step.VALIDATION, Step.FINISH])
def test_a_screen_may_jump_anywhere(step: Step, target: Step) -> None:
    assert next_step(step, GoTo(target, Answers())) is target


@pytest.mark.parametrize("step", Step)
def test_done_ends_from_anywhere(step: Step) -> None:
    assert next_step(step, Done(Answers())) is None


def test_every_step_belongs_to_one_stage() -> None:
    belonging = [step for _, steps in STAGES for step in steps]

    assert sorted(belonging, key=str) == sorted(Step, key=str)


@pytest.mark.parametrize("by_api", [False, True])
@pytest.mark.parametrize("source_id", ["", "opened"])
@pytest.mark.parametrize("method", [None, *IamMethod])
def test_stages_follow_one_another_along_every_route(method: IamMethod | None, source_id: str, by_api: bool) -> None:
    answers = Answers(iam_method=method, by_api=by_api, source_id=source_id)
    order = [name for name, _ in STAGES]
    passed = [stage_of(step) for step in route(answers)]

    assert passed == sorted(passed, key=order.index)
    assert tuple(dict.fromkeys(passed)) == stages(answers)
    assert ("Source" in passed) is by_api


def test_the_source_is_in_panther_before_anybody_subscribes() -> None:
    steps = route(Answers(iam_method=IamMethod.CREATE_STACK, by_api=True))

    assert steps.index(Step.VALIDATION) < steps.index(Step.PANTHER_SOURCE) < steps.index(Step.NOTIFICATIONS)


def test_an_opened_source_comes_with_its_role_until_another_is_wanted() -> None:
    opened = Answers(source_id="opened", by_api=True)

    assert next_step(Step.BUCKET_DETAILS, Forward(opened)) is Step.ROLE_ARN
    assert next_step(Step.VALIDATION, GoTo(Step.IAM_METHOD, opened)) is Step.IAM_METHOD
    assert next_step(Step.IAM_METHOD, Back(opened)) is Step.BUCKET_DETAILS
    chosen = Answers(source_id="opened", by_api=True, iam_method=IamMethod.MANUAL)
    assert next_step(Step.IAM_METHOD, Forward(chosen)) is Step.MANUAL_ROLE


def test_a_step_that_is_no_longer_on_the_way_is_left_for_its_neighbours() -> None:
    without = Answers(iam_method=IamMethod.CREATE_STACK)

    assert next_step(Step.PANTHER_SOURCE, Forward(without)) is Step.NOTIFICATIONS
    assert next_step(Step.PANTHER_SOURCE, Back(without)) is Step.ROLE_ARN
