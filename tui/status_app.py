"""The panel of the first events by itself, as `status` shows it on a terminal."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.theme import Theme

from assets import STYLES
from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.first_events import Seen
from panther_s3.panther_api.access import PantherAccess
from screens.parts.events_dialog import EventsDialog
from tui.crash import crash_note
from tui.executor import AbandoningExecutor
from tui.exit_codes import INTERRUPTED, LEFT_TO_DO
from tui.status_exit import exit_code_of
from tui.theme import DARK, LIGHT


class StatusApp(App[int]):
    """Shows whether events arrive until a key is pressed."""

    TITLE = "Panther S3 wizard"
    CSS_PATH: ClassVar = [STYLES / "frame.tcss"]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave(0)", "Quit", priority=True),
        Binding("ctrl+c", f"leave({INTERRUPTED})", "Quit", show=False, priority=True),
    ]

    def __init__(self, answers: Answers, aws: Aws | None, access: PantherAccess) -> None:
        """Prepare the panel.

        Args:
            answers: the source, with its id in Panther.
            aws: reads the subscription; None where there is no identity.
            access: to Panther's API.
        """
        super().__init__()
        self._answers = answers
        self._dialog = EventsDialog(answers, aws, access)
        self.theme = DARK.name

    @property
    def available_themes(self) -> dict[str, Theme]:
        return {**super().available_themes, DARK.name: DARK, LIGHT.name: LIGHT}

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(AbandoningExecutor(max_workers=8, thread_name_prefix="status"))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit, INTERRUPTED)
        self.push_screen(self._dialog, self._leave)

    def action_leave(self, code: int) -> None:
        """End with `code`."""
        self.exit(code)

    def _leave(self, seen: Seen | None) -> None:
        """End with what was seen last."""
        self.exit(LEFT_TO_DO if seen is None else exit_code_of([seen], [self._answers]))

    def _fatal_error(self) -> None:
        """Say in words that it broke, where Textual would print a traceback with its locals."""
        self.panic(crash_note(sys.exc_info()[1]))
