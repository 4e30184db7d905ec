"""Runs the embedded AWS as long as its owner lives: `python guard.py DIRECTORY COMMAND...`.

The owner holds the other end of the guard's standard input. When the owner is gone, however it went,
that pipe ends, and the guard ends the server and removes its directory. The guard closes its standard
output when the server has ended by itself. Standard library only: it runs apart from the package.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

GRACE_SECONDS = 2
POLL_SECONDS = 0.2


def guard(directory: Path, command: list[str]) -> None:
    """Run `command` until standard input ends or SIGTERM comes; then end it and remove `directory`."""
    asked_to_stop: list[int] = []
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: asked_to_stop.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with (directory / "server.log").open("ab") as log:
        server = subprocess.Popen(  # noqa: S603 - the command is the owner's own
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        while server.poll() is None and not asked_to_stop and not _owner_is_gone():
            pass
        os.close(sys.stdout.fileno())
        while not asked_to_stop and not _owner_is_gone():
            pass
    finally:
        _end(server)
        shutil.rmtree(directory, ignore_errors=True)


def _owner_is_gone() -> bool:
    """Wait a moment for the owner's pipe to end."""
    readable, _, _ = select.select([sys.stdin], [], [], POLL_SECONDS)
    return bool(readable) and not os.read(sys.stdin.fileno(), 1)


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server and all that it started: asked first, killed after the grace."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, number)
            server.wait(GRACE_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


if __name__ == "__main__":
    guard(Path(sys.argv[1]), sys.argv[2:])
