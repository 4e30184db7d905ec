from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Button, Static

from panther_s3.answers import Answers
from panther_s3.aws.roles import Roles
from panther_s3.aws.session import Aws
from panther_s3.checks.result import CheckId, CheckResult, Status
from panther_s3.demo import EmbeddedAws
from panther_s3.flow import Back, Forward, GoTo, Step
from panther_s3.handwork import undo_steps
from panther_s3.panther import PantherDeployment
from panther_s3.policies import role_policy, trust_policy
from panther_s3.problems import Problem
from panther_s3.proposed import MendChange
from panther_s3.validating import Judged
from screens.parts.change_dialog import ChangeDialog
from screens.parts.check_calls import CheckCalls
from screens.parts.check_row import CheckRow
from screens.parts.problem_panel import ProblemPanel
from screens.validation import ValidationScreen
from tests.host import HOSTILE, HostApp, settle, text_of

SIZE = (80, 24)
JUDGED = 8
"""How many checks are of the role's side; the others come with the notifications."""


@pytest.fixture(scope="module")
def gateway(embedded_aws: EmbeddedAws) -> Aws:
    """One gateway for all tests here: building its clients takes longer than a test."""
    return Aws("default", "us-west-2", endpoint_url=embedded_aws.endpoint_url)


@pytest.fixture
def aws(gateway: Aws, aws_environment: None) -> Aws:
    return gateway


@pytest.fixture
def with_role(aws: Aws) -> Callable[[Answers, str], Answers]:
    """Makes a role for what the answers describe, as the wizard would, and names it in them."""

    def make(answers: Answers, suffix: str) -> Answers:
        iam, answers = aws.client("iam"), replace(answers, suffix=suffix)
        iam.create_role(RoleName=answers.role_name, AssumeRolePolicyDocument=json.dumps(trust_policy(answers.panther)))
        policy = json.dumps(role_policy(answers.source, answers.partition))
        iam.put_role_policy(RoleName=answers.role_name, PolicyName="panther", PolicyDocument=policy)
        return answers.with_source(log_processing_role_arn=answers.expected_role_arn)

    return make


def row(app: HostApp, check: CheckId) -> CheckRow:
    return app.screen.query_one(f"#{check.value.replace('.', '-').replace('_', '-')}", CheckRow)


def statuses(app: HostApp) -> list[Status]:
    return [found.result.status for found in app.screen.query(CheckRow) if found.result]


def label(app: HostApp) -> str:
    return str(app.screen.query_one("#forward", Button).label)


async def test_what_the_wizard_makes_passes_for_one_who_may_only_read(
    readonly_aws: Aws, filled: Answers, with_role: Callable[[Answers, str], Answers]
) -> None:
    app = HostApp(ValidationScreen(with_role(filled, "checks-good"), readonly_aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert statuses(app) == [Status.PASS] * JUDGED + [Status.SKIPPED] * 5
        assert "8 passed" in text_of(app, "#summary")
        assert label(app) == "Continue"
        assert not app.screen.query_one("#ways").display
        assert await pilot.click("#forward")
        await pilot.pause()
    assert isinstance(app.results[0], Forward)
    assert app.results[0].answers.validation_note == "8 passed"
    assert app.results[0].answers.failed_checks == ()


async def test_a_missing_role_fails_and_each_way_out_is_offered(aws: Aws, filled: Answers) -> None:
    answers = filled.with_source(log_processing_role_arn="arn:aws:iam::111122223333:role/checks-missing")
    screen = ValidationScreen(answers, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert [found.check for found in app.screen.query(CheckRow)] == list(CheckId)
        heads = text_of(app, ".check-head").splitlines()
        assert heads[0].startswith("✗ Failed   The role exists")
        assert heads[1].startswith("- Not yet")
        assert heads[2].startswith("✓ OK")
        assert "checks-missing" in str(row(app, CheckId.ROLE_EXISTS).query_one(".check-what", Static).render())
        assert label(app) == "Go on anyway"
        assert [command.title for command in screen.system_commands()] == [
            "Retry",
            "Edit details",
            "Try configuring the IAM role again",
            "Go on anyway",
            "Back",
            "Help",
        ]
        assert await pilot.click("#forward")
        await pilot.pause()
    assert app.results[0].answers.failed_checks[0].startswith("The role exists: no. AWS has no role")
    assert "1 failed" in app.results[0].answers.validation_note


@pytest.mark.parametrize(("way", "step"), [("edit-details", Step.BUCKET_DETAILS), ("configure-role", Step.IAM_METHOD)])
async def test_a_failure_leads_to_where_it_can_be_mended(aws: Aws, filled: Answers, way: str, step: Step) -> None:
    answers = filled.with_source(log_processing_role_arn="arn:aws:iam::111122223333:role/checks-missing")
    app = HostApp(ValidationScreen(answers, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert await pilot.click(f"#{way}")
        await pilot.pause()
    assert isinstance(app.results[0], GoTo)
    assert app.results[0].step is step
    assert "The role exists" in app.results[0].answers.failed_checks[0]


async def test_retry_judges_anew(aws: Aws, filled: Answers, with_role: Callable[[Answers, str], Answers]) -> None:
    answers = replace(filled, suffix="checks-later")
    app = HostApp(ValidationScreen(answers.with_source(log_processing_role_arn=answers.expected_role_arn), aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert Status.FAIL in statuses(app)
        with_role(filled, "checks-later")
        assert await pilot.click("#retry")
        await settle(pilot)
        assert Status.FAIL not in statuses(app)
        assert not app.screen.query_one("#ways").display
        assert label(app) == "Continue"


async def test_a_missing_right_is_told_with_the_statement_to_copy(
    aws: Aws, filled: Answers, with_role: Callable[[Answers, str], Answers]
) -> None:
    answers = with_role(filled, "checks-narrow").with_source(bucket_name="acme-empty")
    app = HostApp(ValidationScreen(answers, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        listing = row(app, CheckId.BUCKET_LIST)
        assert listing.result is not None
        assert listing.result.cause == "identity_policy"
        button = listing.query_one(".check-copy")
        button.scroll_visible(animate=False)
        await pilot.pause()
        assert await pilot.click(button)
        assert "s3:ListBucket" in app.copied[0]
        assert "arn:aws:s3:::acme-empty" in app.copied[0]


async def test_a_locked_bucket_is_unknown_and_never_a_pass(
    aws: Aws, filled: Answers, with_role: Callable[[Answers, str], Answers]
) -> None:
    answers = with_role(filled.with_source(bucket_name="acme-locked"), "checks-locked")
    app = HostApp(ValidationScreen(answers, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        for check in (CheckId.BUCKET_LOCATION, CheckId.BUCKET_LIST, CheckId.OBJECTS_READ):
            result = row(app, check).result
            assert result is not None
            assert result.status is Status.UNKNOWN


async def test_a_key_of_the_bucket_that_the_source_does_not_name_fails(
    aws: Aws, filled: Answers, with_role: Callable[[Answers, str], Answers]
) -> None:
    app = HostApp(ValidationScreen(with_role(filled.with_source(bucket_name="acme-kms-logs"), "checks-key"), aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        result = row(app, CheckId.KMS_KEY).result
        assert result is not None
        assert result.cause == "not_configured"


async def test_an_aws_that_cannot_be_reached_leaves_everything_unknown(unreachable_aws: Aws, filled: Answers) -> None:
    answers = filled.with_source(log_processing_role_arn=filled.expected_role_arn)
    app = HostApp(ValidationScreen(answers, unreachable_aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert Status.PASS not in statuses(app)[:7]
        assert Status.FAIL not in statuses(app)
        assert label(app) == "Continue"
        assert await pilot.click("#back")
        await pilot.pause()
    assert isinstance(app.results[0], Back)
    assert app.results[0].answers.source == answers.source


async def test_without_an_identity_all_is_unknown_and_one_can_go_on(unreachable_aws: Aws, filled: Answers) -> None:
    app = HostApp(ValidationScreen(replace(filled, identity=None), unreachable_aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert set(statuses(app)) == {Status.UNKNOWN}
        assert "Panther checks for itself" in text_of(app, "#summary")
        assert await pilot.click("#forward")
        await pilot.pause()
    assert isinstance(app.results[0], Forward)


async def test_details_open_and_close_by_enter_and_by_click(
    aws: Aws, filled: Answers, with_role: Callable[[Answers, str], Answers]
) -> None:
    app = HostApp(ValidationScreen(with_role(filled, "checks-rows"), aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        found = row(app, CheckId.ROLE_TRUST)
        assert not found.opened
        found.focus()
        await pilot.press("enter")
        await pilot.pause()
        assert found.opened
        evidence = str(found.query_one(".check-evidence", Static).render())
        assert "statement PantherAssumesRole of the trust policy of" in evidence
        assert "for sts:AssumeRole on" in evidence
        assert '▶   "Sid": "PantherAssumesRole"' in evidence
        assert await pilot.click(found.query_one(".check-head"))
        await pilot.pause()
        assert not found.opened


async def test_one_check_is_judged_again_and_the_others_keep_their_findings(
    aws: Aws, filled: Answers, with_role: Callable[[Answers, str], Answers]
) -> None:
    answers = replace(filled, suffix="checks-again")
    app = HostApp(ValidationScreen(answers, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        exists, trust = row(app, CheckId.ROLE_EXISTS), row(app, CheckId.ROLE_TRUST)
        assert (exists.result and exists.result.status, trust.result and trust.result.status) == ("fail", "skipped")
        with_role(filled, "checks-again")
        exists.query_one(".check-again", Button).press()
        await settle(pilot)
        assert (exists.result and exists.result.status, trust.result and trust.result.status) == ("pass", "skipped")
        await pilot.click("#retry")
        await settle(pilot)
        assert trust.result is not None
        assert trust.result.status == "pass"


async def test_rows_settle_as_what_they_need_is_read(aws: Aws, filled: Answers) -> None:
    screen = ValidationScreen(replace(filled, identity=None), aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        screen._begin(None)
        screen.calls.workers.cancel_all()
        found = CheckResult(CheckId.ROLE_EXISTS, Status.PASS, detail="Found it.")
        screen.post_message(CheckCalls.Settled("role", (found,)))
        await settle(pilot)
        assert "1 of 13 judged" in text_of(app, "#summary")
        assert "✓ OK" in str(row(app, CheckId.ROLE_EXISTS).query_one(".check-head", Static).render())
        assert "Looking" in str(row(app, CheckId.ROLE_TRUST).query_one(".check-head", Static).render())


async def test_hostile_text_is_shown_as_it_is(unreachable_aws: Aws, filled: Answers) -> None:
    screen = ValidationScreen(replace(filled.with_source(bucket_name=HOSTILE[3]), identity=None), unreachable_aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE, notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        for hostile in HOSTILE:
            evidence = {"document": hostile, "statement": hostile}
            results = [CheckResult(check, Status.FAIL, hostile, hostile, hostile, evidence) for check in CheckId]
            screen.post_message(CheckCalls.Judged(Judged(tuple(results), {}, 0)))
            screen.post_message(CheckCalls.Refused(Problem(hostile, hostile, hostile, command=(hostile,))))
            await settle(pilot)
            shown = "".join(str(widget.render()) for widget in app.screen.query(Static))
            assert "\x1b" not in shown
            assert hostile in shown or "\x1b" in hostile
        assert app.screen.query_one(ProblemPanel).display


async def test_a_trust_that_refuses_panther_is_mended_after_it_was_shown(
    aws: Aws,
    filled: Answers,
    with_role: Callable[[Answers, str], Answers],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    answers = with_role(filled, "checks-mend")
    trust = trust_policy(PantherDeployment("444455556666", "us-west-2"))
    aws.client("iam").update_assume_role_policy(RoleName=answers.role_name, PolicyDocument=json.dumps(trust))
    screen = ValidationScreen(answers, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        found = row(app, CheckId.ROLE_TRUST)
        assert found.result is not None
        assert found.result.cause == "wrong_account"
        found.query_one(".check-mend", Button).press()
        await settle(pilot)
        assert isinstance(app.screen, ChangeDialog)
        assert isinstance(app.screen.change, MendChange)
        await pilot.press("escape")  # nothing is changed by looking
        await settle(pilot)
        role = Roles(aws).find(answers.role_name)
        assert role is not None
        assert role.trust == trust
        found.query_one(".check-mend", Button).press()
        await settle(pilot)
        app.screen.query_one("#mend-do", Button).press()
        await settle(pilot)
        app.screen.query_one("#mend-close", Button).press()
        await settle(pilot)
        assert found.result is not None
        assert found.result.status == "pass"
    role = Roles(aws).find(answers.role_name)
    assert role is not None
    assert "arn:aws:iam::999988887777:root" in json.dumps(role.trust)
    (changed,) = screen.gather().made
    assert "update-assume-role-policy" in changed.put_back
    assert [step.title for step in undo_steps(screen.gather())] == [
        f"Put back the former trust policy of the role {answers.role_name}"
    ]
