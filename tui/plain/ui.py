"""What every plain step works with: a voice, questions, calls that can be interrupted, and the answers kept."""

from __future__ import annotations

import shlex
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from panther_s3.answers import Answers
from panther_s3.flow import GoTo, Step, StepResult
from panther_s3.help_texts import intro, sections
from panther_s3.problems import Problem
from tui.connections import Connections, no_mfa_code
from tui.plain.prompts import Choice, Prompts, WentBack
from tui.plain.voice import Voice
from tui.plain.work import Work

R = TypeVar("R")
W = TypeVar("W")

Question = Callable[[Answers], Answers]
"""Asks one thing, or nothing where it need not, and gives the answers with it."""

RETRY, RUN, TOKEN = "Retry", "Run it here", "Another token…"


def run_choice(problem: Problem) -> tuple[Choice[str], ...]:
    """Return the way out of a Problem that a command mends; none where none does."""
    return (Choice(RUN, RUN, shlex.join(problem.command)),) if problem.command else ()


class Leave(Exception):
    """The step ends from within a question."""

    def __init__(self, result: StepResult) -> None:
        super().__init__()
        self.result = result


@dataclass(frozen=True)
class Took(Generic[W]):
    """Another way than trying again, taken after a Problem."""

    way: W


class Ui:
    """One operator, at one terminal."""

    def __init__(self, voice: Voice, prompts: Prompts, connections: Connections, work: Work, *, lasting: bool) -> None:
        """Prepare.

        Args:
            voice: prints.
            prompts: asks.
            connections: the run's gateways and journal.
            work: makes calls.
            lasting: whether the run's journal outlives the program.
        """
        self.voice, self.ask, self.connections = voice, prompts, connections
        self._work = work
        self.lasting = lasting
        self.step = Step.WELCOME
        self.answers = Answers()
        """What is said by now."""
        self.kept = True
        """Whether the journal has it."""

    def begin(self, step: Step, answers: Answers) -> None:
        """Turn to `step`."""
        self.step = step

        def help_of(field: str) -> str:
            texts = sections(step.value)
            return texts.get(field) or intro(step.value)

        self.ask.help = help_of
        self.draft(answers)

    def draft(self, answers: Answers) -> None:
        """Keep `answers` in the run's journal; before the bucket there is nothing to keep."""
        self.answers = answers
        if self.step is Step.WELCOME:
            return
        try:
            self.connections.journal.keep_answers(self.step, answers)
        except Problem as problem:
            if self.kept:
                self.kept = False
                self.voice.note("warn", f"This run cannot be recorded: {problem.cause}. {problem.remedy}")
                self.voice.say("What you say is not kept, and nothing can be changed in AWS.")
        else:
            self.kept = True

    def wait(self, words: str, function: Callable[[], R]) -> R:
        """Say what is waited for, and return what `function` gives.

        Raises:
            Problem: as `function` does.
        """
        if words:
            self.voice.say(words)
        return self._work.run(function)

    def attempt(
        self, words: str, function: Callable[[], R], ways: Sequence[Choice[W]] = (), *, back: str = "Back"
    ) -> R | Took[W]:
        """Return what `function` gives; after a Problem it is tried again as often as wanted, or another way taken.

        Args:
            words: what is waited for.
            function: makes the calls.
            ways: the other ways.
            back: the words of the way back.

        Raises:
            WentBack: the operator goes back instead.
        """
        while True:
            try:
                return self.wait(words, function)
            except Problem as problem:
                self.voice.problem(problem)
                way = self._way_out(problem, ways, back)
                if way is not None:
                    return Took(way)

    def _way_out(self, problem: Problem, ways: Sequence[Choice[W]], back: str) -> W | None:
        """Ask what is done about a Problem; None: try again."""
        offered: list[Choice[W | str]] = [Choice(RETRY, RETRY)]
        if problem.by_token and self.step is not Step.WELCOME:
            offered.append(Choice(TOKEN, TOKEN))
        offered += [Choice(each.value, each.label, each.note) for each in run_choice(problem)]
        offered += [Choice(each.value, each.label, each.note, each.obstacle) for each in ways]
        taken = self.ask.choose("What now?", offered, back=back)
        if taken == RUN:
            self.run_here(problem.command)
        elif taken == TOKEN:
            self.connect()
        elif taken != RETRY:
            return taken  # type: ignore[return-value]
        return None

    def connect(self) -> None:
        """Ask for another address or token of Panther's API, or none; what changes the answers begins the step anew."""
        from tui.plain.connect import connect_or_decline

        try:
            answers = connect_or_decline(self, self.answers)
        except WentBack:
            return
        if (answers.api_url, answers.by_api) != (self.answers.api_url, self.answers.by_api):
            raise Leave(GoTo(self.step, answers))

    def open_source(self, answers: Answers, id: str) -> None:
        """Begin anew with the source `id` that Panther has; after a Problem that may be given up.

        Raises:
            Leave: it is opened.
            WentBack: the operator goes back instead.
        """
        from panther_s3.source_in_panther import open_source

        ways: tuple[Choice[str], ...] = ()
        access = self.connections.panther
        opened = self.attempt("Reading that source…", lambda: open_source(access, answers, id), ways)
        if not isinstance(opened, Took):
            raise Leave(GoTo(Step.BUCKET_DETAILS, opened))

    def run_here(self, command: tuple[str, ...]) -> None:
        """Run a command on this terminal, and say what went wrong, if anything did; Ctrl-C is its alone meanwhile."""
        words = shlex.join(command)
        before = signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which the command would inherit
        try:
            ended = subprocess.run(command, check=False)  # noqa: S603 - our own words, and the operator chose it
        except FileNotFoundError:
            self.voice.note("warn", f"{command[0]} is not installed here: run {words} where it is, then retry.")
        except OSError as error:
            self.voice.note("warn", f"{words} could not be started: {error}.")
        else:
            if ended.returncode:
                self.voice.note("warn", f"{words} ended with exit code {ended.returncode}.")
        finally:
            signal.signal(signal.SIGINT, before)

    def in_turn(self, answers: Answers, *questions: Question, from_last: bool = False) -> Answers:
        """Ask one question after the other; who goes back comes to the one asked before, with what was said since.

        Args:
            answers: what is said by now.
            questions: what is asked.
            from_last: begin with the last, since the operator comes back to them.

        Raises:
            WentBack: the operator goes back from the first.
        """
        place = len(questions) - 1 if from_last else 0
        asked = list(range(place))
        while place < len(questions):
            before = self.ask.asked
            try:
                answers = questions[place](answers)
            except WentBack:
                if not asked:
                    raise
                place, answers = asked.pop(), self.answers
                continue
            self.draft(answers)
            if self.ask.asked != before:
                asked.append(place)
            place += 1
        return answers

    def ask_mfa_code(self, serial: str) -> str:
        """Return the code that the operator types for the device `serial`; called from any thread.

        Raises:
            Problem: the operator goes back instead.
        """
        return self._work.ask_on_main(lambda: self._mfa_code(serial))

    def _mfa_code(self, serial: str) -> str:
        from panther_s3.form_words import MFA_CODE
        from panther_s3.rules import mfa_code_fault
        from panther_s3.text import clean_word

        try:
            words = MFA_CODE._replace(hint=f"This profile needs the code that {serial} shows now.")
            return self.ask.text(words, rule=mfa_code_fault, clean=clean_word)
        except WentBack as gone_back:
            raise no_mfa_code() from gone_back
