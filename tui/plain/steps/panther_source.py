"""The source in Panther: what it is sent, to approve; created or updated before anybody subscribes to anything."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.answers import Answers
from panther_s3.flow import Forward, StepResult
from panther_s3.handwork import source_form
from panther_s3.made import with_made
from panther_s3.panther_api.errors import Unclear
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source_in_panther import make_source, read_plan
from panther_s3.source_plan import SourceAct, SourcePlan
from tui.plain.prompts import Choice
from tui.plain.ui import Leave, Took, Ui

WITHOUT, LOOK, CONNECT, RIVAL = "Go on without", "Look again", "Address and token…", "Open that source"


def panther_source(ui: Ui, answers: Answers) -> StepResult:
    """Show what Panther is sent, and have it create or update the source once approved."""
    if not answers.by_api:  # it was declined from here
        return Forward(_gathered(ui, answers))
    while True:
        plan = _read(ui, answers)
        if answers.source_id and plan.shown is None:  # somebody deleted it
            answers = replace(answers, source_id="", alarm_set=None)
        _show(ui, plan)
        act = "Continue" if plan.act is SourceAct.NOTHING else plan.act.value
        forward = () if plan.obstacle is not None else (Choice("do", act),)
        without = plan.obstacle is not None or plan.act is not SourceAct.NOTHING
        rest = (*((RIVAL,) if plan.rival else ()), *((WITHOUT,) if without else ()), LOOK, CONNECT)
        choices = [*forward, *(Choice(each, each) for each in rest)]
        taken = ui.ask.choose(
            "What now?",
            choices,
            field=("", "connect", *(("open-rival",) if plan.rival else ())),
            approves=True,
        )
        if taken == WITHOUT:
            return Forward(_gathered(ui, answers))
        if taken == CONNECT:
            ui.connect()
        elif taken == RIVAL and plan.rival is not None:
            ui.open_source(answers, plan.rival.id)
        elif taken == "do":
            made = _make(ui, answers, plan)
            if made is not None:
                return Forward(made)


def _read(ui: Ui, answers: Answers) -> SourcePlan:
    """What is to be done in Panther; who goes on without it leaves the step."""
    access = ui.connections.panther
    found = ui.attempt("Looking at what Panther has…", lambda: read_plan(access, answers), (Choice(WITHOUT, WITHOUT),))
    if isinstance(found, Took):
        raise Leave(Forward(_gathered(ui, answers)))
    return found


def _show(ui: Ui, plan: SourcePlan) -> None:
    """Print the form that Panther is sent, or the difference, and what to know of it."""
    ui.voice.say(plan.summary)
    if plan.obstacle is not None:
        ui.voice.problem(plan.obstacle)
    for note in plan.notes:
        ui.voice.note("warn", note)
    if plan.act is SourceAct.UPDATE:
        ui.voice.diff(plan.difference)
    elif plan.obstacle is None:
        ui.voice.values(source_form(plan.wanted))


def _make(ui: Ui, answers: Answers, plan: SourcePlan) -> Answers | None:
    """Do what was approved; None where Panther did not, and it is to be looked at again."""
    access = ui.connections.panther
    if plan.act is SourceAct.NOTHING:
        return replace(_gathered(ui, answers), source_id=plan.shown.id if plan.shown else "")
    words = "Creating the source…" if plan.act is SourceAct.CREATE else "Updating the source…"
    try:
        source = ui.wait(words, lambda: make_source(access, answers, plan))
    except Problem as problem:
        ui.voice.problem(problem)
        if problem.kind is not ProblemKind.CONFLICT:
            unclear = isinstance(problem, Unclear)
            ui.voice.say("Whether Panther did it is not known." if unclear else "Nothing was changed in Panther.")
        if ui.ask.choose("What now?", [Choice(LOOK, LOOK), Choice(WITHOUT, WITHOUT)], default=LOOK) == WITHOUT:
            raise Leave(Forward(_gathered(ui, answers))) from problem
        return None
    ui.voice.note("ok", f"Panther has the source {source.source.name}.")
    return replace(_gathered(ui, answers), source_id=source.id)


def _gathered(ui: Ui, answers: Answers) -> Answers:
    return with_made(answers, ui.connections.journal)
