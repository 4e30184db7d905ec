"""Questions by questionary, where the terminal can redraw: menus, search, and completion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import questionary
from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
from prompt_toolkit.output import create_output
from questionary import Question

from panther_s3.form_words import FieldWords
from panther_s3.text import visible
from tui.plain.prompts import BACK, HELP, Choice, Prompts, T, WentBack

STYLE = questionary.Style(
    [
        ("qmark", "bold"),
        ("question", "bold"),
        ("answer", "bold"),
        ("pointer", "bold"),
        ("highlighted", "bold"),
        ("selected", "bold"),
        ("instruction", ""),
        ("disabled", "italic"),
    ]
)
"""The terminal's own colours: nothing is told by another one."""
OTHER = "One that is not in the list…"


class MenuPrompts(Prompts):
    """Asks with questionary, on the stream that the voice has."""

    def ask(self, make: Callable[..., Question], message: str, *, keys: bool = False, **options: Any) -> Any:
        """Return the answer to one of questionary's questions.

        Args:
            make: questionary's function.
            message: the question.
            keys: whether BACK and HELP are keys of the question, which takes no text.
            options: questionary's own.

        Raises:
            KeyboardInterrupt: Ctrl-C was pressed.
            EOFError: the input has ended.
        """
        output = create_output(stdout=self.voice.stream)
        question = make(visible(message, keep_lines=False), qmark="?", style=STYLE, output=output, **options)
        if keys:
            application = question.application
            bindings = [known for known in (application.key_bindings, _way_back()) if known is not None]
            application.key_bindings = merge_key_bindings(bindings)
        return question.unsafe_ask()

    def _pick(self, question: str, choices: Sequence[Choice[T]], default: T | None, back: str) -> str:
        offered = [
            questionary.Choice(
                visible(each.label, keep_lines=False),
                value=str(place),
                disabled=visible(each.obstacle, keep_lines=False) or None,
                description=visible(each.note, keep_lines=False) or None,
            )
            for place, each in enumerate(choices)
        ]
        usual = next((str(place) for place, each in enumerate(choices) if each.value == default), None)
        if default is None or (usual is not None and choices[int(usual)].obstacle):
            usual = None
        return str(
            self.ask(
                questionary.select,
                question,
                choices=[*offered, questionary.Choice(f"{back} ({BACK})", value=BACK)],
                default=usual,
                instruction=f"(arrows and Enter; {BACK} goes back, {HELP} helps)",
                keys=True,
            )
        )

    def _yes_or_no(self, question: str, default: bool | None) -> str:
        if default is None:  # Enter alone is not to say yes
            default = False
        usual = "Y/n" if default else "y/N"
        said = self.ask(
            questionary.confirm,
            question,
            default=default,
            instruction=f"({usual}; {BACK} goes back, {HELP} helps) ",
            keys=True,
        )
        return said if isinstance(said, str) else "y" if said else "n"

    def _line(self, label: str, default: str, known: Sequence[str], completions: Sequence[str] = ()) -> str:
        message = f"{label} ({BACK} goes back):"
        if offered := [*known, *completions]:
            typed = self.ask(questionary.autocomplete, message, choices=offered, default=default)
        else:
            typed = self.ask(questionary.text, message, default=default)
        return typed.strip() if typed.strip() in (BACK, HELP) else str(typed)

    def _hidden(self, label: str) -> str:
        return str(self.ask(questionary.password, f"{label} ({BACK} goes back):"))

    def _path(self, label: str, default: str) -> str:
        return str(self.ask(questionary.path, f"{label} ({BACK} for none):", default=default))

    def _several(
        self, words: FieldWords, known: Sequence[str], chosen: Sequence[str], rule: Callable[[str], str]
    ) -> tuple[str, ...] | None:
        every = list(dict.fromkeys((*chosen, *known)))
        picked = self.ask(
            questionary.checkbox,
            words.label,
            choices=[
                questionary.Choice(f"{BACK} Back", value=BACK),
                questionary.Choice(OTHER, value=OTHER),
                *(questionary.Choice(visible(name, keep_lines=False), value=name, checked=name in chosen)
                  for name in every),
            ],
            use_search_filter=True,
            use_jk_keys=False,
            instruction="(type to search, Space marks, Enter when done)",
        )  # fmt: skip
        if BACK in picked:
            raise WentBack
        names = tuple(name for name in picked if name != OTHER)
        if OTHER not in picked:
            return names
        while True:
            typed = self._line("Its name", "", ())
            if typed == BACK:
                raise WentBack
            if typed == HELP:
                return None
            if not (fault := rule(typed.strip())):
                return (*names, typed.strip())
            self.voice.note("fail", fault)


def _way_back() -> KeyBindings:
    """The keys of BACK, which Escape is as well, and of HELP."""
    bindings = KeyBindings()

    @bindings.add(BACK, eager=True)
    @bindings.add("escape")
    def back(event: Any) -> None:
        event.app.exit(result=BACK)

    @bindings.add(HELP, eager=True)
    def help(event: Any) -> None:  # noqa: A001 - what the key is
        event.app.exit(result=HELP)

    return bindings
