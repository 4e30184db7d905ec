"""`undo`: shows what taking a run back means, asks, does it, and writes it down."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from panther_s3.answers import Answers
from panther_s3.aws.session import Aws, default_region, preselected_profile
from panther_s3.journal import Journal, find_run, latest_to_undo, open_run
from panther_s3.journal.answers import from_json
from panther_s3.panther_api.access import PantherAccess
from panther_s3.problems import Problem
from panther_s3.text import visible
from panther_s3.undo import Prospect, Standing, Undo
from tui.exit_codes import BAD_USAGE, DONE, FAILED, LEFT_TO_DO
from tui.options import AwsOptions

MARKS = {
    Standing.READY: ("-", "yellow"),
    Standing.GONE: (" ", "dim"),
    Standing.CHANGED: ("!", "red"),
    Standing.BUSY: ("!", "red"),
    Standing.BLOCKED: ("!", "red"),
}


def run_undo(folder: Path, run: str | None, options: AwsOptions, *, yes: bool) -> int:
    """Take `run` back, or the latest run that is not, and return the exit code.

    Args:
        folder: the state directory.
        run: the run's name or its beginning; None for the latest.
        options: the AWS options; the profile is the run's own where none is given.
        yes: do not ask.

    Raises:
        Problem: the run cannot be opened, or AWS cannot be looked at.
    """
    name = latest_to_undo(folder) if run is None else find_run(folder, run)
    if name is None:
        click.echo("Nothing to take back.")
        return DONE
    with closing(open_run(folder, name)) as journal:
        undo = Undo(_connect(journal, options), journal, PantherAccess(lambda: journal).api)
        prospects = undo.look()
        if not prospects:
            click.echo(visible(f"The run {name} has nothing left to take back."))
            return DONE
        show_prospects(Console(file=sys.stdout, highlight=False, markup=False, soft_wrap=True), journal, prospects)
        if any(prospect.ready for prospect in prospects) and not yes:
            if not sys.stdin.isatty():
                click.echo(
                    "Nobody to ask: nothing was changed. Add --yes to take it back without a question.", err=True
                )
                return BAD_USAGE
            if not click.confirm("Take this back?", err=True):
                click.echo("Nothing was changed.", err=True)
                return LEFT_TO_DO
        return take_back(undo, prospects)


def take_back(undo: Undo, prospects: Iterable[Prospect]) -> int:
    """Take back what can be, one after the other, and return the exit code; a failure holds up no other."""
    code = DONE
    for prospect, problem in undo.take_back_all(prospects, lambda words: click.echo(visible(f"  {words}…"), err=True)):
        if problem is not None:
            click.echo(visible(f"Failed: {prospect.title}\n{problem}"), err=True)
            code = FAILED
        elif not prospect.clears:
            code = code or LEFT_TO_DO
        elif prospect.ready:
            click.echo(visible(f"Done: {prospect.title}"))
    if code == FAILED:
        click.echo("What failed can be taken back again by the same command.", err=True)
    return code


def show_prospects(console: Console, journal: Journal, prospects: Iterable[Prospect]) -> None:
    """Print what taking back means, each thing with how it stands."""
    record = journal.record
    console.print(Text(visible(f"Run {record.run}: {record.words}"), style="bold"))
    for prospect in prospects:
        mark, style = MARKS[prospect.standing]
        console.print(Text.assemble((f"{mark} ", style), visible(prospect.title)))
        if prospect.standing is not Standing.READY:
            stands = prospect.standing.value[0].upper() + prospect.standing.value[1:]
            console.print(Text(visible(f"    {stands}. {prospect.why}".rstrip()), style=style))
        elif prospect.means:
            console.print(visible(f"    {prospect.means}"))
        for line in prospect.difference:
            console.print(visible(f"    {line}"))


def _connect(journal: Journal, options: AwsOptions) -> Aws:
    """The gateway of the profile that is given, else of the run's own."""
    try:
        answers = from_json(journal.record.answers or {})
    except Problem:  # by another version: its changes can be taken back all the same
        answers = Answers()
    profile = options.profile or answers.profile or preselected_profile(())
    region = options.environment_region() or answers.region or default_region(profile)
    return Aws(profile, region, endpoint_url=options.endpoint_url, journal=journal)
