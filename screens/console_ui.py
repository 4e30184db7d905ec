"""Using the AWS Console UI: the quick-create link, to open, to copy, or to read."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, RadioSet, Static

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.role_ways import (
    LINK_FILE,
    OWN_TEMPLATE,
    PUBLIC_TEMPLATE,
    console_link,
    console_steps,
    own_template_needed,
    template_of,
)
from screens.parts.document import DocumentView
from screens.parts.save_dialog import SaveDialog
from screens.parts.text import plain
from screens.parts.toggles import Radio
from screens.step import StepScreen


class ConsoleUiScreen(StepScreen):
    """Give the link that opens CloudFormation in the browser with everything filled in."""

    STEP = Step.CONSOLE_UI
    AUTO_FOCUS = "#open-link"

    def __init__(self, answers: Answers) -> None:
        super().__init__(answers)
        self._needed = own_template_needed(answers)
        self._own = bool(self._needed)

    def compose_body(self) -> ComposeResult:
        yield RadioSet(
            Radio(PUBLIC_TEMPLATE, value=not self._own, disabled=self._own),
            Radio(OWN_TEMPLATE, value=self._own),
            id="template-choice",
            compact=True,
        )
        if self._needed:
            yield Static(plain(self._needed), classes="note")
        yield Static(id="console-steps")
        with Horizontal(id="link-actions"):
            yield Button("Open in the browser", id="open-link", variant="primary", compact=True)
            yield Button("Save our template…", id="save-template", compact=True)
        yield DocumentView(self.link, language="text", file_name=LINK_FILE, wrapped=True, id="link")

    def on_mount(self) -> None:
        self._show()

    @property
    def link(self) -> str:
        """The link for the template chosen, in the bucket's region."""
        return console_link(self.answers, own=self._own)

    @on(RadioSet.Changed, "#template-choice")
    def _choose(self, event: RadioSet.Changed) -> None:
        self._own = event.index == 1
        self._show()

    def _show(self) -> None:
        self.query_one("#console-steps", Static).update(plain(console_steps(self.answers, own=self._own)))
        self.query_one("#save-template").display = self._own
        self.query_one(DocumentView).show(self.link, language="text", file_name=LINK_FILE)

    @on(Button.Pressed, "#open-link")
    def _open(self) -> None:
        self.app.open_url(self.link)
        self.notify("Asked the browser to open it. If none opens, copy the link.", markup=False)

    @on(Button.Pressed, "#save-template")
    def _save(self) -> None:
        template = template_of(self.answers)
        self.app.push_screen(SaveDialog(template.file_name, template.text))
