"""Using the AWS Console UI: the quick-create link, to open, to copy, or to read."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, RadioSet, Static

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.templates import (
    PUBLIC_ROLE_TEMPLATE,
    public_template_usable,
    quick_create_url,
    role_parameters,
    role_template,
    upload_url,
)
from screens.parts.document import DocumentView
from screens.parts.save_dialog import SaveDialog
from screens.parts.text import plain
from screens.parts.toggles import Radio
from screens.step import StepScreen

PUBLIC_STEPS = (
    "1. Open the link and sign in to account {account}.\n"
    "2. Check the parameters, tick the box about IAM names, and choose Create stack.\n"
    "3. When it is complete, take RoleARN from the tab Outputs; the next step asks for it."
)
OWN_STEPS = (
    "1. Save our template, then open the link and sign in to account {account}.\n"
    "2. Choose Upload a template file and give it the saved one; its values are filled in.\n"
    "3. When it is complete, take RoleARN from the tab Outputs; the next step asks for it."
)


class ConsoleUiScreen(StepScreen):
    """Give the link that opens CloudFormation in the browser with everything filled in."""

    STEP = Step.CONSOLE_UI
    AUTO_FOCUS = "#open-link"

    def __init__(self, answers: Answers) -> None:
        super().__init__(answers)
        self._own = not public_template_usable(answers.partition)

    def compose_body(self) -> ComposeResult:
        yield RadioSet(
            Radio("Panther's public template", value=not self._own, disabled=self._own),
            Radio("This wizard's own template, uploaded by you", value=self._own),
            id="template-choice",
            compact=True,
        )
        if self._own:
            yield Static(
                plain(f"CloudFormation in {self.answers.partition.name} cannot read the bucket of Panther's template."),
                classes="note",
            )
        yield Static(id="console-steps")
        with Horizontal(id="link-actions"):
            yield Button("Open in the browser", id="open-link", variant="primary", compact=True)
            yield Button("Save our template…", id="save-template", compact=True)
        yield DocumentView(self.link, language="text", file_name="quick-create-link.txt", wrapped=True, id="link")

    def on_mount(self) -> None:
        self._show()

    @property
    def link(self) -> str:
        """The link for the template chosen, in the bucket's region."""
        answers = self.answers
        if self._own:
            return upload_url(answers.region_of_bucket, answers.stack_name)
        return quick_create_url(
            answers.region_of_bucket,
            answers.stack_name,
            PUBLIC_ROLE_TEMPLATE,
            role_parameters(answers.source, answers.panther, answers.role_suffix),
        )

    @on(RadioSet.Changed, "#template-choice")
    def _choose(self, event: RadioSet.Changed) -> None:
        self._own = event.index == 1
        self._show()

    def _show(self) -> None:
        steps = OWN_STEPS if self._own else PUBLIC_STEPS
        self.query_one("#console-steps", Static).update(plain(steps.format(account=self.answers.source.aws_account_id)))
        self.query_one("#save-template").display = self._own
        self.query_one(DocumentView).show(self.link, language="text", file_name="quick-create-link.txt")

    @on(Button.Pressed, "#open-link")
    def _open(self) -> None:
        self.app.open_url(self.link)
        self.notify("Asked the browser to open it. If none opens, copy the link.", markup=False)

    @on(Button.Pressed, "#save-template")
    def _save(self) -> None:
        answers = self.answers
        text = role_template(answers.source, answers.panther, answers.role_suffix)
        self.app.push_screen(SaveDialog(f"{answers.stack_name}.yml", text))
