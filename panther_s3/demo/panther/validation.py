"""What Panther's API takes for an S3 source, and in which words it refuses the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from panther_s3.arns import parse_arn
from panther_s3.demo.panther.replies import Refusal
from panther_s3.demo.panther.sources import OPTIONS, Draft, Source
from panther_s3.rules.alarm import LONGEST, SHORTEST
from panther_s3.source import PrefixLogTypes, StreamType

LABEL, LABEL_LENGTH = re.compile(r"[0-9a-zA-Z- ]+"), 32
"""The names that a source may have (terraform-provider-panther, s3source_resource.go)."""
ACCOUNT = re.compile(r"\d{12}", re.ASCII)
IMMUTABLE = {"awsAccountId": "account", "s3Bucket": "bucket"}
"""What an update cannot change (terraform-provider-panther, `panther_s3_source`, "RequiresReplace")."""


def read_draft(body: Mapping[str, Any], existing: Source | None = None) -> Draft:
    """Return what `body`, by the names of the REST API, says of a source.

    Args:
        body: of a request to create, or with `existing` to update.
        existing: the source that is to be changed; its account and bucket stay.

    Raises:
        Refusal: a field is missing or cannot be used; the message names it.
    """
    if existing is None:
        account, bucket = _text(body, "awsAccountId"), _text(body, "s3Bucket")
        if not ACCOUNT.fullmatch(account):
            raise Refusal(400, "awsAccountId must have 12 digits")
    else:
        account, bucket = existing.draft.account, existing.draft.bucket
        for name, attribute in IMMUTABLE.items():
            if body.get(name) not in (None, getattr(existing.draft, attribute)):
                raise Refusal(400, f"{name} cannot be updated")
    return Draft(
        label=_label(body),
        account=account,
        bucket=bucket,
        kms_key=_kms_key(body),
        role=_role(body),
        stream_type=_stream_type(body),
        options=_options(body),
        managed=_flag(body, "managedBucketNotifications"),
        rows=_rows(body),
    )


def check_among(draft: Draft, others: Iterable[Source]) -> None:
    """Refuse a source that cannot stand beside the others (panther-labs/panther, put_integration.go).

    Raises:
        Refusal: the account has a source of that name, or the bucket one with a prefix of the same text.
    """
    others = list(others)
    if any((other.draft.account, other.draft.label) == (draft.account, draft.label) for other in others):
        raise Refusal(409, f"Log source for account {draft.account} with label {draft.label} already onboarded")
    ours = {prefix.strip() for prefix in draft.prefixes}
    for other in others:
        if other.draft.bucket == draft.bucket and ours & {prefix.strip() for prefix in other.draft.prefixes}:
            raise Refusal(400, "An S3 source with the same S3 bucket and prefix already exists.")


def read_minutes(body: Mapping[str, Any]) -> int:
    """Return the minutes of an alarm (terraform-provider-panther, `panther_log_source_alarm`).

    Raises:
        Refusal: there are none, or they are out of bounds.
    """
    minutes = body.get("minutesThreshold")
    if not isinstance(minutes, int) or isinstance(minutes, bool):
        raise Refusal(400, "minutesThreshold is required, and must be an integer")
    if not SHORTEST <= minutes <= LONGEST:
        raise Refusal(400, f"minutesThreshold must be between {SHORTEST} and {LONGEST}")
    return minutes


def _label(body: Mapping[str, Any]) -> str:
    """The name of a source: its length and characters (panther-labs/panther, validator.go)."""
    label = _text(body, "integrationLabel")
    if not LABEL.fullmatch(label):
        raise Refusal(400, "integrationLabel must only include alphanumeric characters, dashes and spaces")
    if len(label) > LABEL_LENGTH:
        raise Refusal(400, f"integrationLabel must be at most {LABEL_LENGTH} characters")
    return label


def _kms_key(body: Mapping[str, Any]) -> str:
    """The ARN of a key, by which no alias passes (panther-labs/panther, validator.go, validateKmsKeyArn)."""
    key = body.get("kmsKey")
    if key in (None, ""):
        return ""
    arn = parse_arn(key) if isinstance(key, str) else None
    if arn is None or arn.service != "kms" or not arn.resource.startswith("key"):
        raise Refusal(400, "kmsKey must be the ARN of a KMS key")
    return str(key)


def _role(body: Mapping[str, Any]) -> str:
    """The ARN of any role."""
    role = _text(body, "logProcessingRole")
    arn = parse_arn(role)
    if arn is None or arn.service != "iam" or not arn.resource.startswith("role/"):
        raise Refusal(400, "logProcessingRole must be the ARN of an IAM role")
    return role


def _stream_type(body: Mapping[str, Any]) -> str:
    """One of the stream types (Panther's API, "S3 sources")."""
    value = _text(body, "logStreamType")
    if value not in {each.value for each in StreamType}:
        raise Refusal(400, f"logStreamType must be one of {', '.join(StreamType)}")
    return value


def _options(body: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the stream type that are set."""
    options = body.get("logStreamTypeOptions")
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise Refusal(400, "logStreamTypeOptions must be an object")
    for name, kind in OPTIONS.items():
        if options.get(name) is not None and not isinstance(options[name], kind):
            raise Refusal(400, f"logStreamTypeOptions.{name} must be a {'boolean' if kind is bool else 'string'}")
    return {name: options[name] for name in OPTIONS if options.get(name) is not None}


def _rows(body: Mapping[str, Any]) -> tuple[PrefixLogTypes, ...]:
    """The rows: at least one, each with all of its members, none with the prefix of another."""
    given = body.get("s3PrefixLogTypes")
    if not isinstance(given, list) or not given:
        raise Refusal(400, "s3PrefixLogTypes is required, with at least one prefix")
    rows = tuple(_row(each) for each in given)
    if len({row.prefix for row in rows}) < len(rows):
        raise Refusal(400, "Cannot have duplicate prefixes in an s3 source.")
    return rows


def _row(given: object) -> PrefixLogTypes:
    """One row; its prefix takes no wildcard and no leading slash (panther-labs/panther, S3LogSourceWizard.tsx)."""
    if not isinstance(given, Mapping):
        raise Refusal(400, "s3PrefixLogTypes must be a list of objects")
    prefix = given.get("prefix")
    if not isinstance(prefix, str):
        raise Refusal(400, "s3PrefixLogTypes.prefix is required, and must be a string")
    if "*" in prefix:
        raise Refusal(400, "s3PrefixLogTypes.prefix: '*' is not an acceptable value")
    if prefix.startswith("/"):
        raise Refusal(400, "s3PrefixLogTypes.prefix should not start with '/'")
    return PrefixLogTypes(prefix, _texts(given, "logTypes"), _texts(given, "excludedPrefixes"))


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of strings, which may be empty."""
    value = row.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Refusal(400, f"s3PrefixLogTypes.{name} is required, and must be a list of strings")
    return tuple(value)


def _text(body: Mapping[str, Any], name: str) -> str:
    """A string that is there and not blank."""
    value = body.get(name)
    if value is None or value == "":
        raise Refusal(400, f"{name} is required")
    if not isinstance(value, str):
        raise Refusal(400, f"{name} must be a string")
    if not value.strip():
        raise Refusal(400, f"{name} must not be blank")
    return value


def _flag(body: Mapping[str, Any], name: str) -> bool:
    """A boolean that is there."""
    value = body.get(name)
    if not isinstance(value, bool):
        raise Refusal(400, f"{name} is required, and must be a boolean")
    return value
