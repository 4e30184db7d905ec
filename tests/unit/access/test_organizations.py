"""Service and resource control policies.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

from typing import Any

from tests.unit.access.cases import (
    ALL,
    CUSTOMER,
    OTHER,
    PANTHER_ROOT,
    PULLER,
    ROOT,
    SQS_ONLY,
    Case,
    Json,
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

DENY_S3 = policy(deny(Action="s3:*"))
SLR = f"arn:aws:sts::{CUSTOMER}:assumed-role/AWSServiceRoleForConfig/s"
SLR_ARN = {
    "aws:PrincipalArn": f"arn:aws:iam::{CUSTOMER}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
}
REGION = policy(
    deny(
        NotAction=["iam:*", "sts:*"],
        Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}},
    )
)


def scps(*levels: list[Json], **asked: Any) -> Json:
    """Return a request that IAM allows, under service control policies."""
    return of_identity(allow(), **asked) | {"service_control_policies": list(levels)}


def rcps(*statements: Json, given: Json | None = None) -> Json:
    """Return a request that IAM allows, or `given`, under one resource control policy."""
    return (given or of_identity(allow())) | {"resource_control_policies": [[policy(*statements)]]}


OUTSIDE_ORG = {
    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
}
DEPUTY = {
    "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-1"},
    "Null": {"aws:SourceAccount": "false"},
    "Bool": {"aws:PrincipalIsAWSService": "true"},
}
FROM_SERVICE = {"aws:PrincipalIsAWSService": "true", "aws:SourceAccount": OTHER}
S3_ON_KEY = of_resource(
    "kms", allow(Principal={"Service": "s3.amazonaws.com"}), principal="s3.amazonaws.com", context=FROM_SERVICE
)
PANTHER_ASSUMES = of_trust(trust(Principal={"AWS": PANTHER_ROOT}))
FOREIGN_BUCKET = of_resource("bucket", allow(Principal={"AWS": ROOT}), identity=(ALL,), resource_account=OTHER)
OUTSIDER = of_resource("bucket", allow(Principal={"AWS": PANTHER_ROOT}), identity=(ALL,), principal=PULLER)

SCPS = [
    Case("no service control policies are in force", "allow", scps()),
    Case("every level allows", "allow", scps([ALL], [ALL], [ALL])),
    Case("one level does not allow", "implicit", scps([ALL], [SQS_ONLY], [ALL])),
    Case("one policy of a level is enough", "allow", scps([ALL], [SQS_ONLY, ALL])),
    Case("a level without any policy allows nothing", "implicit", scps([ALL], [])),
    Case("a Deny at any level is explicit", "explicit", scps([ALL, DENY_S3], [ALL])),
    Case(
        "service control policies grant nothing",
        "implicit",
        {"request": request(), "service_control_policies": [[ALL]]},
    ),
    Case("an Allow may be limited to resources", "implicit", scps([policy(allow(Resource="arn:aws:s3:::other/*"))])),
    Case(
        "a region that is not allowed is denied",
        "explicit",
        scps([ALL, REGION], context={"aws:RequestedRegion": "us-east-1"}),
    ),
    Case("a region that is allowed is not", "allow", scps([ALL, REGION], context={"aws:RequestedRegion": "eu-west-1"})),
    Case(
        "the root user of an account is bound",
        "explicit",
        {"request": request(principal=ROOT), "service_control_policies": [[ALL, DENY_S3]]},
    ),
    Case("a service-linked role is not bound", "allow", scps([DENY_S3], principal=SLR)),
    Case("a service-linked role is known by its path", "allow", scps([DENY_S3], principal=SLR, context=SLR_ARN)),
    Case(
        "a role that borrows such a name is bound",
        "explicit",
        scps(
            [ALL, DENY_S3],
            principal=SLR,
            context={"aws:PrincipalArn": f"arn:aws:iam::{CUSTOMER}:role/AWSServiceRoleForConfig"},
        ),
    ),
    Case(
        "a service is not bound",
        "allow",
        of_resource("bucket", allow(Principal={"Service": "s3.amazonaws.com"}), principal="s3.amazonaws.com")
        | {"service_control_policies": [[DENY_S3]]},
    ),
    Case(
        "a bucket policy for the session does not escape them",
        "explicit",
        of_resource("bucket", allow(Principal="*")) | {"service_control_policies": [[ALL, DENY_S3]]},
    ),
    Case(
        "a bucket policy for everyone needs every level, too",
        "implicit",
        of_resource("bucket", allow(Principal="*")) | {"service_control_policies": [[SQS_ONLY]]},
    ),
    Case(
        "who assumes a role from outside is not bound",
        "allow",
        PANTHER_ASSUMES | {"service_control_policies": [[ALL, policy(deny(Action="sts:*"))]]},
    ),
    Case(
        "the role's calls to a bucket elsewhere are bound",
        "explicit",
        FOREIGN_BUCKET | {"service_control_policies": [[ALL, DENY_S3]]},
    ),
    Case(
        "who comes from outside is not bound where the customer is said",
        "allow",
        OUTSIDER
        | {
            "request": OUTSIDER["request"] | {"customer_account": CUSTOMER},
            "service_control_policies": [[ALL, DENY_S3]],
        },
    ),
    Case(
        "a Principal has no place in them, and what would be a Deny is open",
        "unknown",
        scps([ALL, policy(deny(Principal="*"))]),
    ),
    Case(
        "a grant does not escape them",
        "explicit",
        of_resource("kms", action="kms:Decrypt")
        | {
            "grants": [{"GranteePrincipal": "arn:aws:iam::111122223333:role/LogReader", "Operations": ["Decrypt"]}],
            "service_control_policies": [[ALL, policy(deny(Action="kms:*"))]],
        },
    ),
]

RCPS = [
    Case(
        "a resource control policy denies its own account's callers too",
        "explicit",
        rcps(deny(Principal="*", Action="s3:*")),
    ),
    Case("RCPFullAWSAccess is implied: no Allow is needed", "allow", rcps(deny(Principal="*", Action="kms:*"))),
    Case(
        "a resource control policy grants nothing",
        "implicit",
        {"request": request(), "resource_control_policies": [[policy(allow(Principal="*"))]]},
    ),
    Case("one that allows one thing denies nothing else", "allow", rcps(allow(Principal="*", Action="sqs:*"))),
    Case(
        "callers from outside the organization are denied",
        "explicit",
        rcps(deny(Principal="*", Condition=OUTSIDE_ORG), given=OUTSIDER),
    ),
    Case(
        "they bind the role that is assumed from outside",
        "explicit",
        rcps(deny(Principal="*", Action="sts:AssumeRole"), given=PANTHER_ASSUMES),
    ),
    Case(
        "they do not bind topics",
        "allow",
        rcps(
            deny(Principal="*"),
            given=of_identity(allow(), action="sns:Publish", resource="arn:aws:sns:us-east-1:111122223333:topic"),
        ),
    ),
    Case("they bind keys", "explicit", rcps(deny(Principal="*"), given=of_resource("kms", allow(Principal="*")))),
    Case(
        "they bind queues",
        "explicit",
        rcps(
            deny(Principal="*"),
            given=of_identity(allow(), action="sqs:SendMessage", resource="arn:aws:sqs:us-east-1:111122223333:q"),
        ),
    ),
    Case(
        "a service-linked role is exempt", "allow", rcps(deny(Principal="*"), given=of_identity(allow(), principal=SLR))
    ),
    Case(
        "services are bound: AWS's guard against confused deputies",
        "explicit",
        rcps(deny(Principal="*", Action="kms:*", Condition=DEPUTY), given=S3_ON_KEY),
    ),
    Case(
        "services are spared by the condition that AWS documents for them",
        "allow",
        rcps(deny(Principal="*", Action="kms:*", Condition=OUTSIDE_ORG), given=S3_ON_KEY),
    ),
    Case(
        "a bucket of another account is not bound where the customer is said",
        "allow",
        rcps(
            deny(Principal="*"),
            given=FOREIGN_BUCKET | {"request": FOREIGN_BUCKET["request"] | {"customer_account": CUSTOMER}},
        ),
    ),
    Case("NotPrincipal has no place in them", "unknown", rcps(deny(NotPrincipal={"AWS": ROOT}))),
    Case(
        "a Deny at any level counts",
        "explicit",
        of_identity(allow()) | {"resource_control_policies": [[], [policy(deny(Principal="*"))]]},
    ),
]


@parametrize(SCPS + RCPS)
def test_organizations(case: Case) -> None:
    check(case)
