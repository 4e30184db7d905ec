"""Connect Panther's API: its address and a token, tried at once; kept in the keyring only where that is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Button, Checkbox, Input, Label, Static
from textual.worker import get_current_worker

from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.address import api_base, api_url_fault
from panther_s3.panther_api.errors import MANAGE, VIEW
from panther_s3.problems import Problem
from panther_s3.tokens import Token, keep_token, token_fault
from screens.parts.dialog import Dialog
from screens.parts.fields import TextField
from screens.parts.problem_panel import ProblemPanel
from screens.parts.text import marked, plain
from screens.parts.toggles import Check

LEAD = (
    "With an API token the wizard finishes in Panther as well: it creates the source, sets the alarm, and watches the "
    f"first events arrive. The token needs {VIEW} and {MANAGE}; Panther's Console makes it under the gear icon, "
    "API Tokens."
)
KNOWN = "Leave it empty to use the one that is known."


@dataclass(frozen=True)
class ApiChoice:
    """What was chosen: the address of Panther's API, or to do without it."""

    base: str = ""
    by_api: bool = False


class TokenDialog(Dialog[ApiChoice | None]):
    """Ask for the address and the token, and try them; None means: leave it as it was."""

    AUTO_FOCUS = "#api-url"
    BINDINGS = [("escape", "cancel", "Cancel")]

    @dataclass(eq=False)
    class Tried(Message):
        """Panther answered, and the token is kept as far as that was wanted and possible."""

        base: str
        sources: int
        trouble: str
        """Why the token could not be kept, in words; "" where it was, or was not to be."""

    @dataclass(eq=False)
    class Refused(Message):
        """Panther refused, or did not answer."""

        problem: Problem

    address = query_one("#api-url-field", TextField)
    token = query_one("#api-token-field", TextField)
    problem = query_one(ProblemPanel)
    status = query_one("#token-status", Static)
    connect = query_one("#token-connect", Button)

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
            yield Static(plain(LEAD), classes="dialog-text")
            yield TextField(
                "Panther's address",
                self._url,
                rule=api_url_fault,
                hint="Of its Console or API, such as https://acme.runpanther.net",
                id="api-url",
            )
            yield TextField(
                "API token",
                rule=self._token_fault,
                hint=KNOWN if self._known else "Shown once, when it is made. It is never written to a file of ours.",
                id="api-token",
            )
            yield Check("Keep it in this machine's keyring", id="token-keep", compact=True)
            yield Static(id="token-status")
            yield ProblemPanel(retry=False)
            with Horizontal(classes="dialog-actions"):
                yield Button("Cancel", id="token-cancel", compact=True)
                yield Button("Go on without", id="token-without", compact=True)
                yield Button("Connect", id="token-connect", variant="primary", compact=True)

    def on_mount(self) -> None:
        super().on_mount()
        self.token.input.password = True
        self.status.display = False

    def action_cancel(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)

    def retry(self) -> None:
        """Try again."""
        self.action_connect()

    def show_failure(self, problem: Problem) -> None:
        self._show_refusal(problem)

    @on(Input.Submitted, "#api-token")
    @on(Button.Pressed, "#token-connect")
    def action_connect(self) -> None:
        """Try the token, unless that was done."""
        if self._connected:
            self.dismiss(ApiChoice(self._connected, by_api=True))
            return
        refused = [field for field in (self.address, self.token) if not field.judge()]
        if refused:
            refused[0].point_at()
            return
        self.problem.show(None)
        self.status.display = True
        self.status.update(marked("busy", "Asking Panther…"))
        self.connect.disabled = True
        typed = self.token.value
        keep = self.query_one("#token-keep", Checkbox).value
        self.try_token(api_base(self.address.value), Token(typed) if typed else None, keep=keep)

    @on(Button.Pressed, "#token-cancel")
    def _cancel(self) -> None:
        self.action_cancel()

    @on(Button.Pressed, "#token-without")
    def _do_without(self) -> None:
        """Go on by hand in Panther; the address stays."""
        sound = not api_url_fault(self.address.value)
        self.dismiss(ApiChoice(api_base(self.address.value) if sound else "", by_api=False))

    @work(thread=True, exclusive=True, exit_on_error=False, group="token")
    def try_token(self, base: str, token: Token | None, *, keep: bool) -> None:
        """List the sources with the token, and keep it where that is wanted."""
        worker, trouble = get_current_worker(), ""
        try:
            if token is not None:
                self._access.use(base, token)
            sources = self._access.sources(base, anew=True)
        except Problem as problem:
            if token is not None:
                self._access.drop(base)
            if not worker.is_cancelled:
                self.post_message(self.Refused(problem))
            return
        if keep and token is not None:
            try:
                trouble = keep_token(base, token).note
            except Problem as problem:
                trouble = f"{problem}\nThe token holds for this run."
        if not worker.is_cancelled:
            self.post_message(self.Tried(base, len(sources), trouble))

    @on(Tried)
    def _show_connected(self, event: Tried) -> None:
        """Close; stay where there is something to read first."""
        self._connected = event.base
        if not event.trouble:
            self.dismiss(ApiChoice(event.base, by_api=True))
            return
        self.status.update(marked("warn", event.trouble))
        self.connect.label, self.connect.disabled = "Go on", False
        self.connect.refresh(layout=True)
        self.connect.focus()

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        self._show_refusal(event.problem)

    def _show_refusal(self, problem: Problem) -> None:
        self.status.display, self.connect.disabled = False, False
        self.problem.show(problem)
        self.token.point_at()

    @on(TextField.Edited)
    def _changed(self) -> None:
        """What was tried counts no more."""
        if self._connected:
            self._connected = ""
            self.connect.label = "Connect"

    def _token_fault(self, text: str) -> str:
        if not text and self._known and self.address.value == self._url:
            return ""
        return token_fault(text)
