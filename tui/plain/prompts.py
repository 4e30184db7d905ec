"""What the plain steps ask with, whatever the terminal can do: choices, texts, and the way back from each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from panther_s3.form_words import FieldWords
from panther_s3.text import clean_paste
from tui.plain.terminal import forget_what_was_typed_ahead
from tui.plain.voice import Voice

T = TypeVar("T")

BACK, HELP, EMPTY = "<", "?", "-"
"""What is typed for the question before, for help, and to empty a field that has something in it."""
KEYS = (
    f"Type {BACK} to go back a question, or from a step's first to the step before; {HELP} for help. "
    "Ctrl-C leaves; nothing that you said is lost by that, and nothing is changed in AWS before you agree."
)


class WentBack(Exception):
    """The operator wants the question, or the step, before."""

    def __init__(self, chosen: tuple[str, ...] | None = None) -> None:
        """Say that, with the names that were given by then, where several were asked for."""
        super().__init__()
        self.chosen = chosen


@dataclass(frozen=True)
class Choice(Generic[T]):
    """One of several ways."""

    value: T
    label: str
    note: str = ""
    """What to know of it."""
    obstacle: str = ""
    """Why it cannot be chosen; it stays in sight all the same."""


def yes(_: str) -> str:
    """Return no fault, whatever is typed."""
    return ""


class Prompts(ABC):
    """Asks one question at a time. Each can be answered by going back, and by asking for help."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.asked = 0
        """How many questions were answered, so that who goes back knows which asked something."""
        self.help: Callable[[str], str] = lambda _: ""
        """Gives the help of the step at hand and of one of its fields, by the field's id."""

    def choose(
        self,
        question: str,
        choices: Sequence[Choice[T]],
        *,
        default: T | None = None,
        back: str = "Back",
        field: str | tuple[str, ...] = "",
        approves: bool = False,
    ) -> T:
        """Return the value of the choice that the operator takes.

        Args:
            question: what is asked, in a line.
            choices: the ways, at least one of them without an obstacle.
            default: what Enter alone takes; None: it takes nothing where choices are typed.
            back: the words of the way back.
            field: the id of the field, for help; of each that the ways speak of, where these are several.
            approves: whether one of the ways changes something: what was typed before it was shown answers nothing.

        Raises:
            WentBack: the operator wants the question before.
        """
        if approves:
            self._forget()
        self.voice.blank()
        while True:
            picked = self._pick(question, choices, default, back)
            if picked == BACK:
                raise WentBack
            if picked == HELP:
                self._explain(field)
                continue
            self.asked += 1
            return choices[int(picked)].value

    def confirm(self, question: str, *, default: bool | None = None, field: str = "") -> bool:
        """Return whether the operator says yes.

        Args:
            question: what is asked, in a line.
            default: what Enter alone says; None: it says nothing.
            field: the id of the field, for help.

        Raises:
            WentBack: the operator wants the question before.
        """
        while True:
            said = self._yes_or_no(question, default)
            if said == BACK:
                raise WentBack
            if said == HELP:
                self._explain(field)
                continue
            self.asked += 1
            return said == "y"

    def text(
        self,
        words: FieldWords,
        default: str = "",
        *,
        rule: Callable[[str], str] = yes,
        warning: Callable[[str], str] = yes,
        clean: Callable[[str], str] = clean_paste,
        known: Sequence[str] = (),
        completions: Sequence[str] = (),
        hint: str = "",
    ) -> str:
        """Return the text that the operator gives, cleaned; one that the rule refuses is asked for again.

        Args:
            words: the field.
            default: what Enter alone gives.
            rule: why a text cannot be used; "" where it can.
            warning: what to know of a text that can be used.
            clean: cleans what was typed or pasted.
            known: texts to offer; any other is taken as well.
            completions: texts that are completed, where a terminal can, and not listed.
            hint: what is wanted, in place of the field's own hint.

        Raises:
            WentBack: the operator wants the question before.
        """
        self.voice.blank()
        told = hint or words.hint
        if told:
            self.voice.say(told)
        empties = bool(default) and not rule(clean(""))
        self._offer(known)
        while True:
            typed = self._line(words.label, default, known, completions, empties=empties)
            if typed == BACK:
                raise WentBack
            if typed == HELP:
                self._explain(words.id)
                self._offer(known)
                continue
            value = clean(typed)
            if fault := rule(value):
                self.voice.note("fail", fault)
                continue
            self.voice.note("warn", warning(value))
            self.asked += 1
            return value

    def secret(self, words: FieldWords, *, rule: Callable[[str], str], hint: str = "") -> str:
        """Return a text that is not shown while it is typed, as it was typed.

        Raises:
            WentBack: the operator wants the question before.
        """
        self.voice.blank()
        if told := hint or words.hint:
            self.voice.say(told)
        while True:
            typed = self._hidden(words.label)
            if typed == BACK:
                raise WentBack
            if typed == HELP:
                self._explain(words.id)
            elif fault := rule(typed):
                self.voice.note("fail", fault)
            else:
                self.asked += 1
                return typed

    def path(self, label: str, default: str) -> str:
        """Return the path of a file to write.

        Raises:
            WentBack: the operator does not want to save.
        """
        while True:
            typed = self._path(label, default)
            if typed == BACK:
                raise WentBack
            if typed == HELP:
                self.voice.say("A path is taken as a shell has it: ~ is your home folder, others begin where you are.")
            elif typed.strip():
                self.asked += 1
                return typed.strip()

    def many(
        self,
        words: FieldWords,
        known: Sequence[str],
        chosen: Sequence[str],
        *,
        rule: Callable[[str], str] = yes,
        warning: Callable[[str], str] = yes,
    ) -> tuple[str, ...]:
        """Return several names, of those that are known or others that the rule takes.

        Args:
            words: the field.
            known: the names to search in.
            chosen: those that are chosen now.
            rule: why a name cannot be used; "" where it can.
            warning: what to know of a name that can be used.

        Raises:
            WentBack: the operator wants the question before; it has the names chosen by then.
        """
        self.voice.blank()
        self.voice.say(f"{words.label}: {', '.join(chosen) or 'none chosen yet'}")
        while True:
            picked = self._several(words, known, chosen, rule)
            if picked is None:
                self._explain(words.id)
                continue
            for name in picked:
                self.voice.note("warn", warning(name))
            self.asked += 1
            return picked

    def _forget(self) -> None:
        """Drop what was typed before the question was shown."""
        forget_what_was_typed_ahead()

    def _explain(self, field: str | tuple[str, ...]) -> None:
        """Print the help of a field, or of the step; "" among several fields stands for the step."""
        fields = (field,) if isinstance(field, str) else field
        told = "\n\n".join(filter(None, map(self.help, fields)))
        self.voice.say(told or "There is no more to say of this question.")
        self.voice.say(KEYS)

    @abstractmethod
    def _pick(self, question: str, choices: Sequence[Choice[T]], default: T | None, back: str) -> str:
        """Return the place of the choice taken, in digits, or BACK or HELP."""

    @abstractmethod
    def _yes_or_no(self, question: str, default: bool | None) -> str:
        """Return "y", "n", BACK or HELP."""

    @abstractmethod
    def _offer(self, known: Sequence[str]) -> None:
        """Print the known texts of the question that follows, where the question itself does not show them."""

    @abstractmethod
    def _line(
        self, label: str, default: str, known: Sequence[str], completions: Sequence[str] = (), *, empties: bool = False
    ) -> str:
        """Return a line as typed, the default where nothing was typed; BACK and HELP stand for themselves.

        With `empties` a default that is taken away, or EMPTY where it cannot be, gives "".
        """

    @abstractmethod
    def _hidden(self, label: str) -> str:
        """Return a line that was not shown."""

    @abstractmethod
    def _path(self, label: str, default: str) -> str:
        """Return a path as typed."""

    @abstractmethod
    def _several(
        self, words: FieldWords, known: Sequence[str], chosen: Sequence[str], rule: Callable[[str], str]
    ) -> tuple[str, ...] | None:
        """Return the names taken; None for help.

        Raises:
            WentBack: the operator wants the question before.
        """
