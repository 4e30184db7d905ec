"""What Panther itself says of the sources of a file, beside what the checks found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from panther_s3.panther_api.access import PantherAccess, no_token
from panther_s3.panther_api.model import PantherSource
from panther_s3.problems import Problem
from panther_s3.source import S3Source
from panther_s3.tokens import TOKEN_VARIABLE


@dataclass(frozen=True)
class PanthersWord:
    """What Panther says of one source."""

    source: PantherSource | None = None
    """None where Panther has none of this account and name, or does not say."""
    problem: Problem | None = None
    """Why Panther does not say."""

    @property
    def words(self) -> str:
        """It in a sentence."""
        if self.problem is not None:
            return f"Panther does not say: {self.problem.title}."
        if self.source is None:
            return "Panther has no source of this name in this account."
        health = self.source.health
        healthy = "of unknown health" if health.healthy is None else "healthy" if health.healthy else "unhealthy"
        last = f"last event processed {health.processed_at}" if health.processed_at else "no event processed yet"
        return f"Panther calls it {healthy}: {last}."

    def as_dict(self) -> dict[str, Any]:
        """It as `check --format json` prints it."""
        if self.problem is not None:
            return {"problem": str(self.problem)}
        if self.source is None:
            return {"id": None}
        health = self.source.health
        return {
            "id": self.source.id,
            "is_healthy": health.healthy,
            "last_event_received_at": health.received_at or None,
            "last_event_processed_at": health.processed_at or None,
        }


def panthers_word(access: PantherAccess, url: str, sources: Iterable[S3Source]) -> dict[S3Source, PanthersWord]:
    """Return what Panther says of each of `sources`; nothing where no address or no token is known.

    Args:
        access: the tokens that are known.
        url: the address of Panther; "" for none.
        sources: those of a file.
    """
    if not url:
        return {}
    try:
        found = access.find(url)
        if found.api is None:
            # a token that is there and of no use is said; that there is none, or no keyring, is as it was
            unused = f"{TOKEN_VARIABLE} is not used" in found.note
            return {source: PanthersWord(problem=no_token(url, found.note)) for source in sources if unused}
        known = access.sources(url)
    except Problem as problem:
        return {source: PanthersWord(problem=problem) for source in sources}
    by_name = {(each.source.aws_account_id, each.source.name): each for each in known}
    return {source: PanthersWord(by_name.get((source.aws_account_id, source.name.strip()))) for source in sources}
