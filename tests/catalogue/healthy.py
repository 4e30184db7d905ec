"""What looks unusual and is in order: no check may fail."""

from __future__ import annotations

from dataclasses import replace

from panther_s3.aws.buckets import Encryption
from panther_s3.aws.topic_records import Subscription
from panther_s3.notifications import wanted_rules
from tests.catalogue.entries import healthy
from tests.catalogue.scene import (
    ACCOUNT,
    OTHER_ACCOUNT,
    PANTHER_ACCOUNT,
    Scene,
    allow,
    deny,
    policy,
    refused,
    root_delegation,
    simulated,
    without,
)


@healthy(seeded=True)
def as_the_wizard_makes_it(scene: Scene) -> None:
    """Nothing is changed."""


@healthy(region="us-gov-west-1")
def in_govcloud(scene: Scene) -> None:
    """Another partition: arn:aws-us-gov."""


@healthy(region="cn-north-1")
def in_china(scene: Scene) -> None:
    """Another partition, where kms:ViaService ends with amazonaws.com.cn."""
    condition = {"StringEquals": {"kms:ViaService": "s3.cn-north-1.amazonaws.com.cn"}}
    scene.statement("DecryptObjects")["Action"] = "kms:DescribeKey"
    scene.policies["Decrypt"] = policy({**allow("kms:Decrypt", scene.keys["logs"].arn), "Condition": condition})


@healthy(seeded=True, region="eu-central-1")
def source_elsewhere_than_panther(scene: Scene) -> None:
    """Bucket, key and topic in Frankfurt, Panther in Oregon."""
    scene.panther = replace(scene.panther, region="us-west-2")
    scene.subscriptions = (replace(scene.subscriptions[0], endpoint=scene.panther.queue_arn),)


@healthy(seeded=True)
def wildcards_in_actions_and_resources(scene: Scene) -> None:
    """Actions are compared without regard to case, and both may hold wildcards."""
    scene.policies = {
        "Wide": policy(allow(["S3:get*", "s3:LIST?ucket", "kms:De*"], ["arn:aws:s3:::*", "arn:aws:kms:*:*:key/*"]))
    }


@healthy(seeded=True)
def policies_by_what_they_leave_out(scene: Scene) -> None:
    """NotAction and NotResource allow all else."""
    statement = {"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::secret*"}
    scene.policies = {"AllElse": policy(statement)}


@healthy(seeded=True)
def role_under_a_path(scene: Scene) -> None:
    """The path is a part of the ARN, and of aws:PrincipalArn."""
    scene.role_path = "/teams/security/"
    condition = {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/teams/security/*"}}
    scene.on_bucket({**deny("s3:GetObject", f"{scene.bucket_arn}/*"), "Principal": "*", "Condition": condition})


@healthy(seeded=True)
def policies_in_several_documents(scene: Scene) -> None:
    """Inline policies and an attached one together; single statements stand without a list."""
    statements = scene.policies["ReadData"]["Statement"]
    scene.policies = {"Find": {"Version": "2012-10-17", "Statement": statements[0]}, "Read": policy(statements[1])}
    scene.attached = {f"decrypt-{scene.name}": policy(statements[2])}


@healthy(seeded=True)
def boundary_that_allows(scene: Scene) -> None:
    """A boundary grants nothing, and stands in no way where it allows."""
    scene.boundary = policy(allow(["s3:*", "kms:Decrypt", "kms:DescribeKey"], "*"), deny("iam:*", "*"))


@healthy(seeded=True)
def denies_of_others(scene: Scene) -> None:
    """Denies for another principal, another prefix, another action, and without TLS."""
    everywhere = [scene.bucket_arn, f"{scene.bucket_arn}/*"]
    scene.on_bucket(
        {**deny("s3:*", everywhere), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/intern"}},
        {**deny("s3:GetObject", f"{scene.bucket_arn}/secret/*"), "Principal": "*"},
        {**deny(["s3:Put*", "s3:Delete*"], everywhere), "Principal": "*"},
        {**deny("s3:*", everywhere), "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {**deny("s3:*", everywhere), "Principal": "*", "Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}},
    )


@healthy(seeded=True)
def deny_that_exempts_the_role(scene: Scene) -> None:
    """A Deny for all but an endpoint's traffic and this role: all its conditions would have to hold."""
    condition = {
        "StringNotEquals": {"aws:SourceVpce": "vpce-1", "aws:PrincipalArn": [scene.role_arn, "arn:aws:iam::1:role/x"]}
    }
    scene.on_bucket(
        {**deny("s3:*", [scene.bucket_arn, f"{scene.bucket_arn}/*"]), "Principal": "*", "Condition": condition}
    )


@healthy()
def deny_outside_of_the_own_organization(scene: Scene) -> None:
    """For the role's own calls the organization is the customer's."""
    condition = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    scene.on_bucket(
        {**deny("s3:*", [scene.bucket_arn, f"{scene.bucket_arn}/*"]), "Principal": "*", "Condition": condition}
    )


@healthy()
def deny_that_exempts_the_role_by_its_id(scene: Scene) -> None:
    """aws:userid of a role's session is the role's id and the session's name (IAM user guide, "Policy variables")."""
    condition = {"StringNotLike": {"aws:userid": [f"{scene.role_id}:*", "AROAWRITER0000000000:*"]}}
    scene.on_bucket({**deny("s3:GetObject", f"{scene.bucket_arn}/*"), "Principal": "*", "Condition": condition})


@healthy()
def role_that_the_bucket_lets_in(scene: Scene) -> None:
    """Within an account the bucket's policy is enough; the simulator, which knows it not, says implicitDeny."""
    scene.policies["ReadData"]["Statement"] = without(scene.policies["ReadData"]["Statement"], "ReadObjects")
    scene.on_bucket({**allow("s3:GetObject", f"{scene.bucket_arn}/*"), "Principal": {"AWS": scene.role_arn}})
    scene.simulation = (simulated("s3:GetObject", f"{scene.bucket_arn}/{scene.objects[0].key}", "implicitDeny"),)


@healthy()
def bucket_of_another_account_that_lets_the_role_in(scene: Scene) -> None:
    """Across accounts both sides allow."""
    scene.role_account = OTHER_ACCOUNT
    scene.unencrypted()
    scene.on_bucket(
        {
            **allow(["s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject"], ["arn:aws:s3:::*"]),
            "Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"},
        }
    )


@healthy(seeded=True)
def list_under_the_sources_prefix(scene: Scene) -> None:
    """A condition on s3:prefix that Panther's lists meet."""
    condition = {"StringLike": {"s3:prefix": ["", "AWSLogs/*"]}}
    scene.statement("FindAndListBucket")["Action"] = "s3:GetBucketLocation"
    scene.policies["List"] = policy({**allow("s3:ListBucket", scene.bucket_arn), "Condition": condition})


@healthy(seeded=True)
def objects_of_the_prefix_only(scene: Scene) -> None:
    """The role may read the source's prefix and nothing else."""
    scene.statement("ReadObjects")["Resource"] = f"{scene.bucket_arn}/AWSLogs/*.gz"


@healthy(seeded=True)
def prefix_without_a_slash(scene: Scene) -> None:
    """The source's prefix is AWSLogs, the role's Resource AWSLogs/*: what is there lies in that folder."""
    scene.prefixes("AWSLogs")
    scene.objects = (replace(scene.objects[0], key="AWSLogs/2026/log.json.gz"),)
    scene.statement("ReadObjects")["Resource"] = f"{scene.bucket_arn}/AWSLogs/*"


@healthy(seeded=True, warned=("objects.read",))
def decryption_under_the_sources_prefix_before_there_are_objects(scene: Scene) -> None:
    """The encryption context of an object to come begins with the source's prefix."""
    scene.objects = ()
    context = {"kms:EncryptionContext:aws:s3:arn": f"{scene.bucket_arn}/AWSLogs/*"}
    scene.statement("DecryptObjects")["Action"] = "kms:DescribeKey"
    scene.policies["Decrypt"] = policy(
        {**allow("kms:Decrypt", scene.keys["logs"].arn), "Condition": {"StringLike": context}}
    )


@healthy(seeded=True)
def role_by_its_tag(scene: Scene) -> None:
    """The role's tags are those of its sessions."""
    scene.role_tags = {"team": "security"}
    condition = {"StringNotEquals": {"aws:PrincipalTag/team": "security"}}
    scene.on_bucket({**deny("s3:GetObject", f"{scene.bucket_arn}/*"), "Principal": "*", "Condition": condition})


@healthy()
def bucket_keys(scene: Scene) -> None:
    """With S3 Bucket Keys the encryption context is the bucket's ARN, and the policy asks for that."""
    scene.bucket_key = True
    scene.objects = tuple(replace(each, bucket_key=True) for each in scene.objects)
    scene.decrypt_for("")


@healthy(seeded=True, warned=("objects.read",))
def bucket_keys_before_there_are_objects(scene: Scene) -> None:
    """By the bucket's default those to come will have an S3 Bucket Key."""
    scene.bucket_key, scene.objects = True, ()
    scene.decrypt_for("")


@healthy(seeded=True)
def bucket_keys_since_a_while(scene: Scene) -> None:
    """Objects that are older have none, and the policy lets the role decrypt with either context."""
    scene.bucket_key = True
    scene.objects = tuple(replace(each, bucket_key=False) for each in scene.objects)
    scene.decrypt_for("", "AWSLogs/*")


@healthy()
def dual_layer_encryption(scene: Scene) -> None:
    """DSSE-KMS takes no S3 Bucket Key, even where the bucket has one by default."""
    scene.bucket_key = True
    scene.objects = tuple(replace(each, encryption="aws:kms:dsse") for each in scene.objects)
    scene.decrypt_for("", "AWSLogs/*")


@healthy(seeded=True)
def decryption_through_s3_only(scene: Scene) -> None:
    """kms:ViaService and the object's ARN as encryption context, as S3 sends them."""
    condition = {
        "StringEquals": {"kms:ViaService": f"s3.{scene.region}.amazonaws.com", "kms:CallerAccount": ACCOUNT},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": f"{scene.bucket_arn}/*"},
    }
    scene.statement("DecryptObjects")["Action"] = "kms:DescribeKey"
    scene.policies["Decrypt"] = policy({**allow("kms:Decrypt", "*"), "Condition": condition})


@healthy(seeded=True)
def decryption_of_every_prefix(scene: Scene) -> None:
    """Each prefix has its own encryption contexts, and the role may use all of them by how the logs end."""
    scene.prefixes("a/", "b/")
    scene.decrypt_for("*.gz")


@healthy(seeded=True)
def decryption_of_the_one_prefix_that_is_encrypted(scene: Scene) -> None:
    """The writer of one prefix names a key; what lies under the other has none, and the default neither."""
    scene.prefixes("a/", "b/")
    scene.encryption, scene.default_key = Encryption.SSE_S3, ""
    plain = replace(scene.objects[1], encryption="AES256", kms_key_arn="")
    scene.objects = (scene.objects[0], plain)
    scene.decrypt_for("a/*")


@healthy()
def key_of_another_account_that_lets_the_role_in(scene: Scene) -> None:
    """Both sides allow: the key's policy names this account, the role's the key."""
    key = scene.keys["logs"]
    arn = key.arn.replace(ACCOUNT, OTHER_ACCOUNT)
    key.arn, key.policy = arn, root_delegation(account=OTHER_ACCOUNT)
    key.policy["Statement"].append(
        {**allow(["kms:Decrypt", "kms:DescribeKey"], "*"), "Principal": {"AWS": scene.account_root}}
    )
    scene.change(kms_key_arn=arn)
    scene.objects = tuple(replace(each, kms_key_arn=arn) for each in scene.objects)
    scene.statement("DecryptObjects")["Resource"] = arn


@healthy(seeded=True)
def key_that_names_the_role(scene: Scene) -> None:
    """A key's policy that names the role needs neither the account's root nor the role's policy."""
    reader = {"AWS": scene.role_arn}
    admin = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}
    scene.keys["logs"].policy = policy(
        {**allow("kms:*", "*"), "Principal": admin},
        {**allow(["kms:Decrypt", "kms:DescribeKey"], "*"), "Principal": reader},
    )
    scene.policies["ReadData"]["Statement"] = without(scene.policies["ReadData"]["Statement"], "DecryptObjects")


@healthy(seeded=True)
def key_with_a_grant(scene: Scene) -> None:
    """A grant allows what the key's policy does not say."""
    admin = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}
    scene.keys["logs"].policy = policy({**allow("kms:*", "*"), "Principal": admin})
    scene.keys["logs"].grants = (
        {"GrantId": "1", "GranteePrincipal": scene.role_arn, "Operations": ["Decrypt", "DescribeKey"]},
    )


@healthy(seeded=True)
def without_any_key(scene: Scene) -> None:
    """SSE-S3: there is nothing to decrypt with."""
    scene.unencrypted()


@healthy()
def with_aws_own_key(scene: Scene) -> None:
    """aws/s3 works within its account, for every role that may read, and needs no entry."""
    scene.keys["other"].manager = "AWS"
    scene.unencrypted(Encryption.AWS_MANAGED_KEY)
    arn = scene.keys["other"].arn
    scene.objects = tuple(replace(each, encryption="aws:kms", kms_key_arn=arn) for each in scene.objects)


@healthy(seeded=True)
def trust_by_bare_account_id(scene: Scene) -> None:
    """A bare account id is the account's root."""
    scene.trusted["Principal"] = {"AWS": [OTHER_ACCOUNT, PANTHER_ACCOUNT]}


@healthy(seeded=True)
def trust_among_others(scene: Scene) -> None:
    """Other statements trust others, want an ExternalId of them, and deny others."""
    scene.trust["Statement"][:0] = [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "x"}},
        },
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
        {
            "Effect": "Deny",
            "Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:role/intern"},
            "Action": "sts:AssumeRole",
        },
    ]


@healthy(seeded=True)
def trust_of_everyone_of_panthers_account(scene: Scene) -> None:
    """Everyone, as far as they are of Panther's account."""
    scene.trusted["Principal"] = "*"
    scene.trusted["Action"] = ["sts:assumerole", "sts:TagSession"]
    scene.trusted["Condition"]["StringEquals"] = {"aws:PrincipalAccount": PANTHER_ACCOUNT}


@healthy(seeded=True)
def one_rule_for_several_prefixes(scene: Scene) -> None:
    """A rule of a shorter prefix tells of all under it; names of filters have any case."""
    scene.prefixes("AWSLogs/a/", "AWSLogs/b/")
    rule = scene.rules[0]
    rule["Filter"]["Key"]["FilterRules"] = [{"Name": "PREFIX", "Value": "AWSLogs/"}]
    scene.notifications = {"TopicConfigurations": [rule]}


@healthy(seeded=True)
def rule_without_a_filter(scene: Scene) -> None:
    """Everything in the bucket is told of; EventBridge and a function of deletions stand beside it."""
    function = f"arn:aws:lambda:{scene.region}:{ACCOUNT}:function:on-delete"
    del scene.rules[0]["Filter"]
    scene.notifications |= {
        "EventBridgeConfiguration": {},
        "LambdaFunctionConfigurations": [
            {"Id": "x", "LambdaFunctionArn": function, "Events": ["s3:ObjectRemoved:Delete"]}
        ],
    }


@healthy(seeded=True)
def rule_with_an_encoded_filter(scene: Scene) -> None:
    """A blank is +, and = is %3D, in either case of letters."""
    scene.prefixes("my logs/dt=1/")
    scene.rules[0]["Filter"]["Key"]["FilterRules"] = [{"Name": "prefix", "Value": "my+logs/dt%3d1/"}]


@healthy(seeded=True)
def rule_of_all_four_events(scene: Scene) -> None:
    """All ways of making an object, named one by one."""
    ways = ("Put", "Post", "Copy", "CompleteMultipartUpload")
    scene.rules[0]["Events"] = [f"s3:ObjectCreated:{way}" for way in ways]


@healthy(seeded=True)
def events_in_two_rules(scene: Scene) -> None:
    """Different events may be in different rules of the same prefix."""
    scene.rules.append({**scene.rules[0], "Id": "rest"})
    scene.rules[0]["Events"] = ["s3:ObjectCreated:Put", "s3:ObjectCreated:Post"]
    scene.rules[1]["Events"] = ["s3:ObjectCreated:Copy", "s3:ObjectCreated:CompleteMultipartUpload"]


@healthy(seeded=True)
def rule_of_the_sources_suffix(scene: Scene) -> None:
    """The source itself wants to be told of these keys only."""
    scene.change(notification_suffix=".json.gz")
    scene.notifications = {"TopicConfigurations": wanted_rules(scene.source, scene.topic_arn)}


@healthy(seeded=True)
def topic_shared_with_others(scene: Scene) -> None:
    """Other statements and other subscribers stand beside Panther's."""
    audit = f"arn:aws:sqs:{scene.region}:{ACCOUNT}:audit"
    scene.topic_policy["Statement"].insert(
        0, {**allow("sns:*", scene.topic_arn), "Principal": {"AWS": scene.account_root}}
    )
    scene.subscriptions = (Subscription(f"{scene.topic_arn}:0", "sqs", audit, raw_delivery=True), *scene.subscriptions)


@healthy(seeded=True)
def topic_that_panther_subscribed_to_before(scene: Scene) -> None:
    """Once Panther's queue is subscribed, nobody has to be allowed to subscribe it."""
    del scene.topic_policy["Statement"][1]


@healthy()
def topic_for_buckets_of_the_organization(scene: Scene) -> None:
    """S3 says whose organization the bucket is of (aws:SourceOrgID), which is the customer's."""
    condition = {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}}
    scene.topic_policy["Statement"][0]["Condition"] = condition


@healthy(seeded=True)
def topic_with_a_key_that_lets_s3_in(scene: Scene) -> None:
    """A customer-managed key whose policy names S3, named by its id."""
    scene.encrypted_topic()
    scene.topic_key_id = scene.keys["topic"].arn.rsplit("/", 1)[1]


@healthy()
def notifications_by_panther(scene: Scene) -> None:
    """There is no rule and no topic yet: Panther will make both, and its role may. Rules of deletions do no harm."""
    scene.managed()
    queue = f"arn:aws:sqs:{scene.region}:{ACCOUNT}:audit"
    scene.notifications = {"QueueConfigurations": [{"Id": "x", "QueueArn": queue, "Events": ["s3:ObjectRemoved:*"]}]}


@healthy(seeded=True, warned=("notifications.topic_policy",))
def topic_without_a_guard(scene: Scene) -> None:
    """It works for everybody, and so for this bucket: no more than a warning."""
    del scene.topic_policy["Statement"][0]["Condition"]


@healthy()
def simulator_that_nobody_may_ask(scene: Scene) -> None:
    """The policies alone decide where the simulator is refused."""
    scene.simulation = refused("iam:SimulatePrincipalPolicy")


@healthy()
def simulator_asked_about_other_prefixes(scene: Scene) -> None:
    """Its answer about another prefix says nothing of this one."""
    scene.simulation = (
        simulated("s3:ListBucket", scene.bucket_arn, "implicitDeny", context=(("s3:prefix", "app/"),)),
        simulated("s3:ListBucket", scene.bucket_arn, "allowed", context=(("s3:prefix", "AWSLogs/"),)),
    )
