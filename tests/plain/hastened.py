"""The program itself, that waits no longer for AWS and Panther than the tests' ones take."""

from __future__ import annotations

from panther_s3 import stack_work
from panther_s3.aws import confirming, stack_undo
from tui.cli import main
from tui.plain import events
from tui.plain.steps import notifications

if __name__ == "__main__":
    stack_work.POLL_SECONDS = stack_undo.POLL_SECONDS = confirming.PAUSE_SECONDS = 0.05
    events.LOOK_SECONDS = notifications.PAUSE_SECONDS = 0.2
    main()
