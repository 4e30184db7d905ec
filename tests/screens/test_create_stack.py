from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, RichLog, Static, TabbedContent

from panther_s3 import stack_work
from panther_s3.answers import Answers
from panther_s3.aws.roles import Roles
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import Change, ChangeSet, Stack, StackEvent, Stacks
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.flow import Back, Forward
from panther_s3.handwork import undo_steps
from panther_s3.problems import Problem, ProblemKind
from panther_s3.role_stack import Situation, differences, plan_stack
from panther_s3.stack_progress import StackProgress
from panther_s3.text import visible
from screens.create_stack import CreateStackScreen
from screens.parts import stack_phases, stack_watch
from screens.parts.document import DocumentView
from screens.parts.problem_panel import ProblemPanel
from screens.parts.stack_calls import StackCalls
from screens.parts.stack_phases import Phase
from screens.parts.stack_watch import StackWatch
from tests.faults import Faults
from tests.host import HOSTILE, HostApp, settle, text_of

SIZE = (80, 24)
DEADLINE = 30
STACK_ID = "arn:aws:cloudformation:us-west-2:111122223333:stack/panther-log-analysis-setup-x/1"
RECORDED = Stack("panther-log-analysis-setup-x", STACK_ID, "us-west-2", "ROLLBACK_COMPLETE", "", {}, {}, {})
ROLLED_BACK = (
    "stack CREATE_IN_PROGRESS User Initiated",
    "Role CREATE_IN_PROGRESS",
    "Role CREATE_FAILED PantherLogProcessingRole-x already exists",
    "stack ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Role].",
    "Role DELETE_COMPLETE",
    "stack ROLLBACK_COMPLETE",
)
DENIED = (
    "stack CREATE_IN_PROGRESS User Initiated",
    "Role CREATE_FAILED User: arn:aws:iam::111122223333:user/ana is not authorized to perform: iam:CreateRole on "
    "resource: arn:aws:iam::111122223333:role/x because no identity-based policy allows the iam:CreateRole action",
    "stack ROLLBACK_COMPLETE",
)
UPDATE_TAKEN_BACK = (
    "stack UPDATE_IN_PROGRESS User Initiated",
    "Role UPDATE_FAILED Syntax errors in policy.",
    "stack UPDATE_ROLLBACK_COMPLETE",
)


@pytest.fixture(scope="module")
def gateway(embedded_aws: EmbeddedAws) -> Aws:
    """One gateway for all tests here: building its clients takes longer than a test."""
    return Aws("default", "us-west-2", endpoint_url=embedded_aws.endpoint_url)


@pytest.fixture
def aws(gateway: Aws, aws_environment: None) -> Aws:
    return gateway


@pytest.fixture
def proxied(aws: Aws, faults: Faults, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """A gateway through the fault proxy, which root keys pass."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", cast.CUSTOMER_ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root")
    return Aws(None, "us-west-2", endpoint_url=faults.endpoint_url)


@pytest.fixture
def named(filled: Answers, request: pytest.FixtureRequest) -> Answers:
    """Answers whose role and stack no other test has."""
    return replace(filled, suffix=request.node.name.removeprefix("test_").replace("_", "-")[:36])


def recorded(*lines: str) -> tuple[StackEvent, ...]:
    """Return events from lines of "Resource STATUS reason"; the resource "stack" is the stack itself."""
    events = []
    for place, line in enumerate(lines):
        name, status, reason = (*line.split(" ", 2), "")[:3]
        of_stack = name == "stack"
        kind = "AWS::CloudFormation::Stack" if of_stack else "AWS::IAM::Role"
        moment = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(seconds=place)
        physical = STACK_ID if of_stack else "PantherLogProcessingRole-x"
        events.append(StackEvent(f"{place}", moment, name, physical, kind, status, reason, "token"))
    return tuple(events)


def replay(screen: CreateStackScreen, lines: tuple[str, ...], operation: str, stack: Stack | None) -> None:
    """Let the screen see a stack's recorded events to their end."""
    events = recorded(*lines)
    progress = StackProgress.of(events, 1, operation)
    screen.stack_watch.post_message(StackWatch.Progressed(progress, events))
    screen.stack_watch.post_message(StackWatch.Ended(operation, progress, stack))


def make_stack(aws: Aws, answers: Answers) -> Stack:
    """Make the stack of `answers`, as the wizard does."""
    stacks = Stacks(aws)
    change_set = stacks.wait_for_change_set(stacks.create_change_set(plan_stack(answers, "CREATE")))
    stacks.execute_change_set(change_set, "token")
    return find_stack(aws, answers)


def find_stack(aws: Aws, answers: Answers) -> Stack:
    stack = Stacks(aws).find(answers.stack_name, answers.region_of_bucket)
    assert stack is not None
    return stack


def change_sets(aws: Aws, stack: Stack) -> list[str]:
    """The change sets of a stack that wait to be executed."""
    sets = aws.client("cloudformation", stack.region).list_change_sets(StackName=stack.stack_id)["Summaries"]
    return [found["ChangeSetName"] for found in sets if found["ExecutionStatus"] == "AVAILABLE"]


def delete_role(aws: Aws, name: str) -> None:
    iam = aws.client("iam")
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def nothing_is_left(aws: Aws, answers: Answers) -> bool:
    """Whether neither stack nor change set stands under the answers' names."""
    waiting = aws.client("cloudformation", answers.region_of_bucket).list_stacks(
        StackStatusFilter=["REVIEW_IN_PROGRESS"]
    )
    names = [stack["StackName"] for stack in waiting["StackSummaries"]]
    found = Stacks(aws).find(answers.stack_name, answers.region_of_bucket)
    return found is None and answers.stack_name not in names


def label(app: HostApp, button: str = "forward") -> str:
    """What a button of the action bar says; "" while it is not shown."""
    found = app.screen.query_one(f"#{button}", Button)
    return str(found.label) if found.display else ""


def problem(app: HostApp) -> Problem | None:
    return app.screen.query_one(ProblemPanel).problem


async def click(pilot: Pilot[Any], selector: str) -> None:
    assert await pilot.click(selector)
    await settle(pilot)


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Wait until `holds`, or fail."""
    deadline = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
        await pilot.pause()


async def test_a_role_is_made_from_the_plan_to_its_arn(aws: Aws, named: Answers) -> None:
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert label(app) == "Create the change set"
        assert named.stack_name in text_of(app, "#suffix-field .field-message")
        assert nothing_is_left(aws, named)
        await click(pilot, "#forward")
        assert label(app) == "Execute it"
        assert "Add AWS::IAM::Role" in text_of(app, "#review-changes")
        assert Roles(aws).find(named.role_name) is None
        await click(pilot, "#forward")
        await until(pilot, lambda: label(app) == "Continue")
        assert named.expected_role_arn in text_of(app, "#suffix-field .field-message")
        await click(pilot, "#forward")
    role = Roles(aws).find(named.role_name)
    assert role is not None
    assert differences(role, named) == ()
    answers = app.results[0].answers
    assert isinstance(app.results[0], Forward)
    assert answers.source.log_processing_role_arn == role.arn
    assert [(thing.kind, thing.name) for thing in answers.made] == [
        ("CloudFormation stack", named.stack_name),
        ("IAM role", named.role_name),
    ]


async def test_a_key_pressed_twice_executes_nothing_that_was_not_seen(
    aws: Aws, named: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack_phases, "READING_SECONDS", 3600)
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n", "ctrl+n")
        await until(pilot, lambda: label(app) == "Execute it")
        await pilot.press("ctrl+n", "enter")
        await settle(pilot)
        assert label(app) == "Execute it"
        assert Roles(aws).find(named.role_name) is None
        monkeypatch.setattr(stack_phases, "READING_SECONDS", 0)  # the time passes
        await pilot.press("ctrl+n")
        await until(pilot, lambda: label(app) == "Continue")


async def test_the_plan_shows_policy_trust_and_template_before_anything_is_sent(aws: Aws, named: Answers) -> None:
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        policy, trust, template = [document.text for document in app.screen.query(DocumentView)]
        assert "s3:ListBucket" in policy
        assert "arn:aws:iam::999988887777:root" in trust
        assert named.role_suffix in template
        tabs = app.screen.query_one(TabbedContent)
        for place, shown in enumerate((policy, trust, template), 1):
            await click(pilot, f"Tab#--content-tab-tab-{place}")
            copy = tabs.active_pane.query_one(".document-copy") if tabs.active_pane else None
            assert copy is not None
            copy.scroll_visible(animate=False)
            await pilot.pause()
            assert await pilot.click(copy)
            assert app.copied[-1] == shown
        assert nothing_is_left(aws, named)


async def test_declining_leaves_neither_stack_nor_change_set(aws: Aws, named: Answers) -> None:
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#forward")
        assert not nothing_is_left(aws, named)
        await click(pilot, "#other")
        assert nothing_is_left(aws, named)
        assert label(app) == "Create the change set"


async def test_back_under_review_discards_on_the_way(aws: Aws, named: Answers) -> None:
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#forward")
        assert "neither executed nor discarded" in screen.under_way()
        await click(pilot, "#back")
    assert isinstance(app.results[0], Back)
    assert app.results[0].answers == named
    assert nothing_is_left(aws, named)


async def test_a_role_that_exists_is_shown_and_not_overwritten_and_can_be_used(aws: Aws, named: Answers) -> None:
    iam = aws.client("iam")
    iam.create_role(RoleName=named.role_name, AssumeRolePolicyDocument='{"Statement": []}')
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "does not overwrite" in text_of(app, "#existing-case")
        assert "s3:ListBucket" in text_of(app, "#existing-differences")
        assert named.expected_role_arn in text_of(app, "#existing-differences")
        assert "Statement" in text_of(app, "#existing-trust")
        assert label(app, "other") == ""
        await click(pilot, "#forward")
    assert app.results[0].answers.source.log_processing_role_arn == named.expected_role_arn
    assert app.results[0].answers.made == ()
    role = Roles(aws).find(named.role_name)
    assert role is not None
    assert role.policies == ()


async def test_another_suffix_is_looked_up_anew(aws: Aws, named: Answers) -> None:
    aws.client("iam").create_role(RoleName=named.role_name, AssumeRolePolicyDocument='{"Statement": []}')
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert label(app) == "Use this role"
        await click(pilot, "#suffix")
        app.screen.query_one("#suffix", Input).value = "a-free-suffix"
        await pilot.press("tab")
        await settle(pilot)
        assert label(app) == "Create the change set"
        assert "PantherLogProcessingRole-a-free-suffix" in text_of(app, "#suffix-field .field-message")
        template = app.screen.query(DocumentView).last().text
        assert "a-free-suffix" in template
        await pilot.press("escape")
        await pilot.pause()
    assert app.results[0].answers.suffix == "a-free-suffix"


async def test_a_suffix_still_being_typed_is_looked_up_before_anything_is_sent(aws: Aws, named: Answers) -> None:
    free = replace(named, suffix="typed-and-not-left")
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#suffix")
        app.screen.query_one("#suffix", Input).value = free.suffix
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert nothing_is_left(aws, free)


@pytest.mark.parametrize("way_on", ["keys", "click"])
async def test_a_suffix_that_cannot_be_used_holds_the_operator(aws: Aws, named: Answers, way_on: str) -> None:
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#suffix")
        app.screen.query_one("#suffix", Input).value = "no good"
        await (pilot.press("ctrl+n") if way_on == "keys" else pilot.click("#forward"))
        await settle(pilot)
        assert app.shown.query_one("#suffix-field.-invalid")
        assert nothing_is_left(aws, replace(named, suffix="no good"))
        assert label(app) == "Create the change set"


async def test_back_keeps_a_suffix_that_cannot_be_used(aws: Aws, named: Answers) -> None:
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.screen.query_one("#suffix", Input).value = "no good"
        await click(pilot, "#back")
    assert isinstance(app.results[0], Back)
    assert app.results[0].answers.suffix == "no good"


async def test_a_stack_for_another_bucket_is_updated_by_a_change_set(aws: Aws, named: Answers) -> None:
    make_stack(aws, named.with_source(bucket_name="acme-empty"))
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "arn:aws:s3:::acme-cloudtrail" in text_of(app, "#existing-differences")
        await click(pilot, "#forward")
        await click(pilot, "#forward")
        assert "will change" in text_of(app, "#review-lead")
        assert "Modify" in text_of(app, "#review-changes")
        await click(pilot, "#forward")
        await until(pilot, lambda: label(app) == "Continue")
        await click(pilot, "#forward")
    role = Roles(aws).find(named.role_name)
    assert role is not None
    assert differences(role, named) == ()
    (updated,) = app.results[0].answers.made
    assert (updated.kind, updated.name) == ("CloudFormation stack", named.stack_name)
    assert updated.before is not None
    assert updated.before["S3Bucket"] == "acme-empty"


async def test_an_update_is_shown_before_and_after_and_nothing_is_sent_until_it_is_approved(
    aws: Aws, named: Answers
) -> None:
    stack = make_stack(aws, named.with_source(bucket_name="acme-empty"))
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#forward")
        assert (label(app), label(app, "other")) == ("Create the change set", "Leave it as it is")
        assert f"{named.stack_name} in us-west-2, updated" in text_of(app, "#plan-lead")
        changes, policy, trust, template = [document.text for document in app.screen.query(DocumentView)]
        assert "# PantherAssumesRole: stays" in changes
        assert '-   "Resource": "arn:aws:s3:::acme-empty/*"' in changes
        assert '+   "Resource": "arn:aws:s3:::acme-cloudtrail/*"' in changes
        assert "s3:ListBucket" in policy
        assert "sts:AssumeRole" in trust
        assert "acme-cloudtrail" in template
        assert change_sets(aws, stack) == []
        await click(pilot, "#other")
        assert (label(app), label(app, "other")) == ("Update the stack", "Use this role")
        await click(pilot, "#other")
    assert change_sets(aws, stack) == []
    assert app.results[0].answers.made == ()


async def test_a_stack_that_is_as_it_should_be_has_nothing_to_change(aws: Aws, named: Answers) -> None:
    stack = make_stack(aws, named)
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        await click(pilot, "#other")
        await click(pilot, "#forward")
        await settle(pilot)
        assert label(app) == "Use this role"
    assert change_sets(aws, stack) == []
    assert find_stack(aws, named).status == "CREATE_COMPLETE"


async def test_a_leftover_is_removed_and_the_way_is_free(aws: Aws, named: Answers) -> None:
    Stacks(aws).create_change_set(plan_stack(named, "CREATE"))
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "never executed" in text_of(app, "#existing-case")
        assert label(app) == ""
        await click(pilot, "#other")
        await until(pilot, lambda: label(app) == "Create the change set")
    assert nothing_is_left(aws, named)


async def test_a_leftover_that_someone_else_removed_is_in_nobodys_way(aws: Aws, named: Answers) -> None:
    change_set = Stacks(aws).create_change_set(plan_stack(named, "CREATE"))
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        Stacks(aws).discard_change_set(change_set)
        assert await pilot.click("#other")
        await until(pilot, lambda: label(app) == "Create the change set" or problem(app) is not None)
        assert problem(app) is None


async def test_who_may_only_read_is_told_the_statement_to_ask_for(readonly_aws: Aws, aws: Aws, named: Answers) -> None:
    app = HostApp(CreateStackScreen(named, readonly_aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#forward")
        found = problem(app)
        assert found is not None
        assert found.kind is ProblemKind.ACCESS_DENIED
        assert "other ways" in text_of(app, "#waiting")
        button = app.screen.query_one(".problem-copy")
        button.scroll_visible(animate=False)
        await pilot.pause()
        assert await pilot.click(button)
        assert "cloudformation:CreateChangeSet" in app.copied[0]
        await click(pilot, ".problem-retry")
        assert problem(app) is None
        assert label(app) == "Create the change set"
    assert nothing_is_left(aws, named)


async def test_an_aws_that_cannot_be_reached_is_told_and_back_leads_on(unreachable_aws: Aws, named: Answers) -> None:
    app = HostApp(CreateStackScreen(named, unreachable_aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        found = problem(app)
        assert found is not None
        assert found.kind is ProblemKind.NETWORK
        assert label(app) == ""
        await click(pilot, "#back")
    assert app.results == [Back(named)]


def is_executed(aws: Aws, answers: Answers) -> bool:
    """Whether AWS has begun with the change set, or is through with it."""
    stack = Stacks(aws).find(answers.stack_name, answers.region_of_bucket)
    return stack is not None and stack.status != "REVIEW_IN_PROGRESS"


async def test_leaving_while_aws_works_and_coming_back_finds_the_stack(aws: Aws, named: Answers) -> None:
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#forward")
        await until(pilot, lambda: label(app) == "Execute it")
        screen.action_forward()
        assert "goes on with the stack" in screen.under_way()
        while not aws.writes.names() and not is_executed(aws, named):  # the call may still be on its way
            await asyncio.sleep(0)
        screen.action_back()
        await pilot.pause()
    assert isinstance(app.results[0], Back)
    again = HostApp(CreateStackScreen(app.results[0].answers, aws))
    async with again.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "exists already and is at rest" in text_of(again, "#existing-case")
        assert "permits all that Panther needs" in text_of(again, "#existing-differences")
        await click(pilot, "#forward")
    answers = again.results[0].answers
    assert answers.source.log_processing_role_arn == named.expected_role_arn
    assert [(thing.name, thing.before) for thing in answers.made] == [
        (named.stack_name, None),
        (named.role_name, None),
    ]
    assert f"--stack-name {named.stack_name}" in undo_steps(answers)[0].values[0].value


async def test_an_update_left_while_aws_works_stays_on_record(aws: Aws, named: Answers) -> None:
    make_stack(aws, named.with_source(bucket_name="acme-empty"))
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#forward")
        await click(pilot, "#forward")
        screen.action_forward()
        screen.action_back()
        await settle(pilot)
    (updated,) = app.results[0].answers.made
    assert updated.before is not None
    assert updated.before["S3Bucket"] == "acme-empty"
    assert "Put the stack" in undo_steps(app.results[0].answers)[0].title


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidChangeSetStatus"])
async def test_an_execution_that_aws_refuses_is_not_on_record(
    proxied: Aws, aws: Aws, faults: Faults, named: Answers, code: str
) -> None:
    named = replace(named, suffix=f"refused-{code.lower()}")
    screen = CreateStackScreen(named, proxied)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#forward")
        error = {"code": code, "status": 400, "message": "no"}
        faults.add({"service": "cloudformation", "operation": "ExecuteChangeSet", "error": error})
        await click(pilot, "#forward")
        assert problem(app) is not None
        assert "neither executed nor discarded" in screen.under_way()
        await click(pilot, "#back")
    assert app.results[0].answers.made == ()
    assert nothing_is_left(aws, named)


async def test_a_stack_that_failed_and_was_deleted_is_off_the_record(aws: Aws, named: Answers) -> None:
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#forward")
        assert screen._change_set is not None
        stack = replace(RECORDED, stack_id=screen._change_set.stack_id)
        await click(pilot, "#forward")
        await until(pilot, lambda: label(app) == "Continue")
        assert screen.answers.made
        screen.post_message(StackWatch.Ended("CREATE", StackProgress.of(recorded(*ROLLED_BACK), 1, "CREATE"), stack))
        await settle(pilot)
        assert label(app, "other") == "Delete the failed stack"
        screen.post_message(StackWatch.Ended("DELETE", StackProgress.of((), 1, "DELETE"), None))
        await settle(pilot)
        assert screen.answers.made == ()


async def prepare_slowly(pilot: Pilot[Any], screen: CreateStackScreen, faults: Faults) -> None:
    """Have the change set made, and leave AWS checking it: it is asked once more."""
    error = {"code": "Throttling", "status": 400, "message": "Rate exceeded"}
    faults.add({"service": "cloudformation", "operation": "DescribeChangeSet", "error": error})
    assert await pilot.click("#forward")
    await until(pilot, lambda: screen._change_set is not None)


async def test_back_while_aws_checks_the_change_set_discards_it(
    proxied: Aws, aws: Aws, faults: Faults, named: Answers
) -> None:
    screen = CreateStackScreen(named, proxied)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await prepare_slowly(pilot, screen, faults)
        assert "neither executed nor discarded" in screen.under_way()
        assert label(app, "other") == "Discard it"
        assert not nothing_is_left(aws, named)
        await pilot.press("escape")
        await until(pilot, lambda: bool(app.results))
    assert isinstance(app.results[0], Back)
    assert nothing_is_left(aws, named)


async def test_declining_while_aws_checks_the_change_set_shows_the_plan_again(
    proxied: Aws, aws: Aws, faults: Faults, named: Answers
) -> None:
    screen = CreateStackScreen(named, proxied)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await prepare_slowly(pilot, screen, faults)
        assert await pilot.click("#other")
        await until(pilot, lambda: label(app) == "Create the change set")
        assert problem(app) is None
        assert nothing_is_left(aws, named)


async def test_back_before_aws_has_made_the_change_set_discards_it_once_it_is_there(aws: Aws, named: Answers) -> None:
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        screen.action_forward()
        assert "left behind" in screen.under_way()
        screen.action_back()
        screen.action_back()
        await until(pilot, lambda: bool(app.results))
    assert len(app.results) == 1
    assert nothing_is_left(aws, named)


async def test_back_from_a_change_set_that_aws_refuses_to_make_leaves_the_step(
    readonly_aws: Aws, named: Answers
) -> None:
    screen = CreateStackScreen(named, readonly_aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        screen.action_forward()
        screen.action_back()
        await until(pilot, lambda: bool(app.results))
    assert isinstance(app.results[0], Back)


@pytest.mark.parametrize("kind", [ProblemKind.INVALID, ProblemKind.ACCESS_DENIED])
async def test_a_change_set_that_cloudformation_refuses_is_discarded_recorded(
    aws: Aws, named: Answers, monkeypatch: pytest.MonkeyPatch, kind: ProblemKind
) -> None:
    def refuse(stacks: Stacks, change_set: ChangeSet, **how: object) -> ChangeSet:
        assert not nothing_is_left(aws, named)
        raise Problem("CloudFormation refuses it", "Transform failed", kind=kind)

    monkeypatch.setattr(Stacks, "wait_for_change_set", refuse)
    named = replace(named, suffix=f"refused-{kind.name.lower().replace('_', '-')}")
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#forward")
        found = problem(app)
        assert found is not None
        assert found.cause == "Transform failed"
        assert screen.under_way() == ""
        assert nothing_is_left(aws, named)


async def test_a_change_set_that_may_not_be_discarded_is_named_and_holds_nobody(
    proxied: Aws, aws: Aws, faults: Faults, named: Answers
) -> None:
    screen = CreateStackScreen(named, proxied)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#forward")
        error = {"code": "AccessDenied", "status": 403, "message": "no"}
        faults.add({"service": "cloudformation", "operation": "DeleteChangeSet", "error": error})
        await click(pilot, "#other")
        assert problem(app) is not None
        assert named.stack_name in screen.under_way()
        assert label(app, "other") == "Discard it"
        faults.clear()
        await click(pilot, "#other")
        assert problem(app) is None
        assert nothing_is_left(aws, named)
        await click(pilot, "#forward")
        faults.add({"service": "cloudformation", "operation": "DeleteChangeSet", "error": error})
        await click(pilot, "#back")
        assert not app.results
        await click(pilot, "#back")
    assert isinstance(app.results[0], Back)


async def test_a_stack_whose_role_was_deleted_is_not_offered_and_the_ways_out_are(aws: Aws, named: Answers) -> None:
    stack = make_stack(aws, named)
    delete_role(aws, named.role_name)
    app = HostApp(CreateStackScreen(named, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "its role is gone" in text_of(app, "#existing-case")
        assert (label(app), label(app, "other")) == ("", "Look again")
        copy = app.screen.query(".copy-button").first()
        copy.scroll_visible(animate=False)
        await pilot.pause()
        assert await pilot.click(copy)
        assert f"delete-stack --stack-name {named.stack_name} --region us-west-2" in app.copied[0]
        aws.client("cloudformation").delete_stack(StackName=stack.stack_id)
        await click(pilot, "#other")
        await until(pilot, lambda: label(app) == "Create the change set")


async def test_the_command_palette_has_what_the_buttons_say_now(aws: Aws, named: Answers) -> None:
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)

    def commands() -> list[str]:
        return [command.title for command in screen.system_commands()]

    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert commands() == ["Retry", "Create the change set", "Back", "Help"]
        await click(pilot, "#forward")
        assert commands() == ["Discard it", "Execute it", "Back", "Help"]
        (discard,) = [command for command in screen.system_commands() if command.title == "Discard it"]
        await discard.callback()
        await settle(pilot)
        assert commands()[1] == "Create the change set"
        assert nothing_is_left(aws, named)
        screen.post_message(StackCalls.Looked(named.role_suffix, Situation(None, RECORDED)))
        await settle(pilot)
        assert commands() == ["Delete the failed stack", "Retry", "Back", "Help"]


async def test_a_stack_found_at_work_as_recorded_is_followed_to_its_end(aws: Aws, named: Answers) -> None:
    stack = make_stack(aws, named)
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        busy = Situation(None, replace(stack, status="CREATE_IN_PROGRESS"))
        screen.post_message(StackCalls.Looked(named.role_suffix, busy))
        await until(pilot, lambda: label(app) == "Continue")
        assert screen.answers.source.log_processing_role_arn == named.expected_role_arn


async def test_a_look_at_names_that_were_changed_since_is_ignored(aws: Aws, named: Answers) -> None:
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        screen.post_message(StackCalls.Looked("another", Situation(None, RECORDED)))
        await settle(pilot)
        assert label(app) == "Create the change set"


async def test_a_recorded_failure_is_pinned_with_its_cause_and_what_to_do_next(aws: Aws, named: Answers) -> None:
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        screen._watch("Executing", Phase.WORKING)
        replay(screen, ROLLED_BACK, "CREATE", RECORDED)
        await settle(pilot)
        assert "Role: PantherLogProcessingRole-x already exists" in text_of(app, "#stack-failures")
        assert "nothing of it is left" in text_of(app, "#stack-status")
        assert "Delete the stack before" in text_of(app, "#stack-next")
        assert label(app, "other") == "Delete the failed stack"
        assert label(app) == ""
        log = "\n".join(line.text for line in app.screen.query_one(RichLog).lines)
        assert "ROLLBACK_COMPLETE" in log
        await click(pilot, "#back")
    assert isinstance(app.results[0], Back)
    assert app.results[0].answers.made == ()


async def test_a_recorded_refusal_of_a_resource_is_shown_with_the_statement_to_ask_for(
    aws: Aws, named: Answers
) -> None:
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        screen._watch("Executing", Phase.WORKING)
        replay(screen, DENIED, "CREATE", RECORDED)
        await settle(pilot)
        assert "not allowed iam:CreateRole" in text_of(app, "#stack-refusal .problem-title")
        assert "identity-based policy" in text_of(app, "#stack-refusal .problem-cause")
        assert "Delete the stack before" in text_of(app, "#stack-refusal .problem-remedy")
        assert not app.screen.query_one("#stack-failures").display
        copy = app.screen.query_one("#stack-refusal .problem-copy")
        copy.scroll_visible(animate=False)
        await pilot.pause()
        assert await pilot.click(copy)
        assert '"iam:CreateRole"' in app.copied[0]
        screen._watch("Executing", Phase.WORKING)
        await pilot.pause()
        assert not app.screen.query_one("#stack-refusal").display


async def test_a_stack_found_at_work_shows_how_long_it_has_been_at_work_recorded(
    aws: Aws, named: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = recorded("stack CREATE_IN_PROGRESS User Initiated", "Role CREATE_IN_PROGRESS")

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return events[0].time + timedelta(seconds=95)

    monkeypatch.setattr(stack_watch, "datetime", Later)
    monkeypatch.setattr(stack_watch, "monotonic", lambda: 1000.0)
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        screen.stack_watch.begin("Found at work", found=True)
        screen.stack_watch.show(StackProgress.of(events, 1, "CREATE"), events)
        assert text_of(app, "#stack-status").endswith("1:35")
        screen.stack_watch.begin("Asking AWS")
        screen.stack_watch.show(StackProgress.of(events, 1, "CREATE"), events)
        assert text_of(app, "#stack-status").endswith("0:00")


async def test_a_recorded_rollback_found_on_coming_has_to_be_deleted_first(aws: Aws, named: Answers) -> None:
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        screen.post_message(StackCalls.Looked(named.role_suffix, Situation(None, RECORDED)))
        await settle(pilot)
        assert "failed before (ROLLBACK_COMPLETE)" in text_of(app, "#existing-case")
        assert label(app, "other") == "Delete the failed stack"
        assert label(app) == ""


async def test_a_recorded_update_that_was_taken_back_leads_to_another_look(aws: Aws, named: Answers) -> None:
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        screen._watch("Executing", Phase.WORKING)
        replay(screen, UPDATE_TAKEN_BACK, "UPDATE", replace(RECORDED, status="UPDATE_ROLLBACK_COMPLETE"))
        await settle(pilot)
        assert "as it was before" in text_of(app, "#stack-status")
        await click(pilot, "#other")
        assert label(app) == "Create the change set"


async def test_a_recorded_refusal_to_tell_more_does_not_hide_that_aws_goes_on(aws: Aws, named: Answers) -> None:
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        screen._watch("Executing", Phase.WORKING)
        screen.stack_watch.post_message(StackWatch.Refused(Problem("Signed out", kind=ProblemKind.CREDENTIALS)))
        await settle(pilot)
        assert problem(app) is not None
        assert "goes on with the stack" in screen.under_way()


async def test_throttled_polling_says_that_it_asks_again_and_goes_on(
    proxied: Aws, aws: Aws, faults: Faults, named: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack_work, "POLL_SECONDS", 0.05)
    app = HostApp(CreateStackScreen(named, proxied))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await click(pilot, "#forward")
        assert label(app) == "Execute it"
        error = {"code": "Throttling", "status": 400, "message": "Rate exceeded"}
        faults.add({"service": "cloudformation", "operation": "DescribeStackEvents", "error": error})
        assert await pilot.click("#forward")
        await until(pilot, lambda: "asking again" in text_of(app, "#stack-status"))
        assert label(app) == ""
        assert faults.fired()
        faults.clear()
        await until(pilot, lambda: label(app) == "Continue")
    assert Roles(aws).find(named.role_name) is not None


async def test_hostile_text_is_shown_as_it_is(aws: Aws, named: Answers) -> None:
    screen = CreateStackScreen(named, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE, notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        for hostile in HOSTILE:
            app.screen.query_one("#suffix", Input).value = hostile
            role = replace(RECORDED, name=hostile)
            change = Change("Add", hostile, hostile, hostile, "True", (hostile,))
            change_set = ChangeSet("n", "a", hostile, STACK_ID, hostile, "CREATE", "CREATE_COMPLETE", "", (change,))
            screen.post_message(StackCalls.Looked(screen.gather().role_suffix, Situation(None, role)))
            screen.post_message(StackCalls.Prepared(change_set))
            replay(screen, (f"Role{hostile} CREATE_FAILED {hostile}", "stack CREATE_FAILED"), "CREATE", role)
            screen.post_message(StackCalls.Refused(Problem(hostile, hostile, hostile, statement={hostile: hostile})))
            await settle(pilot)
            shown = "".join(str(widget.render()) for widget in app.screen.query(Static))
            assert "\x1b" not in shown
            assert visible(hostile) in shown
            assert visible(hostile) in text_of(app, "#review-changes")
        assert not app.results
