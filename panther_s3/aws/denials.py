"""AWS's refusals, taken apart: who asked for what, which policy refused, and who can change that.

The forms are those of the AWS IAM user guide, "Troubleshoot access denied error messages". Since
2026 the ARN of the refusing policy may follow after a colon.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from panther_s3.arns import Arn, parse_arn
from panther_s3.problems import Denial, PolicyStatement

IDENTITY = "identity-based policy"
RESOURCE = "resource-based policy"
BOUNDARY = "permissions boundary"
SESSION = "session policy"
SERVICE_CONTROL = "service control policy"
RESOURCE_CONTROL = "resource control policy"
ENDPOINT = "VPC endpoint policy"
TRUST = "role trust policy"

# a bare resource that is no ARN, such as "role x", ends where the policy, CloudFormation's wrapping or nothing follows
_REQUEST = re.compile(
    r"User: (?P<principal>\S+) is not authorized to perform: (?P<action>[\w-]+:[\w*]+)"
    r"(?: on resource: (?:\\?\"(?P<quoted>[^\"\\]*)\\?\"|(?P<arn>arn:[^\s\"\\]+)"
    r"|(?P<words>[^\"\\(]+?)(?=[\s.]*(?:\bbecause |\bwith an explicit deny |[\"\\(]|$))))?"
)
_ARN = r"(?:: (?P<arn>arn:[^\s\"\\()]+))?"
_IMPLICIT = re.compile(r"because no (?P<kind>[\w -]+?) allows? the [\w*:-]+ action" + _ARN)
_EXPLICIT = re.compile(r"with an explicit deny in (?:an? |the )?(?P<kind>[\w -]+?)" + _ARN + r"\s*(?=[.\"\\(]|$)")
_UNUSABLE_KEY = "The ciphertext refers to a customer master key that does not exist"
_ENCODED = re.compile(r"Encoded authorization failure message: (?P<message>\S+)")


class _Layer(NamedTuple):
    """A kind of policy: who maintains it, what to know when it lacks an Allow, and when it denies."""

    owner: str
    lacking: str
    denying: str = ""


_LAYERS = {
    IDENTITY: _Layer(
        "whoever administers your access",
        "If a policy seems to allow it, a condition of it is not met, such as MFA, an address or a region.",
        "Such statements often want MFA: try a profile with an MFA session.",
    ),
    RESOURCE: _Layer("the owner of {resource}", "It is to be added to the policy of {resource}."),
    BOUNDARY: _Layer(
        "whoever set your permissions boundary",
        "It is to be added to the boundary: a policy of your own does not help.",
    ),
    SESSION: _Layer(
        "whoever made this session",
        "Signing in, or assuming the role, without that session policy helps too.",
    ),
    SERVICE_CONTROL: _Layer(
        "the administrator of your AWS organization",
        "It is to be added to the service control policies: a policy of your own does not help.",
        "AWS words it so too where the service control policies merely leave the action out.",
    ),
    RESOURCE_CONTROL: _Layer(
        "the administrator of the resource's AWS organization",
        "It is to be added to the resource control policies.",
    ),
    ENDPOINT: _Layer(
        "whoever runs your network",
        "It is to be added to the endpoint's policy; going another way than through the endpoint helps too.",
    ),
    TRUST: _Layer("the owner of {resource}", "It is to be added to the role's trust policy."),
}
ONE_AT_A_TIME = "AWS names one policy at a time: another may show after that."


def parse_denial(text: str) -> Denial | None:
    """Return what AWS's `text` says of a refusal, or None where it tells no more than that there was one.

    `text` may be wrapped, as CloudFormation does in the reason of a failed resource.
    """
    request = _REQUEST.search(text)
    if request is None:
        return Denial(action="kms:Decrypt") if _UNUSABLE_KEY in text else None
    rest = text[request.end() :].replace("session(s)", "session")
    explicit = _EXPLICIT.search(rest)
    layer = explicit or _IMPLICIT.search(rest)
    return Denial(
        principal=request["principal"],
        action=request["action"],
        resource=(request["quoted"] or request["arn"] or request["words"] or "").strip().rstrip(".,"),
        policy_kind=_kind(layer["kind"]) if layer else "",
        explicit=explicit is not None,
        policy_arn=(layer["arn"] or "").rstrip(".") if layer else "",
    )


def encoded_message(text: str) -> str:
    """Return the encoded part of an EC2-style refusal, which `aws sts decode-authorization-message` reads."""
    found = _ENCODED.search(text)
    return found["message"] if found else ""


def remedy_of(denial: Denial) -> str:
    """Return who has to change what, in sentences."""
    wanted = denial.action + (f" on {denial.resource}" if denial.resource else "")
    layer = _LAYERS.get(denial.policy_kind)
    if layer is None:
        return f"AWS does not say which policy refused. Ask {_LAYERS[IDENTITY].owner} what keeps you from {wanted}."
    resource = denial.resource or "the resource"
    owner = layer.owner.format(resource=resource)
    if denial.explicit:
        policy = denial.policy_kind + (f" ({denial.policy_arn})" if denial.policy_arn else "")
        first = f"Ask {owner} to exempt {wanted} from the Deny in the {policy}: no Allow helps against it."
        more = layer.denying
    else:
        first, more = f"Ask {owner} to allow {wanted}.", layer.lacking.format(resource=resource)
    return " ".join(part for part in (first, more, ONE_AT_A_TIME) if part)


def statement_for(denial: Denial) -> PolicyStatement | None:
    """Return the Allow statement that would cure `denial`, or None where no Allow of one's own would."""
    if denial.explicit or denial.policy_kind != IDENTITY:
        return None
    return {"Effect": "Allow", "Action": denial.action, "Resource": _resource_arn(denial)}


def _kind(words: str) -> str:
    """The policy's kind as the constants have it; AWS writes some in several ways."""
    return next((kind for kind in _LAYERS if words.startswith(kind)), words)


def _resource_arn(denial: Denial) -> str:
    """The resource as a policy names it; IAM's own messages say "role x" for the role's ARN."""
    if parse_arn(denial.resource):
        return denial.resource
    principal, kind_and_name = parse_arn(denial.principal), denial.resource.split(" ")
    if principal and len(kind_and_name) == 2 and kind_and_name[0] in {"role", "user", "group"}:
        return str(Arn(principal.partition, "iam", "", principal.account, "/".join(kind_and_name)))
    return "*"
