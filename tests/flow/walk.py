"""Walking through the wizard as an operator does, by keys."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from panther_s3.flow import Step
from screens.step import StepScreen
from tests.host import settle

DEADLINE = 400


def step(pilot: Pilot[Any]) -> Step:
    """Return the step on the screen."""
    screen = pilot.app.screen
    assert isinstance(screen, StepScreen), screen
    return screen.STEP


async def until(pilot: Pilot[Any], wanted: Step) -> None:
    """Wait until the screen of `wanted` has settled."""
    for _ in range(DEADLINE):
        if isinstance(pilot.app.screen, StepScreen) and pilot.app.screen.STEP is wanted:
            await settle(pilot)
            return
        await pilot.pause()
        await asyncio.sleep(0.02)
    raise AssertionError(f"{pilot.app.screen} is shown, not {wanted}")


async def go_on(pilot: Pilot[Any], wanted: Step) -> None:
    """Press Ctrl+N and wait for the screen of `wanted`; notifications that are not there are left as they are."""
    without = pilot.app.screen.query("#go-on").first() if step(pilot) is Step.NOTIFICATIONS else None
    if without is not None and without.display:
        await pilot.click("#go-on")
    else:
        await pilot.press("ctrl+n")
    await until(pilot, wanted)


async def fill_bucket(pilot: Pilot[Any], name: str, bucket: str) -> None:
    """Fill in the bucket's form and go on to the choice of ways."""
    await type_into(pilot, "source-name", name)
    await type_into(pilot, "bucket-name", bucket)
    pilot.app.screen.query_one("#kms-key").focus()
    await settle(pilot)
    await go_on(pilot, Step.IAM_METHOD)


async def to_methods(pilot: Pilot[Any], name: str, bucket: str = "acme-cloudtrail") -> None:
    """Walk from the first screen to the choice of ways."""
    await until(pilot, Step.WELCOME)
    await go_on(pilot, Step.BUCKET_DETAILS)
    await fill_bucket(pilot, name, bucket)


async def choose(pilot: Pilot[Any], tile: str, wanted: Step) -> None:
    """Take the way of `tile`."""
    pilot.app.screen.query_one(f"#{tile}").focus()
    await pilot.press("enter")
    await until(pilot, wanted)


async def type_into(pilot: Pilot[Any], field: str, text: str) -> None:
    """Replace what stands in the field."""
    widget = pilot.app.screen.query_one(f"#{field}", Input)
    widget.focus()
    widget.value = text
    await settle(pilot)
