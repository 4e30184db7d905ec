"""A question for a region: the known ones are proposed as one types, others of the right shape are taken."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.suggester import SuggestFromList

from panther_s3 import rules
from panther_s3.form_words import FieldWords
from panther_s3.partitions import REGIONS
from panther_s3.text import clean_word
from screens.parts.fields import TextField


class RegionField(TextField):
    """A TextField that warns of a region that looks right but is none that is known."""

    def __init__(self, words: FieldWords, value: str, *, rule: Callable[[str], str] = rules.region_fault) -> None:
        super().__init__(words, value, rule=rule, suggester=SuggestFromList(REGIONS), clean=clean_word)
        self._warn()

    @on(TextField.Edited)
    def _warn(self) -> None:
        self.show_note(rules.region_warning(self.value), "warn")
