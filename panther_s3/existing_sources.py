"""What the sources that Panther has already mean for the one at hand: pure.

Rules of panther-labs/panther, put_integration.go and LongestPrefixMatch in integration.go: names are held
apart within an account, no two sources read the same prefix of a bucket, and of several prefixes that an
object's key begins with the longest decides, whichever source it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from panther_s3.panther_api.model import PantherSource
from panther_s3.source import S3Source


@dataclass(frozen=True)
class Overlap:
    """Two prefixes of one bucket, ours and another source's, one of which begins with the other."""

    ours: str
    other: PantherSource
    theirs: str

    @property
    def words(self) -> str:
        """What that means, in a sentence."""
        name = self.other.source.name
        if len(self.theirs) > len(self.ours):
            return (
                f"Objects under {self.theirs} go to the source {name}: its prefix is longer than {_shown(self.ours)}."
            )
        return f"Objects under {self.ours} go to this source from now on, no longer to {name}: the longer prefix wins."


def of_this_name(source: S3Source, known: Iterable[PantherSource], id: str = "") -> PantherSource | None:
    """Return the source that has the name of `source` in its account already, other than `id`."""
    return next(
        (
            each
            for each in known
            if each.id != id
            and each.source.name == source.name.strip()
            and each.source.aws_account_id == source.aws_account_id
        ),
        None,
    )


def of_this_prefix(source: S3Source, known: Iterable[PantherSource], id: str = "") -> tuple[PantherSource, str] | None:
    """Return a source that reads one of the prefixes of `source` already, other than `id`, and that prefix."""
    wanted = {prefix.strip() for prefix in source.prefixes}
    for each in _of_bucket(source, known, id):
        for prefix in each.source.prefixes:
            if prefix.strip() in wanted:
                return each, prefix.strip()
    return None


def overlaps(source: S3Source, known: Iterable[PantherSource], id: str = "") -> tuple[Overlap, ...]:
    """Return the prefixes of other sources than `id` that share objects with those of `source`.

    Only the longest that an object's key begins with decides: a shorter one beneath it is passed over.
    """
    others = [(each, theirs) for each in _of_bucket(source, known, id) for theirs in each.source.prefixes]
    found = []
    for each, theirs in others:
        shorter = _longest(ours for ours in source.prefixes if theirs != ours and theirs.startswith(ours))
        if shorter is not None:
            found.append(Overlap(shorter, each, theirs))
    for ours in dict.fromkeys(source.prefixes):
        shorter = _longest(theirs for _, theirs in others if ours != theirs and ours.startswith(theirs))
        found += [Overlap(ours, each, theirs) for each, theirs in others if theirs == shorter]
    return tuple(found)


def itself(source: S3Source, known: Iterable[PantherSource], id: str = "") -> PantherSource | None:
    """Return the source that `source` is about: `id`, or the one of its account, name and bucket."""
    everyone = tuple(known)
    same = of_this_name(source, everyone) if source.name.strip() else None
    named = same if same is not None and same.source.bucket_name == source.bucket_name else None
    return next((each for each in everyone if id and each.id == id), named)


def name_warning(source: S3Source, known: Iterable[PantherSource], id: str = "") -> str:
    """Return in words what a source of the same name means; "" where there is none."""
    everyone = tuple(known)
    ours = itself(source, everyone, id)
    taken = of_this_name(source, everyone, ours.id if ours else "") if source.name.strip() else None
    if taken is None:
        return "Panther has this source already: what differs is shown before it is changed." if ours and not id else ""
    return f"Panther has a source of this name, for {taken.source.bucket_name}. Open it, or take another name."


def place_warning(source: S3Source, known: tuple[PantherSource, ...], id: str = "") -> str:
    """Return in words which sources read the same objects; "" where none does."""
    if not source.bucket_name:
        return ""
    ours = itself(source, known, id)
    id = ours.id if ours else ""
    same = of_this_prefix(source, known, id)
    if same is not None:
        other, prefix = same
        what = f"the prefix {prefix}" if prefix else "the whole bucket"
        return (
            f"Panther's source {other.source.name} reads {what} already, and refuses a second. Open it, or narrow this."
        )
    return "\n".join(each.words for each in overlaps(source, known, id))


def _of_bucket(source: S3Source, known: Iterable[PantherSource], id: str) -> list[PantherSource]:
    return [each for each in known if each.id != id and each.source.bucket_name == source.bucket_name]


def _longest(prefixes: Iterable[str]) -> str | None:
    return max(prefixes, key=len, default=None)


def _shown(prefix: str) -> str:
    return prefix or "the empty one"
