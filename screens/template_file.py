"""CloudFormation Template File: the template as a file, and the commands that apply it."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.widgets import RadioSet, Static, TabbedContent, TabPane

from panther_s3.answers import Answers
from panther_s3.commands import deploy_command, outputs_command, terraform_commands
from panther_s3.flow import Step
from panther_s3.templates import role_template, role_terraform
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
            Radio("CloudFormation (YAML)", value=not self._terraform),
            Radio("Terraform (HCL)", value=self._terraform),
            id="format",
            compact=True,
        )
        with TabbedContent(id="template-tabs"):
            with TabPane("Template", id="template-tab"):
                yield DocumentView(self.text, language=self.language, file_name=self.file_name, id="template")
            with TabPane("Then type", id="commands-tab"):
                yield Static("Once the file is saved:", classes="note")
                yield DocumentView(self.commands, language="bash", id="commands")

    def gather(self) -> Answers:
        return replace(self.answers, terraform=self._terraform)

    @property
    def language(self) -> str:
        """The highlighter's name for the format chosen."""
        return "terraform" if self._terraform else "yaml"

    @property
    def file_name(self) -> str:
        """The file name proposed."""
        return f"{self.answers.stack_name}.{'tf' if self._terraform else 'yml'}"

    @property
    def text(self) -> str:
        """The template in the format chosen."""
        answers = self.answers
        if self._terraform:
            return role_terraform(answers.source, answers.panther, answers.role_suffix, answers.partition)
        return role_template(answers.source, answers.panther, answers.role_suffix)

    @property
    def commands(self) -> str:
        """What to type once the file is saved, with the path it was saved to."""
        answers = self.answers
        saved = self.query(DocumentView).first().saved_to if self.is_mounted else None
        if self._terraform:
            return "\n".join(terraform_commands(answers.profile, answers.region_of_bucket))
        path = str(saved or self.file_name)
        deploy = deploy_command(answers.stack_name, answers.region_of_bucket, path, answers.profile)
        return f"{deploy}\n\n{outputs_command(answers.stack_name, answers.region_of_bucket, answers.profile)}"

    @on(RadioSet.Changed, "#format")
    def _choose(self, event: RadioSet.Changed) -> None:
        self._terraform = event.index == 1
        self.query_one("#template", DocumentView).show(self.text, language=self.language, file_name=self.file_name)
        self._show_commands()

    @on(TabbedContent.TabActivated)
    def _show_commands(self) -> None:
        self.query_one("#commands", DocumentView).show(self.commands, language="bash")
