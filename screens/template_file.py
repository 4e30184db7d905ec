"""CloudFormation Template File: the template as a file, and the commands that apply it."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.widgets import RadioSet, Static, TabbedContent, TabPane

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.role_ways import CLOUDFORMATION, TERRAFORM, Document, template_commands, template_of
from screens.parts.document import DocumentView
from screens.parts.toggles import Radio
from screens.step import StepScreen


class TemplateFileScreen(StepScreen):
    """Show and save the template, for CloudFormation or Terraform, with the next commands filled in."""

    STEP = Step.TEMPLATE_FILE
    AUTO_FOCUS = "#format"

    def __init__(self, answers: Answers) -> None:
        super().__init__(answers)
        self._terraform = answers.terraform

    def compose_body(self) -> ComposeResult:
        yield RadioSet(
            Radio(CLOUDFORMATION, value=not self._terraform),
            Radio(TERRAFORM, value=self._terraform),
            id="format",
            compact=True,
        )
        with TabbedContent(id="template-tabs"):
            with TabPane("Template", id="template-tab"):
                yield _view(self.template)
            with TabPane("Then type", id="commands-tab"):
                yield Static("Once the file is saved:", classes="note")
                yield DocumentView(self.commands, language="bash", id="commands")

    def gather(self) -> Answers:
        return replace(self.answers, terraform=self._terraform)

    @property
    def template(self) -> Document:
        """The template in the format chosen."""
        return template_of(self.answers, terraform=self._terraform)

    @property
    def commands(self) -> str:
        """What to type once the file is saved, with the path it was saved to."""
        saved = self.query(DocumentView).first().saved_to if self.is_mounted else None
        return template_commands(self.gather(), str(saved or ""))

    @on(RadioSet.Changed, "#format")
    def _choose(self, event: RadioSet.Changed) -> None:
        self._terraform = event.index == 1
        name, text, language = self.template
        self.query_one("#template", DocumentView).show(text, language=language, file_name=name)
        self._show_commands()

    @on(TabbedContent.TabActivated)
    def _show_commands(self) -> None:
        self.query_one("#commands", DocumentView).show(self.commands, language="bash")


def _view(document: Document) -> DocumentView:
    name, text, language = document
    return DocumentView(text, language=language, file_name=name, id="template")
