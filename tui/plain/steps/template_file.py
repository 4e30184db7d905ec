"""CloudFormation Template File: the template as a file, and the commands that apply it."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.answers import Answers
from panther_s3.flow import Forward, StepResult
from panther_s3.role_ways import CLOUDFORMATION, TERRAFORM, template_commands, template_of
from tui.plain.prompts import Choice
from tui.plain.saving import save
from tui.plain.ui import Ui

SAVE, SHOW, GO_ON = "Save it…", "Show it", "Continue"


def template_file(ui: Ui, answers: Answers) -> StepResult:
    """Save or show the template, for CloudFormation or Terraform, with the next commands filled in."""
    return Forward(ui.in_turn(answers, lambda said: _format(ui, said), lambda said: _take_along(ui, said)))


def _format(ui: Ui, answers: Answers) -> Answers:
    choices = [Choice(False, CLOUDFORMATION), Choice(True, TERRAFORM)]
    terraform = ui.ask.choose("Which template?", choices, default=answers.terraform, field="format")
    return replace(answers, terraform=terraform)


def _take_along(ui: Ui, answers: Answers) -> Answers:
    template = template_of(answers, terraform=answers.terraform)
    saved = ""
    choices = [Choice(way, way) for way in (SAVE, SHOW, GO_ON)]
    while True:
        ui.voice.section("Once the file is saved, type:")
        ui.voice.document(template_commands(answers, saved))
        taken = ui.ask.choose(template.file_name, choices, default=GO_ON if saved else SAVE)
        if taken == GO_ON:
            return answers
        if taken == SHOW:
            ui.voice.document(template.text)
        else:
            saved = str(save(ui, template.file_name, template.text) or saved)
