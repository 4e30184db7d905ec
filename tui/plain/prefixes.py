"""The rows that say which objects are read as which log types."""

from __future__ import annotations

from dataclasses import replace

import assets
from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.answers import Answers
from panther_s3.source import PrefixLogTypes
from panther_s3.text import clean_paste
from tui.plain.prompts import Choice, WentBack
from tui.plain.ui import Ui

GO_ON, ADD, CHANGE, REMOVE = "Go on with these", "Add a prefix", "Change prefix", "Remove prefix"
EXCLUSIONS_HINT = "A full prefix to leave out; * stands for anything. Enter alone for none."
ANOTHER_HINT = "Another one to leave out; Enter alone for no more."


def ask_prefixes(ui: Ui, answers: Answers, log_types: tuple[str, ...]) -> Answers:
    """Ask for the first row, then offer to change, add and remove rows until that is all.

    Args:
        ui: asks.
        answers: the operator's answers.
        log_types: those that Panther has; by default those that come with the program.
    """
    ui.voice.section("Which objects, and what is in them")
    asked: int | None = None
    """The row that was asked for last."""
    if answers.source.prefix_log_types in ((), (PrefixLogTypes(),)):
        asked = 0
        answers = _ask_row(ui, _with_row(answers, asked, PrefixLogTypes()), asked, log_types)
    while True:
        rows = answers.source.prefix_log_types
        for number, row in enumerate(rows, start=1):
            ui.voice.say(f"Prefix {number}: {_words(row)}")
        try:
            what, number = ui.ask.choose("Prefixes", _choices(len(rows)), default=(GO_ON, 0), field="prefix-rows")
        except WentBack:
            if asked is None:
                raise
            answers = _ask_row(ui, answers, asked, log_types, from_last=True)
            continue
        if what == GO_ON:
            return answers
        try:
            answers = _after(ui, answers, what, number, log_types)
        except WentBack:
            ui.draft(answers)  # to the rows as they were
        else:
            asked = {REMOVE: None, ADD: len(rows), CHANGE: number}[what]


def _choices(count: int) -> list[Choice[tuple[str, int]]]:
    choices: list[Choice[tuple[str, int]]] = [Choice((GO_ON, 0), GO_ON), Choice((ADD, 0), ADD)]
    choices += [Choice((CHANGE, number), f"{CHANGE} {number + 1}") for number in range(count)]
    if count > 1:
        choices += [Choice((REMOVE, number), f"{REMOVE} {number + 1}") for number in range(count)]
    return choices


def _after(ui: Ui, answers: Answers, what: str, number: int, log_types: tuple[str, ...]) -> Answers:
    """The answers after what was chosen to do with the rows."""
    rows = answers.source.prefix_log_types
    if what == REMOVE:
        return answers.with_source(prefix_log_types=(*rows[:number], *rows[number + 1 :]))
    if what == ADD:
        number = len(rows)
        answers = _with_row(answers, number, PrefixLogTypes())
    return _ask_row(ui, answers, number, log_types)


def _ask_row(ui: Ui, answers: Answers, number: int, log_types: tuple[str, ...], *, from_last: bool = False) -> Answers:
    """Ask for one row: its prefix, its exclusions, its log types."""

    def row_of(said: Answers) -> PrefixLogTypes:
        return said.source.prefix_log_types[number]

    def prefix(said: Answers) -> Answers:
        others = {row.prefix for place, row in enumerate(said.source.prefix_log_types) if place != number}
        typed = ui.ask.text(
            form.PREFIX,
            row_of(said).prefix,
            rule=lambda text: rules.prefix_fault(text) or (form.SAME_PREFIX if text in others else ""),
        )
        return _with_row(said, number, replace(row_of(said), prefix=typed))

    def exclusions(said: Answers) -> Answers:
        row = row_of(said)
        try:
            return _with_row(said, number, replace(row, excluded_prefixes=_ask_exclusions(ui, row)))
        except WentBack as back:
            ui.draft(_with_row(said, number, replace(row, excluded_prefixes=back.chosen or ())))
            raise

    def kinds(said: Answers) -> Answers:
        row = row_of(said)
        try:
            chosen = ui.ask.many(
                form.LOG_TYPES,
                log_types or assets.log_types(),
                row.log_types,
                rule=rules.log_type_fault,
                warning=lambda name: rules.log_type_warning(name, log_types),
            )
        except WentBack as back:
            if back.chosen is not None:
                ui.draft(_with_row(said, number, replace(row, log_types=back.chosen)))
            raise
        return _with_row(said, number, replace(row, log_types=chosen))

    return ui.in_turn(answers, prefix, exclusions, kinds, from_last=from_last)


def _ask_exclusions(ui: Ui, row: PrefixLogTypes) -> tuple[str, ...]:
    """Ask for exclusions, one after the other, until one is left empty."""
    named, place = list(row.excluded_prefixes), 0
    while True:
        known = place < len(named)
        try:
            typed = ui.ask.text(
                form.EXCLUSIONS,
                named[place] if known else "",
                rule=lambda text: rules.exclusion_fault(text) if text else "",
                warning=lambda text: rules.exclusion_warning(row.prefix, text) if text else "",
                clean=clean_paste,
                hint=ANOTHER_HINT if place else EXCLUSIONS_HINT,
            )
        except WentBack as back:
            if not place:
                raise WentBack(tuple(named)) from back
            place -= 1
            continue
        if typed:
            named[place : place + 1] = [typed]
            place += 1
        elif known:
            del named[place]
        else:
            return tuple(named)


def _with_row(answers: Answers, number: int, row: PrefixLogTypes) -> Answers:
    rows = answers.source.prefix_log_types
    return answers.with_source(prefix_log_types=(*rows[:number], row, *rows[number + 1 :]))


def _words(row: PrefixLogTypes) -> str:
    """A row in a line."""
    without = f", without {', '.join(row.excluded_prefixes)}" if row.excluded_prefixes else ""
    kinds = f"read as {', '.join(row.log_types)}" if row.log_types else "no log type chosen"
    return f"{row.prefix or 'all objects'}{without}, {kinds}"
