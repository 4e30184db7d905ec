"""The AWS options that may stand before or after any command, and what they come to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from panther_s3.partitions import is_region
from panther_s3.problems import Problem, ProblemKind


@dataclass(frozen=True)
class AwsOptions:
    """The profile, region and endpoint as given by flags; None where a flag was not given."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None

    def over(self, earlier: AwsOptions) -> AwsOptions:
        """Return these options, with `earlier` ones where these are not given."""
        return AwsOptions(
            self.profile or earlier.profile,
            self.region or earlier.region,
            self.endpoint_url or earlier.endpoint_url,
        )

    def environment_region(self) -> str:
        """Return the region by flag or environment, in the AWS CLI's order; "" where neither names one."""
        return self.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""

    def required_region(self) -> str:
        """Return the region by flag, environment or profile.

        Raises:
            Problem: none of them names a region, or the profile is unknown.
        """
        region = self.environment_region()
        if not region:
            from panther_s3.aws.session import default_region, preselected_profile

            region = default_region(self.profile or preselected_profile(()))
        if not region:
            raise Problem(
                "No AWS region is known",
                remedy="Name one with --region, or set AWS_REGION, or give the source a topic_arn.",
                kind=ProblemKind.INVALID,
            )
        return region


def aws_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --profile, --region and --endpoint-url to `command`, which receives them as keywords."""
    for option in (
        click.option("--endpoint-url", metavar="URL", help="AWS endpoint to use instead of AWS's own."),
        click.option("--region", metavar="REGION", callback=_checked_region, help="AWS region of your own."),
        click.option("--profile", metavar="PROFILE", help="AWS profile to use."),
    ):
        command = option(command)
    return command


def _checked_region(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_region(value):
        raise click.BadParameter(
            f"{value!r} has not the shape of a region code, such as us-west-2.", context, parameter
        )
    return value
