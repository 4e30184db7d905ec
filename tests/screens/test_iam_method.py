from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Static

from panther_s3.answers import Answers, CallerIdentity, IamMethod
from panther_s3.aws.session import Aws
from panther_s3.flow import Back, Forward
from screens.iam_method import IamMethodScreen
from screens.parts.help_dialog import HelpDialog
from screens.parts.tiles import Tile
from tests.host import HOSTILE, HostApp, settle, text_of

TILE_OF = {method: method.value.replace("_", "-") for method in IamMethod}


@pytest.fixture
def as_reader(filled: Answers) -> Answers:
    """The answers of an operator who may only read."""
    return replace(filled, identity=CallerIdentity("111122223333", "arn:aws:iam::111122223333:user/readonly"))


@pytest.mark.parametrize("method", IamMethod)
async def test_each_way_is_taken_by_a_click_at_80x24(aws: Aws, filled: Answers, method: IamMethod) -> None:
    app = HostApp(IamMethodScreen(filled, aws))
    async with app.run_test(size=(80, 24)) as pilot:
        assert await pilot.click(f"#{TILE_OF[method]}")
        await pilot.pause()
    assert app.results == [Forward(replace(filled, iam_method=method))]


async def test_select_takes_the_tile_that_has_the_focus(aws: Aws, filled: Answers) -> None:
    app = HostApp(IamMethodScreen(filled, aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("down", "down", "ctrl+n")
        await pilot.pause()
    assert app.results[0].answers.iam_method is IamMethod.TEMPLATE_FILE


async def test_a_click_on_select_takes_the_way_that_was_marked(aws: Aws, filled: Answers) -> None:
    app = HostApp(IamMethodScreen(replace(filled, iam_method=IamMethod.MANUAL), aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click("#forward")
        await pilot.pause()
    assert app.results[0].answers.iam_method is IamMethod.MANUAL


async def test_nothing_is_in_the_operators_way(aws: Aws, filled: Answers) -> None:
    app = HostApp(IamMethodScreen(filled, aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert [tile.obstacle for tile in app.screen.query(Tile)] == ["", "", "", ""]
        for title in ("Create the stack", "Console UI", "Template File", "on my own"):
            assert title in text_of(app, ".tile")


async def test_who_may_only_read_is_told_which_rights_are_missing(readonly_aws: Aws, as_reader: Answers) -> None:
    app = HostApp(IamMethodScreen(as_reader, readonly_aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "iam:CreateRole" in text_of(app, "#create-stack")
        await pilot.click("#create-stack")
        await settle(pilot)
        assert not app.results
        await pilot.click("#template-file")
        await pilot.pause()
    assert app.results[0].answers.iam_method is IamMethod.TEMPLATE_FILE


async def test_another_account_closes_our_own_way_alone(aws: Aws, filled: Answers) -> None:
    app = HostApp(IamMethodScreen(filled.with_source(aws_account_id="444455556666"), aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "444455556666" in app.screen.query_one("#create-stack", Tile).obstacle
        assert not app.screen.query_one("#console-ui", Tile).obstacle


async def test_without_an_identity_the_other_ways_stay_open(aws: Aws, filled: Answers) -> None:
    app = HostApp(IamMethodScreen(replace(filled, identity=None), aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert not app.results
        await pilot.press("down", "enter")
        await pilot.pause()
    assert app.results[0].answers.iam_method is IamMethod.CONSOLE_UI


async def test_an_aws_that_cannot_be_reached_closes_no_way(unreachable_aws: Aws, filled: Answers) -> None:
    app = HostApp(IamMethodScreen(filled, unreachable_aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not app.screen.query_one("#create-stack", Tile).obstacle
        assert app.screen is app.shown
        await pilot.click("#create-stack")
        await pilot.pause()
    assert app.results[0].answers.iam_method is IamMethod.CREATE_STACK


async def test_what_was_wrong_before_stays_in_view(aws: Aws, filled: Answers) -> None:
    failed = ("The role may list the bucket: no policy allows s3:ListBucket",)
    app = HostApp(IamMethodScreen(replace(filled, failed_checks=failed), aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert failed[0] in text_of(app, "#failed-before")


async def test_back_keeps_what_was_chosen(aws: Aws, filled: Answers) -> None:
    answers = replace(filled, iam_method=IamMethod.MANUAL)
    app = HostApp(IamMethodScreen(answers, aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click("#back")
        await pilot.pause()
    assert app.results == [Back(answers)]


async def test_f1_explains_the_step(aws: Aws, filled: Answers) -> None:
    app = HostApp(IamMethodScreen(filled, aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, HelpDialog)
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen is app.shown
        assert not app.results


async def test_hostile_text_is_shown_as_it_is(readonly_aws: Aws, filled: Answers) -> None:
    name, account, arn, alias, bucket = HOSTILE
    answers = replace(
        filled.with_source(name=name, bucket_name=bucket, aws_account_id=account),
        identity=CallerIdentity(account, arn, alias),
        failed_checks=HOSTILE,
    )
    app = HostApp(IamMethodScreen(answers, readonly_aws))
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        for hostile in HOSTILE:
            tile = app.screen.query_one("#create-stack", Tile)
            tile.refuse(hostile)
            tile.action_take()
            await pilot.pause()
        shown = "".join(str(widget.render()) for widget in app.screen.query(Static))
        assert "\x1b" not in shown
        assert all(hostile in shown for hostile in HOSTILE[:-1])
        assert not app.results


async def test_the_arrows_stop_at_the_first_and_the_last_way(aws: Aws, filled: Answers) -> None:
    app = HostApp(IamMethodScreen(filled, aws))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*["down"] * 9)
        assert app.focused is list(app.screen.query(Tile))[-1]
        await pilot.press(*["up"] * 9)
        assert app.focused is app.screen.query(Tile).first()
