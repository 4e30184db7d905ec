"""Conditions on what is not known here: the customer's organization, tags, keys' metadata, Panther's TLS."""

from __future__ import annotations

from typing import Any

from tests.catalogue.entries import healthy, wrong
from tests.catalogue.scene import ACCOUNT, OTHER_ACCOUNT, Document, Scene, allow, deny, policy, simulated

OWN, PARTNER = "o-own1111111", "o-partner222"
OWN_OF_RESOURCE = "${aws:ResourceOrgID}"


def _deny_bucket(scene: Scene, condition: Document, action: str = "s3:*") -> None:
    everywhere = [scene.bucket_arn, f"{scene.bucket_arn}/*"]
    scene.on_bucket({**deny(action, everywhere), "Principal": "*", "Condition": condition})


def _decrypt_where(scene: Scene, condition: Document) -> None:
    scene.statement("DecryptObjects")["Action"] = "kms:DescribeKey"
    scene.policies["Decrypt"] = policy({**allow("kms:Decrypt", "*"), "Condition": condition})


def _publish_where(scene: Scene, condition: Document) -> None:
    scene.topic_policy["Statement"][0]["Condition"] = condition


def _publish_denied_where(scene: Scene, condition: Document) -> None:
    service = {"Service": "s3.amazonaws.com"}
    scene.topic_policy["Statement"].append(
        {**deny("sns:Publish", scene.topic_arn), "Principal": service, "Condition": condition}
    )


@healthy()
def bucket_denied_outside_of_its_own_organization(scene: Scene) -> None:
    """The data perimeter of AWS's whitepaper: whose organization the role is of is compared with the bucket's."""
    _deny_bucket(scene, {"StringNotEquals": {"aws:PrincipalOrgID": OWN_OF_RESOURCE}})


@healthy()
def bucket_denied_to_roles_of_another_organization(scene: Scene) -> None:
    """The mirror of it."""
    _deny_bucket(scene, {"StringNotEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}})


@healthy()
def bucket_denied_outside_of_an_organizations_unit(scene: Scene) -> None:
    """An organization and a path in it that a policy names together are one organization."""
    paths = {"ForAnyValue:StringNotLike": {"aws:PrincipalOrgPaths": f"{OWN}/r-ab12/*"}}
    _deny_bucket(scene, {"StringEquals": {"aws:ResourceOrgID": OWN}, **paths})


@healthy()
def topic_for_buckets_of_its_own_organization(scene: Scene) -> None:
    """S3 acts for a bucket of the organization that the topic is in."""
    _publish_where(scene, {"StringEquals": {"aws:SourceOrgID": OWN_OF_RESOURCE}})


@healthy()
def topic_denied_for_buckets_of_other_organizations(scene: Scene) -> None:
    """The same as a Deny."""
    _publish_denied_where(scene, {"StringNotEquals": {"aws:SourceOrgID": OWN_OF_RESOURCE}})


@wrong("role.trust", "depends_on_panther")
def trust_within_the_roles_own_organization(scene: Scene) -> None:
    """Whether Panther's account is in the customer's organization is not known here."""
    scene.trusted["Condition"]["StringEquals"] = {"aws:PrincipalOrgID": OWN_OF_RESOURCE}


@wrong("notifications.topic_policy", "depends_on_panther", "notifications.subscription")
def topic_denied_to_subscribers_of_other_organizations(scene: Scene) -> None:
    """The same of Panther's Subscribe."""
    scene.subscriptions = ()
    condition = {"StringNotEquals": {"aws:PrincipalOrgID": OWN_OF_RESOURCE}}
    scene.topic_policy["Statement"].append(
        {**deny("sns:Subscribe", scene.topic_arn), "Principal": "*", "Condition": condition}
    )


def _two_organizations(scene: Scene, *, partner_first: bool) -> None:
    everywhere = [scene.bucket_arn, f"{scene.bucket_arn}/*"]
    partner = {
        **allow("s3:GetObject", f"{scene.bucket_arn}/*"),
        "Principal": "*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": PARTNER}},
    }
    others = {
        **deny("s3:ListBucket", everywhere),
        "Principal": "*",
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": OWN}},
    }
    scene.on_bucket(*((partner, others) if partner_first else (others, partner)))


@wrong("bucket.list", "cannot_judge")
def bucket_of_two_organizations_the_partners_first(scene: Scene) -> None:
    """Which of the two is the customer's own is not known here."""
    _two_organizations(scene, partner_first=True)


@wrong("bucket.list", "cannot_judge")
def bucket_of_two_organizations_the_own_first(scene: Scene) -> None:
    """The order of statements means nothing."""
    _two_organizations(scene, partner_first=False)


@healthy()
def bucket_open_to_two_organizations(scene: Scene) -> None:
    """Whichever is the customer's own, it is one of them."""
    _deny_bucket(scene, {"StringNotEquals": {"aws:PrincipalOrgID": [PARTNER, OWN]}})


@wrong("kms.decrypt", "cannot_judge")
def decryption_by_the_keys_tag(scene: Scene) -> None:
    """The tags of keys are not read."""
    _decrypt_where(scene, {"StringEquals": {"aws:ResourceTag/team": "security"}})


@wrong("kms.decrypt", "cannot_judge")
def decryption_by_the_roles_tag_on_the_key(scene: Scene) -> None:
    """Attribute-based access: the key's tag has to be the role's."""
    scene.role_tags = {"team": "security"}
    _decrypt_where(scene, {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}})


@wrong("kms.decrypt", "cannot_judge")
def decryption_by_the_keys_tag_on_the_role(scene: Scene) -> None:
    """The same, written the other way round."""
    scene.role_tags = {"team": "security"}
    _decrypt_where(scene, {"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}})


@wrong("kms.decrypt", "cannot_judge")
def decryption_by_an_alias_of_the_key(scene: Scene) -> None:
    """kms:ResourceAliases holds all aliases of a key (KMS developer guide, "alias-authorization")."""
    _decrypt_where(scene, {"ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/logs-*"}})


@wrong("kms.decrypt", "cannot_judge")
def decryption_by_the_keys_origin(scene: Scene) -> None:
    """Where a key's material came from is not read."""
    _decrypt_where(scene, {"StringEquals": {"kms:KeyOrigin": "AWS_KMS"}})


@wrong("kms.decrypt", "cannot_judge")
def decryption_denied_with_keys_of_several_regions(scene: Scene) -> None:
    """Whether a key is a multi-Region key is not read."""
    statement: dict[str, Any] = deny("kms:Decrypt", "*")
    scene.policies["Deny"] = policy({**statement, "Condition": {"Bool": {"kms:MultiRegion": "true"}}})


@wrong("objects.read", "cannot_judge")
def bucket_denied_by_its_tag(scene: Scene) -> None:
    """The tags of buckets are not read."""
    _deny_bucket(scene, {"StringEquals": {"aws:ResourceTag/class": "secret"}})


@wrong("objects.read", "cannot_judge")
def bucket_denied_without_a_tag(scene: Scene) -> None:
    """Nor whether there is one at all."""
    _deny_bucket(scene, {"Null": {"s3:BucketTag/class": "true"}})


@wrong("objects.read", "cannot_judge")
def objects_denied_by_their_tag(scene: Scene) -> None:
    """Nor those of objects."""
    _deny_bucket(scene, {"StringEquals": {"s3:ExistingObjectTag/class": "secret"}}, "s3:GetObject")


@wrong("notifications.topic_policy", "cannot_judge")
def topic_by_its_tag(scene: Scene) -> None:
    """Nor those of topics."""
    _publish_denied_where(scene, {"StringEquals": {"aws:ResourceTag/class": "secret"}})


@wrong("objects.read", "depends_on_panther")
def bucket_denied_without_tls_of_today(scene: Scene) -> None:
    """Panther's AWS SDK speaks TLS 1.3 where it was built with one that does; which it is is not known here."""
    _deny_bucket(scene, {"NumericLessThan": {"s3:TlsVersion": "1.3"}})


@healthy()
def trust_of_roles_of_the_own_account_only(scene: Scene) -> None:
    """AWS says of every request whose the resource is (aws:ResourceAccount)."""
    scene.trusted["Condition"]["StringEquals"] = {"aws:ResourceAccount": ACCOUNT}


@healthy()
def trust_by_the_roles_own_tag(scene: Scene) -> None:
    """The role's tags are read."""
    scene.role_tags = {"reader": "panther"}
    scene.trusted["Condition"]["StringEquals"] = {"aws:ResourceTag/reader": "panther"}


@healthy()
def topic_of_the_own_account_only(scene: Scene) -> None:
    """The same of the topic."""
    for statement in scene.topic_policy["Statement"]:
        statement.setdefault("Condition", {}).setdefault("StringEquals", {})["aws:ResourceAccount"] = ACCOUNT


@healthy()
def topics_key_for_the_own_account_only(scene: Scene) -> None:
    """The same of the topic's key; aws:PrincipalServiceNamesList names the service that asks."""
    statement = scene.encrypted_topic().policy["Statement"][-1]
    tests = statement.setdefault("Condition", {})
    tests.setdefault("StringEquals", {})["aws:ResourceAccount"] = ACCOUNT
    tests["ForAnyValue:StringEquals"] = {"aws:PrincipalServiceNamesList": "s3.amazonaws.com"}


@wrong("role.trust", "condition_not_met", mended=True)
def trust_of_roles_of_another_account(scene: Scene) -> None:
    """The role is not in the account that its own trust names."""
    scene.trusted["Condition"]["StringEquals"] = {"aws:ResourceAccount": OTHER_ACCOUNT}


def _refused_by_organization(scene: Scene, *missing: str) -> None:
    resource = f"{scene.bucket_arn}/{scene.objects[0].key}"
    answer = simulated(
        "s3:GetObject", resource, "implicitDeny", allowed_by_organizations=False, missing_context=missing
    )
    scene.simulation = (answer,)


@wrong("objects.read", "cannot_judge")
def organization_that_denies_by_region(scene: Scene) -> None:
    """A service control policy on aws:RequestedRegion, of which the simulator was not told."""
    _refused_by_organization(scene, "aws:RequestedRegion")


@wrong("objects.read", "depends_on_panther")
def organization_that_denies_by_address(scene: Scene) -> None:
    """A service control policy on aws:SourceIp, which is Panther's."""
    _refused_by_organization(scene, "aws:SourceIp")


@wrong("kms.decrypt", "service_control_policy")
def organization_that_denies_decryption_of_one_object(scene: Scene) -> None:
    """What the simulator says of one encryption context says nothing of another; one refusal is enough."""
    key = "kms:EncryptionContext:aws:s3:arn"
    scene.simulation = tuple(
        simulated(
            "kms:Decrypt", scene.keys["logs"].arn, decision, allowed_by_organizations=decision == "allowed",
            context=((key, f"{scene.bucket_arn}/{object_key}"),),
        )
        for object_key, decision in (("other.gz", "allowed"), (scene.objects[0].key, "explicitDeny"))
    )  # fmt: skip
