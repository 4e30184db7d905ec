"""`status FILE`: whether events arrive, once for programs and pipes, or watched on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from panther_s3.answers import Answers
from panther_s3.arrival import look_for_events
from panther_s3.aws.identity import read_identity
from panther_s3.aws.session import Aws, default_region, preselected_profile
from panther_s3.first_events import Seen, as_document, signs, summary
from panther_s3.panther_api.access import PantherAccess
from panther_s3.problems import Problem
from panther_s3.source_file import load_source_file
from panther_s3.text import visible
from panther_s3.tokens import URL_VARIABLE, environment_api
from tui.checking import sources_named
from tui.exit_codes import FAILED
from tui.options import AwsOptions
from tui.status_exit import exit_code_of

STYLES = {"ok": "green", "warn": "yellow", "fail": "red"}


def run_status(file: Path, name: str | None, options: AwsOptions, form: str) -> int:
    """Tell whether the events of the file's sources arrive, or of the one that is named, and return the exit code.

    Raises:
        Problem: the file cannot be used, or Panther cannot be asked.
        UsageError: the file has no source of that name, or no address of Panther is known.
    """
    loaded = load_source_file(file)
    sources = sources_named(loaded, file, name)
    url = environment_api()[0] or loaded.api_url
    if not url:
        raise click.UsageError(f"No address of Panther is known: set {URL_VARIABLE}, or give {file} an api_url.")
    access = PantherAccess()
    api = access.api(url)
    profile = options.profile or preselected_profile(())
    region = options.environment_region() or default_region(profile)
    aws = Aws(profile, region, endpoint_url=options.endpoint_url)
    known = Answers(profile=profile, region=region, panther=loaded.panther, api_url=url, by_api=True)
    try:
        known = replace(known, identity=read_identity(aws))
    except Problem as problem:
        click.echo(visible(f"Without AWS the subscription is not looked at: {problem.title}."), err=True)
    reader = aws if known.identity is not None else None
    watched = [replace(known, source=source) for source in sources]
    found = [api.find_source(each.source.aws_account_id, each.source.name) for each in watched]
    watched = [replace(each, source_id=it.id if it else "") for each, it in zip(watched, found, strict=True)]
    if form == "text" and len(watched) == 1 and watched[0].source_id and _on_a_terminal():
        from tui.status_app import StatusApp

        app = StatusApp(watched[0], reader, access)
        code = app.run()
        return code if code is not None else app.return_code or FAILED
    seen = [look_for_events(api, reader, each) if each.source_id else Seen(exists=False) for each in watched]
    if form == "json":
        documents = [as_document(*both) for both in zip(seen, watched, strict=True)]
        click.echo(json.dumps({"sources": documents}, indent=2))
    else:
        _print(seen, watched)
    return exit_code_of(seen, watched)


def _on_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _print(seen: Sequence[Seen], watched: Sequence[Answers]) -> None:
    """Print the signs for people; without colours where the output is no terminal, and with no need of them."""
    console = Console(file=sys.stdout, highlight=False, markup=False, soft_wrap=True)
    for each, answers in zip(seen, watched, strict=True):
        console.print(Text(visible(answers.source.name), style="bold"))
        console.print(visible(summary(each, answers)))
        table = Table(box=None, pad_edge=False, show_header=False)
        for sign in signs(each, answers):
            told = Text(visible(sign.word), style=STYLES.get(sign.state, ""))
            table.add_row(visible(sign.title), told, Text(visible(sign.detail), style="dim"))
        console.print(table, soft_wrap=False)
        for complaint in each.complaints:
            console.print(visible(complaint))
        console.print()
