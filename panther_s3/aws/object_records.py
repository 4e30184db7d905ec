"""What S3 says of the objects that were looked at, as records."""

from __future__ import annotations

from dataclasses import dataclass

from panther_s3.problems import Problem

DUAL_LAYER = "aws:kms:dsse"


@dataclass(frozen=True)
class ObjectFacts:
    """What ListObjectsV2 and HeadObject say of one object; the words are S3's."""

    key: str
    size: int
    storage_class: str = "STANDARD"
    archived: bool = False
    """Whether it has to be restored before anyone can read it."""
    encryption: str = ""
    """"AES256", "aws:kms", "aws:kms:dsse", "SSE-C" for a key of the writer's own, "" where it is not told."""
    kms_key_arn: str = ""
    """The ARN of the key that it is encrypted with; "" where it is no KMS key."""
    bucket_key: bool | None = None
    """Whether it was encrypted with an S3 Bucket Key; None where nothing is told of the object."""
    owner_id: str = ""
    """The canonical id of the account that owns it; "" where it is not told."""
    unread: Problem | None = None
    """Why HeadObject told nothing."""


@dataclass(frozen=True)
class PrefixSample:
    """Some of the objects under a prefix of the source, less its exclusions."""

    prefix: str
    objects: tuple[ObjectFacts, ...] = ()
    unread: Problem | None = None
    """Why the prefix could not be listed."""
    whole: bool = False
    """Whether these are all objects under the prefix, and not only the first ones."""
