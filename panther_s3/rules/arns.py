"""Rules of the fields that hold an ARN: key, role and topic."""

from __future__ import annotations

import re
import shlex

from panther_s3.arns import Arn, parse_arn
from panther_s3.partitions import PARTITIONS, Partition, is_region, partition_of

_ACCOUNT = re.compile(r"[0-9]{12}")
ROLE = re.compile(r"role/([!-~]+/)?[0-9A-Za-z_+=,.@-]{1,64}")
"""A role in its ARN: path and name (AWS IAM user guide, "IAM and AWS STS quotas")."""
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KEY_ID = re.compile(rf"{_UUID}|mrk-[0-9a-f]{{32}}")
"""A single-Region or a multi-Region key's ID (AWS KMS developer guide, "Key identifiers")."""


def kms_key_fault(value: str, account_id: str = "", region: str = "") -> str:
    """Return why `value` cannot be the KMS key of a source; the field may be empty.

    Panther takes keys by ARN and refuses aliases; a policy cannot name a key by its alias either
    (AWS KMS developer guide, "Specifying KMS keys in IAM policy statements").

    Args:
        value: the field's text.
        account_id: the bucket's account, for completing a bare key ID; "" if not known.
        region: the bucket's region, for the same; "" if not known.
    """
    if not value:
        return ""
    if value.startswith("alias/"):
        return _alias_fault(value, region)
    key_id = value.removeprefix("key/")
    if _KEY_ID.fullmatch(key_id):
        partition = partition_of(region).name
        whole = f"arn:{partition}:kms:{region or 'REGION'}:{account_id or 'ACCOUNT'}:key/{key_id}"
        return f"Give the key's whole ARN: {whole}."
    arn = parse_arn(value)
    if arn is None:
        return "Give the key's ARN, such as arn:aws:kms:us-west-2:111122223333:key/KEY-ID."
    if arn.service != "kms":
        return f"Give a KMS key's ARN: this one is of the service {arn.service}."
    if fault := _place_fault(arn):
        return fault
    if arn.resource.startswith("alias/"):
        return _alias_fault(arn.resource, arn.region)
    if not re.fullmatch(r"key/[A-Za-z0-9-]+", arn.resource):
        return "Give the key's ARN as far as the key ID: it ends with key/ and the ID."
    return ""


def kms_key_warning(value: str, account_id: str = "", region: str = "") -> str:
    """Return a warning on a key's ARN that can be used but may not be the right one.

    Args:
        value: an ARN that `kms_key_fault` passes.
        account_id: the bucket's account; "" if not known.
        region: the bucket's region; "" if not known.
    """
    arn = parse_arn(value)
    if arn is None or kms_key_fault(value):
        return ""
    if not _KEY_ID.fullmatch(arn.resource.removeprefix("key/")):
        return "This key ID has not the usual form; it may have been cut short."
    if region and arn.region != region:
        return f"The key is in {arn.region}, the bucket in {region}: S3 uses keys of its own region only."
    if account_id and arn.account != account_id:
        return f"The key is in account {arn.account}: its key policy there must allow Panther's role, too."
    return ""


def role_arn_fault(value: str, account_id: str = "", partition: Partition | None = None) -> str:
    """Return why `value` cannot be the ARN of Panther's role.

    Args:
        value: the field's text.
        account_id: the account that the role has to be in; "" takes any.
        partition: the partition that the role has to be in; None takes any.
    """
    if not value:
        return "Enter the role's ARN: the stack's output RoleARN has it."
    arn = parse_arn(value)
    if arn is None:
        return "Give the role's ARN, such as arn:aws:iam::111122223333:role/PantherLogProcessingRole-NAME."
    if arn.service == "sts" and arn.resource.startswith("assumed-role/"):
        name = arn.resource.split("/")[1]
        role = f"arn:{arn.partition}:iam::{arn.account}:role/{name}"
        return f"This is a session of the role: give the role itself, {role}."
    if arn.service != "iam" or not arn.resource.startswith("role/"):
        return f"Give the ARN of an IAM role: this one names {arn.service} {arn.resource.split('/')[0]}."
    if arn.partition not in PARTITIONS or arn.region or not _ACCOUNT.fullmatch(arn.account):
        return "A role's ARN begins with arn:aws:iam:: (or aws-us-gov, aws-cn), then 12 digits of the account."
    if "arn:" in arn.resource:
        return "This holds more than one ARN: give the role's alone."
    if not ROLE.fullmatch(arn.resource):
        return "A role's name has 1 to 64 letters, digits and characters of _+=,.@-."
    if account_id and arn.account != account_id:
        return f"The role is in account {arn.account}, the bucket in {account_id}: they must share one."
    if partition and arn.partition != partition.name:
        return f"The bucket is in partition {partition.name}: the ARN has to begin with arn:{partition.name}:."
    return ""


def topic_arn_fault(value: str, account_id: str = "", region: str = "") -> str:
    """Return why `value` cannot be the topic that a bucket notifies; the field may be empty.

    The topic has to be in the bucket's region and must not be FIFO (S3 user guide, "Event
    notification types and destinations"); Panther confirms subscriptions of topics in the source's
    account only (Panther's S3 source page).

    Args:
        value: the field's text.
        account_id: the bucket's account; "" takes any.
        region: the bucket's region; "" takes any.
    """
    if not value:
        return ""
    arn = parse_arn(value)
    if arn is None:
        return "Give the topic's ARN, such as arn:aws:sns:us-west-2:111122223333:panther-notifications-topic."
    if arn.service != "sns":
        return f"Give the ARN of an SNS topic: this one is of the service {arn.service}."
    if fault := _place_fault(arn):
        return fault
    if re.fullmatch(rf"[\w-]+(\.fifo)?:{_UUID}", arn.resource, re.ASCII):
        return f"This is a subscription: give its topic, {str(arn).rpartition(':')[0]}."
    if arn.resource.endswith(".fifo"):
        return "S3 cannot notify a FIFO topic: give a standard one."
    if not re.fullmatch(r"[\w-]{1,256}", arn.resource, re.ASCII):
        return "A topic's name has 1 to 256 letters, digits, dashes and underscores."
    if account_id and arn.account != account_id:
        return f"The topic is in account {arn.account}: Panther subscribes to topics of {account_id} only."
    if region and arn.region != region:
        return f"The topic is in {arn.region}, the bucket in {region}: S3 notifies its own region only."
    return ""


def _place_fault(arn: Arn) -> str:
    """The fault of an ARN's partition, region and account, for services that live in a region."""
    if not is_region(arn.region):
        return "The ARN names no region after its service: copy it whole."
    if arn.partition != partition_of(arn.region).name:
        return f"ARNs of {arn.region} begin with arn:{partition_of(arn.region).name}:."
    if not _ACCOUNT.fullmatch(arn.account):
        return "The ARN has no 12-digit account after its region: copy it whole."
    return ""


def _alias_fault(alias: str, region: str) -> str:
    where = f" --region {region}" if is_region(region) else ""
    command = f"aws kms describe-key --key-id {shlex.quote(alias)}{where} --query KeyMetadata.Arn --output text"
    return f"A policy cannot name a key by its alias: give the key's own ARN, as printed by {command}"
