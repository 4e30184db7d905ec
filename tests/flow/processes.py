"""Wizards that run as processes of their own, driven by a robot, each forked from one that is warm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from panther_s3.demo.server import OPERATORS_OWN
from tests.flow.accounts import Scene, errand_in

ROOT = Path(__file__).resolve().parents[2]


class Zygote:
    """The process that all wizards are forked from."""

    def __init__(self, log: Path) -> None:
        self.log, self._told = log, 0
        kept = {name: value for name, value in os.environ.items() if not name.startswith((*OPERATORS_OWN, "PANTHER_"))}
        nowhere = str(log.parent / "nowhere")
        kept |= {
            "AWS_CONFIG_FILE": nowhere,
            "AWS_SHARED_CREDENTIALS_FILE": nowhere,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        with log.open("wb") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.flow.zygote"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told, cwd=ROOT, env=kept,
            )  # fmt: skip

    def start(self, scene: Scene, folder: Path, endpoint_url: str, *, undo: bool = False) -> int:
        """Start a wizard in `scene`, or the taking back of what one did, and return its process's number."""
        case = {
            "undo": undo,
            "folder": str(folder),
            "endpoint_url": endpoint_url,
            "environment": scene.environment(),
            "errand": asdict(errand_in(scene)),
        }
        return self._start(case)

    def call(self, environment: dict[str, str], *arguments: str) -> int:
        """Start the program with `arguments`, and return its process's number."""
        return self._start({"arguments": arguments, "environment": environment})

    def _start(self, case: dict[str, Any]) -> int:
        self._told = self.log.stat().st_size
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(case).encode() + b"\n")
        self._process.stdin.flush()
        return int(self._answer()["pid"])

    def ended(self) -> int:
        """Wait for the wizard's end, and return how it ended."""
        return int(self._answer()["ended"])

    def told(self) -> str:
        """Return the problems that the last wizard showed, and what went wrong with it."""
        with self.log.open(encoding="utf-8", errors="replace") as log:
            log.seek(self._told)
            return log.read()

    def stop(self) -> None:
        """Let the process end."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self.log.read_text()
        answer: dict[str, Any] = json.loads(line)
        return answer
