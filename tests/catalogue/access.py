"""Buckets that are not there, and roles that may not find, list or read them."""

from __future__ import annotations

from dataclasses import replace

from tests.catalogue.entries import wrong
from tests.catalogue.scene import (
    OTHER_ACCOUNT,
    Scene,
    allow,
    deny,
    not_found,
    policy,
    refused,
    simulated,
    throttled,
    without,
)

ACCESS = ("bucket.location", "bucket.list", "objects.read")


@wrong("bucket.exists", "missing", seeded=True)
def no_bucket(scene: Scene) -> None:
    """The name is misspelt."""
    scene.bucket = False


@wrong("bucket.exists", "missing", seeded=True)
def no_bucket_and_no_key(scene: Scene) -> None:
    """Whether a key is needed hangs on the bucket, where the source names none."""
    scene.bucket = False
    scene.change(kms_key_arn="")


@wrong("bucket.exists", "other_account", seeded=False)
def bucket_of_another_account(scene: Scene) -> None:
    """Names of buckets are worldwide: it exists, but is somebody else's (the emulator ignores the owner)."""
    scene.owned = False


@wrong("bucket.exists", "other_region", seeded=True)
def bucket_elsewhere_than_the_operator(scene: Scene) -> None:
    """The stack belongs where the bucket is."""
    scene.operator_region = "eu-west-1"


@wrong("bucket.exists", "not_answered")
def bucket_not_told_in_time(scene: Scene) -> None:
    """S3 answers too late."""
    scene.bucket = throttled()


@wrong("bucket.exists", "not_readable")
def bucket_whose_owner_is_not_told(scene: Scene) -> None:
    """HeadBucket is refused: it exists, and whose it is remains open."""
    scene.owned, scene.unread_bucket = None, (refused("s3:ListBucket"),)


@wrong("bucket.location", "identity_policy", seeded=True, mended=True)
def role_without_get_bucket_location(scene: Scene) -> None:
    """The older manual steps named GetObject and ListBucket only."""
    scene.statement("FindAndListBucket")["Action"] = ["s3:ListBucket"]


@wrong("bucket.location", "permissions_boundary", seeded=True, mended=True)
def boundary_without_get_bucket_location(scene: Scene) -> None:
    """A boundary limits what the role's policies allow (IAM user guide, "Permissions boundaries")."""
    scene.boundary = policy(allow(["s3:ListBucket", "s3:GetObject", "kms:*"], "*"))


@wrong("bucket.location", "bucket_policy", seeded=True, mended=True)
def bucket_that_hides_its_region(scene: Scene) -> None:
    """A Deny for all but the administrators."""
    admin = f"arn:aws:iam::{scene.role_account}:role/admin"
    condition = {"ArnNotEquals": {"aws:PrincipalArn": admin}}
    scene.on_bucket(
        {"Sid": "Admins", **deny("s3:GetBucket*", scene.bucket_arn), "Principal": "*", "Condition": condition}
    )


@wrong("bucket.location", "service_control_policy")
def organization_that_denies_s3(scene: Scene) -> None:
    """The simulator knows service control policies, which the operator cannot read."""
    scene.simulation = (
        simulated("s3:GetBucketLocation", scene.bucket_arn, "explicitDeny", allowed_by_organizations=False),
    )


@wrong("bucket.location", "simulation_disagrees")
def simulator_of_another_opinion(scene: Scene) -> None:
    """A policy changed between both readings, or one of both is wrong."""
    scene.simulation = (simulated("s3:GetBucketLocation", scene.bucket_arn, "implicitDeny"),)


@wrong("bucket.list", "simulation_disagrees")
def simulator_that_allows_what_no_policy_does(scene: Scene) -> None:
    """Where AWS's simulator allows what the policies as read do not, neither is believed."""
    scene.statement("FindAndListBucket")["Action"] = ["s3:GetBucketLocation"]
    scene.simulation = (simulated("s3:ListBucket", scene.bucket_arn, "allowed", matched=("ReadData",)),)


@wrong("bucket.list", "identity_policy", seeded=True, mended=True)
def role_without_list_bucket(scene: Scene) -> None:
    """Panther's page of manual steps leaves ListBucket out."""
    scene.statement("FindAndListBucket")["Action"] = "s3:GetBucketLocation"


@wrong("bucket.list", "identity_policy", "bucket.location", seeded=True, mended=True)
def bucket_actions_on_the_objects_arn(scene: Scene) -> None:
    """Actions on the bucket want the bucket's ARN, not that of its objects (service authorization reference)."""
    scene.statement("FindAndListBucket")["Resource"] = f"{scene.bucket_arn}/*"


@wrong("bucket.list", "identity_policy", seeded=True, mended=True)
def list_bucket_under_another_prefix(scene: Scene) -> None:
    """A condition on s3:prefix limits what may be listed (S3 user guide, "Bucket policy examples")."""
    scene.statement("FindAndListBucket")["Action"] = "s3:GetBucketLocation"
    condition = {"StringLike": {"s3:prefix": ["other/*"]}}
    scene.policies["List"] = policy({**allow("s3:ListBucket", scene.bucket_arn), "Condition": condition})


@wrong("bucket.list", "identity_policy", mended=True)
def list_bucket_under_one_of_two_prefixes(scene: Scene) -> None:
    """Panther lists each prefix of the source."""
    scene.prefixes("AWSLogs/", "app/")
    scene.statement("FindAndListBucket")["Action"] = "s3:GetBucketLocation"
    condition = {"StringLike": {"s3:prefix": ["AWSLogs/*"]}}
    scene.policies["List"] = policy({**allow("s3:ListBucket", scene.bucket_arn), "Condition": condition})


@wrong("bucket.list", "permissions_boundary", seeded=True, mended=True)
def boundary_that_denies_listing(scene: Scene) -> None:
    """A Deny in a boundary counts like any other."""
    scene.boundary = policy(allow("*", "*"), {"Sid": "NoLists", **deny("s3:List*", "*")})


@wrong("bucket.list", "bucket_policy", "bucket.location", "objects.read", seeded=True, mended=True)
def bucket_for_an_endpoint_only(scene: Scene) -> None:
    """A Deny with StringNotEquals on aws:SourceVpce meets everyone who comes through none."""
    condition = {"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}}
    scene.on_bucket(
        {
            "Sid": "OnlyVpce",
            **deny("s3:*", [scene.bucket_arn, f"{scene.bucket_arn}/*"]),
            "Principal": "*",
            "Condition": condition,
        }
    )


@wrong("bucket.list", "bucket_policy", mended=True)
def bucket_of_another_account_than_the_role(scene: Scene) -> None:
    """Across accounts both sides have to allow (IAM user guide, "Cross-account policy evaluation")."""
    scene.role_account = OTHER_ACCOUNT
    reader = {"AWS": scene.role_arn}
    scene.on_bucket(
        {**allow("s3:GetBucketLocation", scene.bucket_arn), "Principal": reader},
        {**allow("s3:GetObject", f"{scene.bucket_arn}/*"), "Principal": reader},
    )
    scene.unencrypted()


@wrong("bucket.list", "service_control_policy")
def organization_that_allows_no_lists(scene: Scene) -> None:
    """Each level of the organization has to allow."""
    scene.simulation = (simulated("s3:ListBucket", scene.bucket_arn, "implicitDeny", allowed_by_organizations=False),)


@wrong("objects.read", "identity_policy", seeded=True, mended=True)
def role_without_get_object(scene: Scene) -> None:
    """Listing is not reading."""
    scene.policies["ReadData"]["Statement"] = without(scene.policies["ReadData"]["Statement"], "ReadObjects")


@wrong("objects.read", "identity_policy", seeded=True, mended=True)
def objects_by_the_buckets_arn(scene: Scene) -> None:
    """GetObject wants the objects' ARN."""
    scene.statement("ReadObjects")["Resource"] = scene.bucket_arn


@wrong("objects.read", "identity_policy", seeded=True, mended=True)
def versions_of_objects_only(scene: Scene) -> None:
    """GetObjectVersion is another action than GetObject."""
    scene.statement("ReadObjects")["Action"] = ["s3:GetObjectVersion", "s3:GetObjectAcl"]


@wrong("objects.read", "identity_policy", seeded=True, mended=True)
def role_for_a_part_of_the_source(scene: Scene) -> None:
    """The role is limited to one prefix, the source is the whole bucket; what is there lies under that prefix."""
    scene.prefixes("")
    scene.objects = (replace(scene.objects[0], key="AWSLogs/2026/log.json.gz"),)
    scene.statement("ReadObjects")["Resource"] = f"{scene.bucket_arn}/AWSLogs/*"


@wrong("objects.read", "identity_policy", "bucket.location", "bucket.list", mended=True)
def role_of_another_bucket(scene: Scene) -> None:
    """ARNs are compared with regard to case."""
    scene.statement("FindAndListBucket")["Resource"] = scene.bucket_arn.upper()
    scene.statement("ReadObjects")["Resource"] = f"{scene.bucket_arn.upper()}/*"


@wrong("objects.read", "identity_policy", "bucket.location", "bucket.list", mended=True)
def role_that_denies_without_mfa(scene: Scene) -> None:
    """A common Deny of people's rights, put on a role of a service."""
    condition = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    scene.policies["Mfa"] = policy({"Sid": "Mfa", **deny("s3:*", "*"), "Condition": condition})


@wrong("objects.read", "permissions_boundary", *ACCESS[:2], seeded=True, mended=True)
def boundary_of_other_services(scene: Scene) -> None:
    """The boundary of the platform team knows no S3."""
    scene.boundary = policy(allow(["ec2:*", "logs:*", "kms:*"], "*"))


@wrong("objects.read", "bucket_policy", seeded=True, mended=True)
def objects_denied_to_all_roles_but_some(scene: Scene) -> None:
    """NotPrincipal with Deny meets everyone who is not named."""
    writer = {"AWS": [f"arn:aws:iam::{scene.role_account}:root", f"arn:aws:iam::{scene.role_account}:role/writer"]}
    scene.on_bucket({"Sid": "Writer", **deny("s3:GetObject", f"{scene.bucket_arn}/*"), "NotPrincipal": writer})


@wrong("objects.read", "bucket_policy", mended=True)
def objects_denied_by_user_id(scene: Scene) -> None:
    """The pattern of AWS's blog, "How to restrict S3 bucket access to a specific IAM role"."""
    condition = {"StringNotLike": {"aws:userId": ["AROAWRITER0000000000:*", scene.role_account]}}
    scene.on_bucket({**deny("s3:GetObject", f"{scene.bucket_arn}/AWSLogs/*"), "Principal": "*", "Condition": condition})


@wrong("objects.read", "bucket_policy", seeded=True, mended=True)
def objects_denied_by_a_pattern_of_names(scene: Scene) -> None:
    """StringNotLike on aws:PrincipalArn, which is the role's ARN and not its session's."""
    condition = {"StringNotLike": {"aws:PrincipalArn": [f"arn:aws:iam::{scene.role_account}:role/log-*"]}}
    scene.on_bucket({**deny("s3:GetObject", f"{scene.bucket_arn}/AWSLogs/*"), "Principal": "*", "Condition": condition})


@wrong("objects.read", "bucket_policy", "bucket.location", "bucket.list", mended=True)
def bucket_denied_outside_of_private_ranges(scene: Scene) -> None:
    """Panther comes from no private address."""
    condition = {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}}
    scene.on_bucket(
        {**deny("s3:*", [scene.bucket_arn, f"{scene.bucket_arn}/*"]), "Principal": "*", "Condition": condition}
    )


@wrong("objects.read", "bucket_policy", mended=True)
def objects_denied_to_sessions_without_mfa(scene: Scene) -> None:
    """Sessions of roles have aws:MultiFactorAuthPresent, which is false (IAM user guide, "Global condition keys")."""
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    scene.on_bucket({**deny("s3:GetObject", f"{scene.bucket_arn}/*"), "Principal": "*", "Condition": condition})


@wrong("objects.read", "other_account_owner")
def objects_of_another_writer(scene: Scene) -> None:
    """Where ACLs are on, an object belongs to who wrote it, and no policy of ours counts for it."""
    scene.ownership = "ObjectWriter"
    scene.objects = tuple(replace(each, owner_id="f" * 64) for each in scene.objects)


@wrong("objects.read", "archived", seeded=True)
def objects_in_glacier(scene: Scene) -> None:
    """An archived object has to be restored before it can be read."""
    scene.objects = tuple(replace(each, storage_class="GLACIER", archived=True) for each in scene.objects)


@wrong("objects.read", "requester_pays")
def requester_pays(scene: Scene) -> None:
    """Panther's calls do not say that it pays, and S3 refuses them."""
    scene.requester_pays = True


@wrong("objects.read", "customer_provided_key")
def objects_with_a_key_of_the_writers(scene: Scene) -> None:
    """SSE-C: nobody reads without the key."""
    scene.objects = tuple(replace(each, encryption="SSE-C", kms_key_arn="") for each in scene.objects)


@wrong("objects.read", "no_objects", seeded=True)
def empty_bucket(scene: Scene) -> None:
    """There is nothing to look at yet."""
    scene.objects = ()


@wrong("objects.read", "service_control_policy")
def organization_that_denies_objects(scene: Scene) -> None:
    """A service control policy against data leaving the organization's network."""
    resource = f"{scene.bucket_arn}/{scene.objects[0].key}"
    scene.simulation = (simulated("s3:GetObject", resource, "explicitDeny", allowed_by_organizations=False),)


@wrong("objects.read", "not_readable")
def bucket_policy_that_is_not_told(scene: Scene) -> None:
    """s3:GetBucketPolicy is not allowed to the operator: it may deny, or not."""
    scene.bucket_policy = refused("s3:GetBucketPolicy")


@wrong("objects.read", "not_readable")
def objects_that_are_not_told(scene: Scene) -> None:
    """s3:ListBucket is not allowed to the operator."""
    scene.unlisted = refused("s3:ListBucket")


@wrong("objects.read", "not_answered")
def objects_that_are_not_told_in_time(scene: Scene) -> None:
    """S3 says SlowDown."""
    scene.unlisted = throttled()


@wrong("objects.read", "depends_on_panther")
def bucket_denied_outside_of_a_public_range(scene: Scene) -> None:
    """The office's addresses, perhaps Panther's too."""
    condition = {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    scene.on_bucket(
        {**deny("s3:GetObject", f"{scene.bucket_arn}/*"), "Principal": "*", "Condition": condition},
    )


@wrong("bucket.list", "cannot_judge")
def bucket_denied_by_an_unknown_operator(scene: Scene) -> None:
    """A Deny that cannot be judged may apply."""
    condition = {"StringResembles": {"aws:PrincipalArn": "panther"}}
    scene.on_bucket({**deny("s3:ListBucket", scene.bucket_arn), "Principal": "*", "Condition": condition})


@wrong("bucket.list", "not_readable")
def policies_of_the_role_that_are_not_told(scene: Scene) -> None:
    """iam:GetRolePolicy is not allowed to the operator: what is missing may allow."""
    scene.policies, scene.unread_policies = {}, (refused("iam:GetRolePolicy"),)


@wrong("bucket.list", "not_readable")
def boundary_that_is_not_told(scene: Scene) -> None:
    """The boundary may limit anything."""
    scene.boundary = refused("iam:GetPolicyVersion")


@wrong("bucket.list", "not_answered")
def boundary_that_was_deleted(scene: Scene) -> None:
    """A managed policy that is named as boundary and gone."""
    scene.boundary = not_found("Policy limit does not exist")
