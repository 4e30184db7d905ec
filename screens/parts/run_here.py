"""Stepping aside for a command that needs the terminal to itself, such as `aws sso login`."""

from __future__ import annotations

import shlex
import subprocess

from textual.app import App, SuspendNotSupported


def run_here(app: App[object], command: tuple[str, ...]) -> str:
    """Suspend `app`, run `command` on the bare terminal, and return what went wrong; "" if it ended well."""
    words = shlex.join(command)
    try:
        with app.suspend():
            ended = subprocess.run(command, check=False)  # noqa: S603 - our own words, and the operator pressed the button
    except SuspendNotSupported:
        return f"This terminal cannot be lent to another program: run {words} in a second one, then Retry."
    except FileNotFoundError:
        return f"{command[0]} is not installed here: run {words} where it is, then Retry."
    except OSError as error:
        return f"{words} could not be started: {error}."
    return "" if ended.returncode == 0 else f"{words} ended with exit code {ended.returncode}."
