"""Rules of names, account IDs and regions."""

from __future__ import annotations

import difflib
import re

from panther_s3.partitions import REGIONS, is_region, partition_of
from panther_s3.source import ROLE_PREFIX
from panther_s3.text import visible

NAME_LENGTH = 32
"""The longest name of a source (terraform-provider-panther, `panther_s3_source`)."""
NAME_CHARACTERS = "0-9A-Za-z -"
"""What a source's name is made of, as a character class (the same)."""
ROLE_NAME_LENGTH = 64
"""The longest name of a role (AWS IAM user guide, "IAM and AWS STS quotas")."""


def name_fault(value: str) -> str:
    """Return why `value` cannot name a source; the rule is that of Panther's form and API."""
    if not value.strip():
        return "Enter a name for the source, such as cloudtrail prod."
    if stray := re.search(rf"[^{NAME_CHARACTERS}]", value):
        return f"Use letters A to Z, digits, dashes and blanks only: {_quoted(stray[0])} is none of them."
    if value != value.strip():
        return "Leave out the blanks around the name."
    if len(value) > NAME_LENGTH:
        return f"Use at most {NAME_LENGTH} characters: this has {len(value)}."
    return ""


def account_id_fault(value: str) -> str:
    """Return why `value` cannot be the ID of the account that the bucket is in."""
    return _digits_fault(value) if value else "Enter the 12 digits of the account that the bucket is in."


def panther_account_fault(value: str) -> str:
    """Return why `value` cannot be the ID of the account that Panther runs in."""
    if not value:
        return "Enter Panther's 12-digit account ID: its Console shows it under Settings > General."
    return _digits_fault(value)


def same_account_warning(source_account: str, panther_account: str) -> str:
    """Return a warning where logs and Panther share an account.

    A Cloud Connected customer's log sources have to be in another account than Panther (Panther's
    S3 source page).
    """
    if source_account and source_account == panther_account:
        return "This is Panther's own account: Panther wants bucket, topic and role in another one."
    return ""


def other_account_warning(source_account: str, own_account: str) -> str:
    """Return a warning where the profile belongs to another account than the bucket."""
    if source_account and own_account and source_account != own_account:
        return (
            f"Your profile belongs to {own_account}: in {source_account} the wizard can look nothing up and "
            "make no stack. Choose a profile of that account, or make the role by hand."
        )
    return ""


def region_fault(value: str) -> str:
    """Return why `value` cannot be a region's code. Unknown codes of the right shape are taken."""
    if not value:
        return "Enter a region's code, such as us-west-2."
    if is_region(value):
        return ""
    if is_region(value.lower()):
        return f"Write the region in lower case: {value.lower()}."
    if is_region(value[:-1]) and value[-1].isalpha():
        return f"This is an availability zone: its region is {value[:-1]}."
    return "Use a region's code, such as us-west-2."


def region_warning(value: str) -> str:
    """Return a warning where `value` has the shape of a region's code but is not a known one."""
    if not is_region(value) or value in REGIONS:
        return ""
    nearest = difflib.get_close_matches(value, REGIONS, n=1, cutoff=0.8)
    meant = f" Did you mean {nearest[0]}?" if nearest else ""
    return f"{value} is not a region that the wizard knows.{meant}"


def other_partition_fault(panther_region: str, region: str, what: str = "The bucket") -> str:
    """Return why Panther cannot work with what is in another partition of AWS than its own.

    A role's trust policy cannot name an account of another partition, nor a topic's policy (AWS IAM
    user guide, "Cross account resource access in IAM").

    Args:
        panther_region: where Panther runs.
        region: where `what` is; "" if not known.
        what: the subject of the sentence.
    """
    if not (is_region(panther_region) and is_region(region)):
        return ""
    ours, other = partition_of(panther_region).name, partition_of(region).name
    if ours == other:
        return ""
    return (
        f"{what} is in {region}, of the partition {other}, Panther in {panther_region}, of {ours}: "
        "nothing can be shared between partitions."
    )


def role_suffix_fault(value: str) -> str:
    """Return why `value` cannot end the role's and the stack's name.

    A stack's name takes letters, digits and dashes only, which a role's name takes as well
    (CloudFormation API reference, CreateStack).
    """
    room = ROLE_NAME_LENGTH - len(ROLE_PREFIX)
    if not value:
        return "Enter a suffix, such as cloudtrail-prod."
    if stray := re.search(r"[^0-9A-Za-z-]", value):
        return f"Use letters A to Z, digits and dashes only: {_quoted(stray[0])} is none of them."
    if len(value) > room:
        return f"Use at most {room} characters, so that the role's name fits: this has {len(value)}."
    return ""


def mfa_code_fault(value: str) -> str:
    """Return why `value` cannot be the code that an MFA device shows."""
    if len(value) == 6 and value.isascii() and value.isdigit():
        return ""
    return f"The code has 6 digits: this has {len(value)} characters."


def _digits_fault(value: str) -> str:
    digits = re.sub(r"[ -]", "", value)
    if digits != value and re.fullmatch(r"[0-9]{12}", digits):
        return f"Write the 12 digits together: {digits}."
    if stray := re.search(r"[^0-9]", value):
        return f"Use 12 digits: {_quoted(stray[0])} is not one."
    return "" if len(value) == 12 else f"Use 12 digits: this has {len(value)}."


def _quoted(character: str) -> str:
    return f'"{visible(character, keep_lines=False)}"'
