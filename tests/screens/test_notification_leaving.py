"""Quitting out of the notifications step and its dialogs, in the real program: asked about, named, waited for."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from panther_s3.aws import proof_objects
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws
from panther_s3.problems import Problem
from screens.notifications import NotificationsScreen
from screens.parts.change_dialog import ChangeDialog
from screens.parts.dialogs import QuitDialog, WritingDialog
from screens.parts.proof_dialog import ProofDialog
from screens.parts.topic_stack_dialog import TopicStackDialog
from tests.host import settle
from tests.way import REGION, SIZE, Place
from tui.app import WizardApp


@pytest.fixture
def place(aws: Aws) -> Place:
    return Place.made(aws, "app/").with_topic()


@asynccontextmanager
async def wizard(place: Place, embedded_aws: EmbeddedAws) -> AsyncIterator[tuple[WizardApp, Pilot[Any]]]:
    """The program with the notifications step on top."""
    app = WizardApp(endpoint_url=embedded_aws.endpoint_url, demo=True)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        aws = app._connections.connect("default", REGION)
        app.push_screen(NotificationsScreen(replace(place.answers, profile="default"), aws))
        await settle(pilot)
        await settle(pilot)
        yield app, pilot


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError(holds)


def asked(app: WizardApp) -> str:
    assert isinstance(app.screen, QuitDialog)
    return " ".join(str(each.render()) for each in app.screen.query(".dialog-text").results(Static))


async def test_a_test_object_that_is_still_there_is_named(place: Place, embedded_aws: EmbeddedAws) -> None:
    async with wizard(place, embedded_aws) as (app, pilot):
        await pilot.click("#prove")
        await settle(pilot)
        await pilot.click("#proof-do")
        await settle(pilot)
        (key,) = place.keys()
        await pilot.press("ctrl+q")
        await settle(pilot)
        assert f"The test object s3://{place.bucket}/{key} is still there." in asked(app)
        await pilot.press("enter")  # the focus is on staying
        await settle(pilot)
        assert isinstance(app.screen, ProofDialog)
        await pilot.press("escape")
        await settle(pilot)
        await settle(pilot)
        assert isinstance(app.screen, NotificationsScreen)
    assert place.keys() == []


async def test_a_change_set_that_waits_is_named(aws: Aws, embedded_aws: EmbeddedAws) -> None:
    place = Place.made(aws)
    place = replace(place, answers=place.answers.with_source(topic_arn=f"{place.topic}-not-there"))
    async with wizard(place, embedded_aws) as (app, pilot):
        await pilot.click("#forward")
        await settle(pilot)
        await settle(pilot)
        app.screen.query_one("#topic-name", Input).focus()
        app.screen.query_one("#topic-name", Input).value = f"t-{place.bucket}"
        await pilot.press("tab")
        await settle(pilot)
        await settle(pilot)
        app.screen.query_one("#topic-do", Button).press()
        await settle(pilot)
        await pilot.press("ctrl+q")
        await settle(pilot)
        words = asked(app)
        assert "change set of the stack" in words
        assert "waits, neither executed nor discarded" in words
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, TopicStackDialog)
        await pilot.press("escape")
        await settle(pilot)
        await settle(pilot)
        assert isinstance(app.screen, NotificationsScreen)
        assert app.screen.under_way() == ""


@pytest.mark.parametrize("dialog", ["proof", "rules"])
async def test_a_dialogs_write_is_waited_for_by_name(
    place: Place, embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch, dialog: str
) -> None:
    begun, let_go = threading.Event(), threading.Event()
    put = proof_objects.aws_call

    def slowly(*args: Any, **more: Any) -> Any:
        begun.set()
        let_go.wait(20)
        return put(*args, **more) if dialog == "proof" else None

    if dialog == "proof":
        monkeypatch.setattr(proof_objects, "aws_call", slowly)
    else:
        monkeypatch.setattr("panther_s3.aws.bucket_notifications.put_configuration", slowly)
    async with wizard(place, embedded_aws) as (app, pilot):
        await pilot.click("#prove" if dialog == "proof" else "#forward")
        await settle(pilot)
        await settle(pilot)
        assert isinstance(app.screen, ProofDialog if dialog == "proof" else ChangeDialog)
        await pilot.click("#proof-do" if dialog == "proof" else "#mend-do")
        await until(pilot, begun.is_set)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, QuitDialog))
        app.screen.query_one("#dialog-do", Button).press()
        await until(pilot, lambda: isinstance(app.screen, WritingDialog))
        named = str(app.screen.query_one(".dialog-text", Static).render())
        assert place.bucket in named
        assert app.return_code is None
        let_go.set()
        await until(pilot, lambda: app.return_code is not None)
    assert app.return_code == 0


async def test_an_answer_that_comes_after_the_end_breaks_nothing(place: Place, embedded_aws: EmbeddedAws) -> None:
    async with wizard(place, embedded_aws) as (app, pilot):
        await pilot.click("#prove")
        await settle(pilot)
        dialog = app.screen
        assert isinstance(dialog, ProofDialog)
        app.exit(0)
        await dialog.query("*").remove()  # as the program does at its end
        dialog.show_way()
        dialog.show_failure(Problem("too late"))
    assert app.return_code == 0
