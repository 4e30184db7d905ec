"""Taking back what the run did: what that means, thing by thing, then done, and what was left."""

from __future__ import annotations

import threading

from panther_s3.aws.session import Aws
from panther_s3.undo import Prospect, Standing, Undo
from tui.plain.prompts import Choice
from tui.plain.ui import Took, Ui

STATES = {Standing.CHANGED: "fail", Standing.BUSY: "warn", Standing.BLOCKED: "fail"}
TAKE, LEAVE = "Take it back", "Leave it as it is"


def take_back(ui: Ui, aws: Aws) -> bool:
    """Show what taking the run back means and do it once approved; tell whether something was tried.

    Raises:
        WentBack: the operator goes back instead.
    """
    ui.voice.section("Take back what this run did")
    undo = Undo(aws, aws.journal, ui.connections.panther.api)
    leave = (Choice(LEAVE, LEAVE),)
    prospects = ui.attempt("Looking at what the run did, and how it stands now…", undo.look, leave)
    if isinstance(prospects, Took):
        return False
    for prospect in prospects:
        _show(ui, prospect)
    if not any(prospect.clears for prospect in prospects):
        ui.voice.say("Nothing of it can be taken back from here.")
        return False
    ways = [Choice(TAKE, TAKE), Choice(LEAVE, LEAVE)]
    if ui.ask.choose("Take this back?", ways, default=LEAVE, approves=True) == LEAVE:
        return False

    interrupted = threading.Event()
    told: list[str] = []
    """What was begun since the last outcome."""

    def tell(words: str) -> None:
        told.append(words)
        ui.voice.say(f"{words}…")

    def take_all() -> None:
        for prospect, problem in undo.take_back_all(prospects, tell):
            if interrupted.is_set():
                return
            if problem is not None:
                ui.voice.note("fail", prospect.title)
                ui.voice.say(str(problem))
            elif not prospect.clears:
                ui.voice.note("warn", f"{prospect.title}: left as it is")
            elif told:
                ui.voice.note("ok", "Taken back.")
            else:
                ui.voice.note("ok", f"Taken back: {prospect.title}" if prospect.ready else f"Gone: {prospect.title}")
            told.clear()

    try:
        ui.wait("Taking it back…", take_all)
    except BaseException:
        interrupted.set()  # what is under way is waited for, and nothing more begun
        raise
    return True


def _show(ui: Ui, prospect: Prospect) -> None:
    """Print one thing with how it stands and what taking it back means."""
    standing = prospect.standing
    stands = f"{prospect.title}: {standing.value}"
    ui.voice.note(STATES.get(standing, ""), stands)
    for line in (prospect.why, prospect.means if prospect.ready else "", *prospect.difference):
        if line:
            ui.voice.say(f"  {line}")
