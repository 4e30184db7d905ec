"""Who asks, and whether a Principal element names them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from panther_s3.access.policy import Statement
from panther_s3.access.truth import Truth, truth_of
from panther_s3.access.variables import Context
from panther_s3.arns import Arn, parse_arn

CallerKind = Literal[
    "session", "role", "user", "root", "federated_user", "service", "federated", "anonymous", "unnamed"
]
IAM_KINDS = frozenset(("session", "role", "user", "root", "federated_user", "unnamed"))
"""Callers that an account holds, and that identity policies and SCPs can bind."""

_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
_SERVICE = re.compile(r"[a-z0-9.-]+\.(?:amazonaws\.com(?:\.cn)?|aws\.internal)", re.ASCII)
_SERVICE_LINKED = "aws-service-role/"


class Naming(IntEnum):
    """How closely a statement names the caller: what an Allow is worth follows from it."""

    NOT = 0
    ACCOUNT = 1
    """The caller's account: access is delegated to that account's policies."""
    ROLE = 2
    """The caller's role: a permissions boundary still limits what it grants."""
    DIRECT = 3
    """The caller itself, or everyone."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal of a request."""

    text: str
    kind: CallerKind
    account: str
    arn: Arn | None = None
    name: str = ""
    """The role's name for a role and its sessions."""
    role_arn: str = ""
    """The role's ARN with its path, where the request's context tells it."""

    @property
    def is_service_linked(self) -> bool:
        """Whether this is a role that a service made for itself, which no SCP or RCP binds."""
        if self.kind not in ("role", "session"):
            return False
        arn = parse_arn(self.role_arn or self.text)
        if arn is not None and arn.resource.startswith("role/"):
            return arn.resource.startswith("role/" + _SERVICE_LINKED)
        return self.name.startswith("AWSServiceRoleFor")


def read_caller(principal: object, account: object, context: Context) -> Caller:
    """Tell what kind of principal a request names."""
    text = principal if isinstance(principal, str) else ""
    owner = account if isinstance(account, str) else account_id(account)
    arn = parse_arn(text)
    if arn is not None:
        return _caller_of_arn(text, arn, owner or arn.account, context)
    if _ACCOUNT.fullmatch(text):
        return Caller(text, "root", text)
    if not text:
        return Caller(text, "unnamed", owner)
    if text in ("*", "anonymous"):
        return Caller(text, "anonymous", "")
    if _SERVICE.fullmatch(text) and text != "cognito-identity.amazonaws.com":
        return Caller(text, "service", "")
    if "." in text:
        return Caller(text, "federated", "")
    return Caller(text, "unnamed", owner)


def _caller_of_arn(text: str, arn: Arn, owner: str, context: Context) -> Caller:
    """Tell what an ARN names: a session, role, user, provider or the account's root."""
    kind, _, rest = arn.resource.partition("/")
    if arn.service == "sts" and kind == "assumed-role":
        name = rest.split("/", 1)[0]
        told = context.get("aws:principalarn", ())
        known = parse_arn(told[0]) if len(told) == 1 else None
        is_its_role = (
            known is not None
            and known.service == "iam"
            and known.resource.startswith("role/")
            and known.resource.rsplit("/", 1)[-1] == name
            and known.account == arn.account
        )
        return Caller(text, "session", owner, arn, name, told[0] if is_its_role else "")
    if arn.service == "sts" and kind == "federated-user":
        return Caller(text, "federated_user", owner, arn)
    if arn.service == "iam" and kind == "role":
        return Caller(text, "role", owner, arn, rest.rsplit("/", 1)[-1], text)
    if arn.service == "iam" and kind == "user":
        return Caller(text, "user", owner, arn)
    if arn.service == "iam" and arn.resource == "root":
        return Caller(text, "root", owner, arn)
    if arn.service == "iam" and kind in ("saml-provider", "oidc-provider"):
        return Caller(text, "federated", "", arn)
    return Caller(text, "unnamed", owner, arn)


def account_id(value: object) -> str:
    """Return an account id as twelve digits, "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**12:
        return f"{value:012}"
    return value if isinstance(value, str) and _ACCOUNT.fullmatch(value) else ""


def _listed(element: object) -> Iterator[tuple[str, str]]:
    """Yield the kind and value of every principal in a Principal or NotPrincipal element."""
    if element == "*":
        yield "AWS", "*"
    elif isinstance(element, dict):
        for kind, values in element.items():
            for value in values if isinstance(values, list) else [values]:
                text = value if isinstance(value, str) else account_id(value)
                if text:
                    yield str(kind), text


def names(kind: str, value: str, caller: Caller, context: Context) -> Naming:
    """Tell how closely one principal of a statement names the caller."""
    if kind == "AWS":
        # everyone, which takes in anonymous callers and AWS services
        return Naming.DIRECT if value == "*" else _names_by_arn(value, caller)
    if kind == "Service":
        return _direct_if(caller.kind == "service" and value in (caller.text, "*"))
    if kind == "Federated":
        providers = (caller.text, *context.get("aws:federatedprovider", ()))
        return _direct_if(caller.kind == "federated" and (value == "*" or value in providers))
    if kind == "CanonicalUser":
        return _direct_if(bool(caller.text) and value == caller.text)
    return Naming.NOT


def _direct_if(named: bool) -> Naming:
    return Naming.DIRECT if named else Naming.NOT


def _names_by_arn(value: str, caller: Caller) -> Naming:
    """Tell how closely an ARN, an account id or a unique id names the caller.

    The id of a deleted principal (AROA..., AIDA...) is no ARN and names nobody, and neither does an ARN with a
    wildcard: only a lone "*" is one.
    """
    if "*" in value or "?" in value or caller.kind not in IAM_KINDS:
        return Naming.NOT
    arn = parse_arn(value)
    if arn is not None and caller.arn is not None and arn.partition != caller.arn.partition:
        return Naming.NOT
    account = value if _ACCOUNT.fullmatch(value) else ""
    if arn is not None and arn.service == "iam" and arn.resource == "root":
        account = arn.account
    if account:
        if account != caller.account:
            return Naming.NOT
        return Naming.DIRECT if caller.kind == "root" else Naming.ACCOUNT
    if arn is None:
        return Naming.NOT
    if caller.kind in ("role", "session") and arn.service == "iam" and arn.resource.startswith("role/"):
        return Naming.ROLE if _is_role_of(value, arn, caller) else Naming.NOT
    return Naming.DIRECT if value == caller.text else Naming.NOT


def _is_role_of(value: str, arn: Arn, caller: Caller) -> bool:
    """Tell whether a role's ARN is the caller's role.

    A session's ARN lacks the role's path; a role's name alone is unique in its account.
    """
    if caller.role_arn:
        return value == caller.role_arn
    same_account = caller.arn is not None and arn.account == caller.arn.account
    return same_account and arn.resource.rsplit("/", 1)[-1] == caller.name


def statement_names(statement: Statement, caller: Caller, context: Context, *, bounded: bool) -> tuple[Naming, Truth]:
    """Tell how closely a statement names the caller, and whether that can be told at all."""
    if not statement.needs_principal:
        return Naming.DIRECT, Truth.YES
    has_principal, has_not = statement.principal is not None, statement.not_principal is not None
    element = statement.principal if has_principal else statement.not_principal
    if has_principal == has_not or (element != "*" and not isinstance(element, dict)):
        return Naming.DIRECT, Truth.MAYBE
    if has_principal:
        naming = max((names(*item, caller, context) for item in _listed(statement.principal)), default=Naming.NOT)
        return naming, truth_of(naming is not Naming.NOT)
    listed = list(_listed(statement.not_principal))
    if statement.effect == "Allow":
        spared = any(names(*item, caller, context) for item in listed)
    else:
        spared = _spared_by_deny(listed, caller, context, bounded=bounded)
    return Naming.DIRECT, truth_of(not spared)


def _spared_by_deny(listed: list[tuple[str, str]], caller: Caller, context: Context, *, bounded: bool) -> bool:
    """Tell whether a Deny with NotPrincipal spares the caller.

    AWS checks the account, then the role, then the session, and each has to be listed. A caller with a permissions
    boundary is never spared:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    if bounded and caller.kind in ("role", "session", "user"):
        return False
    found = {names(*item, caller, context) for item in listed}
    if ("AWS", "*") in listed:
        return True
    if caller.kind == "session":
        return found >= {Naming.ACCOUNT, Naming.ROLE, Naming.DIRECT}
    if caller.kind == "role":
        return found >= {Naming.ACCOUNT, Naming.ROLE}
    if caller.kind in ("user", "federated_user"):
        return found >= {Naming.ACCOUNT, Naming.DIRECT}
    return Naming.DIRECT in found or (caller.kind == "unnamed" and Naming.ACCOUNT in found)
