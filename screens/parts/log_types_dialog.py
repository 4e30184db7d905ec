"""Choose log types: search among Panther's managed ones, or name one that is not in the list."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

import assets
from panther_s3 import rules
from panther_s3.text import clean_paste
from screens.parts.dialog import Dialog
from screens.parts.fields import PasteInput
from screens.parts.text import marked, plain


class LogTypesDialog(Dialog[tuple[str, ...] | None]):
    """A searchable list of log types with marks; None means: leave the choice as it was."""

    AUTO_FOCUS = "#log-type-search"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("ctrl+n", "use", "Use these", priority=True),
        Binding("down", "enter_list", "Into the list", show=False),
        Binding("space", "mark", "Mark", show=False),
    ]

    search = query_one("#log-type-search", Input)
    options = query_one("#log-type-list", OptionList)

    def __init__(self, chosen: tuple[str, ...], offered: tuple[str, ...] = ()) -> None:
        """Prepare the dialog.

        Args:
            chosen: what is marked.
            offered: the log types that Panther has; by default those that come with the program.
        """
        super().__init__()
        self._chosen, self._known = list(chosen), offered or assets.log_types()
        self._all = tuple(dict.fromkeys((*chosen, *self._known)))
        self._offered = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall"):
            yield Label("Log Types", classes="dialog-title")
            yield PasteInput(
                placeholder="Search, or type a name such as Custom.MyLogs", id="log-type-search", compact=True
            )
            yield Static(id="log-type-note")
            yield OptionList(id="log-type-list", compact=True)
            with Horizontal(classes="dialog-actions"):
                yield Button("Cancel", id="log-type-cancel", compact=True)
                yield Button("Use these", id="log-type-use", variant="primary", compact=True)

    def on_mount(self) -> None:
        self._show_matching("")

    def _matching(self, text: str) -> list[str]:
        """Return the names that hold `text`, those chosen first."""
        typed = text.lower()
        return sorted((name for name in self._all if typed in name.lower()), key=lambda name: name not in self._chosen)

    def _named(self, text: str) -> str:
        """Return the log type of the list that `text` is the whole name of; "" where it is none's."""
        return next((name for name in self._all if name.lower() == text.lower()), "")

    def _show_matching(self, text: str) -> None:
        """List what holds `text`, above it the offer to add a name that the list does not have."""
        names = self._matching(text)
        self._offered = "" if self._named(text) or rules.log_type_fault(text) else text
        rows = [Option(self._prompt(name), id=name) for name in names]
        if self._offered:
            rows.insert(0, Option(self._prompt(self._offered)))
        self.options.clear_options()
        self.options.add_options(rows)
        if rows:
            # the likelier one: a part of a known name was typed so as to find it
            self.options.highlighted = 1 if self._offered and names else 0
        self._show_note(text, found=bool(names))

    def _prompt(self, name: str) -> Content:
        if name == self._offered:
            kind = "a custom log type" if name.startswith("Custom.") else "not a known log type"
            return plain(f"Add '{name}' ({kind})")
        return plain(f"[{'x' if name in self._chosen else ' '}] {name}")

    def _show_note(self, text: str = "", *, found: bool = True) -> None:
        if found or not text:
            note = plain(f"{len(self._chosen)} chosen. Down and Enter mark; Ctrl+N uses them.")
        elif fault := rules.log_type_fault(text):
            note = marked("fail", fault)
        else:
            warning = rules.log_type_warning(text, self._known) or "A custom log type."
            note = marked("warn", f"{warning} Enter adds it.")
        self.query_one("#log-type-note", Static).update(note)

    @on(Input.Changed, "#log-type-search")
    def _search(self, event: Input.Changed) -> None:
        self._show_matching(clean_paste(event.value))

    @on(Input.Submitted, "#log-type-search")
    def _add_or_mark(self, event: Input.Submitted) -> None:
        """Enter marks the log type of exactly this name, or adds the only row; else the list has the choice."""
        text = clean_paste(event.value)
        exact = self._named(text) or ("" if self._matching(text) else self._offered)
        if exact:
            self._add(exact)
        elif self.options.option_count:
            self.action_enter_list()

    def _add(self, name: str) -> None:
        """Mark `name`, which the list may not have yet, and begin another search."""
        if name not in self._chosen:
            self._chosen.append(name)
        self._all = tuple(dict.fromkeys((name, *self._all)))
        self.search.value = ""
        self.search.focus()

    @on(OptionList.OptionSelected)
    def _toggle(self, event: OptionList.OptionSelected) -> None:
        name = event.option.id
        if name is None:
            self._add(self._offered)
            return
        if name in self._chosen:
            self._chosen.remove(name)
        else:
            self._chosen.append(name)
        self.options.replace_option_prompt_at_index(event.option_index, self._prompt(name))
        self._show_note()

    def action_mark(self) -> None:
        """Mark or unmark the highlighted log type."""
        if self.options.has_focus:
            self.options.action_select()

    def action_enter_list(self) -> None:
        """Move from the search into the list."""
        self.options.focus()

    @on(Button.Pressed, "#log-type-use")
    def action_use(self) -> None:
        """Give back what is marked."""
        self.dismiss(tuple(self._chosen))

    @on(Button.Pressed, "#log-type-cancel")
    def cancel(self) -> None:
        """Leave the choice as it was."""
        self.dismiss(None)
