"""Connecting Panther's API: its address and a token, tried at once; kept in the keyring only where that is wanted."""

from __future__ import annotations

from functools import partial

from panther_s3 import form_words as form
from panther_s3.answers import Answers
from panther_s3.panther_api.address import api_base, api_url_fault
from panther_s3.panther_api.connecting import KNOWN, LEAD, try_token
from panther_s3.tokens import Token, token_fault
from tui.plain.prompts import Choice
from tui.plain.ui import Took, Ui

WITHOUT, ANEW = "Go on without", "Type it anew"
KEEP = "Keep it in this machine's keyring?"


def connect_api(ui: Ui, answers: Answers) -> Answers:
    """Ask for the address and a token, try them, and return the answers with the API chosen, or declined.

    Raises:
        WentBack: it is left as it was.
    """
    ui.voice.say(LEAD)
    access = ui.connections.panther
    while True:
        url = ui.ask.text(form.API_URL, answers.api_url, rule=api_url_fault)
        base = api_base(url)
        token = _ask_token(ui, known=ui.wait("", partial(access.find, base)).api is not None)
        keep = token is not None and ui.ask.confirm(KEEP, default=False)
        trouble = ui.attempt(
            "Asking Panther…",
            partial(try_token, access, base, token, keep=keep),
            (Choice(ANEW, ANEW), Choice(WITHOUT, WITHOUT)),
        )
        if isinstance(trouble, Took):
            if trouble.way == WITHOUT:
                return answers.with_api(base, by_api=False)
            continue
        ui.voice.note("ok", f"Panther takes the token at {base}.")
        ui.voice.note("warn", trouble or "")
        return answers.with_api(base, by_api=True)


def _ask_token(ui: Ui, *, known: bool) -> Token | None:
    """Ask for a token; None for the one that is known."""
    words = form.API_TOKEN._replace(hint=KNOWN) if known else form.API_TOKEN
    typed = ui.ask.secret(words, rule=lambda text: "" if known and not text else token_fault(text))
    return Token(typed) if typed else None
