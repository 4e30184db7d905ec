"""Principal: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""

from __future__ import annotations

from tests.unit.access.cases import (
    ALL,
    BUCKET,
    CUSTOMER,
    OTHER,
    PANTHER,
    PANTHER_ROOT,
    PULLER,
    PULLER_ROLE,
    ROLE,
    ROOT,
    SESSION,
    USER,
    Case,
    allow,
    check,
    deny,
    of_resource,
    of_trust,
    parametrize,
    trust,
)

PATHED = f"arn:aws:iam::{PANTHER}:role/prod/PantherLogPuller"
CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
PROVIDER = f"arn:aws:iam::{CUSTOMER}:oidc-provider/token.example.com"

CASES = [
    Case("a list of principals is an OR", "allow", of_trust(trust(Principal={"AWS": [OTHER, PANTHER_ROOT]}))),
    Case("a role's ARN names its sessions", "allow", of_trust(trust(Principal={"AWS": PULLER_ROLE}))),
    Case("a session's ARN names that session", "allow", of_trust(trust(Principal={"AWS": PULLER}))),
    Case("a session's ARN names no other session", "implicit", of_trust(trust(Principal={"AWS": PULLER + "2"}))),
    Case("ARNs are case-sensitive", "implicit", of_trust(trust(Principal={"AWS": PULLER_ROLE.replace("Log", "log")}))),
    Case(
        "a wildcard in a principal's ARN is not legal and names nobody",
        "implicit",
        of_trust(trust(Principal={"AWS": f"arn:aws:iam::{PANTHER}:role/*"})),
    ),
    Case(
        "nor does a wildcard for the session's name",
        "implicit",
        of_trust(trust(Principal={"AWS": f"arn:aws:sts::{PANTHER}:assumed-role/PantherLogPuller/*"})),
    ),
    Case(
        "a wildcard in a principal's ARN denies nobody",
        "allow",
        of_resource("bucket", deny(Principal={"AWS": f"arn:aws:iam::{CUSTOMER}:role/*"}), identity=(ALL,)),
    ),
    Case("Principal * is everyone", "allow", of_trust(trust(Principal="*"))),
    Case("an AWS principal of * is everyone", "allow", of_trust(trust(Principal={"AWS": "*"}))),
    Case("everyone still needs its own side from elsewhere", "implicit", of_trust(trust(Principal="*"), identity=())),
    Case("a deleted role's id names nobody", "implicit", of_trust(trust(Principal={"AWS": "AROAPANTHERPULL"}))),
    Case(
        "a deleted user's id names no user of that name",
        "implicit",
        of_resource("bucket", allow(Principal={"AWS": "AIDAEXAMPLEANA"}), principal=USER),
    ),
    Case(
        "a deleted role's id denies nobody: the role made anew has another id",
        "allow",
        of_resource("bucket", deny(Principal={"AWS": "AROAOLD"}), identity=(ALL,)),
    ),
    Case(
        "an account in a Deny denies everyone in it",
        "explicit",
        of_resource("bucket", deny(Principal={"AWS": ROOT}), identity=(ALL,)),
    ),
    Case(
        "an account in a Deny denies nobody of another",
        "allow",
        of_resource("bucket", deny(Principal={"AWS": OTHER}), identity=(ALL,)),
    ),
    Case(
        "a role with a path is named by its whole ARN",
        "allow",
        of_trust(trust(Principal={"AWS": PATHED}), context={"aws:PrincipalArn": PATHED}),
    ),
    Case(
        "the path belongs to the ARN",
        "implicit",
        of_trust(trust(Principal={"AWS": PULLER_ROLE}), context={"aws:PrincipalArn": PATHED}),
    ),
    Case(
        "a session's ARN has no path, and the role's name is unique in an account",
        "allow",
        of_trust(trust(Principal={"AWS": PATHED})),
    ),
    Case(
        "a role of that name in another account is another role",
        "implicit",
        of_trust(trust(Principal={"AWS": PULLER_ROLE.replace(PANTHER, OTHER)})),
    ),
    Case(
        "an ARN of another partition names nobody here",
        "implicit",
        of_trust(trust(Principal={"AWS": PULLER_ROLE.replace("arn:aws:", "arn:aws-us-gov:")})),
    ),
    Case(
        "a service is not an AWS principal",
        "implicit",
        of_resource("bucket", allow(Principal={"AWS": "s3.amazonaws.com"}), principal="s3.amazonaws.com"),
    ),
    Case(
        "a Service principal names no role",
        "implicit",
        of_trust(trust(Principal={"Service": "ec2.amazonaws.com"})),
    ),
    Case("a Federated principal names no role", "implicit", of_trust(trust(Principal={"Federated": PROVIDER}))),
    Case(
        "a Federated principal names its provider",
        "allow",
        of_trust(
            trust(Action="sts:AssumeRoleWithWebIdentity", Principal={"Federated": PROVIDER}),
            principal=PROVIDER,
            action="sts:AssumeRoleWithWebIdentity",
            identity=(),
        ),
    ),
    Case(
        "a canonical user's id is not an account's number",
        "implicit",
        of_resource("bucket", allow(Principal={"CanonicalUser": CANONICAL})),
    ),
    Case(
        "a canonical user's id names the one who comes with it",
        "allow",
        of_resource("bucket", allow(Principal={"CanonicalUser": CANONICAL}), principal=CANONICAL, identity=(ALL,)),
    ),
    Case(
        "anonymous callers are part of everyone",
        "allow",
        of_resource("bucket", allow(Principal="*"), principal="*"),
    ),
    Case(
        "anonymous callers have no account and no identity policy",
        "implicit",
        of_resource("bucket", allow(Principal={"AWS": ROOT}), principal="*", identity=(ALL,)),
    ),
    Case(
        "several kinds of principals are an OR",
        "allow",
        of_trust(trust(Principal={"Service": "ec2.amazonaws.com", "AWS": PANTHER})),
    ),
    Case(
        "the root user is named by its account",
        "allow",
        of_resource("bucket", allow(Principal={"AWS": ROOT}), principal=ROOT),
    ),
    Case(
        "a user's ARN names that user",
        "allow",
        of_resource("bucket", allow(Principal={"AWS": USER}), principal=USER),
    ),
    Case(
        "a bucket policy reaches the bucket by the bucket's ARN only",
        "implicit",
        of_resource("bucket", allow(Principal={"AWS": SESSION}, Resource=BUCKET)),
    ),
    Case("an empty list of principals names nobody", "implicit", of_resource("bucket", allow(Principal={"AWS": []}))),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    Case(
        "NotPrincipal with Deny spares a session with its role and account",
        "allow",
        of_resource("bucket", deny(NotPrincipal={"AWS": [ROOT, ROLE, SESSION]}), identity=(ALL,)),
    ),
    Case(
        "NotPrincipal with Deny: the session is checked after its role",
        "explicit",
        of_resource("bucket", deny(NotPrincipal={"AWS": [ROOT, ROLE]}), identity=(ALL,)),
    ),
    Case(
        "NotPrincipal with Deny: the account is checked first",
        "explicit",
        of_resource("bucket", deny(NotPrincipal={"AWS": [ROLE, SESSION]}), identity=(ALL,)),
    ),
    Case(
        "NotPrincipal with Deny: the account alone spares none of its users",
        "explicit",
        of_resource("bucket", deny(NotPrincipal={"AWS": CUSTOMER}), principal=USER, identity=(ALL,)),
    ),
    Case(
        "NotPrincipal with Deny spares a user with its account",
        "allow",
        of_resource("bucket", deny(NotPrincipal={"AWS": [CUSTOMER, USER]}), principal=USER, identity=(ALL,)),
    ),
    Case(
        "NotPrincipal with Deny never spares who has a permissions boundary",
        "explicit",
        of_resource(
            "bucket",
            deny(NotPrincipal={"AWS": [ROOT, ROLE, SESSION]}),
            identity=(ALL,),
            permissions_boundary=ALL,
        ),
    ),
    Case(
        "NotPrincipal with Deny hits a service that is not listed",
        "explicit",
        of_resource(
            "sns",
            allow(Principal={"Service": "s3.amazonaws.com"}),
            deny(NotPrincipal={"AWS": ROOT}),
            principal="s3.amazonaws.com",
        ),
    ),
    Case(
        "NotPrincipal with Deny spares a listed service",
        "allow",
        of_resource(
            "sns",
            allow(Principal={"Service": "s3.amazonaws.com"}),
            deny(NotPrincipal={"Service": "s3.amazonaws.com"}),
            principal="s3.amazonaws.com",
        ),
    ),
    Case(
        "NotPrincipal with Allow allows everyone else",
        "allow",
        of_resource("bucket", allow(NotPrincipal={"AWS": USER})),
    ),
    Case(
        "NotPrincipal with Allow does not allow who is listed",
        "implicit",
        of_resource("bucket", allow(NotPrincipal={"AWS": ROLE})),
    ),
    Case("NotPrincipal grants nothing in a trust policy", "implicit", of_trust(trust(NotPrincipal={"AWS": OTHER}))),
]


@parametrize(CASES)
def test_principals(case: Case) -> None:
    check(case)
