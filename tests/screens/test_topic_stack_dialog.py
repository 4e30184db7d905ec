"""The dialog that makes the topic by a stack: its phases, its ways out, and what is sent."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Checkbox, Input

from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import Stacks
from panther_s3.aws.topics import Topics
from panther_s3.demo import cast
from panther_s3.journal import ChangeKind, State
from panther_s3.problems import Problem, ProblemKind
from panther_s3.topic_stack import TopicSituation, plan_topic_stack
from screens.parts import stack_phases, topic_stack_dialog
from screens.parts.dialogs import QuitDialog
from screens.parts.topic_phases import Phase
from screens.parts.topic_stack_dialog import TopicStackDialog
from tests.host import HostApp, settle, text_of
from tests.way import REGION, SIZE, Place, in_sight, labels, press


@pytest.fixture
def place(aws: Aws) -> Place:
    return Place.made(aws)


def opened(place: Place) -> HostApp:
    return HostApp(TopicStackDialog(place.aws, place.answers))


def dialog(app: HostApp) -> TopicStackDialog:
    assert isinstance(app.shown, TopicStackDialog)
    return app.shown


async def named(pilot: Pilot[Any], name: str) -> None:
    """Give the topic a name that no other test has, and leave the field."""
    app = pilot.app
    assert isinstance(app, HostApp)
    if dialog(app)._phase is Phase.TOPIC_ONLY:
        await press(pilot, "#topic-other")
    app.screen.query_one("#topic-name", Input).focus()
    app.screen.query_one("#topic-name", Input).value = name
    await pilot.press("tab")
    await settle(pilot)
    await settle(pilot)


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
        await pilot.pause()


def stack_of(place: Place) -> Any:
    return Stacks(place.aws).find(plan_topic_stack(place.answers).stack_name, REGION)


def arn_of(name: str) -> str:
    return f"arn:aws:sns:{REGION}:{cast.CUSTOMER_ACCOUNT}:{name}"


async def test_a_topic_is_made_from_the_plan_to_its_arn(place: Place) -> None:
    app, name = opened(place), f"t-{place.bucket}"
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await named(pilot, name)
        assert labels(app) == ["Cancel", "Create the change set"]
        assert plan_topic_stack(place.answers).stack_name in text_of(app, "#mend-target")
        assert name in text_of(app, "#topic-template")
        assert "The bucket itself is not touched" in text_of(app, "#topic-lead")
        assert stack_of(place) is None
        in_sight(app)
        await press(pilot, "#topic-do")
        assert labels(app) == ["Discard it", "Execute it"]
        assert "AWS::SNS::Topic" in text_of(app, "#review-changes")
        assert Topics(place.aws).read(arn_of(name)) is None
        in_sight(app)
        await press(pilot, "#topic-do")
        await until(pilot, lambda: labels(app) == ["Go on"])
        in_sight(app)
        await press(pilot, "#topic-do")
    assert app.results == [arn_of(name)]
    topic = Topics(place.aws).read(arn_of(name))
    assert topic is not None
    assert cast.PANTHER_ACCOUNT in str(topic.policy)
    made = [(change.kind, change.state) for change in place.aws.journal.record.changes]
    assert made == [(ChangeKind.CHANGE_SET, State.ENDED), (ChangeKind.STACK, State.MADE)]
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:  # and found again
        await settle(pilot)
        assert labels(app) == ["Cancel", "Use this topic"]
        await press(pilot, "#topic-do")
    assert app.results == [arn_of(name)]


async def test_a_key_pressed_twice_makes_no_change_set_that_was_not_asked_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        monkeypatch.setattr(stack_phases, "READING_SECONDS", 3600)
        await named(pilot, f"t-{place.bucket}")
        dialog(app).go_on()
        await pilot.press("enter", "enter")
        await settle(pilot)
        assert dialog(app)._phase is Phase.PLAN
        monkeypatch.setattr(stack_phases, "READING_SECONDS", 0)  # the time passes
        dialog(app).go_on()
        await settle(pilot)
        monkeypatch.setattr(stack_phases, "READING_SECONDS", 3600)
        await pilot.press("enter", "enter")
        await settle(pilot)
        assert dialog(app)._phase is Phase.REVIEW
        assert place.aws.journal.record.changes[0].state is State.MADE
        await pilot.press("escape", "escape")
        await settle(pilot)
    assert app.results == [None]
    assert stack_of(place) is None


@pytest.mark.parametrize("way_out", ["escape", "#topic-close"])
async def test_declining_leaves_neither_stack_nor_change_set(place: Place, way_out: str) -> None:
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await named(pilot, f"t-{place.bucket}")
        await press(pilot, "#topic-do")
        assert stack_of(place) is not None
        await (pilot.press("escape") if way_out == "escape" else press(pilot, way_out))
        await settle(pilot)
    assert app.results == [None]
    assert stack_of(place) is None
    assert place.aws.journal.record.momentary == ()


async def test_a_topic_that_exists_is_used_or_another_name_given(place: Place) -> None:
    taken = place.with_topic(name=f"taken-{place.bucket}")
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await named(pilot, taken.topic.rpartition(":")[2])
        assert labels(app) == ["Cancel", "Another name", "Use this topic"]
        assert "exists already" in text_of(app, "#topic-waiting")
        in_sight(app)
        await press(pilot, "#topic-other")
        assert app.focused is app.screen.query_one("#topic-name")
        assert labels(app) == ["Cancel", "Look it up"]
        app.screen.query_one("#topic-name", Input).value = f"free-{place.bucket}"
        await press(pilot, "#topic-do")
        await settle(pilot)
        assert labels(app) == ["Cancel", "Create the change set"]
        await named(pilot, taken.topic.rpartition(":")[2])
        await press(pilot, "#topic-do")
    assert app.results == [taken.topic]


@pytest.mark.parametrize(("name", "why"), [("acme.fifo", "FIFO"), ("no good", "letters"), ("", "letters")])
async def test_a_name_that_cannot_be_used_says_why_and_sends_nothing(place: Place, name: str, why: str) -> None:
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await named(pilot, f"t-{place.bucket}")
        app.screen.query_one("#topic-name", Input).focus()
        app.screen.query_one("#topic-name", Input).value = name
        dialog(app).go_on()
        await settle(pilot)
        assert why in text_of(app, "#topic-name-field .field-message")
        assert stack_of(place) is None


async def test_the_template_shown_is_the_one_that_is_sent(place: Place) -> None:
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await named(pilot, f"t-{place.bucket}")
        with_key = text_of(app, "#topic-template")
        app.screen.query_one("#topic-key", Checkbox).value = False
        await settle(pilot)
        without = text_of(app, "#topic-template")
        assert with_key != without
        await press(pilot, "#topic-do")
        change = place.aws.journal.record.changes[-1]
        assert change.after["template"].rstrip() == without.rstrip()
        assert change.after["parameters"]["CreateKey"] == "false"  # the emulator lists what a condition leaves out
        await pilot.press("escape")
        await settle(pilot)


DENIED = Problem(
    "You are not allowed to create a change set", "User: arn:aws:iam::1:user/x is not authorized. " * 4,
    "Ask for this statement. " * 4, ProblemKind.ACCESS_DENIED,
    statement={"Effect": "Allow", "Action": ["cloudformation:CreateChangeSet"], "Resource": "arn"},
)  # fmt: skip


async def test_a_refusal_keeps_its_buttons_in_sight_and_is_no_trap(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DENIED

    monkeypatch.setattr(Stacks, "create_change_set", refuse)
    app = opened(place)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        await named(pilot, f"t-{place.bucket}")
        await press(pilot, "#topic-do")
        assert "not authorized" in text_of(app, "#topic-problem Static")
        assert labels(app) == ["Copy the statement", "Close", "Look again"]
        in_sight(app)
        await press(pilot, "#topic-do")
        assert dialog(app)._phase is Phase.PLAN
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [None]


async def test_a_change_set_that_cannot_be_discarded_stays_in_hand(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DENIED

    app = opened(place)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        await named(pilot, f"t-{place.bucket}")
        await press(pilot, "#topic-do")
        with monkeypatch.context() as patched:
            patched.setattr(Stacks, "discard_change_set", refuse)
            await pilot.press("escape")
            await settle(pilot)
        assert "waits, neither executed nor discarded" in text_of(app, "#topic-waiting")
        assert labels(app) == ["Copy the statement", "Leave it there", "Discard it"]
        in_sight(app)
        assert len(place.aws.journal.record.momentary) == 1
        await press(pilot, "#topic-do")
    assert app.results == [None]
    assert stack_of(place) is None
    assert place.aws.journal.record.momentary == ()


async def test_a_change_set_that_may_not_be_executed_stays_in_hand(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DENIED

    monkeypatch.setattr(Stacks, "execute_change_set", refuse)
    app = opened(place)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        await named(pilot, f"t-{place.bucket}")
        await press(pilot, "#topic-do")
        await press(pilot, "#topic-do")
        assert labels(app) == ["Copy the statement", "Leave it there", "Discard it"]
        await press(pilot, "#topic-do")
    assert app.results == [None]
    assert stack_of(place) is None


async def test_an_answer_that_comes_while_quitting_is_asked_about_closes_it_afterwards(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, discard = threading.Event(), Stacks.discard_change_set

    def slowly(self: Stacks, change_set: Any) -> None:
        let_go.wait(20)
        discard(self, change_set)

    monkeypatch.setattr(Stacks, "discard_change_set", slowly)
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await named(pilot, f"t-{place.bucket}")
        await press(pilot, "#topic-do")
        await pilot.press("escape")
        question = QuitDialog("why")
        app.push_screen(question)
        await pilot.pause()
        let_go.set()
        await settle(pilot)
        assert app.screen is question
        assert app.results == []
        await pilot.press("escape")
        await settle(pilot)
        assert app.results == [None]


async def test_an_empty_stack_that_is_in_the_way_is_deleted(place: Place) -> None:
    stacks = Stacks(place.aws)
    stacks.wait_for_change_set(stacks.create_change_set(plan_topic_stack(place.answers, f"t-{place.bucket}")))
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert labels(app) == ["Cancel", "Delete that stack"]
        await press(pilot, "#topic-do")
        await until(pilot, lambda: stack_of(place) is None and dialog(app)._phase in (Phase.PLAN, Phase.TOPIC_ONLY))


async def test_a_stack_without_its_topic_is_told_with_the_command(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await named(pilot, f"t-{place.bucket}")
        await press(pilot, "#topic-do")
        await press(pilot, "#topic-do")
        await until(pilot, lambda: labels(app) == ["Go on"])
    place.aws.client("sns", REGION).delete_topic(TopicArn=arn_of(f"t-{place.bucket}"))
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "aws cloudformation delete-stack" in text_of(app, "#topic-waiting")
        assert labels(app) == ["Close", "Look again"]
        in_sight(app)
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [None]


async def test_where_no_name_of_a_stack_is_free_that_is_said(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine stacks of others: recorded, since making them takes the emulator long."""
    found = TopicSituation(arn_of("x"), "panther-x", place.bucket, alias_taken=True)
    monkeypatch.setattr(topic_stack_dialog, "read_topic_situation", lambda *_: found)
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "None of the names" in text_of(app, "#topic-waiting")
        assert labels(app) == ["Close", "Look again"]


async def test_an_error_without_words_is_shown_and_can_be_left(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("[b]odd\x1b")

    monkeypatch.setattr(Stacks, "create_change_set", broken)
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await named(pilot, f"t-{place.bucket}")
        await press(pilot, "#topic-do")
        assert "ValueError" in text_of(app, "#topic-problem Static")
        assert labels(app) == ["Close", "Look again"]


async def test_a_stack_at_work_is_named_before_the_program_ends(place: Place) -> None:
    app = HostApp(TopicStackDialog(place.aws, replace(place.answers)))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert dialog(app).under_way() == ""
        dialog(app)._begin("Found at work", "panther-x")
        assert "AWS goes on with the stack panther-x" in dialog(app).under_way()
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [None]


async def test_what_aws_would_refuse_is_said_before_a_change_set_is_tried(place: Place, readonly_aws: Aws) -> None:
    answers = place.answers
    assert answers.identity is not None
    reader = replace(answers.identity, arn=answers.identity.arn.replace("user/operator", "user/readonly"))
    app = HostApp(TopicStackDialog(readonly_aws, replace(answers, identity=reader)))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await named(pilot, f"t-{place.bucket}")
        await settle(pilot)
        lead = text_of(app, "#topic-lead")
    assert "AWS would refuse it: your identity is not allowed" in lead
    assert "sns:CreateTopic" in lead
