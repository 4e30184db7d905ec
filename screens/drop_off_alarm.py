"""Log drop-off alarm: whether Panther shall tell when no events arrive, and after how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.widgets import Button, Checkbox, Select, Static
from textual.worker import Worker

from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.first_events import alarm_sentence
from panther_s3.flow import Forward, Step
from panther_s3.made import with_made
from panther_s3.panther_api.access import PantherAccess
from screens.parts.chrome import action_button
from screens.parts.fields import Field, TextField
from screens.parts.problem_panel import ProblemPanel
from screens.parts.source_calls import SourceCalls
from screens.parts.text import marked, plain
from screens.parts.toggles import Check
from screens.step import StepScreen


class DropOffAlarmScreen(StepScreen):
    """Ask for the alarm's number and period; set it, where Panther has the source and is reached, else by hand."""

    STEP = Step.DROP_OFF_ALARM
    HEADING = "Log drop-off alarm"
    LEAD = "Panther can raise an alert when this source stops delivering. Recommended."
    AUTO_FOCUS = "#alarm-on"

    calls = query_one(SourceCalls)
    problem = query_one("#problem", ProblemPanel)

    def __init__(self, answers: Answers, aws: Aws, access: PantherAccess) -> None:
        """Take the answers, whose journal tells what was made, and the access to Panther's API."""
        super().__init__(answers)
        self._aws, self._access = aws, access
        self._here = answers.by_api and bool(answers.source_id)
        """Whether the alarm is set here, and not by hand in Panther's Console."""
        self._busy = False

    def compose_body(self) -> ComposeResult:
        answers = self.answers
        yield Field(
            "Alarm",
            Check("Raise one when no events arrive", answers.alarm_on, id="alarm-on", compact=True),
            id="alarm-on",
        )
        with Vertical(id="alarm-when"):
            yield TextField(
                "Number",
                answers.alarm_number,
                rule=lambda value: rules.alarm_fault(value, self._period()),
                hint="How long without events before Panther alerts: 15 minutes to 30 days.",
                id="alarm-number",
            )
            yield Field(
                "Period",
                Select(
                    [(period, period) for period in rules.PERIODS],
                    value=answers.alarm_period,
                    allow_blank=False,
                    id="alarm-period",
                    compact=True,
                ),
                id="alarm-period",
            )
        yield Static(id="alarm-meaning")
        if self._here:
            yield Static(id="alarm-state")
            yield ProblemPanel()
            yield SourceCalls(self._access)

    def buttons(self) -> Iterable[Button]:
        yield action_button("Back", "back", id="back")
        if self._here:
            yield action_button("Go on without", "go_on", id="go-on")
        yield action_button("Continue", "forward", primary=True, id="forward")

    def on_mount(self) -> None:
        self._show_meaning()
        if self._here:
            self.query_one("#go-on").display = False
            self.retry()

    def retry(self) -> None:
        """Read the alarm that Panther has."""
        self.problem.show(None)
        self._say("busy", "Asking Panther for the alarm that it has…")
        self.calls.read_alarm(self.answers)

    def gather(self) -> Answers:
        on, number = self.query_one("#alarm-on", Checkbox).value, self._number.value
        sound = on and not rules.alarm_fault(number, self._period())
        made = with_made(self.answers, self._aws.journal)
        changed = replace(made, alarm_on=on, alarm_number=number, alarm_period=self._period())
        return changed.with_source(
            drop_off_alarm_minutes=rules.alarm_minutes(number, self._period()) if sound else None
        )

    def action_forward(self) -> None:
        """Set the alarm where it is not as it shall be, and go on."""
        answers = self.gather()
        if self._busy or not self.ready():
            return
        if not self._here or answers.source.drop_off_alarm_minutes == answers.alarm_set:
            self.finish(Forward(answers))
            return
        self._busy = True
        self.problem.show(None)
        self._say("busy", "Setting the alarm…" if answers.alarm_on else "Taking the alarm away…")
        self.calls.set_alarm(answers)

    def action_go_on(self) -> None:
        """Go on; the last step says how to set the alarm by hand."""
        self.finish(Forward(self.gather()))

    @on(SourceCalls.AlarmRead)
    def show_alarm(self, event: SourceCalls.AlarmRead) -> None:
        """Show the alarm that Panther has."""
        self.answers = replace(self.answers, alarm_set=event.alarm.minutes if event.alarm else None)
        self._say("info", alarm_sentence(event.alarm))
        self._name_way_on()

    @on(SourceCalls.AlarmSet)
    def go_on(self, event: SourceCalls.AlarmSet) -> None:
        """Go on with the alarm that Panther shows now."""
        self.notify(alarm_sentence(event.alarm), markup=False)
        self.finish(Forward(replace(self.gather(), alarm_set=event.alarm.minutes if event.alarm else None)))

    @on(SourceCalls.Refused)
    def show_refusal(self, event: SourceCalls.Refused) -> None:
        """Show why Panther did not do it, and leave a way on."""
        self._busy = False
        self._say("warn", "Which alarm Panther has is not known.")
        self.query_one("#go-on").display = True
        self.problem.show(event.problem)

    def explain_unexpected(self, error: BaseException) -> Worker[None]:
        """Leave a way on where the asking broke off."""
        self._busy = False
        if self._here:
            self.query_one("#go-on").display = True
        return super().explain_unexpected(error)

    def _say(self, state: str, words: str) -> None:
        self.query_one("#alarm-state", Static).update(marked(state, words))

    def _name_way_on(self) -> None:
        """Name what the way on does in Panther."""
        if self._here:
            answers, forward = self.gather(), self.query_one("#forward", Button)
            wanted = answers.source.drop_off_alarm_minutes
            words = (
                "Continue"
                if wanted == answers.alarm_set
                else "Take the alarm away"
                if wanted is None
                else "Set the alarm"
            )
            forward.label = plain(words)
            forward.refresh(layout=True)

    def ready(self) -> bool:
        if not self.query_one("#alarm-on", Checkbox).value or self._number.judge():
            return True
        self._number.point_at()
        return False

    @property
    def _number(self) -> TextField:
        return self.query_one("#alarm-number-field", TextField)

    def _period(self) -> str:
        return str(self.query_one("#alarm-period", Select).value)

    @on(Checkbox.Changed)
    @on(Select.Changed)
    @on(TextField.Edited)
    def _show_meaning(self) -> None:
        on = self.query_one("#alarm-on", Checkbox).value
        self.query_one("#alarm-when").display = on
        if self._number.fault:
            self._number.judge()
        text = rules.alarm_meaning(self._number.value, self._period(), by_hand=not self._here) if on else rules.NO_ALARM
        self.query_one("#alarm-meaning", Static).update(plain(text))
        self._name_way_on()
