"""Panther's side of a source, where its API is at hand: the source itself, and its drop-off alarm."""

from __future__ import annotations

import json
from dataclasses import fields, replace

from panther_s3.applying.context import Context
from panther_s3.applying.outcome import Outcome
from panther_s3.handwork import HandStep, source_form
from panther_s3.panther_api.model import PantherSource, comparable
from panther_s3.problems import Problem, ProblemKind
from panther_s3.rules import alarm_words
from panther_s3.source import S3Source
from panther_s3.source_file import source_document
from panther_s3.source_in_panther import make_source, read_plan, set_alarm
from panther_s3.source_plan import SourceAct


def apply_source(context: Context, outcome: Outcome) -> None:
    """See that Panther has the source; without its role, which Panther would not get in by, it is left for later.

    Raises:
        Problem: another source is in the way, or Panther refused or did not answer.
    """
    if not (outcome.role_done or outcome.role_is_given) and context.may_change:
        waits = "It waits for the role. Apply the file again once that is there."
        outcome.left.append(HandStep("Have the source made in Panther", (waits,)))
        return
    context.say(outcome, "looking at what Panther has")
    plan = read_plan(context.access, outcome.answers, anew=False)
    if plan.obstacle is not None:
        raise plan.obstacle
    if plan.shown is not None and (unnamed := _unnamed(outcome, plan.shown.source, plan.wanted)):
        raise _would_be_lost(plan.shown, unnamed)
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
    if wanted == there or (wanted is None and "drop_off_alarm_minutes" not in outcome.named):
        return  # what the file does not speak of stays
    if not context.may_change:
        was, shall = (alarm_words(each) if each else "none" for each in (there, wanted))
        context.plan(outcome, "the drop-off alarm", f"It is {was}, and shall be {shall}.")
        return
    context.say(outcome, "setting the drop-off alarm" if wanted else "taking the drop-off alarm away")
    made = set_alarm(context.access, outcome.answers)
    outcome.answers = replace(outcome.answers, alarm_set=made.minutes if made else None)


def _unnamed(outcome: Outcome, there: S3Source, wanted: S3Source) -> list[str]:
    """The keys that the file leaves out though Panther has something else than their default."""
    before, after = comparable(there), comparable(wanted)
    return [
        name
        for name in (each.name for each in fields(S3Source))
        if getattr(before, name) != getattr(after, name) and name not in outcome.named
    ]


def _would_be_lost(shown: PantherSource, unnamed: list[str]) -> Problem:
    has = source_document(shown.source)
    return Problem(
        f"Panther's source {shown.source.name} has what the file leaves out",
        "\n".join(f"{name}: {json.dumps(has.get(name))}" for name in unnamed),
        "Name these keys in the file, as Panther has them or as they shall be; then apply it again.",
        ProblemKind.CONFLICT,
        speaker="",
    )
