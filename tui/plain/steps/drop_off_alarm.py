"""Log drop-off alarm: whether Panther shall tell when no events arrive, and after how long."""

from __future__ import annotations

from dataclasses import replace

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.first_events import alarm_sentence
from panther_s3.flow import Forward, StepResult
from panther_s3.made import with_made
from panther_s3.source_in_panther import set_alarm
from tui.plain.prompts import Choice
from tui.plain.ui import Took, Ui

WITHOUT, SET, TAKE_AWAY, LEAVE = "Go on without", "Set the alarm", "Take the alarm away", "Leave it as it is"

PERIOD_QUESTION = "Period: how is the time without events counted?"


def drop_off_alarm(ui: Ui, answers: Answers) -> StepResult:
    """Ask for the alarm's number and period; set it, where Panther has the source and is reached, else by hand."""
    here = answers.by_api and bool(answers.source_id)
    if here:
        found = _read(ui, answers)
        answers, here = found or answers, found is not None
    questions = [
        lambda said: _on(ui, said),
        lambda said: _period(ui, said),
        lambda said: _number(ui, said, here=here),
    ]
    if here:
        questions.append(lambda said: _set(ui, said))
    said = ui.in_turn(answers, *questions)
    return Forward(with_made(said, ui.connections.journal))


def _read(ui: Ui, answers: Answers) -> Answers | None:
    """Say which alarm Panther has; None where the alarm is to be set by hand, since Panther does not tell."""
    access = ui.connections.panther
    found = ui.attempt(
        "Asking Panther for the alarm that it has…",
        lambda: access.api(answers.api_url).read_alarm(answers.source_id),
        (Choice(WITHOUT, WITHOUT),),
    )
    if isinstance(found, Took):
        return None
    ui.voice.say(alarm_sentence(found))
    return replace(answers, alarm_set=found.minutes if found else None)


def _on(ui: Ui, answers: Answers) -> Answers:
    on = ui.ask.confirm(f"{form.ALARM_ON_QUESTION}?", default=answers.alarm_on, field=form.ALARM_ON.id)
    if not on:
        ui.voice.note("warn", rules.NO_ALARM)
    return replace(answers, alarm_on=on).with_source(drop_off_alarm_minutes=None)


def _period(ui: Ui, answers: Answers) -> Answers:
    if not answers.alarm_on:
        return answers
    choices = [Choice(period, period) for period in rules.PERIODS]
    picked = ui.ask.choose(PERIOD_QUESTION, choices, default=answers.alarm_period, field=form.ALARM_PERIOD.id)
    return replace(answers, alarm_period=picked)


def _number(ui: Ui, answers: Answers, *, here: bool) -> Answers:
    if not answers.alarm_on:
        return answers
    period = answers.alarm_period
    typed = ui.ask.text(form.ALARM_NUMBER, answers.alarm_number, rule=lambda text: rules.alarm_fault(text, period))
    ui.voice.say(rules.alarm_meaning(typed, period, by_hand=not here))
    minutes = rules.alarm_minutes(typed, period)
    return replace(answers, alarm_number=typed).with_source(drop_off_alarm_minutes=minutes)


def _set(ui: Ui, answers: Answers) -> Answers:
    """Set the alarm, or take it away, where it is not as it shall be and the operator agrees."""
    wanted = answers.source.drop_off_alarm_minutes
    if wanted == answers.alarm_set:
        return answers
    way = TAKE_AWAY if wanted is None else SET
    if ui.ask.choose("In Panther?", [Choice(way, way), Choice(LEAVE, LEAVE)], approves=True) == LEAVE:
        return answers
    access = ui.connections.panther
    words = "Taking the alarm away…" if wanted is None else "Setting the alarm…"
    found = ui.attempt(words, lambda: set_alarm(access, answers), (Choice(WITHOUT, WITHOUT),))
    if isinstance(found, Took):
        return answers
    ui.voice.note("ok", alarm_sentence(found))
    return replace(answers, alarm_set=found.minutes if found else None)
