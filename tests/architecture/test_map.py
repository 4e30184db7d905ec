"""ARCHITECTURE.md is a map: what lies there is on it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAP = (ROOT / "ARCHITECTURE.md").read_text()
DOMAIN = sorted(
    path.name if path.is_file() else f"{path.name}/"
    for path in (ROOT / "panther_s3").iterdir()
    if path.suffix == ".py" or (path / "__init__.py").is_file()
)
DEPENDENCIES = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]


@pytest.mark.parametrize("name", [name for name in DOMAIN if name != "__init__.py"])
def test_every_module_of_the_domain_is_on_the_map(name: str) -> None:
    assert re.search(rf"(?<![\w/]){re.escape(name)}", MAP)


@pytest.mark.parametrize("requirement", DEPENDENCIES)
def test_every_dependency_has_its_reason(requirement: str) -> None:
    name = re.split(r"[><=~]", requirement)[0]
    assert re.search(rf"^\|[^|]*{re.escape(name)}[^|]*\|", MAP, re.MULTILINE)
