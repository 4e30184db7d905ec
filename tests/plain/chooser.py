"""An operator of the plain wizard's menus: moves to the choice that is wanted, and presses keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.plain.operator import Operator

UP, DOWN, ESCAPE, TAB, ENTER, BACKSPACE = "\x1b[A", "\x1b[B", "\x1b", "\t", "\r", "\x7f"
STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")
"""What moves the cursor, clears and colours."""
BEGUN = "\x1b[?2004h"
"""What a terminal gets when a question begins, and not when it is drawn again."""
POINTER, KEYS = "» ", "(arrows and Enter"


class Chooser(Operator):
    """Answers questionary's menus, on a terminal that can redraw."""

    def __init__(self, *words: str, environment: Mapping[str, str], **options: Any) -> None:
        """Start the program on a terminal that does not tell where its cursor is, for nobody would answer."""
        environment = {**environment, "PROMPT_TOOLKIT_NO_CPR": "1"}
        super().__init__(*words, environment=environment, **{"term": "xterm-256color", **options})

    def shown(self, question: str, more: str = "") -> str:
        """Wait until `question` is asked anew, and the pattern `more`; returns what was shown since the last one."""
        begun = re.escape(BEGUN)
        return STYLES.sub("", self._expect(f"(?s){begun}(?:(?!{begun}).)*?{re.escape(question)}{more}"))

    def menu(self, question: str) -> str:
        """Wait until the whole menu of `question` is shown, and return what was since the last one."""
        return self.shown(question, r".*?\(<\)")

    def pick(self, question: str, label: str) -> str:
        """Move to the choice that begins with `label` and take it; returns what was shown before."""
        said = self.menu(question)
        lines = [line for line in said.rsplit(KEYS, 1)[-1].split("\n") if line.startswith(("   ", f" {POINTER}"))]
        labels = [line.strip().removeprefix(POINTER) for line in lines]
        at = next(place for place, line in enumerate(lines) if POINTER in line)
        to = next(place for place, each in enumerate(labels) if each.startswith(label))
        self.send((DOWN if to > at else UP) * abs(to - at) + ENTER)
        return said

    def fill(self, label: str, text: str = "") -> str:
        """Type `text` where `label` is asked for, in place of what is proposed; returns what was shown before."""
        said = self.shown(label, r"[^\n]*?\(< .*?\x1b\[\?25h")
        self.send((f"\x15{text}" if text else "") + ENTER)
        return said
