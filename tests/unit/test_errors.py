"""Every error of botocore and AWS that a call can meet becomes a Problem that says what to do."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import botocore.exceptions
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from urllib3.exceptions import IncompleteRead, ProtocolError

from panther_s3.aws.denials import parse_denial, remedy_of, statement_for
from panther_s3.aws.error_tables import BY_CLASS
from panther_s3.aws.errors import aws_call, problem_from
from panther_s3.problems import Problem, ProblemKind

DOING = "list your buckets"
USER = "arn:aws:iam::111122223333:user/ana"
WHO = f"User: {USER} is not authorized to perform: "
FIELDS = {
    "provider": "custom-process",
    "cred_var": "aws_secret_access_key",
    "error_msg": "it broke",
    "profile": "dev",
    "path": "/home/ana/.aws/config",
    "error": "it broke",
    "endpoint_url": "https://s3.nowhere-1.amazonaws.com/",
    "proxy_url": "http://proxy:3128",
    "msg": "botocore[crt]",
    "name": "x",
    "region_name": "nowhere",
    "report": "Invalid length",
    "actual_bytes": 1,
    "expected_bytes": 2,
    "source_profile": "a",
    "visited_profiles": ["a"],
    "checksum_type": "crc32",
    "expected_checksum": "1",
    "actual_checksum": "2",
}

CLASSES = [
    ("NoCredentialsError", ProblemKind.CREDENTIALS, "no AWS credentials"),
    ("PartialCredentialsError", ProblemKind.CREDENTIALS, "incomplete"),
    ("CredentialRetrievalError", ProblemKind.CREDENTIALS, "source of credentials failed"),
    ("MetadataRetrievalError", ProblemKind.CREDENTIALS, "container's or instance's"),
    ("ProfileNotFound", ProblemKind.CREDENTIALS, "no such profile"),
    ("UnauthorizedSSOTokenError", ProblemKind.CREDENTIALS, "SSO"),
    ("SSOTokenLoadError", ProblemKind.CREDENTIALS, "SSO"),
    ("TokenRetrievalError", ProblemKind.CREDENTIALS, "SSO"),
    ("LoginRefreshRequired", ProblemKind.CREDENTIALS, "aws login"),
    ("LoginTokenLoadError", ProblemKind.CREDENTIALS, "aws login"),
    ("LoginInsufficientPermissions", ProblemKind.CREDENTIALS, "may not use aws login"),
    ("RefreshWithMFAUnsupportedError", ProblemKind.CREDENTIALS, "MFA session"),
    ("MissingDependencyException", ProblemKind.CREDENTIALS, "library"),
    ("ConfigParseError", ProblemKind.CREDENTIALS, "configuration"),
    ("InvalidConfigError", ProblemKind.CREDENTIALS, "configuration"),
    ("InfiniteLoopConfigError", ProblemKind.CREDENTIALS, "configuration"),
    ("NoRegionError", ProblemKind.WRONG_REGION, "no AWS region"),
    ("InvalidRegionError", ProblemKind.WRONG_REGION, "no such region"),
    ("UnknownRegionError", ProblemKind.WRONG_REGION, "no such region"),
    ("EndpointConnectionError", ProblemKind.NETWORK, "cannot be reached"),
    ("ConnectTimeoutError", ProblemKind.NETWORK, "in time"),
    ("ReadTimeoutError", ProblemKind.NETWORK, "in time"),
    ("ProxyConnectionError", ProblemKind.NETWORK, "proxy"),
    ("SSLError", ProblemKind.NETWORK, "secure connection"),
    ("ConnectionClosedError", ProblemKind.NETWORK, "broken off"),
    ("ResponseStreamingError", ProblemKind.NETWORK, "broken off"),
    ("IncompleteReadError", ProblemKind.NETWORK, "broken off"),
    ("FlexibleChecksumError", ProblemKind.NETWORK, "broken off"),
    ("CapacityNotAvailableError", ProblemKind.THROTTLED, "slow down"),
    ("ParamValidationError", ProblemKind.INVALID, "does not accept"),
]

CODES = [
    *((code, ProblemKind.CREDENTIALS) for code in ("ExpiredToken", "ExpiredTokenException", "RequestExpired")),
    *(
        (code, ProblemKind.CREDENTIALS)
        for code in ("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "AuthFailure")
    ),
    ("SignatureDoesNotMatch", ProblemKind.CREDENTIALS),
    ("RequestTimeTooSkewed", ProblemKind.CREDENTIALS),
    *(
        (code, ProblemKind.ACCESS_DENIED)
        for code in (
            "AccessDenied",
            "AccessDeniedException",
            "UnauthorizedOperation",
            "AuthorizationError",
            "KMSAccessDenied",
            "403",
        )
    ),
    *(
        (code, ProblemKind.THROTTLED)
        for code in (
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottledException",
            "RequestThrottled",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "BandwidthLimitExceeded",
            "SlowDown",
            "PriorRequestNotComplete",
            "EC2ThrottledException",
            "ProvisionedThroughputExceededException",
            "TransactionInProgressException",
        )
    ),
    ("LimitExceeded", ProblemKind.INVALID),
    *(
        (code, ProblemKind.WRONG_REGION)
        for code in (
            "PermanentRedirect",
            "301",
            "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException",
        )
    ),
    *((code, ProblemKind.NOT_FOUND) for code in ("NoSuchBucket", "404", "NoSuchEntity", "NotFoundException")),
    *((code, ProblemKind.CONFLICT) for code in ("ConcurrentModification", "OperationAborted", "EntityAlreadyExists")),
    ("MalformedPolicyDocument", ProblemKind.INVALID),
    ("InsufficientCapabilitiesException", ProblemKind.INVALID),
    ("ValidationError", ProblemKind.INVALID),
    ("InternalError", ProblemKind.NETWORK),
    ("NeverHeardOf", ProblemKind.UNEXPECTED),
]

LAYERS = [
    (
        "identity-based policy",
        "because no identity-based policy allows the {} action",
        False,
        "administers your access",
    ),
    ("resource-based policy", "because no resource-based policy allows the {} action", False, "owner of"),
    ("permissions boundary", "because no permissions boundary allows the {} action", False, "boundary"),
    ("session policy", "because no session policy allows the {} action", False, "session"),
    ("service control policy", "because no service control policy allows the {} action", False, "organization"),
    ("VPC endpoint policy", "because no VPC endpoint policy allows the {} action", False, "network"),
    ("role trust policy", "because no role trust policy allows the {} action", False, "trust policy"),
    ("identity-based policy", "with an explicit deny in an identity-based policy", True, "MFA"),
    ("resource-based policy", "with an explicit deny in a resource-based policy", True, "owner of"),
    ("permissions boundary", "with an explicit deny in a permissions boundary", True, "boundary"),
    ("session policy", "with an explicit deny in a session policy", True, "session"),
    ("session policy", "with an explicit deny in a session(s) policy", True, "session"),
    ("service control policy", "with an explicit deny in a service control policy", True, "organization"),
    ("resource control policy", "with an explicit deny in a resource control policy", True, "organization"),
    ("VPC endpoint policy", "with an explicit deny in a VPC endpoint policy", True, "network"),
    (
        "VPC endpoint policy",
        "with an explicit deny in a VPC endpoint policy transitively through a service control policy",
        True,
        "network",
    ),
    ("role trust policy", "with an explicit deny in the role trust policy", True, "owner of"),
    ("", "", False, "does not say which policy"),
]
POLICY_ARN = "arn:aws:organizations::987654321098:policy/o-abc/service_control_policy/p-xyz"


def answer(code: str, message: str = "", operation: str = "ListBuckets", **metadata: Any) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}
    return ClientError(response, operation)


@pytest.mark.parametrize(("name", "kind", "words"), CLASSES)
def test_each_class_says_what_happened_and_what_to_do(name: str, kind: ProblemKind, words: str) -> None:
    error = getattr(botocore.exceptions, name)(**FIELDS)
    problem = problem_from(error, DOING)
    assert problem.kind is kind
    assert problem.title.startswith(f"Could not {DOING}: ")
    assert words in problem.title
    assert problem.cause == str(error)
    assert problem.remedy.endswith(".")
    assert "{" not in problem.remedy


@pytest.mark.parametrize(("code", "kind"), CODES)
def test_each_code_says_what_happened_and_what_to_do(code: str, kind: ProblemKind) -> None:
    error = answer(code, "AWS's own words")
    problem = problem_from(error, DOING)
    assert problem.kind is kind
    assert DOING in problem.title
    assert problem.cause == str(error)
    assert "AWS's own words" in problem.cause
    assert problem.remedy.endswith(".")


def test_the_table_names_only_classes_that_exist() -> None:
    others = "FileNotFoundError IsADirectoryError PermissionError TimeoutError HTTPError OSError JSONDecodeError"
    outside = {*others.split(), "ResponseParserError", "KeyError", "ProtocolError", "HTTPException"}
    assert [name for name in BY_CLASS if name not in outside and not hasattr(botocore.exceptions, name)] == []


@pytest.mark.parametrize(
    ("error", "command"),
    [
        ("UnauthorizedSSOTokenError", ("aws", "sso", "login")),
        ("TokenRetrievalError", ("aws", "sso", "login")),
        ("LoginRefreshRequired", ("aws", "login")),
        ("RefreshWithMFAUnsupportedError", ()),
    ],
)
def test_the_sign_in_that_mends_it_is_told_apart(error: str, command: tuple[str, ...]) -> None:
    named = problem_from(getattr(botocore.exceptions, error)(**FIELDS), DOING, profile="two words")
    unnamed = problem_from(getattr(botocore.exceptions, error)(**FIELDS), DOING)
    assert unnamed.command == command
    assert named.command == ((*command, "--profile", "two words") if command else ())
    assert not command or f"{' '.join(command)} --profile 'two words'" in named.remedy


SHARED_CONFIG = """
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start

[profile base]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Admin

[profile old-base]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = Admin

[profile signed-in]
login_session = arn:aws:iam::111122223333:user/ana

[profile process]
credential_process = op-aws --vault "work keys"

[profile in-config]
aws_access_key_id = ASIAEXAMPLE

[profile bare]
region = us-west-2

[profile chained]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = base

[profile twice]
role_arn = arn:aws:iam::111122223333:role/y
source_profile = chained

[profile chained-old]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = old-base

[profile chained-login]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = signed-in

[profile chained-process]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = process

[profile chained-keys]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = in-credentials

[profile in-credentials]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = base

[profile round]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = about

[profile about]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = round

[profile instance]
role_arn = arn:aws:iam::111122223333:role/x
credential_source = Ec2InstanceMetadata

[profile web]
role_arn = arn:aws:iam::111122223333:role/x
web_identity_token_file = /token
source_profile = base
"""
PROCESS = ("sh", "-c", "op-aws --vault 'work keys' >/dev/null")
EXPIRED = "The security token included in the request is expired"


@pytest.fixture
def shared_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a config and a credentials file with one profile for each way to credentials."""
    (tmp_path / "config").write_text(SHARED_CONFIG)
    (tmp_path / "credentials").write_text("[in-credentials]\naws_access_key_id = ASIAEXAMPLE\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


@pytest.mark.usefixtures("shared_config")
@pytest.mark.parametrize(
    ("error", "profile", "command"),
    [
        ("UnauthorizedSSOTokenError", "base", "aws sso login --profile base"),
        ("UnauthorizedSSOTokenError", "chained", "aws sso login --profile base"),
        ("SSOTokenLoadError", "twice", "aws sso login --profile base"),
        ("TokenRetrievalError", "chained-old", "aws sso login --profile old-base"),
        ("LoginRefreshRequired", "chained-login", "aws login --profile signed-in"),
        ("UnauthorizedSSOTokenError", "round", "aws sso login --profile round"),
        ("UnauthorizedSSOTokenError", "chained-keys", "aws sso login --profile chained-keys"),
        ("UnauthorizedSSOTokenError", "web", "aws sso login --profile web"),
        ("LoginRefreshRequired", "chained", "aws login --profile chained"),
        ("NoCredentialsError", "bare", "aws login --profile bare"),
        ("NoCredentialsError", None, "aws login"),
    ],
)
def test_a_sign_in_is_for_the_profile_that_holds_its_settings(error: str, profile: str | None, command: str) -> None:
    problem = problem_from(getattr(botocore.exceptions, error)(**FIELDS), DOING, profile=profile)
    assert shlex.join(problem.command) == command
    assert re.search(rf"\brun {re.escape(command)}(?! --profile)", problem.remedy, re.IGNORECASE)


@pytest.mark.usefixtures("shared_config")
@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
@pytest.mark.parametrize(
    ("profile", "command"), [("base", "aws sso login"), ("chained", "aws sso login --profile base")]
)
def test_the_profile_of_the_environment_is_followed_as_well(
    variable: str, profile: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, profile)
    problem = problem_from(botocore.exceptions.UnauthorizedSSOTokenError(), DOING)
    assert shlex.join(problem.command) == command


@pytest.mark.usefixtures("shared_config")
@pytest.mark.parametrize(
    ("profile", "holder", "command"),
    [("process", "process", PROCESS), ("chained-process", "process", PROCESS), ("instance", None, ())],
)
def test_a_failed_credential_process_can_be_run_without_its_keys_on_the_screen(
    profile: str, holder: str | None, command: tuple[str, ...]
) -> None:
    problem = problem_from(botocore.exceptions.CredentialRetrievalError(**FIELDS), DOING, profile=profile)
    assert problem.command == command
    assert shlex.join(command) in problem.remedy
    assert (f"the profile {holder}" in problem.remedy) is bool(holder)


@pytest.mark.parametrize(
    ("profile", "words", "command"),
    [
        ("in-credentials", "aws sso login --profile base", ("aws", "sso", "login", "--profile", "base")),
        ("chained-keys", "The profile in-credentials has them in {folder}/credentials", ()),
        ("in-config", "The profile in-config has them in {folder}/config", ()),
        ("base", "aws sso login --profile base", ("aws", "sso", "login", "--profile", "base")),
        ("chained-login", "aws login --profile signed-in", ("aws", "login", "--profile", "signed-in")),
        ("process", "credential_process of the profile process", PROCESS),
        ("instance", "for the profile instance the way", ()),
        ("no-such-profile", "for the profile no-such-profile the way", ()),
    ],
)
def test_expired_credentials_are_told_with_the_place_that_holds_them(
    profile: str, words: str, command: tuple[str, ...], shared_config: Path
) -> None:
    problem = problem_from(answer("ExpiredToken", EXPIRED), DOING, profile=profile)
    assert "temporary credentials have expired" in problem.title
    assert words.format(folder=shared_config) in problem.remedy
    assert problem.command == command


@pytest.mark.usefixtures("shared_config")
@pytest.mark.parametrize("variable", ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"])
def test_an_expired_token_of_the_environment_is_told_by_its_variable(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv(variable, "old")
    problem = problem_from(answer("ExpiredToken", EXPIRED), DOING)
    assert variable in problem.remedy
    assert "start it again" in problem.remedy  # nobody can change the environment of a program that runs
    assert problem.command == ()
    chosen = problem_from(answer("ExpiredToken", EXPIRED), DOING, profile="in-config")
    assert "The profile in-config" in chosen.remedy  # keys in the environment do not count for it


def test_a_config_file_that_cannot_be_read_hides_no_other_error(shared_config: Path) -> None:
    (shared_config / "config").write_text("no section\n")
    problem = problem_from(botocore.exceptions.UnauthorizedSSOTokenError(), DOING, profile="chained")
    assert shlex.join(problem.command) == "aws sso login --profile chained"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (IncompleteRead(1, 2), ProblemKind.NETWORK),
        (ProtocolError("Connection broken"), ProblemKind.NETWORK),
        (ConnectionResetError("reset"), ProblemKind.NETWORK),
        (TimeoutError("late"), ProblemKind.NETWORK),
        (OSError("no route to host"), ProblemKind.NETWORK),
        (ResponseParserError("bad XML"), ProblemKind.NETWORK),
        (json.JSONDecodeError("no JSON", "<html>", 0), ProblemKind.NETWORK),
        (KeyError("KeyMetadata"), ProblemKind.NETWORK),
        (PermissionError("credentials"), ProblemKind.CREDENTIALS),
        (RuntimeError("never seen"), ProblemKind.UNEXPECTED),
    ],
)
def test_what_leaks_through_botocore_is_a_problem_as_well(error: Exception, kind: ProblemKind) -> None:
    with pytest.raises(Problem) as raised, aws_call(DOING, None):
        raise error
    assert raised.value.kind is kind
    assert raised.value.cause == str(error)
    assert raised.value.__cause__ is error


def test_a_problem_passes_as_it_is() -> None:
    problem = Problem("Stopped", kind=ProblemKind.CANCELLED)
    with pytest.raises(Problem) as raised, aws_call(DOING, None):
        raise problem
    assert raised.value is problem


@pytest.mark.parametrize(("kind", "context", "explicit", "remedy"), LAYERS)
def test_a_refusal_tells_which_policy_and_who_can_change_it(
    kind: str, context: str, explicit: bool, remedy: str
) -> None:
    message = f"{WHO}s3:GetObject on resource: arn:aws:s3:::logs/a {context.format('s3:GetObject')}".strip()
    problem = problem_from(answer("AccessDenied", message), "read an object")
    denial = problem.denial
    assert denial is not None
    assert (denial.principal, denial.action, denial.resource) == (USER, "s3:GetObject", "arn:aws:s3:::logs/a")
    assert (denial.policy_kind, denial.explicit, denial.policy_arn) == (kind, explicit, "")
    assert remedy in problem.remedy
    assert problem.title == "You are not allowed to read an object"


@pytest.mark.parametrize(("kind", "context", "explicit", "remedy"), [layer for layer in LAYERS if layer[0]])
def test_the_arn_of_the_refusing_policy_is_taken_where_aws_gives_it(
    kind: str, context: str, explicit: bool, remedy: str
) -> None:
    denial = parse_denial(f"{WHO}s3:GetObject {context.format('s3:GetObject')}: {POLICY_ARN}")
    assert denial is not None
    assert (denial.policy_kind, denial.explicit, denial.policy_arn) == (kind, explicit, POLICY_ARN)
    assert not explicit or POLICY_ARN in remedy_of(denial)


def test_an_allow_is_asked_for_only_where_it_would_help() -> None:
    offered = {
        (kind, explicit): statement_for(denial)
        for kind, context, explicit, _ in LAYERS
        if (denial := parse_denial(f"{WHO}s3:ListAllMyBuckets {context.format('s3:ListAllMyBuckets')}"))
    }
    cure = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    assert offered.pop(("identity-based policy", False)) == cure
    assert set(map(str, offered.values())) == {"None"}


@pytest.mark.parametrize(
    ("resource", "arn"),
    [
        ('"arn:aws:s3:::logs/a key with blanks"', "arn:aws:s3:::logs/a key with blanks"),
        ("role my-role", "arn:aws:iam::111122223333:role/my-role"),
        ("policy path /", "*"),
        ("arn:aws:kms:us-west-2:111122223333:key/1", "arn:aws:kms:us-west-2:111122223333:key/1"),
    ],
)
def test_the_statement_names_the_resource_as_a_policy_would(resource: str, arn: str) -> None:
    denial = parse_denial(f"{WHO}x:Y on resource: {resource} because no identity-based policy allows the x:Y action")
    assert denial is not None
    assert denial.resource == resource.strip('"')
    assert statement_for(denial) == {"Effect": "Allow", "Action": "x:Y", "Resource": arn}


def test_a_refusal_wrapped_by_cloudformation_is_found() -> None:
    role = "arn:aws:iam::111122223333:role/PantherLogProcessingRole-x"
    denial = parse_denial(
        f'Resource handler returned message: "{WHO}iam:CreateRole on resource: {role} because no identity-based '
        'policy allows the iam:CreateRole action (Service: Iam, Status Code: 403, Request ID: 1)" '
        "(RequestToken: 2, HandlerErrorCode: AccessDenied)"
    )
    assert denial is not None
    assert (denial.action, denial.resource, denial.policy_kind) == ("iam:CreateRole", role, "identity-based policy")


def test_the_old_words_of_kms_mean_decrypt() -> None:
    text = (
        "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
        "or you are not allowed to access."
    )
    problem = problem_from(answer("AccessDeniedException", text), DOING)
    assert problem.denial is not None
    assert problem.denial.action == "kms:Decrypt"
    assert problem.statement is None


def test_a_short_refusal_of_s3_claims_no_policy() -> None:
    problem = problem_from(answer("AccessDenied", "Access Denied"), DOING)
    assert (problem.denial, problem.statement) == (None, None)
    assert "no reason" in problem.remedy


@pytest.mark.parametrize("code", ["403", "404", "301", "400"])
def test_the_bare_answer_to_head_claims_no_policy(code: str) -> None:
    problem = problem_from(answer(code, "Forbidden", "HeadBucket", HTTPStatusCode=int(code)), "look up the bucket")
    assert (problem.denial, problem.statement) == (None, None)
    assert "policy allows" not in problem.remedy


def test_an_encoded_refusal_gives_the_command_that_decodes_it() -> None:
    text = "You are not authorized to perform this operation. Encoded authorization failure message: AbC-1_2"
    problem = problem_from(answer("UnauthorizedOperation", text), DOING)
    assert problem.command[-2:] == ("--encoded-message", "AbC-1_2")


def test_the_region_that_s3_tells_is_in_the_remedy() -> None:
    headers = {"x-amz-bucket-region": "eu-west-1"}
    problem = problem_from(answer("PermanentRedirect", "", "GetBucketPolicy", HTTPHeaders=headers), DOING)
    assert "eu-west-1" in problem.remedy


@pytest.mark.parametrize(
    ("code", "message", "kind", "words"),
    [
        ("LimitExceededException", "Rate exceeded", ProblemKind.THROTTLED, "slow down"),
        ("LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1000", ProblemKind.INVALID, "quota"),
        ("InvalidSignatureException", "Signature expired: 20260101", ProblemKind.CREDENTIALS, "clock"),
        ("ValidationError", "Stack with id x does not exist", ProblemKind.NOT_FOUND, "nothing of that name"),
        (
            "ValidationError",
            "Stack:arn:aws:x is in ROLLBACK_COMPLETE state and can not be updated.",
            ProblemKind.CONFLICT,
            "state",
        ),
        ("ValidationError", "Template error: Role does not exist", ProblemKind.INVALID, "values"),
        ("MalformedPolicyDocument", 'Invalid principal in policy: "AWS":"1"', ProblemKind.INVALID, "principal"),
        (
            "InvalidArgument",
            "Unable to validate the following destination configurations",
            ProblemKind.INVALID,
            "destination",
        ),
        ("InvalidArgument", "Configurations overlap", ProblemKind.CONFLICT, "overlaps"),
    ],
)
def test_the_message_decides_where_the_code_means_several_things(
    code: str, message: str, kind: ProblemKind, words: str
) -> None:
    problem = problem_from(answer(code, message), DOING)
    assert problem.kind is kind
    assert words in problem.title


@pytest.mark.parametrize(("status", "kind"), [(503, ProblemKind.NETWORK), (429, ProblemKind.THROTTLED)])
def test_an_unknown_code_is_judged_by_its_status(status: int, kind: ProblemKind) -> None:
    assert problem_from(answer("Odd", "", HTTPStatusCode=status), DOING).kind is kind


@pytest.mark.parametrize(
    ("operation", "code", "message", "words"),
    [
        ("AssumeRole", "AccessDenied", "MultiFactorAuthentication failed with invalid MFA code.", "MFA code"),
        ("AssumeRole", "AccessDenied", f"{WHO}sts:AssumeRole on resource: arn:aws:iam::1:role/x", "profile dev"),
        ("AssumeRole", "ExpiredToken", "expired", "have expired"),
        ("GetRoleCredentials", "ForbiddenException", "No access", "SSO"),
    ],
)
def test_a_refusal_on_the_way_to_credentials_is_not_taken_for_one_of_the_call(
    operation: str, code: str, message: str, words: str
) -> None:
    problem = problem_from(answer(code, message, operation), DOING, profile="dev")
    assert problem.kind is ProblemKind.CREDENTIALS
    assert words in problem.title
    assert DOING not in problem.title


def test_the_missing_permission_of_aws_login_is_named() -> None:
    problem = problem_from(botocore.exceptions.LoginInsufficientPermissions(), DOING)
    assert problem.statement is not None
    assert problem.statement["Action"] == "signin:CreateOAuth2Token"
