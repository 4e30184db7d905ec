"""Whether sources are healthy: Panther's own checks, blind where they are (panther-labs/panther, check_integration.go).

They assume the role, ask for the bucket's region, describe the key that the source names, and look at
the first object under each prefix; where Panther manages the notifications they look at the bucket's
rules. They look at no topic, subscription or Decrypt.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace

from panther_s3.answers import Answers
from panther_s3.arns import account_of
from panther_s3.aws.buckets import BucketFacts
from panther_s3.aws.keys import KeyFacts
from panther_s3.aws.roles import Role
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.checks.requests import bucket_action, describe_key, get_object
from panther_s3.checks.result import CheckId, CheckResult, Status
from panther_s3.demo.panther.accounts import Accounts
from panther_s3.demo.panther.input_queue import Home
from panther_s3.demo.panther.sources import Source
from panther_s3.notifications import EVENTS, reduced_prefixes, rules_of
from panther_s3.panther import DEFAULT_TOPIC, PantherDeployment

FRESH_SECONDS = 3
"""How long a verdict is given again without another look."""
ANSWER_SECONDS = 2.5
"""How long an answer waits for a look that is under way."""
LOOK_SECONDS = 8
"""How long a look takes at most."""
AT_ONCE = 3
"""How many sources are looked at side by side; each look makes calls side by side as well."""
SEEN_AS_WELL = (Status.PASS, Status.WARN)
"""What a finding says that keeps Panther from nothing."""


@dataclass(frozen=True)
class Verdict:
    """What came of a look at a source."""

    healthy: bool = False
    """By Panther's own checks."""
    readable: bool = False
    """Whether an object can be read, which takes kms:Decrypt as well."""


@dataclass
class _Look:
    """A look at a source as it was at `revision`, and when it began."""

    revision: int
    began: float
    future: Future[Verdict]

    def holds(self, source: Source, now: float) -> bool:
        """Tell whether it is of the source as it is, and under way or fresh."""
        return self.revision == source.revision and (not self.future.done() or now - self.began < FRESH_SECONDS)


class Health:
    """Looks at sources when it is asked; safe to share between threads."""

    def __init__(self, accounts: Accounts, home: Home) -> None:
        self._accounts, self._home = accounts, home
        self._lock = threading.Lock()
        self._looks: dict[str, _Look] = {}
        self._former: dict[str, Verdict] = {}
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def healthy(self, sources: Iterable[Source]) -> Mapping[str, bool]:
        """Tell of each source, by its id, whether it is healthy."""
        return {source_id: verdict.healthy for source_id, verdict in self.ask(sources).items()}

    def ask(self, sources: Iterable[Source]) -> Mapping[str, Verdict]:
        """Return the verdict on each source, by its id: the former one where a look takes too long."""
        looks = {source.id: self._look(source) for source in sources}
        wait(looks.values(), ANSWER_SECONDS)
        return {source_id: self._verdict(source_id, look) for source_id, look in looks.items()}

    def join(self, seconds: float) -> None:
        """Wait until no look is under way, `seconds` at most."""
        with self._lock:
            looks = [look.future for look in self._looks.values()]
        wait(looks, max(0.0, seconds))

    def _verdict(self, source_id: str, look: Future[Verdict]) -> Verdict:
        with self._lock:
            if look.done():
                self._former[source_id] = look.result()
            return self._former.get(source_id, Verdict())

    def _look(self, source: Source) -> Future[Verdict]:
        """The latest look at the source: a new one where there is none under way, and the last is not fresh."""
        with self._lock:
            look, now = self._looks.get(source.id), time.monotonic()
            if look is not None and look.holds(source, now):
                return look.future
            future: Future[Verdict] = Future()
            self._looks[source.id] = _Look(source.revision, now, future)
        threading.Thread(target=self._settle, args=(source, future), name="demo-panther-look", daemon=True).start()
        return future

    def _settle(self, source: Source, future: Future[Verdict]) -> None:
        """Look; what cannot be looked at is not healthy, as Panther has it."""
        with self._turns:
            try:
                future.set_result(self._examine(source))
            except Exception:  # noqa: BLE001 - the emulator may be gone
                future.set_result(Verdict())

    def _examine(self, source: Source) -> Verdict:
        from panther_s3.aws.readings import read_for_checks

        onboarded, account = source.as_onboarded(), source.draft.account
        panther = PantherDeployment(self._home.account, self._home.region)
        answers = Answers(region=self._home.region, panther=panther, source=onboarded)
        if account_of(onboarded.log_processing_role_arn) != account:
            return Verdict()
        gateway = self._accounts.gateway(account, self._home.region)
        read = read_for_checks(gateway, answers, sleep=lambda _: None, seconds=LOOK_SECONDS)
        # the emulator's simulator knows less of policies than Panther would meet
        return judge(replace(read, simulation=None), answers)


def judge(readings: Readings, answers: Answers) -> Verdict:
    """Return what Panther sees of a source in what was read of AWS."""
    from panther_s3.checks.runner import run_checks

    bucket, role = readings.bucket, readings.role
    if not isinstance(bucket, BucketFacts) or not isinstance(role, Role):
        return Verdict()
    answers = replace(answers, bucket_region=bucket.region)
    plain = (CheckId.ROLE_EXISTS, CheckId.ROLE_TRUST, CheckId.BUCKET_LOCATION, CheckId.BUCKET_LIST)
    findings = list(run_checks(readings, answers, only=plain))
    findings += _of_objects(readings, answers, role)
    findings += _of_key(readings, answers, role)
    reachable = bucket.owned_by_account is not False and all(each.status in SEEN_AS_WELL for each in findings)
    (decrypt,) = run_checks(readings, answers, only=(CheckId.KMS_DECRYPT,))
    return Verdict(
        healthy=reachable and _notified(readings, answers, role),
        readable=reachable and decrypt.status in SEEN_AS_WELL,
    )


def _of_objects(readings: Readings, answers: Answers, role: Role) -> Iterator[CheckResult]:
    """What HeadObject of the first object under each reduced prefix comes to; no object is no fault."""
    from panther_s3.checks.role_access import judge_bucket_request

    for prefix in reduced_prefixes(answers.source.prefixes):
        sample = next((each for each in readings.samples if each.prefix == prefix), None)
        for seen in sample.objects[:1] if sample else ():
            request = get_object(role, answers, seen.key)
            yield judge_bucket_request(CheckId.OBJECTS_READ, readings, answers, request)


def _of_key(readings: Readings, answers: Answers, role: Role) -> Iterator[CheckResult]:
    """What DescribeKey of the key that the source names comes to, and whether the key is enabled."""
    from panther_s3.checks.role_access import judge_role_request, policies_of

    named = answers.source.kms_key_arn
    if not named:
        return
    reading = readings.keys.get(named, KeyReading())
    if not isinstance(reading.facts, KeyFacts) or not reading.facts.enabled or not isinstance(reading.policy, dict):
        yield CheckResult(CheckId.KMS_KEY, Status.FAIL, "missing")
        return
    policies = policies_of(role, (f"key policy of {named}", reading.policy), "kms")
    if isinstance(reading.grants, tuple):
        policies = replace(policies, grants=reading.grants)
    yield judge_role_request(CheckId.KMS_KEY, readings, answers, describe_key(role, named), policies, None)


def _notified(readings: Readings, answers: Answers, role: Role) -> bool:
    """Whether the bucket's rules are those of managed notifications; where Panther does not manage any, it is blind.

    A rule counts only with a filter, and only where it is about s3:ObjectCreated:* by that very name.
    """
    from panther_s3.checks.role_access import judge_bucket_request

    if not answers.source.panther_managed_bucket_notifications_enabled:
        return True
    request = bucket_action(role, answers, "s3:GetBucketNotification")
    may = judge_bucket_request(CheckId.NOTIFICATIONS_BUCKET, readings, answers, request)
    if may.status not in SEEN_AS_WELL or not isinstance(readings.notifications, dict):
        return False
    topic = f"arn:{answers.partition.name}:sns:{answers.bucket_region}:{answers.source.aws_account_id}:{DEFAULT_TOPIC}"
    told = [
        rule.prefix_filter
        for rule in rules_of(readings.notifications)
        if rule.destination == topic and EVENTS in rule.events and "Key" in rule.entry.get("Filter", {})
    ]
    prefixes = reduced_prefixes(answers.source.prefixes)
    return all(any(prefix.startswith(each) for each in told) for prefix in prefixes)
