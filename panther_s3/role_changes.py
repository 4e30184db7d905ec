"""What an update would change in a role, statement by statement: pure."""

from __future__ import annotations

import difflib
import enum
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from panther_s3.answers import Answers
from panther_s3.aws.roles import Role
from panther_s3.checks.statements import as_list, statements_of
from panther_s3.policies import role_policy, trust_policy

Statement = Mapping[str, Any]
ONE_OR_MANY = ("Action", "NotAction", "Resource", "NotResource")
"""Elements in which IAM lets a single text stand for a list of one, in any order."""


class Fate(enum.Enum):
    """What becomes of a statement; the values are the words shown."""

    STAYS = "stays"
    CHANGES = "changes"
    COMES = "comes"
    GOES = "goes, if it came from the stack"
    """CloudFormation takes away what its own template made; a policy added by hand stays."""


@dataclass(frozen=True)
class StatementChange:
    """A statement before and after an update; None where it is not there."""

    name: str
    before: Statement | None
    after: Statement | None

    @property
    def fate(self) -> Fate:
        """What the update does to it."""
        if self.before is None:
            return Fate.COMES
        if self.after is None:
            return Fate.GOES
        return Fate.STAYS if _same(self.before, self.after) else Fate.CHANGES


def role_changes(role: Role, answers: Answers) -> tuple[StatementChange, ...]:
    """Return what bringing `role` to what `answers` need does to its trust policy and its inline policies.

    Attached policies are no part of the template, and stay as they are.
    """
    inline = [policy for policy in role.policies if not policy.attached_arn]
    before = [statement for policy in inline for statement in statements_of(policy.document)]
    return (
        *_compared(statements_of(role.trust), statements_of(trust_policy(answers.panther))),
        *_compared(before, statements_of(role_policy(answers.source, answers.partition))),
    )


def as_diff(changes: Iterable[StatementChange]) -> str:
    """Return `changes` as a text: what goes behind "-", what comes behind "+"; what stays is only named, at the end."""
    lines: list[str] = []
    for change in sorted(changes, key=lambda change: change.fate is Fate.STAYS):
        lines.append(f"# {change.name}: {change.fate.value}")
        if change.fate is not Fate.STAYS:
            lines += [*_compared_lines(change.before, change.after), ""]
    return "\n".join(lines).rstrip()


def _compared(before: Iterable[Statement], after: Iterable[Statement]) -> list[StatementChange]:
    """Pair the statements that say the same, then those of one Sid; what is left over comes or goes."""
    left, found = list(before), []
    for number, statement in enumerate(after, 1):
        same = next((old for old in left if _same(old, statement)), None)
        same = same or next((old for old in left if old.get("Sid") and old.get("Sid") == statement.get("Sid")), None)
        if same is not None:
            left.remove(same)
        found.append(StatementChange(_name(statement, number), same, statement))
    return found + [StatementChange(_name(old, number), old, None) for number, old in enumerate(left, 1)]


def _same(one: Statement, other: Statement) -> bool:
    """Tell whether two statements say the same, whatever their Sid and the order of their lists."""
    return _plain(one) == _plain(other)


def _plain(statement: Statement) -> dict[str, Any]:
    return {
        key: sorted(map(str, as_list(value))) if key in ONE_OR_MANY else value
        for key, value in statement.items()
        if key != "Sid"
    }


def _name(statement: Statement, number: int) -> str:
    return str(statement.get("Sid") or f"a statement without Sid ({number})")


def _compared_lines(before: Statement | None, after: Statement | None) -> list[str]:
    """Return the lines of a statement behind "-", "+", or a blank where both have them."""
    old, new = [
        json.dumps(statement, indent=2).splitlines() if statement is not None else [] for statement in (before, after)
    ]
    return [line for line in difflib.ndiff(old, new) if not line.startswith("?")]
