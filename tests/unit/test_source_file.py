"""The source file: read with every error told, written so that it reads back the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from panther_s3.panther import PantherDeployment
from panther_s3.problems import Problem, ProblemKind
from panther_s3.rules.findings import check_sources
from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType
from panther_s3.source_file import (
    SourceFile,
    SourceFileProblem,
    dump_source_file,
    load_source_file,
    parse_source_file,
    source_document,
)
from tests.source_files import DIGITS, SMALLEST, SOURCE, TOKENS, WHOLE, sound, with_source

PANTHER = PantherDeployment("999988887777", "us-west-2")


def errors_of(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(SourceFileProblem) as raised:
        parse_source_file(text, "sources.yml")
    assert raised.value.kind is ProblemKind.INVALID
    return [(error.line, error.key, error.message) for error in raised.value.errors]


def test_what_the_smallest_file_leaves_out_has_its_default() -> None:
    source = S3Source(name="cloudtrail prod", aws_account_id="111122223333", bucket_name="acme-logs")

    assert parse_source_file(SMALLEST, "sources.yml") == SourceFile(PANTHER, (source,))
    assert source.prefix_log_types == (PrefixLogTypes("", (), ()),)
    assert source.drop_off_alarm_minutes is None


def test_every_key_is_read() -> None:
    loaded = parse_source_file(WHOLE, "sources.yml")

    assert loaded.panther == PANTHER
    assert loaded.api_url == "https://api.acme.runpanther.net"
    assert loaded.sources == (
        S3Source(
            name="cloudtrail prod",
            aws_account_id="111122223333",
            bucket_name="acme-logs",
            log_stream_type=StreamType.JSON_ARRAY,
            log_stream_type_options=StreamOptions("Records"),
            prefix_log_types=(
                PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail",), ("AWSLogs/debug/",)),
                PrefixLogTypes("other/"),
            ),
            log_processing_role_arn="arn:aws:iam::111122223333:role/PantherLogProcessingRole-cloudtrail-prod",
            notification_suffix=".gz",
            drop_off_alarm_minutes=1440,
        ),
    )
    assert loaded.onboarding == {
        "iam_role": "create_stack",
        "notifications": "skip",
        "on_failed_checks": "stop",
        "save_to": "./panther-out",
        "changes": "plan",
    }


def test_keys_with_nothing_behind_them_are_as_good_as_left_out() -> None:
    empty = "kms_key_arn:\nlog_stream_type: ~\nlog_stream_type_options:\nprefix_log_types: null\n"
    empty += "drop_off_alarm_minutes: null"

    assert parse_source_file(with_source(empty), "f") == parse_source_file(SMALLEST, "f")


@pytest.mark.parametrize(
    "written", ["111122223333", "012345670123", "012345678901", '"012345670123"', "'000000000000'"]
)
def test_an_account_id_is_taken_as_written(written: str) -> None:
    loaded = parse_source_file(SMALLEST.replace('"111122223333"', written), "f")

    assert loaded.sources[0].aws_account_id == written.strip("\"'")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("01234567012", "quote it"),
        ("1111_2222_3333", "quote it"),
        ("1111:22:33", "quote it"),
        ("1.5", "quote it"),
        ("0x123456789a", "quote it"),
        ('"11112222333"', "Use 12 digits: this has 11."),
        ("1111-2222-3333", "together: 111122223333"),
        ("[1]", "Use text here"),
        ("yes", "YAML reads yes as a truth value"),
        ("", "required"),
    ],
)
@pytest.mark.parametrize(
    ("place", "line", "key"),
    [('"111122223333"', 4, "sources[0].aws_account_id"), ('"999988887777"', 1, "panther.account_id")],
)
def test_an_account_id_that_is_none(written: str, words: str, place: str, line: int, key: str) -> None:
    ((at, path, message),) = errors_of(SMALLEST.replace(place, written or "null"))

    assert (at if words != "required" else line, path) == (line, key)
    assert words in message


@pytest.mark.parametrize(
    ("lines", "key", "words"),
    [
        ("bucket: x", "sources[0].bucket", "Did you mean bucket_name?"),
        ("zzz: x", "sources[0].zzz", "Known are name, aws_account_id"),
        ("yes: x", "sources[0].yes", "no such key"),
        ("<<: {a: b}", "sources[0].<<", "no such key"),
        ("? [a]\n: b", "sources[0].?", "no such key"),
        ("bucket_name: other", "sources[0].bucket_name", "twice; line 5 has it first"),
        ("kms_key_arn: [a]", "sources[0].kms_key_arn", "Use text here"),
        ("kms_key_arn: {a: b}", "sources[0].kms_key_arn", "Use text here"),
        (
            "notification_suffix: 2024",
            "sources[0].notification_suffix",
            "YAML reads 2024 as a number: put it in quotes",
        ),
        ("notification_suffix: off", "sources[0].notification_suffix", "YAML reads off as a truth value"),
        ("notification_suffix: 2024-01-01", "sources[0].notification_suffix", "as a date"),
        ("notification_suffix: !env X", "sources[0].notification_suffix", "without the tag !env"),
        ("notification_suffix: !!binary eA==", "sources[0].notification_suffix", "without the tag"),
        (r'notification_suffix: "\uD83D"', "sources[0].notification_suffix", "half of a character"),
        ("log_stream_type: json_array", "sources[0].log_stream_type", "Did you mean JsonArray?"),
        ("log_stream_type: auto", "sources[0].log_stream_type", "Did you mean Auto?"),
        ("log_stream_type: CSV", "sources[0].log_stream_type", "Use one of Auto, Lines, JSON, JsonArray"),
        ("log_stream_type_options: x", "sources[0].log_stream_type_options", "Use keys and values"),
        (
            "log_stream_type_options: {retain_envelope_fields: 1}",
            "sources[0].log_stream_type_options.retain_envelope_fields",
            "Use true or false",
        ),
        (
            "panther_managed_bucket_notifications_enabled: !!bool perhaps",
            "sources[0].panther_managed_bucket_notifications_enabled",
            "Use true or false, without quotes",
        ),
        (
            "panther_managed_bucket_notifications_enabled: 'true'",
            "sources[0].panther_managed_bucket_notifications_enabled",
            "Use true or false, without quotes",
        ),
        ("drop_off_alarm_minutes: '60'", "sources[0].drop_off_alarm_minutes", "digits alone and without quotes"),
        ("drop_off_alarm_minutes: 60.0", "sources[0].drop_off_alarm_minutes", "Use a whole number"),
        ("drop_off_alarm_minutes: 0x5a0", "sources[0].drop_off_alarm_minutes", "Use a whole number"),
        ("drop_off_alarm_minutes: 24:00", "sources[0].drop_off_alarm_minutes", "Use a whole number"),
        ("drop_off_alarm_minutes: 060", "sources[0].drop_off_alarm_minutes", "Use a whole number"),
        ("drop_off_alarm_minutes: 14", "sources[0].drop_off_alarm_minutes", "at least 15 minutes"),
        ("drop_off_alarm_minutes: 0", "sources[0].drop_off_alarm_minutes", "at least 15 minutes"),
        ("drop_off_alarm_minutes: 43201", "sources[0].drop_off_alarm_minutes", "at most 30 days"),
        ("prefix_log_types: []", "sources[0].prefix_log_types", "at least one row"),
        ("prefix_log_types: {prefix: a}", "sources[0].prefix_log_types", "Use a list"),
        ("prefix_log_types: [a]", "sources[0].prefix_log_types[0]", "Use keys and values"),
        ("prefix_log_types: [{prefix: /a}]", "sources[0].prefix_log_types[0].prefix", "slash at the beginning"),
        ("prefix_log_types: [{}, {}]", "sources[0].prefix_log_types[1].prefix", "Another row"),
        ("prefix_log_types: [{log_types: AWS.ALB}]", "sources[0].prefix_log_types[0].log_types", "Use a list"),
        ("prefix_log_types: [{log_types: [A.B, no]}]", "sources[0].prefix_log_types[0].log_types[1]", "truth value"),
        ("prefix_log_types: [{log_types: [a b]}]", "sources[0].prefix_log_types[0].log_types[0]", "one log type"),
        (
            "prefix_log_types: [{excluded_prefixes: ['']}]",
            "sources[0].prefix_log_types[0].excluded_prefixes[0]",
            "every",
        ),
        ("log_processing_role_arn: role/x", "sources[0].log_processing_role_arn", "Give the role's ARN"),
    ],
)
def test_what_is_wrong_in_a_source(lines: str, key: str, words: str) -> None:
    ((line, path, message),) = errors_of(with_source(lines))

    assert (line, path) == (6, key)
    assert words in message


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ("", 1, "", "empty"),
        ("# only a comment\n", 1, "", "empty"),
        ("- a\n", 1, "", "Use keys and values here, such as panther"),
        ("text", 1, "", "Use keys and values"),
        ("panther: {}\nsources:\n\t- a\n", 3, "", "Indent with blanks, not tabs."),
        ("a: 1\nb: [1,\n", 3, "", "This is not YAML"),
        ("a: b: c\n", 1, "", "mapping values are not allowed here"),
        ('x: 1\ny: "never closed', 2, "", "This is not YAML"),
        ("a: 1\n---\nb: 2\n", 2, "", "single document"),
        ("a: *nothing\n", 1, "", "undefined alias"),
        ("x: 1\ny: \x00\n", 2, "", "no such character"),
        ('x: 1\ny: "\\UFFFFFFFF"\n', 2, "", "out of range"),
        pytest.param("[" * 5000, 1, "", "nested too deeply", id="deep"),
    ],
)
def test_what_is_no_source_file_at_all(text: str, line: int, key: str, words: str) -> None:
    ((at, path, message),) = errors_of(text)

    assert (at, path) == (line, key)
    assert words in message


def test_the_sections_of_a_file() -> None:
    assert [(key, message) for _, key, message in errors_of("sources: []\nonboarding: {}\n")] == [
        ("panther", "This key is required."),
        ("sources", "Give at least one source."),
    ]
    assert errors_of(SMALLEST.replace("us-west-2", "Oregon"))[0][:2] == (1, "panther.region")
    assert "a URL" in errors_of(SMALLEST.replace("us-west-2", "us-west-2, api_url: acme"))[0][2]
    assert errors_of("panther: x\nsources: x\n")[0][:2] == (1, "panther")
    assert errors_of("panther: x\nsources: x\n")[1][1:] == (
        "sources",
        "Use a list here, such as [one, two], or one item a line after dashes.",
    )


@pytest.mark.parametrize(
    ("url", "word"),
    [("http://acme.runpanther.net", "https://"), ("https://user:s3cr3t@acme.runpanther.net", "user name and password")],
)
def test_an_api_url_that_no_token_may_be_sent_to_is_refused_and_not_repeated(url: str, word: str) -> None:
    (found,) = errors_of(SMALLEST.replace("us-west-2", f"us-west-2, api_url: '{url}'"))
    assert found[1] == "panther.api_url"
    assert word in found[2]
    assert "s3cr3t" not in found[2]


def test_an_api_url_may_be_the_consoles_and_stays_as_written() -> None:
    url = "https://acme.runpanther.net/log-sources"
    assert parse_source_file(SMALLEST.replace("us-west-2", f"us-west-2, api_url: '{url}'"), "f").api_url == url


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        ("iam_role: stack", "onboarding.iam_role", "Use one of create_stack, console_ui, template_file, manual."),
        ("iam-role: manual", "onboarding.iam-role", "Did you mean iam_role?"),
        ("changes: yes", "onboarding.changes", "truth value"),
        ("notifications: wizard", "onboarding.notifications", "create_topic, existing_topic, skip"),
        ("on_failed_checks: halt", "onboarding.on_failed_checks", "stop, continue"),
        ("save_to: [a]", "onboarding.save_to", "Use text"),
    ],
)
def test_the_onboarding_section_is_checked(line: str, key: str, words: str) -> None:
    ((at, path, message),) = errors_of(SMALLEST + f"onboarding:\n  {line}\n")

    assert (at, path) == (7, key)
    assert words in message


def test_the_onboarding_section_is_given_as_it_stands() -> None:
    assert parse_source_file(SMALLEST, "f").onboarding is None
    assert parse_source_file(SMALLEST + "onboarding: {}\n", "f").onboarding == {}
    assert parse_source_file(SMALLEST + "onboarding: {changes: plan}\n", "f").onboarding == {"changes": "plan"}


def test_all_errors_are_told_at_once_in_the_order_of_lines() -> None:
    text = SMALLEST.replace("us-west-2", "Oregon").replace("acme-logs", "Acme_Logs") + "    nam: x\nsorces: []\n"
    with pytest.raises(SourceFileProblem) as raised:
        parse_source_file(text, "my.yml")
    problem = raised.value

    assert [(error.line, error.key) for error in problem.errors] == [
        (1, "panther.region"),
        (5, "sources[0].bucket_name"),
        (6, "sources[0].nam"),
        (7, "sorces"),
    ]
    assert problem.title == "my.yml cannot be used"
    assert "my.yml, line 5: sources[0].bucket_name: A bucket's name has no upper-case letters." in problem.cause


def test_two_sources_must_not_share_name_or_prefix() -> None:
    text = SMALLEST + SMALLEST.split("sources:\n")[1]

    assert errors_of(text) == [
        (6, "sources[1].name", "sources[0] has this name already."),
        (6, "sources[1].prefix_log_types[0].prefix", "sources[0] reads this prefix of the bucket already."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "kms_key_arn: alias/logs",
        "kms_key_arn: nonsense",
        "topic_arn: arn:aws:sns:us-west-2:111122223333:x.fifo",
        "topic_arn: arn:aws:sns:us-west-2:444455556666:x",
    ],
)
def test_what_a_health_check_reports_does_not_keep_a_file_from_being_read(line: str) -> None:
    key, value = line.split(": ")

    assert getattr(parse_source_file(with_source(line), "f").sources[0], key) == value


def test_aliases_are_followed() -> None:
    text = with_source(
        "prefix_log_types:\n- &row {prefix: a/, log_types: &types [AWS.ALB]}\n- {prefix: b/, log_types: *types}"
    )

    assert [row.log_types for row in parse_source_file(text, "f").sources[0].prefix_log_types] == [("AWS.ALB",)] * 2


def test_aliases_that_multiply_are_not_followed_for_ever() -> None:
    types = ", ".join(["A.B"] * 300)
    rows = ", ".join(["*row"] * 300)
    sources = "".join("  - *source\n" for _ in range(300))
    text = (
        f"panther: {{account_id: '999988887777', region: us-west-2}}\nsources:\n"
        f"  - &source\n    name: a\n    prefix_log_types: [&row {{log_types: [{types}]}}, {rows}]\n{sources}"
    )

    assert "more than 100000 values" in " ".join(message for *_, message in errors_of(text))


def test_an_alias_of_what_holds_it_ends() -> None:
    assert errors_of("panther: &a {account_id: *a}\nsources: &b [*b]\n")


def test_load_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "sources.yml"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())

    assert load_source_file(path) == parse_source_file(WHOLE, str(path))


@pytest.mark.parametrize(
    ("name", "contents", "kind", "words"),
    [
        ("none.yml", None, ProblemKind.NOT_FOUND, "Check the path"),
        ("", None, ProblemKind.INVALID, "This is a folder"),
        ("nul\0byte", None, ProblemKind.INVALID, "null byte"),
        ("large.yml", b"#" * 300_000, ProblemKind.INVALID, "at most 256 KiB"),
        ("utf16.yml", "panther:".encode("utf-16"), ProblemKind.INVALID, "not UTF-8"),
        ("latin.yml", "a: 1\nb: größe\n".encode("latin-1"), ProblemKind.INVALID, "line 2"),
    ],
)
def test_files_that_cannot_be_read(
    tmp_path: Path, name: str, contents: bytes | None, kind: ProblemKind, words: str
) -> None:
    path = tmp_path / name
    if contents is not None:
        path.write_bytes(contents)

    with pytest.raises(Problem) as raised:
        load_source_file(path)

    assert raised.value.kind is kind
    assert str(path) in raised.value.title
    assert words in str(raised.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_without_the_right_to_read_it(tmp_path: Path) -> None:
    path = tmp_path / "sources.yml"
    path.write_text(SMALLEST)
    path.chmod(0)

    with pytest.raises(Problem) as raised:
        load_source_file(path)

    assert raised.value.kind is ProblemKind.ACCESS_DENIED


def read_or_refuse(text: str) -> SourceFile | SourceFileProblem:
    try:
        return parse_source_file(text, "f")
    except SourceFileProblem as problem:
        return problem


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(TOKENS)).map("".join)))
def test_any_text_is_refused_with_a_line(text: str) -> None:
    problem = read_or_refuse(text)

    assert isinstance(problem, SourceFileProblem)
    assert problem.errors
    assert all(1 <= error.line <= len(text) + 1 and error.message for error in problem.errors)


@settings(deadline=None)
@given(st.integers(0, len(WHOLE)), st.integers(0, 30), st.sampled_from(TOKENS))
def test_a_damaged_file_is_read_or_refused_with_a_line(place: int, cut: int, token: str) -> None:
    outcome = read_or_refuse(WHOLE[:place] + token + WHOLE[place + cut :])

    assert isinstance(outcome, SourceFile) or all(error.line >= 1 for error in outcome.errors)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(
    st.lists(SOURCE.filter(sound), min_size=1, max_size=3).filter(lambda sources: not check_sources(sources)), DIGITS
)
@example([S3Source("007", "012345670123", "abc", "a\x85b\u2028\ufeff\x00\n  c")], "000000000000")
def test_what_is_written_reads_back_the_same(sources: list[S3Source], account: str) -> None:
    panther, api_url = PantherDeployment(account, "us-gov-west-1"), "https://api.acme.runpanther.net"
    text = dump_source_file(panther, sources, api_url=api_url)

    assert parse_source_file(text, "f") == SourceFile(panther, tuple(sources), api_url)


def test_a_written_file_is_one_to_read_and_edit() -> None:
    text = dump_source_file(PANTHER, parse_source_file(WHOLE, "f").sources)

    assert 'account_id: "999988887777"  # where Panther runs' in text
    assert 'aws_account_id: "111122223333"' in text
    assert "        log_types: [AWS.CloudTrail]\n" in text
    assert "drop_off_alarm_minutes: 1440  # 15 to 43200, or null for no alarm" in text
    assert "api_url" not in text


def test_a_source_as_plain_values_has_the_file_s_keys_in_its_order() -> None:
    document = source_document(parse_source_file(WHOLE, "f").sources[0])
    written = [line.strip(" -").split(":")[0] for line in WHOLE.splitlines() if line[:4] in {"    ", "  - "}]

    assert list(document) == [key for key in written if key not in {"prefix", "log_types", "excluded_prefixes"}]
    assert document["log_stream_type"] == "JsonArray"
    assert document["log_stream_type_options"] == {"json_array_envelope_field": "Records"}
    assert document["prefix_log_types"][1] == {"prefix": "other/", "log_types": [], "excluded_prefixes": []}


def test_importing_the_source_file_s_modules_loads_neither_yaml_nor_boto3() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, panther_s3.source_file, panther_s3.rules; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert not {"yaml", "boto3", "botocore"} & set(loaded)
