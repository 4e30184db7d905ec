"""From Name to Finish Setup by each of the four ways, on the embedded AWS over HTTP."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from panther_s3.answers import Answers
from panther_s3.aws.roles import Roles
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import Stacks
from panther_s3.flow import Step
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import AWS
from panther_s3.policies import role_policy, trust_policy
from panther_s3.source import S3Source
from panther_s3.source_file import load_source_file
from panther_s3.templates import role_template
from screens.parts.check_row import CheckRow
from screens.parts.document import DocumentView
from screens.parts.save_dialog import SaveDialog
from tests.flow.conftest import Wizard
from tests.flow.walk import choose, go_on, step, to_methods, type_into, until
from tests.host import settle

SIZE = (80, 24)


async def to_the_end(pilot: Pilot[Any], tmp_path: Path) -> Answers:
    """Walk from the role's ARN to Finish Setup, saving the source file, and return the answers."""
    await go_on(pilot, Step.VALIDATION)
    await go_on(pilot, Step.NOTIFICATIONS)
    await go_on(pilot, Step.VALIDATION_AGAIN)
    await go_on(pilot, Step.DROP_OFF_ALARM)
    await go_on(pilot, Step.FINISH)
    await pilot.press("ctrl+s")
    await pilot.pause()
    assert isinstance(pilot.app.screen, SaveDialog)
    await type_into(pilot, "save-path", str(tmp_path / "source.yml"))
    await pilot.press("enter")
    await until(pilot, Step.FINISH)
    answers: Answers = pilot.app.screen.answers  # type: ignore[attr-defined]
    await pilot.press("ctrl+n")
    await pilot.pause()
    return answers


def failures(pilot: Pilot[Any]) -> list[str]:
    return [row.check.value for row in pilot.app.screen.query(CheckRow) if row.result and row.result.status == "fail"]


async def test_create_stack_makes_the_role_over_http(wizard: Wizard, tmp_path: Path) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await to_methods(pilot, "flow stack")
        await choose(pilot, "create-stack", Step.CREATE_STACK)
        await pilot.press("ctrl+n")  # create the change set
        await settle(pilot)
        assert Roles(Aws("default", "us-west-2")).find("PantherLogProcessingRole-flow-stack") is None
        await pilot.press("ctrl+n")  # execute it
        for _ in range(200):
            await settle(pilot)
            if str(pilot.app.screen.query_one("#forward").label) == "Continue":  # type: ignore[attr-defined]
                break
            await asyncio.sleep(0.05)
        await go_on(pilot, Step.ROLE_ARN)
        arn = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-flow-stack"
        assert pilot.app.screen.query_one("#role-arn", Input).value == arn
        await go_on(pilot, Step.VALIDATION)
        assert failures(pilot) == []
        await pilot.press("escape")
        await until(pilot, Step.ROLE_ARN)
        answers = await to_the_end(pilot, tmp_path)
    assert app.return_code == 0
    aws = Aws("default", "us-west-2")
    role = Roles(aws).find("PantherLogProcessingRole-flow-stack")
    assert role is not None
    assert role.trust == trust_policy(PantherDeployment("999988887777", "us-west-2"))
    wanted = role_policy(answers.source, AWS)["Statement"]
    made = [statement for policy in role.policies for statement in policy.document["Statement"]]
    assert sorted(map(json.dumps, made)) == sorted(map(json.dumps, wanted))
    stack = Stacks(aws).find("panther-log-analysis-setup-flow-stack", "us-west-2")
    assert stack is not None
    assert stack.tags["panther:app"] == "panther"
    assert [thing.kind for thing in answers.made] == ["CloudFormation stack", "IAM role"]
    (saved,) = load_source_file(tmp_path / "source.yml").sources
    assert saved == answers.source
    assert saved.drop_off_alarm_minutes == 1440


@pytest.mark.parametrize(
    ("tile", "screen", "name"),
    [
        ("console-ui", Step.CONSOLE_UI, "flow console"),
        ("template-file", Step.TEMPLATE_FILE, "flow template"),
        ("manual", Step.MANUAL_ROLE, "flow manual"),
    ],
)
async def test_the_ways_by_hand_lead_to_the_end_and_make_nothing(
    wizard: Wizard, tmp_path: Path, tile: str, screen: Step, name: str
) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await to_methods(pilot, name)
        await choose(pilot, tile, screen)
        texts = " ".join(document.text for document in pilot.app.screen.query(DocumentView))
        assert "acme-cloudtrail" in texts
        await go_on(pilot, Step.ROLE_ARN)
        await go_on(pilot, Step.VALIDATION)
        assert failures(pilot) == ["role.exists"]
        await pilot.press("escape")
        await until(pilot, Step.ROLE_ARN)
        answers = await to_the_end(pilot, tmp_path)
    assert app.return_code == 0
    assert answers.made == ()
    suffix = name.replace(" ", "-")
    assert Roles(Aws("default", "us-west-2")).find(f"PantherLogProcessingRole-{suffix}") is None
    assert load_source_file(tmp_path / "source.yml").sources == (answers.source_to_keep,)


def apply_by_hand(aws: Aws, step: Step, documents: list[str]) -> None:
    """Do what the operator does with the documents of the screen: in the browser, by a pipeline, or in IAM."""
    stack: dict[str, Any] = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}
    if step is Step.CONSOLE_UI:  # the embedded AWS cannot read Panther's public template: ours has its parameters
        link = parse_qs(documents[0].split("?", 2)[-1])
        given = [
            {"ParameterKey": name.removeprefix("param_"), "ParameterValue": values[0]}
            for name, values in link.items()
            if name.startswith("param_")
        ]
        template = role_template(S3Source(), PantherDeployment(), "")
        stack |= {"StackName": link["stackName"][0], "TemplateBody": template, "Parameters": given}
        aws.client("cloudformation").create_stack(**stack)
    elif step is Step.TEMPLATE_FILE:
        aws.client("cloudformation").create_stack(StackName="by-a-pipeline", TemplateBody=documents[0], **stack)
    else:
        role = "PantherLogProcessingRole-hand-manual"
        policy, trust = documents[:2]
        aws.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=trust)
        aws.client("iam").put_role_policy(RoleName=role, PolicyName="ReadData", PolicyDocument=policy)


@pytest.mark.parametrize(
    ("tile", "way", "name"),
    [
        ("console-ui", Step.CONSOLE_UI, "hand console"),
        ("template-file", Step.TEMPLATE_FILE, "hand template"),
        ("manual", Step.MANUAL_ROLE, "hand manual"),
    ],
)
async def test_what_a_way_by_hand_gives_makes_a_role_that_passes_every_check(
    wizard: Wizard, tile: str, way: Step, name: str
) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await to_methods(pilot, name)
        await choose(pilot, tile, way)
        apply_by_hand(Aws("default", "us-west-2"), way, [each.text for each in pilot.app.screen.query(DocumentView)])
        await go_on(pilot, Step.ROLE_ARN)
        await go_on(pilot, Step.VALIDATION)
        judged = {row.check.value: row.result.status for row in pilot.app.screen.query(CheckRow) if row.result}
        assert judged["role.exists"] == judged["role.trust"] == judged["objects.read"] == "pass"
        assert failures(pilot) == []


async def test_the_other_region_is_the_buckets_own(wizard: Wizard) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await to_methods(pilot, "flow east", "acme-vpc-flow")
        await choose(pilot, "console-ui", Step.CONSOLE_UI)
        link = pilot.app.screen.query_one("#link", DocumentView).text
        assert link.startswith("https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1#")


async def test_back_from_the_end_to_the_start_and_forward_again_loses_nothing(wizard: Wizard) -> None:
    app = wizard()
    order = [Step.BUCKET_DETAILS, Step.IAM_METHOD, Step.TEMPLATE_FILE, Step.ROLE_ARN, Step.VALIDATION]
    order += [Step.NOTIFICATIONS, Step.VALIDATION_AGAIN, Step.DROP_OFF_ALARM, Step.FINISH]
    async with app.run_test(size=SIZE) as pilot:
        await to_methods(pilot, "flow back")
        await choose(pilot, "template-file", Step.TEMPLATE_FILE)
        for wanted in order[3:]:
            await go_on(pilot, wanted)
        before = pilot.app.screen.gather()  # type: ignore[attr-defined]
        for wanted in [*reversed(order[:-1]), Step.WELCOME]:
            await pilot.press("escape")
            await until(pilot, wanted)
        await pilot.press("escape")  # the first step stays
        assert step(pilot) is Step.WELCOME
        for wanted in order:
            await go_on(pilot, wanted)
        after = pilot.app.screen.gather()  # type: ignore[attr-defined]
        assert after == before


async def test_add_another_bucket_keeps_both(wizard: Wizard, tmp_path: Path) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await to_methods(pilot, "flow first")
        await choose(pilot, "template-file", Step.TEMPLATE_FILE)
        await go_on(pilot, Step.ROLE_ARN)
        await go_on(pilot, Step.VALIDATION)
        await go_on(pilot, Step.NOTIFICATIONS)
        await go_on(pilot, Step.VALIDATION_AGAIN)
        await go_on(pilot, Step.DROP_OFF_ALARM)
        await go_on(pilot, Step.FINISH)
        await pilot.click("#add-another")
        await until(pilot, Step.BUCKET_DETAILS)
        assert pilot.app.screen.query_one("#bucket-name", Input).value == ""
        await type_into(pilot, "source-name", "flow second")
        await type_into(pilot, "bucket-name", "acme-empty")
        await go_on(pilot, Step.IAM_METHOD)
        assert pilot.app.focused is pilot.app.screen.query_one("#template-file")
        await pilot.press("enter")
        await until(pilot, Step.TEMPLATE_FILE)
        await go_on(pilot, Step.ROLE_ARN)
        answers = await to_the_end(pilot, tmp_path)
    names = [source.name for source in load_source_file(tmp_path / "source.yml").sources]
    assert names == ["flow first", "flow second"]
    assert answers.source.bucket_name == "acme-empty"


async def test_a_failed_check_leads_back_to_the_role_with_what_was_wrong(wizard: Wizard) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await to_methods(pilot, "flow again")
        await choose(pilot, "manual", Step.MANUAL_ROLE)
        await go_on(pilot, Step.ROLE_ARN)
        await go_on(pilot, Step.VALIDATION)
        await pilot.click("#configure-role")
        await until(pilot, Step.IAM_METHOD)
        assert "The role exists" in str(pilot.app.screen.query_one("#failed-before").render())
