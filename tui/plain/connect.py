"""Connecting Panther's API: its address and a token, tried at once; kept in the keyring only where that is wanted."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from panther_s3 import form_words as form
from panther_s3.answers import Answers
from panther_s3.panther_api.address import api_base, api_url_fault
from panther_s3.panther_api.connecting import KNOWN, LEAD, try_token
from panther_s3.tokens import Token, token_fault
from tui.plain.prompts import Choice, WentBack
from tui.plain.ui import Took, Ui

WITHOUT, ANEW, OTHER = "Go on without", "Type it anew", "Another address or token…"
BY_HAND = "What is to be done in Panther is done by hand then."
KEEP = "Keep it in this machine's keyring?"


def connect_or_decline(ui: Ui, answers: Answers) -> Answers:
    """Ask whether another address or token is wanted or none, and return the answers with what was chosen.

    Raises:
        WentBack: it is left as it was.
    """
    choices = [Choice(OTHER, OTHER), Choice(WITHOUT, WITHOUT, BY_HAND)]
    if ui.ask.choose(form.PANTHER_API.label, choices, default=OTHER) == WITHOUT:
        return answers.with_api("", by_api=False)
    return connect_api(ui, answers)


def connect_api(ui: Ui, answers: Answers) -> Answers:
    """Ask for the address and a token, try them, and return the answers with the API chosen, or declined.

    Raises:
        WentBack: it is left as it was.
    """
    ui.voice.say(LEAD)
    url, chosen = answers.api_url, None
    while chosen is None:
        url = ui.ask.text(form.API_URL, url, rule=api_url_fault)
        with suppress(WentBack):  # to the address
            chosen = _connect_at(ui, answers, api_base(url))
    return chosen


def _connect_at(ui: Ui, answers: Answers, base: str) -> Answers | None:
    """Ask for a token and try it; None where another address is to be typed.

    Raises:
        WentBack: the operator goes back to the address.
    """
    access = ui.connections.panther
    token, keep = _ask_token(ui, known=ui.wait("", partial(access.find, base)).api is not None)
    trouble = ui.attempt(
        "Asking Panther…",
        partial(try_token, access, base, token, keep=keep),
        (Choice(ANEW, ANEW), Choice(WITHOUT, WITHOUT)),
    )
    if isinstance(trouble, Took):
        return answers.with_api(base, by_api=False) if trouble.way == WITHOUT else None
    ui.voice.note("ok", f"Panther takes the token at {base}.")
    ui.voice.note("warn", trouble or "")
    return answers.with_api(base, by_api=True)


def _ask_token(ui: Ui, *, known: bool) -> tuple[Token | None, bool]:
    """Ask for a token, and whether it is kept; None for the one that is known."""
    words = form.API_TOKEN._replace(hint=KNOWN) if known else form.API_TOKEN
    while True:
        typed = ui.ask.secret(words, rule=lambda text: "" if known and not text else token_fault(text))
        if not typed:
            return None, False
        with suppress(WentBack):  # to the token
            return Token(typed), ui.ask.confirm(KEEP, default=False)
