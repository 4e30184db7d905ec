"""The source file's JSON Schema: sound, as wide as the reader, and no wider where a schema can tell."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import assets
from panther_s3 import rules
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api.address import api_url_fault
from panther_s3.partitions import REGIONS
from panther_s3.rules.findings import check_sources
from panther_s3.source import S3Source, StreamOptions
from panther_s3.source_file import (
    SourceFile,
    SourceFileProblem,
    dump_source_file,
    parse_source_file,
    source_document,
    value_schemas,
)
from panther_s3.source_file.orders import NEEDED, ONBOARDING_KEYS, orders_of
from panther_s3.source_file.reading import FILE_KEYS, OPTION_KEYS, PANTHER_KEYS, ROW_KEYS, SOURCE_KEYS
from panther_s3.source_file.schema import source_file_schema
from tests.source_files import DIGITS, SMALLEST, SOURCE, TOKENS, WHOLE, sound, with_source

SCHEMA = source_file_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
CONTRACT = """\
panther:
  account_id: "999988887777"     # where Panther runs
  region: us-west-2
sources:
  - name: cloudtrail prod
    aws_account_id: "111122223333"
    bucket_name: acme-logs
    kms_key_arn: ""
    log_stream_type: Auto          # Auto Lines JSON JsonArray CloudWatchLogs XML
    log_stream_type_options: {}    # json_array_envelope_field, retain_envelope_fields, xml_root_element
    prefix_log_types:
      - prefix: AWSLogs/
        log_types: [AWS.CloudTrail]
        excluded_prefixes: []
    log_processing_role_arn: arn:aws:iam::111122223333:role/PantherLogProcessingRole-cloudtrail-prod
    panther_managed_bucket_notifications_enabled: false
    topic_arn: ""                  # empty: panther-notifications-topic in the bucket's region
    notification_suffix: ""
    drop_off_alarm_minutes: 1440   # 15..43200, or null for none
"""
ONBOARDING = """\
onboarding:
  iam_role: create_stack        # create_stack | console_ui | template_file | manual
  notifications: create_topic   # create_topic | existing_topic | skip; left out when Panther manages them
  on_failed_checks: stop        # stop | continue; judges only checks whose step is done
  save_to: ./panther-out        # templates, policies, report
  changes: allow                # allow | plan: compare and print, make not even a change set
"""
ROWS = "sources[0].prefix_log_types"
OPTIONS = "sources[0].log_stream_type_options"
SECTIONS = {
    "": FILE_KEYS,
    "panther": PANTHER_KEYS,
    "sources[0]": SOURCE_KEYS,
    OPTIONS: OPTION_KEYS,
    f"{ROWS}[0]": ROW_KEYS,
    "onboarding": ONBOARDING_KEYS,
}
EVERY_KEY = WHOLE.replace(": Records}", ": Records, retain_envelope_fields: true, xml_root_element: Events}")
LEFT_OUT = object()
UNATTENDED = [f"onboarding.{key}" for key in NEEDED]
REQUIRED = [
    *("panther", "sources", "panther.account_id", "panther.region"),
    *("sources[0].name", "sources[0].aws_account_id", "sources[0].bucket_name"),
]


def refused_by_schema(text: str) -> list[str]:
    """Return the paths of what the schema refuses in a file, as the reader writes them."""
    return [
        fault.json_path.removeprefix("$").removeprefix(".") for fault in VALIDATOR.iter_errors(yaml.safe_load(text))
    ]


def refused_by_reader(text: str, *, unattended: bool = False) -> list[str]:
    """Return the paths of what the reader refuses in a file."""
    try:
        parse_source_file(text, "f", unattended=unattended)
    except SourceFileProblem as problem:
        return [error.key for error in problem.errors]
    return []


def properties(schema: dict[str, Any] = SCHEMA, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that the schema knows, with its path and its schema; of a list, the first item's."""
    schema, path = (schema["items"], f"{path}[0]") if "items" in schema else (schema, path)
    for key, part in schema.get("properties", {}).items():
        place = f"{path}.{key}".removeprefix(".")
        yield place, part
        yield from properties(part, place)


def with_value(path: str, value: object) -> str:
    """Return the file that has every key, with `value` at `path`; without it where the value is LEFT_OUT."""
    document = yaml.safe_load(EVERY_KEY)
    *outer, last = re.findall(r"[^.\[\]]+", path)
    place = document
    for step in outer:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    if value is LEFT_OUT:
        del place[last]
    return yaml.safe_dump(document)


PLACES = [path for path, _ in properties()]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert json.dumps(SCHEMA, ensure_ascii=False).isascii()


def test_every_key_of_the_reader_is_in_it_and_the_other_way_round() -> None:
    known = [f"{section}.{key}".removeprefix(".") for section, keys in SECTIONS.items() for key in keys]

    assert sorted(PLACES) == sorted(known)
    assert refused_by_reader(EVERY_KEY) == refused_by_schema(EVERY_KEY) == []


@pytest.mark.parametrize(("path", "part"), properties(), ids=PLACES)
def test_every_key_says_what_it_means(path: str, part: dict[str, Any]) -> None:
    assert re.fullmatch(r"[A-Z].{20,}[.)]", part["description"])


def test_a_default_is_what_a_key_that_is_left_out_comes_to() -> None:
    defaults = {path: part["default"] for path, part in properties() if "default" in part}
    source = source_document(parse_source_file(SMALLEST, "f").sources[0])
    orders = orders_of(parse_source_file(f"{SMALLEST}onboarding: {{iam_role: manual, changes: plan}}\n", "f"))
    left_out = {
        "panther.api_url": "",
        **{f"sources[0].{key}": value for key, value in source.items()},
        **{f"{OPTIONS}.{key}": value for key, value in asdict(StreamOptions()).items()},
        **{f"{ROWS}[0].{key}": value for key, value in source["prefix_log_types"][0].items()},
        "onboarding.on_failed_checks": orders.on_failed_checks,
        "onboarding.save_to": orders.save_to,
    }

    assert defaults == {path: value for path, value in left_out.items() if path not in REQUIRED}


@pytest.mark.parametrize(
    "text", [CONTRACT, CONTRACT + ONBOARDING, SMALLEST, WHOLE], ids=["contract", "unattended", "smallest", "whole"]
)
def test_a_sound_file_is_taken(text: str) -> None:
    assert refused_by_reader(text) == refused_by_schema(text) == []


# --- what the reader takes ---


@pytest.mark.parametrize("path", [path for path in PLACES if path not in REQUIRED])
def test_a_key_that_is_not_required_may_be_left_out_or_empty(path: str) -> None:
    for text in (with_value(path, LEFT_OUT), with_value(path, None)):
        assert refused_by_reader(text) == []
        if path in UNATTENDED:
            assert refused_by_reader(text, unattended=True) == [path]
        assert (refused_by_schema(text) == []) == (path not in UNATTENDED)


@pytest.mark.parametrize("path", REQUIRED)
def test_a_key_that_is_required_may_not(path: str) -> None:
    for text in (with_value(path, LEFT_OUT), with_value(path, None)):
        assert path in refused_by_reader(text)
        assert len(refused_by_schema(text)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        'log_stream_type: ""',
        "log_stream_type: XML\nlog_stream_type_options: {xml_root_element: Größe}",
        'log_stream_type: XML\nlog_stream_type_options: {xml_root_element: ""}',
        "log_stream_type: Auto\nlog_stream_type_options: {xml_root_element: <a>, json_array_envelope_field: $.a}",
        "log_stream_type: JsonArray\nlog_stream_type_options: {json_array_envelope_field: detail.Records}",
        "kms_key_arn: alias/logs\ntopic_arn: nonsense",
        "prefix_log_types: [{prefix: a}, {prefix: a/b, log_types: [Custom.Ours, AWS.NotYetKnown, AWS.ALB, AWS.ALB]}]",
        "panther_managed_bucket_notifications_enabled: yes",
        "drop_off_alarm_minutes: 15",
        "drop_off_alarm_minutes: 43200",
        "log_processing_role_arn: arn:aws-us-gov:iam::111122223333:role/a/path/Ours+=,.@-_",
    ],
)
def test_what_the_reader_takes_is_taken(lines: str) -> None:
    assert refused_by_reader(with_source(lines)) == refused_by_schema(with_source(lines)) == []


@pytest.mark.parametrize("written", ["111122223333", "012345670123", "012345678901", "000000000000", "'012345670123'"])
def test_an_account_id_may_be_the_number_that_yaml_makes_of_it(written: str) -> None:
    text = SMALLEST.replace('"111122223333"', written).replace('"999988887777"', written)

    assert refused_by_reader(text) == refused_by_schema(text) == []


URL = st.sampled_from(
    ["", "acme.runpanther.net", "https://acme.runpanther.net/log-sources", "HTTP://LOCALHOST:8080/", "http://[::1]:99"]
)
SAID = st.fixed_dictionaries(
    {"iam_role": st.sampled_from(["create_stack", "manual"]), "changes": st.sampled_from(["allow", "plan"])},
    optional={
        "notifications": st.sampled_from(["create_topic", "existing_topic", "skip"]),
        "on_failed_checks": st.sampled_from(["stop", "continue"]),
        "save_to": st.text(st.characters(codec="ascii"), min_size=1),
    },
)
SOURCES = st.lists(SOURCE.filter(sound), min_size=1, max_size=3).filter(lambda sources: not check_sources(sources))


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(SOURCES, DIGITS, URL, st.none() | SAID, st.randoms(use_true_random=False))
@example([S3Source("007", "012345670123", "abc", "a\x85b\u2028\ufeff\x00\n  c")], "000000000000", "", None, None)
def test_any_file_that_the_reader_takes_is_taken(
    sources: list[S3Source], account: str, api_url: str, said: dict[str, str] | None, chance: Any
) -> None:
    panther = PantherDeployment(account, "us-gov-west-1")
    text = dump_source_file(panther, sources, api_url=api_url, onboarding=said)
    assert refused_by_reader(text) == refused_by_schema(text) == []
    if chance is None:
        return
    document = yaml.safe_load(text)
    for source in document["sources"]:  # no key but the first three is needed
        for key in SOURCE_KEYS[3:]:
            source[key] = chance.choice([source[key], source[key], None])
            if chance.random() < 0.2:
                del source[key]
    text = yaml.safe_dump(document)
    if not refused_by_reader(text):  # rows that are left out may collide
        assert refused_by_schema(text) == []


UNTAGGED = [token for token in TOKENS if not token.startswith("!")]
"""The reader overlooks the tag of a key."""


@given(st.integers(0, len(WHOLE)), st.integers(0, 30), st.sampled_from(UNTAGGED))
def test_a_damaged_file_that_the_reader_takes_is_taken(place: int, cut: int, token: str) -> None:
    text = WHOLE[:place] + token + WHOLE[place + cut :]
    try:
        found: SourceFile = parse_source_file(text, "f")
    except SourceFileProblem:
        return
    if found.onboarding is None or found.onboarding.keys() >= {*NEEDED}:
        assert refused_by_schema(text) == []


def texts(*parts: str) -> st.SearchStrategy[str]:
    """Texts of those parts, without a line's end at their own: there Python's $ takes more than JavaScript's."""
    joined = st.lists(st.sampled_from(parts), max_size=6).map("".join)
    return joined.filter(lambda text: not text.endswith("\n"))


def or_empty(rule: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: rule(text) if text else ""


ARN_PARTS = (
    "arn:",
    "aws",
    "-cn",
    ":iam::",
    "111122223333",
    ":",
    "role/",
    "a/",
    "Ours",
    "x" * 63,
    "+=,.@-",
    "*",
    " ",
    "é",
)
BUCKET_PARTS = ("a", "b9", "-", ".", "10", ".1.1", "xn--", "-s3alias", ".mrap", "xmrap", "A", "_", "s3://", "z" * 58)
LOG_PARTS = ("Custom", "custom", "CUSTOM", ".", "AWS", "aws", "ALB", "A1", "_", "9", "-", " ", ",", "é")
KEY_PARTS = ("a", "/", "*", "s3://", "arn:aws:s3:::", "https://s3.amazonaws.com/", "b" * 1000, "é" * 20, "\n", "$")
WORD_PARTS = ("a", "Records", ".", "..", "$", "<", ">", "é", "9", "-", ":", "_", " ", "\n")
URL_PARTS = (
    *("https://", "HTTPS://", "http://", "HTTP://", "ftp://", "localhost", "LocalHost", "127.0.0.1", "[::1]", "[::2]"),
    *("acme.runpanther.net", ":443", ":x", "/", "/v1", "/public/graphql", "?a=b://c", "#x", "@", "\\", " ", "\t", "é"),
)


@pytest.mark.parametrize(
    ("schema", "rule", "parts"),
    [
        (value_schemas.source_name(), rules.name_fault, ("a", "Z9", " ", "-", "_", "é", "\n", "x" * 30)),
        (value_schemas.account_id(), rules.account_id_fault, ("1", "0000", "111122223333", " ", "-", "x", "١")),
        (value_schemas.region(), rules.region_fault, ("us", "-", "gov", "west", "1", "12", "A", " ", "us-west-2")),
        (value_schemas.bucket_name(), rules.bucket_name_fault, BUCKET_PARTS),
        (value_schemas.role_arn(), or_empty(rules.role_arn_fault), ARN_PARTS),
        (value_schemas.log_type(), rules.log_type_fault, LOG_PARTS),
        (value_schemas.text(value_schemas.ENVELOPE_FIELD), rules.envelope_field_fault, WORD_PARTS),
    ],
    ids=["name", "account", "region", "bucket", "role", "log type", "envelope"],
)
def test_a_value_is_taken_if_and_only_if_its_rule_takes_it(
    schema: dict[str, Any], rule: Callable[[str], str], parts: tuple[str, ...]
) -> None:
    validator = Draft202012Validator(schema)

    @settings(max_examples=300)
    @given(texts(*parts))
    def agree(text: str) -> None:
        assert validator.is_valid(text) == (not rule(text))

    agree()


@pytest.mark.parametrize(
    ("schema", "rule", "parts"),
    [
        (value_schemas.prefix(), rules.prefix_fault, KEY_PARTS),
        (value_schemas.exclusion(), rules.exclusion_fault, KEY_PARTS),
        (value_schemas.suffix(), rules.notification_suffix_fault, KEY_PARTS),
        (value_schemas.text(value_schemas.XML_ROOT), rules.xml_root_fault, WORD_PARTS),
        (value_schemas.api_url(), or_empty(api_url_fault), URL_PARTS),
    ],
    ids=["prefix", "exclusion", "suffix", "root", "address"],
)
def test_a_value_that_its_rule_takes_is_taken(
    schema: dict[str, Any], rule: Callable[[str], str], parts: tuple[str, ...]
) -> None:
    validator = Draft202012Validator(schema)

    @settings(max_examples=300)
    @given(texts(*parts))
    def take(text: str) -> None:
        assert rule(text) or validator.is_valid(text)

    take()


# --- what the reader refuses ---


@pytest.mark.parametrize("section", SECTIONS)
def test_a_key_that_the_reader_does_not_know_is_refused(section: str) -> None:
    path = f"{section}.bucket".removeprefix(".")

    assert refused_by_reader(with_value(path, "x")) == [path]
    assert refused_by_schema(with_value(path, "x")) == [section]


VALUES: dict[str, Any] = {
    "array": ["a"],
    "object": {"a": "b"},
    "string": "a",
    "boolean": True,
    "integer": 7,
    "number": 0.5,
}
OTHER_TYPES = [
    (path, value) for path, part in properties() for kind, value in VALUES.items() if kind not in part["type"]
]


@pytest.mark.parametrize(("path", "value"), OTHER_TYPES)
def test_a_value_of_another_type_is_refused(path: str, value: object) -> None:
    assert path in refused_by_reader(with_value(path, value))
    assert path in refused_by_schema(with_value(path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("panther.account_id", ""),
        ("panther.account_id", "99998888777"),
        ("panther.account_id", "9999-8888-7777"),
        ("panther.account_id", 9999888877776),
        ("panther.account_id", -99998888777),
        ("panther.region", "Oregon"),
        ("panther.region", "us-west-2a"),
        ("panther.region", "US-WEST-2"),
        ("panther.api_url", "http://acme.runpanther.net"),
        ("panther.api_url", "https://user:word@acme.runpanther.net"),
        ("panther.api_url", "ftp://acme.runpanther.net"),
        ("panther.api_url", "acme runpanther net"),
        ("sources", []),
        ("sources", ["cloudtrail prod"]),
        ("sources", [None]),
        ("sources[0].name", ""),
        ("sources[0].name", " x"),
        ("sources[0].name", "x "),
        ("sources[0].name", "cloud_trail"),
        ("sources[0].name", "x" * 33),
        ("sources[0].aws_account_id", "1111222233334"),
        ("sources[0].aws_account_id", 10**12),
        ("sources[0].bucket_name", "ab"),
        ("sources[0].bucket_name", "a" * 64),
        ("sources[0].bucket_name", "Acme-Logs"),
        ("sources[0].bucket_name", "acme..logs"),
        ("sources[0].bucket_name", "-acme"),
        ("sources[0].bucket_name", "192.168.1.1"),
        ("sources[0].bucket_name", "acme-s3alias"),
        ("sources[0].bucket_name", "xn--acme"),
        ("sources[0].bucket_name", "s3://acme-logs"),
        ("sources[0].log_stream_type", "json_array"),
        (f"{OPTIONS}.json_array_envelope_field", "$.Records"),
        (f"{OPTIONS}.json_array_envelope_field", "a..b"),
        (f"{OPTIONS}.json_array_envelope_field", "Records."),
        (ROWS, []),
        (ROWS, ["AWSLogs/"]),
        (ROWS, [None]),
        (ROWS, [{"prefix": "a"}, {"prefix": "a"}]),
        (f"{ROWS}[0].prefix", "/AWSLogs"),
        (f"{ROWS}[0].prefix", "AWSLogs/*"),
        (f"{ROWS}[0].prefix", "s3://acme-logs/AWSLogs/"),
        (f"{ROWS}[0].prefix", "arn:aws:s3:::acme-logs/AWSLogs/"),
        (f"{ROWS}[0].prefix", "a" * 1025),
        (f"{ROWS}[0].log_types", [""]),
        (f"{ROWS}[0].log_types", ["AWS.ALB, AWS.NLB"]),
        (f"{ROWS}[0].log_types", ["custom.ours"]),
        (f"{ROWS}[0].log_types", ["Custom.A.B.C.D.E.F.G"]),
        (f"{ROWS}[0].log_types", [None]),
        (f"{ROWS}[0].log_types", [7]),
        (f"{ROWS}[0].excluded_prefixes", [""]),
        (f"{ROWS}[0].excluded_prefixes", [None]),
        (f"{ROWS}[0].excluded_prefixes", ["/a"]),
        (f"{ROWS}[0].excluded_prefixes", ["a" * 1025]),
        ("sources[0].log_processing_role_arn", "role/x"),
        ("sources[0].log_processing_role_arn", "arn:aws:iam::1111:role/x"),
        ("sources[0].log_processing_role_arn", "arn:aws-eu:iam::111122223333:role/x"),
        ("sources[0].log_processing_role_arn", "arn:aws:sts::111122223333:assumed-role/x/y"),
        ("sources[0].log_processing_role_arn", f"arn:aws:iam::111122223333:role/{'x' * 65}"),
        ("sources[0].notification_suffix", "*.gz"),
        ("sources[0].notification_suffix", "z" * 1025),
        ("sources[0].drop_off_alarm_minutes", 0),
        ("sources[0].drop_off_alarm_minutes", 14),
        ("sources[0].drop_off_alarm_minutes", 43201),
        ("sources[0].drop_off_alarm_minutes", -60),
        ("onboarding.iam_role", "stack"),
        ("onboarding.notifications", "wizard"),
        ("onboarding.on_failed_checks", "halt"),
        ("onboarding.changes", "all"),
    ],
)
def test_a_value_out_of_bounds_is_refused(path: str, value: object) -> None:
    by_reader, (by_schema,) = refused_by_reader(with_value(path, value)), refused_by_schema(with_value(path, value))

    assert any(place.startswith(path) for place in by_reader)
    assert by_schema.startswith(path)


@pytest.mark.parametrize("root", ["<Events>", "9a", "a b", "-a"])
def test_an_element_that_events_cannot_be_within_is_refused(root: str) -> None:
    text = with_source(f"log_stream_type: XML\nlog_stream_type_options: {{xml_root_element: '{root}'}}")

    assert refused_by_reader(text) == refused_by_schema(text) == [f"{OPTIONS}.xml_root_element"]


@pytest.mark.parametrize(
    "text",
    [
        with_source("drop_off_alarm_minutes: 0x5a0"),
        with_source("drop_off_alarm_minutes: 60.0"),
        with_source("kms_key_arn: a\nkms_key_arn: b"),
        SMALLEST.replace('"111122223333"', "11112222333"),
        with_source("prefix_log_types: [{}, {log_types: [AWS.ALB]}]"),
        with_source(f"prefix_log_types: [{{prefix: {'é' * 600}}}]"),
        with_source("log_processing_role_arn: arn:aws:iam::444455556666:role/x"),
        SMALLEST + SMALLEST.split("sources:\n")[1].replace("acme-logs", "other-logs"),
    ],
    ids=["form", "fraction", "twice", "digits", "rows", "bytes", "account", "names"],
)
def test_what_a_schema_cannot_tell_is_left_to_the_reader(text: str) -> None:
    assert refused_by_reader(text)
    assert refused_by_schema(text) == []


# --- what editors make of it ---


def test_editors_complete_what_is_known() -> None:
    parts = dict(properties())
    log_types = parts[f"{ROWS}[0].log_types"]["items"]["anyOf"]

    assert log_types[0]["enum"] == list(assets.log_types())
    assert parts["panther.region"]["anyOf"][0]["enum"] == list(REGIONS)
    assert parts["onboarding.iam_role"]["enum"] == ["create_stack", "console_ui", "template_file", "manual"]


def test_every_example_is_taken() -> None:
    examples = [(path, value) for path, part in properties() for value in part.get("examples", ())]

    assert len(examples) > 5
    for path, value in examples:
        assert refused_by_reader(with_value(path, value)) == refused_by_schema(with_value(path, value)) == []


def patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from [schema["pattern"]] if isinstance(schema.get("pattern"), str) else []
        schema = list(schema.values())
    for part in schema if isinstance(schema, list) else ():
        yield from patterns(part)


@pytest.mark.parametrize("pattern", sorted(set(patterns(SCHEMA))))
def test_a_pattern_means_the_same_in_javascript(pattern: str) -> None:
    assert set(re.findall(r"\(\?(.)", pattern)) <= {"!", "="}
    assert set(re.findall(r"\\(.)", pattern)) <= set(r"\.[]dsx")
    assert pattern.startswith("^")
