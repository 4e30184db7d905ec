"""A bounded sample of a bucket's objects: which are chosen, and what is told of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import ANY, Stubber
from hypothesis import given
from hypothesis import strategies as st

from panther_s3.aws.object_records import ObjectFacts
from panther_s3.aws.objects import HEADS, Objects, choose, exclusion_pattern, is_archived
from panther_s3.aws.session import Aws
from panther_s3.demo import cast
from panther_s3.problems import Problem, ProblemKind
from tests.aws.conftest import Faults
from tests.buckets import make_bucket

ACCOUNT, REGION = cast.CUSTOMER_ACCOUNT, "us-west-2"
NAMES = itertools.count()


@pytest.fixture
def bucket(operator: Aws) -> str:
    name = f"acme-objects-{next(NAMES)}"
    make_bucket(operator.client("s3"), name)
    return name


@pytest.fixture
def requests(operator: Aws) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What is asked of S3: operations and their parameters."""
    asked: list[tuple[str, dict[str, Any]]] = []

    def note(params: dict[str, Any], model: Any, **_: object) -> None:
        asked.append((model.name, dict(params)))

    events = operator.client("s3", REGION).meta.events
    events.register("provide-client-params.s3", note)
    yield asked
    events.unregister("provide-client-params.s3", note)


def _put(aws: Aws, bucket: str, *keys: str, **more: Any) -> None:
    for key in keys:
        aws.client("s3", REGION).put_object(Bucket=bucket, Key=key, Body=b"x", **more)


def _sample(aws: Aws, bucket: str, prefix: str = "", *excluded: str) -> list[str]:
    return [found.key for found in Objects(aws).sample(bucket, REGION, prefix, excluded, ACCOUNT).objects]


def test_a_few_objects_are_the_whole(operator: Aws, bucket: str) -> None:
    _put(operator, bucket, "a/1", "a/2", "b/1")
    sample = Objects(operator).sample(bucket, REGION, "a/", (), ACCOUNT)
    assert ([found.key for found in sample.objects], sample.whole, sample.unread) == (["a/1", "a/2"], True, None)
    assert len({found.owner_id for found in sample.objects} - {""}) == 1


def test_an_empty_prefix_is_whole_and_an_excluded_one_as_well(operator: Aws, bucket: str) -> None:
    _put(operator, bucket, "a/1")
    for sample in (
        Objects(operator).sample(bucket, REGION, "b/", (), ACCOUNT),
        Objects(operator).sample(bucket, REGION, "a/", ("a/",), ACCOUNT),
    ):
        assert (sample.objects, sample.whole, sample.unread) == ((), True, None)


def test_the_number_of_calls_does_not_grow_with_the_bucket(
    operator: Aws, bucket: str, requests: list[tuple[str, dict[str, Any]]]
) -> None:
    _put(operator, bucket, *(f"{number:03}" for number in range(150)))
    requests.clear()
    sample = Objects(operator).sample(bucket, REGION, "", (), ACCOUNT)
    assert (len(sample.objects), sample.whole) == (HEADS, False)
    assert {sample.objects[0].key, sample.objects[1].key} == {"000", "099"}
    assert [name for name, _ in requests].count("ListObjectsV2") == 1
    assert [name for name, _ in requests].count("HeadObject") == HEADS
    for name, parameters in requests:
        assert parameters["ExpectedBucketOwner"] == ACCOUNT
        assert parameters.get("MaxKeys", 0) <= 100
        assert "ChecksumMode" not in parameters, name


def test_what_is_excluded_is_skipped_though_it_fills_the_first_page(
    operator: Aws, bucket: str, requests: list[tuple[str, dict[str, Any]]]
) -> None:
    _put(operator, bucket, *(f"a/tmp/{number:03}" for number in range(120)), "b/1", "c/tmp/2")
    requests.clear()
    assert _sample(operator, bucket, "", "a/", "*/tmp/") == ["b/1"]
    assert [name for name, _ in requests].count("ListObjectsV2") == 2


def test_no_third_page_is_asked_for(operator: Aws, bucket: str, requests: list[tuple[str, dict[str, Any]]]) -> None:
    _put(operator, bucket, *(f"{number:03}.tmp" for number in range(210)), "log")
    requests.clear()
    sample = Objects(operator).sample(bucket, REGION, "", ("*.tmp",), ACCOUNT)
    assert (sample.objects, sample.whole) == ((), False)
    assert [name for name, _ in requests] == ["ListObjectsV2"] * 2


def test_folders_of_the_console_are_no_objects_but_an_empty_log_is_one(operator: Aws, bucket: str) -> None:
    operator.client("s3", REGION).put_object(Bucket=bucket, Key="a/", Body=b"")
    operator.client("s3", REGION).put_object(Bucket=bucket, Key="a/empty", Body=b"")
    _put(operator, bucket, "b/")
    assert _sample(operator, bucket) == ["a/empty", "b/"]


@pytest.mark.parametrize(
    ("excluded", "key", "left_out"),
    [
        (("logs/",), "logs/a", True),
        (("logs",), "logs2/a", True),
        (("logs/",), "my/logs/a", False),
        (("*/tmp/",), "a/b/tmp/c", True),
        (("a/*/b",), "a/x/y/b/c", True),
        (("a.b",), "axb", False),
        (("a*",), "a\nb", True),
        (("",), "a", False),
        ((), "a", False),
    ],
)
def test_exclusions_are_prefixes_whose_star_spans_slashes(excluded: tuple[str, ...], key: str, left_out: bool) -> None:
    assert bool(exclusion_pattern(excluded).match(key)) is left_out


def test_one_of_each_storage_class_is_looked_at(operator: Aws, bucket: str) -> None:
    _put(operator, bucket, *(f"{number:02}" for number in range(50)))
    _put(operator, bucket, "17", StorageClass="GLACIER")
    sample = Objects(operator).sample(bucket, REGION, "", (), ACCOUNT)
    assert {found.key for found in sample.objects} > {"00", "49", "17"}
    (archived,) = (found for found in sample.objects if found.archived)
    assert (archived.key, archived.storage_class) == ("17", "GLACIER")


@given(st.lists(st.sampled_from(["STANDARD", "GLACIER", "STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR"])))
def test_what_is_chosen_is_few_distinct_and_wide(classes: list[str]) -> None:
    entries = [{"Key": f"{place}", "StorageClass": name} for place, name in enumerate(classes)]
    chosen = choose(entries)
    assert len(chosen) == min(HEADS, len(entries)) == len({entry["Key"] for entry in chosen})
    if len(entries) > 1:
        assert {entries[0]["Key"], entries[-1]["Key"]} <= {entry["Key"] for entry in chosen}
    if len(set(classes)) <= HEADS - 2:
        assert {entry["StorageClass"] for entry in chosen} == set(classes)


@pytest.mark.parametrize(
    ("answer", "archived"),
    [
        ({}, False),
        ({"StorageClass": "GLACIER"}, True),
        ({"StorageClass": "DEEP_ARCHIVE", "Restore": 'ongoing-request="true"'}, True),
        ({"StorageClass": "GLACIER", "Restore": 'ongoing-request="false", expiry-date="Fri, 21 Dec 2012"'}, False),
        ({"StorageClass": "GLACIER_IR"}, False),
        ({"StorageClass": "INTELLIGENT_TIERING"}, False),
        ({"StorageClass": "INTELLIGENT_TIERING", "ArchiveStatus": "ARCHIVE_ACCESS"}, True),
    ],
)
def test_what_has_to_be_restored_is_told(answer: dict[str, str], archived: bool) -> None:
    assert is_archived(answer) is archived


def test_encryption_and_key_are_told(operator: Aws) -> None:
    (found, *_) = Objects(operator).sample(cast.KMS_LOGS, REGION, "app/", (), ACCOUNT).objects
    assert found.encryption == "aws:kms"
    assert found.kms_key_arn.startswith(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/")


@pytest.mark.parametrize(
    ("encryption", "told", "bucket_key"),
    [
        ("aws:kms", {"BucketKeyEnabled": True}, True),
        ("aws:kms", {}, False),  # the header comes only where it is true
        ("aws:kms:dsse", {"BucketKeyEnabled": True}, False),
        ("aws:kms:dsse", {}, False),
    ],
)
def test_a_bucket_key_which_the_emulator_does_not_tell_is_read_from_awss_documented_answer(
    operator: Aws, encryption: str, told: dict[str, bool], bucket_key: bool
) -> None:
    s3 = operator.client("s3", REGION)
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    entry = {"Key": "a", "Size": 3, "StorageClass": "STANDARD", "Owner": {"ID": "writer"}}
    head = {"ServerSideEncryption": encryption, "SSEKMSKeyId": key, **told}
    with Stubber(s3) as stub:
        stub.add_response("list_objects_v2", {"Contents": [entry], "IsTruncated": False}, None)
        stub.add_response("head_object", head, {"Bucket": "b", "Key": "a", "ExpectedBucketOwner": ANY})
        (found,) = Objects(operator).sample("b", REGION, "", (), ACCOUNT).objects
    expected = ObjectFacts("a", 3, "STANDARD", False, encryption, key, bucket_key=bucket_key, owner_id="writer")
    assert found == expected


def test_an_object_with_a_key_of_the_writers_own_is_told(operator: Aws, bucket: str) -> None:
    _put(operator, bucket, "c", SSECustomerAlgorithm="AES256", SSECustomerKey="k" * 32)
    (found,) = Objects(operator).sample(bucket, REGION, "", (), ACCOUNT).objects
    assert (found.encryption, found.kms_key_arn, found.unread) == ("SSE-C", "", None)


def test_an_object_that_may_not_be_looked_at_is_told_with_what_the_list_says(faulty: Aws, faults: Faults) -> None:
    faults.add({"service": "s3", "operation": "HeadObject", "error": {"code": "AccessDenied", "status": 403}})
    sample = Objects(faulty).sample(cast.CLOUDTRAIL, REGION, "AWSLogs/", (), ACCOUNT)
    assert faults.fired()
    assert len(sample.objects) == 3
    for found in sample.objects:
        assert isinstance(found.unread, Problem)
        assert (found.unread.kind, found.storage_class) == (ProblemKind.ACCESS_DENIED, "STANDARD")
        assert found.size > 0


def test_a_session_that_expires_between_list_and_look_is_not_taken_for_a_writers_key(
    faulty: Aws, faults: Faults
) -> None:
    expired = {"code": "ExpiredToken", "status": 400, "message": "The provided token has expired."}
    seen: list[ObjectFacts] = []
    objects = Objects(faulty)
    head = objects._head

    def expire_first(*arguments: Any) -> ObjectFacts:
        faults.add({"service": "s3", "error": expired})
        return head(*arguments)

    objects._head = expire_first  # type: ignore[method-assign]
    with pytest.raises(Problem) as raised:
        objects.sample(cast.CLOUDTRAIL, REGION, "AWSLogs/", (), ACCOUNT, seen.append)
    assert raised.value.kind is ProblemKind.CREDENTIALS
    assert not [found for found in seen if found.encryption]


def test_a_prefix_that_may_not_be_listed_is_told(operator: Aws) -> None:
    sample = Objects(operator).sample(cast.LOCKED, REGION, "", (), ACCOUNT)
    assert isinstance(sample.unread, Problem)
    assert (sample.unread.kind, sample.objects, sample.whole) == (ProblemKind.ACCESS_DENIED, (), False)
