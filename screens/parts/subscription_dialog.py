"""Subscribe Panther's queue to the topic: what is done, to approve; then done, and how it stands."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Checkbox, Static

from panther_s3.aws.session import Aws
from panther_s3.aws.subscriptions import apply_subscription
from panther_s3.subscription_plan import Act, SubscriptionPlan
from screens.parts.change_dialog import ChangeDialog, Proposal
from screens.parts.text import plain
from screens.parts.toggles import Check


class SubscriptionDialog(ChangeDialog):
    """Show what `plan` does, and do it once approved; what may not be wanted is ticked first."""

    def __init__(self, aws: Aws, plan: SubscriptionPlan) -> None:
        """Prepare the dialog.

        Args:
            aws: who makes the change.
            plan: what is to be done.
        """
        summary = "\n".join((plan.explanation, *(f"- {act.text}" for act in plan.needed.acts)))
        proposal = Proposal(f"subscriptions of the topic {plan.topic_arn}", summary)
        super().__init__(proposal, heading="The subscription of Panther's queue")
        self._aws, self._plan = aws, plan
        self._optional = [act for act in plan.acts if act.optional]
        self._left_out: list[Act] = list(self._optional)

    def extras(self) -> ComposeResult:
        if self._optional:
            yield Static("\nIf you want that as well:")
        for number, act in enumerate(self._optional):
            yield Check(plain(act.text), id=f"act-{number}", compact=True)

    @on(Checkbox.Changed)
    def choose(self, event: Checkbox.Changed) -> None:
        """Take an optional change in, or leave it out."""
        act = self._optional[int(str(event.checkbox.id).removeprefix("act-"))]
        if event.value:
            self._left_out.remove(act)
        elif act not in self._left_out:
            self._left_out.append(act)

    def make(self) -> None:
        apply_subscription(self._aws, self._plan.leaving_out(*self._left_out))
