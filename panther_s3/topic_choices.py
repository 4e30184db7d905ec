"""The topics to choose from: which of them a bucket notifies already, and why one cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from panther_s3.answers import Answers
from panther_s3.arns import account_of, parse_arn, region_of
from panther_s3.aws.topic_reading import topics_told


@dataclass(frozen=True)
class TopicChoice:
    """A topic that is there already, as it is offered."""

    arn: str
    obstacle: str = ""
    """Why it cannot be used; "" where its ARN says nothing against it."""
    notified: bool = False
    """Whether the bucket tells it of new objects already: subscribing Panther is all that is missing then."""

    @property
    def name(self) -> str:
        """The topic's name."""
        return self.arn.rsplit(":", 1)[-1]


def topic_choices(
    arns: Iterable[str], answers: Answers, notifications: Mapping[str, Any] | None = None
) -> tuple[TopicChoice, ...]:
    """Return the topics to choose from: those that the bucket notifies first, those that cannot be used last.

    Args:
        arns: the account's topics in the bucket's region, in SNS's order.
        answers: the operator's answers.
        notifications: the bucket's notification configuration, where it was read.
    """
    told = topics_told(dict(notifications or {}))
    choices = [TopicChoice(arn, obstacle_to(arn, answers), arn in told) for arn in dict.fromkeys((*told, *arns))]
    return tuple(sorted(choices, key=lambda choice: (not choice.notified, bool(choice.obstacle))))


def obstacle_to(arn: str, answers: Answers) -> str:
    """Return why the topic cannot be used, as far as its ARN says; "" where it can."""
    if parse_arn(arn) is None:
        return "This is no ARN of a topic."
    if arn.endswith(".fifo"):
        return "S3 cannot notify a FIFO topic."  # S3 user guide, "Supported event destinations"
    region, account = answers.region_of_bucket, answers.source.aws_account_id
    if region and region_of(arn) != region:
        return f"It is in {region_of(arn)}, the bucket in {region}: S3 notifies topics of its region only."
    if account and account_of(arn) != account:
        return f"It is in account {account_of(arn)}: Panther takes messages of topics in account {account} only."
    return ""
