"""Which failure each class of botocore's errors and each code of AWS's answers stands for.

The classes are those of `botocore.exceptions`, by name so that nothing is imported to look one up.
The codes are those of the services' API references, "Common errors" and each operation's errors.
"""

from __future__ import annotations

from collections.abc import Mapping

from panther_s3.aws import error_cases as cases
from panther_s3.aws.error_cases import Case
from panther_s3.aws.shared_config import Way

_CLASSES: tuple[tuple[Case, str], ...] = (
    (cases.NO_CREDENTIALS, "NoCredentialsError"),
    (cases.PARTIAL_CREDENTIALS, "PartialCredentialsError"),
    (cases.NO_SOURCE, "CredentialRetrievalError"),
    (cases.NO_METADATA, "MetadataRetrievalError"),
    (cases.MFA_ENDED, "RefreshWithMFAUnsupportedError"),
    (cases.LOGIN_REFUSED, "LoginInsufficientPermissions"),
    (cases.NO_LIBRARY, "MissingDependencyException"),
    (cases.NO_PROFILE, "ProfileNotFound"),
    (
        cases.SSO_LOGIN,
        "UnauthorizedSSOTokenError SSOTokenLoadError TokenRetrievalError SSOError NoAuthTokenError",
    ),
    (cases.LOGIN, "LoginRefreshRequired LoginTokenLoadError LoginError"),
    (
        cases.BROKEN_CONFIG,
        "InvalidConfigError ConfigParseError ConfigNotFound UnknownCredentialError "
        "FileNotFoundError IsADirectoryError PermissionError",
    ),
    (cases.NO_REGION, "NoRegionError"),
    (cases.BAD_REGION, "InvalidRegionError UnknownRegionError"),
    (cases.NO_TLS, "SSLError"),
    (cases.NO_PROXY, "ProxyConnectionError"),
    (cases.TOO_SLOW, "ConnectTimeoutError ReadTimeoutError TimeoutError"),
    (cases.UNREACHABLE, "EndpointConnectionError ConnectionError HTTPClientError HTTPError OSError"),
    (
        cases.BROKEN_ANSWER,
        "ConnectionClosedError ResponseStreamingError IncompleteReadError "
        "ResponseParserError JSONDecodeError KeyError ProtocolError HTTPException "
        "ChecksumError FlexibleChecksumError",
    ),
    (cases.SLOW_DOWN, "CapacityNotAvailableError"),
    (cases.REFUSED_VALUE, "ParamValidationError"),
)
_CODES: tuple[tuple[Case, str], ...] = (
    (cases.EXPIRED, "ExpiredToken ExpiredTokenException RequestExpired TokenRefreshRequired"),
    (
        cases.UNKNOWN_KEY,
        "InvalidClientTokenId UnrecognizedClientException InvalidAccessKeyId "
        "AuthFailure InvalidToken MissingAuthenticationToken "
        "MissingAuthenticationTokenException OptInRequired",
    ),
    (cases.WRONG_SECRET, "SignatureDoesNotMatch InvalidSignatureException IncompleteSignature"),
    (cases.WRONG_CLOCK, "RequestTimeTooSkewed RequestInTheFuture"),
    (
        cases.DENIED,
        "AccessDenied AccessDeniedException UnauthorizedOperation AuthorizationError "
        "AuthorizationErrorException KMSAccessDenied ForbiddenException AllAccessDisabled",
    ),
    (cases.NO_REASON, "403 Forbidden"),
    (cases.BAD_HEAD, "400"),
    # botocore's standard retries take these for throttling
    (
        cases.SLOW_DOWN,
        "Throttling ThrottlingException ThrottledException RequestThrottled "
        "RequestThrottledException TooManyRequestsException RequestLimitExceeded "
        "ProvisionedThroughputExceededException TransactionInProgressException "
        "SlowDown BandwidthLimitExceeded PriorRequestNotComplete EC2ThrottledException "
        "429",
    ),
    (cases.QUOTA, "LimitExceeded LimitExceededException TooManyBuckets"),
    (
        cases.OTHER_REGION,
        "PermanentRedirect TemporaryRedirect 301 307 AuthorizationHeaderMalformed IllegalLocationConstraintException",
    ),
    (cases.NO_BUCKET, "NoSuchBucket"),
    (
        cases.MISSING,
        "404 NoSuchEntity NoSuchKey NoSuchBucketPolicy NotFound NotFoundException "
        "ResourceNotFoundException ChangeSetNotFound "
        "ServerSideEncryptionConfigurationNotFoundError",
    ),
    (
        cases.BUSY,
        "ConcurrentModification ConcurrentModificationException OperationAborted "
        "EntityTemporarilyUnmodifiable OperationInProgressException",
    ),
    (cases.EXISTS, "EntityAlreadyExists AlreadyExistsException"),
    (
        cases.WRONG_STATE,
        "InvalidChangeSetStatus TokenAlreadyExistsException DeleteConflict KMSInvalidStateException",
    ),
    (
        cases.AWS_TROUBLE,
        "InternalError InternalFailure InternalServerError KMSInternalException "
        "ServiceFailure ServiceUnavailable ServiceUnavailableException "
        "RequestTimeout RequestTimeoutException",
    ),
    (
        cases.REFUSED_VALUE,
        "ValidationError ValidationException InvalidArgument InvalidInput InvalidParameter",
    ),
    (cases.BAD_POLICY, "MalformedPolicyDocument MalformedPolicyDocumentException MalformedPolicy"),
    (cases.CAPABILITY, "InsufficientCapabilitiesException"),
)

BY_CLASS = {name: case for case, names in _CLASSES for name in names.split()}
"""By class of the error or of one of its bases, the nearest first."""

BY_CODE = {code: case for case, codes in _CODES for code in codes.split()}
"""By the code of AWS's answer; what the code alone does not tell is judged in `errors`."""

BY_STATUS = {403: cases.NO_REASON, 404: cases.MISSING, 409: cases.BUSY, 429: cases.SLOW_DOWN}
"""By HTTP status, for codes that are not known here."""

BY_ORIGIN: Mapping[tuple[Case, Way], Case] = {
    (cases.EXPIRED, "file"): cases.EXPIRED_IN_FILE,
    (cases.EXPIRED, "login"): cases.EXPIRED_LOGIN,
    (cases.EXPIRED, "process"): cases.EXPIRED_PROCESS,
    (cases.EXPIRED, "sso"): cases.EXPIRED_SSO,
    (cases.EXPIRED, "variable"): cases.EXPIRED_IN_VARIABLE,
    (cases.NO_SOURCE, "process"): cases.NO_PROCESS,
}
"""What becomes of a case where it is known how the profile gets its credentials."""
