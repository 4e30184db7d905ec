"""What a check says: its status, what is wrong, and what mends it."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from panther_s3.problems import Problem, ProblemKind


class Status(enum.StrEnum):
    """How a check ended. UNKNOWN is never passed off as PASS."""

    PASS = "pass"  # noqa: S105 - a status, not a password
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


WORDS: Mapping[Status, tuple[str, str]] = {
    Status.PASS: ("✓ OK", "green"),
    Status.WARN: ("! Warning", "yellow"),
    Status.FAIL: ("✗ Failed", "red"),
    Status.UNKNOWN: ("? Unknown", "magenta"),
    Status.SKIPPED: ("- Skipped", "dim"),
}
"""A status in a mark and a word, and the terminal's colour that may stand beside them."""


def status_word(status: Status) -> str:
    """A status in its word alone, without the mark."""
    return WORDS[status][0].split(" ", 1)[1]


SEVERITY = (Status.FAIL, Status.UNKNOWN, Status.WARN, Status.PASS, Status.SKIPPED)
"""Worst first: the order in which one of several findings speaks for all."""


class CheckId(enum.StrEnum):
    """The thirteen checks, in the order in which they are shown."""

    ROLE_EXISTS = "role.exists"
    ROLE_TRUST = "role.trust"
    BUCKET_EXISTS = "bucket.exists"
    BUCKET_LOCATION = "bucket.location"
    BUCKET_LIST = "bucket.list"
    OBJECTS_READ = "objects.read"
    KMS_KEY = "kms.key"
    KMS_DECRYPT = "kms.decrypt"
    NOTIFICATIONS_BUCKET = "notifications.bucket"
    NOTIFICATIONS_TOPIC = "notifications.topic"
    NOTIFICATIONS_TOPIC_POLICY = "notifications.topic_policy"
    NOTIFICATIONS_TOPIC_ENCRYPTION = "notifications.topic_encryption"
    NOTIFICATIONS_SUBSCRIPTION = "notifications.subscription"


TITLES: Mapping[CheckId, str] = {
    CheckId.ROLE_EXISTS: "The role exists",
    CheckId.ROLE_TRUST: "The role trusts Panther",
    CheckId.BUCKET_EXISTS: "The bucket exists",
    CheckId.BUCKET_LOCATION: "The role may find the bucket's region",
    CheckId.BUCKET_LIST: "The role may list the bucket",
    CheckId.OBJECTS_READ: "The role may read objects",
    CheckId.KMS_KEY: "The KMS key can be used",
    CheckId.KMS_DECRYPT: "The role may decrypt",
    CheckId.NOTIFICATIONS_BUCKET: "The bucket tells of new objects",
    CheckId.NOTIFICATIONS_TOPIC: "The topic exists",
    CheckId.NOTIFICATIONS_TOPIC_POLICY: "The topic lets S3 in and Panther subscribe",
    CheckId.NOTIFICATIONS_TOPIC_ENCRYPTION: "The topic's encryption lets S3 publish",
    CheckId.NOTIFICATIONS_SUBSCRIPTION: "Panther's queue is subscribed",
}


@dataclass(frozen=True)
class CheckResult:
    """One check's finding. `cause` is None for a pass; for a skip it is the id waited for."""

    id: CheckId
    status: Status
    cause: str | None = None
    detail: str = ""
    """What was looked at, and what is wrong with it."""
    remedy: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The check in words."""
        return TITLES[self.id]

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as `check --format json` prints it."""
        return {
            "id": self.id.value,
            "status": self.status.value,
            "cause": self.cause,
            "title": self.title,
            "detail": self.detail,
            "remedy": self.remedy,
            "evidence": {"document": "", "statement": "", "request": {}, **self.evidence},
        }


def worst(findings: Sequence[CheckResult]) -> CheckResult:
    """Return the finding that speaks for all, the worst, the earliest of equals; the others are in its evidence."""
    speaker = min(findings, key=lambda finding: SEVERITY.index(finding.status))
    if len(findings) == 1:
        return speaker
    items = [
        {"status": each.status.value, "cause": each.cause, "detail": each.detail, **each.evidence} for each in findings
    ]
    return replace(speaker, evidence={**speaker.evidence, "items": items})


def skipped(check: CheckId, waited_for: CheckId, why: str) -> CheckResult:
    """Return the finding of a check that an earlier failed one makes meaningless."""
    return CheckResult(check, Status.SKIPPED, waited_for.value, why)


def unanswered(check: CheckId, what: str) -> CheckResult:
    """Return the finding for something that nobody looked up."""
    return CheckResult(check, Status.UNKNOWN, "not_answered", f"{what} was not looked up.", "Retry.")


def unread(check: CheckId, problem: Problem, permission: str = "") -> CheckResult:
    """Return the finding for something that could not be read, naming the permission that would settle it.

    Args:
        check: the check that asks.
        problem: why it could not be read.
        permission: what the call needs, where AWS's refusal does not say it.
    """
    permission = problem.denial.action if problem.denial and problem.denial.action else permission
    refused = problem.denial is not None or problem.kind is ProblemKind.ACCESS_DENIED
    remedy = problem.remedy or "Retry."
    if refused and permission:
        remedy = f"{remedy} What settles it is {permission}: once it is allowed, check again."
    if problem.statement:
        remedy += f"\nThe statement to ask for:\n{problem.statement_text}"
    cause = "not_readable" if refused else "not_answered"
    detail = f"{problem.title}. {problem.cause}".strip()
    evidence = {"permission": permission} if refused and permission else {}
    return CheckResult(check, Status.UNKNOWN, cause, detail, remedy, evidence)


def summary_of(results: Iterable[CheckResult]) -> str:
    """Return the counts in words, worst first."""
    counts = Counter(result.status for result in results)
    words = {
        Status.FAIL: "failed",
        Status.UNKNOWN: "unknown",
        Status.WARN: "with a warning",
        Status.PASS: "passed",
    }
    parts = [f"{counts[status]} {word}" for status, word in words.items() if counts[status]]
    return ", ".join(parts) or "Not judged"
