"""Subscribe Panther's queue to the topic: what is done, to approve; then done, and how it stands."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Checkbox, Static

from panther_s3.proposed import SubscriptionChange
from panther_s3.proposed.subscription import OPTIONS
from screens.parts.change_dialog import ChangeDialog
from screens.parts.text import plain
from screens.parts.toggles import Check


class SubscriptionDialog(ChangeDialog):
    """Show what is done, and do it once approved; what may not be wanted is ticked first."""

    change: SubscriptionChange

    def extras(self) -> ComposeResult:
        if self.change.optional:
            yield Static("\nIf you want that as well:")
        for number, act in enumerate(self.change.optional):
            yield Check(OPTIONS[act.kind], id=f"act-{number}", compact=True)
            yield Static(plain(act.text), classes="act-text")

    @on(Checkbox.Changed)
    def choose(self, event: Checkbox.Changed) -> None:
        """Take an optional change in, or leave it out."""
        act = self.change.optional[int(str(event.checkbox.id).removeprefix("act-"))]
        self.change.choose(act, wanted=event.value)
