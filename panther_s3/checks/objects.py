"""Checks of the objects: that the role may read those that were looked at, and that anybody could."""

from __future__ import annotations

from collections.abc import Iterator

from panther_s3.answers import Answers
from panther_s3.aws.buckets import BucketFacts
from panther_s3.aws.object_records import ObjectFacts, PrefixSample
from panther_s3.aws.roles import Role
from panther_s3.checks.readings import Readings
from panther_s3.checks.requests import get_object, key_to_come
from panther_s3.checks.result import CheckId, CheckResult, Status, unread, worst
from panther_s3.checks.role_access import judge_bucket_request, role_of
from panther_s3.problems import Problem

READ = CheckId.OBJECTS_READ


def check_read(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `objects.read`: the policies for a key under each prefix, and each object that was looked at."""
    role = role_of(READ, readings)
    if isinstance(role, CheckResult):
        return role
    findings = [
        finding for prefix in answers.source.prefixes for finding in _of_prefix(readings, answers, role, prefix)
    ]
    bucket = readings.bucket
    if isinstance(bucket, BucketFacts) and bucket.requester_pays:
        findings.append(_requester_pays(answers))
    return worst(findings)


def _of_prefix(readings: Readings, answers: Answers, role: Role, prefix: str) -> Iterator[CheckResult]:
    """Yield what comes of the prefix: by policy for each key seen, and of the objects themselves."""
    sample = next((each for each in readings.samples if each.prefix == prefix), PrefixSample(prefix))
    seen = [each.key for each in sample.objects]
    keys = [*seen, key_to_come(prefix, *seen[:1])]
    by_policy = [judge_bucket_request(READ, readings, answers, get_object(role, answers, key)) for key in keys]
    yield from distinct(by_policy)
    yield from filter(None, (_of_object(readings, each) for each in sample.objects))
    if isinstance(sample.unread, Problem):
        # the policies were judged above: what could not be listed are objects that need a look of their own
        if all(finding.status is Status.PASS for finding in by_policy):
            yield unread(READ, sample.unread)
    elif not sample.objects and sample in readings.samples:
        shown = f"under {prefix}" if prefix else "in the bucket"
        yield CheckResult(
            READ, Status.WARN, "no_objects", f"There are no objects {shown} yet: the policies alone were judged.",
            "Check again once logs arrive.",
        )  # fmt: skip


def _of_object(readings: Readings, facts: ObjectFacts) -> CheckResult | None:
    """What keeps an object from being read although the role may; None for nothing."""
    bucket = readings.bucket
    if facts.unread is not None:
        return unread(READ, facts.unread)
    if facts.encryption == "SSE-C":
        return _failed(
            facts, "customer_provided_key", "is encrypted with a key that whoever wrote it keeps (SSE-C)",
            "Have it written with SSE-S3 or SSE-KMS: nobody else can read it.",
        )  # fmt: skip
    if facts.archived:
        return _failed(
            facts, "archived", f"is archived in {facts.storage_class} and has to be restored before it can be read",
            "Have Panther read logs before the bucket's lifecycle rules archive them, or restore them.",
        )  # fmt: skip
    enforced = isinstance(bucket, BucketFacts) and bucket.object_ownership == "BucketOwnerEnforced"
    owner = bucket.owner_id if isinstance(bucket, BucketFacts) else ""
    if not enforced and owner and facts.owner_id and facts.owner_id != owner:
        return _failed(
            facts, "other_account_owner",
            "belongs to another account than the bucket: no policy of yours gives access to it",
            "Set the bucket's Object Ownership to Bucket owner enforced; objects already there change their owner too.",
        )  # fmt: skip
    return None


def _failed(facts: ObjectFacts, cause: str, what: str, remedy: str) -> CheckResult:
    request = {"action": "s3:GetObject", "resource": facts.key}
    evidence = {"document": f"object {facts.key}", "statement": "", "request": request}
    return CheckResult(READ, Status.FAIL, cause, f"The object {facts.key} {what}.", remedy, evidence)


def _requester_pays(answers: Answers) -> CheckResult:
    evidence = {"document": f"request payment of {answers.source.bucket_name}", "statement": "Requester", "request": {}}
    return CheckResult(
        READ, Status.FAIL, "requester_pays",
        "The bucket has the requester pay, and Panther does not say that it will: S3 refuses every read.",
        f"aws s3api put-bucket-request-payment --bucket {answers.source.bucket_name} "
        "--request-payment-configuration Payer=BucketOwner", evidence,
    )  # fmt: skip


def distinct(findings: list[CheckResult]) -> Iterator[CheckResult]:
    """Yield the findings of one action without those that say the same of another object."""
    seen: set[tuple[object, ...]] = set()
    for finding in findings:
        evidence = finding.evidence
        told = (finding.status, finding.cause, evidence.get("document"), evidence.get("statement"))
        if told not in seen:
            seen.add(told)
            yield finding
