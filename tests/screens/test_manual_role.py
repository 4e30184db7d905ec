from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Button, Input, Label, Static, TabbedContent

from panther_s3.answers import Answers
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import AWS
from panther_s3.policies import role_policy, trust_policy
from screens.manual_role import ManualRoleScreen
from screens.parts.document import DocumentView
from screens.parts.save_dialog import SaveDialog
from tests.host import HostApp, settle


def document(app: HostApp, name: str) -> str:
    return app.screen.query_one(f"#{name}", DocumentView).text


async def test_both_policies_are_those_that_the_wizard_would_make(filled: Answers) -> None:
    app = HostApp(ManualRoleScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert json.loads(document(app, "role-policy")) == role_policy(filled.source, AWS)
        assert json.loads(document(app, "trust-policy")) == trust_policy(PantherDeployment("999988887777", "us-west-2"))


async def test_every_statement_is_explained_under_its_policy(filled: Answers) -> None:
    key = "arn:aws:kms:us-west-2:111122223333:key/11111111-2222-3333-4444-555555555555"
    app = HostApp(ManualRoleScreen(filled.with_source(kms_key_arn=key)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for tab, name in (("policy-tab", "role-policy"), ("trust-tab", "trust-policy")):
            said = str(app.screen.query_one(f"#{tab} .purposes", Static).render()).splitlines()
            sids = [statement["Sid"] for statement in json.loads(document(app, name))["Statement"]]
            assert [line.split()[0] for line in said] == sids
            assert all(len(line.split()) > 3 for line in said)


@pytest.mark.parametrize(
    ("tab", "view", "file_name"),
    [
        ("policy-tab", "role-policy", "role-policy.json"),
        ("trust-tab", "trust-policy", "trust-policy.json"),
        ("commands-tab", "commands", "make-role.sh"),
    ],
)
async def test_each_document_is_saved_under_the_name_that_the_commands_use(
    filled: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tab: str, view: str, file_name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    app = HostApp(ManualRoleScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one(TabbedContent).active = tab
        await settle(pilot)
        wanted, commands = document(app, view), document(app, "commands")
        app.screen.query_one(f"#{view} .document-save", Button).press()
        await settle(pilot)
        assert isinstance(app.screen, SaveDialog)
        assert app.screen.query_one("#save-path", Input).value == file_name
        await pilot.press("enter")
        await settle(pilot)
        assert app.screen is app.shown
    assert (tmp_path / file_name).read_text() == wanted
    if view != "commands":
        assert f"file://{file_name}" in commands


async def test_the_tabs_are_walked_by_keys(filled: Answers) -> None:
    app = HostApp(ManualRoleScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        seen = [app.screen.query_one(TabbedContent).active]
        for _ in range(3):
            await pilot.press("right")
            await settle(pilot)
            seen.append(app.screen.query_one(TabbedContent).active)
    assert seen == ["policy-tab", "trust-tab", "commands-tab", "notifications-tab"]


async def test_the_suffix_chosen_names_the_role_of_the_commands(filled: Answers) -> None:
    app = HostApp(ManualRoleScreen(replace(filled, suffix="another-one", profile="it's mine")))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        shown = document(app, "commands")
    assert "--role-name PantherLogProcessingRole-another-one" in shown
    assert """--profile 'it'"'"'s mine'""" in shown


async def test_a_bucket_of_another_partition_gets_its_arns(filled: Answers) -> None:
    app = HostApp(ManualRoleScreen(replace(filled, bucket_region="us-gov-west-1")))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "arn:aws-us-gov:s3:::acme-cloudtrail" in document(app, "role-policy")
        assert "arn:aws:s3:::" not in document(app, "role-policy")


async def test_the_notifications_stand_beside_the_role(filled: Answers) -> None:
    app = HostApp(ManualRoleScreen(filled))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        titles = [str(label.render()) for label in app.screen.query("#notifications-tab .hand-title").results(Label)]
    assert titles[0] == "1. Create the SNS topic"
    assert titles[-1].endswith("Configure event notifications on the bucket")
