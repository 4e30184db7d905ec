from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, Label, Static

from panther_s3.answers import Answers, Made
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws
from panther_s3.demo.panther import DemoPanther
from panther_s3.flow import Back, Done, GoTo, Step
from panther_s3.journal import Journal
from panther_s3.made import with_made
from panther_s3.panther_api.access import PantherAccess
from panther_s3.report import as_json, as_markdown
from panther_s3.source import PrefixLogTypes, S3Source
from panther_s3.source_file import load_source_file
from screens.finish import FinishScreen
from screens.parts.dialogs import ConfirmDialog
from screens.parts.events_dialog import EventsDialog
from screens.parts.hand_steps import CopyValue
from screens.parts.save_dialog import SaveDialog
from screens.parts.token_dialog import TokenDialog
from screens.parts.undo_dialog import UndoDialog
from tests.host import HostApp, settle, text_of
from tests.screens.connected import access_to, made_in, sources_in

ROLE = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-prod-trail"


def finish_screen(answers: Answers) -> FinishScreen:
    """The last step of a run that did nothing in AWS."""
    return FinishScreen(answers, Aws(None, "us-west-2"), PantherAccess())


@pytest.fixture
def whole(filled: Answers) -> Answers:
    """What is known in the end."""
    return filled.with_source(log_processing_role_arn=ROLE, drop_off_alarm_minutes=1440)


def told(app: HostApp) -> list[str]:
    """Return what the toasts say."""
    return [notification.message for notification in app._notifications]


async def save(pilot: Pilot[Any], button: str, path: Path) -> str:
    """Save by `button` to `path`, and return the name that was proposed."""
    await pilot.click(f"#{button}")
    await settle(pilot)
    assert isinstance(pilot.app.screen, SaveDialog)
    field = pilot.app.screen.query_one("#save-path", Input)
    proposed, field.value = field.value, str(path)
    await pilot.press("enter")
    await settle(pilot)
    return proposed


async def test_everything_to_paste_is_in_one_view(whole: Answers) -> None:
    app = HostApp(finish_screen(whole))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        shown = {
            str(row.query_one(".copy-label", Label).render()): str(row.query_one(".copy-text", Static).render())
            for row in app.screen.query(CopyValue)
        }
    assert shown["Name"] == "prod trail"
    assert shown["Account ID"] == "111122223333"
    assert shown["Bucket Name"] == "acme-cloudtrail"
    assert shown["KMS Key"] == "(leave empty)"
    assert shown["S3 Prefix Filter"] == "AWSLogs/"
    assert shown["Log Types"] == "AWS.CloudTrail"
    assert shown["Role ARN"] == ROLE
    assert (shown["Number"], shown["Period"]) == ("24", "hours")


async def test_the_source_file_reads_back_as_what_was_shown(whole: Answers, tmp_path: Path) -> None:
    earlier = S3Source("earlier", "111122223333", "acme-empty")
    app = HostApp(finish_screen(replace(whole, finished=(earlier,), api_url="https://api.acme.runpanther.net")))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        proposed = await save(pilot, "save-source", tmp_path / "mine.yml")
    saved = load_source_file(tmp_path / "mine.yml")
    assert proposed == "prod-trail.yml"
    assert saved.sources == (earlier, whole.source)
    assert saved.panther == whole.panther
    assert saved.api_url == "https://api.acme.runpanther.net"


async def test_the_reports_are_those_for_people_and_programs_and_no_source_file(whole: Answers, tmp_path: Path) -> None:
    app = HostApp(finish_screen(whole))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert await save(pilot, "save-markdown", tmp_path / "report.md") == "prod-trail.md"
        assert f"Saved to {tmp_path / 'report.md'}" in told(app)
        assert await save(pilot, "save-json", tmp_path / "report.json") == "prod-trail.json"
        assert f"Saved to {tmp_path / 'report.json'}" in told(app)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert isinstance(app.screen, ConfirmDialog)  # the source itself is not saved yet
        assert app.results == []
    assert (tmp_path / "report.md").read_text() == as_markdown(whole)
    assert (tmp_path / "report.json").read_text() == as_json(whole)
    assert json.loads(as_json(whole))["sources"][0]["name"] == "prod trail"


async def test_finishing_an_unsaved_source_asks_first(whole: Answers) -> None:
    app = HostApp(finish_screen(whole))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click("#forward")
        await settle(pilot)
        assert "has not been saved to a file" in text_of(app, ".dialog-text")
        await pilot.press("enter")  # the focus is on staying
        await settle(pilot)
        assert app.results == []
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.click("#dialog-do")
        await settle(pilot)
    (done,) = app.results
    assert isinstance(done, Done)


async def test_finishing_a_saved_source_ends_at_once(whole: Answers, tmp_path: Path) -> None:
    app = HostApp(finish_screen(whole))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await save(pilot, "save-source", tmp_path / "mine.yml")
        await pilot.click("#forward")
        await settle(pilot)
    (done,) = app.results
    assert isinstance(done, Done)
    assert whole.source in done.answers.saved
    assert not done.answers.unsaved


async def test_a_cancelled_save_saves_nothing(whole: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = HostApp(finish_screen(whole))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert isinstance(app.screen, SaveDialog)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [Back(whole)]
    assert list(tmp_path.iterdir()) == []


async def test_saved_stays_saved_on_the_way_back(whole: Answers, tmp_path: Path) -> None:
    app = HostApp(finish_screen(whole))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await save(pilot, "save-source", tmp_path / "mine.yml")
        await pilot.press("escape")
        await settle(pilot)
    assert isinstance(app.results[0], Back)
    assert not app.results[0].answers.unsaved


async def test_another_bucket_begins_with_who_and_where_alone(whole: Answers) -> None:
    begun = replace(whole, suffix="chosen", failed_checks=("role.exists",), validation_note="left", bucket_region="x")
    app = HostApp(finish_screen(begun))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click("#add-another")
        await settle(pilot)
    (there,) = app.results
    assert isinstance(there, GoTo)
    assert there.step is Step.BUCKET_DETAILS
    assert there.answers.finished == (whole.source,)
    assert there.answers.source == S3Source(aws_account_id="111122223333")
    assert (there.answers.suffix, there.answers.failed_checks, there.answers.validation_note) == ("", (), "")
    assert (there.answers.profile, there.answers.panther, there.answers.bucket_region) == ("default", whole.panther, "")


def test_another_bucket_after_saving_has_nothing_to_lose_yet(whole: Answers) -> None:
    assert not replace(whole, saved=(whole.source,)).for_another_bucket().unsaved


async def test_what_was_made_is_listed_with_the_way_to_take_it_back(whole: Answers) -> None:
    stack = Made("CloudFormation stack", "panther-log-analysis-setup-prod-trail", "eu-west-1", "arn:stack")
    app = HostApp(finish_screen(replace(whole, made=(stack, Made("IAM role", "PantherRole", "", ROLE)))))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        undo = text_of(app, "#undo-steps .copy-text")
        sections = text_of(app, ".section")
    assert "What this run did in AWS" in sections
    assert "delete-stack --stack-name panther-log-analysis-setup-prod-trail --region eu-west-1" in undo


async def test_the_command_palette_saves_and_adds_another(whole: Answers) -> None:
    screen = finish_screen(whole)
    app = HostApp(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        commands = {command.title: command.callback for command in screen.system_commands()}
        assert list(commands) == [
            "Save the source file",
            "Save as Markdown",
            "Save as JSON",
            "Connect Panther's API",
            "Add another",
            "Finish Setup",
            "Back",
            "Help",
        ]
        commands["Save as JSON"]()
        await pilot.pause()
        assert isinstance(app.screen, SaveDialog)
        await pilot.press("escape")
        await pilot.pause()
        commands["Add another"]()
        await pilot.pause()
    assert isinstance(app.results[0], GoTo)


async def test_failed_checks_come_first_in_what_is_next(whole: Answers) -> None:
    left = replace(whole, failed_checks=("The role exists: no",), validation_note="Left with 1 failed check")
    app = HostApp(finish_screen(left))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Left with 1 failed check" in text_of(app, ".note, #finish-lead")
        assert text_of(app, "#next-steps .hand-title").startswith("1. Mend what the checks found")
        assert "The role exists: no" in text_of(app, "#next-steps .hand-text")


async def test_each_value_is_copied_as_it_has_to_be_pasted(whole: Answers) -> None:
    rows = (PrefixLogTypes("[b]a/", ("AWS.ALB", "AWS.CloudTrail"), ("[b]a/x/", "[b]a/y/")),)
    app = HostApp(finish_screen(whole.with_source(prefix_log_types=rows)))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        form = [row for row in app.screen.query(CopyValue) if row.parent is app.screen.query_one("#body")]
        for row in form:
            for button in row.query(Button):
                button.press()
        await settle(pilot)
    assert {"[b]a/", "[b]a/x/", "[b]a/y/", "AWS.ALB, AWS.CloudTrail", ROLE} <= set(app.copied)


@pytest.fixture
def made(panther: DemoPanther, connected: Answers) -> Answers:
    """What is known in the end where Panther has the source and the alarm."""
    answers = connected.with_source(drop_off_alarm_minutes=1440)
    return replace(answers, source_id=made_in(panther, answers.source), alarm_set=1440, saved=(answers.source,))


async def test_where_panther_has_the_source_nothing_is_to_be_pasted(
    panther: DemoPanther, made: Answers, access: PantherAccess
) -> None:
    app = HostApp(FinishScreen(made, Aws(None, "us-west-2"), access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Panther has the source. This is what it was given." in text_of(app, ".note, #finish-lead")
        assert app.focused is app.screen.query_one("#watch")
        assert not app.screen.query("#connect")
        form = [row for row in app.screen.query(CopyValue) if row.parent is app.screen.query_one("#body")]
        assert form
        assert not [row for row in form if row.query(".copy-button")]
        assert "Save the source in Panther" not in text_of(app, "#next-steps .hand-title")
        screen = app.screen
        assert isinstance(screen, FinishScreen)
        assert "Watch the first events" in [command.title for command in screen.system_commands()]
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, EventsDialog)
        await pilot.press("x")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert isinstance(app.results[0], Done)


async def test_a_token_that_is_named_in_the_end_leads_to_the_source(panther: DemoPanther, whole: Answers) -> None:
    app = HostApp(finish_screen(whole))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for way_out in ("escape", "#token-without"):
            await pilot.click("#connect")
            await settle(pilot)
            assert isinstance(app.screen, TokenDialog)
            await (pilot.press(way_out) if way_out == "escape" else pilot.click(way_out))
            await settle(pilot)
            assert app.results == []  # all is as it was
        await pilot.click("#connect")
        await settle(pilot)
        dialog = app.screen
        assert isinstance(dialog, TokenDialog)
        dialog.address.value, dialog.token.value = panther.url, panther.token
        await pilot.pause()
        await pilot.click("#token-connect")
        await settle(pilot)
    (there,) = app.results
    assert isinstance(there, GoTo)
    assert there.step is Step.PANTHER_SOURCE
    assert (there.answers.api_url, there.answers.by_api) == (panther.url, True)
    assert panther.token not in repr(there)


async def test_a_source_without_the_api_is_pasted_by_hand(
    panther: DemoPanther, made: Answers, access: PantherAccess
) -> None:
    for answers in (replace(made, by_api=False), replace(made, source_id="", alarm_set=None)):
        app = HostApp(FinishScreen(answers, Aws(None, "us-west-2"), access))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert "To paste into Panther" in text_of(app, ".note, #finish-lead")
            assert app.focused is app.screen.query_one("#save-source")
            assert app.screen.query("#connect")
            assert not app.screen.query("#watch")


async def test_taking_it_back_takes_the_source_out_of_panther_and_out_of_the_answers(
    panther: DemoPanther, connected: Answers, embedded_aws: EmbeddedAws, aws_environment: None
) -> None:
    journal = Journal()
    aws = Aws("default", "us-west-2", endpoint_url=embedded_aws.endpoint_url, journal=journal)
    access = access_to(panther, journal)
    wanted = connected.with_source(drop_off_alarm_minutes=1440)
    id = access.api(panther.url).create_source(wanted.source).id
    access.api(panther.url).put_alarm(id, wanted.source.name, 1440)
    answers = with_made(replace(wanted, source_id=id, alarm_set=1440), journal)
    app = HostApp(FinishScreen(answers, aws, access))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "What this run did in Panther," in text_of(app, ".section")
        app.screen.query_one("#undo", Button).press()
        await settle(pilot)
        assert isinstance(app.screen, UndoDialog)
        assert "source prod trail in Panther" in text_of(app, "#undo-body")
        await pilot.click("#undo-do")
        await settle(pilot)
        assert sources_in(panther) == []
        await pilot.click("#undo-close")
        await settle(pilot)
    (there,) = app.results
    assert isinstance(there, GoTo)
    assert there.step is Step.FINISH
    assert (there.answers.source_id, there.answers.alarm_set, there.answers.taken_back) == ("", None, True)
