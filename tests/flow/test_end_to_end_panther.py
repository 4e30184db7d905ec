"""With Panther's API, from the first screen to the first event that Panther has processed, and back again by undo."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.demo.panther import DemoPanther
from panther_s3.flow import Step
from panther_s3.panther_api.client import PantherApi
from panther_s3.tokens import TOKEN_VARIABLE, URL_VARIABLE, Token
from screens import notifications
from screens.parts.events_dialog import EventsDialog
from tests.flow.accounts import PANTHER, Account
from tests.flow.robot import Errand, Robot
from tests.flow.walk import until as until_step
from tests.host import settle, text_of
from tests.panther import until
from tui.app import WizardApp
from tui.options import AwsOptions
from tui.undoing import run_undo

REGIONS = ("us-west-2", "us-east-1")


@dataclass
class Demo:
    """The demo as it is opened: its AWS, its Panther, and what the environment says of them."""

    aws: EmbeddedAws
    panther: DemoPanther
    folder: Path

    @property
    def api(self) -> PantherApi:
        return PantherApi(self.panther.url, Token(self.panther.token))

    def wizard(self, answers: Answers | None = None) -> WizardApp:
        first = answers or Answers(panther=PANTHER)
        return WizardApp(first, endpoint_url=self.aws.endpoint_url, state_dir=self.folder)

    def documents(self) -> dict[str, Any]:
        """Return all that AWS and Panther have."""
        aws = Account(self.aws.endpoint_url, cast.CUSTOMER_ACCOUNT).documents(*REGIONS)
        return {**aws, **{f"source {each.id}": each.source for each in self.api.read_sources()}}

    def undo(self) -> int:
        return run_undo(self.folder, None, AwsOptions(endpoint_url=self.aws.endpoint_url), yes=True)


@pytest.fixture
def demo(fresh_aws: EmbeddedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Demo]:
    with fresh_aws.applied(os.environ), DemoPanther(fresh_aws.endpoint_url, writes_logs=True, seconds=0.2) as panther:
        monkeypatch.setenv(URL_VARIABLE, panther.url)
        monkeypatch.setenv(TOKEN_VARIABLE, panther.token)
        yield Demo(fresh_aws, panther, tmp_path)


async def run(app: WizardApp, errand: Errand) -> Robot:
    """Let a robot lead the wizard to its end."""
    robot = Robot(app, errand)
    async with app.run_test(size=(80, 24)):
        await robot.to_the_end()
    return robot


async def test_the_first_event_is_processed_and_undo_leaves_what_was_there(demo: Demo, no_waiting: None) -> None:
    before = demo.documents()
    robot = await run(demo.wizard(), Errand(cast.CLOUDTRAIL, prefix="AWSLogs/"))
    assert robot.problems == []
    (source,) = demo.api.read_sources()
    assert source.source.name == "prod trail"
    assert demo.api.read_source(source.id).source.prefixes == ["AWSLogs/"]
    alarm = demo.api.read_alarm(source.id)
    assert alarm is not None
    assert alarm.minutes == 1440
    health = until(lambda: (found := demo.api.read_health(source.id)) and found.processed_at and found)
    assert health.healthy

    assert demo.undo() == 0
    after = demo.documents()
    logs = [name for name in after if name == f"bucket {cast.CLOUDTRAIL}"]  # its services went on writing logs
    assert {name: after[name] for name in after if name not in logs} == {
        name: before[name] for name in before if name not in logs
    }
    assert demo.api.read_alarm(source.id) is None


async def test_panther_makes_the_notifications_that_it_manages_once_it_has_the_source(
    demo: Demo, no_waiting: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "WATCH_SECONDS", 0.3)
    answers = Answers(panther=PANTHER, notifications_by=NotificationsBy.PANTHER)
    robot = await run(demo.wizard(answers), Errand(cast.CLOUDTRAIL, prefix="AWSLogs/", proof=False))
    assert robot.summaries[-1].startswith("All is there")
    (source,) = demo.api.read_sources()
    until(lambda: (found := demo.api.read_health(source.id)) and found.processed_at)


async def test_what_panthers_own_checks_do_not_find_is_found_here(demo: Demo, no_waiting: None) -> None:
    """The bucket's objects are encrypted with a key that the role may not use: Panther calls the source healthy."""
    answers = Answers(panther=PANTHER)
    app = demo.wizard(answers)
    robot = Robot(app, Errand(cast.KMS_LOGS, prefix="app/", proof=False))
    await run_to_finish(app, robot)
    (source,) = demo.api.read_sources()
    health = until(lambda: (found := demo.api.read_health(source.id)) and found.received_at and found)
    assert health.healthy
    assert not health.processed_at
    assert any("KMS key" in failed for failed in robot.last_answers.failed_checks)


async def run_to_finish(app: WizardApp, robot: Robot) -> None:
    """Let the robot lead to the last step, open the panel of the first events there, and leave it by a key."""
    async with app.run_test(size=(80, 24)) as pilot:
        await robot.until(Step.FINISH)
        await until_step(pilot, Step.FINISH)
        await pilot.click("#watch")
        await settle(pilot)
        assert isinstance(app.screen, EventsDialog)
        assert "Confirmed" in text_of(app)
        await pilot.press("j")
        await until_step(pilot, Step.FINISH)


async def test_a_source_that_panther_has_is_opened_changed_and_put_back(demo: Demo, no_waiting: None) -> None:
    robot = await run(demo.wizard(), Errand(cast.CLOUDTRAIL, prefix="AWSLogs/", proof=False))
    assert robot.problems == []
    (first,) = demo.api.read_sources()
    before = demo.api.read_source(first.id).source
    app = demo.wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        again = Robot(app, Errand(cast.CLOUDTRAIL, proof=False))
        await again.until(Step.BUCKET_DETAILS)
        await settle(pilot)
        await pilot.click("#open-source")
        await settle(pilot)
        await pilot.press("enter")
        await until_step(pilot, Step.BUCKET_DETAILS)
        app.step_shown().rows.query_one("TextField Input").value = "AWSLogs/111122223333/"  # type: ignore[union-attr]
        await again.to_the_end()
    changed = demo.api.read_source(first.id).source
    assert changed.prefixes == ["AWSLogs/111122223333/"]
    assert replace(changed, prefix_log_types=before.prefix_log_types) == before
    assert demo.undo() == 0
    assert demo.api.read_source(first.id).source == before
