"""The words in which the evaluator's cases are written."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from panther_s3.access import Decision, evaluate

CUSTOMER, PANTHER, OTHER = "111122223333", "999988887777", "444455556666"
ROLE = f"arn:aws:iam::{CUSTOMER}:role/LogReader"
SESSION = f"arn:aws:sts::{CUSTOMER}:assumed-role/LogReader/panther"
USER = f"arn:aws:iam::{CUSTOMER}:user/ana"
ROOT = f"arn:aws:iam::{CUSTOMER}:root"
PULLER = f"arn:aws:sts::{PANTHER}:assumed-role/PantherLogPuller/s"
PULLER_ROLE = f"arn:aws:iam::{PANTHER}:role/PantherLogPuller"
PANTHER_ROOT = f"arn:aws:iam::{PANTHER}:root"
BUCKET, OBJECT = "arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs/a/b.json"
KEY = f"arn:aws:kms:us-east-1:{CUSTOMER}:key/1111-2222"
TOPIC = f"arn:aws:sns:us-east-1:{CUSTOMER}:topic"

Json = dict[str, Any]


class Case(NamedTuple):
    """What is evaluated, what it comes to, and AWS's rule that says so."""

    why: str
    expected: str
    given: Json


def decision_of(case: Json) -> Decision:
    """Return the decision on a case of `tests/data/iam-cases.json`."""
    return evaluate(
        case["request"],
        identity_policies=case["identity_policies"],
        permissions_boundary=case["permission_boundary"],
        resource_policy=case["resource_policy"],
        resource_policy_type=case["resource_policy_type"],
        service_control_policies=case["scps"],
        resource_control_policies=case["rcps"],
        grants=case["grants"],
    )


def request(
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    principal: str = SESSION,
    resource_account: str = CUSTOMER,
    context: Json | None = None,
) -> Json:
    """Return a request; by default the role reads an object of its own account."""
    parts = principal.split(":")
    return {
        "principal": principal,
        "principal_account": parts[4] if len(parts) == 6 else None,
        "action": action,
        "resource": resource,
        "resource_account": resource_account,
        "context": context or {},
    }


def statement(effect: str, **elements: Any) -> Json:
    """Return a statement about every action and resource where `elements` do not say otherwise."""
    made: Json = {"Effect": effect}
    if "NotAction" not in elements:
        made["Action"] = "*"
    if "NotResource" not in elements:
        made["Resource"] = "*"
    return made | elements


def allow(**elements: Any) -> Json:
    """Return an Allow."""
    return statement("Allow", **elements)


def deny(**elements: Any) -> Json:
    """Return a Deny."""
    return statement("Deny", **elements)


def trust(effect: str = "Allow", **elements: Any) -> Json:
    """Return a statement of a trust policy, which has no Resource."""
    return {"Effect": effect, "Action": "sts:AssumeRole"} | elements


def policy(*statements: Json, version: str | None = "2012-10-17") -> Json:
    """Return a policy document."""
    return ({"Version": version} if version else {}) | {"Statement": list(statements)}


ALL = policy(allow())
"""Allows everything."""
SQS_ONLY = policy(allow(Action="sqs:*"))
"""Allows nothing that is asked for here."""


def of_identity(*statements: Json, version: str | None = "2012-10-17", **asked: Any) -> Json:
    """Return what an identity policy by itself is asked."""
    return {"request": request(**asked), "identity_policies": [policy(*statements, version=version)]}


def of_condition(condition: Json, context: Json, effect: str = "Allow") -> Json:
    """Return a request with `context` and an identity policy with one condition."""
    statements = [allow(Condition=condition)] if effect == "Allow" else [allow(), deny(Condition=condition)]
    return of_identity(*statements, context=context)


def of_trust(*statements: Json, identity: tuple[Json, ...] = (ALL,), **more: Any) -> Json:
    """Return Panther's AssumeRole call against a trust policy; `principal` and `context` may differ."""
    asked = {key: more.pop(key) for key in ("principal", "context", "action") if key in more}
    role = f"arn:aws:iam::{CUSTOMER}:role/LogReader"
    return {
        "request": request(**({"action": "sts:AssumeRole", "resource": role, "principal": PULLER} | asked)),
        "identity_policies": list(identity),
        "resource_policy": policy(*statements),
        "resource_policy_type": "trust",
    } | more


def of_resource(kind: str, *statements: Json, identity: tuple[Json, ...] = (), **more: Any) -> Json:
    """Return a request against a bucket's, key's or topic's policy."""
    defaults: dict[str, Json] = {
        "bucket": {},
        "kms": {"action": "kms:Decrypt", "resource": KEY},
        "sns": {"action": "sns:Publish", "resource": TOPIC},
    }
    names = ("principal", "context", "action", "resource", "resource_account")
    asked = {key: more.pop(key) for key in names if key in more}
    return {
        "request": request(**(defaults[kind] | asked)),
        "identity_policies": list(identity),
        "resource_policy": policy(*statements),
        "resource_policy_type": kind,
    } | more


def decide(given: Json) -> Decision:
    """Evaluate what a case gives."""
    return evaluate(given["request"], **{key: value for key, value in given.items() if key != "request"})


def check(case: Case) -> None:
    """Hold the engine to a case."""
    decision = decide(case.given)
    assert decision.kind == case.expected, f"{case.why}: {decision.reason}"
    verdict = {"allow": "allow", "explicit": "deny", "implicit": "deny", "unknown": "unknown"}[case.expected]
    assert decision.verdict == verdict


def parametrize(cases: list[Case]) -> pytest.MarkDecorator:
    """Give every case a test of its own, named after its reason."""
    return pytest.mark.parametrize("case", cases, ids=[case.why for case in cases])
