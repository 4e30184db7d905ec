"""Runs that are cut off and gone on with: what of them is kept, what is offered, and where it continues."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.mending import apply_mend
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import Stacks
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.flow import Step
from panther_s3.journal import Journal, Record, find_run, open_run, read_run, unfinished_runs
from panther_s3.journal.answers import from_json
from panther_s3.panther import PantherDeployment
from panther_s3.role_stack import plan_stack
from panther_s3.source import S3Source
from screens.parts.dialogs import ConfirmDialog, QuitDialog
from screens.parts.resume_dialog import ResumeDialog
from tests.aws.mends import never, of_bucket
from tests.flow.terminal import DEADLINE, Terminal
from tests.flow.walk import go_on, type_into, until
from tests.host import settle, text_of
from tui.app import WizardApp
from tui.start import run_wizard

REGION = "us-west-2"
PANTHER = PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION)
IDENTITY = CallerIdentity(cast.CUSTOMER_ACCOUNT, f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:user/operator")
SOURCE = S3Source("prod trail", cast.CUSTOMER_ACCOUNT, cast.CLOUDTRAIL)
TYPED = Answers("default", REGION, IDENTITY, PANTHER, source=SOURCE, bucket_region=REGION)
Wizard = Callable[[], WizardApp]


@pytest.fixture
def wizard(embedded_aws: EmbeddedAws, aws_environment: None, tmp_path: Path) -> Wizard:
    """The whole wizard on an AWS that outlives it, with what stands in the state directory to offer."""

    def make() -> WizardApp:
        answers = Answers(panther=PANTHER)
        unfinished = unfinished_runs(tmp_path)
        return WizardApp(answers, endpoint_url=embedded_aws.endpoint_url, state_dir=tmp_path, unfinished=unfinished)

    return make


def cut_off(folder: Path, step: Step, answers: Answers = TYPED, changes: Callable[[Aws], object] | None = None) -> str:
    """Leave a run that did not end, and return its name."""
    journal = Journal(folder)
    journal.keep_answers(step, answers)
    if changes is not None:
        changes(Aws("default", REGION, journal=journal))
    journal.close()
    return journal.run


async def offered(pilot: Pilot[Any]) -> None:
    await settle(pilot)
    assert isinstance(pilot.app.screen, ResumeDialog)


async def answered(pilot: Pilot[Any]) -> str:
    """Return what the dialog tells of the run, once its way on takes Enter: not while it still shows the last press."""
    for _ in range(100):
        await settle(pilot)
        focused = pilot.app.focused
        if focused is not None and focused.id == "resume-go" and not focused.has_class("-active"):
            return text_of(pilot.app, "#resume-status")
        await pilot.pause(0.02)
    raise AssertionError(f"{pilot.app.focused} has the focus, and takes no Enter")


def kept(folder: Path) -> list[Answers]:
    return [from_json(record.answers or {}) for record in unfinished_runs(folder)]


# --- the next start ---


async def test_a_run_goes_on_at_its_step_with_its_answers(wizard: Wizard, tmp_path: Path) -> None:
    run = cut_off(tmp_path, Step.BUCKET_DETAILS)
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await offered(pilot)
        await pilot.press("enter")
        await until(pilot, Step.BUCKET_DETAILS)
        assert app.screen.query_one("#source-name", Input).value == "prod trail"
        assert app.screen.query_one("#bucket-name", Input).value == cast.CLOUDTRAIL
        await type_into(pilot, "source-name", "prod trail two")
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert app.return_code == 0
    (record,) = unfinished_runs(tmp_path)
    assert (record.run, record.about[0]) == (run, "prod trail two")


async def test_starting_anew_begins_a_run_of_its_own_and_the_other_stays(wizard: Wizard, tmp_path: Path) -> None:
    cut_off(tmp_path, Step.BUCKET_DETAILS)
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await offered(pilot)
        await pilot.press("escape")
        await until(pilot, Step.WELCOME)
        await go_on(pilot, Step.BUCKET_DETAILS)
        assert app.screen.query_one("#source-name", Input).value == ""
        await type_into(pilot, "source-name", "another")
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert {answers.source.name for answers in kept(tmp_path)} == {"prod trail", "another"}


async def test_a_run_that_is_set_aside_is_gone_and_the_first_step_follows(wizard: Wizard, tmp_path: Path) -> None:
    cut_off(tmp_path, Step.BUCKET_DETAILS)
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await offered(pilot)
        await pilot.click("#resume-aside")
        await until(pilot, Step.WELCOME)
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert kept(tmp_path) == []


async def test_a_change_set_that_was_left_over_is_removed_before_the_stack_step(wizard: Wizard, tmp_path: Path) -> None:
    answers = TYPED.with_source(name="left over")

    def ask(aws: Aws) -> None:
        Stacks(aws).create_change_set(plan_stack(answers, "CREATE"))

    run = cut_off(tmp_path, Step.IAM_METHOD, answers, ask)
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await offered(pilot)
        await pilot.press("enter")
        assert "Removed, since it was left over: the change set of the stack" in await answered(pilot)
        await pilot.press("enter")
        await until(pilot, Step.IAM_METHOD)
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app.return_code == 0  # nothing of it is left in AWS, so that nothing is asked
    assert Stacks(Aws("default", REGION)).find(answers.stack_name, REGION) is None
    assert not read_run(tmp_path, run).in_force


async def test_a_run_of_another_profile_goes_on_with_its_own(wizard: Wizard, tmp_path: Path) -> None:
    cut_off(tmp_path, Step.ROLE_ARN, replace(TYPED, profile="readonly"), lambda aws: apply_mend(aws, of_bucket(aws)))
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await offered(pilot)
        await pilot.press("enter")
        await until(pilot, Step.ROLE_ARN)
        assert app._connections.of(app.screen.answers).profile == "readonly"  # type: ignore[attr-defined]
        assert app._connections.of(app.screen.answers).journal is app._connections.journal  # type: ignore[attr-defined]


async def test_a_profile_that_is_of_another_account_by_now_begins_at_the_start(wizard: Wizard, tmp_path: Path) -> None:
    cut_off(tmp_path, Step.ROLE_ARN, replace(TYPED, identity=CallerIdentity("444455556666", "arn")))
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await offered(pilot)
        await pilot.press("enter")
        told = await answered(pilot)
        assert f"Your profile is of account {cast.CUSTOMER_ACCOUNT} now, this run is of 444455556666" in told
        await pilot.press("enter")
        await until(pilot, Step.WELCOME)
        await go_on(pilot, Step.BUCKET_DETAILS)
        assert app.screen.query_one("#source-name", Input).value == "prod trail"


async def test_without_a_sign_in_it_goes_on_at_the_start(wizard: Wizard, tmp_path: Path, expired_sign_in: None) -> None:
    cut_off(tmp_path, Step.ROLE_ARN, replace(TYPED, profile="expired"))
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await offered(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "signed in" in text_of(app, ".problem-title")
        await pilot.click("#resume-anyway")
        await until(pilot, Step.WELCOME)


async def test_a_step_that_is_being_taken_down_is_not_asked_for_what_was_typed(wizard: Wizard, tmp_path: Path) -> None:
    """The program ends, and every few seconds what was typed is kept: the widgets go before the screen does."""
    cut_off(tmp_path, Step.BUCKET_DETAILS, TYPED)
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await offered(pilot)
        await pilot.press("enter")
        await until(pilot, Step.BUCKET_DETAILS)
        await app.screen.query_one("#body").remove_children()
        app._keeper.keep_draft()
        await pilot.pause()
        assert app.is_running


# --- the end ---


async def test_finishing_leaves_nothing_to_offer(wizard: Wizard, tmp_path: Path) -> None:
    """Also where the source is saved nowhere, after asking; what changed AWS is left to undo."""
    typed = cut_off(tmp_path, Step.FINISH)
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await offered(pilot)
        await pilot.press("enter")
        await until(pilot, Step.FINISH)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.click("#dialog-do")
        await settle(pilot)
    assert app.return_code == 0
    assert unfinished_runs(tmp_path) == ()
    with pytest.raises(Exception, match="There is no run"):
        find_run(tmp_path, typed)


async def test_a_finished_run_that_changed_aws_is_left_to_undo(wizard: Wizard, tmp_path: Path) -> None:
    saved = TYPED.as_saved()
    run = cut_off(tmp_path, Step.FINISH, saved, lambda aws: apply_mend(aws, of_bucket(aws)))
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await offered(pilot)
        await pilot.press("enter")
        await until(pilot, Step.FINISH)
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.return_code == 0
    record = read_run(tmp_path, run)
    assert (record.ended, len(record.to_take_back)) == ("done", 1)
    assert unfinished_runs(tmp_path) == ()


# --- quitting half-way ---


async def test_quitting_asks_nothing_where_the_journal_keeps_what_was_typed(wizard: Wizard, tmp_path: Path) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        await go_on(pilot, Step.BUCKET_DETAILS)
        await type_into(pilot, "source-name", "leaving")
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert app.return_code == 0
    assert [answers.source.name for answers in kept(tmp_path)] == ["leaving"]


async def test_quitting_tells_of_what_was_changed_in_aws_and_how_it_is_taken_back(
    wizard: Wizard, tmp_path: Path
) -> None:
    run = cut_off(tmp_path, Step.ROLE_ARN, TYPED, lambda aws: apply_mend(aws, of_bucket(aws), sleep=never))
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await offered(pilot)
        await pilot.press("enter")
        await until(pilot, Step.ROLE_ARN)
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert isinstance(app.screen, QuitDialog)
        told = text_of(app, ".dialog-text")
        assert "This run changed AWS, and is not finished." in told
        assert f"panther-s3-wizard undo {run} --state-dir {tmp_path}" in told
        assert "lost" not in told
        await pilot.click("#dialog-do")
        await pilot.pause()
    assert app.return_code == 0
    assert [record.run for record in unfinished_runs(tmp_path)] == [run]


async def test_quitting_from_the_first_step_leaves_nothing(wizard: Wizard, tmp_path: Path) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, Step.WELCOME)
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert list(tmp_path.iterdir()) == []


async def test_a_directory_that_takes_nothing_is_told_once_and_leaving_asks(
    embedded_aws: EmbeddedAws, aws_environment: None, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    app = WizardApp(Answers(panther=PANTHER), endpoint_url=embedded_aws.endpoint_url, state_dir=tmp_path / "file")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, Step.WELCOME)
        await go_on(pilot, Step.BUCKET_DETAILS)
        for name in ("leaving", "leaving now"):
            await type_into(pilot, "source-name", name)
            app._keeper.keep_draft()
            await told(pilot, "cannot be recorded")
        await pilot.pause(0.1)
        assert len([each for each in app._notifications if "cannot be recorded" in each.title]) == 1
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert isinstance(app.screen, QuitDialog)
        assert "will be lost" in text_of(app, ".dialog-text")
        await pilot.click("#dialog-do")
        await pilot.pause()
    assert app.return_code == 0


async def told(pilot: Pilot[Any], words: str) -> None:
    for _ in range(200):
        if any(words in each.title for each in pilot.app._notifications):
            return
        await pilot.pause(0.02)
    raise AssertionError(f"nobody said {words}")


# --- what is offered ---


@pytest.mark.parametrize(("name", "count"), [("prod trail", 1), ("other", 0)])
def test_of_a_source_file_the_run_is_offered_that_is_about_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, count: int
) -> None:
    cut_off(tmp_path, Step.ROLE_ARN)
    cut_off(tmp_path, Step.ROLE_ARN, TYPED.with_source(name="third"))
    cut_off(tmp_path, Step.WELCOME, Answers())
    file = tmp_path / "source.yml"
    file.write_text(
        f'panther: {{account_id: "999988887777", region: us-west-2}}\nsources:\n  - name: {name}\n'
        f'    aws_account_id: "{cast.CUSTOMER_ACCOUNT}"\n    bucket_name: {cast.CLOUDTRAIL}\n'
    )
    given: list[tuple[Record, ...]] = []

    class NoApp:
        return_code = 0

        def __init__(self, *_: object, unfinished: tuple[Record, ...], **__: object) -> None:
            given.append(unfinished)

        def run(self) -> int:
            return 0

    monkeypatch.setattr("tui.start.load_app", lambda: NoApp)
    from tui.options import AwsOptions

    run_wizard(file, AwsOptions(), demo=False, state_dir=tmp_path)
    run_wizard(None, AwsOptions(), demo=False, state_dir=tmp_path)
    assert [len(each) for each in given] == [count, 2]


# --- the real program ---

FILE = f"""\
panther: {{account_id: "{cast.PANTHER_ACCOUNT}", region: {cast.PANTHER_REGION}}}
sources:
  - name: kept
    aws_account_id: "{cast.CUSTOMER_ACCOUNT}"
    bucket_name: {cast.EMPTY}
"""


BUCKET = "Bucket details"


def type_a_name(terminal: Terminal) -> None:
    """Go on to the bucket's form and type into its first field."""
    terminal.until("user/operator")
    terminal.press("\x0e")
    terminal.until(BUCKET)
    terminal.press("\x1b[200~-typed\x1b[201~")
    terminal.until("kept-typed")


def until_kept(folder: Path, name: str) -> None:
    """Wait until the journal has it."""
    ends = time.monotonic() + DEADLINE
    while name not in [record.about[0] for record in _all(folder)]:
        assert time.monotonic() < ends
        time.sleep(0.05)


def _all(folder: Path) -> list[Record]:
    names = [path.stem for path in (folder / "runs").glob("*.jsonl")]
    return [read_run(folder, name) for name in names]


@pytest.fixture
def source_file(tmp_path: Path) -> str:
    (tmp_path / "source.yml").write_text(FILE)
    return str(tmp_path / "source.yml")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_what_was_typed_outlives_the_program_and_is_offered(
    aws_environment: None, no_state_of_the_developer: Path, source_file: str, number: signal.Signals
) -> None:
    """Only a program that is killed outright may lose what was typed in its last two seconds."""
    folder = no_state_of_the_developer
    with Terminal(source_file, environment={}) as terminal:
        type_a_name(terminal)
        if number is signal.SIGKILL:
            until_kept(folder, "kept-typed")
        terminal.send(number)
        assert terminal.ended() == (-signal.SIGKILL if number is signal.SIGKILL else 130)
    (record,) = unfinished_runs(folder)
    assert (record.step, record.about) == (Step.BUCKET_DETAILS, ("kept-typed", cast.EMPTY))
    with Terminal(environment={}) as terminal:
        terminal.until("Go on where you left off?")
        terminal.until("kept-typed")
        terminal.press("\r")
        terminal.until(BUCKET)
        terminal.press("\x11")
        assert terminal.ended() == 0
    assert [again.run for again in unfinished_runs(folder)] == [record.run]


def test_two_wizards_do_not_work_on_one_run(
    aws_environment: None, no_state_of_the_developer: Path, source_file: str
) -> None:
    folder = no_state_of_the_developer
    run = cut_off(folder, Step.BUCKET_DETAILS)
    with Terminal(environment={}) as first:
        first.until("Go on where you left off?")
        first.press("\r")
        first.until(BUCKET)
        with Terminal(environment={}) as second:
            second.until("Where are you?")
            assert "Go on where you left off?" not in second.drawn
            second.press("\x11")
            assert second.ended() == 0
        with pytest.raises(Exception, match="Another wizard"):
            open_run(folder, run)
        first.press("\x11")
        assert first.ended() == 0
    open_run(folder, run).close()
