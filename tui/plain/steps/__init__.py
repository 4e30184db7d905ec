"""One module a step of the flow, as plain prompts; `STEPS` is the one place that knows them all."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from panther_s3.answers import Answers
from panther_s3.flow import Step, StepResult
from tui.plain.ui import Ui

StepFunction = Callable[[Ui, Answers], StepResult]


def function_of(step: Step) -> StepFunction:
    """Return the function that asks what `step` asks; its module is loaded when it is first wanted."""
    module = {Step.VALIDATION_AGAIN: "validation"}.get(step, step.value)
    found: StepFunction = getattr(import_module(f"tui.plain.steps.{module}"), step.value)
    return found
