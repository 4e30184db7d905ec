"""What each key of the source file means, in words for whoever writes one."""

from __future__ import annotations

from panther_s3.form_words import STREAM_MEANINGS
from panther_s3.panther import DEFAULT_TOPIC
from panther_s3.rules.alarm import LONGEST, SHORTEST
from panther_s3.rules.names import NAME_LENGTH
from panther_s3.source import ROLE_PREFIX

_QUOTED = "In quotes: YAML reads digits alone as a number, which has no zeros at its beginning."
_FIXED = "It cannot be changed once Panther has the source."

FILE = {
    "panther": "The Panther deployment that reads the logs.",
    "sources": "The log sources. Each has a name of its own, and no two read the same prefix of a bucket.",
    "onboarding": "What panther-s3-wizard --answers FILE takes in place of your answers. Every command takes the file "
    "with this or without.",
}
PANTHER = {
    "account_id": "The 12 digits of the AWS account that Panther runs in, which Panther's Console shows under "
    f"Settings > General. It is not the account of the logs. {_QUOTED}",
    "region": "The AWS region that Panther runs in. The partition (aws, aws-us-gov, aws-cn) follows from it.",
    "api_url": "The address of Panther's Console, or of its API. The API's token has no place in this file.",
}
SOURCE = {
    "name": f"The source's name in Panther: at most {NAME_LENGTH} letters, digits, dashes and blanks. Role and stack "
    "are named after it.",
    "aws_account_id": f"The 12 digits of the AWS account that the bucket is in. {_FIXED} {_QUOTED}",
    "bucket_name": f"The bucket's name alone, without s3:// or a path. {_FIXED}",
    "kms_key_arn": "The ARN of the KMS key that the objects are encrypted with (SSE-KMS); empty for SSE-S3, and for "
    "AWS's own key aws/s3. An alias is not enough.",
    "log_stream_type": "How events lie in an object. "
    + " ".join(f"{stream_type}: {meaning}" for stream_type, meaning in STREAM_MEANINGS.items()),
    "log_stream_type_options": "What a stream type needs to know beside its name. Each option belongs to one type.",
    "prefix_log_types": "Which objects are read, and as which log types; by default all, without a log type. Where "
    "several rows match an object, the one with the longest prefix counts. No two have the same prefix.",
    "log_processing_role_arn": "The ARN of the role that Panther assumes, which is in the bucket's account; empty: "
    f"{ROLE_PREFIX}NAME, which is the source's name in lower case, with dashes for blanks.",
    "panther_managed_bucket_notifications_enabled": "Whether Panther sets up the bucket's notifications itself. The "
    "role then permits that. (Panther's Terraform resource takes true where this is left out.)",
    "topic_arn": "The ARN of the SNS topic that the bucket notifies, in the bucket's account and region, and not "
    f"FIFO; empty: {DEFAULT_TOPIC} there. Not used where Panther manages the notifications.",
    "notification_suffix": "Only objects whose keys end with this are told of; empty: all. It takes no wildcard. Not "
    "used where Panther manages the notifications.",
    "drop_off_alarm_minutes": "How many minutes Panther waits for an event to process before it raises an alert, "
    f"{SHORTEST} to {LONGEST} (30 days); null: no alarm.",
}
OPTIONS = {
    "json_array_envelope_field": "For JsonArray: the path to the array, Records in CloudTrail; empty if the object is "
    "the array.",
    "retain_envelope_fields": "For CloudWatchLogs: whether account, log group and subscription filters are kept, in "
    "the column p_header.",
    "xml_root_element": "For XML: the element around all events; empty if there is none.",
}
ROW = {
    "prefix": "Objects whose key begins with this are read; empty: all. No slash at the beginning, no wildcard.",
    "log_types": "What the objects hold; several log types may share a prefix. Where there is none, Panther keeps the "
    "raw data until a schema is attached.",
    "excluded_prefixes": "Objects whose key begins with one of these are left out. Each is a whole beginning, the "
    "row's prefix included; * stands for any characters, slashes as well.",
}
ONBOARDING = {
    "iam_role": "How a role that is not there is made. create_stack: by a CloudFormation stack. For the others you get "
    "what it takes, and the rest is left to do. console_ui: by the same stack, in the AWS Console. template_file: by a "
    "template that you apply. manual: by hand, from its policies.",
    "notifications": "How the bucket comes to tell Panther of new objects. create_topic: by a topic that is made where "
    "it is not there. existing_topic: by the source's topic_arn. skip: that is left to others. Left out where Panther "
    "manages the notifications of every source.",
    "on_failed_checks": "What a failed check means for its source. stop: the run goes no further with it. continue: it "
    "goes on. Only checks count whose step is done.",
    "save_to": "The folder for templates, policies and the report; empty: none is written.",
    "changes": "Whether anything may be changed. allow: what is missing is made. plan: it is compared and told, and "
    "not even a change set is made.",
}
