"""The S3 log sources that the demo's Panther knows, in its memory alone."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType, role_suffix, stack_name

OPTIONS = {"jsonArrayEnvelopeField": str, "retainEnvelopeFields": bool, "xmlRootElement": str}
"""The options of stream types, by the names of the REST API (terraform-provider-panther, types_s3.go)."""


@dataclass(frozen=True)
class Draft:
    """What somebody says of a source; the API adds the rest."""

    label: str
    account: str
    bucket: str
    kms_key: str
    role: str
    stream_type: str
    options: Mapping[str, Any]
    managed: bool
    rows: tuple[PrefixLogTypes, ...]

    @property
    def prefixes(self) -> list[str]:
        """The prefixes of its rows."""
        return [row.prefix for row in self.rows]

    @property
    def log_types(self) -> list[str]:
        """Every log type of its rows, each once."""
        return list(dict.fromkeys(name for row in self.rows for name in row.log_types))


@dataclass(frozen=True)
class Source:
    """A source as Panther keeps it; a change makes another one."""

    id: str
    draft: Draft
    created_at: str
    modified_at: str
    revision: int = 1
    """Counts the changes that somebody made."""
    received_at: str | None = None
    processed_at: str | None = None

    def as_rest(self) -> dict[str, Any]:
        """Return it as the REST API gives it; no key, no member, and options that are not set are empty."""
        draft = self.draft
        return {
            "integrationId": self.id,
            "integrationLabel": draft.label,
            "awsAccountId": draft.account,
            "s3Bucket": draft.bucket,
            **({"kmsKey": draft.kms_key} if draft.kms_key else {}),
            "logProcessingRole": draft.role,
            "logStreamType": draft.stream_type,
            "logStreamTypeOptions": dict(draft.options),
            "managedBucketNotifications": draft.managed,
            "s3PrefixLogTypes": self._rows(),
        }

    def as_graphql(self) -> dict[str, Any]:
        """Return it as the GraphQL API gives it, but for its health."""
        draft = self.draft
        return self.as_rest() | {
            "__typename": "S3LogIntegration",
            "createdAtTime": self.created_at,
            "createdBy": None,
            "integrationType": "aws-s3",
            "isEditable": True,
            "kmsKey": draft.kms_key or None,
            "lastEventProcessedAtTime": self.processed_at,
            "lastEventReceivedAtTime": self.received_at,
            "lastModified": self.modified_at,
            "logStreamTypeOptions": dict(draft.options) or None,
            "logTypes": draft.log_types,
            "s3Prefix": None,
            "stackName": stack_name(role_suffix(draft.label)),
        }

    def as_onboarded(self) -> S3Source:
        """Return it as the checks take it."""
        draft, options = self.draft, self.draft.options
        return S3Source(
            name=draft.label,
            aws_account_id=draft.account,
            bucket_name=draft.bucket,
            kms_key_arn=draft.kms_key,
            log_stream_type=StreamType(draft.stream_type),
            log_stream_type_options=StreamOptions(
                str(options.get("jsonArrayEnvelopeField", "")),
                bool(options.get("retainEnvelopeFields", False)),
                str(options.get("xmlRootElement", "")),
            ),
            prefix_log_types=draft.rows,
            log_processing_role_arn=draft.role,
            panther_managed_bucket_notifications_enabled=draft.managed,
        )

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {
                "prefix": row.prefix,
                "logTypes": list(row.log_types),
                "excludedPrefixes": list(row.excluded_prefixes),
            }
            for row in self.draft.rows
        ]


@dataclass
class Sources:
    """All sources and their alarms; safe to share between threads."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sources: dict[str, Source] = field(default_factory=dict)
    _alarms: dict[str, int] = field(default_factory=dict)

    def all(self) -> list[Source]:
        """Return every source, the oldest first."""
        with self._lock:
            return list(self._sources.values())

    def get(self, source_id: str) -> Source | None:
        """Return the source of that id, if there is one."""
        with self._lock:
            return self._sources.get(source_id)

    def put(self, source: Source) -> None:
        """Keep a new source."""
        with self._lock:
            self._sources[source.id] = source

    def change(self, source_id: str, draft: Draft) -> Source | None:
        """Say something else of a source; return it, if it is still there."""
        with self._lock:
            source = self._sources.get(source_id)
            if source is not None:
                source = replace(source, draft=draft, modified_at=now(), revision=source.revision + 1)
                self._sources[source_id] = source
            return source

    def remove(self, source_id: str) -> None:
        """Forget a source and its alarm."""
        with self._lock:
            self._sources.pop(source_id, None)
            self._alarms.pop(source_id, None)

    def note_received(self, source_id: str) -> None:
        """Note that an event came for the source."""
        self._note(source_id, received_at=now())

    def note_processed(self, source_id: str) -> None:
        """Note that an event of the source was read."""
        self._note(source_id, processed_at=now())

    def alarm(self, source_id: str) -> int | None:
        """Return after how many minutes the source's alarm is raised; None where there is none."""
        with self._lock:
            return self._alarms.get(source_id)

    def set_alarm(self, source_id: str, minutes: int) -> None:
        """Give the source an alarm."""
        with self._lock:
            self._alarms[source_id] = minutes

    def remove_alarm(self, source_id: str) -> bool:
        """Take the source's alarm away; tell whether there was one."""
        with self._lock:
            return self._alarms.pop(source_id, None) is not None

    def _note(self, source_id: str, **times: str) -> None:
        with self._lock:
            if source_id in self._sources:
                self._sources[source_id] = replace(self._sources[source_id], **times)  # type: ignore[arg-type]


def now() -> str:
    """Return the time as Panther writes it: UTC, with a Z."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
