"""The source in Panther: what it is sent, to approve; created or updated before anybody subscribes to anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, Static
from textual.worker import Worker

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.flow import Forward, GoTo, Step
from panther_s3.headings import HEADINGS, lead_of
from panther_s3.made import with_made
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.errors import Unclear
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source_plan import SourceAct, SourcePlan
from screens.parts.chrome import action_button
from screens.parts.problem_panel import ProblemPanel
from screens.parts.source_calls import SourceCalls
from screens.parts.source_view import SourceView
from screens.parts.text import marked, plain
from screens.step import StepScreen


class PantherSourceScreen(StepScreen):
    """Show what Panther is sent, and have it create or update the source once approved."""

    STEP = Step.PANTHER_SOURCE
    AUTO_FOCUS = "#forward"

    access: PantherAccess
    calls = query_one(SourceCalls)
    problem = query_one("#problem", ProblemPanel)
    summary = query_one("#source-summary", Static)
    shown = query_one(SourceView)

    def __init__(self, answers: Answers, aws: Aws, access: PantherAccess) -> None:
        super().__init__(answers)
        self._aws, self.access = aws, access
        self._plan: SourcePlan | None = None
        self._busy = True
        self._making = False
        """Whether what was sent is not answered yet."""
        self._news: Problem | None = None
        """Why what was on the screen was not done, until what is there now is shown."""

    def _heading(self) -> Content:
        """The step's name, and why it comes here."""
        why = lead_of(self.STEP, self.answers)
        return Content.assemble((HEADINGS[self.STEP].title, ""), "\n", (why, "not bold $foreground 60%"))

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="ways"):
            yield action_button("Open that source", "open_rival", id="open-rival")
            yield action_button("Address and token…", "connect", id="connect")
            yield action_button("Look again", "look_again", id="look-again")
        yield Static(id="source-summary")
        yield ProblemPanel(retry=False)
        yield SourceView()
        yield SourceCalls(self.access)

    def buttons(self) -> Iterable[Button]:
        yield action_button("Back", "back", id="back")
        yield action_button("Go on without", "go_on", id="go-on")
        yield action_button("Continue", "forward", primary=True, id="forward")

    def system_commands(self) -> Iterable[SystemCommand]:
        yield SystemCommand("Address and token", "Name another API token, or Panther's address", self.action_connect)
        yield SystemCommand("Look again", "See what Panther has", self.action_look_again)
        yield from super().system_commands()

    def on_mount(self) -> None:
        self.retry()

    def gather(self) -> Answers:
        return with_made(self.answers, self._aws.journal)

    def retry(self) -> None:
        """Find out what is to be done in Panther."""
        self._wait("Looking at what Panther has…")
        self.calls.plan(self.answers)

    def action_look_again(self) -> None:
        """Look again, unless an answer is waited for: what was sent may be under way."""
        if not self._busy:
            self.retry()

    def action_forward(self) -> None:
        """Do what is shown, or go on where that is nothing."""
        plan = self._plan
        if self._busy:
            return  # a second press was meant for what stood there before
        if plan is None or plan.obstacle is not None:
            self.retry()
        elif plan.act is SourceAct.NOTHING:
            self._go_on_with(plan.shown.id if plan.shown else "")
        else:
            self._wait("Creating the source…" if plan.act is SourceAct.CREATE else "Updating the source…")
            self._making = True
            self.calls.make(self.answers, plan)

    def action_back(self) -> None:
        """Return to the step before, but not from what was sent: its answer is waited for."""
        if not self._making:
            super().action_back()

    def action_go_on(self) -> None:
        """Leave Panther as it is; the last step shows what to enter there by hand."""
        if not self._busy:
            self.finish(Forward(self.gather()))

    def action_open_rival(self) -> None:
        """Open the source that is in the way, to check and change that one."""
        if self._plan is not None and self._plan.rival is not None and not self._busy:
            self._wait("Reading that source…")
            self.calls.open(self.answers, self._plan.rival.id)

    def action_connect(self) -> None:
        """Ask for the address and the token, unless an answer is waited for."""
        if not self._busy:
            self.ask_for_token()

    def take_api(self, answers: Answers) -> None:
        """Look anew with another token or address; without Panther's API there is nothing to do here."""
        self.answers = answers
        if answers.by_api:
            self.retry()
        else:
            self.finish(Forward(self.gather()))

    def _wait(self, words: str) -> None:
        """Say what is waited for."""
        self._busy = True
        self.problem.show(None)
        if self.focused is not None and self.focused.id != "back":
            self.set_focus(None)  # else it would go to Back, where a second Enter leaves
        self.query_one("#ways").display = False
        self.query_one("#go-on").display = self.query_one("#forward").display = False
        self.summary.update(marked("busy", words))

    @on(SourceCalls.Planned)
    async def show_plan(self, event: SourceCalls.Planned) -> None:
        """Show what is to be done."""
        plan = self._plan = event.plan
        self._making = False
        if self.answers.source_id and plan.shown is None:  # somebody deleted it
            self.answers = replace(self.answers, source_id="", alarm_set=None)
        self.summary.update(plain(plan.summary))
        news, self._news = self._news, None
        self.problem.show(plan.obstacle or news)
        await self.shown.show(plan)
        self._offer(
            "Look again" if plan.obstacle else plan.act.value,
            go_on=plan.obstacle is not None or plan.act is not SourceAct.NOTHING,
        )
        self.query_one("#open-rival").display = plan.rival is not None
        self.query_one("#look-again").display = plan.obstacle is None

    @on(SourceCalls.Made)
    def go_on(self, event: SourceCalls.Made) -> None:
        """Go on with the source that Panther has now, or show it where a dialog keeps the step from ending."""
        self._making = False
        self.answers = replace(self.answers, source_id=event.source.id)
        self.notify(f"Panther has the source {event.source.source.name}.", markup=False, timeout=2)
        if self.is_active:
            self._go_on_with(event.source.id)
        else:
            self.retry()

    @on(SourceCalls.Opened)
    def begin_with_other(self, event: SourceCalls.Opened) -> None:
        """Begin with the source that was opened; where a dialog lies over the step, it is offered again."""
        if self.is_active:
            self.finish(GoTo(Step.BUCKET_DETAILS, event.answers))
        else:
            self.retry()

    @on(SourceCalls.Refused)
    def show_refusal(self, event: SourceCalls.Refused) -> None:
        """Show why Panther did not do it."""
        sent, self._making, self._plan = self._making, False, None
        if sent and event.problem.kind is ProblemKind.CONFLICT:
            self._news = event.problem  # somebody was first: what is there now is shown
            self.retry()
            return
        unclear = isinstance(event.problem, Unclear)
        words = "Whether Panther did it is not known: look again." if unclear else "Nothing was changed in Panther."
        self.summary.update(plain(words if sent else ""))
        self.problem.show(event.problem)
        self._offer("Look again", go_on=True)
        self.query_one("#open-rival").display = self.query_one("#look-again").display = False

    def explain_unexpected(self, error: BaseException) -> Worker[None]:
        """Leave a way on where the asking broke off."""
        self._plan, self._making = None, False
        self.summary.update("")
        self._offer("Look again", go_on=True)
        return super().explain_unexpected(error)

    def _go_on_with(self, id: str) -> None:
        self.finish(Forward(replace(self.gather(), source_id=id)))

    def _offer(self, words: str, *, go_on: bool) -> None:
        """Name the way on."""
        self._busy = False
        self.query_one("#ways").display = True
        forward = self.query_one("#forward", Button)
        forward.label, forward.display = Content(words), True
        forward.refresh(layout=True)
        self.query_one("#go-on").display = go_on
        if self.is_active and (self.focused is None or not self.focused.display or self.focused.id == "back"):
            forward.focus()
