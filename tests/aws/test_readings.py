"""The whole reading for the checks: each part its value or its Problem, read once, within a time limit."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime

import pytest

from panther_s3.answers import Answers, CallerIdentity, Made
from panther_s3.aws.buckets import BucketFacts, Encryption
from panther_s3.aws.readings import SharedReads, read_for_checks
from panther_s3.aws.roles import Role, Roles
from panther_s3.aws.session import Aws
from panther_s3.aws.topic_records import Topic
from panther_s3.aws.traffic import CallCount, counting
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.problems import Problem, ProblemKind
from panther_s3.role_stack import ROLE_KIND
from panther_s3.source import PrefixLogTypes, S3Source
from tests.aws.conftest import Faults
from tests.aws.whole_source import ACCOUNT, PANTHER, REGION, make_whole_source, policy

READS = {
    "s3": (
        "HeadBucket",
        "GetBucketEncryption",
        "GetBucketOwnershipControls",
        "GetBucketRequestPayment",
        "GetBucketAcl",
        "GetBucketPolicy",
        "GetBucketNotification",
        "ListObjectsV2",
        "HeadObject",
    ),
    "kms": ("DescribeKey", "GetKeyPolicy", "ListGrants"),
    "iam": (
        "GetRole",
        "ListRolePolicies",
        "ListAttachedRolePolicies",
        "GetRolePolicy",
        "GetPolicy",
        "GetPolicyVersion",
        "SimulatePrincipalPolicy",
    ),
    "sns": ("GetTopicAttributes", "ListSubscriptionsByTopic", "GetSubscriptionAttributes"),
}
EVERY_READ = [(service, operation) for service, operations in READS.items() for operation in operations]
WITH_BODY = [read for read in EVERY_READ if not read[1].startswith("Head")]


@pytest.fixture(scope="module")
def answers(embedded_aws: EmbeddedAws) -> Answers:
    with embedded_aws.applied(os.environ):
        return make_whole_source(Aws("default", REGION), "readings test")


@pytest.fixture
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let botocore's second try follow at once."""

    class Impatient:
        @staticmethod
        def sleep(_: float) -> None:
            pass

        def __getattr__(self, name: str) -> object:
            return getattr(__import__("time"), name)

    monkeypatch.setattr("botocore.endpoint.time", Impatient())


def test_everything_is_read(operator: Aws, answers: Answers) -> None:
    words: list[str] = []
    readings = read_for_checks(operator, answers, report=lambda word, _: words.append(word))
    assert _problems(readings) == []
    assert isinstance(readings.role, Role)
    assert isinstance(readings.role.boundary, dict)
    assert len(readings.role.policies) == 2
    source = answers.source
    assert isinstance(readings.bucket, BucketFacts)
    assert (readings.bucket.region, readings.bucket.encryption) == (REGION, Encryption.CUSTOMER_KEY)
    assert readings.bucket.object_ownership == "BucketOwnerEnforced"
    (sample,) = readings.samples
    assert [found.key for found in sample.objects] == ["logs/1.json"]
    assert readings.bucket.owner_id == sample.objects[0].owner_id != ""
    assert isinstance(readings.bucket_policy, dict)
    assert isinstance(readings.notifications, dict)
    assert [rule["TopicArn"] for rule in readings.notifications["TopicConfigurations"]] == [source.topic_arn]
    assert isinstance(readings.topic, Topic)
    assert set(readings.keys) == {source.kms_key_arn, readings.topic.kms_key}
    (grant,) = _tuple(readings.keys[source.kms_key_arn].grants)
    assert grant["GranteePrincipal"] == answers.role_arn
    (subscription,) = _tuple(readings.subscriptions)
    assert (subscription.endpoint, subscription.raw_delivery) == (answers.panther.queue_arn, False)
    asked = {(decision.action, decision.resource) for decision in _tuple(readings.simulation)}
    bucket = f"arn:aws:s3:::{source.bucket_name}"
    assert asked == {
        ("s3:GetBucketLocation", bucket),
        ("s3:ListBucket", bucket),
        ("s3:GetObject", f"{bucket}/logs/1.json"),
        ("kms:Decrypt", source.kms_key_arn),
        ("kms:DescribeKey", source.kms_key_arn),
    }
    settled = "role, bucket, bucket policy, notifications, objects, topic, subscriptions, key, simulation, keys"
    assert sorted(words) == sorted(settled.split(", "))


def test_the_calls_are_counted_and_none_is_made_twice(operator: Aws, answers: Answers, sent: list[str]) -> None:
    readings = read_for_checks(operator, answers)
    assert readings.calls == len(sent)
    # GetBucketLocation, ListBucket, GetObject, Decrypt twice, DescribeKey; the boundary is a policy, too; two keys
    often = {"SimulatePrincipalPolicy": 6, "GetPolicy": 2, "GetPolicyVersion": 2}
    often |= dict.fromkeys(("DescribeKey", "GetKeyPolicy", "ListGrants"), 2)
    assert {name: sent.count(name) for name in sent if sent.count(name) > 1} == often
    assert readings.seconds > 0


def test_sources_that_share_read_the_same_thing_once(operator: Aws, answers: Answers, sent: list[str]) -> None:
    one = read_for_checks(operator, answers)
    sent.clear()
    shared = SharedReads()
    several = [answers.with_source(name=str(number), log_processing_role_arn=answers.role_arn) for number in range(6)]
    with ThreadPoolExecutor(len(several)) as pool:
        found = list(pool.map(lambda source: read_for_checks(operator, source, cache=shared), several))
    assert len(sent) == one.calls == sum(readings.calls for readings in found)
    for readings in found:
        assert replace(readings, calls=0, seconds=0) == replace(one, calls=0, seconds=0)
    sent.clear()
    other = answers.with_source(prefix_log_types=(PrefixLogTypes("other/"),))
    read_for_checks(operator, other, cache=shared)
    # the simulator is asked for the other prefix and its objects; with an S3 Bucket Key the key is used in one way only
    assert sorted(sent) == ["ListObjectsV2", *["SimulatePrincipalPolicy"] * 2]


def test_sources_that_share_a_bucket_each_have_the_keys_of_its_default_objects_and_topic(
    operator: Aws, answers: Answers
) -> None:
    shared, silent = SharedReads(), answers.with_source(kms_key_arn="")
    whole = read_for_checks(operator, silent)
    assert len(whole.keys) == 2
    for _ in range(2):
        assert read_for_checks(operator, silent, cache=shared).keys == whole.keys


def test_a_refusal_is_shared_as_well(faulty: Aws, faults: Faults, answers: Answers) -> None:
    refusal = {"code": "AccessDenied", "status": 403}
    faults.add({"service": "iam", "operation": "GetRole", "error": refusal})
    shared = SharedReads()
    found = [read_for_checks(faulty, answers, cache=shared).role for _ in range(2)]
    assert isinstance(found[0], Problem)
    assert found[0] is found[1]
    assert len(faults.fired()) == 1


FAULTS = {
    "throttled": ({"error": {"code": "ThrottlingException", "status": 400}}, ProblemKind.THROTTLED),
    "broken": ({"error": {"code": "InternalError", "status": 500}}, ProblemKind.NETWORK),
    "reset": ({"reset": True}, ProblemKind.NETWORK),
    "refused": ({"error": {"code": "AccessDenied", "status": 403}}, ProblemKind.ACCESS_DENIED),
}
OF_HEADS = FAULTS | {"throttled": ({"error": {"code": "SlowDown", "status": 503}}, ProblemKind.NETWORK)}
"""A HEAD answer has no body that could name the code: 503 alone is trouble of AWS's."""


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("service", "operation"), EVERY_READ)
def test_a_read_that_fails_is_a_problem_in_its_place(
    faulty: Aws, faults: Faults, answers: Answers, no_backoff: None, service: str, operation: str, fault: str
) -> None:
    rule, kind = (OF_HEADS if operation.startswith("Head") else FAULTS)[fault]
    _break(faults, service, operation, rule)
    readings = read_for_checks(faulty, answers)
    assert faults.fired()
    assert kind in {problem.kind for problem in _problems(readings)}
    if operation != "HeadBucket":
        assert isinstance(readings.bucket, BucketFacts)
    if operation != "GetRole":
        assert isinstance(readings.role, Role)


@pytest.mark.parametrize(("service", "operation"), WITH_BODY)
def test_an_answer_that_breaks_off_is_a_problem_in_its_place(
    faulty: Aws, faults: Faults, answers: Answers, no_backoff: None, service: str, operation: str
) -> None:
    _break(faults, service, operation, {"response": {"truncate_frac": 0.5}})
    readings = read_for_checks(faulty, answers)
    assert faults.fired()
    assert {problem.kind for problem in _problems(readings)} == {ProblemKind.NETWORK}


@pytest.mark.parametrize(("service", "operation"), [read for read in EVERY_READ if read[1] != "HeadObject"])
def test_a_session_that_expires_ends_the_whole_reading(
    faulty: Aws, faults: Faults, answers: Answers, service: str, operation: str
) -> None:
    expired = {"code": "ExpiredToken", "status": 400, "message": "The security token is expired"}
    _break(faults, service, operation, {"error": expired})
    with pytest.raises(Problem) as raised:
        read_for_checks(faulty, answers)
    assert raised.value.kind is ProblemKind.CREDENTIALS


def test_what_does_not_come_in_time_is_a_problem_and_the_rest_is_there(
    faulty: Aws, faults: Faults, answers: Answers
) -> None:
    read_for_checks(faulty, answers)  # the proxy is slow at its first requests
    for service, operation in (("s3", "GetBucketAcl"), ("kms", "ListGrants"), ("sns", "GetTopicAttributes")):
        _break(faults, service, operation, {"latency": 6000})
    readings = read_for_checks(faulty, answers, seconds=3)
    assert isinstance(readings.topic, Problem)
    assert readings.topic.kind is ProblemKind.NETWORK
    assert "AWS did not answer in time" in readings.topic.title
    assert isinstance(readings.bucket, BucketFacts)
    assert readings.bucket.owner_id == ""
    assert [problem.kind for problem in readings.bucket.unread] == [ProblemKind.NETWORK]
    assert isinstance(readings.keys[answers.source.kms_key_arn].grants, Problem)
    assert isinstance(readings.keys[answers.source.kms_key_arn].policy, dict)
    assert isinstance(readings.role, Role)
    assert readings.samples[0].objects


@pytest.mark.parametrize("service", ["kms", "iam", "sns"])
def test_a_service_that_hangs_leaves_what_the_others_say(
    faulty: Aws, faults: Faults, answers: Answers, service: str
) -> None:
    read_for_checks(faulty, answers)  # the proxy is slow at its first requests
    faults.add({"service": service, "latency": 4000})
    readings = read_for_checks(faulty, answers, seconds=2)
    assert {problem.kind for problem in _problems(readings)} == {ProblemKind.NETWORK}
    assert isinstance(readings.bucket, BucketFacts)
    assert readings.samples[0].objects
    assert isinstance(readings.role, Problem if service == "iam" else Role)
    assert isinstance(readings.topic, Problem if service == "sns" else Topic)
    named = readings.keys[answers.source.kms_key_arn]
    assert isinstance(named.policy, Problem if service == "kms" else dict)


def test_a_bucket_that_is_not_answered_for_leaves_role_key_and_topic(
    faulty: Aws, faults: Faults, answers: Answers
) -> None:
    read_for_checks(faulty, answers)  # the proxy is slow at its first requests
    faults.add({"service": "s3", "latency": 4000})
    readings = read_for_checks(faulty, answers, seconds=2)
    unread = (readings.bucket, readings.bucket_policy, readings.notifications, readings.samples[0].unread)
    assert {part.kind for part in unread if isinstance(part, Problem)} == {ProblemKind.NETWORK}
    assert isinstance(readings.role, Role)
    assert isinstance(readings.topic, Topic)
    assert isinstance(readings.keys[answers.source.kms_key_arn].policy, dict)


def test_a_bucket_that_is_not_there_leaves_role_key_and_topic(operator: Aws, answers: Answers) -> None:
    readings = read_for_checks(operator, answers.with_source(bucket_name="acme-not-there"))
    for part in (readings.bucket, readings.bucket_policy, readings.notifications, readings.samples[0].unread):
        assert isinstance(part, Problem)
        assert part.kind is ProblemKind.NOT_FOUND
    assert isinstance(readings.role, Role)
    assert isinstance(readings.topic, Topic)
    assert not isinstance(readings.keys[answers.source.kms_key_arn].facts, Problem)


def test_a_role_that_is_not_there_has_no_simulation(operator: Aws, answers: Answers) -> None:
    readings = read_for_checks(
        operator, answers.with_source(log_processing_role_arn="arn:aws:iam::111122223333:role/no")
    )
    assert (readings.role, readings.simulation) == (None, None)
    assert isinstance(readings.bucket, BucketFacts)


def test_a_role_of_another_account_is_not_looked_up(operator: Aws, answers: Answers) -> None:
    elsewhere = replace(answers, identity=CallerIdentity("444455556666", "arn:aws:iam::444455556666:user/ana"))
    readings = read_for_checks(operator, elsewhere)
    assert isinstance(readings.role, Problem)
    assert readings.simulation is None


def test_the_keys_alias_is_resolved_beside_the_bucket(operator: Aws) -> None:
    answers = _empty(cast.KMS_LOGS).with_source(kms_key_arn="alias/acme-logs")
    readings = read_for_checks(operator, replace(answers, region="eu-west-1"))
    assert isinstance(readings.bucket, BucketFacts)
    assert set(readings.keys) == {"alias/acme-logs", readings.bucket.kms_key_arn}
    assert readings.keys["alias/acme-logs"] == readings.keys[readings.bucket.kms_key_arn]


def test_a_key_that_is_not_there_is_told_of_each_of_its_parts(operator: Aws) -> None:
    key = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/no-such-key"
    reading = read_for_checks(operator, _empty(cast.EMPTY).with_source(kms_key_arn=key)).keys[key]
    for part in (reading.facts, reading.policy, reading.grants):
        assert isinstance(part, Problem)
        assert part.kind is ProblemKind.NOT_FOUND


def test_the_default_topic_is_looked_for_where_the_bucket_really_is(operator: Aws) -> None:
    sns = operator.client("sns", "us-east-1")
    arn = sns.create_topic(Name="panther-notifications-topic")["TopicArn"]
    try:
        readings = read_for_checks(operator, _empty(cast.VPC_FLOW))
    finally:
        sns.delete_topic(TopicArn=arn)
    assert isinstance(readings.topic, Topic)
    assert readings.topic.arn == arn
    assert readings.subscriptions == ()


def test_where_the_default_topic_is_missing_the_one_that_the_bucket_tells_counts(
    operator: Aws, answers: Answers
) -> None:
    readings = read_for_checks(operator, answers.with_source(topic_arn=""))
    assert isinstance(readings.topic, Topic)
    assert readings.topic.arn == answers.source.topic_arn
    assert len(_tuple(readings.subscriptions)) == 1


def test_a_topic_that_the_source_names_and_that_is_missing_is_none(operator: Aws, answers: Answers) -> None:
    readings = read_for_checks(operator, answers.with_source(topic_arn=f"{answers.source.topic_arn}-not"))
    assert (readings.topic, readings.subscriptions) == (None, None)


class Pauses:
    """Does something in the first pauses, in place of waiting."""

    def __init__(self, *actions: object) -> None:
        self.actions, self.seconds = list(actions), 0.0

    def __call__(self, seconds: float) -> None:
        self.seconds += seconds
        if self.actions:
            self.actions.pop(0)()  # type: ignore[operator]


@pytest.fixture
def fresh_role(operator: Aws) -> Iterator[str]:
    name, iam = "PantherLogProcessingRole-fresh", operator.client("iam")
    yield name
    iam.delete_role_policy(RoleName=name, PolicyName="late")
    iam.delete_role(RoleName=name)


def test_a_role_that_this_run_made_is_waited_for_until_it_is_whole(operator: Aws, fresh_role: str) -> None:
    iam = operator.client("iam")
    answers = _empty(cast.EMPTY).with_source(name="fresh")
    answers = replace(answers, made=(Made(ROLE_KIND, fresh_role, "", answers.role_arn),))
    pauses, words = Pauses(), []
    pauses.actions = [
        lambda: None,
        lambda: iam.create_role(RoleName=fresh_role, AssumeRolePolicyDocument="{}"),
        lambda: iam.put_role_policy(RoleName=fresh_role, PolicyName="late", PolicyDocument=policy("s3:*")),
    ]
    readings = read_for_checks(operator, answers, sleep=pauses, report=lambda word, _: words.append(word))
    assert isinstance(readings.role, Role)
    assert [found.name for found in readings.role.policies] == ["late"]
    assert pauses.seconds == 3
    assert words.count("waiting for IAM to know the role") == 3


def test_a_role_that_does_not_come_is_waited_for_ten_seconds(operator: Aws) -> None:
    answers = _empty(cast.EMPTY).with_source(name="never")
    answers = replace(answers, made=(Made(ROLE_KIND, answers.role_name, "", answers.role_arn),))
    pauses = Pauses()
    assert read_for_checks(operator, answers, sleep=pauses).role is None
    assert pauses.seconds == 10


def test_a_simulator_that_does_not_know_a_fresh_role_yet_is_asked_again(
    faulty: Aws, faults: Faults, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, find = datetime.now(UTC), Roles.find_record
    monkeypatch.setattr(Roles, "find_record", lambda self, name: {**(find(self, name) or {}), "CreateDate": now})
    unknown = {"code": "NoSuchEntity", "status": 404}
    faults.add({"service": "iam", "operation": "SimulatePrincipalPolicy", "times": 3, "error": unknown})
    pauses = Pauses()
    readings = read_for_checks(faulty, answers, sleep=pauses)
    assert len(_tuple(readings.simulation)) == 6
    assert pauses.seconds >= 0.5


def test_a_role_that_has_been_there_is_not_waited_for(operator: Aws) -> None:
    pauses = Pauses()
    assert read_for_checks(operator, _empty(cast.EMPTY).with_source(name="nobody made it"), sleep=pauses).role is None
    assert pauses.seconds == 0


def test_an_aws_that_cannot_be_reached_is_a_problem_of_every_part(aws_environment: None, answers: Answers) -> None:
    readings = read_for_checks(Aws("default", REGION, endpoint_url="http://127.0.0.1:9"), answers)
    parts = (readings.role, readings.bucket, readings.bucket_policy, readings.notifications, readings.topic)
    assert {part.kind for part in parts if isinstance(part, Problem)} == {ProblemKind.NETWORK}
    assert not [part for part in parts if not isinstance(part, Problem)]


def test_without_credentials_nothing_is_read(aws_environment: None, answers: Answers, expired_sign_in: None) -> None:
    with pytest.raises(Problem) as raised:
        read_for_checks(Aws("expired", REGION), answers)
    assert raised.value.kind is ProblemKind.CREDENTIALS


def test_a_request_is_counted_for_the_work_that_sends_it(operator: Aws) -> None:
    mine, other = CallCount(), CallCount()
    with counting(mine):
        operator.client("sts").get_caller_identity()
        with counting(other):
            operator.client("sts").get_caller_identity()
        operator.client("sts").get_caller_identity()
    operator.client("sts").get_caller_identity()
    assert (mine.number, other.number) == (2, 1)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that are sent to AWS, in order."""
    from botocore.client import BaseClient

    names: list[str] = []
    lock = threading.Lock()
    call = BaseClient._make_api_call

    def noting(self: BaseClient, name: str, parameters: object) -> object:
        with lock:
            names.append(name)
        return call(self, name, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", noting)
    return names


def _empty(bucket: str) -> Answers:
    return Answers(region=REGION, panther=PANTHER, source=S3Source("empty", ACCOUNT, bucket))


def _break(faults: Faults, service: str, operation: str, rule: dict[str, object]) -> None:
    faults.add({"service": service, "operation": operation} | rule)


def _problems(value: object) -> list[Problem]:
    """Return every Problem in a reading, wherever it stands."""
    if isinstance(value, Problem):
        return [value]
    if is_dataclass(value):
        return [problem for field in fields(value) for problem in _problems(getattr(value, field.name))]
    if isinstance(value, dict):
        return [problem for part in value.values() for problem in _problems(part)]
    if isinstance(value, tuple | list):
        return [problem for part in value for problem in _problems(part)]
    return []


def _tuple(value: object) -> tuple:  # type: ignore[type-arg]
    assert isinstance(value, tuple), value
    return value
