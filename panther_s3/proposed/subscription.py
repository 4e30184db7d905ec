"""The subscription of Panther's queue: what is done to get whole messages of the topic."""

from __future__ import annotations

from panther_s3.arns import account_of
from panther_s3.aws.session import Aws
from panther_s3.aws.subscriptions import apply_subscription
from panther_s3.aws.topic_records import Subscription
from panther_s3.proposed.change import Proposal, ProposedChange
from panther_s3.subscription_plan import Act, ActKind, SubscriptionPlan

OPTIONS = {
    ActKind.UNSUBSCRIBE: "Take the subscription of the other queue away",
    ActKind.FILTER_OFF: "Take the filter policy away",
}
"""What may be wanted as well, in a few words; the act's own sentence says more."""


class SubscriptionChange(ProposedChange):
    """What `plan` does; what may not be wanted is left out until it is taken in."""

    heading = "The subscription of Panther's queue"

    def __init__(self, aws: Aws, plan: SubscriptionPlan) -> None:
        """Prepare the change.

        Args:
            aws: who makes it.
            plan: what is to be done.
        """
        summary = "\n".join((plan.explanation, *(f"- {act.text}" for act in plan.needed.acts)))
        super().__init__(Proposal(f"subscriptions of the topic {plan.topic_arn}", summary))
        self._aws, self._plan = aws, plan
        self.optional = tuple(act for act in plan.acts if act.optional)
        """What may be wanted as well."""
        self._left_out: list[Act] = list(self.optional)
        self._found: tuple[Subscription, ...] = ()

    @property
    def does_nothing(self) -> bool:
        """Whether nothing is left to do with what is left out."""
        return not self._plan.leaving_out(*self._left_out).acts

    def choose(self, act: Act, *, wanted: bool) -> None:
        """Take an optional act in, or leave it out."""
        if wanted and act in self._left_out:
            self._left_out.remove(act)
        elif not wanted and act not in self._left_out:
            self._left_out.append(act)

    def make(self) -> None:
        """Subscribe, mend and unsubscribe as approved."""
        self._found = apply_subscription(self._aws, self._plan.leaving_out(*self._left_out))

    def outcome(self) -> str:
        """Return how the subscription stands once it is made."""
        queue = self._plan.queue_arn
        if any(each.pending for each in self._found if each.endpoint == queue):
            return (
                f"SNS asked Panther to confirm the subscription of {queue}. It is pending until then: Panther confirms "
                f"it only once it has a source for account {account_of(self._plan.topic_arn)}. {self._plan.confirming}"
            )
        return f"{queue} gets what the topic is told: SNS shows its subscription as confirmed and whole."
