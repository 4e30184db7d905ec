"""Which of the actions that a step needs AWS would refuse the operator, asked beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from panther_s3.answers import Answers
from panther_s3.arns import Arn, parse_arn
from panther_s3.aws.errors import aws_call
from panther_s3.aws.session import Aws
from panther_s3.aws.stack_records import StackPlan
from panther_s3.operator_policies import THROUGH_CLOUDFORMATION
from panther_s3.problems import Problem

if TYPE_CHECKING:
    from mypy_boto3_iam.type_defs import ContextEntryTypeDef

CONTEXT: list[ContextEntryTypeDef] = [
    {"ContextKeyName": key, "ContextKeyType": "stringList", "ContextKeyValues": [value]}
    for tests in THROUGH_CLOUDFORMATION.values()
    for key, value in tests.items()
]
"""What the simulator is told of a call that CloudFormation makes: it knows no key that it is not given."""


def refused_actions(aws: Aws, answers: Answers) -> tuple[str, ...]:
    """Return the actions for making the role's stack that IAM's simulator refuses the caller.

    Empty where nothing is refused, and where the simulator does not answer: it needs rights of its
    own, does not know a role's session by its path, and not every caller is a user or a role (AWS
    IAM user guide, "Testing IAM policies with the IAM policy simulator"). So an empty answer is no
    promise.
    """
    stack = _arn(answers, "cloudformation", f"stack/{answers.stack_name}/*")
    wanted = {
        "cloudformation:CreateChangeSet": stack,
        "cloudformation:ExecuteChangeSet": stack,
        "iam:CreateRole": answers.expected_role_arn,
        "iam:PutRolePolicy": answers.expected_role_arn,
    }
    return _refused(aws, answers, wanted)


def refused_topic_actions(aws: Aws, answers: Answers, plan: StackPlan) -> tuple[str, ...]:
    """Return the actions for making the topic's stack that IAM's simulator refuses the caller.

    An empty answer is no promise, as with `refused_actions`.

    Args:
        aws: who asks.
        answers: the operator's answers.
        plan: the stack, as `plan_topic_stack` gives it.
    """
    stack = _arn(answers, "cloudformation", f"stack/{plan.stack_name}/*")
    topic = _arn(answers, "sns", plan.parameters["SnsTopicName"])
    wanted = {
        "cloudformation:CreateChangeSet": stack,
        "cloudformation:ExecuteChangeSet": stack,
        "sns:CreateTopic": topic,
        "sns:SetTopicAttributes": topic,
        "sns:Subscribe": topic,
    }
    if plan.parameters["CreateKey"] == "true":
        wanted |= {"kms:CreateKey": "*", "kms:CreateAlias": _arn(answers, "kms", f"alias/{plan.stack_name}")}
    return _refused(aws, answers, wanted)


def _refused(aws: Aws, answers: Answers, wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Return the actions that are refused on the resource that each is wanted on."""
    principal = _principal(answers)
    if not principal:
        return ()
    with ThreadPoolExecutor(max_workers=len(wanted)) as pool:
        refused = pool.map(lambda action: _is_refused(aws, principal, action, wanted[action]), wanted)
    return tuple(action for action, is_refused in zip(wanted, refused, strict=True) if is_refused)


def _is_refused(aws: Aws, principal: str, action: str, resource: str) -> bool:
    context = [] if action.startswith("cloudformation:") else CONTEXT
    try:
        with aws_call(f"simulate {action}", aws):
            answer = aws.client("iam").simulate_principal_policy(
                PolicySourceArn=principal, ActionNames=[action], ResourceArns=[resource], ContextEntries=context
            )
    except Problem:
        return False
    return all(result["EvalDecision"] != "allowed" for result in answer["EvaluationResults"])


def _arn(answers: Answers, service: str, resource: str) -> str:
    """The ARN of something in the bucket's account and region."""
    account = answers.source.aws_account_id
    return str(Arn(answers.partition.name, service, answers.region_of_bucket, account, resource))


def _principal(answers: Answers) -> str:
    """Return the caller as the simulator wants it: a user, or the role behind a session."""
    arn = parse_arn(answers.identity.arn) if answers.identity else None
    if arn is None:
        return ""
    kind, _, name = arn.resource.partition("/")
    if kind == "assumed-role":
        return str(arn._replace(service="iam", resource=f"role/{name.split('/')[0]}"))
    return str(arn) if kind == "user" else ""
