"""What AWS has after a run, so that it can be compared with what the full-screen wizard leaves."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from panther_s3 import stack_work
from panther_s3.answers import Answers
from panther_s3.aws import confirming, stack_undo
from panther_s3.journal.records import Record
from screens.parts import stack_phases
from tests.flow.accounts import Scene, alike
from tests.flow.robot import Errand, Robot
from tui.app import WizardApp

SIZE = (40, 8)


def as_one(scene: Scene) -> dict[str, Any]:
    """Return what is in a scene, as it would be in any other."""
    lines = alike(scene.documents(), scene.account.number)
    return {name: json.loads(value) for name, value in (line.split(": ", 1) for line in lines)}


def by_full_screen(
    scene: Scene, errand: Errand, folder: Path, answers: Answers, unfinished: tuple[Record, ...] = ()
) -> dict[str, Any]:
    """Have the full-screen wizard do an errand in a scene, and return what is there then."""

    async def walk() -> None:
        app = WizardApp(answers, endpoint_url=scene.account.endpoint_url, state_dir=folder, unfinished=unfinished)
        async with app.run_test(size=SIZE):
            await Robot(app, errand).to_the_end()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stack_phases, "READING_SECONDS", 0)
        for module in (stack_work, stack_undo):
            patched.setattr(module, "POLL_SECONDS", 0.05)
        patched.setattr(confirming, "PAUSE_SECONDS", 0.05)
        for name, value in scene.environment().items():
            patched.setenv(name, value)
        asyncio.run(walk())
    return as_one(scene)
