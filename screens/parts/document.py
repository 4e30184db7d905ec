"""A document to read, copy and save: a policy, a template, a list of commands."""

from __future__ import annotations

from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, ScrollableContainer, Vertical
from textual.content import Content
from textual.highlight import highlight
from textual.widgets import Button, Static

from panther_s3.text import visible
from screens.parts.save_dialog import SaveDialog

SHARE_OF_WINDOW = 0.4


class DocumentView(Vertical):
    """Shows `text` with syntax colours, scrolled in both directions, with Copy and Save beneath."""

    def __init__(
        self,
        text: str,
        *,
        language: str,
        file_name: str = "",
        wrapped: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id, classes="document")
        self._text, self._language, self._file_name = text, language, file_name
        self.saved_to: Path | None = None
        self.set_class(wrapped, "-wrapped")

    def compose(self) -> ComposeResult:
        with ScrollableContainer(classes="document-scroll"):
            yield Static(coloured(self._text, self._language), classes="document-text")
        with Horizontal(classes="document-actions"):
            yield Button("Copy", classes="document-copy", compact=True)
            if self._file_name:
                yield Button("Save as…", classes="document-save", compact=True)

    def on_mount(self) -> None:
        self.fit()

    def fit(self) -> None:
        """Take as many lines as the document has, and no more than a good part of the window.

        A height of its own, since the automatic height of what is around it counts all lines of what scrolls.
        """
        if not self.has_class("-wrapped"):
            room = max(6, round(self.screen.size.height * SHARE_OF_WINDOW))
            self.query_one(ScrollableContainer).styles.height = min(self._text.count("\n") + 2, room)

    @property
    def text(self) -> str:
        """The document as it would be copied."""
        return self._text

    def show(self, text: str, *, language: str, file_name: str = "") -> None:
        """Show another document in this one's place."""
        if file_name != self._file_name:
            self.saved_to = None  # that was another document's file
        self._text, self._language, self._file_name = text, language, file_name
        self.query_one(".document-text", Static).update(coloured(text, language))
        self.query_one(ScrollableContainer).scroll_home(animate=False)
        self.fit()

    @on(Button.Pressed, ".document-copy")
    def _copy(self, event: Button.Pressed) -> None:
        event.stop()
        self.app.copy_to_clipboard(self._text)
        self.notify("Sent to the clipboard. Where the terminal refuses that, save it instead.", markup=False)

    @on(Button.Pressed, ".document-save")
    def _save(self, event: Button.Pressed) -> None:
        event.stop()
        self.save()

    @work
    async def save(self) -> None:
        """Ask for a path and write the document there."""
        saved = await self.app.push_screen_wait(SaveDialog(self._file_name, self._text))
        if saved is not None:
            self.saved_to = saved
            self.notify(f"Saved to {saved}", markup=False)


def coloured(text: str, language: str) -> Content:
    """Return `text` with syntax colours, its control characters made visible."""
    shown = visible(text)
    return highlight(shown, language=language) if language != "text" else Content(shown)
