"""Set up an IAM role: which of the four ways is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from textual import events, on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Button, Static

from panther_s3.answers import Answers, IamMethod
from panther_s3.aws.permissions import refused_actions
from panther_s3.aws.session import Aws
from panther_s3.flow import Forward, Step
from panther_s3.role_stack import stack_obstacle
from panther_s3.role_ways import WAYS
from screens.parts.chrome import action_button
from screens.parts.text import plain
from screens.parts.tiles import Tile
from screens.step import StepScreen


def tile_id(method: IamMethod) -> str:
    """Return the id of the tile of `method`."""
    return method.value.replace("_", "-")


class IamMethodScreen(StepScreen):
    """Offer the four ways; one that the operator cannot go stays in sight with the reason."""

    STEP = Step.IAM_METHOD
    AUTO_FOCUS = "Tile"

    @dataclass
    class RightsKnown(Message):
        """AWS said which of the needed actions the operator is refused."""

        refused: tuple[str, ...]

    def __init__(self, answers: Answers, aws: Aws) -> None:
        super().__init__(answers)
        self._aws = aws
        self._marked: Tile | None = None

    def compose_body(self) -> ComposeResult:
        if self.answers.failed_checks:
            yield Static(
                plain("What was wrong:\n" + "\n".join(f"✗ {failure}" for failure in self.answers.failed_checks)),
                id="failed-before",
            )
        for method, (title, text) in WAYS.items():
            yield Tile(title, text, id=tile_id(method))

    def buttons(self) -> Iterable[Button]:
        yield action_button("Back", "back", id="back")
        yield action_button("Select", "forward", primary=True, id="forward")

    def on_mount(self) -> None:
        if obstacle := stack_obstacle(self.answers):
            self.query_one("#create-stack", Tile).refuse(obstacle)
        else:
            self.read_rights()
        if self.answers.iam_method is not None:
            self.query_one(f"#{tile_id(self.answers.iam_method)}").focus()

    @work(thread=True, exclusive=True, exit_on_error=False, group="rights")
    def read_rights(self) -> None:
        """Ask AWS whether the operator may make a stack with a role in it."""
        self.post_message(self.RightsKnown(refused_actions(self._aws, self.answers)))

    @on(RightsKnown)
    def show_rights(self, event: RightsKnown) -> None:
        """Close our own way where AWS would refuse it."""
        if event.refused:
            self.query_one("#create-stack", Tile).refuse(f"your identity is not allowed {', '.join(event.refused)}.")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember the tile marked last: a click on Select takes the focus away from it."""
        if isinstance(event.widget, Tile):
            self._marked = event.widget

    def action_forward(self) -> None:
        """Take the tile that is marked."""
        (self._marked or self.query(Tile).first()).action_take()

    @on(Tile.Taken)
    def take(self, event: Tile.Taken) -> None:
        """Go the way that was chosen."""
        method = next(method for method in WAYS if tile_id(method) == event.tile.id)
        self.finish(Forward(replace(self.answers, iam_method=method)))
