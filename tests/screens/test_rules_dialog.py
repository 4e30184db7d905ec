"""The dialog that changes a bucket's notifications: what is added, what stays, and what keeps it from being sent."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from panther_s3.aws.bucket_notifications import Managers, read_configuration, read_managers
from panther_s3.aws.session import Aws
from panther_s3.demo import cast
from panther_s3.journal import ChangeKind, State
from panther_s3.notifications import RulesPlan, plan_rules
from panther_s3.proposed import RulesChange
from panther_s3.proposed import rules as rules_change
from panther_s3.undo import Undo
from screens.parts.change_dialog import ChangeDialog
from tests.faults import Faults
from tests.host import HostApp, settle, text_of
from tests.way import REGION, SIZE, Place, in_sight, labels, press, rule

AUDIT = f"arn:aws:sqs:{REGION}:{cast.CUSTOMER_ACCOUNT}:acme-audit-events"
DELETED = {
    "Id": "on-delete",
    "LambdaFunctionArn": f"arn:aws:lambda:{REGION}:{cast.CUSTOMER_ACCOUNT}:function:acme-on-delete",
    "Events": ["s3:ObjectRemoved:*"],
}


@pytest.fixture
def place(aws: Aws) -> Place:
    """A bucket that others are told of already."""
    place = Place.made(aws, "app/").with_topic()
    place.put(
        {
            "QueueConfigurations": [rule("audit", "QueueArn", AUDIT, "audit/")],
            "LambdaFunctionConfigurations": [DELETED],
            "EventBridgeConfiguration": {},
        }
    )
    return place


def planned(place: Place) -> RulesPlan:
    found = read_configuration(place.aws, place.bucket, REGION, cast.CUSTOMER_ACCOUNT)
    return plan_rules(found, place.answers.source, place.topic)


def opened(place: Place, plan: RulesPlan | None = None, *managers: str) -> HostApp:
    return HostApp(ChangeDialog(RulesChange(place.aws, plan or planned(place), REGION, Managers(managers))))


async def test_what_is_added_is_shown_and_all_of_others_stays(place: Place) -> None:
    before, app = place.rules(), opened(place)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        assert place.topic in text_of(app, "#mend-diff")
        assert "- 0 lines go" in text_of(app, "#mend-diff")
        assert app.focused is app.screen.query_one("#mend-close")
        in_sight(app)
        await press(pilot, "#mend-do")
        told = text_of(app, "#mend-status")
        assert "Everything of others is as it was" in told
        assert "five minutes" in told
        assert labels(app) == ["Close", "Copy the command"]
        in_sight(app)
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [True]
    after = place.rules()
    assert after.pop("TopicConfigurations")[0]["TopicArn"] == place.topic
    assert after == before
    (change,) = place.aws.journal.record.changes
    assert (change.kind, change.state) == (ChangeKind.NOTIFICATIONS, State.MADE)


async def test_declining_sends_nothing(place: Place) -> None:
    before, app = place.rules(), opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
    assert (app.results, place.rules()) == ([False], before)
    assert place.aws.journal.record.changes == ()


async def test_what_changed_meanwhile_is_told_and_nothing_is_sent(place: Place) -> None:
    app = opened(place)
    place.put({"QueueConfigurations": [rule("other", "QueueArn", AUDIT, "other/")]})
    before = place.rules()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "#mend-do")
        assert "changed" in text_of(app, "#problem Static")
        assert labels(app) == ["Check again"]
        in_sight(app)
        await pilot.press("enter")
        await settle(pilot)
    assert (app.results, place.rules()) == ([True], before)


async def test_somebody_elses_broken_destination_is_named_by_a_fault_of_ours(
    place: Place, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The emulator takes any destination: S3's refusal comes from the proxy."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", cast.CUSTOMER_ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root")
    gone = AUDIT.replace("acme-audit-events", f"gone-{place.bucket}")
    place.put({"QueueConfigurations": [rule("theirs", "QueueArn", gone, "audit/")]})
    behind = replace(place, aws=Aws(None, REGION, endpoint_url=faults.endpoint_url))
    before, app = place.rules(), opened(behind)
    message = "Unable to validate the following destination configurations"
    error = {"code": "InvalidArgument", "status": 400, "message": message}
    faults.add({"service": "s3", "operation": "PutBucketNotification", "error": error})
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "#mend-do")
        assert faults.fired()
        refused = text_of(app, "#problem Static")
        assert "theirs" in refused
        assert message in refused
        in_sight(app)
        await pilot.press("escape")
        await settle(pilot)
    assert place.rules() == before


async def test_a_bucket_of_a_stack_is_warned_of_by_its_tags(place: Place) -> None:
    tags = [{"Key": "aws:cloudformation:stack-name", "Value": "acme-logs"}, {"Key": "managed-by", "Value": "Terraform"}]
    place.aws.client("s3", REGION).put_bucket_tagging(Bucket=place.bucket, Tagging={"TagSet": tags})  # type: ignore[typeddict-item]
    managers = read_managers(place.aws, place.bucket, REGION, cast.CUSTOMER_ACCOUNT)
    app = opened(place, None, *managers.names)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        told = text_of(app, ".mend-said")
        assert "! CloudFormation (stack acme-logs) manages this bucket: its next run may take the rule out" in told
        assert "Terraform" in told
        in_sight(app)


async def test_a_conflict_is_shown_and_cannot_be_sent(place: Place) -> None:
    place.put({"QueueConfigurations": [rule("all", "QueueArn", AUDIT)]})
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "all" in text_of(app, "#problem Static")
        assert labels(app) == ["Check again"]
        in_sight(app)
        await pilot.press("enter")
        await settle(pilot)
    assert app.results == [True]
    assert place.aws.journal.record.changes == ()


async def test_the_change_is_waited_for_by_its_name(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, let_go, apply = threading.Event(), threading.Event(), rules_change.apply_rules
    put = "panther_s3.aws.bucket_notifications.put_configuration"

    def slowly(*_: object) -> None:
        begun.set()
        let_go.wait(20)

    monkeypatch.setattr(put, slowly)
    monkeypatch.setattr(rules_change, "apply_rules", lambda aws, plan, region: apply(aws, plan, region))
    app = opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.click("#mend-do")
        while not begun.is_set():
            await pilot.pause()
        (name,) = place.aws.writes.names()
        assert place.bucket in name
        for key in ("escape", "enter"):
            await pilot.press(key)
        assert app.results == []
        let_go.set()
        monkeypatch.undo()
    assert place.aws.writes.wait(20)


async def test_what_the_dialog_made_is_taken_back(place: Place) -> None:
    before, app = place.rules(), opened(place)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "#mend-do")
    undo = Undo(place.aws, place.aws.journal)
    for prospect in undo.look():
        undo.take_back(prospect)
    assert place.rules() == before


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_the_buttons_stay_in_sight_at_any_size(place: Place, size: tuple[int, int]) -> None:
    app = opened(place, None, "CloudFormation (stack acme-logs)", "Terraform")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.resize_terminal(*size)
        await settle(pilot)
        in_sight(app)
        await press(pilot, "#mend-do")
        in_sight(app)
        assert app.focused is app.screen.query_one("#mend-close")
