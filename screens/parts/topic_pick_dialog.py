"""Choose the topic that the bucket tells: one that exists, or a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Label, OptionList, Static
from textual.widgets.option_list import Option

from panther_s3.text import visible
from panther_s3.topic_choices import TopicChoice
from screens.parts.dialog import Dialog

NEW = ""
"""What stands for a topic that is still to be made."""


class TopicPickDialog(Dialog[str | None]):
    """Offer topics; gives the ARN chosen, "" for a new one, or None to leave things as they are."""

    AUTO_FOCUS = "#pick"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, choices: Sequence[TopicChoice], *, complete: bool = True) -> None:
        super().__init__()
        self._choices, self._complete = choices, complete

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog pick"):
            yield Label("Which topic shall the bucket tell?", classes="dialog-title")
            yield OptionList(
                Option(
                    Content.assemble(("A new topic", "bold"), ("\n  made by a stack, with a key of its own", "")), ""
                ),
                *map(_option, self._choices),
                id="pick",
                compact=True,
            )
            if not self._complete:
                yield Static("These are the first thousand topics of the region.", classes="dialog-hint")
            yield Static(
                "Nothing is changed by this choice: what the topic lacks is shown before it is added.",
                classes="dialog-hint",
            )
            with Horizontal(classes="dialog-actions"):
                yield Button("Cancel", id="dialog-keep", compact=True)

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id or NEW)

    @on(Button.Pressed, "#dialog-keep")
    def _cancel(self) -> None:
        self.dismiss(None)


def _option(choice: TopicChoice) -> Option:
    """The topic's name, and what is known of it; one that cannot be used says why."""
    told = choice.obstacle or ("the bucket notifies it already" if choice.notified else choice.arn)
    mark = "! " if choice.obstacle else ""
    content = Content.assemble((visible(choice.name), "bold"), (f"\n  {mark}{visible(told)}", "$text-muted"))
    return Option(content, choice.arn, disabled=bool(choice.obstacle))
