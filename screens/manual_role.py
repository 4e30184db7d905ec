"""Setting up the role manually: the two policies, what each statement is for, and the commands."""

from __future__ import annotations

import json

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static, TabbedContent, TabPane

from panther_s3.flow import Step
from panther_s3.handwork import notification_steps
from panther_s3.policies import purposes
from panther_s3.role_ways import Document, manual_documents
from screens.parts.document import DocumentView
from screens.parts.hand_steps import HandSteps
from screens.parts.text import said
from screens.step import StepScreen


class ManualRoleScreen(StepScreen):
    """Show all that is needed to make the role by hand, filled in."""

    STEP = Step.MANUAL_ROLE
    AUTO_FOCUS = "Tabs"

    def compose_body(self) -> ComposeResult:
        policy, trust, commands = manual_documents(self.answers)
        with TabbedContent(id="manual-tabs"):
            with TabPane("Role policy", id="policy-tab"):
                yield _view(policy, "role-policy")
                yield Static(_purposes(policy), classes="purposes")
            with TabPane("Trust policy", id="trust-tab"):
                yield _view(trust, "trust-policy")
                yield Static(_purposes(trust), classes="purposes")
            with TabPane("Commands", id="commands-tab"):
                yield _view(commands, "commands")
            with TabPane("Notifications", id="notifications-tab"):
                yield HandSteps(notification_steps(self.answers))


def _view(document: Document, id: str) -> DocumentView:
    return DocumentView(document.text, language=document.language, file_name=document.file_name, id=id)


def _purposes(policy: Document) -> Content:
    """What each statement of a policy is for."""
    lines = [
        said("[b]$sid[/b]  [$text-muted]$text[/]", sid=sid, text=text)
        for sid, text in purposes(json.loads(policy.text))
    ]
    return said("\n").join(lines)
