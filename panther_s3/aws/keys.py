"""KMS keys: their state and their policy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import Any

from panther_s3.arns import parse_arn, region_of
from panther_s3.aws.errors import aws_call
from panther_s3.aws.session import Aws

AWS_MANAGED = "AWS"
GRANT_PAGES, PAGE_GRANTS = 5, 100
"""How many of a key's grants are looked through; it may have 50,000 (KMS developer guide, "Quotas")."""


@dataclass(frozen=True)
class KeyFacts:
    """What DescribeKey says of a key; the words are KMS's."""

    arn: str
    state: str
    enabled: bool
    manager: str
    """"AWS" for an AWS managed key such as aws/s3, "CUSTOMER" for a customer managed one."""
    usage: str
    account: str


class Keys:
    """Reads KMS keys."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def read_key(self, key: str, region: str) -> KeyFacts:
        """Return the facts of `key`: an ARN of a key or an alias, an id, or `alias/name`.

        Args:
            key: the key; its region is that of its ARN where it is one.
            region: where to look for an id or an alias.

        Raises:
            Problem: AWS has no such key, or refuses to tell.
        """
        with aws_call(f"read the key {key}", self._aws):
            metadata = self._aws.client("kms", region_of(key) or region).describe_key(KeyId=key)["KeyMetadata"]
            arn = parse_arn(metadata["Arn"])
            return KeyFacts(
                arn=metadata["Arn"],
                state=metadata.get("KeyState", ""),
                enabled=metadata.get("Enabled", False),
                manager=metadata.get("KeyManager", ""),
                usage=metadata.get("KeyUsage", ""),
                account=arn.account if arn else "",
            )

    def read_policy(self, arn: str) -> dict[str, Any]:
        """Return the key's policy; "default" is the only name a key policy can have (KMS API reference).

        Raises:
            Problem: AWS has no such key, or refuses to tell.
        """
        with aws_call(f"read the policy of the key {arn}", self._aws):
            answer = self._aws.client("kms", region_of(arn) or None).get_key_policy(KeyId=arn, PolicyName="default")
            policy: dict[str, Any] = json.loads(answer["Policy"])
            return policy

    def list_grants(self, arn: str) -> tuple[dict[str, Any], ...]:
        """Return the key's first grants, as ListGrants has them.

        Raises:
            Problem: AWS has no such key, or refuses to tell.
        """
        with aws_call(f"list the grants of the key {arn}", self._aws):
            pages = self._aws.client("kms", region_of(arn) or None).get_paginator("list_grants")
            paged = pages.paginate(KeyId=arn, PaginationConfig={"PageSize": PAGE_GRANTS})
            return tuple(dict(grant) for page in islice(paged, GRANT_PAGES) for grant in page["Grants"])
