"""What the checks of objects, keys, topic and subscription say where several things come together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panther_s3.aws.buckets import Encryption
from panther_s3.aws.topic_records import Subscription
from panther_s3.checks.result import CheckResult, Status
from panther_s3.checks.runner import run_checks
from tests.catalogue.scene import OTHER_ACCOUNT, Scene, allow, deny, healthy_scene, policy, refused, simulated


@pytest.fixture
def scene() -> Scene:
    return healthy_scene()


def found(scene: Scene, check: str) -> CheckResult:
    return next(each for each in run_checks(scene.readings(), scene.answers()) if each.id == check)


def told(scene: Scene, check: str) -> tuple[str, str | None]:
    result = found(scene, check)
    return result.status.value, result.cause


def test_a_source_of_several_prefixes_tells_the_worst_and_lists_the_others(scene: Scene) -> None:
    scene.prefixes("AWSLogs/", "app/")
    scene.statement("ReadObjects")["Resource"] = f"{scene.bucket_arn}/AWSLogs/*"
    result = found(scene, "objects.read")
    assert (result.status, result.cause) == (Status.FAIL, "identity_policy")
    assert {item["status"] for item in result.evidence["items"]} == {"pass", "fail"}


def test_a_key_to_come_ends_like_those_that_are_there(scene: Scene) -> None:
    scene.statement("ReadObjects")["Resource"] = f"{scene.bucket_arn}/AWSLogs/*.json.gz"
    assert told(scene, "objects.read") == ("pass", None)
    scene.objects = ()
    assert told(scene, "objects.read") == ("fail", "identity_policy")


def test_a_refusal_by_policy_outweighs_objects_that_could_not_be_listed(scene: Scene) -> None:
    scene.unlisted = refused("s3:ListBucket")
    scene.statement("ReadObjects")["Action"] = "s3:GetObjectAcl"
    assert told(scene, "objects.read") == ("fail", "identity_policy")


def test_what_the_roles_policies_deny_needs_no_bucket_policy(scene: Scene) -> None:
    scene.bucket_policy = refused("s3:GetBucketPolicy")
    scene.policies["No"] = policy(deny("s3:ListBucket", "*"))
    assert told(scene, "bucket.list") == ("fail", "identity_policy")


def test_what_no_policy_of_the_role_allows_an_unread_bucket_policy_may(scene: Scene) -> None:
    scene.bucket_policy = refused("s3:GetBucketPolicy")
    scene.policies = {}
    assert told(scene, "bucket.list") == ("unknown", "not_readable")


def test_a_boundary_does_not_limit_what_the_bucket_grants_to_the_roles_session_alone(scene: Scene) -> None:
    scene.boundary = policy(allow(["s3:GetBucketLocation", "s3:GetObject", "kms:*"], "*"))
    scene.on_bucket({**allow("s3:ListBucket", scene.bucket_arn), "Principal": {"AWS": scene.role_arn}})
    assert told(scene, "bucket.list") == ("fail", "permissions_boundary")
    scene.on_bucket({**allow("s3:ListBucket", scene.bucket_arn), "Principal": "*"})
    assert told(scene, "bucket.list") == ("pass", None)


def test_an_object_of_another_owner_counts_only_where_acls_are_on(scene: Scene) -> None:
    scene.objects = (replace(scene.objects[0], owner_id="f" * 64),)
    assert told(scene, "objects.read") == ("pass", None)
    scene.ownership = "BucketOwnerPreferred"
    assert told(scene, "objects.read") == ("fail", "other_account_owner")


def test_every_key_of_the_objects_is_judged(scene: Scene) -> None:
    other = scene.keys["other"]
    scene.objects = (*scene.objects, replace(scene.objects[0], key="AWSLogs/old.gz", kms_key_arn=other.arn))
    scene.statement("DecryptObjects")["Resource"] = [scene.keys["logs"].arn, other.arn]
    assert told(scene, "kms.key") == ("fail", "mismatch")
    assert told(scene, "kms.decrypt") == ("pass", None)
    other.policy = policy()
    result = found(scene, "kms.decrypt")
    assert (result.cause, result.evidence["document"]) == ("key_policy_does_not_allow", f"key policy of {other.arn}")


def test_a_key_that_was_not_read_is_not_judged_by_another_ones_policy(scene: Scene) -> None:
    readings = scene.readings()
    unread = replace(scene.objects[0], kms_key_arn=scene.keys["other"].arn)
    samples = tuple(replace(sample, objects=(*sample.objects, unread)) for sample in readings.samples)
    results = run_checks(replace(readings, samples=samples), scene.answers())
    decrypt = next(each for each in results if each.id == "kms.decrypt")
    assert (decrypt.status, decrypt.cause) == (Status.UNKNOWN, "not_answered")


def test_a_key_named_by_its_alias_is_found_under_its_own_arn(scene: Scene) -> None:
    scene.change(kms_key_arn=f"arn:aws:kms:{scene.region}:111122223333:alias/acme-logs")
    assert told(scene, "kms.key") == ("fail", "alias_arn")
    assert scene.keys["logs"].arn in found(scene, "kms.key").remedy
    assert told(scene, "kms.decrypt") == ("pass", None)


def test_a_key_that_is_not_there_is_not_judged_further(scene: Scene) -> None:
    from tests.catalogue.keys import key_that_is_not_there

    key_that_is_not_there(scene)
    assert told(scene, "kms.decrypt") == ("skipped", "kms.key")


def test_a_key_that_may_be_aws_own_is_judged_by_its_policy_and_needs_no_describing(scene: Scene) -> None:
    from tests.catalogue.keys import key_of_the_objects_that_is_not_told

    key_of_the_objects_that_is_not_told(scene)
    assert told(scene, "kms.decrypt") == ("pass", None)


def test_where_the_uses_of_a_key_fare_differently_it_is_said_for_which(scene: Scene) -> None:
    scene.prefixes("a/", "b/")
    scene.decrypt_for("a/*")
    assert found(scene, "kms.decrypt").detail.endswith("So it is for an object such as b/2026/log.json.gz.")
    scene.decrypt_for("c/*")
    assert "So it is" not in found(scene, "kms.decrypt").detail


def test_a_disabled_key_is_named_once(scene: Scene) -> None:
    scene.keys["logs"].state = "Disabled"
    assert "items" not in found(scene, "kms.key").evidence
    assert told(scene, "kms.decrypt") == ("pass", None)


def test_no_key_anywhere_needs_no_key(scene: Scene) -> None:
    scene.unencrypted(Encryption.NONE)
    assert told(scene, "kms.key") == told(scene, "kms.decrypt") == ("pass", None)


@pytest.mark.parametrize("kind", [Encryption.UNKNOWN, Encryption.CUSTOMER_KEY])
def test_an_encryption_that_could_not_be_read_is_unknown(scene: Scene, kind: Encryption) -> None:
    scene.unencrypted(kind)
    scene.unread_bucket = (refused("s3:GetEncryptionConfiguration"),)
    assert told(scene, "kms.key") == told(scene, "kms.decrypt") == ("unknown", "not_readable")


def test_the_bucket_keys_default_counts_where_an_object_does_not_tell(scene: Scene) -> None:
    scene.bucket_key = True
    scene.statement("DecryptObjects")["Condition"] = {
        "StringEqualsIfExists": {"kms:EncryptionContext:aws:s3:arn": scene.bucket_arn}
    }
    assert told(scene, "kms.decrypt") == ("pass", None)
    scene.objects = (replace(scene.objects[0], bucket_key=False),)
    assert told(scene, "kms.decrypt") == ("fail", "identity_policy")


def test_an_alias_of_a_disabled_topic_key_is_resolved(scene: Scene) -> None:
    scene.encrypted_topic().state = "PendingDeletion"
    scene.topic_key_id = "alias/acme-topic"
    assert told(scene, "notifications.topic_encryption") == ("fail", "key_disabled")


def test_aws_own_key_is_known_by_its_manager_too(scene: Scene) -> None:
    scene.encrypted_topic().manager = "AWS"
    assert told(scene, "notifications.topic_encryption") == ("fail", "aws_managed_key")


def test_names_keep_their_capitals_within_a_sentence(scene: Scene) -> None:
    refused_to_all = {"Sid": "No", **deny("*", "*"), "Principal": "*"}
    scene.topic_policy["Statement"].append(refused_to_all)
    scene.encrypted_topic().policy["Statement"].append(refused_to_all)
    details = {each: found(scene, f"notifications.topic_{each}").detail for each in ("policy", "encryption")}
    assert details["policy"].endswith(" refuses sns:Publish: S3 may not publish to the topic.")
    assert ": the topic's key does not let S3 in" in details["encryption"]
    scene.keys["topic"].policy["Statement"] = []
    assert found(scene, "notifications.topic_encryption").detail.startswith("The topic's key does not let S3 in")


def test_a_topic_that_everybody_of_the_organization_may_use_by_a_star_guards_by_it(scene: Scene) -> None:
    scene.topic_policy["Statement"][0]["Condition"] = {"StringEquals": {"aws:SourceOrgID": "o-1"}}
    assert told(scene, "notifications.topic_policy") == ("pass", None)


def test_a_guard_by_account_or_by_bucket_alone_is_one(scene: Scene) -> None:
    for condition in (
        {"StringEquals": {"aws:SourceAccount": "111122223333"}},
        {"ArnLike": {"aws:SourceArn": f"{scene.bucket_arn}*"}},
    ):
        scene.topic_policy["Statement"][0]["Condition"] = condition
        assert told(scene, "notifications.topic_policy") == ("pass", None)


def test_a_good_subscription_outweighs_a_pending_one_of_the_same_queue(scene: Scene) -> None:
    pending = Subscription("", "sqs", scene.panther.queue_arn, pending=True)
    scene.subscriptions = (pending, *scene.subscriptions)
    assert told(scene, "notifications.subscription") == ("pass", None)


@pytest.mark.parametrize(("written", "status"), [("", "pass"), ("{}", "pass"), ('{"a":["b"]}', "fail")])
def test_an_empty_filter_filters_nothing(scene: Scene, written: str, status: str) -> None:
    scene.subscriptions = (replace(scene.subscriptions[0], filter_policy=written),)
    assert found(scene, "notifications.subscription").status == status


def test_panthers_queue_by_another_protocol_is_not_subscribed(scene: Scene) -> None:
    scene.subscriptions = (replace(scene.subscriptions[0], protocol="https"),)
    assert told(scene, "notifications.subscription") == ("fail", "missing")


def test_across_accounts_the_bucket_is_to_blame_first_and_then_the_role(scene: Scene) -> None:
    scene.role_account = OTHER_ACCOUNT
    scene.unencrypted()
    assert told(scene, "objects.read") == ("fail", "bucket_policy")
    scene.on_bucket({**allow("s3:GetObject", f"{scene.bucket_arn}/*"), "Principal": {"AWS": scene.role_arn}})
    assert told(scene, "objects.read") == ("pass", None)
    scene.policies = {}
    assert told(scene, "objects.read") == ("fail", "identity_policy")


def test_documents_are_named_so_that_no_name_of_a_policy_misleads(scene: Scene) -> None:
    scene.policies = {"resource policy": scene.policies["ReadData"], "identity policy 0": policy(deny("s3:List*", "*"))}
    evidence = found(scene, "bucket.list").evidence
    assert evidence["document"] == f"policy identity policy 0 of {scene.role_arn}"
    assert evidence["statement"] == "0"
    assert evidence["excerpt"]["Effect"] == "Deny"


def test_the_simulators_boundary_is_believed_only_where_it_looked_at_it(scene: Scene) -> None:
    scene.boundary = policy(allow("kms:*", "*"))
    for by_boundary, expected in ((None, "permissions_boundary"), (True, "simulation_disagrees")):
        scene.simulation = (simulated("s3:ListBucket", scene.bucket_arn, "allowed", allowed_by_boundary=by_boundary),)
        assert found(scene, "bucket.list").cause == expected


@pytest.mark.parametrize(
    ("key", "cause"), [("aws:SourceIp", "depends_on_panther"), ("aws:ResourceTag/team", "cannot_judge")]
)
def test_a_refusal_of_a_simulation_that_lacked_a_value_settles_nothing(scene: Scene, key: str, cause: str) -> None:
    scene.simulation = (simulated("s3:ListBucket", scene.bucket_arn, "implicitDeny", missing_context=(key,)),)
    unclear = found(scene, "bucket.list")
    assert (unclear.status, unclear.cause, unclear.remedy) == ("unknown", cause, "")
    assert key in unclear.detail


def test_a_simulation_that_lacked_a_value_agrees_where_the_bucket_lets_the_role_in(scene: Scene) -> None:
    scene.statement("FindAndListBucket")["Action"] = "s3:GetBucketLocation"
    scene.on_bucket({**allow("s3:ListBucket", scene.bucket_arn), "Principal": {"AWS": scene.role_arn}})
    lacking = simulated("s3:ListBucket", scene.bucket_arn, "implicitDeny", missing_context=("aws:SourceVpce",))
    scene.simulation = (lacking,)
    assert told(scene, "bucket.list") == ("pass", None)


def test_a_simulation_that_lacked_a_value_allows_nothing_that_the_policies_refuse(scene: Scene) -> None:
    scene.policies.clear()
    lacking = simulated("s3:ListBucket", scene.bucket_arn, "allowed", missing_context=("aws:SourceVpce",))
    scene.simulation = (lacking,)
    assert told(scene, "bucket.list") == ("fail", "identity_policy")
