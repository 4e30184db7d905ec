"""`token`: keeps the token of Panther's API in the system's keyring, and never prints it."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from getpass import GetPassWarning
from typing import TYPE_CHECKING, Any

import click

from panther_s3.text import visible
from tui.exit_codes import DONE, FAILED
from tui.options import aws_options

if TYPE_CHECKING:
    from panther_s3.tokens import Token


def _address_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --url, which `command` receives as a keyword."""
    option = click.option(
        "--url", metavar="URL", help="Address of your Panther's Console or API; by default PANTHER_API_URL."
    )
    return option(command)


class _QuietGroup(click.Group):
    """A group that does not repeat a word that it does not know: it may be the token."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a first word that names a command."""
        if args and args[0] not in self.commands:
            raise click.UsageError(f"Use one of {', '.join(self.list_commands(ctx))} after token.", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_QuietGroup)
@aws_options
def token(**_options: Any) -> None:
    """Keep the token of Panther's API in the keyring.

    PANTHER_API_TOKEN, where it is set, is used before what the keyring holds.
    """


@token.command("set", context_settings={"allow_extra_args": True})
@_address_option
@aws_options
@click.pass_context
def set_token(ctx: click.Context, /, url: str | None, **_options: Any) -> None:
    """Keep a token.

    It is typed without being shown, or read from stdin where that is no terminal. No option takes
    it: a shell keeps what is typed in its history, and every process sees the words of a command.
    """
    from panther_s3.panther_api.address import host_of
    from panther_s3.tokens import environment_token, keep_token

    if ctx.args:  # not repeated: it may be the token
        raise click.UsageError("Give no more words: the token is asked for, or read from stdin.")
    base = _base(url)
    kept = keep_token(base, _read_token(host_of(base)))
    _note(kept.note)
    if environment_token(base).place:
        _note("PANTHER_API_TOKEN is set in the environment, and is used in place of it.")
    click.echo(visible(f"Kept for {host_of(base)} in {kept.place}."))


@token.command()
@_address_option
@aws_options
@click.pass_context
def show(ctx: click.Context, /, url: str | None, **_options: Any) -> None:
    """Tell where the token comes from.

    Never prints the token. Exit code 0: there is one; 1: none was found.
    """
    from panther_s3.panther_api.address import host_of
    from panther_s3.tokens import Origin, find_token

    base = _base(url)
    found = find_token(base)
    _note(found.note)
    where = {
        Origin.ENVIRONMENT: f"environment variable {found.place}",
        Origin.KEYRING: found.place,
        Origin.NONE: "none found",
    }[found.origin]
    click.echo(visible(f"{host_of(base)}: {where}"))
    ctx.exit(DONE if found.token else FAILED)


@token.command()
@_address_option
@aws_options
def forget(url: str | None, **_options: Any) -> None:
    """Remove the token from the keyring."""
    from panther_s3.panther_api.address import host_of
    from panther_s3.tokens import TOKEN_VARIABLE, forget_token

    base = _base(url)
    was_there = forget_token(base)
    if os.environ.get(TOKEN_VARIABLE, "").strip():
        _note(f"{TOKEN_VARIABLE} is still set in the environment: unset it there.")
    click.echo(f"Removed the token for {host_of(base)}." if was_there else f"Nothing is kept for {host_of(base)}.")


def _base(url: str | None) -> str:
    """Return the base of the API that --url names, else PANTHER_API_URL."""
    from panther_s3.panther_api.address import EXAMPLE, api_base
    from panther_s3.tokens import URL_VARIABLE, environment_api

    address = environment_api()[0] if url is None else url
    if url is None and not address:
        raise click.UsageError(f"Name your Panther with --url, such as {EXAMPLE}, or set {URL_VARIABLE}.")
    try:
        return api_base(address)
    except ValueError as fault:
        raise click.UsageError(f"{URL_VARIABLE if url is None else '--url'}: {fault}") from None


def _read_token(host: str) -> Token:
    """Return the token that is typed unseen, or that the first line of stdin has."""
    from panther_s3.tokens import Token

    text = _typed(host) if sys.stdin and sys.stdin.isatty() else _first_line()
    try:
        return Token(text.strip())
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None


def _typed(host: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return str(click.prompt(f"Token for {host}", hide_input=True, err=True))
        except GetPassWarning:
            raise click.ClickException("This terminal cannot hide what is typed: give the token on stdin.") from None


def _first_line() -> str:
    """The first line of stdin; what is no UTF-8 becomes a character that no token has."""
    from panther_s3.tokens import LONGEST

    read = sys.stdin.buffer.readline(LONGEST + 16) if sys.stdin else b""
    line = read.decode("utf-8-sig", errors="replace")
    if not line.strip():
        raise click.UsageError("Give the token as the first line of stdin: there is none.")
    return line


def _note(words: str) -> None:
    if words:
        click.echo(visible(words), err=True)
