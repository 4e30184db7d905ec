"""Whether the first events arrive, looked at again and again until a key is pressed."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Label, Static
from textual.worker import get_current_worker

from panther_s3.answers import Answers
from panther_s3.arrival import look_for_events
from panther_s3.aws.session import Aws
from panther_s3.first_events import Seen, signs, summary
from panther_s3.panther_api.access import PantherAccess
from panther_s3.problems import Problem
from screens.parts.dialog import Dialog
from screens.parts.sign_row import SignRow
from screens.parts.text import marked, plain

LOOK_SECONDS = 5.0
"""How often Panther is asked: it counts events no finer."""


class EventsDialog(Dialog[Seen | None]):
    """Show every sign of whether events arrive; any key leaves. Gives what was seen last."""

    @dataclass(eq=False)
    class Looked(Message):
        """It is known how things stand."""

        seen: Seen

    body = query_one("#events-signs", Vertical)
    line = query_one("#events-summary", Static)

    def __init__(self, answers: Answers, aws: Aws | None, access: PantherAccess) -> None:
        """Prepare the dialog.

        Args:
            answers: the source, with its id in Panther.
            aws: reads the subscription; None where there is no identity.
            access: to Panther's API.
        """
        super().__init__()
        self._answers, self._aws, self._access = answers, aws, access
        self._seen: Seen | None = None
        self._looking = False
        self._rows: list[SignRow] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog mend events"):
            yield Label(plain(f"The first events of {self._answers.source.name}"), classes="dialog-title")
            yield Static(marked("busy", "Asking Panther…"), id="events-summary", classes="dialog-text")
            yield Vertical(id="events-signs")
            yield Static(id="events-complaints")
            yield Static("Any key leaves; Panther goes on. Looked at every few seconds.", classes="dialog-hint")

    def on_mount(self) -> None:
        self.set_interval(LOOK_SECONDS, self._look)
        self._look()

    def on_key(self, event: events.Key) -> None:
        """Leave by whatever key."""
        if event.key not in ("ctrl+q", "ctrl+c"):  # these leave the program
            event.stop()
            self.dismiss(self._seen)

    def on_click(self) -> None:
        """Leave by a click as well."""
        self.dismiss(self._seen)

    def show_failure(self, problem: Problem) -> None:
        self._looking = False
        self.line.update(marked("fail", str(problem)))

    def _look(self) -> None:
        """Ask, unless an answer is waited for already."""
        if not self._looking:
            self._looking = True
            self.look()

    @work(thread=True, exclusive=True, exit_on_error=False, group="events")
    def look(self) -> None:
        """Read how things stand, off the UI thread."""
        worker = get_current_worker()
        try:
            seen = look_for_events(self._access.api(self._answers.api_url), self._aws, self._answers)
        except Problem as problem:
            seen = Seen(complaints=(str(problem),))
        if not worker.is_cancelled:
            self.post_message(self.Looked(seen))

    @on(Looked)
    async def show(self, event: Looked) -> None:
        """Show how things stand."""
        if self.is_ending:
            return
        self._looking, self._seen = False, event.seen
        self.line.update(plain(summary(event.seen, self._answers)))
        found = signs(event.seen, self._answers)
        if not self._rows:
            self._rows = [SignRow(sign) for sign in found]
            await self.body.mount_all(self._rows)
        for row, sign in zip(self._rows, found, strict=True):
            row.show(sign)
        complaints = self.query_one("#events-complaints", Static)
        complaints.update(plain("\n").join(marked("warn", each) for each in event.seen.complaints))
        complaints.display = bool(event.seen.complaints)
