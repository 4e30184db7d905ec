"""The full-screen wizard: its themes and keys, and the loop that leads from step to step."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.reactive import Reactive
from textual.screen import Screen
from textual.theme import Theme
from textual.widgets import Input

from assets import STYLES
from panther_s3.answers import Answers
from panther_s3.flow import Step, next_step
from panther_s3.problems import Problem
from screens.step import StepScreen
from tui.connections import Connections, no_mfa_code
from tui.crash import crash_note
from tui.executor import AbandoningExecutor
from tui.exit_codes import INTERRUPTED
from tui.keeper import DRAFT_SECONDS, Keeper
from tui.theme import DARK, LIGHT
from tui.wiring import screen_for

if TYPE_CHECKING:
    from panther_s3.journal.records import Record

NOT_OF_A_WIZARD = frozenset({"Maximize", "Minimize", "Screenshot"})
"""Commands of Textual's palette that lead nowhere in a form."""


class WizardApp(App[int]):
    """Leads through the steps of the onboarding, one screen each."""

    TITLE = "Panther S3 wizard"
    CSS_PATH: ClassVar = [STYLES / "frame.tcss"]
    theme = Reactive(os.environ.get("TEXTUAL_THEME", DARK.name))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", priority=True),
        # a priority of its own, since dialogs hide the app's other keys
        Binding("ctrl+c", "interrupt", "Copy or quit", show=False, priority=True),
    ]

    def __init__(
        self,
        *choices: Answers,
        endpoint_url: str | None = None,
        demo: bool = False,
        state_dir: Path | None = None,
        unfinished: Sequence[Record] = (),
    ) -> None:
        """Prepare the wizard.

        Args:
            choices: what is known beforehand: flags, environment, a source file; of several, the
                operator is asked for one.
            endpoint_url: the AWS endpoint to talk to, where it is not AWS itself.
            demo: show that this is the embedded AWS.
            state_dir: where the run is recorded; None for nowhere.
            unfinished: earlier runs to offer, the latest first.
        """
        super().__init__()
        self.sub_title = "demo" if demo else ""
        self._choices = choices or (Answers(),)
        self._answers = self._choices[0]
        self._unfinished = unfinished
        self._connections = Connections(endpoint_url, self.ask_mfa_code, state_dir=state_dir, demo=demo)
        self._keeper = Keeper(
            self._connections, self.step_shown, self.tell_not_kept, lasting=not demo and state_dir is not None
        )
        self._mfa_code: Future[str] = Future()

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Textual's themes and ours; ours are known from the start, so that the first style sheet speaks of them."""
        return {**super().available_themes, DARK.name: DARK, LIGHT.name: LIGHT}

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(AbandoningExecutor(max_workers=32, thread_name_prefix="aws"))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._mind(number)
        self.set_interval(DRAFT_SECONDS, self._keeper.keep_draft)
        self.onboard()

    def on_ready(self) -> None:
        """Collect garbage again, now that the first frame is up; what the start made is kept out of it."""
        gc.freeze()
        gc.enable()

    @work(group="onboard")
    async def onboard(self) -> None:
        """Show one step after the other until the onboarding is over."""
        step: Step | None = await self._begin()
        while step is not None:
            self._keeper.keep(step, self._answers)
            result = await self.push_screen_wait(screen_for(step, self._answers, self._connections))
            self._answers = result.answers
            step = next_step(step, result)
        self._keeper.end()
        self.exit(0)

    async def _begin(self) -> Step:
        """Return the step to begin with: of an earlier run that is gone on with, else the first."""
        if self._unfinished:
            from screens.parts.resume_dialog import ResumeDialog

            resumed = await self.push_screen_wait(ResumeDialog(self._unfinished, self._connections))
            if resumed is not None:
                self._answers, step = resumed
                return step
        if len(self._choices) > 1:
            from screens.parts.dialogs import PickDialog

            names = [choice.source.name for choice in self._choices]
            picked = await self.push_screen_wait(PickDialog("Which source?", names))
            self._answers = self._choices[picked or 0]
        return Step.WELCOME

    def step_shown(self) -> StepScreen | None:
        """Return the step on the screen, under whatever dialogs; None while none is."""
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, StepScreen)), None)

    async def action_quit(self) -> None:
        """Leave, after asking where something would be lost or goes on in AWS."""
        self.leave()

    def action_interrupt(self) -> None:
        """Copy what is selected, unless it is hidden; where nothing is, leave as by Quit."""
        field = self.focused
        if isinstance(field, Input) and field.password and not field.selection.is_empty:
            self.notify("A token is not copied: the clipboard is everybody's.", severity="warning", markup=False)
            return
        selected = getattr(self.focused, "selected_text", "") or self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(selected)
            self.notify("Copied. Ctrl+Q quits the wizard.", markup=False)
        else:
            self.leave(INTERRUPTED)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Lend the terminal to another program, and take it back however that ends.

        Ctrl+C is that program's alone meanwhile, though the terminal sends it to the wizard as well.
        """
        loop = asyncio.get_running_loop()
        failed: Exception | None = None
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which the other program would inherit
        try:
            with super().suspend():
                try:
                    yield
                except Exception as error:  # noqa: BLE001 - raised below: Textual's own would not take the terminal back
                    failed = error
        finally:
            # not in the loop's next turn, in which it passes over those that came meanwhile, but in the one after
            loop.call_soon(lambda: loop.call_soon(self._mind, signal.SIGINT))
        if failed is not None:
            raise failed

    def _mind(self, number: signal.Signals) -> None:
        """Let a signal end the program, its terminal restored."""
        asyncio.get_running_loop().add_signal_handler(number, self._interrupted)

    def _interrupted(self) -> None:
        """Keep what was typed, and end."""
        try:
            self._keeper.keep_now()
        finally:
            self.exit(INTERRUPTED)

    def tell_not_kept(self, problem: Problem) -> None:
        """Say why what is typed cannot be kept, and that nothing is changed in AWS then; called from threads."""
        words = f"{problem.cause}. What you type is not kept, and nothing can be changed in AWS. {problem.remedy}"
        title = "This run cannot be recorded"
        self.call_later(self.notify, words, title=title, severity="warning", markup=False, timeout=15)

    @work(group="leave")
    async def leave(self, code: int = 0) -> None:
        """Ask, wait for writes by name, and end the program with `code`."""
        from screens.parts.dialog import Dialog
        from screens.parts.dialogs import QuitDialog, WritingDialog

        if any(isinstance(screen, QuitDialog | WritingDialog) for screen in self.screen_stack):
            return
        step = self.step_shown()
        self.clear_notifications()  # they would lie over the question
        reasons = [screen.under_way() for screen in self.screen_stack if isinstance(screen, StepScreen | Dialog)]
        reasons += [self._keeper.what_leaving_means(step.gather())] if step else []
        if any(reasons) and not await self.push_screen_wait(QuitDialog("\n".join(filter(None, reasons)))):
            return
        if self._connections.writes():
            await self.push_screen_wait(WritingDialog(self._connections.writes))
        self._mfa_code.cancel()
        self._keeper.keep_now()
        self.exit(code)

    def ask_mfa_code(self, serial: str) -> str:
        """Return the code that the operator types for the device `serial`; called from worker threads.

        Raises:
            Problem: the operator cancelled.
        """
        self._mfa_code = Future()
        self.call_from_thread(self.show_mfa_dialog, serial, self._mfa_code)
        try:
            return self._mfa_code.result()
        except CancelledError as cancelled:
            raise no_mfa_code() from cancelled

    def show_mfa_dialog(self, serial: str, code: Future[str]) -> None:
        """Open the dialog whose answer settles `code`."""
        from screens.parts.mfa_dialog import MfaDialog

        def settle(answer: str | None) -> None:
            if answer is None:
                code.set_exception(no_mfa_code())
            else:
                code.set_result(answer)

        self.push_screen(MfaDialog(serial), settle)

    def _fatal_error(self) -> None:
        """Say in words that the wizard broke, where Textual would print a traceback with its locals."""
        self.panic(crash_note(sys.exc_info()[1]))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Put the step's own commands before Textual's."""
        if isinstance(screen, StepScreen):
            yield from screen.system_commands()
        for command in super().get_system_commands(screen):
            if command.title not in NOT_OF_A_WIZARD:
                yield command
