"""Validation again, once the notifications step is behind: all thirteen checks."""

from __future__ import annotations

from panther_s3.flow import Step
from screens.parts.validation_step import ValidationStep


class ValidationAgainScreen(ValidationStep):
    """Judge the whole way from the bucket to Panther's queue."""

    STEP = Step.VALIDATION_AGAIN
    NOTIFICATIONS_DUE = True
