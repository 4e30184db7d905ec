"""Questions for terminals that cannot redraw: a numbered list printed once, and a typed answer."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Sequence

from panther_s3.form_words import FieldWords
from panther_s3.text import clean_paste
from tui.plain.prompts import BACK, EMPTY, HELP, Choice, Prompts, T, WentBack

MOST_LISTED = 30
"""How many known texts are listed before a question: more are told by their number alone."""
MOST_DIGITS = 6
"""From which on a number is none of a list's."""
YES, NO = ("y", "yes"), ("n", "no")


class TypedPrompts(Prompts):
    """Prints the question, and reads a line; nothing on the screen is ever changed."""

    def read(self, prompt: str) -> str:
        """Return a line as typed, without its end.

        Raises:
            EOFError: the input has ended.
        """
        self.voice.write(prompt)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")

    def _pick(self, question: str, choices: Sequence[Choice[T]], default: T | None, back: str) -> str:
        self.voice.say(question)
        for number, choice in enumerate(choices, start=1):
            note = f": {choice.obstacle or choice.note}" if choice.obstacle or choice.note else ""
            cannot = " (cannot be chosen)" if choice.obstacle else ""
            self.voice.say(f"  {number}. {choice.label}{cannot}{note}")
        self.voice.say(f"  {BACK} {back}")
        usual = next((number for number, each in enumerate(choices, start=1) if each.value == default), None)
        if default is None or (usual is not None and choices[usual - 1].obstacle):
            usual = None
        while True:
            typed = self.read(f"Your choice{f' [{usual}]' if usual else ''}: ").strip()
            if not typed and usual:
                return str(usual - 1)
            if typed in (BACK, HELP):
                return typed
            place = _place(typed, choices)
            if place is None:
                self.voice.note("fail", f"Type a number from 1 to {len(choices)}, or {BACK} to go back.")
            elif choices[place].obstacle:
                self.voice.note("fail", f"This cannot be chosen: {choices[place].obstacle}")
            else:
                return str(place)

    def _yes_or_no(self, question: str, default: bool | None) -> str:
        usual = {True: "Y/n", False: "y/N", None: "y/n"}[default]
        while True:
            typed = self.read(f"{question} ({usual}, {BACK} back): ").strip().lower()
            if not typed and default is not None:
                return "y" if default else "n"
            if typed in (BACK, HELP):
                return typed
            if typed in YES + NO:
                return "y" if typed in YES else "n"
            self.voice.note("fail", f"Type y for yes, n for no, or {BACK} to go back.")

    def _line(
        self,
        label: str,
        default: str,
        known: Sequence[str],
        completions: Sequence[str] = (),  # noqa: ARG002
        *,
        empties: bool = False,
    ) -> str:
        usual = f" [{default}]" if default else ""
        typed = self.read(f"{label}{usual} ({f'{EMPTY} empties it, ' if empties else ''}{BACK} back): ")
        word = typed.strip()
        if word in (BACK, HELP):
            return word
        if not word:
            return default
        if empties and word == EMPTY:
            return ""
        if word not in known and (place := _place(word, known[:MOST_LISTED])) is not None:
            return known[place]
        return typed

    def _offer(self, known: Sequence[str]) -> None:
        if known:
            self._list(known)

    def _list(self, known: Sequence[str]) -> None:
        """Print what can be named by its number."""
        for number, each in enumerate(known[:MOST_LISTED], start=1):
            self.voice.say(f"  {number}. {each}")
        if len(known) > MOST_LISTED:
            self.voice.say(f"  and {len(known) - MOST_LISTED} more, which can be typed.")

    def _hidden(self, label: str) -> str:
        return getpass.getpass(f"{label} (not shown, {BACK} back): ", stream=self.voice.stream)

    def _path(self, label: str, default: str) -> str:
        return self.read(f"{label} [{default}] ({BACK} back): ") or default

    def _several(
        self, words: FieldWords, known: Sequence[str], chosen: Sequence[str], rule: Callable[[str], str]
    ) -> tuple[str, ...] | None:
        taken = list(chosen)
        by_lower = {name.lower(): name for name in known}
        listed: list[str] = []
        self.voice.say(f"Type a name, or a part of one to search in {len(known)}. {EMPTY}NAME takes one out.")
        while True:
            typed = clean_paste(self.read(f"{words.label} (Enter alone when done, {BACK} back): "))
            if typed == BACK:
                raise WentBack(tuple(taken))
            if typed == HELP:
                return None
            if not typed:
                return tuple(taken)
            if typed.startswith(EMPTY):
                taken = self._without(taken, typed.removeprefix(EMPTY).strip())
                continue
            if (place := _place(typed, listed)) is not None:
                typed = listed[place]
            found = [name for name in known if typed.lower() in name.lower()]
            if exact := by_lower.get(typed.lower()):
                self._take(taken, exact)
            elif len(found) == 1:
                self._take(taken, found[0])
            elif found:
                listed = found[:MOST_LISTED]
                self._list(found)
                self.voice.say("Type one of the numbers, or more of the name.")
            elif fault := rule(typed):
                self.voice.note("fail", fault)
            else:
                self._take(taken, typed)

    def _take(self, taken: list[str], name: str) -> None:
        """Take a name in, and say what is chosen by now."""
        if name not in taken:
            taken.append(name)
        self.voice.say(f"Chosen: {', '.join(taken)}")

    def _without(self, taken: list[str], name: str) -> list[str]:
        left = [each for each in taken if each.lower() != name.lower()]
        if len(left) == len(taken):
            self.voice.note("fail", f"{name} is not among those chosen.")
        else:
            self.voice.say(f"Chosen: {', '.join(left) or 'none'}")
        return left


def _place(typed: str, listed: Sequence[object]) -> int | None:
    """Return which of those listed is meant by its number; None where none is."""
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < MOST_DIGITS else 0
    return number - 1 if 1 <= number <= len(listed) else None
