"""Makes README's picture: `python -m tests.screenshots` drives the wizard against the embedded AWS."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when Textual is first imported

from panther_s3.answers import Answers
from panther_s3.demo import EmbeddedAws, cast, start_demo
from panther_s3.panther import PantherDeployment
from tests.host import settle
from tui.app import WizardApp

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "screenshots"
SIZE = (100, 30)


async def take(aws: EmbeddedAws) -> None:
    """Walk to the plan of the role's stack and save its picture."""
    answers = Answers(panther=PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION))
    app = WizardApp(answers, endpoint_url=aws.endpoint_url, demo=True)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press(*"prod trail", "tab", "tab", *cast.CLOUDTRAIL, "tab")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        save(app, "create-stack")


def save(app: WizardApp, name: str) -> None:
    """Save the picture as `name`, without the number that Textual makes anew each time."""
    svg = app.export_screenshot(title="panther-s3-wizard")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.svg").write_text(re.sub(r"terminal-\d+", "terminal", svg))


def main() -> None:
    """Start the embedded AWS, take the picture, and stop it."""
    with start_demo() as aws:
        aws.apply(os.environ)
        asyncio.run(take(aws))


if __name__ == "__main__":
    main()
