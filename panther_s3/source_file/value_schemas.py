"""The JSON Schemas of the source file's single values, after the rules of `panther_s3.rules`.

Each takes what its rule takes, and refuses of the rest what a schema can tell. Its patterns are read as JavaScript's
and as Python's: they keep to what means the same in both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import assets
from panther_s3.panther_api.address import EXAMPLE
from panther_s3.partitions import PARTITIONS, REGION, REGIONS
from panther_s3.rules import alarm, arns, bucket, names, objects

Schema = dict[str, Any]

_BUCKETS_ADDRESS = r"s3://[^/]|arn:aws[^:]*:s3:::[^/]"
"""How a bucket's address begins, which is pasted where a part of a key is wanted."""
_LETTER = r"[A-Za-z_]|[^\x00-\x7F]"

ENVELOPE_FIELD = r"^([^$.][^.]*(\.[^.]+)*)?$"
XML_ROOT = rf"^(({_LETTER})({_LETTER}|[0-9.:-])*)?$"


def text(pattern: str = "", *, least: int = 0, most: int = 0, examples: Iterable[str] = ()) -> Schema:
    """Return the schema of a text, whose lengths are in characters."""
    bounds = {"pattern": pattern, "minLength": least, "maxLength": most, "examples": [*examples]}
    return {"type": "string", **{name: bound for name, bound in bounds.items() if bound}}


def choice(choices: Iterable[str], *, or_empty: bool = False) -> Schema:
    """Return the schema of one of `choices`; `or_empty` where an empty text is as good as none."""
    offered = {"enum": [str(each) for each in choices]}
    return {"type": "string", "anyOf": [offered, {"maxLength": 0}]} if or_empty else {"type": "string", **offered}


def account_id() -> Schema:
    """Return the schema of an account's ID: its digits, or the number that YAML makes of them without quotes."""
    bounds = {"minimum": 0, "maximum": 10**12 - 1}  # the zeros that it begins with are lost
    return {"type": ["string", "integer"], "pattern": "^[0-9]{12}$", **bounds, "examples": ["111122223333"]}


def region() -> Schema:
    """Return the schema of a region's code; those that are known are offered."""
    return {"type": "string", "anyOf": [{"enum": [*REGIONS]}, {"pattern": f"^{REGION.pattern}$"}]}


def api_url() -> Schema:
    """Return the schema of an address of Panther, with or without a scheme; http:// is for this machine alone."""
    here = rf"{_any_case('localhost')}|127\.|\["
    scheme = rf"{_any_case('https')}://|{_any_case('http')}://(?={here})|(?![^/?#]*://)"
    return text(rf"^(\s*({scheme})[^\s/?#@\\]+([/?#][^\s\\]*)?\s*)?$", examples=[EXAMPLE])


def source_name() -> Schema:
    """Return the schema of a source's name."""
    return text(rf"^(?! )(?!.* $)[{names.NAME_CHARACTERS}]+$", most=names.NAME_LENGTH)


def bucket_name() -> Schema:
    """Return the schema of a bucket's name."""
    beginnings = "|".join(bucket.RESERVED_BEGINNINGS)
    endings = "|".join(ending.replace(".", r"\.") for ending in bucket.RESERVED_ENDINGS)
    unlike = rf"(?!{beginnings})(?!.*({endings})$)(?!.*\.\.)(?![0-9]{{1,3}}(\.[0-9]{{1,3}}){{3}}$)"
    return text(rf"^{unlike}[a-z0-9][a-z0-9.-]*[a-z0-9]$", least=bucket.SHORTEST, most=bucket.LONGEST)


def key_arn() -> Schema:
    """Return the schema of a key's ARN: any text, since what is wrong with it is a health check's to report."""
    return text(examples=["arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"])


def topic_arn() -> Schema:
    """Return the schema of a topic's ARN: any text, as with a key's."""
    return text(examples=["arn:aws:sns:us-west-2:111122223333:panther-notifications-topic"])


def role_arn() -> Schema:
    """Return the schema of a role's ARN, which may be empty."""
    example = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-cloudtrail-prod"
    partitions = "|".join(PARTITIONS)
    return text(rf"^(?!.+arn:)(arn:({partitions}):iam::[0-9]{{12}}:{arns.ROLE.pattern})?$", examples=[example])


def prefix() -> Schema:
    """Return the schema of a prefix; of its bytes, a character has one or more."""
    return text(f"^(?!/|{_BUCKETS_ADDRESS})[^*]*$", most=objects.KEY_BYTES, examples=["AWSLogs/"])


def exclusion() -> Schema:
    """Return the schema of a beginning of keys to leave out."""
    return text(f"^(?!/|{_BUCKETS_ADDRESS})", least=1, most=objects.KEY_BYTES, examples=["AWSLogs/*/Digest/"])


def log_type() -> Schema:
    """Return the schema of a log type; Panther's own are offered."""
    custom = f"^{objects.CUSTOM_LOG_TYPE.pattern}$"
    other = rf"^(?!{_any_case('custom')}\.){objects.LOG_TYPE.pattern}$"
    return {
        "type": "string",
        "anyOf": [
            {"title": "One that Panther manages", "enum": [*assets.log_types()]},
            {"title": "A custom one", "pattern": custom},
            {"title": "Another", "pattern": other},
        ],
    }


def suffix() -> Schema:
    """Return the schema of an ending of keys."""
    return text("^[^*]*$", most=objects.KEY_BYTES, examples=[".json.gz"])


def alarm_minutes() -> Schema:
    """Return the schema of the drop-off alarm's minutes."""
    return {"type": "integer", "minimum": alarm.SHORTEST, "maximum": alarm.LONGEST}


def truth() -> Schema:
    """Return the schema of true or false."""
    return {"type": "boolean"}


def _any_case(word: str) -> str:
    """The pattern of `word` in small and capital letters; JavaScript has no flag for that within a pattern."""
    return "".join(f"[{letter}{letter.upper()}]" for letter in word)
