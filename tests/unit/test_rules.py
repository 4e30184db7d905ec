"""The rules of every field: what each takes, and what it says to what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import assets
from panther_s3 import rules
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import AWS, AWS_CN, REGIONS
from panther_s3.rules import findings
from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType

KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY = f"arn:aws:kms:us-west-2:111122223333:key/{KEY_ID}"
ROLE = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-x"
TOPIC = "arn:aws:sns:us-west-2:111122223333:panther-notifications-topic"
SOURCE = S3Source(name="cloudtrail prod", aws_account_id="111122223333", bucket_name="acme-logs")

TAKEN: list[tuple[Callable[[str], str], tuple[str, ...]]] = [
    (rules.name_fault, ("cloudtrail prod", "A-1", "x" * 32, "0")),
    (rules.account_id_fault, ("111122223333", "012345670123", "000000000000")),
    (rules.panther_account_fault, ("999988887777",)),
    (rules.region_fault, (*REGIONS, "xx-central-9", "us-iso-east-1")),
    (rules.role_suffix_fault, ("cloudtrail-prod", "x" * 39, "A1")),
    (
        rules.bucket_name_fault,
        ("abc", "a" * 63, "my.logs.example.com", "1-2", "192.168.5.4a", "acme-111122223333-us-west-2-an"),
    ),
    (
        rules.kms_key_fault,
        (
            "",
            KEY,
            "arn:aws:kms:us-west-2:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
            f"arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/{KEY_ID}",
            f"arn:aws-cn:kms:cn-north-1:111122223333:key/{KEY_ID}",
        ),
    ),
    (rules.prefix_fault, ("", "AWSLogs/", "AWSLogs/111122223333/Cloud", "größe/", "a b/", "x" * 1024, "dt=1/")),
    (rules.exclusion_fault, ("AWSLogs/debug/", "AWSLogs/*/debug/*", "*")),
    (
        rules.log_type_fault,
        (*assets.log_types(), "Custom.A", "Custom.MyApp.Audit2", "Custom.A.B.C.D.E.F", "New.Vendor"),
    ),
    (rules.envelope_field_fault, ("", "Records", "detail.records")),
    (rules.xml_root_fault, ("", "Events", "ns:Event-List_1.x", "Größe")),
    (rules.role_arn_fault, (ROLE, "arn:aws-us-gov:iam::111122223333:role/path/to/Reader+=,.@-_1")),
    (rules.topic_arn_fault, ("", TOPIC, "arn:aws-cn:sns:cn-north-1:111122223333:My_topic-1")),
    (rules.notification_suffix_fault, ("", ".json.gz", "=1.gz")),
]


@pytest.mark.parametrize(
    ("rule", "value"),
    [(rule, value) for rule, values in TAKEN for value in values],
    ids=lambda part: getattr(part, "__name__", str(part)[:60]),
)
def test_taken(rule: Callable[[str], str], value: str) -> None:
    assert rule(value) == ""


REFUSED: list[tuple[Callable[[str], str], dict[str, str]]] = [
    (
        rules.name_fault,
        {
            "": "Enter a name",
            "   ": "Enter a name",
            " x": "blanks around",
            "my_logs": 'dashes and blanks only: "_"',
            "größe": '"ö"',
            "a\x1bb": r'"\\x1b"',
            "a\nb": r'"\\x0a"',
            "x" * 33: "at most 32 characters: this has 33",
        },
    ),
    (
        rules.account_id_fault,
        {
            "": "Enter the 12 digits",
            "11112222333": r"^Use 12 digits: this has 11\.$",
            "1111222233334": "this has 13",
            "1111-2222-3333": "together: 111122223333",
            "1111 2222 3333": "together: 111122223333",
            "11112222333x": '"x" is not one',
            "１１１１２２２２３３３３": "is not one",
        },
    ),
    (rules.panther_account_fault, {"": "Settings > General", "99998888777": "this has 11"}),
    (
        rules.region_fault,
        {
            "": "Enter a region",
            "US-West-2": "lower case: us-west-2",
            "us-west-2a": "availability zone: its region is us-west-2",
            "Oregon": "such as us-west-2",
            "us-west": "such as us-west-2",
        },
    ),
    (
        rules.role_suffix_fault,
        {"": "Enter a suffix", "a_b": '"_"', "a b": '" "', "x" * 40: "at most 39 characters.*this has 40"},
    ),
    (
        rules.bucket_name_fault,
        {
            "": "Enter the bucket's name",
            "ab": "3 to 63 characters: this has 2",
            "a" * 64: "this has 64",
            "Acme-logs": "upper-case",
            "acme_logs": "lower-case letters, digits, dots and dashes",
            "größe": "lower-case letters, digits, dots and dashes",
            "-acme": "begins and ends",
            "acme.": "begins and ends",
            "acme..logs": "two dots",
            "192.168.5.4": "IP address",
            "xn--acme": "begin with xn--",
            "sthree-acme": "begin with sthree-",
            "amzn-s3-demo-bucket": "begin with amzn-s3-demo-",
            "acme-s3alias": "access point's alias",
            "acme--ol-s3": "Object Lambda",
            "acme.mrap": "Multi-Region Access Point",
            "acme--usw2-az1--x-s3": "directory bucket",
            "acme--table-s3": "table bucket",
            "arn:aws:s3:::acme-logs": "alone: acme-logs",
            "s3://acme-logs/AWSLogs/": "alone: acme-logs",
            "arn:aws:s3:us-west-2:111122223333:accesspoint/x": "without an address",
            "acme-logs/AWSLogs": "without an address or a path",
        },
    ),
    (
        rules.kms_key_fault,
        {
            "alias/logs": r"by its alias.*describe-key --key-id alias/logs --query KeyMetadata.Arn",
            "arn:aws:kms:eu-west-1:111122223333:alias/a'b": r"by its alias.*--region eu-west-1",
            KEY_ID: rf"whole ARN: arn:aws:kms:REGION:ACCOUNT:key/{KEY_ID}",
            "key": "Give the key's ARN",
            ROLE: "service iam",
            KEY.replace("us-west-2", ""): "no region",
            KEY.replace("us-west-2", "us-gov-west-1"): "begin with arn:aws-us-gov:",
            KEY.replace("111122223333", "1111"): "no 12-digit account",
            "arn:aws:kms:us-west-2:111122223333:key/": "as far as the key ID",
            "arn:aws:kms:us-west-2:111122223333:" + KEY_ID: "ends with key/",
        },
    ),
    (
        rules.prefix_fault,
        {
            "AWSLogs/*": "no wildcard",
            "/AWSLogs/": r"slash at the beginning: AWSLogs/\.",
            "/": r"slash at the beginning\.",
            "s3://acme-logs/AWSLogs/": "after the bucket's name",
            "ö" * 513: "at most 1024 bytes: this has 1026",
        },
    ),
    (rules.exclusion_fault, {"": "every object", "/x": "slash", "x" * 1025: "this has 1025"}),
    (
        rules.log_type_fault,
        {
            "": "Enter the name",
            "AWS.CloudTrail, AWS.ALB": "one log type at a time",
            "custom.MyApp": r"named Custom\.Name",
            "Custom.": r"named Custom\.Name",
            "Custom.myApp": r"named Custom\.Name",
            "Custom.A.B.C.D.E.F.G": r"named Custom\.Name",
            "AWS/CloudTrail": "joined by dots",
            "AWS..ALB": "joined by dots",
        },
    ),
    (
        rules.envelope_field_fault,
        {"$.Records": "without \\$", ".a": "single dots", "a.": "single dots", "a..b": "dots"},
    ),
    (
        rules.xml_root_fault,
        {"<Events>": "brackets: Events", "</ns:E >": "ns:E", "1st": "begins with a letter", "a b": "begins"},
    ),
    (
        rules.role_arn_fault,
        {
            "": "Enter the role's ARN",
            "PantherLogProcessingRole-x": "Give the role's ARN",
            "arn:aws:sts::111122223333:assumed-role/Reader/me": "itself, arn:aws:iam::111122223333:role/Reader",
            "arn:aws:iam::111122223333:user/me": "names iam user",
            TOPIC: "names sns",
            "arn:aws:iam::1111:role/x": "12 digits of the account",
            "arn:amazon:iam::111122223333:role/x": "begins with arn:aws:iam",
            "arn:aws:iam::111122223333:role/": "1 to 64 letters",
            "arn:aws:iam::111122223333:role/" + "x" * 65: "1 to 64 letters",
        },
    ),
    (
        rules.topic_arn_fault,
        {
            "panther-notifications-topic": "Give the topic's ARN",
            ROLE: "service iam",
            TOPIC + ".fifo": "FIFO",
            f"{TOPIC}:{KEY_ID}": f"its topic, {TOPIC}",
            TOPIC.replace("us-west-2", ""): "no region",
            TOPIC.replace("arn:aws:", "arn:aws-cn:"): "begin with arn:aws:",
            TOPIC + ":x": "1 to 256",
        },
    ),
    (rules.notification_suffix_fault, {"*.gz": "no wildcard", "x" * 1025: "at most 1024 bytes"}),
]


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [(rule, value, words) for rule, table in REFUSED for value, words in table.items()],
    ids=lambda part: getattr(part, "__name__", str(part)[:50]),
)
def test_refused(rule: Callable[[str], str], value: str, words: str) -> None:
    assert re.search(words, rule(value))


@pytest.mark.parametrize("rule", [rule for rule, _ in TAKEN])
@given(value=st.one_of(st.text(), st.text(alphabet="arn:wskmi/-*.0123456789 ").map(lambda text: f"arn:aws:{text}")))
def test_any_text_gets_a_verdict_of_one_line(rule: Callable[[str], str], value: str) -> None:
    fault = rule(value)
    assert not fault or fault[0].isupper()


@pytest.mark.parametrize(
    ("pasted", "name"),
    [
        ("acme-logs", "acme-logs"),
        ("arn:aws:s3:::acme-logs", "acme-logs"),
        ("arn:aws-cn:s3:::acme-logs/AWSLogs/*", "acme-logs"),
        ("s3://acme-logs", "acme-logs"),
        ("s3://acme-logs/AWSLogs/x.gz", "acme-logs"),
        ("https://s3.console.aws.amazon.com/s3/buckets/acme-logs?region=us-west-2&prefix=AWSLogs/", "acme-logs"),
        ("https://us-west-2.console.aws.amazon.com/s3/buckets/acme-logs?tab=objects", "acme-logs"),
        ("https://console.amazonaws-us-gov.com/s3/object/acme-logs?prefix=x", "acme-logs"),
        ("https://acme-logs.s3.us-west-2.amazonaws.com/AWSLogs/x.gz", "acme-logs"),
        ("https://my.logs.s3.amazonaws.com/", "my.logs"),
        ("https://acme-logs.s3.cn-north-1.amazonaws.com.cn/x", "acme-logs"),
        ("https://s3-us-west-2.amazonaws.com/acme-logs/AWSLogs/", "acme-logs"),
        ("https://s3.dualstack.us-west-2.amazonaws.com/acme-logs", "acme-logs"),
    ],
)
def test_bucket_name_from(pasted: str, name: str) -> None:
    assert rules.bucket_name_from(pasted) == name


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "s3://",
        "arn:aws:sns:us-west-2:111122223333:x",
        "arn:aws:s3:us-west-2:111122223333:accesspoint/x",
        "https://example.com/s3/buckets/acme-logs",
        "https://[acme",
        "https://s3.console.aws.amazon.com/s3/home",
    ],
)
def test_what_names_no_bucket_stays_as_it_is(pasted: str) -> None:
    assert rules.bucket_name_from(pasted) == pasted


def test_a_bare_key_id_is_completed_with_what_is_known() -> None:
    assert f"arn:aws-cn:kms:cn-north-1:111122223333:key/{KEY_ID}" in rules.kms_key_fault(
        f"key/{KEY_ID}", "111122223333", "cn-north-1"
    )


@pytest.mark.parametrize(
    ("value", "account", "region", "words"),
    [
        (KEY, "111122223333", "us-west-2", ""),
        (KEY, "", "", ""),
        (KEY, "444455556666", "us-west-2", "in account 111122223333"),
        (KEY, "111122223333", "eu-west-1", "in us-west-2, the bucket in eu-west-1"),
        (KEY[:-4], "111122223333", "us-west-2", "cut short"),
        ("alias/x", "444455556666", "eu-west-1", ""),
        ("", "111122223333", "us-west-2", ""),
    ],
)
def test_kms_key_warning(value: str, account: str, region: str, words: str) -> None:
    warning = rules.kms_key_warning(value, account, region)

    assert words in warning
    assert bool(words) == bool(warning)


def test_a_role_has_to_be_in_the_bucket_s_account_and_partition() -> None:
    assert rules.role_arn_fault(ROLE, "111122223333", AWS) == ""
    assert "in account 111122223333" in rules.role_arn_fault(ROLE, "444455556666", AWS)
    assert "arn:aws-cn:" in rules.role_arn_fault(ROLE, "111122223333", AWS_CN)


def test_a_topic_has_to_be_in_the_bucket_s_account_and_region() -> None:
    assert rules.topic_arn_fault(TOPIC, "111122223333", "us-west-2") == ""
    assert "topics of 444455556666" in rules.topic_arn_fault(TOPIC, "444455556666", "us-west-2")
    assert "the bucket in eu-west-1" in rules.topic_arn_fault(TOPIC, "111122223333", "eu-west-1")


@pytest.mark.parametrize(
    ("prefix", "exclusion", "words"),
    [
        ("AWSLogs/", "AWSLogs/debug/", ""),
        ("AWSLogs/", "AWSLogs/*/debug/", ""),
        ("AWSLogs/", "*/debug/", ""),
        ("AWSLogs/", "AWS*/debug", ""),
        ("", "debug/", ""),
        ("", "*debug", ""),
        ("AWSLogs/", "", ""),
        ("AWSLogs/", "debug/", "as in AWSLogs/debug/"),
        ("AWSLogs/", "Other/*", "excludes nothing"),
        ("AWSLogs/x/", "AWSLogs/", "every object"),
        ("AWSLogs/", "AWSLogs/", "every object"),
        ("AWSLogs/", "AWSLogs/*", "every object"),
        ("AWSLogs/", "AWS*", "every object"),
        ("", "*", "every object"),
    ],
)
def test_exclusion_warning(prefix: str, exclusion: str, words: str) -> None:
    warning = rules.exclusion_warning(prefix, exclusion)

    assert words in warning
    assert bool(words) == bool(warning)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("AWS.CloudTrail", ""),
        ("Custom.MyApp", ""),
        ("", ""),
        ("AWS.CloudTrial", "Did you mean AWS.CloudTrail?"),
        ("aws.cloudtrail", "Did you mean AWS.CloudTrail?"),
        ("Qqqq.Zzzzzzzz", "not among"),
    ],
)
def test_log_type_warning(value: str, words: str) -> None:
    warning = rules.log_type_warning(value)

    assert words in warning
    assert bool(words) == bool(warning)


def test_region_warning_names_the_nearest() -> None:
    assert "Did you mean us-west-2?" in rules.region_warning("us-wset-2")
    assert "not a region that the wizard knows" in rules.region_warning("xx-new-9")
    assert rules.region_warning("us-west-2") == rules.region_warning("Oregon") == ""


def test_same_account_warning() -> None:
    assert "Panther's own account" in rules.same_account_warning("999988887777", "999988887777")
    assert rules.same_account_warning("111122223333", "999988887777") == ""
    assert rules.same_account_warning("", "") == ""


@pytest.mark.parametrize(
    ("number", "period", "minutes"),
    [("15", "minutes", 15), ("24", "hours", 1440), ("1", "days", 1440), ("30", "days", 43200), ("0015", "minutes", 15)],
)
def test_alarm_minutes(number: str, period: str, minutes: int) -> None:
    assert rules.alarm_fault(number, period) == ""
    assert rules.alarm_minutes(number, period) == minutes


@pytest.mark.parametrize(
    ("number", "period", "words"),
    [
        ("", "hours", "Enter a number"),
        ("1.5", "hours", "whole number"),
        ("-1", "hours", "whole number"),
        ("²", "hours", "whole number"),
        ("14", "minutes", "at least 15 minutes"),
        ("0", "days", "at least 15 minutes"),
        ("43201", "minutes", "at most 30 days"),
        ("31", "days", "at most 30 days"),
        ("9" * 5000, "days", "at most 30 days"),
        ("1", "weeks", "minutes, hours, days"),
    ],
)
def test_alarm_refused(number: str, period: str, words: str) -> None:
    assert words in rules.alarm_fault(number, period)
    with pytest.raises(ValueError, match=words):
        rules.alarm_minutes(number, period)


def found(source: S3Source) -> dict[str, tuple[str, str]]:
    return {finding.path: (finding.severity, finding.message) for finding in findings.check_source(source)}


def test_a_sound_source_has_no_findings() -> None:
    source = replace(
        SOURCE,
        kms_key_arn=KEY,
        log_processing_role_arn=ROLE,
        topic_arn=TOPIC,
        log_stream_type=StreamType.JSON_ARRAY,
        log_stream_type_options=StreamOptions("Records"),
        prefix_log_types=(
            PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail",), ("AWSLogs/debug/",)),
            PrefixLogTypes("AWSLogs/vpc/", ("AWS.VPCFlow",)),
        ),
        drop_off_alarm_minutes=15,
    )

    assert findings.check_source(source) == ()


def test_an_empty_source_lacks_what_is_required() -> None:
    assert {path: severity for path, (severity, _) in found(S3Source()).items()} == {
        "name": "error",
        "aws_account_id": "error",
        "bucket_name": "error",
    }


@pytest.mark.parametrize(
    ("changes", "path", "severity"),
    [
        ({"kms_key_arn": "alias/x"}, "kms_key_arn", "error"),
        ({"kms_key_arn": KEY.replace("1111", "4444")}, "kms_key_arn", "warning"),
        ({"log_processing_role_arn": ROLE.replace("1111", "4444")}, "log_processing_role_arn", "error"),
        ({"topic_arn": TOPIC + ".fifo"}, "topic_arn", "error"),
        ({"topic_arn": TOPIC, "panther_managed_bucket_notifications_enabled": True}, "topic_arn", "warning"),
        ({"notification_suffix": "*.gz"}, "notification_suffix", "error"),
        (
            {"notification_suffix": ".gz", "panther_managed_bucket_notifications_enabled": True},
            "notification_suffix",
            "warning",
        ),
        ({"drop_off_alarm_minutes": 14}, "drop_off_alarm_minutes", "error"),
        ({"drop_off_alarm_minutes": -60}, "drop_off_alarm_minutes", "error"),
        ({"prefix_log_types": ()}, "prefix_log_types", "error"),
        ({"prefix_log_types": (PrefixLogTypes("/a"),)}, "prefix_log_types[0].prefix", "error"),
        (
            {"prefix_log_types": (PrefixLogTypes("a"), PrefixLogTypes("b"), PrefixLogTypes("a"))},
            "prefix_log_types[2].prefix",
            "error",
        ),
        (
            {"prefix_log_types": (PrefixLogTypes("a", ("AWS.ALB", "Custom.x")),)},
            "prefix_log_types[0].log_types[1]",
            "error",
        ),
        ({"prefix_log_types": (PrefixLogTypes("a", ("Foo.Bar",)),)}, "prefix_log_types[0].log_types[0]", "warning"),
        (
            {"prefix_log_types": (PrefixLogTypes("a", (), ("ab", "/c")),)},
            "prefix_log_types[0].excluded_prefixes[1]",
            "error",
        ),
        (
            {"prefix_log_types": (PrefixLogTypes("a", (), ("b",)),)},
            "prefix_log_types[0].excluded_prefixes[0]",
            "warning",
        ),
        (
            {"log_stream_type_options": StreamOptions("Records")},
            "log_stream_type_options.json_array_envelope_field",
            "warning",
        ),
        (
            {"log_stream_type": StreamType.JSON_ARRAY, "log_stream_type_options": StreamOptions("$.Records")},
            "log_stream_type_options.json_array_envelope_field",
            "error",
        ),
        (
            {"log_stream_type": StreamType.XML, "log_stream_type_options": StreamOptions(xml_root_element="<a>")},
            "log_stream_type_options.xml_root_element",
            "error",
        ),
    ],
)
def test_check_source_finds_by_path(changes: dict[str, object], path: str, severity: str) -> None:
    findings = found(replace(SOURCE, **changes))  # type: ignore[arg-type]

    assert list(findings) == [path]
    assert findings[path][0] == severity


def test_options_of_the_chosen_stream_type_are_no_matter_of_warning() -> None:
    options = StreamOptions("", retain_envelope_fields=True)

    assert found(replace(SOURCE, log_stream_type=StreamType.CLOUDWATCH_LOGS, log_stream_type_options=options)) == {}


def test_overlapping_prefixes_are_allowed_within_a_source() -> None:
    rows = (PrefixLogTypes(""), PrefixLogTypes("a/"), PrefixLogTypes("a/b/"))

    assert found(replace(SOURCE, prefix_log_types=rows)) == {}


def test_check_sources_finds_what_two_sources_share() -> None:
    other = replace(SOURCE, name="other", prefix_log_types=(PrefixLogTypes("a"), PrefixLogTypes()))
    elsewhere = replace(SOURCE, name="elsewhere", bucket_name="other-logs")
    found = findings.check_sources([SOURCE, other, SOURCE, elsewhere])

    assert [finding.path for finding in found] == [
        "sources[1].prefix_log_types[1].prefix",
        "sources[2].name",
        "sources[2].prefix_log_types[0].prefix",
    ]
    assert {finding.severity for finding in found} == {"error"}


def test_check_panther() -> None:
    assert findings.check_panther(PantherDeployment("999988887777", "us-west-2")) == ()
    assert [
        (finding.path, finding.severity) for finding in findings.check_panther(PantherDeployment("9", "us-wset-2"))
    ] == [
        ("account_id", "error"),
        ("region", "warning"),
    ]


@pytest.mark.parametrize(
    ("panther_region", "region", "told"),
    [
        ("us-west-2", "eu-west-1", ""),
        ("us-gov-west-1", "us-gov-east-1", ""),
        ("us-west-2", "", ""),
        ("", "us-gov-west-1", ""),
        ("us-west-2", "us-gov-", ""),
        ("us-west-2", "us-gov-west-1", "us-gov-west-1, of the partition aws-us-gov, Panther in us-west-2, of aws:"),
        ("cn-north-1", "us-west-2", "us-west-2, of the partition aws, Panther in cn-north-1, of aws-cn:"),
    ],
)
def test_other_partition_fault(panther_region: str, region: str, told: str) -> None:
    fault = rules.other_partition_fault(panther_region, region)
    assert told in fault
    assert bool(fault) == bool(told)


def test_check_partition_judges_each_arn() -> None:
    source = S3Source(
        kms_key_arn=f"arn:aws-cn:kms:cn-north-1:111122223333:key/{KEY_ID}",
        log_processing_role_arn="arn:aws-us-gov:iam::111122223333:role/PantherLogProcessingRole-prod",
        topic_arn="arn:aws:sns:us-east-1:111122223333:topic",
    )
    found = {
        region: [each.path for each in findings.check_partition(PantherDeployment("999988887777", region), source)]
        for region in ("us-west-2", "us-gov-west-1", "cn-north-1")
    }
    assert found == {
        "us-west-2": ["kms_key_arn", "log_processing_role_arn"],
        "us-gov-west-1": ["kms_key_arn", "topic_arn"],
        "cn-north-1": ["log_processing_role_arn", "topic_arn"],
    }
    assert findings.check_partition(PantherDeployment("999988887777", "us-west-2"), S3Source()) == ()


@pytest.mark.parametrize(
    ("pasted", "name"),
    [
        ("acme-logs", "acme-logs"),
        ("acme-\n   logs\n", "acme-logs"),
        ("s3://acme-\nlogs/my prefix/", "acme-logs"),
        ("arn:aws:s3:::acme- logs/*", "acme-logs"),
        ("NOT VALID", "NOT VALID"),
        ("", ""),
    ],
)
def test_clean_bucket_name(pasted: str, name: str) -> None:
    assert rules.clean_bucket_name(pasted) == name
