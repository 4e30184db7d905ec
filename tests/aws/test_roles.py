"""Roles: whom they trust, and every policy that can be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from panther_s3.aws.roles import RolePolicy, Roles
from panther_s3.aws.session import Aws
from panther_s3.problems import Problem, ProblemKind
from tests.aws.conftest import Faults

NAME = "PantherLogProcessingRole-roles-test"
BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"


def _policy(action: str, **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **more}]}


TRUST = _policy("sts:AssumeRole", Principal={"AWS": "arn:aws:iam::999988887777:root"})
READ = _policy("s3:GetObject", Resource="arn:aws:s3:::logs/100%25/ä+b*")


@pytest.fixture
def role(operator: Aws) -> str:
    """A role with a path, a boundary, a tag, twelve inline policies and an attached one in its second version."""
    iam = operator.client("iam")
    try:
        iam.create_role(
            RoleName=NAME,
            Path="/logs/",
            AssumeRolePolicyDocument=json.dumps(TRUST),
            PermissionsBoundary=BOUNDARY,
            Tags=[{"Key": "team", "Value": "security"}],
        )
    except iam.exceptions.EntityAlreadyExistsException:
        return NAME
    for place in range(12):
        iam.put_role_policy(RoleName=NAME, PolicyName=f"inline-{place:02}", PolicyDocument=json.dumps(READ))
    first = json.dumps(_policy("s3:*", Resource="*"))
    arn = iam.create_policy(PolicyName="roles-test", PolicyDocument=first)["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(READ), SetAsDefault=True)
    iam.attach_role_policy(RoleName=NAME, PolicyArn=arn)
    return NAME


def test_a_role_is_read_with_all_of_its_policies(operator: Aws, role: str) -> None:
    found = Roles(operator).find(role)
    assert found is not None
    assert (found.name, found.path, found.arn) == (role, "/logs/", f"arn:aws:iam::111122223333:role/logs/{role}")
    assert found.trust == TRUST
    assert found.permissions_boundary == BOUNDARY
    assert isinstance(found.boundary, dict)
    assert found.boundary["Statement"][0]["NotAction"][0] == "iam:*"
    assert found.created is not None
    assert abs((datetime.now(UTC) - found.created).total_seconds()) < 3600
    assert found.tags["team"] == "security"
    assert found.unread == ()
    inline = [RolePolicy(f"inline-{place:02}", READ) for place in range(12)]
    attached = RolePolicy("roles-test", READ, "arn:aws:iam::111122223333:policy/roles-test")
    assert sorted(found.policies, key=lambda policy: policy.name) == [*inline, attached]


def test_a_boundary_that_may_not_be_read_is_told_in_its_place(faulty: Aws, faults: Faults, role: str) -> None:
    refusal = {"code": "AccessDenied", "status": 403}
    faults.add({"service": "iam", "operation": "GetPolicy", "error": refusal})
    found = Roles(faulty).find(role)
    assert found is not None
    assert isinstance(found.boundary, Problem)
    assert found.boundary.kind is ProblemKind.ACCESS_DENIED
    assert found.permissions_boundary == BOUNDARY


def test_a_role_without_a_boundary_has_none(operator: Aws) -> None:
    iam = operator.client("iam")
    name = "PantherLogProcessingRole-boundless"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    try:
        found = Roles(operator).find(name)
    finally:
        iam.delete_role(RoleName=name)
    assert found is not None
    assert (found.boundary, found.permissions_boundary, found.policies) == (None, "", ())


@pytest.mark.parametrize("name", ["PantherLogProcessingRole-none", ""])
def test_a_role_that_is_not_there_is_none(operator: Aws, name: str) -> None:
    assert Roles(operator).find(name) is None


def test_the_reading_profile_may_read_it_too(readonly: Aws, role: str) -> None:
    found = Roles(readonly).find(role)
    assert found is not None
    assert len(found.policies) == 13


@pytest.mark.parametrize(
    ("operation", "left", "doing"),
    [
        ("ListRolePolicies", 1, "list the inline policies"),
        ("ListAttachedRolePolicies", 12, "list the policies attached"),
        ("GetPolicyVersion", 12, "read the policy roles-test"),
        ("GetRolePolicy", 1, "read the policy inline-"),
    ],
)
def test_what_may_not_be_read_is_told_beside_the_rest(
    faulty: Aws, faults: Faults, role: str, operation: str, left: int, doing: str
) -> None:
    faults.add({"service": "iam", "operation": operation, "error": {"code": "AccessDenied", "status": 403}})
    found = Roles(faulty).find(role)
    assert found is not None
    assert faults.fired()
    assert len(found.policies) == left
    assert doing in found.unread[0].title
    assert {problem.kind for problem in found.unread} == {ProblemKind.ACCESS_DENIED}


def test_a_role_that_may_not_be_read_is_a_problem_and_not_taken_for_missing(faulty: Aws, faults: Faults) -> None:
    message = (
        "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: iam:GetRole on resource: "
        f"role {NAME} because no identity-based policy allows the iam:GetRole action"
    )
    refusal = {"code": "AccessDenied", "status": 403, "message": message}
    faults.add({"service": "iam", "operation": "GetRole", "error": refusal})
    with pytest.raises(Problem) as raised:
        Roles(faulty).find(NAME)
    assert raised.value.title == f"You are not allowed to read the role {NAME}"
    assert raised.value.statement == {
        "Effect": "Allow",
        "Action": "iam:GetRole",
        "Resource": f"arn:aws:iam::111122223333:role/{NAME}",
    }


def test_a_session_that_expires_meanwhile_ends_the_reading(faulty: Aws, faults: Faults, role: str) -> None:
    expired = {"code": "ExpiredToken", "status": 403, "message": "The security token is expired"}
    faults.add({"service": "iam", "operation": "GetRolePolicy", "error": expired})
    with pytest.raises(Problem) as raised:
        Roles(faulty).find(role)
    assert raised.value.kind is ProblemKind.CREDENTIALS
