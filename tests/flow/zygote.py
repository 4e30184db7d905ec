"""Runs wizards as processes of their own, each forked from one that has imported everything already.

`python -m tests.flow.zygote` takes a case a line on standard input, as JSON; for each it tells the process's
number, and how that ended. A robot drives the wizard, the run is taken back, or the program is called with arguments;
what is told and what goes wrong stands on standard error.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import pkgutil
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when Textual is first imported

import botocore.loaders
import botocore.retries.standard
from textual._compositor import Compositor

import panther_s3
import screens
import tui
from panther_s3 import stack_work
from panther_s3.answers import Answers
from panther_s3.aws import confirming, stack_undo
from screens.parts import stack_phases
from screens.parts.check_calls import CheckCalls
from tests.flow.robot import Errand, Robot
from tui.app import WizardApp
from tui.cli import _run, mind_signals
from tui.options import AwsOptions
from tui.start import _unfinished
from tui.undoing import run_undo

LONGEST_SECONDS = 90
SIZE = (40, 8)


async def drive(case: dict[str, Any]) -> int:
    """Run one wizard to its end, with what was not finished before offered, as the program's start does."""
    folder = Path(case["folder"])
    app = WizardApp(
        Answers(), endpoint_url=case["endpoint_url"], state_dir=folder, unfinished=_unfinished(folder, None)
    )
    robot = Robot(app, Errand(**case["errand"]))
    async with app.run_test(size=SIZE):
        await robot.to_the_end()
    sys.stderr.write("\n".join(robot.problems))
    return app.return_code or 0


def undo(case: dict[str, Any]) -> int:
    """Take the latest run back."""
    return run_undo(Path(case["folder"]), None, AwsOptions(endpoint_url=case["endpoint_url"]), yes=True)


def call(case: dict[str, Any]) -> int:
    """Call the program with the case's arguments, as its process does."""
    sys.argv = ["panther-s3-wizard", *case["arguments"]]
    mind_signals()
    return _run()


def hasten() -> None:
    """Leave out what takes time and changes nothing: waiting, the collection of garbage, drawing, and the checks."""
    stack_phases.READING_SECONDS = 0
    stack_work.POLL_SECONDS = stack_undo.POLL_SECONDS = confirming.PAUSE_SECONDS = 0.05
    gc.set_threshold(1_000_000)
    CheckCalls.judge = lambda *_, **__: None
    Compositor.render_update = lambda self, **_: self._dirty_regions.clear()
    botocore.retries.standard.ExponentialBackoff.delay_amount = lambda *_: 0.01


def warm() -> None:
    """Load what a wizard needs, so that no child has to."""
    import boto3

    for package in (panther_s3, screens, tui):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(("__main__", ".guard")):
                importlib.import_module(module.name)
    loader = botocore.loaders.create_loader()
    botocore.loaders.create_loader = lambda *_: loader  # what it has read stays known to every session
    known = boto3.Session("nobody", "nothing", region_name="us-west-2")
    for service in ("cloudformation", "iam", "kms", "s3", "sns", "sts"):
        known.client(service, endpoint_url="http://127.0.0.1:9")


def main() -> None:
    hasten()
    warm()
    for line in sys.stdin:
        case = json.loads(line)
        child = os.fork()
        if not child:
            run(case)
        tell(pid=child)
        _, status = os.waitpid(child, 0)
        tell(ended=os.waitstatus_to_exitcode(status))


def tell(**words: int) -> None:
    """Say something to whoever runs this."""
    sys.stdout.write(f"{json.dumps(words)}\n")
    sys.stdout.flush()


def run(case: dict[str, Any]) -> None:
    """Be the wizard of `case`, and never return."""
    signal.alarm(LONGEST_SECONDS)
    sys.stdout = sys.stderr
    os.environ.update(case["environment"])
    code = 1
    try:
        code = call(case) if "arguments" in case else undo(case) if case["undo"] else asyncio.run(drive(case))
    except BaseException:  # noqa: BLE001 - told, and the process ends
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
