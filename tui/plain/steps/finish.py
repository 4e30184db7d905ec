"""Finish: everything in one view, to paste into Panther's Console, to save, and to undo."""

from __future__ import annotations

import shlex

from panther_s3.answers import Answers
from panther_s3.finishing import (
    BY_HAND,
    IN_PANTHER,
    TAKEN_BACK,
    UNSAVED,
    UNSAVED_QUESTION,
    after_taking_back,
    changed_where,
)
from panther_s3.flow import Done, GoTo, Step, StepResult
from panther_s3.handwork import console_form, next_steps, undo_steps
from panther_s3.report import as_json, as_markdown, as_source_file
from tui.plain.connect import connect_api
from tui.plain.events import watch_events
from tui.plain.prompts import Choice, WentBack
from tui.plain.saving import save
from tui.plain.taking_back import take_back
from tui.plain.ui import Leave, Ui

FINISH, SAVE, MARKDOWN, JSON = "Finish Setup", "Save the source file…", "Save as Markdown…", "Save as JSON…"
WATCH, CONNECT, UNDO, ANOTHER = "Watch the first events", "Connect Panther's API", "Take it back…", "Add another"


def finish(ui: Ui, answers: Answers) -> StepResult:
    """Show what to paste into Panther, offer to save it, and say what comes next."""
    _show(ui, answers)
    while True:
        taken = ui.ask.choose("What now?", _choices(ui, answers), field=("", "watch", "connect"))
        if taken == FINISH:
            if not answers.unsaved or _ends_unsaved(ui):
                return Done(answers)
        elif taken == ANOTHER:
            return GoTo(Step.BUCKET_DETAILS, answers.for_another_bucket())
        elif taken == WATCH:
            watch_events(ui, answers)
        elif taken == CONNECT:
            _connect(ui, answers)
        elif taken == UNDO:
            _undo(ui, answers)
        else:
            answers = _save(ui, answers, taken)


def _show(ui: Ui, answers: Answers) -> None:
    """Print the values, what comes next, and what the run did."""
    voice, in_panther = ui.voice, _in_panther(answers)
    if answers.taken_back:
        voice.note("warn", TAKEN_BACK)
    else:
        voice.say(IN_PANTHER if in_panther else BY_HAND)
    voice.blank()
    voice.values(console_form(answers))
    if answers.validation_note:
        voice.say(f"Validation: {answers.validation_note}")
    voice.section("What comes next")
    voice.steps(next_steps(answers))
    if answers.made:
        voice.section(f"What this run did in {changed_where(answers)}, and how to take it back")
        voice.steps(undo_steps(answers))


def _choices(ui: Ui, answers: Answers) -> list[Choice[str]]:
    ways = [SAVE, MARKDOWN, JSON]
    if _in_panther(answers):
        ways.insert(0, WATCH)
    elif not answers.taken_back:
        ways.append(CONNECT)
    if ui.connections.journal.record.in_force:
        ways.append(UNDO)
    return [Choice(way, way) for way in (*ways, ANOTHER, FINISH)]


def _in_panther(answers: Answers) -> bool:
    return bool(answers.source_id) and answers.by_api


def _save(ui: Ui, answers: Answers, what: str) -> Answers:
    """Save the source file or a report, and return the answers, as saved where a file holds them."""
    ending, text = {
        SAVE: ("yml", as_source_file),
        MARKDOWN: ("md", as_markdown),
        JSON: ("json", as_json),
    }[what]
    written = save(ui, f"{answers.source.suffix or 'source'}.{ending}", text(answers))
    if written is None or what != SAVE:
        return answers
    ui.voice.say(f"Open it again with: {ui.connections.program} {shlex.quote(str(written))}")
    saved = answers.as_saved()
    ui.draft(saved)
    return saved


def _connect(ui: Ui, answers: Answers) -> None:
    """Ask for Panther's API; where it is chosen, go to the step that makes the source in Panther."""
    try:
        chosen = connect_api(ui, answers)
    except WentBack:
        return
    if chosen.by_api:
        raise Leave(GoTo(Step.PANTHER_SOURCE, chosen))


def _undo(ui: Ui, answers: Answers) -> None:
    """Take the run back, and show what is left of it."""
    aws = ui.connections.of(answers)
    try:
        tried = take_back(ui, aws)
    except WentBack:
        return
    if tried:
        raise Leave(GoTo(Step.FINISH, after_taking_back(answers, aws.journal)))


def _ends_unsaved(ui: Ui) -> bool:
    """Ask, since a run that is finished is not offered again."""
    ui.voice.note("warn", UNSAVED)
    try:
        return ui.ask.confirm(UNSAVED_QUESTION, default=False)
    except WentBack:
        return False
