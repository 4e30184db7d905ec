"""`check FILE`: reads and judges the file's sources side by side, and prints what comes of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import monotonic

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from panther_s3.answers import Answers
from panther_s3.aws.identity import read_identity
from panther_s3.aws.readings import SharedReads, read_for_checks
from panther_s3.aws.session import Aws, default_region, preselected_profile
from panther_s3.checks.result import WORDS, CheckResult, Status, summary_of
from panther_s3.checks.runner import run_checks
from panther_s3.checks.verdict import SourceReport, exit_code_of
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panthers_word import panthers_word
from panther_s3.source import S3Source
from panther_s3.source_file import SourceFile, load_source_file
from panther_s3.text import visible
from panther_s3.tokens import environment_api
from tui.options import AwsOptions

TABLE_WIDTH = 80
"""What the overview's longest row takes."""
SIDE_BY_SIDE = 8
"""How many sources are judged at the same time."""


def run_check(file: Path, name: str | None, options: AwsOptions, form: str) -> int:
    """Check the sources of `file`, or the one that is named, print the result on stdout and return the exit code.

    Raises:
        Problem: the file cannot be used, or there are no valid credentials.
        UsageError: the file has no source of that name.
    """
    loaded = load_source_file(file)
    sources = sources_named(loaded, file, name)
    profile = options.profile or preselected_profile(())
    region = options.environment_region() or default_region(profile)
    aws = Aws(profile, region, endpoint_url=options.endpoint_url)
    known = Answers(profile=profile, region=region, identity=read_identity(aws), panther=loaded.panther)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="panther") as asking:
        url = environment_api()[0] or loaded.api_url
        asked = asking.submit(panthers_word, PantherAccess(), url, sources)
        reports = judge_sources(aws, [replace(known, source=source) for source in sources])
        said = asked.result()
    reports = [
        replace(report, panther=said[source].as_dict()) if source in said else report
        for report, source in zip(reports, sources, strict=True)
    ]
    if form == "json":
        click.echo(json.dumps({"sources": [report.as_dict() for report in reports]}, indent=2))
    else:
        _print(reports, [said[source].words if source in said else "" for source in sources])
    return exit_code_of(reports)


def judge_sources(aws: Aws, each: Sequence[Answers]) -> list[SourceReport]:
    """Return the report of every source, read side by side with what they share read once."""
    shared = SharedReads()
    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
        return list(pool.map(lambda answers: _judge(aws, answers, shared), each))


def _judge(aws: Aws, answers: Answers, shared: SharedReads) -> SourceReport:
    began = monotonic()
    readings = read_for_checks(aws, answers, cache=shared)
    return SourceReport(answers.source.name, run_checks(readings, answers), monotonic() - began, readings.calls)


def sources_named(loaded: SourceFile, file: Path, name: str | None) -> tuple[S3Source, ...]:
    """Return the sources of a file, or the one of them that is named.

    Raises:
        UsageError: the file has no source of that name.
    """
    if name is None:
        return loaded.sources
    found = tuple(source for source in loaded.sources if source.name == name)
    if not found:
        names = ", ".join(repr(source.name) for source in loaded.sources)
        raise click.UsageError(f"{file} has no source {name!r}; it holds {names}.")
    return found


def _print(reports: Sequence[SourceReport], said: Sequence[str]) -> None:
    """Print the reports for people; without colours where the output is no terminal, and with no need of them.

    Args:
        reports: what was found.
        said: what Panther itself says of each source, "" for nothing.
    """
    console = Console(file=sys.stdout, highlight=False, markup=False, soft_wrap=True)
    for report, says in zip(reports, said, strict=True):
        table = Table(title=Text(visible(report.name), style="bold"), title_justify="left", box=None, pad_edge=False)
        for heading in ("Result", "Check", "Cause"):
            table.add_column(heading, no_wrap=True)
        for result in report.results:
            word, style = WORDS[result.status]
            table.add_row(Text(word, style=style), result.id, Text(visible(result.cause or "")))
        _print_table(console, table)
        for result in report.results:
            if result.status not in (Status.PASS, Status.SKIPPED):
                _print_details(console, result)
        count = f"{summary_of(report.results)}, in {report.seconds:.1f} s with {report.calls} calls to AWS"
        console.print(f"\n{visible(report.name)}: {count}")
        if says:
            console.print(visible(says))
        console.print()


def _print_table(console: Console, table: Table) -> None:
    """Print the table as wide as it is, whatever the terminal: statuses are not cut, and no blank trails."""
    wide = console.options.update(width=max(console.width, TABLE_WIDTH))
    for line in console.render_lines(table, wide, pad=False):
        row = Text.assemble(*((segment.text, segment.style or "") for segment in line))
        row.rstrip()
        console.print(row, soft_wrap=True)


def _print_details(console: Console, result: CheckResult) -> None:
    """Print what is wrong, what mends it, and what was looked at."""
    word, style = WORDS[result.status]
    console.print(Text.assemble(("\n", ""), (f"{word}: ", style), (f"{result.title} ({result.id})", "bold")))
    console.print(visible(result.detail))
    if result.remedy:
        console.print(f"To mend it: {visible(result.remedy).strip()}")
    if document := result.evidence.get("document"):
        statement = result.evidence.get("statement")
        console.print(visible(f"Looked at: {f'{statement} of the ' if statement else ''}{document}"))
