"""The dialog that puts a test object: what it shows, and that the object never stays unsaid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.widgets import OptionList

from panther_s3.aws import proof_objects
from panther_s3.aws.session import Aws
from panther_s3.demo import cast
from panther_s3.journal import ChangeKind, State
from panther_s3.notification_way import Standing
from panther_s3.problems import Problem, ProblemKind
from panther_s3.undo import Undo
from screens.notifications import NotificationsScreen
from screens.parts import stack_phases
from screens.parts.proof_dialog import ProofDialog
from tests.faults import Faults
from tests.host import HostApp, settle, text_of
from tests.way import REGION, SIZE, Place, in_sight, labels, press

DENIED = Problem(
    "You are not allowed to remove the test object", "AWS's own words. " * 10, "Ask for this statement. " * 4,
    ProblemKind.ACCESS_DENIED, statement={"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "arn"},
)  # fmt: skip


@pytest.fixture
def place(aws: Aws) -> Place:
    return Place.made(aws, "app/", "audit/").with_topic().told()


async def opened(pilot: Any) -> HostApp:
    app: HostApp = pilot.app
    await settle(pilot)
    await press(pilot, "#prove")
    assert isinstance(app.screen, ProofDialog)
    return app


def step(place: Place) -> HostApp:
    return HostApp(NotificationsScreen(place.answers, place.aws))


async def test_an_object_is_put_its_way_shown_and_the_object_removed(place: Place) -> None:
    async with step(place).run_test(size=SIZE, notifications=True) as pilot:
        app = await opened(pilot)
        assert labels(app) == ["Cancel", "Put it"]
        assert place.keys() == []
        in_sight(app)
        app.screen.query_one(OptionList).focus()
        await pilot.press("down", "enter")  # choosing puts nothing yet
        await settle(pilot)
        assert place.keys() == []
        assert app.focused is app.screen.query_one("#proof-do")
        await pilot.press("enter")
        await settle(pilot)
        (key,) = place.keys()
        assert key.startswith("audit/")
        told = text_of(app, "#proof-status")
        assert f"s3://{place.bucket}/{key}" in told
        assert "The rule ours tells" in told
        assert "confirmed" in told
        assert "Panther's account alone" in told
        assert labels(app) == ["Remove it"]
        in_sight(app)
        assert f"{key} is still there" in app.shown.under_way()  # type: ignore[attr-defined]
        await press(pilot, "#proof-do")
        assert isinstance(app.screen, NotificationsScreen)
        assert place.keys() == []
        assert app.shown.under_way() == ""  # type: ignore[attr-defined]
    (change,) = place.aws.journal.record.changes
    assert (change.kind, change.state) == (ChangeKind.TEST_OBJECT, State.UNDONE)


async def test_closing_removes_the_object_too(place: Place) -> None:
    async with step(place).run_test(size=SIZE, notifications=True) as pilot:
        app = await opened(pilot)
        await press(pilot, "#proof-do")
        assert len(place.keys()) == 1
        await pilot.press("escape")
        await settle(pilot)
        await settle(pilot)
        assert isinstance(app.screen, NotificationsScreen)
        assert app.results == []
    assert place.keys() == []


async def test_a_second_press_neither_puts_nor_removes(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_phases, "READING_SECONDS", 3600)
    async with step(place).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("enter", "enter")
        await settle(pilot)
        assert place.keys() == []
        monkeypatch.setattr(stack_phases, "READING_SECONDS", 0)  # the time passes
        await press(pilot, "#proof-do")
        monkeypatch.setattr(stack_phases, "READING_SECONDS", 3600)
        await pilot.press("enter")
        await settle(pilot)
        assert len(place.keys()) == 1
        assert isinstance(app.screen, ProofDialog)
        await pilot.press("escape")
        await settle(pilot)
    assert place.keys() == []


async def test_an_object_whose_removal_is_refused_is_named_and_stays_on_record(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DENIED

    async with step(place).run_test(size=SIZE, notifications=True) as pilot:
        app = await opened(pilot)
        await press(pilot, "#proof-do")
        with monkeypatch.context() as patched:
            patched.setattr("panther_s3.undo.proof_objects.delete_proof_object", refuse)
            await pilot.press("escape")
            await settle(pilot)
        assert "is still in the bucket" in text_of(app, "#proof-status")
        assert "AWS's own words" in text_of(app, "#problem Static")
        assert labels(app) == ["Copy the statement", "Close", "Remove it"]
        in_sight(app)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, NotificationsScreen)
        assert "is still there" in app.screen.under_way()
    assert len(place.keys()) == 1
    assert place.aws.journal.record.momentary[0].kind is ChangeKind.TEST_OBJECT
    Undo(place.aws, place.aws.journal).remove_leftovers()
    assert place.keys() == []


async def test_who_may_not_look_at_the_object_may_yet_remove_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise DENIED

    monkeypatch.setattr("panther_s3.undo.proof_objects.find_proof_object", refuse)
    async with step(place).run_test(size=SIZE, notifications=True) as pilot:
        app = await opened(pilot)
        await press(pilot, "#proof-do")
        await press(pilot, "#proof-do")
        assert isinstance(app.screen, NotificationsScreen)
    assert place.keys() == []


async def test_a_bucket_with_a_key_of_its_own_names_the_keys_permission_by_a_fault_of_ours(
    aws: Aws, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The emulator encrypts without asking the key's policy: S3's refusal comes from the proxy."""
    key = f"arn:aws:kms:{REGION}:{cast.CUSTOMER_ACCOUNT}:key/1"
    message = (
        f"User: arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:user/operator is not authorized to perform: kms:GenerateDataKey "
        f"on resource: {key} because no identity-based policy allows the kms:GenerateDataKey action"
    )
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", cast.CUSTOMER_ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root")
    behind = Aws(None, REGION, endpoint_url=faults.endpoint_url)
    place = replace(Place.made(aws).with_topic().told(), aws=behind)
    async with step(place).run_test(size=SIZE, notifications=True) as pilot:
        app = await opened(pilot)
        faults.add(
            {
                "service": "s3",
                "operation": "PutObject",
                "error": {"code": "AccessDenied", "status": 403, "message": message},
            }
        )
        await press(pilot, "#proof-do")
        assert faults.fired()
        refused = text_of(app, "#problem Static")
        assert "kms:GenerateDataKey" in refused
        assert key in refused
        assert "Copy the statement" in labels(app)
        assert labels(app)[-2:] == ["Cancel", "Put it"]
        in_sight(app)
        faults.clear()
        await press(pilot, "#proof-do")
        assert "S3 has s3://" in text_of(app, "#proof-status")
        await press(pilot, "#proof-do")


async def test_a_way_that_is_not_whole_says_where_it_ends(aws: Aws) -> None:
    place = Place.made(aws).with_topic(queue="")
    async with step(place).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await press(pilot, "#proof-do")
        assert "No rule of the bucket tells the topic of it" in text_of(app, "#proof-status")
        await press(pilot, "#proof-do")
        assert app.shown._looked.way.links[3].standing is Standing.TO_DO  # type: ignore[attr-defined]


async def test_an_error_without_words_can_be_left(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("[b]odd\x1b")

    monkeypatch.setattr("screens.parts.proof_dialog.put_proof_object", broken)
    async with step(place).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await press(pilot, "#proof-do")
        assert "ValueError" in text_of(app, "#problem Static")
        assert labels(app) == ["Cancel", "Put it"]
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, NotificationsScreen)


async def test_a_write_on_its_way_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, ...]] = []
    put = proof_objects.aws_call

    def watched(doing: str, aws: Any) -> Any:
        if doing.startswith("put"):
            seen.append(place.aws.writes.names())
        return put(doing, aws)

    monkeypatch.setattr(proof_objects, "aws_call", watched)
    async with step(place).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "#proof-do")
        await press(pilot, "#proof-do")
    ((name,),) = seen
    assert name.startswith(f"Putting s3://{place.bucket}/")
    assert place.aws.writes.names() == ()
