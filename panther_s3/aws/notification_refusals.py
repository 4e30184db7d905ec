"""S3's refusal of a notification configuration: whose destination it cannot reach, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from panther_s3.arns import parse_arn
from panther_s3.aws.errors import unless_fatal
from panther_s3.aws.session import Aws
from panther_s3.aws.topics import Topics
from panther_s3.notifications import TOPICS, Rule, RulesPlan, destination_kind, rules_of
from panther_s3.problems import Problem, ProblemKind

UNREACHED = "destination configuration"
"""What S3's message holds where its test event reached a destination not."""
TOGETHER = ("Configurations overlap", "ambiguously defined")
"""What it holds where two rules are about the same (minio#2472, aws-waf-security-automations#49)."""


def refusal_of(aws: Aws, plan: RulesPlan, region: str, answer: Mapping[str, Any], usual: Problem) -> Problem | None:
    """Return what S3's refusal of `plan` means, or None where it is not about destinations or overlaps.

    Args:
        aws: who asks what can be asked of the destinations.
        plan: the change that was refused.
        region: the bucket's region.
        answer: the error as botocore parsed it.
        usual: the Problem that the error is without the plan.

    Raises:
        Problem: the credentials do not hold.
    """
    message = str(answer.get("Message", ""))
    if any(words in message for words in TOGETHER):
        return _overlapping(plan, usual)
    if answer.get("Code") != "InvalidArgument" or UNREACHED not in message:
        return None
    rules = list(rules_of(plan.after))
    faults = _named_by_s3(answer, rules) or _found_by_looking(aws, rules, region)
    ours = {rule.destination for rule in plan.added}
    if theirs := {arn: fault for arn, fault in faults.items() if arn not in ours}:
        return _of_theirs(plan, rules, theirs, ours & faults.keys(), usual)
    if faults:
        return _of_ours(plan, rules, faults, usual)
    return _of_one_of_them(plan, rules, usual)


def _named_by_s3(answer: Mapping[str, Any], rules: list[Rule]) -> dict[str, str]:
    """The destinations that the error names, each with S3's reason.

    Its numbered arguments are the destination, with ", null" behind it at times, and what is wrong
    with it: "Not authorized to invoke function [...]", "The destination queue does not exist". Where
    there are none, the message may name it.
    """
    found = {}
    numbers = [name.removeprefix("ArgumentName") for name in answer if name.startswith("ArgumentName")]
    pairs = [(str(answer[f"ArgumentName{each}"]), str(answer.get(f"ArgumentValue{each}", ""))) for each in numbers]
    for destination in dict.fromkeys(rule.destination for rule in rules):
        reasons = (value for name, value in pairs if destination in (name, name.removesuffix(", null")))
        reason = next(reasons, None)
        if reason is not None:
            found[destination] = reason
    if found:
        return found
    words = {word.strip(",[]().") for word in str(answer.get("Message", "")).split()}
    return {rule.destination: "" for rule in rules if rule.destination in words}


def _found_by_looking(aws: Aws, rules: list[Rule], region: str) -> dict[str, str]:
    """The destinations with a fault that can be seen from here: queues and functions show theirs in the ARN alone."""
    faults = {}
    for rule in rules:
        if rule.destination not in faults and (fault := _fault_of(aws, rule, region)):
            faults[rule.destination] = fault
    return faults


def _fault_of(aws: Aws, rule: Rule, region: str) -> str:
    """What keeps S3 from the rule's destination, as far as it can be seen; "" where nothing is."""
    arn = parse_arn(rule.destination)
    if arn is None:
        return "It is no ARN."
    if region and arn.region != region:
        return f"It is in {arn.region or 'no region'}, the bucket in {region}."
    if rule.kind != TOPICS:
        return "S3 sends to no FIFO queue." if arn.resource.endswith(".fifo") else ""
    try:
        topic = Topics(aws).read(rule.destination)
    except Problem as problem:
        unless_fatal(problem)
        return ""
    if topic is None:
        return "There is no such topic."
    if topic.fifo:
        return "S3 sends to no FIFO topic."
    return "Its key is alias/aws/sns, whose policy lets no service in." if topic.kms_key.endswith("aws/sns") else ""


def _of_theirs(
    plan: RulesPlan, rules: list[Rule], faults: Mapping[str, str], ours: set[str], usual: Problem
) -> Problem:
    """The problem of a destination that was there before: S3 tries all of them at every change."""
    broken = [rule for rule in rules if rule.destination in faults]
    named = " and ".join(f"the rule {rule.id}, which sends to {rule.destination}" for rule in broken)
    also = f" S3 does not reach {' and '.join(sorted(ours))} either, the topic of the new rule." if ours else ""
    return Problem(
        f"S3 takes no change of the notifications of the bucket {plan.bucket}: a destination of another rule is broken",
        _with_reasons(usual.cause, faults),
        f"Nothing was changed. It is {named}: not one of the new rules. S3 tries every destination at each change, so "
        "ask who runs it to mend it, or to let S3 send to it, or take that rule out if it is a left-over; then Retry."
        + also,
        ProblemKind.CONFLICT,
    )


def _of_ours(plan: RulesPlan, rules: list[Rule], faults: Mapping[str, str], usual: Problem) -> Problem:
    """The problem of the topic that the new rules send to."""
    broken = next(rule for rule in rules if rule.destination in faults)
    return Problem(
        f"S3 cannot send to the {destination_kind(broken)} {broken.destination}",
        _with_reasons(usual.cause, faults),
        f"Nothing was changed. {_causes(plan.bucket)} Then Retry.",
        ProblemKind.INVALID,
    )


def _of_one_of_them(plan: RulesPlan, rules: list[Rule], usual: Problem) -> Problem:
    """The problem where neither S3 nor a look tells which destination it is."""
    named = "; ".join(f"{rule.id} sends to the {destination_kind(rule)} {rule.destination}" for rule in rules)
    return Problem(
        f"S3 cannot send to one of the destinations of the bucket {plan.bucket}, and does not say to which",
        usual.cause,
        f"Nothing was changed. The rules are: {named}. For the new rule's topic: {_causes(plan.bucket)} If all of that "
        "holds, one of the other destinations is gone or lets S3 in no more: ask who runs it.",
        ProblemKind.INVALID,
    )


def _causes(bucket: str) -> str:
    """What to look at, the likeliest first (S3 user guide, "Granting permissions to publish event notifications")."""
    return (
        f"Look in this order: the topic's policy lets s3.amazonaws.com publish for the bucket {bucket} and its "
        "account; a customer-managed key of the topic lets s3.amazonaws.com use kms:GenerateDataKey* and kms:Decrypt; "
        "the key is not alias/aws/sns; the topic is in the bucket's region; it is not FIFO; it exists."
    )


def _overlapping(plan: RulesPlan, usual: Problem) -> Problem:
    """The problem of an overlap that S3 sees and the plan does not."""
    added = ", ".join(rule.id for rule in plan.added)
    others = ", ".join(rule.id for rule in plan.kept)
    return Problem(
        f"S3 says that rules of the bucket {plan.bucket} overlap",
        usual.cause,
        "Nothing was changed. If a rule for the same objects was taken out just now, S3 may still count it: Retry in "
        f"a minute. Else compare the new rule ({added}) with the others ({others or 'there are none'}) in the S3 "
        "console, and narrow one of them by prefix or suffix.",
        ProblemKind.CONFLICT,
    )


def _with_reasons(cause: str, faults: Mapping[str, str]) -> str:
    """AWS's text, with what is known of each destination."""
    return "\n".join([cause, *(f"{arn}: {reason}" for arn, reason in faults.items() if reason)])
