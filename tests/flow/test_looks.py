"""The wizard wears its own theme, unless the operator chose another."""

from __future__ import annotations

import os
import subprocess
import sys

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


def test_a_theme_of_the_operators_is_left_in_force() -> None:
    # a process of its own: Textual reads the variable when it is first imported
    shown = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tui.app import WizardApp; app = WizardApp(); print(app.theme, app.current_theme.name)",
        ],
        env={**os.environ, "TEXTUAL_THEME": "nord"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.split() == ["nord", "nord"]
