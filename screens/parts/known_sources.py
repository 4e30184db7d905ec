"""The sources that Panther has, in a line of the form: what they mean for the one at hand, and a way to open one."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Button, Static

from panther_s3.answers import Answers
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.model import PantherSource
from screens.parts.problem_panel import ProblemPanel
from screens.parts.source_calls import SourceCalls
from screens.parts.text import plain

TITLE = "Open a source that Panther has, in place of what you typed"


class KnownSources(Vertical):
    """Reads the sources once, and opens one where that is wanted."""

    DEFAULT_CSS = """
    KnownSources { height: auto; margin-bottom: 1; }
    KnownSources Horizontal { height: 1; }
    KnownSources #known-line { width: 1fr; color: $text-muted; }
    """

    @dataclass(eq=False)
    class Read(Message):
        """The sources and log types are known."""

        log_types: tuple[str, ...]

    calls = query_one(SourceCalls)
    problem = query_one(ProblemPanel)

    def __init__(self, answers: Answers, access: PantherAccess) -> None:
        super().__init__(id="known-sources")
        self._answers, self._access = answers, access
        self.sources: tuple[PantherSource, ...] = ()
        self._read = False
        self._opening = ""
        """The id of the source that is being opened, or could not be."""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(plain(self._line()), id="known-line")
            yield Button("Open one…", id="open-source", compact=True)
        yield ProblemPanel(token=True, into_view=False)
        yield SourceCalls(self._access)

    def on_mount(self) -> None:
        self.query_one("#open-source").display = False
        self.look()

    def look(self) -> None:
        """Read the sources."""
        self.problem.show(None)
        self.calls.know(self._answers.api_url)

    def open(self, id: str) -> None:
        """Read the source `id`, to go on with."""
        self._opening = id
        self.problem.show(None)
        self._say("Reading that source…")
        self.calls.open(self._answers, id)

    def _say(self, words: str) -> None:
        self.query_one("#known-line", Static).update(plain(words))

    def _line(self) -> str:
        if self._answers.source_id:
            return "Panther has this source. Its bucket and its account stay."
        if not self.sources:
            return "Looking at the sources that Panther has…" if not self._read else "Panther has no S3 source yet."
        several = "s" if len(self.sources) > 1 else ""
        return f"Panther has {len(self.sources)} S3 source{several} already."

    @on(SourceCalls.Known)
    def _show(self, event: SourceCalls.Known) -> None:
        event.stop()
        self.sources, self._read = event.sources, True
        self._say(self._line())
        self.query_one("#open-source").display = bool(self.sources)
        self.post_message(self.Read(event.log_types))

    @on(SourceCalls.Refused)
    def _show_refusal(self, event: SourceCalls.Refused) -> None:
        event.stop()
        self._say(self._line() if self._read else "Which sources Panther has is not known.")
        self.problem.show(event.problem)

    @on(SourceCalls.Opened)
    def _show_opened(self) -> None:
        """Show what there is: the form begins anew with the source, unless a dialog keeps it from that."""
        self._opening = ""
        self._say(self._line())

    @on(ProblemPanel.RetryRequested)
    def _retry(self, event: ProblemPanel.RetryRequested) -> None:
        event.stop()
        if self._opening:
            self.open(self._opening)
        else:
            self.look()

    @on(Button.Pressed, "#open-source")
    def _open(self, event: Button.Pressed) -> None:
        event.stop()
        self.pick()

    @work(exclusive=True, group="pick")
    async def pick(self) -> None:
        """Ask which source, and have it read."""
        from screens.parts.dialogs import PickDialog

        own = self._answers.identity.account_id if self._answers.identity else ""
        # those of the operator's own account first: they can be looked at
        known = sorted(self.sources, key=lambda each: (each.source.aws_account_id != own, each.source.name.lower()))
        names = [f"{each.source.name}: {each.source.bucket_name}, {each.source.aws_account_id}" for each in known]
        picked = await self.app.push_screen_wait(PickDialog(TITLE, names, cancel=True))
        if picked is not None:
            self.open(known[picked].id)
