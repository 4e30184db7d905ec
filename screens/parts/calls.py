"""The base of the widgets that call AWS for the screen that they stand in."""

from __future__ import annotations

from textual import on
from textual.widget import Widget
from textual.worker import Worker, WorkerState


class Calls(Widget):
    """Shows nothing itself; an error that no gateway put into words is the screen's to show."""

    DEFAULT_CSS = "Calls { display: none; }"

    @on(Worker.StateChanged)
    def pass_on_unexpected(self, event: Worker.StateChanged) -> None:
        """Let the screen know."""
        pass_on(self, event)


def pass_on(widget: Widget, event: Worker.StateChanged) -> None:
    """Let the screen know of an error: the state of a worker is told to the widget alone that began it."""
    if event.state is WorkerState.ERROR:
        widget.screen.post_message(Worker.StateChanged(event.worker, event.state))
