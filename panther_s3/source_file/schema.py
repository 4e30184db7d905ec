"""The source file's JSON Schema, for editors: made of what the reader goes by, so that the two agree.

A schema sees the values that YAML makes of a file, and hardly more than one at a time. What the text alone tells (the
form of a number, a key that is there twice) and what holds between values (two rows of one prefix, a role of another
account) is left to the reader. In one thing the schema asks for more: an `onboarding` section has what an unattended
run needs of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from panther_s3.rules.findings import OPTION_OF_STREAM_TYPE
from panther_s3.source import S3Source, StreamOptions, StreamType
from panther_s3.source_file import meanings, value_schemas
from panther_s3.source_file.orders import NEEDED, ONBOARDING_KEYS, Orders
from panther_s3.source_file.reading import (
    FILE_KEYS,
    ONBOARDING_CHOICES,
    OPTION_KEYS,
    PANTHER_KEYS,
    ROW_KEYS,
    SOURCE_KEYS,
)
from panther_s3.source_file.value_schemas import Schema
from panther_s3.source_file.writing import source_document

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_FORMS = {
    "json_array_envelope_field": value_schemas.ENVELOPE_FIELD,
    "xml_root_element": value_schemas.XML_ROOT,
}


def source_file_schema() -> Schema:
    """Return the JSON Schema of the source file."""
    parts = {"panther": _panther(), "sources": _list(_source()), "onboarding": _onboarding()}
    return {
        "$schema": DIALECT,
        "title": "Source file of panther-s3-wizard",
        **_section(FILE_KEYS, parts, meanings.FILE, required=("panther", "sources")),
    }


def _panther() -> Schema:
    parts = {
        "account_id": value_schemas.account_id(),
        "region": value_schemas.region(),
        "api_url": value_schemas.api_url(),
    }
    return _section(PANTHER_KEYS, parts, meanings.PANTHER, {"api_url": ""}, ("account_id", "region"))


def _source() -> Schema:
    parts = {
        "name": value_schemas.source_name(),
        "aws_account_id": value_schemas.account_id(),
        "bucket_name": value_schemas.bucket_name(),
        "kms_key_arn": value_schemas.key_arn(),
        "log_stream_type": value_schemas.choice(StreamType, or_empty=True),
        "log_stream_type_options": _options(),
        "prefix_log_types": _list(_row()),
        "log_processing_role_arn": value_schemas.role_arn(),
        "panther_managed_bucket_notifications_enabled": value_schemas.truth(),
        "topic_arn": value_schemas.topic_arn(),
        "notification_suffix": value_schemas.suffix(),
        "drop_off_alarm_minutes": value_schemas.alarm_minutes(),
    }
    defaults, required = source_document(S3Source()), ("name", "aws_account_id", "bucket_name")
    return {
        **_section(SOURCE_KEYS, parts, meanings.SOURCE, defaults, required),
        "allOf": [_used_option(kind, option) for kind, option in OPTION_OF_STREAM_TYPE.items() if option in _FORMS],
    }


def _options() -> Schema:
    parts = {
        "json_array_envelope_field": value_schemas.text(examples=["Records"]),
        "retain_envelope_fields": value_schemas.truth(),
        "xml_root_element": value_schemas.text(),
    }
    return _section(OPTION_KEYS, parts, meanings.OPTIONS, asdict(StreamOptions()))


def _used_option(stream_type: StreamType, option: str) -> Schema:
    """What is asked of `option` with the stream type that uses it; with any other, nobody looks at it."""
    form = {"pattern": _FORMS[option]}
    return {
        "if": {"properties": {"log_stream_type": {"const": str(stream_type)}}, "required": ["log_stream_type"]},
        "then": {"properties": {"log_stream_type_options": {"properties": {option: form}}}},
    }


def _row() -> Schema:
    parts = {
        "prefix": value_schemas.prefix(),
        "log_types": {"type": "array", "items": value_schemas.log_type()},
        "excluded_prefixes": {"type": "array", "items": value_schemas.exclusion()},
    }
    (defaults,) = source_document(S3Source())["prefix_log_types"]
    return _section(ROW_KEYS, parts, meanings.ROW, defaults)


def _onboarding() -> Schema:
    parts = {
        **{key: value_schemas.choice(every, or_empty=key not in NEEDED) for key, every in ONBOARDING_CHOICES.items()},
        "save_to": value_schemas.text(examples=["./panther-out"]),
    }
    defaults = {"on_failed_checks": str(Orders.on_failed_checks), "save_to": Orders.save_to}
    return _section(ONBOARDING_KEYS, parts, meanings.ONBOARDING, defaults, NEEDED)


def _list(items: Schema) -> Schema:
    """The schema of a list that holds something, and nothing twice."""
    return {"type": "array", "minItems": 1, "uniqueItems": True, "items": items}


def _section(
    keys: Sequence[str],
    parts: Mapping[str, Schema],
    meaning: Mapping[str, str],
    defaults: Mapping[str, Any] | None = None,
    required: Sequence[str] = (),
) -> Schema:
    """The schema of a mapping that takes `keys` alone; behind those that are not required may be nothing."""
    optional = {key: {"default": value} for key, value in (defaults or {}).items() if key not in required}
    return {
        "type": "object",
        "additionalProperties": False,
        **({"required": [*required]} if required else {}),
        "properties": {
            key: {
                "description": meaning[key],
                **(parts[key] if key in required else {**parts[key], "type": [parts[key]["type"], "null"]}),
                **optional.get(key, {}),
            }
            for key in keys
        },
    }
