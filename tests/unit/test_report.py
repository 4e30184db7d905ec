"""The report: complete, stable, and no markup made of text from outside."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from panther_s3.answers import Answers, Made
from panther_s3.handwork import notification_steps
from panther_s3.panther import PantherDeployment
from panther_s3.report import as_json, as_markdown
from panther_s3.source import PrefixLogTypes, S3Source
from panther_s3.source_file import parse_source_file, source_document
from panther_s3.text import visible

SOURCE = S3Source(
    name="cloudtrail prod",
    aws_account_id="111122223333",
    bucket_name="acme-logs",
    prefix_log_types=(PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail",)),),
    log_processing_role_arn="arn:aws:iam::111122223333:role/PantherLogProcessingRole-cloudtrail-prod",
    drop_off_alarm_minutes=1440,
)
ANSWERS = Answers(
    profile="prod",
    bucket_region="us-west-2",
    panther=PantherDeployment("999988887777", "us-west-2"),
    source=SOURCE,
    validation_note="13 checks passed",
    made=(
        Made("CloudFormation stack", "my-stack", "us-west-2", "arn:aws:cloudformation:us-west-2:1:stack/my-stack/1"),
    ),
)
HOSTILE = [
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![](https://evil.example/x.png)",
    "**bold** _it_ ~~gone~~",
    "`code` ``` fence",
    "# heading",
    "- item",
    "1. item",
    "===",
    "> quote",
    "| a | b |",
    "a\n\n# b",
    "\x1b[31mred\u202e",
    "&lt;b&gt;",
    "$x$",
    "back\\slash",
    " `",
]


def inline(markdown: str) -> list[Token]:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    return [child for token in tokens for child in token.children or ()]


def fences(markdown: str) -> list[str]:
    return [token.content for token in MarkdownIt("commonmark").parse(markdown) if token.type == "fence"]


def test_the_markdown_holds_what_to_enter_what_was_made_and_the_way_back() -> None:
    report = as_markdown(ANSWERS)

    assert re.findall(r"^## (.*)$", report, re.MULTILINE) == [
        "To enter in Panther's Console: cloudtrail prod",
        "Validation",
        "How acme-logs tells Panther of new objects",
        "What comes next",
        "What this run did",
        "To take it back",
        "Source file",
    ]
    assert "- Bucket Name: `acme-logs`" in report
    assert "- KMS Key: (leave empty)" in report
    assert "- 13 checks passed" in report
    assert "- CloudFormation stack `my-stack` `arn:aws:cloudformation:us-west-2:1:stack/my-stack/1`" in report
    assert "aws cloudformation delete-stack --stack-name my-stack --region us-west-2 --profile prod" in report


def test_a_run_that_made_nothing_says_nothing_of_it() -> None:
    report = as_markdown(replace(ANSWERS, made=(), validation_note=""))

    assert "made in AWS" not in report
    assert "take it back" not in report
    assert "## Validation" not in report


def test_the_source_file_in_the_report_can_be_read() -> None:
    other = replace(SOURCE, name="other", bucket_name="other-logs")
    report = as_markdown(replace(ANSWERS, finished=(other,)))
    loaded = parse_source_file(fences(report)[-1], "report")

    assert loaded.panther == ANSWERS.panther
    assert loaded.sources == (other, SOURCE)
    assert "## To enter in Panther's Console: other\n" in report


def test_a_source_only_begun_is_left_out() -> None:
    begun = replace(ANSWERS, finished=(SOURCE,), source=S3Source())

    assert [source["name"] for source in json.loads(as_json(begun))["sources"]] == ["cloudtrail prod"]
    assert as_markdown(begun).count("## To enter") == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    hostile = replace(
        ANSWERS,
        source=replace(SOURCE, name=text, prefix_log_types=(PrefixLogTypes(text, (text,), (text,)),)),
        validation_note=text,
        failed_checks=(text, text),
        made=(Made(text, text, "us-west-2", text), replace(ANSWERS.made[0], name=text)),
    )
    report = as_markdown(hostile)
    kinds = {token.type for token in inline(report)}
    shown = visible(text, keep_lines=False)

    assert kinds <= {"text", "code_inline", "softbreak", "text_special"}
    assert len(re.findall(r"^#+ ", report, re.MULTILINE)) == len(
        re.findall(
            r"^#+ ",
            as_markdown(replace(hostile, source=SOURCE, validation_note="x", failed_checks=("x", "x"))),
            re.MULTILINE,
        )
    )
    assert [token.content for token in inline(report) if token.type == "code_inline"].count(shown) >= 3


@given(st.text(alphabet=st.one_of(st.sampled_from("`*_[]()<>#+-.!|~&\\ 1=\n\x1b"), st.characters()), min_size=1))
def test_a_note_reads_as_it_is(text: str) -> None:
    tokens = inline(as_markdown(replace(ANSWERS, validation_note=f"x{text}", failed_checks=())))
    rendered = "".join(token.content for token in tokens)

    assert " ".join(visible(f"x{text}", keep_lines=False).split()) in " ".join(rendered.split())


def test_the_json_has_stable_keys_and_the_source_file_s_sources() -> None:
    document = json.loads(as_json(replace(ANSWERS, failed_checks=("one",))))

    assert list(document) == [
        "panther",
        "sources",
        "source_id",
        "bucket_region",
        "notifications_by",
        "validation",
        "failed_checks",
        "made",
        "notifications",
        "next_steps",
        "undo",
    ]
    assert document["panther"] == {"account_id": "999988887777", "region": "us-west-2"}
    assert document["sources"] == [source_document(SOURCE)]
    assert document["made"] == [
        {
            "kind": "CloudFormation stack",
            "name": "my-stack",
            "region": "us-west-2",
            "arn": "arn:aws:cloudformation:us-west-2:1:stack/my-stack/1",
            "before": None,
            "put_back": "",
        }
    ]
    (told,) = document["notifications"]
    assert told["bucket_name"] == "acme-logs"
    assert [step["title"] for step in told["steps"]] == [step.title for step in notification_steps(ANSWERS)]
    assert list(document["next_steps"][0]) == ["title", "text", "values"]
    assert document["next_steps"][0]["text"][0] == "one"
    assert document["undo"][0]["values"][0]["language"] == "shell"


@given(st.text())
def test_the_json_is_plain_ascii_whatever_it_holds(text: str) -> None:
    report = as_json(replace(ANSWERS, validation_note=text))

    assert report.isascii()
    assert json.loads(report)["validation"] == text


def test_the_same_answers_give_the_same_report() -> None:
    assert as_markdown(ANSWERS) == as_markdown(ANSWERS)
    assert as_json(ANSWERS) == as_json(ANSWERS)
