"""IAM roles: whom they trust, and all that their policies say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import unquote

from panther_s3.aws.crew import Crew
from panther_s3.aws.errors import aws_call, unless_fatal
from panther_s3.aws.session import Aws
from panther_s3.problems import Problem

Document = dict[str, Any]
Record = Mapping[str, Any]
"""GetRole's answer; the words are IAM's."""
T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class RolePolicy:
    """One policy of a role: inline, or attached and then with an ARN of its own."""

    name: str
    document: Document
    attached_arn: str = ""


@dataclass(frozen=True)
class Role:
    """A role with all of its policies that could be read."""

    name: str
    arn: str
    path: str
    trust: Document
    permissions_boundary: str
    """The ARN of the boundary; "" where there is none."""
    tags: Mapping[str, str]
    policies: tuple[RolePolicy, ...]
    unread: tuple[Problem, ...] = ()
    """Why policies are missing: what is not in `policies` may still exist."""
    boundary: Document | Problem | None = None
    """What the boundary allows, or why it could not be read; None where there is none."""
    created: datetime | None = None
    """When it was made: IAM may not know a fresh role everywhere yet."""
    id: str = ""
    """IAM's own id of it, with which aws:userid of its sessions begins."""


def as_principal(record: Record) -> Role:
    """Return the role of that record as far as its requests tell of it: without any policy."""
    tags = {tag["Key"]: tag["Value"] for tag in record.get("Tags", ())}
    return Role(record["RoleName"], record["Arn"], record["Path"], {}, "", tags, (), id=record.get("RoleId", ""))


class Roles:
    """Reads roles."""

    def __init__(self, aws: Aws, crew: Crew | None = None) -> None:
        """Read with the hands and within the time of `crew`, by default one of its own without a limit."""
        self._aws, self._crew = aws, crew or Crew()

    def find(self, name: str) -> Role | None:
        """Return the role of that name with its policies and boundary, or None where AWS has none.

        These are read side by side; policies that AWS refuses are told in `unread`.

        Raises:
            Problem: the role itself cannot be read, or the credentials do not hold.
        """
        record = self._result(self._crew.call(lambda: self.find_record(name)), "the role") if name else None
        return None if record is None else self.read_policies_of(record)

    def find_record(self, name: str) -> Record | None:
        """Return what GetRole says of the role of that name, or None where AWS has none.

        Raises:
            Problem: AWS refused or did not answer.
        """
        with aws_call(f"read the role {name}", self._aws):
            iam = self._aws.client("iam")
            try:
                return iam.get_role(RoleName=name)["Role"]
            except iam.exceptions.NoSuchEntityException:
                return None

    def read_policies_of(self, role: Record) -> Role:
        """Return the role of that record with its policies and boundary.

        Raises:
            Problem: the credentials do not hold.
        """
        boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")
        limits = self._crew.call(lambda: self._read_attached("permissions boundary", boundary)) if boundary else None
        policies, unread = self._read_policies(role["RoleName"])
        return Role(
            name=role["RoleName"],
            arn=role["Arn"],
            path=role["Path"],
            trust=as_document(role["AssumeRolePolicyDocument"]),
            permissions_boundary=boundary,
            tags={tag["Key"]: tag["Value"] for tag in role.get("Tags", ())},
            policies=policies,
            unread=unread,
            boundary=self._boundary(limits) if limits else None,
            created=role.get("CreateDate"),
            id=role.get("RoleId", ""),
        )

    def _read_policies(self, role: str) -> tuple[tuple[RolePolicy, ...], tuple[Problem, ...]]:
        """Return the inline policies, then the attached ones, and what could not be read.

        A policy is asked for as soon as its own list has come, whether the other one has or not.
        """
        unread: list[Problem] = []
        call = self._crew.call
        lists = [
            self._crew.chain(
                lambda: [
                    call(partial(self._read_inline, role, name))
                    for name in self._result(call(lambda: self._list_inline(role)), "the inline policies")
                ]
            ),
            self._crew.chain(
                lambda: [
                    call(partial(self._read_attached, *policy))
                    for policy in self._result(call(lambda: self._list_attached(role)), "the attached policies")
                ]
            ),
        ]
        readings = [reading for listed in lists for reading in self._or(listed, (), unread)]
        found = [self._or(reading, None, unread) for reading in readings]
        return tuple(policy for policy in found if policy is not None), tuple(unread)

    def _list_inline(self, role: str) -> tuple[str, ...]:
        with aws_call(f"list the inline policies of the role {role}", self._aws):
            pages = self._aws.client("iam").get_paginator("list_role_policies").paginate(RoleName=role)
            return tuple(name for page in pages for name in page["PolicyNames"])

    def _list_attached(self, role: str) -> tuple[tuple[str, str], ...]:
        with aws_call(f"list the policies attached to the role {role}", self._aws):
            pages = self._aws.client("iam").get_paginator("list_attached_role_policies").paginate(RoleName=role)
            attached = [policy for page in pages for policy in page["AttachedPolicies"]]
            return tuple((policy["PolicyName"], policy["PolicyArn"]) for policy in attached)

    def _read_inline(self, role: str, name: str) -> RolePolicy:
        with aws_call(f"read the policy {name} of the role {role}", self._aws):
            answer = self._aws.client("iam").get_role_policy(RoleName=role, PolicyName=name)
            return RolePolicy(name, as_document(answer["PolicyDocument"]))

    def _read_attached(self, name: str, arn: str) -> RolePolicy:
        with aws_call(f"read the policy {name}", self._aws):
            iam = self._aws.client("iam")
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            answer = iam.get_policy_version(PolicyArn=arn, VersionId=version)
            return RolePolicy(name, as_document(answer["PolicyVersion"]["Document"]), arn)

    def _boundary(self, reading: Future[RolePolicy]) -> Document | Problem:
        unread: list[Problem] = []
        policy = self._or(reading, None, unread)
        return policy.document if policy else unread[0]

    def _or(self, call: Future[T], otherwise: U, unread: list[Problem]) -> T | U:
        """Return what `call` gave, or `otherwise` with its Problem in `unread`; one that all would meet is raised."""
        try:
            return self._result(call, "a policy of the role")
        except Problem as problem:
            unread.append(unless_fatal(problem))
            return otherwise

    def _result(self, call: Future[T], what: str) -> T:
        with aws_call(f"read {what}", None):
            return self._crew.result(call)


def as_document(value: object) -> Document:
    """Return a policy as botocore gives it: parsed, or where it could not, the URL-encoded JSON of IAM."""
    document: Document = json.loads(unquote(value)) if isinstance(value, str) else value  # type: ignore[assignment]
    return document
