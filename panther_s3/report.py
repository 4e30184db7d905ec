"""What a run came to, as Markdown for people and as JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace

from panther_s3.answers import Answers
from panther_s3.handwork import (
    HandStep,
    HandValue,
    console_form,
    managed_steps,
    next_steps,
    notification_steps,
    undo_steps,
)
from panther_s3.problems import Problem
from panther_s3.source import S3Source
from panther_s3.source_file import dump_source_file, source_document
from panther_s3.text import visible


def as_markdown(answers: Answers) -> str:
    """Return the report of `answers` in Markdown; text from outside is shown as it is, never as markup."""
    lines = ["# S3 log sources for Panther", ""]
    for each in _of_each_source(answers):
        heading = "In Panther already" if each.source_id else "To enter in Panther's Console"
        lines += [f"## {heading}: {_escaped(each.source.name)}", ""]
        lines += [_item(value) for value in console_form(each)] + [""]
    if answers.validation_note or answers.failed_checks:
        lines += ["## Validation", ""]
        lines += [f"- {_escaped(line)}" for line in (answers.validation_note, *answers.failed_checks) if line]
        lines.append("")
    for each in _of_each_source(answers):
        lines += [f"## How {_escaped(each.source.bucket_name)} tells Panther of new objects", ""]
        lines += _steps(_notification_steps(each))
    lines += ["## What comes next", "", *_steps(next_steps(answers))]
    if answers.made:
        lines += ["## What this run did", ""]
        for made in answers.made:
            did = "changed" if made.put_back else "made" if made.before is None else "updated"
            arn = f" {_code(made.arn)}" if made.arn else ""
            lines.append(f"- {_escaped(made.kind)} {_code(made.name)}{arn}, {did}")
        lines += ["", "## To take it back", "", *_steps(undo_steps(answers))]
    lines += ["## Source file", "", *_block(as_source_file(answers), "yaml")]
    return "\n".join(lines) + "\n"


def outcome_markdown(answers: Answers, result: str, problems: Iterable[Problem], left: Iterable[HandStep]) -> str:
    """Return the report of a source that was applied without a question: what it came to, before the rest.

    Args:
        answers: the source.
        result: what it came to, in a word.
        problems: what went wrong.
        left: what is left to do by hand.
    """
    lines = [f"# {_escaped(answers.source.name)}: {_escaped(result)}", ""]
    for problem in problems:
        lines += [f"## {_escaped(problem.title)}", ""]
        lines += [line for text in (problem.cause, problem.remedy) if text for line in (_escaped(text), "")]
    if steps := tuple(left):
        lines += ["## Left to do", "", *_steps(steps)]
    return "\n".join(lines) + "\n" + as_markdown(answers)


def as_json(answers: Answers) -> str:
    """Return the report of `answers` as a JSON object; its sources have the source file's keys."""
    document = {
        "panther": asdict(answers.panther),
        "sources": [source_document(source) for source in _sources(answers)],
        "source_id": answers.source_id or None,
        "bucket_region": answers.bucket_region,
        "notifications_by": answers.notifications_by.value,
        "validation": answers.validation_note,
        "failed_checks": list(answers.failed_checks),
        "made": [asdict(made) for made in answers.made],
        "notifications": [
            {"bucket_name": each.source.bucket_name, "steps": [asdict(step) for step in _notification_steps(each)]}
            for each in _of_each_source(answers)
        ],
        "next_steps": [asdict(step) for step in next_steps(answers)],
        "undo": [asdict(step) for step in undo_steps(answers)],
    }
    return json.dumps(document, indent=2) + "\n"


def as_source_file(answers: Answers) -> str:
    """Return the source file of `answers`, with every source of the run."""
    return dump_source_file(answers.panther, _sources(answers), api_url=answers.api_url, onboarding=answers.onboarding)


def _sources(answers: Answers) -> tuple[S3Source, ...]:
    """Every source of the run; one that was not even begun is none."""
    begun = (answers.source_to_keep,) if answers.source != S3Source() else ()
    return (*answers.finished, *begun)


def _of_each_source(answers: Answers) -> Iterator[Answers]:
    """`answers` as they are for each source of the run."""
    yield from (replace(answers, source=source, suffix="", source_id="") for source in answers.finished)
    if answers.source != S3Source():
        yield answers


def _notification_steps(answers: Answers) -> tuple[HandStep, ...]:
    """What the notification step showed for the source."""
    managed = answers.source.panther_managed_bucket_notifications_enabled
    return managed_steps(answers) if managed else notification_steps(answers)


def _steps(steps: Iterable[HandStep]) -> Iterator[str]:
    for number, step in enumerate(steps, start=1):
        yield f"### {number}. {_escaped(step.title)}"
        yield ""
        for paragraph in step.text:
            yield from (_escaped(paragraph), "")
        for value in step.values:
            if value.language == "text":
                yield from (_item(value), "")
            else:
                yield from (f"{_escaped(value.label)}:", "", *_block(value.value, value.language))


def _item(value: HandValue) -> str:
    return f"- {_escaped(value.label)}: {_code(value.value) if value.value else '(leave empty)'}"


def _block(text: str, language: str) -> tuple[str, ...]:
    """A fenced block, whose fence is longer than any run of backticks in it."""
    shown = visible(text)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return (f"{fence}{language}", *shown.rstrip("\n").split("\n"), fence, "")


def _code(text: str) -> str:
    """A code span, in which nothing is markup (CommonMark, "Code spans")."""
    shown = visible(text, keep_lines=False)
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[:1] + shown[-1:] != (shown[:1] + shown[-1:]).strip("` ") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _escaped(text: str) -> str:
    """Running text with every character that could be markup escaped."""
    shown = re.sub(r"([\\`*_\[\]<>#|~&!$])", r"\\\1", visible(text, keep_lines=False))
    return re.sub(r"^(\s*)([-+=]|\d+(?=[.)]))", lambda found: _escape_first(found[1], found[2]), shown)


def _escape_first(blanks: str, mark: str) -> str:
    """The beginning of a line that would make it an item of a list, or a heading of the line before."""
    return f"{blanks}{mark}\\" if mark.isdigit() else f"{blanks}\\{mark}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
