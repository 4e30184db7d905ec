"""What AWS would not store: it grants nothing, and may deny.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from typing import Any

import pytest

from panther_s3.access import evaluate
from tests.unit.access.cases import (
    ALL,
    OBJECT,
    PANTHER,
    ROLE,
    Case,
    Json,
    allow,
    check,
    decide,
    deny,
    of_identity,
    of_resource,
    of_trust,
    parametrize,
    policy,
    request,
    trust,
)


def bare(*statements: Any) -> Json:
    """Return a request under an identity policy with statements as they are."""
    return {"request": request(), "identity_policies": [{"Version": "2012-10-17", "Statement": list(statements)}]}


def without(element: str, made: Json) -> Json:
    """Return a statement without one of its elements."""
    return {key: value for key, value in made.items() if key != element}


BOTH = {"Action": "s3:*", "NotAction": "iam:*"}

CASES = [
    Case(
        "a statement may stand alone, without a list",
        "allow",
        {"request": request(), "identity_policies": [{"Statement": allow()}]},
    ),
    Case("a statement may have a Sid of any text", "allow", bare(allow(Sid=""))),
    Case(
        "a policy without statements allows nothing",
        "implicit",
        {"request": request(), "identity_policies": [{"Version": "2012-10-17"}]},
    ),
    Case("an empty list of statements allows nothing", "implicit", bare()),
    Case(
        "an unknown Version knows no variables",
        "allow",
        {"request": request(), "identity_policies": [{"Version": "2031-01-01", "Statement": allow()}]},
    ),
    Case("a statement without an Effect allows nothing", "implicit", bare(without("Effect", allow()))),
    Case("a statement without an Effect may deny", "unknown", bare(allow(), without("Effect", allow()))),
    Case("an Effect in another case allows nothing", "implicit", bare(allow() | {"Effect": "allow"})),
    Case("an Effect in another case may deny", "unknown", bare(allow(), deny() | {"Effect": "DENY"})),
    Case(
        "an unreadable Effect does not matter to another action",
        "allow",
        bare(allow(), {"Effect": "No", "Action": "iam:*", "Resource": "*"}),
    ),
    Case(
        "an unreadable Effect does not matter where a Deny applies",
        "explicit",
        bare(deny(), {"Effect": "No", "Action": "*", "Resource": "*"}),
    ),
    Case("Action and NotAction exclude each other: an Allow grants nothing", "implicit", bare(allow(**BOTH))),
    Case("Action and NotAction exclude each other: a Deny is open", "unknown", bare(allow(), deny(**BOTH))),
    Case("Resource and NotResource exclude each other", "implicit", bare(allow(Resource="*", NotResource="x"))),
    Case("an Allow without an action grants nothing", "implicit", bare(without("Action", allow()))),
    Case("an Allow without a resource grants nothing", "implicit", bare(without("Resource", allow()))),
    Case("a Deny without a resource is open", "unknown", bare(allow(), without("Resource", deny()))),
    Case(
        "a Deny without a resource does not matter to another action",
        "allow",
        bare(allow(), {"Effect": "Deny", "Action": "sqs:*"}),
    ),
    Case("a statement that is text is open as a Deny", "unknown", bare(allow(), "Deny everything")),
    Case("a statement that is text allows nothing", "implicit", bare("Allow everything")),
    Case("an action that is a number makes the list unreadable", "implicit", bare(allow(Action=["s3:*", 5]))),
    Case("a Principal has no place in an identity policy", "implicit", bare(allow(Principal="*"))),
    Case("a bucket policy needs a Principal", "implicit", of_resource("bucket", allow())),
    Case(
        "a bucket policy's Deny without a Principal is open", "unknown", of_resource("bucket", deny(), identity=(ALL,))
    ),
    Case(
        "a Principal that is an ARN by itself grants nothing", "implicit", of_resource("bucket", allow(Principal=ROLE))
    ),
    Case("a Principal that is null grants nothing", "implicit", of_resource("bucket", allow(Principal=None))),
    Case(
        "Principal and NotPrincipal exclude each other",
        "implicit",
        of_resource("bucket", allow(Principal="*", NotPrincipal={"AWS": PANTHER})),
    ),
    Case(
        "a trust policy needs no Resource, and one that has it is taken at its word",
        "allow",
        of_trust(trust(Principal="*", Resource="*")),
    ),
    Case(
        "a trust policy about another role is taken at its word, too",
        "implicit",
        of_trust(trust(Principal="*", Resource=f"{ROLE}2")),
    ),
    Case(
        "an account that JSON has as a number is that account",
        "allow",
        of_trust(trust(Principal={"AWS": int(PANTHER)})),
    ),
    Case("an unknown kind of principal names nobody", "implicit", of_resource("bucket", allow(Principal={"Aws": "*"}))),
    Case(
        "a policy that is a list is open as a Deny",
        "unknown",
        {"request": request(), "identity_policies": [ALL, ["x"]]},
    ),
    Case(
        "an unknown operator beside an allow without it does not matter",
        "allow",
        bare(allow(), allow(Condition={"Sounds": {"a": "b"}})),
    ),
    Case(
        "an unknown operator in a Deny does not matter where nothing allows",
        "implicit",
        bare(deny(Condition={"Sounds": {"a": "b"}})),
    ),
    Case(
        "an unknown operator does not matter under an explicit deny",
        "explicit",
        bare(deny(), allow(Condition={"Sounds": {"a": "b"}})),
    ),
    Case(
        "an unknown operator in a boundary is open",
        "unknown",
        of_identity(allow()) | {"permissions_boundary": policy(allow(Condition={"Sounds": {"a": "b"}}))},
    ),
    Case(
        "an unknown operator in a service control policy is open",
        "unknown",
        of_identity(allow()) | {"service_control_policies": [[policy(allow(Condition={"Sounds": {"a": "b"}}))]]},
    ),
    Case(
        "an unknown operator in a resource control policy is open",
        "unknown",
        of_identity(allow())
        | {"resource_control_policies": [[policy(deny(Principal="*", Condition={"Sounds": {"a": "b"}}))]]},
    ),
    Case("a policy full of stars is matched at once", "implicit", bare(allow(Resource="*a" * 60 + "*!"))),
]


@parametrize(CASES)
def test_malformed(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("missing", ["principal", "principal_account", "resource_account", "context"])
def test_a_request_without_a_field_is_judged_by_the_rest(missing: str) -> None:
    asked = without(missing, request())
    assert evaluate(asked, identity_policies=[ALL]).verdict == "allow"
    assert evaluate(asked).verdict == "deny"


@pytest.mark.parametrize("missing", ["action", "resource"])
def test_a_request_for_nothing_in_particular_is_not_allowed_a_thing_in_particular(missing: str) -> None:
    only = policy(allow(Action="s3:GetObject", Resource=OBJECT))
    assert evaluate(without(missing, request()), identity_policies=[only]).verdict == "deny"


def test_a_single_policy_may_stand_where_a_list_is_expected() -> None:
    assert decide({"request": request(), "identity_policies": ALL, "service_control_policies": ALL}).verdict == "allow"
