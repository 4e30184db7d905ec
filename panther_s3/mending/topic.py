"""Edits of a topic's policy: who may publish to it, and for which bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from panther_s3.answers import Answers
from panther_s3.checks.judging import Outcome, Policies, judge
from panther_s3.checks.remedies import with_conditions
from panther_s3.checks.requests import publish
from panther_s3.checks.statements import as_list
from panther_s3.checks.topic import SOMEBODYS_ACCOUNT, SOMEBODYS_BUCKET
from panther_s3.mending.documents import (
    has_plain_conditions,
    with_replaced,
    with_statement,
    without_principals,
)
from panther_s3.mending.model import Document
from panther_s3.policies import S3_SERVICE, s3_publish_statement, subscribe_statement
from panther_s3.source import bucket_arn

Edit = tuple[Document, str]
S3 = S3_SERVICE["Service"]
CUTS_OFF = (
    "Other buckets that tell the topic of new objects by this statement are let in no more: "
    "give each of them a statement of its own first."
)
"""What to know before S3 is let in for one bucket only."""


def topic_edits(cause: str, document: Document, arn: str, answers: Answers) -> Iterator[Edit]:
    """Yield the documents that may let S3 publish for the bucket alone, and Panther subscribe."""
    ours = s3_publish_statement(arn, answers.source, answers.partition)
    if cause == "s3_publish_not_allowed":
        yield with_statement(document, ours), f"Lets S3 publish to the topic for {answers.source.bucket_name} alone."
    elif cause == "panther_subscribe_not_allowed":
        what = f"Lets Panther's account {answers.panther.account_id} subscribe to the topic."
        yield with_statement(document, subscribe_statement(arn, answers.panther)), what
    elif cause == "no_source_guard":
        what = f"Limits what lets S3 publish to the topic to the bucket {answers.source.bucket_name}."
        yield _guarded(document, arn, ours, answers), what


def _guarded(document: Document, arn: str, ours: Document, answers: Answers) -> Document:
    """Every statement by which S3 may publish for anybody is for our bucket; one for others too loses S3 instead."""
    split = False
    for place, statement in reversed(list(enumerate(as_list(document.get("Statement"))))):
        if not isinstance(statement, Mapping) or not _for_anybody(statement, document, arn, answers):
            continue
        principal = statement.get("Principal")
        services = as_list(principal.get("Service")) if isinstance(principal, Mapping) else []
        if S3 not in services or not has_plain_conditions(statement):
            continue  # it is for everybody, not for S3: to narrow that is not ours
        left = without_principals(statement, "Service", frozenset({S3}))
        if left is None:
            document = with_replaced(document, place, with_conditions(statement, ours["Condition"]))
        else:
            document, split = with_replaced(document, place, left), True
    return with_statement(document, ours) if split else document


def _for_anybody(statement: Mapping[str, Any], document: Document, arn: str, answers: Answers) -> bool:
    alone = {**document, "Statement": [statement]}
    request = publish(arn, bucket_arn(SOMEBODYS_BUCKET, answers.partition), SOMEBODYS_ACCOUNT)
    policies = Policies(resource=("topic's policy", alone), resource_type="sns")
    return judge(request, policies).outcome is Outcome.ALLOWED
