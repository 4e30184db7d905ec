"""Questions by questionary, where the terminal can redraw: menus, search, and completion."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import questionary
from prompt_toolkit.application import get_app_session
from prompt_toolkit.filters import Always
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
from prompt_toolkit.output import create_output
from questionary import Question
from questionary.prompts.common import InquirerControl

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
DESCRIPTION = "  Description: "
"""What questionary puts before the note of the choice at hand."""
HOW, CHOICE = f"(arrows and Enter, {HELP} helps)", "Your choice"
OTHER = "One that is not in the list…"


class MenuPrompts(Prompts):
    """Asks with questionary, on the stream that the voice has."""

    def ask(self, make: Callable[..., Question], message: str, *, keys: bool = False, **options: Any) -> Any:
        """Return the answer to one of questionary's questions.

        Args:
            make: questionary's function.
            message: the question.
            keys: whether BACK and HELP are keys of the question: it takes no text that has them. Escape goes back
                from any.
            options: questionary's own.

        Raises:
            KeyboardInterrupt: Ctrl-C was pressed.
            EOFError: the input has ended.
        """
        output = create_output(stdout=self.voice.stream)
        self._last = make(visible(message, keep_lines=False), qmark="?", style=STYLE, output=output, **options)
        application = self._last.application
        for window in application.layout.find_all_windows():
            window.wrap_lines = Always()  # nothing is cut
        bindings = [known for known in (application.key_bindings, _way_back(keys=keys)) if known is not None]
        application.key_bindings = merge_key_bindings(bindings)
        return self._last.unsafe_ask()

    def _forget(self) -> None:
        super()._forget()
        clear_typeahead(get_app_session().input)  # what the question before read beyond its own answer

    def _marked(self) -> list[str]:
        """What is marked in the list that was asked last."""
        controls = self._last.application.layout.find_all_controls()
        marked = next(control for control in controls if isinstance(control, InquirerControl))
        return [str(choice.value) for choice in marked.get_selected_values()]

    def _pick(self, question: str, choices: Sequence[Choice[T]], default: T | None, back: str) -> str:
        offered = [
            questionary.Choice(
                visible(each.label, keep_lines=False),
                value=str(place),
                disabled=visible(each.obstacle, keep_lines=False) or None,
                description=self._described(each.note),
            )
            for place, each in enumerate(choices)
        ]
        usual = next((str(place) for place, each in enumerate(choices) if each.value == default), None)
        if default is None or (usual is not None and choices[int(usual)].obstacle):
            usual = None
        if len(question) + len(HOW) > self.voice.width:  # whole words, which the menu would cut
            self.voice.say(question)
            question = CHOICE
        return str(
            self.ask(
                questionary.select,
                question,
                choices=[*offered, questionary.Choice(f"{back} ({BACK})", value=BACK)],
                default=usual,
                instruction=HOW,
                keys=True,
            )
        )

    def _described(self, note: str) -> str | None:
        """A choice's note as it stands behind questionary's word for it, its lines broken between words."""
        room = max(20, self.voice.width - len(DESCRIPTION))
        lines = textwrap.wrap(visible(note, keep_lines=False), room, break_long_words=False, break_on_hyphens=False)
        return f"\n{' ' * len(DESCRIPTION)}".join(lines) or None

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

    def _offer(self, known: Sequence[str]) -> None:
        """The question completes them itself."""

    def _line(
        self,
        label: str,
        default: str,
        known: Sequence[str],
        completions: Sequence[str] = (),
        *,
        empties: bool = False,  # noqa: ARG002 - what is proposed can be taken away
    ) -> str:
        message = f"{label} ({BACK} goes back):"
        if offered := [*known, *completions]:
            typed = self.ask(questionary.autocomplete, message, choices=offered, default=default)
        else:
            typed = self.ask(questionary.text, message, default=default)
        return _said(str(typed), default)

    def _hidden(self, label: str) -> str:
        return str(self.ask(questionary.password, f"{label} ({BACK} goes back):"))

    def _path(self, label: str, default: str) -> str:
        return _said(str(self.ask(questionary.path, f"{label} ({BACK} for none):", default=default)), default)

    def _several(
        self, words: FieldWords, known: Sequence[str], chosen: Sequence[str], rule: Callable[[str], str]
    ) -> tuple[str, ...] | None:
        every = list(dict.fromkeys((*chosen, *known)))
        picked = self.ask(
            questionary.checkbox,
            words.label,
            choices=[
                questionary.Choice(OTHER, value=OTHER),
                *(questionary.Choice(visible(name, keep_lines=False), value=name, checked=name in chosen)
                  for name in every),
                questionary.Choice(f"Back ({BACK})", value=BACK),
            ],
            use_search_filter=True,
            use_jk_keys=False,
            instruction=f"(type to search, Space marks, Enter when done, {HELP} helps)",
            keys=True,
        )  # fmt: skip
        if picked == HELP:
            return None
        names = tuple(name for name in self._marked() if name not in (BACK, OTHER))
        if BACK in picked:
            raise WentBack(names)
        if OTHER not in picked:
            return names
        while True:
            typed = self._line("Its name", "", ())
            if typed == BACK:
                raise WentBack(names)
            if typed == HELP:
                return None
            if not (fault := rule(typed.strip())):
                return (*names, typed.strip())
            self.voice.note("fail", fault)


def _said(typed: str, default: str) -> str:
    """BACK or HELP where that is all that was typed, also behind a default that stood there; else the text."""
    added = typed.removeprefix(default).strip()
    return added if added in (BACK, HELP) else typed


def _way_back(*, keys: bool) -> KeyBindings:
    """Escape, which goes back, and the keys of BACK and HELP where the question has `keys`."""
    bindings = KeyBindings()

    @bindings.add("escape", eager=keys)
    def back(event: Any) -> None:
        event.app.exit(result=BACK)

    if not keys:
        return bindings
    bindings.add(BACK, eager=True)(back)

    @bindings.add(HELP, eager=True)
    def help(event: Any) -> None:  # noqa: A001 - what the key is
        event.app.exit(result=HELP)

    @bindings.add("c-d", eager=True)
    def end(event: Any) -> None:
        event.app.exit(exception=EOFError())

    @bindings.add("tab", eager=True)
    @bindings.add("c-a", eager=True)
    def nothing(_: Any) -> None:
        """A search is no place for questionary's keys that mark whatever there is."""

    return bindings
