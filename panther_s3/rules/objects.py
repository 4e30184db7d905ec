"""Rules of what says which objects are read, and how: prefixes, exclusions, log types, stream options."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

import assets
from panther_s3.rules.bucket import bucket_name_from

KEY_BYTES = 1024
"""The longest key of an object in bytes of UTF-8 (S3 user guide, "Naming Amazon S3 objects")."""

CUSTOM_LOG_TYPE = re.compile(r"Custom\.[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*){0,5}")
"""The names that Panther takes for custom schemas (panther_analysis_tool, log_type_validator.py)."""
LOG_TYPE = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")
"""The form of a log type's name."""


def prefix_fault(value: str) -> str:
    """Return why `value` cannot be an S3 Prefix Filter; empty stands for every object.

    Wildcards and a leading slash are refused by Panther's form.
    """
    if "*" in value:
        return "A prefix takes no wildcard: leave * out, or the field empty for all objects."
    return _key_part_fault(value, "prefix")


def exclusion_fault(value: str) -> str:
    """Return why `value` cannot be an S3 Exclusion Filter."""
    if not value:
        return "An empty exclusion would leave out every object: remove it."
    return _key_part_fault(value, "exclusion")


def exclusion_warning(prefix: str, exclusion: str) -> str:
    """Return a warning where `exclusion` leaves out nothing, or everything, of the objects under `prefix`.

    Exclusions are whole beginnings of keys, in which * stands for any characters, slashes as well
    (Panther's help center, article 5469401079).
    """
    fixed, wildcard, _ = exclusion.partition("*")
    if exclusion and prefix.startswith(exclusion.rstrip("*")):
        return "This leaves out every object of the row."
    if fixed.startswith(prefix) or (wildcard and prefix.startswith(fixed)) or not exclusion:
        return ""
    return f"This excludes nothing: begin it with the row's prefix, as in {prefix}{exclusion}."


def log_type_fault(value: str) -> str:
    """Return why `value` cannot be the name of a log type, managed or custom."""
    if not value:
        return "Enter the name of a log type, such as AWS.CloudTrail."
    if re.search(r"[\s,;]", value):
        return "Name one log type at a time, without blanks or commas."
    if value.lower().startswith("custom.") and not CUSTOM_LOG_TYPE.fullmatch(value):
        return "A custom log type is named Custom.Name, with up to six capitalised names joined by dots."
    if not LOG_TYPE.fullmatch(value):
        return "A log type's name has words of letters and digits, joined by dots, such as AWS.CloudTrail."
    return ""


def log_type_warning(value: str, known: Collection[str] = ()) -> str:
    """Return a warning where `value` is not among the log types of Panther, nor a custom one.

    Args:
        value: a log type's name.
        known: those that Panther has; by default the managed ones that come with the program.
    """
    known = known or assets.log_types()
    if not value or value in known or CUSTOM_LOG_TYPE.fullmatch(value):
        return ""
    by_lower = {name.lower(): name for name in known}
    nearest = difflib.get_close_matches(value.lower(), by_lower, n=1, cutoff=0.7)
    meant = f" Did you mean {by_lower[nearest[0]]}?" if nearest else ""
    return f"{value} is not among the log types that the wizard knows.{meant}"


def envelope_field_fault(value: str) -> str:
    """Return why `value` cannot be the path to a JSON array; empty: the object is the array."""
    if value.startswith("$"):
        return "Give the path without $, such as Records."
    if value.startswith(".") or value.endswith(".") or ".." in value:
        return "Give the names of the fields joined by single dots, such as Records."
    return ""


def xml_root_fault(value: str) -> str:
    """Return why `value` cannot name the element around all events; empty: there is none."""
    if bare := re.fullmatch(r"</?\s*([^<>/\s]+)[^<>]*>", value):
        return f"Give the element's name without angle brackets: {bare[1]}."
    if value and not re.fullmatch(r"[^\W\d][\w.:-]*", value):
        return "An element's name begins with a letter, and has letters, digits, dots, dashes and underscores."
    return ""


def notification_suffix_fault(value: str) -> str:
    """Return why `value` cannot be the ending of keys that the bucket notifies of; empty means any.

    S3 takes no wildcard in it (S3 user guide, "Configuring event notifications using object key
    name filtering").
    """
    if "*" in value:
        return "A suffix takes no wildcard: give the ending alone, such as .json.gz."
    return _length_fault(value, "suffix")


def _key_part_fault(value: str, kind: str) -> str:
    if value.startswith(("s3://", "arn:aws", "https://")) and bucket_name_from(value) != value:
        return f"Give the {kind} alone: what stands after the bucket's name and its slash."
    if value.startswith("/"):
        bare = value.lstrip("/")
        return f"Leave out the slash at the beginning{f': {bare}' if bare else ''}."
    return _length_fault(value, kind)


def _length_fault(value: str, kind: str) -> str:
    size = len(value.encode("utf-8", "surrogatepass"))
    return f"A {kind} has at most {KEY_BYTES} bytes: this has {size}." if size > KEY_BYTES else ""
