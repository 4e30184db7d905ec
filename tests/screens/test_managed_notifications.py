"""Where Panther manages the bucket's notifications: the step waits for what Panther does, and does nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from textual.widgets import Button

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws
from panther_s3.demo.panther import DemoPanther
from panther_s3.demo.panther.accounts import Accounts
from panther_s3.flow import Back, Forward
from panther_s3.panther import DEFAULT_TOPIC, INPUT_QUEUE
from screens import notifications
from screens.notifications import NotificationsScreen
from screens.parts.hand_steps import HandSteps
from screens.parts.link_row import LinkRow
from tests.host import HostApp, settle, text_of
from tests.panther import REGION, Customer, demo_panther, rule
from tests.recorder import Recorder, recording
from tests.screens.connected import answers_of, come, gateway_of, made_in


@pytest.fixture
def panther(embedded_aws: EmbeddedAws) -> Iterator[DemoPanther]:
    """A Panther whose queue has the name that every Panther's has."""
    with demo_panther(embedded_aws.endpoint_url, queue=INPUT_QUEUE) as panther:
        yield panther


@pytest.fixture
def customer(embedded_aws: EmbeddedAws, panther: DemoPanther) -> Customer:
    return Customer(embedded_aws.endpoint_url, panther)


@pytest.fixture(autouse=True)
def quick_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again after a moment."""
    monkeypatch.setattr(notifications, "WATCH_SECONDS", 0.2)


def links(app: HostApp) -> list[str]:
    """How every link stands, in a word."""
    return [row.link.standing.value for row in app.screen.query(LinkRow)]


def lead(app: HostApp) -> str:
    return text_of(app, "#notifications-lead")


def offered(app: HostApp) -> list[str]:
    return [
        str(button.label)
        for button in app.screen.query("#ways Button, #actions Button").results(Button)
        if button.display
    ]


def _made(customer: Customer, panther: DemoPanther) -> Answers:
    answers = answers_of(customer, panther, managed=True)
    return replace(answers, source_id=made_in(panther, answers.source))


async def test_it_is_looked_at_until_panther_has_made_it_all(customer: Customer, panther: DemoPanther) -> None:
    customer.make_role(managed=True)
    answers = answers_of(customer, panther, managed=True)
    app = HostApp(NotificationsScreen(replace(answers, source_id="yet to come"), gateway_of(customer)))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: links(app))
        assert links(app) == ["Pending"] * 5
        assert lead(app).startswith("0 of 5 links are there. Panther makes the rest")
        assert "Another topic" not in offered(app)
        assert "By hand" not in offered(app)
        made_in(panther, answers.source)  # as the step before does
        await come(pilot, lambda: set(links(app)) == {"Done"})
        assert lead(app).startswith("All is there")
        assert offered(app) == ["Test object", "Look again", "Back", "Continue"]
        await pilot.press("enter")
        await settle(pilot)
    (result,) = app.results
    assert isinstance(result, Forward)
    assert customer.managed_prefixes() == ["logs/"]
    assert result.answers.topic_arn.endswith(f":{DEFAULT_TOPIC}")


async def test_a_rule_of_others_in_the_way_is_told_and_left(customer: Customer, panther: DemoPanther) -> None:
    customer.make_role(managed=True)
    theirs = {"TopicConfigurations": [rule("theirs", f"arn:aws:sns:us-west-2:{customer.account}:theirs", "logs/a/")]}
    customer.put_rules(theirs)
    answers = _made(customer, panther)
    app = HostApp(NotificationsScreen(answers, gateway_of(customer)))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: "Stopped" in links(app))
        assert "something is in the way" in lead(app)
        stopped = next(row for row in app.screen.query(LinkRow) if row.link.standing.value == "Stopped")
        assert "theirs" in stopped.link.detail
        assert "Go on anyway" in offered(app)
        assert not [name for name in offered(app) if name.startswith(("Change", "Make", "Subscribe", "Mend"))]
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert isinstance(app.results[0], Forward)
    assert customer.rules() == theirs


@pytest.fixture
def watched(customer: Customer) -> Iterator[tuple[Aws, Recorder]]:
    """A gateway of the customer's account whose calls are written down."""
    with recording(customer.endpoint_url) as proxy:
        yield Accounts(proxy.endpoint_url).gateway(customer.account, REGION), proxy


async def test_where_panther_may_not_it_is_looked_at_again_with_nothing_written_and_may_be_left(
    customer: Customer, panther: DemoPanther, watched: tuple[Aws, Recorder]
) -> None:
    customer.make_role()  # without what managing takes
    aws, proxy = watched
    app = HostApp(NotificationsScreen(_made(customer, panther), aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: links(app))
        looked = len(proxy.calls)
        await come(pilot, lambda: len(proxy.calls) > 2 * looked)
        assert links(app) == ["Pending"] * 5
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert proxy.named_writes == []
    assert isinstance(app.results[0], Forward)
    assert customer.rules() == {}


async def test_it_is_not_looked_at_while_something_else_is_shown(
    customer: Customer, panther: DemoPanther, watched: tuple[Aws, Recorder]
) -> None:
    aws, proxy = watched
    app = HostApp(NotificationsScreen(_made(customer, panther), aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: links(app))
        await pilot.press("f1")
        await settle(pilot)
        looked = len(proxy.calls)
        await pilot.pause(0.6)
        assert len(proxy.calls) == looked
        await pilot.press("escape")
        await come(pilot, lambda: len(proxy.calls) > looked)
        await pilot.press("escape")
        await settle(pilot)
    assert isinstance(app.results[0], Back)


async def test_without_the_source_in_panther_the_steps_are_told(customer: Customer, panther: DemoPanther) -> None:
    for answers in (
        answers_of(customer, panther, managed=True),
        replace(answers_of(customer, panther, managed=True, id="x"), by_api=False),
    ):
        app = HostApp(NotificationsScreen(answers, gateway_of(customer)))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert lead(app).startswith("Panther sets these up itself once the source is saved")
            assert app.screen.query(HandSteps)
            assert not app.screen.query(LinkRow)


async def test_what_aws_refuses_is_told_with_a_way_on(customer: Customer, panther: DemoPanther) -> None:
    answers = _made(customer, panther).with_source(bucket_name="acme-nowhere-at-all")
    app = HostApp(NotificationsScreen(answers, gateway_of(customer)))
    async with app.run_test(size=(80, 24)) as pilot:
        await come(pilot, lambda: app.screen.query_one("#forward").display)
        assert links(app)[-1] == "Unknown"  # the bucket's rules
        assert offered(app) == ["Look again", "Back", "Go on anyway"]
        await pilot.press("escape")
        await settle(pilot)
    assert isinstance(app.results[0], Back)
