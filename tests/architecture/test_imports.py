"""What must not be loaded, and when."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("boto3", "botocore", "httpx", "keyring", "questionary", "yaml")


@pytest.mark.parametrize(
    "module",
    [
        "tui.app",
        "tui.cli",
        "screens.welcome",
        "screens.create_stack",
        "panther_s3.aws.stacks",
        "panther_s3.source_file.schema",
    ],
)
def test_start_path_loads_nothing_heavy(module: str) -> None:
    program = f"import sys, {module}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def test_the_first_frame_loads_nothing_of_runs_and_changes() -> None:
    program = "import sys, tui.app, screens.welcome; print('panther_s3.journal' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == ["False"]


def test_the_list_of_heavy_modules_would_be_noticed() -> None:
    program = f"import sys, boto3; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {"boto3", "botocore"} <= set(loaded.stdout.split())


@pytest.mark.parametrize("module", ["tui.plain.run", "tui.plain.menus", "tui.plain.steps.welcome", "tui.unattended"])
def test_the_other_faces_do_without_the_full_screen(module: str) -> None:
    program = f"import sys, {module}; print(*[name for name in ('textual', 'screens') if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


ACCESS = Path(__file__).resolve().parents[2] / "panther_s3" / "access"


@pytest.mark.parametrize("module", sorted(path.name for path in ACCESS.glob("*.py")))
def test_the_evaluator_needs_the_standard_library_alone(module: str) -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse((ACCESS / module).read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module or "")
    others = {
        name
        for name in imported
        if name.partition(".")[0] not in sys.stdlib_module_names
        and name != "panther_s3.arns"
        and not name.startswith("panther_s3.access")
    }
    assert others == set()
