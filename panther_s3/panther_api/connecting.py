"""Finding Panther's API and trying a token, as every face of the program does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from panther_s3.panther_api.access import PantherAccess
from panther_s3.panther_api.address import api_base, api_url_fault, host_of, is_loopback
from panther_s3.panther_api.errors import MANAGE, VIEW
from panther_s3.problems import Problem
from panther_s3.tokens import Token, environment_api, keep_token

LEAD = (
    "With an API token the wizard finishes in Panther as well: it creates the source, sets the alarm, and watches the "
    f"first events arrive. The token needs {VIEW} and {MANAGE}; Panther's Console makes it under the gear icon, "
    "API Tokens."
)
KNOWN = "Leave it empty to use the one that is known."


@dataclass(frozen=True)
class Connection:
    """Whether there is a token for Panther's API, and whether Panther takes it."""

    url: str
    """The address as it was found, of the Console or of the API."""
    host: str = ""
    """Where the API is, in a word or two."""
    sources: int | None = None
    """How many sources Panther has; None where there is no token, or it is not taken."""
    origin: str = ""
    """Where the token is from, in words; "" where there is none."""
    note: str = ""
    problem: Problem | None = None

    @property
    def words(self) -> str:
        """What was reached, in a line; "" where it was not."""
        if self.sources is None:
            return ""
        return f"{self.host}: {self.sources} S3 source{'' if self.sources == 1 else 's'}"

    @property
    def trouble(self) -> str:
        """Why it was not reached, in words; "" where it was, or nothing was looked for."""
        if self.problem is not None:
            return f"{self.problem.title}."
        return "" if self.sources is not None else self.note


def find_connection(
    access: Callable[[], PantherAccess],
    known: str,
    chosen: str = "",
    asking: Callable[[str], object] = lambda _: None,
) -> Connection | None:
    """Look for a token in this run, the environment and the keyring, and try it; None where no address is known.

    Args:
        access: gives the run's access, once it is needed.
        known: the address as far as it is known.
        chosen: the address that was chosen; by default that of the environment, else the one that is known.
        asking: is told the address where there is a token, before Panther is asked.
    """
    url = chosen or environment_api()[0] or known
    if not url or api_url_fault(url):
        return None
    panther, host = access(), "this machine" if is_loopback(url) else host_of(api_base(url))
    found = panther.find(url)
    if found.api is None:
        return Connection(url, host, note=found.note)
    asking(url)
    try:
        return Connection(url, host, len(panther.sources(url, anew=True)), found.origin, found.note)
    except Problem as problem:
        return Connection(url, host, None, found.origin, found.note, problem)


def try_token(
    access: PantherAccess,
    base: str,
    token: Token | None,
    *,
    keep: bool,
    cancelled: Callable[[], bool] = lambda: False,
) -> str | None:
    """List the sources with a token, use it from then on, and keep it where that is wanted.

    Args:
        access: the run's.
        base: the API's address.
        token: what was typed; None for the one that is known.
        keep: whether the token is to be put into the keyring.
        cancelled: whether nobody wants it any more: it is then neither used nor kept.

    Returns:
        Why the token could not be kept, in words; "" where it was, or was not to be; None where cancelled.

    Raises:
        Problem: Panther refused, or did not answer.
    """
    tried = access
    if token is not None:  # apart, so that one that is refused takes the place of none that is known
        tried = PantherAccess()
        tried.use(base, token)
    tried.sources(base, anew=True)
    if cancelled():
        return None
    if token is None:
        return ""
    access.use(base, token)
    if not keep:
        return ""
    try:
        return keep_token(base, token).note
    except Problem as problem:
        return f"{problem}\nThe token holds for this run."
