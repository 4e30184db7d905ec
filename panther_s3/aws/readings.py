"""Reads everything that the checks judge, side by side."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn, role_name_of
from panther_s3.aws.buckets import Buckets
from panther_s3.aws.errors import NO_CREDENTIALS
from panther_s3.aws.keys import Keys
from panther_s3.aws.roles import Role, Roles
from panther_s3.aws.session import Aws
from panther_s3.checks.readings import Readings
from panther_s3.problems import Problem, ProblemKind

T = TypeVar("T")


def read_for_checks(aws: Aws, answers: Answers) -> Readings:
    """Return what AWS says of the source's role, bucket and key; a part that is refused becomes its Problem.

    Raises:
        Problem: there are no valid credentials to read with.
    """
    source = answers.source
    buckets, keys, roles = Buckets(aws), Keys(aws), Roles(aws)
    with ThreadPoolExecutor(max_workers=5) as pool:
        role = pool.submit(_or_problem, lambda: find_role(roles, answers))
        bucket = pool.submit(_or_problem, lambda: buckets.read_facts(source.bucket_name, source.aws_account_id))
        policy = pool.submit(_or_problem, lambda: buckets.read_policy(source.bucket_name, answers.region_of_bucket))
        key = (
            pool.submit(_or_problem, lambda: keys.read_key(source.kms_key_arn, answers.region_of_bucket))
            if source.kms_key_arn
            else None
        )
        key_policy = (
            pool.submit(_or_problem, lambda: keys.read_policy(source.kms_key_arn)) if source.kms_key_arn else None
        )
        return Readings(
            role=role.result(),
            bucket=bucket.result(),
            bucket_policy=policy.result(),
            key=key.result() if key else None,
            key_policy=key_policy.result() if key_policy else None,
        )


def find_role(roles: Roles, answers: Answers) -> Role | None:
    """Return the role that the ARN names, or None where there is none.

    Raises:
        Problem: AWS refused or did not answer, or the role is of an account that the profile cannot look into:
            IAM looks a role up by its name in the caller's own account.
    """
    arn, identity = parse_arn(answers.role_arn), answers.identity
    if arn is not None and identity is not None and arn.account != identity.account_id:
        raise Problem(
            f"Your profile of account {identity.account_id} cannot look into {arn.account}, where the role is",
            remedy=f"Choose a profile of account {arn.account} that is allowed iam:GetRole; Panther checks for itself.",
            kind=ProblemKind.ACCESS_DENIED,
        )
    return roles.find(role_name_of(answers.role_arn))


def _or_problem(read: Callable[[], T]) -> T | Problem:
    try:
        return read()
    except Problem as problem:
        if problem.kind in NO_CREDENTIALS:
            raise  # nothing can be read then, and one Retry mends all
        return problem
