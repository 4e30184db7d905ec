"""Using the AWS Console UI: the quick-create link, to open, to copy, or to read."""

from __future__ import annotations

import webbrowser

from panther_s3.answers import Answers
from panther_s3.flow import Forward, StepResult
from panther_s3.role_ways import (
    LINK_FILE,
    OWN_TEMPLATE,
    PUBLIC_TEMPLATE,
    console_link,
    console_steps,
    own_template_needed,
    template_of,
)
from tui.plain.prompts import Choice
from tui.plain.saving import save
from tui.plain.ui import Ui

OPEN, SAVE, OTHER, GO_ON = "Open in the browser", "Save our template…", "Another template", "Continue"
SAVE_LINK = "Save the link…"


def console_ui(ui: Ui, answers: Answers) -> StepResult:
    """Give the link that opens CloudFormation in the browser with everything filled in."""
    needed = own_template_needed(answers)
    ui.voice.note("warn", needed)
    own = bool(needed)
    while True:
        ui.voice.section(OWN_TEMPLATE if own else PUBLIC_TEMPLATE)
        ui.voice.say(console_steps(answers, own=own))
        ui.voice.document(console_link(answers, own=own))
        taken = _ask(ui, answers, own=own, other=not needed)
        if taken == GO_ON:
            return Forward(answers)
        own = not own


def _ask(ui: Ui, answers: Answers, *, own: bool, other: bool) -> str:
    """Open the link and save the template as often as wanted; return what leads elsewhere."""
    ways: list[str] = [GO_ON, OPEN, *((SAVE,) if own else ()), *((OTHER,) if other else ()), SAVE_LINK]
    other_name = PUBLIC_TEMPLATE if own else OWN_TEMPLATE
    choices = [Choice(way, other_name if way == OTHER else way) for way in ways]
    while True:
        taken = ui.ask.choose("What now?", choices, default=GO_ON, field=("", "template-choice", "link"))
        if taken == OPEN:
            opened = webbrowser.open(console_link(answers, own=own))
            ui.voice.say("Asked the browser to open it." if opened else "No browser could be opened: copy the link.")
        elif taken == SAVE:
            template = template_of(answers)
            save(ui, template.file_name, template.text)
        elif taken == SAVE_LINK:
            save(ui, LINK_FILE, console_link(answers, own=own))
        else:
            return taken
