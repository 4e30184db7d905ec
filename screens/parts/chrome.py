"""What frames every step: the bar on top, the stages, the actions, and help on wide terminals."""

from __future__ import annotations

import re

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Footer, Static

from panther_s3.answers import Answers
from panther_s3.flow import Step, stage_of, stages
from panther_s3.help_texts import sections
from panther_s3.text import visible
from screens.parts.text import plain


class AppBar(Widget):
    """The program's name, the demo mark if this is one, and whose account is being worked on."""

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self._answers = answers

    def show(self, answers: Answers) -> None:
        """Name the account and bucket that `answers` speak of."""
        self._answers = answers
        self.refresh()

    def render(self) -> Content:
        identity, bucket = self._answers.identity, self._answers.source.bucket_name
        account = f"{identity.alias} {identity.account_id}".strip() if identity else ""
        mark = (f" {visible(self.app.sub_title)} ", "$background on $accent") if self.app.sub_title else ""
        left = Content.assemble((self.app.title, "bold $primary"), "  ", mark)
        right = Content.styled(visible("  ·  ".join(filter(None, (account, bucket)))), "$foreground 60%")
        room = self.size.width - left.cell_length - 2
        return left + right.truncate(room, ellipsis=True).pad_left(2 + max(0, room - right.cell_length))


class StageBar(Static):
    """The stages of the onboarding: those behind, the one at hand, those to come."""

    def __init__(self, step: Step, answers: Answers) -> None:
        self._step, self._answers = step, answers
        super().__init__(self._drawn(answers, names_all=True), id="stages")

    def show(self, answers: Answers) -> None:
        """Name the stages that `answers` lead through."""
        self._answers = answers
        self.update(self._bar(answers))

    def on_resize(self) -> None:
        """Leave out the names of other stages where there is no room for all."""
        bar = self._bar(self._answers)
        if bar.plain != str(self.content):
            self.update(bar)

    def _bar(self, answers: Answers) -> Content:
        """All stages by name, or where that does not fit the others by their marks and numbers."""
        whole = self._drawn(answers, names_all=True)
        room = self.content_size.width if self.is_mounted else 0
        return whole if not room or whole.cell_length <= room else self._drawn(answers, names_all=False)

    def _drawn(self, answers: Answers, *, names_all: bool) -> Content:
        step, names = self._step, stages(answers)
        current, checked = _place(stage_of(step), names), _place(stage_of(Step.VALIDATION), names)
        parts: list[Content | tuple[str, str]] = []
        for place, name in enumerate(names):
            shown = f" {name}" if names_all else ""
            if place:
                parts.append(("  ", ""))
            if place == checked < current and answers.failed_checks:
                parts.append((f"!{shown}", "$text-warning"))
            elif place < current:
                parts.append((f"✓{shown}", "$text-success"))
            elif place == current:
                parts.append((f" {place + 1} {name} ", "bold $block-cursor-foreground on $primary"))
            else:
                parts.append((f"{place + 1}{shown}", "$foreground 55%"))
        return Content.assemble(*parts)


def _place(name: str, names: tuple[str, ...]) -> int:
    """The place of a stage; one that is not on the way any more, but on the screen, stands where the next one does."""
    return names.index(name) if name in names else names.index(stage_of(Step.NOTIFICATIONS))


class ActionBar(Horizontal):
    """The buttons of a step, always in sight: Back to the left, the way on to the right."""

    def __init__(self, *buttons: Button) -> None:
        super().__init__(id="actions")
        self._buttons = buttons

    def compose(self) -> ComposeResult:
        yield from self._buttons


class KeyFooter(Footer):
    """Textual's footer, which draws its keys anew only where they differ from those that it shows."""

    class Drawn(Message):
        """The keys stand in the footer: the frame of the step is whole."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[tuple[Binding, bool], ...] | None = None
        self._due = False

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Draw the keys after the next frame, if they are others now; every change of focus asks for it."""
        if not self._due and self.is_attached and screen.app.app_focus and self._keys != _keys_of(screen):
            self._due = True
            super().bindings_changed(screen)

    async def recompose(self) -> None:
        """Draw the keys, and tell."""
        if not self.is_attached:  # its screen has ended since
            return
        self._due, self._keys = False, _keys_of(self.screen)
        await super().recompose()
        self.call_after_refresh(self.post_message, self.Drawn())


def _keys_of(screen: Screen[object]) -> tuple[tuple[Binding, bool], ...]:
    """The keys that hold on the screen now, and whether each can be used."""
    return tuple((active.binding, active.enabled) for active in screen.active_bindings.values())


def action_button(label: str, action: str, *, primary: bool = False, id: str | None = None) -> Button:
    """Return a button of one line that runs `action` of its screen."""
    return Button(
        plain(label),
        action=f"screen.{action}",
        variant="primary" if primary else "default",
        id=id,
        compact=True,
    )


class Body(VerticalScroll, can_focus=False):
    """The part of a step that scrolls; it takes no focus, so that typing always reaches a field."""


class HelpAside(Static):
    """The help of the focused field, beside the form where the terminal is wide enough."""

    def __init__(self, step: Step) -> None:
        super().__init__(plain(sections(step.value)[""]), id="aside")
        self._step = step

    def show(self, focused: Widget | None) -> None:
        """Show the help of `focused`, or of the field that it stands in."""
        self.update(plain(sections(self._step.value)[field_of(self._step, focused)]))


def field_of(step: Step, widget: Widget | None) -> str:
    """Return the section of the step's help that speaks of `widget`, or of a widget around it; "" for none."""
    known = sections(step.value)
    around = widget.ancestors_with_self if widget is not None else ()
    ids = (node.id for node in around if node.id)
    # rows of a form number their fields: prefix-2 is explained as prefix
    return next((name for id in ids for name in (id, re.sub(r"-\d+$", "", id)) if name in known), "")
