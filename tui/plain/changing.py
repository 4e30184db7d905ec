"""A change in AWS: shown whole, made once the operator says yes, with the way back."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.mending.keeping import Kept
from panther_s3.problems import Problem, ProblemKind
from panther_s3.proposed import UNCHANGED, ProposedChange, SubscriptionChange
from panther_s3.proposed.subscription import OPTIONS
from tui.plain.prompts import Choice, WentBack
from tui.plain.ui import RUN, Ui, run_choice

MAKE, LEAVE, RETRY, CLOSE = "Make this change", "Leave it as it is", "Retry", "Close"


def approve(ui: Ui, change: ProposedChange, *, heading: str = "") -> tuple[bool, Kept | None]:
    """Show a change and make it where the operator agrees.

    Returns:
        Whether AWS may differ now from what was judged, and where the former document is kept once it was changed.

    Raises:
        WentBack: the operator goes back instead; nothing was changed.
    """
    voice = ui.voice
    voice.section(heading or change.heading)
    voice.proposal(change.proposal)
    if change.proposal.obstacle is not None:
        voice.problem(change.proposal.obstacle)
        return False, None
    if isinstance(change, SubscriptionChange):
        for act in change.optional:
            voice.say(act.text)
            change.choose(act, wanted=ui.ask.confirm(f"{OPTIONS[act.kind]}?", default=False))
    ways = [Choice(MAKE, MAKE), Choice(LEAVE, LEAVE)]
    if ui.ask.choose("Make this change?", ways, default=LEAVE, approves=True) == LEAVE:
        voice.say("Nothing was changed.")
        return False, None
    return _make(ui, change)


def _make(ui: Ui, change: ProposedChange) -> tuple[bool, Kept | None]:
    """Make the change; one that is refused can be tried again, and keeps no second copy."""
    kept: Kept | None = None
    changed = False
    while True:
        try:
            kept = kept or ui.wait("", change.keep)
            ui.wait(f"Changing the {change.proposal.title}…", change.make)
        except Problem as problem:
            changed = changed or problem.kind not in UNCHANGED
            if changed and kept is not None and kept.path is not None:
                problem = replace(
                    problem, remedy=f"{problem.remedy} What was there before is kept in {kept.path}.".strip()
                )
            ui.voice.problem(problem)
            # what changed meanwhile would be refused again
            again = () if problem.kind is ProblemKind.CONFLICT else (Choice(RETRY, RETRY), *run_choice(problem))
            try:
                taken = ui.ask.choose("What now?", [*again, Choice(CLOSE, CLOSE)], back="Back, as Close")
            except WentBack:
                taken = CLOSE
            if taken == CLOSE:
                return changed, None
            if taken == RUN:
                ui.run_here(problem.command)
        else:
            ui.voice.note("ok", change.outcome())
            if back := change.way_back(kept):
                ui.voice.document(back)
            return True, kept
