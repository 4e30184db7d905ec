"""Setting up the role manually: the two policies, what each statement is for, and the commands."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static, TabbedContent, TabPane

from panther_s3.commands import iam_commands
from panther_s3.flow import Step
from panther_s3.handwork import notification_steps
from panther_s3.policies import purposes, role_policy, to_json, trust_policy
from screens.parts.document import DocumentView
from screens.parts.hand_steps import HandSteps
from screens.parts.text import said
from screens.step import StepScreen


class ManualRoleScreen(StepScreen):
    """Show all that is needed to make the role by hand, filled in."""

    STEP = Step.MANUAL_ROLE
    AUTO_FOCUS = "Tabs"

    def compose_body(self) -> ComposeResult:
        answers = self.answers
        permissions = role_policy(answers.source, answers.partition)
        trust = trust_policy(answers.panther)
        with TabbedContent(id="manual-tabs"):
            with TabPane("Role policy", id="policy-tab"):
                yield DocumentView(
                    to_json(permissions), language="json", file_name="role-policy.json", id="role-policy"
                )
                yield Static(_purposes(permissions), classes="purposes")
            with TabPane("Trust policy", id="trust-tab"):
                yield DocumentView(to_json(trust), language="json", file_name="trust-policy.json", id="trust-policy")
                yield Static(_purposes(trust), classes="purposes")
            with TabPane("Commands", id="commands-tab"):
                commands = "\n\n".join(iam_commands(answers.role_name, answers.profile))
                yield DocumentView(commands, language="bash", file_name="make-role.sh", id="commands")
            with TabPane("Notifications", id="notifications-tab"):
                yield HandSteps(notification_steps(answers))


def _purposes(document: dict[str, object]) -> Content:
    lines = [said("[b]$sid[/b]  [$text-muted]$text[/]", sid=sid, text=text) for sid, text in purposes(document)]
    return said("\n").join(lines)
