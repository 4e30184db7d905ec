"""Notifications: what makes the bucket tell Panther of new objects, to be done by hand."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from panther_s3.answers import NotificationsBy
from panther_s3.flow import Step
from panther_s3.handwork import managed_steps, notification_steps
from screens.parts.hand_steps import HandSteps
from screens.parts.text import plain
from screens.step import StepScreen

LEADS = {
    NotificationsBy.WIZARD: "This version of the wizard does not make the topic and rules itself: here is every step, "
    "filled in, for the AWS Console. Each value can be copied.",
    NotificationsBy.PANTHER: "Panther sets these up itself once the source is saved. Nothing to do here but to know.",
    NotificationsBy.OPERATOR: "Set up elsewhere: this is what has to be there in the end.",
}


class NotificationsScreen(StepScreen):
    """Show the steps from the bucket to Panther's queue with the operator's values."""

    STEP = Step.NOTIFICATIONS
    HEADING = "Tell Panther of new objects"
    AUTO_FOCUS = "#forward"  # a button further down would scroll the beginning out of view

    def compose_body(self) -> ComposeResult:
        by = self.answers.notifications_by
        yield Static(plain(LEADS[by]), id="notifications-lead", classes="note")
        steps = managed_steps(self.answers) if by is NotificationsBy.PANTHER else notification_steps(self.answers)
        yield HandSteps(steps)
