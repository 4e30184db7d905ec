"""The dialog that shows a mend and makes it."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button

from panther_s3.aws.session import Aws
from panther_s3.mending import Mend, MendKind
from panther_s3.problems import Problem, ProblemKind
from panther_s3.proposed import MendChange
from panther_s3.proposed import mend as mend_module
from screens.parts.change_dialog import ChangeDialog
from tests.host import HOSTILE, HostApp, settle, text_of

ROLE = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-mend"
ALLOW = {"Sid": "Theirs", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::acme-cloudtrail"}
OURS = {"Sid": "ReadObjects", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-cloudtrail/*"}
BEFORE = {"Version": "2012-10-17", "Statement": [ALLOW]}
MEND = Mend(
    MendKind.ROLE_POLICY, ROLE, "ReadData", "", "", BEFORE, {**BEFORE, "Statement": [ALLOW, OURS]},
    "Gives the role s3:GetObject.", ("The stack x made this role.",),
)  # fmt: skip
DENIED = Problem(
    "You are not allowed to change it", "AWS's own words", "Ask for it.", ProblemKind.ACCESS_DENIED,
    statement={"Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": ROLE},
)  # fmt: skip


class Calls:
    """Stands for AWS: takes what is written, or refuses it."""

    def __init__(self, *outcomes: Problem | Exception | None) -> None:
        self.outcomes = list(outcomes)
        self.made: list[Mend] = []
        self.let_go = threading.Event()
        self.let_go.set()

    def __call__(self, aws: Aws, mend: Mend) -> None:
        self.made.append(mend)
        self.let_go.wait(20)
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    stub = Calls()
    monkeypatch.setattr(mend_module, "apply_mend", stub)
    return stub


def buttons(app: HostApp) -> list[str]:
    return [str(button.label) for button in app.screen.query(Button) if button.display and button.region.size]


def whole(button: Button) -> bool:
    """Whether every cell of the button is on the screen."""
    return button.screen.region.contains_region(button.region) and button.region.height == 1


async def opened(pilot: Pilot[Any]) -> None:
    await settle(pilot)
    await settle(pilot)


def dialog(aws: Aws, folder: Path, mend: Mend = MEND) -> HostApp:
    return HostApp(ChangeDialog(MendChange(aws, mend, folder=folder)))


async def test_what_changes_is_shown_and_declining_changes_nothing(aws: Aws, calls: Calls, tmp_path: Path) -> None:
    app = dialog(aws, tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        shown = text_of(app)
        for words in ("inline policy ReadData", "Gives the role", "! The stack x", "+ 6 lines come, - 0 lines go"):
            assert words in shown
        assert '+       "Sid": "ReadObjects",' in shown
        assert buttons(app) == ["Cancel", "Make this change"]
        assert app.focused is app.screen.query_one("#mend-close")
        await pilot.press("enter")
        await settle(pilot)
    assert (app.results, calls.made, list(tmp_path.iterdir())) == ([False], [], [])


async def test_a_click_makes_the_change_and_tells_the_way_back(aws: Aws, calls: Calls, tmp_path: Path) -> None:
    app = dialog(aws, tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        assert all(whole(button) for button in app.screen.query(Button) if button.display)
        assert await pilot.click("#mend-do")
        await opened(pilot)
        assert calls.made == [MEND]
        (kept,) = tmp_path.iterdir()
        told = text_of(app, "#mend-status").replace("\n", "")
        assert "✓ Changed the inline policy ReadData" in told
        assert str(kept) in told
        assert "aws iam put-role-policy" in told
        assert buttons(app) == ["Close", "Copy the command"]
        assert await pilot.click("#mend-copy")
        await settle(pilot)
        assert f"file://{kept}" in app.copied[0]
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [True]


async def test_a_refusal_is_shown_with_the_statement_and_tried_again(aws: Aws, calls: Calls, tmp_path: Path) -> None:
    calls.outcomes = [DENIED]
    app = dialog(aws, tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        await pilot.press("right", "enter")
        await opened(pilot)
        shown = text_of(app, "#problem Static")
        assert "AWS's own words" in shown
        assert "iam:PutRolePolicy" in shown
        assert buttons(app)[-2:] == ["Close", "Retry"]
        assert app.focused is app.screen.query_one("#mend-close")
        assert await pilot.click("#mend-do")
        await opened(pilot)
        assert "✓ Changed" in text_of(app, "#mend-status")
        await pilot.press("enter")
        await settle(pilot)
    assert app.results == [True]
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("problem", "ways", "changed"),
    [
        (DENIED, ["Close", "Retry"], False),
        (Problem("Changed meanwhile", kind=ProblemKind.CONFLICT), ["Check again"], True),
        (Problem("No answer", kind=ProblemKind.NETWORK), ["Close", "Retry"], True),
        (ValueError("[b]odd\x1b"), ["Close", "Retry"], True),
    ],
)
async def test_where_aws_may_differ_from_what_was_judged_it_is_looked_at_again(
    aws: Aws, calls: Calls, tmp_path: Path, problem: Problem, ways: list[str], changed: bool
) -> None:
    calls.outcomes = [problem]
    app = dialog(aws, tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        await pilot.click("#mend-do")
        await opened(pilot)
        assert [name for name in buttons(app) if name != "Copy the statement"] == ways
        assert "\x1b" not in text_of(app)
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [changed]


async def test_a_document_without_room_is_shown_and_cannot_be_sent(aws: Aws, calls: Calls, tmp_path: Path) -> None:
    obstacle = Problem("The policy would be too long for AWS", "20 KB", kind=ProblemKind.INVALID)
    app = dialog(aws, tmp_path, replace(MEND, obstacle=obstacle))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        assert "too long" in text_of(app)
        assert "ReadObjects" in text_of(app, "#mend-diff")
        assert buttons(app) == ["Close"]
        assert whole(app.screen.query_one("#mend-close", Button))
        await pilot.press("enter")
        await settle(pilot)
    assert (app.results, calls.made) == ([False], [])


async def test_it_stays_open_while_the_change_is_on_its_way(aws: Aws, calls: Calls, tmp_path: Path) -> None:
    calls.let_go.clear()
    app = dialog(aws, tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened_without_workers(pilot)
        await pilot.click("#mend-do")
        await opened_without_workers(pilot)
        assert "… Changing the inline policy ReadData" in text_of(app, "#mend-status")
        assert app.screen.query_one("#mend-close").disabled
        for key in ("escape", "enter", "escape"):
            await pilot.press(key)
        assert (app.results, len(calls.made)) == ([], 1)
        calls.let_go.set()
        await opened(pilot)
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [True]


async def opened_without_workers(pilot: Pilot[Any]) -> None:
    for _ in range(4):
        await pilot.pause()


async def test_nothing_is_sent_where_the_former_policy_cannot_be_kept(aws: Aws, calls: Calls, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    app = dialog(aws, tmp_path / "file" / "before")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        await pilot.click("#mend-do")
        await opened(pilot)
        assert "Nothing was changed" in text_of(app, "#problem Static")
        await pilot.press("escape")
        await settle(pilot)
    assert (app.results, calls.made) == ([False], [])


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_outside_text_is_shown_as_it_is(aws: Aws, calls: Calls, tmp_path: Path, hostile: str) -> None:
    after = {"Version": hostile, hostile: hostile, "Statement": [{**OURS, "Sid": hostile, "Resource": [hostile]}]}
    mend = replace(
        MEND, target=f"arn:aws:iam::1:role/{hostile}", policy_name=hostile, before={hostile: 1}, after=after,
        summary=hostile, notes=(hostile,),
    )  # fmt: skip
    calls.outcomes = [Problem(hostile, hostile, hostile, statement={"Action": hostile})]
    app = dialog(aws, tmp_path, mend)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        assert "\x1b" not in text_of(app)
        for _ in range(2):
            await pilot.click("#mend-do")
            await opened(pilot)
            assert "\x1b" not in text_of(app)
        assert "✓ Changed" in text_of(app, "#mend-status")
        await pilot.click("#mend-copy")
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [True]


async def test_a_long_diff_is_scrolled_by_keys_while_the_buttons_stay(aws: Aws, calls: Calls, tmp_path: Path) -> None:
    many = [{**OURS, "Sid": f"S{place}", "Resource": "x" * 200} for place in range(30)]
    app = dialog(aws, tmp_path, replace(MEND, after={**BEFORE, "Statement": many}, notes=("long " * 60,)))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        scroll = app.screen.query_one("#mend-scroll")
        assert all(whole(button) for button in app.screen.query(Button) if button.display)
        await pilot.press("pagedown", "down")
        await opened(pilot)
        assert scroll.scroll_y == 9
        assert app.focused is app.screen.query_one("#mend-close")
        await pilot.press("pageup", "up")
        await opened(pilot)
        assert scroll.scroll_y == 0
        await pilot.press("escape")
        await settle(pilot)
    assert app.results == [False]


async def test_against_aws_one_who_may_only_read_learns_what_to_ask_for(
    aws: Aws, readonly_aws: Aws, tmp_path: Path
) -> None:
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:x"}]}
    iam = aws.client("iam")
    iam.create_role(RoleName="PantherLogProcessingRole-mend", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(
        RoleName="PantherLogProcessingRole-mend", PolicyName="ReadData", PolicyDocument=json.dumps(BEFORE)
    )
    for gateway, told in ((readonly_aws, "iam:PutRolePolicy"), (aws, "✓ Changed")):
        app = dialog(gateway, tmp_path)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await opened(pilot)
            await pilot.click("#mend-do")
            await opened(pilot)
            assert told in text_of(app)
    put = iam.get_role_policy(RoleName="PantherLogProcessingRole-mend", PolicyName="ReadData")["PolicyDocument"]
    assert put == MEND.after
