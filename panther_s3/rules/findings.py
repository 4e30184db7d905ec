"""The rules of every field applied to a whole source, and those that hold between fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from panther_s3.arns import parse_arn
from panther_s3.panther import PantherDeployment
from panther_s3.rules.alarm import alarm_fault
from panther_s3.rules.arns import kms_key_fault, kms_key_warning, role_arn_fault, topic_arn_fault
from panther_s3.rules.bucket import bucket_name_fault
from panther_s3.rules.names import (
    account_id_fault,
    name_fault,
    other_partition_fault,
    panther_account_fault,
    region_fault,
    region_warning,
)
from panther_s3.rules.objects import (
    envelope_field_fault,
    exclusion_fault,
    exclusion_warning,
    log_type_fault,
    log_type_warning,
    notification_suffix_fault,
    prefix_fault,
    xml_root_fault,
)
from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType

OPTION_OF_STREAM_TYPE = {
    StreamType.JSON_ARRAY: "json_array_envelope_field",
    StreamType.CLOUDWATCH_LOGS: "retain_envelope_fields",
    StreamType.XML: "xml_root_element",
}


@dataclass(frozen=True)
class Finding:
    """What a rule says of one field, by the field's path in the source file."""

    path: str
    severity: Literal["error", "warning"]
    message: str


def check_panther(panther: PantherDeployment) -> tuple[Finding, ...]:
    """Return what the rules say of the deployment's account and region."""
    return tuple(
        _judged(
            ("account_id", panther_account_fault(panther.account_id), ""),
            ("region", region_fault(panther.region), region_warning(panther.region)),
        )
    )


def check_source(source: S3Source) -> tuple[Finding, ...]:
    """Return what the rules say of every field of `source`, in the source file's order."""
    account, alarm = source.aws_account_id, source.drop_off_alarm_minutes
    role = source.log_processing_role_arn
    return (
        *_judged(
            ("name", name_fault(source.name), ""),
            ("aws_account_id", account_id_fault(account), ""),
            ("bucket_name", bucket_name_fault(source.bucket_name), ""),
            ("kms_key_arn", kms_key_fault(source.kms_key_arn), kms_key_warning(source.kms_key_arn, account)),
        ),
        *_option_findings(source.log_stream_type, source.log_stream_type_options),
        *_row_findings(source.prefix_log_types),
        *_judged(
            ("log_processing_role_arn", role_arn_fault(role, account) if role else "", ""),
            ("topic_arn", topic_arn_fault(source.topic_arn, account), _unused(source, source.topic_arn)),
            (
                "notification_suffix",
                notification_suffix_fault(source.notification_suffix),
                _unused(source, source.notification_suffix),
            ),
            ("drop_off_alarm_minutes", "" if alarm is None else alarm_fault(str(alarm), "minutes"), ""),
        ),
    )


def check_partition(panther: PantherDeployment, source: S3Source) -> tuple[Finding, ...]:
    """Return which ARNs of `source`, sound ones, are of another partition than Panther."""
    role, partition = source.log_processing_role_arn, panther.partition
    key, topic = (parse_arn(arn) for arn in (source.kms_key_arn, source.topic_arn))
    return tuple(
        _judged(
            ("kms_key_arn", other_partition_fault(panther.region, key.region, "The key") if key else "", ""),
            ("log_processing_role_arn", role_arn_fault(role, partition=partition) if role else "", ""),
            ("topic_arn", other_partition_fault(panther.region, topic.region, "The topic") if topic else "", ""),
        )
    )


def check_sources(sources: Sequence[S3Source]) -> tuple[Finding, ...]:
    """Return what is wrong between `sources`; paths begin with `sources[n].`, n from 0.

    Names tell the sources of a file apart; Panther refuses two sources of the same bucket and prefix.
    """
    found: list[Finding] = []
    names: dict[str, int] = {}
    places: dict[tuple[str, str], int] = {}
    for number, source in enumerate(sources):
        other = names.setdefault(source.name, number)
        if source.name and other != number:
            found.append(Finding(f"sources[{number}].name", "error", f"sources[{other}] has this name already."))
        for row, prefix in enumerate(row.prefix for row in source.prefix_log_types):
            other = places.setdefault((source.bucket_name, prefix), number)
            if source.bucket_name and other != number:
                path = f"sources[{number}].prefix_log_types[{row}].prefix"
                found.append(Finding(path, "error", f"sources[{other}] reads this prefix of the bucket already."))
    return tuple(found)


def _judged(*verdicts: tuple[str, str, str]) -> Iterator[Finding]:
    """A finding for each (path, fault, warning) that has one; a fault hides the warning."""
    for path, fault, warning in verdicts:
        if fault:
            yield Finding(path, "error", fault)
        elif warning:
            yield Finding(path, "warning", warning)


def _unused(source: S3Source, value: str) -> str:
    if value and source.panther_managed_bucket_notifications_enabled:
        return "Panther sets up the notifications and does not use this."
    return ""


def _option_findings(stream_type: StreamType, options: StreamOptions) -> Iterator[Finding]:
    used = OPTION_OF_STREAM_TYPE.get(stream_type)
    faults = {
        "json_array_envelope_field": envelope_field_fault(options.json_array_envelope_field),
        "xml_root_element": xml_root_fault(options.xml_root_element),
    }
    for option in fields(StreamOptions):
        path = f"log_stream_type_options.{option.name}"
        if option.name == used:
            yield from _judged((path, faults.get(option.name, ""), ""))
        elif getattr(options, option.name):
            yield Finding(path, "warning", f"The stream type {stream_type.value} does not use this.")


def _row_findings(rows: Sequence[PrefixLogTypes]) -> Iterator[Finding]:
    if not rows:
        yield Finding("prefix_log_types", "error", 'Give at least one row: the prefix "" stands for all objects.')
    first: dict[str, int] = {}
    for number, row in enumerate(rows):
        path = f"prefix_log_types[{number}]"
        fault = prefix_fault(row.prefix)
        if not fault and first.setdefault(row.prefix, number) != number:
            fault = "Another row has this prefix: put the log types together in one row."
        yield from _judged((f"{path}.prefix", fault, ""))
        for place, log_type in enumerate(row.log_types):
            yield from _judged((f"{path}.log_types[{place}]", log_type_fault(log_type), log_type_warning(log_type)))
        for place, excluded in enumerate(row.excluded_prefixes):
            yield from _judged(
                (
                    f"{path}.excluded_prefixes[{place}]",
                    exclusion_fault(excluded),
                    exclusion_warning(row.prefix, excluded),
                )
            )
