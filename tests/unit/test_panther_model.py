"""Sources and alarms as Panther has them: sent as documented, read leniently, refused where they are not clear."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_s3.panther_api.model import (
    Alarm,
    SourceHealth,
    alarm_of,
    comparable,
    health_of,
    options_body,
    source_body,
    source_of,
    update_body,
)
from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType

ROLE = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-prod-trail"
KEY = "arn:aws:kms:us-west-2:111122223333:key/1f0c"
WHOLE = S3Source(
    "prod trail",
    "111122223333",
    "acme-cloudtrail",
    KEY,
    StreamType.JSON_ARRAY,
    StreamOptions("Records"),
    (
        PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail", "Custom.Acme"), ("AWSLogs/*/Digest/",)),
        PrefixLogTypes("", ("AWS.ALB",)),
    ),
    ROLE,
    True,
)
DOCUMENT = {**source_body(WHOLE), "integrationId": "a1b2"}
TEXTS = st.text(max_size=12)
ROWS = st.builds(PrefixLogTypes, TEXTS, st.lists(TEXTS, max_size=3).map(tuple), st.lists(TEXTS, max_size=3).map(tuple))
SOURCES = st.builds(
    S3Source,
    name=TEXTS,
    aws_account_id=TEXTS,
    bucket_name=TEXTS,
    kms_key_arn=TEXTS,
    log_stream_type=st.sampled_from(StreamType),
    log_stream_type_options=st.builds(StreamOptions, TEXTS, st.booleans(), TEXTS),
    prefix_log_types=st.lists(ROWS, max_size=3).map(tuple),
    log_processing_role_arn=TEXTS,
    panther_managed_bucket_notifications_enabled=st.booleans(),
    topic_arn=TEXTS,
    notification_suffix=TEXTS,
    drop_off_alarm_minutes=st.none() | st.integers(15, 43200),
)


# --- sent ---


def test_what_is_sent_has_the_documented_names() -> None:
    assert source_body(WHOLE) == {
        "awsAccountId": "111122223333",
        "integrationLabel": "prod trail",
        "s3Bucket": "acme-cloudtrail",
        "kmsKey": KEY,
        "logProcessingRole": ROLE,
        "logStreamType": "JsonArray",
        "logStreamTypeOptions": {"jsonArrayEnvelopeField": "Records"},
        "managedBucketNotifications": True,
        "s3PrefixLogTypes": [
            {
                "prefix": "AWSLogs/",
                "logTypes": ["AWS.CloudTrail", "Custom.Acme"],
                "excludedPrefixes": ["AWSLogs/*/Digest/"],
            },
            {"prefix": "", "logTypes": ["AWS.ALB"], "excludedPrefixes": []},
        ],
    }


def test_what_is_empty_by_default_is_left_out() -> None:
    body = source_body(S3Source(" bare ", "111122223333", "acme-logs", log_processing_role_arn=ROLE))
    assert "kmsKey" not in body
    assert "logStreamTypeOptions" not in body
    assert body["managedBucketNotifications"] is False
    assert body["integrationLabel"] == "bare"


def test_a_source_without_rows_reads_the_whole_bucket() -> None:
    body = source_body(replace(WHOLE, prefix_log_types=()))
    assert body["s3PrefixLogTypes"] == [{"prefix": "", "logTypes": [], "excludedPrefixes": []}]


ALL_OPTIONS = StreamOptions("Records", True, "root")


@pytest.mark.parametrize(
    ("stream", "options"),
    [
        (StreamType.AUTO, {}),
        (StreamType.LINES, {}),
        (StreamType.JSON, {}),
        (StreamType.JSON_ARRAY, {"jsonArrayEnvelopeField": "Records"}),
        (StreamType.CLOUDWATCH_LOGS, {"retainEnvelopeFields": True}),
        (StreamType.XML, {"xmlRootElement": "root"}),
    ],
)
def test_a_stream_type_is_sent_with_the_option_that_is_its_own(stream: StreamType, options: dict[str, Any]) -> None:
    source = replace(WHOLE, log_stream_type=stream, log_stream_type_options=ALL_OPTIONS)
    assert options_body(source) == options
    assert options_body(replace(source, log_stream_type_options=StreamOptions())) == {}


def test_an_update_does_not_name_what_a_source_keeps_for_its_life() -> None:
    body = source_body(WHOLE)
    assert set(body) - set(update_body(body)) == {"awsAccountId", "s3Bucket"}
    assert update_body(body).items() <= body.items()


# --- there and back ---


@given(SOURCES)
def test_what_is_sent_is_read_back_as_the_same_source(source: S3Source) -> None:
    found = source_of({**source_body(source), "integrationId": "x"})
    assert found.source == comparable(source)
    assert found.foreign == ()
    assert source_body(found.source) == source_body(source)


@given(SOURCES)
def test_the_form_for_comparing_is_its_own_form(source: S3Source) -> None:
    assert comparable(comparable(source)) == comparable(source)
    assert source_body(comparable(source)) == source_body(source)


@given(SOURCES, SOURCES)
def test_two_sources_compare_as_what_is_sent_of_them(one: S3Source, other: S3Source) -> None:
    assert (comparable(one) == comparable(other)) == (source_body(one) == source_body(other))


@pytest.mark.parametrize(
    "change",
    [
        {"topic_arn": "arn:aws:sns:us-west-2:111122223333:x"},
        {"notification_suffix": ".gz"},
        {"drop_off_alarm_minutes": 60},
        {"name": " prod trail "},
        {"log_stream_type_options": StreamOptions("Records", True, "root")},
    ],
)
def test_what_panther_does_not_know_of_makes_no_other_source(change: dict[str, Any]) -> None:
    assert comparable(replace(WHOLE, **change)) == comparable(WHOLE)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"aws_account_id": "444455556666"},
        {"bucket_name": "acme-logs"},
        {"kms_key_arn": ""},
        {"log_stream_type": StreamType.AUTO},
        {"log_stream_type_options": StreamOptions("Events")},
        {"prefix_log_types": WHOLE.prefix_log_types[:1]},
        {"log_processing_role_arn": f"{ROLE}-2"},
        {"panther_managed_bucket_notifications_enabled": False},
    ],
)
def test_what_panther_knows_of_makes_another_source(change: dict[str, Any]) -> None:
    assert comparable(replace(WHOLE, **change)) != comparable(WHOLE)


# --- read ---


@pytest.mark.parametrize("value", ["missing", None])
def test_what_is_missing_or_null_is_the_default(value: Any) -> None:
    names = [name for name in DOCUMENT if name != "integrationId"]
    bare = {"integrationId": "a1b2"} | ({} if value else dict.fromkeys(names, value))
    found = source_of(bare)
    assert (found.id, found.source, found.foreign) == ("a1b2", S3Source(), ())
    assert found.health == SourceHealth()


def test_rows_and_options_without_members_are_read_too() -> None:
    found = source_of(DOCUMENT | {"s3PrefixLogTypes": [{}, None, {"prefix": None, "logTypes": None}]})
    assert found.source.prefix_log_types == (PrefixLogTypes(),) * 3
    options = {"jsonArrayEnvelopeField": None, "retainEnvelopeFields": None}
    assert source_of(DOCUMENT | {"logStreamTypeOptions": options}).source.log_stream_type_options == StreamOptions()


def test_a_document_is_kept_as_panther_gave_it() -> None:
    document = DOCUMENT | {"createdAtTime": "2026-03-01T00:00:00Z"}
    assert source_of(document).document == document
    assert source_of(document) == source_of(DOCUMENT)


@pytest.mark.parametrize("id", [None, "", 7, ["a"]])
def test_a_source_without_an_id_is_none(id: Any) -> None:
    with pytest.raises(ValueError, match="integrationId"):
        source_of(DOCUMENT | {"integrationId": id})


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("integrationLabel", 7, "integrationLabel is no text"),
        ("awsAccountId", 111122223333, "awsAccountId is no text"),
        ("s3Bucket", ["b"], "s3Bucket is no text"),
        ("kmsKey", False, "kmsKey is no text"),
        ("logProcessingRole", {}, "logProcessingRole is no text"),
        ("logStreamTypeOptions", "Records", "an object was expected"),
        ("logStreamTypeOptions", {"jsonArrayEnvelopeField": 1}, "jsonArrayEnvelopeField is no text"),
        ("logStreamTypeOptions", {"retainEnvelopeFields": "true"}, "retainEnvelopeFields is neither true nor false"),
        ("managedBucketNotifications", "true", "managedBucketNotifications is neither true nor false"),
        ("managedBucketNotifications", 1, "managedBucketNotifications is neither true nor false"),
        ("s3PrefixLogTypes", {}, "a list was expected"),
        ("s3PrefixLogTypes", ["AWSLogs/"], "an object was expected"),
        ("s3PrefixLogTypes", [{"prefix": 1}], "prefix is no text"),
        ("s3PrefixLogTypes", [{"logTypes": "AWS.ALB"}], "a list was expected"),
        ("s3PrefixLogTypes", [{"logTypes": [None]}], "logTypes holds what is no text"),
        ("s3PrefixLogTypes", [{"excludedPrefixes": [7]}], "excludedPrefixes holds what is no text"),
        ("lastEventReceivedAtTime", 1700000000, "lastEventReceivedAtTime is no text"),
    ],
)
def test_what_is_of_another_type_is_refused_by_its_name(name: str, value: Any, told: str) -> None:
    """Taken for a default, it would be written back as one by the next update."""
    with pytest.raises(ValueError, match=told):
        source_of(DOCUMENT | {name: value})


@pytest.mark.parametrize(
    ("change", "foreign"),
    [
        ({"logStreamType": "Parquet"}, ("the stream type Parquet",)),
        ({"logStreamType": "auto"}, ("the stream type auto",)),
        ({"logStreamTypeOptions": {"csvDelimiter": ";"}}, ("the option csvDelimiter",)),
        ({"s3PrefixLogTypes": [{"prefix": "a/", "parser": "x"}]}, ("parser beside its prefixes",)),
    ],
)
def test_what_this_program_does_not_know_is_named_since_an_update_would_lose_it(
    change: dict[str, Any], foreign: tuple[str, ...]
) -> None:
    assert source_of(DOCUMENT | change).foreign == foreign


def test_an_unknown_member_that_says_nothing_is_not_in_the_way() -> None:
    change = {
        "logStreamTypeOptions": {"csvDelimiter": "", "jsonArrayEnvelopeField": "Records"},
        "s3PrefixLogTypes": [{"prefix": "a/", "parser": None}],
    }
    assert source_of(DOCUMENT | change).foreign == ()


# --- health and alarm ---


@pytest.mark.parametrize(("value", "healthy"), [(True, True), (False, False), (None, None), ("yes", None), (1, None)])
def test_health_is_told_only_by_true_and_false(value: Any, healthy: bool | None) -> None:
    assert health_of({"isHealthy": value}).healthy is healthy


def test_the_times_of_events_are_taken_as_they_come() -> None:
    document = {"lastEventReceivedAtTime": "2026-03-01T10:00:00Z", "lastEventProcessedAtTime": None}
    assert health_of(document) == SourceHealth(None, "2026-03-01T10:00:00Z", "")


@pytest.mark.parametrize(
    ("document", "alarm"),
    [
        ({"type": "SOURCE_NO_DATA", "minutesThreshold": 60, "state": "OK"}, Alarm(60, "OK")),
        ({"minutesThreshold": 15}, Alarm(15)),
        ({"minutesThreshold": 15, "state": None}, Alarm(15)),
        ({"minutesThreshold": 15, "state": "SLEEPING"}, Alarm(15, "SLEEPING")),
        ({"minutesThreshold": 0}, None),
        ({"minutesThreshold": None, "state": "OK"}, None),
        ({"type": "SOURCE_NO_DATA"}, None),
        ({}, None),
    ],
)
def test_an_alarm_is_one_that_has_a_threshold(document: dict[str, Any], alarm: Alarm | None) -> None:
    assert alarm_of(document) == alarm


@pytest.mark.parametrize("minutes", ["60", 60.5, True, [60]])
def test_a_threshold_that_is_no_number_is_refused(minutes: Any) -> None:
    with pytest.raises(ValueError, match="minutesThreshold is no number"):
        alarm_of({"minutesThreshold": minutes})
