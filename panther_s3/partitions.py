"""AWS partitions: which one a region belongs to, and what its ARNs and links look like."""

from __future__ import annotations

import re
from dataclasses import dataclass

REGION = re.compile(r"[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}")


@dataclass(frozen=True)
class Partition:
    """One AWS partition: the word in its ARNs, and the domains of its console and services."""

    name: str
    console_domain: str
    service_domain: str = "amazonaws.com"
    """The domain of its services, as kms:ViaService has it."""


AWS = Partition("aws", "console.aws.amazon.com")
AWS_CN = Partition("aws-cn", "console.amazonaws.cn", "amazonaws.com.cn")
AWS_US_GOV = Partition("aws-us-gov", "console.amazonaws-us-gov.com")
PARTITIONS = {partition.name: partition for partition in (AWS, AWS_CN, AWS_US_GOV)}


def partition_of(region: str) -> Partition:
    """Return the partition that `region` lies in; an unknown or empty region counts as `aws`."""
    if region.startswith("cn-"):
        return AWS_CN
    if region.startswith("us-gov-"):
        return AWS_US_GOV
    return AWS


def is_region(value: str) -> bool:
    """Tell whether `value` has the shape of a region code, such as `us-gov-west-1`."""
    return REGION.fullmatch(value) is not None


REGIONS = (
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-gov-east-1",
    "us-gov-west-1",
    "cn-north-1",
    "cn-northwest-1",
)
"""Region codes proposed while one types; any other of the right shape is taken as well."""
