"""Validation results: whether Panther will be able to read the bucket, and which statement is in the way."""

from __future__ import annotations

from panther_s3.flow import Step
from screens.parts.validation_step import ValidationStep


class ValidationScreen(ValidationStep):
    """Judge role, bucket, objects and keys; the notifications come next."""

    STEP = Step.VALIDATION
    NOTIFICATIONS_DUE = False
