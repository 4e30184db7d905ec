"""Sources and alarms as Panther's API has them, and how they become the wizard's own: pure.

Field names are those of the REST API's S3 sources (docs.panther.com, API, REST, "S3 Sources"), which the
GraphQL schema shares where it has them, but for the names of sources. What a deployment leaves out is
taken for its default: which fields are required is published nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType

S3_TYPE = "aws-s3"
"""The integration type of S3 sources, among those of other kinds."""
OPTIONS = frozenset({"jsonArrayEnvelopeField", "retainEnvelopeFields", "xmlRootElement"})
ROW = frozenset({"prefix", "logTypes", "excludedPrefixes"})
IMMUTABLE = ("awsAccountId", "s3Bucket")
"""What a source keeps for its life: the update has no such fields."""


@dataclass(frozen=True)
class SourceHealth:
    """What Panther itself says of a source."""

    healthy: bool | None = None
    """Whether Panther's own checks pass; None where it does not say."""
    received_at: str = ""
    """When the last event was received: UTC, ISO 8601; "" for none yet."""
    processed_at: str = ""


@dataclass(frozen=True)
class PantherSource:
    """A source that Panther has."""

    id: str
    source: S3Source
    """Its form; topic, suffix and alarm are not Panther's to know of, and empty."""
    health: SourceHealth = field(default_factory=SourceHealth)
    foreign: tuple[str, ...] = ()
    """What this program does not know of it, such as a stream type of a later version."""
    document: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """As Panther gave it."""


@dataclass(frozen=True)
class Alarm:
    """The drop-off alarm of a source."""

    minutes: int
    state: str = ""
    """OK, ALARM or INSUFFICIENT_DATA; "" where Panther does not say."""


def source_body(source: S3Source) -> dict[str, Any]:
    """Return the REST body that creates `source`; what is empty by default is left out, as Panther wants it."""
    options = options_body(source)
    return {
        "awsAccountId": source.aws_account_id,
        "integrationLabel": source.name.strip(),
        "s3Bucket": source.bucket_name,
        **({"kmsKey": source.kms_key_arn} if source.kms_key_arn else {}),
        "logProcessingRole": source.log_processing_role_arn,
        "logStreamType": source.log_stream_type.value,
        **({"logStreamTypeOptions": options} if options else {}),
        "managedBucketNotifications": source.panther_managed_bucket_notifications_enabled,
        "s3PrefixLogTypes": [
            {
                "prefix": row.prefix,
                "logTypes": list(row.log_types),
                "excludedPrefixes": list(row.excluded_prefixes),
            }
            for row in source.prefix_log_types or (PrefixLogTypes(),)
        ],
    }


def update_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the REST body that gives a source what `body` says; bucket and account are fixed."""
    return {name: value for name, value in body.items() if name not in IMMUTABLE}


def options_body(source: S3Source) -> dict[str, Any]:
    """Return the options of the source's stream type; {} where it has none."""
    options = source.log_stream_type_options
    match source.log_stream_type:
        case StreamType.JSON_ARRAY if options.json_array_envelope_field:
            return {"jsonArrayEnvelopeField": options.json_array_envelope_field}
        case StreamType.CLOUDWATCH_LOGS if options.retain_envelope_fields:
            return {"retainEnvelopeFields": True}
        case StreamType.XML if options.xml_root_element:
            return {"xmlRootElement": options.xml_root_element}
    return {}


def source_of(document: Mapping[str, Any]) -> PantherSource:
    """Return the source that `document` describes, by REST or GraphQL.

    Raises:
        ValueError: it has no id, or something in it has another type than documented.
    """
    foreign = []
    stream = str(document.get("logStreamType") or StreamType.AUTO)
    known = stream in {each.value for each in StreamType}
    if not known:
        foreign.append(f"the stream type {stream}")
    options = _object(document.get("logStreamTypeOptions"))
    rows = [_object(row) for row in _list(document.get("s3PrefixLogTypes"))]
    foreign += [f"the option {name}" for name, value in options.items() if value and name not in OPTIONS]
    beside = {name for row in rows for name, value in row.items() if value and name not in ROW}
    foreign += [f"{name} beside its prefixes" for name in sorted(beside)]
    source = S3Source(
        name=_text(document, "integrationLabel"),
        aws_account_id=_text(document, "awsAccountId"),
        bucket_name=_text(document, "s3Bucket"),
        kms_key_arn=_text(document, "kmsKey"),
        log_stream_type=StreamType(stream) if known else StreamType.AUTO,
        log_stream_type_options=StreamOptions(
            _text(options, "jsonArrayEnvelopeField"),
            _flag(options, "retainEnvelopeFields"),
            _text(options, "xmlRootElement"),
        ),
        prefix_log_types=tuple(map(_row, rows)) or (PrefixLogTypes(),),
        log_processing_role_arn=_text(document, "logProcessingRole"),
        panther_managed_bucket_notifications_enabled=_flag(document, "managedBucketNotifications"),
    )
    id = _text(document, "integrationId")
    if not id:
        raise ValueError("it has no integrationId")
    return PantherSource(id, source, health_of(document), tuple(foreign), dict(document))


def health_of(document: Mapping[str, Any]) -> SourceHealth:
    """Return what `document`, of GraphQL, says of the source's health."""
    healthy = document.get("isHealthy")
    return SourceHealth(
        healthy if isinstance(healthy, bool) else None,
        _text(document, "lastEventReceivedAtTime"),
        _text(document, "lastEventProcessedAtTime"),
    )


def alarm_of(document: Mapping[str, Any]) -> Alarm | None:
    """Return the alarm that `document` describes; None where it has no threshold, so that none is set.

    Raises:
        ValueError: the threshold is no number.
    """
    minutes = document.get("minutesThreshold")
    if minutes is None:
        return None
    if not isinstance(minutes, int) or isinstance(minutes, bool):
        raise ValueError("minutesThreshold is no number")
    return Alarm(minutes, _text(document, "state")) if minutes else None


def comparable(source: S3Source) -> S3Source:
    """Return what of `source` Panther knows, in one form, so that two can be compared."""
    bare = replace(
        source,
        name=source.name.strip(),
        topic_arn="",
        notification_suffix="",
        drop_off_alarm_minutes=None,
        prefix_log_types=source.prefix_log_types or (PrefixLogTypes(),),
    )
    options = options_body(bare)
    return replace(
        bare,
        log_stream_type_options=StreamOptions(
            options.get("jsonArrayEnvelopeField", ""),
            options.get("retainEnvelopeFields", False),
            options.get("xmlRootElement", ""),
        ),
    )


def _row(fields: Mapping[str, Any]) -> PrefixLogTypes:
    return PrefixLogTypes(_text(fields, "prefix"), _texts(fields, "logTypes"), _texts(fields, "excludedPrefixes"))


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")
    return value


def _flag(document: Mapping[str, Any], name: str) -> bool:
    value = document.get(name)
    if not isinstance(value, bool | None):
        raise ValueError(f"{name} is neither true nor false")
    return value is True


def _texts(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = _list(fields.get(name))
    if not all(isinstance(each, str) for each in values):
        raise ValueError(f"{name} holds what is no text")
    return tuple(values)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError("a list was expected")
    return value


def _object(value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError("an object was expected")
    return value
