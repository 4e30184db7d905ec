"""The run's access to Panther's API: the tokens that it knows, a client for each address, and what it read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from panther_s3.journal.journal import Journal
from panther_s3.panther_api.address import api_base, api_url_fault
from panther_s3.panther_api.client import PantherApi
from panther_s3.panther_api.model import PantherSource
from panther_s3.problems import Problem, ProblemKind
from panther_s3.tokens import Token, find_token


@dataclass(frozen=True)
class Access:
    """Whether there is a token for an address."""

    api: PantherApi | None
    origin: str = ""
    """Where the token is from, in words; "" where there is none."""
    note: str = ""
    """Why the keyring could not be asked, in words; "" where it could."""


class PantherAccess:
    """Gives the client for an address, with the token of the run, the environment or the keyring, in this order.

    A token that was typed in this run is kept here and nowhere else, unless the operator wants it in the keyring.
    """

    def __init__(self, journal: Callable[[], Journal] = Journal) -> None:
        """Prepare; nothing is loaded or asked.

        Args:
            journal: gives the run's journal, where changes are written down.
        """
        self._journal = journal
        self._typed: dict[str, Token] = {}
        self._apis: dict[str, PantherApi] = {}
        self._sources: dict[str, tuple[PantherSource, ...]] = {}
        self._log_types: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def find(self, base: str) -> Access:
        """Return the access to `base`; may ask the keyring, so not on the UI's thread.

        Args:
            base: any address of the Panther, as everywhere here.
        """
        base = api_base(base)
        with self._lock:
            typed = self._typed.get(base)
        if typed is not None:
            return Access(self._api(base, typed), "typed in this run")
        found = find_token(base)
        if found.token is None:
            return Access(None, note=found.note)
        return Access(self._api(base, found.token), found.place, found.note)

    def use(self, base: str, token: Token) -> PantherApi:
        """Return the client for `base` with a token that was typed, and keep that for the run."""
        base = api_base(base)
        with self._lock:
            self._typed[base] = token
            for known in (self._apis, self._sources, self._log_types):
                known.pop(base, None)
        return self._api(base, token)

    def drop(self, base: str) -> None:
        """Forget the token that was typed for `base`, and what was read with it."""
        base = api_base(base)
        with self._lock:
            for known in (self._typed, self._apis, self._sources, self._log_types):
                known.pop(base, None)

    def api(self, base: str) -> PantherApi:
        """Return the client for `base`.

        Raises:
            Problem: of kind CREDENTIALS where no token is known; the address has a fault.
        """
        access = self.find(_usable(base))
        if access.api is None:
            raise no_token(base, access.note)
        return access.api

    def sources(self, base: str, *, anew: bool = False) -> tuple[PantherSource, ...]:
        """Return the sources that Panther has, read once in a run, or `anew`.

        Raises:
            Problem: there is no token, or Panther refused or did not answer.
        """
        base = _usable(base)
        with self._lock:
            known = self._sources.get(base)
        if known is None or anew:
            known = self.api(base).read_sources()
            with self._lock:
                self._sources[base] = known
        return known

    def log_types(self, base: str) -> tuple[str, ...]:
        """Return the names of the log types that Panther has, custom ones included, read once in a run.

        Raises:
            Problem: there is no token, or Panther refused or did not answer.
        """
        base = _usable(base)
        with self._lock:
            known = self._log_types.get(base)
        if known is None:
            known = self.api(base).read_log_types()
            with self._lock:
                self._log_types[base] = known
        return known

    def forget_clients(self) -> None:
        """Make the clients anew when they are next wanted: they write into another journal then."""
        with self._lock:
            self._apis.clear()

    def writes(self) -> tuple[str, ...]:
        """Return the names of the writes under way."""
        with self._lock:
            apis = tuple(self._apis.values())
        return tuple(name for api in apis for name in api.writes.names())

    def _api(self, base: str, token: Token) -> PantherApi:
        with self._lock:
            known = self._apis.get(base)
            if known is None or not known.has(token):
                known = self._apis[base] = PantherApi(base, token, journal=self._journal())
            return known


def _usable(base: str) -> str:
    """The base of the API.

    Raises:
        Problem: the address has a fault.
    """
    if fault := api_url_fault(base):
        raise Problem("The address of Panther's API cannot be used", fault, kind=ProblemKind.INVALID, speaker="")
    return api_base(base)


def no_token(base: str, note: str = "") -> Problem:
    """Return the Problem of an address for which no token is known."""
    return Problem(
        f"No API token is known for {base}",
        note,
        "Set PANTHER_API_TOKEN, or keep one with: panther-s3-wizard token set",
        ProblemKind.CREDENTIALS,
        speaker="",
        by_token=True,
    )
