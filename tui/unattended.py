"""`--answers FILE`: applies a source file without a question, progress on stderr, one result on stdout."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import click

from panther_s3.answers import Answers
from panther_s3.applying import Context, Outcome, Stopped, apply_file, exit_code_of, prepare
from panther_s3.aws.identity import read_identity
from panther_s3.aws.session import Aws, default_region, preselected_profile
from panther_s3.journal import Journal
from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.address import api_url_fault
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source_file import SourceFile, load_source_file
from panther_s3.source_file.orders import Changes, Orders, orders_of
from panther_s3.state import default_state_dir, undo_command
from panther_s3.text import visible
from panther_s3.tokens import URL_VARIABLE, environment_api
from tui.exit_codes import INTERRUPTED
from tui.options import AwsOptions
from tui.outcomes import print_outcomes
from tui.output import complain, let_go
from tui.plain.work import Interrupted, Work, signals_end_the_run, wait_for_writes

SETTLE_SECONDS = 0.2
"""After which what was about to be sent when the run was interrupted is on record, and named as under way."""


DISCARD_SECONDS = 20.0
"""How long a change set may take to be discarded."""


def run_unattended(file: Path, options: AwsOptions, *, demo: bool, form: str, state_dir: Path | None) -> int:
    """Apply the sources of `file` and return the exit code.

    Args:
        file: a source file with an `onboarding` section.
        options: the AWS options.
        demo: work on the embedded AWS, and keep what the run did no longer than that.
        form: how the result is printed, "text" or "json".
        state_dir: where the run is recorded; by default the operator's state directory.

    Raises:
        Problem: the file cannot be applied, or there are no valid credentials. Nothing was changed.
    """
    found = load_source_file(file, unattended=True)
    orders = orders_of(found)
    saves = Path(orders.save_to).expanduser() if orders.save_to else None
    with ExitStack() as stack:
        folder = state_dir or default_state_dir()
        if demo:
            from tui.start import start_demo_for

            found, options, folder = start_demo_for(stack, found, options, state_dir)
        # nothing is changed by a plan, so that there is nothing to record
        journal = stack.enter_context(closing(Journal(folder if orders.changes is Changes.ALLOW else None)))
        context = _context(found, orders, options, journal, saves)
        try:
            with signals_end_the_run():
                work = Work()
                outcomes = prepare(found, orders, work.run(partial(_known, context, found)))
                work.run(partial(_apply, context, outcomes))
                with suppress(Problem):
                    journal.end()
                return _print(context, outcomes, form, None if demo else folder)
        except BrokenPipeError:
            let_go(sys.stdout)
            return _leave(context)
        except (Interrupted, KeyboardInterrupt, Stopped):
            return _leave(context)


def _context(found: SourceFile, orders: Orders, options: AwsOptions, journal: Journal, saves: Path | None) -> Context:
    """What the run works with; nothing is asked yet.

    Raises:
        Problem: the profile is unknown, or the environment's address of Panther's API has a fault.
    """
    profile = options.profile or preselected_profile(())
    region = options.environment_region() or default_region(profile)
    aws = Aws(profile, region, endpoint_url=options.endpoint_url, mfa_code=_nobody_types, journal=journal)
    api_url = environment_api()[0] or found.api_url
    if api_url and (fault := api_url_fault(api_url)):
        raise Problem(f"{URL_VARIABLE} cannot be used", fault, kind=ProblemKind.INVALID, speaker="")
    return Context(aws, PantherAccess(lambda: journal), orders, journal, saves, api_url, tell=_tell)


def _known(context: Context, found: SourceFile) -> Answers:
    """Find out who the operator is, and whether Panther's API is at hand.

    Raises:
        Problem: there are no valid credentials.
    """
    aws, url = context.aws, context.api_url
    identity = read_identity(aws)
    by_api = bool(url) and context.access.find(url).api is not None
    return Answers(
        profile=aws.profile, region=aws.region, identity=identity, panther=found.panther, api_url=url, by_api=by_api
    )


def _apply(context: Context, outcomes: list[Outcome]) -> None:
    """Apply the sources; where Panther has an address and no token is known, that is noted as left."""
    url = context.api_url
    if url and not all(outcome.answers.by_api for outcome in outcomes):
        note = context.access.find(url).note
        for outcome in outcomes:
            outcome.wants_panther(url, note)
    apply_file(context, outcomes)


def _leave(context: Context) -> int:
    """End an interrupted run: what was sent is waited for, and nothing more is begun."""

    def writes() -> tuple[str, ...]:
        return (*context.aws.writes.names(), *context.access.writes())

    context.interrupted.set()
    with suppress(Interrupted, KeyboardInterrupt), signals_end_the_run():
        context.at_rest.wait(SETTLE_SECONDS)
        wait_for_writes(writes, _tell)
        if context.journal.record.momentary and not context.at_rest.is_set():
            _tell("Discarding the change set that is not executed. Another Ctrl-C does not wait.")
            context.at_rest.wait(DISCARD_SECONDS)
    record = context.journal.record
    if record.ended:
        return INTERRUPTED  # all was done, and nobody reads what came of it
    _tell("Interrupted. Apply the file again to go on.")
    if record.to_take_back:
        _tell(f"This run changed something: {undo_command(record.run, context.journal.folder)} takes it back.")
    return INTERRUPTED


def _print(context: Context, outcomes: list[Outcome], form: str, folder: Path | None) -> int:
    """Print the result, and return the exit code."""
    document = _document(context, outcomes, folder)
    if form == "json":
        click.echo(json.dumps(document, indent=2))
    else:
        print_outcomes(outcomes, document)
    sys.stdout.flush()
    return exit_code_of(outcomes)


def _document(context: Context, outcomes: list[Outcome], folder: Path | None) -> dict[str, Any]:
    """The result of the run, as programs read it; without a `folder` its records are gone by now."""
    record = context.journal.record
    changed = bool(record.to_take_back)
    sources = [outcome.as_dict() for outcome in outcomes]
    return {
        "run": record.run if record.changes else None,
        "changes": context.orders.changes.value,
        "changed": changed,
        "exit_code": exit_code_of(outcomes),
        "undo": undo_command(record.run, folder) if changed and folder is not None else None,
        "saved": [str(path) for path in context.saved],
        "sources": sources,
        "next_steps": [step for source in sources for step in source["next_steps"]],
    }


def _tell(words: str) -> None:
    """Print progress, which is for people, on stderr."""
    complain(visible(words))  # where nobody reads it, or the disk is full, the run goes on


def _nobody_types(serial: str) -> str:
    raise Problem(
        "An MFA code is wanted, and nobody is asked",
        f"The profile names the device {serial}.",
        "Run it with credentials of a session: aws sts get-session-token, or a profile without mfa_serial.",
        ProblemKind.CREDENTIALS,
        speaker="",
    )
