"""Which keys are in use: by objects that were seen, by those to come, and by the source's own word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from panther_s3.answers import Answers
from panther_s3.aws.buckets import BucketFacts, Encryption
from panther_s3.aws.keys import AWS_MANAGED, KeyFacts
from panther_s3.aws.object_records import DUAL_LAYER, ObjectFacts
from panther_s3.checks.readings import KeyReading, Readings
from panther_s3.checks.requests import key_to_come


class KeyUse(NamedTuple):
    """A key, and an object or the bucket's default that uses it."""

    arn: str
    by: str
    """What uses it, in words."""
    key: str
    """An object's key, for the encryption context."""
    bucket_key: bool

    @property
    def told_apart_by(self) -> tuple[str, str]:
        """The key, and the object unless an S3 Bucket Key has one encryption context for all of the bucket."""
        return self.arn, "" if self.bucket_key else self.key

    @property
    def example(self) -> str:
        """An object that it is about, in words."""
        return "an object with an S3 Bucket Key" if self.bucket_key else f"an object such as {self.key}"


def key_uses(readings: Readings, answers: Answers) -> list[KeyUse]:
    """Return every use of a key by an object seen, or by one to come under a prefix with the bucket's default."""
    return _distinct([*_by_objects(readings), *_by_default(readings, answers)])


def named_uses(readings: Readings, answers: Answers, told: Iterable[KeyUse]) -> list[KeyUse]:
    """Return the uses of the key that the source names, for objects to come, of which `told` leaves it open.

    Where `told` has none of it, that is every prefix; else those without objects, if the default is not known.
    """
    arn = arn_of(readings, answers.source.kms_key_arn)
    prefixes = answers.source.prefixes
    if any(use.arn == arn for use in told):
        is_open = _default_is_open(readings)
        prefixes = [prefix for prefix in prefixes if is_open and not _seen(readings, prefix)]
    by_default = _bucket_key_by_default(readings)
    return _distinct(KeyUse(arn, "the source", _to_come(readings, prefix), by_default) for prefix in prefixes)


def reading_of(readings: Readings, name: str) -> KeyReading:
    """Return what was read of a key: by the name, or else by another name of the same key."""
    if name in readings.keys:
        return readings.keys[name]
    known = (each for each in readings.keys.values() if isinstance(each.facts, KeyFacts) and each.facts.arn == name)
    return next(known, KeyReading())


def facts_of(readings: Readings, name: str) -> KeyFacts | None:
    """Return the key's facts, where they are known."""
    facts = reading_of(readings, name).facts
    return facts if isinstance(facts, KeyFacts) else None


def arn_of(readings: Readings, name: str) -> str:
    """Return the key's own ARN, where a name of it was resolved."""
    facts = facts_of(readings, name)
    return facts.arn if facts else name


def is_aws_managed(readings: Readings, arn: str) -> bool:
    """Tell whether it is known to be AWS's own key."""
    facts = facts_of(readings, arn)
    return facts is not None and facts.manager == AWS_MANAGED


def _by_objects(readings: Readings) -> Iterator[KeyUse]:
    for sample in readings.samples:
        for each in sample.objects:
            if each.kms_key_arn:
                yield KeyUse(each.kms_key_arn, f"the object {each.key}", each.key, _has_bucket_key(readings, each))


def _by_default(readings: Readings, answers: Answers) -> Iterator[KeyUse]:
    """Yield the default's use for an object to come under every prefix, whatever those of today have."""
    bucket = readings.bucket
    if isinstance(bucket, BucketFacts) and bucket.encryption is Encryption.CUSTOMER_KEY and bucket.kms_key_arn:
        for prefix in answers.source.prefixes:
            yield KeyUse(bucket.kms_key_arn, "the bucket's default", _to_come(readings, prefix), bucket.bucket_key)


def _has_bucket_key(readings: Readings, facts: ObjectFacts) -> bool:
    """Whether the object has an S3 Bucket Key; where that is not told, what the bucket does by default.

    DSSE-KMS takes none (S3 user guide, "Using dual-layer server-side encryption with AWS KMS keys").
    """
    if facts.encryption == DUAL_LAYER:
        return False
    return _bucket_key_by_default(readings) if facts.bucket_key is None else facts.bucket_key


def _bucket_key_by_default(readings: Readings) -> bool:
    return isinstance(readings.bucket, BucketFacts) and readings.bucket.bucket_key


def _default_is_open(readings: Readings) -> bool:
    """Whether it is not known what the bucket encrypts with by default."""
    return not isinstance(readings.bucket, BucketFacts) or readings.bucket.encryption is Encryption.UNKNOWN


def _seen(readings: Readings, prefix: str) -> list[ObjectFacts]:
    return [each for sample in readings.samples if sample.prefix == prefix for each in sample.objects]


def _to_come(readings: Readings, prefix: str) -> str:
    """A key that is yet to come under the prefix, ending like those that are there."""
    return key_to_come(prefix, *(each.key for each in _seen(readings, prefix)[:1]))


def _distinct(uses: Iterable[KeyUse]) -> list[KeyUse]:
    """The uses without those that KMS would not tell from an earlier one."""
    found: dict[tuple[str, str], KeyUse] = {}
    for use in uses:
        found.setdefault(use.told_apart_by, use)
    return list(found.values())
