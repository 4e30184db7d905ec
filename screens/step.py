"""The base of every step: its frame, its keys, and how it gives its answers back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Static
from textual.worker import Worker, WorkerState

from assets import STYLES
from panther_s3.answers import Answers
from panther_s3.flow import Back, Forward, GoTo, Step, StepResult
from panther_s3.headings import HEADINGS
from screens.parts.chrome import ActionBar, AppBar, Body, HelpAside, KeyFooter, StageBar, action_button, field_of
from screens.parts.problem_panel import ProblemPanel
from screens.parts.run_here import run_here

if TYPE_CHECKING:
    from panther_s3.panther_api.access import PantherAccess


class StepScreen(Screen[StepResult]):
    """A step of the onboarding.

    A subclass names its STEP, composes its body in `compose_body`, gives its
    answers in `gather`, and refuses to go on in `ready`.
    """

    STEP: ClassVar[Step]
    FORWARD: ClassVar[str] = "Continue"

    CSS_PATH: ClassVar = [STYLES / "parts.tcss"]
    HORIZONTAL_BREAKPOINTS = [(112, "-wide")]
    VERTICAL_BREAKPOINTS = [(34, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "forward", "Continue", priority=True),
        Binding("escape", "back", "Back"),
        Binding("f1", "help", "Help"),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
    ]

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self.answers = answers
        self.access: PantherAccess | None = None
        """To Panther's API, where the step asks it."""

    def compose(self) -> ComposeResult:
        yield AppBar(self.answers)
        yield StageBar(self.STEP, self.answers)
        with Horizontal(id="columns"):
            with Body(id="body"):
                yield Static(self._heading(), id="heading")
                yield from self.compose_body()
            yield HelpAside(self.STEP)
        yield ActionBar(*self.buttons())
        yield KeyFooter()

    def _heading(self) -> Content:
        """The step's name, and in a line what it is about."""
        title, lead = HEADINGS[self.STEP]
        return Content.assemble((title, ""), *((("\n", ""), (lead, "not bold $foreground 60%")) if lead else ()))

    def compose_body(self) -> ComposeResult:
        """Yield the widgets of the step's own content."""
        raise NotImplementedError

    def buttons(self) -> Iterable[Button]:
        """Return the buttons of the action bar, the way on last."""
        if self.STEP is not Step.WELCOME:
            yield action_button("Back", "back", id="back")
        yield action_button(self.FORWARD, "forward", primary=True, id="forward")

    def gather(self) -> Answers:
        """Return the answers with what the fields hold now, valid or not."""
        return self.answers

    def ready(self) -> bool:
        """Tell whether the step may be left forwards; shows and focuses what is in the way."""
        return True

    def under_way(self) -> str:
        """Return in a sentence what AWS is doing on this step's account right now; "" for nothing."""
        return ""

    def retry(self) -> None:
        """Make the refused call again; steps that call AWS say which."""

    def finish(self, result: StepResult) -> None:
        """Give `result` to the flow, unless a dialog lies over this screen or it has ended already."""
        if self.is_active:
            self.app.clear_notifications()  # they speak of this step
            self.dismiss(result)

    def action_forward(self) -> None:
        """Go on to the next step if this one is complete."""
        if self.ready():
            self.finish(Forward(self.gather()))

    def action_back(self) -> None:
        """Return to the step before, keeping what was typed."""
        if self.STEP is not Step.WELCOME:
            self.finish(Back(self.gather()))

    def on_resize(self) -> None:
        """Let documents take their share of the new height."""
        for document in self.query(".document"):
            document.fit()  # type: ignore[attr-defined]

    def action_page(self, pages: int) -> None:
        """Scroll the step by whole pages, whatever has the focus."""
        body = self.query_one(Body)
        body.scroll_relative(y=pages * max(1, body.size.height - 2), animate=False)

    def action_help(self) -> None:
        """Show the help of the focused field and of this step."""
        from screens.parts.help_dialog import HelpDialog

        self.app.push_screen(HelpDialog(self.STEP, HEADINGS[self.STEP].title, field_of(self.STEP, self.focused)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Hide Back on the first step, and take no key before the step stands: one may be meant for the step before."""
        return self.is_mounted and not (action == "back" and self.STEP is Step.WELCOME)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keep the help beside the form in step with the focus."""
        self.query_one(HelpAside).show(event.widget)

    @on(ProblemPanel.RetryRequested)
    def retry_requested(self) -> None:
        """Make the refused call again."""
        self.retry()

    @on(ProblemPanel.TokenRequested)
    def token_requested(self) -> None:
        """Ask for another token of Panther's API."""
        self.ask_for_token()

    @work(exclusive=True, group="token")
    async def ask_for_token(self) -> None:
        """Ask for Panther's address and a token, and go on with them."""
        from screens.parts.token_dialog import TokenDialog

        assert self.access is not None, "only a step that asks Panther offers it"
        choice = await self.app.push_screen_wait(TokenDialog(self.access, self.answers.api_url))
        if choice is not None:
            self.take_api(self.gather().with_api(choice.base, by_api=choice.by_api))

    def take_api(self, answers: Answers) -> None:
        """Begin the step anew with another token, address, or without Panther's API."""
        self.finish(GoTo(self.STEP, answers))

    @on(ProblemPanel.CommandRequested)
    def run_command(self, event: ProblemPanel.CommandRequested) -> None:
        """Step aside for the command that mends a Problem, and try again where it ended well."""
        complaint = run_here(self.app, event.command)
        if complaint:
            self.notify(complaint, severity="warning", markup=False, timeout=10)
        else:
            self.retry()

    @on(Worker.StateChanged)
    def show_unexpected(self, event: Worker.StateChanged) -> None:
        """Show an error that no gateway put into words, so that it neither ends the program nor is lost."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.explain_unexpected(event.worker.error)

    @work(exclusive=True, group="unexpected")
    async def explain_unexpected(self, error: BaseException) -> None:
        """Open the dialog for `error`."""
        from screens.parts.dialogs import UnexpectedDialog

        await self.app.push_screen_wait(UnexpectedDialog(error))

    def system_commands(self) -> Iterable[SystemCommand]:
        """Return the step's entries of the command palette; a step with more actions puts its own before these.

        The way on is named as its button is just now, and left out while there is none.
        """
        for button in self.query("#forward").results(Button):
            if button.display and not button.disabled:
                yield SystemCommand(str(button.label), "Take the way on from this step", self.action_forward)
        if self.STEP is not Step.WELCOME:
            yield SystemCommand("Back", "Return to the step before", self.action_back)
        yield SystemCommand("Help", "Explain this step and the focused field", self.action_help)
