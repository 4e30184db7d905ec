"""Buckets and their keys, as far as AWS tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.stub import Stubber

from panther_s3.aws.buckets import Buckets, Encryption
from panther_s3.aws.identity import read_identity
from panther_s3.aws.keys import GRANT_PAGES, Keys
from panther_s3.aws.session import Aws
from panther_s3.demo import cast
from panther_s3.problems import Problem, ProblemKind
from tests.aws.conftest import Faults
from tests.buckets import make_bucket

ACCOUNT = cast.CUSTOMER_ACCOUNT


def test_the_names_are_listed_in_order(operator: Aws) -> None:
    names = Buckets(operator).list_names()
    assert names == tuple(sorted(names))
    assert set(cast.REGION_OF) <= set(names)


@pytest.mark.parametrize("bucket", [cast.CLOUDTRAIL, cast.VPC_FLOW])
def test_a_bucket_is_found_in_whichever_region_it_is(operator: Aws, bucket: str) -> None:
    facts = Buckets(operator).read_facts(bucket, ACCOUNT)
    assert facts.region == cast.REGION_OF[bucket]
    assert facts.owned_by_account is True
    assert (facts.encryption, facts.kms_key_arn, facts.unread) == (Encryption.SSE_S3, "", ())


def test_a_bucket_is_found_without_a_region_of_ones_own(aws_environment: None) -> None:
    assert Buckets(Aws("default", "")).read_facts(cast.CLOUDTRAIL, "").region == "us-west-2"


def test_the_owner_is_not_judged_without_an_account_to_compare_with(operator: Aws) -> None:
    assert Buckets(operator).read_facts(cast.CLOUDTRAIL, "").owned_by_account is None
    assert Buckets(operator).read_facts(cast.CLOUDTRAIL, "1234").owned_by_account is None


def test_the_default_key_is_told_by_its_own_arn(operator: Aws) -> None:
    facts = Buckets(operator).read_facts(cast.KMS_LOGS, ACCOUNT)
    assert facts.encryption is Encryption.CUSTOMER_KEY
    assert facts.kms_key_arn.startswith(f"arn:aws:kms:us-west-2:{ACCOUNT}:key/")
    assert facts.bucket_key is True


@pytest.mark.parametrize("shape", ["{alias}", "{id}", "arn:aws:kms:us-west-2:111122223333:{alias}", "{arn}"])
def test_whatever_the_default_encryption_names_the_key_by_it_is_resolved(operator: Aws, shape: str) -> None:
    arn = Keys(operator).read_key("alias/acme-logs", "us-west-2").arn
    key = shape.format(alias="alias/acme-logs", id=arn.rsplit("/")[-1], arn=arn)
    bucket = f"acme-key-{abs(hash(shape)) % 10**8}"
    _make_bucket(operator, bucket, {"SSEAlgorithm": "aws:kms:dsse", "KMSMasterKeyID": key})
    facts = Buckets(operator).read_facts(bucket, ACCOUNT)
    assert (facts.encryption, facts.kms_key_arn) == (Encryption.CUSTOMER_KEY, arn)


@pytest.mark.parametrize("key", [{}, {"KMSMasterKeyID": "arn:aws:kms:us-west-2:111122223333:alias/aws/s3"}])
def test_the_key_of_aws_is_told_apart(operator: Aws, key: dict[str, str]) -> None:
    bucket = f"acme-managed-{len(key)}"
    _make_bucket(operator, bucket, {"SSEAlgorithm": "aws:kms"} | key)
    facts = Buckets(operator).read_facts(bucket, ACCOUNT)
    assert (facts.encryption, facts.kms_key_arn) == (Encryption.AWS_MANAGED_KEY, "")


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("alias/no-such-key", ""),
        ("arn:aws:kms:us-west-2:111122223333:key/no-such-key", "arn:aws:kms:us-west-2:111122223333:key/no-such-key"),
    ],
)
def test_a_key_that_cannot_be_read_is_told_with_what_is_known(operator: Aws, key: str, known: str) -> None:
    bucket = f"acme-lost-{len(known)}"
    _make_bucket(operator, bucket, {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key})
    facts = Buckets(operator).read_facts(bucket, ACCOUNT)
    assert (facts.encryption, facts.kms_key_arn) == (Encryption.CUSTOMER_KEY, known)
    assert [problem.kind for problem in facts.unread] == [ProblemKind.NOT_FOUND]


def test_a_bucket_that_is_not_there_is_not_found(operator: Aws) -> None:
    with pytest.raises(Problem) as raised:
        Buckets(operator).read_facts("acme-no-such-bucket", ACCOUNT)
    assert raised.value.kind is ProblemKind.NOT_FOUND
    assert raised.value.title == "Could not look up the bucket acme-no-such-bucket: there is no such bucket"


def test_of_a_locked_bucket_the_region_is_told_and_the_rest_is_not(operator: Aws) -> None:
    facts = Buckets(operator).read_facts(cast.LOCKED, ACCOUNT)
    assert facts.region == "us-west-2"
    assert (facts.owned_by_account, facts.encryption) == (None, Encryption.UNKNOWN)
    head, encryption = facts.unread
    assert (head.denial, head.statement) == (None, None)
    assert encryption.denial is not None
    assert (encryption.denial.policy_kind, encryption.denial.explicit) == ("resource-based policy", True)
    with pytest.raises(Problem) as raised:
        Buckets(operator).read_policy(cast.LOCKED, "us-west-2")
    assert raised.value.kind is ProblemKind.ACCESS_DENIED


def test_a_policy_is_read_and_its_absence_is_no_problem(operator: Aws) -> None:
    resource = "arn:aws:s3:::acme-policy/*"
    statement = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "s3:GetObject", "Resource": resource}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    _make_bucket(operator, "acme-policy", {"SSEAlgorithm": "AES256"})
    operator.client("s3").put_bucket_policy(Bucket="acme-policy", Policy=json.dumps(policy))
    assert Buckets(operator).read_policy("acme-policy", "us-west-2") == policy
    assert Buckets(operator).read_policy(cast.EMPTY, "us-west-2") is None


def test_another_owner_is_told_where_the_emulator_ignores_it_and_the_proxy_refuses(faulty: Aws, faults: Faults) -> None:
    refusal = {"code": "AccessDenied", "status": 403}
    faults.add({"service": "s3", "operation": "HeadBucket", "times": 1, "error": refusal})
    facts = Buckets(faulty).read_facts(cast.CLOUDTRAIL, "444455556666")
    assert len(faults.fired()) == 1
    assert (facts.owned_by_account, facts.region, facts.unread) == (False, "us-west-2", ())


def test_a_refusal_that_does_not_tell_the_region_as_s3_does_is_a_problem(faulty: Aws, faults: Faults) -> None:
    faults.add({"service": "s3", "operation": "HeadBucket", "error": {"code": "AccessDenied", "status": 403}})
    with pytest.raises(Problem) as raised:
        Buckets(faulty).read_facts(cast.CLOUDTRAIL, ACCOUNT)
    assert raised.value.kind is ProblemKind.ACCESS_DENIED
    assert raised.value.statement is None


def test_a_bucket_without_default_encryption_which_the_emulator_never_has_is_told(faulty: Aws, faults: Faults) -> None:
    missing = {"code": "ServerSideEncryptionConfigurationNotFoundError", "status": 404}
    faults.add({"service": "s3", "operation": "GetBucketEncryption", "error": missing})
    assert Buckets(faulty).read_facts(cast.CLOUDTRAIL, ACCOUNT).encryption is Encryption.NONE


@pytest.mark.parametrize("ownership", ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"])
def test_whose_the_objects_of_others_are_is_read(operator: Aws, ownership: Any) -> None:
    bucket = f"acme-{ownership.lower()}"
    _make_bucket(operator, bucket, {"SSEAlgorithm": "AES256"})
    controls: Any = {"Rules": [{"ObjectOwnership": ownership}]}
    operator.client("s3").put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=controls)
    assert Buckets(operator).read_object_ownership(bucket, "us-west-2") == ownership


def test_a_bucket_without_ownership_controls_is_one_of_object_writers(faulty: Aws, faults: Faults) -> None:
    missing = {"code": "OwnershipControlsNotFoundError", "status": 404}
    faults.add({"service": "s3", "operation": "GetBucketOwnershipControls", "error": missing})
    assert Buckets(faulty).read_object_ownership(cast.CLOUDTRAIL, "us-west-2") == "ObjectWriter"
    assert faults.fired()


@pytest.mark.parametrize(("payer", "pays"), [("Requester", True), ("BucketOwner", False)])
def test_who_pays_which_the_emulator_does_not_tell_is_read_from_awss_documented_answer(
    operator: Aws, payer: str, pays: bool
) -> None:
    with Stubber(operator.client("s3", "us-west-2")) as stub:
        stub.add_response("get_bucket_request_payment", {"Payer": payer}, {"Bucket": cast.CLOUDTRAIL})
        assert Buckets(operator).read_requester_pays(cast.CLOUDTRAIL, "us-west-2") is pays


def test_who_pays_is_unknown_where_nothing_tells(operator: Aws) -> None:
    assert Buckets(operator).read_requester_pays(cast.CLOUDTRAIL, "us-west-2") is None


def test_the_owner_is_told_by_canonical_id(operator: Aws) -> None:
    assert len(Buckets(operator).read_owner_id(cast.CLOUDTRAIL, "us-west-2")) == 64


def test_notifications_are_read_whole_and_of_the_account_that_should_own_the_bucket(operator: Aws) -> None:
    assert set(Buckets(operator).read_notifications(cast.APP_LOGS, "us-west-2", ACCOUNT)) == {
        "QueueConfigurations",
        "LambdaFunctionConfigurations",
        "EventBridgeConfiguration",
    }
    assert Buckets(operator).read_notifications(cast.EMPTY, "us-west-2", "") == {}
    with Stubber(operator.client("s3", "us-west-2")) as stub:
        asked = {"Bucket": cast.EMPTY, "ExpectedBucketOwner": ACCOUNT}
        stub.add_response("get_bucket_notification_configuration", {}, asked)
        assert Buckets(operator).read_notifications(cast.EMPTY, "us-west-2", ACCOUNT) == {}


def test_a_keys_grants_are_listed(operator: Aws) -> None:
    kms = operator.client("kms", "us-west-2")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    assert Keys(operator).list_grants(key) == ()
    role = f"arn:aws:iam::{ACCOUNT}:role/x"
    kms.create_grant(KeyId=key, GranteePrincipal=role, Operations=["Decrypt"])
    (grant,) = Keys(operator).list_grants(key)
    assert (grant["GranteePrincipal"], grant["Operations"]) == (role, ["Decrypt"])


def test_of_more_grants_than_the_emulator_can_hold_the_first_pages_are_listed(operator: Aws) -> None:
    key = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1"
    with Stubber(operator.client("kms", "us-west-2")) as stub:
        for number in range(GRANT_PAGES):
            page = {"Grants": [{"GrantId": str(number)}], "Truncated": True, "NextMarker": str(number)}
            stub.add_response("list_grants", page)
        assert [grant["GrantId"] for grant in Keys(operator).list_grants(key)] == list("01234")


def test_an_expired_session_is_not_passed_off_as_an_unread_part(faulty: Aws, faults: Faults) -> None:
    expired = {"code": "ExpiredToken", "status": 400, "message": "The provided token has expired."}
    faults.add({"service": "s3", "operation": "GetBucketEncryption", "error": expired})
    with pytest.raises(Problem) as raised:
        Buckets(faulty).read_facts(cast.CLOUDTRAIL, ACCOUNT)
    assert raised.value.kind is ProblemKind.CREDENTIALS


@pytest.mark.parametrize(
    ("fault", "kind", "tries"),
    [
        ({"error": {"code": "SlowDown", "status": 503}}, ProblemKind.THROTTLED, 2),
        ({"error": {"code": "InternalError", "status": 500}}, ProblemKind.NETWORK, 2),
        ({"error": {"code": "AccessDenied", "status": 403}}, ProblemKind.ACCESS_DENIED, 1),
        ({"reset": True}, ProblemKind.NETWORK, 2),
        ({"response": {"truncate_frac": 0.5}}, ProblemKind.NETWORK, 1),
        ({"response": {"abort_frac": 0.5}}, ProblemKind.NETWORK, 1),
        ({"response": {"corrupt_bytes": 200}}, ProblemKind.NETWORK, 1),
    ],
    ids=["throttled", "broken", "refused", "reset", "truncated", "aborted", "corrupted"],
)
def test_a_fault_on_the_way_becomes_a_problem_after_at_most_two_tries(
    faulty: Aws, faults: Faults, fault: dict[str, object], kind: ProblemKind, tries: int
) -> None:
    faults.add({"service": "s3", "operation": "ListBuckets"} | fault)
    with pytest.raises(Problem) as raised:
        Buckets(faulty).list_names()
    assert raised.value.kind is kind
    assert tries <= len(faults.fired()) <= 2
    assert raised.value.cause


def test_one_fault_is_got_over_by_the_second_try(faulty: Aws, faults: Faults) -> None:
    faults.add({"service": "s3", "operation": "ListBuckets", "times": 1, "error": {"code": "SlowDown", "status": 503}})
    assert cast.CLOUDTRAIL in Buckets(faulty).list_names()
    assert len(faults.fired()) == 1


def test_the_identity_is_asked_for_once(faulty: Aws, faults: Faults) -> None:
    broken = {"code": "ServiceUnavailable", "status": 503}
    faults.add({"service": "sts", "operation": "GetCallerIdentity", "error": broken})
    with pytest.raises(Problem):
        read_identity(faulty)
    assert len(faults.fired()) == 1


def test_a_refused_alias_leaves_the_identity_as_it_is(faulty: Aws, faults: Faults) -> None:
    faults.add({"service": "iam", "operation": "ListAccountAliases", "error": {"code": "AccessDenied", "status": 403}})
    identity = read_identity(faulty)
    assert (identity.account_id, identity.alias) == (ACCOUNT, "")
    assert len(faults.fired()) == 1


def test_a_keys_facts_and_policy_are_read_in_the_keys_region(operator: Aws) -> None:
    facts = Keys(operator).read_key("alias/acme-logs", "us-west-2")
    assert (facts.state, facts.enabled, facts.manager, facts.account) == ("Enabled", True, "CUSTOMER", ACCOUNT)
    assert facts.usage == "ENCRYPT_DECRYPT"
    elsewhere = Keys(Aws("default", "eu-west-1"))
    assert elsewhere.read_key(facts.arn, "eu-west-1") == facts
    assert elsewhere.read_policy(facts.arn)["Statement"][0]["Action"] == "kms:*"


def test_a_key_that_is_not_there_is_not_found(operator: Aws) -> None:
    with pytest.raises(Problem) as raised:
        Keys(operator).read_key("alias/no-such-key", "us-west-2")
    assert raised.value.kind is ProblemKind.NOT_FOUND


def _make_bucket(aws: Aws, name: str, default: dict[str, str]) -> None:
    s3 = aws.client("s3")
    make_bucket(s3, name)
    rule: Any = {"ApplyServerSideEncryptionByDefault": default}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
