"""Log drop-off alarm: whether Panther shall tell when no events arrive, and after how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
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
from panther_s3.panther_api.model import Alarm
from screens.parts.alarm_fields import AlarmFields
from screens.parts.chrome import action_button
from screens.parts.fields import TextField
from screens.parts.problem_panel import ProblemPanel
from screens.parts.source_calls import SourceCalls
from screens.parts.text import marked, plain
from screens.step import StepScreen


class DropOffAlarmScreen(StepScreen):
    """Ask for the alarm's number and period; set it, where Panther has the source and is reached, else by hand."""

    STEP = Step.DROP_OFF_ALARM
    AUTO_FOCUS = "#alarm-on"

    access: PantherAccess
    fields = query_one(AlarmFields)
    calls = query_one(SourceCalls)
    problem = query_one("#problem", ProblemPanel)

    def __init__(self, answers: Answers, aws: Aws, access: PantherAccess) -> None:
        """Take the answers, whose journal tells what was made, and the access to Panther's API."""
        super().__init__(answers)
        self._aws, self.access = aws, access
        self._here = answers.by_api and bool(answers.source_id)
        """Whether the alarm is set here, and not by hand in Panther's Console."""
        self._busy = False
        self._known = False
        """Whether Panther was asked which alarm it has."""

    def compose_body(self) -> ComposeResult:
        yield AlarmFields(self.answers)
        yield Static(id="alarm-meaning")
        if self._here:
            yield Static(id="alarm-state")
            yield ProblemPanel(token=True)
            yield SourceCalls(self.access)

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
        fields = self.fields
        made = with_made(self.answers, self._aws.journal)
        changed = replace(made, alarm_on=fields.on, alarm_number=fields.number.value, alarm_period=fields.period)
        return changed.with_source(drop_off_alarm_minutes=fields.minutes)

    def action_forward(self) -> None:
        """Set the alarm where it is not as it shall be, and go on."""
        answers = self.gather()
        if self._busy or not self.ready():
            return
        if not self._here or (self._known and answers.source.drop_off_alarm_minutes == answers.alarm_set):
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
        self._take_in(event.alarm)

    @on(SourceCalls.AlarmSet)
    def go_on(self, event: SourceCalls.AlarmSet) -> None:
        """Go on with the alarm that Panther shows now; it stays in sight where a dialog keeps the step from ending."""
        self._busy = False
        self._take_in(event.alarm)
        self.notify(alarm_sentence(event.alarm), markup=False, timeout=2)
        self.finish(Forward(self.gather()))

    def _take_in(self, alarm: Alarm | None) -> None:
        """Keep and show the alarm that Panther has."""
        self._known = True
        self.answers = replace(self.answers, alarm_set=alarm.minutes if alarm else None)
        self._say("info", alarm_sentence(alarm))
        self._name_way_on()

    @on(SourceCalls.Refused)
    def show_refusal(self, event: SourceCalls.Refused) -> None:
        """Show why Panther did not do it, and leave a way on."""
        self._busy = self._known = False
        self._say("warn", "Which alarm Panther has is not known.")
        self.query_one("#go-on").display = True
        self.problem.show(event.problem)

    def explain_unexpected(self, error: BaseException) -> Worker[None]:
        """Leave a way on where the asking broke off."""
        self._busy = self._known = False
        if self._here:
            self._say("warn", "Which alarm Panther has is not known.")
            self.query_one("#go-on").display = True
        return super().explain_unexpected(error)

    def _say(self, state: str, words: str) -> None:
        self.query_one("#alarm-state", Static).update(marked(state, words))

    def _name_way_on(self) -> None:
        """Name what the way on does in Panther."""
        if self._here:
            answers, forward = self.gather(), self.query_one("#forward", Button)
            wanted = answers.source.drop_off_alarm_minutes
            words = "Take the alarm away" if wanted is None else "Set the alarm"
            if wanted == answers.alarm_set:
                words = "Continue"
            forward.label = plain(words)
            forward.refresh(layout=True)

    def ready(self) -> bool:
        return self.fields.judge()

    @on(Checkbox.Changed)
    @on(Select.Changed)
    @on(TextField.Edited)
    def _show_meaning(self) -> None:
        fields, text = self.fields, rules.NO_ALARM
        fields.follow()
        if fields.on:
            text = rules.alarm_meaning(fields.number.value, fields.period, by_hand=not self._here)
        self.query_one("#alarm-meaning", Static).update(plain(text))
        self._name_way_on()
