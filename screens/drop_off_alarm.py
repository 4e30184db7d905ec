"""Log drop-off alarm: whether Panther shall tell when no events arrive, and after how long."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Checkbox, Select, Static

from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.flow import Step
from screens.parts.fields import Field, TextField
from screens.parts.text import plain
from screens.parts.toggles import Check
from screens.step import StepScreen


class DropOffAlarmScreen(StepScreen):
    """Ask for the alarm's number and period; it is set in Panther's Console at the end."""

    STEP = Step.DROP_OFF_ALARM
    HEADING = "Log drop-off alarm"
    LEAD = "Panther can raise an alert when this source stops delivering. Recommended."
    AUTO_FOCUS = "#alarm-on"

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

    def on_mount(self) -> None:
        self._show_meaning()

    def gather(self) -> Answers:
        on, number = self.query_one("#alarm-on", Checkbox).value, self._number.value
        sound = on and not rules.alarm_fault(number, self._period())
        changed = replace(self.answers, alarm_on=on, alarm_number=number, alarm_period=self._period())
        return changed.with_source(
            drop_off_alarm_minutes=rules.alarm_minutes(number, self._period()) if sound else None
        )

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
        text = rules.alarm_meaning(self._number.value, self._period()) if on else rules.NO_ALARM
        self.query_one("#alarm-meaning", Static).update(plain(text))
