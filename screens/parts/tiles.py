"""Large choices, one under the other: what each does, what it needs, and why one cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from panther_s3.text import visible


class Tile(Static, can_focus=True):
    """One choice: Enter, Space or a click takes it; the arrows move to its neighbours."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "take", "Select", key_display="enter"),
        Binding("down", "neighbour(1)", show=False),
        Binding("up", "neighbour(-1)", show=False),
    ]

    @dataclass
    class Taken(Message):
        """The operator chose this tile."""

        tile: Tile

        @property
        def control(self) -> Tile:
            return self.tile

    def __init__(self, title: str, text: str, *, id: str) -> None:
        self._title, self._text = title, text
        self.obstacle = ""
        super().__init__(self._content(), id=id, classes="tile")

    def refuse(self, obstacle: str) -> None:
        """Show why this way cannot be taken; "" opens it again."""
        self.obstacle = obstacle
        self.set_class(bool(obstacle), "-refused")
        self.update(self._content())

    def _content(self) -> Content:
        lines: list[Content | tuple[str, str]] = [
            (self._title, "bold"),
            ("\n", ""),
            (visible(self._text), "$text-muted"),
        ]
        if self.obstacle:
            lines += [("\n", ""), (f"! Not possible now: {visible(self.obstacle)}", "$text-warning")]
        return Content.assemble(*lines)

    def action_take(self) -> None:
        """Choose this way, or draw attention to what is in it."""
        if self.obstacle:
            self.app.clear_notifications()
            self.notify(self.obstacle, title="Not possible now", severity="warning", markup=False)
        else:
            self.post_message(self.Taken(self))

    def action_neighbour(self, step: int) -> None:
        """Move to the tile below or above; the first and the last are the ends."""
        tiles = list(self.screen.query(Tile))
        tiles[min(max(0, tiles.index(self) + step), len(tiles) - 1)].focus()

    def on_click(self, event: events.Click) -> None:
        """A click chooses too."""
        event.stop()
        self.focus()
        self.action_take()
