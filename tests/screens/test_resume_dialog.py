"""The dialog that offers unfinished runs: its ways out, and that none of its states is a trap."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, OptionList

from panther_s3.answers import Answers
from panther_s3.aws.mending import apply_mend, read_document
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws
from panther_s3.flow import Step
from panther_s3.journal import Journal, State, open_run, read_run, unfinished_runs
from panther_s3.problems import Problem, ProblemKind
from panther_s3.resuming import Resumed
from panther_s3.source import S3Source
from panther_s3.text import visible
from screens.parts import resume_dialog
from screens.parts.help_dialog import HelpDialog
from screens.parts.resume_dialog import ResumeDialog
from tests.aws.mends import never, of_bucket
from tests.host import HOSTILE, HostApp, settle, text_of
from tui.connections import Connections

ANSWERS = Answers(
    profile="default", region="us-west-2", source=S3Source("prod trail", "111122223333", "acme-cloudtrail")
)
EXPIRED = Problem("You are not signed in", "AWS's own words", "Sign in.", ProblemKind.CREDENTIALS)
Offer = Callable[..., HostApp]


@pytest.fixture
def connections(embedded_aws: EmbeddedAws, aws_environment: None, tmp_path: Path) -> Connections:
    return Connections(embedded_aws.endpoint_url, lambda serial: "", state_dir=tmp_path)


@pytest.fixture
def offer(connections: Connections, tmp_path: Path) -> Offer:
    """Offers the runs that stand in the state directory."""
    return lambda: HostApp(ResumeDialog(unfinished_runs(tmp_path), connections))


def cut_off(folder: Path, run: str = "", answers: Answers = ANSWERS, step: Step = Step.ROLE_ARN) -> Journal:
    """Leave an unfinished run, and return its closed journal."""
    journal = Journal(folder)
    journal.run = run or journal.run
    journal.keep_answers(step, answers)
    journal.close()
    return journal


def buttons(app: HostApp) -> list[str]:
    return [str(button.label) for button in app.screen.query(Button) if button.display and not button.disabled]


def focused(app: HostApp) -> str:
    assert isinstance(app.focused, Button), app.focused
    return str(app.focused.label)


async def shown(pilot: Pilot[Any]) -> None:
    await settle(pilot)
    await settle(pilot)


async def test_enter_resumes_the_run_at_its_step_with_its_answers(
    offer: Offer, connections: Connections, tmp_path: Path
) -> None:
    run = cut_off(tmp_path).run
    app = offer()
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        assert "prod trail, bucket acme-cloudtrail" in str(
            app.screen.query_one(OptionList).get_option_at_index(0).prompt
        )
        assert buttons(app) == ["Set it aside", "Start anew", "Resume"]
        assert focused(app) == "Resume"
        await pilot.press("enter")
        await shown(pilot)
    assert app.results == [(ANSWERS, Step.ROLE_ARN)]
    assert connections.journal.run == run
    assert connections.of(ANSWERS).journal is connections.journal
    connections.journal.close()


async def test_of_several_one_is_chosen_by_its_row(offer: Offer, tmp_path: Path) -> None:
    cut_off(tmp_path, "1", ANSWERS.with_source(name="first"))
    cut_off(tmp_path, "2", ANSWERS.with_source(name="second"))
    app = offer()
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        app.screen.query_one(OptionList).focus()
        await pilot.press("down", "enter")
        await shown(pilot)
    ((answers, _),) = app.results
    assert answers.source.name == "first"


@pytest.mark.parametrize("way", ["escape", "#resume-new"])
async def test_starting_anew_leaves_the_run_for_the_next_start(
    offer: Offer, connections: Connections, tmp_path: Path, way: str
) -> None:
    run = cut_off(tmp_path).run
    app = offer()
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        await (pilot.click(way) if way.startswith("#") else pilot.press(way))
        await shown(pilot)
    assert app.results == [None]
    assert connections.journal.run != run
    assert [record.run for record in unfinished_runs(tmp_path)] == [run]


async def test_what_is_set_aside_is_offered_no_more(offer: Offer, tmp_path: Path, aws: Aws) -> None:
    changed = Journal(tmp_path)
    mend = of_bucket(aws)
    apply_mend(Aws("default", "us-west-2", journal=changed), mend, sleep=never)
    changed.keep_answers(Step.VALIDATION, ANSWERS)
    changed.close()
    cut_off(tmp_path, "1")
    app = offer()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await shown(pilot)
        await pilot.click("#resume-aside")
        await shown(pilot)
        assert app.results == []
        assert f"panther-s3-wizard undo {changed.run} --state-dir {tmp_path}" in [
            each.message.split(" takes")[0] for each in app._notifications
        ]
        assert app.screen.query_one(OptionList).option_count == 1
        assert focused(app) == "Resume"
        await pilot.click("#resume-aside")
        await shown(pilot)
    assert app.results == [None]
    assert unfinished_runs(tmp_path) == ()
    assert read_run(tmp_path, changed.run).to_take_back


async def test_what_became_of_the_run_is_shown_before_it_goes_on(
    offer: Offer, connections: Connections, tmp_path: Path, aws: Aws
) -> None:
    """The answer of a change was lost: AWS has it."""
    journal = Journal(tmp_path)
    journal.keep_answers(Step.VALIDATION, ANSWERS)
    mend = of_bucket(aws)
    with pytest.raises(KeyboardInterrupt):
        cut_off_while(journal, mend)
    app = offer()
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        await pilot.press("enter")
        await shown(pilot)
        assert f"The change that was under way was made: the {mend.title}." in text_of(app, "#resume-status")
        assert (buttons(app), focused(app)) == (["Start anew", "Go on"], "Go on")
        assert app.screen.query_one(OptionList).disabled
        await pilot.press("enter")
        await shown(pilot)
    ((answers, step),) = app.results
    assert step is Step.VALIDATION
    assert [(thing.kind, thing.name) for thing in answers.made] == [("policy", mend.title)]
    assert {change.state for change in connections.journal.record.changes} == {State.MADE}
    connections.journal.close()


def cut_off_while(journal: Journal, mend: Any) -> None:
    """Make the mend, and end before its answer is known."""
    aws = Aws("default", "us-west-2", journal=journal)
    settle_of = journal.settle

    def stop(*_: object) -> None:
        journal.close()
        raise KeyboardInterrupt

    journal.settle = stop  # type: ignore[assignment, method-assign]
    try:
        apply_mend(aws, mend, sleep=never)
    finally:
        journal.settle = settle_of  # type: ignore[method-assign]
    assert read_document(aws, mend) == mend.after


async def test_starting_anew_after_the_look_writes_into_a_journal_of_its_own(
    offer: Offer, connections: Connections, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = cut_off(tmp_path).run

    def resume(folder: Path, record: Any, gateways: Any) -> Resumed:
        gateways.journal = open_run(folder, record.run)
        return Resumed(ANSWERS, Step.ROLE_ARN, ("Something was found.",))

    monkeypatch.setattr(resume_dialog, "resume", resume)
    app = offer()
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        await pilot.press("enter")
        await shown(pilot)
        assert connections.journal.run == run
        await pilot.press("escape")
        await shown(pilot)
    assert app.results == [None]
    assert connections.journal.run != run
    assert connections.of(ANSWERS).journal is connections.journal
    connections.journal.keep_answers(Step.BUCKET_DETAILS, ANSWERS.with_source(name="anew"))
    connections.journal.close()
    assert {record.about[0] for record in unfinished_runs(tmp_path)} == {"prod trail", "anew"}


async def test_a_run_that_is_open_elsewhere_is_refused_and_another_may_be_chosen(
    offer: Offer, connections: Connections, tmp_path: Path
) -> None:
    cut_off(tmp_path, "1", ANSWERS.with_source(name="first"))
    cut_off(tmp_path, "2", ANSWERS.with_source(name="second"))
    app = offer()
    elsewhere = open_run(tmp_path, "2")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        await pilot.press("enter")
        await shown(pilot)
        assert "Another wizard is working on the run 2" in text_of(app, ".problem-title")
        assert (buttons(app), focused(app)) == (["Set it aside", "Start anew", "Retry"], "Retry")
        app.screen.query_one(OptionList).focus()
        await pilot.press("down")
        await shown(pilot)
        assert not app.screen.query(".problem-title")
        await pilot.press("enter")
        await shown(pilot)
    elsewhere.close()
    assert app.results[0][0].source.name == "first"
    connections.journal.close()


async def test_an_aws_that_cannot_be_looked_at_is_looked_at_again_or_passed_over(
    offer: Offer, connections: Connections, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(tmp_path)
    looks = [Resumed(ANSWERS, Step.WELCOME, problem=EXPIRED)] * 2
    monkeypatch.setattr(resume_dialog, "resume", lambda *_: looks.pop())
    app = offer()
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        await pilot.press("enter")
        await shown(pilot)
        assert "You are not signed in" in text_of(app, ".problem-title")
        assert (buttons(app), focused(app)) == (["Start anew", "Go on anyway", "Retry"], "Retry")
        await pilot.press("enter")
        await shown(pilot)
        assert looks == []
        await pilot.press("left", "enter")
        await shown(pilot)
    assert app.results == [(ANSWERS, Step.WELCOME)]


async def test_a_real_look_is_repeated_on_the_journal_that_is_open(
    offer: Offer, connections: Connections, tmp_path: Path, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    from panther_s3 import resuming

    journal = Journal(tmp_path)
    journal.keep_answers(Step.VALIDATION, ANSWERS)
    with pytest.raises(KeyboardInterrupt):
        cut_off_while(journal, of_bucket(aws))
    settled = resuming.Undo.settle
    refusals = [EXPIRED]

    def refuse_once(undo: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return settled(undo)

    monkeypatch.setattr(resuming.Undo, "settle", refuse_once)
    app = offer()
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        await pilot.press("enter")
        await shown(pilot)
        assert "You are not signed in" in text_of(app, ".problem-title")
        await pilot.press("enter")
        await shown(pilot)
        assert "The change that was under way was made" in text_of(app, "#resume-status")
        await pilot.press("enter")
        await shown(pilot)
    assert app.results[0][1] is Step.VALIDATION
    connections.journal.close()


async def test_an_unexpected_error_is_shown_and_no_trap(
    offer: Offer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(tmp_path)

    def breaks(*_: object) -> Resumed:
        raise ValueError("[/] unforeseen")

    monkeypatch.setattr(resume_dialog, "resume", breaks)
    app = offer()
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        await pilot.press("enter")
        await shown(pilot)
        assert "ValueError: [/] unforeseen" in text_of(app, ".problem-cause")
        await pilot.press("escape")
        await shown(pilot)
    assert app.results == [None]


async def test_an_answer_that_comes_under_another_screen_waits_there(
    offer: Offer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(tmp_path)
    let_go = threading.Event()

    def slow(*_: object) -> Resumed:
        let_go.wait(20)
        return Resumed(ANSWERS, Step.ROLE_ARN)

    monkeypatch.setattr(resume_dialog, "resume", slow)
    app = offer()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert "Looking at what really happened" in text_of(app, "#resume-status")
        assert buttons(app) == []
        await pilot.press("escape")  # is no way out while AWS is looked at
        await pilot.pause()
        assert app.results == []
        await app.push_screen(HelpDialog(Step.WELCOME, "Where are you?", None))
        let_go.set()
        await shown(pilot)
        assert isinstance(app.screen, HelpDialog)
        await pilot.press("escape")
        await shown(pilot)
        assert focused(app) == "Go on"
        await pilot.press("enter")
        await shown(pilot)
    assert app.results == [(ANSWERS, Step.ROLE_ARN)]


@pytest.mark.parametrize("text", HOSTILE)
async def test_text_from_outside_is_shown_as_it_is(offer: Offer, tmp_path: Path, text: str) -> None:
    cut_off(tmp_path, answers=ANSWERS.with_source(name=text, bucket_name=text))
    app = offer()
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        prompt = str(app.screen.query_one(OptionList).get_option_at_index(0).prompt)
        assert "\x1b" not in prompt
        assert visible(text) in prompt
        await pilot.press("escape")
