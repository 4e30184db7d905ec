"""The smallest change that mends a refusal, as JSON to copy, for the document that it belongs to."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from panther_s3.answers import Answers
from panther_s3.aws.roles import Role
from panther_s3.checks.judging import Judgement
from panther_s3.checks.requests import Request
from panther_s3.checks.statements import as_list
from panther_s3.policies import object_key_statement, role_policy, to_json

AGAIN = "AWS names one refusal at a time: check again once this is mended."
PRINCIPAL_ARN = "aws:PrincipalArn"


def allow_in_role(cause: str, role: Role, answers: Answers, request: Request, judgement: Judgement) -> str:
    """Return what to add where nothing allows `request`."""
    if cause == "permissions_boundary":
        return f"Add to the {judgement.blamed}:\n{to_json(allow(request.action, request.resource))}{AGAIN}"
    if cause == "bucket_policy":
        statement = {"Sid": "PantherReads", **allow(request.action, request.resource), "Principal": {"AWS": role.arn}}
        return f"Add to the bucket policy:\n{to_json(statement)}{AGAIN}"
    if cause.startswith("key_policy"):
        return f"Add to the key policy:\n{to_json(object_key_statement(role.arn))}{AGAIN}"
    return f"Add to the role's policy:\n{to_json(wanted_in_role(answers, request.action, request.resource))}{AGAIN}"


def exempt_role(statement: Mapping[str, Any] | None, name: str, document: str, role_arn: str, layer: str | None) -> str:
    """Return how to let the role past a Deny statement."""
    if statement is None or layer in ("service_control_policy", "resource_control_policy"):
        return f"Ask who administers the {document} to exempt {role_arn}."
    if layer == "identity_policy":
        return f"Take the statement {name} out of the {document}, or narrow it:\n{to_json(statement)}{AGAIN}"
    return f"Make the statement {name} of the {document}:\n{to_json(exempted(statement, role_arn))}{AGAIN}"


def exempted(statement: Mapping[str, Any], role_arn: str) -> dict[str, Any]:
    """Return a Deny statement that does not meet the role any more; all else of it stays.

    A condition of its own narrows the Deny, since all conditions have to hold (IAM user guide,
    "Conditions with multiple context keys or values").
    """
    changed: dict[str, Any] = copy.deepcopy(dict(statement))
    condition = changed.setdefault("Condition", {})
    for operator in ("ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotLike"):
        for key in condition.get(operator, {}):
            if key.lower() == PRINCIPAL_ARN.lower():
                condition[operator][key] = [*as_list(condition[operator][key]), role_arn]
                return changed
    condition.setdefault("ArnNotEquals", {})[PRINCIPAL_ARN] = role_arn
    return changed


def wanted_in_role(answers: Answers, action: str, resource: str) -> Mapping[str, Any]:
    """Return the statement of the role's policy that allows `action`, as Panther's template has it."""
    service = action.split(":")[0]
    for statement in role_policy(answers.source, answers.partition)["Statement"]:
        actions = as_list(statement["Action"])
        if service != "kms" and (action in actions or f"{service}:*" in actions):
            found: Mapping[str, Any] = statement
            return found
    return {"Sid": "DecryptObjects", **allow(action, resource)} if service == "kms" else allow(action, resource)


def allow(action: str, resource: str) -> dict[str, Any]:
    """Return the statement that allows one action on one resource; Panther uses a key in two ways."""
    actions = ["kms:Decrypt", "kms:DescribeKey"] if action.startswith("kms:") else action
    return {"Effect": "Allow", "Action": actions, "Resource": resource}
