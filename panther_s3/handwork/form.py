"""What to paste into Panther's form for an S3 source."""

from __future__ import annotations

from collections.abc import Iterator

from panther_s3.answers import Answers
from panther_s3.handwork.steps import HandValue
from panther_s3.rules import alarm_fault, alarm_minutes, alarm_parts
from panther_s3.source import S3Source, StreamType


def console_form(answers: Answers) -> tuple[HandValue, ...]:
    """Return the values of Panther's form in its order, those of fields that are left empty as ""."""
    return (*source_form(answers.source_to_keep), *_alarm(answers))


def source_form(source: S3Source) -> tuple[HandValue, ...]:
    """Return the values of the form of the source itself, without the alarm."""
    return (
        HandValue("Name", source.name),
        HandValue("Account ID", source.aws_account_id),
        HandValue("Bucket Name", source.bucket_name),
        HandValue("KMS Key", source.kms_key_arn),
        HandValue("Stream Type", source.log_stream_type.label),
        *_stream_option(source),
        *_rows(source),
        *_managed(source),
        HandValue("Role ARN", source.log_processing_role_arn),
    )


def _stream_option(source: S3Source) -> Iterator[HandValue]:
    options = source.log_stream_type_options
    if source.log_stream_type is StreamType.JSON_ARRAY:
        yield HandValue("JSON Array Envelope Field", options.json_array_envelope_field)
    elif source.log_stream_type is StreamType.CLOUDWATCH_LOGS:
        yield HandValue("Retain Envelope Fields", "Yes" if options.retain_envelope_fields else "No")
    elif source.log_stream_type is StreamType.XML:
        yield HandValue("XML Root Element", options.xml_root_element)


def _rows(source: S3Source) -> Iterator[HandValue]:
    several = len(source.prefix_log_types) > 1
    for number, row in enumerate(source.prefix_log_types, start=1):
        of_row = f" {number}" if several else ""
        yield HandValue(f"S3 Prefix Filter{of_row}", row.prefix)
        # the form takes one exclusion a field
        for exclusion in row.excluded_prefixes or ("",):
            yield HandValue(f"S3 Exclusion Filter{of_row}", exclusion)
        yield HandValue(f"Log Types{of_row}", ", ".join(row.log_types))


def _managed(source: S3Source) -> Iterator[HandValue]:
    if source.panther_managed_bucket_notifications_enabled:
        yield HandValue("I want Panther to configure bucket notifications for me", "Yes")


def _alarm(answers: Answers) -> Iterator[HandValue]:
    minutes, number, period = answers.source.drop_off_alarm_minutes, answers.alarm_number, answers.alarm_period
    if minutes is None:
        yield HandValue("Log drop-off alarm", "No")
        return
    if alarm_fault(number, period) or alarm_minutes(number, period) != minutes:
        number, period = alarm_parts(minutes)
    yield HandValue("Log drop-off alarm", "Yes")
    yield HandValue("Number", number)
    yield HandValue("Period", period)
