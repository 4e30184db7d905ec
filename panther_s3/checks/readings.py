"""What was read of AWS for the checks: each part its value, or the Problem that kept it from being read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from panther_s3.aws.buckets import BucketFacts
from panther_s3.aws.keys import KeyFacts
from panther_s3.aws.roles import Role
from panther_s3.problems import Problem

Document = dict[str, Any]


@dataclass(frozen=True)
class Readings:
    """The documents that the checks judge. None means: AWS says there is none."""

    role: Role | Problem | None = None
    bucket: BucketFacts | Problem | None = None
    bucket_policy: Document | Problem | None = None
    key: KeyFacts | Problem | None = None
    key_policy: Document | Problem | None = None
