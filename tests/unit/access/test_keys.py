"""KMS keys: key policies, IAM policies and grants.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
"""

from __future__ import annotations

from typing import Any

from tests.unit.access.cases import (
    ALL,
    KEY,
    OTHER,
    PULLER,
    ROLE,
    ROOT,
    SESSION,
    SQS_ONLY,
    Case,
    Json,
    allow,
    check,
    deny,
    of_resource,
    parametrize,
    policy,
    request,
)

ENABLES_IAM = allow(Action="kms:*", Principal={"AWS": ROOT})
FOR_ADMIN = allow(Action="kms:*", Principal={"AWS": f"{ROLE}Admin"})
DECRYPTS = policy(allow(Action="kms:Decrypt", Resource=KEY))
CONTEXT = {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::acme-logs"}
SERVICE = {"principal": "s3.amazonaws.com"}


def grant(**elements: Any) -> Json:
    """Return a grant of Decrypt to the role."""
    return {"GranteePrincipal": ROLE, "Operations": ["Decrypt"]} | elements


def granted(given: Json, **more: Any) -> Json:
    """Return a request against a key whose policy names somebody else, with a grant."""
    return of_resource("kms", FOR_ADMIN, **more) | {"grants": [given]}


def pinned(name: str, pairs: Json, context: Json = CONTEXT) -> Json:
    """Return a request under a grant that is constrained to an encryption context."""
    return granted(grant(Constraints={name: pairs}), context=context)


POLICIES = [
    Case(
        "the key policy hands over to IAM, and IAM allows",
        "allow",
        of_resource("kms", ENABLES_IAM, identity=(DECRYPTS,)),
    ),
    Case(
        "the key policy hands over other actions alone",
        "implicit",
        of_resource("kms", ENABLES_IAM | {"Action": "kms:List*"}, identity=(ALL,)),
    ),
    Case(
        "the key policy hands over under a condition that does not hold",
        "implicit",
        of_resource(
            "kms",
            ENABLES_IAM | {"Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}},
            identity=(ALL,),
        ),
    ),
    Case(
        "the key policy hands over by a bare account id",
        "allow",
        of_resource("kms", allow(Principal={"AWS": ROOT.split(":")[4]}), identity=(DECRYPTS,)),
    ),
    Case("a key policy for the role is enough", "allow", of_resource("kms", allow(Principal={"AWS": ROLE}))),
    Case("a key policy for everyone is enough within the account", "allow", of_resource("kms", allow(Principal="*"))),
    Case(
        "a key policy for everyone needs IAM from elsewhere",
        "implicit",
        of_resource("kms", allow(Principal={"AWS": "*"}), principal=PULLER),
    ),
    Case(
        "a key policy for the role is limited by its boundary",
        "implicit",
        of_resource("kms", allow(Principal={"AWS": ROLE}), permissions_boundary=SQS_ONLY),
    ),
    Case(
        "IAM by way of the key policy is limited by the boundary",
        "implicit",
        of_resource("kms", ENABLES_IAM, identity=(ALL,), permissions_boundary=SQS_ONLY),
    ),
    Case(
        "a key policy's Deny wins",
        "explicit",
        of_resource("kms", ENABLES_IAM, deny(Principal={"AWS": ROLE}), identity=(ALL,)),
    ),
    Case("a Resource of * means this key", "allow", of_resource("kms", allow(Principal={"AWS": ROLE}, Resource="*"))),
    Case("a Resource may be the key's ARN", "allow", of_resource("kms", allow(Principal={"AWS": ROLE}, Resource=KEY))),
    Case(
        "a Resource that is another key's ARN has no effect",
        "implicit",
        of_resource("kms", allow(Principal={"AWS": ROLE}, Resource=KEY + "9")),
    ),
    Case(
        "a statement without its Resource has no effect",
        "implicit",
        of_resource("kms", {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "kms:*"}),
    ),
    Case(
        "a Deny without its Resource has no effect either",
        "allow",
        of_resource("kms", ENABLES_IAM, {"Effect": "Deny", "Principal": "*", "Action": "kms:*"}, identity=(ALL,)),
    ),
    Case(
        "a key without a policy in sight allows nothing",
        "implicit",
        {"request": request("kms:Decrypt", KEY), "identity_policies": [ALL]},
    ),
    Case(
        "actions on no key need no key policy",
        "allow",
        {"request": request("kms:ListKeys", "*"), "identity_policies": [ALL]},
    ),
    Case(
        "a key of another account needs IAM here",
        "implicit",
        of_resource("kms", allow(Principal={"AWS": ROLE}), resource_account=OTHER),
    ),
    Case(
        "a key of another account needs its key policy",
        "implicit",
        of_resource("kms", ENABLES_IAM | {"Principal": {"AWS": OTHER}}, identity=(ALL,), resource_account=OTHER),
    ),
    Case(
        "operations that only the key's account may call are out of reach",
        "implicit",
        of_resource("kms", allow(Principal="*"), identity=(ALL,), principal=PULLER, action="kms:ScheduleKeyDeletion"),
    ),
    Case(
        "the alias that is asked for stands for a key of any id",
        "allow",
        of_resource(
            "kms",
            ENABLES_IAM,
            identity=(policy(allow(Resource="arn:aws:kms:*:*:key/*")),),
            resource=KEY.replace("key/1111-2222", "alias/logs"),
        ),
    ),
    Case(
        "an alias in IAM does not name the key, though the caller asks by it",
        "implicit",
        of_resource(
            "kms",
            ENABLES_IAM,
            identity=(policy(allow(Resource="arn:aws:kms:*:*:alias/logs")),),
            resource=KEY.replace("key/1111-2222", "alias/logs"),
        ),
    ),
    Case(
        "GenerateDataKey* is not Decrypt",
        "implicit",
        of_resource("kms", allow(Principal={"AWS": ROLE}, Action="kms:GenerateDataKey*")),
    ),
    Case(
        "an encryption context in a condition is compared",
        "allow",
        of_resource("kms", allow(Principal={"AWS": ROLE}, Condition={"StringEquals": CONTEXT}), context=CONTEXT),
    ),
]

SERVICES = [
    Case(
        "the account in a key policy does not stand for a service",
        "implicit",
        of_resource("kms", ENABLES_IAM, identity=(ALL,), **SERVICE),
    ),
    Case(
        "a service in a key policy is allowed",
        "allow",
        of_resource("kms", allow(Principal={"Service": "s3.amazonaws.com"}), **SERVICE),
    ),
    Case(
        "another service is not",
        "implicit",
        of_resource("kms", allow(Principal={"Service": "sns.amazonaws.com"}), **SERVICE),
    ),
    Case(
        "everyone in a key policy takes in services",
        "allow",
        of_resource("kms", allow(Principal={"AWS": "*"}), **SERVICE),
    ),
    Case(
        "a Deny for everyone but a role hits services, which have no role ARN",
        "explicit",
        of_resource(
            "kms",
            allow(Principal={"Service": "s3.amazonaws.com"}),
            deny(Principal="*", Condition={"ArnNotEquals": {"aws:PrincipalArn": ROLE}}),
            **SERVICE,
        ),
    ),
    Case(
        "the same Deny spares services by aws:PrincipalIsAWSService",
        "allow",
        of_resource(
            "kms",
            allow(Principal={"Service": "s3.amazonaws.com"}),
            deny(
                Principal="*",
                Condition={"ArnNotEquals": {"aws:PrincipalArn": ROLE}, "Bool": {"aws:PrincipalIsAWSService": "false"}},
            ),
            context={"aws:PrincipalIsAWSService": "true"},
            **SERVICE,
        ),
    ),
    Case(
        "a guard on the source account refuses another",
        "implicit",
        of_resource(
            "sns",
            allow(Principal={"Service": "s3.amazonaws.com"}, Condition={"StringEquals": {"aws:SourceAccount": OTHER}}),
            context={"aws:SourceAccount": "111122223333"},
            **SERVICE,
        ),
    ),
    Case(
        "SNS's default policy wants aws:SourceOwner, which S3 does not send",
        "implicit",
        of_resource(
            "sns",
            allow(Principal={"AWS": "*"}, Condition={"StringEquals": {"aws:SourceOwner": "111122223333"}}),
            context={"aws:SourceAccount": "111122223333"},
            **SERVICE,
        ),
    ),
    Case(
        "everyone in a topic policy takes in S3, guarded by the bucket",
        "allow",
        of_resource(
            "sns",
            allow(Principal={"AWS": "*"}, Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:acme-logs"}}),
            context={"aws:SourceArn": "arn:aws:s3:::acme-logs"},
            **SERVICE,
        ),
    ),
    Case(
        "a topic policy about another topic does not matter",
        "implicit",
        of_resource(
            "sns",
            allow(Principal={"Service": "s3.amazonaws.com"}, Resource="arn:aws:sns:us-east-1:111122223333:other"),
            **SERVICE,
        ),
    ),
    Case("a service has no identity policies", "implicit", of_resource("sns", identity=(ALL,), **SERVICE)),
    Case(
        "a Deny among identity policies does not bind a service",
        "allow",
        of_resource("sns", allow(Principal={"Service": "s3.amazonaws.com"}), identity=(policy(deny()),), **SERVICE),
    ),
    Case(
        "S3 assumes a role that trusts it",
        "allow",
        of_resource("sns", allow(Principal={"Service": ["sns.amazonaws.com", "s3.amazonaws.com"]}), **SERVICE),
    ),
]

GRANTS = [
    Case("a grant to another role is none", "implicit", granted(grant(GranteePrincipal=f"{ROLE}2"))),
    Case("a grant to the session is one", "allow", granted(grant(GranteePrincipal=SESSION))),
    Case(
        "a grant to the account leaves it to IAM, which does not allow",
        "implicit",
        granted(grant(GranteePrincipal=ROOT)),
    ),
    Case(
        "a grant to the account leaves it to IAM, which allows",
        "allow",
        granted(grant(GranteePrincipal=ROOT), identity=(DECRYPTS,)),
    ),
    Case("a grant of other operations is none", "implicit", granted(grant(Operations=["Encrypt", "GenerateDataKey"]))),
    Case(
        "a grant does not win over a key policy's Deny",
        "explicit",
        of_resource("kms", deny(Principal="*")) | {"grants": [grant()]},
    ),
    Case("a grant does not win over an identity's Deny", "explicit", granted(grant(), identity=(policy(deny()),))),
    Case("a grant of another key is none", "implicit", granted(grant(KeyId=KEY + "9"))),
    Case("a grant may name its key by id", "allow", granted(grant(KeyId="1111-2222"))),
    Case(
        "EncryptionContextEquals wants exactly the pairs",
        "allow",
        pinned("EncryptionContextEquals", {"aws:s3:arn": "arn:aws:s3:::acme-logs"}),
    ),
    Case(
        "EncryptionContextEquals refuses a further pair",
        "implicit",
        pinned(
            "EncryptionContextEquals",
            {"aws:s3:arn": "arn:aws:s3:::acme-logs"},
            CONTEXT | {"kms:EncryptionContext:x": "y"},
        ),
    ),
    Case(
        "EncryptionContextSubset takes a further pair",
        "allow",
        pinned(
            "EncryptionContextSubset",
            {"aws:s3:arn": "arn:aws:s3:::acme-logs"},
            CONTEXT | {"kms:EncryptionContext:x": "y"},
        ),
    ),
    Case(
        "EncryptionContextSubset wants every pair it lists", "implicit", pinned("EncryptionContextSubset", {"x": "y"})
    ),
    Case(
        "an encryption context is compared by letter, without wildcards",
        "implicit",
        pinned("EncryptionContextSubset", {"aws:s3:arn": "arn:aws:s3:::*"}),
    ),
    Case(
        "an encryption context's keys are case-sensitive in a grant",
        "implicit",
        pinned("EncryptionContextSubset", {"AWS:S3:arn": "arn:aws:s3:::acme-logs"}),
    ),
    Case(
        "a constraint has no bearing on DescribeKey",
        "allow",
        granted(
            grant(Operations=["DescribeKey"], Constraints={"EncryptionContextEquals": {"a": "b"}}),
            action="kms:DescribeKey",
        ),
    ),
    Case("an unknown constraint cannot be judged", "unknown", granted(grant(Constraints={"SourceArn": "x"}))),
    Case(
        "a grant reaches a role of another account",
        "allow",
        granted(grant(GranteePrincipal="arn:aws:iam::999988887777:role/PantherLogPuller"), principal=PULLER),
    ),
    Case(
        "what a boundary does to a grant is not documented", "unknown", granted(grant(), permissions_boundary=SQS_ONLY)
    ),
    Case("a boundary's Deny wins over a grant", "explicit", granted(grant(), permissions_boundary=policy(deny()))),
]


@parametrize(POLICIES + SERVICES + GRANTS)
def test_keys_and_services(case: Case) -> None:
    check(case)
