"""Subscribe Panther's queue to the topic: what is done, to approve; then done, and how it stands."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Checkbox, Static

from panther_s3.arns import account_of
from panther_s3.aws.session import Aws
from panther_s3.aws.subscriptions import apply_subscription
from panther_s3.aws.topic_records import Subscription
from panther_s3.subscription_plan import Act, ActKind, SubscriptionPlan
from screens.parts.change_dialog import ChangeDialog, Proposal
from screens.parts.text import plain
from screens.parts.toggles import Check

OPTIONS = {
    ActKind.UNSUBSCRIBE: "Take the subscription of the other queue away",
    ActKind.FILTER_OFF: "Take the filter policy away",
}
"""What may be wanted as well, in the words of its tick; a sentence stands beneath."""


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
        self._found: tuple[Subscription, ...] = ()

    def extras(self) -> ComposeResult:
        if self._optional:
            yield Static("\nIf you want that as well:")
        for number, act in enumerate(self._optional):
            yield Check(OPTIONS[act.kind], id=f"act-{number}", compact=True)
            yield Static(plain(act.text), classes="act-text")

    @on(Checkbox.Changed)
    def choose(self, event: Checkbox.Changed) -> None:
        """Take an optional change in, or leave it out."""
        act = self._optional[int(str(event.checkbox.id).removeprefix("act-"))]
        if event.value:
            self._left_out.remove(act)
        elif act not in self._left_out:
            self._left_out.append(act)

    def make(self) -> None:
        self._found = apply_subscription(self._aws, self._plan.leaving_out(*self._left_out))

    def outcome(self) -> str:
        queue = self._plan.queue_arn
        if any(each.pending for each in self._found if each.endpoint == queue):
            return (
                f"SNS asked Panther to confirm the subscription of {queue}. It is pending until then: Panther confirms "
                f"it only once it has a source for account {account_of(self._plan.topic_arn)}. {self._plan.confirming}"
            )
        return f"{queue} gets what the topic is told: SNS shows its subscription as confirmed and whole."
