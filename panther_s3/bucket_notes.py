"""What AWS says of a bucket, in the words that stand beside the form's fields."""

from __future__ import annotations

from panther_s3 import rules
from panther_s3.aws.buckets import BucketFacts, Encryption
from panther_s3.problems import Problem

Note = tuple[str, str]
"""A note's text, "" for none, and its state."""


def facts_note(facts: BucketFacts, account_id: str) -> Note:
    """Return in a line what AWS says of the bucket that `account_id` should own."""
    if facts.owned_by_account is False:
        return f"It exists in {facts.region}, but not in account {account_id}: correct the one or the other.", "fail"
    encryption = {
        Encryption.SSE_S3: "encrypted with SSE-S3",
        Encryption.AWS_MANAGED_KEY: "encrypted with aws/s3",
        Encryption.CUSTOMER_KEY: "encrypted with your own KMS key",
        Encryption.UNKNOWN: "encryption not readable",
    }
    text = f"Found in {facts.region}, {encryption.get(facts.encryption, 'not encrypted by default')}"
    return (f"{text}: see below.", "warn") if facts.unread else (text, "ok")


def refusal_of(facts: BucketFacts) -> Problem | None:
    """Return why a part of `facts` is missing: the refusal that tells most, or None where nothing is missing."""
    return max(
        facts.unread, key=lambda problem: (problem.statement is not None, problem.denial is not None), default=None
    )


def offered_key(facts: BucketFacts | None, entered: str) -> str:
    """Return the ARN of the bucket's own key where it is not the one `entered`; "" where there is none to offer."""
    if facts is None or facts.encryption is not Encryption.CUSTOMER_KEY or facts.kms_key_arn == entered:
        return ""
    return facts.kms_key_arn


def key_note(facts: BucketFacts | None, entered: str, account_id: str, region: str) -> Note:
    """Return what is to be said of the KMS key that is `entered`.

    Args:
        facts: what AWS says of the bucket; None while it is not known.
        entered: the field's text.
        account_id: the bucket's account; "" if not known.
        region: the bucket's region; "" if not known.
    """
    if offered := offered_key(facts, entered):
        another = "another key, " if entered else ""
        return f"The bucket encrypts with {another}{offered}: Ctrl+K enters it.", "warn"
    if warning := rules.kms_key_warning(entered, account_id, region):
        return warning, "warn"
    if facts is not None and facts.encryption is Encryption.AWS_MANAGED_KEY and not entered:
        return "The bucket encrypts with AWS's own aws/s3 key, which needs no entry here.", "ok"
    return "", "info"
