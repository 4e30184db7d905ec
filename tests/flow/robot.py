"""An operator as a robot: it looks at what is on the screen and takes the way on, until the wizard is through."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import Any

from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Static

from panther_s3.answers import Answers
from panther_s3.flow import Step
from screens.parts.change_dialog import ChangeDialog
from screens.parts.dialog import Dialog
from screens.parts.dialogs import ConfirmDialog
from screens.parts.identity_fields import IdentityFields
from screens.parts.problem_panel import ProblemPanel
from screens.parts.proof_dialog import ProofDialog
from screens.parts.resume_dialog import ResumeDialog
from screens.parts.tiles import Tile
from screens.parts.topic_pick_dialog import TopicPickDialog
from screens.parts.topic_stack_dialog import TopicStackDialog
from screens.step import StepScreen
from tui.app import WizardApp

MOST_MOVES, MOST_SECONDS = 50, 60
"""After which the robot gives up: a flow that needs more goes round in a circle, or stands still."""
LOOK_SECONDS = 0.01
QUIET_LOOKS = 3
"""How many looks in a row nothing may be under way before the robot takes the screen as settled."""
AGAIN_SECONDS = 2.0
"""How long the robot waits for something to come of what it did before it does it once more."""


@dataclass(frozen=True)
class Errand:
    """What the operator wants."""

    bucket: str
    name: str = "prod trail"
    prefix: str = ""
    topic: str = ""
    """The ARN of a topic that exists; "" for Panther's own, made by a stack where it is not there."""
    proof: bool = True
    """Whether a test object is put, and removed."""


class Robot:
    """Drives one run of the wizard to its end, from whatever step or dialog is on the screen."""

    def __init__(self, app: WizardApp, errand: Errand) -> None:
        self._app, self._errand = app, errand
        self._proven = not errand.proof
        self._removing = False
        self._until: Step | None = None
        self._answers = Answers()
        self.summaries: list[str] = []
        """What the notifications step said of how things stand, each time that it changed."""
        self.explanations: list[str] = []
        """What was in the way of a notification, where the step was left with it."""
        self.problems: list[str] = []
        """Every Problem that was shown."""

    @property
    def last_answers(self) -> Answers:
        """The answers of the last step that was shown."""
        return self._answers

    async def until(self, step: Step) -> None:
        """Go on until `step` is on the screen.

        Raises:
            AssertionError: it does not come there; the message has what is on the screen.
        """
        self._until = step
        await self.to_the_end()
        self._until = None

    async def to_the_end(self) -> None:
        """Go on until the program has ended.

        Raises:
            AssertionError: it does not come to its end; the message has what is on the screen.
        """
        moves, quiet, until = 0, 0, monotonic() + MOST_SECONDS
        seen: tuple[object, ...] = ()
        acted = 0.0
        while self._app.return_code is None:
            assert moves < MOST_MOVES, self._stuck(moves)
            assert monotonic() < until, self._stuck(moves)
            await asyncio.sleep(LOOK_SECONDS)
            quiet = quiet + 1 if self._settled() else 0
            if quiet < QUIET_LOOKS:
                continue
            if isinstance(self._app.screen, StepScreen):
                self._answers = self._app.screen.answers
                if self._app.screen.STEP is self._until:
                    return
            look = self._look()
            if look == seen and monotonic() - acted < AGAIN_SECONDS:
                continue
            if self._move():
                seen, acted, moves = look, monotonic(), moves + 1
                quiet = 0

    def _stuck(self, moves: int) -> str:
        return "\n".join((f"{moves} moves, and these problems:", *self.problems, "Now there is", self.sight()))

    def sight(self) -> str:
        """Return what is on the screen, the top screen first."""
        lines: list[str] = []
        for screen in reversed(self._app.screen_stack):
            lines.append(f"== {type(screen).__name__}")
            lines += [str(each.render()) for each in screen.query(Static) if _is_shown(each)]
            lines += [f"[{each.label}]" for each in screen.query(Button) if _is_shown(each)]
        return "\n".join(lines)

    def _settled(self) -> bool:
        """Whether nothing is under way that ends by itself."""
        screen = self._app.screen
        return screen.is_mounted and not any(each.is_running and each._thread_worker for each in self._app.workers)

    def _look(self) -> tuple[object, ...]:
        """What tells one sight from another."""
        screen = self._app.screen
        buttons = [(each.id, str(each.label)) for each in screen.query(Button) if _is_shown(each)]
        problems = [str(each.problem) for each in screen.query(ProblemPanel) if each.problem is not None]
        self.problems += [each for each in problems if each not in self.problems]
        told = [str(each.render()) for each in screen.query(Static) if each.id in ("notifications-lead", "waiting")]
        return (id(screen), *buttons, *problems, *told)

    def _move(self) -> bool:
        """Do the next thing, and tell whether there was one to do."""
        screen = self._app.screen
        match screen:
            case ResumeDialog():
                return self._press("#resume-go")
            case TopicPickDialog():
                options = screen.query_one("#pick", OptionList)
                options.highlighted = options.get_option_index(self._errand.topic)
                options.action_select()
                return True
            case TopicStackDialog():
                return self._press(".problem-retry") or self._press("#topic-do")
            case ProofDialog():
                self._removing = str(screen.query_one("#proof-do", Button).label) == "Remove it"
                return self._press("#proof-do")
            case ChangeDialog():
                return self._press("#mend-do") or self._press("#mend-close")
            case ConfirmDialog():
                return self._press("#dialog-do")
            case StepScreen():
                return self._press(".problem-retry") or self._take_step(screen)
            case Dialog():
                raise AssertionError(f"the robot does not know this:\n{self.sight()}")
        return False  # no screen is up yet, or any more

    def _take_step(self, screen: StepScreen) -> bool:
        if screen.STEP is Step.WELCOME and screen.query_one(IdentityFields).asking:
            return False
        if screen.STEP is Step.BUCKET_DETAILS:
            self._fill("#source-name", self._errand.name)
            self._fill("#bucket-name", self._errand.bucket)
            self._fill("#prefix-1", self._errand.prefix)
        if screen.STEP is Step.IAM_METHOD:
            screen.query_one("#create-stack", Tile).action_take()
            return True
        if screen.STEP is Step.CREATE_STACK:
            return self._press("#forward") or self._press("#other")
        if screen.STEP is Step.NOTIFICATIONS:
            return self._take_notifications(screen)
        return self._press("#forward")

    def _take_notifications(self, screen: StepScreen) -> bool:
        if not _is_shown(screen.query_one("#ways")):
            return False  # nothing is known yet
        told = str(screen.query_one("#notifications-lead", Static).render())
        if told not in self.summaries[-1:]:
            self.summaries.append(told)
        if "Panther makes the rest" in told:
            return False  # it is looked at again and again
        if self._errand.topic and screen.answers.topic_arn != self._errand.topic:
            return self._press("#other-topic")
        forward = str(screen.query_one("#forward", Button).label)
        if forward == "Continue" and not self._proven and not self._removing and _is_shown(screen.query_one("#prove")):
            return self._press("#prove")
        self._proven = self._proven or self._removing
        if forward == "Go on anyway":
            self.explanations.append(self.sight())
        return self._press("#forward")

    def _fill(self, field: str, text: str) -> None:
        entry = self._app.screen.query_one(field, Input)
        if text and entry.value != text:
            entry.value = text

    def _press(self, selector: str) -> bool:
        """Press the first button of `selector` that is shown and can be pressed; tell whether there is one."""
        found = [each for each in self._app.screen.query(selector).results(Button) if _is_shown(each)]
        if found and not found[0].disabled:
            found[0].press()
            return True
        return False


def _is_shown(widget: Widget) -> bool:
    """Whether the widget takes part in the layout, and all that it stands in."""
    parts: list[Any] = [widget, *widget.ancestors]
    return all(each.display for each in parts if isinstance(each, Widget))
