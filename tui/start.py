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
from panther_s3.state import RUNS, default_state_dir
from tui.exit_codes import INTERRUPTED
from tui.options import AwsOptions

DEMO = "demo"
"""The folder of the demo's runs in a state directory that is named: its AWS is no other run's."""

if TYPE_CHECKING:
    from panther_s3.journal.records import Record
    from panther_s3.source_file import SourceFile
    from tui.app import WizardApp


def run_wizard(
    file: Path | None,
    options: AwsOptions,
    *,
    demo: bool,
    state_dir: Path | None = None,
    plain: bool = False,
    why_plain: str = "",
) -> int:
    """Open the wizard and return its exit code.

    Args:
        file: a source file to begin with.
        options: the AWS options.
        demo: work on the embedded AWS, and keep what the run did no longer than that.
        state_dir: where runs are recorded, those of the demo apart; by default the operator's state directory.
        plain: ask with plain prompts, one after the other, in place of the full screen.
        why_plain: why, where nobody asked for that.

    Raises:
        Problem: the source file cannot be used, or the embedded AWS does not start.
    """
    choices = _choices(file, options)
    if options.profile and not demo:
        _check_profile(options.profile)
    with ExitStack() as stack:
        if demo:
            choices, options, folder = _start_demo(stack, choices, options)
            folder = state_dir / DEMO if state_dir else folder
        else:
            folder = state_dir or default_state_dir()
        unfinished = _unfinished(folder, None if file is None else choices)
        if plain:
            from tui.plain.run import run_plain

            return run_plain(
                *choices,
                endpoint_url=options.endpoint_url,
                demo=demo,
                state_dir=folder,
                unfinished=unfinished,
                why=why_plain,
            )
        app = load_app()(
            *choices, endpoint_url=options.endpoint_url, demo=demo, state_dir=folder, unfinished=unfinished
        )
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


def _unfinished(folder: Path, wanted: list[Answers] | None) -> tuple[Record, ...]:
    """Return the unfinished runs to offer: of the sources that a file names, where one was given."""
    if not os.path.isdir(folder / RUNS):  # noqa: PTH112 - Path's own may raise
        return ()
    from panther_s3.journal.runs import unfinished_runs

    found = [record for record in unfinished_runs(folder) if record.worth_resuming]
    if wanted is not None:
        named = {(each.source.name, each.source.bucket_name) for each in wanted}
        found = [record for record in found if record.about in named]
    return tuple(found)


def start_demo_for(
    stack: ExitStack, found: SourceFile, options: AwsOptions, state_dir: Path | None
) -> tuple[SourceFile, AwsOptions, Path]:
    """Start the embedded AWS and Panther for an unattended run, and return what it works with then."""
    choices, options, folder = _start_demo(stack, [Answers(panther=found.panther)], options)
    found = replace(found, api_url=choices[0].api_url)
    return found, options, state_dir / DEMO if state_dir else folder


def _start_demo(
    stack: ExitStack, choices: list[Answers], options: AwsOptions
) -> tuple[list[Answers], AwsOptions, Path]:
    """Start the embedded AWS and Panther, make them all that is seen, and take them down with `stack`."""
    from panther_s3.demo import cast, start_demo
    from panther_s3.demo.panther import DemoPanther
    from panther_s3.panther import PantherDeployment
    from panther_s3.tokens import TOKEN_VARIABLE, URL_VARIABLE

    click.echo("Starting the embedded AWS…", err=True)
    aws = stack.enter_context(start_demo())
    aws.apply(os.environ)
    # after it, so that it ends before its AWS does
    api = stack.enter_context(DemoPanther(aws.endpoint_url, writes_logs=True))
    os.environ |= {URL_VARIABLE: api.url, TOKEN_VARIABLE: api.token}
    panther = PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION)
    answers = [
        replace(each, region="", api_url=api.url, panther=each.panther if each.panther.account_id else panther)
        for each in choices
    ]
    return answers, replace(options, endpoint_url=aws.endpoint_url), aws.directory / "wizard"
