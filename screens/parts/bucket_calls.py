"""The AWS calls of the bucket's form, each off the UI thread, each posting what AWS answered."""

from __future__ import annotations

from dataclasses import dataclass

from textual import work
from textual.message import Message

from panther_s3.aws.buckets import BucketFacts, Buckets
from panther_s3.aws.session import Aws
from panther_s3.problems import Problem
from screens.parts.calls import Calls


class BucketCalls(Calls):
    """Calls AWS for the form that it stands in; shows nothing itself."""

    @dataclass
    class Listed(Message):
        """The account's buckets are known; `problem` tells why they are not."""

        names: tuple[str, ...]
        problem: Problem | None = None

    @dataclass
    class Read(Message):
        """AWS answered for a bucket; `problem` tells why there are no facts."""

        bucket: str
        account: str
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
        except Problem as problem:
            self.post_message(self.Listed((), problem))

    @work(thread=True, exclusive=True, exit_on_error=False, group="bucket")
    def read(self, bucket: str, account: str) -> None:
        """Read where the bucket is and how it encrypts."""
        try:
            self.post_message(self.Read(bucket, account, self._buckets.read_facts(bucket, account)))
        except Problem as problem:
            self.post_message(self.Read(bucket, account, None, problem))
