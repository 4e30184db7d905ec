"""The rows of the form that say which objects are read as which log types."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Label, TextArea

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.form_words import FieldWords
from panther_s3.source import PrefixLogTypes
from panther_s3.text import clean_paste
from screens.parts.fields import Field, TextField
from screens.parts.log_types_dialog import LogTypesDialog
from screens.parts.text import plain


class PrefixRow(Vertical):
    """One row: S3 Prefix Filter, S3 Exclusion Filters, Log Types."""

    @dataclass
    class RemoveRequested(Message):
        """The operator wants this row gone."""

        row: PrefixRow

    def __init__(self, value: PrefixLogTypes, number: int) -> None:
        super().__init__(classes="prefix-row")
        self._value, self._number = value, number
        self._log_types = value.log_types
        self._offered: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        with Horizontal(classes="row-head"):
            yield Label(plain(f"Prefix {self._number}"), classes="row-title")
            yield Button("Remove", classes="row-remove", compact=True)
        yield TextField(
            self._of_row(form.PREFIX),
            self._value.prefix,
            rule=rules.prefix_fault,
        )
        yield Field(
            self._of_row(form.EXCLUSIONS),
            TextArea(
                "\n".join(self._value.excluded_prefixes),
                id=f"exclusions-{self._number}",
                classes="lines",
                compact=True,
                tab_behavior="focus",
            ),
        )
        yield Field(
            self._of_row(form.LOG_TYPES),
            Button(self._log_types_label(), id=f"log-types-{self._number}", classes="row-log-types", compact=True),
        )

    def _of_row(self, words: FieldWords) -> FieldWords:
        """The field of this row, whose id ends with the row's number."""
        return words._replace(id=f"{words.id}-{self._number}")

    def on_mount(self) -> None:
        self._warn_of_log_types()

    def offer(self, log_types: tuple[str, ...]) -> None:
        """Offer the log types that Panther has."""
        self._offered = log_types
        self._warn_of_log_types()

    @property
    def value(self) -> PrefixLogTypes:
        """The row as it stands, valid or not."""
        lines = self.query_one(TextArea).text.splitlines()
        return PrefixLogTypes(
            self.query_one(TextField).value,
            self._log_types,
            tuple(line for line in map(clean_paste, lines) if line),
        )

    def judge(self) -> bool:
        """Show the row's faults and warnings, focus the first fault, and tell whether it can be used."""
        prefix = self.query_one(TextField)
        exclusions_sound = self._judge_exclusions()
        if not prefix.judge():
            prefix.point_at()
        elif not exclusions_sound:
            self.query_one(TextArea).focus()
        return exclusions_sound and not prefix.fault

    def _judge_exclusions(self) -> bool:
        value = self.value
        field = self.query_one(f"#exclusions-{self._number}-field", Field)
        field.show_fault(next(filter(None, map(rules.exclusion_fault, value.excluded_prefixes)), ""))
        warnings = (rules.exclusion_warning(value.prefix, excluded) for excluded in value.excluded_prefixes)
        field.show_note(next(filter(None, warnings), ""), "warn")
        return not field.fault

    def on_descendant_blur(self) -> None:
        """Warn as soon as the prefix or the exclusions are left."""
        self._judge_exclusions()

    def refuse(self, fault: str) -> None:
        """Show `fault` under the prefix, where the rule is one between rows."""
        field = self.query_one(TextField)
        field.show_fault(fault)
        field.point_at()

    @on(TextArea.Changed)
    def _rejudge(self) -> None:
        if self.query_one(f"#exclusions-{self._number}-field", Field).fault:
            self._judge_exclusions()

    @on(Button.Pressed, ".row-remove")
    def _remove(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.RemoveRequested(self))

    @on(Button.Pressed, ".row-log-types")
    def _choose_log_types(self, event: Button.Pressed) -> None:
        event.stop()
        self.choose_log_types()

    @work
    async def choose_log_types(self) -> None:
        """Open the list and take what was chosen."""
        chosen = await self.app.push_screen_wait(LogTypesDialog(self._log_types, self._offered))
        if chosen is not None:
            self._log_types = chosen
            self.query_one(".row-log-types", Button).label = self._log_types_label()
            self._warn_of_log_types()

    def _log_types_label(self) -> Content:
        return plain(", ".join(self._log_types) or "None chosen")

    def _warn_of_log_types(self) -> None:
        warnings = (rules.log_type_warning(name, self._offered) for name in self._log_types)
        self.query_one(f"#log-types-{self._number}-field", Field).show_note(next(filter(None, warnings), ""), "warn")


class PrefixRows(Vertical):
    """All rows, at least one, and the button that adds another."""

    def __init__(self, rows: tuple[PrefixLogTypes, ...]) -> None:
        super().__init__(id="prefix-rows")
        self._initial = rows or (PrefixLogTypes(),)
        self._count = 0
        self._offered: tuple[str, ...] = ()

    def offer(self, log_types: tuple[str, ...]) -> None:
        """Offer the log types that Panther has, in every row."""
        self._offered = log_types
        for row in self.query(PrefixRow):
            row.offer(log_types)

    def compose(self) -> ComposeResult:
        for row in self._initial:
            yield self._new_row(row)
        yield Button("Add a prefix", id="add-prefix", compact=True)

    def on_mount(self) -> None:
        self._show_remove()

    @property
    def value(self) -> tuple[PrefixLogTypes, ...]:
        """Every row as it stands, valid or not."""
        return tuple(row.value for row in self.query(PrefixRow))

    def judge(self) -> bool:
        """Show every row's faults, duplicates among them, and tell whether all can be used."""
        rows = list(self.query(PrefixRow))
        sound = [row.judge() for row in rows]
        seen: set[str] = set()
        for row in rows:
            prefix = row.value.prefix
            if prefix in seen:
                row.refuse(form.SAME_PREFIX)
                sound.append(False)
            seen.add(prefix)
        return all(sound)

    def _new_row(self, value: PrefixLogTypes) -> PrefixRow:
        self._count += 1
        return PrefixRow(value, self._count)

    def _show_remove(self) -> None:
        several = len(self.query(PrefixRow)) > 1
        for button in self.query(".row-remove"):
            button.display = several

    @on(Button.Pressed, "#add-prefix")
    async def _add(self, event: Button.Pressed) -> None:
        event.stop()
        await self.add()

    async def add(self) -> None:
        """Add an empty row and lead the operator there."""
        row = self._new_row(PrefixLogTypes())
        await self.mount(row, before="#add-prefix")
        row.offer(self._offered)
        self._show_remove()
        row.query_one(TextField).input.focus()

    @on(PrefixRow.RemoveRequested)
    async def _remove(self, event: PrefixRow.RemoveRequested) -> None:
        event.stop()
        await event.row.remove()
        self._show_remove()
        self.query(PrefixRow).last().query_one(TextField).input.focus()
