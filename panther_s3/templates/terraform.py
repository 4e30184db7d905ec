"""Terraform files: the assets with the operator's values as the variables' defaults."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import assets
from panther_s3.panther import DEFAULT_TOPIC, PantherDeployment
from panther_s3.partitions import Partition
from panther_s3.source import S3Source


def role_terraform(source: S3Source, panther: PantherDeployment, suffix: str, partition: Partition) -> str:
    """Return the role as a Terraform file; its variables have the names of Panther's own module.

    Raises:
        ValueError: a value holds a control character, which no template can.
    """
    defaults: dict[str, str | bool] = {
        "aws_partition": partition.name,
        "aws_account_id": source.aws_account_id,
        "panther_aws_account_id": panther.account_id,
        "role_suffix": suffix,
        "s3_bucket_name": source.bucket_name,
        "kms_key_arn": source.kms_key_arn,
        "managed_bucket_notifications_enabled": source.panther_managed_bucket_notifications_enabled,
    }
    return _filled("templates/role.tf", defaults)


def notifications_terraform(
    source: S3Source, panther: PantherDeployment, partition: Partition, topic_name: str = DEFAULT_TOPIC
) -> str:
    """Return the notification topic as a Terraform file.

    Raises:
        ValueError: a value holds a control character, which no template can.
    """
    defaults = {
        "aws_partition": partition.name,
        "aws_account_id": source.aws_account_id,
        "panther_aws_account_id": panther.account_id,
        "panther_region": panther.region,
        "s3_bucket_name": source.bucket_name,
        "sns_topic_name": topic_name,
    }
    return _filled("templates/notifications.tf", defaults)


def _filled(asset: str, defaults: Mapping[str, str | bool]) -> str:
    """Return the asset with the `default` of each named variable replaced, all else as it is."""
    text = assets.read_text(asset)
    for name, value in defaults.items():
        pattern = rf'(^variable "{name}" \{{\n(?:  .*\n)*?  default     = ).*$'
        found = re.search(pattern, text, flags=re.MULTILINE)
        if found is None:
            raise LookupError(f"{asset} has no variable {name}")
        text = f"{text[: found.end(1)]}{_literal(value)}{text[found.end() :]}"
    return text


def _literal(value: str | bool) -> str:
    """Return `value` as HCL; "${" and "%{" would begin a template, and are doubled to stand for themselves."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not value.isprintable():
        raise ValueError(f"A value holds a control character: {value!r}")
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
