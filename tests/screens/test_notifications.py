from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus

from textual.pilot import Pilot
from textual.widgets import Button, Label, Static

from panther_s3.answers import Answers, NotificationsBy
from panther_s3.aws.session import Aws
from panther_s3.flow import Forward
from panther_s3.source import PrefixLogTypes
from screens.notifications import NotificationsScreen
from screens.parts.hand_steps import CopyValue
from tests.host import HOSTILE, HostApp, settle, text_of

TOPIC = "arn:aws:sns:us-west-2:111122223333:panther-notifications-topic"


def by_hand(answers: Answers) -> NotificationsScreen:
    """The step where the operator, or Panther, does it: no call to AWS is made."""
    if answers.notifications_by is NotificationsBy.WIZARD:
        answers = replace(answers, notifications_by=NotificationsBy.OPERATOR)
    return NotificationsScreen(answers, Aws(None, "us-west-2"))


def titles(app: HostApp) -> list[str]:
    return [str(label.render()).partition(". ")[2] for label in app.screen.query(".hand-title").results(Label)]


async def copied(pilot: Pilot[Any], label: str) -> list[str]:
    """Press the Copy of every value under `label`, and return what was copied."""
    app = pilot.app
    assert isinstance(app, HostApp)
    before = len(app.copied)
    for row in app.screen.query(CopyValue):
        if str(row.query_one(".copy-label", Label).render()) == label:
            row.query_one(Button).press()
            await settle(pilot)
    return app.copied[before:]


async def test_every_step_from_the_topic_to_the_bucket_is_filled_in(filled: Answers) -> None:
    app = HostApp(by_hand(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert len(titles(app)) == 5
        assert await copied(pilot, "Endpoint") == [filled.panther.queue_arn]
        assert await copied(pilot, "SNS topic") == [TOPIC]
        assert await copied(pilot, "Prefix") == ["AWSLogs/"]


async def test_a_topic_that_is_named_needs_no_new_one(filled: Answers) -> None:
    named = "arn:aws:sns:us-west-2:111122223333:acme-audit"
    app = HostApp(by_hand(filled.with_source(topic_arn=named)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Create the SNS topic" not in titles(app)
        assert await copied(pilot, "SNS topic") == [named]
        (statement,) = await copied(pilot, "Statement for S3")
        assert json.loads(statement)["Resource"] == named


async def test_each_prefix_has_an_event_notification(filled: Answers) -> None:
    rows = (PrefixLogTypes("one/", ()), PrefixLogTypes("two/", ()))
    app = HostApp(by_hand(filled.with_source(prefix_log_types=rows, notification_suffix=".gz")))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert await copied(pilot, "Prefix") == ["one/", "two/"]
        assert await copied(pilot, "Suffix") == [".gz", ".gz"]
        names = await copied(pilot, "Event name")
    assert len(set(names)) == 2


async def test_statements_are_copied_as_json_for_the_policy(filled: Answers) -> None:
    app = HostApp(by_hand(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        (for_s3,) = await copied(pilot, "Statement for S3")
        (for_panther,) = await copied(pilot, "Statement for Panther")
    assert json.loads(for_s3)["Principal"] == {"Service": "s3.amazonaws.com"}
    assert "999988887777" in json.dumps(json.loads(for_panther)["Principal"])


async def test_where_panther_does_it_only_looking_is_left(filled: Answers) -> None:
    app = HostApp(by_hand(replace(filled, notifications_by=NotificationsBy.PANTHER)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert titles(app) == ["What Panther does once the source is saved", "What to look at"]
        assert "Create the SNS topic" not in text_of(app)
        (look,) = await copied(pilot, "Look")
    assert look.split()[:3] == ["aws", "s3api", "get-bucket-notification-configuration"]


async def test_an_empty_value_is_said_to_be_left_empty(filled: Answers) -> None:
    app = HostApp(by_hand(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        (row,) = [
            row for row in app.screen.query(CopyValue) if str(row.query_one(".copy-label", Label).render()) == "Suffix"
        ]
        assert str(row.query_one(".copy-text", Static).render()) == "(leave empty)"
        assert not row.query(Button)


async def test_hostile_prefixes_are_copied_in_the_code_that_s3_wants(filled: Answers) -> None:
    rows = tuple(PrefixLogTypes(hostile, ()) for hostile in HOSTILE)
    app = HostApp(by_hand(filled.with_source(prefix_log_types=rows)))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        prefixes = await copied(pilot, "Prefix")
    assert tuple(map(unquote_plus, prefixes)) == HOSTILE


async def test_it_is_read_by_pages_and_left_by_keys_alone(filled: Answers) -> None:
    app = HostApp(by_hand(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        body = app.screen.query_one("#body")
        await pilot.press("pagedown", "pagedown")
        await pilot.pause()
        assert body.size.height < body.scroll_offset.y <= 2 * body.size.height
        await pilot.press("pageup", "pageup")
        await pilot.pause()
        assert body.scroll_offset.y == 0
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results == [Forward(replace(filled, notifications_by=NotificationsBy.OPERATOR))]
