"""Rules of the bucket's name, and how the name is got out of what people paste."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from panther_s3.arns import parse_arn
from panther_s3.text import clean_paste, clean_word

SHORTEST, LONGEST = 3, 63
RESERVED_BEGINNINGS = ("xn--", "sthree-", "amzn-s3-demo-")
RESERVED_ENDINGS = {
    "-s3alias": "an access point's alias",
    "--ol-s3": "the alias of an Object Lambda access point",
    ".mrap": "a Multi-Region Access Point",
    "--x-s3": "a directory bucket",
    "--table-s3": "a table bucket",
}

_ENDPOINT = re.compile(r"(?:(?P<name>.+)\.)?s3[.-](?:dualstack\.)?(?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?")
_CONSOLE_PATH = re.compile(r"/s3/(?:buckets|object|upload|bucket)/(?P<name>[^/]+)")


def bucket_name_fault(value: str) -> str:
    """Return why `value` cannot be the name of a bucket that Panther reads.

    The rules are those of the S3 user guide, "General purpose bucket naming rules".
    """
    name = bucket_name_from(value)
    if not value:
        return "Enter the bucket's name."
    if name != value:
        return f"Give the bucket's name alone: {name}."
    if value.startswith("arn:") or "/" in value:
        return "Give the bucket's name alone, without an address or a path around it."
    if not SHORTEST <= len(value) <= LONGEST:
        return f"A bucket's name has {SHORTEST} to {LONGEST} characters: this has {len(value)}."
    if value != value.lower():
        return "A bucket's name has no upper-case letters."
    if re.search(r"[^a-z0-9.-]", value):
        return "A bucket's name holds lower-case letters, digits, dots and dashes only."
    if not (value[0].isalnum() and value[-1].isalnum()):
        return "A bucket's name begins and ends with a letter or digit."
    if ".." in value:
        return "A bucket's name has no two dots side by side."
    if re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", value):
        return "A bucket's name is not formed like an IP address."
    return _reserved_fault(value)


def bucket_name_from(text: str) -> str:
    """Return the bucket's name out of an ARN, an s3:// address, an S3 or a console link; else `text`."""
    if text.startswith("s3://"):
        name = text[5:].split("/", 1)[0]
    elif text.startswith("arn:"):
        arn = parse_arn(text)
        plain = arn is not None and arn.service == "s3" and not arn.region and not arn.account
        name = arn.resource.split("/", 1)[0] if arn and plain else ""
    elif text.startswith(("https://", "http://")):
        name = _name_in_link(text)
    else:
        name = ""
    return name or text


def clean_bucket_name(value: str) -> str:
    """Return the bucket's name out of what was pasted or typed; what holds none stays as it was typed."""
    name = bucket_name_from(clean_word(value))
    return clean_paste(value) if bucket_name_fault(name) else name


def _name_in_link(link: str) -> str:
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:  # brackets that hold no IPv6 address
        return ""
    if endpoint := _ENDPOINT.fullmatch(host):
        return endpoint["name"] or unquote(parts.path).lstrip("/").split("/", 1)[0]
    in_console = _CONSOLE_PATH.match(parts.path) if "console." in host else None
    return unquote(in_console["name"]) if in_console else ""


def _reserved_fault(value: str) -> str:
    for beginning in RESERVED_BEGINNINGS:
        if value.startswith(beginning):
            return f"AWS reserves names that begin with {beginning}: no bucket of yours has this one."
    for ending, owner in RESERVED_ENDINGS.items():
        if value.endswith(ending):
            return f"A name that ends with {ending} is that of {owner}: name the general purpose bucket itself."
    return ""
