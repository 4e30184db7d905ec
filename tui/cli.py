"""The command line: the wizard itself, and the documents that it makes as plain output."""

from __future__ import annotations

import fnmatch
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

import assets
from panther_s3.problems import Problem, ProblemKind
from panther_s3.text import visible
from tui.exit_codes import BAD_USAGE, FAILED, INTERRUPTED
from tui.options import AwsOptions, aws_options
from tui.output import complain, flush_output, let_go, make_usable
from tui.token_command import token
from tui.wizard_command import STATE_DIR, WizardOptions, wizard, wizard_options

if TYPE_CHECKING:
    from panther_s3.panther import PantherDeployment
    from panther_s3.source import S3Source


NOT_THE_USAGE = frozenset(
    {
        ProblemKind.CONFLICT,
        ProblemKind.CREDENTIALS,
        ProblemKind.NETWORK,
        ProblemKind.THROTTLED,
        ProblemKind.UNEXPECTED,
    }
)
"""Problems that no other flag or file would mend."""


class WizardGroup(click.Group):
    """A group whose first word may also be a source file for the wizard."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a first word that names no command as the wizard's FILE."""
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return "", wizard, args  # without a name of its own in usage lines


@click.group(cls=WizardGroup, invoke_without_command=True, subcommand_metavar="[FILE | COMMAND ...]")
@wizard_options
@aws_options
@click.version_option(package_name="panther-s3-wizard", message="%(version)s")
@click.pass_context
def cli(
    ctx: click.Context,
    /,
    demo: bool,
    plain: bool,
    answers: Path | None,
    form: str | None,
    state_dir: Path | None,
    **options: Any,
) -> None:
    """Connect an S3 bucket to Panther.

    Without a command the full-screen wizard opens; with FILE, a source file saved before, it
    continues or repairs that source. --plain asks the same, line by line; --answers asks nothing,
    and applies a source file with an onboarding section.
    """
    ctx.obj = AwsOptions(**options)
    flags = ctx.meta["wizard"] = WizardOptions(demo, plain, answers, form, state_dir)
    if ctx.invoked_subcommand is None:
        ctx.invoke(wizard)
    elif flags.given and ctx.invoked_subcommand in cli.commands:
        why = "works on AWS itself" if flags.demo else "has no use for it"
        raise click.UsageError(f"{flags.given[0]} is the wizard's: {ctx.invoked_subcommand} {why}. Nothing was done.")


@cli.command()
@click.argument("kind", type=click.Choice(["role", "trust", "topic"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", metavar="NAME", help="Which source of FILE; needed where it has several.")
@aws_options
@click.pass_obj
def policy(earlier: AwsOptions, /, kind: str, file: Path, source: str | None, **options: Any) -> None:
    """Print a policy document of FILE's source as JSON.

    role: what Panther's role may do. trust: who may assume it. topic: who may publish to the
    notification topic and subscribe to it.
    """
    from panther_s3 import policies

    given = AwsOptions(**options).over(earlier)
    panther, chosen = _one_source(file, source, given)
    if kind == "role":
        document = policies.role_policy(chosen, panther.partition)
    elif kind == "trust":
        document = policies.trust_policy(panther)
    else:
        topic = _topic_arn(panther, chosen, given)
        document = policies.topic_policy(topic, chosen, panther, panther.partition)
    click.echo(policies.to_json(document), nl=False)


@cli.command()
@click.argument("kind", type=click.Choice(["role", "notifications"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["cloudformation", "terraform"]), default="cloudformation")
@click.option("--source", metavar="NAME", help="Which source of FILE; needed where it has several.")
@aws_options
@click.pass_obj
def template(earlier: AwsOptions, /, kind: str, file: Path, form: str, source: str | None, **options: Any) -> None:
    """Print a template: FILE's role, or its topic."""
    from panther_s3 import templates

    panther, chosen = _one_source(file, source, AwsOptions(**options).over(earlier))
    if kind == "role" and form == "cloudformation":
        text = templates.role_template(chosen, panther, chosen.role_suffix)
    elif kind == "role":
        text = templates.role_terraform(chosen, panther, chosen.role_suffix, panther.partition)
    elif form == "cloudformation":
        text = templates.notifications_template(chosen, panther, chosen.topic_name)
    else:
        text = templates.notifications_terraform(chosen, panther, panther.partition, chosen.topic_name)
    click.echo(text, nl=not text.endswith("\n"))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="For people, or for programs."
)
@click.option("--source", metavar="NAME", help="Which source of FILE; by default all.")
@aws_options
@click.pass_context
def check(ctx: click.Context, /, file: Path, form: str, source: str | None, **options: Any) -> None:
    """Tell whether Panther can read FILE's sources.

    Reads roles, policies, buckets, keys and topics, and changes nothing. Exit code 0: nothing
    failed; 1: a check failed; 3: something could not be determined.
    """
    from tui.checking import run_check

    ctx.exit(run_check(file, source, AwsOptions(**options).over(ctx.obj), form))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="For people, or for programs."
)
@click.option("--source", metavar="NAME", help="Which source of FILE; by default all.")
@aws_options
@click.pass_context
def status(ctx: click.Context, /, file: Path, form: str, source: str | None, **options: Any) -> None:
    """Tell whether the events of FILE's sources arrive.

    Asks Panther's API, at PANTHER_API_URL or FILE's api_url, with the token that is kept or that
    PANTHER_API_TOKEN has. On a terminal one source is watched until a key is pressed. Exit code 0:
    events are processed; 1: something is wrong; 3: none yet, or something could not be determined.
    """
    from tui.status import run_status

    ctx.exit(run_status(file, source, AwsOptions(**options).over(ctx.obj), form))


@cli.command()
@click.argument("run", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--state-dir", metavar="DIR", type=STATE_DIR, help="Where runs are recorded.")
@aws_options
@click.pass_context
def undo(ctx: click.Context, /, run: str | None, yes: bool, state_dir: Path | None, **options: Any) -> None:
    """Take back what a run changed in AWS.

    RUN is a run's name or its beginning; without it, the latest run that is not taken back. Shows
    what that means and asks first. What somebody changed since is left as it is, and the difference
    shown. Exit code 0: done, or nothing to do; 1: something failed, and the same command tries it
    again; 3: something was left as it is.
    """
    from panther_s3.state import default_state_dir
    from tui.undoing import run_undo

    folder = state_dir or ctx.meta["wizard"].state_dir or default_state_dir()
    ctx.exit(run_undo(folder, run, AwsOptions(**options).over(ctx.obj), yes=yes))


@cli.command("log-types")
@click.argument("pattern", default="")
@aws_options
def log_types(pattern: str, **_options: Any) -> None:
    """List Panther's managed log types.

    PATTERN is a part of a name, or a whole one with * and ?.
    """
    wildcard = pattern if any(character in pattern for character in "*?[") else f"*{pattern}*"
    found = [name for name in assets.log_types() if fnmatch.fnmatch(name.lower(), wildcard.lower())]
    if not found:
        raise click.ClickException(f"No log type matches {pattern!r}; run log-types alone to see all.")
    for name in found:
        click.echo(name)


@cli.command()
@aws_options
def schema(**_options: Any) -> None:
    """Print the JSON Schema of source files.

    Editors complete and check a file by it. Kept as panther-s3.schema.json beside the file, whose
    first line is then

    \b
    # yaml-language-server: $schema=panther-s3.schema.json
    """
    from panther_s3.policies import to_json
    from panther_s3.source_file.schema import source_file_schema

    click.echo(to_json(source_file_schema()), nl=False)


cli.add_command(token)


def _one_source(file: Path, name: str | None, given: AwsOptions) -> tuple[PantherDeployment, S3Source]:
    """Return the deployment and the one source that is meant, both of one partition of AWS."""
    from panther_s3.rules.findings import check_partition
    from panther_s3.source_file import load_source_file

    loaded = load_source_file(file, strict=True)
    names = ", ".join(repr(source.name) for source in loaded.sources)
    if name is None and len(loaded.sources) > 1:
        raise click.UsageError(f"{file} holds several sources: name one of {names} with --source.")
    for source in loaded.sources:
        if name in (None, source.name):
            if faults := check_partition(loaded.panther, source):
                raise click.UsageError("\n".join(f"{file}: {found.path}: {found.message}" for found in faults))
            if given.region and not source.topic_arn:
                _same_partition(loaded.panther, given.region)
            return loaded.panther, source
    raise click.UsageError(f"{file} has no source {name!r}; it holds {names}.")


def _topic_arn(panther: PantherDeployment, source: S3Source, options: AwsOptions) -> str:
    """Return the topic that the source names, else Panther's default topic in the region in force."""
    from panther_s3.answers import Answers

    if source.topic_arn:
        return source.topic_arn
    region = options.required_region()
    _same_partition(panther, region)
    return Answers(source=source, region=region).topic_arn


def _same_partition(panther: PantherDeployment, region: str) -> None:
    """Refuse a region, by flag, environment or profile, that Panther shares no partition with."""
    from panther_s3.rules import other_partition_fault

    if fault := other_partition_fault(panther.region, region):
        raise click.UsageError(f"AWS region {region}: {fault}")


def main() -> NoReturn:
    """Run the command line and leave with its exit code, without a traceback and without waiting for reads."""
    make_usable()
    mind_signals()
    code = _run()
    flush_output()
    if any(thread is not threading.main_thread() and not thread.daemon for thread in threading.enumerate()):
        os._exit(code)  # a read that hangs would hold the shell until its time limit
    sys.exit(code)


def mind_signals() -> None:
    """Have a signal to end be what Ctrl-C is, until the wizard minds it itself."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
            signal.signal(number, signal.default_int_handler)


def _run() -> int:
    """Run the command and return its exit code; every failure is told on stderr."""
    try:
        code = cli.main(prog_name="panther-s3-wizard", standalone_mode=False) or 0
        sys.stdout.flush()
        return code
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as complaint:
        with suppress(OSError):
            complaint.show()
        return complaint.exit_code
    except (click.Abort, KeyboardInterrupt):
        complain("Interrupted.")
        return INTERRUPTED
    except Problem as problem:
        complain(visible(f"Error: {problem}"))
        return FAILED if problem.kind in NOT_THE_USAGE else BAD_USAGE
    except BrokenPipeError:
        let_go(sys.stdout)
        return FAILED
    except OSError as error:
        let_go(sys.stdout)
        complain(visible(f"Error: {error}"))
        return FAILED
    except Exception as error:  # noqa: BLE001 - the last place where it can be put into words
        from tui.crash import crash_note

        complain(crash_note(error).plain)
        return FAILED
