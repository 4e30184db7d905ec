"""The base of every dialog over a step: its style sheet is loaded with the first one."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, ScreenResultType
from textual.worker import Worker, WorkerState

from assets import STYLES
from panther_s3.problems import Problem, unexpected
from screens.parts.chrome import KeyFooter
from screens.parts.problem_panel import ProblemPanel


class Dialog(ModalScreen[ScreenResultType]):
    """A question or notice over a step.

    One that calls AWS says what is under way, makes the refused call again in `retry`, and shows in
    `show_failure` what no gateway put into words.
    """

    CSS_PATH: ClassVar = [STYLES / "dialogs.tcss"]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (24, "-usual"), (34, "-tall")]

    _late: tuple[ScreenResultType | None] | None = None
    """The result of a dialog that ended while another one lay over it."""

    def on_mount(self) -> None:
        self.mount(KeyFooter())  # the step's own keys, beneath, do not hold while the dialog is open

    @property
    def is_ending(self) -> bool:
        """Whether the program ends: an answer that comes now finds no widgets to show it."""
        return self.app.return_code is not None

    def under_way(self) -> str:
        """Return in a sentence what would be left behind if the program ended now; "" for nothing."""
        return ""

    def retry(self) -> None:
        """Make the refused call again."""

    def show_failure(self, problem: Problem) -> None:
        """Show what went wrong unexpectedly."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with `result`, once no other dialog lies over this one: AWS may answer while quitting is asked about.

        A second answer to a dialog that is closed counts for nothing.
        """
        if self.is_active:
            return super().dismiss(result)
        self._late = (result,)
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        """Close, if that was to be done while something lay over the dialog."""
        self.call_later(self._end_late)

    def _end_late(self) -> None:
        if self._late is not None and self.is_active:
            (result,), self._late = self._late, None
            self.dismiss(result)

    @on(ProblemPanel.CommandRequested)
    def run_command(self, event: ProblemPanel.CommandRequested) -> None:
        """Step aside for the command that mends a Problem, and try again where it ended well."""
        from screens.parts.run_here import run_here

        event.stop()
        if complaint := run_here(self.app, event.command):
            self.notify(complaint, severity="warning", markup=False, timeout=10)
        else:
            self.retry()

    @on(Worker.StateChanged)
    def show_unexpected(self, event: Worker.StateChanged) -> None:
        """Show an error that no gateway put into words, so that the dialog does not wait for ever."""
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            self.show_failure(unexpected(error))


class ScrollingDialog(Dialog[ScreenResultType]):
    """A dialog whose content scrolls by the arrow keys, while the focus stays on its buttons."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("up", "scroll(-1)", "Scroll", key_display="↑↓"),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-8)", show=False),
        Binding("pagedown", "scroll(8)", show=False),
    ]

    def action_close(self) -> None:
        """Close, as far as that is possible just now."""
        raise NotImplementedError

    def action_scroll(self, lines: int) -> None:
        """Scroll what is shown."""
        for shown in self.query(VerticalScroll):
            if shown.display:
                shown.scroll_relative(y=lines, animate=False)
