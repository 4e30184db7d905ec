"""The topic, made by a stack: what exists, the plan, the change set, and the stack at work until it gives the topic."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from panther_s3 import form_words as form
from panther_s3.answers import Answers
from panther_s3.aws.permissions import refused_topic_actions
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import StackPlan, Stacks
from panther_s3.handwork import delete_stack_values
from panther_s3.panther import DEFAULT_TOPIC
from panther_s3.policies import to_json, topic_key_statement, topic_policy
from panther_s3.problems import Problem
from panther_s3.stack_words import NO_TOPIC_NAME, TOPIC_LEFTOVER
from panther_s3.stack_work import Begun, delete
from panther_s3.topic_stack import (
    OUTPUT,
    TopicCase,
    TopicSituation,
    plan_topic_stack,
    read_topic_situation,
    topic_name_fault,
    topic_plan_lead,
)
from tui.plain import stack_making
from tui.plain.prompts import Choice, WentBack
from tui.plain.saving import save
from tui.plain.ui import Took, Ui

CREATE, TEMPLATE, SAVE = "Create the change set", "Show the template", "Save the template…"
RENAME = "Another name"
USE, DELETE, LOOK, CLOSE = "Use this topic", "Delete that stack", "Look again", "Close"


@dataclass(frozen=True)
class Named:
    """What is wanted: the topic's name."""

    name: str = DEFAULT_TOPIC


def make_topic(ui: Ui, aws: Aws, answers: Answers) -> str | None:
    """Make the topic, or take one that is there, and return its ARN; None where none was made.

    Raises:
        WentBack: the operator goes back; a change set that is not executed is discarded.
        Problem: AWS refused or did not answer.
    """
    name = DEFAULT_TOPIC
    while True:
        look = partial(read_topic_situation, aws, answers, name)
        situation = ui.attempt("Looking for a topic and a stack of this name…", look, (Choice(CLOSE, CLOSE),))
        if isinstance(situation, Took):
            return None
        taken = _take(ui, aws, answers, situation, name)
        if taken is None:
            return None
        if isinstance(taken, Named):
            name = taken.name
        elif taken != LOOK:
            return taken


def _take(ui: Ui, aws: Aws, answers: Answers, situation: TopicSituation, name: str) -> str | Named | None:
    """Ask what is done with what stands there, and do it; gives the topic, another name, LOOK, or None to leave."""
    case, stack, told = situation.case, situation.stack, " ".join(situation.obstacles())
    stacks = Stacks(aws)
    if case is TopicCase.BUSY and stack is not None:
        return _follow(ui, stacks, Begun.found(stack))
    if case in (TopicCase.TOPIC_ONLY, TopicCase.STACK) and situation.topic is not None:
        more = " Its topic can be used for this bucket." if case is TopicCase.STACK else ""
        ways = (USE, RENAME) if case is TopicCase.TOPIC_ONLY else (USE,)
        taken = ui.ask.choose(f"{told}{more}", [Choice(way, way) for way in ways])
        return situation.topic.arn if taken == USE else _rename(ui, name)
    if case in (TopicCase.BROKEN, TopicCase.LEFTOVER) and stack is not None:
        ui.ask.choose(told or TOPIC_LEFTOVER, [Choice(DELETE, DELETE)], approves=True)
        begun = stack_making.make_known(ui, "Asking AWS to delete the stack…", partial(delete, stacks, stack))
        return LOOK if begun is None else _follow(ui, stacks, begun)
    if case is TopicCase.TOPIC_GONE and stack is not None:
        ui.voice.say(f"{told} Its topic is gone. To make it again, delete the stack first:")
        ui.voice.values(delete_stack_values(answers, stack.region, stack.name))
        return ui.ask.choose("What now?", [Choice(LOOK, LOOK)])
    if not situation.free_name:
        return ui.ask.choose(f"{told} {NO_TOPIC_NAME}", [Choice(LOOK, LOOK)])
    return _plan(ui, aws, answers, situation, name)


def _rename(ui: Ui, name: str) -> Named:
    hint = "Another name, for a new topic of its own."
    return Named(ui.ask.text(form.TOPIC_NAME, name, rule=topic_name_fault, hint=hint))


def _plan(ui: Ui, aws: Aws, answers: Answers, situation: TopicSituation, name: str) -> str | Named | None:
    """Ask for the key, show the template, and have the change set made once that is approved."""
    with_key = True
    while True:
        ui.voice.blank()
        ui.voice.say(form.TOPIC_KEY_HINT)
        with_key = ui.ask.confirm(f"{form.TOPIC_KEY_QUESTION}?", default=with_key)
        plan = plan_topic_stack(answers, name, with_key=with_key, stack_name=situation.free_name)
        for told in situation.obstacles(with_key=with_key):
            ui.voice.note("warn", told)
        _show(ui, aws, answers, plan, name, with_key=with_key)
        with suppress(WentBack):  # to the key
            return _take_plan(ui, aws, plan, name)


def _show(ui: Ui, aws: Aws, answers: Answers, plan: StackPlan, name: str, *, with_key: bool) -> None:
    """Print what the stack makes, and who may use that."""
    refused = ui.wait("Looking what your identity is allowed…", lambda: refused_topic_actions(aws, answers, plan))
    if refused:
        ui.voice.note("warn", f"AWS would refuse it: your identity is not allowed {', '.join(refused)}.")
    ui.voice.say(f"The topic {name}, by the stack {plan.stack_name} in {plan.region}.")
    ui.voice.say(topic_plan_lead(answers))
    topic = answers.topic_arn.rsplit(":", 1)[0] + f":{name}"
    ui.voice.section("Who may use the topic")
    ui.voice.document(to_json(topic_policy(topic, answers.source, answers.panther, answers.partition)))
    if with_key:
        ui.voice.section("Who may use its key, beside the account itself")
        ui.voice.document(to_json(topic_key_statement(answers.source, answers.partition)))


def _take_plan(ui: Ui, aws: Aws, plan: StackPlan, name: str) -> str | Named | None:
    """Ask what is done with the plan, and do it.

    Raises:
        WentBack: the operator wants another plan.
    """
    choices = [Choice(way, way) for way in (CREATE, TEMPLATE, SAVE, RENAME)]
    while True:
        taken = ui.ask.choose("Have AWS check this? Nothing is made by that yet.", choices, approves=True)
        if taken == RENAME:
            return _rename(ui, name)
        if taken == CREATE:
            with suppress(WentBack):  # to the plan
                return _make(ui, Stacks(aws), plan)
        elif taken == TEMPLATE:
            ui.voice.document(plan.template_body)
        else:
            save(ui, f"{plan.stack_name}.yml", plan.template_body)


def _make(ui: Ui, stacks: Stacks, plan: StackPlan) -> str | None:
    """Have the change set made, shown, and executed where the operator agrees."""
    change_set = stack_making.review(ui, stacks, plan)
    if change_set is None:
        return None
    try:
        begun = stack_making.carry_out(ui, stacks, change_set)
    except Problem:
        return LOOK
    return _follow(ui, stacks, begun)


def _follow(ui: Ui, stacks: Stacks, begun: Begun) -> str | None:
    """Print the stack's events until it is at rest, and return its topic; LOOK where it is to be looked at again."""
    ended = stack_making.watch(ui, stacks, begun)
    if ended is None:
        return None
    if ended.progress.succeeded and ended.stack is not None:
        return ended.stack.outputs.get(OUTPUT) or LOOK
    return LOOK
