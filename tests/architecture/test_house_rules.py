"""Rules of the house that a linter does not know."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("panther_s3", "screens", "tui", "assets")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
SCREENS = [path for path in (ROOT / "screens").glob("*.py") if path.name not in {"__init__.py", "step.py"}]
MARKUP_SINKS = {
    "Static",
    "Label",
    "Button",
    "Radio",
    "Check",
    "Collapsible",
    "TabPane",
    "Option",
    "update",
    "from_markup",
}
WRITES = re.compile(
    r"^(create|execute|delete|put|update|attach|detach|tag|untag|set|subscribe|unsubscribe|publish|add|remove|schedule)_"
)


def test_layers_hold() -> None:
    ended = subprocess.run([Path(sys.executable).parent / "lint-imports"], capture_output=True, text=True, cwd=ROOT)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 350


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_f_string_reaches_a_markup_parameter(path: Path) -> None:
    offenders = [
        f"{path.name}:{call.lineno}"
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and _name(call) in MARKUP_SINKS
        and any(isinstance(argument, ast.JoinedStr) for argument in call.args)
    ]
    assert offenders == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_toast_is_literal(path: Path) -> None:
    toasts = [
        call for call in ast.walk(ast.parse(path.read_text())) if isinstance(call, ast.Call) and _name(call) == "notify"
    ]
    for call in toasts:
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        assert isinstance(keywords.get("markup"), ast.Constant), f"{path.name}:{call.lineno}"
        assert keywords["markup"].value is False  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.name)
def test_a_screen_knows_no_other_screen(path: Path) -> None:
    others = {f"screens.{other.stem}" for other in SCREENS if other != path}
    imported = {node.module for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)}
    assert not imported & others


@pytest.mark.parametrize("path", sorted((ROOT / "panther_s3" / "aws").glob("*.py")), ids=lambda path: path.name)
def test_a_method_that_writes_to_aws_says_so_in_its_name(path: Path) -> None:
    """Every botocore call that changes something stands in a function whose name begins with a writing verb."""
    for function in ast.walk(ast.parse(path.read_text())):
        if not isinstance(function, ast.FunctionDef) or WRITES.match(function.name.lstrip("_")):
            continue
        written = [
            call.func.attr
            for call in ast.walk(function)
            if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and WRITES.match(call.func.attr)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id in {"client", "iam", "s3", "kms", "sns", "cloudformation", "stacks"}
        ]
        assert written == [], f"{path.name}: {function.name}"


def test_no_stylesheet_names_a_colour() -> None:
    for sheet in (ROOT / "assets" / "styles").glob("*.tcss"):
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        assert not re.search(r":\s[^;{]*#[0-9a-fA-F]{3,8}\b", rules), sheet.name


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
