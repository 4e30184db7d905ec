"""The fields of the drop-off alarm: whether there shall be one, and after how long without events."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.widgets import Checkbox, Select

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers
from screens.parts.fields import Field, TextField
from screens.parts.toggles import Check


class AlarmFields(Vertical):
    """Asks as Panther's own form does: a number, and a period."""

    DEFAULT_CSS = "AlarmFields { height: auto; }"

    number = query_one("#alarm-number-field", TextField)

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self._answers = answers

    def compose(self) -> ComposeResult:
        answers = self._answers
        yield Field(
            form.ALARM_ON,
            Check(form.ALARM_ON_QUESTION, answers.alarm_on, id="alarm-on", compact=True),
        )
        with Vertical(id="alarm-when"):
            yield TextField(
                form.ALARM_NUMBER,
                answers.alarm_number,
                rule=lambda value: rules.alarm_fault(value, self.period),
            )
            yield Field(
                form.ALARM_PERIOD,
                Select(
                    [(period, period) for period in rules.PERIODS],
                    value=answers.alarm_period,
                    allow_blank=False,
                    id="alarm-period",
                    compact=True,
                ),
            )

    @property
    def on(self) -> bool:
        """Whether an alarm is wanted."""
        return self.query_one("#alarm-on", Checkbox).value

    @property
    def period(self) -> str:
        """The period as it is chosen."""
        return str(self.query_one("#alarm-period", Select).value)

    @property
    def minutes(self) -> int | None:
        """After how long the alarm is to be raised; None where none is wanted, or the number cannot be used."""
        if not self.on or rules.alarm_fault(self.number.value, self.period):
            return None
        return rules.alarm_minutes(self.number.value, self.period)

    def judge(self) -> bool:
        """Point at a number that cannot be used, where one is wanted, and tell whether all can be used."""
        if not self.on or self.number.judge():
            return True
        self.number.point_at()
        return False

    def follow(self) -> None:
        """Ask for number and period only where an alarm is wanted, and judge a refused number anew."""
        self.query_one("#alarm-when").display = self.on
        if self.number.fault:
            self.number.judge()
