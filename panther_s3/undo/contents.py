"""What a stack of ours made, compared with what it made: what others added would go with the stack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from panther_s3.arns import account_of, parse_arn, role_name_of
from panther_s3.aws.buckets import Buckets
from panther_s3.aws.roles import Roles
from panther_s3.aws.session import Aws
from panther_s3.aws.stack_records import Stack
from panther_s3.aws.topics import Topics
from panther_s3.checks.statements import as_list
from panther_s3.journal.changes import ChangeKind
from panther_s3.journal.records import Record
from panther_s3.mending.documents import same_statement
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import partition_of
from panther_s3.policies import role_policy, topic_policy, trust_policy
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import S3Source

ROLE_OUTPUT, TOPIC_OUTPUT = "RoleARN", "SnsTopicArn"


def differences_of(aws: Aws, stack: Stack, record: Record, *, deleting: bool = True) -> tuple[str, ...]:
    """Return in sentences what was added to what `stack` made, beside what the run itself did.

    Args:
        aws: who looks.
        stack: as it is.
        record: what the run did.
        deleting: whether all of it would go; an update takes away only what stands in the stack's own documents.

    Raises:
        Problem: AWS refused or did not answer.
    """
    if ROLE_OUTPUT in stack.outputs:
        return _of_role(aws, stack, record, deleting=deleting)
    if TOPIC_OUTPUT in stack.outputs:
        return _of_topic(aws, stack, record, deleting=deleting)
    return ()


def notifying_rules(aws: Aws, stack: Stack) -> tuple[str, ...]:
    """Return the names of the rules by which the stack's bucket notifies the topic that the stack made.

    Raises:
        Problem: AWS refused or did not answer.
    """
    topic, bucket = stack.outputs.get(TOPIC_OUTPUT), stack.parameters.get("S3Bucket", "")
    if not topic or not bucket:
        return ()
    try:
        found = Buckets(aws).read_notifications(bucket, stack.region, account_of(stack.stack_id))
    except Problem as problem:
        if problem.kind is not ProblemKind.NOT_FOUND:
            raise
        return ()
    rules = as_list(found.get("TopicConfigurations"))
    return tuple(str(rule.get("Id", "")) for rule in rules if rule.get("TopicArn") == topic)


def _of_role(aws: Aws, stack: Stack, record: Record, *, deleting: bool) -> tuple[str, ...]:
    role = Roles(aws).find(role_name_of(stack.outputs[ROLE_OUTPUT]))
    if role is None:
        return ()
    source, panther = _given(stack)
    ours = _added_to(record, role.arn)
    found = []
    if not _holds_only(role.trust, [*trust_policy(panther)["Statement"], *ours]):
        found.append(f"Somebody else's statements are in the trust policy of {role.name}.")
    wanted = [*role_policy(source, partition_of(stack.region))["Statement"], *ours]
    for policy in role.policies:
        if not deleting and not _holds_any(policy.document, wanted):
            continue
        if policy.attached_arn:
            found.append(f"Somebody attached {policy.attached_arn} to {role.name}.")
        elif not _holds_only(policy.document, wanted):
            found.append(f"Somebody else's statements are in the policy {policy.name} of {role.name}.")
    return tuple(found)


def _of_topic(aws: Aws, stack: Stack, record: Record, *, deleting: bool) -> tuple[str, ...]:
    topics, arn = Topics(aws), stack.outputs[TOPIC_OUTPUT]
    topic = topics.read(arn)
    if topic is None:
        return ()
    source, panther = _given(stack)
    found = []
    wanted = topic_policy(arn, source, panther, partition_of(stack.region))["Statement"]
    if not _holds_only(topic.policy, [*wanted, *_added_to(record, arn)]):
        found.append("Somebody else's statements are in the topic's policy.")
    queue = panther.queue_arn
    others = [each.endpoint for each in topics.read_subscriptions(arn, queue) if each.endpoint != queue]
    if others and deleting:
        found.append(f"Others are subscribed to the topic: {', '.join(others)}.")
    return tuple(found)


def _given(stack: Stack) -> tuple[S3Source, PantherDeployment]:
    """The source and the deployment that the stack's parameters speak of."""
    parameters, arn = stack.parameters, parse_arn(stack.stack_id)
    source = S3Source(
        aws_account_id=arn.account if arn else "",
        bucket_name=parameters.get("S3Bucket", ""),
        kms_key_arn=parameters.get("KmsKey", ""),
        panther_managed_bucket_notifications_enabled=parameters.get("ManagedBucketNotifications") == "true",
    )
    return source, PantherDeployment(
        parameters.get("MasterAccountId", ""), parameters.get("PantherRegion") or stack.region
    )


def _added_to(record: Record, target: str) -> list[Any]:
    """The statements that the run itself added to policies of `target`; what it found there is not its own."""
    added = []
    for change in record.changes:
        if change.kind is ChangeKind.POLICY and change.target == target:
            found = as_list((change.before or {}).get("Statement"))
            gave = as_list((change.after or {}).get("Statement"))
            added += [each for each in gave if not any(same_statement(each, one) for one in found)]
    return added


def _holds_only(document: Mapping[str, Any], wanted: Iterable[Any]) -> bool:
    """Tell whether every statement of `document` is one of `wanted`."""
    wanted = list(wanted)
    return all(any(same_statement(each, one) for one in wanted) for each in as_list(document.get("Statement")))


def _holds_any(document: Mapping[str, Any], wanted: Iterable[Any]) -> bool:
    """Tell whether a statement of `document` is one of `wanted`."""
    wanted = list(wanted)
    return any(same_statement(each, one) for one in wanted for each in as_list(document.get("Statement")))
