"""The check of the bucket's event notifications: whether they tell the topic of every new object of the source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from panther_s3.answers import Answers
from panther_s3.aws.roles import Role
from panther_s3.aws.topic_records import Topic
from panther_s3.checks.readings import Readings
from panther_s3.checks.requests import bucket_action
from panther_s3.checks.result import CheckId, CheckResult, Status, unanswered, unread, worst
from panther_s3.checks.role_access import judge_bucket_request, role_of
from panther_s3.checks.statements import as_list
from panther_s3.notifications import EVENTS, filter_value, reduced_prefixes, wanted_rules
from panther_s3.policies import to_json
from panther_s3.problems import Problem

BUCKET = CheckId.NOTIFICATIONS_BUCKET
EVERY_CREATION = frozenset(f"s3:ObjectCreated:{way}" for way in ("Put", "Post", "Copy", "CompleteMultipartUpload"))
"""What `s3:ObjectCreated:*` stands for (S3 user guide, "Supported event types for S3 Event Notifications")."""
MANAGED_ID = "panther-managed-"
"""How the names of Panther's own rules begin."""
UNENCODED = re.compile(r"[^A-Za-z0-9/!_.'()*~+%-]|%(?![0-9A-Fa-f]{2})")
"""What an encoded filter does not hold (S3 user guide, "Configuring event notifications using object key name")."""
KINDS = {
    "TopicConfigurations": "TopicArn",
    "QueueConfigurations": "QueueArn",
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
}


class Rule(NamedTuple):
    """One rule of the bucket's notifications."""

    name: str
    destination: str
    events: tuple[str, ...]
    prefix: str
    suffix: str
    miswritten: str = ""
    """A filter that should be encoded and is not, so that no key fits it."""

    @property
    def creations(self) -> bool:
        """Whether it is about new objects at all."""
        return any(event.startswith("s3:ObjectCreated") for event in self.events)

    def covers(self, prefix: str) -> bool:
        """Whether it is about every key under `prefix`, its suffix apart."""
        return not self.miswritten and prefix.startswith(self.prefix)


def every_creation(rules: Iterable[Rule]) -> bool:
    """Tell whether together they are about every way in which an object comes to be."""
    events = {event for rule in rules for event in rule.events}
    return EVENTS in events or events >= EVERY_CREATION


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
    rules = [rule for rule in rules_of(configuration) if rule.destination == topic and rule.creations]
    prefixes = reduced_prefixes(row.prefix for row in answers.source.prefix_log_types) or ("",)
    return worst([_of_prefix(readings, answers, prefix, rules, topic) for prefix in prefixes])


def target_topic(readings: Readings, answers: Answers) -> str:
    """Return the topic that the bucket is to notify: the one that was read, else the one that is expected."""
    return readings.topic.arn if isinstance(readings.topic, Topic) else answers.topic_arn


def rules_of(configuration: Mapping[str, Any]) -> Iterator[Rule]:
    """Yield every rule of the configuration; filters are given back decoded, their names in any case."""
    for kind, destination in KINDS.items():
        for place, entry in enumerate(as_list(configuration.get(kind))):
            written = {
                str(rule.get("Name", "")).lower(): str(rule.get("Value", ""))
                for rule in as_list(entry.get("Filter", {}).get("Key", {}).get("FilterRules"))
            }
            yield Rule(
                str(entry.get("Id") or place),
                str(entry.get(destination, "")),
                tuple(map(str, as_list(entry.get("Events")))),
                unquote_plus(written.get("prefix", "")),
                unquote_plus(written.get("suffix", "")),
                next(filter(UNENCODED.search, written.values()), ""),
            )


def _of_prefix(readings: Readings, answers: Answers, prefix: str, rules: list[Rule], topic: str) -> CheckResult:
    """Whether the rules tell of every new object under `prefix`."""
    shown = f"under {prefix}" if prefix else "in the bucket"
    covering = [rule for rule in rules if rule.covers(prefix)]
    remedy = f"Add to the bucket's TopicConfigurations:\n{_wanted(answers, topic, prefix)}"
    if not rules:
        return _finding(answers, Status.FAIL, "missing", f"No rule of the bucket tells {topic} of new objects.", remedy)
    if not covering:
        return _uncovered(answers, shown, rules, remedy)
    if not every_creation(covering):
        rule = covering[0]
        events = ", ".join(dict.fromkeys(event for each in covering for event in each.events))
        detail = f"The rule {rule.name} tells of {events} only; objects come in other ways too."
        return _finding(answers, Status.FAIL, "events_not_covered", detail, f"Give it the event {EVENTS}.", rule.name)
    wanted = answers.source.notification_suffix
    fitting = [rule for rule in covering if wanted.endswith(rule.suffix)]
    if every_creation(fitting):
        name = fitting[0].name
        return _finding(answers, Status.PASS, None, f"The rule {name} tells of new objects {shown}.", "", name)
    return _suffixed(readings, answers, prefix, covering)


def _uncovered(answers: Answers, shown: str, rules: list[Rule], remedy: str) -> CheckResult:
    """No rule is about the prefix: perhaps one is meant to be."""
    for rule in rules:
        if rule.miswritten:
            detail = f"The rule {rule.name} has the filter {rule.miswritten}: S3 compares filters with encoded keys."
            remedy = f"Write it {filter_value(unquote_plus(rule.miswritten))}."
            return _finding(answers, Status.FAIL, "prefix_not_covered", detail, remedy, rule.name)
    names = ", ".join(f"{rule.name} ({rule.prefix or 'everything'})" for rule in rules)
    detail = f"No rule tells of new objects {shown}: those that there are cover {names}."
    return _finding(answers, Status.FAIL, "prefix_not_covered", detail, remedy, rules[0].name)


def _suffixed(readings: Readings, answers: Answers, prefix: str, rules: list[Rule]) -> CheckResult:
    """Every rule is limited to a suffix: whether objects seen have it."""
    suffixes = [rule.suffix for rule in rules]
    seen = [each.key for sample in readings.samples if sample.prefix == prefix for each in sample.objects]
    missed = [key for key in seen if not key.endswith(tuple(suffixes))]
    told = " and ".join(suffixes)
    if missed:
        detail = f"The rules tell of keys that end with {told} only; {missed[0]} does not."
        return _finding(answers, Status.FAIL, "suffix_filter", detail, "Widen or remove the suffix.", rules[0].name)
    detail = f"The rules tell of keys that end with {told} only. Every object seen does."
    return _finding(answers, Status.WARN, "suffix_filter", detail, "See that no log ends otherwise.", rules[0].name)


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
    for prefix in reduced_prefixes(row.prefix for row in answers.source.prefix_log_types) or ("",):
        for rule in rules:
            overlapping = rule.prefix.startswith(prefix) or prefix.startswith(rule.prefix)
            if rule.creations and overlapping and not rule.name.startswith(MANAGED_ID):
                detail = (
                    f"The rule {rule.name} sends events of new objects under {rule.prefix or 'every prefix'} to "
                    f"{rule.destination}: S3 refuses a second rule for the same objects, and so Panther's."
                )
                remedy = (
                    "Leave the notifications to yourself: subscribe Panther's queue to a topic in that rule's place, "
                    "or narrow the rule."
                )
                yield _finding(answers, Status.FAIL, "prefix_not_covered", detail, remedy, rule.name)


def _wanted(answers: Answers, topic: str, prefix: str) -> str:
    rules = wanted_rules(answers.source, topic)
    for rule in rules:
        values = [entry["Value"] for entry in rule["Filter"]["Key"]["FilterRules"] if entry["Name"] == "prefix"]
        if [unquote_plus(value) for value in values] == [prefix]:
            return to_json(rule)
    return to_json(rules[0])


def _finding(
    answers: Answers, status: Status, cause: str | None, detail: str, remedy: str = "", rule: str = ""
) -> CheckResult:
    document = f"notification configuration of {answers.source.bucket_name}"
    return CheckResult(BUCKET, status, cause, detail, remedy, {"document": document, "statement": rule, "request": {}})
