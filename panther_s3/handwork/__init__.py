"""What is done by hand, in AWS's and in Panther's console, with the operator's values filled in."""

from __future__ import annotations

from panther_s3.handwork.afterwards import delete_stack_values, next_steps, undo_steps
from panther_s3.handwork.form import console_form, source_form
from panther_s3.handwork.notify import managed_steps, notification_steps
from panther_s3.handwork.steps import HandStep, HandValue

__all__ = [
    "HandStep",
    "HandValue",
    "console_form",
    "delete_stack_values",
    "managed_steps",
    "next_steps",
    "notification_steps",
    "source_form",
    "undo_steps",
]
