"""A small app that shows one screen and keeps what it gives back."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import WorkerFailed

from assets import STYLES
from tui.theme import DARK, LIGHT

HOSTILE = ("[/]", "[b", "[@click=app.quit]x[/]", "[type=x, v={'a[0]'}]", "\x1b[31mred\x07")
"""Texts that a markup parser or a terminal would stumble over."""


class HostApp(App[None]):
    """Shows `screen` alone, in the wizard's looks."""

    TITLE = "Panther S3 wizard"
    CSS_PATH = [STYLES / "frame.tcss"]  # noqa: RUF012

    def __init__(self, screen: Screen[Any], *, theme: str = DARK.name) -> None:
        super().__init__()
        self.shown = screen
        self.results: list[Any] = []
        self.copied: list[str] = []
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = theme

    async def on_mount(self) -> None:
        await self.push_screen(self.shown, self.results.append)

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)
        super().copy_to_clipboard(text)


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until no worker runs and every message is handled."""
    for _ in range(2):
        await pilot.pause()
        await wait_for_workers(pilot.app)
        await pilot.pause()


async def wait_for_workers(app: App[Any]) -> None:
    """Wait for the workers that end by themselves; a dialog's worker waits for the operator."""
    for _ in range(400):
        busy = [worker for worker in app.workers if worker.is_running and worker._thread_worker]
        if not busy:
            return
        try:
            await asyncio.sleep(0.02)
        except WorkerFailed:
            return


def text_of(app: App[Any], selector: str = "Static") -> str:
    """Return what the matching widgets of the top screen say."""
    return "\n".join(str(widget.render()) for widget in app.screen.query(selector).results(Static))
