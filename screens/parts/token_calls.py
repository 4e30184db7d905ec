"""Trying a token of Panther's API, and keeping it, off the UI thread."""

from __future__ import annotations

from dataclasses import dataclass

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.address import api_url_fault
from panther_s3.panther_api.connecting import try_token
from panther_s3.problems import Problem
from panther_s3.tokens import Token
from screens.parts.calls import Calls


class TokenCalls(Calls):
    """Tries a token for the dialog that it stands in; shows nothing itself."""

    @dataclass(eq=False)
    class Known(Message):
        """A token is known for the address."""

    @dataclass(eq=False)
    class Tried(Message):
        """Panther answered, and the token is kept as far as that was wanted and possible."""

        base: str
        trouble: str
        """Why the token could not be kept, in words; "" where it was, or was not to be."""

    @dataclass(eq=False)
    class Refused(Message):
        """Panther refused, or did not answer."""

        problem: Problem

    def __init__(self, access: PantherAccess) -> None:
        super().__init__()
        self._access = access

    @work(thread=True, exclusive=True, exit_on_error=False, group="known")
    def look_up(self, url: str) -> None:
        """Find out whether a token is known for an address, in this run, the environment or the keyring."""
        if not api_url_fault(url) and self._access.find(url).api is not None and not get_current_worker().is_cancelled:
            self.post_message(self.Known())

    @work(thread=True, exclusive=True, exit_on_error=False, group="token")
    def try_token(self, base: str, token: Token | None, *, keep: bool) -> None:
        """List the sources with the token, and keep it where that is wanted.

        Args:
            base: the API's address.
            token: what was typed; None for the one that is known.
            keep: whether the token is to be put into the keyring.
        """
        worker = get_current_worker()
        try:
            trouble = try_token(self._access, base, token, keep=keep, cancelled=lambda: worker.is_cancelled)
        except Problem as problem:
            if not worker.is_cancelled:
                self.post_message(self.Refused(problem))
            return
        if trouble is not None and not worker.is_cancelled:
            self.post_message(self.Tried(base, trouble))
