"""What comes before the first frame: the source file, the embedded AWS, the answers known beforehand."""

from __future__ import annotations

import gc
import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from panther_s3.answers import Answers
from tui.exit_codes import INTERRUPTED
from tui.options import AwsOptions

if TYPE_CHECKING:
    from tui.app import WizardApp


def run_wizard(file: Path | None, options: AwsOptions, *, demo: bool) -> int:
    """Open the wizard and return its exit code.

    Raises:
        Problem: the source file cannot be used, or the embedded AWS does not start.
    """
    choices = _choices(file, options)
    if options.profile and not demo:
        _check_profile(options.profile)
    with ExitStack() as stack:
        if demo:
            choices, options = _start_demo(stack, choices, options)
        app = load_app()(*choices, endpoint_url=options.endpoint_url, demo=demo)
        code = app.run()
        if code is None:  # nobody asked it to end: it broke, or was interrupted before its first frame
            code = INTERRUPTED if app.return_code is None else app.return_code
        return code


def load_app() -> type[WizardApp]:
    """Return the app's class, with the garbage collector paused until the first frame is up.

    Nothing that the start makes is garbage, and looking for some takes a fifth of the time to that frame.
    """
    gc.disable()
    from tui.app import WizardApp

    return WizardApp


def _choices(file: Path | None, options: AwsOptions) -> list[Answers]:
    """Return what flags, environment and `file` say: one set of answers for each source of the file."""
    answers = Answers(profile=options.profile, region=options.environment_region())
    if file is None:
        return [answers]
    from panther_s3.source_file import load_source_file
    from tui.prefill import prefilled

    loaded = load_source_file(file)
    return [prefilled(answers, loaded, place) for place in range(len(loaded.sources))]


def _check_profile(profile: str) -> None:
    """Refuse a profile that no file of AWS names, before the first frame; AWS_PROFILE is judged on the screen."""
    from panther_s3.aws.profiles import list_profiles, unknown_profile

    profiles = list_profiles()
    if profile not in profiles:
        raise unknown_profile(profile, profiles)


def _start_demo(stack: ExitStack, choices: list[Answers], options: AwsOptions) -> tuple[list[Answers], AwsOptions]:
    """Start the embedded AWS, make it all that boto3 sees, and take it down with `stack`."""
    from panther_s3.demo import cast, start_demo
    from panther_s3.panther import PantherDeployment

    click.echo("Starting the embedded AWS…", err=True)
    aws = stack.enter_context(start_demo())
    aws.apply(os.environ)
    panther = PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION)
    answers = [
        replace(each, region="", panther=each.panther if each.panther.account_id else panther) for each in choices
    ]
    return answers, replace(options, endpoint_url=aws.endpoint_url)
