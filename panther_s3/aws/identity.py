"""Who the operator is, as AWS says."""

from __future__ import annotations

from panther_s3.answers import CallerIdentity
from panther_s3.aws.errors import aws_call
from panther_s3.aws.session import Aws
from panther_s3.problems import Problem


def read_identity(aws: Aws) -> CallerIdentity:
    """Return whose credentials these are. One try: an answer that does not come is told at once.

    Raises:
        Problem: there are no valid credentials, or AWS cannot be reached.
    """
    with aws_call("ask AWS who you are", aws):
        caller = aws.client("sts").get_caller_identity()
    return CallerIdentity(caller["Account"], caller["Arn"], _alias(aws))


def _alias(aws: Aws) -> str:
    """The account's alias; it only helps to recognise the account, so that a refusal is no Problem."""
    try:
        with aws_call("read the account's alias", aws):
            aliases = aws.client("iam").list_account_aliases()["AccountAliases"]
    except Problem:
        return ""
    return aliases[0] if aliases else ""
