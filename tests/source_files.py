"""Source files to read, and any number of sources to write into one."""

from __future__ import annotations

from hypothesis import strategies as st

from panther_s3.rules.findings import check_source
from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType

SMALLEST = """\
panther: {account_id: "999988887777", region: us-west-2}
sources:
  - name: cloudtrail prod
    aws_account_id: "111122223333"
    bucket_name: acme-logs
"""
WHOLE = """\
panther:
  account_id: "999988887777"     # where Panther runs
  region: us-west-2
  api_url: https://api.acme.runpanther.net
sources:
  - name: cloudtrail prod
    aws_account_id: "111122223333"
    bucket_name: acme-logs
    kms_key_arn: ""
    log_stream_type: JsonArray
    log_stream_type_options: {json_array_envelope_field: Records}
    prefix_log_types:
      - prefix: AWSLogs/
        log_types: [AWS.CloudTrail]
        excluded_prefixes: [AWSLogs/debug/]
      - prefix: other/
    log_processing_role_arn: arn:aws:iam::111122223333:role/PantherLogProcessingRole-cloudtrail-prod
    panther_managed_bucket_notifications_enabled: false
    topic_arn: ""
    notification_suffix: .gz
    drop_off_alarm_minutes: 1440
onboarding:
  iam_role: create_stack
  notifications: skip
  on_failed_checks: stop
  save_to: ./panther-out
  changes: plan
"""
TOKENS = [
    *("panther:", "sources:", "account_id: ", "name: x", "\n", "  ", "- ", "? ", ": ", "[", "]", "{", "}", ",", "#"),
    *("&a ", "*a", "<<: ", "!!binary ", "!foo ", "|\n", ">-\n", "\t", '"', "'", "\\", '"\\UFFFFFFFF"', '"\\uD800"'),
    *("%YAML 1.1\n", "%YAML 9.9\n", "---\n", "...\n", "\x00", "\x85", "\u2028", "\ufeff", "012", "1:30", "~", "😀"),
]


def with_source(lines: str) -> str:
    """Return the smallest file, with `lines` in its source."""
    return SMALLEST + "".join(f"    {line}\n" for line in lines.splitlines())


DIGITS = st.text("0123456789", min_size=12, max_size=12)
KEY_TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
MISREAD = st.sampled_from(
    ["yes", "null", "~", "1e3", "0o7", "012", "1:30", "2024-01-01", "- a", "a: b", "a #b", "&a", "%"]
)
ENVELOPE = KEY_TEXT.filter(lambda text: not text.startswith("$") and "." not in text)
PREFIX = st.one_of(KEY_TEXT, MISREAD).filter(lambda text: "*" not in text and not text.startswith("/"))
ROW = st.builds(
    PrefixLogTypes,
    PREFIX,
    st.lists(st.sampled_from(["AWS.CloudTrail", "Custom.My.App", "No", "2"]), max_size=3).map(tuple),
    st.lists(st.one_of(PREFIX.filter(bool), st.just("a/*/b")), max_size=3).map(tuple),
)
SOURCE = st.builds(
    S3Source,
    name=st.one_of(
        st.from_regex(r"[0-9A-Za-z-]([0-9A-Za-z -]{0,30}[0-9A-Za-z-])?", fullmatch=True),
        st.sampled_from(["yes", "007"]),
    ),
    aws_account_id=DIGITS,
    bucket_name=st.from_regex(r"[a-z0-9][a-z0-9-]{1,20}[a-z0-9]", fullmatch=True),
    kms_key_arn=KEY_TEXT,
    log_stream_type=st.sampled_from(StreamType),
    log_stream_type_options=st.builds(StreamOptions, ENVELOPE, st.booleans(), st.sampled_from(["", "Events", "null"])),
    prefix_log_types=st.lists(ROW, min_size=1, max_size=3).map(tuple),
    log_processing_role_arn=st.just(""),
    panther_managed_bucket_notifications_enabled=st.booleans(),
    topic_arn=KEY_TEXT,
    notification_suffix=PREFIX,
    drop_off_alarm_minutes=st.one_of(st.none(), st.integers(15, 43200)),
)


def sound(source: S3Source) -> bool:
    """Tell whether a file with `source` can be read."""
    errors = {finding.path for finding in check_source(source) if finding.severity == "error"}
    return errors <= {"kms_key_arn", "topic_arn"}
