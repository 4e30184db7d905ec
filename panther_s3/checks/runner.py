"""All checks over what was read, in the order of the contract."""

from __future__ import annotations

from collections.abc import Callable

from panther_s3.answers import Answers
from panther_s3.checks import bucket, key, role
from panther_s3.checks.readings import Readings
from panther_s3.checks.result import CheckId, CheckResult, Status

CHECKS: dict[CheckId, Callable[[Readings, Answers], CheckResult]] = {
    CheckId.ROLE_EXISTS: role.check_exists,
    CheckId.ROLE_TRUST: role.check_trust,
    CheckId.BUCKET_EXISTS: bucket.check_exists,
    CheckId.BUCKET_LOCATION: bucket.check_location,
    CheckId.BUCKET_LIST: bucket.check_list,
    CheckId.OBJECTS_READ: bucket.check_read,
    CheckId.KMS_KEY: key.check_key,
    CheckId.KMS_DECRYPT: key.check_decrypt,
}
"""The checks of the role's side; those of the notifications come with the step that sets them up."""

COMES_NEXT = "Comes next: the notification step says what to set up."


def run_checks(readings: Readings, answers: Answers) -> tuple[CheckResult, ...]:
    """Return one finding for each of the thirteen checks, in order."""
    return tuple(
        CHECKS[check](readings, answers) if check in CHECKS else CheckResult(check, Status.SKIPPED, None, COMES_NEXT)
        for check in CheckId
    )


def not_looked_at() -> tuple[CheckResult, ...]:
    """Return what is said where there is no identity to look with: nothing is known."""
    return tuple(CheckResult(check, Status.UNKNOWN, "not_readable") for check in CheckId)
