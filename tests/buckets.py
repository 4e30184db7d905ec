"""A bucket that a test makes for itself."""

from __future__ import annotations

from contextlib import suppress
from typing import Any


def make_bucket(s3: Any, name: str, region: str = "us-west-2") -> None:
    """Make an empty bucket of a name that nobody else has, by boto3's client `s3`."""
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):  # it was made, its answer came late, and boto3 asked again
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
