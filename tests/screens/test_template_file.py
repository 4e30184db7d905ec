from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import hcl2
import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, RadioButton, TabbedContent

from panther_s3.answers import Answers
from panther_s3.templates import role_template, role_terraform
from screens.parts.document import DocumentView
from screens.parts.save_dialog import SaveDialog
from screens.template_file import TemplateFileScreen
from tests.host import HostApp, settle


def template(app: HostApp) -> str:
    return app.screen.query_one("#template", DocumentView).text


def commands(app: HostApp) -> str:
    return app.screen.query_one("#commands", DocumentView).text


async def choose(pilot: Pilot[Any], place: int) -> None:
    """Choose CloudFormation (0) or Terraform (1)."""
    radio = list(pilot.app.screen.query("#format RadioButton").results(RadioButton))[place]
    await pilot.click(radio)
    await settle(pilot)
    assert radio.value


async def save_to(pilot: Pilot[Any], path: Path) -> None:
    """Save the template that is shown."""
    pilot.app.screen.query_one("#template .document-save", Button).press()
    await settle(pilot)
    assert isinstance(pilot.app.screen, SaveDialog)
    pilot.app.screen.query_one("#save-path", Input).value = str(path)
    await pilot.press("enter")
    await settle(pilot)


async def test_cloudformation_comes_first(filled: Answers) -> None:
    app = HostApp(TemplateFileScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert template(app) == role_template(filled.source, filled.panther, "prod-trail")


async def test_terraform_is_shown_once_it_is_chosen(filled: Answers) -> None:
    app = HostApp(TemplateFileScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await choose(pilot, 1)
        assert template(app) == role_terraform(filled.source, filled.panther, "prod-trail", filled.partition)
        hcl2.loads(template(app))
        assert "terraform apply" in commands(app)
        assert "cloudformation" not in commands(app)
        await choose(pilot, 0)
        assert template(app) == role_template(filled.source, filled.panther, "prod-trail")
        assert "aws cloudformation deploy" in commands(app)


async def test_coming_back_shows_the_format_that_was_chosen(filled: Answers) -> None:
    app = HostApp(TemplateFileScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await choose(pilot, 1)
        await pilot.press("ctrl+n")
        await settle(pilot)
    back = HostApp(TemplateFileScreen(app.results[0].answers))
    async with back.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        hcl2.loads(template(back))
        assert "terraform apply" in commands(back)


@pytest.mark.parametrize(("place", "ending"), [(0, "yml"), (1, "tf")])
async def test_the_name_proposed_has_the_formats_ending(filled: Answers, place: int, ending: str) -> None:
    app = HostApp(TemplateFileScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await choose(pilot, place)
        app.screen.query_one("#template .document-save", Button).press()
        await settle(pilot)
        assert app.screen.query_one("#save-path", Input).value == f"panther-log-analysis-setup-prod-trail.{ending}"


async def test_the_commands_name_the_file_that_was_saved(filled: Answers, tmp_path: Path) -> None:
    path = tmp_path / "my role's template.yml"
    app = HostApp(TemplateFileScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await save_to(pilot, path)
        app.screen.query_one(TabbedContent).active = "commands-tab"
        await settle(pilot)
        words = shlex.split(commands(app).partition("\n\n")[0])
    assert words[words.index("--template-file") + 1] == str(path)
    assert path.read_text() == role_template(filled.source, filled.panther, "prod-trail")


async def test_a_saved_terraform_file_is_not_given_to_cloudformation(filled: Answers, tmp_path: Path) -> None:
    app = HostApp(TemplateFileScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await choose(pilot, 1)
        await save_to(pilot, tmp_path / "role.tf")
        await choose(pilot, 0)
        assert "role.tf" not in commands(app)


async def test_the_commands_name_profile_and_region_of_the_bucket(filled: Answers) -> None:
    app = HostApp(TemplateFileScreen(replace(filled, profile="the audit team", bucket_region="eu-west-1")))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        words = shlex.split(commands(app).partition("\n\n")[0])
        await choose(pilot, 1)
        terraform = shlex.split(commands(app).splitlines()[1])
    assert words[words.index("--region") + 1] == "eu-west-1"
    assert words[words.index("--profile") + 1] == "the audit team"
    assert {"AWS_PROFILE=the audit team", "AWS_REGION=eu-west-1"} <= set(terraform)


async def test_copy_gives_the_whole_template_and_not_what_is_in_sight(filled: Answers) -> None:
    app = HostApp(TemplateFileScreen(filled))
    async with app.run_test(size=(60, 20)) as pilot:
        await settle(pilot)
        app.screen.query_one("#template .document-copy", Button).press()
        await settle(pilot)
    assert app.copied == [role_template(filled.source, filled.panther, "prod-trail")]
