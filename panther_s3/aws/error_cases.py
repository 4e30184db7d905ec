"""The sorts of failure that a call to AWS can meet, each with what it means and what mends it."""

from __future__ import annotations

from typing import NamedTuple

from panther_s3.problems import ProblemKind

ACCESS_DENIED = ProblemKind.ACCESS_DENIED
CONFLICT = ProblemKind.CONFLICT
CREDENTIALS = ProblemKind.CREDENTIALS
INVALID = ProblemKind.INVALID
NETWORK = ProblemKind.NETWORK
NOT_FOUND = ProblemKind.NOT_FOUND
THROTTLED = ProblemKind.THROTTLED
UNEXPECTED = ProblemKind.UNEXPECTED
WRONG_REGION = ProblemKind.WRONG_REGION


class Case(NamedTuple):
    """One sort of failure: `what` follows "Could not …:".

    In `remedy`, `{command}` stands for the command, `{profile}` and `{place}` for where the
    credentials come from.
    """

    kind: ProblemKind
    what: str
    remedy: str
    command: tuple[str, ...] = ()


NO_CREDENTIALS = Case(
    CREDENTIALS,
    "no AWS credentials were found",
    "Choose another profile, or sign in: run {command} (aws configure sso, for IAM Identity Center), then Retry.",
    ("aws", "login"),
)
PARTIAL_CREDENTIALS = Case(
    CREDENTIALS,
    "the credentials are incomplete",
    "Add what AWS's text names, to the profile or the environment, then Retry.",
)
NO_SOURCE = Case(
    CREDENTIALS,
    "the profile's source of credentials failed",
    "Look at the container's or instance's role, or choose another profile, then Retry.",
)
NO_PROCESS = Case(
    CREDENTIALS,
    "the profile's source of credentials failed",
    "Run the credential_process of the profile {profile}, mend what it complains of, then Retry: {command} (the keys "
    "that it prints are thrown away).",
)
NO_METADATA = Case(
    CREDENTIALS,
    "the container's or instance's credentials cannot be read",
    "Look whether a role is attached to it, or choose a profile, then Retry.",
)
MFA_ENDED = Case(
    CREDENTIALS,
    "the MFA session has ended",
    "Retry: the code of your MFA device is asked for again.",
)
LOGIN_REFUSED = Case(
    CREDENTIALS,
    "you may not use aws login",
    "Ask whoever administers your access to allow signin:CreateOAuth2Token, or choose another profile.",
)
NO_LIBRARY = Case(
    CREDENTIALS,
    "a library that the profile needs is missing",
    "Install the wizard anew: it brings boto3[crt], which signs for such profiles.",
)
NO_PROFILE = Case(CREDENTIALS, "there is no such profile", "Correct the profile's name, or choose another.")
SSO_LOGIN = Case(
    CREDENTIALS,
    "you are not, or no longer, signed in to IAM Identity Center (SSO)",
    "Run {command}, then Retry.",
    ("aws", "sso", "login"),
)
LOGIN = Case(
    CREDENTIALS,
    "you are not, or no longer, signed in by aws login",
    "Run {command}, then Retry.",
    ("aws", "login"),
)
EXPIRED = Case(
    CREDENTIALS,
    "the temporary credentials have expired",
    "Get new ones for the profile {profile} the way that these were made, put them in the same place, then Retry.",
)
EXPIRED_IN_FILE = Case(
    CREDENTIALS,
    EXPIRED.what,
    "The profile {profile} has them in {place}: put new ones there, aws_session_token among them, then Retry.",
)
EXPIRED_IN_VARIABLE = Case(
    CREDENTIALS,
    EXPIRED.what,
    "The wizard was started with them, in {place} and the variables beside it. Choose a profile, or quit, set new "
    "ones, and start it again.",
)
EXPIRED_SSO = Case(CREDENTIALS, EXPIRED.what, SSO_LOGIN.remedy, SSO_LOGIN.command)
EXPIRED_LOGIN = Case(CREDENTIALS, EXPIRED.what, LOGIN.remedy, LOGIN.command)
EXPIRED_PROCESS = Case(
    CREDENTIALS,
    EXPIRED.what,
    "They come from the credential_process of the profile {profile}. Retry; where it gives the same ones again, run "
    "it to see why: {command} (the keys that it prints are thrown away).",
)
UNKNOWN_KEY = Case(
    CREDENTIALS,
    "AWS does not accept the access key",
    "It was deleted or made inactive, its session token is not its own, or the region is not enabled in this "
    "account. Correct the profile or choose another, then Retry.",
)
WRONG_SECRET = Case(
    CREDENTIALS,
    "the signature is not right",
    "The secret access key does not belong to the access key id: correct the profile or choose another, then Retry.",
)
WRONG_CLOCK = Case(
    CREDENTIALS,
    "this machine's clock is off",
    "Set the clock: AWS accepts requests only within minutes of its own time. Then Retry.",
)
MFA_REFUSED = Case(
    CREDENTIALS,
    "the MFA code was not accepted",
    "Retry with a fresh code: each can be used once, and only for its half minute.",
)
SSO_ROLE_REFUSED = Case(
    CREDENTIALS,
    "IAM Identity Center (SSO) refuses the profile's role",
    "Ask whoever administers your access to assign that permission set to you, or choose another profile.",
)
BROKEN_CONFIG = Case(
    CREDENTIALS,
    "the AWS configuration cannot be used",
    "Correct the profile in the shared config or credentials file, then Retry.",
)
DENIED = Case(
    ACCESS_DENIED,
    "AWS refused it",
    "AWS gives no reason with this answer. Ask whoever administers your access, and the owner of the resource.",
)
NO_REASON = Case(
    ACCESS_DENIED,
    "AWS refused it",
    "AWS gives no reason with this kind of answer: it may be your own rights, or a policy of the resource.",
)
BAD_HEAD = Case(
    CREDENTIALS,
    "AWS calls the request bad and does not say why",
    "Most often the session has expired, or the name cannot be a bucket's: sign in anew or correct the name, then "
    "Retry.",
)
SLOW_DOWN = Case(
    THROTTLED,
    "AWS asks to slow down",
    "Too many requests of this account at a time: wait a few seconds, then Retry.",
)
QUOTA = Case(
    INVALID,
    "a quota of the account is used up",
    "Remove what is no longer needed, or ask for a higher quota under Service Quotas in the AWS console.",
)
OTHER_REGION = Case(
    WRONG_REGION,
    "the bucket is in another region",
    "Use the bucket's own region, then Retry.",
)
NO_REGION = Case(
    WRONG_REGION,
    "no AWS region is known",
    "Enter a region, set AWS_REGION, or give the profile one: aws configure set region us-east-1.",
)
BAD_REGION = Case(
    WRONG_REGION,
    "AWS has no such region",
    "Correct the region: its code looks like us-east-1.",
)
NO_BUCKET = Case(
    NOT_FOUND,
    "there is no such bucket",
    "Correct the name, and look whether your profile belongs to the right partition of AWS.",
)
MISSING = Case(
    NOT_FOUND,
    "AWS has nothing of that name",
    "Correct the name, and look whether account and region are the right ones.",
)
BUSY = Case(
    CONFLICT,
    "something else is changing it at the same time",
    "Wait until that has ended, then Retry: what is there now is read again.",
)
EXISTS = Case(
    CONFLICT,
    "the name is taken already",
    "Use what is there, remove it, or choose another name.",
)
WRONG_STATE = Case(
    CONFLICT,
    "its present state does not allow that",
    "Look at its state again: what to do next follows from that.",
)
UNREACHABLE = Case(
    NETWORK,
    "AWS cannot be reached",
    "Look at the network, a VPN or firewall, and the region's spelling, then Retry.",
)
TOO_SLOW = Case(
    NETWORK,
    "AWS did not answer in time",
    "Look at the network, then Retry.",
)
NO_PROXY = Case(
    NETWORK,
    "the proxy cannot be reached",
    "Correct HTTPS_PROXY or HTTP_PROXY, or add the host to NO_PROXY, then Retry.",
)
NO_TLS = Case(
    NETWORK,
    "the secure connection failed",
    "Where a proxy inspects TLS, let AWS_CA_BUNDLE name the file of its certificates; also look at the clock.",
)
BROKEN_ANSWER = Case(
    NETWORK,
    "the answer was broken off or unreadable",
    "Retry. If it stays so, a proxy between here and AWS alters the answers.",
)
AWS_TROUBLE = Case(
    NETWORK,
    "AWS has a trouble of its own",
    "Wait a little, then Retry; https://health.aws.amazon.com tells of larger ones.",
)
REFUSED_VALUE = Case(
    INVALID,
    "AWS does not accept the values",
    "AWS's text names the value: correct it.",
)
BAD_POLICY = Case(INVALID, "AWS does not accept the policy", "Correct the policy where AWS's text points to.")
INVALID_PRINCIPAL = Case(
    INVALID,
    "the policy names a principal that AWS does not know",
    "Correct Panther's account id; its partition must be that of your own account.",
)
CAPABILITY = Case(
    INVALID,
    "the template makes IAM resources with names of its own",
    "CloudFormation wants that acknowledged: pass the capability CAPABILITY_NAMED_IAM.",
)
NO_DESTINATION = Case(
    INVALID,
    "S3 cannot send to the notification's destination",
    "Look in this order: the topic exists and is not FIFO; it is in the bucket's region; its policy lets "
    "s3.amazonaws.com publish for this bucket; its KMS key, which cannot be alias/aws/sns, lets s3.amazonaws.com "
    "use it. A rule of someone else's whose destination is gone is refused in the same words.",
)
OVERLAP = Case(
    CONFLICT,
    "the rule overlaps one that the bucket has already",
    "Narrow one of them by prefix or suffix, or use the topic that the other rule sends to.",
)
UNKNOWN = Case(
    UNEXPECTED,
    "something unforeseen happened",
    "Retry. If it stays so, report it with the text above.",
)
