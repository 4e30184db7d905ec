"""Within an account and across accounts, with and without a permissions boundary.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from tests.unit.access.cases import (
    ALL,
    CUSTOMER,
    OTHER,
    PANTHER,
    PANTHER_ROOT,
    PULLER,
    ROLE,
    ROOT,
    SESSION,
    SQS_ONLY,
    TOPIC,
    USER,
    Case,
    allow,
    check,
    deny,
    of_identity,
    of_resource,
    of_trust,
    parametrize,
    policy,
    request,
    trust,
)

DENIES = policy(allow(), deny(Action="s3:*"))
ELSEWHERE = {"resource_account": OTHER}
ANYONE = allow(Principal="*")
OWN_PRINCIPAL = f"arn:aws:sts::{CUSTOMER}:assumed-role/Operator/ana"
OWN_ROLE = f"arn:aws:iam::{CUSTOMER}:role/Operator"

WITHIN = [
    Case("an identity policy is enough", "allow", of_resource("bucket", identity=(ALL,))),
    Case("a bucket policy for the role is enough", "allow", of_resource("bucket", allow(Principal={"AWS": ROLE}))),
    Case(
        "a bucket policy for the session is enough", "allow", of_resource("bucket", allow(Principal={"AWS": SESSION}))
    ),
    Case("a bucket policy for everyone is enough", "allow", of_resource("bucket", ANYONE)),
    Case(
        "a bare account id delegates as the root ARN does",
        "implicit",
        of_resource("bucket", allow(Principal={"AWS": CUSTOMER})),
    ),
    Case(
        "an account's Allow adds nothing to an identity's",
        "allow",
        of_resource("bucket", allow(Principal={"AWS": ROOT}), identity=(ALL,)),
    ),
    Case("an Allow for another role is none", "implicit", of_resource("bucket", allow(Principal={"AWS": ROLE + "2"}))),
    Case(
        "an identity's Deny wins over the bucket's Allow", "explicit", of_resource("bucket", ANYONE, identity=(DENIES,))
    ),
    Case(
        "the bucket's Deny wins over the identity's Allow",
        "explicit",
        of_resource("bucket", deny(Principal="*"), identity=(ALL,)),
    ),
    Case(
        "the bucket's Deny must name the object",
        "allow",
        of_resource("bucket", deny(Principal="*", Resource="arn:aws:s3:::acme-logs"), identity=(ALL,)),
    ),
    Case("one of several identity policies is enough", "allow", of_resource("bucket", identity=(SQS_ONLY, ALL))),
    Case(
        "a Deny in any of several identity policies is enough",
        "explicit",
        of_resource("bucket", identity=(ALL, DENIES)),
    ),
    Case("the root user may do everything", "allow", {"request": request(principal=ROOT)}),
    Case(
        "the root user is stopped by a bucket policy",
        "explicit",
        of_resource("bucket", deny(Principal="*"), principal=ROOT),
    ),
    Case(
        "a role by itself, without a session, is a role",
        "allow",
        of_resource("bucket", allow(Principal={"AWS": ROLE}), principal=ROLE),
    ),
    Case(
        "a role without a session is not named by a session's ARN",
        "implicit",
        of_resource("bucket", allow(Principal={"AWS": SESSION}), principal=ROLE),
    ),
    # trust policies
    Case(
        "a trust policy for the account delegates to IAM",
        "allow",
        of_trust(trust(Principal={"AWS": ROOT}), principal=OWN_PRINCIPAL),
    ),
    Case(
        "a trust policy for the account needs an identity's Allow",
        "implicit",
        of_trust(trust(Principal={"AWS": ROOT}), principal=OWN_PRINCIPAL, identity=()),
    ),
    Case(
        "a trust policy for a role of the account is enough",
        "allow",
        of_trust(trust(Principal={"AWS": OWN_ROLE}), principal=OWN_PRINCIPAL, identity=()),
    ),
    Case("IAM alone assumes no role", "implicit", of_trust(principal=OWN_PRINCIPAL)),
    Case(
        "a role without a trust policy in sight is not assumed",
        "implicit",
        {"request": request("sts:AssumeRole", ROLE), "identity_policies": [ALL]},
    ),
    Case(
        "a trust policy that allows TagSession alone does not allow AssumeRole",
        "implicit",
        of_trust(trust(Action="sts:TagSession", Principal="*")),
    ),
    Case("a trust policy's action may be a wildcard", "allow", of_trust(trust(Action="sts:*", Principal="*"))),
    Case(
        "a trust policy's Deny wins over its Allow",
        "explicit",
        of_trust(trust(Principal="*"), trust("Deny", Principal={"AWS": PANTHER})),
    ),
]

ACROSS = [
    Case(
        "both sides allow", "allow", of_resource("bucket", allow(Principal={"AWS": ROOT}), identity=(ALL,), **ELSEWHERE)
    ),
    Case("the other side is missing", "implicit", of_resource("bucket", identity=(ALL,), **ELSEWHERE)),
    Case(
        "the own side is missing, though the role is named",
        "implicit",
        of_resource("bucket", allow(Principal={"AWS": ROLE}), **ELSEWHERE),
    ),
    Case(
        "the own side is missing, though the session is named",
        "implicit",
        of_resource("bucket", allow(Principal={"AWS": SESSION}), **ELSEWHERE),
    ),
    Case("the own side denies", "explicit", of_resource("bucket", ANYONE, identity=(DENIES,), **ELSEWHERE)),
    Case(
        "the other side denies",
        "explicit",
        of_resource("bucket", ANYONE, deny(Principal={"AWS": ROLE}), identity=(ALL,), **ELSEWHERE),
    ),
    Case(
        "the bucket's account is not the caller's",
        "implicit",
        of_resource("bucket", allow(Principal={"AWS": OTHER}), identity=(ALL,), **ELSEWHERE),
    ),
    Case(
        "a topic's account is read from its ARN",
        "implicit",
        {"request": request("sns:Subscribe", TOPIC, PULLER, resource_account=""), "identity_policies": [ALL]},
    ),
    Case(
        "a topic's policy lets another account subscribe",
        "allow",
        of_resource(
            "sns",
            allow(Action="sns:Subscribe", Principal={"AWS": PANTHER}),
            identity=(ALL,),
            action="sns:Subscribe",
            principal=PULLER,
        ),
    ),
    Case(
        "an external id that differs is refused",
        "implicit",
        of_trust(
            trust(Principal={"AWS": PANTHER_ROOT}, Condition={"StringEquals": {"sts:ExternalId": "a"}}),
            context={"sts:ExternalId": "b"},
        ),
    ),
    Case(
        "an external id that is sent without being asked for does no harm",
        "allow",
        of_trust(trust(Principal={"AWS": PANTHER_ROOT}), context={"sts:ExternalId": "b"}),
    ),
    Case(
        "a boundary on the role does not keep it from being assumed",
        "allow",
        of_trust(trust(Principal={"AWS": PANTHER_ROOT}), permissions_boundary=SQS_ONLY),
    ),
    Case(
        "a root user of another account needs the bucket's Allow",
        "implicit",
        {"request": request(principal=PANTHER_ROOT), "identity_policies": [ALL]},
    ),
    Case(
        "a root user of another account has it by the account",
        "allow",
        of_resource("bucket", allow(Principal={"AWS": PANTHER}), principal=PANTHER_ROOT),
    ),
]

BOUNDARIES = [
    Case("identity and boundary both allow", "allow", of_identity(allow()) | {"permissions_boundary": ALL}),
    Case("a boundary grants nothing", "implicit", of_identity() | {"permissions_boundary": ALL}),
    Case(
        "an empty boundary allows nothing",
        "implicit",
        of_identity(allow()) | {"permissions_boundary": {"Version": "2012-10-17", "Statement": []}},
    ),
    Case("a boundary's Deny is explicit", "explicit", of_identity(allow()) | {"permissions_boundary": DENIES}),
    Case(
        "a boundary does not limit a bucket policy for the session",
        "allow",
        of_resource("bucket", allow(Principal={"AWS": SESSION}), permissions_boundary=SQS_ONLY),
    ),
    Case(
        "a boundary does not limit a bucket policy for everyone",
        "allow",
        of_resource(
            "bucket",
            allow(Principal="*", Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}}),
            permissions_boundary=SQS_ONLY,
            context={"aws:PrincipalArn": ROLE},
        ),
    ),
    Case(
        "a boundary does not limit a bucket policy for a user",
        "allow",
        of_resource("bucket", allow(Principal={"AWS": USER}), principal=USER, permissions_boundary=SQS_ONLY),
    ),
    Case(
        "a boundary's Deny wins over a bucket policy for the session",
        "explicit",
        of_resource("bucket", allow(Principal={"AWS": SESSION}), permissions_boundary=DENIES),
    ),
    Case(
        "a boundary that allows lets a bucket policy for the role through",
        "allow",
        of_resource("bucket", allow(Principal={"AWS": ROLE}), permissions_boundary=ALL),
    ),
    Case(
        "a boundary limits the own side across accounts, though the session is named",
        "implicit",
        of_resource(
            "bucket", allow(Principal={"AWS": SESSION}), identity=(ALL,), permissions_boundary=SQS_ONLY, **ELSEWHERE
        ),
    ),
    Case(
        "a boundary binds no service",
        "allow",
        of_resource(
            "sns",
            allow(Principal={"Service": "s3.amazonaws.com"}),
            principal="s3.amazonaws.com",
            permissions_boundary=SQS_ONLY,
        ),
    ),
]


@parametrize(WITHIN + ACROSS + BOUNDARIES)
def test_accounts(case: Case) -> None:
    check(case)
