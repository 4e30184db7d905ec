from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from textual import on
from textual.app import ComposeResult
from textual.widgets import Button, Static

from panther_s3.answers import Answers
from panther_s3.flow import Step
from panther_s3.problems import Problem
from screens.parts.problem_panel import ProblemPanel
from screens.step import StepScreen
from tests.host import HOSTILE, HostApp, settle, text_of

STATEMENT = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::acme"}


class Step0(StepScreen):
    """A step with nothing but a problem."""

    STEP = Step.NOTIFICATIONS
    retries = 0

    def compose_body(self) -> ComposeResult:
        yield ProblemPanel()

    def retry(self) -> None:
        self.retries += 1

    @on(Button.Pressed)
    def _escaped(self) -> None:
        raise AssertionError("a button's press left the panel")


class LendingApp(HostApp):
    """Steps aside as on a terminal, which a test has none of."""

    @contextmanager
    def suspend(self) -> Iterator[None]:
        yield


def shown(app: HostApp) -> str:
    return "\n".join(str(widget.render()) for widget in app.screen.query("#problem Static").results(Static))


def toasts(app: HostApp) -> list[str]:
    return [notification.message for notification in app._notifications]


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_every_word_is_shown_as_it_is(start: Answers, hostile: str) -> None:
    app = HostApp(Step0(start))
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        statement = STATEMENT | {"Resource": hostile}
        app.screen.query_one(ProblemPanel).show(Problem(hostile, hostile, hostile, statement=statement))
        await settle(pilot)
        literal = hostile.replace("\x1b", "\\x1b").replace("\x07", "\\x07")
        assert text_of(app, ".problem-title").removeprefix("✗ ") == literal
        assert literal in text_of(app, ".problem-cause")
        assert literal in text_of(app, ".problem-remedy")
        app.screen.query_one(".problem-copy", Button).press()
        await settle(pilot)
    assert json.loads(app.copied[0]) == statement


async def test_a_panel_without_a_problem_takes_no_room(start: Answers) -> None:
    app = HostApp(Step0(start))
    async with app.run_test(size=(80, 24)) as pilot:
        panel = app.screen.query_one(ProblemPanel)
        assert panel.size.height == 0
        panel.show(Problem("No answer"))
        await settle(pilot)
        assert panel.size.height > 0
        panel.show(None)
        await settle(pilot)
        assert panel.size.height == 0
        assert not panel.query(Button)


async def test_one_problem_follows_another_in_the_same_place(start: Answers) -> None:
    app = HostApp(Step0(start))
    async with app.run_test(size=(80, 24)) as pilot:
        panel = app.screen.query_one(ProblemPanel)
        panel.show(Problem("The first", statement=STATEMENT))
        panel.show(Problem("The second"))
        await settle(pilot)
        assert "The first" not in shown(app)
        assert [str(button.label) for button in panel.query(Button)] == ["Retry"]


async def test_retry_makes_the_step_try_again_once(start: Answers) -> None:
    screen = Step0(start)
    app = HostApp(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(ProblemPanel).show(Problem("No answer"))
        await settle(pilot)
        app.screen.query_one(".problem-retry").focus()
        await pilot.press("enter")
        await settle(pilot)
    assert screen.retries == 1


async def test_a_command_that_mends_it_is_run_and_the_step_tries_again(start: Answers) -> None:
    screen = Step0(start)
    app = LendingApp(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(ProblemPanel).show(Problem("No", command=(sys.executable, "-c", "")))
        await settle(pilot)
        app.screen.query_one(".problem-run", Button).press()
        await settle(pilot)
    assert screen.retries == 1


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ((sys.executable, "-c", "raise SystemExit(3)"), "ended with exit code 3"),
        (("no-such-program-[b]", "sso"), "no-such-program-[b] is not installed here"),
    ],
)
async def test_a_command_that_failed_is_told_and_nothing_is_tried_again(
    start: Answers, command: tuple[str, ...], expected: str
) -> None:
    screen = Step0(start)
    app = LendingApp(screen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.screen.query_one(ProblemPanel).show(Problem("No", command=command))
        await settle(pilot)
        app.screen.query_one(".problem-run", Button).press()
        await settle(pilot)
        assert any(expected in toast for toast in toasts(app))
    assert screen.retries == 0


async def test_where_the_terminal_cannot_be_lent_the_command_is_said(start: Answers) -> None:
    screen = Step0(start)
    app = HostApp(screen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        problem = Problem("No", command=("aws", "sso", "login", "--profile", "two words"))
        app.screen.query_one(ProblemPanel).show(problem)
        await settle(pilot)
        assert "Run: aws sso login --profile 'two words'" in shown(app)
        app.screen.query_one(".problem-run", Button).press()
        await settle(pilot)
        assert any("run aws sso login --profile 'two words' in a second one" in toast for toast in toasts(app))
    assert screen.retries == 0


async def test_a_long_problem_leaves_the_way_on_in_the_window(start: Answers) -> None:
    app = HostApp(Step0(start))
    async with app.run_test(size=(60, 20)) as pilot:
        app.screen.query_one(ProblemPanel).show(Problem("Refused", "why " * 400, "do " * 400, statement=STATEMENT))
        await settle(pilot)
        assert app.screen.region.contains_region(app.screen.query_one("#forward").region)
