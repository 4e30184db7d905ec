"""Which of Panther's requests the simulator is asked about, and under which conditions Panther makes them."""

from __future__ import annotations

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn
from panther_s3.aws.bucket_reading import BucketReading
from panther_s3.aws.errors import NO_CREDENTIALS
from panther_s3.aws.key_readings import KeyReader
from panther_s3.aws.object_records import ObjectFacts, PrefixSample
from panther_s3.aws.simulation import OVER_TLS, Ask
from panther_s3.checks.requests import key_to_come
from panther_s3.problems import Problem
from panther_s3.source import bucket_arn

Context = tuple[tuple[str, str], ...]


def bucket_asks(answers: Answers, prefixes: tuple[str, ...]) -> tuple[Ask, ...]:
    """Return what is asked of the bucket itself: its location has no prefix, its list has."""
    bucket = bucket_arn(answers.source.bucket_name, answers.partition)
    context = _context(answers)
    return (
        Ask(bucket, ("s3:GetBucketLocation",), context),
        *(Ask(bucket, ("s3:ListBucket",), (*context, ("s3:prefix", prefix))) for prefix in dict.fromkeys(prefixes)),
    )


def object_asks(answers: Answers, sample: PrefixSample) -> tuple[Ask, ...]:
    """Return what is asked of a prefix's objects: each that was looked at, or one that may come."""
    bucket = bucket_arn(answers.source.bucket_name, answers.partition)
    keys = [found.key for found in sample.objects] or [key_to_come(sample.prefix)]
    return tuple(Ask(f"{bucket}/{key}", ("s3:GetObject",), _context(answers)) for key in keys)


def key_asks(answers: Answers, bucket: BucketReading, keys: KeyReader) -> tuple[Ask, ...]:
    """Return what is asked of keys: each key of a sample, of the bucket's default, and of the source, once.

    It is used through S3, with what S3 gives KMS as encryption context: the object's ARN, or with an S3
    Bucket Key the bucket's (S3 user guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys").
    """
    region = bucket.region()
    named = _known_arn(keys, answers.source.kms_key_arn, region)
    asks: dict[str, Ask] = {}
    for found in _sampled(bucket):
        asks.setdefault(found.kms_key_arn, _decrypt(answers, region, found.kms_key_arn, found.key, found.bucket_key))
    default, with_bucket_key = _default(bucket)
    to_come = key_to_come(next((prefix for prefix, _ in bucket.rows()), ""))
    for arn in filter(None, (default, named)):
        asks.setdefault(arn, _decrypt(answers, region, arn, to_come, with_bucket_key and arn == default))
    describe = (Ask(named, ("kms:DescribeKey",), (OVER_TLS,)),) if named else ()
    return (*asks.values(), *describe)


def _context(answers: Answers) -> Context:
    account = answers.source.aws_account_id
    return (OVER_TLS, ("aws:ResourceAccount", account), ("s3:ResourceAccount", account)) if account else (OVER_TLS,)


def _decrypt(answers: Answers, region: str, key_arn: str, object_key: str, bucket_key: bool | None) -> Ask:
    bucket = bucket_arn(answers.source.bucket_name, answers.partition)
    key = parse_arn(key_arn)
    context = (
        OVER_TLS,
        ("kms:ViaService", f"s3.{region}.{answers.partition.service_domain}"),
        ("kms:CallerAccount", answers.source.aws_account_id),
        ("kms:EncryptionContext:aws:s3:arn", bucket if bucket_key else f"{bucket}/{object_key}"),
        ("aws:ResourceAccount", key.account if key else ""),
    )
    return Ask(key_arn, ("kms:Decrypt",), tuple((name, value) for name, value in context if value))


def _sampled(bucket: BucketReading) -> list[ObjectFacts]:
    """Return the objects with a KMS key, of the samples that could be read."""
    found: list[ObjectFacts] = []
    for row in bucket.rows():
        try:
            found += [sampled for sampled in bucket.sample(row).objects if sampled.kms_key_arn]
        except Problem as problem:
            if problem.kind in NO_CREDENTIALS:
                raise
    return found


def _default(bucket: BucketReading) -> tuple[str, bool]:
    """Return the key of the bucket's default encryption, and whether it is an S3 Bucket Key."""
    try:
        facts = bucket.read()
    except Problem as problem:
        if problem.kind in NO_CREDENTIALS:
            raise
        return "", False
    return facts.kms_key_arn, facts.bucket_key


def _known_arn(keys: KeyReader, key: str, region: str) -> str:
    """Return the ARN of the key that the source names, by whichever name; "" where that cannot be found out."""
    arn = parse_arn(key)
    if not key or (arn is not None and arn.resource.startswith("key/")):
        return key
    try:
        return keys.read_facts(key, region).arn
    except Problem as problem:
        if problem.kind in NO_CREDENTIALS:
            raise
        return ""
