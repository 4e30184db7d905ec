"""Some of a bucket's objects: how they are stored, encrypted and owned. None is opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, NamedTuple

from panther_s3.aws.buckets import expected_owner
from panther_s3.aws.crew import Crew
from panther_s3.aws.errors import aws_call, unless_fatal
from panther_s3.aws.object_records import DUAL_LAYER, ObjectFacts, PrefixSample
from panther_s3.aws.session import Aws
from panther_s3.problems import Problem

PAGES, PAGE_KEYS, HEADS = 2, 100, 4
"""How much of a prefix is looked at, whatever the size of the bucket."""
ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Storage classes that have to be restored before anyone can read; GLACIER_IR is none (S3 user guide)."""
RESTORED = 'ongoing-request="false"'
CUSTOMERS_KEY = "SSE-C"
LAST = "\U0010fffd"
"""Sorts after whatever a key goes on with: S3 lists in the order of UTF-8 bytes."""


class Listing(NamedTuple):
    """What was listed under a prefix, less exclusions and folders."""

    entries: tuple[Mapping[str, Any], ...]
    complete: bool


class Objects:
    """Reads what S3 tells of objects."""

    def __init__(self, aws: Aws, crew: Crew | None = None) -> None:
        """Read with the hands and within the time of `crew`, by default one of its own without a limit."""
        self._aws, self._crew = aws, crew or Crew()

    def sample(
        self,
        bucket: str,
        region: str,
        prefix: str,
        excluded_prefixes: Sequence[str],
        account_id: str,
        seen: Callable[[ObjectFacts], None] = lambda _: None,
    ) -> PrefixSample:
        """Return some of the objects under `prefix`, as unlike each other as may be.

        At most PAGES pages are listed and HEADS objects are looked at, side by side.

        Args:
            bucket: the bucket's name.
            region: where the bucket is.
            prefix: what the keys begin with.
            excluded_prefixes: what they do not begin with, whole; `*` stands for anything, slashes as well.
            account_id: the account that should own the bucket; anything but 12 digits is not asked about.
            seen: is told of each object as soon as it was looked at, by the thread that did.

        Raises:
            Problem: the credentials do not hold.
        """
        try:
            with aws_call(f"list the objects under {prefix!r}", None):
                listing = self._crew.result(
                    self._crew.call(lambda: self._list(bucket, region, prefix, excluded_prefixes, account_id))
                )
        except Problem as problem:
            return PrefixSample(prefix, unread=unless_fatal(problem))
        chosen = choose(listing.entries)

        def look(entry: Mapping[str, Any]) -> ObjectFacts:
            facts = self._head(bucket, region, entry, account_id)
            seen(facts)
            return facts

        heads = [self._crew.call(partial(look, entry)) for entry in chosen]
        objects = tuple(self._object(entry, head) for entry, head in zip(chosen, heads, strict=True))
        return PrefixSample(prefix, objects, whole=listing.complete and len(chosen) == len(listing.entries))

    def _object(self, entry: Mapping[str, Any], head: Future[ObjectFacts]) -> ObjectFacts:
        try:
            with aws_call(f"look at the object {entry['Key']}", None):
                return self._crew.result(head)
        except Problem as problem:
            return _listed(entry, unread=unless_fatal(problem))

    def _list(self, bucket: str, region: str, prefix: str, excluded: Sequence[str], account_id: str) -> Listing:
        """List page by page until there is enough to choose from, skipping at once what is excluded."""
        wanted: dict[str, Any] = {"Bucket": bucket, "Prefix": prefix, "MaxKeys": PAGE_KEYS, "FetchOwner": True}
        wanted |= expected_owner(account_id)
        exclusion = exclusion_pattern(excluded)
        entries: list[Mapping[str, Any]] = []
        with aws_call(f"list the objects under {prefix!r} in the bucket {bucket}", self._aws):
            for _ in range(PAGES):
                page = self._aws.client("s3", region).list_objects_v2(**wanted)
                listed = page.get("Contents", [])
                entries += [entry for entry in listed if not _is_folder(entry) and not exclusion.match(entry["Key"])]
                if not page.get("IsTruncated"):
                    return Listing(tuple(entries), complete=True)
                if len(entries) >= HEADS or not listed:
                    break
                last = listed[-1]["Key"]
                left_out = exclusion.match(last)
                wanted["StartAfter"] = left_out[0] + LAST if left_out else last
        return Listing(tuple(entries), complete=False)

    def _head(self, bucket: str, region: str, entry: Mapping[str, Any], account_id: str) -> ObjectFacts:
        """Look at one object, without its checksum: that would want kms:Decrypt (S3 API reference, HeadObject)."""
        from botocore.exceptions import ClientError

        key, owner = entry["Key"], expected_owner(account_id)
        with aws_call(f"look at the object {key} in the bucket {bucket}", self._aws):
            s3 = self._aws.client("s3", region)
            try:
                answer = s3.head_object(Bucket=bucket, Key=key, **owner)
            except ClientError as error:
                if error.response["Error"]["Code"] != "400":
                    raise
                # A HEAD answer has no body. An object with a key of the writer's own gives this one without
                # the key (S3 user guide, "SSE-C"), and so does an expired session, which a GET tells apart.
                s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1, **owner)
                return _listed(entry, encryption=CUSTOMERS_KEY)
        return _listed(
            entry,
            archived=is_archived(answer),
            encryption=answer.get("ServerSideEncryption", ""),
            kms_key_arn=answer.get("SSEKMSKeyId", ""),
            bucket_key=has_bucket_key(answer),
        )


def choose(entries: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Return at most HEADS of `entries`: the first and the last, one of each storage class, then some between."""
    if not entries:
        return ()
    classes = {entry.get("StorageClass", ""): entry for entry in reversed(entries)}
    between = [entries[len(entries) * part // HEADS] for part in range(1, HEADS)]
    first_seen = sorted(classes.values(), key=lambda entry: entries.index(entry))
    wanted = {entry["Key"]: entry for entry in (entries[0], entries[-1], *first_seen, *between, *entries[:HEADS])}
    keys = list(wanted)[:HEADS]
    return tuple(wanted[key] for key in keys)


def exclusion_pattern(excluded: Iterable[str]) -> re.Pattern[str]:
    """Return what matches the beginning of an excluded key; with nothing excluded, what matches no key."""
    ways = [".*?".join(map(re.escape, prefix.split("*"))) for prefix in excluded if prefix]
    return re.compile("|".join(ways) if ways else r"(?!)", re.DOTALL)


def is_archived(answer: Mapping[str, Any]) -> bool:
    """Tell whether an object has to be restored before anyone can read it, by what HeadObject says of it.

    A restored copy is told by `ongoing-request="false"`; Intelligent-Tiering names the archive tier
    that an object sank to (S3 API reference, HeadObject, "x-amz-restore", "x-amz-archive-status").
    """
    if RESTORED in answer.get("Restore", ""):
        return False
    return answer.get("StorageClass", "") in ARCHIVES or bool(answer.get("ArchiveStatus"))


def has_bucket_key(answer: Mapping[str, Any]) -> bool:
    """Tell whether an object is encrypted with an S3 Bucket Key, by what HeadObject says of it.

    S3 sends `x-amz-server-side-encryption-bucket-key-enabled` only where it is true, and DSSE-KMS takes none
    (S3 user guide, "Configuring an S3 Bucket Key at the object level" and "Using dual-layer server-side encryption").
    """
    return answer.get("ServerSideEncryption") != DUAL_LAYER and bool(answer.get("BucketKeyEnabled"))


def _is_folder(entry: Mapping[str, Any]) -> bool:
    """Tell whether `entry` is what the S3 console makes for a folder, and no log."""
    return entry["Key"].endswith("/") and not entry["Size"]


def _listed(entry: Mapping[str, Any], **told: Any) -> ObjectFacts:
    """Return what the list says of an object, and what was `told` of it besides.

    The list does not tell whether an archived object was restored.
    """
    storage_class = entry.get("StorageClass", "STANDARD")
    told = {"archived": storage_class in ARCHIVES} | told
    return ObjectFacts(
        entry["Key"], entry["Size"], storage_class, owner_id=entry.get("Owner", {}).get("ID", ""), **told
    )
