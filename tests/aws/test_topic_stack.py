"""What stands under the names of a topic, its stack and its key's alias, against the embedded AWS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.session import Aws
from panther_s3.aws.stacks import Stack, StackPlan, Stacks
from panther_s3.demo import cast
from panther_s3.panther import PantherDeployment
from panther_s3.problems import Problem, ProblemKind
from panther_s3.role_stack import with_begun
from panther_s3.source import S3Source, topic_stack_name
from panther_s3.topic_stack import (
    TopicCase,
    alias_of,
    is_stack_for,
    plan_topic_stack,
    read_topic_situation,
    with_topic_of,
    without_topic_stack,
)
from tests.aws.conftest import Faults

REGION = "us-east-1"
ANSWERS = Answers(
    profile="default",
    region="us-west-2",
    identity=CallerIdentity(cast.CUSTOMER_ACCOUNT, f"arn:aws:iam::{cast.CUSTOMER_ACCOUNT}:user/operator"),
    panther=PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION),
    source=S3Source("topic stack", cast.CUSTOMER_ACCOUNT, cast.VPC_FLOW),
    bucket_region=REGION,
)


@pytest.fixture
def answers(request: pytest.FixtureRequest, operator: Aws) -> Iterator[Answers]:
    """Answers whose names no other test has; what was made under them goes afterwards."""
    name = request.node.name.removeprefix("test_").replace("_", "-").split("[")[0][:32]
    answers = replace(ANSWERS, suffix=name)
    yield answers
    stacks, kms = operator.client("cloudformation", REGION), operator.client("kms", REGION)
    for number in ("", "-2", "-3"):
        stacks.delete_stack(StackName=f"{topic_stack_name(name)}{number}")
    for alias in kms.list_aliases()["Aliases"]:
        if name in alias["AliasName"]:
            kms.delete_alias(AliasName=alias["AliasName"])
    sns = operator.client("sns", REGION)
    for topic in sns.list_topics()["Topics"]:
        if name in topic["TopicArn"]:
            sns.delete_topic(TopicArn=topic["TopicArn"])


def topic_of(answers: Answers) -> str:
    return f"topic-{answers.role_suffix}"


def arn_of(answers: Answers) -> str:
    return f"arn:aws:sns:{REGION}:{cast.CUSTOMER_ACCOUNT}:{topic_of(answers)}"


def make(aws: Aws, plan: StackPlan) -> Stack:
    """Make the stack as the wizard does."""
    stacks = Stacks(aws)
    change_set = stacks.wait_for_change_set(stacks.create_change_set(plan))
    stacks.execute_change_set(change_set, "token")
    stack = stacks.find(change_set.stack_id, change_set.region)
    assert stack is not None
    return stack


def test_at_first_there_is_nothing_and_the_name_is_free(operator: Aws, answers: Answers) -> None:
    situation = read_topic_situation(operator, answers, topic_of(answers))
    assert situation.case is TopicCase.NOTHING
    assert situation.obstacles() == ()
    assert situation.alias_taken is False
    assert situation.free_name == situation.stack_name == topic_stack_name(answers.suffix)


def test_the_stack_is_made_in_the_buckets_region_and_names_its_topic(operator: Aws, answers: Answers) -> None:
    stack = make(operator, plan_topic_stack(answers, topic_of(answers)))
    assert (stack.region, stack.status) == (REGION, "CREATE_COMPLETE")
    assert stack.outputs == {"SnsTopicArn": arn_of(answers)}
    assert stack.tags == {"panther:app": "panther", "panther:created-by": "panther-s3-wizard"}
    situation = read_topic_situation(operator, answers, topic_of(answers))
    assert situation.case is TopicCase.STACK
    assert situation.stack == stack
    assert situation.topic is not None
    assert situation.topic.arn == arn_of(answers)
    assert situation.free_name == stack.name
    assert [told for told in situation.obstacles() if "is there already, for this bucket" in told]
    assert not [told for told in situation.obstacles() if "alias" in told]


def test_a_stack_without_a_key_takes_no_alias(operator: Aws, answers: Answers) -> None:
    plan = plan_topic_stack(answers, topic_of(answers), with_key=False)
    assert plan.parameters["CreateKey"] == "false"
    make(operator, plan)
    assert read_topic_situation(operator, answers, topic_of(answers)).alias_taken is False


def test_a_stack_that_made_a_topic_of_another_name_is_found_with_that_one(operator: Aws, answers: Answers) -> None:
    make(operator, plan_topic_stack(answers, f"{topic_of(answers)}-other"))
    situation = read_topic_situation(operator, answers, topic_of(answers))
    assert situation.case is TopicCase.STACK
    assert situation.topic is not None
    assert situation.topic.arn == f"{arn_of(answers)}-other"


def test_a_topic_of_that_name_is_found_first_and_offered(operator: Aws, answers: Answers) -> None:
    operator.client("sns", REGION).create_topic(Name=topic_of(answers))
    situation = read_topic_situation(operator, answers, topic_of(answers))
    assert situation.case is TopicCase.TOPIC_ONLY
    assert situation.topic is not None
    assert situation.obstacles() == (
        f"The topic {arn_of(answers)} exists already. Use it, or give the new one another name.",
    )


def test_a_stack_whose_topic_was_deleted_is_told(operator: Aws, answers: Answers) -> None:
    make(operator, plan_topic_stack(answers, topic_of(answers)))
    operator.client("sns", REGION).delete_topic(TopicArn=arn_of(answers))
    assert read_topic_situation(operator, answers, topic_of(answers)).case is TopicCase.TOPIC_GONE


def test_the_empty_stack_of_a_change_set_is_a_leftover(operator: Aws, answers: Answers) -> None:
    stacks = Stacks(operator)
    stacks.wait_for_change_set(stacks.create_change_set(plan_topic_stack(answers, topic_of(answers))))
    situation = read_topic_situation(operator, answers, topic_of(answers))
    assert situation.case is TopicCase.LEFTOVER
    assert situation.obstacles() == ()


def test_a_stack_for_another_bucket_keeps_its_name_and_another_is_proposed(operator: Aws, answers: Answers) -> None:
    other = answers.with_source(bucket_name="acme-other")
    make(operator, plan_topic_stack(other, f"{topic_of(answers)}-other"))
    situation = read_topic_situation(operator, answers, topic_of(answers))
    assert situation.is_ours is False
    assert situation.free_name == f"{topic_stack_name(answers.suffix)}-2"
    (told,) = situation.obstacles()
    assert "for the bucket acme-other" in told
    assert told.endswith(f"The name {situation.free_name} is free.")
    assert read_topic_situation(operator, answers, topic_of(answers), situation.free_name).obstacles() == ()


def test_the_topic_of_a_stack_for_another_bucket_is_offered_too(operator: Aws, answers: Answers) -> None:
    make(operator, plan_topic_stack(answers.with_source(bucket_name="acme-other"), f"{topic_of(answers)}-other"))
    situation = read_topic_situation(operator, answers, topic_of(answers))
    assert situation.case is TopicCase.TOPIC_ONLY
    assert situation.topic is not None
    assert situation.topic.arn == f"{arn_of(answers)}-other"


def test_the_name_that_a_stack_for_this_bucket_has_is_proposed_once_more(operator: Aws, answers: Answers) -> None:
    name = topic_stack_name(answers.suffix)
    make(operator, plan_topic_stack(answers.with_source(bucket_name="acme-other"), f"{topic_of(answers)}-other"))
    make(operator, plan_topic_stack(answers, topic_of(answers), stack_name=f"{name}-2"))
    assert read_topic_situation(operator, answers, topic_of(answers)).free_name == f"{name}-2"


def test_an_alias_that_a_key_has_already_is_told_and_another_name_proposed(operator: Aws, answers: Answers) -> None:
    kms, name = operator.client("kms", REGION), topic_stack_name(answers.suffix)
    kms.create_alias(AliasName=alias_of(name), TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    situation = read_topic_situation(operator, answers, topic_of(answers))
    assert (situation.alias_taken, situation.free_name) == (True, f"{name}-2")
    assert situation.obstacles() == (
        f"A key has the alias {alias_of(name)} already, which the stack would give to its own. "
        f"The name {name}-2 is free.",
    )
    assert situation.obstacles(with_key=False) == ()


def test_an_alias_that_may_not_be_read_hinders_nothing(faulty: Aws, faults: Faults, answers: Answers) -> None:
    refusal = {"code": "AccessDeniedException", "status": 400}
    faults.add({"service": "kms", "operation": "DescribeKey", "error": refusal})
    situation = read_topic_situation(faulty, answers, topic_of(answers))
    assert faults.fired()
    assert (situation.alias_taken, situation.obstacles()) == (None, ())


@pytest.mark.parametrize(
    ("service", "operation"),
    [("sns", "GetTopicAttributes"), ("cloudformation", "DescribeStacks")],
)
def test_what_may_not_be_read_otherwise_is_a_problem(
    faulty: Aws, faults: Faults, answers: Answers, service: str, operation: str
) -> None:
    faults.add({"service": service, "operation": operation, "error": {"code": "AccessDenied", "status": 403}})
    with pytest.raises(Problem) as raised:
        read_topic_situation(faulty, answers, topic_of(answers))
    assert raised.value.kind is ProblemKind.ACCESS_DENIED


def test_the_topic_is_on_record_with_its_stack_and_goes_with_it(operator: Aws, answers: Answers) -> None:
    stacks = Stacks(operator)
    change_set = stacks.wait_for_change_set(stacks.create_change_set(plan_topic_stack(answers, topic_of(answers))))
    begun = with_begun(answers, change_set, None)
    stacks.execute_change_set(change_set, "token")
    stack = stacks.find(change_set.stack_id, REGION)
    assert stack is not None
    done = with_topic_of(begun, stack)
    assert done.source.topic_arn == arn_of(answers)
    assert [(made.kind, made.arn) for made in done.made] == [
        ("CloudFormation stack", stack.stack_id),
        ("SNS topic", arn_of(answers)),
    ]
    assert with_topic_of(done, stack) == done
    assert without_topic_stack(done, stack).made == ()
    assert with_topic_of(answers, stack).made == ()


def test_the_wizards_own_template_is_known_by_its_parameters(operator: Aws, answers: Answers) -> None:
    """Panther's own template has no S3Bucket."""
    stack = Stack("s", "id", REGION, "CREATE_COMPLETE", "", {}, {}, {})
    panthers = {"MasterAccountId": "1", "PantherRegion": "us-west-2", "SnsTopicName": "x"}
    assert is_stack_for(replace(stack, parameters=panthers), cast.VPC_FLOW) is False
    assert (
        is_stack_for(replace(stack, parameters={**panthers, "S3Bucket": cast.VPC_FLOW, "CreateKey": ""}), "x") is False
    )
    assert is_stack_for(replace(stack, parameters={**panthers, "S3Bucket": "x", "CreateKey": ""}), "x") is True
    assert is_stack_for(stack, "x") is False
    assert is_stack_for(replace(stack, status="REVIEW_IN_PROGRESS"), "x") is True
