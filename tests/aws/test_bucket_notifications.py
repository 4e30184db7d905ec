"""Changing a bucket's notifications: all of others stays, only what was shown is put, and S3 is seen to have it."""

from __future__ import annotations

import copy
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from panther_s3.aws import bucket_notifications
from panther_s3.aws.bucket_notifications import Managers, apply_rules, read_configuration, read_managers
from panther_s3.aws.buckets import Buckets
from panther_s3.aws.confirming import LOOKS
from panther_s3.aws.session import Aws
from panther_s3.demo import cast
from panther_s3.demo.cast import CUSTOMER_ACCOUNT
from panther_s3.notifications import RulesPlan, first_overlap, plan_rules, same_configuration, undo_rules
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import PrefixLogTypes, S3Source
from tests.aws.conftest import Faults
from tests.buckets import make_bucket

REGION = "us-west-2"
GET, PUT = "GetBucketNotification", "PutBucketNotification"
"""The operations' names on the wire, which the proxy knows them by."""
DENIED = {"code": "AccessDenied", "status": 403}


def never(seconds: float) -> None:
    raise AssertionError("nothing to wait for")


def lets_s3(action: str, arn: str) -> str:
    allow = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": action, "Resource": arn}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def make_topic(aws: Aws) -> str:
    sns = aws.client("sns", REGION)
    arn = sns.create_topic(Name=f"notify-{uuid4()}")["TopicArn"]
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=lets_s3("sns:Publish", arn))
    return arn


def make_queue(aws: Aws) -> str:
    arn = f"arn:aws:sqs:{REGION}:{CUSTOMER_ACCOUNT}:notify-{uuid4()}"
    sqs: Any = aws.client("sqs", REGION)  # type: ignore[call-overload]
    sqs.create_queue(QueueName=arn.rpartition(":")[2], Attributes={"Policy": lets_s3("sqs:SendMessage", arn)})
    return arn


def theirs(aws: Aws, queue: str = "") -> dict[str, Any]:
    """What others have on a bucket: a queue, a function, a topic and EventBridge."""
    return {
        "QueueConfigurations": [
            {
                "Id": "jobs",
                "QueueArn": queue or make_queue(aws),
                "Events": ["s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"],
                "Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "jobs/a+b%3D/"}]}},
            }
        ],
        "LambdaFunctionConfigurations": [
            {
                "Id": "on-delete",
                "LambdaFunctionArn": f"arn:aws:lambda:{REGION}:{CUSTOMER_ACCOUNT}:function:x",
                "Events": ["s3:ObjectRemoved:*"],
            }
        ],
        "TopicConfigurations": [{"Id": "audit", "TopicArn": make_topic(aws), "Events": ["s3:ObjectRestore:*"]}],
        "EventBridgeConfiguration": {},
    }


def bucket_of(aws: Aws, configuration: dict[str, Any] | None = None) -> str:
    name = f"notify-{uuid4()}"
    make_bucket(aws.client("s3", REGION), name)
    put_theirs(aws, name, configuration or {})
    return name


def put_theirs(aws: Aws, bucket: str, configuration: dict[str, Any]) -> None:
    """What somebody else does, whose destinations may be gone by now."""
    aws.client("s3", REGION).put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration=configuration,  # type: ignore[arg-type]
        SkipDestinationValidation=True,
    )


def source(bucket: str, *prefixes: str) -> S3Source:
    return S3Source("acme", CUSTOMER_ACCOUNT, bucket, prefix_log_types=tuple(map(PrefixLogTypes, prefixes)))


def read(aws: Aws, bucket: str) -> dict[str, Any]:
    return read_configuration(aws, bucket, REGION, CUSTOMER_ACCOUNT)


def planned(aws: Aws, configuration: dict[str, Any] | None = None, *prefixes: str, topic: str = "") -> RulesPlan:
    bucket = bucket_of(aws, configuration)
    return plan_rules(read(aws, bucket), source(bucket, *(prefixes or ("logs/", "b c/"))), topic or make_topic(aws))


@contextmanager
def answering(aws: Aws, operation: str, status: int, body: str) -> Iterator[None]:
    """Let S3 answer as the emulator does not."""

    def answer(request: Any, **_: object) -> AWSResponse:
        raw = io.BytesIO(body.encode())
        raw.stream = lambda *_: iter([raw.read()])  # type: ignore[attr-defined]
        return AWSResponse(request.url, status, HTTPHeaders(), raw)

    events = aws.client("s3", REGION).meta.events
    events.register_first(f"before-send.s3.{operation}", answer)
    try:
        yield
    finally:
        events.unregister(f"before-send.s3.{operation}", answer)


def test_rules_are_added_beside_all_of_others(operator: Aws) -> None:
    before = theirs(operator)
    plan = planned(operator, before)
    apply_rules(operator, plan, REGION, sleep=never)

    found = read(operator, plan.bucket)
    assert same_configuration(found, plan.after)
    assert [rule["Id"] for rule in found["TopicConfigurations"]] == [
        "audit", "PantherEventNotifications-acme.1", "PantherEventNotifications-acme.2",
    ]  # fmt: skip
    added = plan.after["TopicConfigurations"][1:]
    others = [rule for rule in found["TopicConfigurations"] if rule["Id"] == "audit"]
    assert len(added) == 2
    assert same_configuration({**found, "TopicConfigurations": others}, before)
    assert operator.writes.names() == ()


def test_made_twice_it_is_made_once(operator: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(operator, theirs(operator))
    apply_rules(operator, plan, REGION, sleep=never)
    monkeypatch.setattr(bucket_notifications, "put_configuration", never)
    apply_rules(operator, plan, REGION, sleep=never)
    again = plan_rules(read(operator, plan.bucket), source(plan.bucket, "logs/", "b c/"), plan.added[0].destination)
    assert again.is_empty
    apply_rules(operator, again, REGION, sleep=never)


def test_what_was_made_is_undone_and_what_others_did_since_stays(operator: Aws) -> None:
    before = theirs(operator)
    plan = planned(operator, before)
    apply_rules(operator, plan, REGION, sleep=never)
    since = read(operator, plan.bucket)
    since["QueueConfigurations"][0]["Events"] = ["s3:ObjectCreated:Post"]
    put_theirs(operator, plan.bucket, since)
    undone = undo_rules(
        read(operator, plan.bucket), plan.before, plan.after, bucket=plan.bucket, owner=CUSTOMER_ACCOUNT
    )
    apply_rules(operator, undone, REGION, sleep=never)
    before["QueueConfigurations"][0]["Events"] = ["s3:ObjectCreated:Post"]
    assert same_configuration(read(operator, plan.bucket), before)


def test_what_changed_meanwhile_is_not_overwritten(operator: Aws) -> None:
    before = theirs(operator)
    plan = planned(operator, before)
    del before["EventBridgeConfiguration"]
    put_theirs(operator, plan.bucket, before)
    with pytest.raises(Problem, match="changed since it was shown") as raised:
        apply_rules(operator, plan, REGION, sleep=never)
    assert raised.value.kind is ProblemKind.CONFLICT
    assert raised.value.cause == "no more there: EventBridgeConfiguration"
    assert same_configuration(read(operator, plan.bucket), before)


def test_a_plan_with_an_obstacle_is_not_sent(operator: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = bucket_of(operator, theirs(operator))
    plan = plan_rules(read(operator, bucket), source(bucket, "jobs/"), make_topic(operator))
    monkeypatch.setattr(bucket_notifications, "put_configuration", never)
    with pytest.raises(Problem, match="The rule jobs is in the way"):
        apply_rules(operator, plan, REGION, sleep=never)


def test_rules_that_overlap_are_never_sent(operator: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(operator)
    after = copy.deepcopy(plan.after)
    after["TopicConfigurations"].append({**after["TopicConfigurations"][0], "Id": "twice"})
    monkeypatch.setattr(bucket_notifications, "put_configuration", never)
    with pytest.raises(Problem, match="overlap") as raised:
        apply_rules(operator, replace(plan, after=after), REGION, sleep=never)
    assert raised.value.kind is ProblemKind.CONFLICT
    assert "twice" in raised.value.title


def test_two_rules_that_s3_has_taken_already_are_no_obstacle(operator: Aws) -> None:
    """It is not documented that filters are alike in S3's eyes in whatever way they are spelt."""
    before = {
        "QueueConfigurations": [
            {"Id": spelt, "QueueArn": make_queue(operator), "Events": ["s3:ObjectCreated:*"],
             "Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": spelt}]}}}
            for spelt in ("dt=1/", "dt%3D1/")
        ]
    }  # fmt: skip
    assert first_overlap(before) is not None
    plan = planned(operator, before)
    apply_rules(operator, plan, REGION, sleep=never)
    assert same_configuration(read(operator, plan.bucket), plan.after)


def test_it_is_sent_for_the_owner_with_the_check_of_destinations_on_and_named_meanwhile(operator: Aws) -> None:
    plan, sent, named = planned(operator), [], []

    def note(params: dict[str, Any], **_: object) -> None:
        sent.append(dict(params))
        named.extend(operator.writes.names())

    event = "provide-client-params.s3.PutBucketNotificationConfiguration"
    events = operator.client("s3", REGION).meta.events
    events.register(event, note)
    apply_rules(operator, plan, REGION, sleep=never)
    events.unregister(event, note)
    assert sent == [
        {"Bucket": plan.bucket, "NotificationConfiguration": plan.after, "ExpectedBucketOwner": CUSTOMER_ACCOUNT}
    ]
    assert named == [f"Changing the notifications of the bucket {plan.bucket}"]


def test_one_who_may_only_read_is_refused_with_the_statement_to_ask_for(operator: Aws, readonly: Aws) -> None:
    plan = planned(operator)
    with pytest.raises(Problem) as raised:
        apply_rules(readonly, plan, REGION, sleep=never)
    assert raised.value.kind is ProblemKind.ACCESS_DENIED
    assert read(operator, plan.bucket) == {}
    assert readonly.writes.names() == ()


def test_a_topic_that_is_not_there_is_ours_to_mend(operator: Aws) -> None:
    plan = planned(operator, theirs(operator), topic=f"arn:aws:sns:{REGION}:{CUSTOMER_ACCOUNT}:none")
    with pytest.raises(Problem, match=r"S3 cannot send to the topic arn:aws:sns:.*:none") as raised:
        apply_rules(operator, plan, REGION, sleep=never)
    assert "policy lets s3.amazonaws.com publish" in raised.value.remedy
    assert "Unable to validate the following destination configurations" in raised.value.cause
    assert read(operator, plan.bucket) == plan.before


def test_a_topic_whose_policy_does_not_let_s3_in_is_ours_to_mend(operator: Aws) -> None:
    topic = operator.client("sns", REGION).create_topic(Name=f"closed-{uuid4()}")["TopicArn"]
    nobody = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Subscribe", "Resource": topic}]}  # fmt: skip
    operator.client("sns", REGION).set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(nobody)
    )
    plan = planned(operator, topic=topic)
    with pytest.raises(Problem, match="S3 cannot send to the topic"):
        apply_rules(operator, plan, REGION, sleep=never)


def test_a_destination_of_others_that_is_gone_is_told_as_theirs(operator: Aws) -> None:
    gone = f"arn:aws:sqs:{REGION}:{CUSTOMER_ACCOUNT}:gone"
    plan = planned(operator, theirs(operator, gone))
    with pytest.raises(Problem, match="a destination of another rule is broken") as raised:
        apply_rules(operator, plan, REGION, sleep=never)
    assert raised.value.remedy.startswith(f"Nothing was changed. It is the rule jobs, which sends to {gone}")
    assert raised.value.kind is ProblemKind.CONFLICT
    assert read(operator, plan.bucket) == plan.before


def test_theirs_and_ours_may_be_broken_both(operator: Aws) -> None:
    ours = f"arn:aws:sns:{REGION}:{CUSTOMER_ACCOUNT}:none"
    plan = planned(operator, theirs(operator, f"arn:aws:sqs:{REGION}:{CUSTOMER_ACCOUNT}:gone"), topic=ours)
    with pytest.raises(Problem, match="a destination of another rule is broken") as raised:
        apply_rules(operator, plan, REGION, sleep=never)
    assert f"S3 does not reach {ours} either" in raised.value.remedy


def refusal(message: str, *arguments: tuple[str, str]) -> str:
    named = "".join(
        f"<ArgumentName{n}>{name}</ArgumentName{n}><ArgumentValue{n}>{value}</ArgumentValue{n}>"
        for n, (name, value) in enumerate(arguments, start=1)
    )
    return f"<Error><Code>InvalidArgument</Code><Message>{message}</Message>{named}</Error>"


UNREACHED = "Unable to validate the following destination configurations"


def refused(aws: Aws, plan: RulesPlan, body: str) -> Problem:
    with (
        answering(aws, "PutBucketNotificationConfiguration", 400, body),
        pytest.raises(Problem) as raised,
    ):
        apply_rules(aws, plan, REGION, sleep=never)
    assert raised.value.remedy.startswith("Nothing was changed. ")
    return raised.value


@pytest.mark.parametrize("rest", ["", ", null"])
def test_aws_names_the_destination_and_its_reason_which_the_emulator_does_not(operator: Aws, rest: str) -> None:
    plan = planned(operator, theirs(operator))
    function = plan.before["LambdaFunctionConfigurations"][0]["LambdaFunctionArn"]
    why = f"Not authorized to invoke function [{function}]"
    problem = refused(operator, plan, refusal(UNREACHED, (f"{function}{rest}", why)))
    assert f"the rule on-delete, which sends to {function}" in problem.remedy
    assert problem.cause.endswith(f"\n{function}: {why}")


def test_where_aws_names_none_which_the_emulator_does_each_is_looked_at(operator: Aws) -> None:
    fifo = make_topic(operator)
    before = theirs(operator)
    before["TopicConfigurations"][0]["TopicArn"] = f"arn:aws:sns:{REGION}:{CUSTOMER_ACCOUNT}:gone-{uuid4()}"
    problem = refused(operator, planned(operator, before, topic=fifo), refusal(UNREACHED))
    assert "the rule audit" in problem.remedy
    assert problem.cause.endswith("There is no such topic.")


@pytest.mark.parametrize(
    ("arn", "fault"),
    [
        (f"arn:aws:sns:eu-west-1:{CUSTOMER_ACCOUNT}:x", "It is in eu-west-1, the bucket in us-west-2."),
        ("topic", "It is no ARN."),
    ],
)
def test_where_aws_names_none_our_topic_s_arn_is_looked_at(operator: Aws, arn: str, fault: str) -> None:
    problem = refused(operator, planned(operator, topic=arn), refusal(UNREACHED))
    assert arn in problem.title
    assert problem.cause.endswith(fault)


def test_where_aws_names_none_a_topic_with_aws_s_own_key_is_found(operator: Aws) -> None:
    topic = make_topic(operator)
    operator.client("sns", REGION).set_topic_attributes(
        TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns"
    )
    problem = refused(operator, planned(operator, topic=topic), refusal(UNREACHED))
    assert "alias/aws/sns, whose policy lets no service in" in problem.cause


def test_where_nothing_tells_which_destination_it_is_all_are_named(operator: Aws) -> None:
    problem = refused(operator, planned(operator, theirs(operator)), refusal(UNREACHED))
    assert "does not say to which" in problem.title
    assert "jobs sends to the queue" in problem.remedy
    assert "on-delete sends to the function" in problem.remedy


@pytest.mark.parametrize(
    "message",
    [
        "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
        "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
        "overlapping for the same event type.",
    ],
)
def test_an_overlap_that_aws_sees_and_the_emulator_does_not_is_told(operator: Aws, message: str) -> None:
    problem = refused(operator, planned(operator, theirs(operator)), refusal(message))
    assert problem.kind is ProblemKind.CONFLICT
    assert "overlap" in problem.title
    assert message in problem.cause
    assert "PantherEventNotifications-acme.1" in problem.remedy


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("OperationAborted", 409, ProblemKind.CONFLICT),
        ("AccessDenied", 403, ProblemKind.ACCESS_DENIED),
        ("InvalidArgument", 400, ProblemKind.INVALID),
    ],
)
def test_aws_refusal_changes_nothing(faulty: Aws, faults: Faults, code: str, status: int, kind: ProblemKind) -> None:
    plan = planned(faulty)
    error = {"code": code, "status": status}
    faults.add({"service": "s3", "operation": PUT, "error": error})
    with pytest.raises(Problem) as raised:
        apply_rules(faulty, plan, REGION, sleep=never)
    assert faults.fired()
    assert raised.value.kind is kind, raised.value
    assert read(faulty, plan.bucket) == {}


def test_s3_is_given_time_to_show_the_change(operator: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, pauses = planned(operator), []
    answers = [plan.before, plan.before, plan.before, plan.after]
    monkeypatch.setattr(bucket_notifications, "read_configuration", lambda *_: answers.pop(0))
    apply_rules(operator, plan, REGION, sleep=pauses.append)
    assert len(pauses) == 2


def test_a_rule_of_others_that_is_gone_afterwards_is_told(operator: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(operator, theirs(operator))
    pauses: list[float] = []
    without = {name: value for name, value in plan.after.items() if name != "QueueConfigurations"}
    answers = [plan.before, *[without] * LOOKS]
    monkeypatch.setattr(bucket_notifications, "read_configuration", lambda *_: answers.pop(0))
    with pytest.raises(Problem, match="does not show the new notification configuration") as raised:
        apply_rules(operator, plan, REGION, sleep=pauses.append)
    assert raised.value.cause.startswith("no more there: QueueConfigurations")
    assert len(pauses) == LOOKS - 1


def test_what_cannot_be_read_back_is_told_as_changed(faulty: Aws, faults: Faults) -> None:
    plan = planned(faulty)

    def refuse(**_: object) -> None:
        faults.add({"service": "s3", "operation": GET, "error": DENIED})

    event = "before-send.s3.PutBucketNotificationConfiguration"
    events = faulty.client("s3", REGION).meta.events
    events.register(event, refuse)
    with pytest.raises(Problem, match="was changed, but could not be read back"):
        apply_rules(faulty, plan, REGION, sleep=never)
    faults.clear()
    assert same_configuration(read(faulty, plan.bucket), plan.after)


def test_a_configuration_is_read_as_it_can_be_written_back(operator: Aws) -> None:
    found = read(operator, cast.APP_LOGS)
    assert found == Buckets(operator).read_notifications(cast.APP_LOGS, REGION, CUSTOMER_ACCOUNT)
    assert found["EventBridgeConfiguration"] == {}
    assert read(operator, cast.EMPTY) == {}


RULE = "<Topic>arn:aws:sns:us-west-2:1:x</Topic><Event>s3:ObjectCreated:*</Event>"


@pytest.mark.parametrize(
    ("body", "unknown"),
    [
        ("<StepFunctionConfiguration><Id>x</Id></StepFunctionConfiguration>", "StepFunctionConfiguration"),
        (f"<TopicConfiguration>{RULE}<Batch>5</Batch></TopicConfiguration>", "TopicConfiguration/Batch"),
        (
            f"<TopicConfiguration>{RULE}<Filter><S3Key><FilterRule><Name>prefix</Name><Value>a</Value></FilterRule>"
            "</S3Key><Size>5</Size></Filter></TopicConfiguration>",
            "TopicConfiguration/Filter/Size",
        ),
        ("<EventBridgeConfiguration><Bus>b</Bus></EventBridgeConfiguration>", "EventBridgeConfiguration/Bus"),
    ],
)
def test_what_botocore_does_not_know_and_the_emulator_does_not_have_is_not_dropped(
    operator: Aws, body: str, unknown: str
) -> None:
    answer = f'<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{body}'
    answer += "</NotificationConfiguration>"
    with (
        answering(operator, "GetBucketNotificationConfiguration", 200, answer),
        pytest.raises(Problem, match="does not know") as raised,
    ):
        read(operator, cast.EMPTY)
    assert raised.value.cause == unknown
    assert raised.value.remedy.startswith("Nothing was changed")


def test_the_look_at_the_answer_leaves_the_client_as_it_was(operator: Aws) -> None:
    s3 = operator.client("s3", REGION)
    operation = s3.meta.service_model.operation_model("GetBucketNotificationConfiguration")

    def handlers() -> int:
        answer = {"status_code": 404, "headers": {}, "body": b"", "context": {}}
        event = f"before-parse.s3.{operation.name}"
        return len(
            s3.meta.events.emit(event, response_dict=answer, operation_model=operation, customized_response_dict={})
        )

    before = handlers()
    read(operator, cast.EMPTY)
    assert handlers() == before


def test_answers_to_other_threads_are_not_taken_for_ones_own(operator: Aws) -> None:
    """Clients are shared, and so are their events."""
    s3 = operator.client("s3", REGION)

    def ask_beside(**_: object) -> None:
        beside = threading.Thread(target=Buckets(operator).read_notifications, args=(cast.APP_LOGS, REGION, ""))
        s3.meta.events.unregister(event, ask_beside)
        beside.start()
        beside.join()

    event = "before-send.s3.GetBucketNotificationConfiguration"
    s3.meta.events.register(event, ask_beside)
    with bucket_notifications._body_of(s3, "GetBucketNotificationConfiguration") as bodies:
        s3.get_bucket_notification_configuration(Bucket=cast.EMPTY)
    assert len(bodies) == 1
    assert b"audit-to-queue" not in bodies[0]


def test_a_bucket_that_is_not_there_is_told(operator: Aws) -> None:
    with pytest.raises(Problem) as raised:
        read(operator, f"none-{uuid4()}")
    assert raised.value.kind is ProblemKind.NOT_FOUND


@pytest.mark.parametrize(
    ("tags", "names"),
    [
        ({"team": "x"}, ()),
        ({"Terraform": "true"}, ("Terraform",)),
        ({"terraform": "false"}, ()),
        ({"ManagedBy": "terraform-cloud", "team": "Terraform"}, ("terraform-cloud",)),
        ({"managed-by": "people"}, ()),
        ({"iac": "pulumi"}, ("pulumi",)),
    ],
)
def test_tags_tell_which_tool_manages_the_bucket(operator: Aws, tags: dict[str, str], names: tuple[str, ...]) -> None:
    bucket = bucket_of(operator)
    tag_set = [{"Key": key, "Value": value} for key, value in tags.items()]
    operator.client("s3", REGION).put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tag_set})  # type: ignore[typeddict-item]
    assert read_managers(operator, bucket, REGION, CUSTOMER_ACCOUNT) == Managers(names)


def test_cloudformation_s_tag_which_nobody_else_may_write_names_the_stack(operator: Aws) -> None:
    tags = "<TagSet><Tag><Key>aws:cloudformation:stack-name</Key><Value>logs</Value></Tag></TagSet>"
    with answering(operator, "GetBucketTagging", 200, f"<Tagging>{tags}</Tagging>"):
        assert read_managers(operator, cast.EMPTY, REGION).names == ("CloudFormation (stack logs)",)


def test_a_bucket_without_tags_is_managed_by_nobody_known(operator: Aws) -> None:
    assert read_managers(operator, bucket_of(operator), REGION) == Managers()


def test_tags_that_may_not_be_read_are_not_known(faulty: Aws, faults: Faults) -> None:
    bucket = bucket_of(faulty)
    faults.add({"service": "s3", "operation": "GetBucketTagging", "error": DENIED})
    managers = read_managers(faulty, bucket, REGION)
    assert managers.names == ()
    assert managers.refusal is not None
    assert managers.refusal.kind is ProblemKind.ACCESS_DENIED
