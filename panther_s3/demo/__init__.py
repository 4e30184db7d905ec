"""The embedded AWS that `--demo` and the tests run against."""

from __future__ import annotations

import os

from panther_s3.demo.server import EmbeddedAws

__all__ = ["EmbeddedAws", "start_demo"]


def start_demo() -> EmbeddedAws:
    """Return a running embedded AWS with the demo's accounts and buckets in it.

    Raises:
        Problem: it does not start.
    """
    from panther_s3.demo.seed import seed

    aws = EmbeddedAws()
    try:
        with aws.applied(os.environ):
            seed(aws.endpoint_url, aws.directory)
    except BaseException:
        aws.stop()
        raise
    return aws
