"""The customer's own services: they go on writing logs into the buckets of the sources."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import suppress

from panther_s3.demo import cast
from panther_s3.demo.objects import app_log, cloudtrail_log, flow_log
from panther_s3.demo.panther.accounts import Accounts
from panther_s3.demo.panther.sources import Source, Sources
from panther_s3.source import PrefixLogTypes

PERIODS = 5
"""How many periods of polling lie between two objects of a source."""
FIRST, DAYS = 4, 24
"""The first day of the demo's month that no seeded object is of, and how many follow."""


class LogWriter:
    """Puts a log object under one prefix of each source, round by round another one."""

    def __init__(self, accounts: Accounts, sources: Sources, seconds: float) -> None:
        self._accounts, self._sources, self._seconds = accounts, sources, seconds
        self._round = 0

    def write(self) -> float:
        """Put an object for each source; what cannot be written is left out. Returns how long to pause."""
        self._round += 1
        for source in self._sources.all():
            with suppress(Exception):  # a bucket that is gone stops no other
                self._write_for(source)
        return self._seconds * PERIODS

    def _write_for(self, source: Source) -> None:
        from panther_s3.aws.objects import exclusion_pattern

        row = source.draft.rows[self._round % len(source.draft.rows)]
        excluded = exclusion_pattern(row.excluded_prefixes)
        bucket, account = source.draft.bucket, source.draft.account
        for key, body in candidates(row, FIRST + self._round % DAYS):
            if not excluded.match(key):
                region = cast.REGION_OF.get(bucket) or self._accounts.region_of(bucket, account)
                self._accounts.enter("s3", account, region).put_object(Bucket=bucket, Key=key, Body=body)
                return


def candidates(row: PrefixLogTypes, day: int) -> Iterator[tuple[str, bytes]]:
    """Yield keys under the row's prefix that are new each time, with a body of the row's log types.

    First where the service itself would put it, then right under the prefix.
    """
    if "AWS.CloudTrail" in row.log_types:
        key, body = cloudtrail_log(day)
    elif "AWS.VPCFlow" in row.log_types:
        key, body = flow_log(day)
    else:
        key, body = app_log(day, row.prefix)
    folder, _, name = key.rpartition("/")
    stem, dot, ending = name.partition(".")
    name = f"{stem}_{secrets.token_hex(4)}{dot}{ending}"
    if folder and f"{folder}/".startswith(row.prefix):
        yield f"{folder}/{name}", body
    yield f"{row.prefix}{name}", body
