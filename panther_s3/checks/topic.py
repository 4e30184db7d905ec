"""Checks of the topic: that it is there, and that S3 may publish to it, encrypted too, and Panther subscribe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from panther_s3.answers import Answers
from panther_s3.arns import account_of, region_of
from panther_s3.aws.keys import AWS_MANAGED, KeyFacts
from panther_s3.aws.topic_records import Topic
from panther_s3.checks.judging import Judgement, Outcome, Policies, judge, of_panther
from panther_s3.checks.notifications import target_topic
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.checks.remedies import AGAIN, to_add, to_remove, to_replace, with_conditions
from panther_s3.checks.requests import publish, subscribe, topic_action, topic_key_use
from panther_s3.checks.result import CheckId, CheckResult, Status, skipped, unanswered, unread, worst
from panther_s3.checks.role_access import judge_role_request, policies_of, role_of
from panther_s3.checks.unknowns import OF_PANTHER
from panther_s3.panther import DEFAULT_TOPIC
from panther_s3.policies import s3_publish_statement, subscribe_statement, to_json, topic_key_statement
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import bucket_arn

TOPIC, POLICY = CheckId.NOTIFICATIONS_TOPIC, CheckId.NOTIFICATIONS_TOPIC_POLICY
ENCRYPTION = CheckId.NOTIFICATIONS_TOPIC_ENCRYPTION
SOMEBODYS_BUCKET, SOMEBODYS_ACCOUNT, SOMEBODYS_ORGANIZATION = (
    "somebody-elses-bucket",
    "000000000000",
    "o-somebody-elses",
)
PANTHERS_DOING = ("sns:CreateTopic", "sns:SetTopicAttributes", "sns:Subscribe")
"""What Panther does with its topic where it manages the notifications (open source, managed_bucket_notifications)."""


def check_topic(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `notifications.topic`."""
    topic, wanted = readings.topic, target_topic(readings, answers)
    if answers.source.panther_managed_bucket_notifications_enabled:
        return _managed(readings, answers)
    if isinstance(topic, Problem):
        return unread(TOPIC, topic)
    if topic is None:
        return CheckResult(
            TOPIC, Status.FAIL, "missing", f"There is no topic {wanted}.",
            "Make it by the notifications step, or name the one that the bucket notifies.",
        )  # fmt: skip
    region, account = region_of(topic.arn), account_of(topic.arn)
    evidence = {"document": f"topic {topic.arn}", "statement": "", "request": {}}
    if topic.fifo or topic.arn.endswith(".fifo"):
        detail = f"{topic.arn} is a FIFO topic: S3 cannot notify one."
        return CheckResult(TOPIC, Status.FAIL, "fifo", detail, "Use a standard topic.", evidence)
    if answers.bucket_region and region != answers.bucket_region:
        detail = (
            f"The topic is in {region}, the bucket in {answers.bucket_region}: S3 notifies topics of its region only."
        )
        return CheckResult(
            TOPIC, Status.FAIL, "other_region", detail, f"Use a topic in {answers.bucket_region}.", evidence
        )
    if account != answers.source.aws_account_id:
        detail = (
            f"The topic is in account {account}: Panther takes messages of topics in the source's own account "
            f"{answers.source.aws_account_id} only."
        )
        remedy = f"Use a topic in account {answers.source.aws_account_id}."
        return CheckResult(TOPIC, Status.FAIL, "other_account", detail, remedy, evidence)
    return CheckResult(TOPIC, Status.PASS, detail=f"Found {topic.arn}.", evidence=evidence)


def check_policy(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `notifications.topic_policy`."""
    if answers.source.panther_managed_bucket_notifications_enabled:
        return CheckResult(POLICY, Status.PASS, detail="Panther writes the policy of its topic itself.")
    topic = _topic(POLICY, readings)
    if isinstance(topic, CheckResult):
        return topic
    bucket = bucket_arn(answers.source.bucket_name, answers.partition)
    name = f"policy of {topic.arn}"
    policies = Policies(resource=(name, topic.policy), resource_type="sns")
    publishing = judge(publish(topic.arn, bucket, answers.source.aws_account_id), policies)
    statement = s3_publish_statement(topic.arn, answers.source, answers.partition)
    findings = [_allowed(publishing, "s3_publish_not_allowed", "S3 may not publish to the topic", statement)]
    if not _confirmed(readings, answers):
        by_panther = of_panther(name, topic.policy, "sns")
        subscribing = judge(subscribe(topic.arn, answers.panther), by_panther, OF_PANTHER)
        wanted = subscribe_statement(topic.arn, answers.panther)
        findings.append(
            _allowed(subscribing, "panther_subscribe_not_allowed", "Panther may not subscribe to the topic", wanted)
        )
    if findings[0].status is Status.PASS:
        other = publish(topic.arn, bucket_arn(SOMEBODYS_BUCKET, answers.partition), SOMEBODYS_ACCOUNT)
        elsewhere = {"aws:SourceOrgID": SOMEBODYS_ORGANIZATION, "aws:SourceOrgPaths": SOMEBODYS_ORGANIZATION}
        if judge(replace(other, context={**other.context, **elsewhere}), policies).outcome is Outcome.ALLOWED:
            findings.append(_unguarded(publishing, statement))
    return worst(findings)


def check_encryption(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `notifications.topic_encryption`."""
    if answers.source.panther_managed_bucket_notifications_enabled:
        return CheckResult(ENCRYPTION, Status.PASS, detail="Panther makes its topic without encryption.")
    topic = _topic(ENCRYPTION, readings)
    if isinstance(topic, CheckResult):
        return topic
    if not topic.kms_key:
        return CheckResult(ENCRYPTION, Status.PASS, detail="The topic is not encrypted: S3 needs no key.")
    reading = readings.keys.get(topic.kms_key, KeyReading())
    facts, policy = reading.facts, reading.policy
    evidence = {"document": f"encryption of {topic.arn}", "statement": topic.kms_key, "request": {}}
    if topic.kms_key.endswith("alias/aws/sns") or (isinstance(facts, KeyFacts) and facts.manager == AWS_MANAGED):
        return CheckResult(
            ENCRYPTION, Status.FAIL, "aws_managed_key",
            "The topic is encrypted with AWS's own alias/aws/sns, whose policy lets no S3 in and cannot be changed.",
            "Encrypt the topic with a customer-managed key whose policy has:\n"
            + to_json(topic_key_statement(answers.source, answers.partition)), evidence,
        )  # fmt: skip
    if isinstance(facts, Problem) and facts.kind is ProblemKind.NOT_FOUND:
        detail = f"The topic's key {topic.kms_key} is not there: S3 cannot publish. {facts.cause}"
        remedy = f"Encrypt the topic with another key, or not at all. {AGAIN}"
        return CheckResult(ENCRYPTION, Status.FAIL, "key_disabled", detail, remedy, evidence)
    if isinstance(facts, Problem):
        return unread(ENCRYPTION, facts)
    if facts is None:
        return unanswered(ENCRYPTION, "The topic's key")
    if not facts.enabled:
        detail = f"The topic's key {facts.arn} is {facts.state}: S3 cannot publish."
        remedy = f"aws kms enable-key --key-id {facts.arn}"
        return CheckResult(ENCRYPTION, Status.FAIL, "key_disabled", detail, remedy, evidence)
    if isinstance(policy, Problem):
        return unread(ENCRYPTION, policy)
    if policy is None:
        return unanswered(ENCRYPTION, "The policy of the topic's key")
    policies = Policies(resource=(f"key policy of {facts.arn}", policy), resource_type="kms")
    bucket = bucket_arn(answers.source.bucket_name, answers.partition)
    uses = [
        judge(topic_key_use(action, facts.arn, topic.arn, bucket, answers.source.aws_account_id), policies)
        for action in ("kms:GenerateDataKey", "kms:Decrypt")
    ]
    statement = topic_key_statement(answers.source, answers.partition)
    told = "the topic's key does not let S3 in, which then cannot publish"
    return worst([_key_allowed(use, told, statement) for use in uses])


def _key_allowed(judgement: Judgement, told: str, statement: dict[str, Any]) -> CheckResult:
    finding = _allowed(judgement, "key_policy_denies_s3", told, statement, ENCRYPTION)
    if finding.cause == "explicit_deny":
        return CheckResult(
            ENCRYPTION, Status.FAIL, "key_policy_denies_s3", finding.detail, finding.remedy, finding.evidence
        )
    return finding


def _allowed(
    judgement: Judgement,
    cause: str,
    told: str,
    statement: dict[str, Any],
    check: CheckId = POLICY,
) -> CheckResult:
    """What `judgement` of a request on the topic or its key comes to.

    `told` says as a part of a sentence what is wrong, and `statement` is what would allow the request.
    """
    action, evidence = judgement.request.action, judgement.evidence
    sentence = f"{told[0].upper()}{told[1:]}"
    if judgement.outcome is Outcome.ALLOWED:
        return CheckResult(check, Status.PASS, detail=f"{action} is allowed.", evidence=evidence)
    if judgement.outcome is Outcome.UNKNOWN:
        detail = f"It cannot be told whether {action} is allowed: {judgement.decision.reason}"
        return CheckResult(check, Status.UNKNOWN, "cannot_judge", detail, "", evidence)
    if judgement.outcome is Outcome.DEPENDS:
        keys = ", ".join(judgement.hinges)
        detail = f"{sentence}, or may: it hangs on {keys}, whose value only Panther's side knows."
        return CheckResult(check, Status.UNKNOWN, "depends_on_panther", detail, "", evidence)
    if judgement.decision.kind == "explicit":
        named, denying, name = judgement.policies.find(judgement.decision)
        detail = f"The Deny statement {name} of the {named} refuses {action}: {told}."
        return CheckResult(
            check, Status.FAIL, "explicit_deny", detail, to_remove(name, named, denying or {}), evidence
        )  # fmt: skip
    there = judgement.policies.resource
    remedy = to_add(judgement.blamed, statement, [there[1]] if there else ())
    return CheckResult(check, Status.FAIL, cause, f"{sentence}.", remedy, evidence)


def _unguarded(judgement: Judgement, guarded: dict[str, Any]) -> CheckResult:
    document, statement, name = judgement.policies.find(judgement.decision)
    mended = with_conditions(statement or guarded, guarded["Condition"])
    return CheckResult(
        POLICY, Status.WARN, "no_source_guard",
        "S3 may publish for any bucket of anybody: no condition on aws:SourceAccount or aws:SourceArn says for which.",
        to_replace(name, document, mended), judgement.evidence,
    )  # fmt: skip


def _managed(readings: Readings, answers: Answers) -> CheckResult:
    """Whether Panther may make its topic and subscribe to it."""
    role = role_of(TOPIC, readings)
    if isinstance(role, CheckResult):
        return role
    region, account = answers.region_of_bucket, answers.source.aws_account_id
    arn = f"arn:{answers.partition.name}:sns:{region}:{account}:{DEFAULT_TOPIC}"
    findings = []
    for action in PANTHERS_DOING:
        request = topic_action(role, action, arn)
        found = judge_role_request(TOPIC, readings, answers, request, policies_of(role, None, None), None)
        if found.status is Status.FAIL:
            detail = f"Panther cannot make its topic: {found.detail}"
            found = CheckResult(TOPIC, Status.FAIL, "missing", detail, found.remedy, found.evidence)
        findings.append(found)
    return worst(findings)


def _topic(check: CheckId, readings: Readings) -> Topic | CheckResult:
    if isinstance(readings.topic, Problem):
        return unread(check, readings.topic)
    return readings.topic or skipped(check, TOPIC, "There is no topic to look at.")


def _confirmed(readings: Readings, answers: Answers) -> bool:
    """Whether Panther's queue is subscribed already, so that it needs no right to subscribe."""
    subscriptions = readings.subscriptions
    return isinstance(subscriptions, tuple) and any(
        each.endpoint == answers.panther.queue_arn and not each.pending for each in subscriptions
    )
