"""The gateways of a run: to AWS one for each profile, with the MFA codes that they ask for, and to Panther's API."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from panther_s3.answers import Answers
from panther_s3.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from panther_s3.aws.session import Aws
    from panther_s3.journal.journal import Journal
    from panther_s3.panther_api.access import PantherAccess


def no_mfa_code() -> Problem:
    """Return why a profile cannot be used whose MFA code the operator did not give."""
    return Problem(
        "No MFA code was given",
        remedy="Retry and type the code, or choose a profile that needs none.",
        kind=ProblemKind.CANCELLED,
        speaker="",
    )


class Connections:
    """Gives the same gateway for the same profile, so that sessions and clients are built once."""

    def __init__(
        self,
        endpoint_url: str | None,
        mfa_code: Callable[[str], str],
        *,
        state_dir: Path | None = None,
        demo: bool = False,
    ) -> None:
        self.program = "panther-s3-wizard --demo" if demo else "panther-s3-wizard"
        self.state_dir = state_dir
        self._journal: Journal | None = None
        self._endpoint_url, self._mfa_code = endpoint_url, mfa_code
        self._known: dict[str | None, Aws] = {}
        self._lock = threading.Lock()
        self._panther: PantherAccess | None = None

    @property
    def panther(self) -> PantherAccess:
        """Access to Panther's API; its changes are written into the journal at hand."""
        if self._panther is None:
            from panther_s3.panther_api.access import PantherAccess

            self._panther = PantherAccess(lambda: self.journal)
        return self._panther

    @property
    def journal(self) -> Journal:
        """What the run does; another one where an earlier run is gone on with, or is not after all."""
        if self._journal is None:
            from panther_s3.journal.journal import Journal

            self._journal = Journal(self.state_dir)
        return self._journal

    @journal.setter
    def journal(self, journal: Journal) -> None:
        with self._lock:
            self._journal = journal
            self._known.clear()  # they write into the one before
            if self._panther is not None:
                self._panther.forget_clients()

    def connect(self, profile: str | None, region: str) -> Aws:
        """Return the gateway for `profile`, working in `region` from now on; makes no call.

        Another region keeps the session, so that an MFA code is not asked for again.
        """
        from panther_s3.aws.session import Aws

        with self._lock:
            if profile not in self._known:
                self._known[profile] = Aws(
                    profile,
                    region,
                    endpoint_url=self._endpoint_url,
                    mfa_code=self._mfa_code,
                    journal=self.journal,
                )
            aws = self._known[profile]
            aws.region = region
            return aws

    def of(self, answers: Answers) -> Aws:
        """Return the gateway for the profile and region that `answers` name."""
        return self.connect(answers.profile, answers.region)

    def undo_command(self) -> str:
        """Return the command that takes the run back."""
        from panther_s3.state import undo_command

        return undo_command(self.journal.run, self.state_dir)

    def writes(self) -> tuple[str, ...]:
        """Return the names of the writes that are under way."""
        with self._lock:
            gateways = tuple(self._known.values())
        in_panther = self._panther.writes() if self._panther is not None else ()
        return (*(name for aws in gateways for name in aws.writes.names()), *in_panther)
