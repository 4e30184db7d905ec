"""Whether the first events arrive, looked at again and again for a while."""

from __future__ import annotations

from time import monotonic, sleep

from panther_s3.answers import Answers
from panther_s3.arrival import look_for_events
from panther_s3.first_events import Seen, signs, summary
from panther_s3.problems import Problem
from tui.plain.ui import Ui

LOOK_SECONDS = 5.0
"""How often Panther is asked: it counts events no finer."""
WATCH_SECONDS = 60.0
"""How long it is watched at once."""


def watch_events(ui: Ui, answers: Answers) -> None:
    """Print every sign of whether events arrive, and again what changed of it, until they do or a minute is over."""
    aws = ui.connections.of(answers) if answers.identity is not None else None
    access = ui.connections.panther
    until, told = monotonic() + WATCH_SECONDS, dict[str, str]()

    def look() -> Seen:
        try:
            return look_for_events(access.api(answers.api_url), aws, answers)
        except Problem as problem:
            return Seen(complaints=(str(problem),))

    ui.voice.say(f"Looking every {LOOK_SECONDS:.0f} seconds, for {WATCH_SECONDS:.0f} seconds at most; Panther goes on.")
    while True:
        seen = ui.wait("", look)
        found = {"": summary(seen, answers)} | {
            sign.title: f"{sign.title}: {sign.word}. {sign.detail}".strip() for sign in signs(seen, answers)
        }
        found |= {complaint: complaint for complaint in seen.complaints}
        for name, line in found.items():
            if told.get(name) != line:
                ui.voice.say(line)
        told = found
        waited_for = any(sign.state == "busy" for sign in signs(seen, answers))
        if not waited_for or monotonic() >= until:
            return
        ui.wait("", lambda: sleep(LOOK_SECONDS))
