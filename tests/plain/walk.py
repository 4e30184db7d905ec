"""What an operator answers on the way through the plain wizard, question by question."""

from __future__ import annotations

from typing import NamedTuple

from panther_s3.demo import cast
from tests.flow import accounts
from tests.plain.operator import CHOICE, NOW, Operator

NAME, PREFIX = "prod trail", "app/"
"""What the robot of the full screen types as well."""
UNSAVED = "Finish without a source file?"


class Typed(NamedTuple):
    """A question that a text answers; "" takes what is proposed."""

    label: str
    text: str = ""

    def __call__(self, operator: Operator) -> str:
        return operator.type(self.label, self.text)

    @property
    def prompt(self) -> str:
        """What stands in the line that is typed into."""
        return self.label


class Taken(NamedTuple):
    """A question that one of several ways answers; "" takes what is proposed."""

    way: str = ""
    question: str = NOW

    def __call__(self, operator: Operator) -> str:
        return operator.choose(self.way, self.question)

    @property
    def prompt(self) -> str:
        """What stands in the line that is typed into."""
        return CHOICE


Answer = Typed | Taken

WELCOME: tuple[Answer, ...] = (
    Typed("AWS profile"),
    Typed("Region"),
    Typed("Panther account", cast.PANTHER_ACCOUNT),
    Typed("Panther region", cast.PANTHER_REGION),
    Taken("Go on without it", "Panther API"),
)
CREATE_STACK: tuple[Answer, ...] = (
    Taken("Create the stack", "How is the role made?"),
    Taken("Create the change set", "Have AWS check this?"),
    Taken("Execute it", "Execute the change set?"),
)
ROLE: tuple[Answer, ...] = (Typed("Role ARN"), Taken("Continue"))
CHECKED: tuple[Answer, ...] = (Taken("Continue"),)
TOPIC: tuple[Answer, ...] = (
    Taken("Make the topic"),
    Typed("Encrypt it with a KMS key"),
    Taken("Create the change set", "Have AWS check this?"),
    Taken("Execute it", "Execute the change set?"),
)
RULES: tuple[Answer, ...] = (Taken("Change the bucket's rules"), Taken("Make this change", "Make this change?"))
PROOF: tuple[Answer, ...] = (
    Taken("Test object"),
    Taken("Put it", "Put an object"),
    Taken("Remove it", "When Panther has read it"),
)
NOTIFIED: tuple[Answer, ...] = (Taken("Continue"),)
RESUME: tuple[Answer, ...] = (
    Taken("", "Runs that are not finished:"),
    Taken("Resume", f"{accounts.NAME}, bucket"),
)
"""Going on with the run of a scene."""
MAKE = Taken("Make this change", "Make this change?")
EXISTING_TOPIC: tuple[Answer, ...] = (
    Taken("Another topic"),
    Taken(accounts.TOPIC, "Which topic shall the bucket tell?"),
    Taken("Change the topic's policy"),
    MAKE,
    Taken("Let S3 use the key"),
    MAKE,
    Taken("Subscribe Panther's queue"),
    MAKE,
    *RULES,
    *PROOF,
    *NOTIFIED,
)
"""Having a scene's own topic do all that it lacks."""
TAKE_BACK: tuple[Answer, ...] = (Taken("Take it back"), Taken("Take it back", "Take this back?"))
ALARM: tuple[Answer, ...] = (Typed("Raise one"), Taken("hours", "Period"), Typed("Number", "24"))
FINISH: tuple[Answer, ...] = (Taken("Finish Setup"), Typed(UNSAVED, "y"))
WITHOUT_AWS: tuple[Answer, ...] = (
    Typed("AWS profile"),
    Typed("Region", "us-west-2"),
    Taken("Go on without an AWS identity"),
    *WELCOME[2:],
    Typed("Name", NAME),
    Typed("Account ID", cast.CUSTOMER_ACCOUNT),
    Typed("Bucket Name", "acme-logs"),
    Typed("Bucket's region", "us-west-2"),
    Typed("KMS Key"),
    Taken("", "Stream Type"),
    Typed("S3 Prefix Filter"),
    Typed("S3 Exclusion Filter"),
    Typed("Log Types"),
    Taken("Go on with these", "Prefixes"),
    Taken("I do", "Who tells Panther"),
    Taken("CloudFormation Template", "How is the role made?"),
    Taken("CloudFormation", "Which template?"),
    Taken("Continue", "panther-log-analysis-setup-prod-trail.yml"),
    Typed("Role ARN"),
    Taken("Continue"),
    Taken("Continue"),
    Taken("Continue"),
    *ALARM,
    *FINISH,
)
"""The whole way of who has no credentials, all of it to be done by hand."""


def bucket(name: str, *, source: str = NAME, prefix: str = PREFIX, by: str = "I do") -> tuple[Answer, ...]:
    """Return the answers of the form of the bucket `name`."""
    return (
        Typed("Name", source),
        Typed("Account ID"),
        Typed("Bucket Name", name),
        Typed("KMS Key"),
        Taken("Auto", "Stream Type"),
        Typed("S3 Prefix Filter", prefix),
        Typed("S3 Exclusion Filter"),
        Typed("Log Types"),
        Taken("Go on with these", "Prefixes"),
        Taken(by, "Who tells Panther"),
    )


def answer(operator: Operator, *answers: Answer) -> str:
    """Answer one question after the other, and return what was said before the last."""
    said = ""
    for each in answers:
        said = each(operator)
    return said
