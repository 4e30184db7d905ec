"""Set up an IAM role: which of the four ways is taken."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.answers import Answers, IamMethod
from panther_s3.aws.permissions import refused_actions
from panther_s3.flow import Forward, StepResult
from panther_s3.role_stack import stack_obstacle
from panther_s3.role_ways import WAYS
from tui.plain.prompts import Choice
from tui.plain.ui import Ui


def iam_method(ui: Ui, answers: Answers) -> StepResult:
    """Offer the four ways; one that the operator cannot go stays in sight with the reason."""
    if answers.failed_checks:
        ui.voice.say("What was wrong:")
        for failure in answers.failed_checks:
            ui.voice.note("fail", failure)
    obstacle = stack_obstacle(answers)
    if not obstacle:
        aws = ui.connections.of(answers)
        refused = ui.wait("Looking what your identity is allowed…", lambda: refused_actions(aws, answers))
        obstacle = f"your identity is not allowed {', '.join(refused)}." if refused else ""
    choices = [
        Choice(method, title, text, obstacle if method is IamMethod.CREATE_STACK else "")
        for method, (title, text) in WAYS.items()
    ]
    first = IamMethod.CREATE_STACK if not obstacle else None
    taken = ui.ask.choose("How is the role made?", choices, default=answers.iam_method or first)
    return Forward(replace(answers, iam_method=taken))
