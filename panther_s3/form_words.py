"""The fields that the steps ask for, in the words that every face of the program shows.

A field's id is that of its section in the step's help text (`assets/copy`).
"""

from __future__ import annotations

from typing import NamedTuple

from panther_s3.answers import CallerIdentity, NotificationsBy
from panther_s3.source import StreamType


class FieldWords(NamedTuple):
    """A field's id, its label, and a line on what is wanted."""

    id: str
    label: str
    hint: str = ""


PROFILE = FieldWords("profile", "AWS profile")
DEFAULT_CHAIN = "(environment variables or instance role)"
"""What stands for no profile: botocore's default chain."""
REGION = FieldWords("region", "Region", "Yours; the bucket's own region is found by itself.")
PANTHER_ACCOUNT = FieldWords("panther-account", "Panther account", "12 digits: Panther's Console, Settings > General.")
PANTHER_REGION = FieldWords("panther-region", "Panther region", "Beside it; for example us-west-2.")
PANTHER_API = FieldWords("panther-api", "Panther API")
API_URL = FieldWords("api-url", "Panther's address", "Its Console's: https://acme.runpanther.net")
API_TOKEN = FieldWords("api-token", "API token", "Shown once, when made. No file of ours holds it.")

MFA_CODE = FieldWords("mfa-code", "MFA code")

SOURCE_NAME = FieldWords("source-name", "Name", "Up to 32 letters, digits, dashes, blanks.")
ACCOUNT_ID = FieldWords("account-id", "Account ID", "The account that the bucket is in.")
BUCKET_NAME = FieldWords("bucket-name", "Bucket Name")
BUCKET_REGION = FieldWords("bucket-region", "Bucket's region", "AWS does not tell it: stack and topic go there.")
KMS_KEY = FieldWords(
    "kms-key",
    "KMS Key (optional)",
    "The key's ARN, if objects are encrypted with SSE-KMS. Added later, it means a new source.",
)
STREAM_TYPE = FieldWords("stream-type", "Stream Type")
ENVELOPE_FIELD = FieldWords(
    "envelope-field",
    "Envelope field",
    "Where the array lies, Records in CloudTrail; empty if the object is the array.",
)
RETAIN_ENVELOPE = FieldWords("retain-envelope", "Envelope", "Panther puts them into the p_header column.")
RETAIN_ENVELOPE_QUESTION = "Keep account, log group and filters"
XML_ROOT = FieldWords("xml-root", "Root element", "The element around all events; empty if there is none.")
PREFIX = FieldWords("prefix", "S3 Prefix Filter", "Objects whose key begins with this; empty means all.")
EXCLUSIONS = FieldWords(
    "exclusions", "S3 Exclusion Filter", "Full prefixes to leave out, one a line; * stands for anything."
)
LOG_TYPES = FieldWords("log-types", "Log Types", "Enter opens the list; several may share a prefix.")
NOTIFICATIONS_BY_FIELD = FieldWords(
    "notifications-by", "Notifications", "New objects: bucket > SNS topic > Panther's queue."
)

SUFFIX = FieldWords("suffix", "Names end with")
ROLE_ARN = FieldWords("role-arn", "Role ARN", "From the stack's Outputs, or from IAM.")
TOPIC_NAME = FieldWords("topic-name", "Topic name")
ALARM_ON = FieldWords("alarm-on", "Alarm")
ALARM_ON_QUESTION = "Raise one when no events arrive"
ALARM_NUMBER = FieldWords(
    "alarm-number", "Number", "How long without events before Panther alerts: 15 minutes to 30 days."
)
ALARM_PERIOD = FieldWords("alarm-period", "Period")

STREAM_MEANINGS = {
    StreamType.AUTO: "Panther finds out by itself.",
    StreamType.LINES: "One event a line.",
    StreamType.JSON: "JSON values one after the other, over one or more lines.",
    StreamType.JSON_ARRAY: "One JSON array of events.",
    StreamType.CLOUDWATCH_LOGS: "Delivered from CloudWatch Logs.",
    StreamType.XML: "XML elements.",
}
NOTIFICATIONS_BY = {
    NotificationsBy.WIZARD: "I do, led by the wizard",
    NotificationsBy.PANTHER: "Panther does, with rights that the role gives it",
    NotificationsBy.OPERATOR: "They are set up already, or will be elsewhere",
}

PROMISES = (
    "It shows every change first, and makes it only after you agree.",
    "It gives you the exact text where you would rather do a step by hand.",
    "It never changes or copies your log objects, and writes no secret down.",
)
TOPIC_KEY_QUESTION = "Encrypt it with a KMS key of its own"
TOPIC_KEY_HINT = (
    "S3 cannot publish to a topic that is encrypted with AWS's own alias/aws/sns: the key has to be yours. "
    "KMS charges for each key by the month."
)
NOTIFICATION_SUFFIX_MEANING = (
    "Left empty, the bucket tells of every new object under the source's prefixes. With a suffix, such as .json.gz, "
    "it tells only of those whose keys end with it, and Panther never hears of the others. It also makes room beside "
    "a rule of others for another ending."
)
PROOF_LEAD = (
    "An object of no bytes is put under the prefix that you choose, and removed again as soon as you say so. "
    "A change of notifications takes S3 about five minutes: before that, nobody is told of it. "
    "If Panther has the source already, leave the object there until Panther has read it: "
    "one that is gone by then is a failed read in its Health tab."
)
PROOF_STAYS = "is still in the bucket. It stays on this run's record: the last step takes it back, too."
SAME_PREFIX = "Another row has this prefix: put the log types together in one row."


def identity_words(identity: CallerIdentity) -> str:
    """Return in a line who the operator's credentials belong to."""
    alias = f" ({identity.alias})" if identity.alias else ""
    return f"Account {identity.account_id}{alias}, {identity.arn.split(':', 5)[-1]}"
