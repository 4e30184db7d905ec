"""The name of every step and what it is about, in the words that both faces of the program show."""

from __future__ import annotations

from typing import NamedTuple

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.flow import Step


class Heading(NamedTuple):
    """A step's name, and a line on what it is about; "" where the step says that itself."""

    title: str
    lead: str = ""


HEADINGS = {
    Step.WELCOME: Heading("Where are you?", "Your AWS profile, and the Panther deployment that will read the logs."),
    Step.BUCKET_DETAILS: Heading("Bucket details", "The same fields as in Panther's Console, in the same order."),
    Step.IAM_METHOD: Heading(
        "Set up an IAM role", "Panther reads the bucket through a role in your account. How is it made?"
    ),
    Step.CREATE_STACK: Heading("Create the stack with my AWS profile"),
    Step.CONSOLE_UI: Heading("Use the AWS Console to set up your role"),
    Step.TEMPLATE_FILE: Heading(
        "CloudFormation or Terraform template", "Save it, apply it your own way, then go on with the role's ARN."
    ),
    Step.MANUAL_ROLE: Heading(
        "Setting up the role manually", "Make a role with these two policies, then go on with its ARN."
    ),
    Step.ROLE_ARN: Heading("Role ARN", "The role that Panther assumes to read the bucket."),
    Step.VALIDATION: Heading("Validation results"),
    Step.PANTHER_SOURCE: Heading("The source in Panther"),
    Step.NOTIFICATIONS: Heading("Tell Panther of new objects"),
    Step.VALIDATION_AGAIN: Heading("Validation results, notifications included"),
    Step.DROP_OFF_ALARM: Heading(
        "Log drop-off alarm", "Panther can raise an alert when this source stops delivering. Recommended."
    ),
    Step.FINISH: Heading("Finish the source setup"),
}

NOTIFICATIONS_WATCHED = "Panther sets these up itself, now that it has the source. This is how far it is."
_IN_PANTHER = {
    NotificationsBy.WIZARD: "It comes first: Panther confirms a subscription only where it has a source.",
    NotificationsBy.PANTHER: "Once Panther has the source it sets up the bucket's notifications itself.",
    NotificationsBy.OPERATOR: "Panther confirms the topic's subscription only where it has a source of this account.",
}
_NOTIFICATIONS = {
    NotificationsBy.WIZARD: "From the bucket to Panther's queue. Each change is shown before it is made.",
    NotificationsBy.PANTHER: "Panther sets these up itself once the source is saved. Nothing to do here but to know.",
    NotificationsBy.OPERATOR: "Set up elsewhere: this is what has to be there in the end.",
}


def lead_of(step: Step, answers: Answers) -> str:
    """Return the line on what `step` is about, which for some depends on who sets up the notifications."""
    if step is Step.PANTHER_SOURCE:
        return _IN_PANTHER[answers.notifications_by]
    if step is Step.NOTIFICATIONS:
        return _NOTIFICATIONS[answers.notifications_by]
    return HEADINGS[step].lead
