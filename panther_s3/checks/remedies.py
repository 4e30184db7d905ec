"""The smallest change that mends a refusal, as JSON to copy, for the document that it belongs to.

A remedy adds a statement to a document, replaces one, or takes one out; nothing else of it changes.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from panther_s3.answers import Answers
from panther_s3.aws.roles import Role
from panther_s3.checks.judging import Document, Judgement
from panther_s3.checks.statements import as_list, statements_of
from panther_s3.policies import object_key_statement, role_policy, to_json

AGAIN = "AWS names one refusal at a time: check again once this is mended."
PRINCIPAL_ARN = "aws:PrincipalArn"
NEGATED = ("ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotLike")
OF_ORGANIZATION = ("service_control_policy", "resource_control_policy")


def to_add(document: str, statement: Mapping[str, Any], there: Iterable[Document | None] = ()) -> str:
    """Return the remedy that adds `statement`; `there` are the documents whose Sids it must not have."""
    return f"Add to the {document}:\n{to_json(_named_anew(statement, there))}{AGAIN}"


def to_replace(name: str, document: str, statement: Mapping[str, Any]) -> str:
    """Return the remedy that puts `statement` in the place of the one called `name`."""
    return f"Make the statement {name} of the {document}:\n{to_json(statement)}{AGAIN}"


def to_remove(name: str, document: str, statement: Mapping[str, Any]) -> str:
    """Return the remedy that takes `statement` out."""
    return f"Take the statement {name} out of the {document}, or narrow it:\n{to_json(statement)}{AGAIN}"


def allow_in_role(cause: str, role: Role, answers: Answers, judgement: Judgement) -> str:
    """Return what to add where nothing allows the request."""
    request, policies = judgement.request, judgement.policies
    resource = [policies.resource[1]] if policies.resource else []
    if cause == "permissions_boundary":
        return to_add(judgement.blamed, allow(request.action, request.resource))
    if cause == "bucket_policy":
        statement = {"Sid": "PantherReads", **allow(request.action, request.resource), "Principal": {"AWS": role.arn}}
        return to_add(policies.resource[0] if policies.resource else "bucket policy", statement, resource)
    if cause.startswith("key_policy") and policies.resource:
        return to_add(policies.resource[0], object_key_statement(role.arn), resource)
    return to_add(
        f"policy of {role.arn}",
        wanted_in_role(answers, request.action, request.resource),
        (document for _, document in policies.identity),
    )


def exempt_role(statement: Mapping[str, Any] | None, name: str, document: str, role_arn: str, layer: str | None) -> str:
    """Return how to let the role past a Deny statement."""
    if statement is None or layer in OF_ORGANIZATION:
        return f"Ask who administers the {document} to exempt {role_arn}."
    if layer == "identity_policy":
        return to_remove(name, document, statement)
    return to_replace(name, document, exempted(statement, role_arn))


def exempted(statement: Mapping[str, Any], role_arn: str) -> dict[str, Any]:
    """Return a Deny statement that does not meet the role any more; all else of it stays.

    A condition of its own narrows the Deny, since all conditions have to hold (IAM user guide,
    "Conditions with multiple context keys or values").
    """
    changed: dict[str, Any] = copy.deepcopy(dict(statement))
    condition = changed.setdefault("Condition", {})
    for operator in condition:
        if operator.removesuffix("IfExists") not in NEGATED:
            continue
        for key in condition[operator]:
            if key.lower() == PRINCIPAL_ARN.lower():
                condition[operator][key] = [*as_list(condition[operator][key]), role_arn]
                return changed
    condition.setdefault("ArnNotEquals", {})[PRINCIPAL_ARN] = role_arn
    return changed


def with_conditions(statement: Mapping[str, Any], wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return `statement` with the conditions `wanted` beside its own; on the same operator and key they stand alone.

    Names of keys are compared without regard to case (IAM user guide, "Condition").
    """
    tests = {operator: dict(keys) for operator, keys in statement.get("Condition", {}).items()}
    for operator, keys in wanted.items():
        ours = {key.lower() for key in keys}
        kept = {key: values for key, values in tests.get(operator, {}).items() if key.lower() not in ours}
        tests[operator] = {**kept, **keys}
    return {**statement, "Condition": tests}


def _named_anew(statement: Mapping[str, Any], there: Iterable[Document | None]) -> dict[str, Any]:
    """`statement` with a Sid that no other has: within a policy each has to be different (IAM user guide, "Sid")."""
    if statement.get("Sid") is None:
        return dict(statement)
    return {**statement, "Sid": free_sid(str(statement["Sid"]), there)}


def free_sid(sid: str, there: Iterable[Document | None]) -> str:
    """Return `sid`, numbered where a statement of `there` has it."""
    taken = {str(each.get("Sid")) for document in there if document for each in statements_of(document)}
    names = itertools.chain([sid], (f"{sid}{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken)


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
