"""From whatever botocore raises to a Problem: what happened, why, and what to do."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from panther_s3.aws import error_cases as cases
from panther_s3.aws.denials import encoded_message, parse_denial, remedy_of, statement_for
from panther_s3.aws.error_cases import Case
from panther_s3.aws.error_tables import BY_CLASS, BY_CODE, BY_ORIGIN, BY_STATUS
from panther_s3.aws.shared_config import Origin, origin_of, profile_in_force
from panther_s3.problems import PolicyStatement, Problem, ProblemKind

if TYPE_CHECKING:
    from panther_s3.aws.session import Aws

NO_CREDENTIALS = frozenset({ProblemKind.CREDENTIALS, ProblemKind.UNKNOWN_PROFILE, ProblemKind.CANCELLED})
"""Kinds of Problem that every other call with the same credentials would meet as well."""
_TOLD_BY_MESSAGE = (
    (cases.QUOTA, re.compile("rate exceeded", re.IGNORECASE), cases.SLOW_DOWN),
    (cases.WRONG_SECRET, re.compile("expired|not yet current", re.IGNORECASE), cases.WRONG_CLOCK),
    (cases.BAD_POLICY, re.compile("invalid principal", re.IGNORECASE), cases.INVALID_PRINCIPAL),
    (cases.REFUSED_VALUE, re.compile("^(Stack|ChangeSet)\\b.* does not exist"), cases.MISSING),
    (cases.REFUSED_VALUE, re.compile(r"\bin (status )?[A-Z]+_[A-Z_]+\b"), cases.WRONG_STATE),
    (cases.REFUSED_VALUE, re.compile("destination configurations"), cases.NO_DESTINATION),
    (cases.REFUSED_VALUE, re.compile("overlap|ambiguously defined"), cases.OVERLAP),
)
"""Messages that say more than their code: the code's case, the words, and what they mean."""
_SIGN_INS = {cases.SSO_LOGIN.command: "sso", cases.LOGIN.command: "login"}
"""Which way to credentials a sign-in is for."""
_PLACEHOLDER = re.compile(r"\{(command|profile|place)\}")
LOGIN_STATEMENT: PolicyStatement = {"Effect": "Allow", "Action": "signin:CreateOAuth2Token", "Resource": "*"}


def unless_fatal(problem: Problem) -> Problem:
    """Return `problem`, or raise it where no other call could fare better.

    Raises:
        Problem: of a kind in NO_CREDENTIALS.
    """
    if problem.kind in NO_CREDENTIALS:
        raise problem
    return problem


class _Answer(NamedTuple):
    """The error that a service answered with."""

    code: str
    message: str
    status: int
    operation: str
    bucket_region: str


@contextmanager
def aws_call(doing: str, aws: Aws | None) -> Iterator[None]:
    """Turn every exception of the block into a Problem; Problems pass as they are.

    Where credentials failed, `aws` starts its next call from a fresh session: what the operator
    mends outside (a file, a sign-in, another MFA code) counts on Retry.

    Args:
        doing: what is tried, to follow "Could not": such as "list your buckets".
        aws: whose profile to name in commands, if any.

    Raises:
        Problem: for whatever was raised.
    """
    session = aws.session_number if aws else 0
    try:
        yield
    except Exception as error:
        problem = problem_from(error, doing, profile=aws.profile if aws else None)
        if aws is not None and problem.kind in NO_CREDENTIALS:
            aws.renew(session)
        if problem is error:
            raise
        raise problem from error


def problem_from(error: BaseException, doing: str, *, profile: str | None = None) -> Problem:
    """Return the Problem that `error` means to someone who tried to do `doing`.

    Args:
        error: botocore's, urllib3's or the system's; a Problem is returned as it is.
        doing: what was tried, to follow "Could not": such as "list your buckets".
        profile: the profile that commands are to name; None for the default chain.
    """
    if isinstance(error, Problem):
        return error
    cause = str(error).strip() or type(error).__name__
    answer = _answer_of(error)
    if answer is None:
        problem = _problem(_case_of_class(error), doing, cause, profile)
        if type(error).__name__ == "LoginInsufficientPermissions":
            problem.statement = LOGIN_STATEMENT
        return problem
    if answer.operation in ("AssumeRole", "AssumeRoleWithWebIdentity", "GetRoleCredentials"):
        return _credentials_refused(answer, cause, profile)
    case = _case_of_answer(answer)
    if case.kind is ProblemKind.ACCESS_DENIED:
        return _denial_problem(case, doing, cause, answer.message)
    problem = _problem(case, doing, cause, profile)
    if case is cases.OTHER_REGION and answer.bucket_region:
        problem.remedy = f"The bucket is in {answer.bucket_region}: use that region, then Retry."
    return problem


def _answer_of(error: BaseException) -> _Answer | None:
    """Read a ClientError's answer; a HEAD answer has no body, so that its code is the bare status."""
    response: Mapping[str, Any] | None = getattr(error, "response", None)
    if not isinstance(response, Mapping) or "Error" not in response:
        return None
    details, metadata = response["Error"], response.get("ResponseMetadata", {})
    return _Answer(
        code=str(details.get("Code", "")),
        message=str(details.get("Message", "")),
        status=int(metadata.get("HTTPStatusCode", 0)),
        operation=str(getattr(error, "operation_name", "")),
        bucket_region=details.get("Region") or metadata.get("HTTPHeaders", {}).get("x-amz-bucket-region", ""),
    )


def _case_of_class(error: BaseException) -> Case:
    """The nearest base class decides; the system's own errors come last, botocore's derive from some."""
    for base in type(error).__mro__:
        if base.__name__ in BY_CLASS:
            return BY_CLASS[base.__name__]
    return cases.UNKNOWN


def _case_of_answer(answer: _Answer) -> Case:
    """The code decides; where one code stands for several things, the message does."""
    case = BY_CODE.get(answer.code) or BY_STATUS.get(answer.status)
    if case is None:
        return cases.AWS_TROUBLE if answer.status >= 500 or answer.code.startswith("5") else cases.UNKNOWN
    if case is cases.MISSING and answer.operation == "HeadBucket":
        return cases.NO_BUCKET
    told = (better for usual, words, better in _TOLD_BY_MESSAGE if case is usual and words.search(answer.message))
    return next(told, case)


def _problem(case: Case, doing: str, cause: str, profile: str | None) -> Problem:
    """The Problem of a case; one of credentials names the profile, and the command, that they come from."""
    origin = origin_of(profile) if case.kind is ProblemKind.CREDENTIALS else Origin("")
    case = BY_ORIGIN.get((case, origin.way), case)
    command = _command_of(case, origin, profile)
    values = {"command": shlex.join(command), "profile": origin.profile, "place": origin.place}
    return Problem(
        f"Could not {doing}: {case.what}",
        cause,
        _PLACEHOLDER.sub(lambda found: values[found[1]], case.remedy),
        case.kind,
        command,
    )


def _command_of(case: Case, origin: Origin, profile: str | None) -> tuple[str, ...]:
    """Return the command that mends `case`, for the profile that holds what it is about.

    A sign-in belongs to the profile with its settings, not to one that assumes a role with that one's
    credentials: for such a profile the AWS CLI refuses it.
    """
    if case in (cases.NO_PROCESS, cases.EXPIRED_PROCESS):
        # as botocore runs it, but for the keys: they do not belong on the screen
        return ("sh", "-c", f"{shlex.join(origin.command)} >/dev/null")
    if not case.command:
        return ()
    holder = profile
    if _SIGN_INS.get(case.command) == origin.way and origin.profile != profile_in_force(profile):
        holder = origin.profile
    return (*case.command, "--profile", holder) if holder else case.command


def _denial_problem(case: Case, doing: str, cause: str, message: str) -> Problem:
    """The Problem of a refusal, with all that AWS tells of it."""
    problem = Problem(f"You are not allowed to {doing}", cause, case.remedy, ProblemKind.ACCESS_DENIED)
    denial = parse_denial(message)
    encoded = encoded_message(message)
    if denial is not None:
        problem.denial = denial
        problem.remedy = remedy_of(denial)
        problem.statement = statement_for(denial)
    elif encoded:
        problem.command = ("aws", "sts", "decode-authorization-message", "--encoded-message", encoded)
        problem.remedy = f"Who may decode it sees the reason: {shlex.join(problem.command)}"
    return problem


def _credentials_refused(answer: _Answer, cause: str, profile: str | None) -> Problem:
    """The Problem of a call that was to fetch the profile's credentials, before the one that was asked for."""
    doing = f"get the credentials of the profile {profile}" if profile else "get credentials"
    case = _case_of_answer(answer)
    if "MultiFactorAuthentication" in answer.message:
        return _problem(cases.MFA_REFUSED, doing, cause, profile)
    if case.kind is not ProblemKind.ACCESS_DENIED:
        return _problem(case, doing, cause, profile)
    if answer.operation == "GetRoleCredentials":
        return _problem(cases.SSO_ROLE_REFUSED, doing, cause, profile)
    problem = _denial_problem(case, doing, cause, answer.message)
    problem.kind = ProblemKind.CREDENTIALS
    return problem
