"""Which screen shows a step, and what it is given: the one place that knows them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from panther_s3.answers import Answers
from panther_s3.flow import Step

if TYPE_CHECKING:
    from screens.step import StepScreen
    from tui.connections import Connections


def screen_for(step: Step, answers: Answers, connections: Connections) -> StepScreen:
    """Return the screen of `step`; its module is loaded when it is first wanted."""
    if step is Step.WELCOME:
        from screens.welcome import WelcomeScreen

        return WelcomeScreen(answers, connections.connect, lambda: connections.panther)
    aws = connections.of(answers)
    match step:
        case Step.BUCKET_DETAILS:
            from screens.bucket_details import BucketDetailsScreen

            return BucketDetailsScreen(answers, aws, connections.panther)
        case Step.IAM_METHOD:
            from screens.iam_method import IamMethodScreen

            return IamMethodScreen(answers, aws)
        case Step.CREATE_STACK:
            from screens.create_stack import CreateStackScreen

            return CreateStackScreen(answers, aws)
        case Step.CONSOLE_UI:
            from screens.console_ui import ConsoleUiScreen

            return ConsoleUiScreen(answers)
        case Step.TEMPLATE_FILE:
            from screens.template_file import TemplateFileScreen

            return TemplateFileScreen(answers)
        case Step.MANUAL_ROLE:
            from screens.manual_role import ManualRoleScreen

            return ManualRoleScreen(answers)
        case Step.ROLE_ARN:
            from screens.role_arn import RoleArnScreen

            return RoleArnScreen(answers, aws)
        case Step.VALIDATION:
            from screens.validation import ValidationScreen

            return ValidationScreen(answers, aws)
        case Step.PANTHER_SOURCE:
            from screens.panther_source import PantherSourceScreen

            return PantherSourceScreen(answers, aws, connections.panther)
        case Step.NOTIFICATIONS:
            from screens.notifications import NotificationsScreen

            return NotificationsScreen(answers, aws)
        case Step.VALIDATION_AGAIN:
            from screens.validation_again import ValidationAgainScreen

            return ValidationAgainScreen(answers, aws)
        case Step.DROP_OFF_ALARM:
            from screens.drop_off_alarm import DropOffAlarmScreen

            return DropOffAlarmScreen(answers, aws, connections.panther)
        case Step.FINISH:
            from screens.finish import FinishScreen

            return FinishScreen(answers, aws, connections.panther, connections.program)
