"""All that the operator has said and the wizard has found out: frozen, replaced and never mutated."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from panther_s3.panther import DEFAULT_TOPIC, PantherDeployment
from panther_s3.partitions import Partition, partition_of
from panther_s3.source import S3Source, role_arn, role_name, stack_name


class IamMethod(enum.StrEnum):
    """The ways of making the role; the values are those of the source file's `onboarding` section."""

    CREATE_STACK = "create_stack"
    CONSOLE_UI = "console_ui"
    TEMPLATE_FILE = "template_file"
    MANUAL = "manual"


class NotificationsBy(enum.StrEnum):
    """Who sets up the bucket's notifications."""

    WIZARD = "wizard"
    PANTHER = "panther"
    OPERATOR = "operator"


@dataclass(frozen=True)
class CallerIdentity:
    """Who the operator's credentials belong to, as STS says."""

    account_id: str
    arn: str
    alias: str = ""
    """The account's alias; "" where it has none or it may not be read."""


@dataclass(frozen=True)
class Made:
    """Something that this run made or changed in AWS, as the Finish screen lists it."""

    kind: str
    name: str
    region: str
    arn: str = ""
    before: Mapping[str, str] | None = None
    """The parameters that a stack had before this run updated it; None for what this run made."""
    put_back: str = ""
    """The command that puts a policy back as it was before this run changed it."""


@dataclass(frozen=True)
class Answers:
    """What has been said so far, by screen. Text may still be invalid: screens judge, this holds."""

    profile: str | None = None
    """The AWS profile; None is the default chain (environment, container, instance)."""
    region: str = ""
    """The operator's region; the bucket's own is `bucket_region`."""
    identity: CallerIdentity | None = None
    panther: PantherDeployment = field(default_factory=PantherDeployment)
    api_url: str = ""
    """Panther's API, as a source file or the operator names it."""
    by_api: bool = False
    """Whether the wizard finishes the onboarding by Panther's API; its token is kept elsewhere."""
    without_api: bool = False
    """Whether the operator chose to do without it, so that a token that is known is not used."""
    source_id: str = ""
    """The id of the source in Panther: created by this run, or opened; "" while Panther has none."""
    onboarding: Mapping[str, str] | None = None
    """A source file's section for unattended runs, kept for the same reason."""
    source: S3Source = field(default_factory=S3Source)
    notifications_by: NotificationsBy = NotificationsBy.WIZARD
    bucket_region: str = ""
    """Where the bucket lives, as AWS says, else as the operator does; "" while it is not known."""
    iam_method: IamMethod | None = None
    terraform: bool = False
    """Whether the template file is wanted for Terraform, not CloudFormation."""
    suffix: str = ""
    """The role's and stack's suffix where the operator chose another than the name's."""
    alarm_number: str = "24"
    """The drop-off alarm's number as typed; a day is what Panther's own form once fixed."""
    alarm_period: str = "hours"
    alarm_on: bool = True
    alarm_set: int | None = None
    """The drop-off alarm that Panther shows, in minutes; None where it shows none, or is not asked."""
    validation_note: str = ""
    """How the validation screen was left, for the report; "" where it was not reached."""
    failed_checks: tuple[str, ...] = ()
    """What was wrong, kept in view when the role is configured again."""
    taken_back: bool = False
    """Whether something that this run did was taken back since it was last validated."""
    notified: bool = False
    """Whether validation found the whole way from the bucket to Panther's queue in order."""
    made: tuple[Made, ...] = ()
    finished: tuple[S3Source, ...] = ()
    """Sources completed before in this run ("Add another bucket")."""
    saved: tuple[S3Source, ...] = ()
    """Sources as they were last read from or saved to a file."""

    @property
    def unsaved(self) -> bool:
        """Whether ending now would lose something that was typed."""
        begun = [source for source in (*self.finished, self.source) if source.name or source.bucket_name]
        return any(source not in self.saved for source in begun)

    @property
    def region_of_bucket(self) -> str:
        """The bucket's region where known, else the operator's: where stacks and topics belong."""
        return self.bucket_region or self.region

    @property
    def partition(self) -> Partition:
        """The partition that the bucket and its role live in."""
        return partition_of(self.region_of_bucket or self.panther.region)

    @property
    def role_suffix(self) -> str:
        """The suffix in force: the operator's own, else the one that the name gives."""
        return self.suffix or self.source.suffix

    @property
    def role_name(self) -> str:
        """The name of the role to make."""
        return role_name(self.role_suffix)

    @property
    def stack_name(self) -> str:
        """The name of the stack to make."""
        return stack_name(self.role_suffix)

    @property
    def expected_role_arn(self) -> str:
        """The ARN that the role will have, by Panther's naming convention."""
        return role_arn(self.source.aws_account_id, self.role_suffix, self.partition)

    @property
    def role_arn(self) -> str:
        """The role's ARN: the one that was given, else the expected one; "" while the account is not known."""
        return self.source.log_processing_role_arn or (self.expected_role_arn if self.source.aws_account_id else "")

    @property
    def source_to_keep(self) -> S3Source:
        """The source with its role named, since a file knows neither the suffix chosen nor the bucket's partition."""
        return replace(self.source, log_processing_role_arn=self.role_arn)

    @property
    def topic_arn(self) -> str:
        """The notification topic: the one named, else Panther's default in the bucket's region."""
        return self.source.topic_arn or (
            f"arn:{self.partition.name}:sns:{self.region_of_bucket}:{self.source.aws_account_id}:{DEFAULT_TOPIC}"
        )

    @property
    def confirming(self) -> str:
        """What gets a subscription confirmed that is pending: Panther hears of it only once it has the source."""
        first = "Panther has the source now:" if self.source_id else "Save the source in Panther first, then"
        return f"{first} subscribe once more, which sends the request anew."

    def with_source(self, **changes: object) -> Answers:
        """Return these answers with fields of the source replaced."""
        return replace(self, source=replace(self.source, **changes))  # type: ignore[arg-type]

    def with_api(self, url: str, *, by_api: bool) -> Answers:
        """Return these answers with Panther's API chosen or declined by the operator; "" keeps the address."""
        return replace(self, without_api=not by_api).on_panther_at(url or self.api_url, by_api=by_api)

    def on_panther_at(self, url: str, *, by_api: bool) -> Answers:
        """Return these answers with the address of Panther's API; another Panther has other sources."""
        same = _base_of(url) == _base_of(self.api_url)
        there = replace(self, api_url=url, by_api=by_api)
        return there if same else replace(there, source_id="", alarm_set=None)

    def with_topic(self, arn: str) -> Answers:
        """Return these answers with the topic `arn`; as they are where it goes without saying, or `arn` is ""."""
        return self if arn in ("", self.topic_arn) else self.with_source(topic_arn=arn)

    def as_saved(self) -> Answers:
        """Return these answers once a file holds their sources."""
        return replace(self, saved=(*self.finished, self.source, self.source_to_keep))

    def for_another_bucket(self) -> Answers:
        """Return the answers to begin another bucket with: who and where stay, the bucket's own are empty."""
        managed = self.source.panther_managed_bucket_notifications_enabled
        return replace(
            self,
            source=S3Source(
                aws_account_id=self.source.aws_account_id, panther_managed_bucket_notifications_enabled=managed
            ),
            finished=(*self.finished, self.source_to_keep),
            source_id="",
            alarm_set=None,
            bucket_region="",
            suffix="",
            failed_checks=(),
            validation_note="",
            notified=False,
            taken_back=False,
            iam_method=self.iam_method or IamMethod.CREATE_STACK,
        )


def _base_of(url: str) -> str:
    """The base of the API that an address leads to; the address itself where it cannot be one."""
    from panther_s3.panther_api.address import api_base, api_url_fault

    return api_base(url) if url and not api_url_fault(url) else url
