"""The operator's Panther deployment: where it runs, and what that fixes on the AWS side."""

from __future__ import annotations

from dataclasses import dataclass

from panther_s3.partitions import Partition, partition_of

INPUT_QUEUE = "panther-input-data-notifications-queue"
"""Panther's queue for notifications of new objects (Panther's S3 source page, "Create SNS Subscription")."""
DEFAULT_TOPIC = "panther-notifications-topic"
"""The topic name that Panther's template proposes and its managed mode uses."""


@dataclass(frozen=True)
class PantherDeployment:
    """A Panther deployment: the account and region that it runs in."""

    account_id: str = ""
    region: str = ""

    @property
    def partition(self) -> Partition:
        """The partition that Panther runs in, derived from its region."""
        return partition_of(self.region)

    @property
    def root_arn(self) -> str:
        """The ARN that stands for Panther's whole account in trust and topic policies."""
        return f"arn:{self.partition.name}:iam::{self.account_id}:root"

    @property
    def queue_arn(self) -> str:
        """The queue that a bucket's topic delivers to."""
        return f"arn:{self.partition.name}:sqs:{self.region}:{self.account_id}:{INPUT_QUEUE}"
