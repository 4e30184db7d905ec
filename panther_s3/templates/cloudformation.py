"""CloudFormation templates: the assets with the operator's values as the parameters' defaults."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import assets
from panther_s3.panther import DEFAULT_TOPIC, PantherDeployment
from panther_s3.source import S3Source

STACK_TAGS: Mapping[str, str] = {"panther:app": "panther", "panther:created-by": "panther-s3-wizard"}
"""Tags of everything that is made: Panther's own (panther-auxiliary templates), and one that says who made it."""


def role_parameters(source: S3Source, panther: PantherDeployment, suffix: str) -> dict[str, str]:
    """Return the role template's parameters; their names are those of Panther's own template."""
    return {
        "MasterAccountId": panther.account_id,
        "RoleSuffix": suffix,
        "S3Bucket": source.bucket_name,
        "KmsKey": source.kms_key_arn,
        "ManagedBucketNotifications": "true" if source.panther_managed_bucket_notifications_enabled else "false",
    }


def role_template(source: S3Source, panther: PantherDeployment, suffix: str) -> str:
    """Return the role's template, which needs no parameters given.

    Raises:
        ValueError: a value holds a control character, which no template can.
    """
    return _filled("templates/role.cloudformation.yml", role_parameters(source, panther, suffix))


def notifications_parameters(
    source: S3Source, panther: PantherDeployment, topic_name: str = DEFAULT_TOPIC, *, with_key: bool = True
) -> dict[str, str]:
    """Return all of the topic template's parameters; the first four are those of Panther's own template."""
    return {
        "SnsTopicName": topic_name,
        "MasterAccountId": panther.account_id,
        "PantherRegion": panther.region,
        "SnsLogProcessingCmkMgmtRoleArn": "",
        "S3Bucket": source.bucket_name,
        "CreateKey": "true" if with_key else "false",
    }


def notifications_template(
    source: S3Source, panther: PantherDeployment, topic_name: str = DEFAULT_TOPIC, *, with_key: bool = True
) -> str:
    """Return the topic's template, which needs no parameters given; by default the topic has a key of its own.

    Raises:
        ValueError: a value holds a control character, which no template can.
    """
    parameters = notifications_parameters(source, panther, topic_name, with_key=with_key)
    return _filled("templates/notifications.cloudformation.yml", parameters)


def _filled(asset: str, defaults: Mapping[str, str]) -> str:
    """Return the asset with the `Default` of each named parameter replaced, all else as it is."""
    text = assets.read_text(asset)
    for name, value in defaults.items():
        if not value.isprintable():
            raise ValueError(f"The value of {name} holds a control character: {value!r}")
        pattern = rf"(^  {name}:\n(?:    .*\n)*?    Default: ).*$"
        found = re.search(pattern, text, flags=re.MULTILINE)
        if found is None:
            raise LookupError(f"{asset} has no parameter {name}")
        # a JSON string is a YAML one, too, if nothing beyond the BMP is escaped as two surrogates
        text = f"{text[: found.end(1)]}{json.dumps(value, ensure_ascii=False)}{text[found.end() :]}"
    return text
