from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from panther_s3 import stack_work
from panther_s3.aws import confirming, stack_undo
from tests.flow.accounts import Scene
from tui import cli as program


class Applied(NamedTuple):
    """How a run ended."""

    code: int
    document: dict[str, Any]
    stdout: str
    stderr: str

    @property
    def source(self) -> dict[str, Any]:
        """The first source's part of the result."""
        found: dict[str, Any] = self.document["sources"][0]
        return found

    @property
    def changed(self) -> list[str]:
        """The kinds of what was changed for the first source."""
        return [change["kind"] for change in self.source["changes"]]


Apply = Callable[..., Applied]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait no longer for a stack, or for what was put to show, than the emulator takes."""
    for module in (stack_work, stack_undo):
        monkeypatch.setattr(module, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(confirming, "PAUSE_SECONDS", 0.05)


@pytest.fixture
def apply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Apply:
    """Apply a file as the program does, by the rights of a scene's root, with the state directory `state`."""
    monkeypatch.chdir(tmp_path)

    def apply(scene: Scene, text: str, *words: str, form: str = "json", endpoint_url: str = "") -> Applied:
        path = tmp_path / "sources.yml"
        path.write_text(text, encoding="utf-8")
        for name, value in scene.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_REGION", "us-west-2")
        state = ("--state-dir", str(tmp_path / "state"), "--endpoint-url", endpoint_url or scene.account.endpoint_url)
        monkeypatch.setattr(
            sys, "argv", ["panther-s3-wizard", "--answers", str(path), "--format", form, *state, *words]
        )
        capsys.readouterr()
        code = program._run()
        stdout, stderr = capsys.readouterr()
        return Applied(code, json.loads(stdout) if form == "json" and stdout else {}, stdout, stderr)

    return apply
