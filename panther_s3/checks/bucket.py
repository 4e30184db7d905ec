"""Checks of the bucket: that it is there, and that the role may find and list it."""

from __future__ import annotations

from panther_s3.answers import Answers
from panther_s3.checks.readings import Readings
from panther_s3.checks.requests import bucket_location, list_bucket
from panther_s3.checks.result import CheckId, CheckResult, Status, unanswered, unread, worst
from panther_s3.checks.role_access import judge_bucket_request, role_of
from panther_s3.problems import Problem, ProblemKind

HEAD_NEEDS = "s3:ListBucket"
"""What HeadBucket needs; its refusal has no body to say it (S3 API reference, HeadBucket)."""


def check_exists(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `bucket.exists`."""
    bucket, name = readings.bucket, answers.source.bucket_name
    if isinstance(bucket, Problem) and bucket.kind is ProblemKind.NOT_FOUND:
        return CheckResult(
            CheckId.BUCKET_EXISTS, Status.FAIL, "missing", f"There is no bucket {name}. {bucket.cause}",
            "Correct the Bucket Name.",
        )  # fmt: skip
    if isinstance(bucket, Problem):
        return unread(CheckId.BUCKET_EXISTS, bucket, HEAD_NEEDS)
    if bucket is None:
        return unanswered(CheckId.BUCKET_EXISTS, "The bucket")
    if bucket.owned_by_account is False:
        return CheckResult(
            CheckId.BUCKET_EXISTS, Status.FAIL, "other_account",
            f"The bucket exists, but not in account {answers.source.aws_account_id}.", "Correct the Account ID.",
        )  # fmt: skip
    if bucket.owned_by_account is None and bucket.unread:
        return unread(CheckId.BUCKET_EXISTS, bucket.unread[0], HEAD_NEEDS)
    if answers.region and bucket.region != answers.region:
        return CheckResult(
            CheckId.BUCKET_EXISTS, Status.WARN, "other_region",
            f"The bucket is in {bucket.region}, your profile works in {answers.region}.",
            f"Make stack and topic in {bucket.region}, as the wizard does.",
        )  # fmt: skip
    return CheckResult(CheckId.BUCKET_EXISTS, Status.PASS, detail=f"Found in {bucket.region}.")


def check_location(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `bucket.location`."""
    role = role_of(CheckId.BUCKET_LOCATION, readings)
    if isinstance(role, CheckResult):
        return role
    return judge_bucket_request(CheckId.BUCKET_LOCATION, readings, answers, bucket_location(role, answers))


def check_list(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `bucket.list`, with each prefix of the source: Panther lists by prefix."""
    role = role_of(CheckId.BUCKET_LIST, readings)
    if isinstance(role, CheckResult):
        return role
    requests = [list_bucket(role, answers, prefix) for prefix in answers.source.prefixes]
    return worst([judge_bucket_request(CheckId.BUCKET_LIST, readings, answers, request) for request in requests])
