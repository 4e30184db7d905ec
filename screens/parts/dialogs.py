"""Short questions over a step; the safe answer always has the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Label, OptionList, Static
from textual.widgets.option_list import Option

from panther_s3.problems import UNEXPECTED_ADVICE, unexpected
from screens.parts.dialog import Dialog
from screens.parts.text import plain


class ConfirmDialog(Dialog[bool]):
    """Ask before something that cannot be taken back lightly; True means: do it."""

    AUTO_FOCUS = "#dialog-keep"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "Cancel"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(self, title: str, text: str, *, do: str, keep: str = "Cancel", danger: bool = False) -> None:
        super().__init__()
        self._title, self._text, self._do, self._keep, self._danger = title, text, do, keep, danger

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label(plain(self._title), classes="dialog-title")
            yield Static(plain(self._text), classes="dialog-text")
            with Horizontal(classes="dialog-actions"):
                yield Button(plain(self._keep), id="dialog-keep", compact=True)
                yield Button(
                    plain(self._do),
                    id="dialog-do",
                    variant="error" if self._danger else "primary",
                    compact=True,
                )

    @on(Button.Pressed, "#dialog-do")
    def _agree(self) -> None:
        self.dismiss(True)

    @on(Button.Pressed, "#dialog-keep")
    def _decline(self) -> None:
        self.dismiss(False)


class QuitDialog(ConfirmDialog):
    """Ask before leaving, and say what leaving means."""

    def __init__(self, reason: str) -> None:
        super().__init__("Quit the wizard?", reason, do="Quit", keep="Stay", danger=True)


class WritingDialog(Dialog[None]):
    """Wait for changes that have begun, in AWS or in Panther, and name them; closes by itself."""

    def __init__(self, writes: Callable[[], tuple[str, ...]]) -> None:
        super().__init__()
        self._writes = writes

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Finishing what was begun", classes="dialog-title")
            yield Static(plain("\n".join(self._writes())), classes="dialog-text")
            yield Static("The wizard ends as soon as the answer is there.", classes="dialog-hint")

    def on_mount(self) -> None:
        self.set_interval(0.1, self._close_when_done)

    def _close_when_done(self) -> None:
        if not self._writes() and self.is_active:
            self.dismiss(None)


class PickDialog(Dialog[int | None]):
    """Ask for one of several things by name; gives its place, or None where that may be cancelled and was."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    def __init__(self, title: str, names: Sequence[str], *, cancel: bool = False) -> None:
        super().__init__()
        self._title, self._names, self._cancel = title, names, cancel

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label(plain(self._title), classes="dialog-title")
            yield OptionList(*(Option(plain(name)) for name in self._names), id="pick", compact=True)
            way_out = "Esc cancels" if self._cancel else "Ctrl+Q quits"
            yield Static(plain(f"Up and Down move, Enter chooses, {way_out}."), classes="dialog-hint")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Cancel only where there is something to go back to."""
        return self._cancel if action == "cancel" else super().check_action(action, parameters)

    def action_cancel(self) -> None:
        """Choose nothing."""
        self.dismiss(None)

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)


class UnexpectedDialog(Dialog[None]):
    """An error that no gateway put into words: its kind and text, and that the wizard goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Close")]

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._problem = unexpected(error)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label(plain(self._problem.title), classes="dialog-title")
            yield Static(plain(self._problem.cause), classes="dialog-text")
            yield Static(UNEXPECTED_ADVICE, classes="dialog-text")
            with Horizontal(classes="dialog-actions"):
                yield Button("Close", id="dialog-keep", compact=True)

    @on(Button.Pressed)
    def _close(self) -> None:
        self.dismiss(None)
