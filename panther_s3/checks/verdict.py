"""What the checks of one source come to, as `check` reports it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from panther_s3.checks.result import CheckResult, Status


@dataclass(frozen=True)
class SourceReport:
    """All checks of one source."""

    name: str
    results: tuple[CheckResult, ...]
    seconds: float
    """How long reading and judging took."""
    calls: int
    """How many calls to AWS that took; those shared with another source count for the one that made them."""
    panther: Mapping[str, Any] | None = None
    """What Panther itself says of the source; None where it was not asked. It counts for no verdict."""

    @property
    def verdict(self) -> str:
        """ "fail" if any check failed, else "unknown" if any is unknown, else "pass"."""
        statuses = {result.status for result in self.results}
        if Status.FAIL in statuses:
            return "fail"
        return "unknown" if Status.UNKNOWN in statuses else "pass"

    def as_dict(self) -> dict[str, Any]:
        """Return the report as `check --format json` prints it."""
        return {
            "name": self.name,
            "verdict": self.verdict,
            "seconds": round(self.seconds, 2),
            "aws_calls": self.calls,
            **({} if self.panther is None else {"panther": dict(self.panther)}),
            "checks": [result.as_dict() for result in self.results],
        }


def exit_code_of(reports: Sequence[SourceReport]) -> int:
    """Return the exit code of several verdicts: 1 before 3 before 0."""
    verdicts = {report.verdict for report in reports}
    return 1 if "fail" in verdicts else 3 if "unknown" in verdicts else 0
