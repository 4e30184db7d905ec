"""The AWS calls of the bucket's form, each off the UI thread, each posting what AWS answered."""

from __future__ import annotations

from dataclasses import dataclass

from textual import work
from textual.message import Message
from textual.widget import Widget

from panther_s3.aws.buckets import BucketFacts, Buckets, Encryption
from panther_s3.aws.session import Aws
from panther_s3.problems import Problem


class BucketCalls(Widget):
    """Calls AWS for the screen that it stands in; shows nothing itself."""

    DEFAULT_CSS = "BucketCalls { display: none; }"

    @dataclass
    class Listed(Message):
        """The account's buckets are known; none where they may not be listed."""

        names: tuple[str, ...]

    @dataclass
    class Read(Message):
        """AWS answered for a bucket; `problem` tells why there are no facts."""

        bucket: str
        facts: BucketFacts | None
        problem: Problem | None = None

    def __init__(self, aws: Aws) -> None:
        super().__init__()
        self._buckets = Buckets(aws)

    @work(thread=True, exclusive=True, exit_on_error=False, group="buckets")
    def list_names(self) -> None:
        """Read the names to offer; without the right to list them the field is typed in full."""
        try:
            self.post_message(self.Listed(self._buckets.list_names()))
        except Problem:
            self.post_message(self.Listed(()))

    @work(thread=True, exclusive=True, exit_on_error=False, group="bucket")
    def read(self, bucket: str, account: str) -> None:
        """Read where the bucket is and how it encrypts."""
        try:
            self.post_message(self.Read(bucket, self._buckets.read_facts(bucket, account)))
        except Problem as problem:
            self.post_message(self.Read(bucket, None, problem))


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
