"""All checks over what was read, in the order of the contract."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from panther_s3.answers import Answers
from panther_s3.aws.buckets import BucketFacts
from panther_s3.checks import bucket, key, notifications, objects, role, subscription, topic
from panther_s3.checks.readings import Readings
from panther_s3.checks.result import CheckId, CheckResult, Status, skipped

Check = Callable[[Readings, Answers], CheckResult]

CHECKS: dict[CheckId, Check] = {
    CheckId.ROLE_EXISTS: role.check_exists,
    CheckId.ROLE_TRUST: role.check_trust,
    CheckId.BUCKET_EXISTS: bucket.check_exists,
    CheckId.BUCKET_LOCATION: bucket.check_location,
    CheckId.BUCKET_LIST: bucket.check_list,
    CheckId.OBJECTS_READ: objects.check_read,
    CheckId.KMS_KEY: key.check_key,
    CheckId.KMS_DECRYPT: key.check_decrypt,
    CheckId.NOTIFICATIONS_BUCKET: notifications.check_bucket,
    CheckId.NOTIFICATIONS_TOPIC: topic.check_topic,
    CheckId.NOTIFICATIONS_TOPIC_POLICY: topic.check_policy,
    CheckId.NOTIFICATIONS_TOPIC_ENCRYPTION: topic.check_encryption,
    CheckId.NOTIFICATIONS_SUBSCRIPTION: subscription.check_subscription,
}
OF_BUCKET = (CheckId.BUCKET_LOCATION, CheckId.BUCKET_LIST, CheckId.OBJECTS_READ, CheckId.NOTIFICATIONS_BUCKET)
"""Checks that mean nothing where there is no such bucket."""
OF_KEYS = (CheckId.KMS_KEY, CheckId.KMS_DECRYPT)
"""The same, unless the source names a key: only the bucket could tell of one."""
NO_BUCKET = {
    "missing": "There is no such bucket to look at.",
    "other_account": "The bucket is another account's: there is nothing of the source to look at.",
}
"""Why they are skipped, by the cause of `bucket.exists`."""

_ROLE_ON_BUCKET = frozenset({"role", "bucket", "bucket policy", "simulation"})
NEEDED: dict[CheckId, frozenset[str]] = {
    CheckId.ROLE_EXISTS: frozenset({"role"}),
    CheckId.ROLE_TRUST: frozenset({"role"}),
    CheckId.BUCKET_EXISTS: frozenset({"bucket"}),
    CheckId.BUCKET_LOCATION: _ROLE_ON_BUCKET,
    CheckId.BUCKET_LIST: _ROLE_ON_BUCKET,
    CheckId.NOTIFICATIONS_TOPIC: frozenset({"topic", "bucket", "role"}),
    CheckId.NOTIFICATIONS_TOPIC_POLICY: frozenset({"topic", "bucket", "subscriptions"}),
    CheckId.NOTIFICATIONS_SUBSCRIPTION: frozenset({"topic", "bucket", "subscriptions"}),
}
"""What has to be read before a check can be judged, in the words of `read_for_checks`; the others wait for all."""

COMES_NEXT = "Comes next: the notification step says what to set up."


def run_checks(
    readings: Readings,
    answers: Answers,
    *,
    notifications_due: bool = True,
    only: Collection[CheckId] = tuple(CheckId),
) -> tuple[CheckResult, ...]:
    """Return one finding for each of the thirteen checks, or for those in `only`, in order.

    Args:
        readings: what was read of AWS.
        answers: the operator's answers; the bucket's region is taken from the readings.
        notifications_due: whether the notifications step is done, so that its five rows are judged.
        only: the checks that are wanted.
    """
    if isinstance(readings.bucket, BucketFacts):
        answers = replace(answers, bucket_region=readings.bucket.region)
    exists = bucket.check_exists(readings, answers)
    waiting = _of_bucket(answers) if exists.status is Status.FAIL else ()
    found = []
    for check, judge in CHECKS.items():
        if check not in only:
            continue
        if not notifications_due and check.value.startswith("notifications."):
            found.append(CheckResult(check, Status.SKIPPED, None, COMES_NEXT))
        elif check in waiting:
            found.append(skipped(check, CheckId.BUCKET_EXISTS, NO_BUCKET[str(exists.cause)]))
        else:
            found.append(judge(readings, answers))
    return tuple(found)


def _of_bucket(answers: Answers) -> tuple[CheckId, ...]:
    """The checks that wait for the bucket."""
    return OF_BUCKET if answers.source.kms_key_arn else OF_BUCKET + OF_KEYS


def judged_so_far(
    readings: Readings, answers: Answers, settled: Collection[str], *, notifications_due: bool = True
) -> tuple[CheckResult, ...]:
    """Return the findings of those checks whose readings, by the words in `settled`, are in."""
    ready = {check for check, needed in NEEDED.items() if needed <= set(settled)}
    if not ready:
        return ()
    return run_checks(readings, answers, notifications_due=notifications_due, only=ready)


def not_looked_at() -> tuple[CheckResult, ...]:
    """Return what is said where there is no identity to look with: nothing is known."""
    return tuple(CheckResult(check, Status.UNKNOWN, "not_readable") for check in CheckId)
