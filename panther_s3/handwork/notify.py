"""From the bucket to Panther's queue by hand: topic, subscription, event notifications."""

from __future__ import annotations

from typing import Any

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn
from panther_s3.handwork.steps import HandStep, HandValue, aws_command, bucket_region
from panther_s3.notifications import wanted_rules
from panther_s3.panther import DEFAULT_TOPIC
from panther_s3.partitions import AWS
from panther_s3.policies import s3_publish_statement, subscribe_statement, to_json, topic_key_statement
from panther_s3.source import topic_stack_name

TOPIC_TEMPLATE_URL = (
    "https://panther-public-cloudformation-templates.s3-us-west-2.amazonaws.com"
    "/panther-log-processing-notifications/latest/template.yml"
)
"""Panther's template of the topic (Panther's S3 source page, "Create SNS Topic")."""

TOPIC_TEMPLATE_REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "me-south-1"),
    *("ap-east-1", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2"),
    *("cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"),
)
"""What that template takes as PantherRegion (panther-auxiliary, panther-log-processing-notifications.yml)."""


def notification_steps(answers: Answers) -> tuple[HandStep, ...]:
    """Return the steps that make the bucket tell Panther of new objects, through a new topic or an existing one.

    A source that names its topic needs no new one.
    """
    own_topic = () if answers.source.topic_arn else (_create_topic(answers),)
    return (
        *own_topic,
        _topic_encryption(answers),
        _topic_policy(answers),
        _subscription(answers),
        _event_notifications(answers),
    )


def managed_steps(answers: Answers) -> tuple[HandStep, ...]:
    """Return what Panther does where it manages the notifications, and where to look whether it did."""
    source, region = answers.source, bucket_region(answers)
    look = aws_command(
        answers, region, "s3api", "get-bucket-notification-configuration", "--bucket", source.bucket_name
    )
    return (
        HandStep(
            "What Panther does once the source is saved",
            (
                "It assumes the role, finds the bucket's region, makes the topic below there, and gives it an "
                "access policy of its own: a policy that the topic had before is replaced.",
                "It subscribes its queue to the topic, and adds an event notification to the bucket for each "
                "prefix. Names of these begin with panther-managed-; all others are put back as they were.",
            ),
            (
                HandValue(
                    "Topic", f"arn:{answers.partition.name}:sns:{region}:{source.aws_account_id}:{DEFAULT_TOPIC}"
                ),
                HandValue("Subscribed queue", answers.panther.queue_arn),
            ),
        ),
        HandStep(
            "What to look at",
            (
                "If an event notification of yours covers new objects under the same prefix, S3 refuses "
                "Panther's. Panther saves the source all the same, and its Health tab says so.",
                "The bucket's notifications after that:",
            ),
            (HandValue("Look", look, "shell"),),
        ),
    )


def _create_topic(answers: Answers) -> HandStep:
    panther, region = answers.panther, bucket_region(answers)
    text: tuple[str, ...] = (
        f"In CloudFormation, in {region}: Create stack, with new resources. The stack makes the topic, a KMS key "
        "for it and the subscription of Panther's queue.",
        "If the bucket notifies a topic of yours already, or such a stack exists in this account and region, "
        "leave this out: its names can be taken only once. With a topic of yours, go on below; with the stack's, "
        "go on with the bucket's event notifications.",
    )
    parameters = (
        HandValue("Stack name", topic_stack_name(answers.role_suffix)),
        HandValue("MasterAccountId", panther.account_id),
        HandValue("PantherRegion", panther.region),
        HandValue("SnsTopicName", DEFAULT_TOPIC),
    )
    if answers.partition is AWS and panther.region in TOPIC_TEMPLATE_REGIONS:
        template = HandValue("Amazon S3 URL", TOPIC_TEMPLATE_URL)
    else:
        template = HandValue("Template", "panther-s3-wizard template notifications SOURCE-FILE > topic.yml", "shell")
        text = (*text, "Panther's own template cannot be used here: write the wizard's to a file and upload it.")
    return HandStep(
        "Create the SNS topic",
        (*text, "Next, Next, Create stack. The output SnsTopicArn names the topic."),
        (template, *parameters),
    )


def _topic_encryption(answers: Answers) -> HandStep:
    return HandStep(
        "Existing topic: encryption",
        (
            "For a topic of yours that is encrypted, or shall be. S3 can publish to it only with a "
            "customer-managed KMS key: the policy of AWS's own key, alias/aws/sns, cannot be changed.",
            "In KMS, add this statement to the key's policy and leave the others as they are. Then, in SNS, "
            "choose the key in the topic's Encryption tab.",
        ),
        (_json("Key policy statement", topic_key_statement(answers.source, answers.partition)),),
    )


def _topic_policy(answers: Answers) -> HandStep:
    topic = _topic(answers)
    return HandStep(
        "Existing topic: access policy",
        (
            "In SNS, edit the topic and add both statements to its access policy; leave the others as they are. "
            "The first lets the bucket publish, the second lets Panther subscribe.",
            f"If your topic is another one than {topic}, put its ARN in both. It has to be in the bucket's "
            "region and must not be FIFO.",
        ),
        (
            _json("Statement for S3", s3_publish_statement(topic, answers.source, answers.partition)),
            _json("Statement for Panther", subscribe_statement(topic, answers.panther)),
        ),
    )


def _subscription(answers: Answers) -> HandStep:
    topic, queue = _topic(answers), answers.panther.queue_arn
    subscribe = ("sns", "subscribe", "--topic-arn", topic, "--protocol", "sqs", "--notification-endpoint", queue)
    return HandStep(
        "Existing topic: subscription",
        (
            "In SNS, open the topic and choose Create subscription. Leave Enable raw message delivery off: Panther "
            "reads the envelope that SNS puts around a message.",
            "The subscription stays Pending until Panther confirms it, and Panther's queue hears of it only once "
            f"Panther has a source for account {answers.source.aws_account_id}. If it is still Pending after the "
            "source is saved, create the same subscription again: that sends the request anew.",
        ),
        (
            HandValue("Protocol", "Amazon SQS"),
            HandValue("Endpoint", queue),
            HandValue("Or by command", aws_command(answers, bucket_region(answers), *subscribe), "shell"),
        ),
    )


def _event_notifications(answers: Answers) -> HandStep:
    bucket, topic = answers.source.bucket_name, _topic(answers)
    rules = wanted_rules(answers.source, topic)
    keep = aws_command(
        answers, bucket_region(answers), "s3api", "get-bucket-notification-configuration", "--bucket", bucket
    )
    return HandStep(
        "Configure event notifications on the bucket",
        (
            f"In S3, open {bucket}, Properties, Event notifications, Create event notification"
            + (f"; {len(rules)} of them, one for each prefix." if len(rules) > 1 else "."),
            "Use this form rather than aws s3api put-bucket-notification-configuration: that command replaces "
            "every notification of the bucket, those of others too. S3 refuses a notification that overlaps "
            "another one of the same events; it takes about five minutes to act.",
        ),
        (
            HandValue("Keep a copy of what is there", f"{keep} > notifications-before.json", "shell"),
            *(value for rule in rules for value in _form_of(rule)),
            HandValue("Event types", "All object create events"),
            HandValue("Destination", "SNS topic"),
            HandValue("SNS topic", topic),
        ),
    )


def _form_of(rule: dict[str, Any]) -> tuple[HandValue, ...]:
    """What the S3 console's form wants for `rule`."""
    filters = {entry["Name"]: entry["Value"] for entry in rule["Filter"]["Key"]["FilterRules"]}
    return (
        HandValue("Event name", rule["Id"]),
        HandValue("Prefix", filters["prefix"]),
        HandValue("Suffix", filters.get("suffix", "")),
    )


def _topic(answers: Answers) -> str:
    """The topic's ARN, with a placeholder for a region that is not known."""
    topic = parse_arn(answers.topic_arn)
    if topic is None or topic.region:
        return answers.topic_arn
    return str(topic._replace(region=bucket_region(answers)))


def _json(label: str, statement: dict[str, Any]) -> HandValue:
    return HandValue(label, to_json(statement).rstrip("\n"), "json")
