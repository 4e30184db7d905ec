"""The wizard wears its own theme, unless the operator chose another."""

from __future__ import annotations

import pytest
from textual.color import Color

from panther_s3.flow import Step
from tests.flow.conftest import Wizard
from tests.flow.walk import until
from tui.theme import DARK


async def test_the_first_screen_is_drawn_in_our_colours(wizard: Wizard) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        assert DARK.background is not None
        assert app.screen.styles.background == Color.parse(DARK.background)


async def test_a_theme_of_the_operators_is_left_in_force(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", "nord")
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        assert app.theme != DARK.name
