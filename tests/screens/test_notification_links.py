"""The notifications step, done by the wizard: how each link stands, what comes next, and what is sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from textual.widgets import Button, Static

from panther_s3.aws.session import Aws
from panther_s3.demo import cast
from panther_s3.flow import Back, Forward
from panther_s3.journal import ChangeKind, State
from panther_s3.problems import Problem
from panther_s3.proposed import MendChange, RulesChange, SubscriptionChange
from screens import notifications
from screens.notifications import NotificationsScreen
from screens.parts.change_dialog import ChangeDialog
from screens.parts.hand_steps import HandSteps
from screens.parts.link_row import LinkRow
from screens.parts.subscription_dialog import SubscriptionDialog
from screens.parts.topic_pick_dialog import TopicPickDialog
from screens.parts.topic_stack_dialog import TopicStackDialog
from tests.host import HostApp, settle, text_of
from tests.recorder import recording
from tests.way import QUEUE, REGION, SIZE, Place, in_sight, labels, pending, press, rule, standings

AUDIT = f"arn:aws:sqs:{REGION}:{cast.CUSTOMER_ACCOUNT}:acme-audit-events"


def label(app: HostApp) -> str:
    """The words of the way on; "" while there is none."""
    button = app.screen.query_one("#forward", Button)
    return str(button.label) if button.display else ""


def summary(app: HostApp) -> str:
    return text_of(app, "#notifications-lead")


def step(place: Place) -> HostApp:
    return HostApp(NotificationsScreen(place.answers, place.aws))


async def test_where_nothing_is_there_the_topic_comes_first_and_the_rest_later(aws: Aws) -> None:
    place = Place.made(aws)
    absent = f"arn:aws:sns:{REGION}:{cast.CUSTOMER_ACCOUNT}:not-there-yet"
    app = step(replace(place, answers=place.answers.with_source(topic_arn=absent)))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert standings(app) == ["To do", "Later", "Later", "Later", "Later"]
        assert "0 of 5 links are there" in summary(app)
        assert (label(app), app.focused) == ("Make the topic", app.screen.query_one("#forward"))
        assert "Test object" not in labels(app)  # there is no topic to prove
        in_sight(app)
        await press(pilot, "#forward")
        assert isinstance(app.screen, TopicStackDialog)
        await pilot.press("escape")
        await settle(pilot)
        assert label(app) == "Make the topic"
        await pilot.press("escape")
        await settle(pilot)
    assert isinstance(app.results[0], Back)
    assert aws.journal.record.changes == ()


async def test_each_link_is_made_read_again_and_recorded_until_nothing_is_left(aws: Aws) -> None:
    place = Place.made(aws, "app/").with_topic(policy=False, queue="")
    place.put({"QueueConfigurations": [rule("audit", "QueueArn", AUDIT, "audit/")], "EventBridgeConfiguration": {}})
    app = step(place)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        for words, change, done in (
            ("Change the topic's policy", MendChange, 3),
            ("Subscribe Panther's queue", SubscriptionChange, 4),
            ("Change the bucket's rules", RulesChange, 5),
        ):
            assert label(app) == words
            assert "Go on without" in labels(app)
            in_sight(app)
            await press(pilot, "#forward")
            assert isinstance(app.screen, ChangeDialog)
            assert isinstance(app.screen.change, change)
            in_sight(app)
            await press(pilot, "#mend-do")
            assert "✓" in text_of(app, "#mend-status")
            in_sight(app)
            await pilot.press("escape")
            await settle(pilot)
            assert standings(app).count("Done") == done
        assert label(app) == "Continue"
        assert summary(app).startswith("All is there")
        await press(pilot, "#forward")
    (result,) = app.results
    assert isinstance(result, Forward)
    assert result.answers.source.topic_arn == place.topic
    changes = aws.journal.record.changes
    kinds = [ChangeKind.POLICY, ChangeKind.SUBSCRIPTION, ChangeKind.NOTIFICATIONS]
    assert [(change.kind, change.state) for change in changes] == [(kind, State.MADE) for kind in kinds]
    assert len(result.answers.made) == 3
    assert place.subscriptions() == [QUEUE]
    rules = place.rules()
    assert rules["QueueConfigurations"][0]["Id"] == "audit"
    assert "EventBridgeConfiguration" in rules
    assert rules["TopicConfigurations"][0]["TopicArn"] == place.topic


async def test_a_rule_in_the_way_is_explained_and_nothing_is_sent(aws: Aws) -> None:
    place = Place.made(aws).with_topic()
    place.put({"QueueConfigurations": [rule("audit-to-queue", "QueueArn", AUDIT, "audit/")]})
    before = place.rules()
    with recording(str(aws.endpoint_url)) as recorder:
        watched = Aws("default", REGION, endpoint_url=recorder.endpoint_url)
        app = step(replace(place, aws=watched))
        async with app.run_test(size=SIZE) as pilot:
            await settle(pilot)
            assert standings(app)[-1] == "Stopped"
            (opened,) = [row for row in app.screen.query(LinkRow) if row.opened]
            assert "audit-to-queue" in str(opened.query_one(".link-detail", Static).render())
            assert "something is in the way" in summary(app)
            assert label(app) == "Go on anyway"
            await press(pilot, "#forward")
        assert recorder.writes == []
    assert isinstance(app.results[0], Forward)
    assert place.rules() == before


async def test_another_topic_is_chosen_and_kept(aws: Aws) -> None:
    place = Place.made(aws)
    other = place.with_topic()
    app = step(place)
    async with app.run_test(size=(120, 60)) as pilot:
        await settle(pilot)
        await press(pilot, "#other-topic")
        assert isinstance(app.screen, TopicPickDialog)
        picker = app.screen.query_one("#pick")
        picker.highlighted = picker.get_option_index(other.topic)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await settle(pilot)
        await settle(pilot)
        assert standings(app)[0] == "Done"
        assert app.focused is not None
        await pilot.press("escape")
        await settle(pilot)
    assert app.results[0].answers.source.topic_arn == other.topic


async def test_a_topic_that_was_chosen_stays_where_a_new_one_is_declined(aws: Aws) -> None:
    place = Place.made(aws).with_topic()
    app = step(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "#other-topic")
        app.screen.query_one("#pick").highlighted = 0  # type: ignore[attr-defined]
        await pilot.press("enter")
        await settle(pilot)
        await settle(pilot)
        assert isinstance(app.screen, TopicStackDialog)
        await pilot.press("escape")
        await settle(pilot)
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
    assert app.results[0].answers.source.topic_arn == place.topic


async def test_a_fifo_topic_is_refused_with_its_reason(aws: Aws) -> None:
    app = step(Place.made(aws))
    async with app.run_test(size=(120, 60)) as pilot:
        await settle(pilot)
        await press(pilot, "#other-topic")
        picker: Any = app.screen.query_one("#pick")
        option = picker.get_option(f"arn:aws:sns:{REGION}:{cast.CUSTOMER_ACCOUNT}:{cast.ORDERS_TOPIC}")
        assert option.disabled
        assert "S3 cannot notify a FIFO topic" in str(option.prompt)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, NotificationsScreen)


@pytest.mark.parametrize("keys", [("ctrl+n", "ctrl+n"), ("enter", "enter"), ("ctrl+n", "enter", "ctrl+n")])
async def test_keys_pressed_twice_change_nothing(aws: Aws, keys: tuple[str, ...]) -> None:
    place = Place.made(aws).with_topic(policy=False, queue="")
    app = step(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press(*keys)
        await settle(pilot)
        if isinstance(app.screen, ChangeDialog):
            await pilot.press("escape", "escape")
            await settle(pilot)
    assert aws.journal.record.changes == ()


async def test_nothing_is_taken_for_a_key_while_it_looks(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place.made(aws).with_topic(policy=False)
    read = notifications.WayCalls.look
    monkeypatch.setattr(notifications.WayCalls, "look", lambda self, answers: None)
    app = step(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert label(app) == ""
        await pilot.press("ctrl+n", "enter", "ctrl+n")
        await settle(pilot)
        assert app.results == []
        monkeypatch.setattr(notifications.WayCalls, "look", read)
        app.shown.retry()  # type: ignore[attr-defined]
        await settle(pilot)
        assert label(app) == "Change the topic's policy"
        monkeypatch.setattr(notifications.WayCalls, "look", lambda self, answers: None)
        app.shown.retry()  # type: ignore[attr-defined]
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert isinstance(app.screen, NotificationsScreen)
        assert summary(app).startswith("Looking again")


async def test_without_an_answer_there_is_a_way_on_and_another_try(unreachable_aws: Aws, filled: Any) -> None:
    app = HostApp(NotificationsScreen(filled, unreachable_aws))
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(5):
            await settle(pilot)
        shown = labels(app)
        assert "Back" in shown
        assert "Go on without" in shown or label(app) == "Go on anyway"
        assert "Another topic" not in shown or standings(app)
        in_sight(app)
        await pilot.press("escape")
        await settle(pilot)
    assert isinstance(app.results[0], Back)


@pytest.mark.usefixtures("expired_sign_in")
async def test_an_expired_sign_in_is_told_with_the_command_and_another_try(
    filled: Any,
) -> None:
    app = HostApp(NotificationsScreen(replace(filled, profile="expired"), Aws("expired", REGION)))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "aws sso login --profile expired" in text_of(app, "#problem Static")
        assert label(app) == "Look again"
        assert {"By hand", "Retry", "Run it here", "Go on without"} <= set(labels(app))
        assert not {"Another topic", "Test object"} & set(labels(app))
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert app.results == []
        await press(pilot, "#go-on")
    assert isinstance(app.results[0], Forward)


async def test_an_error_without_words_leaves_a_way_on(aws: Aws, filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("[b]odd\x1b")

    monkeypatch.setattr("panther_s3.way_work.read_way", broken)
    app = HostApp(NotificationsScreen(filled, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, NotificationsScreen)
        assert label(app) == "Look again"
        assert "Go on without" in labels(app)


async def test_who_may_only_read_is_refused_in_words_with_the_statement_to_ask_for(readonly_aws: Aws, aws: Aws) -> None:
    place = Place.made(aws).with_topic(policy=False, queue="")
    app = step(replace(place, aws=readonly_aws))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "#forward")
        await press(pilot, "#mend-do")
        refused = text_of(app, "#problem Static")
        assert "You are not allowed" in refused
        assert "SetTopicAttributes" in refused
        assert {"Close", "Retry", "Copy the statement"} <= set(labels(app))
        in_sight(app)
        await pilot.press("escape")
        await settle(pilot)
        assert label(app) == "Change the topic's policy"
    assert {change.state for change in readonly_aws.journal.record.changes} == {State.NOT_MADE}


async def test_steps_by_hand_are_shown_beneath_and_hidden_again(aws: Aws) -> None:
    place = Place.made(aws).with_topic().told()
    app = step(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "#by-hand")
        assert app.screen.query(HandSteps)
        assert place.topic in text_of(app, ".copy-text")
        app.screen.query_one("#by-hand", Button).press()
        await settle(pilot)
        assert not app.screen.query(HandSteps)


async def test_a_row_that_was_opened_stays_open_while_nothing_changes(aws: Aws) -> None:
    app = step(Place.made(aws).with_topic().told())
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        ways = app.screen.query_one("#ways")
        assert all(ways.region.contains_region(button.region) for button in ways.query(Button) if button.display)
        assert not any(row.opened for row in app.screen.query(LinkRow))
        first = app.screen.query(LinkRow).first()
        first.focus()
        await pilot.press("enter")
        await pilot.pause()
        assert first.opened
        app.shown.retry()  # type: ignore[attr-defined]
        await settle(pilot)
        assert first.opened
        assert app.focused is first


async def test_a_subscription_pending_by_an_answer_of_ours_is_watched_and_confirmed_later(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "WATCH_SECONDS", 0.2)
    place = Place.made(aws).with_topic(queue="").told()
    confirmed: list[bool] = []

    def rewritten(operation: str, answer: bytes) -> bytes:
        return answer if confirmed else pending(operation, answer)

    with recording(str(aws.endpoint_url), rewritten) as proxy:
        app = step(replace(place, aws=Aws("default", REGION, endpoint_url=proxy.endpoint_url)))
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            await settle(pilot)
            assert label(app) == "Subscribe Panther's queue"
            await press(pilot, "#forward")
            await press(pilot, "#mend-do")
            told = text_of(app, "#mend-status")
            assert "pending" in told
            assert "Save the source in Panther first" in told
            await pilot.press("escape")
            await settle(pilot)
            assert standings(app)[3] == "Pending"
            assert label(app) == "Continue"
            (row,) = [row for row in app.screen.query(LinkRow) if row.opened]
            assert "Save the source in Panther first" in text_of(app, f"#{row.id} .link-detail")
            assert "Subscribe again" in labels(app)
            again = row.query_one(".link-again", Button)
            again.scroll_visible(animate=False)
            await pilot.pause()
            again.press()
            await settle(pilot)
            await settle(pilot)
            assert isinstance(app.screen, SubscriptionDialog)
            assert "once more" in text_of(app, ".mend-said")
            await pilot.press("escape")
            await settle(pilot)
            confirmed.append(True)
            for _ in range(100):
                if standings(app)[3] == "Done":
                    break
                await asyncio.sleep(0.05)
                await settle(pilot)
            assert summary(app).startswith("All is there")
            await pilot.press("ctrl+n")  # the watch has blocked nothing
            await settle(pilot)
    assert isinstance(app.results[0], Forward)


async def test_a_late_answer_about_another_topic_is_ignored(aws: Aws) -> None:
    place = Place.made(aws).with_topic()
    other = place.with_topic(policy=False)
    screen = NotificationsScreen(other.answers, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        late = screen._looked
        assert late is not None
        screen.changed(notifications.WayDialogs.Changed(place.answers))
        await settle(pilot)
        screen.query_one(notifications.WayCalls).post_message(notifications.WayCalls.Looked(late))
        await settle(pilot)
        assert screen.answers.source.topic_arn == place.topic


async def test_what_a_dialog_needs_and_does_not_get_is_told_with_another_try(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Problem("You are not allowed to read the tags", "AWS's own words", "Ask for it.")

    monkeypatch.setattr("panther_s3.way_work.read_managers", refuse)
    app = step(Place.made(aws).with_topic())
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "#forward")
        assert isinstance(app.screen, NotificationsScreen)
        assert "AWS's own words" in text_of(app, "#problem Static")
        assert "Retry" in labels(app)
        assert "links are there" in summary(app)
