"""A profile that needs an MFA code: asked in a dialog of ours, once, and again after Retry."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.flow import Step
from panther_s3.panther import PantherDeployment
from screens.parts.mfa_dialog import MfaDialog
from tests.flow.conftest import Wizard
from tests.flow.walk import go_on, until
from tests.host import settle

ROLE, SERIAL = "flow-mfa-operator", "arn:aws:iam::111122223333:mfa/operator"


@pytest.fixture
def answers(aws_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answers:
    """The first screen's answers with a profile whose role wants an MFA code; the emulator takes any."""
    iam = Aws("default", "us-west-2").client("iam")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111122223333"}}
    try:
        policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=policy)
    except iam.exceptions.EntityAlreadyExistsException:
        pass
    (tmp_path / "config").write_text(
        f"[profile mfa]\nregion = us-west-2\nsource_profile = default\nmfa_serial = {SERIAL}\n"
        f"role_arn = arn:aws:iam::111122223333:role/{ROLE}\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return Answers(profile="mfa", panther=PantherDeployment("999988887777", "us-west-2"))


async def until_asked(pilot: Pilot[Any]) -> None:
    for _ in range(400):
        if isinstance(pilot.app.screen, MfaDialog):
            return
        await pilot.pause()
        await asyncio.sleep(0.02)
    raise AssertionError("no code was asked for")


def told(pilot: Pilot[Any]) -> str:
    return str(pilot.app.screen.query_one("#profile-field .field-message", Static).render())


async def test_the_code_is_asked_for_in_a_dialog_and_the_identity_appears(wizard: Wizard, answers: Answers) -> None:
    app = wizard(answers)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_asked(pilot)
        assert SERIAL in " ".join(str(widget.render()) for widget in app.screen.query(Static))
        await pilot.press(*"123456", "enter")
        await until(pilot, Step.WELCOME)
        assert f"assumed-role/{ROLE}" in told(pilot)
        await go_on(pilot, Step.BUCKET_DETAILS)  # the session is kept: no second code


async def test_a_cancelled_code_is_told_and_asked_for_again_on_retry(wizard: Wizard, answers: Answers) -> None:
    app = wizard(answers)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_asked(pilot)
        await pilot.press("escape")
        await until(pilot, Step.WELCOME)
        assert "No AWS identity" in told(pilot)
        app.screen.query_one(".problem-retry").focus()
        await pilot.press("enter")
        await until_asked(pilot)
        await pilot.press(*"123456", "enter")
        await until(pilot, Step.WELCOME)
        await settle(pilot)
        assert f"assumed-role/{ROLE}" in told(pilot)


async def test_quitting_while_the_code_is_asked_for_ends_at_once(wizard: Wizard, answers: Answers) -> None:
    app = wizard(answers)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_asked(pilot)
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert app.return_code == 0
