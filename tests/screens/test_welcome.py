from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest
from textual.widgets import Button, Input, Select, Static

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws
from panther_s3.demo import EmbeddedAws
from panther_s3.flow import Forward
from panther_s3.form_words import DEFAULT_CHAIN
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api.access import PantherAccess
from screens.parts.chrome import Body
from screens.parts.identity_fields import IdentityFields
from screens.parts.problem_panel import ProblemPanel
from screens.welcome import WelcomeScreen
from tests.host import HOSTILE, HostApp, settle, text_of
from tests.screens.conftest import Connect

PANTHER = PantherDeployment("999988887777", "us-west-2")


async def test_shows_who_aws_says_you_are_and_goes_on(connect: Connect) -> None:
    app = HostApp(WelcomeScreen(Answers(panther=PANTHER), connect, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Account 111122223333 (acme-logging), user/operator" in text_of(app)
        assert app.screen.query_one("#region", Input).value == "us-west-2"
        await pilot.click("#forward")
        await settle(pilot)
    answers = app.results[0].answers
    assert isinstance(app.results[0], Forward)
    assert answers.profile == "default"
    assert answers.identity is not None
    assert answers.identity.account_id == "111122223333"


async def test_another_profile_has_its_own_identity_and_region(connect: Connect) -> None:
    app = HostApp(WelcomeScreen(Answers(panther=PANTHER), connect, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#profile", Select).value = "readonly"
        await settle(pilot)
        assert "user/readonly" in text_of(app)
        assert app.screen.query_one("#region", Input).value == "us-east-1"


async def test_a_region_that_was_typed_stays_with_another_profile(connect: Connect) -> None:
    app = HostApp(WelcomeScreen(Answers(panther=PANTHER), connect, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#region", Input).value = "eu-west-3"
        app.screen.query_one("#profile", Select).value = "readonly"
        await settle(pilot)
        assert app.screen.query_one("#region", Input).value == "eu-west-3"


async def test_the_profiles_alone_can_be_chosen_once_they_are_read(connect: Connect) -> None:
    app = HostApp(WelcomeScreen(Answers(panther=PANTHER), connect, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        offered = [value for _, value in app.screen.query_one("#profile", Select)._options]
        assert offered == ["default", "readonly", DEFAULT_CHAIN]


async def test_aws_profile_is_chosen_beforehand(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "readonly")
    app = HostApp(WelcomeScreen(Answers(), connect, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.screen.query_one("#profile", Select).value == "readonly"


async def test_an_unknown_profile_is_refused_in_words_with_retry(connect: Connect) -> None:
    app = HostApp(WelcomeScreen(Answers(profile="defualt", panther=PANTHER), connect, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        panel = app.screen.query_one(ProblemPanel)
        assert panel.problem is not None
        assert "default" in panel.problem.remedy
        app.screen.query_one("#profile", Select).value = "default"
        await settle(pilot)
        assert panel.problem is None
        assert not panel.display


@pytest.mark.parametrize(
    ("profile", "command"),
    [
        ("expired", "aws sso login --profile expired"),
        ("over-expired", "aws sso login --profile expired"),
        ("bare", "aws login --profile bare"),
    ],
)
async def test_a_sign_in_that_is_due_shows_its_exact_command_and_runs_it_here(
    signed_out: Connect, profile: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr("screens.step.run_here", lambda app, words: ran.append(shlex.join(words)) or "")
    app = HostApp(WelcomeScreen(Answers(profile=profile, panther=PANTHER), signed_out, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert command in text_of(app, ".problem-remedy")
        assert "bare" in command or "has expired" in text_of(app, ".problem-cause")
        run = app.screen.query_one(".problem-run", Button)
        assert app.screen.query_one(Body).region.contains_region(run.region)
        await pilot.click(run)
        await settle(pilot)
        assert ran == [command]
        assert app.screen.query_one(".problem-run", Button) is not run  # asked again, and refused again


async def test_after_the_sign_in_the_same_screen_goes_on(
    signed_out: Connect, embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sign_in(app: object, words: tuple[str, ...]) -> str:
        config = Path(os.environ["AWS_CONFIG_FILE"])
        keys = (embedded_aws.directory / "credentials").read_text().split("[readonly]")[0].replace("[default]", "")
        config.write_text(f"[profile expired]\nregion = us-west-2\n{keys}")
        return ""

    monkeypatch.setattr("screens.step.run_here", sign_in)
    app = HostApp(WelcomeScreen(Answers(profile="expired", panther=PANTHER), signed_out, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click(".problem-run")
        await settle(pilot)
        assert not app.screen.query_one(ProblemPanel).display
        assert "Account 111122223333" in text_of(app)


async def test_without_aws_the_wizard_goes_on(unreachable_aws: Aws) -> None:
    answers = Answers(region="us-west-2", panther=PANTHER)
    app = HostApp(WelcomeScreen(answers, lambda profile, region: unreachable_aws, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.screen.query_one(ProblemPanel).display
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.identity is None


@pytest.mark.parametrize(
    ("account", "region", "expected"),
    [("", "us-west-2", "12-digit"), ("12345", "us-west-2", "12"), ("999988887777", "", "region")],
)
async def test_panthers_place_is_required(connect: Connect, account: str, region: str, expected: str) -> None:
    app = HostApp(WelcomeScreen(Answers(panther=PantherDeployment(account, region)), connect, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert not app.results
        assert expected in text_of(app, ".-invalid .field-message")
        assert isinstance(app.focused, Input)


@pytest.mark.parametrize("field", ["region", "panther-region"])
async def test_an_unknown_region_is_warned_of_and_taken(connect: Connect, field: str) -> None:
    regions = {"region": "us-west-2", "panther-region": "us-west-2", field: "us-wset-2"}
    panther = PantherDeployment("999988887777", regions["panther-region"])
    app = HostApp(WelcomeScreen(Answers(region=regions["region"], panther=panther), connect, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Did you mean us-west-2?" in text_of(app, f"#{field}-field .field-message")
        app.screen.query_one(f"#{field}", Input).value = "us-west-2"
        await settle(pilot)
        assert "Did you mean" not in text_of(app, f"#{field}-field .field-message")
        app.screen.query_one(f"#{field}", Input).value = "us-wset-2"
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert isinstance(app.results[0], Forward)


async def test_account_and_region_are_read_out_of_a_wrapped_paste(connect: Connect) -> None:
    app = HostApp(WelcomeScreen(Answers(panther=PANTHER), connect, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#panther-account", Input).value = "9999-8888-7777"
        app.screen.query_one("#panther-region", Input).value = "us-west- 2"
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.panther == PANTHER


async def test_continue_waits_for_the_identity(connect: Connect) -> None:
    app = HostApp(WelcomeScreen(Answers(panther=PANTHER), connect, PantherAccess))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.shown
        screen.query_one(IdentityFields).asking = True
        await pilot.press("ctrl+n")
        await settle(pilot)
    assert app.results[0].answers.identity is not None


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_hostile_text_is_shown_as_it_is(connect: Connect, hostile: str) -> None:
    answers = Answers(profile=hostile, region=hostile, panther=PantherDeployment(hostile, hostile))
    app = HostApp(WelcomeScreen(answers, connect, PantherAccess))
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert not app.results
        assert "\x1b" not in "".join(str(widget.render()) for widget in app.screen.query(Static))
