"""Keys that cannot be used, or that the role may not decrypt with."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.aws.buckets import Encryption
from tests.catalogue.entries import wrong
from tests.catalogue.scene import (
    ACCOUNT,
    OTHER_ACCOUNT,
    Scene,
    allow,
    deny,
    not_found,
    policy,
    refused,
    root_delegation,
    simulated,
    throttled,
    without,
)


def _role_without_key(scene: Scene) -> None:
    scene.policies["ReadData"]["Statement"] = without(scene.policies["ReadData"]["Statement"], "DecryptObjects")


@wrong("kms.key", "missing")
def key_that_is_not_there(scene: Scene) -> None:
    """A digit of the key's id is wrong; the bucket uses none."""
    scene.unencrypted()
    scene.change(kms_key_arn=scene.keys["other"].arn)
    gone = not_found("NotFoundException")
    scene.keys["other"].problem = scene.keys["other"].policy = scene.keys["other"].grants = gone


@wrong("kms.key", "disabled", seeded=True)
def key_that_is_disabled(scene: Scene) -> None:
    """Nobody decrypts with a disabled key."""
    scene.keys["logs"].state = "Disabled"


@wrong("kms.key", "pending_deletion", seeded=True)
def key_about_to_be_deleted(scene: Scene) -> None:
    """A key that waits for its deletion cannot be used."""
    scene.keys["logs"].state = "PendingDeletion"


@wrong("kms.key", "not_configured", seeded=True)
def key_of_the_bucket_not_named(scene: Scene) -> None:
    """The source names no key, the bucket encrypts with one; the role may decrypt all the same."""
    scene.change(kms_key_arn="")


@wrong("kms.key", "not_configured", "kms.decrypt", seeded=True)
def key_of_the_objects_not_named(scene: Scene) -> None:
    """The bucket's default is SSE-S3 by now, older objects have a key."""
    scene.encryption, scene.default_key = Encryption.SSE_S3, ""
    scene.change(kms_key_arn="")
    _role_without_key(scene)


@wrong("kms.key", "mismatch", "kms.decrypt", seeded=True)
def objects_with_another_key(scene: Scene) -> None:
    """The key was changed: older objects have the key of before, which the role knows nothing of."""
    old = replace(scene.objects[0], key="AWSLogs/2019/log.json.gz", kms_key_arn=scene.keys["other"].arn)
    scene.objects = (*scene.objects, old)


@wrong("kms.key", "mismatch", "kms.decrypt", seeded=True)
def bucket_with_another_key(scene: Scene) -> None:
    """Objects to come will have another key than those that are there."""
    scene.default_key = "other"


@wrong("kms.key", "invalid_arn")
def key_without_a_region(scene: Scene) -> None:
    """Panther takes the key's region out of its ARN."""
    scene.unencrypted()
    scene.change(kms_key_arn=f"arn:aws:kms::{ACCOUNT}:key/11111111-2222-3333-4444-555555555555")


@wrong("kms.key", "invalid_arn")
def key_by_its_id(scene: Scene) -> None:
    """A key's id alone is not its ARN."""
    scene.unencrypted()
    scene.change(kms_key_arn="11111111-2222-3333-4444-555555555555")


@wrong("kms.key", "alias_arn")
def key_by_its_alias(scene: Scene) -> None:
    """A policy that names an alias does not name its key (KMS developer guide)."""
    scene.change(kms_key_arn=f"arn:aws:kms:{scene.region}:{ACCOUNT}:alias/acme-logs")


@wrong("kms.key", "not_readable")
def key_that_is_not_told(scene: Scene) -> None:
    """kms:DescribeKey is not allowed to the operator."""
    scene.keys["logs"].problem = refused("kms:DescribeKey")


@wrong("kms.key", "not_readable")
def key_of_the_objects_that_is_not_told(scene: Scene) -> None:
    """The objects' key may be aws/s3, which needs no entry: kms:DescribeKey would tell, and is refused."""
    _aws_own_key_that_is_not_told(scene)


@wrong("kms.key", "not_readable")
def key_of_the_objects_that_is_not_told_beside_a_named_one(scene: Scene) -> None:
    """The same where the source names a key of its own."""
    _aws_own_key_that_is_not_told(scene)
    scene.change(kms_key_arn=scene.keys["logs"].arn)


@wrong("kms.key", "not_readable")
def key_of_the_bucket_that_is_not_told(scene: Scene) -> None:
    """The bucket's default may name aws/s3 by its ARN."""
    _aws_own_key_that_is_not_told(scene)
    scene.objects = ()
    scene.encryption, scene.default_key = Encryption.CUSTOMER_KEY, "other"


def _aws_own_key_that_is_not_told(scene: Scene) -> None:
    """Its policy is told: it lets the account's roles decrypt through S3, and nobody describe it but by IAM."""
    scene.unencrypted(Encryption.AWS_MANAGED_KEY)
    key = scene.keys["other"]
    through_s3 = {"kms:CallerAccount": ACCOUNT, "kms:ViaService": f"s3.{scene.region}.amazonaws.com"}
    key.policy = policy(
        {**allow("kms:Decrypt", "*"), "Principal": {"AWS": "*"}, "Condition": {"StringEquals": through_s3}},
        {**allow("kms:Describe*", "*"), "Principal": {"AWS": scene.account_root}},
    )
    key.problem = refused("kms:DescribeKey")
    scene.objects = tuple(replace(each, encryption="aws:kms", kms_key_arn=key.arn) for each in scene.objects)


@wrong("kms.key", "missing")
def key_of_the_objects_that_is_gone(scene: Scene) -> None:
    """AWS's own keys are never deleted: it was the customer's, and nobody reads the objects any more."""
    scene.unencrypted()
    key = scene.keys["other"]
    key.problem = key.policy = key.grants = not_found("NotFoundException")
    scene.objects = tuple(replace(each, encryption="aws:kms", kms_key_arn=key.arn) for each in scene.objects)


@wrong("kms.decrypt", "identity_policy", seeded=True, mended=True)
def role_without_decrypt(scene: Scene) -> None:
    """The key leaves it to the account's policies, and those say nothing."""
    _role_without_key(scene)


@wrong("kms.decrypt", "identity_policy", mended=True)
def role_that_decrypts_by_alias(scene: Scene) -> None:
    """An alias in a policy's Resource names the alias (KMS developer guide, "cmks-in-iam-policies")."""
    scene.statement("DecryptObjects")["Resource"] = f"arn:aws:kms:{scene.region}:{ACCOUNT}:alias/acme-logs"


@wrong("kms.decrypt", "identity_policy", seeded=True, mended=True)
def role_that_describes_only(scene: Scene) -> None:
    """Panther's health check passes with DescribeKey; reading takes Decrypt."""
    scene.statement("DecryptObjects")["Action"] = "kms:DescribeKey"


@wrong("kms.decrypt", "identity_policy", mended=True)
def bucket_key_with_the_objects_context(scene: Scene) -> None:
    """With an S3 Bucket Key the encryption context is the bucket's ARN (S3 user guide, "S3 Bucket Keys")."""
    scene.bucket_key = True
    context = {"kms:EncryptionContext:aws:s3:arn": f"{scene.bucket_arn}/*"}
    scene.statement("DecryptObjects")["Action"] = "kms:DescribeKey"
    scene.policies["Decrypt"] = policy(
        {**allow("kms:Decrypt", scene.keys["logs"].arn), "Condition": {"StringLike": context}}
    )


@wrong("kms.decrypt", "identity_policy", seeded=True, mended=True)
def decryption_under_one_of_two_prefixes(scene: Scene) -> None:
    """Each object has an encryption context of its own, and one of both prefixes is left out."""
    scene.prefixes("a/", "b/")
    scene.decrypt_for("a/*")


@wrong("kms.decrypt", "identity_policy", seeded=True, mended=True)
def decryption_of_what_is_there_and_not_of_what_comes(scene: Scene) -> None:
    """The second prefix is empty as yet: what the bucket's default will encrypt under it cannot be read."""
    scene.prefixes("a/", "b/")
    scene.objects = scene.objects[:1]
    scene.decrypt_for("a/*")


@wrong("kms.decrypt", "identity_policy", mended=True)
def named_key_for_one_of_two_prefixes(scene: Scene) -> None:
    """How the bucket encrypts is not told, and only one prefix has objects that tell of the source's key."""
    scene.prefixes("a/", "b/")
    scene.objects = scene.objects[:1]
    scene.encryption, scene.default_key = Encryption.UNKNOWN, ""
    scene.decrypt_for("a/*")


@wrong("kms.decrypt", "key_policy_denies", seeded=True, mended=True)
def key_that_denies_one_of_two_prefixes(scene: Scene) -> None:
    """A Deny by the encryption context of the second prefix's objects."""
    scene.prefixes("a/", "b/")
    condition = {"StringLike": {"kms:EncryptionContext:aws:s3:arn": f"{scene.bucket_arn}/b/*"}}
    scene.keys["logs"].policy["Statement"].append(
        {"Sid": "NotB", **deny("kms:Decrypt", "*"), "Principal": "*", "Condition": condition}
    )


@wrong("kms.decrypt", "identity_policy", mended=True)
def second_object_with_a_bucket_key(scene: Scene) -> None:
    """The first object's context is its own ARN, which is allowed, the second's that of the bucket."""
    _with_and_without_bucket_key(scene, "b.gz")


@wrong("kms.decrypt", "identity_policy", mended=True)
def first_object_with_a_bucket_key(scene: Scene) -> None:
    """The order of the objects makes no difference."""
    _with_and_without_bucket_key(scene, "a.gz")


def _with_and_without_bucket_key(scene: Scene, which: str) -> None:
    one = scene.objects[0]
    scene.objects = tuple(replace(one, key=f"AWSLogs/{name}", bucket_key=name == which) for name in ("a.gz", "b.gz"))
    scene.decrypt_for("*")


@wrong("kms.decrypt", "identity_policy", mended=True)
def bucket_keys_since_the_last_object(scene: Scene) -> None:
    """An old object has none; by the bucket's default all that come will have one, and another context."""
    scene.objects = tuple(replace(each, bucket_key=False) for each in scene.objects)
    scene.bucket_key = True
    scene.decrypt_for("*")


@wrong("kms.decrypt", "identity_policy", mended=True)
def dual_layer_encryption_in_a_bucket_with_bucket_keys(scene: Scene) -> None:
    """DSSE-KMS takes no S3 Bucket Key: its context is the object's ARN, whatever the bucket does by default."""
    scene.bucket_key = True
    scene.objects = tuple(replace(each, encryption="aws:kms:dsse") for each in scene.objects)
    scene.decrypt_for("")


@wrong("kms.decrypt", "identity_policy", seeded=True, mended=True)
def object_of_which_no_bucket_key_is_told(scene: Scene) -> None:
    """S3 tells of an S3 Bucket Key only where there is one: this object is older than the bucket's setting."""
    scene.bucket_key = True
    scene.objects = tuple(replace(each, bucket_key=False) for each in scene.objects)
    scene.decrypt_for("")


@wrong("kms.decrypt", "permissions_boundary", seeded=True, mended=True)
def boundary_without_kms(scene: Scene) -> None:
    """A boundary of S3 alone."""
    scene.boundary = policy(allow("s3:*", "*"))


@wrong("kms.decrypt", "key_policy_denies", seeded=True, mended=True)
def key_that_denies_all_but_some(scene: Scene) -> None:
    """A Deny for every principal but the administrators."""
    condition = {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/admin"}}
    scene.keys["logs"].policy["Statement"].append(
        {"Sid": "Admins", **deny("kms:Decrypt", "*"), "Principal": "*", "Condition": condition}
    )


@wrong("kms.decrypt", "key_policy_denies", mended=True)
def key_for_another_service(scene: Scene) -> None:
    """A key that may be used through Secrets Manager only: reading is through S3."""
    condition = {"StringNotEquals": {"kms:ViaService": f"secretsmanager.{scene.region}.amazonaws.com"}}
    scene.keys["logs"].policy["Statement"].append(
        {**deny("kms:Decrypt", "*"), "Principal": {"AWS": "*"}, "Condition": condition}
    )


@wrong("kms.decrypt", "key_policy_does_not_allow", seeded=True, mended=True)
def key_without_root_delegation(scene: Scene) -> None:
    """A key policy has to allow: without the account's root in it IAM policies count for nothing."""
    admin = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}
    scene.keys["logs"].policy = policy({"Sid": "Admin", **allow("kms:*", "*"), "Principal": admin})


@wrong("kms.decrypt", "key_policy_does_not_allow", mended=True)
def neither_key_nor_role_allow(scene: Scene) -> None:
    """Both sides lack it: what the key's policy says to the role by its name is enough."""
    _role_without_key(scene)
    scene.keys["logs"].policy = policy()


@wrong("kms.decrypt", "key_policy_does_not_allow", mended=True)
def key_through_s3_of_another_region(scene: Scene) -> None:
    """kms:ViaService names the service in its region."""
    condition = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    scene.keys["logs"].policy["Statement"][0]["Condition"] = condition


@wrong("kms.decrypt", "key_policy_does_not_allow", mended=True)
def key_of_another_account(scene: Scene) -> None:
    """Across accounts the key's policy has to name this one."""
    key = scene.keys["logs"]
    arn = key.arn.replace(ACCOUNT, OTHER_ACCOUNT)
    key.arn, key.policy = arn, root_delegation(account=OTHER_ACCOUNT)
    scene.change(kms_key_arn=arn)
    scene.objects = tuple(replace(each, kms_key_arn=arn) for each in scene.objects)
    scene.statement("DecryptObjects")["Resource"] = arn


@wrong("kms.decrypt", "key_policy_does_not_allow")
def aws_managed_key_of_another_account(scene: Scene) -> None:
    """The policy of aws/s3 cannot be changed: it works within its own account."""
    key = scene.keys["other"]
    key.arn, key.manager = key.arn.replace(ACCOUNT, OTHER_ACCOUNT), "AWS"
    scene.unencrypted()
    scene.objects = tuple(replace(each, encryption="aws:kms", kms_key_arn=key.arn) for each in scene.objects)


@wrong("kms.decrypt", "service_control_policy")
def organization_that_denies_kms(scene: Scene) -> None:
    """A service control policy on KMS."""
    key = scene.keys["logs"].arn
    scene.simulation = (simulated("kms:Decrypt", key, "explicitDeny", allowed_by_organizations=False),)


@wrong("kms.decrypt", "not_readable")
def key_policy_that_is_not_told(scene: Scene) -> None:
    """kms:GetKeyPolicy is not allowed to the operator."""
    scene.keys["logs"].policy = refused("kms:GetKeyPolicy")


@wrong("kms.decrypt", "not_readable")
def grants_that_are_not_told(scene: Scene) -> None:
    """What the key's policy does not allow, a grant may."""
    scene.keys["logs"].policy = policy()
    scene.keys["logs"].grants = refused("kms:ListGrants")


@wrong("kms.decrypt", "not_answered")
def key_policy_that_is_not_told_in_time(scene: Scene) -> None:
    """KMS throttles."""
    scene.keys["logs"].policy = throttled()
