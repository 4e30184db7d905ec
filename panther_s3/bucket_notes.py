"""What AWS says of a bucket, in the words that stand beside the form's fields."""

from __future__ import annotations

from panther_s3.aws.buckets import BucketFacts, Encryption


def facts_note(facts: BucketFacts) -> str:
    """Return in a line what AWS says of the bucket."""
    encryption = {
        Encryption.SSE_S3: "encrypted with SSE-S3",
        Encryption.AWS_MANAGED_KEY: "encrypted with aws/s3",
        Encryption.CUSTOMER_KEY: "encrypted with your own KMS key",
        Encryption.UNKNOWN: "encryption not readable with your rights",
    }
    return f"Found in {facts.region}, {encryption.get(facts.encryption, 'not encrypted by default')}"


def key_note(facts: BucketFacts | None, entered: str) -> tuple[str, str]:
    """Return what the bucket's encryption means for the KMS key that is `entered`, and the note's state."""
    if facts is not None and facts.encryption is Encryption.CUSTOMER_KEY and facts.kms_key_arn != entered:
        another = "another key, " if entered else ""
        return f"The bucket encrypts with {another}{facts.kms_key_arn}: Ctrl+K enters it.", "warn"
    if facts is not None and facts.encryption is Encryption.AWS_MANAGED_KEY and not entered:
        return "The bucket encrypts with AWS's own aws/s3 key, which needs no entry here.", "ok"
    return "", "info"
