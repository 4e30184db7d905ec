"""The test object that proves the way of a notification: put, and removed again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from panther_s3.aws.buckets import expected_owner
from panther_s3.aws.errors import aws_call
from panther_s3.aws.session import Aws
from panther_s3.journal.changes import Change, ChangeKind
from panther_s3.problems import Problem, ProblemKind

MOST_VERSIONS = 9
"""How many versions of a test object are removed: a try leaves two at most."""


@dataclass(frozen=True)
class ProofObject:
    """An object of no bytes, under a name of our own."""

    bucket: str
    key: str
    region: str
    owner: str
    """The account that should own the bucket."""

    @property
    def url(self) -> str:
        """The object as people write it."""
        return f"s3://{self.bucket}/{self.key}"


def put_proof_object(aws: Aws, proof: ProofObject) -> None:
    """Put the object; S3 encrypts it as the bucket has it.

    Raises:
        Problem: AWS refused or did not answer.
    """
    change = Change(
        ChangeKind.TEST_OBJECT,
        f"test object {proof.url}",
        proof.url,
        proof.region,
        proof.owner,
        facts={"bucket": proof.bucket, "key": proof.key},
    )
    with aws.writes.named(f"Putting {proof.url}"), aws.journal.recording(change) as recording:
        with aws_call(f"put the test object {proof.url}", aws):
            answer = aws.client("s3", proof.region or None).put_object(
                Bucket=proof.bucket, Key=proof.key, Body=b"", **expected_owner(proof.owner)
            )
        recording.learn(version_id=answer.get("VersionId", ""), etag=answer.get("ETag", ""))


def find_proof_object(aws: Aws, proof: ProofObject) -> str | None:
    """Return the object's version, "" in a bucket that keeps none; None where there is no such object.

    Raises:
        Problem: AWS refused or did not answer.
    """
    try:
        with aws_call(f"look for the test object {proof.url}", aws):
            answer = aws.client("s3", proof.region or None).head_object(
                Bucket=proof.bucket, Key=proof.key, **expected_owner(proof.owner)
            )
    except Problem as problem:
        if problem.kind is ProblemKind.NOT_FOUND:
            return None
        raise
    return answer.get("VersionId", "")


def delete_proof_object(aws: Aws, proof: ProofObject, version_id: str = "") -> None:
    """Remove the object; in a bucket with versions all of its own, so that neither one nor a marker is left.

    Several there are where the answer to the first try was lost, and the object was put once more.

    Args:
        aws: who removes it.
        proof: the object.
        version_id: the version that was put, for those who may remove the object but not look at it.

    Raises:
        Problem: AWS refused or did not answer, or the object does not go.
    """
    for _ in range(MOST_VERSIONS):
        try:
            version = find_proof_object(aws, proof)
        except Problem as problem:
            if problem.kind is not ProblemKind.ACCESS_DENIED:
                raise
            _delete_version(aws, proof, version_id)
            return
        if version is None:
            return
        _delete_version(aws, proof, version)
    raise Problem(
        f"The test object {proof.url} is still there, though S3 took its removal {MOST_VERSIONS} times",
        remedy="Somebody may be putting it again. Look at its versions in the S3 console, and delete them there.",
    )


def _delete_version(aws: Aws, proof: ProofObject, version_id: str) -> None:
    wanted: dict[str, Any] = {"Bucket": proof.bucket, "Key": proof.key, **expected_owner(proof.owner)}
    if version_id:
        wanted["VersionId"] = version_id
    with aws.writes.named(f"Removing {proof.url}"), aws_call(f"remove the test object {proof.url}", aws):
        aws.client("s3", proof.region or None).delete_object(**wanted)
