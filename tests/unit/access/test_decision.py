"""Which layer and which statement a decision names."""

from __future__ import annotations

import pytest

from panther_s3.access import Decision
from tests.unit.access.cases import (
    ALL,
    CUSTOMER,
    KEY,
    OTHER,
    PANTHER_ROOT,
    ROLE,
    ROOT,
    SQS_ONLY,
    Json,
    allow,
    decide,
    deny,
    of_identity,
    of_resource,
    of_trust,
    policy,
    request,
    trust,
)

SID = {"Sid": "OnlyVpce"}
ALLOWED = of_identity(allow())
ENABLES_IAM = allow(Principal={"AWS": ROOT})

STATEMENTS: list[tuple[str, tuple[str, int, str | None], Json]] = [
    (
        "identity_policy",
        ("identity policy 1", 1, "OnlyVpce"),
        {"request": request(), "identity_policies": [SQS_ONLY, policy(allow(Action="a:b"), allow(**SID))]},
    ),
    ("identity_policy", ("identity policy 0", 1, None), of_identity(allow(), deny())),
    (
        "permissions_boundary",
        ("permissions boundary", 1, "OnlyVpce"),
        ALLOWED | {"permissions_boundary": policy(allow(), deny(**SID))},
    ),
    (
        "resource_policy",
        ("resource policy", 0, "OnlyVpce"),
        of_resource("bucket", deny(Principal="*", **SID), identity=(ALL,)),
    ),
    ("resource_policy", ("resource policy", 0, None), of_resource("bucket", allow(Principal={"AWS": ROLE}))),
    ("resource_policy", ("resource policy", 0, None), of_trust(trust(Principal={"AWS": PANTHER_ROOT}))),
    (
        "service_control_policy",
        ("service control policy 0.1", 0, None),
        ALLOWED | {"service_control_policies": [[ALL, policy(deny())]]},
    ),
    (
        "resource_control_policy",
        ("resource control policy 1.0", 0, None),
        ALLOWED | {"resource_control_policies": [[], [policy(deny(Principal="*"))]]},
    ),
    (
        "grant",
        ("grant 1", 0, None),
        of_resource("kms") | {"grants": [{}, {"GranteePrincipal": ROLE, "Operations": ["Decrypt"]}]},
    ),
    (
        "resource_policy",
        ("resource policy", 0, None),
        of_resource("bucket", deny(Principal="*", Condition={"Sounds": {"a": "b"}}), identity=(ALL,)),
    ),
]

ABSENT: list[tuple[str, str, Json]] = [
    ("nothing allows", "identity_policy", of_identity()),
    ("the boundary leaves out what IAM allows", "permissions_boundary", ALLOWED | {"permissions_boundary": SQS_ONLY}),
    ("neither allows: IAM comes first", "identity_policy", of_identity() | {"permissions_boundary": SQS_ONLY}),
    (
        "the boundary limits the bucket policy's Allow for the role",
        "permissions_boundary",
        of_resource("bucket", allow(Principal={"AWS": ROLE}), permissions_boundary=SQS_ONLY),
    ),
    ("a level does not allow", "service_control_policy", ALLOWED | {"service_control_policies": [[SQS_ONLY]]}),
    (
        "the key policy allows nobody",
        "resource_policy",
        of_resource("kms", allow(Principal={"AWS": OTHER}), identity=(ALL,)),
    ),
    ("the key policy hands over, and IAM does not allow", "identity_policy", of_resource("kms", ENABLES_IAM)),
    (
        "the key policy hands over, and the boundary does not allow",
        "permissions_boundary",
        of_resource("kms", ENABLES_IAM, identity=(ALL,), permissions_boundary=SQS_ONLY),
    ),
    ("Panther is not trusted", "resource_policy", of_trust(trust(Principal={"AWS": CUSTOMER}))),
    (
        "Panther is trusted, and its own side does not allow",
        "identity_policy",
        of_trust(trust(Principal={"AWS": PANTHER_ROOT}), identity=()),
    ),
    (
        "the other account's bucket does not allow",
        "resource_policy",
        of_resource("bucket", identity=(ALL,), resource_account=OTHER),
    ),
    ("the topic does not let S3 publish", "resource_policy", of_resource("sns", principal="s3.amazonaws.com")),
]


@pytest.mark.parametrize(("layer", "statement", "given"), STATEMENTS)
def test_the_deciding_statement_is_named(layer: str, statement: tuple[str, int, str | None], given: Json) -> None:
    decision = decide(given)
    assert (decision.layer, decision.statement) == (layer, statement)
    assert statement[0] in decision.reason


@pytest.mark.parametrize(("layer", "given"), [case[1:] for case in ABSENT], ids=[case[0] for case in ABSENT])
def test_the_layer_whose_allow_is_missing_is_named(layer: str, given: Json) -> None:
    decision = decide(given)
    assert (decision.kind, decision.layer, decision.statement) == ("implicit", layer, None)


def test_a_decision_is_one_sentence_about_the_action() -> None:
    decision = decide(of_resource("kms", deny(Principal="*", Resource=KEY), identity=(ALL,)))
    assert decision == Decision(
        "deny",
        "explicit",
        ("resource policy", 0, None),
        "kms:Decrypt is denied by statement 0 of resource policy.",
        "resource_policy",
    )
