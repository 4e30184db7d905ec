"""Setting up the role manually: the two policies, what each statement is for, and the commands."""

from __future__ import annotations

import json

from panther_s3.answers import Answers
from panther_s3.flow import Forward, StepResult
from panther_s3.handwork import notification_steps
from panther_s3.policies import purposes
from panther_s3.role_ways import manual_documents
from tui.plain.prompts import Choice
from tui.plain.saving import save
from tui.plain.ui import Ui

HEADINGS = ("Role policy", "Trust policy", "Commands")
NOTIFICATIONS, GO_ON = "Show the steps for the notifications", "Continue"


def manual_role(ui: Ui, answers: Answers) -> StepResult:
    """Print all that is needed to make the role by hand, filled in."""
    documents = dict(zip(HEADINGS, manual_documents(answers), strict=True))
    for heading, document in documents.items():
        ui.voice.section(f"{heading}, {document.file_name}")
        ui.voice.document(document.text)
        if document.language == "json":
            for sid, text in purposes(json.loads(document.text)):
                ui.voice.say(f"{sid}: {text}")
    saving = [Choice(heading, f"Save: {heading}…", document.file_name) for heading, document in documents.items()]
    choices = [Choice(GO_ON, GO_ON), *saving, Choice(NOTIFICATIONS, NOTIFICATIONS)]
    while True:
        taken = ui.ask.choose("What now?", choices, default=GO_ON)
        if taken == GO_ON:
            return Forward(answers)
        if taken == NOTIFICATIONS:
            ui.voice.steps(notification_steps(answers))
        else:
            save(ui, documents[taken].file_name, documents[taken].text)
