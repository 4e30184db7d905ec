"""What the role's own policies permit of all that Panther does, before there is anything else to look at."""

from __future__ import annotations

from panther_s3.answers import Answers
from panther_s3.aws.roles import Role
from panther_s3.checks.judging import Policies
from panther_s3.checks.readings import Readings
from panther_s3.checks.requests import (
    Request,
    bucket_action,
    bucket_location,
    decrypt,
    describe_key,
    get_object,
    key_to_come,
    list_bucket,
    topic_action,
)
from panther_s3.checks.result import CheckId, CheckResult
from panther_s3.checks.role_access import judge_role_request, policies_of
from panther_s3.checks.topic import PANTHERS_DOING
from panther_s3.panther import DEFAULT_TOPIC


def judge_role_alone(role: Role, answers: Answers) -> list[CheckResult]:
    """Return a finding for each request that Panther makes as the role, by the role's policies and boundary alone."""
    readings = Readings(role=role)
    return [
        judge_role_request(check, readings, answers, request, _policies_for(role, request), None)
        for check, request in needed_requests(role, answers)
    ]


def _policies_for(role: Role, request: Request) -> Policies:
    """The role's own policies; of a key's policy it is taken that it leaves the decision to IAM."""
    if not request.action.startswith("kms:"):
        return policies_of(role, None, None)
    everybody = {"AWS": [request.account, request.resource_account]}
    leaving = {"Effect": "Allow", "Principal": everybody, "Action": "kms:*", "Resource": "*"}
    return policies_of(role, ("key policy", {"Version": "2012-10-17", "Statement": [leaving]}), "kms")


def needed_requests(role: Role, answers: Answers) -> list[tuple[CheckId, Request]]:
    """Return every request that Panther makes as the role, with the check that it belongs to."""
    source = answers.source
    prefixes = source.prefixes
    needed = [(CheckId.BUCKET_LOCATION, bucket_location(role, answers))]
    needed += [(CheckId.BUCKET_LIST, list_bucket(role, answers, prefix)) for prefix in prefixes]
    needed += [(CheckId.OBJECTS_READ, get_object(role, answers, key_to_come(prefix))) for prefix in prefixes]
    if source.kms_key_arn:
        key = source.kms_key_arn
        uses = [decrypt(role, answers, key, key_to_come(prefix), bucket_key=False) for prefix in prefixes]
        needed += [(CheckId.KMS_DECRYPT, use) for use in [*uses, describe_key(role, key)]]
    if source.panther_managed_bucket_notifications_enabled:
        topic = f"arn:{answers.partition.name}:sns:{answers.region_of_bucket}:{source.aws_account_id}:{DEFAULT_TOPIC}"
        needed += [
            (CheckId.NOTIFICATIONS_BUCKET, bucket_action(role, answers, f"s3:{verb}BucketNotification"))
            for verb in ("Get", "Put")
        ]
        needed += [(CheckId.NOTIFICATIONS_TOPIC, topic_action(role, action, topic)) for action in PANTHERS_DOING]
    return needed
