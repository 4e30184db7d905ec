"""Reading a source file: every error is found, and told with its line, key and rule."""

from __future__ import annotations

import errno
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from panther_s3.answers import IamMethod
from panther_s3.panther import PantherDeployment
from panther_s3.panther_api.address import api_url_fault
from panther_s3.problems import Problem, ProblemKind
from panther_s3.rules.findings import Finding, check_panther, check_source, check_sources
from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType
from panther_s3.source_file.model import FileError, SourceFile, SourceFileProblem
from panther_s3.source_file.nodes import Reading, Section, Unreadable
from panther_s3.source_file.orders import ONBOARDING_KEYS, Changes, NotifyWay, OnFailedChecks, check_orders

if TYPE_CHECKING:
    from yaml import MarkedYAMLError, Node

LARGEST = 256 * 1024
"""The largest source file in bytes: hundreds of sources."""

FILE_KEYS = ("panther", "sources", "onboarding")
PANTHER_KEYS = ("account_id", "region", "api_url")
SOURCE_KEYS = tuple(field.name for field in fields(S3Source))
OPTION_KEYS = tuple(field.name for field in fields(StreamOptions))
ROW_KEYS = tuple(field.name for field in fields(PrefixLogTypes))
ONBOARDING_CHOICES = {
    "iam_role": tuple(IamMethod),
    "notifications": tuple(NotifyWay),
    "on_failed_checks": tuple(OnFailedChecks),
    "changes": tuple(Changes),
}

JUDGED_BY_CHECKS = frozenset({"kms_key_arn", "topic_arn"})
"""Fields whose faults a health check reports with its own cause: a file that has one can be read."""


def load_source_file(path: Path, *, strict: bool = False, unattended: bool = False) -> SourceFile:
    """Return what the source file at `path` says.

    Args:
        path: the file to read.
        strict: refuse the faults of JUDGED_BY_CHECKS as well, where no check will come to judge them.
        unattended: refuse what cannot be applied without a question as well.

    Raises:
        SourceFileProblem: something in the file is wrong; it holds every error.
        Problem: there is no such file, or it cannot be read.
    """
    return parse_source_file(_read(path), str(path), strict=strict, unattended=unattended)


def parse_source_file(text: str, name: str, *, strict: bool = False, unattended: bool = False) -> SourceFile:
    """Return what `text`, the contents of the file `name`, says; the flags as for `load_source_file`.

    Raises:
        SourceFileProblem: something in it is wrong; it holds every error.
    """
    reading = Reading()
    try:
        root = _compose(text)
        reading.place("", root)
        left_to_checks = frozenset() if strict or unattended else JUDGED_BY_CHECKS
        found = _source_file(Section(reading, "", root, FILE_KEYS, ("panther", "sources")), left_to_checks)
        if unattended:
            check_orders(reading, found)
    except Unreadable as unreadable:
        raise SourceFileProblem.of(name, [*reading.errors, unreadable.error]) from unreadable
    if reading.errors:
        raise SourceFileProblem.of(name, reading.errors)
    return found


def _read(path: Path) -> str:
    try:
        with path.expanduser().open("rb") as file:
            contents = file.read(LARGEST + 1)
    except (OSError, ValueError, RuntimeError) as error:
        raise _unread(path, error) from error
    if len(contents) > LARGEST:
        raise Problem(
            f"{path} is too large for a source file",
            remedy=f"Give a file of at most {LARGEST // 1024} KiB.",
            kind=ProblemKind.INVALID,
        )
    try:
        return contents.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = contents[: error.start].count(b"\n") + 1
        fault = FileError(line, "", f"This is not UTF-8: {error.reason}.")
        raise SourceFileProblem.of(str(path), [fault]) from error


def _unread(path: Path, error: Exception) -> Problem:
    """The problem that the failure to read `path` is, with its way out."""
    number = error.errno if isinstance(error, OSError) else None
    kind, remedy = {
        errno.ENOENT: (ProblemKind.NOT_FOUND, "Check the path."),
        errno.EISDIR: (ProblemKind.INVALID, "This is a folder: name the file in it."),
        errno.EACCES: (ProblemKind.ACCESS_DENIED, f"Make it readable for you: chmod u+r {path}"),
    }.get(number or 0, (ProblemKind.INVALID, "Name a file that can be read."))
    cause = error.strerror if isinstance(error, OSError) else None
    return Problem(f"{path} cannot be read", cause=cause or str(error), remedy=remedy, kind=kind)


def _compose(text: str) -> Node:
    """The root node of `text`; nothing is constructed from it."""
    import yaml

    try:
        loader = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(FileError(line, "", f"YAML takes no such character: {error.reason}.")) from error
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_syntax_error(error)) from error
    except RecursionError as error:
        raise Unreadable(FileError(loader.line + 1, "", "This is nested too deeply.")) from error
    except (ValueError, OverflowError) as error:  # an escape such as "\UFFFFFFFF", an endless %YAML version
        raise Unreadable(
            FileError(loader.line + 1, "", f"This is not YAML: a number in it is out of range ({error}).")
        ) from error
    finally:
        loader.dispose()
    if root is None:
        raise Unreadable(FileError(1, "", "The file is empty."))
    return root


def _source_file(top: Section, left_to_checks: frozenset[str]) -> SourceFile:
    reading = top.reading
    panther, api_url = PantherDeployment(), ""
    if section := top.section("panther", PANTHER_KEYS, ("account_id", "region")):
        panther = PantherDeployment(section.account_id("account_id"), section.text("region"))
        api_url = _api_url(section)
        _apply(reading, "panther.", check_panther(panther))
    sections = top.sections("sources", SOURCE_KEYS, ("name", "aws_account_id", "bucket_name"))
    if sections == []:
        reading.refuse("sources", "Give at least one source.")
    sources = tuple(_source(section) for section in sections or ())
    for number, source in enumerate(sources):
        findings = [found for found in check_source(source) if found.path not in left_to_checks]
        _apply(reading, f"sources[{number}].", findings)
    _apply(reading, "", check_sources(sources))
    named = tuple(section.named for section in sections or ())
    return SourceFile(panther, sources, api_url, _onboarding(top), named)


def _source(section: Section) -> S3Source:
    options = section.section("log_stream_type_options", OPTION_KEYS)
    rows = section.sections("prefix_log_types", ROW_KEYS)
    return S3Source(
        name=section.text("name"),
        aws_account_id=section.account_id("aws_account_id"),
        bucket_name=section.text("bucket_name"),
        kms_key_arn=section.text("kms_key_arn"),
        log_stream_type=StreamType(section.choice("log_stream_type", tuple(StreamType)) or StreamType.AUTO),
        log_stream_type_options=_options(options) if options else StreamOptions(),
        prefix_log_types=(PrefixLogTypes(),) if rows is None else tuple(map(_row, rows)),
        log_processing_role_arn=section.text("log_processing_role_arn"),
        panther_managed_bucket_notifications_enabled=section.truth("panther_managed_bucket_notifications_enabled"),
        topic_arn=section.text("topic_arn"),
        notification_suffix=section.text("notification_suffix"),
        drop_off_alarm_minutes=section.number("drop_off_alarm_minutes"),
    )


def _options(section: Section) -> StreamOptions:
    return StreamOptions(
        section.text("json_array_envelope_field"),
        section.truth("retain_envelope_fields"),
        section.text("xml_root_element"),
    )


def _row(section: Section) -> PrefixLogTypes:
    return PrefixLogTypes(section.text("prefix"), section.texts("log_types"), section.texts("excluded_prefixes"))


def _api_url(section: Section) -> str:
    url = section.text("api_url")
    if url and (fault := api_url_fault(url)):
        section.reading.refuse(section.at("api_url"), fault)
    return url


def _onboarding(top: Section) -> dict[str, str] | None:
    section = top.section("onboarding", ONBOARDING_KEYS)
    if section is None:
        return None
    said = {key: section.choice(key, choices) for key, choices in ONBOARDING_CHOICES.items()}
    said["save_to"] = section.text("save_to")
    return {key: value for key, value in said.items() if value}


def _apply(reading: Reading, path: str, findings: tuple[Finding, ...] | list[Finding]) -> None:
    """Note the errors among `findings` under `path`, save those of what is refused already."""
    for found in findings:
        if found.severity == "error" and reading.sound(path + found.path):
            reading.refuse(path + found.path, found.message)


def _syntax_error(error: MarkedYAMLError) -> FileError:
    """What the YAML parser complains of, at the line that it points to."""
    mark = error.problem_mark or error.context_mark
    said = ", ".join(part for part in (error.context, error.problem) if part)
    hint = " Indent with blanks, not tabs." if "'\\t'" in said else ""
    return FileError(mark.line + 1 if mark else 1, "", f"This is not YAML: {said}.{hint}")
