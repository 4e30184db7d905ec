"""Rules of the house that a linter does not know."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import TypeGuard

import pytest
from botocore import xform_name
from botocore.session import get_session

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
GATEWAYS = sorted((ROOT / "panther_s3" / "aws").glob("*.py"))
WRITING_VERBS = re.compile(
    r"^_?(create|execute|discard|delete|apply|put|update|attach|detach|tag|untag|set|subscribe|unsubscribe|publish|add"
    r"|remove|schedule)_"
)
READS = re.compile(r"^(AssumeRole|Check|Decode|Describe|Detect|Estimate|Get|Head|List|Lookup|Select|Simulate|Validate)")
"""How the names of operations begin that change nothing; every other one counts as a write."""
SERVICES = ("cloudformation", "iam", "kms", "s3", "sns", "sts")
WRITES = frozenset(
    xform_name(operation)
    for service in SERVICES
    for operation in get_session().get_service_model(service).operation_names
    if not READS.match(operation)
)
"""Every operation of AWS that changes something, under the name of its method."""


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


@pytest.mark.parametrize("path", GATEWAYS, ids=lambda path: path.name)
def test_a_method_that_writes_to_aws_says_so_in_its_name(path: Path) -> None:
    """Every botocore call that changes something stands in a function whose name begins with a writing verb."""
    assert _unsaid_writes(path.read_text()) == []


def test_the_gateways_do_write() -> None:
    """The rule above has something to look at."""
    named = {node.attr for path in GATEWAYS for node in ast.walk(ast.parse(path.read_text())) if _is_write(node)}
    assert {"create_change_set", "execute_change_set", "delete_change_set", "delete_stack"} <= named


@pytest.mark.parametrize(
    "write",
    [
        "self._client(region).create_change_set(StackName=name)",
        "self._aws.client('s3').put_bucket_notification_configuration(Bucket=name)",
        "client.delete_stack(StackName=name)",
        "pool.submit(iam.put_role_policy, RoleName=name)",
        "self._client(region).cancel_update_stack(StackName=name)",
        "self._delete_leftovers(name)",
    ],
)
def test_a_write_under_a_reading_name_would_be_noticed(write: str) -> None:
    flagged = ["find: " + _written(ast.parse(write, mode="eval"))]
    assert _unsaid_writes(f"class Stacks:\n    def find(self, name, region):\n        {write}") == flagged
    assert _unsaid_writes(f"def find(name):\n    def _later():\n        {write}") == [
        flagged[0].replace("find", "_later")
    ]
    assert _unsaid_writes(f"class Stacks:\n    def delete_stack(self, name, region):\n        {write}") == []
    assert _unsaid_writes(f"def create_topic(name):\n    def _later():\n        {write}") == []


@pytest.mark.parametrize(
    "read",
    [
        "self._client(region).describe_stacks(StackName=name)",
        "self._client(region).get_paginator('list_role_policies')",
        "session.set_config_variable('region', region)",
        "self._writing(name)",
    ],
)
def test_a_read_may_have_any_name(read: str) -> None:
    assert _unsaid_writes(f"class Stacks:\n    def find(self, name, region):\n        {read}") == []


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parent.name not in {"aws", "demo"}], ids=lambda path: path.name
)
def test_only_a_gateway_takes_a_client_of_aws(path: Path) -> None:
    """So that no write escapes the rule of names."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    assert [call.lineno for call in calls if _name(call) == "client"] == []


def test_no_stylesheet_names_a_colour() -> None:
    for sheet in (ROOT / "assets" / "styles").glob("*.tcss"):
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        assert not re.search(r":\s[^;{]*#[0-9a-fA-F]{3,8}\b", rules), sheet.name


def _unsaid_writes(source: str) -> list[str]:
    """Return each write of `source` that stands in no function with a writing name: "function: operation"."""

    def visit(node: ast.AST, function: str) -> list[str]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if WRITING_VERBS.match(node.name):
                return []
            function = node.name
        found = [f"{function}: {node.attr}"] if _is_write(node) else []
        return found + [unsaid for child in ast.iter_child_nodes(node) for unsaid in visit(child, function)]

    return visit(ast.parse(source), "module")


def _is_write(node: ast.AST) -> TypeGuard[ast.Attribute]:
    """Tell whether `node` names a writing operation, of whatever receiver, or a writing method of its own class."""
    if not isinstance(node, ast.Attribute):
        return False
    own = isinstance(node.value, ast.Name) and node.value.id == "self"
    return node.attr in WRITES or (own and bool(WRITING_VERBS.match(node.attr)))


def _written(tree: ast.AST) -> str:
    return next(node.attr for node in ast.walk(tree) if _is_write(node))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
