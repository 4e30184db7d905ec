from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from textual.widgets import Input, Static

from panther_s3.answers import Answers
from panther_s3.aws.roles import Role
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws
from panther_s3.flow import Back, Forward
from panther_s3.panther import PantherDeployment
from panther_s3.policies import trust_policy
from panther_s3.problems import ProblemKind
from screens.parts.document import DocumentView
from screens.parts.problem_panel import ProblemPanel
from screens.role_arn import PAUSE_SECONDS, RoleArnScreen
from tests.host import HOSTILE, HostApp, settle, text_of

ARN = "arn:aws:iam::111122223333:role/"
SIZE = (80, 24)


@pytest.fixture(scope="module")
def gateway(embedded_aws: EmbeddedAws) -> Aws:
    """One gateway for all tests here: building its clients takes longer than a test."""
    return Aws("default", "us-west-2", endpoint_url=embedded_aws.endpoint_url)


@pytest.fixture
def aws(gateway: Aws, aws_environment: None) -> Aws:
    return gateway


def message(app: HostApp) -> str:
    return text_of(app, "#role-arn-field .field-message")


def make_role(aws: Aws, name: str, account: str = "999988887777", path: str = "/") -> str:
    """Make a role that trusts `account`, in the embedded AWS."""
    trust = json.dumps(trust_policy(PantherDeployment(account, "us-west-2")))
    role = aws.client("iam").create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=trust)
    return str(role["Role"]["Arn"])


def stranger(aws: Aws, embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """Return a gateway of a user without any rights."""
    iam = aws.client("iam")
    iam.create_user(UserName="arn-stranger")
    key = iam.create_access_key(UserName="arn-stranger")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    return Aws(None, "us-west-2", endpoint_url=embedded_aws.endpoint_url)


async def test_the_roles_conventional_arn_is_proposed_and_taken(aws: Aws, filled: Answers) -> None:
    app = HostApp(RoleArnScreen(filled, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.screen.query_one("#role-arn", Input).value == f"{ARN}PantherLogProcessingRole-prod-trail"
        assert await pilot.click("#forward")
        await pilot.pause()
    assert isinstance(app.results[0], Forward)
    answers = app.results[0].answers
    assert answers.role_arn == f"{ARN}PantherLogProcessingRole-prod-trail"
    assert answers.with_source(name="renamed").role_arn == f"{ARN}PantherLogProcessingRole-renamed"


async def test_an_arn_that_was_given_stays_through_a_new_name(aws: Aws, filled: Answers) -> None:
    given = f"{ARN}PantherLogProcessingRole-prod-trail"
    app = HostApp(RoleArnScreen(filled.with_source(log_processing_role_arn=given), aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n")
        await pilot.pause()
    assert app.results[0].answers.with_source(name="renamed").role_arn == given


async def test_a_role_that_is_not_there_yet_is_told_and_stops_nobody(aws: Aws, filled: Answers) -> None:
    app = HostApp(RoleArnScreen(filled.with_source(log_processing_role_arn=f"{ARN}arn-not-there"), aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "no role of this name yet" in message(app)
        assert not app.screen.query_one("#trust").display
        await pilot.press("ctrl+n")
        await pilot.pause()
    assert app.results[0].answers.source.log_processing_role_arn == f"{ARN}arn-not-there"


async def test_a_role_that_trusts_panther_is_shown_with_its_trust(aws: Aws, filled: Answers) -> None:
    arn = make_role(aws, "arn-trusts-panther")
    app = HostApp(RoleArnScreen(filled.with_source(log_processing_role_arn=arn), aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "999988887777 may assume the role" in message(app)
        document = app.screen.query_one("#trust-document", DocumentView)
        assert "arn:aws:iam::999988887777:root" in document.text
        await pilot.press("pagedown")
        await pilot.pause()
        assert await pilot.click("#trust .document-copy")
        assert json.loads(app.copied[0])["Statement"]


async def test_a_role_that_trusts_another_account_is_told(aws: Aws, filled: Answers) -> None:
    arn = make_role(aws, "arn-trusts-another", "444455556666")
    app = HostApp(RoleArnScreen(filled.with_source(log_processing_role_arn=arn), aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "444455556666, not Panther's account 999988887777" in message(app)


async def test_a_role_under_another_path_is_told_with_its_own_arn(aws: Aws, filled: Answers) -> None:
    arn = make_role(aws, "arn-under-a-path", path="/logs/")
    app = HostApp(RoleArnScreen(filled.with_source(log_processing_role_arn=f"{ARN}arn-under-a-path"), aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert arn in message(app).replace("\n", "")


async def test_another_arn_is_looked_up_on_leaving_the_field(aws: Aws, filled: Answers) -> None:
    arn = make_role(aws, "arn-typed-in")
    app = HostApp(RoleArnScreen(filled, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.screen.query_one("#role-arn", Input).value = arn
        await pilot.press("tab")
        await settle(pilot)
        assert "may assume the role" in message(app)
        assert app.screen.query_one("#trust").display
        app.screen.query_one("#role-arn", Input).value = f"{ARN}arn-not-there"
        app.screen.query_one("#role-arn").focus()
        await pilot.press("tab")
        await settle(pilot)
        assert "no role of this name yet" in message(app)
        assert not app.screen.query_one("#trust").display


async def test_what_was_found_out_goes_away_with_the_first_change(aws: Aws, filled: Answers) -> None:
    arn = make_role(aws, "arn-then-changed")
    app = HostApp(RoleArnScreen(filled.with_source(log_processing_role_arn=arn), aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "may assume the role" in message(app)
        await pilot.press("end", "backspace")
        await pilot.pause()
        assert "may assume the role" not in message(app)
        assert not app.screen.query_one("#trust").display
        await pilot.press("d")
        await asyncio.sleep(PAUSE_SECONDS + 0.1)
        await settle(pilot)
        assert "may assume the role" in message(app)  # without leaving the field


async def test_an_answer_for_an_arn_that_was_changed_since_is_ignored(aws: Aws, filled: Answers) -> None:
    screen = RoleArnScreen(filled, aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        late = Role("late", f"{ARN}late", "/", trust_policy(filled.panther), "", {}, ())
        screen.post_message(RoleArnScreen.LookedUp(f"{ARN}late", late))
        await settle(pilot)
        assert not app.screen.query_one("#trust").display


async def test_each_fault_is_told_and_holds_the_operator(aws: Aws, filled: Answers) -> None:
    app = HostApp(RoleArnScreen(filled, aws))
    faults = {
        "": "Enter the role's ARN",
        "PantherLogProcessingRole-x": "such as arn:aws:iam",
        "arn:aws:iam::444455556666:role/x": "must share one",
        "arn:aws-cn:iam::111122223333:role/x": "partition aws",
        "arn:aws:sts::111122223333:assumed-role/x/y": "session of the role",
        "arn:aws:iam::111122223333:user/x": "IAM role",
    }
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        for value, told in faults.items():
            app.screen.query_one("#role-arn", Input).value = value
            await pilot.press("ctrl+n")
            await pilot.pause()
            assert told in message(app)
            assert app.focused is app.screen.query_one("#role-arn")
        assert not app.results


async def test_an_aws_that_cannot_be_reached_is_told_with_retry_and_stops_nobody(
    unreachable_aws: Aws, filled: Answers
) -> None:
    app = HostApp(RoleArnScreen(filled, unreachable_aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        panel = app.screen.query_one(ProblemPanel)
        assert panel.problem is not None
        assert panel.problem.kind is ProblemKind.NETWORK
        first = panel.problem
        assert await pilot.click(".problem-retry")
        await settle(pilot)
        assert panel.problem is not None
        assert panel.problem is not first
        assert await pilot.click("#forward")
        await pilot.pause()
    assert isinstance(app.results[0], Forward)


async def test_a_profile_that_may_not_read_roles_is_told_the_statement(
    aws: Aws, embedded_aws: EmbeddedAws, filled: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = HostApp(RoleArnScreen(filled, stranger(aws, embedded_aws, monkeypatch)))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        panel = app.screen.query_one(ProblemPanel)
        assert panel.problem is not None
        assert panel.problem.kind is ProblemKind.ACCESS_DENIED
        assert "you can go on" in message(app)
        assert await pilot.click(".problem-copy")
        assert "iam:GetRole" in app.copied[0]


async def test_a_role_of_another_account_is_not_taken_for_a_missing_one(aws: Aws, filled: Answers) -> None:
    make_role(aws, "arn-in-both")
    there = filled.with_source(
        aws_account_id="444455556666", log_processing_role_arn="arn:aws:iam::444455556666:role/arn-in-both"
    )
    app = HostApp(RoleArnScreen(there, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        panel = app.screen.query_one(ProblemPanel)
        assert panel.problem is not None
        assert "cannot look into 444455556666" in panel.problem.title
        assert "no role of this name" not in message(app)
        await pilot.press("ctrl+n")
        await pilot.pause()
    assert isinstance(app.results[0], Forward)


async def test_without_an_identity_nothing_is_looked_up(unreachable_aws: Aws, filled: Answers) -> None:
    app = HostApp(RoleArnScreen(replace(filled, identity=None), unreachable_aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.screen.query_one(ProblemPanel).problem is None
        await pilot.press("ctrl+n")
        await pilot.pause()
    assert isinstance(app.results[0], Forward)


async def test_back_keeps_what_was_typed_and_judges_nothing(aws: Aws, filled: Answers) -> None:
    app = HostApp(RoleArnScreen(filled, aws))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.screen.query_one("#role-arn", Input).value = "half an arn"
        assert await pilot.click("#back")
        await pilot.pause()
    assert isinstance(app.results[0], Back)
    assert app.results[0].answers.source.log_processing_role_arn == "half an arn"


async def test_hostile_text_is_shown_as_it_is(aws: Aws, filled: Answers) -> None:
    screen = RoleArnScreen(filled.with_source(log_processing_role_arn=HOSTILE[0], bucket_name=HOSTILE[3]), aws)
    app = HostApp(screen)
    async with app.run_test(size=SIZE, notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        for hostile in HOSTILE:
            arn = f"{ARN}{hostile}"
            app.screen.query_one("#role-arn", Input).value = arn
            await pilot.press("ctrl+n")
            trust = {"Statement": {"Effect": "Allow", "Principal": {"AWS": hostile}, "Action": hostile}}
            role = Role(hostile, arn, "/", trust, "", {hostile: hostile}, ())
            screen.post_message(RoleArnScreen.LookedUp(screen.arn.value, role))
            await settle(pilot)
            assert "\x1b" not in "".join(str(widget.render()) for widget in app.screen.query(Static))
        assert not app.results
