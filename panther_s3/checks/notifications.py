"""The check of the bucket's event notifications: whether they tell the topic of every new object of the source."""

from __future__ import annotations

from collections.abc import Iterator

from panther_s3.answers import Answers
from panther_s3.aws.roles import Role
from panther_s3.aws.topic_records import Topic
from panther_s3.checks.bucket_rules import mended
from panther_s3.checks.readings import Readings
from panther_s3.checks.requests import bucket_action
from panther_s3.checks.result import CheckId, CheckResult, Status, unanswered, unread, worst
from panther_s3.checks.role_access import judge_bucket_request, role_of
from panther_s3.notifications import (
    EVERY_CREATION,
    Rule,
    every_creation,
    overlap,
    reduced_prefixes,
    rules_of,
    wanted_rule,
    ways_told,
)
from panther_s3.problems import Problem

BUCKET = CheckId.NOTIFICATIONS_BUCKET
MANAGED_ID = "panther-managed-"
"""How the names of Panther's own rules begin."""


def check_bucket(readings: Readings, answers: Answers) -> CheckResult:
    """Judge `notifications.bucket`."""
    configuration = readings.notifications
    if answers.source.panther_managed_bucket_notifications_enabled:
        return _managed(readings, answers)
    if isinstance(configuration, Problem):
        return unread(BUCKET, configuration)
    if configuration is None:
        return unanswered(BUCKET, "The bucket's notification configuration")
    topic = target_topic(readings, answers)
    rules = list(rules_of(configuration))
    prefixes = reduced_prefixes(answers.source.prefixes)
    return worst([_of_prefix(readings, answers, prefix, rules, topic) for prefix in prefixes])


def target_topic(readings: Readings, answers: Answers) -> str:
    """Return the topic that the bucket is to notify: the one that was read, else the one that is expected."""
    return readings.topic.arn if isinstance(readings.topic, Topic) else answers.topic_arn


def _of_prefix(readings: Readings, answers: Answers, prefix: str, rules: list[Rule], topic: str) -> CheckResult:
    """Whether the rules tell the topic of every new object under `prefix`; `rules` are all of the bucket's."""
    shown = f"under {prefix}" if prefix else "in the bucket"
    ours = [rule for rule in rules if rule.destination == topic and rule.creations]
    covering = [rule for rule in ours if rule.covers(prefix)]
    if not ours:
        return _told(answers, "missing", f"No rule of the bucket tells {topic} of new objects.", prefix, rules, topic)
    if not covering:
        return _uncovered(answers, prefix, rules, ours, topic)
    if not every_creation(covering):
        events = ", ".join(dict.fromkeys(event for each in covering for event in each.events))
        detail = f"The rule {covering[0].id} tells of {events} only; objects come in other ways too."
        return _told(answers, "events_not_covered", detail, prefix, rules, topic, covering[0].id)
    wanted = answers.source.notification_suffix
    if ways_told(covering, wanted) == EVERY_CREATION:
        name = next(rule.id for rule in covering if wanted.endswith(rule.suffix))
        return _finding(answers, Status.PASS, None, f"The rule {name} tells of new objects {shown}.", "", name)
    return _suffixed(readings, answers, prefix, covering, mended(answers.source, prefix, topic, rules))


def _uncovered(answers: Answers, prefix: str, rules: list[Rule], ours: list[Rule], topic: str) -> CheckResult:
    """No rule is about the prefix: perhaps one is meant to be."""
    for rule in ours:
        if rule.miswritten and prefix.startswith(rule.prefix):
            detail = f"The rule {rule.id} has the filter {rule.miswritten}: S3 compares filters with encoded keys."
            return _told(answers, "prefix_not_covered", detail, prefix, rules, topic, rule.id)
    names = ", ".join(f"{rule.id} ({rule.prefix or 'everything'})" for rule in ours)
    detail = f"No rule tells of new objects {f'under {prefix}' if prefix else 'in the bucket'}: there are {names}."
    return _told(answers, "prefix_not_covered", detail, prefix, rules, topic, ours[0].id)


def _told(
    answers: Answers, cause: str, detail: str, prefix: str, rules: list[Rule], topic: str, rule: str = ""
) -> CheckResult:
    """The finding that something is not told of, with the rule to add or to change."""
    return _finding(answers, Status.FAIL, cause, detail, mended(answers.source, prefix, topic, rules), rule)


def _suffixed(readings: Readings, answers: Answers, prefix: str, rules: list[Rule], remedy: str) -> CheckResult:
    """Some ways in which objects come are told of for some suffixes only: what that means for objects seen."""
    wanted = answers.source.notification_suffix
    keys = [each.key for sample in readings.samples if sample.prefix == prefix for each in sample.objects]
    seen = [key for key in keys if key.endswith(wanted)]
    half = next((key for key in seen or [wanted] if EVERY_CREATION > ways_told(rules, key) > frozenset()), None)
    if half is not None:
        return _half_told(answers, half, rules, remedy)
    narrowed = EVERY_CREATION - ways_told(rules, wanted)
    narrow = [rule for rule in rules if not wanted.endswith(rule.suffix) and ways_told([rule], rule.suffix) & narrowed]
    told = f"The rules tell of keys that end with {' and '.join(dict.fromkeys(rule.suffix for rule in narrow))} only"
    if narrowed != EVERY_CREATION:
        told += f" where they come by {_listed(narrowed)}"
    missed = [key for key in seen if not ways_told(rules, key)]
    name = narrow[0].id
    if missed and len(missed) == len(seen):
        detail = f"{told}; no object seen does, such as {missed[0]}."
        return _finding(answers, Status.FAIL, "suffix_filter", detail, remedy, name)
    otherwise = "Every object seen does." if seen else "No object was seen yet."
    detail = f"{told}; {missed[0]}, for one, does not." if missed else f"{told}. {otherwise}"
    return _finding(answers, Status.WARN, "suffix_filter", detail, remedy, name)


def _half_told(answers: Answers, key: str, rules: list[Rule], remedy: str) -> CheckResult:
    """The finding where an object like `key` is told of if it comes in some ways, and not in others."""
    told = ways_told(rules, key)
    which = f"an object such as {key}" if key else "a new object"
    detail = f"The rules tell of {which} if it comes by {_listed(told)}, not if by {_listed(EVERY_CREATION - told)}."
    rule = next(rule for rule in rules if key.endswith(rule.suffix))
    return _finding(answers, Status.FAIL, "events_not_covered", detail, remedy, rule.id)


def _listed(events: frozenset[str]) -> str:
    return ", ".join(sorted(events))


def _managed(readings: Readings, answers: Answers) -> CheckResult:
    """Whether Panther may change the bucket's notifications, and whether S3 would take its rules."""
    role = role_of(BUCKET, readings)
    if isinstance(role, CheckResult):
        return role
    findings = [_may(readings, answers, role, action) for action in ("Get", "Put")]
    configuration = readings.notifications
    if isinstance(configuration, Problem):
        findings.append(unread(BUCKET, configuration))
    elif configuration is not None:
        findings += _overlaps(answers, list(rules_of(configuration)))
    return worst(findings)


def _may(readings: Readings, answers: Answers, role: Role, verb: str) -> CheckResult:
    request = bucket_action(role, answers, f"s3:{verb}BucketNotification")
    found = judge_bucket_request(BUCKET, readings, answers, request)
    if found.status is not Status.FAIL:
        return found
    detail = f"Panther cannot set up the rules: {found.detail}"
    return CheckResult(BUCKET, Status.FAIL, "missing", detail, found.remedy, found.evidence)


def _overlaps(answers: Answers, rules: list[Rule]) -> Iterator[CheckResult]:
    """Yield the rules of others that S3 would refuse Panther's for (S3 user guide, overlapping filters)."""
    for prefix in reduced_prefixes(answers.source.prefixes):
        wanted = wanted_rule(prefix, "", "")
        for rule in rules:
            if overlap(rule, wanted) and not rule.id.startswith(MANAGED_ID):
                detail = (
                    f"The rule {rule.id} sends events of new objects under {rule.prefix or 'every prefix'} to "
                    f"{rule.destination}: S3 refuses a second rule for the same objects, and so Panther's."
                )
                remedy = (
                    "Leave the notifications to yourself: subscribe Panther's queue to a topic in that rule's place, "
                    "or narrow the rule."
                )
                yield _finding(answers, Status.FAIL, "prefix_not_covered", detail, remedy, rule.id)


def _finding(
    answers: Answers, status: Status, cause: str | None, detail: str, remedy: str = "", rule: str = ""
) -> CheckResult:
    document = f"notification configuration of {answers.source.bucket_name}"
    return CheckResult(BUCKET, status, cause, detail, remedy, {"document": document, "statement": rule, "request": {}})
