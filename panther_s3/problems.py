"""What went wrong, in words that an operator can act on."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PolicyStatement = Mapping[str, Any]


class ProblemKind(enum.Enum):
    """What sort of obstacle a Problem is; decides which ways out a screen offers."""

    CREDENTIALS = "credentials"
    UNKNOWN_PROFILE = "unknown profile"
    """Trouble with credentials that another flag mends."""
    ACCESS_DENIED = "access denied"
    NOT_FOUND = "not found"
    THROTTLED = "throttled"
    NETWORK = "network"
    CONFLICT = "conflict"
    WRONG_REGION = "wrong region"
    INVALID = "invalid"
    CANCELLED = "cancelled"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True)
class Denial:
    """What AWS's own text says of a refusal: who asked for what, and which policy refused."""

    principal: str = ""
    action: str = ""
    resource: str = ""
    policy_kind: str = ""
    """Such as "identity-based policy" or "service control policy"; "" where AWS does not say."""
    explicit: bool = False
    """True for a Deny statement, False where no statement allows the action."""
    policy_arn: str = ""


@dataclass
class Problem(Exception):
    """One obstacle: what happened, why, and what to do. Raised by gateways, shown by screens."""

    title: str
    cause: str = ""
    """Why, whole: AWS's message, the parser's complaint."""
    remedy: str = ""
    kind: ProblemKind = ProblemKind.UNEXPECTED
    command: tuple[str, ...] = ()
    """The command that mends it, as its words, where there is one to run."""
    statement: PolicyStatement | None = None
    """The policy statement to ask an administrator for, where one would help."""
    denial: Denial | None = None
    speaker: str = "AWS"
    """Whose words `cause` are; "" for the wizard's own."""
    by_token: bool = False
    """Whether another token of Panther's API would mend it."""

    def __post_init__(self) -> None:
        super().__init__(self.title)

    @property
    def statement_text(self) -> str:
        """The statement as indented JSON; "" where there is none."""
        import json

        return json.dumps(self.statement, indent=2) if self.statement else ""

    def __str__(self) -> str:
        return "\n".join(part for part in (self.title, self.cause, self.remedy) if part)


def unexpected(error: BaseException, remedy: str = "") -> Problem:
    """Return what no gateway put into words, as a Problem."""
    return Problem("Something unexpected went wrong", f"{type(error).__name__}: {error}", remedy, speaker="")


UNEXPECTED_ADVICE = (
    "Nothing that you typed is lost. Try the step again; if it comes back, report it with the text above."
)
