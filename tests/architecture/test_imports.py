"""What must not be loaded, and when."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("boto3", "botocore", "httpx", "keyring", "questionary", "yaml")


@pytest.mark.parametrize(
    "module", ["tui.app", "tui.cli", "screens.welcome", "screens.create_stack", "panther_s3.aws.stacks"]
)
def test_start_path_loads_nothing_heavy(module: str) -> None:
    program = f"import sys, {module}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def test_the_list_of_heavy_modules_would_be_noticed() -> None:
    program = f"import sys, boto3; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {"boto3", "botocore"} <= set(loaded.stdout.split())
