"""The dialog that takes a run back: what it shows, does, leaves, and that it is never a trap."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from panther_s3.aws.bucket_notifications import apply_rules, read_configuration
from panther_s3.aws.session import Aws
from panther_s3.aws.subscriptions import apply_subscription
from panther_s3.aws.topics import Topics
from panther_s3.demo import cast
from panther_s3.notifications import plan_rules
from panther_s3.panther_api.access import PantherAccess
from panther_s3.problems import Problem, ProblemKind
from panther_s3.subscription_plan import plan_subscription
from screens.parts.undo_dialog import UndoDialog
from tests.host import HostApp, settle, text_of
from tests.way import QUEUE, REGION, SIZE, Place, in_sight, labels, press, rule

AUDIT = f"arn:aws:sqs:{REGION}:{cast.CUSTOMER_ACCOUNT}:acme-audit-events"


@pytest.fixture
def place(aws: Aws) -> Place:
    """A bucket whose rules, and a topic whose subscription, this run made."""
    place = Place.made(aws, "app/").with_topic(queue="")
    found = Topics(aws).read_subscriptions(place.topic, QUEUE)
    apply_subscription(aws, plan_subscription(place.topic, found, place.answers))
    configuration = read_configuration(aws, place.bucket, REGION, cast.CUSTOMER_ACCOUNT)
    apply_rules(aws, plan_rules(configuration, place.answers.source, place.topic), REGION)
    return place


def opened(place: Place) -> HostApp:
    return HostApp(UndoDialog(place.aws, PantherAccess()))


async def test_each_thing_is_shown_and_taken_back(place: Place) -> None:
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        told = text_of(app, "#undo-body")
        assert "Take the run's rules out" in told
        assert "Take away the subscription" in told
        assert labels(app) == ["Keep it", "Take it back"]
        assert app.focused is app.screen.query_one("#undo-close")
        in_sight(app)
        await press(pilot, "#undo-do")
        assert text_of(app, "#undo-body").count("✓ Done") == 2
        assert labels(app) == ["Close"]
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [True]
    assert (place.rules(), place.subscriptions()) == ({}, [])
    assert place.aws.journal.record.in_force == ()


async def test_keeping_it_changes_nothing(place: Place) -> None:
    before, app = place.rules(), opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
    assert (app.results, place.rules(), place.subscriptions()) == ([False], before, [QUEUE])


async def test_what_was_changed_since_is_left_with_the_difference(place: Place) -> None:
    (ours,) = place.rules()["TopicConfigurations"]
    place.put({"TopicConfigurations": [{**ours, "Events": ["s3:ObjectCreated:Put"]}]})
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        told = text_of(app, "#undo-body")
        assert "✗ Take the run's rules out" in told
        assert "s3:ObjectCreated:Put" in told
        in_sight(app)
        await press(pilot, "#undo-do")
        assert "! Left: Take the run's rules out" in text_of(app, "#undo-body")
    assert place.rules()["TopicConfigurations"][0]["Events"] == ["s3:ObjectCreated:Put"]


async def test_rules_that_others_added_meanwhile_stay(place: Place) -> None:
    theirs = rule("theirs", "QueueArn", AUDIT, "audit/")
    place.put({**place.rules(), "QueueConfigurations": [theirs]})
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "#undo-do")
    assert [each["Id"] for each in place.rules()["QueueConfigurations"]] == ["theirs"]
    assert "TopicConfigurations" not in place.rules()


async def test_a_refusal_keeps_its_buttons_in_sight_and_can_be_tried_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = Problem(
        "You are not allowed to change the notifications", "AWS's own words. " * 12, "Ask for it. " * 8,
        ProblemKind.ACCESS_DENIED,
        statement={"Effect": "Allow", "Action": "s3:PutBucketNotification", "Resource": "arn"},
    )  # fmt: skip

    def refuse(*_: object, **__: object) -> None:
        raise problem

    app = opened(place)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        with monkeypatch.context() as patched:
            patched.setattr("panther_s3.undo.notifications.apply_rules", refuse)
            await press(pilot, "#undo-do")
        assert "✗ Failed: Take the run's rules out" in text_of(app, "#undo-body")
        assert "✓ Done: Take away the subscription" in text_of(app, "#undo-body")
        assert "AWS's own words" in text_of(app, "#problem Static")
        in_sight(app)
        app.screen.query_one(".problem-retry").press()  # type: ignore[attr-defined]
        await settle(pilot)
        await settle(pilot)
        assert labels(app) == ["Keep it", "Take it back"]
        await press(pilot, "#undo-do")
    assert place.rules() == {}


async def test_an_error_without_words_can_be_left(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("[b]odd\x1b")

    monkeypatch.setattr("panther_s3.undo.planning.Undo.take_back", broken)
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "#undo-do")
        assert "ValueError" in text_of(app, "#problem Static")
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [True]


async def test_it_stays_open_and_is_named_while_it_works(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()
    monkeypatch.setattr("panther_s3.undo.planning.Undo.take_back", lambda *_: let_go.wait(20))
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.click("#undo-do")
        await pilot.pause()
        dialog: Any = app.shown
        assert "being taken back" in dialog.under_way()
        for key in ("escape", "enter"):
            await pilot.press(key)
        assert app.results == []
        let_go.set()
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [True]


async def test_nothing_is_left_of_a_run_that_changed_nothing(aws: Aws) -> None:
    app = HostApp(UndoDialog(aws, PantherAccess()))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "Nothing is left to take back" in text_of(app, "#undo-body")
        await pilot.press("enter")
        await settle(pilot)
    assert app.results == [False]
