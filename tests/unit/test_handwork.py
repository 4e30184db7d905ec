"""Steps by hand: the right values under the right labels, and commands that a shell takes as they stand."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from dataclasses import replace

import pytest

from panther_s3.answers import Answers, Made, NotificationsBy
from panther_s3.handwork import HandStep, console_form, managed_steps, next_steps, notification_steps, undo_steps
from panther_s3.panther import PantherDeployment
from panther_s3.policies import s3_publish_statement, subscribe_statement, topic_key_statement
from panther_s3.source import PrefixLogTypes, S3Source, StreamOptions, StreamType
from panther_s3.templates import role_parameters

TOPIC = "arn:aws:sns:us-west-2:111122223333:panther-notifications-topic"
QUEUE = "arn:aws:sqs:us-east-1:999988887777:panther-input-data-notifications-queue"
ROLE = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-cloudtrail-prod"
STACK = Made(
    "CloudFormation stack",
    "panther-log-analysis-setup-cloudtrail-prod",
    "us-west-2",
    "arn:aws:cloudformation:us-west-2:111122223333:stack/panther-log-analysis-setup-cloudtrail-prod/1",
)
ANSWERS = Answers(
    profile="prod logs",
    bucket_region="us-west-2",
    panther=PantherDeployment("999988887777", "us-east-1"),
    source=S3Source(
        name="cloudtrail prod",
        aws_account_id="111122223333",
        bucket_name="acme-logs",
        prefix_log_types=(PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail", "AWS.ALB"), ("AWSLogs/debug/",)),),
        drop_off_alarm_minutes=1440,
    ),
)


def values(steps: Iterable[HandStep]) -> list[tuple[str, str]]:
    return [(value.label, value.value) for step in steps for value in step.values]


def said(steps: Iterable[HandStep]) -> str:
    return "\n".join(paragraph for step in steps for paragraph in step.text)


def step(steps: Iterable[HandStep], title: str) -> HandStep:
    (found,) = [step for step in steps if title in step.title]
    return found


def test_the_form_has_panther_s_fields_in_its_order() -> None:
    assert [(value.label, value.value) for value in console_form(ANSWERS)] == [
        ("Name", "cloudtrail prod"),
        ("Account ID", "111122223333"),
        ("Bucket Name", "acme-logs"),
        ("KMS Key", ""),
        ("Stream Type", "Auto"),
        ("S3 Prefix Filter", "AWSLogs/"),
        ("S3 Exclusion Filter", "AWSLogs/debug/"),
        ("Log Types", "AWS.CloudTrail, AWS.ALB"),
        ("Role ARN", ROLE),
        ("Log drop-off alarm", "Yes"),
        ("Number", "24"),
        ("Period", "hours"),
    ]


def test_several_rows_are_numbered_and_each_exclusion_is_a_value_of_its_own() -> None:
    rows = (PrefixLogTypes("a/", (), ("a/x/", "a/y/")), PrefixLogTypes("b/"))
    form = console_form(ANSWERS.with_source(prefix_log_types=rows))

    assert [(value.label, value.value) for value in form if value.label[-1] in "12"] == [
        ("S3 Prefix Filter 1", "a/"),
        ("S3 Exclusion Filter 1", "a/x/"),
        ("S3 Exclusion Filter 1", "a/y/"),
        ("Log Types 1", ""),
        ("S3 Prefix Filter 2", "b/"),
        ("S3 Exclusion Filter 2", ""),
        ("Log Types 2", ""),
    ]


@pytest.mark.parametrize(
    ("stream_type", "shown"),
    [
        (StreamType.LINES, [("Stream Type", "Lines")]),
        (StreamType.JSON_ARRAY, [("Stream Type", "JSON Array"), ("JSON Array Envelope Field", "Records")]),
        (StreamType.CLOUDWATCH_LOGS, [("Stream Type", "CloudWatch Logs"), ("Retain Envelope Fields", "Yes")]),
        (StreamType.XML, [("Stream Type", "XML"), ("XML Root Element", "Events")]),
    ],
)
def test_the_form_has_the_option_of_the_stream_type_alone(
    stream_type: StreamType, shown: list[tuple[str, str]]
) -> None:
    options = StreamOptions("Records", retain_envelope_fields=True, xml_root_element="Events")
    form = console_form(ANSWERS.with_source(log_stream_type=stream_type, log_stream_type_options=options))
    labels = [value.label for value in form]

    assert [(value.label, value.value) for value in form[4 : labels.index("S3 Prefix Filter")]] == shown


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [
        (None, [("Log drop-off alarm", "No")]),
        (15, [("Log drop-off alarm", "Yes"), ("Number", "15"), ("Period", "minutes")]),
        (90, [("Log drop-off alarm", "Yes"), ("Number", "90"), ("Period", "minutes")]),
        (180, [("Log drop-off alarm", "Yes"), ("Number", "3"), ("Period", "hours")]),
        (43200, [("Log drop-off alarm", "Yes"), ("Number", "30"), ("Period", "days")]),
    ],
)
def test_the_alarm_in_the_form(minutes: int | None, shown: list[tuple[str, str]]) -> None:
    form = console_form(ANSWERS.with_source(drop_off_alarm_minutes=minutes))
    labels = [value.label for value in form]

    assert [(value.label, value.value) for value in form[labels.index("Log drop-off alarm") :]] == shown


def test_the_form_names_the_role_that_was_confirmed() -> None:
    own = "arn:aws:iam::111122223333:role/own"

    assert ("Role ARN", own) in [
        (value.label, value.value) for value in console_form(ANSWERS.with_source(log_processing_role_arn=own))
    ]


def test_the_form_asks_panther_to_manage_notifications_only_where_it_shall() -> None:
    label = "I want Panther to configure bucket notifications for me"
    managed = ANSWERS.with_source(panther_managed_bucket_notifications_enabled=True)

    assert label in [value.label for value in console_form(managed)]
    assert label not in [value.label for value in console_form(ANSWERS)]


def test_the_steps_to_a_new_topic_follow_panther_s_page() -> None:
    assert [step.title for step in notification_steps(ANSWERS)] == [
        "Create the SNS topic",
        "Existing topic: encryption",
        "Existing topic: access policy",
        "Existing topic: subscription",
        "Configure event notifications on the bucket",
    ]


def test_the_topic_s_stack_has_its_parameters() -> None:
    create = step(notification_steps(ANSWERS), "Create the SNS topic")

    assert values([create]) == [
        (
            "Amazon S3 URL",
            "https://panther-public-cloudformation-templates.s3-us-west-2.amazonaws.com"
            "/panther-log-processing-notifications/latest/template.yml",
        ),
        ("Stack name", "panther-log-processing-notifications-cloudtrail-prod"),
        ("MasterAccountId", "999988887777"),
        ("PantherRegion", "us-east-1"),
        ("SnsTopicName", "panther-notifications-topic"),
    ]
    assert "us-west-2" in said([create])
    assert "SnsTopicArn" in said([create])


@pytest.mark.parametrize(
    ("bucket_region", "panther_region"),
    [("cn-north-1", "cn-north-1"), ("us-gov-west-1", "us-gov-west-1"), ("us-west-2", "ap-southeast-4")],
)
def test_where_panther_s_template_cannot_be_used_the_wizard_s_is_named(bucket_region: str, panther_region: str) -> None:
    answers = replace(ANSWERS, bucket_region=bucket_region, panther=PantherDeployment("999988887777", panther_region))
    create = step(notification_steps(answers), "Create the SNS topic")

    assert values([create])[0] == (
        "Template",
        "panther-s3-wizard template notifications SOURCE-FILE > topic.yml",
    )
    assert "panther-public-cloudformation-templates" not in str(create)


def test_a_named_topic_is_not_made_anew() -> None:
    named = "arn:aws:sns:us-west-2:111122223333:mine"
    steps = notification_steps(ANSWERS.with_source(topic_arn=named))

    assert steps[0].title == "Existing topic: encryption"
    assert named in said(steps)
    assert TOPIC not in str(steps)


def test_statements_for_an_existing_topic_are_those_of_the_policies() -> None:
    steps = notification_steps(ANSWERS)
    documents = {label: json.loads(text) for label, text in values(steps) if text.startswith("{")}
    source, partition = ANSWERS.source, ANSWERS.partition

    assert documents == {
        "Key policy statement": topic_key_statement(source, partition),
        "Statement for S3": s3_publish_statement(TOPIC, source, partition),
        "Statement for Panther": subscribe_statement(TOPIC, ANSWERS.panther),
    }
    assert "alias/aws/sns" in said(steps)


def test_the_subscription_goes_to_panther_s_queue_and_pending_is_explained() -> None:
    subscription = step(notification_steps(ANSWERS), "subscription")
    shown = dict(values([subscription]))

    assert shown["Protocol"] == "Amazon SQS"
    assert shown["Endpoint"] == QUEUE
    assert shlex.split(shown["Or by command"]) == [
        *("aws", "sns", "subscribe", "--topic-arn", TOPIC, "--protocol", "sqs"),
        *("--notification-endpoint", QUEUE, "--region", "us-west-2", "--profile", "prod logs"),
    ]
    assert "raw message delivery off" in said([subscription])
    assert "Pending" in said([subscription])
    assert "a source for account 111122223333" in said([subscription])


def test_the_bucket_gets_a_notification_for_each_reduced_prefix() -> None:
    rows = (PrefixLogTypes("a/"), PrefixLogTypes("dt=1/"), PrefixLogTypes("a/b/"))
    answers = ANSWERS.with_source(prefix_log_types=rows, notification_suffix=".gz")
    notify = step(notification_steps(answers), "event notifications")

    assert values([notify])[1:] == [
        ("Event name", "PantherEventNotifications-1"),
        ("Prefix", "a/"),
        ("Suffix", ".gz"),
        ("Event name", "PantherEventNotifications-2"),
        ("Prefix", "dt%3D1/"),
        ("Suffix", ".gz"),
        ("Event types", "All object create events"),
        ("Destination", "SNS topic"),
        ("SNS topic", TOPIC),
    ]
    assert "put-bucket-notification-configuration: that command replaces" in said([notify])


def test_a_region_that_is_not_known_is_a_placeholder_in_the_topic_s_arn() -> None:
    steps = notification_steps(replace(ANSWERS, bucket_region=""))

    assert "arn:aws:sns:BUCKET-REGION:111122223333:panther-notifications-topic" in str(steps)
    assert "sns::" not in str(steps)


def test_managed_notifications_tell_what_panther_does() -> None:
    steps = managed_steps(ANSWERS)
    shown = dict(values(steps))

    assert shown["Topic"] == TOPIC
    assert shown["Subscribed queue"] == QUEUE
    assert shlex.split(shown["Look"])[:5] == [
        *("aws", "s3api", "get-bucket-notification-configuration", "--bucket", "acme-logs"),
    ]
    assert "panther-managed-" in said(steps)


def test_what_comes_next_tells_what_to_expect() -> None:
    text = said(next_steps(ANSWERS))

    for words in (
        "Data Explorer",
        "five minutes",
        "new ones only",
        "90 days",
        "System Errors",
        "made anew",
        "Confirmed",
    ):
        assert words in text


def test_what_comes_next_depends_on_the_answers() -> None:
    managed = replace(ANSWERS, notifications_by=NotificationsBy.PANTHER)
    silent = ANSWERS.with_source(drop_off_alarm_minutes=None)
    failed = replace(ANSWERS, failed_checks=("The role does not trust Panther.",))

    assert "Confirmed" not in said(next_steps(managed))
    assert "System Errors" not in said(next_steps(silent))
    assert next_steps(failed)[0].text[0] == "The role does not trust Panther."
    assert len(next_steps(failed)) == len(next_steps(ANSWERS)) + 1


def test_nothing_made_is_nothing_to_undo() -> None:
    assert undo_steps(ANSWERS) == ()


def test_a_stack_is_deleted_by_name_and_takes_its_role_along() -> None:
    answers = replace(ANSWERS, made=(STACK, Made("IAM role", "PantherLogProcessingRole-cloudtrail-prod", "", ROLE)))
    (undo,) = undo_steps(answers)
    name = ("--stack-name", STACK.name, "--region", "us-west-2", "--profile", "prod logs")

    assert [shlex.split(value.value) for value in undo.values] == [
        ["aws", "cloudformation", "delete-stack", *name],
        ["aws", "cloudformation", "wait", "stack-delete-complete", *name],
    ]


def test_a_stack_that_was_only_updated_is_put_back_and_not_deleted() -> None:
    before = role_parameters(S3Source(bucket_name="old, logs"), ANSWERS.panther, "cloudtrail-prod")
    (undo,) = undo_steps(replace(ANSWERS, made=(replace(STACK, before=before),)))
    update, wait = [shlex.split(value.value) for value in undo.values]

    assert undo.title == f"Put the stack {STACK.name} back"
    assert update[:6] == [
        "aws",
        "cloudformation",
        "update-stack",
        "--stack-name",
        STACK.name,
        "--use-previous-template",
    ]
    assert 'ParameterKey=S3Bucket,ParameterValue="old, logs"' in update
    assert "ParameterKey=KmsKey,ParameterValue=" in update
    assert update[-4:] == ["--region", "us-west-2", "--profile", "prod logs"]
    assert wait[:4] == ["aws", "cloudformation", "wait", "stack-update-complete"]
    assert "delete-stack" not in " ".join(update + wait)


def test_a_stack_of_another_template_is_put_back_with_that_one() -> None:
    (undo,) = undo_steps(replace(ANSWERS, made=(replace(STACK, before={"Bucket": "old"}),)))

    assert "another template" in " ".join(undo.text)
    assert values((undo,)) == [("Bucket", "old")]


def test_the_last_thing_made_is_undone_first() -> None:
    topic = Made("SNS topic", "mine", "us-west-2", TOPIC)
    steps = undo_steps(replace(ANSWERS, made=(STACK, topic)))

    assert [step.title for step in steps] == ["Delete the SNS topic mine", f"Delete the stack {STACK.name}"]
    assert values(steps)[0] == ("ARN", TOPIC)


def test_commands_name_no_profile_where_there_is_none() -> None:
    (undo,) = undo_steps(replace(ANSWERS, profile=None, made=(STACK,)))

    assert "--profile" not in undo.values[0].value


@pytest.mark.parametrize("name", ["a'b", "x; rm -rf /", "$(id)", "--help", "a b"])
def test_a_profile_s_name_stays_one_word_of_the_command(name: str) -> None:
    (undo,) = undo_steps(replace(ANSWERS, profile=name, made=(STACK,)))

    assert shlex.split(undo.values[0].value)[-2:] == ["--profile", name]


@pytest.mark.parametrize("answers", [Answers(), Answers(source=S3Source(name="x")), ANSWERS])
def test_half_filled_answers_have_steps_too(answers: Answers) -> None:
    assert console_form(answers)
    assert all(step.title and step.text for step in (*notification_steps(answers), *managed_steps(answers)))
    assert all(step.title and step.text for step in next_steps(answers))


def test_what_was_taken_back_is_not_to_be_saved_in_panther() -> None:
    left = Made("CloudFormation stack", "panther-log-analysis-setup-x", "us-west-2", "arn")
    for made, told in (((), "Nothing of the run is left in AWS."), ((left,), f"the {left.kind} {left.name}")):
        (step,) = next_steps(replace(ANSWERS, taken_back=True, made=made))
        assert step.title == "Do not save this source in Panther as it is"
        assert any(told in paragraph for paragraph in step.text)
