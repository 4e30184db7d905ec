"""IAM's simulator of a role's rights. The emulator's own differs from AWS's, so AWS's documented answers stand in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.stub import Stubber

from panther_s3.aws.crew import Crew, Hands
from panther_s3.aws.roles import Role
from panther_s3.aws.session import Aws
from panther_s3.aws.simulated_requests import ask_about
from panther_s3.aws.simulation import OVER_TLS, RESOURCES, Ask, simulate
from panther_s3.checks.readings import SimulatedDecision
from panther_s3.checks.requests import decrypt, list_bucket
from panther_s3.problems import Problem, ProblemKind
from tests.catalogue.scene import healthy_scene

ROLE = "arn:aws:iam::111122223333:role/logs/panther"
KEY, BUCKET = "arn:aws:kms:us-west-2:111122223333:key/1", "arn:aws:s3:::acme"
TLS = {"ContextKeyName": "aws:SecureTransport", "ContextKeyType": "boolean", "ContextKeyValues": ["true"]}


def _result(action: str, resource: str, decision: str, **more: Any) -> dict[str, Any]:
    return {"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": decision} | more


def _stubbed(aws: Aws) -> Stubber:
    return Stubber(aws.client("iam"))


def _simulate(aws: Aws, *asks: Ask) -> tuple[SimulatedDecision, ...]:
    return simulate(aws, ROLE, asks, Crew(Hands(1)))


def test_awss_documented_answer_is_read_with_boundary_organization_and_statements(operator: Aws) -> None:
    matched = [{"SourcePolicyId": "role_panther_inline", "SourcePolicyType": "IAM Policy"}] * 2
    result = _result(
        "s3:ListBucket",
        BUCKET,
        "explicitDeny",
        MatchedStatements=matched,
        MissingContextValues=["aws:SourceVpce"],
        OrganizationsDecisionDetail={"AllowedByOrganizations": False},
        PermissionsBoundaryDecisionDetail={"AllowedByPermissionsBoundary": True},
    )
    with _stubbed(operator) as stub:
        stub.add_response("simulate_principal_policy", {"EvaluationResults": [result], "IsTruncated": False})
        (decision,) = _simulate(operator, Ask(BUCKET, ("s3:ListBucket",)))
    assert decision == SimulatedDecision(
        "s3:ListBucket",
        BUCKET,
        "explicitDeny",
        allowed_by_boundary=True,
        allowed_by_organizations=False,
        matched=("role_panther_inline",),
        missing_context=("aws:SourceVpce",),
        context=(OVER_TLS,),
    )


def test_of_awss_documented_answer_what_is_said_of_each_resource_counts(operator: Aws) -> None:
    specific = [
        {"EvalResourceName": f"{BUCKET}/a", "EvalResourceDecision": "allowed"},
        {
            "EvalResourceName": f"{BUCKET}/b",
            "EvalResourceDecision": "implicitDeny",
            "MissingContextValues": ["s3:ExistingObjectTag/x"],
            "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False},
        },
    ]
    template = "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
    result = _result("s3:GetObject", template, "implicitDeny", ResourceSpecificResults=specific)
    asked = {
        "PolicySourceArn": ROLE,
        "ActionNames": ["s3:GetObject"],
        "ResourceArns": [f"{BUCKET}/a", f"{BUCKET}/b"],
        "ContextEntries": [TLS],
    }
    with _stubbed(operator) as stub:
        stub.add_response("simulate_principal_policy", {"EvaluationResults": [result], "IsTruncated": False}, asked)
        found = _simulate(operator, *(Ask(f"{BUCKET}/{key}", ("s3:GetObject",)) for key in "aba"))
    assert [(one.resource, one.decision, one.allowed_by_boundary, one.missing_context) for one in found] == [
        (f"{BUCKET}/a", "allowed", None, ()),
        (f"{BUCKET}/b", "implicitDeny", False, ("s3:ExistingObjectTag/x",)),
    ]


def test_each_context_is_a_call_of_its_own_and_pages_are_put_together_as_aws_documents(operator: Aws) -> None:
    context = (OVER_TLS, ("kms:ViaService", "s3.us-west-2.amazonaws.com"))
    via = {
        "ContextKeyName": "kms:ViaService",
        "ContextKeyType": "string",
        "ContextKeyValues": ["s3.us-west-2.amazonaws.com"],
    }
    first = {"PolicySourceArn": ROLE, "ActionNames": ["a:b"], "ResourceArns": ["*"], "ContextEntries": [TLS]}
    other = {
        "PolicySourceArn": ROLE,
        "ActionNames": ["kms:Decrypt"],
        "ResourceArns": [KEY],
        "ContextEntries": [TLS, via],
    }
    allowed = [_result("a:b", "*", "allowed")]
    decrypt = [_result("kms:Decrypt", KEY, "allowed")]
    with _stubbed(operator) as stub:
        stub.add_response(
            "simulate_principal_policy", {"EvaluationResults": allowed, "IsTruncated": True, "Marker": "m"}, first
        )
        stub.add_response(
            "simulate_principal_policy", {"EvaluationResults": allowed, "IsTruncated": False}, first | {"Marker": "m"}
        )
        stub.add_response("simulate_principal_policy", {"EvaluationResults": decrypt, "IsTruncated": False}, other)
        found = _simulate(operator, Ask("*", ("a:b",)), Ask(KEY, ("kms:Decrypt",), context))
    assert [one.action for one in found] == ["a:b", "a:b", "kms:Decrypt"]
    assert found[2].context == context


def test_many_resources_are_asked_about_in_several_calls_which_the_emulator_would_answer_for_one(
    operator: Aws,
) -> None:
    answer = {"EvaluationResults": [_result("s3:GetObject", BUCKET, "allowed")], "IsTruncated": False}
    with _stubbed(operator) as stub:
        for _ in range(2):
            stub.add_response("simulate_principal_policy", answer)
        _simulate(operator, *(Ask(f"{BUCKET}/{place}", ("s3:GetObject",)) for place in range(RESOURCES + 1)))
        stub.assert_no_pending_responses()


def test_a_refusal_of_the_simulator_in_awss_words_is_a_problem_with_the_statement_to_ask_for(operator: Aws) -> None:
    message = (
        "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: iam:SimulatePrincipalPolicy "
        f"on resource: {ROLE} because no identity-based policy allows the iam:SimulatePrincipalPolicy action"
    )
    with _stubbed(operator) as stub:
        stub.add_client_error("simulate_principal_policy", "AccessDenied", message, 403)
        with pytest.raises(Problem) as raised:
            _simulate(operator, Ask(BUCKET, ("s3:ListBucket",)))
    assert raised.value.kind is ProblemKind.ACCESS_DENIED
    assert raised.value.statement == {"Effect": "Allow", "Action": "iam:SimulatePrincipalPolicy", "Resource": ROLE}


def test_a_request_is_asked_about_with_all_that_is_certain_of_it_in_awss_documented_types(operator: Aws) -> None:
    scene = healthy_scene()
    role = scene.readings().role
    assert isinstance(role, Role)
    answers = replace(scene.answers(), bucket_region=scene.region)
    ask = ask_about(decrypt(role, answers, KEY, "AWSLogs/1", bucket_key=False))
    context = dict(ask.context)
    assert (ask.resource, ask.actions) == (KEY, ("kms:Decrypt",))
    assert context["aws:RequestedRegion"] == scene.region
    assert context["aws:PrincipalArn"] == scene.role_arn
    assert context["kms:EncryptionContext:aws:s3:arn"] == f"{scene.bucket_arn}/AWSLogs/1"
    sent: dict[str, Any] = {}
    with _stubbed(operator) as stub:
        answer = {"EvaluationResults": [_result("kms:Decrypt", KEY, "allowed")], "IsTruncated": False}
        stub.add_response("simulate_principal_policy", answer)
        operator.client("iam").meta.events.register(
            "provide-client-params.iam.SimulatePrincipalPolicy", lambda params, **_: sent.update(params)
        )
        _simulate(operator, ask)
    entries = {entry["ContextKeyName"]: entry for entry in sent["ContextEntries"]}
    assert set(entries) == set(context)
    assert entries["aws:ViaAWSService"]["ContextKeyType"] == "boolean"
    assert entries["aws:CurrentTime"]["ContextKeyType"] == "date"
    assert entries["aws:CurrentTime"]["ContextKeyValues"][0].endswith("Z")
    assert entries["aws:EpochTime"]["ContextKeyValues"][0].isdecimal()
    assert entries["kms:EncryptionContextKeys"]["ContextKeyType"] == "stringList"


def test_of_what_may_vary_and_of_what_is_empty_nothing_is_told() -> None:
    scene = healthy_scene()
    role = scene.readings().role
    assert isinstance(role, Role)
    known = dict(ask_about(list_bucket(role, scene.answers(), "")).context)
    assert known["s3:prefix"] == ""
    assert not {"s3:TlsVersion", "aws:RequestedRegion"} & set(known)
