"""What is to be done in Panther, to approve: the form that it is sent, or the difference, and what to know of it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from panther_s3.handwork import source_form
from panther_s3.source_plan import SourceAct, SourcePlan
from screens.parts.diffs import diff_lines
from screens.parts.hand_steps import CopyValue
from screens.parts.text import marked


class SourceView(Vertical):
    """Shows one plan at a time."""

    def __init__(self) -> None:
        super().__init__(id="source-plan")

    async def show(self, plan: SourcePlan) -> None:
        """Show `plan` in place of what was shown."""
        await self.remove_children()
        await self.mount_all(self._parts(plan))

    def _parts(self, plan: SourcePlan) -> Iterable[Widget]:
        yield from (Static(marked("warn", note), classes="note") for note in plan.notes)
        if plan.act is SourceAct.UPDATE:
            yield Static(diff_lines(plan.difference), id="source-diff")
        elif plan.obstacle is None:
            yield from (CopyValue(value, copy=False) for value in source_form(plan.wanted))
