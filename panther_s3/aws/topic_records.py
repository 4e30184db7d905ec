"""What SNS says of a topic and its subscriptions, as records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from panther_s3.problems import Problem


@dataclass(frozen=True)
class Topic:
    """What GetTopicAttributes says of a topic."""

    arn: str
    policy: dict[str, Any]
    kms_key: str = ""
    """KmsMasterKeyId as it stands: an id, an ARN or an alias; "" where the topic is not encrypted."""
    fifo: bool = False


@dataclass(frozen=True)
class TopicList:
    """The topics of a region."""

    arns: tuple[str, ...]
    """In SNS's order."""
    complete: bool
    """Whether these are all; a region may have 100,000 (SNS, "Endpoints and quotas")."""


@dataclass(frozen=True)
class Subscription:
    """One subscription of a topic."""

    arn: str
    """The subscription's ARN; "" while it is pending."""
    protocol: str
    endpoint: str
    pending: bool = False
    raw_delivery: bool | None = None
    """None where its attributes could not be read."""
    filter_policy: str = ""
    """The filter as JSON; "" where there is none."""
    filter_scope: str = "MessageAttributes"
    """What the filter looks at: "MessageAttributes" or "MessageBody" (SNS developer guide, filter policy scope)."""
    unread: Problem | None = None
