"""The wizard's own command line: which face it shows, and what it is given."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tui.options import AwsOptions, aws_options

STATE_DIR = click.Path(file_okay=False, path_type=Path)
NOBODY = "Nobody to ask: stdin is no terminal. Give --answers FILE to run unattended. Nothing was done."


@dataclass(frozen=True)
class WizardOptions:
    """The wizard's flags, which may stand before or after FILE; None and False where one was not given."""

    demo: bool = False
    plain: bool = False
    answers: Path | None = None
    form: str | None = None
    state_dir: Path | None = None

    def over(self, earlier: WizardOptions) -> WizardOptions:
        """Return these options, with `earlier` ones where these are not given."""
        return WizardOptions(
            self.demo or earlier.demo,
            self.plain or earlier.plain,
            self.answers or earlier.answers,
            self.form or earlier.form,
            self.state_dir or earlier.state_dir,
        )

    @property
    def given(self) -> tuple[str, ...]:
        """The flags that are the wizard's alone, as far as they were given."""
        flags = {"--demo": self.demo, "--plain": self.plain, "--answers": self.answers, "--format": self.form}
        return tuple(flag for flag, value in flags.items() if value)


def wizard_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the wizard's flags to `command`, which receives them as keywords."""
    for option in (
        click.option("--state-dir", metavar="DIR", type=STATE_DIR, help="Where runs are recorded, to resume and undo."),
        click.option("--format", "form", type=click.Choice(["text", "json"]), help="With --answers: how to report."),
        click.option(
            "--answers",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Apply a source file that says all, and ask nothing.",
        ),
        click.option("--plain", is_flag=True, help="Plain prompts, one after the other, in place of the full screen."),
        click.option("--demo", is_flag=True, help="Try it on an embedded AWS; nothing of yours is touched."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@wizard_options
@aws_options
@click.pass_context
def wizard(
    ctx: click.Context,
    /,
    file: Path | None = None,
    demo: bool = False,
    plain: bool = False,
    answers: Path | None = None,
    form: str | None = None,
    state_dir: Path | None = None,
    **options: Any,
) -> None:
    """Open the wizard, on the full screen or as plain prompts, or run it unattended."""
    chosen = AwsOptions(**options).over(ctx.obj)
    flags = WizardOptions(demo, plain, answers, form, state_dir).over(ctx.meta.get("wizard", WizardOptions()))
    if flags.answers is not None:
        if file is not None:
            raise click.UsageError(f"Give one file: --answers names {flags.answers}, and {file} stands beside it.")
        from tui.unattended import run_unattended

        ctx.exit(
            run_unattended(flags.answers, chosen, demo=flags.demo, form=flags.form or "text", state_dir=flags.state_dir)
        )
    if flags.form is not None:
        raise click.UsageError("--format goes with --answers: what the wizard shows is for people.")
    if not sys.stdin.isatty():
        raise click.UsageError(NOBODY)
    from tui.plain.terminal import why_plain
    from tui.start import run_wizard

    why = "" if flags.plain else why_plain()
    code = run_wizard(
        file,
        chosen,
        demo=flags.demo,
        state_dir=flags.state_dir,
        plain=flags.plain or bool(why),
        why_plain=why,
    )
    ctx.exit(code)
