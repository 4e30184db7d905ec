"""An S3 log source as Panther's form has it, and the names that follow from it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from panther_s3.arns import role_name_of
from panther_s3.panther import DEFAULT_TOPIC
from panther_s3.partitions import Partition

ROLE_PREFIX = "PantherLogProcessingRole-"
STACK_PREFIX = "panther-log-analysis-setup-"
TOPIC_STACK_PREFIX = "panther-log-processing-notifications-"


class StreamType(enum.StrEnum):
    """How events lie in an object; the values are those of Panther's API and Terraform resource."""

    AUTO = "Auto"
    LINES = "Lines"
    JSON = "JSON"
    JSON_ARRAY = "JsonArray"
    CLOUDWATCH_LOGS = "CloudWatchLogs"
    XML = "XML"

    @property
    def label(self) -> str:
        """The name in Panther's Console."""
        return {"JsonArray": "JSON Array", "CloudWatchLogs": "CloudWatch Logs"}.get(self.value, self.value)


@dataclass(frozen=True)
class StreamOptions:
    """What a stream type needs to know beside its name; each field belongs to one stream type."""

    json_array_envelope_field: str = ""
    retain_envelope_fields: bool = False
    xml_root_element: str = ""


@dataclass(frozen=True)
class PrefixLogTypes:
    """One row of the form: objects under `prefix`, less the exclusions, read as `log_types`."""

    prefix: str = ""
    log_types: tuple[str, ...] = ()
    excluded_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class S3Source:
    """The bucket details of one source. Holds what was typed, valid or not: see `panther_s3.rules`."""

    name: str = ""
    aws_account_id: str = ""
    bucket_name: str = ""
    kms_key_arn: str = ""
    log_stream_type: StreamType = StreamType.AUTO
    log_stream_type_options: StreamOptions = field(default_factory=StreamOptions)
    prefix_log_types: tuple[PrefixLogTypes, ...] = (PrefixLogTypes(),)
    log_processing_role_arn: str = ""
    panther_managed_bucket_notifications_enabled: bool = False
    topic_arn: str = ""
    notification_suffix: str = ""
    drop_off_alarm_minutes: int | None = None

    @property
    def suffix(self) -> str:
        """The name as Panther turns it into role and stack names: lower case, blanks to dashes."""
        return role_suffix(self.name)

    @property
    def role_suffix(self) -> str:
        """The suffix of the role that the source names, if that is named by Panther's convention; else `suffix`."""
        name = role_name_of(self.log_processing_role_arn)
        return name.removeprefix(ROLE_PREFIX) if name.startswith(ROLE_PREFIX) else self.suffix

    @property
    def prefixes(self) -> list[str]:
        """The prefixes of its rows; the one that all keys begin with where it has no row."""
        return [row.prefix for row in self.prefix_log_types] or [""]

    @property
    def topic_name(self) -> str:
        """The name of the source's topic, by default Panther's."""
        return self.topic_arn.rsplit(":", 1)[-1] or DEFAULT_TOPIC


def role_suffix(name: str) -> str:
    """Return the `RoleSuffix` that Panther derives from a source's name."""
    return name.strip().lower().replace(" ", "-")


def role_name(suffix: str) -> str:
    """Return the role's name by Panther's convention."""
    return f"{ROLE_PREFIX}{suffix}"


def role_arn(account_id: str, suffix: str, partition: Partition) -> str:
    """Return the ARN that the conventional role has in `account_id`."""
    return f"arn:{partition.name}:iam::{account_id}:role/{role_name(suffix)}"


def stack_name(suffix: str) -> str:
    """Return the name that Panther gives to the role's stack."""
    return f"{STACK_PREFIX}{suffix}"


def topic_stack_name(suffix: str) -> str:
    """Return the stack name that Panther's page proposes for the topic."""
    return f"{TOPIC_STACK_PREFIX}{suffix}"


def bucket_arn(bucket_name: str, partition: Partition) -> str:
    """Return the ARN of a bucket; it names neither region nor account."""
    return f"arn:{partition.name}:s3:::{bucket_name}"
