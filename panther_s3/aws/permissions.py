"""Which of the actions that a step needs AWS would refuse the operator, asked beforehand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from panther_s3.answers import Answers
from panther_s3.arns import Arn, parse_arn
from panther_s3.aws.errors import aws_call
from panther_s3.aws.session import Aws
from panther_s3.problems import Problem


def refused_actions(aws: Aws, answers: Answers) -> tuple[str, ...]:
    """Return the actions for making the role's stack that IAM's simulator refuses the caller.

    Empty where nothing is refused, and where the simulator does not answer: it needs rights of its
    own, does not know a role's session by its path, and not every caller is a user or a role (AWS
    IAM user guide, "Testing IAM policies with the IAM policy simulator"). So an empty answer is no
    promise.
    """
    principal = _principal(answers)
    if not principal:
        return ()
    stack = Arn(
        answers.partition.name,
        "cloudformation",
        answers.region_of_bucket,
        answers.source.aws_account_id,
        f"stack/{answers.stack_name}/*",
    )
    wanted = {
        "cloudformation:CreateChangeSet": str(stack),
        "cloudformation:ExecuteChangeSet": str(stack),
        "iam:CreateRole": answers.expected_role_arn,
        "iam:PutRolePolicy": answers.expected_role_arn,
    }
    with ThreadPoolExecutor(max_workers=len(wanted)) as pool:
        refused = pool.map(lambda action: _is_refused(aws, principal, action, wanted[action]), wanted)
    return tuple(action for action, is_refused in zip(wanted, refused, strict=True) if is_refused)


def _is_refused(aws: Aws, principal: str, action: str, resource: str) -> bool:
    try:
        with aws_call(f"simulate {action}", aws):
            answer = aws.client("iam").simulate_principal_policy(
                PolicySourceArn=principal, ActionNames=[action], ResourceArns=[resource]
            )
    except Problem:
        return False
    return all(result["EvalDecision"] != "allowed" for result in answer["EvaluationResults"])


def _principal(answers: Answers) -> str:
    """Return the caller as the simulator wants it: a user, or the role behind a session."""
    arn = parse_arn(answers.identity.arn) if answers.identity else None
    if arn is None:
        return ""
    kind, _, name = arn.resource.partition("/")
    if kind == "assumed-role":
        return str(arn._replace(service="iam", resource=f"role/{name.split('/')[0]}"))
    return str(arn) if kind == "user" else ""
