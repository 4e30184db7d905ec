"""Whether the wizard reaches Panther's API: tried at once where a token is known, else asked for by a button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker, get_current_worker

from panther_s3.form_words import PANTHER_API
from screens.parts.calls import pass_on
from screens.parts.text import marked

if TYPE_CHECKING:
    from panther_s3.panther_api.access import PantherAccess
    from panther_s3.panther_api.connecting import Connection

OPTIONAL = "Connect… (optional: does Panther's side too)"
ASKING = "Asking Panther…"
CONNECTED = "✓"


class ApiField(Widget, can_focus=True):
    """Panther's API, and how it stands; the token itself is asked for in a dialog and is never here.

    It draws itself, and has a child only where there is something to say: the first frame is to come soon.
    """

    DEFAULT_CSS = """
    ApiField { height: auto; min-height: 1; }
    ApiField > Static { margin: 1 0 0 22; padding: 0 1; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "ask", "Connect", key_display="enter")]

    @dataclass(eq=False)
    class Looked(Message):
        """It is known whether there is a token, and whether Panther takes it."""

        found: Connection

    @dataclass
    class Asking(Message):
        """There is a token, and Panther is asked at this address."""

        url: str

    @dataclass
    class Chosen(Message):
        """It is known whether the wizard works with Panther's API."""

        by_api: bool

    def __init__(
        self, url: str, access: Callable[[], PantherAccess], *, by_api: bool = False, declined: bool = False
    ) -> None:
        """Prepare the field.

        Args:
            url: the address as far as it is known.
            access: gives the run's access to the API; it is loaded with the first question.
            by_api: whether it was chosen before.
            declined: whether it was declined before.
        """
        super().__init__(id="panther-api")
        self.url, self._access, self.by_api, self.declined = url, access, by_api, declined
        self._known = False
        self._words = ASKING if by_api else OPTIONAL

    def render(self) -> Content:
        label = "bold $primary" if self.has_focus else "$foreground 60%"
        button = "bold $background on $secondary" if self.has_focus else "$foreground on $panel"
        return Content.assemble((PANTHER_API.label.ljust(22), label), (f"  {self._words}  ", button))

    @work(thread=True, exclusive=True, exit_on_error=False, group="api")
    def begin(self, chosen: str = "") -> None:
        """Look for a token in the environment and the keyring, and try it.

        Args:
            chosen: the address that was chosen; by default that of the environment, else the one that is known.
        """
        from panther_s3.panther_api.connecting import find_connection

        worker = get_current_worker()

        def asking(url: str) -> None:
            if not worker.is_cancelled:
                self.post_message(self.Asking(url))

        found = find_connection(self._access, self.url, chosen, asking)
        if found is not None and not worker.is_cancelled:
            self.post_message(self.Looked(found))

    @on(Asking)
    def _show_asking(self, event: Asking) -> None:
        """Work with it, as long as Panther does not refuse: nobody has to wait for that here."""
        event.stop()
        self._words, self.by_api, self.url = ASKING, True, event.url
        self.refresh()
        self.post_message(self.Chosen(by_api=True))

    @on(Looked)
    async def _show(self, event: Looked) -> None:
        event.stop()
        found = event.found
        self.url, self._known = found.url, bool(found.origin)
        self.by_api = found.sources is not None
        words = f"{CONNECTED} {found.words}" if self.by_api else OPTIONAL
        await self._say(words, f"{found.trouble} The onboarding goes on without it." if found.trouble else "")

    @on(Worker.StateChanged)
    def _pass_on(self, event: Worker.StateChanged) -> None:
        pass_on(self, event)

    def on_click(self) -> None:
        """A click asks too."""
        self.action_ask()

    @work(exclusive=True, group="token")
    async def action_ask(self) -> None:
        """Ask for the address and the token, and show what came of it."""
        from screens.parts.token_dialog import TokenDialog

        choice = await self.app.push_screen_wait(TokenDialog(self._access(), self.url, known=self._known))
        if choice is None:
            return
        self.url, self.by_api, self.declined = choice.base or self.url, choice.by_api, not choice.by_api
        if choice.by_api:
            self.begin(self.url)
        else:
            self.workers.cancel_group(self, "api")  # an answer that comes now would connect all the same
            await self._say(OPTIONAL, "")

    async def _say(self, words: str, trouble: str) -> None:
        """Say how it stands, and beneath what is the matter."""
        self._words = words
        await self.remove_children()
        if trouble:
            await self.mount(Static(marked("warn", trouble)))
        self.refresh(layout=True)
        self.post_message(self.Chosen(self.by_api))
