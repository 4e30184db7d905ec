"""Panther's side of a source, where its API is at hand: the source itself, and its drop-off alarm."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.applying.context import Context
from panther_s3.applying.outcome import Outcome
from panther_s3.handwork import HandStep, source_form
from panther_s3.rules import alarm_words
from panther_s3.source_in_panther import make_source, read_plan, set_alarm
from panther_s3.source_plan import SourceAct


def apply_source(context: Context, outcome: Outcome) -> None:
    """See that Panther has the source; without its role, which Panther would not get in by, it is left for later.

    Raises:
        Problem: another source is in the way, or Panther refused or did not answer.
    """
    if not outcome.role_done and context.may_change:
        waits = "It waits for the role. Apply the file again once that is there."
        outcome.left.append(HandStep("Have the source made in Panther", (waits,)))
        return
    context.say(outcome, "looking at what Panther has")
    plan = read_plan(context.access, outcome.answers)
    if plan.obstacle is not None:
        raise plan.obstacle
    outcome.notes += plan.notes
    if plan.act is SourceAct.NOTHING:
        outcome.answers = replace(outcome.answers, source_id=plan.shown.id if plan.shown else "")
    elif context.may_change:
        creates = plan.act is SourceAct.CREATE
        context.say(outcome, f"{'creating' if creates else 'updating'} the source in Panther")
        made = make_source(context.access, outcome.answers, plan)
        outcome.answers = replace(outcome.answers, source_id=made.id)
    else:
        form = tuple(f"{value.label}: {value.value}" for value in source_form(plan.wanted))
        if plan.shown is not None:
            outcome.answers = replace(outcome.answers, source_id=plan.shown.id)
        context.plan(outcome, "the source in Panther", plan.summary, plan.difference or form)


def apply_alarm(context: Context, outcome: Outcome) -> None:
    """See that the source has the drop-off alarm that the file says, or none.

    Raises:
        Problem: Panther refused or did not answer.
    """
    answers, wanted = outcome.answers, outcome.answers.source.drop_off_alarm_minutes
    if not answers.source_id:
        return
    context.say(outcome, "looking at the drop-off alarm")
    found = context.access.api(answers.api_url).read_alarm(answers.source_id)
    there = found.minutes if found else None
    outcome.answers = replace(answers, alarm_set=there)
    if wanted == there:
        return
    if not context.may_change:
        was, shall = (alarm_words(each) if each else "none" for each in (there, wanted))
        context.plan(outcome, "the drop-off alarm", f"It is {was}, and shall be {shall}.")
        return
    context.say(outcome, "setting the drop-off alarm" if wanted else "taking the drop-off alarm away")
    made = set_alarm(context.access, outcome.answers)
    outcome.answers = replace(outcome.answers, alarm_set=made.minutes if made else None)
