"""Action, Resource and their Not forms, and policy variables in them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

from tests.unit.access.cases import BUCKET, KEY, OBJECT, Case, allow, check, deny, of_identity, parametrize

BY_TEAM = "arn:aws:s3:::acme-logs/${aws:PrincipalTag/team}/*"
TEAM_A = {"aws:PrincipalTag/team": "a"}
ALIAS = "arn:aws:kms:us-east-1:111122223333:alias/logs"

CASES = [
    Case("nothing is allowed by default", "implicit", of_identity()),
    Case("* is every action", "allow", of_identity(allow())),
    Case("* stands for any run of letters", "allow", of_identity(allow(Action="s3:Get*"))),
    Case("? stands for one letter", "allow", of_identity(allow(Action="s3:GetObjec?"))),
    Case("? stands for no more than one letter", "implicit", of_identity(allow(Action="s3:GetObj?"))),
    Case("? stands for no less than one letter", "implicit", of_identity(allow(Action="s3:GetObject?"))),
    Case("a wildcard may stand in the middle", "allow", of_identity(allow(Action="s3:*Obj*t"))),
    Case("wildcards ignore case as the rest does", "allow", of_identity(allow(Action="S3:GET*"))),
    Case("an action of another service is another action", "implicit", of_identity(allow(Action="sqs:GetObject"))),
    Case("an action without its service is none", "implicit", of_identity(allow(Action="GetObject"))),
    Case("GetObjectVersion is not GetObject", "implicit", of_identity(allow(Action="s3:GetObjectVersion"))),
    Case("a dot is a dot and no wildcard", "implicit", of_identity(allow(Action="s3.GetObject"))),
    Case("a list of actions is an OR", "allow", of_identity(allow(Action=["s3:ListBucket", "s3:GetObject"]))),
    Case("NotAction with Allow allows all but what it lists", "allow", of_identity(allow(NotAction="iam:*"))),
    Case("NotAction with Allow leaves out what it lists", "implicit", of_identity(allow(NotAction="S3:get*"))),
    Case("NotAction with Deny spares what it lists", "allow", of_identity(allow(), deny(NotAction=["s3:Get*"]))),
    Case("an explicit deny wins over an allow", "explicit", of_identity(allow(), deny(Action="s3:GetObject"))),
    Case("a deny of something else does not matter", "allow", of_identity(allow(), deny(Action="s3:PutObject"))),
    Case("* in a resource reaches over slashes", "allow", of_identity(allow(Resource="arn:aws:s3:::acme-logs/*.json"))),
    Case("* in a resource reaches over colons", "allow", of_identity(allow(Resource="arn:*/b.json"))),
    Case("? in a resource is one character", "allow", of_identity(allow(Resource="arn:aws:s3:::acme-log?/*"))),
    Case("resources are case-sensitive", "implicit", of_identity(allow(Resource="arn:aws:s3:::acme-logs/A/*"))),
    Case("a bucket whose name starts alike is another", "implicit", of_identity(allow(Resource=f"{BUCKET}-2/*"))),
    Case(
        "a star behind the bucket's name reaches buckets that start alike",
        "allow",
        of_identity(allow(Resource=f"{BUCKET}*"), resource="arn:aws:s3:::acme-logs-2/x"),
    ),
    Case("an object without its bucket's slash is none", "implicit", of_identity(allow(Resource="acme-logs/*"))),
    Case("a list of resources is an OR", "allow", of_identity(allow(Resource=[BUCKET, f"{BUCKET}/*"]))),
    Case(
        "brackets and dots in a resource are literal", "implicit", of_identity(allow(Resource=f"{BUCKET}/[a]/b.json"))
    ),
    Case("NotResource with Allow allows all other resources", "allow", of_identity(allow(NotResource=BUCKET))),
    Case("NotResource with Allow leaves out what it lists", "implicit", of_identity(allow(NotResource=f"{BUCKET}/*"))),
    Case(
        "NotResource with Deny denies every other bucket",
        "explicit",
        of_identity(allow(), deny(NotResource=[f"{BUCKET}/*"]), resource="arn:aws:s3:::other/x"),
    ),
    Case(
        "an alias's ARN does not name the key",
        "implicit",
        of_identity(allow(Resource=ALIAS), action="kms:Decrypt", resource=KEY),
    ),
    # variables
    Case("a variable takes the request's value", "allow", of_identity(allow(Resource=BY_TEAM), context=TEAM_A)),
    Case(
        "a variable takes no other value",
        "implicit",
        of_identity(allow(Resource=BY_TEAM), context={"aws:PrincipalTag/team": "b"}),
    ),
    Case("a variable without a value matches nothing", "implicit", of_identity(allow(Resource=BY_TEAM))),
    Case(
        "a variable's default stands in for a missing value",
        "allow",
        of_identity(allow(Resource="arn:aws:s3:::acme-logs/${aws:PrincipalTag/team, 'a'}/*")),
    ),
    Case(
        "a variable's value goes before its default",
        "implicit",
        of_identity(
            allow(Resource="arn:aws:s3:::acme-logs/${aws:PrincipalTag/team, 'a'}/*"),
            context={"aws:PrincipalTag/team": "z"},
        ),
    ),
    Case(
        "a variable's name is case-insensitive",
        "allow",
        of_identity(allow(Resource="arn:aws:s3:::acme-logs/${AWS:principaltag/TEAM}/*"), context=TEAM_A),
    ),
    Case(
        "without a Version a variable is literal text",
        "implicit",
        of_identity(allow(Resource=BY_TEAM), context=TEAM_A, version=None),
    ),
    Case(
        "without a variable the old Version is as good",
        "allow",
        of_identity(allow(Resource=f"{BUCKET}/*"), version="2008-10-17"),
    ),
    Case(
        "the old Version takes the placeholder by letter",
        "allow",
        of_identity(
            allow(Resource=BY_TEAM), version="2008-10-17", resource="arn:aws:s3:::acme-logs/${aws:PrincipalTag/team}/x"
        ),
    ),
    Case(
        "a wildcard that comes in through a value is literal",
        "implicit",
        of_identity(allow(Resource=BY_TEAM), context={"aws:PrincipalTag/team": "*"}),
    ),
    Case(
        "a key with several values is no variable",
        "implicit",
        of_identity(allow(Resource=BY_TEAM), context={"aws:PrincipalTag/team": ["a", "b"]}),
    ),
    Case(
        "${*} is a star",
        "allow",
        of_identity(allow(Resource="arn:aws:s3:::acme-logs/${*}"), resource="arn:aws:s3:::acme-logs/*"),
    ),
    Case("${*} is no wildcard", "implicit", of_identity(allow(Resource="arn:aws:s3:::acme-logs/${*}"))),
    Case(
        "${?} is a question mark",
        "implicit",
        of_identity(allow(Resource="arn:aws:s3:::acme-logs/${?}"), resource="arn:aws:s3:::acme-logs/x"),
    ),
    Case(
        "${$} is a dollar sign",
        "allow",
        of_identity(allow(Resource="arn:aws:s3:::acme-logs/${$}x"), resource="arn:aws:s3:::acme-logs/$x"),
    ),
    Case(
        "another resource of the list still matches",
        "allow",
        of_identity(allow(Resource=[BY_TEAM, OBJECT])),
    ),
    Case(
        "a NotResource with a variable without a value leaves nothing out",
        "allow",
        of_identity(allow(NotResource="arn:aws:s3:::${aws:username}/*")),
    ),
    Case(
        "an unclosed placeholder is literal",
        "implicit",
        of_identity(allow(Resource="arn:aws:s3:::acme-logs/${aws:username"), context={"aws:username": "a"}),
    ),
]


@parametrize(CASES)
def test_actions_and_resources(case: Case) -> None:
    check(case)
