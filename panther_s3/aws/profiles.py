"""The profiles and regions that the environment and the shared config files name."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from typing import Any

from panther_s3.aws.errors import aws_call
from panther_s3.aws.shared_config import DEFAULT, profile_in_force, profile_of_environment, read_profiles
from panther_s3.problems import Problem, ProblemKind

READING = "read your AWS profiles"


def list_profiles() -> tuple[str, ...]:
    """Return the names of the profiles in the shared config and credentials files, sorted.

    Raises:
        Problem: one of the files cannot be read; the cause names it.
    """
    return tuple(sorted(_profiles()))


def preselected_profile(profiles: Sequence[str]) -> str | None:
    """Return the profile to propose out of `profiles`; None is botocore's default chain.

    What the environment names comes first, a profile before keys; then the profile "default".
    """
    named = profile_of_environment()
    if named:
        return named
    if "AWS_ACCESS_KEY_ID" in os.environ:
        return None
    return DEFAULT if DEFAULT in profiles else None


def default_region(profile: str | None) -> str:
    """Return the region in force for `profile`, in the AWS CLI's order; "" where none is set.

    AWS_REGION comes before AWS_DEFAULT_REGION, both before the profile's own (AWS CLI user guide,
    "Environment variables"); botocore itself does not read AWS_REGION.

    Raises:
        Problem: the profile is unknown, or the shared config files cannot be read.
    """
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if region:
        return region
    name = profile_in_force(profile)
    profiles = _profiles()
    if name not in profiles and name != DEFAULT:
        raise unknown_profile(name, profiles)
    return str(profiles.get(name, {}).get("region", ""))


def unknown_profile(profile: str, known: Sequence[str] | Mapping[str, Any]) -> Problem:
    """Return the Problem that there is no `profile`, with the nearest and all `known` names."""
    nearest = difflib.get_close_matches(profile, known, n=1)
    guess = f"Did you mean {nearest[0]}? " if nearest else ""
    listed = (
        f"The profiles are {', '.join(sorted(known))}." if known else "There are none: aws configure sso makes one."
    )
    return Problem(
        f"There is no AWS profile {profile}",
        f"The config profile ({profile}) could not be found",
        guess + listed,
        ProblemKind.UNKNOWN_PROFILE,
    )


def _profiles() -> Mapping[str, Mapping[str, Any]]:
    with aws_call(READING, None):
        return read_profiles()
