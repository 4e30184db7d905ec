"""Connect Panther's API: its address and a token, tried at once; kept in the keyring only where that is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.getters import query_one
from textual.widgets import Button, Checkbox, Label, Static

from panther_s3 import form_words as form
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.address import api_base, api_url_fault
from panther_s3.panther_api.connecting import KNOWN, LEAD
from panther_s3.problems import Problem
from panther_s3.tokens import Token, token_fault
from screens.parts.dialog import ScrollingDialog
from screens.parts.fields import TextField
from screens.parts.problem_panel import ProblemPanel
from screens.parts.text import marked, plain
from screens.parts.toggles import Check
from screens.parts.token_calls import TokenCalls
from screens.parts.token_field import TokenField


@dataclass(frozen=True)
class ApiChoice:
    """What was chosen: the address of Panther's API, or to do without it."""

    base: str = ""
    by_api: bool = False


class TokenDialog(ScrollingDialog[ApiChoice | None]):
    """Ask for the address and the token, and try them; None means: leave it as it was."""

    AUTO_FOCUS = "#api-url"
    BINDINGS = [("escape", "close", "Cancel")]

    address = query_one("#api-url-field", TextField)
    token = query_one("#api-token-field", TokenField)
    problem = query_one(ProblemPanel)
    status = query_one("#token-status", Static)
    connect = query_one("#token-connect", Button)
    calls = query_one(TokenCalls)

    def __init__(self, access: PantherAccess, url: str, *, known: bool = False) -> None:
        """Prepare the dialog.

        Args:
            access: tries the token, and knows it from then on.
            url: the address as far as it is known.
            known: whether a token is known for it.
        """
        super().__init__()
        self._access, self._url, self._known = access, url, known
        self._connected = ""
        """The address that a token was tried with, once that went well."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog mend"):
            yield Label("Connect Panther's API", classes="dialog-title")
            with VerticalScroll(id="token-form", can_focus=False):
                yield Static(plain(LEAD), id="token-lead", classes="dialog-text")
                yield TextField(form.API_URL, self._url, rule=api_url_fault)
                words = form.API_TOKEN._replace(hint=KNOWN) if self._known else form.API_TOKEN
                yield TokenField(words, rule=self._token_fault)
                yield Check("Keep it in this machine's keyring", id="token-keep", compact=True)
                yield Static(id="token-status")
                yield ProblemPanel(retry=False)
            with Horizontal(classes="dialog-actions"):
                yield Button("Cancel", id="token-cancel", compact=True)
                yield Button("Go on without", id="token-without", compact=True)
                yield Button("Connect", id="token-connect", variant="primary", compact=True)
        yield TokenCalls(self._access)

    def on_mount(self) -> None:
        self.status.display = False
        if self._url and not self._known:
            self.calls.look_up(self._url)

    @on(TokenCalls.Known)
    def _offer_known(self) -> None:
        """Let the field be left empty: there is a token for the address."""
        self._known = True
        self.token.show_hint(KNOWN)

    @on(Button.Pressed, "#token-cancel")
    def action_close(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)

    def retry(self) -> None:
        """Try again."""
        self.action_connect()

    def show_failure(self, problem: Problem) -> None:
        self._show_refusal(problem)

    @on(TokenField.Entered)
    @on(Button.Pressed, "#token-connect")
    def action_connect(self) -> None:
        """Try the token, unless that was done, or is being done."""
        if self.connect.disabled:
            return
        if self._connected:
            self.dismiss(ApiChoice(self._connected, by_api=True))
            return
        self.problem.show(None)
        refused = [field for field in (self.address, self.token) if not field.judge()]
        if refused:
            refused[0].point_at()
            return
        self.status.display = True
        self.status.update(marked("busy", "Asking Panther…"))
        self.connect.disabled = True
        typed = self.token.value
        keep = self.query_one("#token-keep", Checkbox).value
        self.calls.try_token(api_base(self.address.value), Token(typed) if typed else None, keep=keep)

    @on(Button.Pressed, "#token-without")
    def _do_without(self) -> None:
        """Go on by hand in Panther; the address stays."""
        sound = not api_url_fault(self.address.value)
        self.dismiss(ApiChoice(api_base(self.address.value) if sound else "", by_api=False))

    @on(TokenCalls.Tried)
    def _show_connected(self, event: TokenCalls.Tried) -> None:
        """Close; stay where there is something to read first."""
        self._connected = event.base
        if not event.trouble:
            self.dismiss(ApiChoice(event.base, by_api=True))
            return
        self.query_one("#token-lead").display = False
        self.status.display = True
        self.status.update(marked("warn", event.trouble))
        self.status.scroll_visible(animate=False)
        self.connect.label, self.connect.disabled = "Go on", False
        self.connect.refresh(layout=True)
        self.connect.focus()

    @on(TokenCalls.Refused)
    def _refused(self, event: TokenCalls.Refused) -> None:
        self._show_refusal(event.problem)

    def _show_refusal(self, problem: Problem) -> None:
        self.status.display, self.connect.disabled = False, False
        self.query_one("#token-lead").display = False  # it was read, and the problem wants its room
        self.problem.show(problem)
        self.token.input.focus()

    @on(TextField.Edited)
    def _changed(self) -> None:
        """What was tried counts no more."""
        if self._connected:
            self._connected = ""
            self.status.display, self.connect.label = False, "Connect"
            self.connect.refresh(layout=True)

    def _token_fault(self, text: str) -> str:
        if not text and self._known and self.address.value == self._url:
            return ""
        return token_fault(text)
