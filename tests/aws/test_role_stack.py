"""What stands under a role's and a stack's names, against the embedded AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from panther_s3.answers import Answers, CallerIdentity, Made
from panther_s3.aws.roles import Role, RolePolicy
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import ChangeSet, Stack, Stacks
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.panther import PantherDeployment
from panther_s3.policies import role_policy, trust_policy
from panther_s3.problems import Problem, ProblemKind
from panther_s3.role_stack import (
    Case,
    Situation,
    differences,
    plan_stack,
    read_situation,
    with_begun,
    with_role_of,
    without_stack,
)
from panther_s3.source import PrefixLogTypes, S3Source

ANSWERS = Answers(
    profile="default",
    region="us-west-2",
    identity=CallerIdentity(cast.CUSTOMER_ACCOUNT, f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:user/operator"),
    panther=PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION),
    source=S3Source("role stack", cast.CUSTOMER_ACCOUNT, "acme-vpc-flow"),
    bucket_region="us-east-1",
)
STACK = Stack("s", "arn:aws:cloudformation:us-east-1:1:stack/s/1", "us-east-1", "CREATE_COMPLETE", "", {}, {}, {})


@pytest.fixture
def aws(embedded_aws: EmbeddedAws, aws_environment: None) -> Aws:
    """The operator, who works in another region than the bucket's."""
    return Aws("default", "us-west-2", endpoint_url=embedded_aws.endpoint_url)


@pytest.fixture
def stacks(aws: Aws) -> Stacks:
    return Stacks(aws)


@pytest.fixture
def answers(request: pytest.FixtureRequest, aws: Aws) -> Iterator[Answers]:
    """Answers whose names no other test has; what was made under them goes afterwards."""
    name = request.node.name.removeprefix("test_").replace("_", "-")[:32]
    answers = replace(ANSWERS, suffix=name)
    yield answers
    for region in ("us-east-1", "us-west-2"):
        aws.client("cloudformation", region).delete_stack(StackName=answers.stack_name)


def make(stacks: Stacks, answers: Answers) -> Stack:
    """Make the stack of `answers` as the wizard does."""
    change_set = stacks.wait_for_change_set(stacks.create_change_set(plan_stack(answers, "CREATE")))
    stacks.execute_change_set(change_set, "token")
    stack = stacks.find(change_set.stack_id, change_set.region)
    assert stack is not None
    return stack


def test_at_first_there_is_nothing(aws: Aws, answers: Answers) -> None:
    assert read_situation(aws, answers) == Situation(None, None)
    assert read_situation(aws, answers).case is Case.NOTHING


def test_a_role_of_that_name_is_found_in_whatever_region(aws: Aws, answers: Answers) -> None:
    iam = aws.client("iam")
    iam.create_role(
        RoleName=answers.role_name, AssumeRolePolicyDocument=json.dumps(trust_policy(PantherDeployment("444455556666")))
    )
    try:
        situation = read_situation(aws, answers)
    finally:
        iam.delete_role(RoleName=answers.role_name)
    assert situation.case is Case.ROLE_ONLY
    assert situation.role is not None
    assert situation.role.arn == answers.expected_role_arn
    found = differences(situation.role, answers)
    assert "444455556666" in found[0]
    assert [action for action in ("s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject") if action in str(found)]


def test_a_finished_stack_is_found_with_its_role(aws: Aws, stacks: Stacks, answers: Answers) -> None:
    stack = make(stacks, answers)
    situation = read_situation(aws, answers)
    assert situation.case is Case.STACK
    assert situation.stack == stack
    assert situation.role is not None
    assert differences(situation.role, answers) == ()


def test_the_stack_is_made_in_the_buckets_region_with_its_tags(aws: Aws, stacks: Stacks, answers: Answers) -> None:
    stack = make(stacks, answers)
    assert stack.region == "us-east-1"
    assert stack.tags == {"panther:app": "panther", "panther:created-by": "panther-s3-wizard"}
    assert stack.outputs["RoleARN"] == answers.expected_role_arn
    assert stacks.find(answers.stack_name, "us-west-2") is None


def test_a_stack_in_another_region_is_found_by_the_tag_of_its_role(aws: Aws, stacks: Stacks, answers: Answers) -> None:
    made = make(stacks, replace(answers, bucket_region="us-west-2"))
    situation = read_situation(aws, answers)
    assert (situation.case, situation.stack) == (Case.STACK, made)
    assert plan_stack(answers, "UPDATE", situation.stack).region == "us-west-2"


def test_the_empty_stack_of_a_change_set_is_a_leftover(aws: Aws, stacks: Stacks, answers: Answers) -> None:
    change_set = stacks.wait_for_change_set(stacks.create_change_set(plan_stack(answers, "CREATE")))
    assert read_situation(aws, answers).case is Case.LEFTOVER
    stacks.discard_change_set(change_set)
    assert read_situation(aws, answers).case is Case.NOTHING


def test_another_suffix_leads_to_other_names(aws: Aws, stacks: Stacks, answers: Answers) -> None:
    make(stacks, answers)
    assert read_situation(aws, replace(answers, suffix="nobody-has-this")).case is Case.NOTHING


def test_an_aws_that_cannot_be_reached_is_a_problem_and_not_nothing(aws_environment: None) -> None:
    with pytest.raises(Problem) as raised:
        read_situation(Aws("default", "us-west-2", endpoint_url="http://127.0.0.1:9"), ANSWERS)
    assert raised.value.kind is ProblemKind.NETWORK


@pytest.mark.parametrize(
    ("status", "case"),
    [
        ("CREATE_COMPLETE", Case.STACK),
        ("UPDATE_COMPLETE", Case.STACK),
        ("UPDATE_ROLLBACK_COMPLETE", Case.STACK),
        ("IMPORT_COMPLETE", Case.STACK),
        ("CREATE_IN_PROGRESS", Case.BUSY),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Case.BUSY),
        ("DELETE_IN_PROGRESS", Case.BUSY),
        ("REVIEW_IN_PROGRESS", Case.LEFTOVER),
        ("ROLLBACK_COMPLETE", Case.BROKEN),
        ("ROLLBACK_FAILED", Case.BROKEN),
        ("CREATE_FAILED", Case.BROKEN),
        ("DELETE_FAILED", Case.BROKEN),
    ],
)
def test_each_state_of_a_stack_is_a_case(status: str, case: Case) -> None:
    assert Situation(role(), replace(STACK, status=status)).case is case
    expected = Case.ROLE_GONE if case is Case.STACK else case
    assert Situation(None, replace(STACK, status=status)).case is expected


def test_a_stack_whose_role_was_deleted_is_not_taken_for_sound(aws: Aws, stacks: Stacks, answers: Answers) -> None:
    make(stacks, answers)
    iam = aws.client("iam")
    for name in iam.list_role_policies(RoleName=answers.role_name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=answers.role_name, PolicyName=name)
    iam.delete_role(RoleName=answers.role_name)
    assert read_situation(aws, answers).case is Case.ROLE_GONE


def test_a_stack_that_made_a_role_of_another_name_is_judged_by_that_one(
    aws: Aws, stacks: Stacks, answers: Answers
) -> None:
    other = replace(answers, suffix="another-role-name")
    plan = replace(plan_stack(other, "CREATE"), stack_name=answers.stack_name)
    stacks.execute_change_set(stacks.wait_for_change_set(stacks.create_change_set(plan)), "token")
    situation = read_situation(aws, answers)
    assert situation.case is Case.STACK
    assert situation.role is not None
    assert situation.role.name == other.role_name


def test_a_plan_names_what_is_made_and_where() -> None:
    plan = plan_stack(replace(ANSWERS, suffix="own"), "CREATE")
    assert (plan.stack_name, plan.region, plan.kind) == ("panther-log-analysis-setup-own", "us-east-1", "CREATE")
    assert plan.parameters["RoleSuffix"] == "own"
    assert plan.parameters["MasterAccountId"] == cast.PANTHER_ACCOUNT
    assert plan.parameters["S3Bucket"] == "acme-vpc-flow"
    assert "PantherLogProcessingRole-" in plan.template_body


def test_the_plan_of_an_update_keeps_the_stacks_own_name_and_region() -> None:
    plan = plan_stack(ANSWERS, "UPDATE", replace(STACK, name="by-hand", region="eu-west-1"))
    assert (plan.stack_name, plan.region, plan.kind) == ("by-hand", "eu-west-1", "UPDATE")


def role(*statements: dict[str, Any]) -> Role:
    policy = RolePolicy("own", {"Statement": list(statements)})
    return Role("r", ANSWERS.expected_role_arn, "/", trust_policy(ANSWERS.panther), "", {}, (policy,))


def test_a_role_with_more_than_is_needed_differs_in_nothing() -> None:
    assert differences(role({"Effect": "Allow", "Action": "*", "Resource": "*"}), ANSWERS) == ()


def test_a_role_of_panthers_manual_steps_lacks_the_right_to_list() -> None:
    statements = role_policy(ANSWERS.source, ANSWERS.partition)["Statement"]
    short = [
        {**statement, "Action": [a for a in [statement["Action"]] if isinstance(a, str)]} for statement in statements
    ]
    found = differences(role(*short, {**statements[0], "Action": "s3:GetBucketLocation"}), ANSWERS)
    assert len(found) == 1
    assert "s3:ListBucket" in found[0]


def test_each_action_that_a_key_and_managed_notifications_need_is_looked_for() -> None:
    answers = ANSWERS.with_source(
        kms_key_arn="arn:aws:kms:us-east-1:111122223333:key/k", panther_managed_bucket_notifications_enabled=True
    )
    plain = role(*role_policy(ANSWERS.source, ANSWERS.partition)["Statement"])
    told = "\n".join(differences(plain, answers))
    for action in (
        "kms:Decrypt",
        "kms:DescribeKey",
        "s3:GetBucketNotification",
        "s3:PutBucketNotification",
        "sns:Subscribe",
    ):
        assert action in told


def test_decrypting_is_looked_for_under_each_prefix() -> None:
    key = "arn:aws:kms:us-east-1:111122223333:key/k"
    prefixes = (PrefixLogTypes("first/"), PrefixLogTypes("second/"))
    answers = ANSWERS.with_source(kms_key_arn=key, prefix_log_types=prefixes)
    statements = role_policy(answers.source, answers.partition)["Statement"]
    assert differences(role(*statements), answers) == ()

    first_only = {"StringLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::acme-vpc-flow/first/*"}}
    use = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key, "Condition": first_only}
    describe = {"Effect": "Allow", "Action": "kms:DescribeKey", "Resource": key}
    reads = [s for s in statements if "kms:" not in json.dumps(s["Action"])]
    (told,) = differences(role(*reads, use, describe), answers)
    assert "kms:Decrypt" in told


def test_the_role_of_a_stack_is_taken_from_its_outputs() -> None:
    arn = "arn:aws:iam::111122223333:role/path/other"
    answers = with_role_of(ANSWERS, replace(STACK, outputs={"RoleARN": arn}))
    assert answers.source.log_processing_role_arn == arn
    assert answers.made == ()


def test_a_stack_without_outputs_has_the_role_of_the_convention() -> None:
    answers = with_role_of(ANSWERS, STACK)
    assert answers.source.log_processing_role_arn == ANSWERS.expected_role_arn


RECORD = Made("CloudFormation stack", "s", "us-east-1", STACK.stack_id)
CREATION = ChangeSet("c", "arn:c", "s", STACK.stack_id, "us-east-1", "CREATE", "CREATE_COMPLETE", "")
UPDATE = replace(CREATION, kind="UPDATE")


def test_a_stack_is_on_record_from_its_execution_and_its_role_from_its_end() -> None:
    stack = replace(STACK, outputs={"RoleARN": ANSWERS.expected_role_arn})
    begun = with_begun(ANSWERS, CREATION, None)
    assert begun.made == (RECORD,)
    ended = with_role_of(begun, stack)
    assert ended.made == (RECORD, Made("IAM role", ANSWERS.role_name, "", ANSWERS.expected_role_arn))
    assert with_role_of(ended, stack).made == ended.made
    assert without_stack(ended, stack).made == ()


def test_an_update_is_on_record_with_what_the_stack_was_before() -> None:
    old = replace(STACK, parameters={"S3Bucket": "old"})
    once = with_begun(ANSWERS, UPDATE, old)
    assert once.made == (replace(RECORD, before={"S3Bucket": "old"}),)
    assert with_role_of(once, old).made == once.made
    assert with_begun(once, UPDATE, replace(STACK, parameters={"S3Bucket": "new"})).made == once.made


def test_a_stack_that_this_run_made_and_then_updated_stays_on_record_as_made() -> None:
    made = with_begun(ANSWERS, CREATION, None)
    assert with_begun(made, UPDATE, STACK).made == (RECORD,)
