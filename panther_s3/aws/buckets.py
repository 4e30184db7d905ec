"""S3 buckets: their names, region, owner, default encryption and policy."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict

from panther_s3.arns import parse_arn
from panther_s3.aws.errors import aws_call, problem_from, unless_fatal
from panther_s3.aws.keys import AWS_MANAGED, KeyFacts, Keys
from panther_s3.aws.session import FALLBACK_REGION, Aws
from panther_s3.problems import Problem, ProblemKind

ACCOUNT_ID = re.compile(r"\d{12}")
BUCKET_REGION = "x-amz-bucket-region"
OBJECT_WRITER = "ObjectWriter"


class Encryption(enum.Enum):
    """How a bucket encrypts what is put into it without saying otherwise."""

    NONE = "none"
    SSE_S3 = "SSE-S3"
    AWS_MANAGED_KEY = "aws/s3"
    CUSTOMER_KEY = "customer managed key"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class BucketFacts:
    """What AWS says of a bucket, as far as it says it."""

    name: str
    region: str
    owned_by_account: bool | None
    """Whether the account asked about owns it; None where AWS does not say."""
    encryption: Encryption
    kms_key_arn: str = ""
    """The default key's ARN; "" where it is no KMS key, or its alias cannot be resolved."""
    bucket_key: bool = False
    """Whether S3 Bucket Keys are on: KMS then sees the bucket's ARN, not the object's."""
    unread: tuple[Problem, ...] = ()
    """Why parts are missing."""
    object_ownership: str = ""
    """"BucketOwnerEnforced", "BucketOwnerPreferred" or "ObjectWriter"; "" where it was not read."""
    requester_pays: bool | None = None
    """None where it was not read."""
    owner_id: str = ""
    """The canonical id of the account that owns the bucket; "" where it was not read."""


class Place(NamedTuple):
    """Where a bucket is and whose: what HeadBucket tells."""

    region: str
    owned_by_account: bool | None
    refusal: Problem | None
    """Why the owner is not known."""


class Buckets:
    """Reads buckets."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def list_names(self) -> tuple[str, ...]:
        """Return the names of the account's buckets, sorted.

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call("list your buckets", self._aws):
            pages = self._aws.client("s3").get_paginator("list_buckets").paginate()
            return tuple(sorted(bucket["Name"] for page in pages for bucket in page.get("Buckets", ())))

    def read_facts(self, bucket: str, account_id: str) -> BucketFacts:
        """Return where `bucket` is, whose, and how it encrypts; what AWS refuses is told in `unread`.

        Args:
            bucket: the bucket's name; it may be in any region of the partition.
            account_id: the account that should own it; anything but 12 digits is not asked about.

        Raises:
            Problem: there is no such bucket, its region is not told, or the credentials do not hold.
        """
        region, owned, refusal = self.find(bucket, account_id)
        unread = [refusal] if refusal else []
        encryption, key, bucket_key = Encryption.UNKNOWN, "", False
        try:
            default = self.read_default_encryption(bucket, region)
        except Problem as problem:
            unread.append(unless_fatal(problem))
        else:
            bucket_key = bool(default.get("BucketKeyEnabled"))
            keys = Keys(self._aws)
            encryption, key, refusal = judge_encryption(default, lambda key: keys.read_key(key, region))
            unread += [refusal] if refusal else []
        return BucketFacts(bucket, region, owned, encryption, key, bucket_key, tuple(unread))

    def read_policy(self, bucket: str, region: str) -> dict[str, Any] | None:
        """Return the bucket's policy, or None where it has none.

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call(f"read the policy of the bucket {bucket}", self._aws):
            from botocore.exceptions import ClientError

            try:
                answer = self._aws.client("s3", region or None).get_bucket_policy(Bucket=bucket)
            except ClientError as error:
                if error.response["Error"]["Code"] == "NoSuchBucketPolicy":
                    return None
                raise
            policy: dict[str, Any] = json.loads(answer["Policy"])
            return policy

    def find(self, bucket: str, account_id: str) -> Place:
        """Return where the bucket is, whether the account owns it, and why that is not known.

        S3 tells the region even when it refuses the call (S3 API reference, HeadBucket). A HEAD answer
        gives no reason: only asking again without the owner tells a wrong owner from missing rights.

        Raises:
            Problem: there is no such bucket, its region is not told, or the credentials do not hold.
        """
        region, refusal = self._head(bucket, account_id)
        if refusal is None:
            return Place(region, True if _is_account_id(account_id) else None, None)
        owned = None
        if _is_account_id(account_id):
            told, still_refused = self._head(bucket, "")
            owned = None if still_refused else False
            region, refusal = told or region, still_refused
        if refusal is not None and not region:
            raise refusal
        return Place(region, owned, refusal)

    def _head(self, bucket: str, account_id: str) -> tuple[str, Problem | None]:
        """Return the region that S3 tells, and the refusal where there is one."""
        from botocore.exceptions import ClientError

        doing = f"look up the bucket {bucket}"
        with aws_call(doing, self._aws):
            client = self._aws.client("s3", self._aws.region or FALLBACK_REGION)
            try:
                metadata = client.head_bucket(Bucket=bucket, **expected_owner(account_id))["ResponseMetadata"]
            except ClientError as error:
                refusal = problem_from(error, doing, profile=self._aws.profile)
                if refusal.kind is not ProblemKind.ACCESS_DENIED:
                    raise
                return error.response["ResponseMetadata"]["HTTPHeaders"].get(BUCKET_REGION, ""), refusal
            return metadata["HTTPHeaders"].get(BUCKET_REGION, client.meta.region_name), None

    def read_default_encryption(self, bucket: str, region: str) -> Mapping[str, Any]:
        """Return the first rule of the default encryption: there is never more than one."""
        with aws_call(f"read the default encryption of the bucket {bucket}", self._aws):
            from botocore.exceptions import ClientError

            try:
                answer = self._aws.client("s3", region).get_bucket_encryption(Bucket=bucket)
            except ClientError as error:
                # answered for buckets of before 2023, and by stores that are S3-compatible only
                if error.response["Error"]["Code"] == "ServerSideEncryptionConfigurationNotFoundError":
                    return {}
                raise
            return answer["ServerSideEncryptionConfiguration"]["Rules"][0]

    def read_object_ownership(self, bucket: str, region: str) -> str:
        """Return whose the objects are that others write, in S3's word.

        A bucket without such controls, which are of 2021, is one of "ObjectWriter": each object
        belongs to the account that wrote it (S3 user guide, "Controlling ownership of objects").

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call(f"read the object ownership of the bucket {bucket}", self._aws):
            from botocore.exceptions import ClientError

            try:
                answer = self._aws.client("s3", region).get_bucket_ownership_controls(Bucket=bucket)
            except ClientError as error:
                if error.response["Error"]["Code"] == "OwnershipControlsNotFoundError":
                    return OBJECT_WRITER
                raise
            return answer["OwnershipControls"]["Rules"][0]["ObjectOwnership"]

    def read_requester_pays(self, bucket: str, region: str) -> bool | None:
        """Tell whether whoever reads the bucket has to say that they pay; None where AWS does not say.

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call(f"read who pays for requests to the bucket {bucket}", self._aws):
            payer = self._aws.client("s3", region).get_bucket_request_payment(Bucket=bucket).get("Payer")
            return None if payer is None else payer == "Requester"

    def read_owner_id(self, bucket: str, region: str) -> str:
        """Return the canonical id of the account that owns the bucket.

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call(f"read the owner of the bucket {bucket}", self._aws):
            return self._aws.client("s3", region).get_bucket_acl(Bucket=bucket).get("Owner", {}).get("ID", "")

    def read_notifications(self, bucket: str, region: str, account_id: str) -> dict[str, Any]:
        """Return the whole notification configuration, as S3 has it.

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call(f"read the notifications of the bucket {bucket}", self._aws):
            s3 = self._aws.client("s3", region)
            answer: dict[str, Any] = {
                **s3.get_bucket_notification_configuration(Bucket=bucket, **expected_owner(account_id))
            }
            answer.pop("ResponseMetadata", None)
            return answer


def judge_encryption(
    rule: Mapping[str, Any], read_key: Callable[[str], KeyFacts]
) -> tuple[Encryption, str, Problem | None]:
    """Return the kind of default encryption, the key's own ARN, and why the key could not be read.

    Args:
        rule: the rule of the default encryption.
        read_key: finds the key that the rule names; it may name it by an alias or an id.
    """
    default = rule.get("ApplyServerSideEncryptionByDefault", {})
    algorithm, key = default.get("SSEAlgorithm", ""), default.get("KMSMasterKeyID", "")
    if not algorithm:
        return Encryption.NONE, "", None
    if not algorithm.startswith("aws:kms"):
        return Encryption.SSE_S3, "", None
    if not key or key.endswith("alias/aws/s3"):
        return Encryption.AWS_MANAGED_KEY, "", None
    try:
        facts = read_key(key)
    except Problem as problem:
        arn = parse_arn(key)
        known = key if arn and arn.resource.startswith("key/") else ""
        return Encryption.CUSTOMER_KEY, known, unless_fatal(problem)
    if facts.manager == AWS_MANAGED:
        return Encryption.AWS_MANAGED_KEY, "", None
    return Encryption.CUSTOMER_KEY, facts.arn, None


class ExpectedOwner(TypedDict, total=False):
    """The parameter by which S3 refuses a bucket that is another account's."""

    ExpectedBucketOwner: str


def expected_owner(account_id: str) -> ExpectedOwner:
    """Return the parameter that names the account that should own a bucket, if it is one."""
    return {"ExpectedBucketOwner": account_id} if _is_account_id(account_id) else {}


def _is_account_id(value: str) -> bool:
    return ACCOUNT_ID.fullmatch(value) is not None
