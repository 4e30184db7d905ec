"""The dialog that subscribes Panther's queue: what it says and does, and what it leaves alone."""

from __future__ import annotations

from panther_s3.aws.session import Aws
from panther_s3.aws.topics import Topics
from panther_s3.demo import cast
from panther_s3.journal import ChangeKind
from panther_s3.proposed import SubscriptionChange
from panther_s3.subscription_plan import plan_subscription
from screens.parts.subscription_dialog import SubscriptionDialog
from tests.host import HostApp, settle, text_of
from tests.recorder import recording
from tests.way import QUEUE, REGION, SIZE, Place, in_sight, labels, pending, press

WRONG = QUEUE.replace(cast.PANTHER_REGION, "us-east-2")
FILTER = '{"kind": ["created"]}'


def opened(place: Place, *, again: bool = False, aws: Aws | None = None) -> HostApp:
    aws = aws or place.aws
    found = Topics(aws).read_subscriptions(place.topic, QUEUE)
    plan = plan_subscription(place.topic, found, place.answers, again=again)
    return HostApp(SubscriptionDialog(SubscriptionChange(aws, plan)))


def kinds(place: Place) -> list[ChangeKind]:
    return [change.kind for change in place.aws.journal.record.changes]


async def test_panthers_queue_is_subscribed_as_shown(aws: Aws) -> None:
    place = Place.made(aws).with_topic(queue="")
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert f"Subscribes {QUEUE}, with raw message delivery off" in text_of(app, ".mend-said")
        assert place.subscriptions() == []
        in_sight(app)
        await press(pilot, "#mend-do")
        assert "confirmed and whole" in text_of(app, "#mend-status")
        assert labels(app) == ["Close"]
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [True]
    assert (place.subscriptions(), kinds(place)) == ([QUEUE], [ChangeKind.SUBSCRIPTION])


async def test_raw_delivery_and_a_filter_are_told_and_taken_off(aws: Aws) -> None:
    place = Place.made(aws).with_topic(RawMessageDelivery="true", FilterPolicy=FILTER)
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        told = text_of(app, ".mend-said")
        assert "Turns raw message delivery off" in told
        assert FILTER in told
        await press(pilot, "#mend-do")
        assert "✓" in text_of(app, "#mend-status")
    (found,) = Topics(aws).read_subscriptions(place.topic, QUEUE)
    assert (found.raw_delivery, found.filter_policy) == (False, "{}")
    assert kinds(place) == [ChangeKind.SUBSCRIPTION_SETTINGS] * 2


async def test_a_wrong_queue_goes_only_where_that_is_ticked(aws: Aws) -> None:
    place = Place.made(aws).with_topic(queue=WRONG)
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "If you want that as well" in text_of(app)
        await press(pilot, "#mend-do")
    assert sorted(place.subscriptions()) == sorted([QUEUE, WRONG])
    assert kinds(place) == [ChangeKind.SUBSCRIPTION]
    other = Place.made(aws).with_topic(queue=WRONG)
    app = opened(other)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.screen.query_one("#act-0").focus()
        await pilot.press("space")
        await settle(pilot)
        in_sight(app)
        await press(pilot, "#mend-do")
    assert other.subscriptions() == [QUEUE]


async def test_subscriptions_that_changed_meanwhile_are_left_alone(aws: Aws) -> None:
    place = Place.made(aws).with_topic(queue="")
    app = opened(place)
    aws.client("sns", REGION).subscribe(TopicArn=place.topic, Protocol="sqs", Endpoint=WRONG)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "#mend-do")
        assert "have changed since they were shown" in text_of(app, "#problem Static")
        assert labels(app) == ["Check again"]
        await pilot.press("escape")
        await settle(pilot)
    assert (place.subscriptions(), kinds(place)) == ([WRONG], [])


async def test_a_subscription_pending_by_an_answer_of_ours_says_what_to_do_first(aws: Aws) -> None:
    place = Place.made(aws).with_topic(queue="")
    with recording(str(aws.endpoint_url), pending) as proxy:
        behind = Aws("default", REGION, endpoint_url=proxy.endpoint_url)
        app = opened(place, aws=behind)
        async with app.run_test(size=SIZE) as pilot:
            await settle(pilot)
            await press(pilot, "#mend-do")
            told = text_of(app, "#mend-status")
            assert "pending until then" in told
            assert "Save the source in Panther first" in told
        app = opened(place, again=True, aws=behind)
        async with app.run_test(size=SIZE) as pilot:
            await settle(pilot)
            told = text_of(app, ".mend-said")
            assert "once more, which sends Panther the request to confirm anew" in told
            in_sight(app)


async def test_who_may_only_read_is_told_the_statement_to_ask_for(aws: Aws, readonly_aws: Aws) -> None:
    place = Place.made(aws).with_topic(queue="")
    app = opened(place, aws=readonly_aws)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "#mend-do")
        assert "sns:Subscribe" in text_of(app, "#problem Static")
        assert labels(app) == ["Copy the statement", "Close", "Retry"]
        in_sight(app)
    assert place.subscriptions() == []
