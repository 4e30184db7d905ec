"""Which of Panther's requests the simulator is asked about: those that the checks judge, as they have them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from panther_s3.answers import Answers
from panther_s3.arns import parse_arn
from panther_s3.aws.bucket_reading import BucketReading
from panther_s3.aws.errors import unless_fatal
from panther_s3.aws.key_readings import KeyReader
from panther_s3.aws.object_records import ObjectFacts, PrefixSample
from panther_s3.aws.roles import Role
from panther_s3.aws.simulation import NOW, Ask
from panther_s3.checks.requests import (
    PREFIX,
    Request,
    bucket_location,
    decrypt,
    describe_key,
    get_object,
    key_to_come,
    list_bucket,
)
from panther_s3.checks.statements import as_list
from panther_s3.checks.unknowns import VARYING
from panther_s3.problems import Problem

MOMENTS = frozenset({"aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"})


def bucket_asks(role: Role, answers: Answers, bucket: BucketReading) -> tuple[Ask, ...]:
    """Return what is asked of the bucket itself: its location has no prefix, its list has."""
    answers = _in_its_region(answers, bucket)
    prefixes = dict.fromkeys(prefix for prefix, _ in bucket.rows())
    lists = (list_bucket(role, answers, prefix) for prefix in prefixes)
    return tuple(ask_about(request) for request in (bucket_location(role, answers), *lists))


def object_asks(role: Role, answers: Answers, bucket: BucketReading, sample: PrefixSample) -> tuple[Ask, ...]:
    """Return what is asked of a prefix's objects: each that was looked at, or one that may come."""
    answers = _in_its_region(answers, bucket)
    keys = [found.key for found in sample.objects] or [key_to_come(sample.prefix)]
    return tuple(ask_about(get_object(role, answers, key)) for key in keys)


def key_asks(role: Role, answers: Answers, bucket: BucketReading, keys: KeyReader) -> tuple[Ask, ...]:
    """Return what is asked of keys: of each in use under each prefix, and of the default's and the source's to come.

    They are used with what S3 gives KMS as encryption context, the object's ARN, or with an S3 Bucket
    Key the bucket's, so that the same key may be allowed under one prefix and not under another.
    """
    answers = _in_its_region(answers, bucket)
    named = _known_arn(keys, answers.source.kms_key_arn, answers.bucket_region)
    requests = [
        decrypt(role, answers, found.kms_key_arn, found.key, bucket_key=found.bucket_key is True)
        for found in _sampled(bucket)
    ]
    default, with_bucket_key = _default(bucket)
    prefixes = [prefix for prefix, _ in bucket.rows()] or [""]
    requests += [
        decrypt(role, answers, arn, key_to_come(prefix), bucket_key=with_bucket_key)
        for arn in dict.fromkeys(filter(None, (default, named)))
        for prefix in prefixes
    ]
    requests += [describe_key(role, named)] if named else []
    return tuple(dict.fromkeys(map(ask_about, requests)))


def ask_about(request: Request) -> Ask:
    """Return the question about `request`, with all that is certain of it."""
    context = tuple(
        (key, NOW if key in MOMENTS else str(value))
        for key, values in request.context.items()
        for value in as_list(values)
        if key.lower() not in VARYING and (value or key == PREFIX)
    )
    return Ask(request.resource, (request.action,), context)


def _in_its_region(answers: Answers, bucket: BucketReading) -> Answers:
    return replace(answers, bucket_region=bucket.region())


def _sampled(bucket: BucketReading) -> Iterator[ObjectFacts]:
    """Yield an object of each KMS key in use under each prefix, with an S3 Bucket Key and without."""
    for row in bucket.rows():
        try:
            objects = bucket.sample(row).objects
        except Problem as problem:
            unless_fatal(problem)
            continue
        first = {
            (found.kms_key_arn, found.bucket_key is True): found for found in reversed(objects) if found.kms_key_arn
        }
        yield from reversed(first.values())


def _default(bucket: BucketReading) -> tuple[str, bool]:
    """Return the key of the bucket's default encryption, and whether it is an S3 Bucket Key."""
    try:
        facts = bucket.read()
    except Problem as problem:
        unless_fatal(problem)
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
        unless_fatal(problem)
        return ""
