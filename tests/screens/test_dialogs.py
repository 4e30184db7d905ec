from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button, Input, OptionList, Static

from panther_s3.problems import Problem
from screens.parts.dialogs import ConfirmDialog, PickDialog, QuitDialog, UnexpectedDialog
from screens.parts.mfa_dialog import MfaDialog
from screens.parts.problem_panel import ProblemPanel
from screens.parts.save_dialog import SaveDialog
from tests.host import HOSTILE, HostApp, settle, text_of


async def save(path: Path, text: str, *, after: tuple[str, ...] = ()) -> tuple[list[Any], str]:
    app = HostApp(SaveDialog(str(path), text))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        for key in after:
            await pilot.press(key)
            await settle(pilot)
        told = text_of(app, "#save-fault") if isinstance(app.screen, SaveDialog) else ""
    return app.results, told


async def test_a_new_file_is_written(tmp_path: Path) -> None:
    results, _ = await save(tmp_path / "role.json", "{}\n")
    assert results == [tmp_path / "role.json"]
    assert (tmp_path / "role.json").read_text() == "{}\n"


async def test_an_existing_file_is_not_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "role.json"
    path.write_text("mine")
    results, _ = await save(path, "{}\n")
    assert results == []
    assert path.read_text() == "mine"


async def test_an_existing_file_is_overwritten_after_a_second_yes(tmp_path: Path) -> None:
    path = tmp_path / "role.json"
    path.write_text("mine")
    results, _ = await save(path, "{}\n", after=("tab", "enter"))
    assert results == [path]
    assert path.read_text() == "{}\n"


async def test_a_missing_folder_is_told_under_the_field(tmp_path: Path) -> None:
    results, told = await save(tmp_path / "no" / "role.json", "{}\n")
    assert results == []
    assert "✗" in told
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("name", ["", ".", "~no-such-user-here/role.json", "role.json/below"])
async def test_a_path_that_cannot_be_written_is_told_and_the_dialog_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "role.json").write_text("mine")
    app = HostApp(SaveDialog(name, "{}\n"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, SaveDialog)
        assert "✗" in text_of(app, "#save-fault")
        assert app.focused is app.screen.query_one("#save-path")
    assert [path.name for path in tmp_path.iterdir()] == ["role.json"]
    assert (tmp_path / "role.json").read_text() == "mine"


@pytest.mark.parametrize(("code", "expected"), [("123 456", ["123456"]), ("12345", []), ("12345a", []), ("", [])])
async def test_an_mfa_code_has_six_digits(code: str, expected: list[str]) -> None:
    app = HostApp(MfaDialog("arn:aws:iam::111122223333:mfa/alice"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one("#mfa-code", Input).value = code
        await pilot.press("enter")
        await settle(pilot)
    assert app.results == expected


async def test_the_safe_answer_has_the_focus() -> None:
    app = HostApp(QuitDialog("Something is under way."))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(app.focused, Button)
        assert str(app.focused.label) == "Stay"
        await pilot.press("enter")
        await settle(pilot)
    assert app.results == [False]


async def test_yes_takes_a_step_to_the_side() -> None:
    app = HostApp(ConfirmDialog("Sure?", "It is gone then.", do="Do it"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("right", "enter")
        await settle(pilot)
    assert app.results == [True]


async def test_one_of_several_is_picked_by_its_place() -> None:
    app = HostApp(PickDialog("Which source?", ["one", "[b]two", "three"]))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one(OptionList).focus()
        await pilot.press("down", "enter")
        await settle(pilot)
    assert app.results == [1]


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_an_unexpected_error_is_shown_as_it_is_without_a_traceback(hostile: str) -> None:
    app = HostApp(UnexpectedDialog(ValueError(hostile)))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        shown = text_of(app)
        assert "ValueError" in shown
        assert "Traceback" not in shown
        assert "\x1b" not in shown


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_problem_is_shown_as_it_is_with_its_ways_out(hostile: str) -> None:
    class WithPanel(QuitDialog):
        def compose(self) -> Any:
            yield ProblemPanel()

    problem = Problem(hostile, hostile, hostile, command=("aws", "sso", "login", "--profile", hostile))
    problem.statement = {"Effect": "Allow", "Action": hostile, "Resource": "*"}
    app = HostApp(WithPanel(""))
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        panel = app.screen.query_one(ProblemPanel)
        panel.show(problem)
        await settle(pilot)
        assert "\x1b" not in "".join(str(widget.render()) for widget in panel.query(Static))
        assert [str(button.label) for button in panel.query(Button)] == ["Retry", "Run it here", "Copy the statement"]
        panel.query_one(".problem-copy", Button).press()
        await settle(pilot)
        panel.show(None)
        await settle(pilot)
        assert not panel.display
    assert '"Effect": "Allow"' in app.copied[0]
