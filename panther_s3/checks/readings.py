"""What was read of AWS for the checks: each part its value, or the Problem that kept it from being read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from panther_s3.aws.buckets import BucketFacts
from panther_s3.aws.keys import KeyFacts
from panther_s3.aws.object_records import PrefixSample
from panther_s3.aws.roles import Role
from panther_s3.aws.topic_records import Subscription, Topic
from panther_s3.problems import Problem

Document = dict[str, Any]


@dataclass(frozen=True)
class KeyReading:
    """A KMS key: its facts, its policy and its grants."""

    facts: KeyFacts | Problem | None = None
    policy: Document | Problem | None = None
    grants: tuple[Document, ...] | Problem = ()
    """ListGrants' entries as they are."""


@dataclass(frozen=True)
class SimulatedDecision:
    """What iam:SimulatePrincipalPolicy says of one action of the role on one resource; the words are IAM's."""

    action: str
    resource: str
    decision: str
    """"allowed", "explicitDeny" or "implicitDeny"."""
    allowed_by_boundary: bool | None = None
    """None where the role has no boundary."""
    allowed_by_organizations: bool | None = None
    """Whether the service control policies allow it; None where the account is in no organization."""
    matched: tuple[str, ...] = ()
    """SourcePolicyId of the statements that decided."""
    missing_context: tuple[str, ...] = ()
    context: tuple[tuple[str, str], ...] = ()
    """The condition keys, with their values, that it was asked with."""


@dataclass(frozen=True)
class Readings:
    """The documents that the checks judge. None means: AWS says there is none, or nobody asked for it."""

    role: Role | Problem | None = None
    simulation: tuple[SimulatedDecision, ...] | Problem | None = None
    bucket: BucketFacts | Problem | None = None
    bucket_policy: Document | Problem | None = None
    notifications: Document | Problem | None = None
    """GetBucketNotificationConfiguration's answer, without its ResponseMetadata."""
    samples: tuple[PrefixSample, ...] = ()
    keys: Mapping[str, KeyReading] = field(default_factory=dict)
    """Every key that counts, under the name that the source, the bucket's default, an object or the topic has of it."""
    topic: Topic | Problem | None = None
    subscriptions: tuple[Subscription, ...] | Problem | None = None
    seconds: float = 0.0
    calls: int = 0
    """How many calls to AWS it took."""
