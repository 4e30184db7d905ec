"""Amazon Resource Names, taken apart."""

from __future__ import annotations

from typing import NamedTuple


class Arn(NamedTuple):
    """The six parts of an ARN, in AWS's order; `resource` keeps its own slashes and colons."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return ":".join(("arn", *self))


def parse_arn(value: str) -> Arn | None:
    """Return the parts of `value`, or None where it is not an ARN."""
    parts = value.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[1] or not parts[2] or not parts[5]:
        return None
    return Arn(*parts[1:])


def role_name_of(arn: str) -> str:
    """Return the name of the role that `arn` names, without its path; "" where it names none."""
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "iam" or not parsed.resource.startswith("role/"):
        return ""
    return parsed.resource.rsplit("/", 1)[-1]


def region_of(arn: str) -> str:
    """Return the region that `arn` names; "" where it names none or is no ARN."""
    parsed = parse_arn(arn)
    return parsed.region if parsed else ""


def account_of(arn: str) -> str:
    """Return the account that `arn` names; "" where it names none or is no ARN."""
    parsed = parse_arn(arn)
    return parsed.account if parsed else ""
