"""Writing a source file, and the same contents as plain values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from panther_s3.panther import DEFAULT_TOPIC, PantherDeployment
from panther_s3.source import PrefixLogTypes, S3Source, StreamType

_COMMENTS = {
    "account_id": "where Panther runs",
    "log_stream_type": "one of " + ", ".join(StreamType),
    "log_processing_role_arn": "empty: the role of the conventional name",
    "topic_arn": f"empty: {DEFAULT_TOPIC} in the bucket's region",
    "drop_off_alarm_minutes": "15 to 43200, or null for no alarm",
}


def dump_source_file(
    panther: PantherDeployment,
    sources: Sequence[S3Source],
    *,
    api_url: str = "",
    onboarding: Mapping[str, str] | None = None,
) -> str:
    """Return the source file of `sources`, as YAML that `load_source_file` reads back to the same."""
    document: dict[str, Any] = {
        "panther": {**asdict(panther), **({"api_url": api_url} if api_url else {})},
        "sources": [source_document(source) for source in sources],
        **({"onboarding": dict(onboarding)} if onboarding else {}),
    }
    return "".join(f"{line}\n" for line in _lines(document))


def source_document(source: S3Source) -> dict[str, Any]:
    """Return `source` as the source file has it: plain values under the same keys, in the same order."""
    options = asdict(source.log_stream_type_options)
    return {
        **asdict(source),
        "log_stream_type": source.log_stream_type.value,
        "log_stream_type_options": {key: value for key, value in options.items() if value},
        "prefix_log_types": [_row(row) for row in source.prefix_log_types],
    }


def _row(row: PrefixLogTypes) -> dict[str, Any]:
    return {
        "prefix": row.prefix,
        "log_types": list(row.log_types),
        "excluded_prefixes": list(row.excluded_prefixes),
    }


def _lines(mapping: Mapping[str, Any]) -> Iterator[str]:
    """The lines of `mapping` in YAML's block style, lists of texts and empty values within their line."""
    for key, value in mapping.items():
        if value and isinstance(value, dict):
            yield f"{key}:"
            yield from (f"  {line}" for line in _lines(value))
        elif value and isinstance(value, list) and isinstance(value[0], dict):
            yield f"{key}:"
            for item in value:
                first, *others = _lines(item)
                yield f"  - {first}"
                yield from (f"    {line}" for line in others)
        else:
            comment = f"  # {_COMMENTS[key]}" if key in _COMMENTS else ""
            yield f"{key}: {_inline(value, quoted=key.endswith('account_id'))}{comment}"


def _inline(value: object, *, quoted: bool) -> str:
    """`value` in one line; a text that YAML would misread, or with unprintable characters, in quotes."""
    import yaml

    texts = value if isinstance(value, list) else [value]
    printable = all(str(text).isprintable() for text in texts)
    dumped: str = yaml.safe_dump(
        value,
        default_style='"' if quoted or not printable else None,
        default_flow_style=True,
        width=math.inf,
        allow_unicode=True,
    )
    return dumped.removesuffix("\n").removesuffix("\n...")
