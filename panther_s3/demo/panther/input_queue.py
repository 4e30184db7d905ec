"""Panther's queue for notifications of new objects, and who may send to it."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any

from panther_s3.demo.panther.accounts import Accounts
from panther_s3.demo.panther.replies import Refusal
from panther_s3.partitions import partition_of

SID = "PantherSubscriptionSID-"
"""How the statements of accounts begin that have a source (panther-labs/panther, sqs_utils.go)."""
MOST_MESSAGES = 10
"""How many messages come at once (SQS API reference, ReceiveMessage)."""


@dataclass(frozen=True)
class Home:
    """Where this Panther lives: its account, region and queue."""

    account: str
    region: str
    queue: str

    @property
    def queue_arn(self) -> str:
        """The queue's ARN, to which topics deliver."""
        return f"arn:{partition_of(self.region).name}:sqs:{self.region}:{self.account}:{self.queue}"


class InputQueue:
    """The queue; made where it is missing. Safe to share between threads."""

    def __init__(self, accounts: Accounts, home: Home) -> None:
        self._accounts, self._home = accounts, home
        self._lock = threading.Lock()
        self._url = ""

    def let_in(self, account: str) -> None:
        """Let topics of `account` send: until then not even the request to confirm a subscription arrives.

        Raises:
            Refusal: AWS does not answer.
        """
        statement = {
            "Sid": f"{SID}{account}",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "sqs:SendMessage",
            "Resource": self._home.queue_arn,
            # the open source version writes the partition aws whatever it runs in (sqs_utils.go)
            "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{account}:*"}},
        }
        self._replace(account, [statement])

    def shut_out(self, account: str) -> None:
        """Let topics of `account` send no more.

        Raises:
            Refusal: AWS does not answer.
        """
        self._replace(account, [])

    def receive(self, wait_seconds: int) -> list[dict[str, Any]]:
        """Return messages, after `wait_seconds` at most; they stay until they are deleted.

        Raises:
            Exception: AWS does not answer.
        """
        client = self._enter()
        answer = client.receive_message(
            QueueUrl=self._find(), MaxNumberOfMessages=MOST_MESSAGES, WaitTimeSeconds=wait_seconds
        )
        return list(answer.get("Messages", ()))

    def delete(self, message: dict[str, Any]) -> None:
        """Take a message out for good.

        Raises:
            Exception: AWS does not answer.
        """
        self._enter().delete_message(QueueUrl=self._find(), ReceiptHandle=message["ReceiptHandle"])

    def forget(self) -> None:
        """Look for the queue again: somebody may have taken it away."""
        self._url = ""

    def _replace(self, account: str, wanted: list[dict[str, Any]]) -> None:
        """Put `wanted` in place of the account's statement, and keep those of others."""
        try:
            with self._lock:
                self._write(f"{SID}{account}", wanted)
        except Exception as error:
            raise Refusal(500, "The queue's policy could not be changed") from error

    def _write(self, sid: str, wanted: list[dict[str, Any]]) -> None:
        client, url = self._enter(), self._find()
        attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})
        policy = json.loads(attributes.get("Policy") or '{"Version": "2008-10-17", "Statement": []}')
        others = [each for each in policy["Statement"] if each.get("Sid") != sid]
        if others + wanted == policy["Statement"]:
            return
        policy["Statement"] = others + wanted
        text = json.dumps(policy) if policy["Statement"] else ""
        client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})

    def _find(self) -> str:
        """The queue's address; a queue that is there is found by the same call that makes one."""
        if not self._url:
            self._url = str(self._enter().create_queue(QueueName=self._home.queue)["QueueUrl"])
        return self._url

    def _enter(self) -> Any:
        return self._accounts.enter("sqs", self._home.account, self._home.region)
